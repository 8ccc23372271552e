'use client';
// Creates one charger or many alike from a model. Plain mistakes are told at once, the others in the words of the API.
import { useState } from 'react';
import type { InputOf } from '../../lib/api-types';
import { ApiError, call } from '../../lib/client';
import { useHealth, useModels } from '../shell/shell';
import { useAction } from '../ui/action';
import { Check, Field } from '../ui/field';
import { Modal } from '../ui/modal';
import { Problem } from '../ui/problem';

interface CreateProps {
  taken: ReadonlyMap<string, unknown>;
  onClose: () => void;
  onCreated: () => void;
}

interface Form {
  id: string;
  count: string;
  protocol: 'ocpp1.6' | 'ocpp2.0.1';
  model: string;
  url: string;
  persistent: boolean;
  tags: string;
  soc: string;
}

export function CreateCharger({ taken, onClose, onCreated }: CreateProps) {
  const models = useModels().data?.models ?? [];
  const demo = useHealth().data?.demoCsms;
  const creating = useAction();
  const [form, setForm] = useState<Form>(() => ({ ...defaults, id: freeId(taken) }));
  const mistakes = mistakesIn(form, taken, demo !== undefined);
  const told = creating.error instanceof ApiError ? creating.error.fields : [];
  const wrong = (field: keyof Form, path: string = field) =>
    mistakes[field] ?? told.find((one) => one.path === path)?.message;
  const set = (change: Partial<Form>) => {
    setForm({ ...form, ...change });
    creating.clear();
  };
  const many = Number(form.count) > 1;
  const model = form.model || models.find((one) => one.default)?.name || '';

  async function create(): Promise<void> {
    const done = await creating.run('Creating …', () => send(form, model));
    if (done) onCreated();
  }

  return (
    <Modal title="Create chargers" onClose={onClose}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (Object.keys(mistakes).length === 0) void create();
        }}
      >
        <div className="fields">
          <Field
            label={many ? 'Ids' : 'Id'}
            hint={many ? '{n} is the number of the charger, {n:04} with zeros' : 'Also what the CSMS sees'}
            error={wrong('id', many ? 'idPattern' : 'id')}
          >
            {(props) => <input {...props} value={form.id} onChange={({ target }) => set({ id: target.value })} />}
          </Field>
          <Field label="How many" error={wrong('count')}>
            {(props) => (
              <input
                {...props}
                inputMode="numeric"
                value={form.count}
                onChange={({ target }) => set({ count: target.value, id: patternFor(form.id, Number(target.value)) })}
              />
            )}
          </Field>
          <Field label="OCPP version">
            {(props) => (
              <select
                {...props}
                value={form.protocol}
                onChange={({ target }) => set({ protocol: target.value as Form['protocol'] })}
              >
                <option value="ocpp1.6">OCPP 1.6</option>
                <option value="ocpp2.0.1">OCPP 2.0.1</option>
              </select>
            )}
          </Field>
          <Field label="Model" hint={models.find(({ name }) => name === model)?.description} error={wrong('model')}>
            {(props) => (
              <select {...props} value={model} onChange={({ target }) => set({ model: target.value })}>
                {models.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            )}
          </Field>
          <Field
            label="Address of the CSMS"
            hint={demo ? `Empty: the demo CSMS, ${demo.url}` : 'ws:// or wss://, without the id'}
            error={wrong('url', 'csms.url')}
          >
            {(props) => (
              <input
                {...props}
                value={form.url}
                placeholder={demo?.url}
                onChange={({ target }) => set({ url: target.value })}
              />
            )}
          </Field>
          <Field label="Tags" hint="Separated by commas" error={wrong('tags')}>
            {(props) => <input {...props} value={form.tags} onChange={({ target }) => set({ tags: target.value })} />}
          </Field>
          <Field label="State of charge of its EV, %" hint="Empty: as the EV comes" error={wrong('soc', 'ev.soc')}>
            {(props) => (
              <input
                {...props}
                inputMode="decimal"
                value={form.soc}
                onChange={({ target }) => set({ soc: target.value })}
              />
            )}
          </Field>
        </div>
        <Check
          label="Stays connected, like a real charger (otherwise it dials when it has something to say)"
          checked={form.persistent}
          onChange={(persistent) => set({ persistent })}
        />
        <Problem error={creating.error} />
        <div className="row end">
          <button type="submit" className="main" disabled={Object.keys(mistakes).length > 0 || creating.busy !== ''}>
            {creating.busy || (many ? `Create ${form.count} chargers` : 'Create')}
          </button>
        </div>
      </form>
    </Modal>
  );
}

const defaults: Form = {
  id: '',
  count: '1',
  protocol: 'ocpp1.6',
  model: '',
  url: '',
  persistent: true,
  tags: '',
  soc: '',
};

function freeId(taken: ReadonlyMap<string, unknown>): string {
  let number = 1;
  while (taken.has(`CP-${number}`)) number += 1;
  return `CP-${number}`;
}

/** Many need a place for their number, one has none. */
function patternFor(id: string, count: number): string {
  if (count > 1) return id.includes('{n') ? id : `${id.replace(/-?\d+$/, '')}-{n:0${String(count).length}}`;
  return id.replace(/\{n(:0\d+)?\}/, '1');
}

function mistakesIn(
  form: Form,
  taken: ReadonlyMap<string, unknown>,
  demo: boolean,
): Partial<Record<keyof Form, string>> {
  const count = Number(form.count);
  const mistakes: Partial<Record<keyof Form, string>> = {};
  if (form.id.trim() === '') mistakes.id = 'is needed';
  else if (/[/\\?#]/.test(form.id)) mistakes.id = 'may contain none of / \\ ? #';
  else if (count > 1 && !/\{n(:0\d+)?\}/.test(form.id)) mistakes.id = 'needs an {n}';
  else if (taken.has(form.id)) mistakes.id = 'exists already';
  if (!(Number.isInteger(count) && count >= 1 && count <= 10_000)) mistakes.count = 'a number from 1 to 10000';
  if (form.url.trim() === '' && !demo) mistakes.url = 'is needed, such as wss://csms.example/ocpp';
  else if (form.url.trim() !== '' && !/^wss?:\/\/[^\s]+$/i.test(form.url.trim()))
    mistakes.url = 'begins with ws:// or wss://';
  const soc = Number(form.soc);
  if (form.soc !== '' && !(soc >= 0 && soc <= 100)) mistakes.soc = 'a number from 0 to 100';
  return mistakes;
}

async function send(form: Form, model: string): Promise<unknown> {
  const tags = form.tags
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);
  const shared: Omit<InputOf<'createCharger'>, 'id'> = {
    protocol: form.protocol,
    model,
    connection: form.persistent ? 'persistent' : 'onDemand',
    ...(form.url.trim() ? { csms: { url: form.url.trim() } } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    ...(form.soc === '' ? {} : { ev: { soc: Number(form.soc) } }),
  };
  if (Number(form.count) === 1) return call('createCharger', { id: form.id.trim(), ...shared });
  const { identity: _, ...alike } = shared;
  return call('createChargers', { count: Number(form.count), idPattern: form.id.trim(), ...alike });
}
