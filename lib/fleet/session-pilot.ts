// Phases sessions and soak: cars come, charge and go, so many at the same time or so many a second, until the time is over and the last
// one has been stopped.
import { createDice, gapMs, shuffled } from './dice';
import { type Act, type ActOutcome, type Next, never, type Pilot, type PilotContext } from './pilot';
import { endsAt, type PlannedSession, planSession } from './session-plan';
import { nth, portion, type Share } from './share';
import type { SessionsPhase, SoakPhase } from './spec';

/** A session that runs. */
interface Running {
  charger: number;
  transactionId: string;
  /** Epoch ms. */
  endsAt: number;
}

interface State {
  /** Sessions that have been begun: the number of the next one. */
  begun: number;
  /** Cars that have come, where they come at random, and when the next one does. Epoch ms. */
  arrived: number;
  arrivesAt: number;
  /** Cars that found no free charger. */
  turnedAway: number;
  /** By their end. */
  running: Running[];
  /** Chargers that are free again at this time, after a failure. Epoch ms. */
  resting: { charger: number; until: number }[];
  /** Connections that were taken away. */
  losses: number;
  /** First in, first out, so that every charger has its turn. */
  free: number[];
  /** Their transaction ended by itself, the car is still there. */
  toUnplug: number[];
}

/** What a startTransaction leads to, as its outcome tells. */
interface StartReport {
  transaction?: { id: string; state?: 'running' | 'ended'; powerW: number };
  connector?: { cable?: string };
}

/** A charger on which a session failed is left alone for this long. */
const restMs = 5_000;

