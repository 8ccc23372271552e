// What goes wrong between orchestrations, their activities and who uses a charger meanwhile, on the Azure host: doorbells and starts that
// get lost or come twice, activities that time out or run twice, events at awkward moments.
import { type AzureRig, startAzureRig } from '../support/azure-rig';
import type { ClientFault } from '../support/functions-host/durable/management';

const second = 1_000;
const minute = 60 * second;
const id = 'CP-1';

let rig: AzureRig;

async function open(more: Parameters<typeof startAzureRig>[0] = {}): Promise<void> {
  rig = await startAzureRig({ timers: false, workers: 2, ...more });
  rig.csms.respond('BootNotification', () => ({
    status: 'Accepted',
    currentTime: new Date(rig.host.now()).toISOString(),
    interval: 300,
  }));
}
afterEach(() => rig.close());

/** A charger that is registered and sleeps until its next heartbeat. */
async function createAsleep(): Promise<void> {
  await rig.create(id);
  await rig.call('POST', `chargers/${id}/connect`);
  await rig.host.idle();
}

/** Meter values are due sooner than the heartbeat its orchestration waits for. */
const meters = { idToken: 'TAG', meterValuesIntervalSeconds: 20 };
const start = () => rig.ask('POST', `chargers/${id}/transactions`, meters);
const status = () => rig.host.orchestrations().find((one) => one.id === `charger-${id}`);
const count = (action: string) => rig.csms.calls(id, action).length;

/** When the samples of meter values were taken, after the transaction had started. */
function sampledAt(): number[] {
  const startedAt = Date.parse(String(rig.csms.calls(id, 'StartTransaction')[0]?.payload.timestamp));
  const samples = rig.csms.calls(id, 'MeterValues').map(({ payload }) => payload.meterValue as { timestamp: string }[]);
  return samples.flatMap((values) => values.map(({ timestamp }) => Date.parse(timestamp) - startedAt));
}
const every = (ms: number, times: number) => Array.from({ length: times }, (_, n) => (n + 1) * ms);

/** Something that a test lets happen when it wants. */
function gate() {
  let release = (): void => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { until, release };
}

describe('a doorbell that is lost', () => {
  beforeEach(() => open({ timers: true }));

  const ringing = 'POST instances/*/raiseEvent/*';
  const starting = 'POST orchestrators/*/*';
  const failOn = (wanted: string, fault: ClientFault) =>
    rig.host.failClient((call) => (call === wanted ? fault : undefined));
  const warnings = () => rig.logged().filter(({ message }) => message === 'orchestration not told: the sweep will');

  it.each<[string, ClientFault, number]>([
    ['that nobody misses', 'lost', 0],
    ['refused', { status: 503 }, 1],
  ])('%s: the sweep finds the charger overdue, and no sample of its meter is missing', async (_, fault, warned) => {
    await createAsleep();
    failOn(ringing, fault);
    expect((await rig.pass(start())).status).toBe(200);
    const startedAt = rig.host.now();
    rig.host.failClient(undefined);
    expect(warnings()).toHaveLength(warned);
    await rig.host.advance(startedAt + 15 * second - rig.host.now());
    expect(count('MeterValues')).toBe(0);
    await rig.host.advance(startedAt + 4 * minute - rig.host.now());
    expect(sampledAt()).toEqual(every(20 * second, 12));
    expect(rig.socketsAtOnce(id)).toBe(1);
  });

  it.each<[string, ClientFault]>([
    ['refused', { status: 503 }],
    ['never answered', 'silence'],
  ])('the start of an orchestration %s: the caller is answered, and the sweep starts one', async (_, fault) => {
    await rig.create(id);
    failOn(starting, fault);
    expect((await rig.call('POST', `chargers/${id}/connect`)).status).toBe(200);
    await rig.host.idle();
    expect(status()).toBeUndefined();
    rig.host.failClient(undefined);
    await rig.host.advance(7 * minute);
    expect([status()?.status, count('Heartbeat')]).toEqual(['Running', 1]);
  });

  it.each<[string, ClientFault]>([
    ['refused', { status: 503 }],
    ['never answered', 'silence'],
  ])(
    'respond-async whose start is %s: 503, nothing runs; asked again with the same key it runs once',
    async (_, fault) => {
      await createAsleep();
      const later = () =>
        rig.call('POST', `chargers/${id}/transactions`, meters, { prefer: 'respond-async', 'idempotency-key': 'k-1' });
      rig.host.failClient((call, about) => (call === starting && about.startsWith('job-') ? fault : undefined));
      expect(await later()).toMatchObject({ status: 503, body: { type: '/api/docs#unavailable' } });
      rig.host.failClient(undefined);
      await rig.host.advance(minute);
      expect(count('StartTransaction')).toBe(0);
      expect((await later()).status).toBe(202);
      await rig.host.advance(minute);
      expect(count('StartTransaction')).toBe(1);
    },
  );
});

