// Tasks that take longer than a step: begun once the document that names them is saved, and none of them lost or doubled when the
// process dies, the lease is lost, the store fails or nobody wants them any more.
import type { Charger } from '../../lib/charger/charger';
import type { Command } from '../../lib/charger/command';
import { type Context, newContext } from '../../lib/charger/context';
import { dialectOf } from '../../lib/charger/dialects';
import { restartsMost, type TaskOutcome, taskLimitMs } from '../../lib/charger/task';
import { startTask } from '../../lib/charger/tasks';
import { realCore } from '../../lib/simulator/core';
import { type Store, StoreUnavailableError } from '../../lib/simulator/ports';
import type { Simulator, SimulatorPorts } from '../../lib/simulator/simulator';
import type { Core } from '../../lib/simulator/world';
import { createRig, heartbeat, type Rig, run } from './rig';

/** A charger that begins a task whenever somebody clears its fault `begin`, whatever else becomes of that. */
const core: Core = {
  ...realCore,
  step(charger, input, now) {
    const effects = realCore.step(charger, input, now);
    const begins = input.kind === 'command' && input.command.kind === 'clearFault' && input.command.faultId === 'begin';
    if (begins)
      startTask(contextOf(charger, effects, now), 'errand', { kind: 'download', location: 'http://files.test/a' });
    return effects;
  },
};

function contextOf(charger: Charger, effects: Context['effects'], now: number): Context {
  return { ...newContext(charger, dialectOf(charger), now, now), effects };
}

const begin: Command = { kind: 'clearFault', faultId: 'begin' };
const done: TaskOutcome = { ok: true, bytes: 1, sha256: '' };
const local = { soleOwner: true, core };
const azure = { residents: false, core };

async function live(
  rig: Rig,
  options: Parameters<Rig['process']>[0],
  connection: 'persistent' | 'onDemand' = 'onDemand',
) {
  const simulator = rig.process(options);
  await simulator.create(rig.spec('CP-1', { connection }));
  await rig.time.advance(3_000);
  return simulator;
}

const tasksOf = async (simulator: Simulator) => Object.keys((await simulator.snapshot('CP-1'))?.charger.tasks ?? {});
const storedTasks = async (rig: Rig) => Object.values((await rig.raw.chargers.read('CP-1'))?.charger.tasks ?? {});

describe.each([
  ['local host', local],
  ['Azure host', azure],
])('a task on the %s', (_name, options) => {
  it('begins only after the document that names it is saved, and its outcome lands in the document', async () => {
    const rig = createRig();
    const simulator = await live(rig, options);
    const stored: number[] = [];
    rig.tasks.onBegin = () => void storedTasks(rig).then((tasks) => stored.push(tasks.length));
    await run(rig, simulator, 'CP-1', begin);
    expect(stored).toEqual([1]);
    expect(await tasksOf(simulator)).toHaveLength(1);
    rig.tasks.last().finish(done);
    await rig.time.advance(1_000);
    expect(await storedTasks(rig)).toEqual([]);
    expect(rig.tasks.begun).toHaveLength(1);
  });

  it('does not begin while the store fails', async () => {
    const rig = createRig();
    const simulator = await live(rig, options);
    rig.beforeReplace = () => Promise.reject(new StoreUnavailableError('the disk is full'));
    await expect(run(rig, simulator, 'CP-1', begin)).rejects.toThrow('the disk is full');
    await rig.time.advance(10_000);
    expect(rig.tasks.begun).toEqual([]);
  });

  it('ends as timed out when it takes too long, and what it brings after that is not heard', async () => {
    const rig = createRig();
    const simulator = await live(rig, options);
    await run(rig, simulator, 'CP-1', begin);
    const errand = rig.tasks.last();
    await rig.time.advance(taskLimitMs - 5_000);
    expect(await storedTasks(rig)).toHaveLength(1);
    await rig.time.advance(10_000);
    expect(errand.signal.aborted).toBe(true);
    expect(await storedTasks(rig)).toEqual([]);
    errand.finish(done);
    await rig.time.settle();
    expect(await tasksOf(simulator)).toEqual([]);
  });

  it('ends as failed when its performer breaks, which is logged', async () => {
    const rig = createRig();
    const simulator = await live(rig, options);
    await run(rig, simulator, 'CP-1', begin);
    rig.tasks.last().fail(new Error('a defect'));
    await rig.time.advance(1_000);
    expect(await storedTasks(rig)).toEqual([]);
    expect(rig.logged).toContainEqual(expect.objectContaining({ message: 'a task could not be done' }));
  });

  it('is begun anew by the next process when its own has died, a few times only', async () => {
    const rig = createRig();
    let mortal = killable(rig);
    await run(rig, await live(rig, { ...options, store: mortal.store }), 'CP-1', begin);
    for (let deaths = 1; deaths <= restartsMost; deaths++) {
      mortal.kill();
      mortal = killable(rig);
      await succeed(rig, { ...options, store: mortal.store });
      expect(rig.tasks.begun).toHaveLength(1 + deaths);
      expect(await storedTasks(rig)).toMatchObject([{ restarts: deaths }]);
    }
    mortal.kill();
    const last = await succeed(rig, options);
    expect(rig.tasks.begun).toHaveLength(1 + restartsMost);
    expect(await tasksOf(last)).toEqual([]);
  });

  it('stops when the charger loses its power, and the document forgets it', async () => {
    const rig = createRig();
    const simulator = await live(rig, options);
    await run(rig, simulator, 'CP-1', begin);
    await run(rig, simulator, 'CP-1', { kind: 'power', state: 'off' });
    expect(rig.tasks.last().signal.aborted).toBe(true);
    await rig.time.advance(1_000);
    expect(await storedTasks(rig)).toEqual([]);
  });

  it('stops when the charger is deleted', async () => {
    const rig = createRig();
    const simulator = await live(rig, options);
    await run(rig, simulator, 'CP-1', begin);
    const removed = simulator.remove('CP-1', { force: true });
    await rig.time.settle();
    await removed;
    expect(rig.tasks.last().signal.aborted).toBe(true);
    rig.tasks.last().finish(done);
    await rig.time.settle();
    expect(await rig.raw.chargers.read('CP-1')).toBeUndefined();
  });

  it('stops with the process, which leaves it to the next one', async () => {
    const rig = createRig();
    const simulator = await live(rig, options);
    await run(rig, simulator, 'CP-1', begin);
    const stopped = simulator.stop();
    await rig.time.advance(60_000);
    await stopped;
    expect(rig.tasks.last().signal.aborted).toBe(true);
    expect(await storedTasks(rig)).toHaveLength(1);
    await succeed(rig, options);
    expect(rig.tasks.begun).toHaveLength(2);
  });
});

