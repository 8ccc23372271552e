// What a form is filling in: the very JSON that is sent, changed path by path (`csms.basicAuth.username`, `phases.0.seconds`), so that form and
// JSON are two views of one thing, and what the API says of a path belongs to the field that shows it.
export type Draft = Readonly<Record<string, unknown>>;

export interface FieldError {
  path: string;
  message: string;
}

/** A draft, how it is changed, and what is wrong with it, for fields to use. */
export interface DraftForm {
  draft: Draft;
  /** `undefined` takes the value away, and the objects that it leaves empty. */
  set(path: string, value: unknown): void;
  wrong(path: string): string | undefined;
}

/** The part of a form under a path, as a form of its own. */
export function under(form: DraftForm, path: string): DraftForm {
  return {
    draft: objectAt(form.draft, path),
    set: (own, value) => form.set(`${path}.${own}`, value),
    wrong: (own) => form.wrong(own === '' ? path : `${path}.${own}`),
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function valueAt(draft: unknown, path: string): unknown {
  let value = draft;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** Empty where there is none. */
export function objectAt(draft: unknown, path: string): Record<string, unknown> {
  const value = valueAt(draft, path);
  return isObject(value) ? value : {};
}

export function listAt(draft: unknown, path: string): readonly unknown[] {
  const value = valueAt(draft, path);
  return Array.isArray(value) ? value : [];
}

export function withValue(draft: Draft, path: string, value: unknown): Draft {
  return changed(draft, path.split('.'), value) as Draft;
}

function changed(whole: unknown, [step, ...rest]: string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(whole)) {
    const copy = [...whole];
    // An item that is left empty keeps its place.
    copy[Number(step)] = changed(whole[Number(step)], rest, value) ?? {};
    return copy;
  }
  const { [step]: before, ...others } = isObject(whole) ? whole : {};
  const own = changed(before, rest, value);
  const isGone = own === undefined || (rest.length > 0 && value === undefined && isObject(own) && isEmpty(own));
  if (!isGone) return isObject(whole) && step in whole ? { ...whole, [step]: own } : { ...others, [step]: own };
  return others;
}

const isEmpty = (value: object) => Object.keys(value).length === 0;

/** What a person has typed where a number is wanted: text that is none stays as it is, for a check to say so. */
export function numberOf(text: string): number | string | undefined {
  const plain = text.trim();
  if (plain === '') return undefined;
  const number = Number(plain);
  return Number.isFinite(number) ? number : plain;
}

/** A number within its bounds, or what would be right. */
export function checkNumber(
  value: unknown,
  { least, most, whole = false }: { least: number; most: number; whole?: boolean },
): string | undefined {
  const fits = typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
  return fits ? undefined : `a ${whole ? 'whole ' : ''}number from ${least} to ${most}`;
}
