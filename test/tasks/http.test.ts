// Firmware by HTTP and HTTPS from real servers that lie, stall, redirect and refuse; what the patterns of the
// allow-list mean is tested in test/link.
import { createHash } from 'node:crypto';
import { createVault } from '../../lib/secrets/vault';
import { makeCa, makeCertificate } from '../link/certificates';
import { type FileServer, startFileServer } from '../support/file-server';
import { download, impatient, perform, someCharger } from './bench';

const firmware = Buffer.from(`${'x'.repeat(1_000)} firmwareVersion: "4.2.0-rc1" ${'y'.repeat(200_000)}`);

let server: FileServer;
beforeEach(async () => {
  server = await startFileServer();
  server.files.set('/fw.bin', firmware);
});
afterEach(() => server.close());

const failure = (reason: string, detail: string | RegExp) => ({
  ok: false,
  reason,
  detail: typeof detail === 'string' ? detail : expect.stringMatching(detail),
});

describe('OCPP 1.6 §6.55: firmware by HTTP', () => {
  it('is fetched whole, counted and hashed; its version is the one it says', async () => {
    expect(await download(`${server.url}/fw.bin`)).toEqual({
      ok: true,
      bytes: firmware.length,
      sha256: createHash('sha256').update(firmware).digest('hex'),
      version: '4.2.0-rc1',
    });
  });

  it('an empty file is no firmware', async () => {
    server.files.set('/empty.bin', '');
    expect(await download(`${server.url}/empty.bin`)).toEqual(failure('failed', 'the file is empty'));
  });

  it('its location may be kept sealed', async () => {
    const vault = createVault(Buffer.alloc(32, 3));
    const location = vault.seal(`${server.url}/fw.bin`);
    expect(await perform({ kind: 'download', location }, { vault })).toMatchObject({ ok: true });
  });

  it('OCPP 2.0.1 L03: its MD5 is told where it is wanted', async () => {
    const task = { kind: 'download', location: `${server.url}/fw.bin`, md5: true } as const;
    expect(await perform(task)).toMatchObject({ ok: true, md5: createHash('md5').update(firmware).digest('hex') });
  });

  it.each([
    ['acme-charger_v1.4.2-rc1.bin', '1.4.2-rc1'],
    ['firmware-2.0.0.tar.gz', '2.0.0'],
    ['latest.bin', 'latest'],
    [`${'long'.repeat(30)}.bin`, 'long'.repeat(30).slice(0, 50)],
    ['', 'unknown'],
  ])('one that says no version has the one of its name: %j', async (name, version) => {
    server.files.set(`/${name}`, 'no word of it');
    expect(await download(`${server.url}/${name}`)).toMatchObject({ ok: true, version });
  });

  it('user and password of the location are the credentials; without the right ones it is denied, in words without them', async () => {
    const wanted = `Basic ${Buffer.from('ädmin:p@ss').toString('base64')}`;
    server.on('/fw.bin', ({ headers }, response) => {
      response.statusCode = headers.authorization === wanted ? 200 : 401;
      response.end(firmware);
    });
    const [scheme, host] = server.url.split('//');
    expect(await download(`${scheme}//%C3%A4dmin:p%40ss@${host}/fw.bin`)).toMatchObject({ ok: true });
    const denied = await download(`${scheme}//admin:wrong@${host}/fw.bin`);
    expect(denied).toEqual(failure('denied', 'the file server answered HTTP 401 Unauthorized'));
  });

  it.each([
    [403, 'denied'],
    [404, 'failed'],
    [500, 'failed'],
    [501, 'notSupported'],
  ])('HTTP %i is %s', async (status, reason) => {
    server.on('/fw.bin', (_request, response) => response.writeHead(status).end('secret page'));
    expect(await download(`${server.url}/fw.bin`)).toEqual(failure(reason, new RegExp(`HTTP ${status} [\\w ]+$`)));
  });

  it('a server that is not there is named, without user and password', async () => {
    await server.close();
    const location = `http://admin:secret@127.0.0.1:${server.port}/fw.bin`;
    expect(await download(location)).toEqual(
      failure('failed', `127.0.0.1:${server.port} refuses the connection (ECONNREFUSED)`),
    );
  });
});

