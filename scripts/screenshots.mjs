// `npm run screenshots`: the pages of the web platform as README shows them, written to docs/images. Needs Chromium (CHROMIUM_PATH).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';

const host = spawn(process.execPath, ['dist/local/main.js'], {
  env: { ...process.env, PORT: '0', STORE: 'memory', LOG_LEVEL: 'error' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = await once(host.stdout, 'data');
const url = /listening on (\S+)/.exec(String(line))[1];
const post = (path, body) => fetch(`${url}/api/${path}`, { method: 'POST', body: JSON.stringify(body) });

await post('chargers/batch', { count: 6, idPattern: 'CP-{n}', connection: 'persistent', tags: ['street'] });
await post('chargers/batch', {
  count: 6,
  idPattern: 'DC-{n}',
  protocol: 'ocpp2.0.1',
  model: 'dc-150kw',
  connection: 'persistent',
  tags: ['motorway'],
});
await new Promise((resolve) => setTimeout(resolve, 2_000));
for (const id of ['CP-1', 'CP-4', 'DC-2']) {
  await post(`chargers/${id}/transactions`, { idToken: 'TAG-1', ev: { soc: 42 }, meterValuesIntervalSeconds: 5 });
}
await post('chargers/CP-2/faults', { errorCode: 'GroundFailure', connectorId: 2 });

const started = await post('fleet-runs', {
  chargers: { count: 40, idPattern: 'RUN-{n:03}', connection: 'persistent' },
  phases: [
    { kind: 'connect', ramp: { perSecond: 10 } },
    { kind: 'sessions', seconds: 12, concurrency: 30, durationSeconds: { from: 2, to: 6 } },
    { kind: 'massReconnection', return: 'atOnce' },
  ],
});
const { runId } = await started.json();

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});
mkdirSync('docs/images', { recursive: true });
for (const [name, path, colorScheme] of [
  ['fleet', '', 'light'],
  ['charger', 'charger/?id=CP-1', 'dark'],
  ['console', 'charger/?id=DC-2&tab=console&action=StatusNotification', 'light'],
  ['log', 'charger/?id=CP-1&tab=log', 'light'],
  ['runs', `runs/?run=${runId}`, 'light'],
]) {
  const page = await browser.newPage({
    viewport: { width: 1000, height: name === 'charger' ? 1000 : 640 },
    colorScheme,
  });
  await page.goto(`${url}/${path}`);
  // A page of a run has no feed: it is there when the run is over.
  await page
    .getByText(name === 'runs' ? 'finished' : 'live', { exact: true })
    .first()
    .waitFor();
  // The chart needs something to draw.
  await page.waitForTimeout(name === 'charger' ? 12_000 : 1_000);
  await page.screenshot({ path: `docs/images/${name}.png` });
}
await browser.close();
host.kill('SIGTERM');
