// Certificates from end to end: the built local host, a CSMS over real TLS, keys that are made, signed, shown and kept encrypted, and what
// becomes of chargers when SECRETS_KEY is another or missing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificate } from '../link/certificates';
import { createRoot } from '../support/certificate-authority';
import { forgetData, type HostProcess, request, startHost } from '../support/local-host';
import { type ScriptedCsms, startScriptedCsms } from '../support/scripted-csms';

const SECRETS_KEY = Buffer.alloc(32, 5).toString('base64');
const root = createRoot();
const api = (host: HostProcess, method: string, path: string, body?: unknown) => request(host.url, method, path, body);

/** What the host keeps on disk, as text. */
const kept = ({ dataDir }: HostProcess) =>
  readdirSync(dataDir)
    .map((file) => readFileSync(join(dataDir, file), 'latin1'))
    .join('\n');

async function issue(csms: ScriptedCsms, n: number): Promise<void> {
  const { payload } = await csms.waitFor('CP-1', 'SignCertificate', n);
  const certificateChain = root.sign(String(payload.csr));
  expect(await csms.call('CP-1', 'CertificateSigned', { certificateChain })).toEqual({
    result: { status: 'Accepted' },
  });
}

const ask = (csms: ScriptedCsms, action: string, payload: object) => csms.call('CP-1', action, payload);
const accepted = { result: { status: 'Accepted' } };

