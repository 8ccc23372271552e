// Keeping chargers alive on Azure while nobody uses them: orchestrations, doorbells, back-off, the sweep, on virtual time.
import { type AzureRig, startAzureRig } from '../support/azure-rig';

const minutes = 60_000;
const id = 'CP-1';

let rig: AzureRig;

/** Schedules do not run unless asked: what happens, orchestrations do alone. */
async function open(more: Parameters<typeof startAzureRig>[0] = {}): Promise<void> {
  rig = await startAzureRig({ timers: false, ...more });
  rig.csms.respond('BootNotification', () => ({
    status: 'Accepted',
    currentTime: new Date(rig.host.now()).toISOString(),
    interval: 300,
  }));
}
afterEach(() => rig.close());

const connect = () => rig.call('POST', `chargers/${id}/connect`);
const keepAlive = async () => (await rig.call('GET', `chargers/${id}/keep-alive`)).body;
const only = () => {
  const all = rig.host.orchestrations();
  expect(all).toHaveLength(1);
  return all[0];
};
const count = (action: string) => rig.csms.calls(id, action).length;
const iso = (at: number) => new Date(at).toISOString();

describe('the orchestration of a charger', () => {
  beforeEach(() => open());

  it('OCPP 1.6 §4.6: is started by the first use, sends each heartbeat when it is due, and does not grow', async () => {
    await rig.create(id);
    await rig.host.advance(60 * minutes);
    expect([rig.host.orchestrations(), rig.csms.handshakes]).toEqual([[], []]);
    await connect();
    await rig.host.idle();
    const next = iso(rig.host.now() + 5 * minutes);
    expect(only()).toMatchObject({
      id: `charger-${id}`,
      name: 'keepAlive',
      status: 'Running',
      generation: 0,
      customStatus: { chargerId: id, state: 'sleeping', nextWakeAt: next },
    });
    expect(await keepAlive()).toEqual({ chargerId: id, state: 'sleeping', nextWakeAt: next });
    const { historyLength } = only() ?? {};
    await rig.host.advance(5 * minutes - 1);
    expect(count('Heartbeat')).toBe(0);
    await rig.host.advance(1);
    expect(count('Heartbeat')).toBe(1);
    await rig.host.advance(55 * minutes);
    expect(count('Heartbeat')).toBe(12);
    expect(only()).toMatchObject({ generation: 12, historyLength, input: { chargerId: id } });
    expect([count('BootNotification'), rig.csms.connections.length]).toEqual([1, 13]);
    expect(rig.csms.connections.every(({ open, closeCode }) => !open && closeCode === 1000)).toBe(true);
  });

  it('OCPP 1.6 §4.6, §4.7: keeps the pace of a charger whose time is fast', async () => {
    await rig.create(id);
    await connect();
    await rig.host.idle();
    expect((await rig.call('PUT', `chargers/${id}/behaviour`, { clock: { speed: 60 } })).status).toBe(200);
    await rig.host.idle();
    const from = rig.host.now();
    await rig.host.advance(1 * minutes);
    expect(count('Heartbeat')).toBe(12);
    await rig.call('POST', `chargers/${id}/transactions`, { idToken: 'TAG', stopWhen: { durationSeconds: 1800 } });
    await rig.host.advance(1 * minutes);
    const [start, stop] = ['StartTransaction', 'StopTransaction'].map((action) => {
      const [call] = rig.csms.calls(id, action);
      return Date.parse(String((call?.payload as { timestamp?: string } | undefined)?.timestamp));
    });
    expect((stop ?? 0) - (start ?? 0)).toBe(30 * minutes);
    expect(start).toBeGreaterThanOrEqual(from + 60 * minutes);
    expect(count('MeterValues')).toBeGreaterThanOrEqual(29);
  });

  it('is rung when something is due earlier than it knows', async () => {
    await rig.create(id);
    await connect();
    await rig.host.advance(1 * minutes);
    const meters = { idToken: 'TAG', meterValuesIntervalSeconds: 20 };
    expect((await rig.call('POST', `chargers/${id}/transactions`, meters)).status).toBe(200);
    await rig.host.idle();
    expect(only()?.customStatus).toMatchObject({ nextWakeAt: iso(rig.host.now() + 20_000) });
    await rig.host.advance(1 * minutes);
    expect(count('MeterValues')).toBe(3);
  });

  it('stops itself when the charger is powered off, and is there again with the mains', async () => {
    await rig.create(id);
    await connect();
    await rig.call('POST', `chargers/${id}/power`, { state: 'off' });
    await rig.host.idle();
    expect(only()?.status).toBe('Completed');
    expect(await keepAlive()).toEqual({ chargerId: id, state: 'none' });
    await rig.host.advance(60 * minutes);
    expect(rig.csms.connections).toHaveLength(1);
    await rig.call('POST', `chargers/${id}/power`, { state: 'on' });
    await rig.host.advance(5 * minutes);
    expect([only()?.status, count('BootNotification'), count('Heartbeat')]).toEqual(['Running', 2, 1]);
  });

  it('stops itself when the charger is deleted', async () => {
    await rig.create(id);
    await connect();
    expect((await rig.call('DELETE', `chargers/${id}`)).status).toBe(200);
    await rig.host.idle();
    expect(only()?.status).toBe('Completed');
    expect((await rig.call('GET', `chargers/${id}/keep-alive`)).status).toBe(404);
    expect((await rig.call('GET', 'keep-alive')).body).toEqual({ chargers: [] });
  });

  it('stops itself when nothing is due: OCPP 1.6 §9.1.8, a HeartbeatInterval of 0', async () => {
    await rig.create(id);
    await connect();
    const none = { configuration: { HeartbeatInterval: '0' } };
    expect((await rig.call('PUT', `chargers/${id}/configuration`, none)).status).toBe(200);
    await rig.host.idle();
    expect(only()?.status).toBe('Completed');
    expect(await keepAlive()).toEqual({ chargerId: id, state: 'none' });
  });
});

