// `npm run loadtest`: Locust against the simulator, from nothing. What users do is in locust/; what this script can be told in loadtest/options.mjs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocalHost } from './loadtest/local-host.mjs';
import { locustArguments, readOptions, UsageError } from './loadtest/options.mjs';
import { NoPythonError, preparePython } from './loadtest/python.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const directory = join(root, 'locust');
const say = (line) => console.error(`loadtest: ${line}`);

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return String(port);
}

/** Ctrl-C from now on: the first one asks, another one some time later does not. npm passes on what the terminal has sent already. */
function watchSignals() {
  const watch = { interrupted: false, ask: () => {}, force: () => process.exit(1) };
  let first;
  const onSignal = () => {
    if (first !== undefined && Date.now() - first > 1000) watch.force();
    if (first === undefined) watch.ask();
    first ??= Date.now();
    watch.interrupted = true;
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, onSignal);
  return watch;
}

/** Runs Locust until it ends; asked to, it stops its users and deletes their chargers first. */
async function runLocust(python, args, env, signals) {
  const child = spawn(python, ['-m', 'locust', ...args], {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  signals.ask = () => child.kill('SIGINT');
  signals.force = () => process.kill(-child.pid, 'SIGKILL');
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

/** Chargers of this run that there still are: none, or something went wrong. */
async function chargersLeft(url, runTag) {
  const key = process.env.SIMULATOR_KEY;
  const base = url.replace(/\/+$/, '').replace(/\/api$/, '');
  const answer = await fetch(`${base}/api/chargers?tag=${encodeURIComponent(runTag)}&limit=1000`, {
    headers: key ? { 'x-functions-key': key } : {},
  });
  if (!answer.ok) throw new Error(`chargers cannot be listed: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).chargers.length;
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  const python = preparePython(directory, say);
  if (options.prepare) return 0;
  const runTag = `locust-${Date.now().toString(36)}`;
  const out = resolve(options.out ?? join(root, 'loadtest-results', new Date().toISOString().replace(/[:.]/g, '-')));
  mkdirSync(out, { recursive: true });
  const signals = watchSignals();
  const own = process.env.SIMULATOR_URL ? undefined : await startLocalHost(join(out, 'host.log'));
  const url = process.env.SIMULATOR_URL ?? own.url;
  const env = { SIMULATOR_URL: url, ...(own ? { CSMS_API_URL: `${own.csmsUrl}/api` } : {}) };
  try {
    if (signals.interrupted) return 130;
    say(`simulator ${url}${own ? `, demo CSMS ${own.csmsUrl}` : ''}, chargers tagged ${runTag}`);
    const args = locustArguments(options, { runTag, port: await freePort(), out });
    const code = await runLocust(python, args, env, signals);
    const left = await chargersLeft(url, runTag);
    const errors = own?.errors() ?? [];
    say(`${left} chargers left; ${own ? `${errors.length} errors of the host; ` : ''}report: ${out}/report.html`);
    for (const line of errors.slice(0, 5)) say(line);
    if (signals.interrupted) return 130;
    return code || (left + errors.length > 0 ? 1 : 0);
  } finally {
    await own?.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const expected = error instanceof UsageError || error instanceof NoPythonError;
  say(expected ? error.message : error.stack);
  process.exitCode = expected ? 2 : 1;
}
