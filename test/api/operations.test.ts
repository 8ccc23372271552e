// Each operation that submits a command: what it is asked with, and the command that comes of it. And the ones that read.
import type { Command } from '../../lib/charger/command';
import type { LoggedFrame } from '../../lib/charger/effect';
import { type ApiHost, startApiHost } from '../support/api-host';
import { frame, now } from '../support/fake-service';

let host: ApiHost;
beforeEach(async () => {
  host = await startApiHost();
  await host.service.create({ id: 'CP-1', protocol: 'ocpp1.6', csms: { url: 'ws://127.0.0.1:9/ocpp' } });
});
afterEach(() => host.close());

const commands: [string, string, object, Command][] = [
  ['POST', 'connect', { holdSeconds: 60 }, { kind: 'connect', holdSeconds: 60 }],
  ['POST', 'connect', {}, { kind: 'connect' }],
  ['POST', 'disconnect', { abrupt: true }, { kind: 'disconnect', abrupt: true }],
  ['POST', 'power', { state: 'cycle' }, { kind: 'power', state: 'cycle' }],
  ['POST', 'network', { state: 'offline' }, { kind: 'network', state: 'offline' }],
  ['POST', 'plug-in', {}, { kind: 'plugIn', address: {} }],
  [
    'POST',
    'plug-in',
    { connectorId: 2, ev: { soc: 5 } },
    { kind: 'plugIn', address: { connectorId: 2 }, ev: { soc: 5 } },
  ],
  ['POST', 'unplug', { evseId: 1, side: 'ev' }, { kind: 'unplug', address: { evseId: 1 }, side: 'ev' }],
  ['POST', 'present-token', { idToken: 'T' }, { kind: 'presentToken', address: {}, idToken: 'T' }],
  [
    'POST',
    'present-token',
    { idToken: 'T', type: 'ISO14443', evseId: 1, connectorId: 2 },
    { kind: 'presentToken', address: { evseId: 1, connectorId: 2 }, idToken: 'T', type: 'ISO14443' },
  ],
  ['POST', 'ev', { suspended: true, soc: 4 }, { kind: 'setEv', address: {}, ev: { suspended: true, soc: 4 } }],
  [
    'POST',
    'faults',
    { errorCode: 'GroundFailure', info: 'i', connectorId: 1 },
    { kind: 'raiseFault', address: { connectorId: 1 }, fault: { errorCode: 'GroundFailure', info: 'i' } },
  ],
  [
    'POST',
    'faults',
    { errorCode: 'X', connectorId: 0 },
    { kind: 'raiseFault', address: {}, fault: { errorCode: 'X' } },
  ],
  [
    'POST',
    'security-events',
    { type: 'TamperDetectionActivated', techInfo: 'door' },
    { kind: 'raiseSecurityEvent', event: 'TamperDetectionActivated', techInfo: 'door' },
  ],
  ['DELETE', 'violations', {}, { kind: 'clearViolations' }],
  ['POST', 'certificate-requests', {}, { kind: 'requestCertificate' }],
  ['DELETE', 'faults/F1', {}, { kind: 'clearFault', faultId: 'F1' }],
  ['POST', 'messages/Heartbeat', {}, { kind: 'sendMessage', action: 'Heartbeat', validate: true }],
  [
    'POST',
    'messages/Whatever',
    { payload: { a: null }, validate: false },
    { kind: 'sendMessage', action: 'Whatever', payload: { a: null }, validate: false },
  ],
  [
    'POST',
    'messages/Heartbeat',
    { payload: {}, fill: false },
    { kind: 'sendMessage', action: 'Heartbeat', payload: {}, validate: true, fill: false },
  ],
  [
    'POST',
    'frames',
    { text: 'not a frame', waitSeconds: 2 },
    { kind: 'sendFrame', text: 'not a frame', waitSeconds: 2 },
  ],
  [
    'PUT',
    'network-faults',
    { faults: [{ kind: 'latency', delayMs: 9 }], seed: 3 },
    { kind: 'setNetworkFaults', faults: [{ kind: 'latency', delayMs: 9 }], seed: 3 },
  ],
  [
    'PUT',
    'behaviour',
    { incoming: [{ action: 'Reset', callError: { code: 'GenericError' } }], outgoing: [{ fields: { a: null } }] },
    {
      kind: 'setBehaviour',
      behaviour: {
        incoming: [{ action: 'Reset', callError: { code: 'GenericError' } }],
        outgoing: [{ fields: { a: null } }],
      },
    },
  ],
  [
    'PUT',
    'behaviour',
    { meter: [{ measurand: 'SoC', value: 7 }], clock: { speed: 60 } },
    { kind: 'setBehaviour', behaviour: { meter: [{ measurand: 'SoC', value: 7 }], clock: { speed: 60 } } },
  ],
  ['PUT', 'behaviour', {}, { kind: 'setBehaviour', behaviour: {} }],
  [
    'POST',
    'await',
    { action: 'Reset', match: { type: 'Hard' } },
    { kind: 'awaitMessage', action: 'Reset', match: { type: 'Hard' } },
  ],
  [
    'POST',
    'transactions',
    { connectorId: 1, idToken: 'T', ev: { soc: 9 }, stopWhen: { energyWh: 5 }, meterValuesIntervalSeconds: 0 },
    {
      kind: 'startTransaction',
      address: { connectorId: 1 },
      idToken: 'T',
      ev: { soc: 9 },
      stopWhen: { energyWh: 5 },
      meterValuesIntervalSeconds: 0,
    },
  ],
  [
    'POST',
    'transactions/17/stop',
    { reason: 'Local', idToken: 'T', unplug: true },
    { kind: 'stopTransaction', transactionId: '17', reason: 'Local', idToken: 'T', unplug: true },
  ],
  [
    'PUT',
    'configuration',
    { configuration: { HeartbeatInterval: 60, AuthorizeRemoteTxRequests: true } },
    {
      kind: 'setConfiguration',
      entries: [
        { key: 'HeartbeatInterval', value: '60' },
        { key: 'AuthorizeRemoteTxRequests', value: 'true' },
      ],
    },
  ],
  ['PUT', 'configuration', { key: 'A', value: '1' }, { kind: 'setConfiguration', entries: [{ key: 'A', value: '1' }] }],
];

