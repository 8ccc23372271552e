// Many invocations at once on one charger of the Azure host, in several instances: each gets its answer, the CSMS sees one socket at a
// time, and knows what the charger knows.
import { type AzureRig, startAzureRig } from '../support/azure-rig';
import type { HttpAnswer } from '../support/local-host';

let rig: AzureRig;

beforeAll(async () => {
  rig = await startAzureRig({ workers: 3 });
});
afterAll(() => rig.close());
afterEach(() => rig.csms.restore());

const statuses = (answers: HttpAnswer[]) => answers.map(({ status }) => status);
const count = (answers: HttpAnswer[], wanted: number) => statuses(answers).filter((one) => one === wanted).length;

/** All of them at the same time. */
function atOnce(times: number, ask: (n: number) => Promise<HttpAnswer>): Promise<HttpAnswer[]> {
  return rig.pass(Promise.all(Array.from({ length: times }, (_, n) => ask(n))));
}

/** What the CSMS knows of a charger's transactions, and what the charger does. */
async function expectAgreement(id: string, running: number): Promise<void> {
  const { body } = await rig.call('GET', `chargers/${id}/transactions`);
  const started = rig.csms.calls(id, 'StartTransaction');
  expect(started).toHaveLength(body.transactions.length);
  expect(body.transactions.filter(({ state }: { state: string }) => state === 'running')).toHaveLength(running);
  expect(rig.csms.calls(id, 'StopTransaction')).toHaveLength(body.transactions.length - running);
}

describe('two invocations at once on one charger', () => {
  it('OCPP-J 1.6 §4.1.1: both are answered with their own exchange, over one socket at a time, one CALL at a time', async () => {
    await rig.create('TWO-1');
    const answers = await atOnce(2, (n) =>
      rig.ask('POST', `chargers/TWO-1/messages/DataTransfer`, { payload: { vendorId: `V-${n}` } }),
    );
    expect(statuses(answers)).toEqual([200, 200]);
    for (const [n, { body }] of answers.entries()) {
      const sent = body.exchange.filter((frame: { direction: string }) => frame.direction === 'sent');
      expect(sent).toContainEqual(expect.objectContaining({ payload: { vendorId: `V-${n}` } }));
    }
    expect(rig.csms.calls('TWO-1', 'BootNotification')).toHaveLength(1);
    expect(rig.csms.calls('TWO-1', 'DataTransfer')).toHaveLength(2);
    expect(rig.socketsAtOnce('TWO-1')).toBe(1);
  });

  it('OCPP 1.6 §4.8: two that start a transaction on one connector start one', async () => {
    await rig.create('TWO-2');
    const answers = await atOnce(2, (n) => rig.ask('POST', 'chargers/TWO-2/transactions', { idToken: `TAG-${n}` }));
    expect(statuses(answers).sort()).toEqual([200, 409]);
    expect(rig.csms.calls('TWO-2', 'StartTransaction')).toHaveLength(1);
    await expectAgreement('TWO-2', 1);
  });
});

describe('fifty invocations at once on one charger', () => {
  it('OCPP-J 1.6 §4.1.1: each is answered, over one socket at a time', async () => {
    await rig.create('FIFTY-1');
    const answers = await atOnce(50, (n) =>
      rig.ask('POST', 'chargers/FIFTY-1/messages/DataTransfer', { payload: { vendorId: `V-${n}` } }),
    );
    expect(count(answers, 200)).toBe(50);
    const vendors = rig.csms.calls('FIFTY-1', 'DataTransfer').map(({ payload }) => payload.vendorId);
    expect(new Set(vendors).size).toBe(50);
    expect(vendors).toHaveLength(50);
    expect(rig.socketsAtOnce('FIFTY-1')).toBe(1);
  });

  it('OCPP 1.6 §4.8, §4.10: of a card held fifty times to the readers, the CSMS hears of what each answer says', async () => {
    await rig.create('FIFTY-2');
    for (const connectorId of [1, 2]) await rig.call('POST', 'chargers/FIFTY-2/plug-in', { connectorId });
    const answers = await atOnce(50, (n) =>
      rig.ask('POST', 'chargers/FIFTY-2/present-token', { connectorId: 1 + (n % 2), idToken: `TAG-${n % 2}` }),
    );
    const outcomes = (wanted: string) => answers.filter(({ body }) => body.outcome === wanted).length;
    const calls = (action: string) => rig.csms.calls('FIFTY-2', action).length;
    expect(count(answers, 200)).toBe(50);
    expect(outcomes('started') + outcomes('stopped') + outcomes('refused')).toBe(50);
    expect(outcomes('started')).toBeGreaterThan(1);
    expect([calls('StartTransaction'), calls('StopTransaction')]).toEqual([outcomes('started'), outcomes('stopped')]);
    await expectAgreement('FIFTY-2', outcomes('started') - outcomes('stopped'));
    expect(rig.socketsAtOnce('FIFTY-2')).toBe(1);
  });

  it('under one Idempotency-Key run once, and all get the first answer', async () => {
    await rig.create('FIFTY-3');
    const answers = await atOnce(50, () =>
      rig.ask('POST', 'chargers/FIFTY-3/transactions', { idToken: 'TAG' }, { 'idempotency-key': 'once' }),
    );
    expect(count(answers, 200)).toBe(50);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(49);
    expect(rig.csms.calls('FIFTY-3', 'StartTransaction')).toHaveLength(1);
    await expectAgreement('FIFTY-3', 1);
  });

  it('that create it: one does, the others are told that it exists', async () => {
    const charger = { id: 'FIFTY-4', protocol: 'ocpp1.6', csms: { url: rig.csms.url } };
    const answers = await atOnce(50, () => rig.ask('POST', 'chargers', charger));
    expect([count(answers, 201), count(answers, 409)]).toEqual([1, 49]);
  });

  it('start one orchestration for it', async () => {
    await rig.create('FIFTY-5');
    await atOnce(50, () => rig.ask('POST', 'chargers/FIFTY-5/messages/Heartbeat'));
    await rig.host.idle();
    expect(rig.host.orchestrations().filter(({ id }) => id === 'charger-FIFTY-5')).toMatchObject([
      { status: 'Running' },
    ]);
    expect(rig.logged()).toEqual([]);
  });
});

describe('while the CSMS takes its time', () => {
  it('those whose time is over are told so, the others wait for their turn, and nobody opens a second socket', async () => {
    await rig.create('SLOW-1');
    let answer = (): void => {};
    const until = new Promise<void>((resolve) => {
      answer = resolve;
    });
    rig.csms.behave('Heartbeat', { kind: 'delay', until }, 1);
    const send = (timeoutSeconds: number) => rig.ask('POST', 'chargers/SLOW-1/messages/Heartbeat', { timeoutSeconds });
    const first = send(60);
    await rig.csms.waitFor('SLOW-1', 'Heartbeat');
    const hasty = Array.from({ length: 5 }, () => send(5));
    const patient = Array.from({ length: 5 }, () => send(60));
    expect(count(await rig.pass(Promise.all(hasty)), 504)).toBe(5);
    answer();
    expect(count(await rig.pass(Promise.all([first, ...patient])), 200)).toBe(6);
    expect(rig.csms.calls('SLOW-1', 'Heartbeat')).toHaveLength(6);
    expect(rig.socketsAtOnce('SLOW-1')).toBe(1);
  });
});
