// Fleet runs on Azure across their slices, on virtual time: batches that hand over, processes that go, runs that cannot go on.
import { type AzureRig, startAzureRig } from '../support/azure-rig';

const second = 1_000;
const sliceMs = 60 * second;

interface Report {
  state: string;
  detail?: string;
  phases: {
    kind: string;
    startedAt: string;
    endedAt?: string;
    commands: { command: string; ok: number; failed: Record<string, number> }[];
  }[];
  actions: { action: string; from: string; calls: number }[];
  transactions: Record<'begun' | 'started' | 'ended' | 'open' | 'lost' | 'doubled' | 'sharedIds', number>;
  interruptions?: { count: number; strayTransactions: number };
}

// Minutes, second by second.
jest.setTimeout(60_000);

let rig: AzureRig;
beforeEach(async () => {
  rig = await startAzureRig({
    env: { HOLD_WINDOW_SECONDS: String(sliceMs / second), FLEET_BATCH_CHARGERS: '3' },
    workers: [{ serves: 'http' }, { serves: 'durable' }, { serves: 'durable' }],
  });
});
afterEach(() => rig.close());

const identities = ['RUN-1', 'RUN-2', 'RUN-3', 'RUN-4', 'RUN-5', 'RUN-6'];
const sessions = { kind: 'sessions', seconds: 150, concurrency: 4, durationSeconds: 25, meterValuesIntervalSeconds: 5 };

async function start(phases: object[], more: object = {}): Promise<string> {
  const { csms, call } = rig;
  const own = {
    count: 6,
    idPattern: 'RUN-{n}',
    connection: 'persistent',
    protocol: 'ocpp1.6',
    csms: { url: csms.url },
  };
  const { status, body } = await call('POST', 'fleet-runs', { chargers: { ...own, ...more }, phases });
  expect(status).toBe(202);
  return body.runId;
}

const report = async (id: string): Promise<Report> => (await rig.call('GET', `fleet-runs/${id}`)).body;
const chargers = async () => (await rig.call('GET', 'chargers')).body.chargers;

/** The report once the run is over. */
async function end(id: string): Promise<Report> {
  for (let waited = 0; waited < 3_600; waited += 10) {
    const found = await report(id);
    if (found.state !== 'running' && found.state !== 'stopping') return found;
    await rig.host.advance(10 * second);
  }
  throw new Error('the run does not end');
}

const sent = (action: string) => identities.flatMap((identity) => rig.csms.calls(identity, action));
const sliceWorker = () => rig.host.running().find(({ functionName }) => functionName === 'fleetSlice')?.worker ?? -1;
const kept = () => rig.host.orchestrations().filter(({ name }) => name === 'keepAlive');

/** What the CSMS has heard: every transaction that began ended, none twice. */
function expectBooksInOrder({ transactions }: Report): void {
  const ids = sent('StopTransaction').map(({ payload }) => payload.transactionId);
  expect([new Set(ids).size, ids.length]).toEqual([sent('StartTransaction').length, sent('StartTransaction').length]);
  expect(transactions).toMatchObject({ open: 0, doubled: 0, sharedIds: 0 });
}

/** What the CSMS has heard of the chargers is in the report, neither more nor less. */
function expectAllCounted({ actions, transactions }: Report): void {
  const names = ['BootNotification', 'StatusNotification', 'Authorize', 'StartTransaction', 'MeterValues'];
  const all = [...names, 'StopTransaction', 'Heartbeat'];
  const told = (name: string) => actions.find(({ action, from }) => action === name && from === 'charger')?.calls ?? 0;
  expect(all.map((name) => [name, told(name)])).toEqual(all.map((name) => [name, sent(name).length]));
  const begun = sent('StartTransaction').length;
  expect(transactions).toMatchObject({ begun, started: begun, ended: begun, lost: 0 });
}