describe('commands', () => {
  it.each(commands)('%s %s %j', async (method, path, body, command) => {
    const { status } = await host.ask(method, `chargers/CP-1/${path}`, body);
    expect(status).toBe(200);
    expect(host.service.submitted).toMatchObject([{ chargerId: 'CP-1', command }]);
    expect(host.service.submitted[0]?.command).toEqual(command);
  });

  it('cover every operation that submits one', () => {
    const covered = new Set(commands.map(([, , , { kind }]) => kind));
    const submitting = host.deps.operations
      .filter(({ waits, name }) => waits && !/Charger|KeepAlive/.test(name))
      .map(({ name }) => name);
    expect([...covered].sort()).toEqual(submitting.sort());
  });

  it.each([
    ['power', { state: 'broken' }],
    ['power', {}],
    ['ev', {}],
    ['ev', { soc: 101 }],
    ['plug-in', { connectorId: 0 }],
    ['frames', {}],
    ['await', {}],
    ['transactions', { idToken: '' }],
    ['transactions', { idToken: 'T', stopWhen: { energyWh: -1 } }],
    ['messages/Heartbeat', { payload: [1] }],
  ])('with bad input submit nothing: %s %j', async (path, body) => {
    expect((await host.ask('POST', `chargers/CP-1/${path}`, body)).status).toBe(400);
    expect(host.service.submitted).toEqual([]);
  });

  it.each([{}, { key: 'A' }, { configuration: { A: { b: 1 } } }])('setConfiguration refuses %j', async (body) => {
    expect((await host.ask('PUT', 'chargers/CP-1/configuration', body)).status).toBe(400);
  });
});

