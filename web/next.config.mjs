// A static export: plain files that the local host, or any static host, serves. Types are checked by `npm run typecheck`, not here.
import { realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';

const repository = resolve(import.meta.dirname, '..');

/** The folder that has both: packages may stand elsewhere, behind a link. */
function common(one, other) {
  const a = one.split(sep);
  const b = other.split(sep);
  const end = a.findIndex((name, index) => name !== b[index]);
  return a.slice(0, end < 0 ? a.length : end).join(sep) || sep;
}

/** @type {import('next').NextConfig} */
export default {
  output: 'export',
  distDir: '../dist/web-build',
  trailingSlash: true,
  reactStrictMode: true,
  images: { unoptimized: true },
  typescript: { ignoreBuildErrors: true },
  // The form maker brings a Markdown renderer for descriptions, which the schemas of OCPP messages here have none of: 30 KB less.
  turbopack: {
    resolveAlias: { 'markdown-to-jsx/react': './lib/no-markdown.tsx' },
    root: common(repository, resolve(realpathSync(resolve(repository, 'node_modules')), '..')),
  },
};
