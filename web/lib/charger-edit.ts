// The settings of a charger that can be changed, as a draft, and what of it is sent: only what differs.
import type { ChargerView } from './api-types';
import { checkCsms, compact } from './charger-draft';
import { type Draft, type FieldError, isObject, valueAt } from './draft';

/** Under `csms`, `basicAuth` and `tls` left out stay as they are, null takes them away, an object sets them anew. */
export function editDraft({ identity, csms, tags, connection }: ChargerView): Draft {
  const { url, securityProfile } = csms as { url: string; securityProfile?: number };
  const profile = securityProfile === undefined ? {} : { securityProfile };
  return { identity, connection, tags, csms: { url, ...profile } };
}

export function checkEdit(draft: Draft): FieldError[] {
  const { identity, tags } = draft;
  const [auth, tls] = [valueAt(draft, 'csms.basicAuth'), valueAt(draft, 'csms.tls')];
  // What stays is known to the API alone: only it can say whether the profile has all that it needs.
  const kept = checkCsms(draft, false).filter(
    ([path]) =>
      path === 'csms.url' ||
      (path.startsWith('csms.basicAuth') && isObject(auth)) ||
      (path.startsWith('csms.tls') && isObject(tls)),
  );
  return compact([
    ['identity', typeof identity === 'string' && identity.trim() !== '' ? undefined : 'is needed'],
    ['tags', Array.isArray(tags) && tags.length > 50 ? 'has at most 50' : undefined],
    ...kept,
  ]);
}

/** What differs from the charger as it was read. */
export function patchOf(charger: ChargerView, draft: Draft): Record<string, unknown> {
  const before = editDraft(charger);
  const csms = differing(before.csms, draft.csms);
  const { csms: _, ...plain } = differing(before, { ...draft, tags: draft.tags ?? [] });
  return { ...plain, ...(Object.keys(csms).length > 0 ? { csms } : {}) };
}

function differing(before: unknown, now: unknown): Record<string, unknown> {
  if (!isObject(before) || !isObject(now)) return {};
  const entries = Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]));
  return Object.fromEntries(entries);
}
