'use client';
// What is going on at each connector, and what hands can do there.
import type { TabProps } from './charger-page';
import { ConnectorCard } from './connector-card';
import { Faults } from './faults';
import { LiveChart } from './live-chart';

export function ChargerOverview({ charger, refresh }: TabProps) {
  const connectors = charger.connectors ?? [];
  return (
    <div className="stack">
      <div className="cards">
        {connectors.map((connector) => (
          <ConnectorCard
            key={`${connector.evseId}.${connector.connectorId}`}
            charger={charger}
            connector={connector}
            refresh={refresh}
          />
        ))}
      </div>
      <LiveChart charger={charger} />
      <Faults charger={charger} refresh={refresh} />
      <Displays charger={charger} />
    </div>
  );
}

/** OCPP 2.0.1: what stands on the displays. */
function Displays({ charger }: Pick<TabProps, 'charger'>) {
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
