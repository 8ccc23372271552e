// docs/azure.md: what it shows works, what it names exists. Its figures are in figures.test.ts.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { operations } from '../../lib/api/table';
import { forgetData, type HostProcess, request, startHost } from '../support/local-host';

const root = resolve(__dirname, '../..');
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const page = text('docs/azure.md');

/** One `### n. name, METHOD` of the walk-through. */
interface Sample {
  name: string;
  method: string;
  query: Record<string, string>;
  body: Record<string, unknown> | undefined;
  status: number;
}

const samples = [...page.matchAll(/^### \d\. `(\w+)`, (\w+)\n([\s\S]*?)(?=^##|^`getKeepAlive)/gm)].map(
  ([, name = '', method = '', rest = '']): Sample => {
    const line = /^Query (.*?)\./m.exec(rest)?.[1] ?? '';
    const query = Object.fromEntries([...line.matchAll(/`(\w+)` = `([^`]+)`/g)].map(([, key, value]) => [key, value]));
    const body = /```json\n([\s\S]*?)```/.exec(rest)?.[1];
    const status = Number(
      /^(?:.*body\. )?(\d{3})\b/m.exec(rest.replace(/```[\s\S]*?```/g, ''))?.[1] ?? /(\d{3}) with/.exec(rest)?.[1],
    );
    return { name, method, query, body: body === undefined ? undefined : JSON.parse(body), status };
  },
);

describe('the walk-through of the portal', () => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await startHost({ DEMO_CSMS: 'on' });
  });
  afterAll(async () => {
    await host.stop();
    forgetData(host);
  });

  it('shows five operations, and their samples work one after the other', async () => {
    expect(samples.map(({ name }) => name)).toEqual([
      'createCharger',
      'connect',
      'startTransaction',
      'sendMessage',
      'listMessages',
    ]);
    for (const { name, method, query, body, status } of samples) {
      const operation = operations.find((one) => one.name === name);
      expect(operation?.method).toBe(method);
      // The only change: the CSMS of the page is nobody's, the host's own is dialled instead.
      const { csms: _, ...rest } = body ?? {};
      const route = (operation?.route ?? '').replace(/\{(\w+)\}/g, (__, key) => query[key] ?? '');
      const path = `${route}?${new URLSearchParams(query)}`;
      const answer = await request(host.url, method, path, body && rest);
      expect({ name, status: answer.status }).toEqual({ name, status });
      if (name === 'listMessages') expect(answer.body.messages.length).toBeGreaterThan(5);
    }
  });
});

describe('the names', () => {
  it('of files exist', () => {
    const files = [
      ...page.matchAll(/`((?:infra|lib|test|scripts|examples)\/[\w./-]+|Dockerfile[\w.]*|[\w.]+\.ya?ml)`/g),
    ];
    expect(files.length).toBeGreaterThan(8);
    for (const [, file = ''] of files)
      expect({ file, there: existsSync(join(root, file)) }).toEqual({ file, there: true });
  });

  it('of settings for azd are those that the template is given, with its defaults', () => {
    const given = text('infra/main.parameters.json');
    const table = page.slice(page.indexOf('| name | default |'), page.indexOf('Everything else is a parameter'));
    const rows = [...table.matchAll(/^\| (`[^|]+) \| ([^|]+) \|/gm)];
    expect(rows.length).toBeGreaterThan(8);
    for (const [, names = '', defaults = ''] of rows) {
      const shown = [...defaults.matchAll(/`([^`]+)`/g)].map(([, value]) => value ?? '');
      [...names.matchAll(/`(\w+)`/g)].forEach(([, name], at) => {
        expect(given).toContain(`\${${name}=${shown[at] ?? ''}}`);
      });
    }
  });

  it('of sections are linked right', () => {
    const slug = (title: string) =>
      title
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replace(/ /g, '-');
    const titles = [...page.matchAll(/^#+ (.*)$/gm)].map(([, title]) => slug(title ?? ''));
    for (const [, link] of page.matchAll(/\]\(#([^)]+)\)/g)) expect(titles).toContain(link);
  });

  it('of operations are operations', () => {
    const names = operations.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['getKeepAlive', 'deleteCharger', 'health']));
    expect(operations.map(({ method, route }) => `${method} ${route}`)).toEqual(
      expect.arrayContaining([
        'GET keep-alive',
        'GET chargers/{chargerId}/keep-alive',
        'DELETE chargers/{chargerId}/keep-alive',
      ]),
    );
  });

  it('counts what the bundle registers as it is', () => {
    const main = text('functions/main.ts');
    expect(main.match(/df\.app\.orchestration\(/g)).toHaveLength(4);
    expect(main.match(/^activity</gm)).toHaveLength(6);
    expect(readdirSync(join(root, 'functions'))).toContain('sweep.ts');
  });
});
