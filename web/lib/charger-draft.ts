// A charger as it is being filled in, new or as a copy: how it begins, and the plain mistakes that need no API to be seen.
import type { ChargerView, Model } from './api-types';
import { checkNumber, type Draft, type FieldError, isObject, listAt, valueAt } from './draft';

export const chargersAtMost = 10_000;

type Ids = ReadonlyMap<string, unknown>;

/** One that connects by itself, with the next free id. */
export function newChargerDraft(taken: Ids): Draft {
  return { count: 1, id: freeId('CP', taken), protocol: 'ocpp1.6', connection: 'persistent' };
}

/** `CP-1`, or the next number that is free. */
export function freeId(stem: string, taken: Ids): string {
  let number = 1;
  while (taken.has(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}

/** The same settings for another charger. What never comes out of the API must be given anew. */
export function cloneDraft(charger: ChargerView, models: readonly Model[], taken: Ids): Draft {
  const { id, protocol, csms, model, connection, tags, boot, evses } = charger;
  const { basicAuth, tls, ...plain } = csms as Record<string, unknown>;
  const shipped = models.find(({ name }) => name === model);
  const own = (name: string, value: unknown) =>
    value === undefined || JSON.stringify(value) === JSON.stringify(shipped?.[name]) ? {} : { [name]: value };
  return {
    count: 1,
    id: freeId(id.replace(/-?\d+$/, ''), taken),
    protocol,
    csms: { ...plain, ...withoutSecrets(basicAuth, tls) },
    model,
    connection,
    ...(charger.power === 'off' ? { power: 'off' } : {}),
    ...(tags.length > 0 ? { tags: tags.filter((tag) => !tag.startsWith('run:')) } : {}),
    ...own('boot', boot),
    ...own('evses', evses),
  };
}

function withoutSecrets(basicAuth: unknown, tls: unknown): Record<string, unknown> {
  return {
    // The username is the identity of its charger, as a rule: the other one has its own.
    ...(isObject(basicAuth) ? { basicAuth: {} } : {}),
    ...(isObject(tls) ? { tls: tlsDraft(tls) } : {}),
  };
}

/** What is known of it: all but the private key. */
export function tlsDraft(tls: unknown): Record<string, unknown> {
  const { keySet: _, ...rest } = isObject(tls) ? tls : {};
  return rest;
}

/** What a charger had that a copy must be given again, in words. */
export function secretsOf(charger: ChargerView): string[] {
  const { basicAuth, tls } = charger.csms as { basicAuth?: unknown; tls?: { keySet?: boolean } };
  return [
    ...(basicAuth ? ['the password of Basic auth'] : []),
    ...(tls?.keySet ? ['the private key of its certificate'] : []),
  ];
}

export function isMany(draft: Draft): boolean {
  return typeof draft.count === 'number' && draft.count > 1;
}

/** Many need a place for their number, one has none. */
export function patternFor(id: string, count: number): string {
  if (count > 1) return id.includes('{n') ? id : `${id.replace(/-?\d+$/, '')}-{n:0${String(count).length}}`;
  return id.replace(/\{n(:0?\d+)?\}/, '1');
}

const placeOfNumber = /\{n(?::0?\d{1,2})?\}/g;

function idMistake(id: unknown, many: boolean, taken: Ids): string | undefined {
  if (typeof id !== 'string' || id.trim() === '') return 'is needed';
  if (/[/\\?#]/.test(id)) return 'may contain none of / \\ ? #';
  if (!many) return taken.has(id) ? 'exists already' : undefined;
  return (id.match(placeOfNumber) ?? []).length === 1 ? undefined : 'needs one {n}, as in CP-{n} or CP-{n:04}';
}

/** `demo`: a demo CSMS stands in for an address that is left out. */
export function checkChargerDraft(draft: Draft, taken: Ids, demo: boolean): FieldError[] {
  return compact([
    ['count', checkNumber(draft.count, { least: 1, most: chargersAtMost, whole: true })],
    ['id', idMistake(draft.id, isMany(draft), taken)],
    ...checkShared(draft, demo),
  ]);
}

export type Check = [path: string, mistake: string | undefined];

export function compact(checks: readonly Check[]): FieldError[] {
  return checks.flatMap(([path, message]) => (message === undefined ? [] : [{ path, message }]));
}

/** What chargers created together share. */
export function checkShared(draft: Draft, demo: boolean): Check[] {
  const soc = valueAt(draft, 'ev.soc');
  const seed = draft.seed;
  return [
    ...checkCsms(draft, demo),
    ['ev.soc', soc === undefined ? undefined : checkNumber(soc, { least: 0, most: 100 })],
    ['seed', seed === undefined ? undefined : checkNumber(seed, { least: 0, most: 4_294_967_295, whole: true })],
    ...listAt(draft, 'evses').flatMap(checkEvse),
    ['evses', Array.isArray(draft.evses) && draft.evses.length === 0 ? 'needs one at least' : undefined],
    ['configuration', configurationMistake(draft)],
  ];
}

/** The address and what its security profile needs (OCPP 1.6 security whitepaper §2, OCPP 2.0.1 A00). */
export function checkCsms(draft: Draft, demo: boolean): Check[] {
  const url = valueAt(draft, 'csms.url');
  const profile = valueAt(draft, 'csms.securityProfile');
  const hasAuth = isObject(valueAt(draft, 'csms.basicAuth'));
  const wantsAuth = profile === 1 || profile === 2;
  const [certificate, key] = [valueAt(draft, 'csms.tls.certificate'), valueAt(draft, 'csms.tls.key')];
  return [
    ['csms.url', urlMistake(url, profile, demo)],
    [
      'csms.basicAuth.password',
      (wantsAuth || hasAuth) && !valueAt(draft, 'csms.basicAuth.password') ? 'is needed' : undefined,
    ],
    ['csms.tls.certificate', profile === 3 && !certificate ? 'is needed for profile 3' : undefined],
    ['csms.tls.key', !key && (profile === 3 || certificate) ? 'is needed with the certificate' : undefined],
    ...(['ca', 'certificate', 'key'] as const).map(
      (name): Check => [`csms.tls.${name}`, pemMistake(valueAt(draft, `csms.tls.${name}`))],
    ),
  ];
}

function urlMistake(url: unknown, profile: unknown, demo: boolean): string | undefined {
  if (url === undefined) return demo && !profile ? undefined : 'is needed, such as wss://csms.example/ocpp';
  if (typeof url !== 'string' || !/^wss?:\/\/\S+$/i.test(url.trim())) return 'begins with ws:// or wss://';
  const secure = /^wss:/i.test(url.trim());
  if (profile === 1 && secure) return 'begins with ws:// for security profile 1';
  if ((profile === 2 || profile === 3) && !secure) return `begins with wss:// for security profile ${profile}`;
  return undefined;
}

function pemMistake(value: unknown): string | undefined {
  if (value === undefined || /-----BEGIN [A-Z0-9 ]+-----/.test(String(value))) return undefined;
  return 'is PEM text: -----BEGIN …';
}

function checkEvse(evse: unknown, index: number): Check[] {
  const at = (path: string): Check[0] => `evses.${index}.${path}`;
  const number = (path: string, least: number, most: number, whole: boolean): Check => [
    at(path),
    checkNumber(valueAt(evse, path), { least, most, whole }),
  ];
  return [
    number('id', 1, 100, true),
    number('maxPowerW', 1, 10_000_000, false),
    ...listAt(evse, 'connectors').flatMap((connector, place): Check[] => [
      number(`connectors.${place}.id`, 1, 20, true),
      [at(`connectors.${place}.type`), valueAt(connector, 'type') ? undefined : 'is needed, such as sType2'],
    ]),
  ];
}

function configurationMistake({ configuration, protocol }: Draft): string | undefined {
  if (configuration === undefined) return undefined;
  if (configuration === null) return 'a line of it is wrong';
  const isKeys = !Array.isArray(configuration);
  if (isKeys === (protocol === 'ocpp1.6')) return undefined;
  return isKeys ? 'OCPP 2.0.1 has variables: Component.Variable = value' : 'OCPP 1.6 has keys: Key = value';
}
