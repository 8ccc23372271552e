// The scheduled look for chargers that are overdue: which it revives, which it leaves to others, and how far one look goes.
import type { Instance, Orchestrations } from '../../functions/orchestrations';
import { createSweep } from '../../functions/sweep';
import { createLogger } from '../../lib/host/log';
import { createMemoryStore } from '../../lib/store/memory';
import { chargerRecord } from '../support/charger-document';

const now = Date.UTC(2026, 0, 5, 8);
const minute = 60_000;

const silentLogger = createLogger({ level: 'error', format: 'json', write() {} });

interface Known {
  [id: string]: Instance;
}

/** A sweep over chargers made by tests, and what it did to their orchestrations. */
function rigOf(known: Known = {}, ticks: number[] = []) {
  const { chargers } = createMemoryStore({ ttlDays: 1 });
  const did: string[] = [];
  const orchestrations: Orchestrations = {
    use() {},
    find: async (id) => known[id],
    list: async () => [],
    rouse: async (id) => {
      did.push(`rouse ${id}`);
      return known[id]?.alive ? 'rung' : 'started';
    },
    release: async () => 'started',
    ring: async () => 'gone',
    end: async (id, reason) => void did.push(`end ${id}: ${reason}`),
    startJob: async () => {},
    startFleetRun: async () => {},
    isFleetRunAlive: async () => false,
  };
  const clock = () => ticks.shift() ?? now;
  const isKept = async ({ tags }: { tags: string[] }) => tags.includes('run:R-1');
  const sweep = createSweep({ store: { chargers }, orchestrations, isKept, clock, logger: silentLogger });
  const overdue = (id: string, ms: number, more: object = {}) =>
    chargers.create({ ...chargerRecord(id), nextWakeAt: now - ms, ...more });
  return { sweep, did, overdue };
}

const alive = (updatedAt: number, status?: Instance['status']): Instance => ({ alive: true, updatedAt, status });

describe('a sweep', () => {
  it('revives what is overdue by more than a minute, and nothing else', async () => {
    const { sweep, did, overdue } = rigOf();
    await overdue('CP-1', 61_000);
    await overdue('CP-2', 59_000);
    await overdue('CP-3', -minute);
    expect(await sweep.run()).toMatchObject({ overdue: 1, started: 1 });
    expect(did).toEqual(['rouse CP-1']);
  });

  it('leaves a charger to whoever has its lease, until that is over', async () => {
    const { sweep, did, overdue } = rigOf();
    await overdue('CP-1', 10 * minute, { lease: { holder: 'other', until: now + 1, number: 1 } });
    await overdue('CP-2', 10 * minute, { lease: { holder: 'gone', until: now, number: 1 } });
    expect(await sweep.run()).toMatchObject({ overdue: 1 });
    expect(did).toEqual(['rouse CP-2']);
  });

  it('leaves a charger to the fleet run that has it', async () => {
    const { sweep, did, overdue } = rigOf();
    await overdue('CP-1', 10 * minute, chargerRecord('CP-1', { tags: ['run:R-1'] }));
    await overdue('CP-2', 10 * minute, chargerRecord('CP-2', { tags: ['run:R-2'] }));
    expect(await sweep.run()).toMatchObject({ overdue: 2, waiting: 1, started: 1 });
    expect(did).toEqual(['rouse CP-2']);
  });

  it('ends an orchestration that has not moved for a quarter of an hour, and rings one that has', async () => {
    const { sweep, did, overdue } = rigOf({ 'CP-1': alive(now - 15 * minute - 1), 'CP-2': alive(now - 15 * minute) });
    await overdue('CP-1', 20 * minute);
    await overdue('CP-2', 20 * minute);
    expect(await sweep.run()).toMatchObject({ overdue: 2, ended: 1, rung: 1 });
    expect(did.sort()).toEqual(['end CP-1: it hung', 'rouse CP-2']);
  });

  it('goes through all pages', async () => {
    const { sweep, did, overdue } = rigOf();
    for (let n = 0; n < 120; n++) await overdue(`CP-${String(n).padStart(3, '0')}`, 5 * minute);
    expect(await sweep.run()).toMatchObject({ overdue: 120, started: 120 });
    expect(new Set(did).size).toBe(120);
  });

  it('ends before the next is due, which goes on where it ended', async () => {
    // The beginning; lease and budget ask the clock, too: after 60 looks it is late.
    const { sweep, did, overdue } = rigOf({}, [now, ...Array(50).fill(now), now + 46_000]);
    for (let n = 0; n < 70; n++) await overdue(`CP-${String(n).padStart(3, '0')}`, 5 * minute, { lease: gone });
    expect(await sweep.run()).toMatchObject({ overdue: 50 });
    expect(await sweep.run()).toMatchObject({ overdue: 20 });
    expect([did.length, new Set(did).size]).toEqual([70, 70]);
  });

  it('counts and names a charger whose orchestration cannot be asked, and goes on with the others', async () => {
    const { sweep, did, overdue } = rigOf({
      get 'CP-1'(): Instance {
        throw new Error('no answer');
      },
    });
    await overdue('CP-1', 5 * minute);
    await overdue('CP-2', 5 * minute);
    expect(await sweep.run()).toMatchObject({ overdue: 2, failed: 1, started: 1 });
    expect(did).toEqual(['rouse CP-2']);
  });
});

const gone = { holder: 'gone', until: now - 1, number: 1 };