/** The store as a process sees it that dies at once: nothing it does from then on has any effect. */
function killable(rig: Rig): { store: Store; kill(): void } {
  let dead = false;
  const alive =
    <A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      dead ? Promise.reject(new StoreUnavailableError('this process is dead')) : act(...args);
  const { chargers } = rig.store;
  const mortal = { ...chargers, read: alive(chargers.read), replace: alive(chargers.replace) };
  return {
    store: { ...rig.store, chargers: mortal },
    kill() {
      dead = true;
    },
  };
}

/** Another process takes over what the one before left, by whatever wakes chargers on its kind of host. */
async function succeed(rig: Rig, options: Partial<SimulatorPorts>): Promise<Simulator> {
  const next = rig.process(options);
  if (options.soleOwner) {
    await next.start();
  } else {
    // The lease of the dead one runs out; then the sweep finds what the store says is due.
    await rig.time.advance(61_000);
    const { items } = await rig.raw.chargers.list({ dueBefore: rig.time.clock() }, 10);
    for (const { charger } of items) void next.wake(charger.id).catch(() => {});
  }
  await rig.time.advance(100);
  return next;
}

describe('a task whose lease is lost', () => {
  it('changes nothing with its late outcome: the new holder does it anew', async () => {
    const rig = createRig();
    const first = await live(rig, azure);
    await run(rig, first, 'CP-1', begin);
    const late = rig.tasks.last();
    const stored = await rig.raw.chargers.read('CP-1');
    if (!stored) throw new Error('CP-1 is gone');
    const { etag, ...record } = stored;
    await rig.raw.chargers.replace({ ...record, lease: { holder: 'other', until: 0, number: 9 } }, etag);
    const second = rig.process(azure);
    void second.wake('CP-1').catch(() => {});
    await rig.time.settle();
    expect(rig.tasks.begun).toHaveLength(2);
    late.finish(done);
    await rig.time.advance(1_000);
    expect(rig.logged).toContainEqual(expect.objectContaining({ message: 'lease lost' }));
    expect(await tasksOf(second)).toHaveLength(1);
    rig.tasks.last().finish(done);
    await rig.time.advance(1_000);
    expect(await storedTasks(rig)).toEqual([]);
  });
});

describe('a charger with a task under way', () => {
  it('goes on serving on the local host', async () => {
    const rig = createRig();
    const simulator = await live(rig, local, 'persistent');
    await run(rig, simulator, 'CP-1', begin);
    const { outcome } = await run(rig, simulator, 'CP-1', heartbeat);
    expect(outcome.ok).toBe(true);
    expect(rig.tasks.last().signal.aborted).toBe(false);
  });

  it('keeps its exchange open on the Azure host until the outcome has landed, then lets go', async () => {
    const rig = createRig();
    const simulator = await live(rig, azure);
    await run(rig, simulator, 'CP-1', heartbeat);
    await run(rig, simulator, 'CP-1', begin);
    await rig.time.advance(70_000);
    expect(simulator.keptAlive()).toMatchObject([{ chargerId: 'CP-1', active: true }]);
    expect((await rig.raw.chargers.read('CP-1'))?.lease?.until).toBeGreaterThan(rig.time.clock());
    rig.tasks.last().finish(done);
    await rig.time.advance(1_000);
    expect(simulator.keptAlive().filter(({ active }) => active)).toEqual([]);
    expect((await rig.raw.chargers.read('CP-1'))?.lease?.until).toBe(0);
  });

  it('is looked after by whoever finds it without a lease', async () => {
    const rig = createRig();
    const simulator = await live(rig, azure);
    await run(rig, simulator, 'CP-1', begin);
    const stopped = simulator.stop();
    await rig.time.advance(60_000);
    await stopped;
    const { items } = await rig.raw.chargers.list({ dueBefore: rig.time.clock() }, 10);
    expect(items.map(({ charger }) => charger.id)).toEqual(['CP-1']);
  });
});
