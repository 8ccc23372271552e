// The demo CSMS speaks OCPP 2.0.1 too: over real sockets, with the library's own RPCClient (strict) as charger. What it does whatever
// the version is in `demo-csms.test.ts`.
import { RPCClient } from 'ocpp-rpc';
import { type DemoCsms, startDemoCsms } from '../../lib/csms/demo-csms';
import { messagesV201 } from '../../lib/ocpp/v201/messages';
import { requestsV201 } from '../support/requests-v201';

type Json = Record<string, unknown>;

let csms: DemoCsms;
const chargers: RPCClient[] = [];

beforeEach(async () => {
  csms = await startDemoCsms({ port: 0 });
});
afterEach(async () => {
  for (const charger of chargers.splice(0)) void charger.close({ force: true })?.catch(() => undefined);
  await csms.close();
});

async function connected(identity = 'CS-1', protocols = ['ocpp2.0.1']): Promise<RPCClient> {
  const options = { endpoint: csms.url, identity, protocols, reconnect: false, strictMode: true };
  const client = new RPCClient(options as unknown as ConstructorParameters<typeof RPCClient>[0]);
  chargers.push(client);
  await client.connect();
  return client;
}

async function http(method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }> {
  const response = await fetch(`${csms.httpUrl}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

const at = '2026-01-01T10:00:00Z';
const idToken = { idToken: 'TAG-1', type: 'ISO14443' };
const chargingStation = { model: 'Model', vendorName: 'Vendor' };
const evse = { id: 1, connectorId: 2 };

const register = (value: number, more: Json = {}) => ({
  timestamp: at,
  sampledValue: [
    { value: 230, measurand: 'Voltage', phase: 'L1-N' },
    { value, ...more },
  ],
});
const event = (eventType: string, seqNo: number, more: Json = {}, info: Json = {}) => ({
  ...{ eventType, seqNo, timestamp: at, triggerReason: 'Trigger' },
  transactionInfo: { transactionId: 'T-1', ...info },
  ...more,
});
const transactions = async () => (await http('GET', '/api/transactions')).body.transactions as Json[];
const violations = async (identity = 'CS-1') =>
  ((await http('GET', `/api/chargers/${identity}`)).body.violations as { detail: string }[]).map(
    ({ detail }) => detail,
  );

describe('OCPP-J 2.0.1 §3.1.2: subprotocols', () => {
  it('takes 2.0.1 where a charger offers both, and 1.6 where it offers nothing newer', async () => {
    expect((await connected('CS-1', ['ocpp1.6', 'ocpp2.0.1'])).protocol).toBe('ocpp2.0.1');
    expect((await connected('CS-2', ['ocpp1.6'])).protocol).toBe('ocpp1.6');
    expect((await http('GET', '/api/chargers/CS-1')).body).toMatchObject({ protocol: 'ocpp2.0.1', connected: true });
  });
});

describe('what a charger sends', () => {
  const answers: Record<string, Json> = {
    Authorize: { idTokenInfo: { status: 'Accepted' } },
    BootNotification: { status: 'Accepted', interval: 300 },
    DataTransfer: { status: 'Accepted' },
    Get15118EVCertificate: { status: 'Failed', statusInfo: { reasonCode: 'UnsupportedRequest' } },
    GetCertificateStatus: { status: 'Failed' },
    Heartbeat: { currentTime: expect.any(String) },
    NotifyEVChargingNeeds: { status: 'Rejected' },
    NotifyEVChargingSchedule: { status: 'Accepted' },
    SignCertificate: { status: 'Accepted' },
  };

  it.each(Object.entries(requestsV201))('%s is answered within its schema', async (action, request) => {
    const client = await connected();
    expect(await client.call(action, request)).toMatchObject(answers[action] ?? {});
    expect(await violations()).toEqual([]);
  });

  it('OCPP 2.0.1 G01: statuses show by EVSE and connector', async () => {
    const client = await connected();
    const notify = (evseId: number, connectorId: number, connectorStatus: string) =>
      client.call('StatusNotification', { timestamp: at, evseId, connectorId, connectorStatus });
    await notify(2, 1, 'Available');
    await notify(1, 2, 'Occupied');
    await notify(1, 1, 'Available');
    await notify(2, 1, 'Faulted');
    expect((await http('GET', '/api/chargers/CS-1')).body.statuses).toMatchObject([
      { evseId: 1, connectorId: 1, connectorStatus: 'Available' },
      { evseId: 1, connectorId: 2, connectorStatus: 'Occupied' },
      { evseId: 2, connectorId: 1, connectorStatus: 'Faulted' },
    ]);
  });

  it('OCPP 2.0.1 B02: a pending charger may send reports, but no Authorize', async () => {
    await http('PUT', '/api/chargers/CS-1/registration', { status: 'Pending', interval: 7 });
    const client = await connected();
    const boot = { reason: 'PowerUp', chargingStation };
    expect(await client.call('BootNotification', boot)).toMatchObject({ status: 'Pending', interval: 7 });
    await client.call('NotifyReport', { requestId: 1, seqNo: 0, generatedAt: at });
    await client.call('Authorize', { idToken });
    expect(await violations()).toEqual(['Authorize while its registration is Pending']);
  });

  it('OCPP-J 2.0.1 §4.3: what breaks the schema is refused and noted', async () => {
    const client = await connected();
    client.sendRaw('[2,"raw","Heartbeat",{"unknown":1}]');
    await client.call('Heartbeat', {});
    expect(await violations()).toEqual([expect.stringContaining('Heartbeat request breaks the schema')]);
  });
});

describe('OCPP 2.0.1 C01: id tokens', () => {
  const infoOf = async (client: RPCClient, token: Json) =>
    ((await client.call('Authorize', { idToken: { ...idToken, ...token } })) as { idTokenInfo: Json }).idTokenInfo;

  it('go by their name until configured, with the statuses of 2.0.1 and a group', async () => {
    const client = await connected();
    expect(await infoOf(client, { idToken: 'blocked-1' })).toEqual({ status: 'Blocked' });
    const tag = { status: 'NoCredit', expiryDate: '2100-01-01T00:00:00.000Z', parentIdTag: 'GROUP' };
    await http('PUT', `/api/id-tags/${'A'.repeat(36)}`, tag);
    expect(await infoOf(client, { idToken: 'a'.repeat(36) })).toEqual({
      status: 'NoCredit',
      cacheExpiryDateTime: tag.expiryDate,
      groupIdToken: { idToken: 'GROUP', type: 'Central' },
    });
  });

  it('C02: NoAuthorization is always accepted', async () => {
    const client = await connected();
    const none = { idToken: 'INVALID', type: 'NoAuthorization' };
    expect(await infoOf(client, none)).toEqual({ status: 'Accepted' });
  });

  it('ConcurrentTx counts at the start of a transaction only', async () => {
    const client = await connected();
    const token = { idToken: { ...idToken, idToken: 'CONCURRENT-1' } };
    expect(await infoOf(client, token.idToken)).toEqual({ status: 'Accepted' });
    const started = await client.call('TransactionEvent', event('Started', 0, token));
    expect(started).toEqual({ idTokenInfo: { status: 'ConcurrentTx' } });
    expect(await client.call('TransactionEvent', event('Updated', 1, token))).toEqual({
      idTokenInfo: { status: 'Accepted' },
    });
  });

  it('C07: says what a contract certificate is worth', async () => {
    const client = await connected();
    const answer = await client.call('Authorize', { idToken: { ...idToken, type: 'eMAID' }, certificate: 'PEM' });
    expect(answer).toMatchObject({ certificateStatus: 'Accepted' });
  });

  it('1.6 knows fewer statuses', async () => {
    await http('PUT', '/api/id-tags/POOR', { status: 'NoCredit' });
    const client = await connected('CP-1', ['ocpp1.6']);
    expect(await client.call('Authorize', { idTag: 'POOR' })).toEqual({ idTagInfo: { status: 'Invalid' } });
  });
});

describe('OCPP 2.0.1 E: transactions', () => {
  it('E01–E06: keeps a whole session, told piece by piece', async () => {
    const client = await connected();
    const wh = { measurand: 'Energy.Active.Import.Register' };
    await client.call('TransactionEvent', event('Started', 0, { evse: { id: 1 } }, { chargingState: 'EVConnected' }));
    await client.call('TransactionEvent', event('Updated', 1, { evse, idToken, meterValue: [register(1000, wh)] }));
    const kwh = { unitOfMeasure: { unit: 'kWh' } };
    await client.call('TransactionEvent', event('Updated', 2, { meterValue: [register(1.5, kwh)] }));
    expect(await transactions()).toMatchObject([
      { active: true, chargingState: 'EVConnected', authorization: 'Accepted' },
    ]);
    const last = { meterValue: [register(25, { unitOfMeasure: { multiplier: 2 } })] };
    await client.call('TransactionEvent', event('Ended', 3, last, { stoppedReason: 'EVDisconnected' }));
    expect(await transactions()).toMatchObject([
      {
        ...{ transactionId: 'T-1', identity: 'CS-1', evseId: 1, connectorId: 2, idTag: 'TAG-1', meterStart: 1000 },
        ...{ stop: { meterStop: 2500, reason: 'EVDisconnected' }, energyWh: 1500, active: false },
      },
    ]);
    expect(await violations()).toEqual([]);
  });

  it('E04: an event repeated after a lost answer changes nothing and is no violation', async () => {
    const client = await connected();
    await client.call('TransactionEvent', event('Started', 0, { meterValue: [register(100)] }));
    await client.call('TransactionEvent', event('Updated', 1, { meterValue: [register(300)] }));
    await client.call('TransactionEvent', event('Started', 0, { meterValue: [register(100)] }));
    await client.call('TransactionEvent', event('Ended', 2));
    await client.call('TransactionEvent', event('Ended', 2));
    expect(await transactions()).toMatchObject([{ energyWh: 200, startsReceived: 2, stopsReceived: 2, seqNo: 2 }]);
    expect(await violations()).toEqual([]);
  });

  it('notes a gap in the numbers, a transaction that never started, and what comes after the end', async () => {
    const client = await connected();
    await client.call('TransactionEvent', event('Updated', 4));
    await client.call('TransactionEvent', event('Updated', 6));
    await client.call('TransactionEvent', event('Ended', 7));
    await client.call('TransactionEvent', event('Updated', 8));
    expect(await violations()).toEqual([
      'TransactionEvent Updated for T-1, which it never started',
      'TransactionEvent Updated for T-1 has seqNo 6 where 5 was due',
      'TransactionEvent Updated for T-1 after it had ended',
    ]);
  });

  it('two chargers may use the same transaction id', async () => {
    await (await connected('CS-1')).call('TransactionEvent', event('Started', 0, { meterValue: [register(1)] }));
    await (await connected('CS-2')).call('TransactionEvent', event('Started', 0, { meterValue: [register(2)] }));
    expect(await transactions()).toMatchObject([
      { identity: 'CS-2', meterStart: 2 },
      { identity: 'CS-1', meterStart: 1 },
    ]);
    expect((await http('GET', '/api/chargers/CS-1')).body).toMatchObject({ transactionCount: 1 });
  });

  it('readings of one phase, of another place or of another measurand are not the register', async () => {
    const client = await connected();
    const readings = [{ phase: 'L1' }, { location: 'Inlet' }, { measurand: 'Power.Active.Import' }];
    const meterValue = [register(7), ...readings.map((reading) => register(999, reading))];
    await client.call('TransactionEvent', event('Started', 0, { meterValue }));
    await client.call('TransactionEvent', event('Ended', 1, { meterValue }));
    expect(await transactions()).toMatchObject([{ meterStart: 7, energyWh: 0 }]);
  });
});

describe('OCPP 2.0.1 I: costs', () => {
  const costs = async (client: RPCClient) => [
    await client.call('TransactionEvent', event('Started', 0, { meterValue: [register(1000)] })),
    await client.call('TransactionEvent', event('Updated', 1, { meterValue: [register(2234)] })),
    await client.call('TransactionEvent', event('Ended', 2)),
  ];

  it('I02, I03: the running and the final cost are told while there is a tariff', async () => {
    expect((await http('PUT', '/api/tariff', { pricePerKWh: 0.5 })).body).toEqual({ pricePerKWh: 0.5 });
    expect(await costs(await connected())).toEqual([{ totalCost: 0 }, { totalCost: 0.62 }, { totalCost: 0.62 }]);
    expect((await http('DELETE', '/api/tariff')).status).toBe(204);
    expect((await http('GET', '/api/tariff')).body).toEqual({});
    expect(await costs(await connected('CS-2'))).toEqual([{}, {}, {}]);
  });

  it('a tariff must be a price', async () => {
    for (const body of [{}, { pricePerKWh: -1 }, { pricePerKWh: '1' }, { pricePerKWh: 1, per: 'hour' }]) {
      expect([body, (await http('PUT', '/api/tariff', body)).status]).toEqual([body, 400]);
    }
  });
});

describe('commands over HTTP', () => {
  const callTo = (action: string, payload: unknown) => http('POST', `/api/chargers/CS-1/calls/${action}`, payload);

  it('sends the actions of a 2.0.1 CSMS, each checked by its schema, and no others', async () => {
    const client = await connected();
    client.handle(async () => ({ status: 'Accepted' }));
    expect((await callTo('RequestStartTransaction', { remoteStartId: 1, idToken })).body).toMatchObject({
      response: { status: 'Accepted' },
    });
    expect(await callTo('RequestStartTransaction', { idToken })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'remoteStartId' }] },
    });
    const refused = await callTo('RemoteStartTransaction', { idTag: 'A' });
    expect(refused.status).toBe(400);
    const fromCsms = Object.entries(messagesV201).filter(([, { from }]) => from !== 'charger');
    const [{ message }] = refused.body.errors as [{ message: string }];
    expect(message).toBe(
      `must be one of ${fromCsms
        .map(([action]) => action)
        .sort()
        .join(', ')}`,
    );
  });

  it('keeps no secrets', async () => {
    const client = await connected();
    client.handle(async ({ method }) => {
      const [entry] = [{ component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' } }];
      return method === 'SetVariables'
        ? { setVariableResult: [{ ...entry, attributeStatus: 'Accepted' }] }
        : { status: 'Accepted' };
    });
    const password = { component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' } };
    const set = await callTo('SetVariables', {
      setVariableData: [{ ...password, attributeValue: 'hunter2-password' }],
    });
    const connectionData = {
      ...{ ocppVersion: 'OCPP20', ocppTransport: 'JSON', ocppCsmsUrl: 'wss://csms.example/ocpp', messageTimeout: 30 },
      ...{ securityProfile: 1, ocppInterface: 'Wired0' },
      apn: { apn: 'net', apnPassword: 'hunter2-apn', simPin: 1234567, apnAuthentication: 'AUTO' },
      vpn: { server: 'vpn', user: 'u', password: 'hunter2-vpn', key: 'hunter2-key', type: 'IKEv2' },
    };
    const profile = await callTo('SetNetworkProfile', { configurationSlot: 1, connectionData });
    expect([set.status, profile.status]).toEqual([200, 200]);
    const kept = JSON.stringify([set.body, profile.body, (await http('GET', '/api/chargers/CS-1/calls')).body]);
    expect(kept).not.toMatch(/hunter2|1234567/);
    expect(kept).toContain('wss://csms.example/ocpp');
  });
});
