// Whether a stored document has the parts that every charger has. Stores look before anybody works with it: what somebody else has
// written must not take the operations on other chargers with it. The rules of the charger itself are not looked at.
import type { Charger } from '../charger/charger';

type Kind = 'text' | 'number' | 'object' | 'list';

const parts = {
  identity: 'text',
  protocol: 'text',
  revision: 'number',
  createdAt: 'number',
  csms: 'object',
  model: 'text',
  tags: 'list',
  connection: 'text',
  power: 'text',
  network: 'text',
  link: 'object',
  timers: 'object',
  calls: 'object',
  commands: 'object',
  faults: 'list',
  lastId: 'number',
  evses: 'list',
} as const satisfies Partial<Record<keyof Charger, Kind>>;

/** Where each version keeps its state. */
const states = { 'ocpp1.6': 'v16', 'ocpp2.0.1': 'v201' } as const satisfies Record<Charger['protocol'], keyof Charger>;

const checks: [string, Kind][] = Object.entries(parts);

/** What is wrong with it, in a few words without its values; `undefined`: nothing. `id`: what the store knows it by. */
export function faultOfCharger(charger: unknown, id: string | undefined): string | undefined {
  if (!is('object', charger)) return 'it holds no charger';
  const fields = charger as Partial<Charger>;
  if (fields.schema !== 1) return "the charger's schema is not 1";
  if (fields.id !== id) return 'it holds another charger';
  for (const [name, kind] of checks) {
    if (!is(kind, fields[name as keyof Charger])) return `${name} is no ${kind}`;
  }
  const { protocol, csms, calls, evses } = fields as Charger;
  if (typeof csms.url !== 'string') return 'csms.url is no text';
  if (!Array.isArray(calls.queue)) return 'calls.queue is no list';
  if (!evses.every((evse) => is('object', evse) && is('list', evse.connectors))) return 'an EVSE is none';
  if (!Object.hasOwn(states, protocol)) return 'the protocol is none';
  const state = states[protocol];
  return is('object', fields[state]) ? undefined : `${state} is no object`;
}

function is(kind: Kind, value: unknown): boolean {
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'list') return Array.isArray(value);
  if (kind === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === 'number';
}
