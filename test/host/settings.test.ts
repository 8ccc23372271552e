// Settings: where they come from, their defaults, and that a wrong one stops the start by name.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAzureSettings, readSettings, SettingsError } from '../../lib/host/settings';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'settings-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const path = () => join(dir, 'local.settings.json');
function write(content: unknown): string {
  writeFileSync(path(), typeof content === 'string' ? content : JSON.stringify(content));
  return path();
}

describe('settings', () => {
  it('have defaults', () => {
    expect(readSettings({}, path())).toEqual({
      PORT: 7071,
      HOST: '127.0.0.1',
      STORE: 'sqlite',
      DATA_DIR: '.data',
      COSMOS_DATABASE: 'charger-simulator',
      DEMO_CSMS: 'on',
      MESSAGE_LOG_TTL_DAYS: 7,
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'json',
      SOURCE_ADDRESSES: [],
    });
  });

  it('take source addresses, parted by commas', () => {
    expect(readSettings({ SOURCE_ADDRESSES: '127.0.0.1, 127.0.0.2' }, path()).SOURCE_ADDRESSES).toEqual([
      '127.0.0.1',
      '127.0.0.2',
    ]);
  });

  it('come from the environment, then from Values in local.settings.json', () => {
    const file = write({ IsEncrypted: false, Values: { PORT: '1', STORE: 'memory', DEMO_CSMS: 'off' } });
    expect(readSettings({ PORT: '2', DEMO_CSMS: '', PATH: '/bin' }, file)).toMatchObject({
      PORT: 2,
      STORE: 'memory',
      DEMO_CSMS: 'off',
    });
  });

  it.each(['base64', 'base64url', 'hex'] as const)('take 32 bytes as %s for SECRETS_KEY', (encoding) => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, at) => 251 - at));
    const SECRETS_KEY = key.toString(encoding);
    expect(readSettings({ SECRETS_KEY }, path()).SECRETS_KEY).toEqual(key);
    expect(readAzureSettings({ SECRETS_KEY, STORE: 'memory' }).SECRETS_KEY).toEqual(key);
  });

  it('take a port for the demo CSMS', () => {
    expect(readSettings({ DEMO_CSMS: '9100' }, path()).DEMO_CSMS).toBe(9100);
  });

  it("leave Azure's own names in local.settings.json alone", () => {
    const values = {
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      FUNCTIONS_WORKER_RUNTIME: 'node',
      WEBSITE_X: '1',
    };
    expect(readSettings({}, write({ Values: values })).PORT).toBe(7071);
  });

  it.each([
    ['SECRETS_KEY', 'hunter2'],
    ['SECRETS_KEY', 'ab'.repeat(31)],
    ['SECRETS_KEY', Buffer.alloc(31).toString('base64')],
    ['PORT', '70000'],
    ['PORT', '7071x'],
    ['PORT', '-1'],
    ['SOURCE_ADDRESSES', '127.0.0.1,eth0'],
    ['HOST', 'http://x'],
    ['API_KEY', 'short'],
    ['STORE', 'redis'],
    ['STORE', 'disk'],
    ['DEMO_CSMS', 'yes'],
    ['MESSAGE_LOG_TTL_DAYS', '0'],
    ['MESSAGE_LOG_TTL_DAYS', 'week'],
    ['LOG_LEVEL', 'verbose'],
    ['LOG_FORMAT', 'xml'],
    ['COSMOS_ENDPOINT', 'nowhere'],
  ])('that are malformed are named: %s=%s', (name, value) => {
    expect(() => readSettings({ [name]: value }, path())).toThrow(SettingsError);
    expect(() => readSettings({ [name]: value }, path())).toThrow(new RegExp(`^${name}: `));
  });

  it('that are unknown in the file are named, with the known ones', () => {
    expect(() => readSettings({}, write({ Values: { PROT: '1' } }))).toThrow(/^PROT: unknown setting .*PORT/);
  });

  it('that are secret are not told when they are wrong', () => {
    expect(() => readSettings({ API_KEY: 'hunter2' }, path())).toThrow(/^API_KEY: (?!.*hunter2)/);
  });

  it.each(['0.0.0.0', '::', '192.168.1.4', 'simulator.example'])('need a key to listen on %s', (HOST) => {
    expect(() => readSettings({ HOST }, path())).toThrow(/^API_KEY: /);
    expect(readSettings({ HOST, API_KEY: 'long enough' }, path()).HOST).toBe(HOST);
  });

  it.each(['localhost', '127.0.0.1', '127.9.9.9', '::1'])('need no key to listen on %s', (HOST) => {
    expect(readSettings({ HOST }, path()).HOST).toBe(HOST);
  });

  it.each(['{', '[]', '{"Values": {"PORT": {}}}'])(
    'in a file that cannot be read as such stop the start: %s',
    (content) => {
      expect(() => readSettings({}, write(content))).toThrow(/local\.settings\.json: /);
    },
  );
});

