// What must hold of charging whatever the EVSE, the EV and the limit. The power is recomputed here in the plainest way, as an oracle.
import fc from 'fast-check';
import { createEv, type Ev, type EvSettings } from '../../../lib/charger/hardware/ev';
import {
  advance,
  type Evse,
  evWants,
  nextChange,
  plugIn,
  powerW,
  read,
  setContactor,
  setEv,
  setLimit,
  timeOfEnergy,
  timeOfSoc,
  unplugEv,
} from '../../../lib/charger/hardware/evse';
import { type EvseSpec, isDc } from '../../../lib/charger/hardware/models';
import { anyEv, anyLimit, anyPhases, anyWorld, charging, copyOf, hours, minutes, start, type World } from './worlds';

const anyLeap = fc.integer({ min: 1, max: 12 * hours });

function naiveShare(ev: Ev): number {
  const points = ev.chargingCurve;
  const next = points.findIndex(([soc]) => soc > ev.soc);
  const after = points[next === -1 ? points.length - 1 : next];
  const before = points[next === -1 ? points.length - 1 : Math.max(0, next - 1)];
  if (!after || !before) throw new Error('empty curve');
  const [low, high] = [Math.max(before[1], 0.02), Math.max(after[1], 0.02)];
  const along = after[0] > before[0] ? (ev.soc - before[0]) / (after[0] - before[0]) : 0;
  return low + (high - low) * Math.max(0, along);
}

/** The least of everything that bounds the power. */
function naivePowerW(spec: EvseSpec, ev: Ev, limitW = Number.POSITIVE_INFINITY, limitPhases = 3): number {
  if (ev.suspended || ev.soc >= 100) return 0;
  const rated = spec.connectors[0]?.maxCurrentA ?? Number.POSITIVE_INFINITY;
  const [empty, full] = ev.batteryVoltageV ?? [350, 420];
  const wish = ev.maxPowerW * naiveShare(ev);
  const watts = Math.min(spec.maxPowerW, limitW);
  if (isDc(spec)) {
    if (watts / full < Math.max(1, ev.minCurrentA)) return 0;
    return Math.min(wish, watts, rated * (empty + ((full - empty) * ev.soc) / 100));
  }
  const switched = Math.min(spec.phases, limitPhases);
  const pilot = Math.min(limitW / switched / 230, spec.maxPowerW / spec.phases / 230, rated);
  if (pilot < Math.max(6, ev.minCurrentA)) return 0;
  const phases = Math.min(switched, ev.phases);
  const sagged = 230 * (1 - (0.01 * pilot) / (spec.maxPowerW / spec.phases / 230));
  return Math.min((wish * phases) / ev.phases, phases * pilot * sagged * 0.99);
}

function close(actual: number, expected: number, relative: number, absolute = 0): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected) + absolute);
}

describe('power', () => {
  it('is the least of wish, EV, EVSE, cable, shared phases and limit', () => {
    let drawing = 0;
    fc.assert(
      fc.property(anyWorld, fc.integer({ min: 0, max: hours }), (world, leap) => {
        const evse = charging(world);
        advance(evse, world.spec, start + leap);
        const ev = evse.ev ?? createEv(undefined, world.spec);
        const expected = naivePowerW(world.spec, ev, world.limitW, world.limitPhases);
        if (expected > 0) drawing++;
        close(powerW(evse, world.spec), expected, 1e-6);
      }),
    );
    expect(drawing).toBeGreaterThan(60);
  });

  it('is 0 with an open contactor, a suspended EV, a full battery', () => {
    fc.assert(
      fc.property(anyWorld, fc.constantFrom('open', 'suspended', 'full'), (world, why) => {
        const evse = charging(world);
        if (why === 'open') setContactor(evse, world.spec, 'open', start + 1);
        if (why === 'suspended') setEv(evse, world.spec, { suspended: true }, start + 1);
        if (why === 'full') setEv(evse, world.spec, { soc: 100 }, start + 1);
        const before = read(evse, world.spec, start + 1);
        const after = read(evse, world.spec, start + hours);
        expect([before.powerW, after.powerW, after.energyWh]).toEqual([0, 0, before.energyWh]);
        expect(nextChange(evse, world.spec)).toBeUndefined();
      }),
    );
  });
});

