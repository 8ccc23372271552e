// What a run has come to, counted from the frames and connections of its chargers while they pass; nothing is kept per message. What is
// made of it is in report.ts; transactions have a ledger of their own, transaction-ledger.ts.
import type { Protocol } from '../charger/charger';
import { dialectOf } from '../charger/dialects';
import type { LoggedFrame } from '../charger/effect';
import type { Fact, FactReader } from '../charger/facts';
import { sectionOf } from '../charger/violations';
import type { WatchedEvent } from '../simulator/ports';
import { Latency } from './latency';
import type { Mark } from './missed';
import { createLedger, type LedgerState, type TransactionCount, type TransactionLedger } from './transaction-ledger';

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

/** A rule that the CSMS broke, by the section where it stands. */
export interface ViolationCount {
  rule: string;
  section: string;
  count: number;
  /** The first one. */
  example: { chargerId: string; action: string; detail: string };
}

type ViolationEvent = Extract<WatchedEvent, { kind: 'violation' }>;

interface ChargerTally {
  readonly protocol: Protocol;
  read: FactReader | undefined;
  /** Ms since the phase began. */
  bootedAfter?: number;
  backAfter?: number;
  attempts: number;
  link: string;
  /** Up to where its frames are counted: the time of the last one, epoch ms, and how many have that time. */
  countedTo?: number;
  countedThen?: number;
  /** Handed over while it was connected: until it is dialled, and while it is, it counts as connected. */
  handedOver?: 'waits' | 'dialled';
}

/** A charger's as JSON, so that another process can go on counting. */
export type StoredChargerTally = Omit<ChargerTally, 'protocol' | 'read' | 'handedOver'>;

export interface TallyState {
  /** Epoch ms. */
  phaseBeganAt: number;
  chargers: Record<string, StoredChargerTally>;
  transactions: LedgerState;
}

/** What has been counted so far, beside the state. */
export interface Counts {
  actions: ActionCount[];
  violations: ViolationCount[];
  transactions: TransactionCount;
  gaps: Latency;
}

export interface Tally {
  readonly actions: Map<string, ActionCount>;
  readonly violations: Map<string, ViolationCount>;
  readonly transactions: TransactionLedger;
  /** Chargers by the state of their connection. */
  readonly links: Readonly<Record<string, number>>;
  frame(chargerId: string, frame: LoggedFrame): void;
  /** One that nobody heard when it passed: it comes from the message log. */
  missed(chargerId: string, frame: LoggedFrame): void;
  /** Up to where the frames of the charger are counted; none was: undefined. */
  mark(chargerId: string): Mark | undefined;
  event(chargerId: string, event: WatchedEvent): void;
  /** True when the connection came up or went down. */
  link(chargerId: string, state: string, now: number): boolean;
  /** Times from here on are counted from now. */
  beginPhase(now: number): void;
  /** Of this phase: times until chargers were booted and back, attempts to connect, per charger that did. */
  bootTimes(): number[];
  backTimes(): number[];
  attempts(): number[];
  state(): TallyState;
  /**
   * Goes on from what another tally of the same chargers had. `handedOver`: connections that were up then were closed in good order, to
   * be opened again: nobody lost anything, and nobody tries to connect. Else they were lost.
   */
  resume(state: TallyState, counts: Counts, handedOver: boolean): void;
}

/** Actions come from testers too: beyond this many they are counted together. */
const actionsAtMost = 200;
const violationsAtMost = 200;

