// docs/azure-capacity.md says what the model says, with its parameters and the counted figures of docs/azure.md (figures.test.ts holds those);
// and the model says what must be true whatever its parameters are.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { capacityRows, fleetRunRows } from '../../bench/azure-capacity';
import { fleetWords } from '../../bench/azure-fleet';
import {
  type Counted,
  costsOf,
  exchangeSeconds,
  type FleetCounted,
  needsOf,
  parameters,
} from '../../bench/azure-model';
import type { FleetPart } from '../support/azure-fleet-figures';

const root = resolve(__dirname, '../..');
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const page = text('docs/azure-capacity.md');
const azure = text('docs/azure.md');

const numbersIn = (words: string) =>
  (words.match(/\d[\d,]*(?:\.\d+)?/g) ?? []).map((word) => Number(word.replaceAll(',', '')));

function countedInAzure(): Counted {
  const [units = 0, functions = 0, endUnits = 0, endFunctions = 0] = numbersIn(
    /A wake is (\d+) request units and (\d+) functions[\s\S]*?two ends of a session are (\d+) and (\d+)\./
      .exec(azure)
      ?.slice(1)
      .join(' ') ?? '',
  );
  const [, , , heldUnits = 0, heldFunctions = 0] = numbersIn(/\| windows of 240 s \|.*/.exec(azure)?.[0] ?? '');
  return {
    wake: { units, functions },
    ends: { units: endUnits, functions: endFunctions },
    heldHour: { units: heldUnits, functions: heldFunctions },
  };
}

const counted = countedInAzure();

it('has the rows of the model, with what azure.md has counted', () => {
  const { needs, costs } = capacityRows(counted);
  const rows = page.split('\n');
  for (const row of [...needs, ...costs]) expect(rows).toContain(row);
  const ofTables = rows.filter(
    (row) => /^\| [\d,]+ \| (60 s|10 s|held) \|/.test(row) || /^\| (none|\d+ s|held) \|/.test(row),
  );
  expect(ofTables).toEqual([...needs, ...costs]);
  expect(page).toContain(`An exchange takes ${exchangeSeconds(parameters)} s.`);
});

/** What azure.md has counted of a fleet run: reads, writes, queries, deletions, request units, functions. */
function fleetInAzure(): FleetCounted {
  const numbersOf = (part: FleetPart, of: string) => {
    const found = azure.split('\n').find((one) => one.startsWith(`| ${fleetWords[part]}, per ${of} |`)) ?? '';
    return found
      .split('|')
      .slice(2, -1)
      .map((cell) => Number(cell.replaceAll(',', '')));
  };
  const sum = (parts: FleetPart[], of: string, column: number) =>
    parts.reduce((total, part) => total + (numbersOf(part, of)[column] ?? Number.NaN), 0);
  const of = (parts: FleetPart[]) => ({
    batch: { units: sum(parts, 'batch', 4), functions: sum(parts, 'batch', 5) },
    chargerUnits: sum(parts, 'charger', 4),
  });
  return { ends: of(['begin', 'end']), hour: of(['chargingHour']) };
}

it('has the rows of fleet runs, with what azure.md has counted', () => {
  const rows = page.split('\n');
  for (const row of fleetRunRows(fleetInAzure())) expect(rows).toContain(row);
});

it('tells every parameter, as it is', () => {
  const table = page
    .slice(page.indexOf('## Parameters'))
    .split('\n')
    .filter((row) => row.startsWith('| '));
  const told = table.flatMap((row) => numbersIn(row.split('|')[2] ?? '')).sort((one, other) => one - other);
  const { wake, ends, heldHour } = counted;
  const all = [wake, ends, heldHour].flatMap(({ units, functions }) => [units, functions]);
  const leaves = (value: unknown): number[] =>
    typeof value === 'number' ? [value] : Object.values(value as object).flatMap(leaves);
  expect(told).toEqual([...all, ...leaves(parameters)].sort((one, other) => one - other));
});

it('takes what is deployed for its limits', () => {
  const { maxConcurrentActivityFunctions } = JSON.parse(text('host.json')).extensions.durableTask;
  expect(parameters.activitiesPerInstance).toBe(maxConcurrentActivityFunctions);
  const bicep = text('infra/main.bicep') + text('infra/modules/function-app.bicep');
  expect(/param maximumInstanceCount int = (\d+)/.exec(bicep)?.[1]).toBe(String(parameters.instancesAtMost));
  expect(/param instanceMemoryMB int = (\d+)/.exec(bicep)?.[1]).toBe(String(parameters.memoryGb * 1024));
});

describe('the model', () => {
  const load = { sessions: 1_000, meterValuesSeconds: 60, held: false };

  it('has as many exchanges as there are wakes and ends', () => {
    expect(needsOf(load, counted).exchangesPerSecond).toBeCloseTo((1_000 * 62) / 3_600, 6);
    expect(needsOf({ ...load, meterValuesSeconds: 0 }, counted).exchangesPerSecond).toBeCloseTo(2_000 / 3_600, 6);
  });

  it('needs a port for each held socket, and an instance for every hundred', () => {
    const { natInstances, ports } = needsOf({ sessions: 1_000, meterValuesSeconds: 0, held: true }, counted);
    expect(natInstances).toBe(10);
    expect(ports).toBeGreaterThan(1_000);
  });

  it('grows with the sessions, and costs more the more often there are meter values', () => {
    const costs = [900, 300, 60, 10].map((meterValuesSeconds) => costsOf({ ...load, meterValuesSeconds }, counted));
    for (const plan of ['flex', 'flexNat', 'consumption', 'premium'] as const) {
      const course = costs.map((cost) => cost[plan]);
      expect(course).toEqual([...course].sort((one, other) => one - other));
    }
    const [few, many] = [needsOf(load, counted), needsOf({ ...load, sessions: 10_000 }, counted)];
    expect(many.ports / few.ports).toBeCloseTo(10, 1);
    expect(many.unitsPerSecond / few.unitsPerSecond).toBeCloseTo(10, 6);
  });

  it('bills request units as they were counted', () => {
    const free = { ...parameters, storageTenThousand: 0, premium: { instanceHour: 0 } } as unknown as typeof parameters;
    const gateway = parameters.nat.gatewayHour + parameters.nat.addressHour;
    const units = 1_000 * (counted.ends.units + 60 * counted.wake.units);
    expect(costsOf(load, counted, free).premium - gateway).toBeCloseTo(
      (units * parameters.cosmosMillionUnits) / 1e6,
      6,
    );
  });
});
