'use client';
// The chargers of a run: new ones, or those that have a tag.
import { useState } from 'react';
import { type DraftForm, objectAt, under } from '../../lib/draft';
import { newRunDraft } from '../../lib/run-draft';
import { ChargerFields } from '../fleet/charger-fields';
import { CheckField, NumberField, TextField } from '../ui/draft-fields';

export function RunChargersFields({ form }: { form: DraftForm }) {
  const chargers = under(form, 'chargers');
  const byTag = 'tag' in chargers.draft;
  // What was filled in stays when the other kind is looked at.
  const [other, setOther] = useState<Record<string, unknown>>(() =>
    byTag ? objectAt(newRunDraft(), 'chargers') : { tag: '' },
  );
  const turn = () => {
    setOther(chargers.draft);
    form.set('chargers', other);
  };
  return (
    <fieldset className="stack">
      <legend>Chargers</legend>
      <div className="row" role="radiogroup" aria-label="Which chargers">
        {[
          ['New ones', false],
          ['Those that have a tag', true],
        ].map(([title, tagged]) => (
          <label key={String(title)} className="check">
            <input type="radio" name="which-chargers" checked={byTag === tagged} onChange={turn} />
            {title}
          </label>
        ))}
      </div>
      {form.wrong('chargers') && <p className="wrong">{form.wrong('chargers')}</p>}
      {byTag ? <Tagged form={form} /> : <New form={chargers} />}
    </fieldset>
  );
}

function Tagged({ form }: { form: DraftForm }) {
  // The empty tag stays a tag: without one these were new chargers.
  const own = { ...form, set: (path: string, value: unknown) => form.set(path, value ?? '') };
  return (
    <div className="fields">
      <TextField
        form={own}
        path="chargers.tag"
        label="Tag"
        hint="Chargers that exist and have it. They stay when the run is over"
      />
    </div>
  );
}

function New({ form }: { form: DraftForm }) {
  return (
    <>
      <ChargerFields form={form}>
        <NumberField form={form} path="count" label="How many" />
        <TextField
          form={form}
          path="idPattern"
          label="Ids"
          hint="{n} is the number of the charger, {n:04} with zeros"
        />
        <NumberField form={form} path="start" label="First number" hint="Empty: 1" />
      </ChargerFields>
      <CheckField
        form={form}
        path="keep"
        label="Leave the chargers when the run is over (otherwise they are deleted)"
      />
    </>
  );
}