describe('a reading', () => {
  it('has voltage, current and power factor that make its power, and reactive power to match', () => {
    fc.assert(
      fc.property(anyWorld, anyLeap, (world, leap) => {
        const evse = charging(world);
        const reading = read(evse, world.spec, start + leap);
        const sum = reading.currentA.reduce(
          (total, current, phase) => total + current * (reading.voltageV[phase] ?? Number.NaN) * reading.powerFactor,
          0,
        );
        close(sum, reading.powerW, 1e-9);
        close(Math.hypot(reading.powerW, reading.reactivePowerVar) * reading.powerFactor, reading.powerW, 1e-9);
        expect(reading.currentA).toHaveLength(reading.phases);
      }),
    );
  });

  it('is never above any limit', () => {
    fc.assert(
      fc.property(anyWorld, anyLeap, (world, leap) => {
        const { spec, limitW = Number.POSITIVE_INFINITY, limitPhases = 3 } = world;
        const evse = charging(world);
        const reading = read(evse, spec, start + leap);
        const most = Math.min(limitW, spec.maxPowerW, evse.ev?.maxPowerW ?? 0, reading.powerOfferedW);
        expect(reading.powerW).toBeLessThanOrEqual(most * (1 + 1e-12));
        const rated = spec.connectors[0]?.maxCurrentA ?? Number.POSITIVE_INFINITY;
        const perPhase = isDc(spec) ? Number.POSITIVE_INFINITY : limitW / Math.min(spec.phases, limitPhases) / 230;
        if (!isDc(spec)) expect(reading.phases).toBeLessThanOrEqual(limitPhases);
        for (const current of reading.currentA) {
          expect(current).toBeLessThanOrEqual(Math.min(rated, perPhase, reading.currentOfferedA) * (1 + 1e-9));
        }
      }),
    );
  });
});

