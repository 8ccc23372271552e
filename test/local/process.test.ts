// The local host as a process: what it prints, what stops its start, how it stops.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { localSettingNames } from '../../lib/host/settings';

const main = resolve(__dirname, '../../dist/local/main.js');

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'charger-process-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function start(env: Record<string, string>, options: string[] = []) {
  const child = spawn(process.execPath, [main, ...options], {
    cwd: dir,
    env: { PATH: process.env.PATH, PORT: '0', DEMO_CSMS: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    printed.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    printed.err += chunk.toString();
  });
  const closed = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  return { child, printed, closed };
}

/** Waits until it listens and has given its hint. */
async function listening({ child, printed, closed }: ReturnType<typeof start>): Promise<string> {
  const over = closed.then(() => {
    throw new Error(`stopped: ${printed.err}`);
  });
  while (!printed.out.includes('/api/docs')) await Promise.race([once(child.stdout, 'data'), over]);
  return /^listening on (\S+)$/m.exec(printed.out)?.[1] ?? '';
}

async function refusal(env: Record<string, string>): Promise<string> {
  const { printed, closed } = start(env);
  const { code } = await closed;
  expect([code, printed.out]).toEqual([1, '']);
  return printed.err;
}

async function runToEnd(...options: string[]) {
  const { printed, closed } = start({}, options);
  const { code } = await closed;
  return { code, ...printed };
}

async function post(url: string, body: object = {}) {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('the command line of the local host', () => {
  it('--help tells options and settings, and starts nothing', async () => {
    const { code, out, err } = await runToEnd('--help');
    expect([code, err]).toEqual([0, '']);
    for (const word of ['--workers', '--help', 'Usage', 'Exit code']) expect(out).toContain(word);
    // The live feed of the local host is its own.
    const names = localSettingNames.filter((name) => !name.startsWith('WEB_PUBSUB_'));
    for (const name of names) expect(out).toContain(name);
    expect(out).not.toContain('listening');
    expect(readdirSync(dir)).toEqual([]);
  });

  it.each([
    [['--prot', '80'], "Unknown option '--prot'"],
    [['serve'], "Unexpected argument 'serve'"],
    [['--help=me'], "Option '-h, --help' does not take an argument"],
  ])('refuses %s', async (options, why) => {
    expect(await runToEnd(...options)).toEqual({ code: 2, out: '', err: `${why}\n--help tells what there is\n` });
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('the local host', () => {
  it('prints where it listens, once, and the line of a first session that works with the demo CSMS', async () => {
    const host = start({ DEMO_CSMS: 'on' });
    const url = await listening(host);
    expect(host.printed.out.match(/listening on/g)).toHaveLength(1);
    expect(host.printed.out.split('\n')[0]).toBe(`listening on ${url}`);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
    const lines = [...host.printed.out.matchAll(/curl -X POST (\S+) -d '(.*)'/g)];
    const answers = [];
    for (const [, target = '', body = ''] of lines) answers.push(await post(target, JSON.parse(body)));
    expect(answers.map(({ status }) => status)).toEqual([201, 200]);
    expect(answers[1]?.body).toMatchObject({ transaction: { state: 'running', idToken: 'TAG-1' } });
    host.child.kill('SIGTERM');
    expect(await host.closed).toEqual({ code: 0, signal: null });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('finishes what is in flight on %s, then exits 0', async (signal) => {
    const host = start({});
    const url = await listening(host);
    await post(`${url}/api/chargers`, { id: 'A', protocol: 'ocpp1.6', csms: { url: 'ws://127.0.0.1:1/x' } });
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const csms = { url: `ws://127.0.0.1:${(silent.address() as AddressInfo).port}/x` };
    await post(`${url}/api/chargers`, { id: 'B', protocol: 'ocpp1.6', csms });
    const dialled = once(silent, 'upgrade');
    const waiting = post(`${url}/api/chargers/B/connect`, { timeoutSeconds: 1 });
    await dialled;
    host.child.kill(signal);
    expect((await waiting).status).toBe(504);
    expect(await host.closed).toEqual({ code: 0, signal: null });
    silent.closeAllConnections();
    silent.close();
  });

  it('keeps chargers over a restart', async () => {
    const first = start({});
    await post(`${await listening(first)}/api/chargers`, {
      id: 'A',
      protocol: 'ocpp1.6',
      csms: { url: 'ws://127.0.0.1:1/x' },
    });
    first.child.kill('SIGTERM');
    await first.closed;
    const second = start({});
    const { status } = await fetch(`${await listening(second)}/api/chargers/A`);
    expect(status).toBe(200);
    second.child.kill('SIGTERM');
    await second.closed;
  });

  it('takes settings from local.settings.json', async () => {
    writeFileSync(
      join(dir, 'local.settings.json'),
      JSON.stringify({ Values: { STORE: 'memory', API_KEY: 'long enough' } }),
    );
    const host = start({});
    const url = await listening(host);
    expect((await fetch(`${url}/api/chargers`)).status).toBe(401);
    expect(host.printed.out).toContain('x-functions-key');
    expect(host.printed.out + host.printed.err).not.toContain('long enough');
    host.child.kill('SIGTERM');
    await host.closed;
  });

  it.each([
    ['PORT', { PORT: 'x' }],
    ['API_KEY', { HOST: '0.0.0.0' }],
    ['DATA_DIR', { DATA_DIR: '/dev/null/data' }],
    ['CSMS_ALLOWED_HOSTS', { CSMS_ALLOWED_HOSTS: 'a b c' }],
  ])('does not start with a wrong %s, and says so in one line', async (name, env) => {
    const said = await refusal(env as Record<string, string>);
    expect(said).toMatch(new RegExp(`^${name}: `));
    expect(said.trimEnd()).not.toContain('\n');
  });

  it('does not start on ports that are taken, and names the setting', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    expect(await refusal({ PORT: port })).toMatch(/^PORT: port \d+ is taken/);
    expect(await refusal({ DEMO_CSMS: port })).toMatch(/^DEMO_CSMS: port \d+ is taken/);
    taken.close();
  });

  it('does not share its data directory', async () => {
    const first = start({});
    await listening(first);
    expect(await refusal({})).toMatch(/^DATA_DIR: .*another/);
    first.child.kill('SIGTERM');
    await first.closed;
  });
});
