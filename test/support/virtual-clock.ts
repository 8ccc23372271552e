// Time that stands still until a test moves it: the clock and timer ports of lib/simulator. Nothing sleeps here.
import type { Timer } from '../../lib/simulator/keeper';

interface Alarm {
  at: number;
  fn: () => void;
}

export interface VirtualClock {
  clock: () => number;
  timer: Timer;
  /** Alarms that are set. */
  alarms(): number;
  /** Lets everything that needs no time happen. */
  settle(): Promise<void>;
  /** Moves time on, through every alarm on the way, in order. */
  advance(ms: number): Promise<void>;
}

export function createVirtualClock(start = Date.UTC(2026, 0, 5, 8, 0, 0)): VirtualClock {
  const alarms = new Set<Alarm>();
  let now = start;

  function nextBefore(limit: number): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of alarms) if (alarm.at <= limit && (!next || alarm.at < next.at)) next = alarm;
    return next;
  }

  async function settle(): Promise<void> {
    // One turn of the event loop empties the queue of promises; what sets immediates itself may need another.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  return {
    clock: () => now,
    timer: {
      set(at, fn) {
        const alarm = { at, fn };
        alarms.add(alarm);
        return alarm;
      },
      clear: (handle) => void alarms.delete(handle as Alarm),
    },
    alarms: () => alarms.size,
    settle,
    async advance(ms) {
      const target = now + ms;
      await settle();
      for (let alarm = nextBefore(target); alarm; alarm = nextBefore(target)) {
        alarms.delete(alarm);
        now = Math.max(now, alarm.at);
        alarm.fn();
        await settle();
      }
      now = target;
      await settle();
    },
  };
}
