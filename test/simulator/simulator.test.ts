// The use cases around the drivers: keeping time, reading, deleting, starting and stopping.
import { DamagedDocumentError, StaleError, StoreUnavailableError } from '../../lib/simulator/ports';
import { BusyError, UnknownChargerError } from '../../lib/simulator/service';
import { createRig, heartbeat, run, startSession } from './rig';

describe('keeping time for chargers that sleep', () => {
  it('wakes them when their deadline comes: meter values of a running transaction', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1', { configuration: { MeterValueSampleInterval: '60' } }));
    expect((await run(rig, simulator, 'CP-1', startSession)).outcome.ok).toBe(true);
    expect(rig.csms.live()).toEqual([]);
    await rig.time.advance(181_000);
    expect(rig.csms.actions().filter((action) => action === 'MeterValues')).toHaveLength(3);
    expect(rig.csms.live()).toEqual([]);
  });

  it('takes deadlines up again after a restart, at most so many chargers at a time', async () => {
    const rig = createRig();
    const first = rig.process();
    const ids = Array.from({ length: 12 }, (_, n) => `CP-${n}`);
    for (const id of ids) {
      await first.create(rig.spec(id));
      await run(rig, first, id, { kind: 'connect' });
    }
    await first.stop();
    const second = rig.process({ limits: { wakes: 3 } });
    await second.start();
    let most = 0;
    rig.csms.onWire = () => {
      most = Math.max(most, rig.csms.live().length);
    };
    await rig.time.advance(301_000);
    const beats = rig.csms.calls.filter(({ action }) => action === 'Heartbeat').map(({ identity }) => identity);
    expect(new Set(beats)).toEqual(new Set(ids));
    expect(most).toBeLessThanOrEqual(3);
  });

  it('a deadline met while the store is down is met again later', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    await run(rig, simulator, 'CP-1', { kind: 'connect' });
    rig.beforeReplace = () => {
      throw new StoreUnavailableError('throttled');
    };
    await rig.time.advance(310_000);
    expect(rig.csms.actions()).not.toContain('Heartbeat');
    rig.beforeReplace = () => {};
    await rig.time.advance(10_000);
    expect(rig.csms.actions()).toContain('Heartbeat');
  });

  it('a host that keeps time itself is told the next deadline and wakes by hand', async () => {
    const rig = createRig();
    const wishes = new Map<string, number | undefined>();
    const keeper = { schedule: (id: string, at: number | undefined) => void wishes.set(id, at) };
    const simulator = rig.process({ keeper });
    await simulator.create(rig.spec('CP-1'));
    await run(rig, simulator, 'CP-1', { kind: 'connect' });
    expect(wishes.get('CP-1')).toBe(rig.time.clock() + 300_000);
    await rig.time.advance(300_000);
    expect(rig.csms.actions()).not.toContain('Heartbeat');
    const woken = simulator.wake('CP-1');
    await rig.time.settle();
    await woken;
    expect(rig.csms.actions()).toContain('Heartbeat');
    expect(wishes.get('CP-1')).toBe(rig.time.clock() + 300_000);
  });

  it('a wake that comes too early writes nothing', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    await run(rig, simulator, 'CP-1', { kind: 'connect' });
    rig.journal.length = 0;
    await simulator.wake('CP-1');
    expect(rig.journal).toEqual([]);
  });
});