describe('a wake that fails', () => {
  const fail = (times: number) => rig.host.inject({ function: 'wake', fault: 'fail', times });
  const failures = () => (only()?.customStatus as { failures?: number } | null)?.failures;

  beforeEach(async () => {
    await open();
    await rig.create(id);
    await connect();
    await rig.host.idle();
  });

  it('is tried again after 5, 10 and 20 seconds, and is forgotten when it succeeds', async () => {
    fail(3);
    await rig.host.advance(5 * minutes);
    const retryAt = iso(rig.host.now() + 5_000);
    expect(await keepAlive()).toEqual({ chargerId: id, state: 'retrying', failures: 1, nextWakeAt: retryAt });
    await rig.host.advance(34_999);
    expect([failures(), count('Heartbeat')]).toEqual([3, 0]);
    await rig.host.advance(1);
    expect([only()?.status, failures(), count('Heartbeat')]).toEqual(['Running', undefined, 1]);
    await rig.host.advance(5 * minutes);
    expect(count('Heartbeat')).toBe(2);
    const warnings = rig.logged().filter(({ level }) => level === 'warn');
    const about = { chargerId: id, functionName: 'keepAlive', invocationId: expect.any(String) };
    const error = expect.stringContaining('injected failure');
    const traceparent = expect.stringMatching(/^00-/);
    expect(warnings).toMatchObject([1, 2, 3].map((failures) => ({ ...about, traceparent, failures, error })));
  });

  it('is tried less and less often, every 15 minutes at last, without growing', async () => {
    fail(1_000);
    await rig.host.advance(120 * minutes);
    const [before = 0, length] = [failures(), only()?.historyLength];
    await rig.host.advance(60 * minutes);
    expect([failures(), only()?.historyLength]).toEqual([before + 4, length]);
  });

  it('is tried again at once when somebody could use the charger, and not because the sweep finds it overdue', async () => {
    fail(6);
    await rig.host.advance(9 * minutes);
    expect(failures()).toBe(6);
    await rig.host.runTimer('sweep');
    await rig.host.idle();
    expect([failures(), count('Heartbeat')]).toEqual([6, 0]);
    await rig.call('POST', `chargers/${id}/messages/Heartbeat`);
    await rig.host.idle();
    expect(await keepAlive()).toMatchObject({ state: 'sleeping', nextWakeAt: iso(rig.host.now() + 5 * minutes) });
  });
});

describe('the sweep', () => {
  it('revives the orchestration of a charger that is overdue, and leaves the others alone', async () => {
    await open({ timers: true });
    await rig.create(id);
    await rig.create('CP-2');
    await connect();
    await rig.call('POST', 'chargers/CP-2/connect');
    await rig.host.idle();
    // The instance fails for good, as one does that a defect or a failed upgrade has got at.
    rig.host.inject({ function: 'keepAlive', fault: 'fail' });
    rig.host.raiseEvent(`charger-${id}`, 'changed');
    await rig.host.idle();
    const status = (of: string) => rig.host.orchestrations().find((one) => one.id === `charger-${of}`);
    expect(status(id)?.status).toBe('Failed');
    await rig.host.advance(6 * minutes - 1);
    expect(count('Heartbeat')).toBe(0);
    await rig.host.advance(1);
    expect([status(id)?.status, count('Heartbeat')]).toEqual(['Running', 1]);
    await rig.host.advance(10 * minutes);
    expect(count('Heartbeat')).toBe(3);
    expect([status('CP-2')?.generation, rig.csms.calls('CP-2', 'Heartbeat').length]).toEqual([3, 3]);
  });
});

describe('stopKeepAlive', () => {
  it('ends the orchestration; the charger sleeps, whatever is due, until it is used again', async () => {
    await open({ timers: true });
    await rig.create(id);
    await connect();
    await rig.host.idle();
    const stopped = await rig.call('DELETE', `chargers/${id}/keep-alive`);
    expect([stopped.status, stopped.body.stopped.state]).toEqual([200, 'sleeping']);
    expect(only()).toMatchObject({ status: 'Terminated', output: 'stopKeepAlive' });
    expect((await rig.call('GET', 'keep-alive')).body).toEqual({ chargers: [] });
    await rig.host.advance(60 * minutes);
    expect([rig.csms.connections.length, only()?.status]).toEqual([1, 'Terminated']);
    await rig.call('POST', `chargers/${id}/messages/Heartbeat`);
    const before = count('Heartbeat');
    await rig.host.advance(5 * minutes);
    expect([only()?.status, count('Heartbeat')]).toEqual(['Running', before + 1]);
  });
});
