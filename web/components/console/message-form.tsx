'use client';
// One message: its form or the same as JSON, what the schema minds, sending, and the answer.
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import type { ChargerView } from '../../lib/api-types';
import { call } from '../../lib/client';
import { type Payload, withoutFleeting } from '../../lib/payload';
import type { Message } from '../../lib/schema';
import { type Finding, findings, pathText } from '../../lib/schema-check';
import { type Answer, sendingAsCurl, sendMessage } from '../../lib/send-message';
import type { Sending, Side } from '../../lib/sent';
import { useAction } from '../ui/action';
import { Copy } from '../ui/copy';
import { Check } from '../ui/field';
import { Outcome } from './answer';
import { SchemaForm } from './schema-form';

/** What a form begins with, and what of that is not there and why. */
export interface Beginning {
  payload: Payload;
  problems: readonly { path: string; message: string }[];
}

interface MessageFormProps {
  side: Side;
  charger: ChargerView;
  demoUrl: string;
  action: string;
  message: Message;
  beginning: Beginning;
  /** It is what the charger would send: what is not changed can be taken anew when it is sent. */
  isDraft: boolean;
  /** Where what it begins with is from, in words. */
  told: string;
  asJson: boolean;
  onAsJson: (on: boolean) => void;
  onFillIn: (payload: Payload) => void;
  refresh: () => Promise<void>;
}

const JsonEditor = dynamic(() => import('./json-editor'), {
  loading: () => <p className="dim">Loading the editor …</p>,
});

export function MessageForm({
  side,
  charger,
  demoUrl,
  action,
  message,
  beginning,
  isDraft,
  asJson,
  ...props
}: MessageFormProps) {
  const sending = useAction();
  const [answer, setAnswer] = useState<Answer>();
  const [payload, setPayload] = useState(beginning.payload);
  const [validate, setValidate] = useState(true);
  const [anew, setAnew] = useState(true);
  const [broken, setBroken] = useState(false);
  const found = useMemo(() => findings(message.request, payload), [message, payload]);
  // Sent against the schema, it goes as it stands here: what is left out is meant to be missing.
  const fill = isDraft && anew && validate;
  const what: Sending = {
    ...{ side, action, validate, fill },
    payload: fill ? withoutFleeting(payload, beginning.payload) : payload,
  };

  async function send(): Promise<void> {
    setAnswer(undefined);
    await sending.run('Waiting for the answer …', async () => {
      setAnswer(await sendMessage(charger, demoUrl, what, payload));
    });
    await props.refresh();
  }

  return (
    <form
      className="stack"
      aria-label={action}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div className="row spread">
        <span className="dim">{props.told}</span>
        <div className="row">
          <button type="button" onClick={() => props.onFillIn(payload)}>
            Fill in again
          </button>
          <Check
            label="Edit as JSON"
            checked={asJson}
            onChange={(on) => {
              props.onAsJson(on);
              setBroken(false);
            }}
          />
        </div>
      </div>
      {asJson ? (
        <JsonEditor
          label="Payload as JSON"
          schema={message.request}
          value={payload}
          onChange={setPayload}
          onBroken={setBroken}
        />
      ) : (
        <SchemaForm schema={message.request} value={payload} onChange={setPayload} found={wrongOf(found)} />
      )}
      {validate && <Minded found={found} beginning={beginning} />}
      {action === 'SignCertificate' && side === 'charger' && <AskForCertificate {...{ charger, payload }} />}
      <div className="stack tight">
        <Check label="Check it against the schema before it is sent" checked={validate} onChange={setValidate} />
        {isDraft && validate && (
          <Check
            label="Take times, meter values and sequence numbers anew when it is sent, unless I have changed them"
            checked={anew}
            onChange={setAnew}
          />
        )}
        {isDraft && !fill && <span className="dim">It is sent exactly as it stands here.</span>}
      </div>
      <div className="row end">
        <Copy label="Copy as curl" text={() => sendingAsCurl(charger, demoUrl, what)} />
        <button type="submit" className="main" disabled={sending.busy !== '' || (asJson && broken)}>
          {sending.busy || `Send ${action}`}
        </button>
      </div>
      <Outcome error={sending.error} answer={answer} schema={message.response} />
    </form>
  );
}

/** At the fields stands what is wrong; what is still missing is told below, or a fresh form would be red all over. */
const wrongOf = (found: readonly Finding[]) => found.filter(({ message }) => message !== 'is missing');

const toldMost = 6;

/** What the schema minds. It can be sent all the same, without the check. */
function Minded({ found, beginning }: { found: readonly Finding[]; beginning: Beginning }) {
  if (found.length === 0) return null;
  const why = new Map(beginning.problems.map(({ path, message }) => [path, message]));
  return (
    <div className="notice" role="status">
      The schema asks for something else:
      <ul className="tight-list">
        {found.slice(0, toldMost).map(({ path, message }) => (
          <li key={pathText(path)}>
            <code>{pathText(path)}</code> {why.get(pathText(path)) ?? message}
          </li>
        ))}
        {found.length > toldMost && <li>and {found.length - toldMost} more</li>}
      </ul>
    </div>
  );
}

/** A CSR takes a key of the charger, which no form can make. */
function AskForCertificate({ charger, payload }: { charger: ChargerView; payload: Payload }) {
  const asking = useAction();
  const [answer, setAnswer] = useState<Answer>();
  const { certificateType } = payload as { certificateType?: 'ChargingStationCertificate' | 'V2GCertificate' };
  const ask = () =>
    asking.run('Making a key and asking …', async () => {
      const type = certificateType ? { certificateType } : {};
      const { status, exchange } = await call('requestCertificate', { chargerId: charger.id, ...type });
      setAnswer({ title: 'The CSMS answered SignCertificate', response: { status }, exchange });
    });
  return (
    <div className="stack tight">
      <div>
        <button type="button" disabled={asking.busy !== ''} onClick={() => void ask()}>
          {asking.busy || 'Have the charger make a key and ask for a certificate'}
        </button>
      </div>
      <Outcome error={asking.error} answer={answer} />
    </div>
  );
}
