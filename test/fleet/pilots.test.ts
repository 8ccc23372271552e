// Pilots that hand over to another process, and pilots of batches: one plan, whoever carries it out.
import type { Outcome } from '../../lib/charger/command';
import type { Act, Pilot, PilotContext } from '../../lib/fleet/pilot';
import { pilotOf } from '../../lib/fleet/pilots';
import { portion, type Share, whole } from '../../lib/fleet/share';
import type { Phase, SoakPhase } from '../../lib/fleet/spec';

const beganAt = Date.UTC(2026, 0, 5, 8);
const total = 12;
const soak: SoakPhase = {
  kind: 'soak',
  seconds: 300,
  concurrency: 7,
  tokens: ['A', 'B', 'C'],
  durationSeconds: { from: 5, to: 40 },
  energyWh: { from: 100, to: 5_000 },
  evs: [],
  timeoutSeconds: 30,
  lossEverySeconds: 35,
};
const { concurrency: _, ...cars } = soak;
const arrivals: Phase = { ...cars, arrivalsPerSecond: 0.6 };

interface Done {
  at: number;
  /** Of the run. */
  charger: number;
  kind: string;
  plan: unknown;
}

interface Course {
  share?: Share;
  /** Whether another process takes over, asked before every act. */
  handsOver?: () => boolean;
}

const ok = (result: Record<string, unknown>): Outcome => ({ ok: true, result });

/** Goes through the phase; every act ends at once. */
function go(phase: Phase, { share = whole, handsOver = () => false }: Course = {}): Done[] {
  const context: PilotContext = { chargers: portion(share, total), total, share, beganAt, seed: 7 };
  const done: Done[] = [];
  let pilot: Pilot = pilotOf(phase, context);
  let transactions = 0;
  let now = beganAt;

  function end(act: Act): void {
    const transaction = { id: `T-${++transactions}`, state: 'running', powerW: 11_000 };
    const isStart = act.command.kind === 'startTransaction';
    pilot.ended(act, ok(isStart ? { transaction } : { wasConnected: true }), now);
    if (act.command.kind === 'disconnect') pilot.linkChanged?.(act.charger, true, now);
  }

  for (;;) {
    if (handsOver()) pilot = pilotOf(phase, context, JSON.parse(JSON.stringify(pilot.state())));
    const next = pilot.next(now);
    if (next === 'over') return done;
    if ('wait' in next) {
      now = next.wait;
      continue;
    }
    const { charger, command } = next.act;
    const { transactionId: __, ...plan } = { transactionId: '', ...command };
    done.push({ at: now - beganAt, charger: share.number + share.of * charger, kind: command.kind, plan });
    end(next.act);
  }
}

const phases: Phase[] = [
  { kind: 'connect', timeoutSeconds: 30, ramp: { perSecond: 3 } },
  { kind: 'massReconnection', cut: 'polite', return: 'atOnce', timeoutSeconds: 60 },
  { kind: 'idle', seconds: 30 },
  soak,
  arrivals,
];

describe.each(phases.map((phase): [string, Phase] => ['concurrency' in phase ? 'concurrency' : phase.kind, phase]))(
  '%s',
  (_name, phase) => {
    it('does the same when it is handed over before every act', () => {
      expect(go(phase, { handsOver: () => true })).toEqual(go(phase));
    });

    it('begins no more and no less when a process dies with acts under way', () => {
      const context = { chargers: total, total, share: whole, beganAt, seed: 7 };
      const first = pilotOf(phase, context);
      const next = first.next(beganAt + 60_000);
      const second = pilotOf(phase, context, JSON.parse(JSON.stringify(first.state())));
      for (let n = 0; n < 10_000; n++) {
        const given = second.next(beganAt + 3_600_000);
        if (given === 'over') return;
        if ('act' in given) second.ended(given.act, ok({ wasConnected: false }), beganAt + 3_600_000);
        else throw new Error(`waits for ever after ${JSON.stringify(next)}`);
      }
      throw new Error('never over');
    });
  },
);

describe('three batches', () => {
  const batches = (phase: Phase) => [0, 1, 2].flatMap((number) => go(phase, { share: { number, of: 3 } }));

  it('connect each charger when the whole run does', () => {
    const [connect] = phases;
    if (!connect) throw new Error('no phase');
    expect(batches(connect).sort((a, b) => a.at - b.at)).toEqual(go(connect));
  });

  it('have the cars of the run come when they come to the whole run, each the same', () => {
    const came = (done: Done[]) =>
      done.flatMap(({ at, kind, plan }) => (kind === 'startTransaction' ? [{ at, plan }] : []));
    const free = { ...arrivals, durationSeconds: 1 } as Phase;
    const all = came(go(free));
    expect(all.length).toBeGreaterThan(100);
    expect(came(batches(free)).sort((a, b) => a.at - b.at)).toEqual(all);
  });

  it('hold the concurrency of the run together, and lose as many connections', () => {
    const [one, three] = [go(soak), batches(soak)];
    const first = (done: Done[]) => done.filter(({ at, kind }) => kind === 'startTransaction' && at === 0);
    expect(first(three)).toHaveLength(7);
    expect(
      first(three)
        .map(({ plan }) => JSON.stringify(plan))
        .sort(),
    ).toEqual(
      first(one)
        .map(({ plan }) => JSON.stringify(plan))
        .sort(),
    );
    const losses = (done: Done[]) => done.flatMap(({ at, kind }) => (kind === 'disconnect' ? [at] : []));
    expect(losses(three).sort((a, b) => a - b)).toEqual(losses(one));
  });

  it('have every charger once, as evenly as can be', () => {
    const shares = [0, 1, 2, 3, 4].map((number) => ({ number, of: 5 }));
    expect(shares.map((share) => portion(share, 12))).toEqual([3, 3, 2, 2, 2]);
  });
});
