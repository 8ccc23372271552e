// Commands that go on after their request was answered: begun at least once by Durable Functions, carried out once.
import { carryOut } from '../../functions/jobs';
import { jobEntryId } from '../../lib/api/handle';
import type { ApiDeps, Job } from '../../lib/api/operation';
import { startApiHost } from '../support/api-host';

const job: Job = {
  operation: 'health',
  input: {},
  commandId: 'c-1',
  chargerId: 'CP-1',
  createdAt: 0,
  timeoutMs: 1_000,
};
const entry = {
  id: jobEntryId('c-1'),
  chargerId: 'CP-1',
  createdAt: 0,
  timeoutMs: 1_000,
  state: 'taken',
  job,
} as const;

async function withDeps(act: (deps: ApiDeps, runs: () => number) => Promise<void>): Promise<void> {
  const host = await startApiHost();
  let runs = 0;
  const operations = host.deps.operations.map((operation) =>
    operation.name === 'health'
      ? {
          ...operation,
          run: async () => {
            runs += 1;
            return { body: {} };
          },
        }
      : operation,
  );
  try {
    await act({ ...host.deps, operations }, () => runs);
  } finally {
    await host.close();
  }
}

it('is carried out, and its answer kept', () =>
  withDeps(async (deps, runs) => {
    await deps.commands.put(entry);
    await carryOut({ chargerId: 'CP-1', commandId: 'c-1' }, deps);
    expect(runs()).toBe(1);
    expect(await deps.commands.read('CP-1', entry.id)).toMatchObject({ state: 'done', answer: { status: 200 } });
    await carryOut({ chargerId: 'CP-1', commandId: 'c-1' }, deps);
    expect(runs()).toBe(1);
  }));

it('begun by a process that has died since, it is not begun again unless its command is still under way', () =>
  withDeps(async (deps, runs) => {
    await deps.commands.put({ ...entry, fingerprint: 'begun' });
    await carryOut({ chargerId: 'CP-1', commandId: 'c-1' }, deps);
    expect(runs()).toBe(0);
    const charger = { commands: { 'c-1': {} } };
    const snapshot = async () => ({ charger }) as unknown as Awaited<ReturnType<ApiDeps['simulator']['snapshot']>>;
    await carryOut({ chargerId: 'CP-1', commandId: 'c-1' }, { ...deps, simulator: { ...deps.simulator, snapshot } });
    expect(runs()).toBe(1);
  }));

it('taken back because it could not be started, it never runs', () =>
  withDeps(async (deps, runs) => {
    const { job: _, ...bare } = entry;
    await deps.commands.put({ ...bare, state: 'done' });
    await carryOut({ chargerId: 'CP-1', commandId: 'c-1' }, deps);
    expect(runs()).toBe(0);
  }));
