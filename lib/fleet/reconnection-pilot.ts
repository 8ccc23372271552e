// Phase massReconnection: every charger loses its connection at one moment; the phase is over when all are back, or when its time is.
import { type Act, type Next, never, type Pilot, type PilotContext } from './pilot';
import type { MassReconnectionPhase } from './spec';

interface State {
  /** Chargers that have been cut off. */
  cut: number;
  /** Chargers that are not back yet; those that were not connected are not waited for. */
  down: number[];
  /** Chargers that are down and must be told to connect. */
  toConnect: number[];
}

export function reconnectionPilot(
  phase: MassReconnectionPhase,
  { chargers, beganAt }: PilotContext,
  from: State = { cut: 0, down: [], toConnect: [] },
): Pilot<State> {
  const until = beganAt + phase.timeoutSeconds * 1000;
  let { cut } = from;
  const down = new Set(from.down);
  const toConnect = [...from.toConnect];
  /** Acts under way. */
  let open = 0;
  const isBack = phase.return === 'backOff';

  function act(charger: number, command: Act['command']): Next {
    open += 1;
    return { act: { charger, command, timeoutMs: phase.timeoutSeconds * 1000 } };
  }

  return {
    state: () => ({ cut, down: [...down], toConnect }),
    next(now) {
      if (cut < chargers) {
        const charger = cut;
        cut += 1;
        return act(charger, { kind: 'disconnect', abrupt: phase.cut === 'abrupt', reconnect: isBack });
      }
      const next = toConnect.shift();
      if (next !== undefined) return act(next, { kind: 'connect' });
      if (open > 0) return { wait: never };
      return down.size === 0 || now >= until ? 'over' : { wait: until };
    },
    ended({ charger, command }, outcome) {
      open -= 1;
      if (command.kind === 'connect') {
        if (outcome.ok) down.delete(charger);
        return;
      }
      if (!outcome.ok || outcome.result.wasConnected !== true) return;
      down.add(charger);
      if (!isBack) toConnect.push(charger);
    },
    linkChanged(charger, up) {
      if (up) down.delete(charger);
    },
  };
}
