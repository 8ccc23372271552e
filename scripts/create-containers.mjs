// Creates the database and its containers where there is none yet: for emulators and for accounts with a key. COSMOS_ENDPOINT,
// COSMOS_KEY and COSMOS_DATABASE as the hosts read them. Without a key it signs in, but roles for data may not create containers:
// for such accounts there is infra/. ATTEMPTS: how often it is tried, two seconds apart, 30 times where nothing is said.
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';

/** As the hosts read them: empty is absent. */
const setting = (name) => process.env[name]?.trim() || undefined;
const [endpoint, key] = [setting('COSMOS_ENDPOINT'), setting('COSMOS_KEY')];
const database = setting('COSMOS_DATABASE') ?? 'charger-simulator';
const attemptsMost = Number(setting('ATTEMPTS') ?? 30);

/** What is wrong with the settings; `undefined`: nothing. */
function problem() {
  if (!endpoint) return 'COSMOS_ENDPOINT: is required; such as http://127.0.0.1:8081 for the emulator';
  if (!/^https?:\/\/[^/\s]+\/?$/.test(endpoint))
    return 'COSMOS_ENDPOINT: must be an http:// or https:// URL without a path';
  if (!key && endpoint.startsWith('http:'))
    return 'COSMOS_ENDPOINT: must be an https:// URL because there is no COSMOS_KEY';
  if (!(attemptsMost >= 1)) return 'ATTEMPTS: must be a number of at least 1';
  return undefined;
}

const wrong = problem();
if (wrong) {
  console.error(wrong);
  process.exit(1);
}

const outfile = 'dist/tools/containers.mjs';
const contents = ['client', 'containers'].map((file) => `export * from './lib/store/cosmos/${file}';`).join('\n');
await build({
  stdin: { contents, resolveDir: '.', loader: 'ts' },
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
});
const { openClient, createContainers, containers } = await import(`../${outfile}`);

/** Refused for good: it would be again. */
const isFinal = ({ code, name }) =>
  code === 401 || code === 403 || code === 400 || /Credential|Authentication/.test(name);

const wordsOf = ({ message, code }) => message || String(code);

/** An emulator that has just been started may take a while to answer. */
async function create(client, attempts) {
  try {
    await createContainers(client, database);
  } catch (error) {
    if (attempts <= 1 || isFinal(error)) throw error;
    if (attempts === attemptsMost)
      console.error(`${endpoint}: ${wordsOf(error)}; trying again, ${attempts - 1} times at most`);
    await sleep(2_000);
    await create(client, attempts - 1);
  }
}

const client = openClient({ endpoint, ...(key ? { key } : {}) });
try {
  await create(client, attemptsMost);
  console.log(`${endpoint}: ${database} has ${Object.keys(containers).join(', ')}`);
} catch (error) {
  console.error(`${endpoint}: ${wordsOf(error)}`);
  process.exitCode = 1;
} finally {
  client.dispose();
}
