// Bundles the toy app as the product's functions are bundled: one CommonJS file, the worker's own module left outside.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

export interface ToyBundle {
  file: string;
  remove(): void;
}

export async function buildToy(entry = join(__dirname, 'toy.ts')): Promise<ToyBundle> {
  const folder = mkdtempSync(join(tmpdir(), 'functions-toy-'));
  const file = join(folder, 'main.js');
  const options = { bundle: true, platform: 'node', target: 'node20', format: 'cjs' } as const;
  await build({
    ...options,
    entryPoints: [entry],
    outfile: file,
    external: ['@azure/functions-core'],
    logLevel: 'error',
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
