// `npm run bench -- azure-capacity`: the tables of docs/azure-capacity.md, from the model and what is counted while the bundle runs.
import { measureHold, measureSession, sumOf } from '../test/support/azure-figures';
import { type Counted, costsOf, type FleetCounted, fleetNeedsOf, type Load, needsOf } from './azure-model';

const holdWindowSeconds = 240;

export const loads: [string, Omit<Load, 'sessions'>][] = [
  ['none', { meterValuesSeconds: 0, held: false }],
  ['900 s', { meterValuesSeconds: 900, held: false }],
  ['300 s', { meterValuesSeconds: 300, held: false }],
  ['60 s', { meterValuesSeconds: 60, held: false }],
  ['10 s', { meterValuesSeconds: 10, held: false }],
  ['held', { meterValuesSeconds: 0, held: true }],
];

export const fleets = [100, 1_000, 5_000, 10_000];

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const dollars = (value: number) => value.toFixed(2);

const line = (cells: string[]) => `| ${cells.join(' | ')} |`;

/** Rows of the tables, as the page has them. */
export function needsRow(name: string, sessions: number, load: Omit<Load, 'sessions'>, counted: Counted): string {
  const { exchangesPerSecond, ports, natPorts, instances, natInstances, unitsPerSecond } = needsOf(
    { ...load, sessions },
    counted,
  );
  const numbers = [ports, instances, natPorts, natInstances, unitsPerSecond].map(whole);
  return line([whole(sessions), name, exchangesPerSecond.toFixed(1), ...numbers]);
}

export function costsRow(name: string, load: Omit<Load, 'sessions'>, counted: Counted): string {
  const { flex, flexNat, consumption, premium, container } = costsOf({ ...load, sessions: 1_000 }, counted);
  return line([name, ...[flex, flexNat, consumption, premium, container].map(dollars)]);
}

/** All that the page has, in its order. */
export function capacityRows(counted: Counted): { needs: string[]; costs: string[] } {
  return {
    needs: fleets.flatMap((sessions) =>
      loads
        .filter(([name]) => name === '60 s' || name === '10 s' || name === 'held')
        .map(([name, load]) => needsRow(name, sessions, load, counted)),
    ),
    costs: loads.map(([name, load]) => costsRow(name, load, counted)),
  };
}

/** Rows of the table of fleet runs. */
export function fleetRunRows(counted: FleetCounted): string[] {
  return [100, 1_000, 2_000, 10_000].map((chargers) => {
    const needs = fleetNeedsOf(chargers, counted);
    const { batches, ports, instances, natPorts, natInstances, unitsPerSecond, units, functions } = needs;
    const numbers = [chargers, batches, ports, instances, natPorts, natInstances, unitsPerSecond, units, functions];
    return line([...numbers.map(whole), ...[needs.flex, needs.flexNat, needs.container].map(dollars)]);
  });
}

export async function printAzureCapacity(): Promise<void> {
  const { start, hour, stop } = await measureSession(60);
  const held = await measureHold(holdWindowSeconds);
  const counted: Counted = {
    wake: { units: Math.round(hour.store.units / 60), functions: sumOf(hour.invocations) / 60 },
    ends: {
      units: Math.round(start.store.units + stop.store.units),
      functions: sumOf(start.invocations) + sumOf(stop.invocations),
    },
    heldHour: { units: Math.round(held.store.units), functions: sumOf(held.invocations) },
  };
  const { needs, costs } = capacityRows(counted);
  process.stdout.write(`${JSON.stringify(counted)}\n\n${needs.join('\n')}\n\n${costs.join('\n')}\n`);
}
