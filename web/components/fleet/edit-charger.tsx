'use client';
// Changes the settings of a charger. Whoever has changed it meanwhile is not overwritten: the API refuses a stale edit, and that is told.
import { useQuery } from '@tanstack/react-query';
import type { ChargerView, InputOf } from '../../lib/api-types';
import { checkEdit, editDraft, patchOf } from '../../lib/charger-edit';
import { ApiError, callTagged } from '../../lib/client';
import { type DraftForm, isObject, valueAt } from '../../lib/draft';
import { CheckField, ListField, SelectField, TextField } from '../ui/draft-fields';
import { useDraftForm } from '../ui/draft-form';
import { Modal } from '../ui/modal';
import { Problem } from '../ui/problem';
import { securityProfiles } from './charger-fields';
import { BasicAuthFields, TlsFields } from './csms-fields';

interface EditProps {
  chargerId: string;
  onClose: () => void;
  onChanged: () => void;
}

/** A dialog: `<EditCharger chargerId="CP-1" …/>`. */
export function EditCharger({ chargerId, onClose, onChanged }: EditProps) {
  const read = useQuery({
    queryKey: ['edit', chargerId],
    queryFn: () => callTagged('getCharger', { chargerId }),
    staleTime: 0,
    gcTime: 0,
  });
  const { data, error } = read;
  const again = () => void read.refetch();
  return (
    <Modal title={`Edit ${chargerId}`} onClose={onClose}>
      {data ? (
        // Read again, it begins again.
        <EditForm key={data.etag} charger={data.answer} etag={data.etag} onAgain={again} onDone={done} />
      ) : error ? (
        <Problem error={error} onRetry={again} />
      ) : (
        <p className="dim">Reading {chargerId} …</p>
      )}
    </Modal>
  );

  function done(): void {
    onChanged();
    onClose();
  }
}

interface FormProps {
  charger: ChargerView;
  etag: string;
  onAgain: () => void;
  onDone: () => void;
}

function EditForm({ charger, etag, onAgain, onDone }: FormProps) {
  const form = useDraftForm(() => editDraft(charger), checkEdit);
  const { draft, mistakes, sending } = form;
  const patch = patchOf(charger, draft);
  const changed = Object.keys(patch).length > 0;
  const isStale = sending.error instanceof ApiError && sending.error.status === 412;
  const profile = valueAt(draft, 'csms.securityProfile');

  async function save(): Promise<void> {
    const input = { chargerId: charger.id, ...patch } as unknown as InputOf<'updateCharger'>;
    if (await sending.run('Saving …', () => callTagged('updateCharger', input, etag))) onDone();
  }

  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (changed && mistakes.length === 0) void save();
      }}
    >
      <div className="fields">
        <TextField form={form} path="identity" label="Identity" hint="What the CSMS sees" />
        <TextField form={form} path="csms.url" label="Address of the CSMS" hint="Another one closes the connection" />
        <ListField form={form} path="tags" label="Tags" hint="Separated by commas" />
        <SelectField form={form} path="csms.securityProfile" label="Security profile" options={profilesOf(profile)} />
      </div>
      <CheckField
        form={form}
        path="connection"
        label="Stays connected, like a real charger (otherwise it dials when it has something to say)"
        on="persistent"
        off="onDemand"
      />
      <Secrets form={form} charger={charger} />
      <Problem error={sending.error} />
      {isStale && (
        <div className="row">
          <span>Somebody has changed {charger.id} since this was opened.</span>
          <button type="button" onClick={onAgain}>
            Read it again
          </button>
        </div>
      )}
      <div className="row end">
        <button type="submit" className="main" disabled={!changed || mistakes.length > 0 || sending.busy !== ''}>
          {sending.busy || 'Save'}
        </button>
      </div>
    </form>
  );
}

/** A profile that is set can be changed to 0, not taken away. */
function profilesOf(profile: unknown) {
  return profile === undefined ? securityProfiles : ([[0, 'None'], ...securityProfiles.slice(1)] as const);
}

/** What is set is not shown: it stays, is set anew as a whole, or goes. */
function Secrets({ form, charger }: { form: DraftForm; charger: ChargerView }) {
  const { basicAuth, tls } = charger.csms as { basicAuth?: { username?: string }; tls?: unknown };
  const auth = valueAt(form.draft, 'csms.basicAuth');
  const tlsNow = valueAt(form.draft, 'csms.tls');
  return (
    <>
      <fieldset className="stack">
        <legend>Basic auth</legend>
        <Fate
          form={form}
          path="csms.basicAuth"
          label="What becomes of it"
          has={basicAuth !== undefined}
          stays={`Stays: ${basicAuth?.username ?? ''}, with its password`}
          anew={basicAuth ? { username: basicAuth.username ?? '' } : {}}
        />
        {isObject(auth) && (
          <div className="fields">
            <BasicAuthFields form={form} />
          </div>
        )}
      </fieldset>
      <fieldset className="stack">
        <legend>Certificates (TLS)</legend>
        <Fate
          form={form}
          path="csms.tls"
          label="What becomes of them"
          has={tls !== undefined}
          stays="Stay, with the private key"
          anew={tls ? withoutKey(tls) : {}}
        />
        {isObject(tlsNow) && <TlsFields form={form} />}
      </fieldset>
    </>
  );
}

function withoutKey(tls: unknown): Record<string, unknown> {
  const { keySet: _, ...rest } = isObject(tls) ? tls : {};
  return rest;
}

interface FateProps {
  form: DraftForm;
  path: string;
  label: string;
  has: boolean;
  stays: string;
  /** How it begins when it is set anew. */
  anew: Record<string, unknown>;
}

function Fate({ form, path, label, has, stays, anew }: FateProps) {
  const value = valueAt(form.draft, path);
  const options = [
    [undefined, has ? stays : 'None'],
    [isObject(value) ? value : anew, has ? 'Set anew' : 'Set'],
    ...(has ? ([[null, 'Taken away']] as const) : []),
  ] as const;
  return <SelectField form={form} path={path} label={label} options={options} />;
}
