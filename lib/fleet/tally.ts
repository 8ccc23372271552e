// What a run has come to, counted from the frames and connections of its chargers while they pass; nothing is kept per message. What is
// made of it is in report.ts.
import type { Protocol } from '../charger/charger';
import { dialectOf } from '../charger/dialects';
import type { LoggedFrame } from '../charger/effect';
import type { Fact, FactReader } from '../charger/facts';
import { Latency } from './latency';

/** One action, in one direction. */
export interface ActionCount {
  action: string;
  /** Who called. */
  from: 'charger' | 'csms';
  calls: number;
  results: number;
  /** CALLERRORs. */
  errors: number;
  latency: Latency;
}

export interface TransactionCount {
  /** The CSMS gave an id. */
  started: number;
  /** The CSMS took its end. */
  ended: number;
  /** Ids that the CSMS gave more than once. */
  doubled: number;
  /** Wh between the meter at the start and at the end, over all that ended. */
  energyWh: number;
  /** Of those, ended with a register that is lower than one of its own meter values. */
  inconsistent: number;
}

interface OpenTransaction {
  startWh: number;
  lastWh: number;
}

interface ChargerTally {
  read: FactReader | undefined;
  /** Ms since the phase began. */
  bootedAfter?: number;
  backAfter?: number;
  attempts: number;
  link: string;
  /** Handed over while it was connected: until it is dialled, and while it is, it counts as connected. */
  handedOver?: 'waits' | 'dialled';
  starting: Map<string, number>;
  open: Map<string, OpenTransaction>;
  ending: Map<string, { transactionId: string; meterWh: number }>;
}

/** A charger's as JSON, so that another process can go on counting. */
export interface StoredChargerTally extends Omit<ChargerTally, 'read' | 'handedOver' | 'starting' | 'open' | 'ending'> {
  starting: [string, number][];
  open: [string, OpenTransaction][];
  ending: [string, { transactionId: string; meterWh: number }][];
}

export interface TallyState {
  /** Epoch ms. */
  phaseBeganAt: number;
  chargers: Record<string, StoredChargerTally>;
}

export interface Tally {
  readonly actions: Map<string, ActionCount>;
  readonly transactions: TransactionCount;
  readonly connected: number;
  frame(chargerId: string, frame: LoggedFrame): void;
  /** True when the connection came up or went down. */
  link(chargerId: string, state: string, now: number): boolean;
  /** Times from here on are counted from now. */
  beginPhase(now: number): void;
  /** Of this phase: times until chargers were booted and back, attempts to connect, per charger that did. */
  bootTimes(): number[];
  backTimes(): number[];
  attempts(): number[];
  /** Transactions that the CSMS started and has not heard the end of. */
  unended(): number;
  state(): TallyState;
  /**
   * Goes on from what another tally of the same chargers had. `handedOver`: connections that were up then were closed in good order, to
   * be opened again: nobody lost anything, and nobody tries to connect. Else they were lost.
   */
  resume(
    state: TallyState,
    counts: { actions: ActionCount[]; transactions: TransactionCount },
    handedOver: boolean,
  ): void;
}

/** Actions come from testers too: beyond this many they are counted together. */
const actionsAtMost = 200;