export function sessionPilot(
  phase: SessionsPhase | SoakPhase,
  { chargers, total, share, beganAt, seed }: PilotContext,
  from?: State,
): Pilot<State> {
  const state = from ? goOn(from, chargers) : fresh(total, share, seed);
  const { free, toUnplug } = state;
  const concurrency = portion(share, phase.concurrency ?? total);
  let until = beganAt + phase.seconds * 1000;
  const timeoutMs = phase.timeoutSeconds * 1000;
  /** Their session failed: they rest once the car has gone. */
  const givenUp = new Set<number>();
  const starting = new Map<number, PlannedSession>();
  let open = 0;
  if (phase.arrivalsPerSecond !== undefined && state.arrivesAt === 0) {
    state.arrivesAt = beganAt + gapsMs(0, nth(share, 0));
  }

  /** From one arrival of the run to another. Each is thrown by itself, in whole milliseconds: whoever throws it, and sums up, gets the same. */
  function gapsMs(from: number, to: number): number {
    let ms = 0;
    for (let n = from; n <= to; n++) ms += Math.round(gapMs(phase.arrivalsPerSecond ?? 1, createDice(seed, 1, n)));
    return ms;
  }

  function awaitNext(): void {
    state.arrived += 1;
    state.arrivesAt += gapsMs(nth(share, state.arrived - 1) + 1, nth(share, state.arrived));
  }

  function give(charger: number, command: Act['command']): Next {
    open += 1;
    return { act: { charger, command, timeoutMs } };
  }

  function wakeResting(now: number): void {
    while (state.resting[0] && state.resting[0].until <= now) free.push(state.resting.shift()?.charger ?? 0);
  }

  /** Whether a session is to begin now. Counts cars that find no charger. */
  function isWanted(now: number): boolean {
    if (now >= until) return false;
    if (phase.arrivalsPerSecond === undefined) {
      return free.length > 0 && state.running.length + open < concurrency;
    }
    while (state.arrivesAt <= now) {
      awaitNext();
      if (free.length > 0) return true;
      state.turnedAway += 1;
    }
    return false;
  }

  function begin(): Next {
    const charger = free.shift() ?? 0;
    const session = planSession(phase, seed, nth(share, state.begun));
    state.begun += 1;
    starting.set(charger, session);
    const { idToken, ev, energyWh, meterValuesIntervalSeconds } = session;
    return give(charger, {
      kind: 'startTransaction',
      address: {},
      idToken,
      ...(ev === undefined ? {} : { ev }),
      ...(meterValuesIntervalSeconds === undefined ? {} : { meterValuesIntervalSeconds }),
      ...(energyWh === undefined ? {} : { stopWhen: { energyWh } }),
    });
  }

  /** The session that has to end now: its time has come, or that of the whole phase. */
  function due(now: number): Running | undefined {
    const [first] = state.running;
    return first && (first.endsAt <= now || now >= until) ? state.running.shift() : undefined;
  }

  function nextLoss(): number {
    return phase.kind === 'soak' ? beganAt + (nth(share, state.losses) + 1) * phase.lossEverySeconds * 1000 : never;
  }

  /** The charger that loses its connection now. */
  function unlucky(): number {
    const dice = createDice(seed, 2, nth(share, state.losses));
    state.losses += 1;
    return Math.floor(dice.next() * chargers);
  }

  function run(session: Running): void {
    const later = state.running.findIndex((other) => other.endsAt > session.endsAt);
    if (later < 0) state.running.push(session);
    else state.running.splice(later, 0, session);
  }

  function rest(charger: number, now: number): void {
    state.resting.push({ charger, until: now + restMs });
  }

  /** Its car charges, whether or not the CSMS has said so; or its driver gives up. */
  function started(charger: number, session: PlannedSession, outcome: ActOutcome, now: number): void {
    const { transaction, connector } = (outcome.ok ? outcome.result : (outcome.refusal.extra ?? {})) as StartReport;
    if (transaction?.state === 'running') {
      const { id: transactionId, powerW } = transaction;
      return run({ charger, transactionId, endsAt: endsAt(session, now, powerW) });
    }
    if (connector?.cable !== 'connected') return rest(charger, now);
    givenUp.add(charger);
    toUnplug.push(charger);
  }

  return {
    state: () => state,
    next(now) {
      wakeResting(now);
      const left = toUnplug.shift();
      if (left !== undefined) return give(left, { kind: 'unplug', address: {} });
      const over = due(now);
      if (over) return give(over.charger, { kind: 'stopTransaction', transactionId: over.transactionId, unplug: true });
      if (now < until && nextLoss() <= now) {
        return give(unlucky(), { kind: 'disconnect', abrupt: true, reconnect: true });
      }
      if (isWanted(now)) return begin();
      if (now >= until) return open + state.running.length === 0 ? 'over' : { wait: never };
      const arrives = phase.arrivalsPerSecond === undefined ? never : state.arrivesAt;
      const ends = state.running[0]?.endsAt ?? never;
      return { wait: Math.min(until, arrives, ends, state.resting[0]?.until ?? never, nextLoss()) };
    },
    windDown(now) {
      until = Math.min(until, now);
    },
    ended({ charger, command }, outcome, now) {
      open -= 1;
      const session = starting.get(charger);
      if (command.kind === 'startTransaction' && session) {
        starting.delete(charger);
        started(charger, session, outcome, now);
      } else if (command.kind === 'stopTransaction' && !outcome.ok && outcome.refusal.kind === 'wrongState') {
        toUnplug.push(charger);
      } else if (command.kind !== 'disconnect') {
        const failed = givenUp.delete(charger) || !outcome.ok;
        if (failed) rest(charger, now);
        else free.push(charger);
      }
    },
  };
}

function fresh(total: number, share: Share, seed: number): State {
  const order = shuffled(total, createDice(seed, 3)).filter((n) => n % share.of === share.number);
  const free = order.map((n) => (n - share.number) / share.of);
  return { begun: 0, arrived: 0, arrivesAt: 0, turnedAway: 0, running: [], resting: [], losses: 0, free, toUnplug: [] };
}

/** A charger that was being used when the state was written is free: nobody knows what of it. */
function goOn(from: State, chargers: number): State {
  const state: State = structuredClone(from);
  const known = new Set([...state.free, ...state.toUnplug]);
  for (const { charger } of [...state.running, ...state.resting]) known.add(charger);
  for (let charger = 0; charger < chargers; charger++) if (!known.has(charger)) state.free.push(charger);
  return state;
}
