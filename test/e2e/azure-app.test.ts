// What operators meet of the Functions app: its functions and their keys, the portal's Test/Run form, logs, and settings that are wrong.
import { operations } from '../../lib/api/table';
import { type AzureHost, startAzureHost } from '../support/azure-host';
import { cosmosKey } from '../support/cosmos-server';
import { request } from '../support/local-host';
import { type ScriptedCsms, startScriptedCsms } from '../support/scripted-csms';

let host: AzureHost;
let csms: ScriptedCsms;

const key = 'the-key-of-this-app';
const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  request(host.url, method, path, body, { 'x-functions-key': key, ...headers });

async function open(env: Record<string, string> = {}): Promise<void> {
  csms = await startScriptedCsms();
  host = await startAzureHost({ key, timers: false, env });
}
const close = () => Promise.all([csms.close(), host.close()]);

describe('the functions', () => {
  beforeAll(() => open());
  afterAll(close);

  it('are one per operation, by its name, and what keeps chargers alive and carries fleet runs out', () => {
    const fleet = ['fleetBatch', 'fleetEnd', 'fleetGiveUp', 'fleetRun', 'fleetSlice'];
    const others = ['hold', 'job', 'keepAlive', 'notFound', 'runJob', 'sweep', 'wake', ...fleet];
    expect(host.functions).toEqual([...operations.map(({ name }) => name), ...others].sort());
  });

  it.each(
    operations.map(({ name, method, route, open: isOpen }) => ({ name, method, route, isOpen: isOpen === true })),
  )('$name wants the key, unless it is open', async ({ name, method, route, isOpen }) => {
    const path = route.replace(/\{\w+\}/g, 'x');
    expect(isOpen).toBe(name === 'health');
    const wanted = isOpen ? 200 : 401;
    for (const wrong of ['', 'another']) {
      expect((await ask(method, path, undefined, { 'x-functions-key': wrong })).status).toBe(wanted);
    }
  });

  it('take the key from the query too, and no parameter is made of it', async () => {
    const { status, body } = await request(host.url, 'GET', `models?code=${key}`);
    expect([status, body.models.length > 0]).toEqual([200, true]);
  });
});

describe('the Test/Run form: parameters from route, query or body alike', () => {
  beforeAll(() => open());
  afterAll(close);

  const heldBy = (id: string) => csms.calls(id, 'StatusNotification').map(({ payload }) => payload.connectorId);

  it('a charger from the query alone: lists and objects as text', async () => {
    const query = new URLSearchParams({
      id: 'Q-1',
      protocol: 'ocpp1.6',
      csms: JSON.stringify({ url: csms.url }),
      tags: 'ci,portal',
      seed: '7',
    });
    const created = await ask('POST', `chargers?${query}`);
    expect([created.status, created.body.tags]).toEqual([201, ['ci', 'portal']]);
    const listed = await ask('GET', 'chargers?tag=portal&limit=1');
    expect(listed.body.chargers.map(({ id }: { id: string }) => id)).toEqual(['Q-1']);
  });

  it.each([
    ['query', '?connectorId=2', undefined],
    ['body', '', { connectorId: 2 }],
    ['body with the charger again', '', { chargerId: 'T-1', connectorId: 2 }],
    ['both', '?connectorId=2', { connectorId: 2 }],
  ])('a connector from the %s', async (_where, query, body) => {
    await ask('POST', 'chargers', { id: 'T-1', protocol: 'ocpp1.6', csms: { url: csms.url } });
    const plugged = await ask('POST', `chargers/T-1/plug-in${query}`, body);
    expect([plugged.status, plugged.body.connector.connectorId]).toEqual([200, 2]);
    expect(heldBy('T-1')).toContain(2);
    await ask('DELETE', 'chargers/T-1');
  });

  it('the same parameter with different values: 400 that names it', async () => {
    const wrong = await ask('POST', 'chargers/T-1/connect', { chargerId: 'T-2' });
    expect([wrong.status, wrong.body.errors]).toEqual([
      400,
      [{ path: 'chargerId', message: expect.stringContaining('in the route and in the body') }],
    ]);
  });
});

describe('logs', () => {
  const password = 'a-password-that-must-not-be-told';
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  beforeAll(() => open({ LOG_LEVEL: 'debug' }));
  afterAll(close);

  it('name invocation, function, charger and trace; secrets are in none', async () => {
    const csmsSettings = {
      url: csms.url,
      securityProfile: 1,
      basicAuth: { username: 'L-1', password },
    };
    const created = await ask('POST', `chargers?code=${key}`, { id: 'L-1', protocol: 'ocpp1.6', csms: csmsSettings });
    expect(created.status).toBe(201);
    host.cosmos.fail(({ container }) => (container === 'messages' ? { status: 403 } : undefined));
    expect((await ask('POST', 'chargers/L-1/connect', {}, { traceparent })).status).toBe(200);
    // The log is written beside the answer, maybe after it: then no invocation is there to log with, the console has the line, and the
    // line itself says whose it is. Every question is a round trip in which that may happen.
    const ofConnect = () => host.logs().filter(({ message }) => message.includes('"functionName":"connect"'));
    for (let asked = 0; asked < 300 && ofConnect().length === 0; asked++) await ask('GET', 'chargers/L-1');
    host.cosmos.fail(undefined);
    await ask('POST', 'chargers/L-1/messages/Heartbeat');
    const connect = ofConnect();
    expect(connect[0]?.message).toContain('message log not written');
    for (const { message, invocationId = expect.any(String), functionName = 'connect' } of connect) {
      expect(JSON.parse(message)).toMatchObject({ invocationId, functionName, chargerId: 'L-1', traceparent });
    }
    const all = host
      .logs()
      .map(({ message }) => message)
      .join('\n');
    for (const secret of [password, cosmosKey, key, Buffer.from(`L-1:${password}`).toString('base64')]) {
      expect(all).not.toContain(secret);
    }
  });
});

describe.each([
  ['HOLD_WINDOW_SECONDS', { HOLD_WINDOW_SECONDS: 'soon' }],
  ['SWEEP_SCHEDULE', { SWEEP_SCHEDULE: '0 61 * * * *' }],
  ['COSMOS_ENDPOINT', { COSMOS_ENDPOINT: '' }],
  ['CSMS_ALLOWED_HOSTS', { CSMS_ALLOWED_HOSTS: '169.254.169.254' }],
  ['STORE', { STORE: 'sqlite' }],
])('a wrong %s', (name, env) => {
  beforeAll(() => open(env));
  afterAll(close);

  it('registers every function all the same, and each says which setting it is', async () => {
    expect(host.functions).toEqual(expect.arrayContaining([...operations.map((one) => one.name), 'sweep']));
    for (const path of ['health', 'chargers']) {
      const { status, body } = await ask('GET', path);
      expect([status, body.title, body.detail]).toEqual([
        500,
        'A setting of the host is wrong',
        expect.stringMatching(new RegExp(`^${name}: (?!${name})`)),
      ]);
    }
    await expect(host.runTimer('sweep')).rejects.toThrow(name);
    expect(host.logs()).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringContaining(name) }),
    );
  });
});
