// Phase connect: every charger connects and boots, along a ramp.
import { type Next, never, type Pilot, type PilotContext } from './pilot';
import { nth } from './share';
import type { ConnectPhase, Ramp } from './spec';

interface State {
  /** Chargers that have been asked. */
  asked: number;
  /** Of those, the ones that have not answered. */
  waiting: number[];
}

/** When the n-th of so many is due after the beginning. Milliseconds. */
export function rampMs(ramp: Ramp | undefined, n: number, count: number): number {
  if (ramp?.perSecond !== undefined) return (n * 1000) / ramp.perSecond;
  if (ramp?.withinSeconds !== undefined) return (n * ramp.withinSeconds * 1000) / count;
  return 0;
}

export function connectPilot(
  { ramp, timeoutSeconds }: ConnectPhase,
  { chargers, total, share, beganAt }: PilotContext,
  from: State = { asked: 0, waiting: [] },
): Pilot<State> {
  let { asked } = from;
  const waiting = new Set(from.waiting);
  /** Nobody waits for their answer any more. */
  const again = [...from.waiting];

  function ask(charger: number): Next {
    waiting.add(charger);
    return { act: { charger, command: { kind: 'connect' }, timeoutMs: timeoutSeconds * 1000 } };
  }

  return {
    state: () => ({ asked, waiting: [...waiting] }),
    next(now) {
      const left = again.shift();
      if (left !== undefined) return ask(left);
      if (asked >= chargers) return waiting.size === 0 ? 'over' : { wait: never };
      const due = beganAt + rampMs(ramp, nth(share, asked), total);
      if (due > now) return { wait: due };
      asked += 1;
      return ask(asked - 1);
    },
    ended({ charger }) {
      waiting.delete(charger);
    },
  };
}