describe('setConfiguration', () => {
  it('tells what is wrong by key, not by number', async () => {
    const errors = [{ path: '1.value', message: 'HeartbeatInterval must be a whole number' }];
    const refusal = { kind: 'badInput', detail: '1.value: …', errors } as const;
    host.service.settle = () => ({ outcome: { ok: false, refusal }, exchange: [] });
    const configuration = { ResetRetries: 1, HeartbeatInterval: 'x' };
    const { status, body } = await host.ask('PUT', 'chargers/CP-1/configuration', { configuration });
    const message = 'HeartbeatInterval must be a whole number';
    expect([status, body.errors]).toEqual([400, [{ path: 'configuration.HeartbeatInterval', message }]]);
    expect(body.detail).toBe(`configuration.HeartbeatInterval: ${message}`);
    expect(body.exchange).toEqual([]);
  });
});

describe('listMessages', () => {
  const log: LoggedFrame[] = Array.from({ length: 1200 }, (_, index) => ({
    ...frame,
    at: now + index * 1000,
    messageId: `m-${index}`,
    action: index % 2 === 0 ? 'Heartbeat' : 'MeterValues',
    direction: index % 3 === 0 ? 'received' : 'sent',
  }));
  beforeEach(() => {
    host.service.log = log;
  });
  const ids = (messages: { messageId: string }[]) => messages.map(({ messageId }) => messageId);

  it('reads newest first, in pages of 100', async () => {
    const first = await host.ask('GET', 'chargers/CP-1/messages');
    expect([first.body.messages.length, first.body.messages[0].messageId]).toEqual([100, 'm-1199']);
    const next = await host.ask('GET', `chargers/CP-1/messages?limit=2&continuation=${first.body.continuation}`);
    expect(ids(next.body.messages)).toEqual(['m-1099', 'm-1098']);
  });

  it('filters by action, direction and time', async () => {
    const from = new Date(now + 1_190_000).toISOString();
    const to = new Date(now + 1_197_000).toISOString().replace('Z', '%2B00:00');
    const { body } = await host.ask(
      'GET',
      `chargers/CP-1/messages?action=MeterValues&direction=sent&from=${from}&to=${to}`,
    );
    expect(ids(body.messages)).toEqual(['m-1195', 'm-1193']);
  });

  it('streams all as lines of JSON with format=ndjson', async () => {
    const { headers, text } = await host.ask('GET', 'chargers/CP-1/messages?format=ndjson');
    expect(headers.get('content-type')).toBe('application/x-ndjson');
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(1200);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      messageId: 'm-1199',
      at: new Date(now + 1_199_000).toISOString(),
    });
    expect(JSON.parse(lines[1199] ?? '')).toMatchObject({ messageId: 'm-0' });
  });

  it('streams no more than the limit', async () => {
    const { text } = await host.ask('GET', 'chargers/CP-1/messages?format=ndjson&limit=501');
    expect(text.trimEnd().split('\n')).toHaveLength(501);
  });

  it.each(['from=yesterday', 'limit=1001', 'format=xml', 'direction=up', 'continuation=bad'])(
    'refuses ?%s',
    async (query) => {
      expect((await host.ask('GET', `chargers/CP-1/messages?${query}`)).status).toBe(400);
      expect((await host.ask('GET', `chargers/CP-1/messages?${query}&format=ndjson`)).status).toBe(400);
    },
  );
});

