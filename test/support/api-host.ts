// The local HTTP face over a fake service, on a port of its own: what tests of the API talk to.

import { performJob } from '../../lib/api/handle';
import type { ApiDeps, Job } from '../../lib/api/operation';
import { operations } from '../../lib/api/table';
import { openVault } from '../../lib/secrets/vault';
import { createMemoryStore } from '../../lib/store/memory';
import { createHttpApp, type Listening, listen } from '../../local/http';
import { createFakeService, type FakeService } from './fake-service';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
}

export interface ApiHost {
  url: string;
  service: FakeService;
  deps: ApiDeps;
  reported: unknown[];
  /** Jobs that go on, in the order they were asked. */
  jobs: Promise<void>[];
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

export async function startApiHost(options: { apiKey?: string; demoCsmsUrl?: string } = {}): Promise<ApiHost> {
  const service = createFakeService();
  const reported: unknown[] = [];
  const jobs: Promise<void>[] = [];
  const deps: ApiDeps = {
    simulator: service,
    commands: createMemoryStore({ ttlDays: 1 }).commands,
    keepAlive: { read: async () => undefined, list: async () => [], stop: async () => {} },
    vault: openVault,
    clock: Date.now,
    operations,
    version: '1.2.3',
    report: (error) => reported.push(error),
    defer(job: Job) {
      jobs.push(performJob(job, deps));
    },
    ...(options.demoCsmsUrl ? { demoCsmsUrl: options.demoCsmsUrl } : {}),
  };
  const app = createHttpApp({ deps, ...(options.apiKey ? { apiKey: options.apiKey } : {}) });
  const server: Listening = await listen(app, 0, '127.0.0.1');
  const url = `${server.url}/api`;
  return {
    url,
    service,
    deps,
    reported,
    jobs,
    ask: (method, path, body, headers) => ask(url, method, path, body, headers),
    close: () => server.close(0),
  };
}

async function ask(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(`${url}/${path}`, { method, headers: { ...type, ...headers }, ...content });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') && !path.includes('ndjson');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: json && text ? JSON.parse(text) : undefined,
  };
}
