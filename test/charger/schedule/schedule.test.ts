// Charging-schedule arithmetic, held against a second-by-second reading of the rules (OCPP 1.6 §3.13, §5.16).
import fc from 'fast-check';
import { composite } from '../../../lib/charger/schedule/composite';
import { type ChargingProfile, saysAt } from '../../../lib/charger/schedule/profile';
import { byStackLevel, prevailingAt } from '../../../lib/charger/schedule/stack';
import { anyMoment, anyProfile, origin, slowlySaid } from './reference';

const day = 86_400_000;

const profile = (more: Partial<ChargingProfile> = {}): ChargingProfile => ({
  id: 1,
  stackLevel: 0,
  kind: 'Absolute',
  startSchedule: origin,
  unit: 'A',
  periods: [
    [0, 16],
    [60, 8],
  ],
  ...more,
});

const limits = (one: ChargingProfile, ...seconds: number[]) =>
  seconds.map((second) => saysAt(one, origin + second * 1000, origin).value?.[1]);

describe('one profile', () => {
  it('OCPP 1.6 §7.14: a period lasts until the next one starts, the last one for ever', () => {
    expect(limits(profile(), -1, 0, 59, 60, 1e9)).toEqual([undefined, 16, 16, 8, 8]);
  });

  it('OCPP 1.6 §5.16.4: a duration that is longer keeps the last period, a shorter one cuts periods off', () => {
    expect(limits(profile({ durationSeconds: 90 }), 89, 90)).toEqual([8, undefined]);
    expect(limits(profile({ durationSeconds: 30 }), 29, 30, 60)).toEqual([16, undefined, undefined]);
  });

  it('OCPP 1.6 §7.8: is valid from validFrom until before validTo', () => {
    const one = profile({ validFrom: origin + 10_000, validTo: origin + 70_000 });
    expect(limits(one, 9, 10, 69, 70)).toEqual([undefined, 16, 8, undefined]);
  });

  it('OCPP 1.6 §5.16.4: Daily starts anew each day, and is silent after its duration', () => {
    const one = profile({ kind: 'Recurring', recurrencyKind: 'Daily', durationSeconds: 3600 });
    expect(limits(one, -60, 86_399, 86_400, 86_460, 90_000)).toEqual([undefined, undefined, 16, 8, undefined]);
    expect(saysAt(one, origin + 3_600_000, origin).until).toBe(origin + day);
  });

  it('OCPP 1.6 §5.16.4: what is longer than a week is cut off where Weekly starts anew', () => {
    const one = profile({
      kind: 'Recurring',
      recurrencyKind: 'Weekly',
      durationSeconds: 10 * 86_400,
      periods: [
        [0, 16],
        [6 * 86_400, 8],
        [8 * 86_400, 1],
      ],
    });
    expect(limits(one, 7 * 86_400 - 1, 7 * 86_400, 8 * 86_400, 13 * 86_400)).toEqual([8, 16, 16, 8]);
  });

  it('OCPP 1.6 §7.9: Relative begins with the transaction', () => {
    const { startSchedule: _, ...relative } = profile({ kind: 'Relative' });
    expect(saysAt(relative, origin + 90_000, origin + 50_000)).toEqual({ value: [0, 16], until: origin + 110_000 });
  });

  it('says what the slow reading says, and nothing else before the moment it names', () => {
    let changes = 0;
    fc.assert(
      fc.property(anyProfile, anyMoment, anyMoment, (one, from, began) => {
        const { value, until } = saysAt(one, from, began);
        expect(until).toBeGreaterThan(from);
        const seconds = Math.min((until - from) / 1000, 700);
        const wrong: number[] = [];
        for (let second = 0; second < seconds; second++) {
          if (slowlySaid(one, from + second * 1000, began) !== value) wrong.push(second);
        }
        expect(wrong).toEqual([]);
        if (until < origin + 10 * day && slowlySaid(one, until, began) !== value) changes++;
      }),
      { seed: 4, numRuns: 400 },
    );
    expect(changes).toBeGreaterThan(50);
  });
});