/** `link`: of the charger, when the counting begins. */
export function createTally(chargers: ReadonlyMap<string, { protocol: Protocol; link: string }>): Tally {
  const tallies = new Map<string, ChargerTally>();
  for (const [id, { protocol, link }] of chargers) tallies.set(id, newCharger(protocol, link));
  const actions = new Map<string, ActionCount>();
  const violations = new Map<string, ViolationCount>();
  const transactions = createLedger();
  const links: Record<string, number> = {};
  let beganAt = 0;
  countLinks();

  function countLinks(): void {
    for (const link in links) delete links[link];
    for (const { link } of tallies.values()) links[link] = (links[link] ?? 0) + 1;
  }

  function countAction(frame: LoggedFrame): void {
    const isCall = frame.type === 'call';
    const from = (frame.direction === 'sent') === isCall ? 'charger' : 'csms';
    const count = actionOf(actions, frame.action, from);
    if (isCall) count.calls += 1;
    else if (frame.type === 'result') count.results += 1;
    else if (frame.type === 'error') count.errors += 1;
    if (frame.durationMs !== undefined) count.latency.record(frame.durationMs);
  }

  /** Whether the change is one of a connection that has been handed over, and nothing to count. */
  function isHandOver(own: ChargerTally, state: string): boolean {
    if (own.handedOver === undefined) return false;
    if (state === 'opening') own.handedOver = 'dialled';
    if (state === 'up' || (state === 'down' && own.handedOver === 'dialled')) delete own.handedOver;
    return own.handedOver !== undefined;
  }

  function countFrame(own: ChargerTally, frame: LoggedFrame): Fact | undefined {
    const { at } = frame;
    if (own.countedTo === undefined || at > own.countedTo) {
      own.countedTo = at;
      own.countedThen = 1;
    } else if (at === own.countedTo) own.countedThen = (own.countedThen ?? 0) + 1;
    countAction(frame);
    const fact = own.read?.(frame);
    if (fact?.kind === 'booted') own.bootedAfter ??= at - beganAt;
    return fact;
  }

  type Broken = Pick<ViolationEvent, 'rule' | 'section' | 'action' | 'detail'>;

  function countViolation(chargerId: string, { rule, section, action, detail }: Broken): void {
    const key = ruleKeyOf({ rule, section });
    const known = violations.get(key);
    if (known) known.count += 1;
    else if (violations.size < violationsAtMost) {
      violations.set(key, { rule, section, count: 1, example: { chargerId, action, detail } });
    }
  }

  return {
    actions,
    violations,
    transactions,
    links,
    frame(chargerId, frame) {
      const own = tallies.get(chargerId);
      if (!own) return;
      const fact = countFrame(own, frame);
      if (fact && fact.kind !== 'booted') transactions.take(chargerId, fact);
    },
    missed(chargerId, frame) {
      const own = tallies.get(chargerId);
      if (!own) return;
      const fact = countFrame(own, frame);
      if (fact && fact.kind !== 'booted') transactions.takeMissed(chargerId, fact);
      const { action } = frame;
      for (const rule of frame.violations ?? []) {
        const section = sectionOf(dialectOf({ protocol: own.protocol }), rule, action);
        countViolation(chargerId, { rule, section, action, detail: 'told by the message log' });
      }
    },
    mark(chargerId) {
      const { countedTo: at, countedThen: count = 0 } = tallies.get(chargerId) ?? {};
      return at === undefined ? undefined : { at, count };
    },
    event(chargerId, event) {
      if (!tallies.has(chargerId)) return;
      if (event.kind === 'violation') countViolation(chargerId, event);
      else if (event.change === 'started') transactions.begun(chargerId);
      else if (event.change === 'lost') transactions.lost(chargerId, event.id);
    },
    link(chargerId, state, now) {
      const own = tallies.get(chargerId);
      if (!own || isHandOver(own, state) || own.link === state) return false;
      const [was, is] = [own.link === 'up', state === 'up'];
      links[own.link] = (links[own.link] ?? 0) - 1;
      links[state] = (links[state] ?? 0) + 1;
      own.link = state;
      if (state === 'opening') own.attempts += 1;
      if (is) own.backAfter ??= now - beganAt;
      return was !== is;
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
    state: () => ({
      phaseBeganAt: beganAt,
      chargers: Object.fromEntries([...tallies].map(([id, own]) => [id, stored(own)])),
      transactions: transactions.state(),
    }),
    resume(state, counts, handedOver) {
      beganAt = state.phaseBeganAt;
      for (const count of counts.actions) actions.set(keyOf(count), count);
      for (const count of counts.violations) violations.set(ruleKeyOf(count), count);
      transactions.resume(state.transactions, counts);
      for (const [id, own] of tallies) {
        const known = state.chargers[id];
        if (!known) continue;
        Object.assign(own, known);
        if (own.link === 'up' && handedOver) own.handedOver = 'waits';
        else own.link = 'down';
      }
      countLinks();
    },
  };
}

function stored({ protocol: _, read: __, handedOver: ___, ...rest }: ChargerTally): StoredChargerTally {
  return rest;
}

const keyOf = ({ from, action }: Pick<ActionCount, 'from' | 'action'>) => `${from} ${action}`;
const ruleKeyOf = ({ rule, section }: Pick<ViolationCount, 'rule' | 'section'>) => `${rule} ${section}`;

function newCharger(protocol: Protocol, link: string): ChargerTally {
  return { protocol, read: dialectOf({ protocol }).fact, attempts: 0, link };
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
