// Slices of fleet runs in this process: each has a simulator of its own, so that what a run holds is apart from what requests and
// keep-alive use.
import { runSlice, type Slice, type SliceInput, type SlicePorts } from '../lib/fleet/slice';

export interface FleetSlices {
  run(input: SliceInput): Promise<'again' | 'over'>;
  /** The process ends: what they hold is handed over as far as there is time. */
  stop(timeoutMs: number): Promise<void>;
}

export function createFleetSlices(ports: SlicePorts, sliceSeconds: number): FleetSlices {
  const { clock, timer } = ports;
  const under = new Set<Slice>();
  return {
    async run(input) {
      const slice = runSlice(input, clock() + sliceSeconds * 1000, ports);
      under.add(slice);
      return slice.done.finally(() => under.delete(slice));
    },
    async stop(timeoutMs) {
      for (const slice of under) slice.interrupt();
      await new Promise<void>((resolve) => {
        const late = timer.set(clock() + timeoutMs, resolve);
        void Promise.allSettled([...under].map(({ done }) => done)).then(() => {
          timer.clear(late);
          resolve();
        });
      });
    },
  };
}
