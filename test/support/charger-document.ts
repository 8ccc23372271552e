// Charger documents for tests that store or list chargers. They are valid, but nobody has booted or charged with them.
import type { Charger } from '../../lib/charger/charger';
import type { ChargerRecord } from '../../lib/simulator/ports';

const stateV16 = { configuration: {}, inoperative: [], connectors: [], cache: {}, ended: [] };
const stateV201 = { variables: {}, evses: [], cache: {}, ended: [], inoperative: [] };

/** A charger as it is before anything happened to it, but for `changes`. */
export function chargerDocument(id: string, changes: Partial<Charger> = {}): Charger {
  return {
    schema: 1,
    id,
    identity: id,
    protocol: 'ocpp1.6',
    revision: 0,
    createdAt: 1_700_000_000_000,
    csms: { url: 'ws://127.0.0.1:9000/ocpp' },
    model: 'ac-22kw-two-socket',
    tags: [],
    connection: 'onDemand',
    power: 'on',
    network: 'online',
    seed: 7,
    random: 7,
    link: { state: 'down', nonce: '', lastCall: 0, failures: 0 },
    timers: {},
    calls: { queue: [] },
    commands: {},
    faults: [],
    lastId: 0,
    evses: [],
    ...(changes.protocol === 'ocpp2.0.1' ? { v201: stateV201 } : { v16: stateV16 }),
    ...changes,
  };
}

/** The same as a store takes it. */
export function chargerRecord(id: string, changes: Partial<Charger> = {}): ChargerRecord {
  return { charger: chargerDocument(id, changes), statuses: [] };
}

/** A charger whose document is about this many bytes of JSON. */
export function chargerOfSize(id: string, bytes: number): Charger {
  const charger = chargerDocument(id);
  const missing = Math.max(0, bytes - JSON.stringify(charger).length - 40);
  const at = 1_700_000_000_000;
  return chargerDocument(id, { link: { ...charger.link, lastDown: { at, kind: 'cut', detail: 'x'.repeat(missing) } } });
}
