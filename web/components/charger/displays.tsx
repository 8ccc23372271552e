'use client';
// OCPP 2.0.1: what stands on the displays.
import type { TabProps } from './tabs';

export function Displays({ charger }: Pick<TabProps, 'charger'>) {
  const shown = (charger.displays ?? []).filter(({ messages }) => messages.length > 0);
  if (shown.length === 0) return null;
  return (
    <section className="card">
      <h2>Displays</h2>
      {shown.map(({ evseId, messages }) => (
        <div key={evseId}>
          <strong>EVSE {evseId}</strong>
          <ul>
            {messages.map((message) => (
              <li key={message.id}>
                <pre>{textOf(message)}</pre>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function textOf(message: Record<string, unknown>): string {
  const { content } = message as { content?: unknown };
  return typeof content === 'string' ? content : JSON.stringify(message);
}
