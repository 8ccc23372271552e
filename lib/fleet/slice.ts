// A slice of a batch: one process has the batch's chargers for a while, as a process that lives long would, goes on with the run where the
// last one left it, and leaves it to the next. What is written down is one document of the batch's own, and two to wait for the others by.
// Who is at a batch is in claim.ts.
import { randomUUID } from 'node:crypto';
import type { Protocol } from '../charger/charger';
import { listTransactions } from '../charger/view';
import type { Timer } from '../simulator/keeper';
import type { ChargerStore, Clock, MessageLog, Observer } from '../simulator/ports';
import type { Simulator } from '../simulator/simulator';
import type { Logger } from '../simulator/world';
import { createBetween } from './between';
import { giveBack, reconnect } from './borrowed';
import { removeChargers } from './chargers';
import { type Claim, claim, LostBatchError } from './claim';
import { handOver, leave } from './conduct';
import { type Course, createCourse } from './course';
import { abandoned } from './result';
import { isOver, partId, type RunDocument, type RunPart, type Runs } from './run';
import { sleep } from './sleep';
import type { RunCharger } from './spec';

export interface SlicePorts {
  runs: Runs;
  messages: Pick<MessageLog, 'page'>;
  chargers: Pick<ChargerStore, 'read'>;
  /** A simulator for this slice alone. Its holder is the batch, whichever process is at it. */
  open(holder: string, observer: Observer): Simulator;
  /** The run is over for these chargers, which stay: somebody else keeps them alive from now on. */
  release(chargerIds: readonly string[]): Promise<void>;
  clock: Clock;
  timer: Timer;
  logger: Logger;
}

export interface SliceInput {
  runId: string;
  number: number;
}

export interface Slice {
  /** `again`: the batch is not over. @throws StoreUnavailableError */
  done: Promise<'again' | 'over'>;
  /** The process ends: hands over as soon as it can. */
  interrupt(): void;
}

/** How often it is looked whether somebody wants the run to stop, or the others have come to the gate. */
const lookEveryMs = 1_000;
/** Progress is kept this often, for whoever asks, and whoever goes on after a crash. */
const keepEveryMs = 15_000;
/** Without a word for this long, whoever was at the batch is taken for gone. */
const silenceMs = 45_000;
/** From the moment the last batch has come to the gate until all go through it: each has looked by then. */
const gateMs = 2 * lookEveryMs;

/** Nothing new is begun in the last part of a slice, so that what is under way can end in it. */
export function lastPartMs(sliceMs: number): number {
  return Math.min(60_000, sliceMs / 4);
}

