// The simulator of one process: puts store, links, clock and drivers together and offers the use cases. What happens on a
// charger is in lib/charger, how it is driven in exchange.ts and resident.ts.
import { randomUUID } from 'node:crypto';
import type { Charger } from '../charger/charger';
import type { Command, SettledCommand } from '../charger/command';
import { buildCharger } from '../charger/create';
import { realCore } from './core';
import { createDials } from './dials';
import { createDueQueue } from './due';
import { createEndings, type Woken } from './endings';
import { createExchanges } from './exchange';
import { createFlusher } from './flusher';
import { createHolding } from './holding';
import { createHeapKeeper, systemTimer, type Timer } from './keeper';
import { isFree } from './lease';
import { createMailbox } from './mailbox';
import { countEvent, createCounters, toMetrics } from './metrics';
import {
  type Bell,
  type ChargerRecord,
  type Clock,
  DamagedDocumentError,
  type Keeper,
  type LinkFactory,
  type Observer,
  StaleError,
  type Store,
  type StoredCharger,
  StoreUnavailableError,
  type Tasks,
} from './ports';
import { createReading } from './reading';
import { toRecord, toWatchedRecord } from './record';
import { createResidentDriver } from './resident';
import {
  BusyError,
  type MetricsSnapshot,
  type Removed,
  type RemoveOptions,
  type SimulatorService,
  type SubmitOptions,
} from './service';
import type { Driver, Session } from './session';
import type { Submission } from './submission';
import type { Core, Logger, World } from './world';

export type { Woken } from './endings';
export type { Core, Logger } from './world';

/** What a host gives the simulator. */
export interface SimulatorPorts {
  store: Store;
  links: LinkFactory;
  tasks: Tasks;
  bell: Bell;
  logger: Logger;
  /** Names this process in leases; unique among all that use the store. Default: random. */
  holder?: string;
  /** Nobody else uses this store: leases left by an earlier process are void. Default: false. */
  soleOwner?: boolean;
  /** Persistent chargers keep their socket in this process. Default: true. */
  residents?: boolean;
  /**
   * Another process goes on with the residents once this one has stopped: it hands them over instead of letting them go, and takes at
   * once what was handed over. Default: false.
   */
  handsOver?: boolean;
  /** Wakes chargers that are not in memory, by calling `wake`. Default: this process does. */
  keeper?: Keeper;
  observer?: Observer;
  clock?: Clock;
  timer?: Timer;
  core?: Core;
  limits?: Partial<Limits>;
}

export interface Limits {
  /** How long a lease lasts without being renewed, milliseconds. */
  leaseMs: number;
  /** Sleeping chargers brought in at the same time because their deadline has come. */
  wakes: number;
  /** Connections being opened at the same time. */
  dials: number;
  /** How long `stop` waits for what is under way, milliseconds. */
  stopMs: number;
  /** Without residents: how long a charger that wants to be reachable keeps the socket of an exchange until it is held. */
  lingerMs: number;
  /** Without residents: how long commands may take after a window before they go along to the next holder. */
  leaveMs: number;
}

const defaultLimits: Limits = {
  leaseMs: 60_000,
  wakes: 200,
  dials: 200,
  stopMs: 10_000,
  lingerMs: 30_000,
  leaveMs: 10_000,
};
/** With nobody to hand over to, a lease need not be renewed. */
const soleLeaseMs = 365 * 24 * 3600 * 1000;
const pageSize = 500;
/** How long the CSMS may take over the end of what runs when a charger is deleted. */
const retireMs = 30_000;

export interface Simulator extends SimulatorService {
  metrics(): MetricsSnapshot;
  /** Takes on every stored charger: those that hold their socket connect again, deadlines of the others are kept. */
  start(): Promise<void>;
  /** The same for some of them. Resolves when those that were free are in. */
  takeOn(chargerIds: readonly string[]): Promise<void>;
  /** Finishes what is under way, closes sockets politely, saves everything. */
  stop(): Promise<void>;
  /**
   * Lives through what is due on one charger; resolves when it has been let go. For hosts that keep time themselves: `hold` in the
   * answer asks for `hold` next. An unknown charger has nothing due. @throws StoreUnavailableError, BusyError
   */
  wake(chargerId: string): Promise<Woken>;
  /**
   * Without residents: keeps the socket of a charger that wants to be reachable until `until` (epoch ms) at most, then hands it
   * over: the socket is closed politely, commands wait in the mailbox for the next holder. @throws StoreUnavailableError
   */
  hold(chargerId: string, until: number): Promise<Woken>;
  /**
   * Resolves when this process has written back and let go of the charger, or goes on with it for others (a command, a window); at
   * the latest after `timeoutMs`. For hosts whose invocations must not end before their work.
   */
  rest(chargerId: string, timeoutMs: number): Promise<void>;
  /** Nobody wakes the charger until somebody uses it again. Resolves to false when there is none. @throws BusyError while it is in use */
  letSleep(chargerId: string): Promise<boolean>;
  /** How this process keeps the time of the charger; undefined: it does not. */
  keptHere(chargerId: string): KeptHere | undefined;
  /** Chargers whose time is kept in this process, ordered by id. */
  keptAlive(): KeptHere[];
}

