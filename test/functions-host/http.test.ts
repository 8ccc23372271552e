// The host's HTTP side, proved with a toy app: what functions are given and what comes back, keys, routes, several workers.
import { type FunctionsHost, type FunctionsHostOptions, startFunctionsHost } from '../support/functions-host/host';
import { buildToy, type ToyBundle } from '../support/functions-host/toy-bundle';
import { request } from '../support/local-host';

let toy: ToyBundle;
const hosts: FunctionsHost[] = [];

beforeAll(async () => {
  toy = await buildToy();
});
afterAll(() => toy.remove());
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

async function start(options: Partial<FunctionsHostOptions> = {}): Promise<FunctionsHost> {
  const env = { TICK_SCHEDULE: '0 */5 * * * *', ...options.env };
  const host = await startFunctionsHost({ bundle: toy.file, ...options, env });
  hosts.push(host);
  return host;
}

describe('HTTP functions', () => {
  it('are given method, URL, route, query, headers, body and trace as the worker gets them', async () => {
    const host = await start();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const path = 'echo/a%20b?tag=1&tag=2&x=y';
    const answer = await request(host.url, 'POST', path, { n: 1 }, { 'x-given': 'yes', traceparent });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-seen')).toBe('yes');
    expect(answer.body).toMatchObject({
      method: 'POST',
      url: `${host.url}/api/${path}`,
      params: { name: 'a b' },
      query: { tag: '1,2', x: 'y' },
      body: '{"n":1}',
      trace: traceparent,
    });
    expect(host.logs()).toContainEqual(expect.objectContaining({ category: 'user', message: 'echoing a b' }));
  });

  it('are found by method and path, literal routes first; all else is 404', async () => {
    const host = await start();
    expect((await request(host.url, 'GET', 'echo/literal')).body).toBe('open');
    expect((await request(host.url, 'GET', 'ECHO/other')).body.params).toEqual({ name: 'other' });
    expect((await request(host.url, 'PUT', 'echo/other')).status).toBe(404);
    expect((await request(host.url, 'GET', 'nothing')).status).toBe(404);
    expect(host.functions).toEqual(expect.arrayContaining(['echo', 'open', 'tick', 'double', 'rounds']));
  });

  it('want the key the host was started with, in the header or the query', async () => {
    const host = await start({ key: 'k1' });
    expect((await request(host.url, 'GET', 'echo/x')).status).toBe(401);
    expect((await request(host.url, 'GET', 'echo/x', undefined, { 'x-functions-key': 'k2' })).status).toBe(401);
    expect((await request(host.url, 'GET', 'echo/x', undefined, { 'x-functions-key': 'k1' })).status).toBe(201);
    expect((await request(host.url, 'GET', 'echo/x?code=k1')).status).toBe(201);
    expect((await request(host.url, 'GET', 'echo/literal')).status).toBe(200);
  });

  it('tell nothing of what they threw', async () => {
    const host = await start();
    expect(await request(host.url, 'GET', 'broken')).toMatchObject({ status: 500, body: '' });
  });

  it('run between the hooks of the app, and module state lives as long as the process', async () => {
    const host = await start();
    expect((await request(host.url, 'GET', 'echo/x')).body.count).toBe(1);
    expect((await request(host.url, 'GET', 'echo/x')).body.count).toBe(2);
    const { body } = await request(host.url, 'GET', 'seen');
    expect(body.hooks.slice(0, 2)).toEqual(['before echo', 'after echo']);
    await host.killWorker(0);
    await host.addWorker();
    expect((await request(host.url, 'GET', 'echo/x')).body.count).toBe(1);
  });

  it('answer 504 after the limit of the front end, on the clock of the host', async () => {
    const host = await start({ clock: 'virtual' });
    const late = request(host.url, 'GET', 'wait/300000');
    const inTime = request(host.url, 'GET', 'wait/200000');
    await host.until(() => host.running().length === 2 || undefined);
    await host.advance(230_000);
    expect((await inTime).body).toEqual({ waitedMs: 200_000 });
    expect((await late).status).toBe(504);
  });

  it('end with the app in good order', async () => {
    const host = await start();
    await host.close();
    hosts.splice(0);
    expect(host.logs()).toContainEqual(expect.objectContaining({ category: 'console', message: 'goodbye' }));
  });
});

describe('a bundle that does not load', () => {
  it('stops the start with the reason', async () => {
    await expect(startFunctionsHost({ bundle: `${toy.file}.missing` })).rejects.toThrow('main.js.missing');
  });

  it('as does a schedule by a setting that is missing', async () => {
    await expect(startFunctionsHost({ bundle: toy.file })).rejects.toThrow('TICK_SCHEDULE');
  });
});

describe('several workers', () => {
  it('share the requests, each with a clock of its own', async () => {
    const host = await start({ clock: 'virtual', workers: [{}, { clockOffsetMs: 60_000 }] });
    const answers = [await request(host.url, 'GET', 'time'), await request(host.url, 'GET', 'time')];
    const times = answers.map(({ body }) => body.now - host.now());
    expect(times.sort((a, b) => a - b)).toEqual([0, 60_000]);
  });

  it('serve HTTP and durable functions apart where they are told to', async () => {
    const host = await start({ workers: [{ serves: 'http' }, { serves: 'durable' }] });
    const pids = new Set<number>();
    for (let n = 0; n < 3; n++) pids.add((await request(host.url, 'GET', 'echo/x')).body.pid);
    expect(pids.size).toBe(1);
    await host.runTimer('tick');
    expect((await request(host.url, 'GET', 'seen')).body.timers).toEqual([]);
  });

  it('are started anew when they end by themselves', async () => {
    const host = await start();
    expect((await request(host.url, 'GET', 'crash')).status).toBe(502);
    expect((await request(host.url, 'GET', 'echo/x')).body.count).toBe(1);
    expect(host.logs()).toContainEqual(expect.objectContaining({ message: 'the worker process ended by itself' }));
  });

  it('answer 502 when the instance dies with the request, and 500 when only the time limit ends it', async () => {
    const host = await start({ workers: 2 });
    host.inject({ function: 'echo', fault: 'killBefore' });
    expect((await request(host.url, 'GET', 'echo/x')).status).toBe(502);
    host.inject({ function: 'echo', fault: 'timeOut' });
    expect((await request(host.url, 'GET', 'echo/x')).status).toBe(500);
    expect((await request(host.url, 'GET', 'echo/x')).status).toBe(201);
  });
});

describe('timer functions', () => {
  it('run by the schedule of their setting, told when', async () => {
    const host = await start({ clock: 'virtual', startAt: Date.UTC(2026, 0, 5, 8, 1) });
    await host.advance(10 * 60_000);
    const { body } = await request(host.url, 'GET', 'seen');
    expect(body.timers).toHaveLength(2);
    expect(body.timers[1]).toMatchObject({
      isPastDue: false,
      scheduleStatus: { last: '2026-01-05T08:05:00.000Z', next: '2026-01-05T08:15:00.000Z' },
    });
  });
});