export function runSlice({ runId, number }: SliceInput, endsAt: number, ports: SlicePorts): Slice {
  const { runs, clock, timer, logger } = ports;
  const me = randomUUID();
  const stopping = new AbortController();
  const { signal } = stopping;
  const until = endsAt - lastPartMs(endsAt - clock());

  const sleepUntil = (at: number) => sleep(at, timer, signal);
  const mustEnd = () => signal.aborted || clock() >= until;

  /** The batch, once nobody else is at it. */
  async function takePart(): Promise<Claim | 'again' | 'over'> {
    for (;;) {
      const found = await runs.readPartToWrite(runId, number);
      if (!found) throw new Error(`run ${runId} has no batch ${number}`);
      const { worker } = found.part;
      if (worker?.id === over) return 'over';
      const isLeft = (worker?.until ?? 0) <= clock();
      const own = isLeft && (await claim(found, { id: me, until: clock() + silenceMs }, runs));
      if (own) return own;
      if (mustEnd()) return 'again';
      if (!isLeft) await sleepUntil(Math.min(worker?.until ?? 0, until));
    }
  }

  async function perform(): Promise<'again' | 'over'> {
    const run = await runs.readRun(runId);
    if (!run || isOver(run)) return 'over';
    const own = await takePart();
    if (own === 'again' || own === 'over') return own;
    const work = beginWork(run, own);
    try {
      await work.enter();
      const end = await work.goOn();
      await (end === 'over' ? work.conclude() : work.leave());
      return end;
    } catch (error) {
      if (!(error instanceof LostBatchError)) throw error;
      logger.warn({ message: 'a slice of a fleet run was taken for gone: another one goes on', runId, number });
      return 'again';
    } finally {
      await work.end();
    }
  }

  /** What this slice does with the batch, from the moment it has it. */
  function beginWork(run: RunDocument, { part, write }: Claim) {
    const { spec } = run;
    const ids = part.chargers.map(({ id }) => id);
    const { template } = spec;
    const { course: state, result, handedOver = false } = part;
    const isCrash = state !== undefined && !handedOver;
    const share = { number, of: run.parts };
    let { interruptions = 0, strays = 0 } = result;
    if (isCrash) interruptions += 1;
    let leaving = false;
    let ended = false;
    const observer: Observer = {
      frame: ({ id }, frame) => course.frame(id, frame),
      note() {},
      event: ({ id }, event) => course.event(id, event),
      changed({ id, link }) {
        if (!leaving) course.changed(id, link.state);
      },
    };
    const simulator = ports.open(partId(runId, number), observer);
    const course: Course = createCourse({
      simulator,
      clock,
      timer,
      spec,
      chargers: new Map(part.chargers.map((own) => [own.id, { protocol: protocolOf(own), link: 'down' }])),
      total: run.chargers,
      share,
      from: state && { state, result, handedOver },
    });
    let keeping: Promise<void> = Promise.resolve();
    let keeper = timer.set(clock() + keepEveryMs, keepOn);
    let looker = timer.set(clock() + lookEveryMs, look);

    /** One write after the other, so that the last one is the last. */
    function keep(more: Partial<RunPart> = {}): Promise<void> {
      const keepNow = async () => {
        const worker = { id: me, until: clock() + silenceMs };
        const own = { ...course.result(), ...counted() };
        const now = { ...part, result: own, course: course.state(), handedOver: false, brokenOff: false, worker };
        await write({ ...now, ...more });
      };
      keeping = keeping.then(keepNow, keepNow);
      return keeping;
    }

    function protocolOf(charger: RunCharger): Protocol {
      const protocol = charger.protocol ?? template?.shared.protocol;
      if (!protocol) throw new Error(`run ${runId} does not say which protocol charger ${charger.id} speaks`);
      return protocol;
    }

    const between = createBetween({ ...ports, holder: part.id, mustEnd, sleepUntil });
    const counted = () => (interruptions > 0 ? { interruptions, strays } : {});

    function note(): void {
      keep().catch((error: unknown) => {
        // Another slice is at it: nothing that is done here counts any more.
        if (error instanceof LostBatchError) stopping.abort(handOver);
        logger.warn({ message: 'progress of a fleet run not kept', runId, number, error: String(error) });
      });
    }

    function keepOn(): void {
      note();
      if (!ended) keeper = timer.set(clock() + keepEveryMs, keepOn);
    }

    function look(): void {
      const again = () => {
        if (!ended && !signal.aborted) looker = timer.set(clock() + lookEveryMs, look);
      };
      lookForWish().then(again, again);
    }

    async function lookForWish(): Promise<void> {
      const wish = await runs.readStop(runId);
      if (wish && !signal.aborted) stopping.abort(wish.leave ? leave : undefined);
    }

    /** What passed since the last slice wrote down what it had counted, and what others had its chargers do in between. */
    async function countMissed(): Promise<void> {
      const known = handedOver ? part.leases : undefined;
      const markOf = (id: string) => course.mark(id) ?? { at: run.createdAt, count: 0 };
      course.missed(await between.framesOf(ids, known, markOf));
    }

    /** Transactions that chargers have and the run does not know of: they began after the last word of whoever was at it. */
    async function stopStrays(): Promise<void> {
      const known = new Set(knownTransactions(state?.pilot));
      await Promise.all(
        ids.map(async (id) => {
          const found = await simulator.snapshot(id);
          for (const { id: transactionId, state: own } of found ? listTransactions(found.charger, found.now) : []) {
            if (own === 'running' && !known.has(transactionId)) await stopStray(id, transactionId);
          }
        }),
      );
    }

    async function stopStray(chargerId: string, transactionId: string): Promise<void> {
      strays += 1;
      try {
        const command = { kind: 'stopTransaction', transactionId, unplug: true } as const;
        await simulator.submit(chargerId, command, { commandId: randomUUID(), timeoutMs: strayMs });
      } catch (error) {
        logger.warn({ message: 'a stray transaction was not stopped', runId, chargerId, error: String(error) });
      }
    }

    /** When the phase begins for all; undefined: not in this slice. */
    async function beginningOf(phase: number): Promise<number | undefined> {
      if (run.parts === 1) return clock();
      await runs.putArrival(run, number, phase);
      const missing = new Set(Array.from({ length: run.parts }, (_, other) => other));
      for (;;) {
        const gate = await runs.readGate(runId);
        if (gate && gate.phase >= phase) {
          const at = gate.phase === phase ? gate.at : clock();
          await sleepUntil(at);
          return signal.aborted ? undefined : at;
        }
        if (mustEnd()) return undefined;
        if (number === 0) await openGate(phase, missing);
        await sleepUntil(clock() + lookEveryMs);
      }
    }

    async function openGate(phase: number, missing: Set<number>): Promise<void> {
      for (const other of missing) {
        if (((await runs.readArrival(runId, other)) ?? -1) < phase) return;
        missing.delete(other);
      }
      await runs.putGate(run, { phase, at: clock() + gateMs });
    }

    const wasStopped = () => signal.aborted && signal.reason !== handOver;

    return {
      async enter() {
        await lookForWish();
        if (state) await countMissed();
        await keep();
        await simulator.takeOn(ids);
        if (!template && !part.connected) {
          await reconnect(simulator, part.chargers);
          part.connected = true;
          await keep();
        }
        if (isCrash || part.brokenOff) await stopStrays();
      },
      async goOn(): Promise<'again' | 'over'> {
        while (part.phase < spec.phases.length) {
          const isBegun = course.result().phases.length > part.phase;
          const beganAt = isBegun ? 0 : await beginningOf(part.phase);
          if (beganAt === undefined || (!isBegun && mustEnd())) return wasStopped() ? 'over' : 'again';
          const performing = course.perform(part.phase, { until, cutAt: endsAt, signal }, beganAt);
          note();
          const end = await performing;
          if (end === 'paused') return 'again';
          if (end === 'stopped') return 'over';
          part.phase += 1;
        }
        return 'over';
      },
      /** To the next slice. */
      async leave() {
        course.end();
        leaving = true;
        await simulator.stop();
        const brokenOff = signal.reason === handOver;
        await keep({ handedOver: true, brokenOff, leases: await between.leasesOf(ids), worker: { id: me, until: 0 } });
      },
      /** The batch is over. */
      async conclude() {
        course.end();
        const stays = !template || template.keep || signal.reason === leave;
        if (!stays) await removeChargers(simulator, ids);
        if (!template) await giveBack(simulator, runId, part.chargers, !part.connected);
        leaving = true;
        await simulator.stop();
        if (stays) await ports.release(ids);
        const last = { ...course.result(), ...counted() };
        await keep({ result: stays ? last : abandoned(last), worker: { id: over, until: 0 } });
      },
      async end() {
        ended = true;
        course.end();
        timer.clear(keeper);
        timer.clear(looker);
        await Promise.all([keeping.catch(() => {}), leaving ? undefined : simulator.stop()]);
      },
    };
  }

  return {
    done: perform(),
    interrupt: () => stopping.abort(handOver),
  };
}

/** How long the CSMS may take over the end of a transaction that nobody knows of. */
const strayMs = 10_000;

/** In the place of whoever is at the batch: nobody is any more. */
const over = 'over';

function knownTransactions(pilot: unknown): string[] {
  if (typeof pilot !== 'object' || pilot === null || !('running' in pilot) || !Array.isArray(pilot.running)) return [];
  return (pilot.running as { transactionId: string }[]).map(({ transactionId }) => transactionId);
}