/** A charger whose time is kept in this process. */
export interface KeptHere {
  chargerId: string;
  nextWakeAt?: number;
  /** It is in memory now. */
  active: boolean;
  /** Its connection is open. */
  connected: boolean;
}

/** What may wait a little, and what may wait longer, is seen to this often. */
const lazyMs = 250;
const leisureMs = 2_000;

/** A simulator over the given ports. Nothing happens before `start` or the first request. */
export function createSimulator(ports: SimulatorPorts): Simulator {
  const { store, logger } = ports;
  const clock = ports.clock ?? Date.now;
  const timer = ports.timer ?? systemTimer;
  const limits = { ...defaultLimits, ...ports.limits };
  const soleOwner = ports.soleOwner ?? false;
  const leaseMs = soleOwner ? soleLeaseMs : limits.leaseMs;
  const counters = createCounters();
  const sessions = new Map<string, Session>();
  const endings = createEndings();
  const core = ports.core ?? realCore;
  let tellEmpty = (): void => {};

  const deadlines = createHeapKeeper(clock, timer, (id) => {
    const session = sessions.get(id);
    if (session) wakeSession(session);
    else due.add(id);
  });
  // A command may have brought it in while it waited for its turn: a second session would take the charger from the first.
  const due = createDueQueue(limits.wakes, (id) => (sessions.has(id) ? due.done(id) : exchanges.begin(id, [])));
  const flush = (session: Session) => session.driver.flush(session);
  const flusher = createFlusher<Session>({ clock, timer }, lazyMs, flush);
  const leisure = createFlusher<Session>({ clock, timer }, leisureMs, flush);

  const world: World = {
    core,
    store,
    links: ports.links,
    tasks: ports.tasks,
    bell: ports.bell,
    clock,
    timer,
    logger,
    observer: ports.observer,
    holder: ports.holder ?? randomUUID(),
    soleOwner,
    residents: ports.residents !== false,
    handsOver: ports.handsOver ?? false,
    counters,
    sessions,
    deadlines,
    keeper: ports.keeper ?? deadlines,
    dials: createDials<Session>(limits.dials, (session) => session.dial()),
    stopping: false,
    countEvent: (event) => countEvent(counters, event),
    lazily: flusher.add,
    atLeisure: leisure.add,
    start,
    orphanSettled(chargerId, commandId, outcome) {
      if (soleOwner) return;
      mailbox
        .finishOrphan(chargerId, commandId, outcome)
        .catch((error) => logger.warn({ message: 'outcome not left in the mailbox', error: String(error) }));
    },
    settledIn: due.done,
    passedOn: endings.passOn,
    over(chargerId, nextWakeAt, { before, hold = false, error } = {}) {
      holding.close(chargerId);
      if (world.keeper !== deadlines) deadlines.schedule(chargerId, undefined);
      due.done(chargerId);
      const told = endings.tell(chargerId, { ...(nextWakeAt === undefined ? {} : { nextWakeAt }), hold }, error);
      if (told) world.keeper.schedule(chargerId, nextWakeAt, nextWakeAt);
      else world.keeper.schedule(chargerId, hold ? clock() : nextWakeAt, before);
      if (sessions.size === 0 && exchanges.entering() === 0) tellEmpty();
    },
  };
  const mailbox = createMailbox(world);

  const { lingerMs, leaveMs } = limits;
  const holding = createHolding(world, { endings, exchanges: () => exchanges, lingerMs, leaveMs });
  const staysIn = (session: Session): boolean =>
    !world.stopping && (world.residents ? isResident(session.charger) : holding.staysIn(session));
  const exchanges = createExchanges(world, mailbox, {
    leaseMs,
    staysIn,
    residentDriver: () => residentDriver,
    lingers: holding.lingers,
    holds: holding.holds,
  });
  const residentDriver: Driver = createResidentDriver(world, { leaseMs, staysIn, exchange: () => exchanges.driver });

  const reading = createReading(world, wakeSession);

  function wakeSession(session: Session): void {
    if (session.phase !== 'running') return;
    if (session.renewAt <= clock()) renew(session);
    session.feed({ kind: 'wake' });
  }

  function renew(session: Session): void {
    // Set anew by the save; without one under way being over or the store being back, tried again soon.
    session.renewAt = clock() + leaseMs / 4;
    session.requestSave();
  }

  function start(chargerId: string, submissions: Submission[]): void {
    const session = sessions.get(chargerId);
    if (!session || session.phase === 'ended') exchanges.begin(chargerId, submissions);
    else for (const submission of submissions) session.submit(submission);
  }

  /** Resolves when no charger is in memory any more, or when the time is over. */
  function emptyWithin(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const handle = timer.set(clock() + ms, resolve);
      tellEmpty = () => {
        timer.clear(handle);
        resolve();
      };
      if (sessions.size === 0 && exchanges.entering() === 0) tellEmpty();
    });
  }

  /** Brings in what holds its socket here; notes the deadline of the rest. */
  function takeOn(stored: StoredCharger): Promise<void> | undefined {
    const { charger, nextWakeAt } = stored;
    if (world.residents && isResident(charger)) return exchanges.enter(stored);
    // Whoever held the socket or did its tasks is gone or has a lease: either way the next look finds out.
    const left = charger.link.state === 'down' && !charger.tasks;
    world.keeper.schedule(charger.id, left ? nextWakeAt : clock());
    return undefined;
  }

  async function takeOnAll(): Promise<void> {
    let continuation: string | undefined;
    do {
      const page = await store.chargers.list({}, pageSize, continuation);
      await Promise.all(page.items.map(takeOn));
      continuation = page.continuation;
    } while (continuation !== undefined);
  }

  async function takeOnOne(chargerId: string): Promise<void> {
    const stored = await store.chargers.read(chargerId);
    if (stored) await takeOn(stored);
  }

  function newRecord(charger: Charger): ChargerRecord {
    return world.residents ? toRecord(core, charger) : toWatchedRecord(core, charger, clock());
  }

  function submit(
    id: string,
    command: Command,
    { commandId, timeoutMs, since = clock() }: SubmitOptions,
  ): Promise<SettledCommand> {
    return new Promise((resolve, reject) => {
      if (world.stopping) throw new BusyError('the host is stopping');
      if (sessions.get(id)?.unsavable) throw new StoreUnavailableError(`charger ${id} cannot be saved now`);
      counters.commands += 1;
      endings.passOn(id);
      start(id, [{ id: commandId, command, timeoutMs, since, exchange: [], resolve, reject }]);
    });
  }

  async function remove(id: string, options: RemoveOptions): Promise<Removed | undefined> {
    const current = await reading.snapshot(id).catch((error: Error) => {
      if (error instanceof DamagedDocumentError && options.ifRevision === undefined) return 'damaged' as const;
      throw error;
    });
    if (!current) return undefined;
    if (current === 'damaged') return discard(id).then(() => ({ ended: [] }));
    const { charger, now } = current;
    if (options.ifRevision !== undefined && charger.revision !== options.ifRevision) {
      throw new StaleError(`charger ${id} has changed: its revision is ${charger.revision}`);
    }
    const ended = core.running(charger, now);
    const settled = options.force ? undefined : await retire(id, options.timeoutMs ?? retireMs);
    await discard(id);
    return settled ? { ended, exchange: settled.exchange } : { ended };
  }

  function retire(id: string, timeoutMs: number): Promise<SettledCommand> {
    return submit(id, { kind: 'retire' }, { commandId: randomUUID(), timeoutMs });
  }

  async function discard(id: string): Promise<void> {
    const session = sessions.get(id);
    if (session) await exchanges.abandon(session);
    await store.chargers.delete(id);
    await store.messages.deleteAll(id);
    ports.observer?.removed?.(id);
    // Whatever was due is due no more.
    world.over(id, undefined, { before: clock() });
  }

  async function wake(chargerId: string): Promise<Woken> {
    const session = sessions.get(chargerId);
    if (session && session.driver === residentDriver) {
      wakeSession(session);
      const { nextWakeAt } = session;
      return { ...(nextWakeAt === undefined ? {} : { nextWakeAt }), hold: !world.residents };
    }
    const over = endings.next(chargerId);
    if (session) wakeSession(session);
    else exchanges.begin(chargerId, []);
    return over;
  }

  /** It lives in this process, though its connection is down and nothing is under way. */
  function isIdleResident({ driver, charger, phase, saving }: Session): boolean {
    for (const _ in charger.commands) return false;
    return driver === residentDriver && phase === 'running' && !saving && charger.link.state === 'down';
  }

  /** What a settled command does next happens in the same turn of the event loop: looked at after it. */
  async function rest(chargerId: string, timeoutMs: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (!exchanges.leaving(chargerId)) return;
    await new Promise<void>((resolve) => {
      const handle = timer.set(clock() + timeoutMs, resolve);
      void endings.rest(chargerId).then(() => {
        timer.clear(handle);
        resolve();
      });
    });
  }

  async function letSleep(chargerId: string): Promise<boolean> {
    const session = sessions.get(chargerId);
    if (session && isIdleResident(session)) await exchanges.letGo(session);
    const stored = await store.chargers.read(chargerId);
    if (!stored) return false;
    const { etag, nextWakeAt: _, ...record } = stored;
    if (sessions.has(chargerId) || !isFree(record.lease, world.holder, clock())) {
      throw new BusyError(`charger ${chargerId} is in use: disconnect it, or try again when its command has ended`);
    }
    await store.chargers.replace(record, etag);
    world.keeper.schedule(chargerId, undefined);
    return true;
  }

  function keptHere(chargerId: string): KeptHere | undefined {
    const session = sessions.get(chargerId);
    const nextWakeAt = session?.nextWakeAt ?? deadlines.at(chargerId);
    if (!session && nextWakeAt === undefined) return undefined;
    const connected = session?.charger.link.state === 'up';
    return { chargerId, ...(nextWakeAt === undefined ? {} : { nextWakeAt }), active: session !== undefined, connected };
  }

  return {
    async create(spec) {
      const charger = buildCharger(spec, clock());
      const record = newRecord(charger);
      const etag = await store.chargers.create(record);
      ports.observer?.changed?.(charger);
      void takeOn({ ...record, etag });
      return { charger, now: clock() };
    },

    async createMany(specs) {
      const records = specs.map((spec) => newRecord(buildCharger(spec, clock())));
      await store.chargers.createMany(records);
      for (const { charger, nextWakeAt } of records) {
        ports.observer?.changed?.(charger);
        if (world.residents && isResident(charger)) due.add(charger.id);
        else world.keeper.schedule(charger.id, nextWakeAt);
      }
    },

    ...reading,
    submit,
    remove,

    async health() {
      const stored = await store.ping().then(
        () => ({ ok: true }),
        (error: Error) => ({ ok: false, detail: error.message }),
      );
      const host = world.stopping ? { ok: false, detail: 'stopping' } : { ok: true };
      return { ok: stored.ok && host.ok, checks: { store: stored, host } };
    },

    metrics() {
      const byStatus = countStatuses(core, sessions.values());
      const connected = byStatus.get('connected') ?? 0;
      return toMetrics(counters, { sessions: sessions.size, connected, byStatus, deadlines: deadlines.size() });
    },

    async start() {
      await takeOnAll();
      logger.info({ message: 'chargers taken on', resident: sessions.size, deadlines: deadlines.size() });
    },

    takeOn: async (chargerIds) => void (await Promise.all(chargerIds.map(takeOnOne))),

    async stop() {
      world.stopping = true;
      for (const session of [...sessions.values()]) {
        if (world.residents && !world.handsOver) session.driver.moved(session);
        else holding.leave(session);
      }
      await emptyWithin(limits.stopMs);
      await Promise.all([...sessions.values()].map((session) => exchanges.letGo(session)));
      flusher.stop();
      leisure.stop();
      deadlines.stop();
    },

    wake,
    hold: holding.hold,
    rest,
    letSleep,

    keptHere,
    keptAlive: () => [...new Set([...sessions.keys(), ...deadlines.ids()])].sort().flatMap((id) => keptHere(id) ?? []),
  };
}

function countStatuses(core: Core, sessions: Iterable<Session>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { charger } of sessions) {
    for (const status of core.statuses(charger)) counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return counts;
}

/** Persistent chargers that have power hold their socket. */
function isResident(charger: Charger): boolean {
  return charger.connection === 'persistent' && charger.power === 'on';
}