describe('OCPP 1.6 §6.55: servers that do not keep their word', () => {
  it('a body that stalls is given up, and the connection is cut', async () => {
    const cut = new Promise<void>((resolve) => {
      server.on('/fw.bin', (_request, response) => {
        response.writeHead(200, { 'content-length': 1_000 }).write('some');
        response.on('close', resolve);
      });
    });
    expect(await download(`${server.url}/fw.bin`, { limits: impatient })).toEqual(
      failure('failed', 'stalled: no byte for 0.2 s'),
    );
    await cut;
  });

  it('an answer that never begins is given up', async () => {
    server.on('/fw.bin', () => {});
    expect(await download(`${server.url}/fw.bin`, { limits: impatient })).toEqual(
      failure('failed', 'stalled: no byte for 0.2 s'),
    );
  });

  it('slow is not stalled: it may take its time as long as bytes come', async () => {
    server.on('/fw.bin', (_request, response) => {
      let sent = 0;
      const drip = setInterval(() => {
        response.write('x');
        if (++sent < 5) return;
        clearInterval(drip);
        response.end();
      }, 300);
    });
    const limits = { stallMs: 1_000 };
    expect(await download(`${server.url}/fw.bin`, { limits })).toMatchObject({ ok: true, bytes: 5 });
  });

  it.each([
    ['says it has more than it sends', { 'content-length': '999999' }, /ended after \d+ bytes of 999999 announced$/],
    ['is cut off in the middle of a chunk', { 'transfer-encoding': 'chunked' }, /ended after \d+ bytes$/],
  ])('one that %s has failed', async (_what, headers, detail) => {
    server.on('/fw.bin', (_request, response) => {
      response.writeHead(200, headers);
      response.write(firmware, () => response.socket?.destroy());
    });
    expect(await download(`${server.url}/fw.bin`)).toEqual(failure('failed', detail));
  });

  it('one that says it has too much is not read; one that sends too much is cut off', async () => {
    const limits = { bytes: 10_000 };
    const tooLarge = failure('failed', /more than 10000 bytes/);
    expect(await download(`${server.url}/fw.bin`, { limits })).toEqual(tooLarge);
    const cut = new Promise<void>((resolve) => {
      server.on('/endless', (_request, response) => {
        const pour = () => {
          while (!response.destroyed && response.write('x'.repeat(5_000)));
        };
        response.on('drain', pour).on('close', resolve);
        pour();
      });
    });
    expect(await download(`${server.url}/endless`, { limits })).toEqual(tooLarge);
    await cut;
  });

  it('what is no HTTP is a failure, not a crash', async () => {
    server.on('/fw.bin', (_request, response) => response.socket?.end('SSH-2.0-OpenSSH\r\n'));
    expect(await download(`${server.url}/fw.bin`)).toMatchObject({ ok: false, reason: 'failed' });
  });

  it('one that nobody waits for any more is hung up on', async () => {
    const controller = new AbortController();
    const cut = new Promise<void>((resolve) => {
      server.on('/fw.bin', (_request, response) => {
        response.on('close', resolve);
        controller.abort();
      });
    });
    await download(`${server.url}/fw.bin`, { signal: controller.signal, limits: { stallMs: 60_000 } });
    await cut;
  });
});

