// What an invocation waits for after its answer is known: that its charger has been let go, its log written and its keeper told.
import type { Simulator } from '../../lib/simulator/simulator';
import { createRig, heartbeat, type Rig, run } from './rig';

interface Serverless {
  rig: Rig;
  simulator: Simulator;
  /** Chargers whose keeper was told, in order. */
  told: string[];
  /** The message log takes nothing from now on, until the returned function is called. */
  holdBack(): () => void;
}

async function startServerless(): Promise<Serverless> {
  const rig = createRig();
  const told: string[] = [];
  let gate: Promise<void> | undefined;
  const { messages } = rig.store;
  rig.store.messages = {
    ...messages,
    async append(chargerId, frames) {
      await gate;
      await messages.append(chargerId, frames);
    },
  };
  const simulator = rig.process({ keeper: { schedule: (id) => void told.push(id) }, residents: false });
  await simulator.create(rig.spec('CP-1'));
  await run(rig, simulator, 'CP-1', heartbeat);
  told.length = 0;
  const holdBack = () => {
    let letGo = (): void => {};
    gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    return letGo;
  };
  return { rig, simulator, told, holdBack };
}

/** Whether it has resolved, once everything that needs no time has happened. */
async function isOver(rig: Rig, waited: Promise<void>): Promise<boolean> {
  let over = false;
  void waited.then(() => {
    over = true;
  });
  await rig.time.settle();
  return over;
}

describe('a charger comes to rest', () => {
  it('when the log of its exchange is written and the keeper has been told', async () => {
    const { rig, simulator, told, holdBack } = await startServerless();
    const letGo = holdBack();
    expect((await run(rig, simulator, 'CP-1', heartbeat)).outcome.ok).toBe(true);
    const rest = simulator.rest('CP-1', 60_000);
    expect(await isOver(rig, rest)).toBe(false);
    expect(told).toEqual([]);
    letGo();
    expect(await isOver(rig, rest)).toBe(true);
    expect(told).toEqual(['CP-1']);
    expect((await rig.raw.messages.page('CP-1', { action: 'Heartbeat' }, 10)).items).toHaveLength(4);
  });

  it('when a change that the CSMS does not hear of has been told to the keeper', async () => {
    const { rig, simulator, told } = await startServerless();
    await run(rig, simulator, 'CP-1', { kind: 'network', state: 'offline' });
    told.length = 0;
    const settled = simulator.submit(
      'CP-1',
      { kind: 'plugIn', address: { connectorId: 1 } },
      { commandId: 'plug-in', timeoutMs: 30_000 },
    );
    const toldThen = settled.then(() => simulator.rest('CP-1', 60_000)).then(() => [...told]);
    expect(await toldThen).toEqual(['CP-1']);
  });

  it('at once where nothing is to be done, and where somebody else waits for a command of it', async () => {
    const { rig, simulator } = await startServerless();
    expect(await isOver(rig, simulator.rest('CP-1', 60_000))).toBe(true);
    const awaited = simulator.submit(
      'CP-1',
      { kind: 'awaitMessage', action: 'ClearCache' },
      { commandId: 'other', timeoutMs: 30_000 },
    );
    await run(rig, simulator, 'CP-1', heartbeat);
    expect(await isOver(rig, simulator.rest('CP-1', 60_000))).toBe(true);
    await rig.time.advance(31_000);
    expect((await awaited).outcome.ok).toBe(false);
  });

  it('when somebody else orders something before it was let go', async () => {
    const { rig, simulator, holdBack } = await startServerless();
    const letGo = holdBack();
    await run(rig, simulator, 'CP-1', heartbeat);
    const rest = simulator.rest('CP-1', 60_000);
    expect(await isOver(rig, rest)).toBe(false);
    const next = simulator.submit('CP-1', heartbeat, { commandId: 'next', timeoutMs: 30_000 });
    expect(await isOver(rig, rest)).toBe(true);
    letGo();
    await rig.time.settle();
    expect((await next).outcome.ok).toBe(true);
  });

  it('at the latest when patience is at an end', async () => {
    const { rig, simulator, holdBack } = await startServerless();
    const letGo = holdBack();
    await run(rig, simulator, 'CP-1', heartbeat);
    const rest = simulator.rest('CP-1', 5_000);
    await rig.time.advance(4_999);
    expect(await isOver(rig, rest)).toBe(false);
    await rig.time.advance(1);
    expect(await isOver(rig, rest)).toBe(true);
    letGo();
  });
});
