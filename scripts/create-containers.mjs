// Creates the database and its containers where there is none yet: for emulators and for accounts with a key. COSMOS_ENDPOINT,
// COSMOS_KEY and COSMOS_DATABASE as the hosts read them. Without a key it signs in, but roles for data may not create containers:
// for such accounts there is infra/.
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';

const { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: key, COSMOS_DATABASE: database = 'charger-simulator' } = process.env;
if (!endpoint) {
  console.error('COSMOS_ENDPOINT: is required; such as http://127.0.0.1:8081 for the emulator');
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

/** An emulator that has just been started may take a while to answer. */
async function create(client, attempts) {
  try {
    await createContainers(client, database);
  } catch (error) {
    if (attempts <= 1) throw error;
    await sleep(2_000);
    await create(client, attempts - 1);
  }
}

const client = openClient({ endpoint, ...(key ? { key } : {}) });
try {
  await create(client, Number(process.env.ATTEMPTS ?? 30));
  console.log(`${endpoint}: ${database} has ${Object.keys(containers).join(', ')}`);
} catch (error) {
  console.error(`${endpoint}: ${error.message}`);
  process.exitCode = 1;
} finally {
  client.dispose();
}
