// Certificates of a 1.6 charger (security whitepaper A02, A03, M03 to M05): a new one of its own, the roots it trusts. Keys and certificates
// are real and are made here; what connections do with them is tested in test/link.
import { X509Certificate } from 'node:crypto';
import { dialTarget } from '../../../lib/charger/link';
import { viewCharger } from '../../../lib/charger/view';
import { createVault } from '../../../lib/secrets/vault';
import { type Authority, createRoot, type Wishes } from '../../support/certificate-authority';
import { bootedPair, createPair, type Pair, type PairOptions, start } from '../../support/pair';
import { askLater, doTasks } from '../../support/pair-tasks';
import { endTask } from '../../support/pair-transfers';

const vault = createVault(Buffer.alloc(32, 7));
const dayMs = 24 * 3_600_000;
const interrupted = { ok: false, reason: 'interrupted', detail: 'gone' } as const;

const root = createRoot({ commonName: 'CSMS Root' });
const csmsRoot = 'CentralSystemRootCertificate';
const manufacturerRoot = 'ManufacturerRootCertificate';

type Fields = Record<string, unknown>;
const install = (pair: Pair, { cert }: { cert: string }, certificateType = csmsRoot) =>
  askLater(pair, 'InstallCertificate', { certificateType, certificate: cert }, vault);
const idsOf = (pair: Pair, certificateType = csmsRoot) =>
  pair.ask('GetInstalledCertificateIds', { certificateType }) as { status: string; certificateHashData?: Fields[] };
const hashesOf = (pair: Pair, certificateType = csmsRoot) => idsOf(pair, certificateType).certificateHashData ?? [];
const remove = (pair: Pair, certificateHashData: unknown) =>
  pair.ask('DeleteCertificate', { certificateHashData })?.status;
const events = (pair: Pair) =>
  pair.calls('SecurityEventNotification').map(({ payload: { type, techInfo } }) => [type, techInfo]);

const names = { configuration: { CpoName: 'Test CPO' }, boot: { serialNumber: 'SN-1' } };

/** A charger that knows the root of its CSMS, and what to write into a CSR. */
async function preparedPair(options: PairOptions = {}): Promise<Pair> {
  const pair = bootedPair({ ...names, ...options });
  expect(await install(pair, root)).toEqual({ status: 'Accepted' });
  pair.clear();
  return pair;
}

