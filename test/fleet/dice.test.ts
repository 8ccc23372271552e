// The dice of fleet runs: what they may throw, and that the same seed throws the same.
import fc from 'fast-check';
import { createDice, draw, gapMs, pick, shuffled } from '../../lib/fleet/dice';
import { endsAt, planSession } from '../../lib/fleet/session-plan';
import type { SessionPattern } from '../../lib/fleet/spec';

const seed = fc.integer();

describe('dice', () => {
  it('throw the same for the same seed and stream, and otherwise for others', () => {
    const throwMany = (...args: [number, ...number[]]) => {
      const dice = createDice(...args);
      return Array.from({ length: 20 }, () => dice.next());
    };
    fc.assert(
      fc.property(seed, fc.nat(100_000), (own, stream) => {
        expect(throwMany(own, stream)).toEqual(throwMany(own, stream));
        expect(throwMany(own, stream)).not.toEqual(throwMany(own, stream + 1));
        expect(throwMany(own, stream)).not.toEqual(throwMany(own + 1, stream));
      }),
    );
  });

  it('are spread evenly over neighbouring streams', () => {
    const first = Array.from({ length: 4_000 }, (_, stream) => createDice(7, stream).next());
    const inTenth = (tenth: number) => first.filter((value) => Math.floor(value * 10) === tenth).length;
    for (let tenth = 0; tenth < 10; tenth++) expect(Math.abs(inTenth(tenth) - 400)).toBeLessThan(100);
  });

  it('draw within what was asked', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (own, from, width) => {
        const dice = createDice(own);
        expect(draw(from, dice)).toBe(from);
        const even = draw({ from, to: from + width }, dice);
        expect(even >= from && even <= from + width).toBe(true);
        const around = draw({ mean: from, deviation: 50, min: from - 5, max: from + width }, dice);
        expect(around >= from - 5 && around <= from + width).toBe(true);
        expect(draw({ mean: 0, deviation: 5 }, dice)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('draw around a mean with the deviation asked for', () => {
    const dice = createDice(1);
    const values = Array.from({ length: 20_000 }, () => draw({ mean: 100, deviation: 10 }, dice));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(mean).toBeCloseTo(100, 0);
    expect(deviation).toBeCloseTo(10, 0);
  });

  it('pick by weight', () => {
    const dice = createDice(3);
    const choices = [{ name: 'a', weight: 3 }, { name: 'b' }];
    const picked = Array.from({ length: 8_000 }, () => pick(choices, dice)?.name);
    expect(picked.filter((name) => name === 'a').length / 8_000).toBeCloseTo(0.75, 1);
    expect(pick([], dice)).toBeUndefined();
  });

  it('shuffle: every number once', () => {
    fc.assert(
      fc.property(seed, fc.nat(200), (own, count) => {
        const numbers = shuffled(count, createDice(own));
        expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, n) => n));
      }),
    );
  });

  it('leave gaps that are on average what the rate says', () => {
    const dice = createDice(5);
    const total = Array.from({ length: 20_000 }, () => gapMs(4, dice)).reduce((sum, gap) => sum + gap, 0);
    expect(total / 20_000 / 250).toBeCloseTo(1, 1);
  });
});

describe('a planned session', () => {
  const pattern: SessionPattern = {
    concurrency: 1,
    tokens: ['A', 'B'],
    durationSeconds: { from: 10, to: 20 },
    energyWh: { mean: 5_000, deviation: 1_000 },
    evs: [{ ev: { soc: 10 } }, { ev: { soc: 50 } }],
    meterValuesIntervalSeconds: 5,
    timeoutSeconds: 60,
  };

  it('depends on its seed and number alone', () => {
    expect(planSession(pattern, 7, 12)).toEqual(planSession(pattern, 7, 12));
    const many = Array.from({ length: 200 }, (_, number) => planSession(pattern, 7, number));
    expect(new Set(many.map(({ idToken }) => idToken))).toEqual(new Set(['A', 'B']));
    expect(new Set(many.map(({ ev }) => ev?.soc))).toEqual(new Set([10, 50]));
    expect(many.every(({ durationMs }) => durationMs >= 10_000 && durationMs <= 20_000)).toBe(true);
  });

  it('ends by its time or, when its energy is there earlier, by that', () => {
    const session = { idToken: 'A', durationMs: 3_600_000, energyWh: 5_000 };
    expect(endsAt(session, 0, 0)).toBe(3_600_000);
    expect(endsAt(session, 0, 1_000)).toBe(3_600_000);
    const half = endsAt(session, 0, 10_000);
    expect(half).toBeGreaterThanOrEqual(1_800_000);
    expect(half).toBeLessThan(1_900_000);
  });
});