describe('reading', () => {
  it('shows the live state, and frames as soon as they are there', async () => {
    const rig = createRig();
    const simulator = rig.process({ soleOwner: true });
    await simulator.create(rig.spec('CP-1', { connection: 'persistent' }));
    await rig.time.settle();
    expect((await simulator.snapshot('CP-1'))?.charger.link.state).toBe('up');
    expect((await simulator.list({}, 10)).items[0]?.charger.link.state).toBe('up');
    const page = await simulator.messages('CP-1', {}, 100);
    expect(page.items.at(-1)).toMatchObject({ action: 'BootNotification', direction: 'sent' });
  });

  it('a sleeping charger is shown as it will have lived until now, and not touched', async () => {
    const rig = createRig();
    const simulator = rig.process({ keeper: { schedule: () => {} } });
    await simulator.create(rig.spec('CP-1'));
    await run(rig, simulator, 'CP-1', {
      ...startSession,
      kind: 'startTransaction',
      address: { connectorId: 1 },
      idToken: 'TAG-1',
      stopWhen: { durationSeconds: 600 },
    });
    const before = await rig.raw.chargers.read('CP-1');
    await rig.time.advance(1_200_000);
    const shown = await simulator.snapshot('CP-1');
    expect(shown?.charger.link.state).toBe('down');
    expect(JSON.stringify(shown?.charger.calls.queue)).toContain('StopTransaction');
    expect((await rig.raw.chargers.read('CP-1'))?.etag).toBe(before?.etag);
  });

  it('has no messages of a charger that is unknown', async () => {
    const rig = createRig();
    await expect(rig.process().messages('nobody', {}, 10)).rejects.toThrow(UnknownChargerError);
  });
});

describe('deleting', () => {
  it('ends what runs, tells the CSMS, says so, and leaves nothing', async () => {
    const rig = createRig();
    const simulator = rig.process({ soleOwner: true });
    await simulator.create(rig.spec('CP-1', { connection: 'persistent' }));
    await rig.time.settle();
    await run(rig, simulator, 'CP-1', startSession);
    const removing = simulator.remove('CP-1', {});
    await rig.time.settle();
    const removed = await removing;
    expect(removed?.ended).toEqual(['transaction 1', 'connection']);
    expect(removed?.exchange?.map(({ action }) => action)).toContain('StopTransaction');
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['closed']);
    expect(await simulator.snapshot('CP-1')).toBeUndefined();
    expect((await rig.raw.messages.page('CP-1', {}, 10)).items).toEqual([]);
    await rig.time.advance(600_000);
    expect(rig.csms.connections).toHaveLength(1);
  });

  it('a charger that another process holds: its holder hangs up and lets go', async () => {
    const rig = createRig();
    const [holder, other] = [rig.process({ residents: false }), rig.process({ residents: false })];
    await holder.create(rig.spec('CP-1', { connection: 'persistent' }));
    const held = holder.hold('CP-1', rig.time.clock() + 240_000);
    await rig.time.settle();
    await run(rig, holder, 'CP-1', startSession);
    const removing = other.remove('CP-1', {});
    await rig.time.advance(1_000);
    expect((await removing)?.ended).toEqual(['transaction 1', 'connection']);
    expect(rig.csms.actions()).toContain('StopTransaction');
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['closed']);
    expect(await held).toMatchObject({ hold: false });
    expect(rig.logged).toEqual([]);
    await rig.time.advance(600_000);
    expect(rig.csms.connections).toHaveLength(1);
  });

  it('by force: without a word to the CSMS', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    await run(rig, simulator, 'CP-1', startSession);
    expect(await simulator.remove('CP-1', { force: true })).toEqual({ ended: ['transaction 1'] });
    expect(rig.csms.actions()).not.toContain('StopTransaction');
    expect(await simulator.remove('CP-1', {})).toBeUndefined();
  });

  it('refuses when the settings are of another revision', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    await expect(simulator.remove('CP-1', { ifRevision: 5 })).rejects.toThrow(StaleError);
    expect(await simulator.snapshot('CP-1')).toBeDefined();
  });
});

describe('deleting what cannot be read', () => {
  it('needs no word of what it was, but is refused where a revision is asked for', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    const { read } = rig.store.chargers;
    rig.store.chargers.read = () => Promise.reject(new DamagedDocumentError('charger CP-1 is damaged'));
    await expect(simulator.remove('CP-1', { ifRevision: 0 })).rejects.toThrow(DamagedDocumentError);
    expect(await rig.raw.chargers.read('CP-1')).toBeDefined();
    expect(await simulator.remove('CP-1', {})).toEqual({ ended: [] });
    rig.store.chargers.read = read;
    await simulator.create(rig.spec('CP-1'));
    expect((await run(rig, simulator, 'CP-1', heartbeat)).outcome.ok).toBe(true);
  });
});

