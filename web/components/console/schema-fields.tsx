'use client';
// How the parts of a message's form look: the form maker's templates and fields, in the shape of all other forms of these pages.
import getDefaultRegistry from '@rjsf/core/lib/getDefaultRegistry.js';
import {
  ADDITIONAL_PROPERTY_FLAG,
  type ArrayFieldItemTemplateProps,
  type ArrayFieldTemplateProps,
  type FieldProps,
  type FieldTemplateProps,
  type ObjectFieldTemplateProps,
  type RegistryFieldsType,
  type RJSFSchema,
  type TemplatesType,
} from '@rjsf/utils';
import { type Payload, typedAs } from '../../lib/payload';
import { blank, type Schema } from '../../lib/schema';
import { type Path, pathText } from '../../lib/schema-check';
import { Field } from '../ui/field';

export interface FormContext {
  /** What is wrong, by path. */
  errors: ReadonlyMap<string, string>;
  /** Puts another part at a path; `undefined` takes it away. */
  change(path: Path, part: unknown): void;
}

// biome-ignore lint/suspicious/noExplicitAny: parts of a payload are of any shape
type Part = FieldProps<any, RJSFSchema, FormContext>;
// biome-ignore lint/suspicious/noExplicitAny: likewise
type Any = any;
type FormSchema = Schema & { title?: string; anything?: true };

const ownFields = getDefaultRegistry<Any, RJSFSchema, FormContext>().fields;
const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `sampledValue`, of items with their number. */
function nameOf(schema: FormSchema, path: Path): string {
  const last = path.at(-1);
  const title = schema.title || String(last ?? '');
  return typeof last === 'number' ? `${title} ${last + 1}` : title;
}

/** A text, a number, a choice. */
function PlainField({ schema: given, fieldPathId: { path }, formData, onChange, required, registry }: Part) {
  const schema = given as FormSchema;
  const { type, format, maxLength, anything } = schema;
  const hint = anything
    ? 'text, or JSON'
    : (format ?? (maxLength === undefined ? type : `${type}, at most ${maxLength}`));
  const shown =
    formData === undefined || formData === null ? '' : isPlain(formData) ? String(formData) : JSON.stringify(formData);
  const known = type === 'boolean' ? ['true', 'false'] : schema.enum;
  // A wrong value, from the editor or a bad message sent again, is shown as it is.
  const choices = known && (shown === '' || known.includes(shown) ? known : [shown, ...known]);
  const set = (text: string) => onChange(valueIn(text, schema), path);
  const name = nameOf(schema, path);
  return (
    <Field
      label={`${name}${required ? ' *' : ''}`}
      hint={choices ? undefined : hint}
      error={registry.formContext.errors.get(pathText(path))}
    >
      {(props) =>
        choices ? (
          <select {...props} value={shown} onChange={({ target }) => set(target.value)}>
            <option value="">–</option>
            {choices.map((choice) => (
              <option key={choice}>{choice}</option>
            ))}
          </select>
        ) : (
          <span className="row one-line">
            <input
              {...props}
              value={shown}
              inputMode={type === 'integer' || type === 'number' ? 'decimal' : 'text'}
              onChange={({ target }) => set(target.value)}
            />
            {format === 'date-time' && (
              <button type="button" aria-label={`${name}: now`} onClick={() => set(new Date().toISOString())}>
                Now
              </button>
            )}
          </span>
        )
      }
    </Field>
  );
}

const isPlain = (value: unknown) => typeof value !== 'object';

