// Arbitrary EVSEs, EVs and things that happen to them, for the properties of the hardware.
import fc from 'fast-check';
import type { EvSettings } from '../../../lib/charger/hardware/ev';
import { createEvse, type Evse, plugIn, setContactor, setLimit } from '../../../lib/charger/hardware/evse';
import { type EvseSpec, models } from '../../../lib/charger/hardware/models';

// The seed is fixed: a run that fails today fails tomorrow. No shrinking: it could take minutes in the properties that take small steps.
fc.configureGlobal({ seed: 20_160, numRuns: 150, endOnFailure: true });

export const start = 1_700_000_000_000;

export const shipped: EvseSpec[] = Object.values(models).flatMap((model) => model.evses);

export function specOf(model: string): EvseSpec {
  const spec = models[model]?.evses[0];
  if (!spec) throw new Error(`no model ${model}`);
  return spec;
}

const ownSpec: fc.Arbitrary<EvseSpec> = fc
  .record({
    maxPowerW: fc.integer({ min: 1_000, max: 350_000 }),
    phases: fc.constantFrom(1 as const, 3 as const),
    type: fc.constantFrom('sType2', 'cCCS2'),
  })
  .map(({ maxPowerW, phases, type }) => ({
    id: 1,
    maxPowerW,
    phases,
    connectors: [{ id: 1, type, fixedCable: type === 'cCCS2' }],
  }));

export const anySpec = fc.oneof(fc.constantFrom(...shipped), ownSpec);

const curve = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.double({ min: 0, max: 1, noNaN: true })), {
    minLength: 1,
    maxLength: 6,
    selector: ([soc]) => soc,
  })
  .map((points): [number, number][] => points);

export const anyEv: fc.Arbitrary<EvSettings> = fc.record(
  {
    batteryCapacityWh: fc.integer({ min: 500, max: 200_000 }),
    soc: fc.oneof(fc.integer({ min: 0, max: 95 }), fc.double({ min: 0, max: 100, noNaN: true })),
    maxPowerW: fc.integer({ min: 500, max: 300_000 }),
    phases: fc.constantFrom(1 as const, 2 as const, 3 as const),
    chargingCurve: curve,
    minCurrentA: fc.integer({ min: 0, max: 10 }),
    batteryVoltageV: fc.constantFrom<[number, number]>([350, 420], [660, 830]),
  },
  { requiredKeys: [] },
);

/** No limit, one that bites, or any from nothing to more than any EVSE has. */
export const anyLimit: fc.Arbitrary<number | undefined> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: fc.integer({ min: 1_400, max: 60_000 }) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 400_000, noNaN: true }) },
);

/** Mostly all phases of the supply. */
export const anyPhases = fc.oneof(
  { weight: 2, arbitrary: fc.constant(3) },
  { weight: 1, arbitrary: fc.constantFrom(1, 2) },
);

export interface World {
  spec: EvseSpec;
  ev: EvSettings;
  limitW: number | undefined;
  /** Phases that the controller allows; absent: all. */
  limitPhases?: number;
}

export const anyWorld: fc.Arbitrary<World> = fc.record({
  spec: anySpec,
  ev: anyEv,
  limitW: anyLimit,
  limitPhases: anyPhases,
});

/** An EVSE with the EV plugged in and the contactor closed. */
export function charging({ spec, ev, limitW, limitPhases }: World): Evse {
  const evse = createEvse(spec, start);
  plugIn(evse, spec, 1, ev, start);
  setLimit(evse, spec, limitW, start, limitPhases);
  setContactor(evse, spec, 'closed', start);
  return evse;
}

export function copyOf(evse: Evse): Evse {
  return JSON.parse(JSON.stringify(evse));
}

export const minutes = 60_000;
export const hours = 3_600_000;
