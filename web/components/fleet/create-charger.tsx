'use client';
// Creates one charger or many alike, from a model or after the example of another charger. Plain mistakes are told at once, the others in
// the words of the API.
import { useQuery } from '@tanstack/react-query';
import type { ChargerView, InputOf } from '../../lib/api-types';
import { checkChargerDraft, cloneDraft, isMany, newChargerDraft, patternFor, secretsOf } from '../../lib/charger-draft';
import { call } from '../../lib/client';
import { copyConfiguration } from '../../lib/copy-configuration';
import type { Draft } from '../../lib/draft';
import { useHealth, useModels } from '../shell/shell';
import { CheckField, NumberField, TextField } from '../ui/draft-fields';
import { useDraftForm } from '../ui/draft-form';
import { Modal } from '../ui/modal';
import { Problem } from '../ui/problem';
import { ChargerFields } from './charger-fields';

interface CreateProps {
  /** Ids that exist. */
  taken: ReadonlyMap<string, unknown>;
  onClose: () => void;
  /** With their ids. */
  onCreated: (ids: readonly string[]) => void;
}

/** A dialog for new chargers. */
export function CreateCharger(props: CreateProps) {
  return (
    <Modal title="Create chargers" onClose={props.onClose}>
      <ChargerForm {...props} first={() => newChargerDraft(props.taken)} />
    </Modal>
  );
}

/** A dialog for chargers with the settings of one that there is. */
export function CloneCharger({ chargerId, ...props }: CreateProps & { chargerId: string }) {
  const models = useModels().data?.models ?? [];
  const read = useQuery({
    queryKey: ['clone', chargerId],
    queryFn: () => call('getCharger', { chargerId }),
    staleTime: 0,
    gcTime: 0,
  });
  const charger = read.data;
  return (
    <Modal title={`Clone ${chargerId}`} onClose={props.onClose}>
      {charger ? (
        <ChargerForm
          {...props}
          example={charger}
          first={() => ({ ...cloneDraft(charger, models, props.taken), copies: true })}
        />
      ) : read.error ? (
        <Problem error={read.error} onRetry={() => void read.refetch()} />
      ) : (
        <p className="dim">Reading {chargerId} …</p>
      )}
    </Modal>
  );
}

function ChargerForm({
  taken,
  onCreated,
  first,
  example,
}: CreateProps & { first: () => Draft; example?: ChargerView }) {
  const demo = useHealth().data?.demoCsms !== undefined;
  const form = useDraftForm(first, (draft) => checkChargerDraft(draft, taken, demo));
  const { draft, mistakes, sending } = form;
  const many = isMany(draft);
  const secrets = example ? secretsOf(example) : [];

  async function create(): Promise<void> {
    let ids: readonly string[] = [];
    const done = await sending.run('Creating …', async () => {
      ids = await send(draft);
      if (example && draft.copies) await copyConfiguration(example.id, ids);
    });
    if (done) onCreated(ids);
  }

  /** An id for one and a pattern for many follow from each other. */
  const withIds = {
    ...form,
    set(path: string, value: unknown) {
      if (path === 'count' && typeof value === 'number') form.set('id', patternFor(String(draft.id ?? ''), value));
      form.set(path, value);
    },
    wrong: (path: string) => form.wrong(path) ?? (path === 'id' ? form.wrong('idPattern') : undefined),
  };

  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (mistakes.length === 0) void create();
      }}
    >
      {secrets.length > 0 && (
        <p className="notice">Secrets never come out of the simulator. To be entered again: {secrets.join(', ')}.</p>
      )}
      <ChargerFields form={withIds}>
        <TextField
          form={withIds}
          path="id"
          label={many ? 'Ids' : 'Id'}
          hint={many ? '{n} is the number of the charger, {n:04} with zeros' : 'Also what the CSMS sees'}
        />
        <NumberField form={withIds} path="count" label="How many" />
      </ChargerFields>
      {example && (
        <CheckField form={form} path="copies" label={`With the configuration that ${example.id} has now`} off={false} />
      )}
      <Problem error={sending.error} />
      <div className="row end">
        <button type="submit" className="main" disabled={mistakes.length > 0 || sending.busy !== ''}>
          {sending.busy || (many ? `Create ${draft.count} chargers` : 'Create')}
        </button>
      </div>
    </form>
  );
}

/** Ids of what it has created. @throws ApiError */
async function send({ id, count, copies: _, ...shared }: Draft): Promise<readonly string[]> {
  const name = String(id).trim();
  // What does not fit the types is refused by the API, and shown at its field.
  if (count === 1) return [(await call('createCharger', { id: name, ...shared } as InputOf<'createCharger'>)).id];
  const input = { count, idPattern: name, ...shared } as unknown as InputOf<'createChargers'>;
  return (await call('createChargers', input)).ids;
}
