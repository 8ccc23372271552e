// Meter values that a charger of a pair has sent, taken apart for tests.
import { bootedPair, type Pair, type PairOptions, start } from '../../support/pair';

export const minutes = (count: number) => count * 60_000;

export interface Sample {
  value: string;
  measurand: string;
  context: string;
  phase?: string;
  unit?: string;
}
export interface Value {
  timestamp: string;
  sampledValue: Sample[];
}

export const valuesOf = (payload: Record<string, unknown>, field = 'meterValue') => (payload[field] ?? []) as Value[];
export const samples = (pair: Pair, connectorId: number) =>
  pair
    .calls('MeterValues')
    .filter((call) => call.payload.connectorId === connectorId)
    .flatMap((call) => valuesOf(call.payload));
export const numbers = (value: Value | undefined, measurand: string) =>
  (value?.sampledValue ?? []).filter((one) => one.measurand === measurand).map((one) => Number(one.value));
export const minuteOf = (value: Value) => (Date.parse(value.timestamp) - start) / 60_000;

export function charging(configuration: Record<string, string> = {}, options: PairOptions = {}): Pair {
  const pair = bootedPair({ configuration, ...options });
  pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
  return pair;
}

export function stopped(pair: Pair): Record<string, unknown> {
  pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
  return pair.calls('StopTransaction')[0]?.payload ?? {};
}
