'use client';
// Speaks OCPP by hand: any message of the charger, or of the CSMS where that is the demo CSMS; a raw frame; and what came back.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ChargerView, Frame } from '../../lib/api-types';
import { ask, call } from '../../lib/client';
import { pretty } from '../../lib/format';
import { blank, loadMessages, type Message } from '../../lib/schema';
import { useUrlState } from '../../lib/url-state';
import type { TabProps } from '../charger/charger-page';
import { useHealth } from '../shell/shell';
import { useAction } from '../ui/action';
import { Check, Field } from '../ui/field';
import { Frames } from '../ui/frames';
import { Problem } from '../ui/problem';
import { ObjectFields } from './schema-form';

type Side = 'charger' | 'csms' | 'raw';

interface Answer {
  title: string;
  response?: unknown;
  durationMs?: number;
  exchange?: readonly Frame[];
}

const sides: Record<Side, string> = {
  charger: 'From the charger',
  csms: 'From the demo CSMS',
  raw: 'A raw frame',
};

export function Console({ charger, refresh }: TabProps) {
  const { protocol, csms } = charger;
  const messages = useQuery({
    queryKey: ['messages', protocol],
    queryFn: () => loadMessages(protocol),
    staleTime: Infinity,
  });
  const demo = useHealth().data?.demoCsms;
  const [params, change] = useUrlState();
  const atDemo = demo !== undefined && csms.url.startsWith(demo.url);
  const asked = params.get('side') as Side | null;
  const side: Side = asked === 'raw' || (asked === 'csms' && atDemo) ? asked : 'charger';
  return (
    <div className="stack">
      <fieldset className="row">
        <legend>Who speaks</legend>
        {(Object.keys(sides) as Side[])
          .filter((one) => one !== 'csms' || atDemo)
          .map((one) => (
            <label key={one} className="check">
              <input
                type="radio"
                name="side"
                checked={side === one}
                onChange={() => change({ side: one === 'charger' ? '' : one, action: '' })}
              />
              {sides[one]}
            </label>
          ))}
      </fieldset>
      <Problem error={messages.error} onRetry={() => void messages.refetch()} />
      {side === 'raw' && <RawFrame charger={charger} refresh={refresh} />}
      {side !== 'raw' && messages.data && (
        <Messages
          key={side}
          side={side}
          charger={charger}
          messages={messages.data}
          csmsUrl={demo?.httpUrl ?? ''}
          action={params.get('action') ?? ''}
          onAction={(action) => change({ action })}
          refresh={refresh}
        />
      )}
    </div>
  );
}

interface MessagesProps {
  side: 'charger' | 'csms';
  charger: ChargerView;
  messages: Record<string, Message>;
  csmsUrl: string;
  action: string;
  onAction: (action: string) => void;
  refresh: () => Promise<void>;
}

const first = { charger: 'Heartbeat', csms: 'TriggerMessage' };

function Messages({ side, charger, messages, csmsUrl, action: asked, onAction, refresh }: MessagesProps) {
  const actions = Object.keys(messages)
    .filter((name) => messages[name]?.from === side || messages[name]?.from === 'both')
    .sort();
  const action = actions.includes(asked) ? asked : first[side];
  const schema = messages[action]?.request ?? {};
  const sending = useAction();
  const [answer, setAnswer] = useState<Answer>();
  const [validate, setValidate] = useState(true);
  const [payload, setPayload] = useState<Record<string, unknown>>({});
  const [asJson, setAsJson] = useState(false);
  const [broken, setBroken] = useState(false);
  // What a charger sends is filled in from its state; a CSMS has nothing to fill in from.
  useEffect(() => {
    setPayload(side === 'csms' ? (blank(schema) as Record<string, unknown>) : {});
    setAnswer(undefined);
    setBroken(false);
    sending.clear();
  }, [side, schema, sending.clear]);

  async function send(): Promise<void> {
    setAnswer(undefined);
    const speak = side === 'charger' ? fromCharger : fromCsms(csmsUrl);
    await sending.run('Waiting for the answer …', async () => {
      setAnswer(await speak(charger, action, payload, validate));
    });
    await refresh();
  }

  return (
    <>
      <form
        className="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div className="row spread" style={{ alignItems: 'end' }}>
          <Field label="Message">
            {(props) => (
              <select {...props} value={action} onChange={({ target }) => onAction(target.value)}>
                {actions.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            )}
          </Field>
          <Check label="Edit as JSON" checked={asJson} onChange={setAsJson} />
        </div>
        {side === 'charger' && (
          <p className="dim" style={{ margin: 0 }}>
            What is left empty is filled in from the charger's state.
          </p>
        )}
        {asJson ? (
          <JsonEditor key={action} value={payload} onChange={setPayload} onBroken={setBroken} />
        ) : (
          <ObjectFields schema={schema} value={payload} onChange={setPayload} />
        )}
        <div className="row spread">
          <Check label="Check it against the schema before it is sent" checked={validate} onChange={setValidate} />
          <button type="submit" className="main" disabled={sending.busy !== '' || (asJson && broken)}>
            {sending.busy || `Send ${action}`}
          </button>
        </div>
      </form>
      <Result error={sending.error} answer={answer} />
    </>
  );
}

interface EditorProps {
  value: Record<string, unknown>;
  onChange: (value: Record<string, unknown>) => void;
  onBroken: (broken: boolean) => void;
}

/** The text is kept as it was typed; only what is an object in JSON is taken over. */
function JsonEditor({ value, onChange, onBroken }: EditorProps) {
  const [text, setText] = useState(() => pretty(value));
  const [error, setError] = useState('');
  const type = (typed: string) => {
    setText(typed);
    const why = whyNotObject(typed);
    setError(why);
    onBroken(why !== '');
    if (why === '') onChange(JSON.parse(typed) as Record<string, unknown>);
  };
  return (
    <Field label="Payload as JSON" error={error}>
      {(props) => <textarea {...props} spellCheck={false} value={text} onChange={({ target }) => type(target.value)} />}
    </Field>
  );
}

function whyNotObject(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? '' : 'must be an object';
  } catch (error) {
    return (error as Error).message;
  }
}