describe('two that keep the same charger alive', () => {
  it('OCPP 1.6 §4.6: an orchestration started twice: there is one, one heartbeat in each interval', async () => {
    await open();
    await createAsleep();
    expect(rig.host.startOrchestration('keepAlive', `charger-${id}`, { chargerId: id })).toBe(false);
    expect(rig.host.startOrchestration('keepAlive', 'another', { chargerId: id })).toBe(true);
    await rig.host.advance(60 * minute);
    expect([count('Heartbeat'), count('BootNotification'), rig.socketsAtOnce(id)]).toEqual([12, 1, 1]);
    expect(rig.host.orchestrations().map((one) => one.status)).toEqual(['Running', 'Running']);
    expect(rig.logged()).toEqual([]);
  });

  it('OCPP 1.6 §4.7: a start that somebody else was faster with: his is rung', async () => {
    await open();
    await createAsleep();
    // As when two ask at the same time whether there is one: both hear that there is none, and one of them starts it first.
    let asked = 0;
    rig.host.failClient((call) => (call === 'GET instances/*' && ++asked === 1 ? { status: 404 } : undefined));
    expect((await rig.pass(start())).status).toBe(200);
    expect(rig.host.counts().clientCalls['POST orchestrators/*/*']).toBe(2);
    await rig.host.advance(1 * minute);
    expect([rig.host.orchestrations().length, sampledAt()]).toEqual([1, every(20 * second, 3)]);
    expect(rig.logged()).toEqual([]);
  });

  it.each([1, 2])(
    'OCPP 1.6 §4.6, §4.7: wakes that %d instances get at once send each message once',
    async (workers) => {
      await open({ workers });
      await createAsleep();
      rig.host.inject({ function: 'wake', fault: 'duplicate', times: 1_000 });
      expect((await rig.pass(start())).status).toBe(200);
      await rig.host.advance(10 * minute);
      expect(sampledAt()).toEqual(every(20 * second, 30));
      expect([count('Heartbeat'), rig.socketsAtOnce(id)]).toEqual([2, 1]);
    },
  );

  it('OCPP 1.6 §4.6: wakes whose answer is lost are done again, and send nothing again', async () => {
    await open();
    await createAsleep();
    rig.host.inject({ function: 'wake', fault: 'dropResult', times: 3 });
    await rig.host.advance(10 * minute);
    expect([count('Heartbeat'), rig.socketsAtOnce(id)]).toEqual([2, 1]);
    expect(rig.logged()).toEqual([]);
  });

  it.each([1, 2])('windows that %d instances get at once: one holds the charger, over one socket', async (workers) => {
    await open({ workers, env: { HOLD_WINDOW_SECONDS: '20' } });
    rig.host.inject({ function: 'hold', fault: 'duplicate', times: 1_000 });
    await rig.create(id, { connection: 'persistent' });
    await rig.host.advance(2 * minute);
    expect([rig.socketsAtOnce(id), count('BootNotification')]).toEqual([1, 1]);
    expect(rig.csms.connections.filter((one) => one.open)).toHaveLength(1);
    expect(rig.logged()).toEqual([]);
  });
});

