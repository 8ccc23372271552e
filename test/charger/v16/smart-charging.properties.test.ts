// Any set of charging profiles on a charger in a transaction: the composite schedule and the energy that is metered, held against
// a second-by-second reading of the rules (OCPP 1.6 §3.13, §5.7, §5.16).
import fc from 'fast-check';
import type { ChargingProfile } from '../../../lib/charger/schedule/profile';
import { type Pair, start } from '../../support/pair';
import { slowlySaid } from '../schedule/reference';
import { ask, begin, type Fields, hungryPair, iso, scheduleOf, set } from './profiles';

interface Sent {
  connectorId: number;
  purpose: string;
  profile: ChargingProfile;
}

const span = 300;

const anyStart = fc.integer({ min: -200, max: 250 }).map((seconds) => start + seconds * 1000);

const anyLimit = (unit: 'A' | 'W') =>
  unit === 'A'
    ? fc.integer({ min: 40, max: 400 }).map((tenths) => tenths / 10)
    : fc.integer({ min: 1_000, max: 25_000 });

const anySchedule = fc.constantFrom('A' as const, 'W' as const).chain((unit) =>
  fc.record({
    unit: fc.constant(unit),
    periods: fc
      .uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 5 })
      .chain((starts) =>
        fc.tuple(
          ...[0, ...starts.sort((a, b) => a - b)].map((at) =>
            fc.tuple(fc.constant(at), anyLimit(unit), fc.constantFrom(1, 2, 3)),
          ),
        ),
      ),
  }),
);

const anyProfile: fc.Arbitrary<Sent> = fc
  .record({
    where: fc.constantFrom(
      { connectorId: 0, purpose: 'ChargePointMaxProfile' },
      { connectorId: 0, purpose: 'TxDefaultProfile' },
      { connectorId: 1, purpose: 'TxDefaultProfile' },
      { connectorId: 1, purpose: 'TxProfile' },
      { connectorId: 2, purpose: 'TxDefaultProfile' },
    ),
    id: fc.integer({ min: 1, max: 8 }),
    stackLevel: fc.integer({ min: 0, max: 2 }),
    schedule: anySchedule,
    kind: fc.constantFrom('Absolute' as const, 'Recurring' as const, 'Relative' as const),
    startSchedule: anyStart,
    validFrom: fc.option(anyStart, { nil: undefined }),
    lasts: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
    durationSeconds: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
  })
  .map(({ where, schedule, kind, startSchedule, validFrom, lasts, durationSeconds, ...rest }) => ({
    ...where,
    profile: {
      ...rest,
      ...schedule,
      kind,
      ...(kind === 'Recurring' ? { recurrencyKind: 'Daily' as const } : {}),
      ...(kind === 'Relative' ? {} : { startSchedule }),
      ...(validFrom === undefined ? {} : { validFrom }),
      ...(lasts === undefined ? {} : { validTo: (validFrom ?? start) + lasts * 1000 }),
      ...(durationSeconds === undefined ? {} : { durationSeconds }),
    },
  }));

function wireOf({ purpose, profile }: Sent): Fields {
  const { id, stackLevel, kind, recurrencyKind, validFrom, validTo, startSchedule, durationSeconds, unit } = profile;
  const schedule = scheduleOf(profile.periods as number[][], {
    chargingRateUnit: unit,
    startSchedule: startSchedule && iso(startSchedule),
    duration: durationSeconds,
  });
  const fields = { chargingProfileId: id, stackLevel, chargingProfilePurpose: purpose, chargingProfileKind: kind };
  const valid = { validFrom: validFrom && iso(validFrom), validTo: validTo && iso(validTo) };
  return { ...fields, recurrencyKind, ...valid, chargingSchedule: schedule };
}

/** What is left of the profiles sent one after the other, all at the start. */
function standing(sent: Sent[]): Sent[] {
  let left: Sent[] = [];
  for (const fresh of sent) {
    const { id, stackLevel } = fresh.profile;
    left = left.filter((old) => {
      const sameStack = old.purpose === fresh.purpose && old.profile.stackLevel === stackLevel;
      return old.profile.id !== id && !(sameStack && old.connectorId === fresh.connectorId);
    });
    left.push(fresh);
  }
  return left;
}

