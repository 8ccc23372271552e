'use client';
// EVSEs and connectors of a charger where they are not those of its model.
import { type DraftForm, listAt, under, valueAt } from '../../lib/draft';
import { useModels } from '../shell/shell';
import { NumberField, SelectField, TextField } from '../ui/draft-fields';
import { Check } from '../ui/field';

export function EvsesFields({ form }: { form: DraftForm }) {
  const models = useModels().data?.models ?? [];
  const model = models.find(({ name, default: isDefault }) =>
    form.draft.model ? name === form.draft.model : isDefault,
  );
  const own = form.draft.evses !== undefined;
  const evses = listAt(form.draft, 'evses');
  const put = (list: readonly unknown[]) => form.set('evses', list);
  return (
    <fieldset className="stack">
      <legend>EVSEs</legend>
      <Check
        label="Of its own, instead of the model's"
        checked={own}
        onChange={(on) => form.set('evses', on ? (model?.evses ?? [evse(1)]) : undefined)}
      />
      {evses.map((_, index) => (
        <Evse
          key={index}
          form={under(form, `evses.${index}`)}
          onRemove={() => put(evses.filter((__, other) => other !== index))}
        />
      ))}
      {own && (
        <div>
          {form.wrong('evses') && <p className="wrong">EVSEs: {form.wrong('evses')}</p>}
          <button type="button" onClick={() => put([...evses, evse(nextId(evses))])}>
            Add an EVSE
          </button>
        </div>
      )}
    </fieldset>
  );
}

const connector = (id: number) => ({ id, type: 'sType2', fixedCable: false });
const evse = (id: number) => ({ id, maxPowerW: 22_000, phases: 3, connectors: [connector(1)] });

function nextId(list: readonly unknown[]): number {
  return Math.max(0, ...list.map((one) => Number(valueAt(one, 'id')) || 0)) + 1;
}

const phases = [
  [1, '1'],
  [3, '3'],
] as const;

const cables = [
  [false, 'A socket'],
  [true, 'A cable that hangs on it'],
] as const;

function Evse({ form, onRemove }: { form: DraftForm; onRemove: () => void }) {
  const connectors = listAt(form.draft, 'connectors');
  const put = (list: readonly unknown[]) => form.set('connectors', list);
  const name = `EVSE ${String(form.draft.id ?? '')}`;
  return (
    <fieldset className="stack">
      <legend>{name}</legend>
      <div className="fields narrow">
        <NumberField form={form} path="id" label="Number" />
        <NumberField form={form} path="maxPowerW" label="Maximum power, W" />
        <SelectField form={form} path="phases" label="Phases" options={phases} />
      </div>
      {connectors.map((_, index) => (
        <div key={index} className="row with-removal">
          <div className="fields narrow">
            <NumberField form={form} path={`connectors.${index}.id`} label="Connector" />
            <TextField
              form={form}
              path={`connectors.${index}.type`}
              label="Type"
              hint="sType2, cType2, cCCS2, cG105 …"
            />
            <SelectField form={form} path={`connectors.${index}.fixedCable`} label="Has" options={cables} />
          </div>
          {connectors.length > 1 && (
            <button
              type="button"
              aria-label={`Remove connector ${index + 1} of ${name}`}
              onClick={() => put(connectors.filter((__, other) => other !== index))}
            >
              Remove
            </button>
          )}
        </div>
      ))}
      <div className="row">
        <button type="button" onClick={() => put([...connectors, connector(nextId(connectors))])}>
          Add a connector to {name}
        </button>
        <button type="button" onClick={onRemove}>
          Remove {name}
        </button>
      </div>
    </fieldset>
  );
}