describe('an activity that times out', () => {
  it('OCPP 1.6 §4.6, §4.7: in the middle of a call: its process is gone, and the next wake sends what was not answered', async () => {
    await open({ functionTimeoutMs: 20 * second });
    await createAsleep();
    expect((await rig.pass(start())).status).toBe(200);
    rig.csms.behave('MeterValues', { kind: 'silent' }, 1);
    await rig.host.advance(10 * minute);
    // One that was sent and not answered is sent again, the same.
    const samples = sampledAt();
    expect(samples[0]).toBe(samples[1]);
    expect(samples.slice(1)).toEqual(every(20 * second, samples.length - 1));
    expect(samples.length).toBeGreaterThanOrEqual(29);
    expect(rig.socketsAtOnce(id)).toBe(1);
    expect(status()).toMatchObject({ status: 'Running', customStatus: { state: 'sleeping' } });
    const reasons = rig.logged().map(({ error }) => error);
    expect(reasons).toContainEqual(expect.stringContaining('Timeout value of 20000 ms was exceeded'));
  });

  it('that holds a charger: another instance holds it, and the CSMS reaches it again', async () => {
    await open({ functionTimeoutMs: 60 * second, env: { HOLD_WINDOW_SECONDS: '40' } });
    await rig.create(id, { connection: 'persistent' });
    await rig.host.idle();
    rig.host.inject({ function: 'hold', fault: 'timeOut' });
    await rig.host.advance(3 * minute);
    const reasons = rig.logged().map(({ error }) => error);
    expect(reasons).toContainEqual(expect.stringContaining('Timeout value of 60000 ms was exceeded'));
    expect(rig.csms.connections.filter((one) => one.open)).toHaveLength(1);
    expect(await rig.csms.call(id, 'ClearCache', {})).toEqual({ result: { status: 'Accepted' } });
    expect(await rig.call('GET', `chargers/${id}/keep-alive`)).toMatchObject({ body: { state: 'holding' } });
    expect([count('BootNotification'), rig.socketsAtOnce(id)]).toEqual([1, 1]);
  });
});

describe('an event that comes while the orchestration does something else', () => {
  beforeEach(() => open());

  it.each([
    ['an activity that has looked at the charger before', 'wake'],
    ['the episode that begins anew', 'keepAlive'],
  ])('%s: what is due since is not slept through', async (_, busyWith) => {
    await createAsleep();
    const { until, release } = gate();
    rig.host.inject({ function: busyWith, fault: 'late', until });
    const due = rig.host.advance(5 * minute);
    await rig.host.until(() => rig.host.running().find(({ functionName }) => functionName === busyWith));
    await due;
    const before = status()?.generation;
    expect((await rig.pass(start())).status).toBe(200);
    expect(status()?.generation).toBe(before);
    release();
    await rig.host.advance(1 * minute);
    expect(sampledAt()).toEqual(every(20 * second, 3));
  });

  it('OCPP 1.6 §4.6: bells at any time make no more heartbeats, and the history does not grow', async () => {
    await createAsleep();
    const length = status()?.historyLength ?? 0;
    for (let n = 0; n < 60; n++) {
      // Sometimes several at once, sometimes exactly when the heartbeat is due.
      for (let rung = 0; rung <= n % 3; rung++) rig.host.raiseEvent(`charger-${id}`, 'changed');
      await rig.host.advance(1 * minute);
    }
    expect(count('Heartbeat')).toBe(12);
    expect(status()?.historyLength).toBeLessThanOrEqual(length + 3);
    expect(rig.logged()).toEqual([]);
  });
});
