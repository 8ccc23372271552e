// Persistent chargers: an open socket, saves that coalesce, one timer for what may wait, starting over after a kill.
import { StoreUnavailableError } from '../../lib/simulator/ports';
import { createRig, heartbeat, type Rig, run, startSession } from './rig';

const persistent = { connection: 'persistent' } as const;

async function connected(rig: Rig, id = 'CP-1') {
  const simulator = rig.process({ soleOwner: true });
  await simulator.create(rig.spec(id, persistent));
  await rig.time.advance(3_000);
  return simulator;
}

const savesIn = (rig: Rig) => rig.journal.filter((what) => what === 'saved').length;

describe('a resident charger', () => {
  it('connects by itself, boots and stays connected', async () => {
    const rig = createRig();
    const simulator = await connected(rig);
    expect(rig.csms.of('CP-1').state).toBe('up');
    expect(rig.csms.actions()[0]).toBe('BootNotification');
    await run(rig, simulator, 'CP-1', heartbeat);
    expect(rig.csms.connections).toHaveLength(1);
  });

  it('OCPP-J 1.6 §3.1: has one session and one socket when it is used while it is still being created', async () => {
    const rig = createRig();
    const simulator = rig.process({ soleOwner: true });
    const { create } = rig.store.chargers;
    rig.store.chargers.create = async (record) => {
      const etag = await create(record);
      await run(rig, simulator, 'CP-1', heartbeat);
      return etag;
    };
    await simulator.create(rig.spec('CP-1', persistent));
    await rig.time.advance(3_000);
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['up']);
    expect(rig.csms.actions().filter((action) => action === 'BootNotification')).toHaveLength(1);
  });

  it('sends heartbeats when they are due (OCPP 1.6 §4.6)', async () => {
    const rig = createRig();
    rig.csms.answers.BootNotification = () => ({
      status: 'Accepted',
      currentTime: new Date(rig.time.clock()).toISOString(),
      interval: 60,
    });
    await connected(rig);
    await rig.time.advance(180_000);
    expect(rig.csms.actions().filter((action) => action === 'Heartbeat')).toHaveLength(3);
  });

  it('saves what nothing depends on about once a second, not with each message', async () => {
    const rig = createRig();
    await connected(rig);
    rig.journal.length = 0;
    for (let n = 0; n < 20; n++) rig.csms.of('CP-1').call(`m${n}`, 'GetConfiguration', { key: ['HeartbeatInterval'] });
    await rig.time.settle();
    expect(savesIn(rig)).toBe(0);
    expect(rig.csms.of('CP-1').sent.filter((text) => text.startsWith('[3,'))).toHaveLength(20);
    await rig.time.advance(1_000);
    expect(savesIn(rig)).toBe(1);
  });

  it('with thousands beside it, saves what nothing depends on more seldom, but what must not be forgotten at once', async () => {
    const rig = createRig();
    const simulator = rig.process({ soleOwner: true });
    const ids = Array.from({ length: 2_000 }, (_, n) => `CP-${n}`);
    await simulator.createMany(ids.map((id) => rig.spec(id, persistent)));
    await rig.time.advance(60_000);
    const saves: number[] = [];
    rig.beforeReplace = ({ charger }) => {
      if (charger.id === 'CP-7') saves.push(rig.time.clock());
    };
    const began = rig.time.clock();
    for (let second = 0; second < 30; second++) {
      rig.csms.of('CP-7').call(`m${second}`, 'GetConfiguration', { key: ['HeartbeatInterval'] });
      await rig.time.advance(1_000);
    }
    // 2,000 chargers may be saved 200 times a second without need: each every ten seconds.
    expect(saves.length).toBeGreaterThanOrEqual(2);
    expect(saves.length).toBeLessThanOrEqual(4);
    const idle = saves.length;
    await rig.time.advance(12_500);
    const saved = await rig.raw.chargers.read('CP-7');
    expect(saved?.charger.livedTo).toBeGreaterThanOrEqual(began + 29_000);
    expect(saves.length).toBeLessThanOrEqual(idle + 1);
    const before = saves.length;
    await run(rig, simulator, 'CP-7', startSession);
    expect(rig.csms.actions().filter((action) => action === 'StartTransaction')).toHaveLength(1);
    expect(saves.length).toBeGreaterThan(before);
  });

  it('holds a StartTransaction and everything after it until the save is there; later changes share the next save', async () => {
    const rig = createRig();
    const simulator = await connected(rig);
    const sent = rig.csms.of('CP-1').sent;
    let open = (): void => {};
    let writes = 0;
    rig.beforeReplace = () => {
      writes += 1;
      return new Promise<void>((resolve) => {
        open = resolve;
      });
    };
    void simulator.submit('CP-1', startSession, { commandId: 'c1', timeoutMs: 30_000 });
    await rig.time.settle();
    expect(writes).toBe(1);
    expect(sent.some((text) => text.includes('"Authorize"'))).toBe(true);
    expect(sent.some((text) => text.includes('"StartTransaction"'))).toBe(false);
    const before = sent.length;
    for (let n = 0; n < 5; n++) rig.csms.of('CP-1').call(`m${n}`, 'GetConfiguration', { key: ['HeartbeatInterval'] });
    await rig.time.settle();
    expect(writes).toBe(1);
    expect(sent).toHaveLength(before);
    open();
    await rig.time.settle();
    const second = writes;
    open();
    await rig.time.settle();
    expect(second).toBeLessThanOrEqual(2);
    expect(sent.length).toBeGreaterThanOrEqual(before + 5);
    expect(sent.findIndex((text) => text.includes('"m0"'))).toBeLessThan(
      sent.findIndex((text) => text.includes('"m4"')),
    );
  });

  it('comes back by the timers of the charger when the connection is cut', async () => {
    const rig = createRig();
    await connected(rig);
    rig.csms.of('CP-1').drop('cut', 'reset by peer');
    await rig.time.settle();
    expect(rig.csms.live()).toEqual([]);
    await rig.time.advance(10_000);
    expect(rig.csms.of('CP-1').state).toBe('up');
    expect(rig.csms.actions().filter((action) => action === 'BootNotification')).toHaveLength(1);
  });

  it('with the store down: nothing durable leaves, those who ask are told, and all goes on when it is back', async () => {
    const rig = createRig();
    const simulator = await connected(rig);
    rig.beforeReplace = () => {
      throw new StoreUnavailableError('disk full');
    };
    await expect(run(rig, simulator, 'CP-1', startSession)).rejects.toThrow(StoreUnavailableError);
    await expect(run(rig, simulator, 'CP-1', heartbeat)).rejects.toThrow(StoreUnavailableError);
    await rig.time.advance(5_000);
    expect(rig.csms.actions()).not.toContain('StartTransaction');
    expect(rig.csms.of('CP-1').state).toBe('up');
    rig.beforeReplace = () => {};
    await rig.time.advance(5_000);
    expect(rig.csms.actions().filter((action) => action === 'StartTransaction')).toHaveLength(1);
    expect((await run(rig, simulator, 'CP-1', heartbeat)).outcome.ok).toBe(true);
  });

  it('killed with open sockets and started again: reconnects and resumes what the CSMS knows', async () => {
    const rig = createRig();
    const first = await connected(rig);
    expect((await run(rig, first, 'CP-1', startSession)).outcome.ok).toBe(true);
    await rig.time.advance(2_000);
    rig.beforeReplace = () => {
      throw new StoreUnavailableError('killed');
    };
    rig.csms.of('CP-1').state = 'lost';
    const second = rig.process({ soleOwner: true, store: rig.raw });
    await second.start();
    await rig.time.advance(10_000);
    expect(rig.csms.of('CP-1').state).toBe('up');
    const calls = rig.csms.actions();
    expect(calls.filter((action) => action === 'StartTransaction')).toHaveLength(1);
    expect(calls.filter((action) => action === 'StopTransaction').length).toBeLessThanOrEqual(1);
  });

  it('becomes on-demand by a command: the socket is released; and persistent again: it connects', async () => {
    const rig = createRig();
    const simulator = await connected(rig);
    const change = (connection: 'onDemand' | 'persistent') =>
      run(rig, simulator, 'CP-1', { kind: 'updateSettings', settings: { connection } });
    expect((await change('onDemand')).outcome.ok).toBe(true);
    await rig.time.settle();
    expect(rig.csms.live()).toEqual([]);
    expect((await rig.raw.chargers.read('CP-1'))?.lease?.until).toBe(0);
    expect((await change('persistent')).outcome.ok).toBe(true);
    await rig.time.settle();
    expect(rig.csms.of('CP-1').state).toBe('up');
  });

  it('without power it is not held in memory; with power it connects again', async () => {
    const rig = createRig();
    const simulator = await connected(rig);
    expect((await run(rig, simulator, 'CP-1', { kind: 'power', state: 'off' })).outcome.ok).toBe(true);
    await rig.time.settle();
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['cut']);
    expect(simulator.metrics().find(({ name }) => name === 'sessions')?.samples[0]?.value).toBe(0);
    const on = simulator.submit('CP-1', { kind: 'power', state: 'on' }, { commandId: 'on', timeoutMs: 120_000 });
    await rig.time.advance(100_000);
    expect((await on).outcome.ok).toBe(true);
    expect(rig.csms.of('CP-1').state).toBe('up');
  });
});

