// The deployable bundle in a real Azure Functions host: that it loads, serves, keeps chargers alive by Durable Functions, and ends.
// What the functions do is tested in test/e2e, on the Functions host of the tests. `npm run test:func` runs it.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CosmosServer, cosmosKey, startCosmosServer } from '../support/cosmos-server';
import { request } from '../support/local-host';
import { type ScriptedCsms, startScriptedCsms } from '../support/scripted-csms';
import { type Storage, startAzurite } from './azurite';
import { freePort, type Program, retried, startProgram } from './programs';

const id = 'SMOKE-1';

let cosmos: CosmosServer;
let csms: ScriptedCsms;
let storage: Storage | undefined;
let app: string;
let func: Program;
let url: string;

const ask = (method: string, path: string, body?: unknown) => request(url, method, path, body);

beforeAll(async () => {
  cosmos = await startCosmosServer();
  csms = await startScriptedCsms();
  // A storage account of one's own may stand there instead.
  if (!process.env.AzureWebJobsStorage) storage = await startAzurite();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  app = mkdtempSync(join(tmpdir(), 'func-'));
  cpSync(resolve('dist/functions'), app, { recursive: true });
  writeFileSync(join(app, 'local.settings.json'), JSON.stringify({ IsEncrypted: false, Values: {} }));
  const env = {
    FUNCTIONS_WORKER_RUNTIME: 'node',
    AzureWebJobsStorage: process.env.AzureWebJobsStorage || (storage?.connectionString ?? ''),
    COSMOS_ENDPOINT: cosmos.endpoint,
    COSMOS_KEY: cosmosKey,
    COSMOS_DATABASE: cosmos.database,
  };
  func = startProgram('func', ['start', '--port', String(port)], { cwd: app, env });
  await retried(func, async () => expect((await ask('GET', 'health')).status).toBe(200));
});

afterAll(async () => {
  await func?.close();
  await storage?.close();
  await csms?.close();
  await cosmos?.close();
  if (app) rmSync(app, { recursive: true, force: true });
});

it('serves operations: a charger is created, boots, and sends a heartbeat', async () => {
  const charger = { id, protocol: 'ocpp1.6', csms: { url: csms.url } };
  expect((await ask('POST', 'chargers', charger)).status).toBe(201);
  expect((await ask('POST', `chargers/${id}/connect`, {})).body).toMatchObject({
    registration: { status: 'Accepted' },
  });
  const heartbeat = await ask('POST', `chargers/${id}/messages/Heartbeat`, {});
  expect([heartbeat.status, heartbeat.body.response]).toEqual([200, { currentTime: expect.any(String) }]);
  expect(csms.calls(id).map(({ action }) => action)).toEqual(expect.arrayContaining(['BootNotification', 'Heartbeat']));
});

it('takes parameters from the query, as the portal gives them, and answers what is wrong with a problem document', async () => {
  expect((await ask('GET', `chargers/${id}/messages?limit=1`)).body.messages).toHaveLength(1);
  const wrong = await ask('POST', `chargers/${id}/messages/Heartbeat`, { timeoutSeconds: 'soon' });
  expect([wrong.status, wrong.headers.get('content-type')]).toEqual([
    400,
    expect.stringContaining('application/problem+json'),
  ]);
  expect((await ask('GET', 'no-such-thing')).status).toBe(404);
});

it('keeps a transaction alive by Durable Functions: meter values come although nobody asks', async () => {
  const session = { idToken: 'TAG-1', meterValuesIntervalSeconds: 5 };
  const started = await ask('POST', `chargers/${id}/transactions`, session);
  expect(started.status).toBe(200);
  await csms.waitFor(id, 'MeterValues', 2);
  const kept = await ask('GET', `chargers/${id}/keep-alive`);
  expect(kept.body.state).not.toBe('none');
  const stopped = await ask('POST', `chargers/${id}/transactions/${started.body.transactionId}/stop`, { unplug: true });
  expect(stopped.status).toBe(200);
  expect(csms.calls(id, 'StopTransaction')).toHaveLength(1);
});

it('forgets a charger that is deleted', async () => {
  expect((await ask('DELETE', `chargers/${id}`)).status).toBe(200);
  expect((await ask('GET', `chargers/${id}`)).status).toBe(404);
});