describe('stacked profiles', () => {
  it('OCPP 1.6 §3.13.3: the highest stack level that says anything prevails; in its gaps the next one does', () => {
    const low = profile({ id: 1, stackLevel: 1, durationSeconds: 200 });
    const high = profile({ id: 2, stackLevel: 5, durationSeconds: 30, periods: [[0, 32]] });
    const stack = byStackLevel([low, high]);
    const prevailing = (second: number) => prevailingAt(stack, origin + second * 1000, origin);
    expect(prevailing(0)).toEqual({ value: { profile: high, period: [0, 32] }, until: origin + 30_000 });
    expect(prevailing(30)).toEqual({ value: { profile: low, period: [0, 16] }, until: origin + 60_000 });
    expect(prevailing(200)).toEqual({ value: undefined, until: Infinity });
    expect(prevailing(-5)).toEqual({ value: undefined, until: origin });
  });

  it('equals of one level keep their order', () => {
    const [one, two] = [profile({ id: 1 }), profile({ id: 2 })];
    expect(byStackLevel([one, two]).map(({ id }) => id)).toEqual([1, 2]);
  });
});

describe('the composite over a span', () => {
  const rateOf = (stack: ChargingProfile[], began: number) => (at: number) => {
    const { value, until } = prevailingAt(stack, at, began);
    const [, limit = 99, phases = 3] = value?.period ?? [];
    return { value: { limit, phases }, until };
  };

  it('is exact to the second, with no two equal periods in a row', () => {
    let periodsSeen = 0;
    fc.assert(
      fc.property(
        fc.array(anyProfile, { minLength: 1, maxLength: 4 }),
        anyMoment,
        anyMoment,
        fc.integer({ min: 1, max: 600 }),
        (profiles, from, began, seconds) => {
          const stack = byStackLevel(profiles);
          const found = composite(rateOf(stack, began), from, seconds, 1000);
          expect(found.seconds).toBe(seconds);
          const wrong: number[] = [];
          for (let second = 0; second < seconds; second++) {
            const said = stack.map((one) => slowlySaid(one, from + second * 1000, began)).find((one) => one);
            const inForce = found.periods.findLast(({ startPeriod }) => startPeriod <= second);
            if (inForce?.limit !== (said?.[1] ?? 99) || inForce.phases !== (said?.[2] ?? 3)) wrong.push(second);
          }
          expect(wrong).toEqual([]);
          found.periods.slice(1).forEach((period, at) => {
            const before = found.periods[at];
            expect([before?.limit, before?.phases]).not.toEqual([period.limit, period.phases]);
          });
          periodsSeen += found.periods.length;
        },
      ),
      { seed: 4, numRuns: 200 },
    );
    expect(periodsSeen).toBeGreaterThan(250);
  });

  it('a change within a second shows in the next one', () => {
    const late = { ...profile({ startSchedule: origin + 400 }) };
    expect(composite(rateOf([late], origin), origin, 100, 10).periods).toEqual([
      { startPeriod: 0, limit: 99, phases: 3 },
      { startPeriod: 1, limit: 16, phases: 3 },
      { startPeriod: 61, limit: 8, phases: 3 },
    ]);
  });

  it('ends early rather than with more periods than allowed', () => {
    const found = composite(rateOf([profile()], origin), origin - 10_000, 1000, 2);
    expect(found.seconds).toBe(70);
    expect(found.periods.map(({ startPeriod }) => startPeriod)).toEqual([0, 10]);
  });

  it('asks at each change, not each second: a thousand years of a daily schedule end early', () => {
    const daily = profile({ kind: 'Recurring', recurrencyKind: 'Daily', periods: [[0, 16]] });
    let asked = 0;
    const rateAt = (at: number) => {
      asked++;
      return rateOf([daily], origin)(at);
    };
    expect(composite(rateAt, origin, 5 * 86_400, 10)).toEqual({
      seconds: 5 * 86_400,
      periods: [{ startPeriod: 0, limit: 16, phases: 3 }],
    });
    expect(asked).toBe(5);
    expect(composite(rateAt, origin, 365_000 * 86_400, 10).seconds).toBeLessThan(365_000 * 86_400);
    expect(asked).toBeLessThanOrEqual(2_005);
  });
});