it('goes on over slices: no boot, no transaction and no sample twice or lost, one socket at a time', async () => {
  const id = await start([{ kind: 'connect', ramp: { perSecond: 1 } }, sessions]);
  const found = await end(id);
  expect(found.state).toBe('finished');
  expectBooksInOrder(found);
  expectAllCounted(found);
  const count = sent('StartTransaction').length;
  expect(count).toBeGreaterThan(18);
  expect(found.phases[1]?.commands).toEqual([
    expect.objectContaining({ command: 'startTransaction', ok: count, failed: {} }),
    expect.objectContaining({ command: 'stopTransaction', ok: count, failed: {} }),
  ]);
  expect(sent('BootNotification')).toHaveLength(6);
  expect(found).not.toHaveProperty('interruptions');
  for (const identity of identities) {
    expect(rig.socketsAtOnce(identity)).toBe(1);
    const times = rig.csms.calls(identity, 'MeterValues').map(({ payload }) => JSON.stringify(payload));
    expect(new Set(times).size).toBe(times.length);
  }
  const slices = rig.host.counts().invocations.fleetSlice ?? 0;
  expect(slices).toBeGreaterThanOrEqual(6);
  const batches = rig.host.orchestrations().filter(({ name }) => name === 'fleetBatch');
  expect(batches.map(({ status }) => status)).toEqual(['Completed', 'Completed']);
  for (const { historyLength, generation } of batches) {
    expect(generation).toBeGreaterThanOrEqual(3);
    expect(historyLength).toBeLessThan(10);
  }
  expect([await chargers(), kept(), rig.logged()]).toEqual([[], [], []]);
});

it('begins each phase at the same moment in all batches', async () => {
  const id = await start([{ kind: 'connect', ramp: { perSecond: 1 } }, { kind: 'massReconnection' }]);
  const found = await end(id);
  expect(found.state).toBe('finished');
  const [, reconnection] = found.phases;
  expect(reconnection?.commands).toEqual([expect.objectContaining({ command: 'disconnect', ok: 6 })]);
  expect(rig.csms.connections.filter(({ closeCode }) => closeCode === 1006)).toHaveLength(6);
  // The last one comes at 5 s in batch 1; the next phase begins when all have looked.
  const [connect] = found.phases;
  const gap = Date.parse(reconnection?.startedAt ?? '') - Date.parse(connect?.endedAt ?? '');
  expect(gap).toBeGreaterThanOrEqual(2 * second);
  expect(gap).toBeLessThanOrEqual(4 * second);
});

it.each(['instance', 'process'] as const)(
  'a slice whose %s is killed: the next goes on, and stops what nobody knows of',
  async (how) => {
    const id = await start([{ kind: 'connect' }, { ...sessions, concurrency: 6, seconds: 120, durationSeconds: 4 }]);
    // Progress is kept every 15 s: of sessions that take 4 s, some have begun since. Frames are in the log after a quarter of a second.
    await rig.host.advance(27.5 * second);
    await rig.host.killWorker(sliceWorker(), how);
    await rig.host.addWorker({ serves: 'durable' });
    const found = await end(id);
    expect(found.state).toBe('finished');
    expect(found.interruptions?.count).toBeGreaterThanOrEqual(1);
    expect(found.interruptions?.strayTransactions).toBeGreaterThanOrEqual(1);
    expectBooksInOrder(found);
    expectAllCounted(found);
    expect(sent('BootNotification')).toHaveLength(6);
    expect(Date.parse(found.phases[1]?.endedAt ?? '') - Date.parse(found.phases[1]?.startedAt ?? '')).toBe(
      120 * second,
    );
    expect([await chargers(), kept()]).toEqual([[], []]);
  },
);

it('an instance that is taken away hands over: nothing is counted as an interruption', async () => {
  const id = await start([{ kind: 'connect' }, sessions]);
  await rig.host.advance(20 * second);
  await rig.host.addWorker({ serves: 'durable' });
  await rig.host.stopWorker(sliceWorker());
  const found = await end(id);
  expect([found.state, found.interruptions]).toEqual(['finished', undefined]);
  expectBooksInOrder(found);
  expect([await chargers(), kept()]).toEqual([[], []]);
});

it('counts what others have its chargers say while no slice is at the batch, and takes them back', async () => {
  const id = await start([{ kind: 'connect' }, { kind: 'idle', seconds: 300 }]);
  await rig.host.advance(10 * second);
  // Five failures in a row: two and a half minutes.
  rig.host.inject({ function: 'fleetSlice', fault: 'fail', times: 10 });
  await rig.host.advance(150 * second);
  const { status } = await rig.call('POST', 'chargers/RUN-1/messages/Heartbeat', {});
  expect([status, sent('Heartbeat').length]).toEqual([200, 1]);
  const found = await end(id);
  expect([found.state, found.interruptions]).toEqual(['finished', undefined]);
  expectAllCounted(found);
  expect(sent('BootNotification')).toHaveLength(6);
  expect(rig.socketsAtOnce('RUN-1')).toBe(1);
  await rig.host.advance(20 * second);
  // It was woken, and has ended.
  expect([await chargers(), kept().map(({ status }) => status)]).toEqual([[], ['Completed']]);
});

