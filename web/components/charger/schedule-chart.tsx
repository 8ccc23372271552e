'use client';
// The composite schedule, and below it each profile by itself with the composite over it, all on one time axis; the same as a table.
import { useMemo } from 'react';
import type uPlot from 'uplot';
import { linesOf, type Outline, type Schedule } from '../../lib/schedule';
import { type Colours, Plot } from '../ui/plot';
import { Time } from '../ui/time';

interface ScheduleChartProps {
  schedule: Schedule;
  /** Seconds that were asked for: a charger that reports few periods covers less. */
  asked: number;
}

export function ScheduleChart({ schedule, asked }: ScheduleChartProps) {
  const { chargingRateUnit: unit, duration, profiles } = schedule;
  const lines = useMemo(() => linesOf(schedule), [schedule]);
  const most = Math.max(1, ...[lines.composite, ...lines.profiles].flat().map((limit) => limit ?? 0));
  const whole = useMemo(() => optionsFor(unit, most, ['Composite schedule']), [unit, most]);
  const lane = useMemo(() => optionsFor(unit, most, ['Profile', 'Composite schedule']), [unit, most]);
  return (
    <div className="stack">
      {duration < asked && (
        <p className="notice">
          The charger reports only the first {Math.round(duration / 60)} minutes: beyond, the schedule has more periods
          than it tells of.
        </p>
      )}
      <div>
        <h3>Composite schedule, {unit === 'A' ? 'A per phase' : 'W'}</h3>
        <Plot
          label={`Composite schedule: ${periodWords(schedule.chargingSchedulePeriod, unit)}`}
          height={190}
          data={[lines.times, lines.composite] as uPlot.AlignedData}
          options={whole}
        />
      </div>
      {profiles.map((profile, index) => (
        <div key={profile.chargingProfileId}>
          <h3>{titleOf(profile)}</h3>
          <Plot
            label={`${titleOf(profile)}: ${periodWords(profile.periods, unit)}`}
            height={120}
            data={[lines.times, lines.profiles[index] ?? [], lines.composite] as uPlot.AlignedData}
            options={lane}
          />
        </div>
      ))}
      <details>
        <summary>The composite schedule as a table</summary>
        <table>
          <thead>
            <tr>
              <th>From</th>
              <th>Limit</th>
              <th>Phases</th>
            </tr>
          </thead>
          <tbody>
            {schedule.chargingSchedulePeriod.map(({ startPeriod, limit, numberPhases }) => (
              <tr key={startPeriod}>
                <td>
                  <Time at={new Date(Date.parse(schedule.scheduleStart) + startPeriod * 1000).toISOString()} />
                </td>
                <td>
                  {limit} {unit}
                </td>
                <td>{numberPhases ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}

function titleOf({ chargingProfilePurpose, stackLevel, chargingProfileId }: Outline): string {
  return `${chargingProfilePurpose}, stack level ${stackLevel} (profile ${chargingProfileId})`;
}

const spokenPeriods = 6;

function periodWords(periods: readonly { startPeriod: number; limit?: number | undefined }[], unit: string): string {
  const words = periods
    .slice(0, spokenPeriods)
    .map(
      ({ startPeriod, limit }) => `${limit === undefined ? 'nothing said' : `${limit} ${unit}`} from ${startPeriod} s`,
    );
  return [...words, ...(periods.length > spokenPeriods ? ['and so on'] : [])].join(', ');
}

function optionsFor(unit: string, most: number, labels: string[]) {
  return (colours: Colours): Omit<uPlot.Options, 'width' | 'height'> => {
    const axis = { stroke: colours.text, grid: { stroke: colours.line }, ticks: { stroke: colours.line } };
    const value = (_: uPlot, number: number | null) => (number === null ? '–' : `${number} ${unit}`);
    const points = { show: false };
    const composite = { points, stroke: colours.series[1] ?? '', width: 2, value };
    const own = { points, stroke: colours.series[0] ?? '', width: 2, fill: 'rgb(11 92 173 / 18%)', value };
    const looks =
      labels.length > 1
        ? [own, { ...composite, width: 1.5, dash: [5, 4] }]
        : [{ ...composite, fill: 'rgb(180 72 15 / 15%)' }];
    return {
      cursor: { sync: { key: 'schedule' } },
      scales: { y: { range: () => [0, most * 1.08] } },
      axes: [axis, { ...axis, size: 55 }],
      series: [{}, ...labels.map((label, index) => ({ label, ...looks[index] }))],
    };
  };
}
