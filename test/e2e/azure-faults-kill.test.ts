// Instances of the Azure host that die before, during and after an exchange: afterwards the CSMS and the charger agree, and a
// transaction call comes a second time only where its answer was not saved (docs/adr/0002).
import { type AzureRig, startAzureRig } from '../support/azure-rig';
import type { Fault } from '../support/cosmos-server';

let rig: AzureRig;
let id: string;
let chargers = 0;

beforeAll(async () => {
  rig = await startAzureRig({ workers: 2 });
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.csms.restore();
  rig.csms.respond('Authorize', accepted);
  rig.csms.respond('StartTransaction', { transactionId: 17, ...accepted });
  rig.csms.respond('StopTransaction', {});
  rig.host.cosmos.fail(undefined);
  id = `KILL-${++chargers}`;
  await rig.create(id);
  await rig.call('POST', `chargers/${id}/connect`);
});

const accepted = { idTagInfo: { status: 'Accepted' } };

/** SIGKILL of the instance that runs the function; another takes its place. */
async function kill(functionName: string): Promise<void> {
  await rig.host.idle();
  const { worker } = await rig.host.until(() => rig.host.running().find((one) => one.functionName === functionName));
  await rig.host.killWorker(worker);
  await rig.host.addWorker();
  rig.host.cosmos.fail(undefined);
}

/** From the moment the CSMS answers this action, writes of charger documents fail so. */
function failSavesFrom(action: string, answer: Record<string, unknown>, fault: Fault): void {
  const from = () => {
    rig.host.cosmos.fail(({ kind, container }) => (kind === 'PUT' && container === 'chargers' ? fault : undefined));
    return answer;
  };
  rig.csms.behave(action, { kind: 'answer', with: from }, 1);
}

const start = (headers = {}) =>
  rig.ask('POST', `chargers/${id}/transactions`, { idToken: 'TAG', connectorId: 1 }, headers);
const stop = () => rig.ask('POST', `chargers/${id}/transactions/17/stop`);
const transactions = async () => (await rig.call('GET', `chargers/${id}/transactions`)).body.transactions;
const sent = (action: string) => rig.csms.calls(id, action).map(({ payload }) => JSON.stringify(payload));

/** Nobody calls: what keeps the charger alive finds it, whatever the dead have left. */
async function recover(): Promise<void> {
  await rig.host.advance(5 * 60_000);
  const { body } = await rig.call('GET', `chargers/${id}`);
  expect(body).toMatchObject({ queuedMessages: 0 });
}

describe('an instance that dies on startTransaction', () => {
  it('before it began: neither the charger nor the CSMS has heard of it, and the next one starts', async () => {
    rig.host.inject({ function: 'startTransaction', fault: 'killBefore' });
    expect((await rig.pass(start())).status).toBe(502);
    expect(await transactions()).toEqual([]);
    expect(sent('Authorize')).toEqual([]);
    expect((await rig.pass(start())).status).toBe(200);
    expect(sent('StartTransaction')).toHaveLength(1);
  });

  it('before the transaction is saved: it has not been sent, and never is', async () => {
    failSavesFrom('Authorize', accepted, 'silence');
    const asked = start();
    await rig.csms.waitFor(id, 'Authorize');
    await kill('startTransaction');
    expect((await rig.pass(asked)).status).toBe(502);
    await recover();
    expect(await transactions()).toEqual([]);
    expect(sent('StartTransaction')).toEqual([]);
  });

  it('OCPP 1.6 §3.7: after it is saved and before it is sent: it is sent once, as of its own time', async () => {
    failSavesFrom('Authorize', accepted, 'answer withheld');
    const begun = new Date(rig.host.now()).toISOString();
    const asked = start();
    await rig.csms.waitFor(id, 'Authorize');
    await kill('startTransaction');
    expect((await rig.pass(asked)).status).toBe(502);
    expect(sent('StartTransaction')).toEqual([]);
    await recover();
    expect(rig.csms.calls(id, 'StartTransaction').map(({ payload }) => payload)).toEqual([
      { connectorId: 1, idTag: 'TAG', meterStart: 0, timestamp: begun },
    ]);
    expect(await transactions()).toMatchObject([{ state: 'running', transactionId: 17, startedAt: begun }]);
  });

  it('OCPP 1.6 §3.7: while it waits for the answer: the same call is sent again, for the one transaction', async () => {
    rig.csms.behave('StartTransaction', { kind: 'silent' }, 1);
    const asked = start();
    await rig.csms.waitFor(id, 'StartTransaction');
    await kill('startTransaction');
    expect((await rig.pass(asked)).status).toBe(502);
    await recover();
    expect(sent('StartTransaction')).toHaveLength(2);
    expect(new Set(sent('StartTransaction')).size).toBe(1);
    expect(await transactions()).toMatchObject([{ state: 'running', transactionId: 17 }]);
    expect(rig.socketsAtOnce(id)).toBe(1);
  });

  it('OCPP 1.6 §3.7: before the answer is saved: the same call is sent again, for the one transaction', async () => {
    failSavesFrom('StartTransaction', { transactionId: 17, ...accepted }, 'silence');
    const asked = start();
    await rig.csms.waitFor(id, 'StartTransaction');
    await kill('startTransaction');
    expect((await rig.pass(asked)).status).toBe(502);
    await recover();
    expect(sent('StartTransaction')).toHaveLength(2);
    expect(new Set(sent('StartTransaction')).size).toBe(1);
    expect(await transactions()).toMatchObject([{ state: 'running', transactionId: 17 }]);
  });

  it('after it is done, and the caller has not heard: nothing is sent again', async () => {
    rig.host.inject({ function: 'startTransaction', fault: 'killAfter' });
    expect((await rig.pass(start())).status).toBe(502);
    await recover();
    expect(sent('StartTransaction')).toHaveLength(1);
    expect(await transactions()).toMatchObject([{ state: 'running', transactionId: 17 }]);
  });

  it('Idempotency-Key: the same key does not start a second transaction, and says that the first was interrupted', async () => {
    rig.csms.behave('StartTransaction', { kind: 'silent' }, 1);
    const key = { 'idempotency-key': `key-${id}` };
    const asked = start(key);
    await rig.csms.waitFor(id, 'StartTransaction');
    await kill('startTransaction');
    expect((await rig.pass(asked)).status).toBe(502);
    const again = await rig.pass(start(key));
    expect(again).toMatchObject({ status: 409, body: { type: '/api/docs#interrupted' } });
    await recover();
    expect(await transactions()).toHaveLength(1);
  });
});

