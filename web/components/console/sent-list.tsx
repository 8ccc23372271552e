'use client';
// What was sent in this tab: to send it again as it was, or to change it first.
import { sendingAsCurl, sendMessage } from '../../lib/send-message';
import { type SentMessage, useSent } from '../../lib/sent';
import { useAction } from '../ui/action';
import { Copy } from '../ui/copy';
import { Json } from '../ui/json';
import { Problem } from '../ui/problem';
import { Time } from '../ui/time';
import type { ConsoleProps } from './console';

interface SentProps extends ConsoleProps {
  demoUrl: string;
  onEdit: (sent: SentMessage) => void;
}

export function SentList({ charger, demoUrl, onEdit, refresh }: SentProps) {
  const sending = useAction();
  const mine = useSent().filter(({ chargerId }) => chargerId === charger.id);
  if (mine.length === 0) return null;
  const again = (sent: SentMessage) =>
    sending.run(`Sending ${sent.action} again …`, () => sendMessage(charger, demoUrl, sent, sent.whole)).then(refresh);
  return (
    <section className="card stack" aria-label="Sent in this tab">
      <h2>Sent in this tab</h2>
      {sending.busy && <span role="status">{sending.busy}</span>}
      <Problem error={sending.error} onDismiss={sending.clear} />
      <ul className="sent-list">
        {mine.map((sent) => (
          <li key={sent.key}>
            <details>
              <summary>
                <Time at={sent.at} className="dim" focusable={false} />{' '}
                {sent.side === 'charger' ? 'charger → CSMS' : 'CSMS → charger'} <strong>{sent.action}</strong>{' '}
                <span className={`badge ${sent.good ? 'good' : 'bad'}`}>{sent.outcome}</span>
              </summary>
              <div className="stack">
                <Json value={sent.whole} />
                <div className="row">
                  <button type="button" disabled={sending.busy !== ''} onClick={() => void again(sent)}>
                    Send {sent.action} again
                  </button>
                  <button type="button" onClick={() => onEdit(sent)}>
                    Edit {sent.action}
                  </button>
                  <Copy label="Copy as curl" text={() => sendingAsCurl(charger, demoUrl, sent)} />
                </div>
              </div>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
