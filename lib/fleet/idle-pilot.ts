// Phase idle: nothing is asked of the chargers for a while.
import type { Pilot, PilotContext } from './pilot';
import type { IdlePhase } from './spec';

export function idlePilot({ seconds }: IdlePhase, { beganAt }: PilotContext): Pilot<null> {
  const until = beganAt + seconds * 1000;
  return { state: () => null, next: (now) => (now >= until ? 'over' : { wait: until }), ended() {} };
}