describe('settings of the Azure host', () => {
  const cosmos = { COSMOS_ENDPOINT: 'https://account.documents.azure.com' };

  it('have defaults, and the store is Cosmos DB', () => {
    expect(readAzureSettings(cosmos)).toMatchObject({
      STORE: 'cosmos',
      COSMOS_DATABASE: 'charger-simulator',
      HOLD_WINDOW_SECONDS: 240,
      SWEEP_SCHEDULE: '0 * * * * *',
      FLEET_RUN_CHARGERS: 2000,
      FLEET_BATCH_CHARGERS: 100,
    });
  });

  it.each([
    ['COSMOS_ENDPOINT', { COSMOS_ENDPOINT: '' }],
    ['COSMOS_ENDPOINT', { COSMOS_ENDPOINT: 'http://account.documents.azure.com' }],
    ['STORE', { STORE: 'sqlite' }],
    ['HOLD_WINDOW_SECONDS', { HOLD_WINDOW_SECONDS: '5' }],
    ['HOLD_WINDOW_SECONDS', { HOLD_WINDOW_SECONDS: '4m' }],
    ['FLEET_RUN_CHARGERS', { FLEET_RUN_CHARGERS: '0' }],
    ['FLEET_RUN_CHARGERS', { FLEET_RUN_CHARGERS: '20001' }],
    ['FLEET_BATCH_CHARGERS', { FLEET_BATCH_CHARGERS: '501' }],
    ['FLEET_BATCH_CHARGERS', { FLEET_BATCH_CHARGERS: 'many' }],
    ['SWEEP_SCHEDULE', { SWEEP_SCHEDULE: '* * * * *' }],
    ['SWEEP_SCHEDULE', { SWEEP_SCHEDULE: '0 60 * * * *' }],
    ['SWEEP_SCHEDULE', { SWEEP_SCHEDULE: 'every five * * * *' }],
    ['SWEEP_SCHEDULE', { SWEEP_SCHEDULE: '*/0 * * * * *' }],
    ['SWEEP_SCHEDULE', { SWEEP_SCHEDULE: '0 0 0 0 1 *' }],
    ['SWEEP_SCHEDULE', { SWEEP_SCHEDULE: '0 30-10 * * * *' }],
    ['SWEEP_SCHEDULE', { SWEEP_SCHEDULE: '0 0 0 * sunday *' }],
  ])('that are wrong are named: %s', (name, values) => {
    expect(() => readAzureSettings({ ...cosmos, ...values })).toThrow(SettingsError);
    expect(() => readAzureSettings({ ...cosmos, ...values })).toThrow(new RegExp(`^${name}: `));
  });

  it.each(['*/30 * * * * *', '0 0,30 8-18/2 1 jan-mar Mon-Fri', '0 0 0 31 12 0', '0 5/10 * * * *'])(
    'SWEEP_SCHEDULE %s is one',
    (schedule) => {
      expect(readAzureSettings({ ...cosmos, SWEEP_SCHEDULE: schedule }).SWEEP_SCHEDULE).toBe(schedule);
    },
  );

  it('an emulator may speak http, with a key', () => {
    const emulator = { COSMOS_ENDPOINT: 'http://127.0.0.1:8081', COSMOS_KEY: 'c2VjcmV0' };
    expect(readAzureSettings(emulator).COSMOS_ENDPOINT).toBe(emulator.COSMOS_ENDPOINT);
  });

  it('are one family: the local host reads past those of the other in local.settings.json', () => {
    expect(readSettings({}, write({ Values: { SWEEP_SCHEDULE: '0 * * * * *' } })).PORT).toBe(7071);
  });
});