describe('letting sleep', () => {
  it('a persistent charger that was disconnected leaves memory, until it is used again', async () => {
    const rig = createRig();
    const simulator = rig.process({ soleOwner: true });
    await simulator.create(rig.spec('CP-1', { connection: 'persistent' }));
    await rig.time.settle();
    await expect(simulator.letSleep('CP-1')).rejects.toThrow(BusyError);
    await run(rig, simulator, 'CP-1', { kind: 'disconnect' });
    expect(await simulator.letSleep('CP-1')).toBe(true);
    expect(simulator.keptHere('CP-1')).toBeUndefined();
    expect(simulator.keptAlive()).toEqual([]);
    await rig.time.advance(3_600_000);
    expect(rig.csms.connections).toHaveLength(1);
    await run(rig, simulator, 'CP-1', { kind: 'connect' });
    expect(simulator.keptHere('CP-1')).toMatchObject({ active: true, connected: true });
  });
});

describe('stopping', () => {
  it('closes every socket politely, saves, gives leases back, and refuses what comes later', async () => {
    const rig = createRig();
    const simulator = rig.process();
    for (const id of ['CP-1', 'CP-2', 'CP-3']) await simulator.create(rig.spec(id, { connection: 'persistent' }));
    await rig.time.settle();
    const stopping = simulator.stop();
    await rig.time.settle();
    await stopping;
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['closed', 'closed', 'closed']);
    for (const { lease } of (await rig.raw.chargers.list({}, 10)).items) expect(lease?.until).toBe(0);
    await expect(run(rig, simulator, 'CP-1', heartbeat)).rejects.toThrow(/stopping/);
    expect(rig.time.alarms()).toBe(0);
    expect((await rig.raw.messages.page('CP-1', {}, 100)).items.length).toBeGreaterThan(0);
  });

  it('lets a StartTransaction on the wire be answered first', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1', { connection: 'persistent' }));
    await rig.time.settle();
    let answer = (_: unknown): void => {};
    rig.csms.answers.StartTransaction = () => new Promise((resolve) => (answer = resolve));
    const asked = simulator.submit('CP-1', startSession, { commandId: 'c1', timeoutMs: 30_000 });
    await rig.time.settle();
    const stopping = simulator.stop();
    await rig.time.settle();
    expect(rig.csms.of('CP-1').state).toBe('up');
    answer({ transactionId: 9, idTagInfo: { status: 'Accepted' } });
    await rig.time.settle();
    await stopping;
    expect((await asked).outcome.ok).toBe(true);
    expect((await rig.raw.chargers.read('CP-1'))?.charger.calls.inFlight).toBeUndefined();
  });

  it('gives up waiting after its time', async () => {
    const rig = createRig();
    const simulator = rig.process({ limits: { stopMs: 5_000 } });
    await simulator.create(rig.spec('CP-1'));
    await run(rig, simulator, 'CP-1', { kind: 'connect' });
    const waiting = simulator.submit(
      'CP-1',
      { kind: 'awaitMessage', action: 'Reset' },
      { commandId: 'c1', timeoutMs: 100_000 },
    );
    waiting.catch(() => {});
    await rig.time.settle();
    const stopping = simulator.stop();
    await rig.time.advance(6_000);
    await stopping;
    expect(rig.csms.live()).toEqual([]);
    await expect(waiting).rejects.toThrow(/stopping/);
  });
});

