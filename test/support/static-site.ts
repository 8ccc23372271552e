// The built web platform on a plain static file server, as any web host would serve it: nothing of ours runs there. With `api` it also
// passes on what is below /api, as a host with a linked back end does.
import { readFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, resolve } from 'node:path';

export const webDir = resolve(__dirname, '../../dist/web');

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.txt': 'text/plain',
};

/** The file for a path, as static hosts find it. */
export async function fileFor(path: string): Promise<{ status: number; type: string; body: Buffer }> {
  const below = normalize(decodeURIComponent(path)).replace(/\/$/, '/index.html');
  const file = join(webDir, below);
  try {
    return { status: 200, type: types[extname(file)] ?? 'application/octet-stream', body: await readFile(file) };
  } catch {
    return { status: 404, type: 'text/html; charset=utf-8', body: await readFile(join(webDir, '404.html')) };
  }
}

export interface StaticSite {
  url: string;
  port: number;
  close(): Promise<void>;
}

export async function startStaticSite(options: { api?: string } = {}): Promise<StaticSite> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (options.api !== undefined && pathname.startsWith('/api/')) passOn(options.api, request, response);
    else
      void fileFor(pathname).then(({ status, type, body }) =>
        response.writeHead(status, { 'content-type': type }).end(body),
      );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function passOn(api: string, request: IncomingMessage, response: ServerResponse): void {
  const { host: _, connection: __, ...headers } = request.headers;
  const onward = httpRequest(`${api}${request.url}`, { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.writeHead(502).end());
  request.pipe(onward);
}
