// The charger's own time, which a tester may let run faster than the real one. Everything that the charger does by itself lives in it:
// heartbeats, boot intervals, samples, schedules, time limits of sessions, the meter, timestamps. What waits for the other side stays
// real: call time-outs and retries, back-off, hold windows, commands, answers and frames that are delayed, pings of the WebSocket.
import type { Charger } from './charger';

/** Absent: the charger's time is the real one. Stays when the speed is back at 1, because time does not run back. */
export interface Pace {
  /** How many times faster than real. */
  speed: number;
  /** The real moment from which on it is so, and the charger's time then. Epoch ms. */
  since: number;
  then: number;
}

/** Timers that run in real time, by the part of their name before the slash. */
const realTimers: ReadonlySet<string> = new Set([
  'behaviour',
  'callTimeout',
  'command',
  'farewell',
  'frameWait',
  'hold',
  'network',
  'reconnect',
  'resetPatience',
  'retry',
]);

/** Deadlines of a fast charger are met in real steps of so many milliseconds: each at its own time, but several at once. */
const stepMs = 10;

/** The charger's time at a real moment; both epoch ms. */
export function ownTime({ pace }: Pick<Charger, 'pace'>, real: number): number {
  if (!pace) return real;
  const passed = real - pace.since;
  return pace.then + (passed > 0 ? passed * pace.speed : passed);
}

/** The real moment at which the charger's time is `own`; both epoch ms. Of a fast charger not before, and at most a little after. */
export function realTime({ pace }: Pick<Charger, 'pace'>, own: number): number {
  if (!pace) return own;
  const passed = own - pace.then;
  if (pace.speed === 1 || passed <= 0) return pace.since + passed;
  return pace.since + Math.ceil(passed / pace.speed / stepMs) * stepMs;
}

/** When a timer is due in the charger's time. */
export function dueInOwnTime(charger: Charger, name: string, at: number): number {
  return charger.pace && isReal(name) ? ownTime(charger, at) : at;
}

/** When a timer is due in real time. */
export function dueInRealTime(charger: Charger, name: string, at: number): number {
  return charger.pace && !isReal(name) ? realTime(charger, at) : at;
}

function isReal(name: string): boolean {
  const slash = name.indexOf('/');
  return realTimers.has(slash < 0 ? name : name.slice(0, slash));
}

/** Lets the charger's time run at this speed from the real moment `wall` on, without a jump. */
export function setSpeed(charger: Charger, speed: number, wall: number): void {
  const then = ownTime(charger, wall);
  if (speed === 1 && then === wall) delete charger.pace;
  else charger.pace = { speed, since: wall, then };
}

/** The charger's time runs on its own, whatever the CSMS says that it is. */
export function isFast(charger: Charger): boolean {
  return charger.pace !== undefined && charger.pace.speed !== 1;
}