describe('draftMessage', () => {
  const draft = (rest: string) => host.ask('GET', `chargers/CP-1/messages/${rest}`);

  it('shows what would be sent, about the connector that is named, and submits nothing', async () => {
    const { status, body } = await draft('StatusNotification/draft?connectorId=2');
    expect([status, body.problems]).toEqual([200, []]);
    expect(body.payload).toMatchObject({ connectorId: 2, status: 'Available', errorCode: 'NoError' });
    expect(host.service.submitted).toEqual([]);
  });

  it('says what only a person can give, and why there is no CSR', async () => {
    expect((await draft('StopTransaction/draft')).body.problems).toEqual([
      { path: 'transactionId', message: 'is missing' },
    ]);
    const { body } = await draft('SignCertificate/draft');
    expect(body).toEqual({
      payload: {},
      problems: [{ path: 'csr', message: expect.stringContaining('requestCertificate') }],
    });
  });

  it('refuses what the CSMS sends, what nobody sends, and connectors that there are not', async () => {
    for (const action of ['Reset', 'MakeCoffee', 'constructor']) {
      const { status, body } = await draft(`${action}/draft`);
      expect([status, body.errors]).toEqual([
        400,
        [{ path: 'action', message: expect.stringContaining('StatusNotification') }],
      ]);
    }
    const { status, body } = await draft('StatusNotification/draft?connectorId=9');
    expect([status, body.type]).toEqual([404, '/api/docs#not-found']);
    expect((await host.ask('GET', 'chargers/NOBODY/messages/Heartbeat/draft')).status).toBe(404);
  });
});

describe('reading', () => {
  it('tells the configuration', async () => {
    const { body } = await host.ask('GET', 'chargers/CP-1/configuration');
    expect(body.configuration).toContainEqual(expect.objectContaining({ key: 'HeartbeatInterval', readonly: false }));
    const one = await host.ask('GET', 'chargers/CP-1/configuration?key=HeartbeatInterval');
    expect(one.body.configuration).toHaveLength(1);
  });

  it('tells of each variable of 2.0.1 what may be written, and in which unit', async () => {
    await host.service.create({ id: 'CP-2', protocol: 'ocpp2.0.1', csms: { url: 'ws://127.0.0.1:9/ocpp' } });
    const { body } = await host.ask('GET', 'chargers/CP-2/configuration');
    expect(body.configuration).toContainEqual({
      key: 'OCPPCommCtrlr.HeartbeatInterval',
      value: expect.any(String),
      readonly: false,
      dataType: 'integer',
      unit: 's',
      minLimit: expect.any(Number),
      maxLimit: expect.any(Number),
    });
    const changes = body.configuration.filter((entry: { rebootRequired?: true }) => entry.rebootRequired);
    expect(changes.length).toBeGreaterThan(0);
  });

  it('tells no transactions where there are none', async () => {
    expect((await host.ask('GET', 'chargers/CP-1/transactions')).body).toEqual({ transactions: [] });
    const { status, body } = await host.ask('GET', 'chargers/CP-1/transactions/17');
    expect([status, body.type]).toEqual([404, '/api/docs#not-found']);
  });

  it('tells the models that ship, one of them the default', async () => {
    const { body } = await host.ask('GET', 'models');
    const named = body.models.map(({ name }: { name: string }) => name);
    expect(named).toEqual(expect.arrayContaining(['ac-7kw-single-phase', 'ac-22kw-two-socket', 'dc-150kw']));
    expect(body.models.filter((model: { default: boolean }) => model.default)).toHaveLength(1);
    expect(Object.keys(body.evPresets).length).toBeGreaterThan(0);
  });

  it('tells its health: 200, or 503 with what does not work', async () => {
    const good = await host.ask('GET', 'health');
    expect([good.status, good.body]).toEqual([
      200,
      { status: 'ok', version: '1.2.3', checks: { store: { ok: true } } },
    ]);
    host.deps.startedAt = Date.UTC(2026, 0, 5);
    expect((await host.ask('GET', 'health')).body.startedAt).toBe('2026-01-05T00:00:00.000Z');
    host.service.healthy = { ok: false, checks: { store: { ok: false, detail: 'disk full' } } };
    const bad = await host.ask('GET', 'health');
    expect([bad.status, bad.body.status, bad.body.checks.store.detail]).toEqual([503, 'unavailable', 'disk full']);
  });

  it('writes metrics as Prometheus text', async () => {
    const { headers, text } = await host.ask('GET', 'metrics');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toBe(
      '# HELP charger_simulator_frames_total Frames.\n# TYPE charger_simulator_frames_total counter\n' +
        'charger_simulator_frames_total{action="a\\"b\\\\c\\nd"} 3\n',
    );
  });
});
