// `npm run screenshots`: the pages of the web platform as README shows them, written to docs/images. With `--all DIR`: every page and tab in
// both themes and at the width of a phone, to look at what a change has done to them. Needs Chromium (CHROMIUM_PATH).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const all = process.argv.indexOf('--all');
const out = all < 0 ? 'docs/images' : (process.argv[all + 1] ?? 'artifacts/screenshots');
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) {
  console.error(`No screenshots: no Chromium at ${executablePath}; CHROMIUM_PATH says where another one is`);
  process.exit(process.env.BROWSER === 'required' ? 1 : 0);
}

const host = spawn(process.execPath, ['dist/local/main.js'], {
  env: { ...process.env, PORT: '0', STORE: 'memory', LOG_LEVEL: 'error' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = await once(host.stdout, 'data');
const url = /listening on (\S+)/.exec(String(line))[1];
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});
let runId = '';
mkdirSync(out, { recursive: true });
try {
  if (all >= 0) await shootEmpty();
  await populate();
  await (all < 0 ? shootForReadme() : shootAll());
} finally {
  await browser.close();
  host.kill('SIGTERM');
}

async function post(path, body) {
  const answer = await fetch(`${url}/api/${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function populate() {
  const persistent = { connection: 'persistent' };
  await post('chargers/batch', { count: 6, idPattern: 'CP-{n}', ...persistent, tags: ['street'] });
  const dc = { protocol: 'ocpp2.0.1', model: 'dc-150kw', tags: ['motorway'] };
  await post('chargers/batch', { count: 6, idPattern: 'DC-{n}', ...persistent, ...dc });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const session = { idToken: 'TAG-1', ev: { soc: 42 }, meterValuesIntervalSeconds: 5 };
  await Promise.all(['CP-1', 'CP-4', 'DC-2'].map((id) => post(`chargers/${id}/transactions`, session)));
  await post('chargers/CP-2/faults', { errorCode: 'GroundFailure', connectorId: 2 });
  ({ runId } = await post('fleet-runs', {
    chargers: { count: 40, idPattern: 'RUN-{n:03}', connection: 'persistent' },
    phases: [
      { kind: 'connect', ramp: { perSecond: 10 } },
      { kind: 'sessions', seconds: 12, concurrency: 30, durationSeconds: { from: 2, to: 6 } },
      { kind: 'massReconnection', return: 'atOnce' },
    ],
  }));
}

/** A run has something to show when it is over. */
async function runOver() {
  for (;;) {
    const run = await (await fetch(`${url}/api/fleet-runs/${runId}`)).json();
    if (!['running', 'stopping'].includes(run.state)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** What is there to be shown has been read: nothing says that it is being loaded. */
async function settle(page) {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForFunction(
    () => !/(Loading|Reading|Asking) [^…]{0,60}…/.test(document.querySelector('main').textContent),
  );
  await page.waitForTimeout(250);
}

async function shoot(path, file, options = {}) {
  const { width = 1000, height = 640, colorScheme = 'light', waitMs = 0, before } = options;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(`${url}${path}`);
  await settle(page);
  await before?.(page);
  await page.waitForTimeout(waitMs);
  await page.screenshot({ path: join(out, `${file}.png`), fullPage: all >= 0 && !before });
  await page.close();
}

async function shootForReadme() {
  await shoot('/', 'fleet', { waitMs: 1_000 });
  // The chart needs something to draw.
  await shoot('/charger/?id=CP-1', 'charger', { height: 1000, colorScheme: 'dark', waitMs: 12_000 });
  await shoot('/charger/?id=DC-2&tab=console&action=StatusNotification', 'console', { waitMs: 1_000 });
  await shoot('/charger/?id=CP-1&tab=log', 'log', { waitMs: 1_000 });
  await runOver();
  await shoot(`/runs/?run=${runId}`, 'runs', { waitMs: 1_000 });
}

async function shootEmpty() {
  await shoot('/', 'fleet-empty');
}

/** Paths by name: every page that the head leads to, every tab that a charger's page leads to, of both versions, and what opens above pages. */
async function places() {
  const page = await browser.newPage();
  await page.goto(`${url}/`);
  await settle(page);
  const found = [['fleet', '/']];
  const linksOf = (selector) =>
    page.locator(selector).evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  for (const href of await linksOf('nav[aria-label="Pages"] a')) {
    if (href !== '/') found.push([href.replaceAll('/', ''), href]);
  }
  for (const id of ['CP-1', 'DC-2']) {
    await page.goto(`${url}/charger/?id=${id}`);
    await settle(page);
    for (const href of await linksOf('nav[aria-label="About this charger"] a')) {
      found.push([`charger-${id}-${new URL(href, url).searchParams.get('tab')}`, href]);
    }
  }
  await page.close();
  await runOver();
  found.push(['run', `/runs/?run=${runId}`], ['not-found', '/nonsense']);
  return found;
}

async function shootAll() {
  const tasks = [];
  for (const [name, path] of await places()) {
    for (const colorScheme of ['light', 'dark'])
      tasks.push(() => shoot(path, `${name}-${colorScheme}`, { colorScheme }));
    tasks.push(() => shoot(path, `${name}-phone`, { width: 380, height: 700 }));
  }
  const click = (name) => (page) => page.getByRole('button', { name }).first().click();
  for (const [name, button] of [
    ['palette', 'Search and do'],
    ['address', 'API address and key'],
    ['create', 'Create chargers'],
  ]) {
    tasks.push(() => shoot('/', name, { before: click(button), waitMs: 500 }));
  }
  const worker = async () => {
    for (let task = tasks.shift(); task; task = tasks.shift()) await task();
  };
  await Promise.all([worker(), worker(), worker()]);
  console.log(`Screenshots of every page are in ${out}`);
}
