'use client';
// A form for any way to bend a charger, made from the fields of its kind.
import { useId, useState } from 'react';
import { type BendField, bendFields, ruleOf, wrongText } from '../../lib/bend-fields';
import { type Bend, type BendKind, bendKinds } from '../../lib/bending';
import { useMessages } from '../../lib/messages';
import { Check, Field } from '../ui/field';

interface BendFormProps {
  protocol: string;
  busy: boolean;
  /** Resolves with whether the charger took it. */
  onAdd: (bend: Bend) => Promise<boolean>;
}

export function BendForm({ protocol, busy, onAdd }: BendFormProps) {
  const [kind, setKind] = useState<BendKind>('incoming');
  const [texts, setTexts] = useState<Record<string, string>>({});
  const messages = useMessages(protocol);
  const fromWhom = { incoming: 'csms', outgoing: 'charger' } as Partial<Record<BendKind, string>>;
  const actions = Object.entries(messages.data ?? {})
    .filter(([, { from }]) => fromWhom[kind] === undefined || from === 'both' || from === fromWhom[kind])
    .map(([action]) => action)
    .sort();
  const { fields } = bendFields[kind];
  const wrong = fields.some((field) => wrongText(field, texts[field.name] ?? '') !== undefined);
  const empty = Object.values(texts).every((text) => text === '');
  return (
    <form
      className="card stack"
      aria-label="Bend something else"
      onSubmit={(event) => {
        event.preventDefault();
        void onAdd({ kind, rule: ruleOf(kind, texts) }).then((done) => done && setTexts({}));
      }}
    >
      <h2>Something else</h2>
      <div className="fields">
        <Field label="What is bent">
          {(props) => (
            <select
              {...props}
              value={kind}
              onChange={({ target }) => {
                setKind(target.value as BendKind);
                setTexts({});
              }}
            >
              {bendKinds.map((name) => (
                <option key={name} value={name}>
                  {bendFields[name].title}
                </option>
              ))}
            </select>
          )}
        </Field>
        {fields.map((field) => (
          <BendInput
            key={`${kind} ${field.name}`}
            field={field}
            actions={actions}
            text={texts[field.name] ?? ''}
            onChange={(text) => setTexts({ ...texts, [field.name]: text })}
          />
        ))}
      </div>
      <div className="row end">
        <button type="submit" className="main" disabled={busy || wrong || empty}>
          Bend it
        </button>
      </div>
    </form>
  );
}

interface BendInputProps {
  field: BendField;
  actions: readonly string[];
  text: string;
  onChange: (text: string) => void;
}

function BendInput({ field, actions, text, onChange }: BendInputProps) {
  const list = useId();
  const { label, hint, type, options } = field;
  if (type === 'flag') return <Check label={label} checked={text !== ''} onChange={(on) => onChange(on ? 'on' : '')} />;
  const error = text === '' ? undefined : wrongText(field, text);
  return (
    <Field label={label} hint={hint} error={error}>
      {(props) => {
        if (type === 'choice') {
          return (
            <select {...props} value={text} onChange={({ target }) => onChange(target.value)}>
              <option value="">{field.required ? 'choose …' : 'any'}</option>
              {options?.map((option) => (
                <option key={option}>{option}</option>
              ))}
            </select>
          );
        }
        return (
          <>
            <input
              {...props}
              className={type === 'json' ? 'mono' : ''}
              inputMode={type === 'number' ? 'decimal' : 'text'}
              autoComplete="off"
              list={type === 'action' ? list : undefined}
              value={text}
              onChange={({ target }) => onChange(target.value)}
            />
            {type === 'action' && (
              <datalist id={list}>
                {actions.map((action) => (
                  <option key={action} value={action} />
                ))}
              </datalist>
            )}
          </>
        );
      }}
    </Field>
  );
}
