// What became of the transactions of a run: what chargers began beside what the CSMS took, and the energy that meter values and stops tell
// of the same session. Messages without a session are in tally.ts.
import type { Fact } from '../charger/facts';
import { Latency } from './latency';

/** A session whose messages contradict one another. Wh. */
export interface Discrepancy {
  chargerId: string;
  transactionId: string;
  startWh: number;
  /** The highest of its meter values. */
  lastWh: number;
  stopWh: number;
}

export interface TransactionCount {
  /** By chargers. */
  begun: number;
  /** The CSMS gave an id. */
  started: number;
  /** The CSMS took the end. */
  ended: number;
  /** The CSMS will never learn of the start or of the end. */
  lost: number;
  /** Starts that were sent again and got a second id: the CSMS has two transactions for one. */
  doubled: number;
  /** Ids that the CSMS gave to another transaction while the first one had them. */
  sharedIds: number;
  /** Wh between start and stop, over all that ended. */
  energyWh: number;
  /** Of the same, Wh between start and the last meter value. */
  meteredWh: number;
  /** Ended without a meter value. */
  unmetered: number;
  /** Ended with a register that is lower than one of their own meter values, or with one that fell meanwhile. */
  inconsistent: number;
  /** The first of those. */
  discrepancies: Discrepancy[];
}

export const noTransactions: TransactionCount = {
  begun: 0,
  started: 0,
  ended: 0,
  lost: 0,
  doubled: 0,
  sharedIds: 0,
  energyWh: 0,
  meteredWh: 0,
  unmetered: 0,
  inconsistent: 0,
  discrepancies: [],
};

export const discrepanciesAtMost = 20;

interface OpenTransaction {
  session: string;
  startWh: number;
  lastWh?: number;
  /** A meter value was lower than one before. */
  fell?: boolean;
}

interface Start {
  session: string;
  meterWh: number;
  /** Where it is the charger that makes it. */
  transactionId?: string;
}

/** Of one charger. */
interface Account {
  /** Starts on the wire, by what their answers are known by; each attempt is one. */
  starting: Map<string, Start>;
  open: Map<string, OpenTransaction>;
  ending: Map<string, { transactionId: string; meterWh: number }>;
  /** What the charger told last, and will be the one that is given up. */
  last?: { session: string } | { transactionId: string };
  lost: Set<string>;
  /** Begun by the charger, and no start of it has been seen on the wire. */
  unsaid: number;
}

/** The same as JSON. */
interface StoredAccount {
  starting: [string, Start][];
  open: [string, OpenTransaction][];
  ending: [string, { transactionId: string; meterWh: number }][];
  last?: Account['last'];
  lost: string[];
  unsaid?: number;
}

/** By charger: what another process needs to go on with. */
export type LedgerState = Record<string, StoredAccount>;

export type TransactionFact = Exclude<Fact, { kind: 'booted' }>;

export interface TransactionLedger {
  readonly count: TransactionCount;
  /** Wh that a stop told beyond the last meter value, per session that ended. */
  readonly gaps: Latency;
  take(chargerId: string, fact: TransactionFact): void;
  /** The charger itself says so, with its own id. */
  begun(chargerId: string): void;
  /** The same as `take`, of what nobody heard when it happened: a start tells that the charger began. */
  takeMissed(chargerId: string, fact: TransactionFact): void;
  lost(chargerId: string, id: string): void;
  /** Started, and the CSMS has not heard the end. */
  open(): number;
  state(): LedgerState;
  /** Goes on from what another one had. */
  resume(state: LedgerState, counts: { transactions: TransactionCount; gaps: Latency }): void;
}

