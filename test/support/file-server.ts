// An HTTP or HTTPS file server of tests: serves what it is given, keeps what it is sent, and answers otherwise where a test says so.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';

export interface SeenRequest {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface FileServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  url: string;
  port: number;
  /** By path. */
  files: Map<string, Buffer | string>;
  /** Answers requests for a path otherwise. */
  on(path: string, answer: (request: SeenRequest, response: ServerResponse) => void): void;
  /** Whole requests, in the order in which they ended. */
  requests: SeenRequest[];
  close(): Promise<void>;
}

export async function startFileServer({ tls }: { tls?: TlsOptions } = {}): Promise<FileServer> {
  const files: FileServer['files'] = new Map();
  const requests: SeenRequest[] = [];
  const special = new Map<string, (request: SeenRequest, response: ServerResponse) => void>();

  function answer(seen: SeenRequest, response: ServerResponse): void {
    const [path = ''] = seen.url.split('?');
    const otherwise = special.get(path);
    if (otherwise) return otherwise(seen, response);
    if (seen.method === 'PUT') files.set(path, seen.body);
    const file = files.get(path);
    response.statusCode = file === undefined ? 404 : seen.method === 'GET' ? 200 : 201;
    response.end(seen.method === 'GET' ? file : undefined);
  }

  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const seen = { method, url, headers, body: Buffer.concat(chunks) };
      requests.push(seen);
      answer(seen, response);
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    files,
    requests,
    on: (path, given) => void special.set(path, given),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
