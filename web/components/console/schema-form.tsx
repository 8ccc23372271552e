'use client';
// A form for any message, made from its JSON schema: choices for enums, groups for objects, lists for arrays. What is left empty is not in
// the value. The schemas are plain (no references, no alternatives), which no form library is needed for.
import { blank, type Schema } from '../../lib/schema';
import { Field } from '../ui/field';

interface PartProps {
  name: string;
  schema: Schema;
  required: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
}

type Fields = Record<string, unknown>;

/** The fields of an object; the outermost has no frame of its own. */
export function ObjectFields({
  schema,
  value,
  onChange,
}: {
  schema: Schema;
  value: Fields;
  onChange: (value: Fields) => void;
}) {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) return <p className="dim">This message has no fields of its own.</p>;
  const set = (name: string, part: unknown) => {
    const { [name]: _, ...rest } = value;
    onChange(part === undefined ? rest : { ...rest, [name]: part });
  };
  return (
    <div className="fields">
      {properties.map(([name, part]) => (
        <Part
          key={name}
          name={name}
          schema={part}
          required={schema.required?.includes(name) ?? false}
          value={value[name]}
          onChange={(next) => set(name, next)}
        />
      ))}
    </div>
  );
}

function Part(props: PartProps) {
  const { type } = props.schema;
  if (type === 'object') return <ObjectPart {...props} />;
  if (type === 'array') return <ArrayPart {...props} />;
  return <PlainPart {...props} />;
}

const wide = { gridColumn: '1 / -1' };

function ObjectPart({ name, schema, required, value, onChange }: PartProps) {
  if (typeof value !== 'object' || value === null) {
    return <AddPart name={name} required={required} onAdd={() => onChange(blank(schema))} />;
  }
  return (
    <fieldset style={wide} className="stack">
      <legend>{name}</legend>
      <ObjectFields schema={schema} value={value as Fields} onChange={onChange} />
      <Remove name={name} onRemove={() => onChange(undefined)} />
    </fieldset>
  );
}

function ArrayPart({ name, schema, required, value, onChange }: PartProps) {
  const items = schema.items ?? {};
  if (!Array.isArray(value)) {
    return <AddPart name={name} required={required} onAdd={() => onChange([blank(items) ?? ''])} />;
  }
  const list: unknown[] = value;
  return (
    <fieldset style={wide} className="stack">
      <legend>{name}</legend>
      {list.map((item, index) => (
        <div key={index} className="stack">
          <Part
            name={`${name} ${index + 1}`}
            schema={items}
            required
            value={item}
            onChange={(next) => {
              const rest = next === undefined && items.type === 'object' ? [] : [next ?? ''];
              onChange(list.toSpliced(index, 1, ...rest));
            }}
          />
        </div>
      ))}
      <div className="row">
        <button type="button" onClick={() => onChange([...list, blank(items) ?? ''])}>
          Add another to {name}
        </button>
        <Remove name={name} onRemove={() => onChange(undefined)} />
      </div>
    </fieldset>
  );
}

function AddPart({ name, required, onAdd }: { name: string; required: boolean; onAdd: () => void }) {
  return (
    <div className="field">
      <span className="label">
        {name}
        {required && ' *'}
      </span>
      <div>
        <button type="button" onClick={onAdd}>
          Add {name}
        </button>
      </div>
    </div>
  );
}

function Remove({ name, onRemove }: { name: string; onRemove: () => void }) {
  return (
    <div>
      <button type="button" className="link" onClick={onRemove}>
        Remove {name}
      </button>
    </div>
  );
}

function PlainPart({ name, schema, required, value, onChange }: PartProps) {
  const { type, format, maxLength } = schema;
  const hint = format ?? (maxLength === undefined ? type : `${type}, at most ${maxLength}`);
  const options = type === 'boolean' ? ['true', 'false'] : schema.enum;
  const numeric = type === 'integer' || type === 'number';
  const wrong = numeric && typeof value === 'string' ? 'a number' : undefined;
  const shown = value === undefined || value === null ? '' : String(value);
  return (
    <Field label={`${name}${required ? ' *' : ''}`} hint={options ? undefined : hint} error={wrong}>
      {(props) =>
        options ? (
          <select {...props} value={shown} onChange={({ target }) => onChange(typed(target.value, schema))}>
            <option value="">–</option>
            {options.map((option) => (
              <option key={option}>{option}</option>
            ))}
          </select>
        ) : (
          <span className="row">
            <input
              {...props}
              style={{ flex: 1, minWidth: 0 }}
              value={shown}
              inputMode={numeric ? 'decimal' : 'text'}
              onChange={({ target }) => onChange(typed(target.value, schema))}
            />
            {format === 'date-time' && (
              <button type="button" aria-label={`${name}: now`} onClick={() => onChange(new Date().toISOString())}>
                Now
              </button>
            )}
          </span>
        )
      }
    </Field>
  );
}

/** What was typed, as its type; text that is no number stays text, so that it can be typed on, or sent wrong on purpose. */
function typed(text: string, { type }: Schema): unknown {
  if (text === '') return undefined;
  if (type === 'boolean') return text === 'true';
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text) && !/\.\d*0$/.test(text))
    return Number(text);
  return text;
}
