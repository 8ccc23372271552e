// Phase connect: every charger connects and boots, along a ramp.
import type { Next, Pilot, PilotContext } from './pilot';
import { never } from './pilot';
import type { ConnectPhase, Ramp } from './spec';

interface State {
  /** Chargers that have been asked. */
  asked: number;
  /** Of those, the ones that have answered. */
  answered: number;
}

/** When the n-th of so many is due after the beginning. Milliseconds. */
export function rampMs(ramp: Ramp | undefined, n: number, count: number): number {
  if (ramp?.perSecond !== undefined) return (n * 1000) / ramp.perSecond;
  if (ramp?.withinSeconds !== undefined) return (n * ramp.withinSeconds * 1000) / count;
  return 0;
}

export function connectPilot(
  { ramp, timeoutSeconds }: ConnectPhase,
  { chargers, beganAt }: PilotContext,
  { asked, answered }: State = { asked: 0, answered: 0 },
): Pilot<State> {
  return {
    state: () => ({ asked, answered }),
    next(now): Next {
      if (answered >= chargers) return 'over';
      if (asked >= chargers) return { wait: never };
      const due = beganAt + rampMs(ramp, asked, chargers);
      if (due > now) return { wait: due };
      const act = { charger: asked, command: { kind: 'connect' as const }, timeoutMs: timeoutSeconds * 1000 };
      asked += 1;
      return { act };
    },
    ended() {
      answered += 1;
    },
  };
}