describe('security whitepaper A02, A05, M05: from profile 1 to client certificates', () => {
  let plain: ScriptedCsms;
  let secure: ScriptedCsms;
  let host: HostProcess;

  beforeAll(async () => {
    plain = await startScriptedCsms();
    const server = await makeCertificate({ ca: root });
    secure = await startScriptedCsms({ tls: { ...server, requestCert: true, ca: root.cert } });
    host = await startHost({ SECRETS_KEY });
  });
  afterAll(async () => {
    await host.stop();
    forgetData(host);
    await plain.close();
    await secure.close();
  });

  const restart = async (key: string | undefined) => {
    const { dataDir } = host;
    await host.stop();
    host = await startHost({ DATA_DIR: dataDir, ...(key === undefined ? {} : { SECRETS_KEY: key }) });
  };

  it('TC_074_CS, TC_075_2_CS, TC_083_CS, TC_087_CS: root installed, certificate signed, profile raised, mTLS with it', async () => {
    const { status } = await api(host, 'POST', 'chargers', {
      id: 'CP-1',
      protocol: 'ocpp1.6',
      connection: 'persistent',
      boot: { serialNumber: 'SN-1' },
      csms: { url: plain.url, securityProfile: 1, basicAuth: { password: 'a-password-of-20-bytes' } },
      configuration: { CpoName: 'Test CPO', 'x-SecureUrl': secure.url },
    });
    expect(status).toBe(201);
    await plain.waitFor('CP-1', 'BootNotification');
    const certificateType = 'CentralSystemRootCertificate';
    expect(await ask(plain, 'InstallCertificate', { certificateType, certificate: root.cert })).toEqual(accepted);
    const requestedMessage = 'SignChargePointCertificate';
    expect(await ask(plain, 'ExtendedTriggerMessage', { requestedMessage })).toEqual(accepted);
    await issue(plain, 1);
    expect(await ask(plain, 'ChangeConfiguration', { key: 'SecurityProfile', value: '3' })).toEqual(accepted);
    const { peer } = await secure.waitForConnection('CP-1');
    expect(peer?.commonName).toBe('SN-1');
    const { body } = await api(host, 'GET', 'chargers/CP-1');
    expect(body.security).toMatchObject({ profile: 3, certificate: { subject: 'CN=SN-1, O=Test CPO' } });
  });

  it('A02.FR.09: a renewed certificate is shown by a new connection; A03: on request', async () => {
    const before = (await secure.waitForConnection('CP-1')).peer?.serialNumber;
    const asked = await api(host, 'POST', 'chargers/CP-1/certificate-requests');
    expect([asked.status, asked.body.status]).toEqual([200, 'Accepted']);
    await issue(secure, 1);
    const { peer } = await secure.waitForConnection('CP-1', 2);
    expect(peer?.commonName).toBe('SN-1');
    expect(peer?.serialNumber).not.toBe(before);
  });

  it('M04.FR.06: the root that this connection stands on is not deleted', async () => {
    const certificateType = 'CentralSystemRootCertificate';
    const outcome = await ask(secure, 'GetInstalledCertificateIds', { certificateType });
    const { certificateHashData: [hash] = [] } = ('result' in outcome ? outcome.result : {}) as {
      certificateHashData?: unknown[];
    };
    expect(await ask(secure, 'DeleteCertificate', { certificateHashData: hash })).toEqual({
      result: { status: 'Failed' },
    });
  });

  it('§2.6: no password and no private key is on disk or in an answer', async () => {
    for (const id of ['CP-2', 'CP-3']) {
      const charger = { id, protocol: 'ocpp1.6', connection: 'persistent', csms: { url: plain.url } };
      await api(host, 'POST', 'chargers', charger);
    }
    await plain.waitFor('CP-3', 'BootNotification');
    const authorizationKey = '0123456789abcdef0123456789abcdef';
    const change = { key: 'AuthorizationKey', value: authorizationKey };
    expect(await plain.call('CP-3', 'ChangeConfiguration', change)).toEqual(accepted);
    const basicAuth = { password: 'a-password-of-20-bytes' };
    const chargers = { count: 1, idPattern: 'RUN-{n}', protocol: 'ocpp1.6', csms: { url: plain.url, basicAuth } };
    const run = await api(host, 'POST', 'fleet-runs', { chargers, phases: [{ kind: 'connect' }] });
    expect([run.status, run.body.chargers]).toEqual([expect.any(Number), 1]);
    await plain.waitFor('RUN-1', 'BootNotification');
    // Not shown when it fails: megabytes.
    const disk = kept(host);
    const found = ['PRIVATE KEY', 'a-password-of-20', authorizationKey, 'sealed:1:'].filter((text) =>
      disk.includes(text),
    );
    expect(found).toEqual(['sealed:1:']);
    const secret = /PRIVATE KEY|sealed:|0123456789abcdef/;
    const answers = await Promise.all(
      ['chargers', 'chargers/CP-1', 'chargers/CP-1/messages?limit=1000', 'chargers/CP-3/messages'].map((path) =>
        api(host, 'GET', path),
      ),
    );
    expect(JSON.stringify(answers.map(({ body }) => body))).not.toMatch(secret);
    expect(host.stderr()).not.toMatch(secret);
  });

  it.each([
    ['another', Buffer.alloc(32, 6).toString('base64'), 'another SECRETS_KEY'],
    ['none', undefined, 'no SECRETS_KEY'],
  ])('with %s SECRETS_KEY the charger says so, and the others go on', async (_, key, words) => {
    const connections = plain.connections.filter(({ identity }) => identity === 'CP-2').length;
    await restart(key);
    const { body } = await api(host, 'POST', 'chargers/CP-1/connect');
    expect(body.detail).toContain(words);
    await plain.waitForConnection('CP-2', connections + 1);
    const { body: charger } = await api(host, 'GET', 'chargers/CP-1');
    expect(charger.link.lastDown.detail).toContain(words);
    expect(charger.security.profile).toBe(3);
  });

  it('with the right one it goes on where it was', async () => {
    const connections = secure.connections.length;
    await restart(SECRETS_KEY);
    const { peer } = await secure.waitForConnection('CP-1', connections + 1);
    expect(peer?.commonName).toBe('SN-1');
  });

  it('A00.FR.309: a CSMS that shows a certificate of another root is refused, and told of when the right one is back', async () => {
    const { port } = secure;
    await secure.close();
    const ca = createRoot({ commonName: 'Impostor' });
    const impostor = await startScriptedCsms({ port, tls: await makeCertificate({ ca }) });
    const { status, body } = await api(host, 'POST', 'chargers/CP-1/connect');
    expect([status, body.detail]).toEqual([502, expect.stringContaining('is not trusted')]);
    expect(impostor.connections).toEqual([]);
    await impostor.close();
    const server = await makeCertificate({ ca: root });
    secure = await startScriptedCsms({ port, tls: { ...server, requestCert: true, ca: root.cert } });
    await api(host, 'POST', 'chargers/CP-1/connect');
    const event = await secure.until(
      () =>
        secure
          .calls('CP-1', 'SecurityEventNotification')
          .find(({ payload }) => payload.type === 'InvalidCentralSystemCertificate'),
      'the event of the impostor',
    );
    expect(event.payload.techInfo).toContain('TLS');
  });
});
