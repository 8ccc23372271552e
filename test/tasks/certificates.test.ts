// Tasks on certificates (security whitepaper §2.6, A02, M05): signing requests, hash data, what makes a root or a chain unfit. Hash data is
// compared with what OpenSSL computed for a fixed certificate.
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { CertificationRequest } from '@peculiar/asn1-csr';
import { AsnConvert } from '@peculiar/asn1-schema';
import type { Task, TaskOutcome } from '../../lib/charger/task';
import { createVault } from '../../lib/secrets/vault';
import { createTasks } from '../../lib/tasks/tasks';
import { type Authority, createRoot, ecKey, type Wishes } from '../support/certificate-authority';
import { chargerDocument } from '../support/charger-document';

const at = Date.UTC(2026, 0, 5);
const vault = createVault(Buffer.alloc(32, 7));
const site = { charger: chargerDocument('CP-1'), flushLog: async () => {} };
const perform = <T extends Task>(task: T) =>
  createTasks({ allow: [], messages: { page: async () => ({ items: [] }) }, vault }).perform(
    task,
    site,
    new AbortController().signal,
  ) as Promise<TaskOutcome<T['kind']>>;

const names = { commonName: 'CP-1', organization: 'Test CPO' };

async function createCsr(wishes: Partial<typeof names> = {}) {
  const outcome = await perform({ kind: 'createCsr', ...names, ...wishes });
  if (!outcome.ok) throw new Error(outcome.detail);
  return outcome;
}

