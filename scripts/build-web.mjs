// Builds the web platform to dist/web: plain files for the local host or any static host. Only when something it is made from has changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { textImports } from './text-imports.mjs';

const out = resolve('dist/web');
const fresh = resolve('dist/web-build');
const stamp = join(out, '.made-from');
const data = await apiData();
const madeFrom = fingerprint();

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== madeFrom) {
  const began = Date.now();
  console.log('Building the web platform (only when it has changed; half a minute or so) …');
  runNext();
  writeSchemas();
  writeFileSync(join(fresh, '.made-from'), madeFrom);
  rmSync(out, { recursive: true, force: true });
  renameSync(fresh, out);
  console.log(`Built the web platform in ${Math.round((Date.now() - began) / 1000)} s`);
}

/** What pages must know of the API and of OCPP: routes of operations and the JSON schemas of messages, read from where they are defined. */
async function apiData() {
  const file = resolve('dist/web-data.cjs');
  await build({
    entryPoints: ['web/data.ts'],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    plugins: [textImports],
    logLevel: 'warning',
  });
  return createRequire(import.meta.url)(file);
}

function fingerprint() {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([data.routes, data.schemas]));
  const sources = readdirSync('web', { recursive: true })
    .filter((name) => !/^(\.next|next-env)/.test(name))
    .map((name) => join('web', name))
    .filter((path) => statSync(path).isFile())
    .sort();
  for (const path of [...sources, 'package.json', 'scripts/build-web.mjs']) {
    hash.update(`\0${path}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

function runNext() {
  rmSync(fresh, { recursive: true, force: true });
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [resolve('node_modules/next/dist/bin/next'), 'build', 'web'],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NEXT_TELEMETRY_DISABLED: '1',
        NEXT_PUBLIC_ROUTES: JSON.stringify(data.routes),
      },
    },
  );
  if (status !== 0)
    throw new Error(`the web platform cannot be built: ${error ?? ''}\n${stdout ?? ''}\n${stderr ?? ''}`);
}

/** One file per OCPP version, that a page loads when it wants to show a form. */
function writeSchemas() {
  mkdirSync(join(fresh, 'schemas'));
  for (const [protocol, messages] of Object.entries(data.schemas)) {
    writeFileSync(join(fresh, 'schemas', `${protocol}.json`), JSON.stringify(messages));
  }
}