describe('health and metrics', () => {
  it('says what is wrong with the store', async () => {
    const rig = createRig();
    const simulator = rig.process();
    expect(await simulator.health()).toMatchObject({ ok: true });
    await rig.raw.close();
    expect(await simulator.health()).toMatchObject({ ok: false, checks: { store: { ok: false, detail: /closed/ } } });
  });

  it('counts frames by direction, type and action, and connections', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    await run(rig, simulator, 'CP-1', heartbeat);
    delete rig.csms.answers.Heartbeat;
    await run(rig, simulator, 'CP-1', heartbeat);
    const frames = simulator.metrics().find(({ name }) => name === 'frames_total');
    const beats = frames?.samples.filter(({ labels }) => labels.action === 'Heartbeat');
    expect(beats).toEqual([
      { labels: { direction: 'sent', type: 'call', action: 'Heartbeat' }, value: 2 },
      { labels: { direction: 'received', type: 'result', action: 'Heartbeat' }, value: 1 },
      { labels: { direction: 'received', type: 'error', action: 'Heartbeat' }, value: 1 },
    ]);
    const connections = simulator.metrics().find(({ name }) => name === 'connections_total');
    expect(connections?.samples[0]?.value).toBeGreaterThanOrEqual(1);
  });

  it('counts calls that were never answered, by action and why', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1', { connection: 'persistent' }));
    await rig.time.advance(1_000);
    const unanswered = () => simulator.metrics().find(({ name }) => name === 'unanswered_calls_total')?.samples;
    rig.csms.answers.Heartbeat = 'silence';
    const options = { timeoutMs: 100_000 };
    const first = simulator.submit('CP-1', heartbeat, { commandId: 'c-1', ...options });
    await rig.time.advance(31_000);
    await first;
    expect(unanswered()).toEqual([{ labels: { why: 'timeout', action: 'Heartbeat' }, value: 1 }]);
    const second = simulator.submit('CP-1', heartbeat, { commandId: 'c-2', ...options });
    await rig.time.settle();
    rig.csms.of('CP-1').drop('cut', 'ECONNRESET');
    await rig.time.settle();
    await second;
    expect(unanswered()).toEqual([
      { labels: { why: 'timeout', action: 'Heartbeat' }, value: 1 },
      { labels: { why: 'disconnected', action: 'Heartbeat' }, value: 1 },
    ]);
  });

  it('counts what CSMSs do against the specification, by rule', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    const violations = () => simulator.metrics().find(({ name }) => name === 'violations_total')?.samples;
    await run(rig, simulator, 'CP-1', heartbeat);
    expect(violations()).toEqual([]);
    rig.csms.answers.Heartbeat = {};
    await run(rig, simulator, 'CP-1', heartbeat);
    expect(violations()).toEqual([{ labels: { rule: 'answerSchema' }, value: 1 }]);
  });

  it('counts how long answers take, by action and outcome, in cumulated buckets', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    await run(rig, simulator, 'CP-1', heartbeat);
    const latencies = simulator.metrics().find(({ name }) => name === 'answer_seconds');
    const beats = latencies?.samples.filter(({ labels }) => labels.action === 'Heartbeat') ?? [];
    expect(beats.every(({ labels }) => labels.outcome === 'result')).toBe(true);
    const buckets = beats.filter(({ suffix }) => suffix === '_bucket');
    expect(buckets.at(-1)).toMatchObject({ labels: { le: '+Inf' }, value: 1 });
    expect(buckets.map(({ value }) => value)).toEqual(buckets.map(({ value }) => value).sort());
    expect(beats.find(({ suffix }) => suffix === '_count')?.value).toBe(1);
  });

  it('counts chargers in memory by their statuses', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.createMany([1, 2].map((n) => rig.spec(`CP-${n}`, { connection: 'persistent' })));
    await rig.time.advance(10_000);
    const chargers = simulator.metrics().find(({ name }) => name === 'chargers');
    expect(chargers?.samples).toContainEqual({ labels: { status: 'Available' }, value: 2 });
    expect(chargers?.samples).toContainEqual({ labels: { status: 'connected' }, value: 2 });
  });

  it('tells its observer of chargers that come, move and go', async () => {
    const rig = createRig();
    const seen: string[] = [];
    const observer = {
      frame() {},
      note() {},
      changed: ({ id, link }: { id: string; link: { state: string } }) => void seen.push(`${id} ${link.state}`),
      removed: (id: string) => void seen.push(`${id} gone`),
    };
    const simulator = rig.process({ observer });
    await simulator.create(rig.spec('CP-1'));
    expect(seen).toEqual(['CP-1 down']);
    await run(rig, simulator, 'CP-1', heartbeat);
    expect(seen).toContain('CP-1 up');
    expect(seen.at(-1)).toBe('CP-1 down');
    await simulator.createMany([rig.spec('CP-2')]);
    expect(seen.at(-1)).toBe('CP-2 down');
    await simulator.remove('CP-1', { force: true });
    expect(seen.at(-1)).toBe('CP-1 gone');
  });
});
