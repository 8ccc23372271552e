// Where parameters come from and what is refused: the conventions of the API, over real HTTP.
import { type ApiHost, startApiHost } from '../support/api-host';

let host: ApiHost;
beforeEach(async () => {
  host = await startApiHost();
  await host.service.create({ id: 'CP-1', protocol: 'ocpp1.6', csms: { url: 'ws://127.0.0.1:9/ocpp' }, tags: ['ci'] });
});
afterEach(() => host.close());

const lastCommand = () => host.service.submitted.at(-1)?.command;

describe('parameters', () => {
  it('come from the query as from the body, turned into what the field takes', async () => {
    const query = 'connectorId=2&idToken=007&stopWhen={"soc":80}&meterValuesIntervalSeconds=5';
    const { status } = await host.ask('POST', `chargers/CP-1/transactions?${query}`);
    expect(status).toBe(200);
    expect(lastCommand()).toEqual({
      kind: 'startTransaction',
      address: { connectorId: 2 },
      idToken: '007',
      meterValuesIntervalSeconds: 5,
      stopWhen: { soc: 80 },
    });
  });

  it('come from the body even where the route usually has them', async () => {
    await host.ask('POST', 'chargers/CP-1/messages/Heartbeat', {
      chargerId: 'CP-1',
      action: 'Heartbeat',
      validate: false,
    });
    expect(lastCommand()).toEqual({ kind: 'sendMessage', action: 'Heartbeat', validate: false });
  });

  it('take booleans, lists and objects from the query', async () => {
    await host.ask('POST', 'chargers/CP-1/disconnect?abrupt=true');
    expect(lastCommand()).toEqual({ kind: 'disconnect', abrupt: true });
    const { body } = await host.ask('GET', 'chargers/CP-1/configuration?key=HeartbeatInterval,Nonsense');
    expect(body.unknownKeys).toEqual(['Nonsense']);
    const again = await host.ask('GET', 'chargers/CP-1/configuration?key=HeartbeatInterval&key=Nonsense');
    expect(again.body).toEqual(body);
  });

  it('may be given twice with the same value', async () => {
    const { status } = await host.ask('POST', 'chargers/CP-1/connect?holdSeconds=5', {
      holdSeconds: 5,
      chargerId: 'CP-1',
    });
    expect(status).toBe(200);
  });

  it.each([
    ['query and body', 'chargers/CP-1/connect?holdSeconds=5', { holdSeconds: 6 }, 'holdSeconds'],
    ['route and body', 'chargers/CP-1/connect', { chargerId: 'CP-2' }, 'chargerId'],
    ['the query twice', 'chargers/CP-1/connect?holdSeconds=5&holdSeconds=6', undefined, 'holdSeconds'],
  ])('given twice with different values are refused by name: %s', async (_, path, body, name) => {
    const answer = await host.ask('POST', path, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ path: name, message: expect.stringContaining('different values') }]);
    expect(host.service.submitted).toEqual([]);
  });

  it('given twice in one body are refused with their place', async () => {
    const { status, body } = await host.ask('POST', 'chargers/CP-1/connect', '{"holdSeconds":1,\n "holdSeconds":2}');
    expect([status, body.detail]).toEqual([
      400,
      expect.stringMatching(/line 2, column 2: "holdSeconds" is given twice/),
    ]);
  });

  it('that nobody knows are refused, and the known ones told', async () => {
    const { status, body } = await host.ask('POST', 'chargers/CP-1/connect?hold=5');
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { path: 'hold', message: 'unknown field; known are: chargerId, holdSeconds, timeoutSeconds' },
    ]);
  });

  it('inside of objects are known too', async () => {
    const { body } = await host.ask('POST', 'chargers', { protocol: 'ocpp1.6', csms: { url: 'ws://a/b', user: 'x' } });
    expect(body.errors).toEqual([
      { path: 'csms.user', message: 'unknown field; known are: url, securityProfile, basicAuth, tls' },
    ]);
  });

  it.each([
    ['one that is left out', { phases: [] }, ['chargers is required']],
    ['one of which a field is missing', { chargers: { count: 5 } }, ['chargers.idPattern is required (string)']],
    ['one with a field of a wrong type', { chargers: { tag: 5 } }, ['chargers.tag expected string, received number']],
    [
      'one with an unknown field',
      { chargers: { tag: 'a', keeps: true } },
      ['chargers.keeps unknown field; known are: tag'],
    ],
    [
      'one that a field tells apart',
      { chargers: { tag: 'a' }, phases: [{ kind: 'idle', seconds: 1, minutes: 1 }] },
      ['phases.0.minutes unknown field; known are: kind, seconds'],
    ],
    [
      'one of a kind that there is not',
      { chargers: { tag: 'a' }, phases: [{ kind: 'explode' }] },
      ['phases.0.kind must be one of connect, sessions, soak, idle, massReconnection'],
    ],
  ])('that can have several forms, %s: what is wrong with the form that was meant', async (_, body, expected) => {
    const answer = await host.ask('POST', 'fleet-runs', { phases: [{ kind: 'idle', seconds: 1 }], ...body });
    expect(answer.status).toBe(400);
    const told = answer.body.errors.map(({ path, message }: { path: string; message: string }) => `${path} ${message}`);
    expect(told).toEqual(expect.arrayContaining(expected));
    expect(told.filter((line: string) => line.startsWith('chargers')).length).toBeLessThanOrEqual(1);
  });

  it('of the wrong type, missing or out of bounds are all told at once', async () => {
    const { status, headers, body } = await host.ask('POST', 'chargers/CP-1/transactions', {
      connectorId: 'one',
      stopWhen: {},
      timeoutSeconds: 201,
    });
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({ title: expect.any(String), status: 400, type: '/api/docs#bad-input' });
    expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      'connectorId',
      'idToken',
      'stopWhen',
      'timeoutSeconds',
    ]);
  });

  it('named __proto__ are unknown fields, no more', async () => {
    const { status, body } = await host.ask('POST', 'chargers/CP-1/connect', '{"__proto__": {"holdSeconds": 3}}');
    expect([status, body.errors[0].path]).toEqual([400, '__proto__']);
  });
});