describe('chargers that were there before', () => {
  const few = { tag: 'few' };
  const own = (n: number) => ({ tags: ['few', `own-${n}`] });
  const settingsOf = async () =>
    (await chargers()).map(({ id, tags, connection }: Record<string, unknown>) => ({ id, tags, connection }));
  const before = identities.map((id, n) => ({
    id,
    ...own(n),
    connection: n < 4 ? 'persistent' : 'onDemand',
  }));
  const held = () =>
    kept()
      .filter(({ customStatus }) => (customStatus as { state?: string } | undefined)?.state === 'holding')
      .map(({ customStatus }) => (customStatus as { chargerId: string }).chargerId)
      .sort();

  /** Four that hold their connection, two that do not; all have booted. */
  async function createFew(): Promise<void> {
    for (const { id, ...settings } of before) {
      await rig.create(id, settings);
      await rig.call('POST', `chargers/${id}/connect`, {});
    }
    await rig.until('four are held', () => held().length === 4);
  }

  const startFew = (phases: object[]) => rig.call('POST', 'fleet-runs', { chargers: few, phases });

  it('take part, marked with the run, and are kept alive as before afterwards', async () => {
    await createFew();
    await rig.call('POST', 'chargers/RUN-1/transactions', { connectorId: 1, idToken: 'MINE', ev: { soc: 10 } });
    const { status, body } = await startFew([{ kind: 'connect' }, { ...sessions, concurrency: 3 }]);
    expect(status).toBe(202);
    expect((await settingsOf()).every(({ tags }: { tags: string[] }) => tags.includes(`run:${body.runId}`))).toBe(true);
    const again = await startFew([{ kind: 'connect' }]);
    expect([again.status, again.body.detail]).toEqual([409, expect.stringContaining(`run ${body.runId}`)]);
    const found = await end(body.runId);
    expect(found).toMatchObject({ state: 'finished', chargers: 6 });
    expect(found.phases[0]?.commands).toEqual([expect.objectContaining({ command: 'connect', ok: 6, failed: {} })]);
    const [, charging] = found.phases;
    const ok = charging?.commands.find(({ command }) => command === 'stopTransaction')?.ok ?? 0;
    expect(ok).toBeGreaterThan(12);
    // One charged before and goes on; the run's own began and ended.
    expect(sent('StartTransaction')).toHaveLength(ok + 1);
    expect(found.transactions).toMatchObject({ begun: ok, started: ok, ended: ok, lost: 0, doubled: 0 });
    expect(await settingsOf()).toEqual(before);
    await rig.until('four are held', () => held().length === 4);
    expect(held()).toEqual(identities.slice(0, 4));
    expect(sent('BootNotification')).toHaveLength(6);
    for (const identity of identities) expect(rig.socketsAtOnce(identity)).toBe(1);
    expect((await rig.call('GET', 'chargers/RUN-1/transactions')).body.transactions).toMatchObject([
      { state: 'running' },
    ]);
    expect(rig.logged()).toEqual([]);
  });

  it('stay as they are when the run is stopped, and when it fails', async () => {
    await createFew();
    const { body } = await startFew([{ ...sessions, seconds: 600 }]);
    await rig.host.advance(20 * second);
    await rig.call('DELETE', `fleet-runs/${body.runId}`);
    expect((await end(body.runId)).state).toBe('stopped');
    expect(await settingsOf()).toEqual(before);
    rig.host.inject({ function: 'fleetSlice', fault: 'fail', times: 100 });
    const failing = await startFew([{ kind: 'connect' }]);
    expect((await end(failing.body.runId)).state).toBe('failed');
    expect(await settingsOf()).toEqual(before);
    await rig.until('four are held', () => held().length === 4);
  });

  it('are given back by the sweep when the orchestration of the run is gone', async () => {
    await createFew();
    rig.host.inject({ function: 'fleetRun', fault: 'fail' });
    const { body } = await startFew([{ kind: 'idle', seconds: 10 }]);
    await rig.host.advance(100 * second);
    expect(held()).toEqual([]);
    // Nobody asks for the run; a heartbeat is overdue.
    await rig.host.advance(500 * second);
    expect(await settingsOf()).toEqual(before);
    await rig.until('four are held', () => held().length === 4);
    expect(await report(body.runId)).toMatchObject({ state: 'interrupted' });
  });
});

