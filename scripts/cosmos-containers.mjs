// Writes infra/cosmos-containers.json from lib/store/cosmos/containers.ts, so that deployed containers are those the store knows.
// With --check [file] it writes nothing and fails where the file says something else.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { build } from 'esbuild';

const source = 'lib/store/cosmos/containers.ts';
const target = 'infra/cosmos-containers.json';

async function load() {
  const options = { entryPoints: [source], bundle: true, write: false, format: 'esm', platform: 'node' };
  const { outputFiles } = await build({ ...options, packages: 'external' });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return (await import(`data:text/javascript;base64,${code}`)).containers;
}

/** As Azure Resource Manager wants it: what the SDK leaves to the service is said here. */
function toResource({ id, partitionKey, indexingPolicy, defaultTtl }) {
  return {
    id,
    partitionKey: { paths: partitionKey.paths, kind: 'Hash', version: 2 },
    indexingPolicy,
    ...(defaultTtl === undefined ? {} : { defaultTtl }),
  };
}

const wanted = Object.values(await load()).map(toResource);
const [mode, file = target] = process.argv.slice(2);
if (mode === '--check') {
  if (!isDeepStrictEqual(JSON.parse(readFileSync(file, 'utf8')), wanted)) {
    console.error(`${file} is not what ${source} says: run node scripts/cosmos-containers.mjs`);
    process.exit(1);
  }
} else {
  writeFileSync(target, `${JSON.stringify(wanted, undefined, 2)}\n`);
  execFileSync(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'format', '--write', target]);
}
