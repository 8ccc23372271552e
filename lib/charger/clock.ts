// The charger's clock: the host's plus what the CSMS's currentTime taught it (OCPP 1.6 §4.2, §4.6; 2.0.1 B01, G02).
import type { Charger } from './charger';
import type { Context } from './context';
import { isFast } from './pace';
import { raiseSecurityEvent } from './security-events';

/** Differences below this are transport and rounding, not a wrong clock. */
const toleranceMs = 1_500;

/** Beyond these a CSMS's time is a slip, and timestamps made from it might not even be ones. */
const earliest = Date.UTC(2000, 0, 1);
const latest = Date.UTC(2200, 0, 1);

/** The charger's time as it goes on the wire. */
export function timestamp(context: Context, at = context.now): string {
  return toWire(context.charger, at);
}

export function toWire(charger: Charger, at: number): string {
  return new Date(chargerTime(charger, at)).toISOString();
}

/** The charger's clock, epoch milliseconds. */
export function chargerTime(charger: Charger, at: number): number {
  return at + offsetMs(charger);
}

/** When the charger's clock shows `clock`, on the host's; both epoch milliseconds. */
export function hostTime(charger: Charger, clock: number): number {
  return clock - offsetMs(charger);
}

/** What the CSMS taught it, and what a tester wants it to be wrong by. */
function offsetMs({ clockOffsetMs = 0, behaviour }: Charger): number {
  return clockOffsetMs + (behaviour?.skewMs ?? 0);
}

/** Whether this may be the present time, epoch ms. */
export function isPlausible(time: number): boolean {
  return time >= earliest && time < latest;
}

/** Sets the charger's clock by the CSMS's, unless a tester has it run faster; true when that changed it. */
export function setClock(context: Context, currentTime: string): boolean {
  const { charger } = context;
  if (isFast(charger)) return false;
  const told = Date.parse(currentTime);
  if (!isPlausible(told)) return false;
  const offset = told - context.present;
  const change = offset - (charger.clockOffsetMs ?? 0);
  if (Math.abs(change) <= toleranceMs) return false;
  if (Math.abs(offset) <= toleranceMs) delete charger.clockOffsetMs;
  else charger.clockOffsetMs = offset;
  raiseSecurityEvent(context, 'SettingSystemTime', `by ${Math.round(change / 1000)} s, to the time of the CSMS`);
  return true;
}