describe('advancing', () => {
  it('in one leap equals advancing in a thousand steps', () => {
    fc.assert(
      fc.property(anyWorld, fc.integer({ min: 1, max: 36_000 }), (world, step) => {
        const [leaping, stepping] = [charging(world), charging(world)];
        advance(leaping, world.spec, start + 1_000 * step);
        for (let n = 1; n <= 1_000; n++) advance(stepping, world.spec, start + n * step);
        close(stepping.energyWh, leaping.energyWh, 1e-9, 1e-9);
        close(stepping.ev?.soc ?? -1, leaping.ev?.soc ?? -2, 1e-9);
        // The temperature is forgotten within 0.005 °C of ambient.
        close(stepping.temperatureC ?? 20, leaping.temperatureC ?? 20, 1e-9, 0.005);
      }),
      { numRuns: 60 },
    );
  });

  it('integrates the power: the register equals a fine sum of it', () => {
    fc.assert(
      fc.property(anyWorld, fc.integer({ min: 10, max: 3_600 }), (world, step) => {
        const evse = charging(world);
        let [sumWh, mostW] = [0, 0];
        for (let n = 0; n < 2_000; n++) {
          const before = powerW(evse, world.spec);
          advance(evse, world.spec, evse.advancedAt + step);
          sumWh += (((before + powerW(evse, world.spec)) / 2) * step) / hours;
          mostW = Math.max(mostW, before);
        }
        // The steps in which the curve bends or the battery gets full are counted roughly: a handful at most.
        close(evse.energyWh, sumWh, 1e-4, (5 * mostW * step) / hours);
      }),
      { numRuns: 40 },
    );
  });

  it('puts into the battery what the register counts', () => {
    fc.assert(
      fc.property(anyWorld, fc.array(anyLeap, { minLength: 1, maxLength: 5 }), (world, leaps) => {
        const evse = charging(world);
        const { soc: first = -1, batteryCapacityWh = 0 } = evse.ev ?? {};
        for (const leap of leaps) advance(evse, world.spec, evse.advancedAt + leap);
        close(evse.energyWh, (((evse.ev?.soc ?? -1) - first) / 100) * batteryCapacityWh, 1e-9, 1e-7);
        expect(evse.ev?.soc).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('does nothing in the past', () => {
    const world: World = {
      spec: { id: 1, maxPowerW: 22_000, phases: 3, connectors: [{ id: 1, type: 'sType2', fixedCable: false }] },
      ev: {},
      limitW: undefined,
    };
    const evse = charging(world);
    advance(evse, world.spec, start + hours);
    const before = copyOf(evse);
    advance(evse, world.spec, start + minutes);
    expect(copyOf(evse)).toEqual(before);
  });

  it('warms the contacts as the heat equation says, solved in small steps', () => {
    fc.assert(
      fc.property(anyWorld, fc.integer({ min: 100, max: 5_000 }), (world, step) => {
        const evse = charging(world);
        const share = isDc(world.spec) ? 1 : Math.min(world.spec.phases, evse.ev?.phases ?? 3) / world.spec.phases;
        const riseC = () => (30 * powerW(evse, world.spec) ** 2) / (world.spec.maxPowerW ** 2 * share);
        const leaping = copyOf(evse);
        let temperature = 20;
        for (let n = 0; n < 2_000; n++) {
          const before = riseC();
          advance(evse, world.spec, evse.advancedAt + step);
          const slopePerMs = (20 + (before + riseC()) / 2 - temperature) / (20 * minutes);
          temperature += slopePerMs * step;
        }
        const { temperatureC } = read(leaping, world.spec, evse.advancedAt);
        close(temperatureC, temperature, 0, 0.25);
        expect(temperatureC).toBeGreaterThanOrEqual(20 - 1e-9);
        expect(temperatureC).toBeLessThanOrEqual(50);
      }),
      { numRuns: 40 },
    );
  });
});

describe('asking when', () => {
  it('timeOfEnergy is the first millisecond at which the register is there', () => {
    let answered = 0;
    fc.assert(
      fc.property(anyWorld, anyLeap, fc.double({ min: 0.01, max: 50_000, noNaN: true }), (world, leap, more) => {
        const evse = charging(world);
        advance(evse, world.spec, start + leap);
        const target = evse.energyWh + more;
        const at = timeOfEnergy(evse, world.spec, target);
        if (at === undefined) {
          expect(read(copyOf(evse), world.spec, start + 100_000 * hours).energyWh).toBeLessThan(target + 1e-6);
          return;
        }
        answered++;
        expect(read(copyOf(evse), world.spec, at).energyWh).toBeGreaterThanOrEqual(target);
        expect(read(copyOf(evse), world.spec, at - 1).energyWh).toBeLessThan(target + 1e-9);
      }),
    );
    expect(answered).toBeGreaterThan(20);
  });

  it('timeOfSoc is the first millisecond at which the battery is there', () => {
    let answered = 0;
    fc.assert(
      fc.property(anyWorld, fc.double({ min: 0, max: 100, noNaN: true }), (world, soc) => {
        const evse = charging(world);
        const at = timeOfSoc(evse, world.spec, soc);
        if (at === undefined) {
          expect(powerW(evse, world.spec)).toBe(0);
          return;
        }
        if (at > start) answered++;
        expect(read(copyOf(evse), world.spec, at).soc).toBeGreaterThanOrEqual(soc);
        if (at > start) expect(read(copyOf(evse), world.spec, at - 1).soc).toBeLessThan(soc + 1e-9);
      }),
    );
    expect(answered).toBeGreaterThan(20);
  });

  it('nextChange is when the draw ends: full, not a millisecond before', () => {
    let answered = 0;
    fc.assert(
      fc.property(anyWorld, (world) => {
        const evse = charging(world);
        const at = nextChange(evse, world.spec);
        expect(at === undefined).toBe(powerW(evse, world.spec) === 0);
        if (at === undefined) return;
        answered++;
        expect(read(copyOf(evse), world.spec, at - 2).powerW).toBeGreaterThan(0);
        advance(evse, world.spec, at);
        expect([powerW(evse, world.spec), evse.ev?.soc, evWants(evse, world.spec)]).toEqual([0, 100, false]);
      }),
    );
    expect(answered).toBeGreaterThan(20);
  });
});

type Happening =
  | { kind: 'plugIn'; ev: EvSettings }
  | { kind: 'unplugEv' }
  | { kind: 'contactor'; state: 'open' | 'closed' }
  | { kind: 'limit'; limitW: number | undefined; phases: number }
  | { kind: 'setEv'; ev: EvSettings }
  | { kind: 'time' };

const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('plugIn' as const), ev: anyEv }),
  fc.record({ kind: fc.constant('unplugEv' as const) }),
  fc.record({ kind: fc.constant('contactor' as const), state: fc.constantFrom('open' as const, 'closed' as const) }),
  fc.record({ kind: fc.constant('limit' as const), limitW: anyLimit, phases: anyPhases }),
  fc.record({ kind: fc.constant('setEv' as const), ev: anyEv }),
  fc.record({ kind: fc.constant('time' as const) }),
);

/** Carries out what is possible in this state; the rest is what people cannot do. */
function happen(evse: Evse, spec: EvseSpec, happening: Happening, now: number): void {
  const there = evse.ev !== undefined;
  if (happening.kind === 'plugIn' && !there) plugIn(evse, spec, 1, happening.ev, now);
  if (happening.kind === 'unplugEv' && there) unplugEv(evse, spec, now);
  if (happening.kind === 'contactor' && there) setContactor(evse, spec, happening.state, now);
  if (happening.kind === 'limit') setLimit(evse, spec, happening.limitW, now, happening.phases);
  if (happening.kind === 'setEv' && there) setEv(evse, spec, happening.ev, now);
  advance(evse, spec, now);
}

describe('whatever happens', () => {
  it('the register never falls, and a copy through JSON goes on exactly as the original', () => {
    const anyStory = fc.array(fc.tuple(anyHappening, anyLeap), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(anyWorld, anyStory, fc.nat({ max: 11 }), (world, story, copyAfter) => {
        const original = charging(world);
        let copy = copyOf(original);
        let now = start;
        for (const [n, [happening, leap]] of story.entries()) {
          const before = original.energyWh;
          now += leap;
          happen(original, world.spec, happening, now);
          happen(copy, world.spec, happening, now);
          expect(original.energyWh).toBeGreaterThanOrEqual(before);
          if (n === copyAfter) copy = copyOf(copy);
        }
        expect(copy).toEqual(original);
        expect(copyOf(original)).toEqual(original);
        expect(read(copy, world.spec, now + hours)).toEqual(read(original, world.spec, now + hours));
      }),
    );
  });
});