describe('the body', () => {
  it.each([
    ['{"a":1,}', 'line 1, column 8'],
    ['{\n  "a": 1\n  "b": 2}', 'line 3, column 3'],
    ['{"a": nope}', 'line 1, column 7'],
    ["{'a': 1}", 'line 1, column 2'],
    ['{"a": "x', 'line 1, column 7'],
    ['{"a": 1} x', 'line 1, column 10'],
    ['{"a": 01}', 'line 1, column 8'],
  ])('that is not JSON is refused with the place: %s', async (text, place) => {
    const { status, body } = await host.ask('POST', 'chargers', text);
    expect([status, body.detail]).toEqual([400, expect.stringContaining(place)]);
  });

  it.each(['[]', '"x"', '3', 'null'])('that is JSON but no object is refused: %s', async (text) => {
    const { status, body } = await host.ask('POST', 'chargers', text);
    expect([status, body.detail]).toEqual([400, expect.stringContaining('JSON object')]);
  });

  it('may come as curl -d sends it', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const { status } = await host.ask('POST', 'chargers/CP-1/connect', '{"holdSeconds":5}', type);
    expect(status).toBe(200);
  });

  it('of another media type is refused with 415', async () => {
    const { status } = await host.ask('POST', 'chargers/CP-1/connect', '<a/>', { 'content-type': 'application/xml' });
    expect(status).toBe(415);
  });

  it('that is not UTF-8 is refused', async () => {
    const bytes = new Uint8Array([0x7b, 0xff, 0x7d]);
    const response = await fetch(`${host.url}/chargers`, { method: 'POST', body: bytes });
    expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
      400,
      expect.stringContaining('UTF-8'),
    ]);
  });

  it('of more than 1 MiB is refused with 413, declared or not', async () => {
    const text = `{"text":"${'x'.repeat(1024 * 1024)}"}`;
    expect((await host.ask('POST', 'chargers/CP-1/frames', text)).status).toBe(413);
    const body = new Blob([text]).stream();
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    expect((await fetch(`${host.url}/chargers/CP-1/frames`, init)).status).toBe(413);
  });

  it('nested too deeply is refused', async () => {
    const text = `{"payload":${'['.repeat(100_000)}`;
    const { status, body } = await host.ask('POST', 'chargers/CP-1/messages/Heartbeat', text);
    expect([status, body.detail]).toEqual([400, expect.stringContaining('nested')]);
  });
});

