// The clock of a worker process: the real one off by an error, or one that the host moves. It replaces the globals that an
// app tells time by (Date, setTimeout, setInterval); what Node itself times with stays real.
import type { WorkerTime } from './protocol';

interface Alarm {
  at: number;
  order: number;
  run: () => void;
  everyMs?: number;
}

export interface WorkerClock {
  /** Sets the time and runs what has become due, in order. */
  moveTo(now: number): Promise<void>;
  /** Runs `body` with the clock ahead by `ms`. Only what it does synchronously sees that. */
  ahead<T>(ms: number, body: () => T): T;
  /** Host time of the earliest virtual timer. */
  nextTimerAt(): number | undefined;
  /** How many timers were set or cleared so far. */
  changes(): number;
}

const RealDate = Date;

export function installClock(time: WorkerTime): WorkerClock {
  let shift = time.offsetMs;
  let now = time.mode === 'virtual' ? time.now : 0;
  const hostNow = time.mode === 'virtual' ? () => now : () => RealDate.now();
  installDate(() => hostNow() + shift);
  const timers = time.mode === 'virtual' ? installTimers(() => now) : undefined;
  return {
    async moveTo(at) {
      const moved = Math.max(now, at);
      for (let due = timers?.take(moved); due; due = timers?.take(moved)) {
        now = Math.max(now, due.at);
        due.run();
        // What a timer settles must have happened before the next one fires, as it would have.
        await new Promise((resolve) => setImmediate(resolve));
      }
      now = moved;
    },
    ahead(ms, body) {
      shift += ms;
      try {
        return body();
      } finally {
        shift -= ms;
      }
    },
    nextTimerAt: () => timers?.nextAt(),
    changes: () => timers?.changes() ?? 0,
  };
}

function installDate(now: () => number): void {
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    apply: () => new RealDate(now()).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
}

function installTimers(now: () => number) {
  const alarms = new Set<Alarm>();
  let changes = 0;

  function set(run: () => void, ms: number, repeat: boolean) {
    const delay = Math.max(1, Number.isFinite(ms) ? ms : 1);
    const alarm: Alarm = { at: now() + delay, order: ++changes, run, ...(repeat ? { everyMs: delay } : {}) };
    alarms.add(alarm);
    return handle(alarm, alarms, now);
  }
  const clear = (timer: unknown) => {
    const alarm = timer instanceof VirtualTimer ? timer.alarm : byNumber(alarms, timer);
    if (alarm && alarms.delete(alarm)) changes++;
  };
  const first = (): Alarm | undefined =>
    [...alarms].reduce<Alarm | undefined>((least, one) => (!least || before(one, least) ? one : least), undefined);

  const schedule =
    (repeat: boolean) =>
    (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      set(() => callback(...args), ms, repeat);
  Object.assign(globalThis, {
    setTimeout: schedule(false),
    setInterval: schedule(true),
    clearTimeout: clear,
    clearInterval: clear,
  });

  return {
    changes: () => changes,
    nextAt: () => first()?.at,
    /** The earliest alarm due at `limit`, taken off or set again. */
    take(limit: number): Alarm | undefined {
      const due = first();
      if (!due || due.at > limit) return undefined;
      const { at, order, run } = due;
      if (due.everyMs === undefined) alarms.delete(due);
      else Object.assign(due, { at: due.at + due.everyMs, order: ++changes });
      return { at, order, run };
    },
  };
}

const before = (a: Alarm, b: Alarm) => a.at < b.at || (a.at === b.at && a.order < b.order);

const byNumber = (alarms: Set<Alarm>, id: unknown) => [...alarms].find((alarm) => alarm.order === Number(id));

/** What Node's Timeout offers to those who hold one. */
class VirtualTimer {
  constructor(
    readonly alarm: Alarm,
    private readonly alarms: Set<Alarm>,
    private readonly now: () => number,
    private readonly delay: number,
  ) {}
  ref = () => this;
  unref = () => this;
  hasRef = () => true;
  close = () => this.alarms.delete(this.alarm) && this;
  refresh = () => {
    this.alarm.at = this.now() + this.delay;
    this.alarms.add(this.alarm);
    return this;
  };
  [Symbol.toPrimitive] = () => this.alarm.order;
}

const handle = (alarm: Alarm, alarms: Set<Alarm>, now: () => number) =>
  new VirtualTimer(alarm, alarms, now, alarm.at - now());
