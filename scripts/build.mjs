// Bundles each entry point to one CommonJS file under dist/. Packages stay outside the bundles: they come from npm ci. The Azure
// Functions app is another matter, in `build-functions.mjs`.
import { existsSync } from 'node:fs';
import { build } from 'esbuild';
import { textImports } from './text-imports.mjs';

const entries = {
  'local/main': 'local/main.ts',
  'local/worker': 'local/worker.ts',
  'local/demo': 'local/demo.ts',
  'bench/main': 'bench/main.ts',
  'bench/csms': 'bench/csms.ts',
  'bench/bare': 'bench/bare.ts',
  'bench/ours': 'bench/ours.ts',
  'bench/capacity-bare': 'bench/capacity-bare.ts',
  'bench/capacity-host': 'bench/capacity-host.ts',
  'bench/azure': 'bench/azure.ts',
  'bench/cosmos': 'bench/cosmos.ts',
  // The worker process of the Functions host that tests and benchmarks bring.
  'test/functions-worker': 'test/support/functions-host/worker-process.ts',
  'test/func-stand-in': 'test/support/func-stand-in.ts',
};

await build({
  entryPoints: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  packages: 'external',
  plugins: [textImports],
  sourcemap: true,
  logLevel: 'warning',
});

// The image of the local host is built without it.
if (existsSync('functions/main.ts')) await import('./build-functions.mjs');
// Nor is any image built with it that has no use for it.
if (existsSync('web/next.config.mjs')) await import('./build-web.mjs');
