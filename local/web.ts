// The web platform's files as the build left them, public like any page: what they show they ask of the API, with the key.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import type { Context, MiddlewareHandler } from 'hono';

/** The folder that the build has left beside this program's own; nothing where it was built without. */
export function builtWeb(): string | undefined {
  const dir = join(__dirname, '../web');
  return existsSync(join(dir, 'index.html')) ? dir : undefined;
}

/** Only pages with their own scripts, which call APIs and feeds at the address that the user gives. Nothing is evaluated. */
const policy = (inlineScripts: readonly string[]) =>
  [
    "default-src 'none'",
    `script-src 'self' ${inlineScripts.map((hash) => `'sha256-${hash}'`).join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self' http: https: ws: wss:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Serves the folder; what is not in it is left to the next handler, except to people: they get the page that says so. */
export function webPages(dir: string): MiddlewareHandler {
  const notFound = join(dir, '404.html');
  const policies = new Map(htmlFiles(dir).map((file) => [file, policy(inlineScripts(readFileSync(file, 'utf8')))]));
  const found = new WeakMap<Context, string>();
  const serve = serveStatic({
    root: dir,
    rewriteRequestPath: (path) => (path === '/api' || path.startsWith('/api/') ? '/none' : path),
    onFound: (path, context) => void found.set(context, path),
  });
  return async (context, next) => {
    const served = await serve(context, async () => {});
    if (!served && !(isPageWanted(context) && policies.has(notFound))) return next();
    const answer = served ?? new Response(readFileSync(notFound), { status: 404, headers: { 'content-type': html } });
    const path = found.get(context) ?? notFound;
    const csp = policies.get(path);
    if (csp) answer.headers.set('content-security-policy', csp);
    answer.headers.set('x-content-type-options', 'nosniff');
    answer.headers.set('referrer-policy', 'no-referrer');
    answer.headers.set('cross-origin-opener-policy', 'same-origin');
    // Names below _next/static carry a hash of what is in them.
    const lasting = relative(dir, path).startsWith(join('_next', 'static'));
    answer.headers.set('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
    return answer;
  };
}

const html = 'text/html; charset=utf-8';

function isPageWanted({ req }: Context): boolean {
  const isApi = req.path === '/api' || req.path.startsWith('/api/');
  return !isApi && req.method === 'GET' && (req.header('accept') ?? '').includes('text/html');
}

function htmlFiles(dir: string): string[] {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.html')).map((name) => join(dir, name));
}

function inlineScripts(html: string): string[] {
  const scripts = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)];
  return scripts.map(([, text = '']) => createHash('sha256').update(text).digest('base64'));
}
