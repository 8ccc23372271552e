// Time as the host keeps it: real, or standing still until a test moves it. Timers of orchestrations, timer triggers and time
// limits are alarms on it.

export interface Alarm {
  at: number;
  run: () => void;
}

export interface HostClock {
  mode: 'real' | 'virtual';
  now(): number;
  /** Calls `run` once, at `at` or soon after. */
  set(at: number, run: () => void): Alarm;
  clear(alarm: Alarm | undefined): void;
  /** The earliest alarm. */
  nextAt(): number | undefined;
  /** Virtual only: sets the time and runs what is due, in order. */
  moveTo(at: number): void;
  close(): void;
}

/** Longest delay that setTimeout takes. */
const longestMs = 2 ** 31 - 1;

export function createRealClock(): HostClock {
  const timers = new Map<Alarm, NodeJS.Timeout>();
  let closed = false;
  const arm = (alarm: Alarm) => {
    if (closed) return;
    const left = alarm.at - Date.now();
    const again = () => (alarm.at > Date.now() ? arm(alarm) : fire(alarm));
    timers.set(alarm, setTimeout(again, Math.min(Math.max(left, 0), longestMs)));
  };
  const fire = (alarm: Alarm) => {
    timers.delete(alarm);
    alarm.run();
  };
  const clear = (alarm: Alarm | undefined) => {
    if (!alarm) return;
    clearTimeout(timers.get(alarm));
    timers.delete(alarm);
  };
  return {
    mode: 'real',
    now: () => Date.now(),
    set(at, run) {
      const alarm = { at, run };
      arm(alarm);
      return alarm;
    },
    clear,
    nextAt: () => earliest(timers.keys())?.at,
    moveTo: () => undefined,
    close() {
      closed = true;
      for (const alarm of [...timers.keys()]) clear(alarm);
    },
  };
}

export function createVirtualClock(start: number): HostClock {
  const alarms = new Set<Alarm>();
  let now = start;
  return {
    mode: 'virtual',
    now: () => now,
    set(at, run) {
      const alarm = { at: Math.max(at, now), run };
      alarms.add(alarm);
      return alarm;
    },
    clear: (alarm) => void (alarm && alarms.delete(alarm)),
    nextAt: () => earliest(alarms)?.at,
    moveTo(at) {
      for (let due = earliest(alarms); due && due.at <= at; due = earliest(alarms)) {
        alarms.delete(due);
        now = Math.max(now, due.at);
        due.run();
      }
      now = Math.max(now, at);
    },
    close: () => alarms.clear(),
  };
}

function earliest(alarms: Iterable<Alarm>): Alarm | undefined {
  let first: Alarm | undefined;
  for (const alarm of alarms) if (!first || alarm.at < first.at) first = alarm;
  return first;
}
