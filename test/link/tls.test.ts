// TLS of the WebSocket link (OCPP 1.6 security whitepaper, profiles 2 and 3) against real servers with real certificates.
import { createHash, X509Certificate } from 'node:crypto';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { createTlsContexts } from '../../lib/link/credentials';
import { createVault, lockedVault } from '../../lib/secrets/vault';
import { createRoot } from '../support/certificate-authority';
import { type KeyPair, type LeafOptions, makeCa, makeCertificate } from './certificates';
import { openLink, settled, startCsms, startTcp } from './probe';

let ca: KeyPair;
let server: KeyPair;
let client: KeyPair;
beforeAll(async () => {
  ca = await makeCa();
  server = await makeCertificate({ ca });
  client = await makeCertificate({ host: 'CP-1', ca });
});

const start = (tls: TlsOptions = {}) => startCsms({}, { ...server, ...tls });

describe('profile 2: the CSMS shows a certificate', () => {
  it('TC_086_CS: comes up when its CA is trusted, with Basic authentication and TLS 1.2 or later', async () => {
    const csms = await start();
    const basicAuth = { username: 'CP-1', password: 'secret' };
    const { up } = openLink({ url: csms.url, csms: { securityProfile: 2, basicAuth, tls: { ca: ca.cert } } });
    await up;
    const { request } = await csms.connection;
    expect(request.headers.authorization).toBe(`Basic ${Buffer.from('CP-1:secret').toString('base64')}`);
    expect((request.socket as TLSSocket).getProtocol()).toBe('TLSv1.3');
  });

  it('takes TLS 1.2', async () => {
    const csms = await start({ maxVersion: 'TLSv1.2' });
    const { up } = openLink({ url: csms.url, csms: { tls: { ca: ca.cert } } });
    await up;
    expect(((await csms.connection).request.socket as TLSSocket).getProtocol()).toBe('TLSv1.2');
  });

  it('takes a self-signed certificate that is given as the CA', async () => {
    const own = await makeCertificate();
    const csms = await start(own);
    await openLink({ url: csms.url, csms: { tls: { ca: own.cert } } }).up;
  });

  it.each<[string, () => LeafOptions, string]>([
    ['self-signed', () => ({}), 'self-signed and not trusted: give it as csms.tls.ca (DEPTH_ZERO_SELF_SIGNED_CERT)'],
    ['expired', () => ({ ca, from: '2020-01-01', until: '2021-01-01' }), 'has expired (CERT_HAS_EXPIRED)'],
    ['not valid yet', () => ({ ca, from: '2090-01-01', until: '2091-01-01' }), 'is not valid yet (CERT_NOT_YET_VALID)'],
    ['for another host', () => ({ ca, host: 'csms.example' }), 'is for another host ('],
  ])('A00.FR.307 to A00.FR.310: a certificate that is %s is tls', async (_, options, words) => {
    const csms = await start(await makeCertificate(options()));
    const { down, events } = openLink({ url: csms.url, csms: { tls: { ca: ca.cert } } });
    const fault = 'serverCertificate';
    expect(await down).toMatchObject({ reason: 'tls', detail: expect.stringContaining(words), fault });
    expect((await down).detail).toContain(`TLS with 127.0.0.1:${csms.port} failed`);
    await settled();
    expect(events).toEqual(['down tls']);
  });

  it('a CA that is not given is tls, and no setting of the process turns that off', async () => {
    const csms = await start();
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const { down } = openLink({ url: csms.url });
      expect(await down).toMatchObject({
        reason: 'tls',
        detail: expect.stringContaining('give its CA as csms.tls.ca'),
      });
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });

  it('verifyHostname: false takes a certificate for another host, but no untrusted one', async () => {
    const csms = await start(await makeCertificate({ ca, host: 'csms.example' }));
    await openLink({ url: csms.url, csms: { tls: { ca: ca.cert, verifyHostname: false } } }).up;
    const other = await makeCa('Another CA');
    const { down } = openLink({ url: csms.url, csms: { tls: { ca: other.cert, verifyHostname: false } } });
    expect((await down).reason).toBe('tls');
  });

  it('A00.FR.312, A00.FR.315: a CSMS with TLS 1.1 at most is tls', async () => {
    const csms = await start({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    const { down } = openLink({ url: csms.url, csms: { tls: { ca: ca.cert } } });
    expect(await down).toMatchObject({
      reason: 'tls',
      detail: expect.stringContaining('does not speak TLS 1.2 or later'),
      fault: 'tlsVersion',
    });
  });

  it.each(['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'])(
    'A00.FR.318: takes %s',
    async (ciphers) => {
      const csms = await start({ maxVersion: 'TLSv1.2', ciphers });
      await openLink({ url: csms.url, csms: { tls: { ca: ca.cert } } }).up;
      expect(((await csms.connection).request.socket as TLSSocket).getCipher().name).toBe(ciphers);
    },
  );

  it.each(['AES128-GCM-SHA256', 'AES256-GCM-SHA384'])(
    'A00.FR.317: takes %s of a CSMS with an RSA key',
    async (ciphers) => {
      const rsa = await makeCertificate({ keyType: 'rsa' });
      const csms = await start({ ...rsa, maxVersion: 'TLSv1.2', ciphers });
      await openLink({ url: csms.url, csms: { tls: { ca: rsa.cert } } }).up;
      expect(((await csms.connection).request.socket as TLSSocket).getCipher().name).toBe(ciphers);
    },
  );

  it.each([
    ['TLSv1.2', 'ECDHE-ECDSA-AES128-SHA'],
    ['TLSv1.3', 'TLS_AES_128_CCM_SHA256'],
  ] as const)(
    'A00.FR.322: a CSMS that wants a cipher suite that is not fit to be used is tls (%s %s)',
    async (version, ciphers) => {
      const csms = await start({ minVersion: version, maxVersion: version, ciphers });
      const { down } = openLink({ url: csms.url, csms: { tls: { ca: ca.cert } } });
      expect(await down).toMatchObject({ reason: 'tls', fault: 'cipherSuite' });
    },
  );

  it.each([
    ['that speaks no TLS', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'it does not speak TLS on this port'],
    ['that hangs up', '', 'it ended the TCP connection during the TLS handshake'],
  ])('a CSMS %s is tls', async (_, answer, words) => {
    const url = await startTcp((socket) => socket.once('data', () => socket.end(answer)));
    const { down } = openLink({ url: url.replace('ws:', 'wss:') });
    expect(await down).toMatchObject({ reason: 'tls', detail: expect.stringContaining(words) });
  });
});

describe('profile 3: the charger shows a certificate', () => {
  const demanding = () => start({ requestCert: true, ca: ca.cert });

  it('TC_087_CS, A00.FR.401, A00.FR.402: comes up with its client certificate, and without Basic authentication', async () => {
    const csms = await demanding();
    const tls = { ca: ca.cert, certificate: client.cert, key: client.key };
    const basicAuth = { username: 'CP-1', password: 'secret' };
    await openLink({ url: csms.url, csms: { securityProfile: 3, tls, basicAuth } }).up;
    const { request } = await csms.connection;
    expect((request.socket as TLSSocket).getPeerCertificate().subject.CN).toBe('CP-1');
    expect(request.headers.authorization).toBeUndefined();
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('without one the CSMS refuses: tls (%s)', async (version) => {
    const csms = await start({ requestCert: true, ca: ca.cert, minVersion: version, maxVersion: version });
    const { down } = openLink({ url: csms.url, csms: { tls: { ca: ca.cert } } });
    expect(await down).toMatchObject({
      reason: 'tls',
      detail: expect.stringContaining('it refused the TLS handshake'),
      fault: 'clientCertificate',
    });
  });

  it('needs certificate and key', async () => {
    const { down } = openLink({ url: 'wss://127.0.0.1:1/', csms: { securityProfile: 3, tls: { ca: ca.cert } } });
    expect(await down).toEqual({
      reason: 'tls',
      detail: 'security profile 3 needs csms.tls.certificate and csms.tls.key (client certificate)',
    });
  });
});

describe('M05: roots that the CSMS has installed', () => {
  const fingerprint = ({ cert }: KeyPair) =>
    createHash('sha256').update(new X509Certificate(cert).raw).digest('base64');

  it('are trusted, beside the CA that is given', async () => {
    const other = await makeCa('Other CA');
    for (const [tls, installed] of [
      [{}, ca.cert],
      [{ ca: other.cert }, ca.cert],
      [{ ca: ca.cert }, other.cert],
    ] as const) {
      const csms = await start();
      await openLink({ url: csms.url, csms: { tls }, trust: { installed } }).up;
    }
  });

  it('M05.FR.11: where they alone are trusted, the CA that is given is not, and neither are those of Node', async () => {
    const other = await makeCa('Other CA');
    for (const installed of [other.cert, '']) {
      const csms = await start();
      const { down } = openLink({ url: csms.url, csms: { tls: { ca: ca.cert } }, trust: { installed, only: true } });
      expect(await down).toMatchObject({ reason: 'tls', fault: 'serverCertificate' });
    }
  });

  it('M05.FR.09: one that its predecessor has signed is an anchor of its own', async () => {
    const old = createRoot({ commonName: 'Old Root' });
    const next = old.sub({ commonName: 'New Root' });
    const csms = await start(await makeCertificate({ ca: next }));
    await openLink({ url: csms.url, trust: { installed: next.cert, only: true } }).up;
  });

  it('M04.FR.06: tells which root the certificate of the CSMS leads to, when it is asked to', async () => {
    const other = await makeCa('Other CA');
    const csms = await start();
    const trust = { installed: `${other.cert}\n${ca.cert}` };
    const { up, root } = openLink({ url: csms.url, trust, tellRoot: true });
    await up;
    expect(await root).toBe(fingerprint(ca));
    const silent = openLink({ url: (await start()).url, trust });
    await silent.up;
    expect(await silent.root).toBeUndefined();
  });
});

describe('§2.6: sealed secrets', () => {
  const vault = createVault(Buffer.alloc(32, 1));
  const sealed = () => ({
    tls: { ca: ca.cert, certificate: client.cert, key: vault.seal(client.key) },
    basicAuth: { username: 'CP-1', password: vault.seal('secret') },
  });

  it('TC_087_CS: a sealed key is used as it was given', async () => {
    const csms = await start({ requestCert: true, ca: ca.cert });
    await openLink({ url: csms.url, csms: { securityProfile: 3, ...sealed() }, options: { vault } }).up;
    const { request } = await csms.connection;
    expect((request.socket as TLSSocket).getPeerCertificate().subject.CN).toBe('CP-1');
  });

  it('TC_085_CS: and so is a sealed password', async () => {
    const csms = await startCsms();
    await openLink({ url: csms.url, csms: { securityProfile: 1, ...sealed() }, options: { vault } }).up;
    const { request } = await csms.connection;
    expect(request.headers.authorization).toBe(`Basic ${Buffer.from('CP-1:secret').toString('base64')}`);
  });

  it.each([
    ['another', () => createVault(Buffer.alloc(32, 2)), 'another SECRETS_KEY'],
    ['no', () => lockedVault, 'no SECRETS_KEY'],
  ])('with %s key nothing is dialled, and the reason is told', async (_, other, words) => {
    const csms = await startCsms();
    const { down } = openLink({
      url: csms.url,
      csms: { securityProfile: 1, ...sealed() },
      options: { vault: other() },
    });
    expect(await down).toEqual({ reason: 'tls', detail: expect.stringContaining(words) });
  });
});

describe('TLS settings', () => {
  it.each([
    ['a CA that is none', () => ({ ca: 'nonsense' }), 'ca is not a PEM certificate'],
    ['a certificate without key', () => ({ certificate: client.cert }), 'certificate and key go together'],
    ['a certificate that is none', () => ({ certificate: 'x', key: client.key }), 'no start line'],
    ['the key of another', () => ({ certificate: client.cert, key: server.key }), 'key values mismatch'],
  ])('%s is tls, told through onDown', async (_, tls, words) => {
    const { down, events } = openLink({ url: 'wss://127.0.0.1:1/', csms: { tls: tls() } });
    expect(events).toEqual([]);
    expect(await down).toEqual({ reason: 'tls', detail: `csms.tls cannot be used: ${words}` });
  });

  it('share one context among all chargers that have the same', () => {
    const contextOf = createTlsContexts();
    const shared = contextOf({ ca: ca.cert });
    expect(contextOf({ ca: ca.cert, verifyHostname: false })).toBe(shared);
    expect(contextOf(undefined)).not.toBe(shared);
    expect(contextOf({ ca: ca.cert, certificate: client.cert, key: client.key })).not.toBe(shared);
  });
});

describe('the end of a link over TLS', () => {
  it('cut sends no close frame', async () => {
    const csms = await start();
    const { link, up } = openLink({ url: csms.url, csms: { tls: { ca: ca.cert } } });
    await up;
    const { ws } = await csms.connection;
    const ended = new Promise((resolve) => ws.once('close', resolve));
    link.cut();
    expect(await ended).toBe(1006);
  });

  it('close sends one', async () => {
    const csms = await start();
    const { link, up } = openLink({ url: csms.url, csms: { tls: { ca: ca.cert } } });
    await up;
    const { ws } = await csms.connection;
    const ended = new Promise((resolve) => ws.once('close', resolve));
    await link.close();
    expect(await ended).toBe(1000);
  });
});