/** What holds at connector 1 at one moment: [phases, amperes per phase, watts]. */
function slowRate(sent: Sent[], at: number): [number, number, number] {
  const level = (one: Sent) => one.profile.stackLevel;
  const said = (purpose: string, connectorId: number) =>
    sent
      .filter((one) => one.purpose === purpose && one.connectorId === connectorId)
      .sort((a, b) => level(b) - level(a));
  const own = said('TxDefaultProfile', 1);
  const general = said('TxDefaultProfile', 0).filter((one) => !own.some((mine) => level(mine) === level(one)));
  const defaults = [...own, ...general].sort((a, b) => level(b) - level(a));
  const speaks = (one: Sent) => slowlySaid(one.profile, at, start) !== undefined;
  const governing = [
    said('ChargePointMaxProfile', 0).find(speaks),
    [...said('TxProfile', 1), ...defaults].find(speaks),
  ].flatMap((one) => one ?? []);
  let phases = 3;
  for (const { profile } of governing) phases = Math.min(phases, slowlySaid(profile, at, start)?.[2] ?? 3);
  let amperes = 22_000 / 690;
  let watts = 22_000;
  for (const { profile } of governing) {
    const limit = slowlySaid(profile, at, start)?.[1] ?? 0;
    if (profile.unit === 'A') amperes = Math.min(amperes, limit);
    else watts = Math.min(watts, limit);
  }
  return [phases, Math.min(amperes, watts / phases / 230), Math.min(watts, amperes * phases * 230)];
}

/** Power that an EV which would take 22 kW over three phases draws of what is offered to it. */
function slowPowerW([phases, amperes]: [number, number, number]): number {
  if (amperes < 6) return 0;
  const voltage = 230 * (1 - (0.01 * amperes) / (22_000 / 690));
  return Math.min((22_000 * phases) / 3, phases * amperes * voltage * 0.99);
}

function charging(sent: Sent[]): Pair {
  const pair = hungryPair({ configuration: { MeterValueSampleInterval: '0' } });
  begin(pair);
  for (const one of sent) expect(set(pair, one.connectorId, wireOf(one))).toBe('Accepted');
  return pair;
}

const anySet = fc.array(anyProfile, { minLength: 1, maxLength: 7 });

describe('OCPP 1.6 §5.7, §3.13: any profiles', () => {
  it('the composite schedule is exact to the second, in both units', () => {
    let changes = 0;
    fc.assert(
      fc.property(anySet, fc.integer({ min: 0, max: 100 }), (sent, later) => {
        const pair = charging(sent);
        pair.advance(later * 1000);
        const left = standing(sent);
        const units = (['A', 'W'] as const).map((unit) => ask(pair, 1, span, unit).chargingSchedule);
        const wrong: unknown[] = [];
        for (let second = 0; second < span; second++) {
          const [phases, ...limits] = slowRate(left, start + (later + second) * 1000);
          units.forEach((schedule, at) => {
            const period = schedule?.chargingSchedulePeriod.findLast(({ startPeriod }) => startPeriod <= second);
            const off = (limits[at] ?? 0) - (period?.limit ?? 999);
            if (off < -1e-6 || off >= 0.1 + 1e-6 || (period?.numberPhases ?? 3) !== phases)
              wrong.push([second, period]);
          });
        }
        expect(wrong).toEqual([]);
        changes += units[0]?.chargingSchedulePeriod.length ?? 0;
      }),
      { seed: 16, numRuns: 150 },
    );
    expect(changes).toBeGreaterThan(300);
  });

  it('what is metered is the sum of what was allowed each second, awake or asleep', () => {
    let charged = 0;
    fc.assert(
      fc.property(anySet, fc.integer({ min: 1, max: span }), (sent, seconds) => {
        const [awake, asleep] = [charging(sent), charging(sent)];
        awake.advance(seconds * 1000);
        awake.input({ kind: 'wake' });
        asleep.sleep(seconds * 1000);
        asleep.input({ kind: 'wake' });
        const left = standing(sent);
        let joules = 0;
        for (let second = 0; second < seconds; second++) joules += slowPowerW(slowRate(left, start + second * 1000));
        for (const pair of [awake, asleep]) {
          pair.command({
            kind: 'stopTransaction',
            transactionId: pair.charger.v16?.connectors[0]?.transaction?.id ?? '',
          });
          expect(pair.charger.evses[0]?.energyWh).toBeCloseTo(joules / 3600, 6);
        }
        charged += joules;
      }),
      { seed: 16, numRuns: 100 },
    );
    expect(charged).toBeGreaterThan(0);
  });
});
