// An esbuild plugin: files that go into a page as they are, scripts and styles of a chart library, are imported as text.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);

export const textImports = {
  name: 'text-imports',
  setup(build) {
    build.onResolve({ filter: /^uplot\/dist\/uPlot\.(iife\.min\.js|min\.css)$/ }, ({ path }) => ({
      path: resolve(path),
      namespace: 'text',
    }));
    build.onLoad({ filter: /.*/, namespace: 'text' }, ({ path }) => ({
      contents: readFileSync(path, 'utf8'),
      loader: 'text',
    }));
  },
};
