// The figures of docs/azure.md are those that are counted, and its tables add up.
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fleetWords } from '../../bench/azure-fleet';
import { measureHold, measureSession, type SessionFigures, sumOf } from '../support/azure-figures';
import { type FleetPart, type FleetRates, fleetParts, measureFleet } from '../support/azure-fleet-figures';

const root = resolve(__dirname, '../..');
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const page = text('docs/azure.md');
const megabyte = 1024 * 1024;

/** Nothing grows in an hour of the same: a fifth of it is counted, which `npm run bench -- azure` does not make do with. */
const share = 5;

const number = (cell = '') => Number(cell.replaceAll(',', ''));

/** The numbers of the row that begins so. */
function row(first: string): number[] {
  const line = page.split('\n').find((one) => one.startsWith(`| ${first} |`)) ?? '';
  return line
    .split('|')
    .slice(2, -1)
    .map((cell) => number(cell.trim()));
}

/** The numbers in a sentence of the page. */
function said(sentence: RegExp): number[] {
  return [...(sentence.exec(page) ?? [])].slice(1).map(number);
}

/** Requests and functions are counted; what follows the size of a document may grow by a field before the page is printed anew. */
function expectNear(shown: number | undefined, found: number): void {
  expect(Math.abs((shown ?? 0) / found - 1)).toBeLessThan(0.03);
}

describe('of a session', () => {
  let hour: SessionFigures;
  beforeAll(async () => {
    hour = await measureSession(60, 1 / share);
  }, 180_000);

  it.each([
    ['a heartbeat over HTTP', 'heartbeat'],
    ['`startTransaction`', 'start'],
    ['an hour of it, meter values every 60 s', 'hour'],
    ['`stopTransaction` with the cable out', 'stop'],
  ] as const)('%s: as counted', (first, part) => {
    const [calls, reads, writes, bytesRead, bytesWritten, units, functions] = row(first);
    const { store, invocations, calls: heard } = hour[part];
    const times = part === 'hour' ? share : 1;
    const counted = [heard, store.reads, store.writes, sumOf(invocations)];
    expect([calls, reads, writes, functions]).toEqual(counted.map((count) => count * times));
    expectNear(bytesRead, store.bytesRead * times);
    expectNear(bytesWritten, store.bytesWritten * times);
    expectNear(units, store.units * times);
  });

  it('what is a wake, and what the ends, follows', () => {
    const [wake, functions, ends, endFunctions] = said(
      /A wake is (\d+) request units and (\d+) functions[\s\S]*?two ends of a session are (\d+) and (\d+)\./,
    );
    expect(functions).toBe((sumOf(hour.hour.invocations) * share) / 60);
    expect(endFunctions).toBe(sumOf(hour.start.invocations) + sumOf(hour.stop.invocations));
    expectNear(wake, (hour.hour.store.units * share) / 60);
    expectNear(ends, hour.start.store.units + hour.stop.store.units);
    expect(page).toContain(`S × (${ends} + ${wake} w)`);
    expect(page).toContain(`S × (${endFunctions} + ${functions} w)`);
  });

  it('a sweep that finds nothing is one query', () => {
    expect(hour.sweep.store).toMatchObject({ reads: 0, writes: 0, queries: 1 });
  });
});

describe('of a fleet run', () => {
  let rates: Record<FleetPart, FleetRates>;
  beforeAll(async () => {
    rates = await measureFleet();
  }, 300_000);

  it.each(
    fleetParts.flatMap((part) => (['batch', 'charger'] as const).map((of) => [fleetWords[part], part, of] as const)),
  )('%s: as counted (%s, per %s)', (words, part, of) => {
    const { reads, writes, queries, deletions, units, functions } = rates[part][of];
    const shown = row(`${words}, per ${of}`);
    for (const [at, found] of [reads, writes, queries, deletions, units, functions].entries()) {
      // A look or a write more or less, at the edges of what is counted.
      expect(Math.abs((shown[at] ?? Number.NaN) - found)).toBeLessThanOrEqual(
        Math.max(of === 'batch' ? 5 : 0.5, 0.05 * Math.abs(found)),
      );
    }
  });
});

describe('of a thousand sessions', () => {
  const rows = ['none', '900 s', '300 s', '60 s', '10 s'];

  it.each(rows)('meter values every %s: the wakes, and what they come to', (every) => {
    const wakes = every === 'none' ? 0 : 3600 / number(every.replace(' s', ''));
    const units = 75 + 23 * wakes;
    expect(row(every)).toEqual([wakes, units, 1000 * units, 1000 * (6 + 4 * wakes)]);
  });

  it('by hand: the bounds that the count of requests is held to', () => {
    const cost = text('test/store/cosmos-cost.test.ts');
    const [reads, writes, units] = said(/is (\d+) reads, at most (\d+) writes and (\d+) request units instead/);
    expect(cost).toContain(`toMatchObject({ reads: ${reads}, queries: 0 })`);
    expect(cost).toContain(`expect(bill.writes).toBeLessThanOrEqual(${writes})`);
    expect(cost).toContain(`expect(bill.units).toBeLessThan(${units})`);
  });
});

describe('of an hour held', () => {
  it('in windows of 240 s: as counted', async () => {
    const [reads, writes, units, functions] = row('windows of 240 s');
    const { store, invocations } = await measureHold(240, 1 / share);
    const counted = [store.reads, store.writes, sumOf(invocations)];
    expect([reads, writes, functions]).toEqual(counted.map((count) => count * share));
    expectNear(units, store.units * share);
  }, 180_000);
});

describe('of the bundle', () => {
  it('is no larger than the page says', () => {
    const file = join(root, 'dist/functions/main.js');
    const [size = 0, zipped = 0] = said(/one file of less than (\d+) MB, less than (\d+) MB zipped/);
    expect(statSync(file).size).toBeLessThan(size * megabyte);
    expect(gzipSync(readFileSync(file)).length).toBeLessThan(zipped * megabyte);
  });
});

describe('of activities at a time', () => {
  it('is what host.json says', () => {
    const { maxConcurrentActivityFunctions } = JSON.parse(text('host.json')).extensions.durableTask;
    expect(said(/`maxConcurrentActivityFunctions`: (\d+) in/)).toEqual([maxConcurrentActivityFunctions]);
    expect(said(/activities at a time in an instance: (\d+), as/)).toEqual([maxConcurrentActivityFunctions]);
  });
});