describe('an instance that dies on stopTransaction', () => {
  beforeEach(async () => {
    expect((await rig.pass(start())).status).toBe(200);
    await rig.host.advance(90_000);
  });

  it.each<[string, () => void]>([
    ['while it waits for the answer', () => rig.csms.behave('StopTransaction', { kind: 'silent' }, 1)],
    ['before the answer is saved', () => failSavesFrom('StopTransaction', {}, 'silence')],
  ])('OCPP 1.6 §3.7: %s: the same call is sent again, and the transaction has ended once', async (_, arm) => {
    arm();
    const asked = stop();
    await rig.csms.waitFor(id, 'StopTransaction');
    await kill('stopTransaction');
    expect((await rig.pass(asked)).status).toBe(502);
    await recover();
    expect(sent('StopTransaction')).toHaveLength(2);
    expect(new Set(sent('StopTransaction')).size).toBe(1);
    const { meterStop } = rig.csms.calls(id, 'StopTransaction')[0]?.payload ?? {};
    expect(await transactions()).toMatchObject([{ state: 'ended', transactionId: 17, energyWh: meterStop }]);
  });

  it('after it is done, and the caller has not heard: nothing is sent again', async () => {
    rig.host.inject({ function: 'stopTransaction', fault: 'killAfter' });
    expect((await rig.pass(stop())).status).toBe(502);
    await recover();
    expect(sent('StopTransaction')).toHaveLength(1);
    expect(await transactions()).toMatchObject([{ state: 'ended' }]);
  });
});

describe('an instance that dies while others wait for it', () => {
  it('each of them is answered by the next one, who runs what had not begun', async () => {
    rig.csms.behave('DataTransfer', { kind: 'silent' }, 1);
    const send = (n: number) =>
      rig.ask('POST', `chargers/${id}/messages/DataTransfer`, { payload: { vendorId: `V-${n}` }, timeoutSeconds: 150 });
    const first = send(0);
    await rig.csms.waitFor(id, 'DataTransfer');
    const others = Array.from({ length: 10 }, (_, n) => send(n + 1));
    await rig.host.idle();
    await kill('sendMessage');
    const answers = await rig.pass(Promise.all([first, ...others]));
    const run = answers.filter(({ status }) => status === 200);
    expect(answers.every(({ status }) => status === 200 || status === 502)).toBe(true);
    expect(run.length).toBeGreaterThan(0);
    // The first was on the wire when its instance died; whoever was told of a failure was not run behind his back.
    expect(sent('DataTransfer')).toHaveLength(1 + run.length);
    expect(new Set(sent('DataTransfer')).size).toBe(1 + run.length);
    expect(rig.socketsAtOnce(id)).toBe(1);
  });
});
