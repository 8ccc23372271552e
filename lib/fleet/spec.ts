// What a fleet run is made of, as data: the chargers and the phases that they go through, one after the other.
import type { Protocol } from '../charger/charger';
import type { NewCharger } from '../charger/create';
import type { EvSettings } from '../charger/hardware/ev';
import type { Spread } from './dice';

/** When the chargers come to it: all at once, so many a second, or spread evenly over a window. */
export interface Ramp {
  perSecond?: number | undefined;
  withinSeconds?: number | undefined;
}

export interface ConnectPhase {
  kind: 'connect';
  ramp?: Ramp | undefined;
  /** How long one charger may take. */
  timeoutSeconds: number;
}

export interface SessionPattern {
  /** Charge at the same time, as far as there are chargers. */
  concurrency?: number | undefined;
  /** Or cars arrive at random, so many a second on average. */
  arrivalsPerSecond?: number | undefined;
  tokens: string[];
  durationSeconds: Spread;
  energyWh?: Spread | undefined;
  evs: { weight?: number | undefined; ev: EvSettings }[];
  meterValuesIntervalSeconds?: number | undefined;
  /** How long the start or the end of one may take. */
  timeoutSeconds: number;
}

/** Charging sessions for a while; those that run at the end are stopped. */
export interface SessionsPhase extends SessionPattern {
  kind: 'sessions';
  seconds: number;
}

/** The same for long, while single chargers lose their connection now and then. */
export interface SoakPhase extends SessionPattern {
  kind: 'soak';
  seconds: number;
  /** One charger, chosen at random, loses its connection so often. */
  lossEverySeconds: number;
}

/** Nothing but what the chargers do by themselves. */
export interface IdlePhase {
  kind: 'idle';
  seconds: number;
}

/** Every charger loses its connection at one moment, and comes back. */
export interface MassReconnectionPhase {
  kind: 'massReconnection';
  cut: 'abrupt' | 'polite';
  /** By its own back-off, or as soon as it is down. */
  return: 'backOff' | 'atOnce';
  /** How long it may take until all are back. */
  timeoutSeconds: number;
}

export type Phase = ConnectPhase | SessionsPhase | SoakPhase | IdlePhase | MassReconnectionPhase;

export interface RunSpec {
  seed: number;
  phases: Phase[];
  /** Chargers that the run makes, and deletes in the end unless they are to be kept. */
  template?: { shared: Omit<NewCharger, 'id' | 'identity'>; keep: boolean } | undefined;
  /** In order. */
  chargers: RunCharger[];
}

export interface RunCharger {
  id: string;
  identity?: string | undefined;
  /** Of one that was there before the run; of others the template says it. */
  protocol?: Protocol;
  /** It was there before the run, and holds its connection. */
  persistent?: true;
}

/** Marks the chargers that a run has made. */
export function runTag(runId: string): string {
  return `${runTagBegins}${runId}`;
}

/** The run of such a tag. */
export function runOfTag(tag: string): string | undefined {
  return tag.startsWith(runTagBegins) ? tag.slice(runTagBegins.length) : undefined;
}

const runTagBegins = 'run:';