export function createLedger(): TransactionLedger {
  const count: TransactionCount = { ...noTransactions, discrepancies: [] };
  const gaps = Latency.create();
  const accounts = new Map<string, Account>();
  /** Ids of transactions under way: the CSMS may not give one of them again. */
  const ids = new Set<string>();

  function accountOf(chargerId: string): Account {
    const known = accounts.get(chargerId);
    if (known) return known;
    const own: Account = { starting: new Map(), open: new Map(), ending: new Map(), lost: new Set(), unsaid: 0 };
    accounts.set(chargerId, own);
    return own;
  }

  function knows({ starting, open }: Account, session: string): boolean {
    return [...starting.values(), ...open.values()].some((one) => one.session === session);
  }

  function take(chargerId: string, fact: TransactionFact): void {
    const own = accountOf(chargerId);
    switch (fact.kind) {
      case 'starting':
        if (own.unsaid > 0 && !knows(own, fact.session)) own.unsaid -= 1;
        own.starting.set(fact.key, fact);
        own.last = { session: fact.session };
        return;
      case 'started':
        return start(own, fact.key, fact.transactionId);
      case 'metered': {
        const metered = own.open.get(fact.transactionId);
        if (metered) meter(metered, fact.meterWh);
        return;
      }
      case 'ending':
        own.ending.set(fact.key, fact);
        own.last = { transactionId: fact.transactionId };
        return;
      case 'ended':
        return end(chargerId, own, fact.key);
      case 'answered':
        return answered(chargerId, own, fact.key);
    }
  }

  function start(own: Account, key: string, transactionId: string): void {
    const starting = own.starting.get(key);
    if (!starting) return;
    const { session, meterWh } = starting;
    own.starting.delete(key);
    const before = [...own.open].find(([, open]) => open.session === session)?.[0];
    if (before === transactionId) return;
    if (before === undefined) count.started += 1;
    else {
      count.doubled += 1;
      drop(own, before);
    }
    if (ids.has(transactionId)) count.sharedIds += 1;
    ids.add(transactionId);
    own.open.set(transactionId, { session, startWh: meterWh });
  }

  function answered(chargerId: string, own: Account, key: string): void {
    const transactionId = own.starting.get(key)?.transactionId;
    if (transactionId === undefined) end(chargerId, own, key);
    else start(own, key, transactionId);
  }

  function drop(own: Account, transactionId: string): void {
    own.open.delete(transactionId);
    ids.delete(transactionId);
  }

  function meter(open: OpenTransaction, meterWh: number): void {
    if (meterWh < (open.lastWh ?? open.startWh)) open.fell = true;
    open.lastWh = Math.max(open.lastWh ?? meterWh, meterWh);
  }

  function end(chargerId: string, own: Account, key: string): void {
    const ending = own.ending.get(key);
    own.ending.delete(key);
    const open = ending && own.open.get(ending.transactionId);
    if (!ending || !open) return;
    drop(own, ending.transactionId);
    for (const [attempt, { session }] of own.starting) if (session === open.session) own.starting.delete(attempt);
    count.ended += 1;
    reconcile(chargerId, ending, open);
  }

  /** Wh that the session got by its stop, beside what its meter values say. */
  function reconcile(
    chargerId: string,
    { transactionId, meterWh: stopWh }: { transactionId: string; meterWh: number },
    { startWh, lastWh, fell }: OpenTransaction,
  ): void {
    count.energyWh += stopWh - startWh;
    if (lastWh === undefined) {
      count.unmetered += 1;
      return;
    }
    count.meteredWh += lastWh - startWh;
    gaps.record(stopWh - lastWh);
    if (stopWh >= lastWh && !fell) return;
    count.inconsistent += 1;
    if (count.discrepancies.length >= discrepanciesAtMost) return;
    count.discrepancies.push({ chargerId, transactionId, startWh, lastWh, stopWh });
  }

  function forget(own: Account, given: string): void {
    for (const [id, { session }] of own.open) if (session === given) drop(own, id);
    for (const [key, { session }] of own.starting) if (session === given) own.starting.delete(key);
  }

  const open = () => [...accounts.values()].reduce((sum, own) => sum + own.open.size, 0);

  return {
    count,
    gaps,
    open,
    state: () => Object.fromEntries([...accounts].map(([id, own]) => [id, stored(own)])),
    resume(state, counts) {
      Object.assign(count, structuredClone(counts.transactions));
      gaps.add(counts.gaps);
      for (const [id, own] of Object.entries(state)) {
        accounts.set(id, revived(own));
        for (const [transactionId] of own.open) ids.add(transactionId);
      }
    },
    take,
    takeMissed(chargerId, fact) {
      const own = accountOf(chargerId);
      if (fact.kind === 'starting' && own.unsaid === 0 && !knows(own, fact.session)) count.begun += 1;
      take(chargerId, fact);
    },
    begun(chargerId) {
      count.begun += 1;
      accountOf(chargerId).unsaid += 1;
    },
    lost(chargerId, id) {
      const own = accountOf(chargerId);
      if (own.lost.has(id)) return;
      own.lost.add(id);
      count.lost += 1;
      const { last } = own;
      if (last && 'transactionId' in last) drop(own, last.transactionId);
      else if (last) forget(own, last.session);
    },
  };
}

function stored({ starting, open, ending, last, lost, unsaid }: Account): StoredAccount {
  const own = { starting: [...starting], open: [...open], ending: [...ending], lost: [...lost] };
  return { ...own, ...(last === undefined ? {} : { last }), ...(unsaid === 0 ? {} : { unsaid }) };
}

function revived({ starting, open, ending, last, lost, unsaid = 0 }: StoredAccount): Account {
  const maps = { starting: new Map(starting), open: new Map(open), ending: new Map(ending), lost: new Set(lost) };
  return { ...maps, unsaid, ...(last === undefined ? {} : { last }) };
}
