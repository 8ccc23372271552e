// What a frame means to whoever counts a run, in words of no version. Each dialect has a reader.
import type { LoggedFrame } from './effect';

export type Fact =
  | { kind: 'booted' }
  /**
   * The charger has asked to start; `key` is what its answer is known by, `session` the same when it asks again. `transactionId`: where it is the
   * charger that makes it.
   */
  | { kind: 'starting'; key: string; session: string; meterWh: number; transactionId?: string }
  | { kind: 'started'; key: string; transactionId: string }
  | { kind: 'metered'; transactionId: string; meterWh: number }
  | { kind: 'ending'; key: string; transactionId: string; meterWh: number }
  | { kind: 'ended'; key: string }
  /** The CSMS has answered what this key was given to, if to anything: a start whose id was known, or an end. */
  | { kind: 'answered'; key: string };

export type FactReader = (frame: LoggedFrame) => Fact | undefined;
