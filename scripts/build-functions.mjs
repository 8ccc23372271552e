// Bundles the Azure Functions app to one file below dist/functions, with what a deployment needs beside it. One file, because each
// further one would carry its own copy of @azure/functions; with every package inside, because there is no npm install over there.
// With --report it says how large the bundle is, of what, and how long it takes to load.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { textImports } from './text-imports.mjs';

const outdir = 'dist/functions';
const { name, version, license, engines } = JSON.parse(readFileSync('package.json', 'utf8'));

mkdirSync(outdir, { recursive: true });
const { metafile } = await build({
  entryPoints: { main: 'functions/main.ts' },
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // The worker provides it.
  external: ['@azure/functions-core'],
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  sourcesContent: false,
  metafile: true,
  plugins: [textImports],
  legalComments: 'none',
  logLevel: 'warning',
});
const manifest = { name, version, private: true, license, main: 'main.js', engines };
writeFileSync(`${outdir}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
cpSync('host.json', `${outdir}/host.json`);

if (process.argv.includes('--report')) report();

function report() {
  const file = `${outdir}/main.js`;
  const zipped = gzipSync(readFileSync(file)).length;
  console.log(`${file}: ${kilobytes(statSync(file).size)}, ${kilobytes(zipped)} zipped; loads in ${loadTime()} ms`);
  for (const [part, bytes] of largest(metafile.outputs[file].inputs, 12)) console.log(`  ${kilobytes(bytes)}  ${part}`);
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(0).padStart(5)} KB`;
}

function largest(inputs, most) {
  const parts = new Map();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const part = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'this repository';
    parts.set(part, (parts.get(part) ?? 0) + bytesInOutput);
  }
  return [...parts].sort((a, b) => b[1] - a[1]).slice(0, most);
}

/** The median of five fresh processes, each with a worker's module that registers nothing. */
function loadTime() {
  const script = `const { Module } = require('node:module');
    const load = Module._load;
    const core = { registerFunction() {}, registerHook() {}, setProgrammingModel() {}, log() {} };
    Module._load = (id, ...rest) => (id === '@azure/functions-core' ? core : load(id, ...rest));
    const began = performance.now();
    require('./${outdir}/main.js');
    process.stderr.write(String(performance.now() - began));
    process.exit();`;
  const env = { ...process.env, STORE: 'memory' };
  const once = () =>
    Number(execFileSync('sh', ['-c', 'node -e "$SCRIPT" 2>&1 >/dev/null'], { env: { ...env, SCRIPT: script } }));
  return [once(), once(), once(), once(), once()].sort((a, b) => a - b)[2].toFixed(0);
}
