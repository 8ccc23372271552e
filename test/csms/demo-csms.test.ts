// The demo CSMS over real sockets, with the library's own RPCClient (strict) as charger.
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { createRPCError, RPCClient } from 'ocpp-rpc';
import { WebSocket } from 'ws';
import { type DemoCsms, startDemoCsms } from '../../lib/csms/demo-csms';

type Json = Record<string, unknown>;
type Reply = { status: number; body: Json; type: string | null };

let csms: DemoCsms;
const chargers: RPCClient[] = [];
const lines: object[] = [];

beforeEach(async () => {
  lines.length = 0;
  csms = await startDemoCsms({ port: 0, log: (line) => lines.push(line) });
});
afterEach(async () => {
  for (const charger of chargers.splice(0)) void charger.close({ force: true })?.catch(() => undefined);
  await csms.close();
});

function charger(identity = 'CP-1', options: Json = {}): RPCClient {
  const all = { endpoint: csms.url, identity, protocols: ['ocpp1.6'], reconnect: false, ...options };
  const client = new RPCClient(all as unknown as ConstructorParameters<typeof RPCClient>[0]);
  chargers.push(client);
  return client;
}

async function connected(identity?: string, options?: Json): Promise<RPCClient> {
  const client = charger(identity, options);
  await client.connect();
  return client;
}