/** Has the charger send a CSR. */
async function csrOf(pair: Pair): Promise<string> {
  const asked = pair.ask('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
  expect(asked).toEqual({ status: 'Accepted' });
  await doTasks(pair, vault);
  return String(pair.calls('SignCertificate').at(-1)?.payload.csr);
}

const deliver = (pair: Pair, certificateChain: string) =>
  askLater(pair, 'CertificateSigned', { certificateChain }, vault);

async function renew(pair: Pair, wishes: Wishes = {}, issuer: Authority = root) {
  return deliver(pair, issuer.sign(await csrOf(pair), wishes) + (issuer === root ? '' : issuer.cert));
}

describe('A02.FR.02, A02.FR.03: a CSR', () => {
  it('TC_074_CS, A02.FR.13: is sent when it is triggered: to its serial number and the CpoName', async () => {
    const pair = await preparedPair();
    const csr = await csrOf(pair);
    expect(csr).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----/);
    const signed = new X509Certificate(root.sign(csr));
    expect(signed.subject).toBe('CN=SN-1\nO=Test CPO');
  });

  it('is sent on request, and its outcome is what the CSMS says', async () => {
    const pair = await preparedPair({ answers: { SignCertificate: { status: 'Accepted' } } });
    const id = pair.begin({ kind: 'requestCertificate' });
    expect(pair.outcomes[id]).toBeUndefined();
    await doTasks(pair, vault);
    expect(pair.outcomes[id]).toEqual({ ok: true, result: expect.objectContaining({ status: 'Accepted' }) });
  });

  it.each([
    ['Rejected', { status: 'Rejected' }, { ok: true, result: expect.objectContaining({ status: 'Rejected' }) }],
    [
      'a CALLERROR',
      { callError: 'NotSupported' },
      { ok: false, refusal: expect.objectContaining({ kind: 'refusedByCsms' }) },
    ],
  ])('A02, error handling - %s by the CSMS: the charger expects no certificate', async (_, answer, outcome) => {
    const pair = await preparedPair({ answers: { SignCertificate: answer } });
    const id = pair.begin({ kind: 'requestCertificate' });
    await doTasks(pair, vault);
    expect(pair.outcomes[id]).toEqual(outcome);
    expect(pair.charger.security?.csr).toBeUndefined();
  });

  it('without a CpoName there is none: Rejected, and a note says why', async () => {
    const pair = bootedPair();
    expect(pair.ask('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' })?.status).toBe(
      'Rejected',
    );
    expect(pair.notes()).toContainEqual(expect.stringContaining('CpoName'));
    expect(pair.command({ kind: 'requestCertificate' })).toMatchObject({ ok: false, refusal: { kind: 'wrongState' } });
    await doTasks(pair, vault);
    expect(pair.seen).toEqual([]);
  });

  it('A00.FR.806: is sent while the registration is Pending', async () => {
    const boot = { status: 'Pending', currentTime: new Date(start).toISOString(), interval: 600 };
    const pair = createPair({ ...names, answers: { BootNotification: boot } });
    pair.command({ kind: 'connect' });
    await csrOf(pair);
    expect(pair.actions()).toEqual(['BootNotification', 'SignCertificate']);
  });

  it('a second one replaces the first: only its certificate is taken', async () => {
    const pair = await preparedPair();
    const [first, second] = [await csrOf(pair), await csrOf(pair)];
    expect((await deliver(pair, root.sign(first)))?.status).toBe('Rejected');
    expect((await deliver(pair, root.sign(second)))?.status).toBe('Accepted');
  });

  it('one that arrives while offline is sent when the link is back', async () => {
    const pair = await preparedPair();
    pair.ask('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
    pair.csms.unreachable = true;
    pair.cut();
    await doTasks(pair, vault);
    expect(pair.calls('SignCertificate')).toEqual([]);
    pair.csms.unreachable = false;
    pair.advance(300_000);
    expect(pair.calls('SignCertificate')).toHaveLength(1);
  });
});