describe('routes', () => {
  it('that do not exist are 404 problems', async () => {
    const { status, body, headers } = await host.ask('GET', 'nonsense');
    expect([status, body.type]).toEqual([404, '/api/docs#no-such-route']);
    expect(headers.get('content-type')).toBe('application/problem+json');
  });

  it.each([
    ['PUT', 'chargers/CP-1', 'GET, PATCH, DELETE'],
    ['PATCH', 'chargers', 'POST, GET, DELETE'],
    ['GET', 'chargers/CP-1/connect', 'POST'],
  ])('with a wrong method are 405 with Allow: %s %s', async (method, path, allow) => {
    const { status, headers } = await host.ask(method, path);
    expect([status, headers.get('allow')]).toEqual([405, allow]);
  });

  it('take encoded ids', async () => {
    const id = 'Säule 1 & 2%';
    expect((await host.ask('POST', 'chargers', { id, protocol: 'ocpp1.6', csms: { url: 'ws://a/b' } })).status).toBe(
      201,
    );
    expect((await host.ask('GET', `chargers/${encodeURIComponent(id)}`)).body.id).toBe(id);
  });

  it('of a charger that does not exist are 404', async () => {
    for (const [method, path] of [
      ['GET', 'chargers/NO'],
      ['DELETE', 'chargers/NO'],
      ['POST', 'chargers/NO/connect'],
      ['PATCH', 'chargers/NO'],
      ['GET', 'chargers/NO/messages'],
      ['GET', 'chargers/NO/transactions/1'],
      ['GET', 'chargers/NO/configuration'],
    ] as const) {
      const { status, body } = await host.ask(method, path, method === 'GET' ? undefined : {});
      expect([path, status, body.type]).toEqual([path, 404, '/api/docs#unknown-charger']);
    }
  });
});

describe('chargers of a fleet run by their tag', () => {
  it('are as many as the host takes at most, and known with what a run has to know of them', async () => {
    const specs: object[] = [];
    host.deps.fleet = {
      limits: { chargers: 2 },
      async start(spec) {
        specs.push(...spec.chargers);
        return { id: 'R-1', spec, state: 'running', chargers: spec.chargers.length, parts: 1, createdAt: 0 };
      },
      read: async () => undefined,
      list: async () => ({ items: [] }),
      stop: async () => undefined,
    };
    const make = (id: string, more: object) =>
      host.ask('POST', 'chargers', { id, protocol: 'ocpp1.6', csms: { url: 'ws://csms.example' }, ...more });
    await make('T-1', { tags: ['few'], connection: 'persistent' });
    await make('T-2', { tags: ['few'], protocol: 'ocpp2.0.1' });
    const body = { chargers: { tag: 'few' }, phases: [{ kind: 'connect' }] };
    expect((await host.ask('POST', 'fleet-runs', body)).status).toBe(202);
    expect(specs).toEqual([
      { id: 'T-1', protocol: 'ocpp1.6', persistent: true },
      { id: 'T-2', protocol: 'ocpp2.0.1' },
    ]);
    await make('T-3', { tags: ['few'] });
    const refused = await host.ask('POST', 'fleet-runs', body);
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [{ path: 'chargers.tag', message: 'more than 2 chargers have it, and a run on this host has at most 2' }],
    ]);
  });
});
