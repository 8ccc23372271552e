'use client';
// The phases of a run: added, put in order, taken away; each kind with its own fields.
import { type DraftForm, isObject, listAt, under } from '../../lib/draft';
import { chargersOf, phaseKinds, phaseTitle } from '../../lib/run-draft';
import { NumberField, SelectField } from '../ui/draft-fields';
import { SessionFields } from './session-fields';

export function PhasesFields({ form }: { form: DraftForm }) {
  const phases = listAt(form.draft, 'phases');
  const put = (list: readonly unknown[]) => form.set('phases', list);
  const add = (kind: string) => put([...phases, phaseKinds[kind]?.fresh(chargersOf(form.draft) ?? 1)]);
  const move = (from: number, to: number) => {
    const list = phases.filter((_, index) => index !== from);
    list.splice(to, 0, phases[from]);
    put(list);
  };
  return (
    <fieldset className="stack">
      <legend>Phases, one after the other</legend>
      {form.wrong('phases') && <p className="wrong">Phases: {form.wrong('phases')}</p>}
      {phases.map((phase, index) => (
        <PhaseFields
          key={index}
          form={under(form, `phases.${index}`)}
          title={`${index + 1} ${phaseTitle(isObject(phase) ? phase.kind : '')}`}
          onRemove={() => put(phases.filter((_, other) => other !== index))}
          {...(index > 0 ? { onEarlier: () => move(index, index - 1) } : {})}
          {...(index < phases.length - 1 ? { onLater: () => move(index, index + 1) } : {})}
        />
      ))}
      <div className="row">
        <span>Add:</span>
        {Object.entries(phaseKinds).map(([kind, { title, says }]) => (
          <button key={kind} type="button" title={says} onClick={() => add(kind)}>
            {title}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

interface PhaseProps {
  form: DraftForm;
  title: string;
  onRemove: () => void;
  onEarlier?: () => void;
  onLater?: () => void;
}

function PhaseFields({ form, title, onRemove, onEarlier, onLater }: PhaseProps) {
  const kind = phaseKinds[String(form.draft.kind)];
  return (
    <fieldset className="stack">
      <legend>{title}</legend>
      <div className="row spread">
        <span className="dim">{kind?.says}</span>
        <span className="row">
          <button type="button" aria-label={`Earlier: ${title}`} disabled={!onEarlier} onClick={onEarlier}>
            ↑
          </button>
          <button type="button" aria-label={`Later: ${title}`} disabled={!onLater} onClick={onLater}>
            ↓
          </button>
          <button type="button" aria-label={`Remove ${title}`} onClick={onRemove}>
            Remove
          </button>
        </span>
      </div>
      {form.wrong('') && <p className="wrong">{form.wrong('')}</p>}
      {kind?.sessions && <SessionFields form={form} />}
      <div className="fields">
        {form.draft.kind === 'connect' && <RampFields form={form} />}
        {form.draft.kind === 'massReconnection' && <ReconnectionFields form={form} />}
        {kind?.numbers.map(({ path, label, hint }) => (
          <NumberField key={path} form={form} path={path} label={label} hint={hint} />
        ))}
      </div>
    </fieldset>
  );
}

/** Whether it has these members decides, not what is in them: an empty field is still being filled in. */
function RampFields({ form }: { form: DraftForm }) {
  const ramp = isObject(form.draft.ramp) ? form.draft.ramp : undefined;
  const way = ramp === undefined ? 'all' : 'withinSeconds' in ramp ? 'within' : 'rate';
  const own: DraftForm = {
    ...form,
    draft: { way },
    set: (_, value) =>
      form.set('ramp', value === 'all' ? undefined : value === 'rate' ? { perSecond: 20 } : { withinSeconds: 60 }),
  };
  // The member stays while its field is empty.
  const kept: DraftForm = { ...form, set: (path, value) => form.set(path, value ?? null) };
  return (
    <>
      <SelectField
        form={own}
        path="way"
        label="How they come"
        options={[
          ['all', 'All at once'],
          ['rate', 'So many a second'],
          ['within', 'Spread over a time'],
        ]}
      />
      {way === 'rate' && <NumberField form={kept} path="ramp.perSecond" label="Chargers a second" />}
      {way === 'within' && <NumberField form={kept} path="ramp.withinSeconds" label="Within, s" />}
    </>
  );
}

function ReconnectionFields({ form }: { form: DraftForm }) {
  return (
    <>
      <SelectField
        form={form}
        path="cut"
        label="Connections are cut"
        options={[
          ['abrupt', 'Abruptly, without a close frame'],
          ['polite', 'Politely, with a close frame'],
        ]}
      />
      <SelectField
        form={form}
        path="return"
        label="They come back"
        options={[
          ['backOff', 'By their back-off, after a random time'],
          ['atOnce', 'At once'],
        ]}
      />
    </>
  );
}
