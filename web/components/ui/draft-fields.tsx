'use client';
// Fields of a draft, each tied to its path.
import { type ReactNode, useState } from 'react';
import { type DraftForm, numberOf, valueAt } from '../../lib/draft';
import { Check, Field } from './field';

interface FieldProps {
  form: DraftForm;
  path: string;
  label: string;
  hint?: ReactNode;
  placeholder?: string | undefined;
}

const shown = (value: unknown) => (value === undefined || value === null ? '' : String(value));

export function TextField({ form, path, label, hint, placeholder, secret }: FieldProps & { secret?: boolean }) {
  return (
    <Field label={label} hint={hint} error={form.wrong(path)}>
      {(props) => (
        <input
          {...props}
          {...(secret ? { type: 'password', autoComplete: 'new-password' } : {})}
          placeholder={placeholder}
          value={shown(valueAt(form.draft, path))}
          onChange={({ target }) => form.set(path, target.value === '' ? undefined : target.value)}
        />
      )}
    </Field>
  );
}

export function NumberField({ form, path, label, hint, placeholder }: FieldProps) {
  const value = valueAt(form.draft, path);
  const [typed, setTyped] = useState('');
  // As it was typed ("1.", "07") for as long as it means the value.
  const text = numberOf(typed) === value ? typed : shown(value);
  return (
    <Field label={label} hint={hint} error={form.wrong(path)}>
      {(props) => (
        <input
          {...props}
          inputMode="decimal"
          placeholder={placeholder}
          value={text}
          onChange={({ target }) => {
            setTyped(target.value);
            form.set(path, numberOf(target.value));
          }}
        />
      )}
    </Field>
  );
}

/** Long text: PEM, lists. */
export function AreaField({ form, path, label, hint, placeholder }: FieldProps) {
  return (
    <Field label={label} hint={hint} error={form.wrong(path)}>
      {(props) => (
        <textarea
          {...props}
          rows={3}
          spellCheck={false}
          placeholder={placeholder}
          value={shown(valueAt(form.draft, path))}
          onChange={({ target }) => form.set(path, target.value === '' ? undefined : target.value)}
        />
      )}
    </Field>
  );
}

/** Words apart by commas, as a list. */
export function ListField({ form, path, label, hint, placeholder }: FieldProps) {
  const value = valueAt(form.draft, path);
  const words = Array.isArray(value) ? value.map(String) : [];
  const [typed, setTyped] = useState('');
  const same = splitWords(typed).join('\n') === words.join('\n');
  return (
    <Field label={label} hint={hint} error={form.wrong(path)}>
      {(props) => (
        <input
          {...props}
          placeholder={placeholder}
          value={same ? typed : words.join(', ')}
          onChange={({ target }) => {
            setTyped(target.value);
            const next = splitWords(target.value);
            form.set(path, next.length > 0 ? next : undefined);
          }}
        />
      )}
    </Field>
  );
}

export function splitWords(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}

/** `options`: values and what they are called; `undefined` leaves the choice to the API. */
export function SelectField({
  form,
  path,
  label,
  hint,
  options,
}: FieldProps & { options: readonly (readonly [value: unknown, title: string])[] }) {
  const value = valueAt(form.draft, path);
  const isKnown = options.some(([option]) => option === value);
  return (
    <Field label={label} hint={hint} error={form.wrong(path)}>
      {(props) => (
        <select
          {...props}
          value={wordFor(value)}
          onChange={({ target }) => form.set(path, options.find(([option]) => wordFor(option) === target.value)?.[0])}
        >
          {!isKnown && <option value={wordFor(value)}>{shown(value) || '–'}</option>}
          {options.map(([option, title]) => (
            <option key={title} value={wordFor(option)}>
              {title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** What stands for a value in the document: of objects there is one kind among the options. */
function wordFor(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'object' && value !== null ? 'object' : String(value);
}

/** `on`, `off`: what stands for it. */
export function CheckField({
  form,
  path,
  label,
  on = true,
  off,
}: Omit<FieldProps, 'hint'> & { on?: unknown; off?: unknown }) {
  return (
    <Check
      label={label}
      checked={valueAt(form.draft, path) === on}
      onChange={(checked) => form.set(path, checked ? on : off)}
    />
  );
}
