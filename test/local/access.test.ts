// Who may ask the local host: the key, and what protects a host without one from pages in a browser.
import { request } from 'node:http';
import { type ApiHost, startApiHost } from '../support/api-host';

let host: ApiHost;
afterEach(() => host.close());

/** `fetch` does not let one set these headers. */
function askRaw(url: string, method: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('with a key', () => {
  beforeEach(async () => {
    host = await startApiHost({ apiKey: 'correct horse' });
  });

  it('takes it in the header or as ?code=', async () => {
    expect((await host.ask('GET', 'chargers', undefined, { 'x-functions-key': 'correct horse' })).status).toBe(200);
    expect((await host.ask('GET', 'chargers?code=correct+horse')).status).toBe(200);
  });

  it.each(['chargers', 'nonsense', 'metrics'])('is 401 without or with a wrong one: %s', async (path) => {
    const none = await host.ask('GET', path);
    expect([none.status, none.body.type]).toEqual([401, '/api/docs#no-key']);
    expect((await host.ask('GET', `${path}?code=wrong`)).status).toBe(401);
    expect((await host.ask('GET', path, undefined, { 'x-functions-key': 'correct hors' })).status).toBe(401);
    expect(none.text).not.toContain('correct');
  });

  it('runs nothing without it', async () => {
    const body = { id: 'CP-1', protocol: 'ocpp1.6', csms: { url: 'ws://a/b' } };
    expect((await host.ask('POST', 'chargers', body)).status).toBe(401);
    expect(host.service.chargers.size).toBe(0);
  });

  it('tells its health to probes that have none', async () => {
    expect((await host.ask('GET', 'health')).status).toBe(200);
  });

  it('may be asked under any name', async () => {
    const headers = { host: 'simulator.example', origin: 'https://ui.example', 'x-functions-key': 'correct horse' };
    expect(await askRaw(`${host.url}/chargers`, 'GET', headers)).toBe(200);
  });
});

describe('without a key', () => {
  beforeEach(async () => {
    host = await startApiHost();
  });

  it.each(['localhost', 'localhost:7071', '127.0.0.1', '127.1.2.3:80', '[::1]:7071', 'LOCALHOST'])(
    'takes the Host %s',
    async (name) => {
      expect(await askRaw(`${host.url}/health`, 'GET', { host: name })).toBe(200);
    },
  );

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1'])(
    'refuses the Host %s (DNS rebinding)',
    async (name) => {
      expect(await askRaw(`${host.url}/chargers`, 'GET', { host: name })).toBe(403);
      expect(await askRaw(`${host.url}/nonsense`, 'GET', { host: name })).toBe(403);
    },
  );

  it.each(['https://evil.example', 'null'])('refuses requests of pages of %s', async (origin) => {
    expect(await askRaw(`${host.url}/chargers?tag=x`, 'DELETE', { origin })).toBe(403);
  });

  it('takes requests of pages of this machine', async () => {
    expect(await askRaw(`${host.url}/chargers`, 'GET', { origin: 'http://localhost:3000' })).toBe(200);
  });
});