it('a slice that is delivered twice is carried out once', async () => {
  rig.host.inject({ function: 'fleetSlice', fault: 'duplicate', times: 2 });
  const id = await start([{ kind: 'connect' }, { ...sessions, seconds: 80 }]);
  const found = await end(id);
  expect([found.state, found.interruptions]).toEqual(['finished', undefined]);
  expectBooksInOrder(found);
  expect(found.transactions.started).toBe(sent('StartTransaction').length);
  for (const identity of identities) expect(rig.socketsAtOnce(identity)).toBe(1);
});

it('a slice that fails time and again: the run is given up, says why, and leaves nothing', async () => {
  rig.host.inject({ function: 'fleetSlice', fault: 'fail', times: 100 });
  const found = await end(await start([{ kind: 'connect' }]));
  expect(found).toMatchObject({
    state: 'failed',
    detail: expect.stringMatching(/^batch [01] failed 8 times in a row: /),
  });
  expect([await chargers(), kept()]).toEqual([[], []]);
});

it('a run whose orchestration is gone: whoever asks learns that it was interrupted, and nothing is left', async () => {
  rig.host.inject({ function: 'fleetRun', fault: 'fail' });
  const id = await start([{ kind: 'connect' }]);
  await rig.host.advance(100 * second);
  expect([(await report(id)).state, (await chargers()).length]).toEqual(['running', 6]);
  await rig.host.advance(210 * second);
  expect(await report(id)).toMatchObject({ state: 'interrupted', detail: expect.stringContaining('orchestration') });
  expect([await chargers(), kept()]).toEqual([[], []]);
});

it('is stopped between and within slices: sessions are ended, chargers deleted', async () => {
  const id = await start([{ kind: 'connect' }, { ...sessions, durationSeconds: 1_000 }]);
  // The last quarter of the slice: one batch or the other is handing over.
  await rig.host.advance(46 * second);
  const { body } = await rig.call('DELETE', `fleet-runs/${id}`);
  expect(body.state).toBe('stopping');
  const found = await end(id);
  expect([found.state, found.transactions.started]).toEqual(['stopped', 4]);
  expectBooksInOrder(found);
  expect([await chargers(), kept()]).toEqual([[], []]);
});

it('chargers that stay are kept alive from then on, and ended transactions are theirs', async () => {
  const id = await start([{ kind: 'connect' }], { keep: true });
  expect((await end(id)).state).toBe('finished');
  await rig.host.advance(20 * second);
  expect((await chargers()).map((own: { id: string }) => own.id)).toEqual(identities);
  expect(kept().map(({ customStatus }) => (customStatus as { state: string }).state)).toEqual(Array(6).fill('holding'));
  expect(sent('BootNotification')).toHaveLength(6);
});

it('is not begun where Durable Functions do not take it: 503, and nothing is left', async () => {
  rig.host.failClient(() => ({ status: 500 }));
  const own = { count: 6, idPattern: 'RUN-{n}', protocol: 'ocpp1.6', csms: { url: rig.csms.url } };
  const { status } = await rig.call('POST', 'fleet-runs', { chargers: own, phases: [{ kind: 'connect' }] });
  rig.host.failClient(undefined);
  expect(status).toBe(503);
  expect([await chargers(), (await rig.call('GET', 'fleet-runs')).body.runs]).toMatchObject([
    [],
    [{ state: 'failed' }],
  ]);
});

it.each([
  [
    'more chargers than FLEET_RUN_CHARGERS',
    { chargers: { count: 2_001, idPattern: 'RUN-{n}' } },
    /^chargers\.count.*2000.*FLEET_RUN_CHARGERS/,
  ],
])('refuses %s with 400', async (_, more, expected) => {
  const { status, body } = await rig.call('POST', 'fleet-runs', { phases: [{ kind: 'connect' }], ...more });
  expect(status).toBe(400);
  expect(`${body.errors[0].path} ${body.errors[0].message}`).toMatch(expected);
});