async function http(method: string, path: string, body?: unknown): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${csms.httpUrl}${path}`, { method, ...(body === undefined ? {} : { body: text }) });
  const answer = await response.text();
  const type = response.headers.get('content-type');
  return { status: response.status, body: type?.includes('json') ? JSON.parse(answer) : { text: answer }, type };
}

const boot = { chargePointVendor: 'Vendor', chargePointModel: 'Model' };
const startedAt = '2026-01-01T10:00:00Z';
const start = { connectorId: 1, idTag: 'TAG-1', meterStart: 100, timestamp: startedAt };

describe('a charger connects', () => {
  it('boots, reports its connectors and shows over HTTP', async () => {
    const client = await connected();
    const answer = await client.call('BootNotification', boot);
    expect(answer).toMatchObject({ status: 'Accepted', interval: 300 });
    await client.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
    await client.call('StatusNotification', { connectorId: 0, errorCode: 'NoError', status: 'Available' });
    const { body } = await http('GET', '/api/chargers/CP-1');
    expect(body).toMatchObject({
      identity: 'CP-1',
      protocol: 'ocpp1.6',
      connected: true,
      lastBoot: { status: 'Accepted', request: boot },
      statuses: [{ connectorId: 0 }, { connectorId: 1, status: 'Available', errorCode: 'NoError' }],
      violations: [],
    });
    expect((await http('GET', '/api/health')).body).toMatchObject({
      status: 'ok',
      chargers: { known: 1, connected: 1 },
    });
    expect(lines).toEqual([{ event: 'connected', identity: 'CP-1', protocol: 'ocpp1.6' }]);
  });

  it('takes any identity, percent-decoded, and any credentials', async () => {
    const identity = 'CP 1/ä%2F?';
    const client = await connected(identity, { password: 'secret-password' });
    await client.call('Heartbeat', {});
    const reply = await http('GET', `/api/chargers/${encodeURIComponent(identity)}`);
    expect(reply.body).toMatchObject({ identity, connected: true });
    expect(JSON.stringify([reply.body, lines])).not.toContain('secret-password');
  });

  it('refuses addresses that are not /ocpp/<identity> and lives on', async () => {
    for (const [path, status] of [
      ['/ocpp/%E0%A4%A', 400],
      ['/ocpp/', 404],
      ['/ocpp/a/b', 404],
      ['/other/CP-1', 404],
    ]) {
      const client = new WebSocket(`${csms.httpUrl.replace('http', 'ws')}${path}`, ['ocpp1.6']);
      client.on('error', () => {});
      const [, response] = await once(client, 'unexpected-response');
      expect([path, response.statusCode]).toEqual([path, status]);
      response.resume();
      client.terminate();
    }
    await connected();
  });

  it('OCPP-J 1.6 §3.2: completes the handshake without a common subprotocol, then closes at once', async () => {
    const client = new WebSocket(`${csms.url}/CP-1`);
    const [code, reason] = await once(client, 'close');
    expect([code, String(reason)]).toEqual([1002, 'no common subprotocol']);
    expect((await http('GET', '/api/chargers/CP-1')).body).toMatchObject({ connected: false, violationCount: 1 });
  });

  it('replaces the connection of the same identity', async () => {
    const first = await connected();
    const replaced = once(first, 'close');
    const second = await connected();
    const [{ code, reason }] = await replaced;
    expect([code, reason]).toEqual([1000, 'replaced by a new connection']);
    second.handle('Reset', async () => ({ status: 'Accepted' }));
    expect((await http('POST', '/api/chargers/CP-1/calls/Reset', { type: 'Soft' })).status).toBe(200);
    expect((await http('GET', '/api/chargers?connected=true')).body).toMatchObject({ total: 1 });
  });

  it('notes a charger that has left', async () => {
    const client = await connected();
    await client.close({});
    const gone = http('POST', '/api/chargers/CP-1/calls/Reset', { type: 'Soft' });
    expect((await gone).status).toBe(404);
    expect((await http('GET', '/api/chargers/CP-1')).body).toMatchObject({ connected: false });
  });
});

describe('registration', () => {
  it('TC_002_CS: answers Pending, then Accepted with an interval of its own', async () => {
    await http('PUT', '/api/chargers/CP-1/registration', { status: 'Pending', interval: 7 });
    const client = await connected();
    expect(await client.call('BootNotification', boot)).toMatchObject({ status: 'Pending', interval: 7 });
    await client.call('Authorize', { idTag: 'A' });
    await client.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
    await http('PUT', '/api/chargers/CP-1/registration', { status: 'Accepted', interval: 60 });
    expect(await client.call('BootNotification', boot)).toMatchObject({ status: 'Accepted', interval: 60 });
    await client.call('Authorize', { idTag: 'A' });
    const { body } = await http('GET', '/api/chargers/CP-1');
    expect(body.violations).toMatchObject([{ detail: 'Authorize while its registration is Pending' }]);
  });

  it('has a default for all others', async () => {
    await http('PUT', '/api/registration', { status: 'Rejected', interval: 9 });
    expect(await (await connected()).call('BootNotification', boot)).toMatchObject({ status: 'Rejected', interval: 9 });
    const bad = await http('PUT', '/api/registration', { status: 'Maybe', more: 1 });
    expect(bad.status).toBe(400);
    expect(JSON.stringify(bad.body.errors)).toContain('"path":"status"');
  });
});

describe('transactions', () => {
  it('TC_003_CS: keeps a whole session', async () => {
    const client = await connected();
    const started = (await client.call('StartTransaction', start)) as { transactionId: number };
    expect(started).toMatchObject({ idTagInfo: { status: 'Accepted' } });
    const { transactionId } = started;
    const hertz = { value: '50.0', measurand: 'Frequency', unit: 'Hertz' };
    const values = [{ timestamp: '2026-01-01T10:05:00Z', sampledValue: [{ value: '600' }, hertz] }];
    // The library's own client refuses `Hertz`; a real charger does not: sent around its check.
    await sent(client, 'MeterValues', { connectorId: 1, transactionId, meterValue: values });
    const stop = { transactionId, meterStop: 1100, timestamp: '2026-01-01T11:00:00Z', reason: 'Local' };
    expect(await client.call('StopTransaction', stop)).toEqual({});
    const { body } = await http('GET', '/api/transactions?identity=CP-1');
    expect(body).toMatchObject({
      total: 1,
      transactions: [
        { transactionId, ...start, meterValues: values[0], stop: { meterStop: 1100, reason: 'Local' }, energyWh: 1000 },
      ],
    });
  });

  it('gives a StartTransaction replayed after a lost answer the same id, also on a new connection', async () => {
    const first = await (await connected()).call('StartTransaction', start);
    const again = await connected();
    expect(await again.call('StartTransaction', start)).toEqual(first);
    const other = (await again.call('StartTransaction', { ...start, meterStart: 101 })) as Json;
    expect(other.transactionId).not.toEqual((first as Json).transactionId);
    const elsewhere = (await (await connected('CP-2')).call('StartTransaction', start)) as Json;
    expect(new Set([first, other, elsewhere].map((each) => (each as Json).transactionId)).size).toBe(3);
    const { body } = await http('GET', '/api/transactions?identity=CP-1');
    expect(body).toMatchObject({ total: 2, transactions: [{ startsReceived: 1 }, { startsReceived: 2 }] });
  });

  it('takes a repeated StopTransaction once, and answers an unknown one', async () => {
    const client = await connected();
    const { transactionId } = (await client.call('StartTransaction', start)) as { transactionId: number };
    const stop = { transactionId, meterStop: 500, timestamp: '2026-01-01T11:00:00Z', idTag: 'TAG-1' };
    const answer = { idTagInfo: { status: 'Accepted' } };
    expect(await client.call('StopTransaction', stop)).toEqual(answer);
    expect(await client.call('StopTransaction', { ...stop, meterStop: 900 })).toEqual(answer);
    expect(await client.call('StopTransaction', { ...stop, transactionId: -1 })).toEqual(answer);
    const { body } = await http('GET', '/api/chargers/CP-1');
    expect(body.transactions).toMatchObject([{ stop: { meterStop: 500 }, stopsReceived: 2, active: false }]);
    expect(body.violations).toMatchObject([{ detail: 'StopTransaction -1, which it never started' }]);
  });

  it("does not take a stop for another charger's transaction", async () => {
    const { transactionId } = (await (await connected()).call('StartTransaction', start)) as { transactionId: number };
    await (await connected('CP-2')).call('StopTransaction', { transactionId, meterStop: 1, timestamp: startedAt });
    expect((await http('GET', '/api/transactions?active=true')).body).toMatchObject({ total: 1 });
  });
});

/** A call around the client's own strict check. */
async function sent(client: RPCClient, action: string, payload: unknown): Promise<unknown[]> {
  client.sendRaw(JSON.stringify([2, 'around', action, payload]));
  for (;;) {
    const [{ outbound, payload: frame }] = await once(client, 'response');
    if (!outbound && frame[1] === 'around') return frame;
  }
}

describe('id tags', () => {
  const statusOf = async (client: RPCClient, idTag: string) =>
    ((await client.call('Authorize', { idTag })) as { idTagInfo: Json }).idTagInfo;

  it('go by their name until configured, in capitals or not', async () => {
    const client = await connected();
    const tags = ['TAG-1', 'INVALID-1', 'blocked', 'EXPIRED9', 'CONCURRENT-1'];
    const statuses = await Promise.all(tags.map(async (idTag) => (await statusOf(client, idTag)).status));
    // 1.6 §7.2: ConcurrentTx is only relevant for StartTransaction.
    expect(statuses).toEqual(['Accepted', 'Invalid', 'Blocked', 'Expired', 'Accepted']);
    const started = (await client.call('StartTransaction', { ...start, idTag: 'CONCURRENT-1' })) as Json;
    expect(started.idTagInfo).toEqual({ status: 'ConcurrentTx' });
  });

  it('can be configured with status, expiry and parent', async () => {
    const client = await connected();
    const tag = { expiryDate: '2100-01-01T00:00:00.000Z', parentIdTag: 'PARENT' };
    expect((await http('PUT', '/api/id-tags/Blocked-Not', tag)).body).toEqual({
      idTag: 'Blocked-Not',
      status: 'Accepted',
      ...tag,
    });
    expect(await statusOf(client, 'BLOCKED-NOT')).toEqual({ status: 'Accepted', ...tag });
    await http('PUT', '/api/id-tags/OLD', { expiryDate: '2001-01-01T00:00:00Z' });
    expect((await statusOf(client, 'OLD')).status).toBe('Expired');
    await http('DELETE', '/api/id-tags/OLD');
    expect(await statusOf(client, 'OLD')).toEqual({ status: 'Accepted' });
  });

  it('must fit', async () => {
    const wrong = [
      ['/api/id-tags/1234567890123456789012345678901234567', {}],
      ['/api/id-tags/A', { expiryDate: 'tomorrow' }],
      ['/api/id-tags/A', { unknown: 1 }],
    ] as const;
    for (const [path, body] of wrong) expect([body, (await http('PUT', path, body)).status]).toEqual([body, 400]);
  });
});

describe('commands over HTTP', () => {
  const callTo = (action: string, payload?: unknown, query = '') =>
    http('POST', `/api/chargers/CP-1/calls/${action}${query}`, payload);

  it('sends any action and answers with request, response and duration', async () => {
    const client = await connected();
    client.handle('RemoteStartTransaction', async ({ params }) => ({
      status: params?.idTag === 'A' ? 'Accepted' : 'Rejected',
    }));
    const reply = await callTo('RemoteStartTransaction', { idTag: 'A', connectorId: 1 });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      request: { idTag: 'A', connectorId: 1 },
      response: { status: 'Accepted' },
      durationMs: expect.any(Number),
    });
    client.handle('ClearCache', async () => ({ status: 'Accepted' }));
    expect((await callTo('ClearCache')).body.response).toEqual({ status: 'Accepted' });
    const { body } = await http('GET', '/api/chargers/CP-1/calls');
    expect(body.calls).toMatchObject([
      { direction: 'sent', action: 'ClearCache', response: { status: 'Accepted' } },
      { direction: 'sent', action: 'RemoteStartTransaction', payload: { idTag: 'A' } },
    ]);
  });

  it('says 404 for a charger that is not connected', async () => {
    const reply = await callTo('Reset', { type: 'Soft' });
    expect(reply).toMatchObject({
      status: 404,
      type: 'application/problem+json',
      body: { title: 'Not Found', status: 404 },
    });
    expect((await http('GET', '/api/chargers/CP-1')).status).toBe(404);
    expect((await http('GET', '/api/nothing')).type).toBe('application/problem+json');
  });

  it('says 400 with the path for what breaks the schema, unless told not to check', async () => {
    const client = await connected();
    const seen: unknown[] = [];
    client.handle(async ({ method, params }) => {
      seen.push([method, params]);
      return { anything: true };
    });
    const missing = await callTo('RemoteStartTransaction', {});
    expect(missing).toMatchObject({ status: 400, body: { errors: [{ path: 'idTag' }] } });
    const wrong = await callTo('Reset', { type: 'Medium' });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ path: 'type' }] } });
    expect(JSON.stringify(wrong.body.errors)).toContain('Hard');
    expect(
      (await callTo('ChangeAvailability', { connectorId: 1, type: 'Operative', more: 1 })).body.errors,
    ).toMatchObject([{ path: 'more' }]);
    expect(await callTo('Heartbeat', {})).toMatchObject({ status: 400, body: { errors: [{ path: 'action' }] } });
    expect(await callTo('Reset', '{"type":')).toMatchObject({ status: 400 });
    expect(await callTo('Reset', { type: 'Soft' }, '?validate=perhaps')).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'validate' }] },
    });
    expect(seen).toEqual([]);
    const loose = await callTo('Reset', { type: 'Medium' }, '?validate=false');
    expect(loose).toMatchObject({ status: 200, body: { response: { anything: true } } });
    expect((await callTo('Invented', [1], '?validate=false')).status).toBe(200);
    expect(seen).toEqual([
      ['Reset', { type: 'Medium' }],
      ['Invented', [1]],
    ]);
    expect((await http('GET', '/api/chargers/CP-1')).body.violations).toEqual([]);
  });

  it.each(['', '?validate=false'])('says 422 with the code and description of a CALLERROR %s', async (query) => {
    const client = await connected();
    client.handle('Reset', async () => {
      throw createRPCError('SecurityError', 'not you', { why: 'so' });
    });
    const reply = await callTo('Reset', { type: 'Soft' }, query);
    expect(reply).toMatchObject({
      status: 422,
      body: { code: 'SecurityError', description: 'not you', details: { why: 'so' }, request: { type: 'Soft' } },
    });
  });

  it('tells the code of a CALLERROR as the charger spelled it', async () => {
    const client = new WebSocket(`${csms.url}/CP-1`, ['ocpp1.6']);
    await once(client, 'open');
    client.on('message', (data) => {
      const [, messageId] = JSON.parse(String(data));
      client.send(JSON.stringify([4, messageId, 'OwnInvention', 'mine', {}]));
    });
    expect(await callTo('Reset', { type: 'Soft' })).toMatchObject({ status: 422, body: { code: 'OwnInvention' } });
    client.terminate();
  });

  it('says 502 for an answer outside the schema and for a charger that leaves, 504 for silence', async () => {
    const client = await connected();
    client.handle('Reset', async () => ({ status: 'Perhaps' }));
    expect(await callTo('Reset', { type: 'Soft' })).toMatchObject({
      status: 502,
      body: { errors: [{ path: 'status' }], response: { status: 'Perhaps' } },
    });
    client.handle('ClearCache', () => new Promise(() => {}));
    expect((await callTo('ClearCache', {}, '?timeoutSeconds=0.05')).status).toBe(504);
    expect((await callTo('ClearCache', {}, '?timeoutSeconds=0.05&validate=false')).status).toBe(504);
    client.handle('ClearCache', async () => {
      void client.close({ force: true })?.catch(() => undefined);
      return new Promise(() => {});
    });
    expect((await callTo('ClearCache')).status).toBe(502);
  });

  it('has one call at a time in flight', async () => {
    const client = await connected();
    let inFlight = 0;
    let most = 0;
    client.handle('ClearCache', async () => {
      most = Math.max(most, ++inFlight);
      await new Promise(setImmediate);
      inFlight -= 1;
      return { status: 'Accepted' };
    });
    const replies = await Promise.all(
      ['', '?validate=false', '', '?validate=false'].map((query) => callTo('ClearCache', {}, query)),
    );
    expect([replies.map((reply) => reply.status), most]).toEqual([[200, 200, 200, 200], 1]);
  });

  it('closes or cuts a connection', async () => {
    const ended = async (query: string) => {
      const client = await connected();
      const closed = once(client, 'close');
      const { status } = await http('DELETE', `/api/chargers/CP-1/connection${query}`);
      const { body } = await http('GET', '/api/chargers/CP-1');
      return [status, (await closed)[0].code, body.connected];
    };
    expect(await ended('')).toEqual([204, 1000, false]);
    expect(await ended('?abrupt=true')).toEqual([204, 1006, false]);
    expect((await http('DELETE', '/api/chargers/CP-1/connection')).status).toBe(404);
  });

  it('takes bodies up to 1 MiB', async () => {
    await connected();
    const reply = await callTo('DataTransfer', { vendorId: 'V', data: 'x'.repeat(1024 * 1024) });
    expect(reply).toMatchObject({ status: 413, type: 'application/problem+json' });
  });

  it('keeps no secrets', async () => {
    const client = await connected();
    client.handle(async () => ({ status: 'Accepted' }));
    const reply = await callTo('ChangeConfiguration', { key: 'AuthorizationKey', value: 'c0ffee' });
    const calls = await http('GET', '/api/chargers/CP-1/calls');
    expect(JSON.stringify([reply.body, calls.body, lines])).not.toContain('c0ffee');
    client.handle('GetDiagnostics', async () => ({}));
    await callTo('GetDiagnostics', { location: 'ftp://user:hunter2@127.0.0.1/x' });
    expect(JSON.stringify((await http('GET', '/api/chargers/CP-1/calls')).body)).not.toContain('hunter2');
  });

  it('tells at / what there is', async () => {
    const { body } = await http('GET', '/');
    expect(body.text).toContain('POST /api/chargers/{identity}/calls/{action}');
  });
});

describe('on loopback, without a key', () => {
  /** `fetch` does not let one set these headers. */
  async function askRaw(method: string, path: string, headers: Record<string, string>): Promise<number | undefined> {
    const [response] = await once(httpRequest(`${csms.httpUrl}${path}`, { method, headers }).end(), 'response');
    response.resume();
    return response.statusCode;
  }

  it.each<Record<string, string>>([
    { host: 'evil.example' },
    { host: 'localhost.evil.example' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ])('no page from elsewhere drives it or reads it: %j', async (headers) => {
    const client = await connected();
    client.handle('ClearCache', async () => ({ status: 'Accepted' }));
    expect(await askRaw('POST', '/api/chargers/CP-1/calls/ClearCache', headers)).toBe(403);
    expect(await askRaw('PUT', '/api/id-tags/A', headers)).toBe(403);
    expect(await askRaw('GET', '/api/health', headers)).toBe(403);
    expect(await askRaw('GET', '/', headers)).toBe(403);
    expect((await http('GET', '/api/chargers/CP-1/calls')).body.calls).toEqual([]);
  });

  it.each<Record<string, string>>([{ host: 'localhost' }, { host: '[::1]:9000' }, { origin: 'http://localhost:3000' }])(
    'this machine may ask: %j',
    async (headers) => {
      expect(await askRaw('GET', '/api/health', headers)).toBe(200);
    },
  );

  it('no page from elsewhere poses as a charger', async () => {
    const client = new WebSocket(`${csms.url}/CP-1`, ['ocpp1.6'], { origin: 'https://evil.example' });
    client.on('error', () => {});
    const [, response] = await once(client, 'unexpected-response');
    expect(response.statusCode).toBe(403);
    response.resume();
    client.terminate();
    expect((await http('GET', '/api/chargers')).body.total).toBe(0);
  });

  it('a charger may come by any name', async () => {
    const client = new WebSocket(`${csms.url}/CP-1`, ['ocpp1.6'], { headers: { host: 'csms.example' } });
    await once(client, 'open');
    client.terminate();
  });
});

it('bound to all addresses, it may be asked by any name', async () => {
  await csms.close();
  csms = await startDemoCsms({ port: 0, host: '0.0.0.0' });
  const sent = httpRequest(`${csms.httpUrl}/api/health`, { headers: { host: 'csms.example' } }).end();
  const [response] = await once(sent, 'response');
  response.resume();
  expect(response.statusCode).toBe(200);
});

describe('what a charger does wrong', () => {
  it('is answered with a CALLERROR and noted', async () => {
    const client = await connected();
    await expect(client.call('StatusNotification', { connectorId: 1 })).rejects.toMatchObject({
      rpcErrorCode: 'OccurrenceConstraintViolation',
    });
    await expect(client.call('Invented', {})).rejects.toMatchObject({ rpcErrorCode: 'NotImplemented' });
    client.sendRaw('{"not": "a frame"}');
    await client.call('Heartbeat', {});
    const { body } = await http('GET', '/api/chargers/CP-1');
    expect((body.violations as { detail: string }[]).map(({ detail }) => detail)).toEqual([
      expect.stringContaining('StatusNotification request breaks the schema'),
      'Invented is not an action a charger may send',
      expect.stringContaining('Message must be an array'),
    ]);
  });

  it('does not let an unknown unit pass with Hertz', async () => {
    const client = await connected();
    const value = (unit: string) => ({
      connectorId: 1,
      meterValue: [{ timestamp: startedAt, sampledValue: [{ value: '1', unit }] }],
    });
    expect(await sent(client, 'MeterValues', value('Hertz'))).toEqual([3, 'around', {}]);
    expect((await sent(client, 'MeterValues', value('Furlong'))).slice(0, 3)).toEqual([
      4,
      'around',
      'FormationViolation',
    ]);
  });
});

describe('closing', () => {
  it('says goodbye to chargers (1001) and frees the port', async () => {
    const client = await connected();
    const closed = once(client, 'close');
    await csms.close();
    expect((await closed)[0].code).toBe(1001);
    const port = Number(new URL(csms.httpUrl).port);
    const refused = connectTcp(port, '127.0.0.1');
    await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    csms = await startDemoCsms({ port });
    expect(csms.httpUrl).toContain(`:${port}`);
  });

  it('rejects when the port is taken', async () => {
    await expect(startDemoCsms({ port: Number(new URL(csms.httpUrl).port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});
