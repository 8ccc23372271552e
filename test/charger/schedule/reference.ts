// A slow second reading of the rules of charging schedules, to hold the fast one against: asks second by second, knows no
// change points, and shares no code with what it checks.
import fc from 'fast-check';
import type { ChargingProfile, Period } from '../../../lib/charger/schedule/profile';

/** 2026-01-05 08:00:00 UTC, a Monday. */
export const origin = Date.UTC(2026, 0, 5, 8, 0, 0);

/** What a profile says at one moment. */
export function slowlySaid(profile: ChargingProfile, at: number, began: number): Period | undefined {
  if (profile.validFrom !== undefined && at < profile.validFrom) return undefined;
  if (profile.validTo !== undefined && at >= profile.validTo) return undefined;
  let start = profile.startSchedule === undefined ? began : profile.startSchedule;
  if (at < start) return undefined;
  if (profile.recurrencyKind) {
    const day = 24 * 60 * 60 * 1000;
    const step = profile.recurrencyKind === 'Daily' ? day : 7 * day;
    while (start + step <= at) start += step;
  }
  const elapsedSeconds = (at - start) / 1000;
  if (profile.durationSeconds !== undefined && elapsedSeconds >= profile.durationSeconds) return undefined;
  let found: Period | undefined;
  for (const period of profile.periods) if (period[0] <= elapsedSeconds) found = period;
  return found;
}

/** Whole seconds around the origin, with many that fall together. */
export const anyMoment = fc.oneof(
  fc.integer({ min: -200, max: 400 }).map((seconds) => origin + seconds * 1000),
  fc.integer({ min: -14, max: 2 }).map((days) => origin + days * 86_400_000 + 60_000),
);

export const anyPeriods: fc.Arbitrary<Period[]> = fc
  .uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 6 })
  .chain((starts) =>
    fc.tuple(
      ...[0, ...starts.sort((a, b) => a - b)].map((start) =>
        fc
          .tuple(fc.integer({ min: 0, max: 40 }), fc.option(fc.constantFrom(1, 2, 3), { nil: undefined }))
          .map(([limit, phases]): Period => (phases === undefined ? [start, limit] : [start, limit, phases])),
      ),
    ),
  );

export const anyProfile: fc.Arbitrary<ChargingProfile> = fc
  .record(
    {
      id: fc.nat(),
      stackLevel: fc.integer({ min: 0, max: 3 }),
      kind: fc.constantFrom('Absolute' as const, 'Recurring' as const, 'Relative' as const),
      recurrencyKind: fc.constantFrom('Daily' as const, 'Weekly' as const),
      validFrom: anyMoment,
      validTo: anyMoment,
      startSchedule: anyMoment,
      durationSeconds: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 80_000, max: 700_000 })),
      unit: fc.constantFrom('A' as const, 'W' as const),
      periods: anyPeriods,
    },
    { requiredKeys: ['id', 'stackLevel', 'kind', 'unit', 'periods', 'recurrencyKind', 'startSchedule'] },
  )
  .map(({ kind, recurrencyKind, startSchedule, ...rest }) => ({
    kind,
    ...rest,
    ...(kind === 'Recurring' ? { recurrencyKind } : {}),
    ...(kind === 'Relative' ? {} : { startSchedule }),
  }));
