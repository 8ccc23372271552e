// What a measured process tells of itself when it is asked: its time, its memory, how late its event loop was since it was asked last.
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Sample {
  /** User and system time since the process began. */
  cpuMicros: number;
  /** After garbage collection. */
  rssBytes: number;
  heapBytes: number;
  /** Buffers and the like, outside the heap. */
  externalBytes: number;
  /** How late timers were since the sample before, milliseconds. */
  lagMs: { p50: number; p99: number; max: number };
}

const resolutionMs = 5;

/** Answers each message `sample` with a Sample. Others are for `otherwise`. */
export function answerSamples(otherwise: (message: { kind: string }) => void): void {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  process.on('message', (message: { kind: string }) => {
    if (message.kind !== 'sample') return otherwise(message);
    const { user, system } = process.cpuUsage();
    const lag = (nanos: number) => Math.max(0, nanos / 1e6 - resolutionMs);
    const lagMs = { p50: lag(delays.percentile(50)), p99: lag(delays.percentile(99)), max: lag(delays.max) };
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    const sample = { cpuMicros: user + system, rssBytes: rss, heapBytes: heapUsed, externalBytes: external, lagMs };
    process.send?.({ kind: 'sample', sample });
    // The collection just made is nobody's lag.
    setImmediate(() => delays.reset());
  });
  process.on('disconnect', () => process.exit(0));
}
