// The pilot of each kind of phase.
import { connectPilot } from './connect-pilot';
import { idlePilot } from './idle-pilot';
import type { Pilot, PilotContext } from './pilot';
import { reconnectionPilot } from './reconnection-pilot';
import { sessionPilot } from './session-pilot';
import type { Phase } from './spec';

type PilotOf = {
  [K in Phase['kind']]: (phase: Extract<Phase, { kind: K }>, context: PilotContext, state?: never) => Pilot;
};

const pilots: PilotOf = {
  connect: connectPilot,
  idle: idlePilot,
  massReconnection: reconnectionPilot,
  sessions: sessionPilot,
  soak: sessionPilot,
};

/** `state`: of a pilot of the same phase that handed over. */
export function pilotOf(phase: Phase, context: PilotContext, state?: unknown): Pilot {
  // The kind tells which phase the function takes.
  const create = pilots[phase.kind] as (phase: Phase, context: PilotContext, state?: unknown) => Pilot;
  return create(phase, context, state);
}
