// Cosmos DB failing in the middle of invocations on the Azure host: the caller is told, the CSMS hears of nothing that was not saved,
// and once the store is back the CSMS and the charger agree. What the store itself does about failures is tested in test/store.
import { type AzureRig, startAzureRig } from '../support/azure-rig';
import type { CosmosRequest, Fault } from '../support/cosmos-server';

let rig: AzureRig;
let id: string;
let chargers = 0;

beforeAll(async () => {
  rig = await startAzureRig({ workers: 2 });
  rig.csms.respond('StartTransaction', ({ identity }) => ({ transactionId: Number(identity.slice(3)), ...accepted }));
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.csms.restore();
  id = `CP-${++chargers}`;
  await rig.create(id);
  await rig.call('POST', `chargers/${id}/connect`);
});

const accepted = { idTagInfo: { status: 'Accepted' } };
const retryAfter = { 'x-ms-retry-after-ms': '1000' };
const always = Number.POSITIVE_INFINITY;
type Kind = CosmosRequest['kind'];

/** The next requests of this kind about documents of a container fail so. */
function fail(kind: Kind, fault: Fault, times = always, container = 'chargers'): void {
  let left = times;
  rig.host.cosmos.fail((request) => {
    if (request.kind !== kind || request.container !== container || left <= 0) return undefined;
    left -= 1;
    return fault;
  });
}

/** The same from the moment at which the CSMS answers this action. */
function failOnceAsked(action: string, kind: Kind, fault: Fault, times = always): void {
  const answer = () => {
    fail(kind, fault, times);
    return action === 'StartTransaction' ? { transactionId: chargers, ...accepted } : accepted;
  };
  rig.csms.behave(action, { kind: 'answer', with: answer }, 1);
}

const start = () => rig.call('POST', `chargers/${id}/transactions`, { idToken: 'TAG' });
const sent = (action: string) => rig.csms.calls(id, action).map(({ payload }) => JSON.stringify(payload));

/** The store is back, and nobody calls: afterwards each transaction of the charger is known to the CSMS, and no other. */
async function expectAgreement(): Promise<{ transactions: unknown[] }> {
  rig.host.cosmos.fail(undefined);
  await rig.host.advance(5 * 60_000);
  const { body } = await rig.call('GET', `chargers/${id}/transactions`);
  const known = new Set(sent('StartTransaction'));
  expect(known.size).toBe(body.transactions.length);
  for (const { transactionId, state } of body.transactions)
    expect([transactionId, state]).toEqual([chargers, 'running']);
  expect((await rig.call('GET', `chargers/${id}`)).body).toMatchObject({ queuedMessages: 0 });
  expect(rig.socketsAtOnce(id)).toBe(1);
  return body;
}

describe('a failure that passes', () => {
  it.each<[string, Kind, Fault]>([
    ['412 to the write that takes the charger', 'PUT', { status: 412 }],
    ['429 to a read', 'GET', { status: 429, headers: retryAfter }],
    ['429 to a write', 'PUT', { status: 429, headers: retryAfter }],
    ['503 to a read', 'GET', { status: 503 }],
    ['503 to a write', 'PUT', { status: 503 }],
    ['no answer to a read', 'GET', 'silence'],
    ['no answer to a write', 'PUT', 'silence'],
    ['a write whose answer never came', 'PUT', 'answer withheld'],
    ['a write whose answer was cut off', 'PUT', 'answer lost'],
  ])('%s: the transaction starts all the same, once', async (_, kind, fault) => {
    fail(kind, fault, 1);
    expect(await start()).toMatchObject({ status: 200, body: { transactionId: chargers } });
    expect(sent('StartTransaction')).toHaveLength(1);
    await expectAgreement();
  });

  it.each<[string, Fault]>([
    ['429', { status: 429, headers: retryAfter }],
    ['503', { status: 503 }],
    ['no answer', 'silence'],
    ['an answer that never came', 'answer withheld'],
  ])('%s to a write in the middle: the transaction starts all the same, once', async (_, fault) => {
    failOnceAsked('Authorize', 'PUT', fault, 1);
    expect(await start()).toMatchObject({ status: 200, body: { transactionId: chargers } });
    expect(sent('StartTransaction')).toHaveLength(1);
    await expectAgreement();
  });
});

