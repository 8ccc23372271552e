'use client';
// What sessions of a phase are like: how many, how long, how much, which cars, which tokens.
import { type DraftForm, isObject, listAt, valueAt } from '../../lib/draft';
import { useModels } from '../shell/shell';
import { ListField, NumberField, SelectField } from '../ui/draft-fields';

export function SessionFields({ form }: { form: DraftForm }) {
  return (
    <>
      <div className="fields">
        <HowMany form={form} />
        <ListField
          form={form}
          path="tokens"
          label="Tokens"
          hint="Separated by commas, each session uses one. Empty: RUN-TAG"
        />
      </div>
      <div className="fields">
        <SpreadFields form={form} path="durationSeconds" label="A session takes" unit="s" empty="60 s" fresh={60} />
        <SpreadFields form={form} path="energyWh" label="Ends earlier after" unit="Wh" empty="Never" fresh={10_000} />
      </div>
      <Cars form={form} />
    </>
  );
}

function HowMany({ form }: { form: DraftForm }) {
  const arrive = 'arrivalsPerSecond' in form.draft;
  const choice: DraftForm = {
    ...form,
    draft: { arrive },
    set(_, value) {
      form.set('concurrency', value ? undefined : 10);
      form.set('arrivalsPerSecond', value ? 1 : undefined);
    },
  };
  // The member stays while its field is empty.
  const kept: DraftForm = { ...form, set: (path, value) => form.set(path, value ?? null) };
  return (
    <>
      <SelectField
        form={choice}
        path="arrive"
        label="Sessions come"
        options={[
          [false, 'So many at the same time'],
          [true, 'At random, as cars arrive'],
        ]}
      />
      {arrive ? (
        <NumberField form={kept} path="arrivalsPerSecond" label="Cars a second, on average" />
      ) : (
        <NumberField form={form} path="concurrency" label="At the same time" hint="At most one per charger" />
      )}
    </>
  );
}

interface SpreadProps {
  form: DraftForm;
  path: string;
  label: string;
  unit: string;
  /** What it is when nothing is said. */
  empty: string;
  /** The number that it begins with when something is. */
  fresh: number;
}

/** A number, two between which it lies, or a mean with its deviation. */
function SpreadFields({ form, path, label, unit, empty, fresh }: SpreadProps) {
  const value = valueAt(form.draft, path);
  const way = value === undefined ? 'none' : !isObject(value) ? 'number' : 'mean' in value ? 'mean' : 'range';
  const begin: Record<string, unknown> = {
    none: undefined,
    number: fresh,
    range: { from: fresh / 2, to: fresh * 2 },
    mean: { mean: fresh, deviation: fresh / 4, min: fresh / 4 },
  };
  const choice: DraftForm = { ...form, draft: { way }, set: (_, chosen) => form.set(path, begin[String(chosen)]) };
  const kept: DraftForm = { ...form, set: (at, number) => form.set(at, number ?? null) };
  return (
    <div className="stack">
      <SelectField
        form={choice}
        path="way"
        label={label}
        options={[
          ['none', empty],
          ['number', 'Always the same'],
          ['range', 'Between two'],
          ['mean', 'Around a mean'],
        ]}
      />
      {way === 'number' && <NumberField form={kept} path={path} label={`${label}: ${unit}`} />}
      {way === 'range' && (
        <div className="fields narrow">
          <NumberField form={kept} path={`${path}.from`} label={`From, ${unit}`} />
          <NumberField form={kept} path={`${path}.to`} label={`To, ${unit}`} />
        </div>
      )}
      {way === 'mean' && (
        <div className="fields narrow">
          <NumberField form={kept} path={`${path}.mean`} label={`Mean, ${unit}`} />
          <NumberField form={kept} path={`${path}.deviation`} label={`Deviation, ${unit}`} />
          <NumberField form={form} path={`${path}.min`} label={`Least, ${unit}`} />
          <NumberField form={form} path={`${path}.max`} label={`Most, ${unit}`} />
        </div>
      )}
    </div>
  );
}

/** The mix of cars, by presets; one that is described otherwise is written as JSON. */
function Cars({ form }: { form: DraftForm }) {
  const presets = Object.keys(useModels().data?.evPresets ?? {});
  const evs = listAt(form.draft, 'evs');
  const put = (list: readonly unknown[]) => form.set('evs', list.length > 0 ? list : undefined);
  return (
    <div className="stack">
      {evs.map((_, index) => (
        <div key={index} className="row with-removal">
          <div className="fields narrow">
            <SelectField
              form={form}
              path={`evs.${index}.ev.preset`}
              label={`Car ${index + 1}`}
              options={presets.map((name) => [name, name] as const)}
            />
            <NumberField form={form} path={`evs.${index}.weight`} label="Weight in the mix" hint="Empty: 1" />
          </div>
          <button
            type="button"
            aria-label={`Remove car ${index + 1}`}
            onClick={() => put(evs.filter((__, other) => other !== index))}
          >
            Remove
          </button>
        </div>
      ))}
      <div className="row">
        <button type="button" onClick={() => put([...evs, { ev: { preset: presets[0] } }])}>
          Add a kind of car
        </button>
        {evs.length === 0 && <span className="dim">Without one: the cars that the chargers have.</span>}
      </div>
    </div>
  );
}
