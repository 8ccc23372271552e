// What a frame means to whoever counts a run, in words of no version: one reader per protocol.
import type { Protocol } from '../charger/charger';
import type { LoggedFrame } from '../charger/effect';
import { readV16 } from './facts-v16';

export type Fact =
  | { kind: 'booted' }
  /** The charger has asked to start; `key` is what its answer is known by. */
  | { kind: 'starting'; key: string; meterWh: number }
  | { kind: 'started'; key: string; transactionId: string }
  | { kind: 'metered'; transactionId: string; meterWh: number }
  | { kind: 'ending'; key: string; transactionId: string; meterWh: number }
  | { kind: 'ended'; key: string };

export type FactReader = (frame: LoggedFrame) => Fact | undefined;

/** The reader of a protocol; 2.0.1 has none until it is spoken. */
export const factReaders: Partial<Record<Protocol, FactReader>> = { 'ocpp1.6': readV16 };
