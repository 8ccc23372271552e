// The side of a measured process: does a phase when told to, and reports what it cost. What the phases do is in ours.ts and bare.ts.
import type { PhaseName } from './recording';

export interface Phase {
  /** Not measured. */
  prepare?(): Promise<void> | void;
  /** Resolves with the number of exchanges (a CALL and its answer) once all of them are over. */
  run(): Promise<number>;
}

export interface PhaseReport {
  phase: string;
  exchanges: number;
  /** From the start of the phase to its last answer. */
  wallMs: number;
  /** User and system time, with what was written in the second after the phase. */
  cpuMicros: number;
  /** After garbage collection, less what the process had before the first charger. */
  rssBytes: number;
  heapBytes: number;
}

export interface Order {
  phase: PhaseName;
}

/** What is written behind (documents without urgency, message log) is written within about a second. */
const tailMs = 1_300;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits for orders of the parent process until it goes away. */
export function serve(phases: Record<PhaseName, Phase>): void {
  const baseline = memory();
  process.on('message', (order: Order) => {
    measure(order.phase, phases[order.phase], baseline).then(
      (report) => process.send?.({ kind: 'done', report }),
      (error: unknown) => process.send?.({ kind: 'failed', detail: String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ kind: 'ready' });
}

async function measure(name: PhaseName, phase: Phase, baseline: Memory): Promise<PhaseReport> {
  await phase.prepare?.();
  globalThis.gc?.();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const exchanges = await phase.run();
  const wallMs = performance.now() - startedAt;
  await pause(name === 'meter' ? 0 : tailMs);
  const { user, system } = process.cpuUsage(cpuBefore);
  const { rss, heap } = memory();
  const used = { rssBytes: rss - baseline.rss, heapBytes: heap - baseline.heap };
  return { phase: name, exchanges, wallMs, cpuMicros: user + system, ...used };
}

interface Memory {
  rss: number;
  heap: number;
}

function memory(): Memory {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { rss, heap: heapUsed };
}

/** Counts up to a number somebody waits for. */
export function createCounter() {
  let count = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let reached = (): void => {};
  return {
    add() {
      count += 1;
      if (count >= wanted) reached();
    },
    get count() {
      return count;
    },
    /** Resolves with the number once that many more have been counted. */
    more(number: number): Promise<number> {
      wanted = count + number;
      return new Promise((resolve) => {
        reached = () => {
          wanted = Number.POSITIVE_INFINITY;
          resolve(number);
        };
      });
    },
    /** Resolves with how many were counted within a time. */
    async within(ms: number): Promise<number> {
      const before = count;
      await pause(ms);
      return count - before;
    },
  };
}
