'use client';
// Any text as one frame, valid or not, with some that are wrong in a way of their own.
import { useState } from 'react';
import { call } from '../../lib/client';
import { curlOf } from '../../lib/curl';
import type { Answer } from '../../lib/send-message';
import { useAction } from '../ui/action';
import { Copy } from '../ui/copy';
import { Field } from '../ui/field';
import { Outcome } from './answer';
import type { ConsoleProps } from './console';

/** By what is wrong with them; `id`: a message id that was not used before. */
const readyMade: Record<string, (id: string) => string> = {
  'A Heartbeat, nothing wrong': (id) => `[2,"${id}","Heartbeat",{}]`,
  'An action that does not exist': (id) => `[2,"${id}","MakeCoffee",{}]`,
  'An action in the wrong case': (id) => `[2,"${id}","heartbeat",{}]`,
  'A required field is missing': (id) => `[2,"${id}","BootNotification",{}]`,
  'A field that does not exist': (id) => `[2,"${id}","Heartbeat",{"pulse":72}]`,
  'A payload that is a list': (id) => `[2,"${id}","Heartbeat",[]]`,
  'No payload': (id) => `[2,"${id}","Heartbeat"]`,
  'Not JSON': (id) => `[2,"${id}","Heartbeat",{]`,
  'JSON, but no list': (id) => `{"messageId":"${id}","action":"Heartbeat"}`,
  'A message type that does not exist': (id) => `[9,"${id}","Heartbeat",{}]`,
  'A message id that is a number': () => '[2,17,"Heartbeat",{}]',
  'A message id of 40 characters': (id) => `[2,"${id.padEnd(40, 'x')}","Heartbeat",{}]`,
  'An answer to a call that nobody made': (id) => `[3,"${id}",{}]`,
  'A CALLERROR to a call that nobody made': (id) => `[4,"${id}","InternalError","",{}]`,
  'Nothing at all': () => '',
};

const newId = () => `by-hand-${Date.now().toString(36)}`;

export function RawFrame({ charger, refresh }: ConsoleProps) {
  const sending = useAction();
  const [text, setText] = useState('[2,"by-hand-1","Heartbeat",{}]');
  const [answer, setAnswer] = useState<Answer>();
  const input = { chargerId: charger.id, text };
  async function send(): Promise<void> {
    setAnswer(undefined);
    await sending.run('Waiting for the answer …', async () => {
      const { exchange } = await call('sendFrame', input);
      setAnswer({ title: 'What crossed the wire', exchange });
    });
    await refresh();
  }
  return (
    <form
      className="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Field label="Ready-made">
        {(props) => (
          <select {...props} value="" onChange={({ target }) => setText(readyMade[target.value]?.(newId()) ?? text)}>
            <option value="">Choose one to begin with</option>
            {Object.keys(readyMade).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Frame" hint="Any text, valid or not. Each message id can be used once.">
        {(props) => (
          <textarea {...props} spellCheck={false} value={text} onChange={({ target }) => setText(target.value)} />
        )}
      </Field>
      <div className="row end">
        <Copy label="Copy as curl" text={() => curlOf('sendFrame', input)} />
        <button type="submit" className="main" disabled={sending.busy !== ''}>
          {sending.busy || 'Send the frame'}
        </button>
      </div>
      <Outcome error={sending.error} answer={answer} />
    </form>
  );
}