describe('many residents', () => {
  it('dial a few hundred at a time', async () => {
    const rig = createRig();
    rig.csms.accepts = false;
    const simulator = rig.process({ soleOwner: true, limits: { dials: 10 } });
    await simulator.createMany(Array.from({ length: 25 }, (_, n) => rig.spec(`CP-${n}`, persistent)));
    await rig.time.advance(0);
    expect(rig.csms.live()).toHaveLength(10);
    for (const connection of rig.csms.live().slice(0, 4)) connection.accept();
    rig.csms.live()[5]?.drop('unreachable', 'connection refused');
    expect(rig.csms.connections).toHaveLength(15);
    rig.csms.accepts = true;
    for (const connection of rig.csms.live()) if (connection.state === 'opening') connection.accept();
    await rig.time.advance(60_000);
    expect(rig.csms.live().filter(({ state }) => state === 'up')).toHaveLength(25);
  });

  it('are brought in once, though a command comes for one that still waits for its turn', async () => {
    const rig = createRig();
    const simulator = rig.process({ soleOwner: true, limits: { wakes: 1 } });
    const open = new Map<string, () => void>();
    rig.beforeReplace = ({ charger }) => new Promise<void>((resolve) => void open.set(charger.id, resolve));
    await simulator.createMany(['CP-1', 'CP-2'].map((id) => rig.spec(id, persistent)));
    const settled = simulator.submit('CP-2', startSession, { commandId: 'c1', timeoutMs: 30_000 });
    await rig.time.settle();
    open.get('CP-1')?.();
    await rig.time.settle();
    rig.beforeReplace = () => {};
    open.get('CP-2')?.();
    await rig.time.advance(5_000);
    expect((await settled).outcome.ok).toBe(true);
    expect(rig.logged).toEqual([]);
    expect(rig.csms.live().filter(({ state }) => state === 'up')).toHaveLength(2);
  });

  it('all or nothing: one id taken, none created', async () => {
    const rig = createRig();
    const simulator = rig.process({ soleOwner: true });
    await simulator.create(rig.spec('CP-2'));
    const specs = ['CP-1', 'CP-2', 'CP-3'].map((id) => rig.spec(id, persistent));
    await expect(simulator.createMany(specs)).rejects.toThrow(/CP-2/);
    expect((await simulator.list({}, 10)).items.map(({ charger }) => charger.id)).toEqual(['CP-2']);
    await rig.time.settle();
    expect(rig.csms.connections).toEqual([]);
  });
});
