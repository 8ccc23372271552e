// Logs that chargers upload: what stands in the file, and how it gets to real HTTP servers. FTP is in ftp.test.ts.
import type { Charger } from '../../lib/charger/charger';
import type { LoggedFrame } from '../../lib/charger/effect';
import { createMemoryStore } from '../../lib/store/memory';
import { type FileServer, startFileServer } from '../support/file-server';
import { type Bench, impatient, now, perform, someCharger } from './bench';

let server: FileServer;
beforeEach(async () => {
  server = await startFileServer();
});
afterEach(() => server.close());

const minute = 60_000;
const second = 1_000;

function frame(at: number, action: string, payload: unknown = {}): LoggedFrame {
  return { at, direction: 'sent', type: 'call', action, messageId: `m${at}`, payload };
}

async function storeWith(...frames: LoggedFrame[]) {
  const { messages } = createMemoryStore({ ttlDays: 7 });
  for (const one of frames) await messages.append('CP-1', [one]);
  return messages;
}

const upload = (location: string, more: Record<string, unknown> = {}, bench: Bench = {}) =>
  perform({ kind: 'uploadLog', location, fileName: 'log 1.txt', content: 'diagnostics', ...more }, bench);

function linesAt(path: string): Record<string, unknown>[] {
  const text = String(server.files.get(path));
  return text.split('\n').flatMap((line) => (line ? [JSON.parse(line) as Record<string, unknown>] : []));
}

describe('OCPP 1.6 §6.25: the diagnostics file', () => {
  it('says how the charger stands, then what it has sent and received, oldest first', async () => {
    const messages = await storeWith(
      frame(now - 2 * minute, 'BootNotification', { chargePointModel: 'M' }),
      frame(now - minute, 'Heartbeat'),
    );
    const outcome = await upload(`${server.url}/a.log`, {}, { messages });
    const [head, ...rest] = linesAt('/a.log');
    expect(head).toMatchObject({
      log: 'diagnostics',
      createdAt: new Date(now).toISOString(),
      charger: { id: 'CP-1', power: 'on', connectors: expect.any(Array) },
    });
    expect(rest).toEqual([
      expect.objectContaining({ action: 'BootNotification', at: new Date(now - 2 * minute).toISOString() }),
      expect.objectContaining({ action: 'Heartbeat', payload: {} }),
    ]);
    expect(outcome).toEqual({ ok: true, bytes: server.files.get('/a.log')?.length });
  });

  it('has the span that was asked for, ends included', async () => {
    const messages = await storeWith(...[4, 3, 2, 1].map((ago) => frame(now - ago * minute, `A${ago}`)));
    await upload(`${server.url}/a.log`, { from: now - 3 * minute, to: now - 2 * minute }, { messages });
    const [head, ...rest] = linesAt('/a.log');
    expect(head).toMatchObject({ from: new Date(now - 3 * minute).toISOString() });
    expect(rest.map(({ action }) => action)).toEqual(['A3', 'A2']);
  });

  it('has the messages of a busy charger over many pages, the newest 4 MB of them', async () => {
    const large = 'x'.repeat(10_000);
    const many = Array.from({ length: 1_200 }, (_, at) => frame(now - (1_200 - at) * second, `A${at}`));
    await upload(`${server.url}/many.log`, {}, { messages: await storeWith(...many) });
    expect(linesAt('/many.log')).toHaveLength(1_201);
    expect(linesAt('/many.log').at(1)).toMatchObject({ action: 'A0' });
    const heavy = many.map((one) => ({ ...one, payload: large }));
    await upload(`${server.url}/heavy.log`, {}, { messages: await storeWith(...heavy) });
    const size = server.files.get('/heavy.log')?.length ?? 0;
    expect([size > 4_000_000, size < 4_400_000]).toEqual([true, true]);
    expect(linesAt('/heavy.log').at(-1)).toMatchObject({ action: 'A1199' });
  });

  it('shows no secrets of the charger', async () => {
    const charger: Charger = {
      ...someCharger(),
      csms: { url: 'ws://u:hidden-1@csms.test', basicAuth: { username: 'CP-1', password: 'hidden-2' } },
    };
    await upload(`${server.url}/a.log`, {}, { charger });
    expect(String(server.files.get('/a.log'))).not.toContain('hidden');
  });
});

