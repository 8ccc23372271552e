// Samples given up where too many are kept: every reading context loses evenly, and no energy of an interval is lost. How many are
// too many is decided by whoever keeps them.
import { energyInterval } from './measurands';

/** As much of a MeterValue as thinning looks at; the value is text in 1.6, a number in 2.x. */
export interface Thinnable {
  timestamp: string;
  sampledValue: { value: string | number; context?: string | undefined; measurand?: string | undefined }[];
}

/** What a series is of: samples are compared with their own kind only (OCPP 1.6 §7.34). */
export function contextOf(value: Thinnable | undefined): string {
  return value?.sampledValue[0]?.context ?? 'Sample.Periodic';
}

/** Without half of the samples in between, per reading context; the first and the last of each stay. May change those kept. */
export function thinEvenly<Value extends Thinnable>(data: Value[]): Value[] {
  const series = new Map<string, Value[]>();
  for (const value of data) {
    const kind = series.get(contextOf(value));
    if (kind) kind.push(value);
    else series.set(contextOf(value), [value]);
  }
  const gone = new Set([...series.values()].flatMap((kind) => giveUpHalf(kind)));
  return data.filter((value) => !gone.has(value));
}

/** Those whose absence leaves the smallest gaps go, so that a series that is thinned again and again stays even in time. */
function giveUpHalf<Value extends Thinnable>(series: Value[]): Value[] {
  const left = series.map((value) => ({ value, at: Date.parse(value.timestamp) }));
  const gone: Value[] = [];
  for (let count = Math.ceil((series.length - 2) / 2); count > 0; count--) {
    const at = narrowest(left.map((sample) => sample.at));
    const [sample] = left.splice(at, 1);
    const next = left[at];
    if (!sample || !next) break;
    foldInterval(sample.value, next.value);
    gone.push(sample.value);
  }
  return gone;
}

/** The place in between whose neighbours are nearest to each other; the oldest of several. */
function narrowest(times: number[]): number {
  const gapAt = (at: number) => (times[at + 1] ?? 0) - (times[at - 1] ?? 0);
  let best = 1;
  for (let at = 2; at < times.length - 1; at++) if (gapAt(at) < gapAt(best)) best = at;
  return best;
}

/** The interval of a sample that is given up becomes part of the next one's: sums over intervals stay true (OCPP 1.6 §7.31). */
export function foldInterval(gone: Thinnable, next: Thinnable): void {
  const from = gone.sampledValue.find((sample) => sample.measurand === energyInterval);
  const to = next.sampledValue.find((sample) => sample.measurand === energyInterval);
  if (!from || !to) return;
  const sum = Number(to.value) + Number(from.value);
  to.value = typeof to.value === 'string' ? String(sum) : sum;
}
