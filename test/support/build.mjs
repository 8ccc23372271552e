// Jest's global setup: builds the product once, for suites that run it as a process, and the worker process of the
// Azure Functions host that the tests bring.
import { build as bundle } from 'esbuild';

export default async function build() {
  await import('../../scripts/build.mjs');
  await import('../../scripts/build-functions.mjs');
  await bundle({
    entryPoints: { 'functions-worker': 'test/support/functions-host/worker-process.ts' },
    outdir: 'dist/test',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    logLevel: 'warning',
  });
}