function valueIn(text: string, schema: FormSchema): unknown {
  if (!schema.anything || !/^\s*[{[]/.test(text)) return typedAs(text, schema);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Something that is there but not of the shape that a form could show. */
function Misshapen({ schema, fieldPathId: { path }, formData, registry }: Part) {
  const name = nameOf(schema as FormSchema, path);
  return (
    <div className="field">
      <span className="label">{name}</span>
      <code>{JSON.stringify(formData)}</code>
      <span className="wrong">
        {registry.formContext.errors.get(pathText(path)) ?? 'has another shape: see it as JSON'}
      </span>
      <div>
        <button type="button" className="link" onClick={() => registry.formContext.change(path, undefined)}>
          Remove {name}
        </button>
      </div>
    </div>
  );
}

function ObjectField(props: Part) {
  const Own = ownFields.ObjectField as typeof ObjectField;
  if (isAbsent(props)) return <Absent {...props} />;
  return props.formData === undefined || isObject(props.formData) ? <Own {...props} /> : <Misshapen {...props} />;
}

function ArrayField(props: Part) {
  const Own = ownFields.ArrayField as typeof ArrayField;
  if (isAbsent(props)) return <Absent {...props} />;
  return props.formData === undefined || Array.isArray(props.formData) ? <Own {...props} /> : <Misshapen {...props} />;
}

const isAbsent = ({ formData, required, fieldPathId: { path } }: Part) =>
  formData === undefined && !required && path.length > 0;

/** A part that may be left out, and is. */
function Absent(props: Part) {
  return (
    <div className="field">
      <span className="label">{nameOf(props.schema as FormSchema, props.fieldPathId.path)}</span>
      <div>
        <OptionalPart {...props} />
      </div>
    </div>
  );
}

/** Adds an object or a list that may be left out, with what it must have, or takes it away. */
function OptionalPart({ schema, fieldPathId: { path }, formData, registry }: Part) {
  const name = nameOf(schema as FormSchema, path);
  const { change } = registry.formContext;
  if (formData === undefined) {
    return (
      <button type="button" onClick={() => change(path, blank(schema as Schema))}>
        Add {name}
      </button>
    );
  }
  return (
    <button type="button" className="link" onClick={() => change(path, undefined)}>
      Remove {name}
    </button>
  );
}

type ObjectProps = ObjectFieldTemplateProps<Any, RJSFSchema, FormContext>;

function ObjectTemplate({ schema, fieldPathId: { path }, optionalDataControl, ...props }: ObjectProps) {
  const { properties, required, registry, onAddProperty } = props;
  const inside = <div className="fields">{properties.map(({ content }) => content)}</div>;
  if (path.length === 0) return inside;
  const name = nameOf(schema as FormSchema, path);
  const mark = required ? ' *' : '';
  const error = registry.formContext.errors.get(pathText(path));
  return (
    <fieldset className="stack wide">
      <legend>{`${name}${mark}`}</legend>
      {error && <span className="wrong">{error}</span>}
      {inside}
      <div className="row">
        {schema.additionalProperties !== false && (
          <button type="button" onClick={() => onAddProperty()}>
            Add a field to {name}
          </button>
        )}
        {optionalDataControl}
      </div>
    </fieldset>
  );
}

type ArrayProps = ArrayFieldTemplateProps<Any, RJSFSchema, FormContext>;

function ArrayTemplate({ schema, fieldPathId: { path }, formData, items, ...props }: ArrayProps) {
  const { optionalDataControl, required, registry } = props;
  const name = nameOf(schema as FormSchema, path);
  const { errors, change } = registry.formContext;
  const error = errors.get(pathText(path));
  const add = () => change(path, [...(formData ?? []), blank((schema as Schema).items ?? {}) ?? '']);
  return (
    <fieldset className="stack wide">
      <legend>{`${name}${required ? ' *' : ''}`}</legend>
      {error && <span className="wrong">{error}</span>}
      {items}
      <div className="row">
        <button type="button" onClick={add}>
          {items.length === 0 ? `Add ${name}` : `Add another to ${name}`}
        </button>
        {optionalDataControl}
      </div>
    </fieldset>
  );
}

type ItemProps = ArrayFieldItemTemplateProps<Any, RJSFSchema, FormContext>;

/** An item, and where it stands in its list. */
function ItemTemplate({ children, buttonsProps, schema, index }: ItemProps) {
  const { hasMoveUp, hasMoveDown, onMoveUpItem, onMoveDownItem, onRemoveItem } = buttonsProps;
  const name = `${(schema as FormSchema).title} ${index + 1}`;
  return (
    <div className="item">
      {children}
      <div className="row">
        <button type="button" aria-label={`Move ${name} up`} disabled={!hasMoveUp} onClick={() => onMoveUpItem()}>
          Up
        </button>
        <button type="button" aria-label={`Move ${name} down`} disabled={!hasMoveDown} onClick={() => onMoveDownItem()}>
          Down
        </button>
        <button type="button" aria-label={`Remove ${name}`} onClick={() => onRemoveItem()}>
          Remove
        </button>
      </div>
    </div>
  );
}

/** Fields draw their own label, hint and error. A field that the schema does not name can be renamed and taken away. */
function FieldTemplate({ children, id, schema, label, ...props }: FieldTemplateProps<Any, RJSFSchema, FormContext>) {
  if (!(ADDITIONAL_PROPERTY_FLAG in schema)) return children;
  return (
    <div className="item">
      <div className="field">
        <label htmlFor={`${id}-key`}>Name of the field</label>
        <input key={label} id={`${id}-key`} defaultValue={label} onBlur={props.onKeyRenameBlur} />
      </div>
      {children}
      <div>
        <button type="button" className="link" onClick={props.onRemoveProperty}>
          Remove {label}
        </button>
      </div>
    </div>
  );
}

export const fields: RegistryFieldsType<Payload, RJSFSchema, FormContext> = {
  StringField: PlainField,
  NumberField: PlainField,
  BooleanField: PlainField,
  ObjectField,
  ArrayField,
  OptionalDataControlsField: OptionalPart,
};

export const templates: Partial<TemplatesType<Any, RJSFSchema, FormContext>> = {
  FieldTemplate,
  ObjectFieldTemplate: ObjectTemplate,
  ArrayFieldTemplate: ArrayTemplate,
  ArrayFieldItemTemplate: ItemTemplate,
};
