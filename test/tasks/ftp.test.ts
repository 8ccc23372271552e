// Firmware and logs by FTP, in the clear and under TLS, with real servers that refuse, stall and send elsewhere.
import { makeCa, makeCertificate } from '../link/certificates';
import { type FtpServer, type FtpServerOptions, startFtpServer } from '../support/ftp-server';
import { type Bench, download, impatient, perform, someCharger } from './bench';

const firmware = Buffer.from(`firmware_version=3.1.4 ${'z'.repeat(300_000)}`);

let servers: FtpServer[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

async function serverWith(options: FtpServerOptions = {}): Promise<FtpServer> {
  const server = await startFtpServer(options);
  servers.push(server);
  server.files.set('/fw/charger.bin', firmware);
  return server;
}

const at = ({ port }: FtpServer, path: string, user = 'charger:secret@') => `ftp://${user}127.0.0.1:${port}/${path}`;
const upload = (location: string, bench?: Bench) =>
  perform({ kind: 'uploadLog', location, fileName: 'log.txt', content: 'security' }, bench);
const failure = (reason: string, detail: string | RegExp) => ({
  ok: false,
  reason,
  detail: typeof detail === 'string' ? detail : expect.stringMatching(detail),
});

describe('OCPP 1.6 §6.55: firmware by FTP', () => {
  it.each([
    ['EPSV', {}],
    ['PASV', { passiveHost: '127.0.0.1' }],
  ])('is fetched whole, over a data connection by %s', async (verb, options) => {
    const server = await serverWith(options);
    expect(await download(at(server, 'fw/charger.bin'))).toMatchObject({
      ok: true,
      bytes: firmware.length,
      version: '3.1.4',
    });
    expect(server.commands).toEqual(expect.arrayContaining(['USER charger', 'PASS secret', 'TYPE I', verb]));
  });

  it('without a user it is anonymous; the path is taken from where the login leads, or from the root', async () => {
    const server = await serverWith({ user: 'anonymous', password: 'anonymous' });
    expect(await download(at(server, 'fw/charger.bin;type=i', ''))).toMatchObject({ ok: true });
    expect(await download(at(server, '%2Ffw/charger.bin', ''))).toMatchObject({ ok: true });
    expect(server.commands.filter((line) => line.startsWith('RETR'))).toEqual([
      'RETR fw/charger.bin',
      'RETR /fw/charger.bin',
    ]);
  });

  it('a login that is refused is denied, and the password that the server repeats is not', async () => {
    const server = await serverWith();
    const outcome = await download(at(server, 'fw/charger.bin', 'charger:hunter2@'));
    expect(outcome).toEqual(failure('denied', 'the file server answered 530 login refused'));
  });

  it.each([
    ['is not there', 'fw/other.bin', {}, 'failed', /550 no such file/],
    ['may not be read', 'fw/charger.bin', { answers: { RETR: '550 permission denied' } }, 'denied', /550/],
    ['cannot be had', 'fw/charger.bin', { answers: { RETR: '502 not implemented' } }, 'notSupported', /502/],
    ['has no name', 'fw/', {}, 'malformed', /names no file/],
    ['has a command in its name', 'fw%0D%0ADELE%20x', {}, 'malformed', /control characters/],
  ])('a file that %s', async (_what, path, options, reason, detail) => {
    const server = await serverWith(options);
    expect(await download(at(server, path))).toEqual(failure(reason, detail));
    expect(server.commands.filter((line) => line.startsWith('DELE'))).toEqual([]);
  });

  it('a user name with a command in it never reaches the server', async () => {
    const server = await serverWith();
    const outcome = await download(at(server, 'fw/charger.bin', 'a%0D%0ADELE%20x:secret@'));
    expect(outcome).toEqual(failure('malformed', /control characters/));
    expect(server.commands).toEqual([]);
  });

  it('one that stalls is given up, and hung up on', async () => {
    const server = await serverWith({ stallAfter: 1_000 });
    const outcome = await download(at(server, 'fw/charger.bin'), { limits: impatient });
    expect(outcome).toEqual(failure('failed', 'stalled: nothing for 0.2 s'));
  });

  it('one that does not stop is cut off', async () => {
    const server = await serverWith();
    const outcome = await download(at(server, 'fw/charger.bin'), { limits: { bytes: 5_000 } });
    expect(outcome).toEqual(failure('failed', /more than 5000 bytes/));
  });

  it('a data connection goes to no other host than the one that was asked, whatever the server says', async () => {
    const server = await serverWith({ passiveHost: '169.254.169.254' });
    expect(await download(at(server, 'fw/charger.bin'))).toEqual(
      failure('forbidden', 'the file server wants a data connection to another host'),
    );
  });

  it.each([
    ['an address', '127.0.0.1'],
    ['a name, by what it resolves to', 'localhost'],
  ])('%s that is not on the list is not dialled', async (_what, host) => {
    const server = await serverWith();
    const location = at(server, 'fw/charger.bin').replace('127.0.0.1', host);
    expect(await download(location, { allow: '10.0.0.0/8' })).toEqual(
      failure('forbidden', new RegExp(`does not allow ${host}`)),
    );
    expect(server.commands).toEqual([]);
  });

  it('one that nobody waits for any more is hung up on', async () => {
    const server = await serverWith({ stallAfter: 1_000 });
    const controller = new AbortController();
    const outcome = download(at(server, 'fw/charger.bin'), {
      signal: controller.signal,
      limits: { stallMs: 60_000 },
    });
    while (!server.commands.some((line) => line.startsWith('RETR'))) await new Promise(setImmediate);
    controller.abort();
    expect(await outcome).toMatchObject({ ok: false });
  });
});

describe('OCPP 1.6 §6.25: logs by FTP', () => {
  it.each([
    ['the directory that the location is', 'logs/', '/logs/log.txt'],
    ['a directory without a slash at its end', 'logs', '/logs/log.txt'],
    ['where the login leads', '', '/log.txt'],
    ['the file that the location names', 'logs/mine.txt', '/logs/mine.txt'],
  ])('go to %s', async (_what, path, file) => {
    const server = await serverWith({ directories: ['/logs'] });
    const outcome = await upload(at(server, path));
    expect(outcome).toEqual({ ok: true, bytes: server.files.get(file)?.length });
    expect(String(server.files.get(file))).toContain('"log":"security"');
  });

  it('where nothing may be stored they are denied', async () => {
    const server = await serverWith({ answers: { STOR: '553 not allowed' } });
    expect(await upload(at(server, ''))).toEqual(failure('denied', 'the file server answered 553 not allowed'));
  });
});

describe('OCPP 1.6 §6.55: FTP under TLS', () => {
  it('ftps: from a server whose certificate the CA of the charger has signed, and from no other', async () => {
    const ca = await makeCa();
    const { cert, key } = await makeCertificate({ ca });
    const server = await serverWith({ tls: { cert, key } });
    const location = at(server, 'fw/charger.bin').replace('ftp:', 'ftps:');
    const trusting = { charger: someCharger({ ca: ca.cert }) };
    expect(await download(location, trusting)).toMatchObject({ ok: true, bytes: firmware.length });
    const before = server.commands.filter((line) => line.startsWith('PASS')).length;
    expect(await download(location)).toEqual(failure('failed', /certificate/));
    expect([before, server.commands.filter((line) => line.startsWith('PASS')).length]).toEqual([1, 1]);
  });
});