describe('OCPP 1.6 §6.55: redirects', () => {
  const redirect = (path: string, location: string, status = 302) =>
    server.on(path, (_request, response) => response.writeHead(status, { location }).end());

  it.each([301, 302, 303, 307, 308])('%i is followed', async (status) => {
    redirect('/old', '/fw.bin', status);
    expect(await download(`${server.url}/old`)).toMatchObject({ ok: true, bytes: firmware.length });
  });

  it('credentials go to no other host', async () => {
    const other = await startFileServer();
    other.files.set('/fw.bin', firmware);
    redirect('/old', `${other.url}/fw.bin`);
    await download(server.url.replace('//', '//admin:secret@').concat('/old'));
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([expect.any(String)]);
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    await other.close();
  });

  it.each([
    ['a host that is not on the list', 'http://127.0.0.2:9/fw.bin', /CSMS_ALLOWED_HOSTS does not allow 127\.0\.0\.2/],
    ['cloud metadata', 'http://169.254.169.254/latest/meta-data/', /169\.254\.169\.254 belongs to the cloud platform/],
    ['cloud metadata in other digits', 'http://0xA9FEA9FE/latest', /belongs to the cloud platform/],
    ['a name that leads elsewhere', 'http://localhost:9/fw.bin', /does not allow localhost/],
  ])('to %s is forbidden', async (_what, location, detail) => {
    redirect('/old', location);
    const allow = `127.0.0.1:${server.port}`;
    expect(await download(`${server.url}/old`, { allow })).toEqual(failure('forbidden', detail));
  });

  it.each([
    ['files of the host', 'file:///etc/passwd', /file:\/\/, which is not followed/],
    ['another protocol', 'ftp://127.0.0.1/fw.bin', /ftp:\/\/, which is not followed/],
    ['what is no URL', 'http://[', /not a URL/],
  ])('to %s has failed', async (_what, location, detail) => {
    redirect('/old', location);
    expect(await download(`${server.url}/old`)).toEqual(failure('failed', detail));
  });

  it('in a circle has failed, after a few', async () => {
    redirect('/old', '/old');
    expect(await download(`${server.url}/old`)).toEqual(failure('failed', 'more than 5 redirects'));
    expect(server.requests).toHaveLength(6);
  });
});

describe('OCPP 1.6 §6.55: locations that are refused', () => {
  it.each([
    ['no URL', 'charger.bin', 'malformed', /not a URL/],
    ['a file of the host', 'file:///etc/passwd', 'forbidden', /no host/],
    ['a protocol that is not there', 'sftp://files.test/a', 'notSupported', /sftp:\/\/ is not supported/],
    ['cloud metadata', 'http://169.254.169.254/latest', 'forbidden', /cloud platform/],
    ['cloud metadata by its name', 'http://metadata.google.internal/', 'forbidden', /cloud platform/],
  ])('%s', async (_what, location, reason, detail) => {
    expect(await download(location)).toEqual(failure(reason, detail));
  });

  it.each([
    ['an address', '127.0.0.1'],
    ['a name, by what it resolves to', 'localhost'],
  ])('%s that is not on the list, which nobody dials', async (_what, host) => {
    const outcome = await download(`http://${host}:${server.port}/fw.bin`, { allow: '10.0.0.0/8, *.example.com' });
    expect(outcome).toEqual(failure('forbidden', new RegExp(`does not allow ${host}`)));
    expect(server.requests).toEqual([]);
  });
});

describe('OCPP 1.6 §6.55: firmware by HTTPS', () => {
  it('from a server whose certificate the CA of the charger has signed, and from no other', async () => {
    const ca = await makeCa();
    const { cert, key } = await makeCertificate({ ca });
    const secure = await startFileServer({ tls: { cert, key } });
    secure.files.set('/fw.bin', firmware);
    const charger = someCharger({ ca: ca.cert });
    expect(await download(`${secure.url}/fw.bin`, { charger })).toMatchObject({ ok: true, bytes: firmware.length });
    const untrusted = await download(`${secure.url}/fw.bin`);
    expect(untrusted).toEqual(failure('failed', /certificate/));
    await secure.close();
  });

  it('is not fetched in the clear after a redirect', async () => {
    const ca = await makeCa();
    const { cert, key } = await makeCertificate({ ca });
    const secure = await startFileServer({ tls: { cert, key } });
    secure.on('/old', (_request, response) => response.writeHead(302, { location: `${server.url}/fw.bin` }).end());
    const outcome = await download(`${secure.url}/old`, { charger: someCharger({ ca: ca.cert }) });
    expect(outcome).toEqual(failure('failed', 'redirects from https to http, which is not followed'));
    expect(server.requests).toEqual([]);
    await secure.close();
  });

  it('a server that speaks no TLS has failed', async () => {
    const location = `https://127.0.0.1:${server.port}/fw.bin`;
    expect(await download(location)).toMatchObject({ ok: false, reason: 'failed' });
  });
});
