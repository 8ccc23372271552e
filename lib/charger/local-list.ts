// A list of tokens that only the CSMS writes, by version: how an update is applied or refused. What its entries say of a token, and how
// a refusal is spelled, is the dialect's.
import { bytesOf } from './queue-budget';

/** Absent where there is none: an empty list has no version of its own. */
export interface LocalList<Entry> {
  version: number;
  /** By token, in the spelling that tokens are compared in. */
  entries: Record<string, Entry>;
}

export interface ListUpdate<Entry> {
  kind: 'full' | 'differential';
  /** What the list is to be called after the update. */
  version: number;
  /** Without an entry the token is taken off the list, which only a differential update may ask for. */
  changes: { token: string; entry?: Entry }[];
}

export interface ListLimits {
  /** Tokens on the list. */
  entries: number;
  /** Changes in one update. */
  changes: number;
  /** The list as JSON: it is part of the charger document, which has to stay small. */
  bytes: number;
}

export type ListOutcome<Entry> =
  | { kind: 'updated'; list: LocalList<Entry> | undefined }
  | { kind: 'versionMismatch' | 'failed'; why: string };

/** The list after an update, or why it stays as it is: all or nothing. Changes neither argument. */
export function updateList<Entry>(
  list: LocalList<Entry> | undefined,
  update: ListUpdate<Entry>,
  limits: ListLimits,
): ListOutcome<Entry> {
  const current = list?.version ?? 0;
  if (update.kind === 'differential' && update.version <= current) {
    return {
      kind: 'versionMismatch',
      why: `version ${update.version} is not above ${current}, the version of the list`,
    };
  }
  const wrong = whyNot(update, limits);
  if (wrong !== undefined) return { kind: 'failed', why: wrong };
  const next = apply(list, update);
  const count = next ? Object.keys(next.entries).length : 0;
  if (count > limits.entries)
    return { kind: 'failed', why: `the list would have ${count} tokens, more than ${limits.entries}` };
  const bytes = bytesOf(next);
  if (bytes > limits.bytes)
    return { kind: 'failed', why: `the list would take ${bytes} bytes, more than ${limits.bytes}` };
  return { kind: 'updated', list: next };
}

function whyNot<Entry>({ kind, version, changes }: ListUpdate<Entry>, limits: ListLimits): string | undefined {
  // 0 stands for an empty list and -1 for none at all: neither can be the version of a list with tokens.
  if (version < 0 || (version === 0 && changes.length > 0)) return `${version} is no version of a list`;
  if (changes.length > limits.changes) return `the update has ${changes.length} tokens, more than ${limits.changes}`;
  if (new Set(changes.map(({ token }) => token)).size < changes.length) return 'the update names a token twice';
  const removal = kind === 'full' && changes.findIndex(({ entry }) => entry === undefined) + 1;
  return removal ? `number ${removal} of the full update says nothing about its token` : undefined;
}

function apply<Entry>(list: LocalList<Entry> | undefined, update: ListUpdate<Entry>): LocalList<Entry> | undefined {
  const entries = new Map(update.kind === 'full' ? [] : Object.entries(list?.entries ?? {}));
  for (const { token, entry } of update.changes) {
    if (entry === undefined) entries.delete(token);
    else entries.set(token, entry);
  }
  // From entries, not by assignment: a token may be called __proto__.
  return entries.size === 0 ? undefined : { version: update.version, entries: Object.fromEntries(entries) };
}
