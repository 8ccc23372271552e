// The simulator of one process: puts store, links, clock and drivers together and offers the use cases. What happens on a
// charger is in lib/charger, how it is driven in exchange.ts and resident.ts.
import { randomUUID } from 'node:crypto';
import type { Charger } from '../charger/charger';
import type { Command, SettledCommand } from '../charger/command';
import { buildCharger } from '../charger/create';
import { realCore } from './core';
import { createDials } from './dials';
import { createDueQueue } from './due';
import { createExchanges } from './exchange';
import { createFlusher } from './flusher';
import { createHeapKeeper, systemTimer, type Timer } from './keeper';
import { createMailbox } from './mailbox';
import { countFrame, createCounters, toMetrics } from './metrics';
import {
  type Bell,
  type Clock,
  type Keeper,
  type LinkFactory,
  type Observer,
  StaleError,
  type Store,
  type StoredCharger,
  StoreUnavailableError,
} from './ports';
import { createReading } from './reading';
import { toRecord } from './record';
import { createResidentDriver } from './resident';
import { BusyError, type Removed, type RemoveOptions, type SimulatorService, type SubmitOptions } from './service';
import type { Driver, Session } from './session';
import type { Submission } from './submission';
import type { Core, Logger, World } from './world';

export type { Core, Logger } from './world';

/** What a host gives the simulator. */
export interface SimulatorPorts {
  store: Store;
  links: LinkFactory;
  bell: Bell;
  logger: Logger;
  /** Names this process in leases; unique among all that use the store. Default: random. */
  holder?: string;
  /** Nobody else uses this store: leases left by an earlier process are void. Default: false. */
  soleOwner?: boolean;
  /** Persistent chargers keep their socket in this process. Default: true. */
  residents?: boolean;
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
}

const defaultLimits: Limits = { leaseMs: 60_000, wakes: 200, dials: 200, stopMs: 10_000 };
/** With nobody to hand over to, a lease need not be renewed. */
const soleLeaseMs = 365 * 24 * 3600 * 1000;
const pageSize = 500;
/** How long the CSMS may take over the end of what runs when a charger is deleted. */
const retireMs = 30_000;

export interface Simulator extends SimulatorService {
  /** Takes on every stored charger: those that hold their socket connect again, deadlines of the others are kept. */
  start(): Promise<void>;
  /** Finishes what is under way, closes sockets politely, saves everything. */
  stop(): Promise<void>;
  /** Lives through what is due on one charger; resolves when it has been let go. For hosts that keep time themselves. */
  wake(chargerId: string): Promise<void>;
}

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
  const waitingForEnd = new Map<string, (() => void)[]>();
  const core = ports.core ?? realCore;
  let tellEmpty = (): void => {};

  const deadlines = createHeapKeeper(clock, timer, (id) => {
    const session = sessions.get(id);
    if (session) wakeSession(session);
    else due.add(id);
  });
  const due = createDueQueue(limits.wakes, (id) => exchanges.begin(id, []));
  const flusher = createFlusher<Session>(clock, timer, (session) => session.driver.flush(session));

  const world: World = {
    core,
    store,
    links: ports.links,
    bell: ports.bell,
    clock,
    timer,
    logger,
    observer: ports.observer,
    holder: ports.holder ?? randomUUID(),
    soleOwner,
    counters,
    sessions,
    deadlines,
    keeper: ports.keeper ?? deadlines,
    dials: createDials<Session>(limits.dials, (session) => session.dial()),
    stopping: false,
    countFrame: (frame) => countFrame(counters, frame),
    lazily: flusher.add,
    start,
    orphanSettled(chargerId, commandId, outcome) {
      if (soleOwner) return;
      mailbox
        .finishOrphan(chargerId, commandId, outcome)
        .catch((error) => logger.warn({ message: 'outcome not left in the mailbox', error: String(error) }));
    },
    settledIn: due.done,
    over(chargerId, nextWakeAt) {
      if (world.keeper !== deadlines) deadlines.schedule(chargerId, undefined);
      world.keeper.schedule(chargerId, nextWakeAt);
      due.done(chargerId);
      tellEnd(chargerId);
    },
  };
  const mailbox = createMailbox(world);

  const staysIn = ({ charger }: Session): boolean =>
    !world.stopping && ports.residents !== false && isResident(charger);
  const exchanges = createExchanges(world, mailbox, { leaseMs, staysIn, residentDriver: () => residentDriver });
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

  function tellEnd(chargerId: string): void {
    const waiting = waitingForEnd.get(chargerId);
    waitingForEnd.delete(chargerId);
    for (const resolve of waiting ?? []) resolve();
    if (sessions.size === 0 && exchanges.entering() === 0) tellEmpty();
  }

  /** Brings in what holds its socket here; notes the deadline of the rest. */
  function takeOn(stored: StoredCharger): Promise<void> | undefined {
    const { charger, nextWakeAt } = stored;
    if (ports.residents !== false && isResident(charger)) return exchanges.enter(stored);
    // Whoever held the socket is gone or has a lease: either way the next look finds out.
    world.keeper.schedule(charger.id, charger.link.state === 'down' ? nextWakeAt : clock());
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

  function submit(id: string, command: Command, { commandId, timeoutMs }: SubmitOptions): Promise<SettledCommand> {
    return new Promise((resolve, reject) => {
      if (world.stopping) throw new BusyError('the host is stopping');
      if (sessions.get(id)?.unsavable) throw new StoreUnavailableError(`charger ${id} cannot be saved now`);
      counters.commands += 1;
      start(id, [{ id: commandId, command, timeoutMs, exchange: [], resolve, reject }]);
    });
  }

  async function remove(id: string, options: RemoveOptions): Promise<Removed | undefined> {
    const current = await reading.snapshot(id);
    if (!current) return undefined;
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
    world.over(id, undefined);
  }

  return {
    async create(spec) {
      const charger = buildCharger(spec, clock());
      const record = toRecord(core, charger);
      const etag = await store.chargers.create(record);
      void takeOn({ ...record, etag });
      return { charger, now: clock() };
    },

    async createMany(specs) {
      const records = specs.map((spec) => toRecord(core, buildCharger(spec, clock())));
      await store.chargers.createMany(records);
      for (const { charger, nextWakeAt } of records) {
        if (ports.residents !== false && isResident(charger)) due.add(charger.id);
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
      let connected = 0;
      for (const { charger } of sessions.values()) if (charger.link.state === 'up') connected += 1;
      return toMetrics(counters, { sessions: sessions.size, connected, deadlines: deadlines.size() });
    },

    async start() {
      await takeOnAll();
      logger.info({ message: 'chargers taken on', resident: sessions.size, deadlines: deadlines.size() });
    },

    async stop() {
      world.stopping = true;
      for (const session of [...sessions.values()]) session.driver.moved(session);
      await emptyWithin(limits.stopMs);
      await Promise.all([...sessions.values()].map((session) => exchanges.letGo(session)));
      flusher.stop();
      deadlines.stop();
    },

    wake(chargerId) {
      return new Promise((resolve) => {
        const session = sessions.get(chargerId);
        if (session && session.driver === residentDriver) {
          wakeSession(session);
          resolve();
          return;
        }
        waitingForEnd.set(chargerId, [...(waitingForEnd.get(chargerId) ?? []), resolve]);
        if (session) wakeSession(session);
        else exchanges.begin(chargerId, []);
      });
    },
  };
}

/** Persistent chargers that have power hold their socket. */
function isResident(charger: Charger): boolean {
  return charger.connection === 'persistent' && charger.power === 'on';
}