describe('A02.FR.06: CertificateSigned', () => {
  it('TC_074_CS: is Accepted, told as an event, and used from then on', async () => {
    const pair = await preparedPair();
    expect(await renew(pair, {}, root.sub())).toEqual({ status: 'Accepted' });
    expect(events(pair)).toEqual([
      ['ReconfigurationOfSecurityParameters', expect.stringMatching(/^certificate [\dA-F]+ was signed$/)],
    ]);
    const { certificate = '', key } = dialTarget(pair.charger).csms.tls ?? {};
    expect(certificate.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(key).toMatch(/^sealed:1:/);
    expect(pair.charger.security?.csr).toBeUndefined();
  });

  it('A02.FR.09: with security profile 3 the charger connects anew, and with profile 0 not', async () => {
    const own = root.issue();
    const tls = { ca: root.cert, certificate: own.cert, key: own.key };
    for (const [csms, connections] of [
      [{ url: 'wss://csms.test/ocpp', securityProfile: 3 as const, tls }, 2],
      [{ url: 'ws://csms.test/ocpp' }, 1],
    ] as const) {
      const pair = bootedPair({ ...names, csms });
      if (connections === 1) await install(pair, root);
      expect((await renew(pair))?.status).toBe('Accepted');
      expect(pair.connections).toBe(connections);
    }
  });

  it('A02.FR.08: one that will be valid later is used from then on', async () => {
    const pair = await preparedPair();
    await renew(pair);
    const now = pair.charger.security?.own?.serialNumber;
    const from = new Date(start + 10 * dayMs).toISOString();
    expect((await renew(pair, { from }))?.status).toBe('Accepted');
    expect(pair.charger.security?.own?.serialNumber).toBe(now);
    pair.advance(10 * dayMs - 1000);
    expect(pair.charger.security?.own?.serialNumber).toBe(now);
    pair.advance(2000);
    expect(pair.charger.security?.own?.serialNumber).not.toBe(now);
    expect(pair.charger.security?.next).toBeUndefined();
  });

  const refusals: [string, (csr: string) => string, RegExp][] = [
    ['garbage', () => 'garbage', /is not PEM text/],
    ['expired', (csr) => root.sign(csr, { until: '2026-01-01' }), /has expired/],
    ['for another charger', (csr) => root.sign(csr, { commonName: 'SN-2', organization: 'Test CPO' }), /CN "SN-2"/],
    ['for another key', () => root.issue({ commonName: 'SN-1', organization: 'Test CPO' }).cert, /the key that was/],
    ['of another root', (csr) => createRoot().sign(csr), /not signed by an installed root/],
    ['a chain too long', (csr) => root.sign(csr) + root.cert.repeat(4), /longer than 2000 characters/],
  ];
  it.each(refusals)(
    'A02.FR.07, TC_077_CS - %s: Rejected, told as an event, nothing else changed',
    async (_, chainOf, problem) => {
      const pair = await preparedPair({
        configuration: { ...names.configuration, CertificateSignedMaxChainSize: '2000' },
      });
      await renew(pair);
      const csr = await csrOf(pair);
      pair.clear();
      const { log: _log, ...before } = pair.charger.security ?? {};
      expect(await deliver(pair, chainOf(csr))).toEqual({ status: 'Rejected' });
      expect(events(pair)).toEqual([['InvalidChargePointCertificate', expect.stringMatching(problem)]]);
      const { log, ...after } = pair.charger.security ?? {};
      expect(after).toEqual(before);
      expect(log?.at(-1)?.type).toBe('InvalidChargePointCertificate');
      // The right one is still taken.
      expect(await deliver(pair, root.sign(csr))).toEqual({ status: 'Accepted' });
    },
  );

  it('nobody has asked for: Rejected', async () => {
    const pair = await preparedPair();
    expect(await deliver(pair, root.issue().cert)).toEqual({ status: 'Rejected' });
    expect(events(pair)).toEqual([['InvalidChargePointCertificate', expect.stringContaining('was not asked for')]]);
  });

  it('a chain longer than the schema has it is a CALLERROR', async () => {
    const pair = await preparedPair();
    await csrOf(pair);
    const before = pair.document();
    expect(pair.call('CertificateSigned', { certificateChain: 'x'.repeat(10_001) })?.[2]).toBe(
      'PropertyConstraintViolation',
    );
    expect(pair.document()).toBe(before);
  });

  it('the key that it was sealed with is needed: with another Rejected, and the CSR goes on waiting', async () => {
    const pair = await preparedPair();
    const csr = await csrOf(pair);
    const other = createVault(Buffer.alloc(32, 8));
    expect(await askLater(pair, 'CertificateSigned', { certificateChain: root.sign(csr) }, other)).toEqual({
      status: 'Rejected',
    });
    expect(await deliver(pair, root.sign(csr))).toEqual({ status: 'Accepted' });
  });

  it('whose check did not come about: Rejected, and another delivery is taken', async () => {
    const pair = await preparedPair();
    const certificateChain = root.sign(await csrOf(pair));
    expect(pair.ask('CertificateSigned', { certificateChain })).toBeUndefined();
    endTask(pair, interrupted, 'checkChain');
    expect(Object.values(pair.replies).at(-1)).toEqual([3, expect.any(String), { status: 'Rejected' }]);
    expect(await deliver(pair, certificateChain)).toEqual({ status: 'Accepted' });
  });

  it('A02.FR.10: a certificate that the CSMS does not take is given up after three attempts', async () => {
    const own = root.issue();
    const tls = { ca: root.cert, certificate: own.cert, key: own.key };
    const pair = bootedPair({ ...names, csms: { url: 'wss://csms.test/ocpp', securityProfile: 3, tls } });
    pair.csms.refuses = (charger) =>
      charger.security?.own ? { reason: 'tls', detail: 'bad certificate', fault: 'clientCertificate' } : undefined;
    await renew(pair);
    expect(pair.charger.link.state).toBe('down');
    pair.advance(600_000);
    expect(pair.charger.security?.own).toBeUndefined();
    expect(pair.charger.link.state).toBe('up');
    expect(dialTarget(pair.charger).csms.tls?.certificate).toBe(own.cert);
  });

  it('A03.FR.02, A03.FR.03: a month before it expires the charger asks for the next one by itself', async () => {
    const pair = await preparedPair();
    await renew(pair, { until: new Date(start + 60 * dayMs).toISOString() });
    pair.clear();
    pair.advance(30 * dayMs - 60_000);
    await doTasks(pair, vault);
    expect(pair.calls('SignCertificate')).toEqual([]);
    pair.advance(120_000);
    await doTasks(pair, vault);
    expect(pair.calls('SignCertificate')).toHaveLength(1);
  });
});

describe('A03: a certificate that is not made for two months', () => {
  it('is renewed when half of its time is over, and not at once', async () => {
    const pair = await preparedPair();
    const [from, until] = [0, 20].map((days) => new Date(start + days * dayMs).toISOString());
    await renew(pair, { from, until } as Wishes);
    pair.clear();
    pair.advance(10 * dayMs - 60_000);
    await doTasks(pair, vault);
    expect(pair.calls('SignCertificate')).toEqual([]);
    pair.advance(120_000);
    await doTasks(pair, vault);
    expect(pair.calls('SignCertificate')).toHaveLength(1);
  });

  it('and of which most is over already: the CSMS is asked again after an hour, not in a circle', async () => {
    const pair = await preparedPair();
    const [from, until] = [-100, 1].map((days) => new Date(start + days * dayMs).toISOString());
    await renew(pair, { from, until } as Wishes);
    pair.clear();
    pair.advance(59 * 60_000);
    await doTasks(pair, vault);
    expect(pair.calls('SignCertificate')).toEqual([]);
    pair.advance(2 * 60_000);
    await doTasks(pair, vault);
    expect(pair.calls('SignCertificate')).toHaveLength(1);
  });
});

describe('M05.FR.01: InstallCertificate', () => {
  it.each([
    ['TC_075_1_CS', manufacturerRoot, csmsRoot],
    ['TC_075_2_CS', csmsRoot, manufacturerRoot],
  ])(
    '%s, M03.FR.02 to M03.FR.04, M05.FR.02: %s is Accepted, told as an event, and listed with its own kind',
    async (_, kind, other) => {
      const pair = bootedPair();
      expect(idsOf(pair, kind)).toEqual({ status: 'NotFound' });
      expect(await install(pair, root, kind)).toEqual({ status: 'Accepted' });
      expect(events(pair)).toEqual([['ReconfigurationOfSecurityParameters', expect.stringContaining('CSMS Root')]]);
      expect(idsOf(pair, kind)).toEqual({
        status: 'Accepted',
        certificateHashData: [
          expect.objectContaining({
            hashAlgorithm: 'SHA256',
            serialNumber: new X509Certificate(root.cert).serialNumber.replace(/^0+/, ''),
          }),
        ],
      });
      expect(idsOf(pair, other)).toEqual({ status: 'NotFound' });
    },
  );

  const unfit: [string, () => string, RegExp][] = [
    ['garbage', () => 'garbage', /is not PEM text/],
    ['expired', () => createRoot({ until: '2025-12-31' }).cert, /has expired/],
    ['no authority', () => root.issue().cert, /not the certificate of an authority/],
  ];
  it.each(unfit)(
    'M05.FR.06, TC_078_CS - %s: Rejected, told as an event, and nothing is installed',
    async (_, cert, problem) => {
      const pair = bootedPair();
      expect(await install(pair, { cert: cert() })).toEqual({ status: 'Rejected' });
      expect(events(pair)).toEqual([['InvalidCentralSystemCertificate', expect.stringMatching(problem)]]);
      expect(idsOf(pair)).toEqual({ status: 'NotFound' });
    },
  );

  it('§5.11: a PEM of 1 MB is a CALLERROR, and nothing has changed', () => {
    const pair = bootedPair();
    const before = pair.document();
    const certificate = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(1_000_000)}\n-----END CERTIFICATE-----`;
    expect(pair.call('InstallCertificate', { certificateType: csmsRoot, certificate })?.[2]).toBe(
      'PropertyConstraintViolation',
    );
    expect(pair.document()).toBe(before);
  });

  it('M05.FR.03: CertificateStoreMaxLength roots and no more; the same one again is Accepted and counts once', async () => {
    const pair = bootedPair({ configuration: { CertificateStoreMaxLength: '2' } });
    await install(pair, root);
    expect(await install(pair, createRoot(), manufacturerRoot)).toEqual({ status: 'Accepted' });
    expect(await install(pair, root)).toEqual({ status: 'Accepted' });
    expect(await install(pair, createRoot())).toEqual({ status: 'Rejected' });
    expect([hashesOf(pair), hashesOf(pair, manufacturerRoot)].map(({ length }) => length)).toEqual([1, 1]);
  });

  it('M05.FR.04: Failed, where the check did not come about, and nothing is installed', () => {
    const pair = bootedPair();
    pair.ask('InstallCertificate', { certificateType: csmsRoot, certificate: root.cert });
    endTask(pair, interrupted, 'checkRoot');
    expect(Object.values(pair.replies).at(-1)).toEqual([3, expect.any(String), { status: 'Failed' }]);
    expect(idsOf(pair)).toEqual({ status: 'NotFound' });
  });

  it('two of one kind at once: the second is Rejected', async () => {
    const pair = bootedPair();
    const request = { certificateType: csmsRoot, certificate: root.cert };
    expect(pair.ask('InstallCertificate', request)).toBeUndefined();
    expect(pair.ask('InstallCertificate', request)).toEqual({ status: 'Rejected' });
    await doTasks(pair, vault);
    expect(hashesOf(pair)).toHaveLength(1);
  });

  it('goes on when the link is lost meanwhile, and the answer is dropped', async () => {
    const pair = bootedPair();
    pair.ask('InstallCertificate', { certificateType: csmsRoot, certificate: root.cert });
    pair.cut();
    pair.settle();
    await doTasks(pair, vault);
    expect(hashesOf(pair)).toHaveLength(1);
  });
});

describe('§7.1: AdditionalRootCertificateCheck', () => {
  const check = { configuration: { AdditionalRootCertificateCheck: 'true' } };
  const secure = { csms: { url: 'wss://csms.test/ocpp' } };

  it('M05.FR.09, M05.FR.10: a second root must be signed by the first', async () => {
    const pair = bootedPair(check);
    await install(pair, root);
    expect(await install(pair, createRoot())).toEqual({ status: 'Rejected' });
    expect(hashesOf(pair)).toHaveLength(1);
    expect(await install(pair, root.sub({ commonName: 'New Root' }))).toEqual({ status: 'Accepted' });
  });

  it('M05.FR.11, M05.FR.12: connections trust the new one, and when one has come up the old one is gone', async () => {
    const pair = bootedPair({ ...check, ...secure });
    await install(pair, root);
    await install(pair, root.sub({ commonName: 'New Root' }));
    expect(hashesOf(pair)).toHaveLength(2);
    const { installed = '', only } = dialTarget(pair.charger).trust ?? {};
    expect([new X509Certificate(installed).subject, only]).toEqual(['CN=New Root\nO=Test CPO', true]);
    pair.cut();
    pair.advance(60_000);
    expect(hashesOf(pair)).toHaveLength(1);
  });

  it('M05.FR.13: a CSMS that still shows a certificate of the old one is taken, and the old one stays', async () => {
    const pair = bootedPair({ ...check, ...secure });
    await install(pair, root);
    await install(pair, root.sub({ commonName: 'New Root' }));
    pair.csms.refuses = (charger) =>
      charger.security?.triesFallback
        ? undefined
        : { reason: 'tls', detail: 'unknown authority', fault: 'serverCertificate' };
    pair.cut();
    pair.advance(600_000);
    expect(pair.charger.link.state).toBe('up');
    expect(hashesOf(pair)).toHaveLength(2);
  });

  it('manufacturer roots stand beside one another', async () => {
    const pair = bootedPair(check);
    for (const one of [createRoot(), createRoot()]) {
      expect(await install(pair, one, manufacturerRoot)).toEqual({ status: 'Accepted' });
    }
    expect(hashesOf(pair, manufacturerRoot)).toHaveLength(2);
  });
});

describe('M04.FR.01: DeleteCertificate', () => {
  it('TC_076_CS, M04.FR.02, M04.FR.04: by the hash data that GetInstalledCertificateIds gives; then there is none', async () => {
    const pair = await preparedPair();
    const [hash] = hashesOf(pair);
    expect(remove(pair, hash)).toBe('Accepted');
    expect(events(pair)).toEqual([['ReconfigurationOfSecurityParameters', expect.stringContaining('was deleted')]]);
    expect(idsOf(pair)).toEqual({ status: 'NotFound' });
    expect(remove(pair, hash)).toBe('NotFound');
  });

  it.each(['SHA256', 'SHA384', 'SHA512'] as const)(
    'takes hashes of %s, in capitals and with leading zeros',
    async (algorithm) => {
      const pair = await preparedPair();
      const [kept] = pair.charger.security?.roots ?? [];
      const [name = '', key = ''] = kept?.hashes[algorithm] ?? [];
      const wanted = { hashAlgorithm: algorithm, issuerNameHash: name.toUpperCase(), issuerKeyHash: key.toUpperCase() };
      expect(remove(pair, { ...wanted, serialNumber: 'ABC' })).toBe('NotFound');
      expect(remove(pair, { ...wanted, serialNumber: `00${kept?.serialNumber.toLowerCase()}` })).toBe('Accepted');
    },
  );

  it("M04.FR.05: not the charger's own: Failed, and it stays", async () => {
    const pair = await preparedPair();
    await renew(pair);
    const { hashes, serialNumber } = pair.charger.security?.own ?? { hashes: undefined, serialNumber: '' };
    const [issuerNameHash, issuerKeyHash] = hashes?.SHA256 ?? [];
    const before = pair.charger.security?.own;
    expect(remove(pair, { hashAlgorithm: 'SHA256', issuerNameHash, issuerKeyHash, serialNumber })).toBe('Failed');
    expect(pair.charger.security?.own).toEqual(before);
  });

  it('M04.FR.06: not the root that the connection was checked against: Failed', async () => {
    const pair = await preparedPair();
    const fingerprint = pair.charger.security?.roots?.[0]?.fingerprint ?? '';
    const [hash] = hashesOf(pair);
    pair.cut();
    pair.input({ kind: 'linkUp', nonce: 'again', root: fingerprint });
    expect(remove(pair, hash)).toBe('Failed');
    expect(hashesOf(pair)).toHaveLength(1);
  });
});

describe('A05.FR.03, A05.FR.04: raising the security profile', () => {
  const raise = (pair: Pair, value: string) =>
    pair.ask('ChangeConfiguration', { key: 'SecurityProfile', value })?.status;
  const basicAuth = { username: 'CP-1', password: 'sixteen-bytes-ok' };

  it('needs an installed root for 2, and a certificate as well for 3', async () => {
    const pair = bootedPair({ ...names, csms: { url: 'ws://csms.test/ocpp', basicAuth, securityProfile: 1 } });
    expect([raise(pair, '2'), raise(pair, '3')]).toEqual(['Rejected', 'Rejected']);
    await install(pair, root);
    expect(raise(pair, '3')).toBe('Rejected');
    await renew(pair);
    expect(raise(pair, '3')).toBe('Accepted');
    expect(dialTarget(pair.charger)).toMatchObject({ url: 'wss://csms.test/ocpp/CP-1', csms: { securityProfile: 3 } });
  });

  it('a root that has expired meanwhile does not do', async () => {
    const pair = bootedPair({ csms: { url: 'ws://csms.test/ocpp', basicAuth, securityProfile: 1 } });
    await install(pair, createRoot({ until: new Date(start + dayMs).toISOString() }));
    pair.advance(2 * dayMs);
    expect(raise(pair, '2')).toBe('Rejected');
  });
});

describe('§2.6: private keys', () => {
  it('A02.FR.05, A03.FR.05: are in no answer, event, log line or view, and in the document only sealed', async () => {
    const pair = await preparedPair();
    await renew(pair);
    await csrOf(pair);
    const shown = JSON.stringify([viewCharger(pair.charger, pair.now), pair.events, pair.replies, pair.seen]);
    expect(shown).not.toMatch(/PRIVATE KEY|sealed:/);
    expect(pair.document()).not.toContain('PRIVATE KEY');
    expect(viewCharger(pair.charger, pair.now).security).toMatchObject({
      certificate: { subject: 'CN=SN-1, O=Test CPO' },
      awaitsCertificate: true,
      roots: [{ use: 'csms', subject: 'CN=CSMS Root, O=Test CPO' }],
    });
  });

  it('setting another certificate on the device forgets the signed one', async () => {
    const pair = await preparedPair();
    await renew(pair);
    const given = root.issue();
    const csms = { ...pair.charger.csms, tls: { certificate: given.cert, key: given.key } };
    pair.command({ kind: 'updateSettings', settings: { csms } });
    expect(dialTarget(pair.charger).csms.tls?.certificate).toBe(given.cert);
  });
});