describe('A02.FR.02, A02.FR.03: a signing request', () => {
  it('is for a new key on P-256, signed with it, and names charger and CPO', async () => {
    const { csr, key } = await createCsr({ organization: 'Ünïted "CPO", Ltd.' });
    const der = Buffer.from(csr.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    const request = AsnConvert.parse(der, CertificationRequest);
    const subject = request.certificationRequestInfo.subject.map((rdn) => rdn[0]?.value.utf8String);
    expect(subject).toEqual(['CP-1', 'Ünïted "CPO", Ltd.']);
    const asked = createPublicKey({
      key: Buffer.from(AsnConvert.serialize(request.certificationRequestInfo.subjectPKInfo)),
      format: 'der',
      type: 'spki',
    });
    expect(asked.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(createPublicKey(vault.unseal(key)).equals(asked)).toBe(true);
    expect((await createCsr()).csr).not.toBe(csr);
  });

  it('A02.FR.05: the private key is sealed', async () => {
    const { key } = await createCsr();
    expect(key).toMatch(/^sealed:1:/);
    expect(vault.unseal(key)).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });

  it('has at most 5500 characters, however long the names', async () => {
    const { csr } = await createCsr({ commonName: 'x'.repeat(25), organization: 'ü'.repeat(64) });
    expect(csr.length).toBeLessThan(1000);
  });
});

/** Serial number 4095; hashes by `openssl ocsp -sha256|-sha384|-sha512 -issuer root.pem -cert root.pem -reqout …`, OpenSSL 3.0. */
const fixedRoot = `-----BEGIN CERTIFICATE-----
MIIBuTCCAV+gAwIBAgICD/8wCgYIKoZIzj0EAwIwOjELMAkGA1UEBhMCTkwxFDAS
BgNVBAoMC0V4YW1wbGUgQ1BPMRUwEwYDVQQDDAxFeGFtcGxlIFJvb3QwIBcNMjYx
MTI1MjEwMzQ5WhgPMjEyNjExMDEyMTAzNDlaMDoxCzAJBgNVBAYTAk5MMRQwEgYD
VQQKDAtFeGFtcGxlIENQTzEVMBMGA1UEAwwMRXhhbXBsZSBSb290MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEfcf9KNE9W00uasrw+LKKJ/EDimSnbbqbGLQXhxYs
O7XSW3PSd1E+9PuonE/zweLqkqGMjf23hehgu4At0LD6RKNTMFEwHQYDVR0OBBYE
FFykyOn5UFSlBzWxg08/9SBN+2yXMB8GA1UdIwQYMBaAFFykyOn5UFSlBzWxg08/
9SBN+2yXMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgOUCTgQOp
OiED2XL81/Z1ykNLpNSjJHJQFRSPWtyISEkCIQCcWQR6GagO9r0YuMb0SMT9SwvH
DDUbdhyXEOmmwq8Zvw==
-----END CERTIFICATE-----
`;
const openSslHashes = {
  SHA256: [
    '4ad6e175017edf888d4e5adbc51ec1d0ff8b3f3f2ff4adcca13b63e7e442839d',
    '2221aafb28137bfeffe54f6021171ba5d2597d2ad83c9da9a0c047183d1513e4',
  ],
  SHA384: [
    '62c49ff676e312d906ff44ba142585b3633e1e2fa1ca0ad380d2f62769469c8958adcb3f64bcd43e6357614d1bfd1d67',
    '24d3a4ed6dcd356fb9757bb224506374da461583a4bf7461d8778dec45e1fcf70971009409eea6393795ce0499b22586',
  ],
  SHA512: [
    '36b35d7dec8781a99dd3ec6c172e0787c2d673e8da1235294e4c244f4490d36c7fcdb5392ff661454cbc39c5ec97e6bb43f998b0c0aa61306cf53f31bd1fa8f6',
    '05d7acc9cdf1b8a7af322fe76f9ccf8e57678ee083d1d910f5dfc6ebdeb627ea4852e4b26208692571aa55d9a8b87c99087d8a6b687603fb14c095185a713e18',
  ],
};

type RootTask = Task<'checkRoot'>;
const checkRoot = (certificate: string, more: Partial<RootTask> = {}) =>
  perform({ kind: 'checkRoot', certificate, issuers: [], at, ...more });
const problemOf = (outcome: object) => ('problem' in outcome ? outcome.problem : outcome);

describe('§6.1: hash data', () => {
  it('is what OpenSSL computes for OCSP (RFC 6960 §4.1.1), in all three algorithms', async () => {
    const outcome = await checkRoot(fixedRoot, { at: Date.UTC(2027, 0, 1) });
    expect(outcome).toMatchObject({
      ok: true,
      root: {
        subject: 'C=NL, O=Example CPO, CN=Example Root',
        serialNumber: 'FFF',
        notBefore: Date.UTC(2026, 10, 25, 21, 3, 49),
        notAfter: Date.UTC(2126, 10, 1, 21, 3, 49),
        fingerprint: Buffer.from('06A8F193FC3FB2471F4AC181582847DC4293B30D7E74AB75A1D7814AEC705755', 'hex').toString(
          'base64',
        ),
        hashes: openSslHashes,
      },
    });
  });

  it.each([
    ['00', '0'],
    ['0100', '100'],
    ['7f'.repeat(20), '7F'.repeat(20)],
  ])('serial number %s has no leading zeros', async (serialNumber, shown) => {
    expect(await checkRoot(createRoot({ serialNumber }).cert)).toMatchObject({ root: { serialNumber: shown } });
  });

  it('of a root that another has signed: the hashes are those of its issuer', async () => {
    const root = createRoot({ commonName: 'Old' });
    const next = root.sub({ commonName: 'New' });
    const [old, signed] = [await checkRoot(root.cert), await checkRoot(next.cert, { issuers: [root.der] })];
    if (!('root' in old) || !('root' in signed)) throw new Error('not accepted');
    expect(signed.root.hashes).toEqual(old.root.hashes);
    expect(signed.root.fingerprint).not.toBe(old.root.fingerprint);
  });
});

describe('M05.FR.06, A00.FR.502 to A00.FR.504: a root that is unfit', () => {
  const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const unfit: [string, () => string, RegExp, Partial<RootTask>?][] = [
    ['garbage', () => 'garbage', /^is not PEM text/],
    ['garbage in PEM', () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /^cannot be read/],
    ['a certificate cut short', () => fixedRoot.replace(/\n[^\n]+\n-----END/, '\n-----END'), /^cannot be read/],
    ['a private key', () => createRoot().key, /^is not PEM text/],
    ['two certificates', () => createRoot().cert + createRoot().cert, /^comes with others/],
    ['more certificates than a chain has', () => createRoot().cert.repeat(11), /^comes with more than 10 others/],
    ['no authority', () => createRoot({ ca: false }).cert, /^is not the certificate of an authority/],
    ['expired', () => createRoot({ until: '2025-12-31' }).cert, /^has expired on/],
    ['not valid yet', () => createRoot({ from: '2026-12-31' }).cert, /^is not valid before/],
    ['a weak RSA key', () => createRoot({ key: weakRsa }).cert, /^has a key of 1024 bits, less than 2048/],
    ['a weak curve', () => createRoot({ key: ecKey('secp192k1') }).cert, /^has a key on the curve secp192k1/],
    ['SHA-1', () => createRoot({ hash: 'sha1' }).cert, /^is signed with an algorithm that is not secure/],
    [
      'signed by nobody known',
      () => createRoot().sub().cert,
      /^is neither self-signed, nor signed by an installed root/,
    ],
    [
      'self-signed where it must be signed by its predecessor',
      () => createRoot().cert,
      /^is not signed by the root that it replaces/,
      { mustHaveIssuer: true, issuers: [createRoot().der] },
    ],
  ];

  it.each(unfit)('%s', async (_, certificate, problem, more = {}) => {
    expect(problemOf(await checkRoot(certificate(), more))).toMatch(problem);
  });

  it('a signature that is not its own', async () => {
    const [one, other] = [createRoot(), createRoot()];
    const [der, signed] = [one, other].map(({ der }) => Buffer.from(der, 'base64'));
    const forged = Buffer.concat([der?.subarray(0, -60) ?? Buffer.alloc(0), signed?.subarray(-60) ?? Buffer.alloc(0)]);
    const pem = `-----BEGIN CERTIFICATE-----\n${forged.toString('base64')}\n-----END CERTIFICATE-----`;
    const readable = new X509Certificate(one.cert).raw.length === forged.length;
    expect(problemOf(await checkRoot(pem))).toMatch(
      readable ? /^is neither self-signed|^cannot be read/ : /^cannot be read/,
    );
  });

  it.each([
    ['RSA of 2048 bits', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['P-384', () => ecKey('P-384')],
  ])('%s is fit', async (_, key) => {
    expect(await checkRoot(createRoot({ key: key() }).cert)).toMatchObject({
      ok: true,
      root: { serialNumber: expect.any(String) },
    });
  });
});

describe('A02.FR.06: a chain', () => {
  const root = createRoot();
  const issuer = root.sub();

  async function check(chainOf: (csr: string) => string, more: Partial<Task<'checkChain'>> = {}) {
    const { csr, key } = await createCsr();
    return perform({ kind: 'checkChain', chain: chainOf(csr), key, ...names, roots: [root.der], at, ...more });
  }

  it.each<[string, (csr: string) => string, number]>([
    ['signed by the root', (csr) => root.sign(csr), 1],
    ['signed by an issuer that comes along', (csr) => issuer.sign(csr) + issuer.cert, 2],
    ['with the root as well, which is not kept', (csr) => issuer.sign(csr) + issuer.cert + root.cert, 2],
    ['in another order', (csr) => issuer.sign(csr) + root.cert + issuer.cert, 2],
  ])('%s is fit', async (_, chainOf, length) => {
    const outcome = await check(chainOf);
    expect(outcome).toMatchObject({ ok: true, details: { subject: 'CN=CP-1, O=Test CPO' } });
    expect('chain' in outcome && outcome.chain).toHaveLength(length);
  });

  it('A02.FR.08: one that will be valid later is fit', async () => {
    const from = '2026-03-01T00:00:00Z';
    expect(await check((csr) => root.sign(csr, { from }))).toMatchObject({ details: { notBefore: Date.parse(from) } });
  });

  it('one of several roots is enough', async () => {
    const roots = [createRoot().der, root.der];
    expect(await check((csr) => root.sign(csr), { roots })).toMatchObject({ details: {} });
  });

  const signed = (wishes: Wishes) => (csr: string) => root.sign(csr, wishes);
  const expiredIssuer = root.sub({ until: '2025-06-01' });
  const unfit: [string, (csr: string) => string, RegExp, Partial<Task<'checkChain'>>?][] = [
    ['garbage', () => 'garbage', /^is not PEM text/],
    ['nothing', () => '', /^is not PEM text/],
    ['for another key', signed({ key: ecKey() }), /^is not for the key that was to be signed/],
    ['an authority', signed({ ca: true }), /^is that of an authority/],
    ['expired', signed({ until: '2026-01-01' }), /^has expired on/],
    [
      'another CN',
      signed({ commonName: 'CP-2', organization: 'Test CPO' }),
      /^has the CN "CP-2" in its subject, not "CP-1"/,
    ],
    ['another O', signed({ organization: 'Other' }), /^has the O "Other" in its subject, not "Test CPO"/],
    ['no O', signed({ commonName: 'CP-1', organization: null }), /^has the O "" in its subject/],
    ['SHA-1', signed({ hash: 'sha1' }), /^is signed with an algorithm that is not secure/],
    ['another root', (csr) => createRoot().sign(csr), /^is not signed by an installed root/],
    ['an issuer that does not come along', (csr) => issuer.sign(csr), /^is not signed by an installed root/],
    ['an expired issuer', (csr) => expiredIssuer.sign(csr) + expiredIssuer.cert, /^has expired on/],
    ['no root', signed({}), /^cannot be checked: no root certificate is installed/, { roots: [] }],
    ['an expired root', signed({ until: '2037-01-01' }), /^has expired on/, { at: Date.UTC(2036, 0, 1) }],
  ];

  it.each(unfit)('%s is unfit', async (_, chainOf, problem, more = {}) => {
    expect(problemOf(await check(chainOf, more))).toMatch(problem);
  });

  it('an issuer that is no authority signs for nobody', async () => {
    const { csr, key } = await createCsr();
    const impostor: Authority = root.sub({ ca: false });
    const chain = impostor.sign(csr) + impostor.cert;
    const outcome = await perform({ kind: 'checkChain', chain, key, ...names, roots: [root.der], at });
    expect(problemOf(outcome)).toMatch(/^is not signed by an installed root/);
  });
});