type Speak = (
  charger: ChargerView,
  action: string,
  payload: Record<string, unknown>,
  validate: boolean,
) => Promise<Answer>;

const fromCharger: Speak = async ({ id: chargerId }, action, payload, validate) => {
  const { response, exchange } = await call('sendMessage', { chargerId, action, payload, validate });
  const result = exchange.findLast((frame) => frame.action === action && frame.type !== 'call');
  const took = result?.durationMs === undefined ? {} : { durationMs: result.durationMs };
  return { title: `The CSMS answered ${action}`, response, exchange, ...took };
};

/** By the HTTP API of the demo CSMS. */
const fromCsms =
  (url: string): Speak =>
  async ({ identity }, action, payload, validate) => {
    const target = `${url}/api/chargers/${encodeURIComponent(identity)}/calls/${action}?validate=${validate}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await ask(target, { method: 'POST', headers, body: JSON.stringify(payload) });
    const { response, durationMs } = answer as { response: unknown; durationMs: number };
    return { title: `The charger answered ${action}`, response, durationMs };
  };

function RawFrame({ charger, refresh }: Pick<TabProps, 'charger' | 'refresh'>) {
  const sending = useAction();
  const [text, setText] = useState('[2,"by-hand-1","Heartbeat",{}]');
  const [answer, setAnswer] = useState<Answer>();
  async function send(): Promise<void> {
    setAnswer(undefined);
    await sending.run('Waiting for the answer …', async () => {
      const { exchange } = await call('sendFrame', { chargerId: charger.id, text });
      setAnswer({ title: 'What crossed the wire', exchange });
    });
    await refresh();
  }
  return (
    <>
      <form
        className="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Field label="Frame" hint="Any text, valid or not">
          {(props) => (
            <textarea {...props} spellCheck={false} value={text} onChange={({ target }) => setText(target.value)} />
          )}
        </Field>
        <div className="row end">
          <button type="submit" className="main" disabled={sending.busy !== ''}>
            {sending.busy || 'Send the frame'}
          </button>
        </div>
      </form>
      <Result error={sending.error} answer={answer} />
    </>
  );
}

function Result({ error, answer }: { error: unknown; answer: Answer | undefined }) {
  if (error) {
    const { exchange } = (error as { problem?: { exchange?: Frame[] } }).problem ?? {};
    return (
      <section className="card stack">
        <Problem error={error} />
        {exchange && exchange.length > 0 && <Frames frames={exchange} />}
      </section>
    );
  }
  if (!answer) return null;
  const { title, response, durationMs, exchange } = answer;
  return (
    <section className="card stack" aria-label="Answer">
      <div role="status">
        <h2 style={{ margin: 0 }}>
          {title}
          {durationMs !== undefined && <span className="dim"> in {durationMs} ms</span>}
        </h2>
      </div>
      {response !== undefined && <pre>{pretty(response)}</pre>}
      {exchange && exchange.length > 0 && <Frames frames={exchange} />}
    </section>
  );
}