/** `link`: of the charger, when the counting begins. */
export function createTally(chargers: ReadonlyMap<string, { protocol: Protocol; link: string }>): Tally {
  const tallies = new Map<string, ChargerTally>();
  for (const [id, { protocol, link }] of chargers) tallies.set(id, newCharger(protocol, link));
  const actions = new Map<string, ActionCount>();
  const transactions: TransactionCount = { started: 0, ended: 0, doubled: 0, energyWh: 0, inconsistent: 0 };
  /** Ids of transactions under way: the CSMS may not give one of them again. */
  const ids = new Set<string>();
  let beganAt = 0;
  let connected = [...tallies.values()].filter(({ link }) => link === 'up').length;

  function countAction(frame: LoggedFrame): void {
    const isCall = frame.type === 'call';
    const from = (frame.direction === 'sent') === isCall ? 'charger' : 'csms';
    const count = actionOf(actions, frame.action, from);
    if (isCall) count.calls += 1;
    else if (frame.type === 'result') count.results += 1;
    else if (frame.type === 'error') count.errors += 1;
    if (frame.durationMs !== undefined) count.latency.record(frame.durationMs);
  }

  function take(own: ChargerTally, fact: Fact, at: number): void {
    switch (fact.kind) {
      case 'booted':
        own.bootedAfter ??= at - beganAt;
        return;
      case 'starting':
        own.starting.set(fact.key, fact.meterWh);
        return;
      case 'started':
        return start(own, fact.key, fact.transactionId);
      case 'metered': {
        const open = own.open.get(fact.transactionId);
        if (open) open.lastWh = Math.max(open.lastWh, fact.meterWh);
        return;
      }
      case 'ending':
        own.ending.set(fact.key, fact);
        return;
      case 'ended':
        return end(own, fact.key);
    }
  }

  function start(own: ChargerTally, key: string, transactionId: string): void {
    const startWh = own.starting.get(key) ?? 0;
    own.starting.delete(key);
    transactions.started += 1;
    if (ids.has(transactionId)) transactions.doubled += 1;
    ids.add(transactionId);
    own.open.set(transactionId, { startWh, lastWh: startWh });
  }

  function end(own: ChargerTally, key: string): void {
    const ending = own.ending.get(key);
    own.ending.delete(key);
    const open = ending && own.open.get(ending.transactionId);
    if (!ending || !open) return;
    own.open.delete(ending.transactionId);
    ids.delete(ending.transactionId);
    transactions.ended += 1;
    transactions.energyWh += ending.meterWh - open.startWh;
    if (ending.meterWh < open.lastWh) transactions.inconsistent += 1;
  }

  /** Whether the change is one of a connection that has been handed over, and nothing to count. */
  function isHandOver(own: ChargerTally, state: string): boolean {
    if (own.handedOver === undefined) return false;
    if (state === 'opening') own.handedOver = 'dialled';
    if (state === 'up' || (state === 'down' && own.handedOver === 'dialled')) delete own.handedOver;
    return own.handedOver !== undefined;
  }

  return {
    actions,
    transactions,
    get connected() {
      return connected;
    },
    frame(chargerId, frame) {
      const own = tallies.get(chargerId);
      if (!own) return;
      countAction(frame);
      const fact = own.read?.(frame);
      if (fact) take(own, fact, frame.at);
    },
    link(chargerId, state, now) {
      const own = tallies.get(chargerId);
      if (!own || isHandOver(own, state) || own.link === state) return false;
      const [was, is] = [own.link === 'up', state === 'up'];
      own.link = state;
      if (state === 'opening') own.attempts += 1;
      if (is) own.backAfter ??= now - beganAt;
      if (was === is) return false;
      connected += is ? 1 : -1;
      return true;
    },
    beginPhase(now) {
      beganAt = now;
      for (const own of tallies.values()) {
        delete own.bootedAfter;
        delete own.backAfter;
        own.attempts = 0;
      }
    },
    bootTimes: () => [...tallies.values()].flatMap(({ bootedAfter }) => bootedAfter ?? []),
    backTimes: () => [...tallies.values()].flatMap(({ backAfter }) => backAfter ?? []),
    attempts: () => [...tallies.values()].flatMap(({ attempts }) => (attempts > 0 ? attempts : [])),
    unended: () => [...tallies.values()].reduce((sum, { open }) => sum + open.size, 0),
    state: () => ({
      phaseBeganAt: beganAt,
      chargers: Object.fromEntries([...tallies].map(([id, own]) => [id, stored(own)])),
    }),
    resume(state, counts, handedOver) {
      beganAt = state.phaseBeganAt;
      for (const count of counts.actions) actions.set(keyOf(count), count);
      Object.assign(transactions, counts.transactions);
      for (const [id, own] of tallies) {
        const known = state.chargers[id];
        if (!known) continue;
        Object.assign(own, revived(known));
        for (const transactionId of own.open.keys()) ids.add(transactionId);
        if (own.link === 'up' && handedOver) own.handedOver = 'waits';
        else own.link = 'down';
      }
      connected = [...tallies.values()].filter(({ link }) => link === 'up').length;
    },
  };
}

function stored({ read: _, handedOver: __, starting, open, ending, ...rest }: ChargerTally): StoredChargerTally {
  return { ...rest, starting: [...starting], open: [...open], ending: [...ending] };
}

function revived({ starting, open, ending, ...rest }: StoredChargerTally): Omit<ChargerTally, 'read'> {
  return { ...rest, starting: new Map(starting), open: new Map(open), ending: new Map(ending) };
}

const keyOf = ({ from, action }: Pick<ActionCount, 'from' | 'action'>) => `${from} ${action}`;

function newCharger(protocol: Protocol, link: string): ChargerTally {
  return {
    read: dialectOf({ protocol }).fact,
    attempts: 0,
    link,
    starting: new Map(),
    open: new Map(),
    ending: new Map(),
  };
}

function actionOf(actions: Map<string, ActionCount>, action: string, from: ActionCount['from']): ActionCount {
  const key = keyOf({ from, action });
  const known = actions.get(key);
  if (known) return known;
  if (actions.size >= actionsAtMost && action !== 'other') return actionOf(actions, 'other', from);
  const own: ActionCount = { action, from, calls: 0, results: 0, errors: 0, latency: Latency.create() };
  actions.set(key, own);
  return own;
}