describe('N01.FR.03: the security log', () => {
  it('has the security events, and what was told of them, and nothing else', async () => {
    const charger = someCharger();
    charger.security = { log: [5, 3, 1].map((ago) => ({ at: now - ago * minute, type: `Event${ago}` })) };
    const messages = await storeWith(
      frame(now - 5 * minute, 'SecurityEventNotification', { type: 'Event5' }),
      frame(now - 4 * minute, 'Heartbeat'),
      frame(now - 3 * minute, 'SecurityEventNotification', { type: 'Event3' }),
    );
    await upload(`${server.url}/a.log`, { content: 'security', from: now - 4 * minute }, { charger, messages });
    const [head, ...rest] = linesAt('/a.log');
    expect(head).toMatchObject({
      log: 'security',
      charger: { id: 'CP-1', identity: 'CP-1' },
      events: [{ type: 'Event3', at: new Date(now - 3 * minute).toISOString() }, { type: 'Event1' }],
    });
    expect(rest.map(({ payload }) => payload)).toEqual([{ type: 'Event3' }]);
  });
});

describe('OCPP 1.6 §6.25: logs by HTTP', () => {
  it('are PUT where the location names a file, with the query that signs it', async () => {
    await upload(`${server.url}/logs/a?sig=abc`);
    expect(server.requests).toMatchObject([{ method: 'PUT', url: '/logs/a?sig=abc' }]);
    expect(server.requests[0]?.headers['content-length']).toBe(String(server.files.get('/logs/a')?.length));
  });

  it('are PUT under their name where it is a directory, with its credentials', async () => {
    await upload(`${server.url.replace('//', '//charger:secret@')}/logs/`);
    expect(server.requests).toMatchObject([{ method: 'PUT', url: '/logs/log%201.txt' }]);
    const authorization = `Basic ${Buffer.from('charger:secret').toString('base64')}`;
    expect(server.requests[0]?.headers.authorization).toBe(authorization);
  });

  it.each([405, 501])('are POSTed to a server that answers PUT with %i', async (status) => {
    server.on('/logs', ({ method }, response) => response.writeHead(method === 'PUT' ? status : 201).end());
    expect(await upload(`${server.url}/logs`)).toMatchObject({ ok: true });
    const [first, second_] = server.requests;
    expect([first?.method, second_?.method, second_?.url]).toEqual(['PUT', 'POST', '/logs']);
    expect(second_?.body).toEqual(first?.body);
    expect(second_?.headers['content-disposition']).toBe('attachment; filename="log 1.txt"');
  });

  it('follow a redirect with their content, but not to a place to look at afterwards', async () => {
    server.on('/old', (_request, response) => response.writeHead(307, { location: '/new' }).end());
    expect(await upload(`${server.url}/old`)).toMatchObject({ ok: true });
    expect(server.files.get('/new')).toEqual(server.requests[0]?.body);
    server.on('/seen', (_request, response) => response.writeHead(303, { location: '/new' }).end());
    expect(await upload(`${server.url}/seen`)).toMatchObject({ ok: true });
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['PUT /old', 'PUT /new', 'PUT /seen']);
  });

  it.each([
    [401, 'denied'],
    [403, 'denied'],
    [400, 'malformed'],
    [507, 'failed'],
  ])('HTTP %i is %s', async (status, reason) => {
    server.on('/a', (_request, response) => response.writeHead(status).end());
    expect(await upload(`${server.url}/a`)).toMatchObject({ ok: false, reason });
  });

  it('to a server that is silent are given up', async () => {
    server.on('/a', () => {});
    const outcome = await upload(`${server.url}/a`, {}, { limits: impatient });
    expect(outcome).toEqual({ ok: false, reason: 'failed', detail: 'stalled: no byte for 0.2 s' });
  });

  it('go to no forbidden host, not by a redirect either', async () => {
    expect(await upload('http://169.254.169.254/a')).toMatchObject({ ok: false, reason: 'forbidden' });
    server.on('/old', (_request, response) => response.writeHead(308, { location: 'http://169.254.169.254/' }).end());
    expect(await upload(`${server.url}/old`)).toMatchObject({ ok: false, reason: 'forbidden' });
  });
});
