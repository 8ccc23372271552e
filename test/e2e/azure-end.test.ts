// Instances of the Azure host that are taken away, as scaling in does: what they leave, and who goes on.
import { type AzureRig, startAzureRig } from '../support/azure-rig';

const second = 1_000;
const id = 'CP-1';

let rig: AzureRig;

beforeEach(async () => {
  rig = await startAzureRig({ timers: false, workers: 2 });
});
afterEach(() => rig.close());

const connectionsOf = () => rig.csms.connections.filter(({ identity }) => identity === id);
const holder = () => rig.host.running().find(({ functionName }) => functionName === 'hold')?.worker;
const workerOf = (functionName: string) =>
  rig.host
    .until(() => rig.host.running().find((one) => one.functionName === functionName))
    .then(({ worker }) => worker);

it('a charger that is held: its socket is closed politely, and another instance holds it at once', async () => {
  await rig.create(id, { connection: 'persistent' });
  await rig.host.idle();
  const before = holder() ?? -1;
  await rig.pass(rig.host.stopWorker(before));
  await rig.host.advance(2 * second);
  expect(connectionsOf().map(({ open, closeCode }) => open || closeCode)).toEqual([1000, true]);
  expect(holder()).toBe(1 - before);
  expect(rig.csms.calls(id, 'BootNotification')).toHaveLength(1);
  expect(rig.logged()).toEqual([]);
});

it('a command whose answer comes within the time an instance is given: it is told', async () => {
  await rig.create(id);
  await rig.call('POST', `chargers/${id}/connect`);
  let release = (): void => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  rig.csms.behave('Heartbeat', { kind: 'delay', until }, 1);
  const asked = rig.ask('POST', `chargers/${id}/messages/Heartbeat`);
  const worker = await workerOf('sendMessage');
  await rig.csms.waitFor(id, 'Heartbeat');
  const stopping = rig.host.stopWorker(worker);
  await rig.host.advance(1 * second);
  release();
  expect((await rig.pass(asked)).status).toBe(200);
  await rig.pass(stopping);
  expect(connectionsOf().map(({ closeCode }) => closeCode)).toEqual([1000, 1000]);
});

it('one whose answer does not come: 409 says so, the socket is closed, and another instance has the charger at once', async () => {
  await rig.create(id);
  await rig.call('POST', `chargers/${id}/connect`);
  rig.csms.behave('Heartbeat', { kind: 'silent' }, 1);
  const asked = rig.ask('POST', `chargers/${id}/messages/Heartbeat`);
  const worker = await workerOf('sendMessage');
  await rig.csms.waitFor(id, 'Heartbeat');
  const stoppedAt = rig.host.now();
  await rig.pass(rig.host.stopWorker(worker));
  expect(rig.host.now() - stoppedAt).toBeLessThanOrEqual(4 * second);
  const answer = await asked;
  expect([answer.status, answer.body.detail]).toEqual([409, expect.stringContaining('stopping')]);
  expect((await rig.ask('POST', `chargers/${id}/messages/Heartbeat`)).status).toBe(200);
  expect(connectionsOf().map(({ closeCode }) => closeCode)).toEqual([1000, 1000, 1000]);
});

it('a transaction goes on: no sample is lost or doubled, whichever instance goes', async () => {
  await rig.create(id);
  const session = { idToken: 'TAG', meterValuesIntervalSeconds: 10 };
  expect((await rig.call('POST', `chargers/${id}/transactions`, session)).status).toBe(200);
  await rig.host.advance(25 * second);
  for (const going of [0, 1, 2]) {
    await rig.host.addWorker();
    await rig.pass(rig.host.stopWorker(going));
    await rig.host.advance(20 * second);
  }
  const [start] = rig.csms.calls(id, 'StartTransaction');
  const startedAt = Date.parse(String(start?.payload.timestamp));
  const samples = rig.csms.calls(id, 'MeterValues').map(({ payload }) => payload.meterValue as { timestamp: string }[]);
  expect(samples.map(([one]) => Date.parse(one?.timestamp ?? '') - startedAt)).toEqual(
    samples.map((_, at) => (at + 1) * 10 * second),
  );
  expect(samples.length).toBeGreaterThanOrEqual(8);
});
