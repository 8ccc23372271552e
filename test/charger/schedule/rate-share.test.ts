// Units of limits, and one limit for several that charge (OCPP 1.6 §3.13.4, §7.12, §7.14).
import fc from 'fast-check';
import {
  boundOf,
  inTenths,
  inUnit,
  narrower,
  onSupply,
  type Supply,
  unbounded,
} from '../../../lib/charger/schedule/rate';
import { share } from '../../../lib/charger/schedule/share';

const three: Supply = { phases: 3, voltageV: 230, dc: false };
const one: Supply = { ...three, phases: 1 };

describe('units', () => {
  it('OCPP 1.6 §7.12: amperes are per phase, watts the total over the phases that may be used', () => {
    expect(onSupply(boundOf('A', [0, 16]), three)).toEqual({ phases: 3, currentA: 16, powerW: 11_040 });
    expect(onSupply(boundOf('A', [0, 16, 1]), three)).toEqual({ phases: 1, currentA: 16, powerW: 3_680 });
    expect(onSupply(boundOf('W', [0, 11_040]), three)).toEqual({ phases: 3, currentA: 16, powerW: 11_040 });
    expect(onSupply(boundOf('W', [0, 3_680, 1]), three)).toEqual({ phases: 1, currentA: 16, powerW: 3_680 });
  });

  it('OCPP 1.6 §7.14: of the three phases that are assumed an EVSE uses those it has', () => {
    expect(onSupply(boundOf('W', [0, 4_600]), one)).toEqual({ phases: 1, currentA: 20, powerW: 4_600 });
    expect(onSupply(boundOf('A', [0, 10]), one)).toEqual({ phases: 1, currentA: 10, powerW: 2_300 });
  });

  it('a DC output has no phases to restrict', () => {
    expect(onSupply(boundOf('W', [0, 69_000, 1]), { ...three, dc: true })).toEqual({
      phases: 3,
      currentA: 100,
      powerW: 69_000,
    });
  });

  it('OCPP 1.6 §3.13.4: watts for three phases and amperes for one bind together', () => {
    const both = narrower(boundOf('W', [0, 6_900]), boundOf('A', [0, 16, 1]));
    expect(onSupply(both, three)).toEqual({ phases: 1, currentA: 16, powerW: 3_680 });
    expect(onSupply(narrower(both, boundOf('W', [0, 2_300])), three)).toMatchObject({ currentA: 10, powerW: 2_300 });
  });

  it('no limit stays none', () => {
    expect(onSupply(unbounded, three)).toEqual({ phases: 3, currentA: Infinity, powerW: Infinity });
  });

  it('phases that cannot be switched get no more power, and no more current each', () => {
    const fixed = (fixedPhases: number) => ({ ...three, fixedPhases });
    expect(onSupply(boundOf('A', [0, 30, 1]), fixed(3))).toEqual({ phases: 3, currentA: 10, powerW: 6_900 });
    expect(onSupply(boundOf('A', [0, 10]), fixed(1))).toEqual({ phases: 1, currentA: 10, powerW: 2_300 });
  });

  it('one digit after the point, never above the limit, and exact where there is nothing to round', () => {
    expect([15.99, 16, 6.1, 0.3, 11_000 / 690].map(inTenths)).toEqual([15.9, 16, 6.1, 0.3, 15.9]);
    expect(inUnit({ phases: 3, currentA: 16, powerW: 11_040 }, 'A')).toBe(16);
    expect(inUnit({ phases: 3, currentA: 16, powerW: 11_040 }, 'W')).toBe(11_040);
  });
});

describe('OCPP 1.6 §3.13.4: one limit for all', () => {
  it('is shared evenly', () => {
    expect(share(20, [wish(32), wish(32)])).toEqual([10, 10]);
    expect(share(100, [wish(32), wish(32)])).toEqual([32, 32]);
    expect(share(0, [wish(32)])).toEqual([0]);
    expect(share(20, [])).toEqual([]);
  });

  it('what one may not take goes to the others', () => {
    expect(share(40, [wish(8), wish(32), wish(32)])).toEqual([8, 16, 16]);
  });

  it('who comes last waits when there is not enough for all', () => {
    expect(share(10, [wish(32), wish(32)])).toEqual([10, 0]);
    expect(share(20, [wish(32), wish(32, 16), wish(32)])).toEqual([10, 0, 10]);
    expect(share(5, [wish(32), wish(32)])).toEqual([0, 0]);
  });

  it('who may take less than it can do with leaves all to the others', () => {
    expect(share(12, [wish(3), wish(32)])).toEqual([0, 12]);
  });

  it('never comes to more than the limit, gives nobody less than it can do with, and wastes nothing', () => {
    const anyWish = fc.record({ most: fc.integer({ min: 0, max: 40 }), least: fc.constantFrom(0, 6, 10) });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.array(anyWish, { maxLength: 6 }), (total, wishes) => {
        const shares = share(total, wishes);
        const sum = shares.reduce((one, other) => one + other, 0);
        expect(sum).toBeLessThanOrEqual(total + 1e-9);
        wishes.forEach(({ most, least }, at) => {
          const got = shares[at] ?? -1;
          expect(got).toBeLessThanOrEqual(most);
          if (got > 0) expect(got).toBeGreaterThanOrEqual(least);
          const hungry = got > 0 && got < most;
          if (hungry) expect(sum).toBeCloseTo(total, 9);
        });
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  function wish(most: number, least = 6) {
    return { most, least };
  }
});