const lasting: [string, Fault][] = [
  ['429', { status: 429, headers: retryAfter }],
  ['503', { status: 503 }],
  ['no answer', 'silence'],
];

describe('a failure that lasts', () => {
  it.each(lasting)('%s to reads: 503 with Retry-After, and the CSMS has not heard of it', async (_, fault) => {
    fail('GET', fault);
    const answer = await start();
    expect(answer).toMatchObject({ status: 503, body: { type: '/api/docs#unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(sent('Authorize')).toEqual([]);
    expect((await expectAgreement()).transactions).toEqual([]);
    expect((await start()).status).toBe(200);
  });

  it.each(lasting)(
    '%s to the write that takes the charger: 503, and the CSMS has not heard of it',
    async (_, fault) => {
      fail('PUT', fault);
      expect(await start()).toMatchObject({ status: 503, body: { type: '/api/docs#unavailable' } });
      expect(sent('Authorize')).toEqual([]);
      expect((await expectAgreement()).transactions).toEqual([]);
    },
  );

  it.each(lasting)('%s to writes after Authorize: 503, and StartTransaction never leaves', async (_, fault) => {
    failOnceAsked('Authorize', 'PUT', fault);
    expect(await start()).toMatchObject({ status: 503, body: { type: '/api/docs#unavailable' } });
    expect((await expectAgreement()).transactions).toEqual([]);
    expect(sent('StartTransaction')).toEqual([]);
    expect((await start()).status).toBe(200);
  });

  it.each(lasting)(
    'OCPP 1.6 §3.7: %s to writes after StartTransaction: 503; it is sent again for the one transaction',
    async (_, fault) => {
      failOnceAsked('StartTransaction', 'PUT', fault);
      expect(await start()).toMatchObject({ status: 503 });
      expect((await expectAgreement()).transactions).toHaveLength(1);
      expect(sent('StartTransaction')).toHaveLength(2);
    },
  );

  it('412 to writes after Authorize: somebody else has the charger, and StartTransaction never leaves', async () => {
    failOnceAsked('Authorize', 'PUT', { status: 412 });
    expect(await start()).toMatchObject({ status: 409, body: { type: '/api/docs#busy' } });
    expect((await expectAgreement()).transactions).toEqual([]);
    expect(sent('StartTransaction')).toEqual([]);
  });

  it('503 to the message log: the exchange is answered whole; its frames are missing from the log, which is warned of', async () => {
    fail('POST', { status: 503 }, always, 'messages');
    const answer = await start();
    expect(answer.status).toBe(200);
    expect(answer.body.exchange.map(({ action }: { action: string }) => action)).toContain('StartTransaction');
    // The log is written beside the answer, and tried again for a while.
    const isWarned = ({ message, chargerId }: Record<string, unknown>) =>
      message === 'message log not written' && chargerId === id;
    await rig.until('the warning', () => rig.logged().some(isWarned));
    const { messages } = (await rig.call('GET', `chargers/${id}/messages`)).body;
    expect(messages.map(({ action }: { action: string }) => action)).not.toContain('StartTransaction');
    await expectAgreement();
  });

  it('503 to the mailbox: respond-async is refused, and nothing runs', async () => {
    fail('POST', { status: 503 }, always, 'commands');
    const answer = await rig.call(
      'POST',
      `chargers/${id}/transactions`,
      { idToken: 'TAG' },
      { prefer: 'respond-async' },
    );
    expect(answer).toMatchObject({ status: 503, body: { type: '/api/docs#unavailable' } });
    expect((await expectAgreement()).transactions).toEqual([]);
  });
});
