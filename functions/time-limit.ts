// How long a function may run here, and that hold windows end before it. A function that times out takes its whole process with it:
// every socket in it, of other chargers too.

import hostFile from '../host.json';
import { SettingsError } from '../lib/host/settings';

/** For commands that still run, the polite close and the last writes after a window. */
const marginSeconds = 60;

/** `hh:mm:ss`, with days in front where there are any. */
const duration = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?$/;

/** The functionTimeout of host.json, or the app setting that stands above it, as the Functions host reads them. */
function functionTimeout(environment: Record<string, string | undefined>): string {
  const name = Object.keys(environment).find((one) => one.toLowerCase() === 'azurefunctionsjobhost__functiontimeout');
  return (name && environment[name]) || hostFile.functionTimeout;
}

/** Seconds; infinite for -1. @throws SettingsError */
function secondsOf(text: string): number {
  if (text === '-1') return Number.POSITIVE_INFINITY;
  const [, days = '0', hours = '', minutes = '', seconds = ''] = duration.exec(text) ?? [];
  if (hours === '') throw new SettingsError(`AzureFunctionsJobHost__functionTimeout: must be hh:mm:ss or -1`);
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}

/** @throws SettingsError where a hold window could come near the time-out of functions */
export function checkHoldWindow(seconds: number, environment: Record<string, string | undefined>): void {
  const timeout = functionTimeout(environment);
  const longest = secondsOf(timeout) - marginSeconds;
  if (seconds <= longest) return;
  throw new SettingsError(
    `HOLD_WINDOW_SECONDS: must be at most ${longest}, because functions time out after ${timeout}; ` +
      'functionTimeout in host.json, or the setting AzureFunctionsJobHost__functionTimeout, says when',
  );
}
