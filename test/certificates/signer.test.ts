// Certificates that firmware is signed with (security whitepaper L01.FR.11, L01.FR.12): which are trusted.
import { createSign, createVerify } from 'node:crypto';
import { signerKey } from '../../lib/certificates/signer';
import { CertificateProblem } from '../../lib/certificates/x509';
import { createRoot } from '../support/certificate-authority';

const at = Date.UTC(2026, 0, 5);
const root = createRoot({ commonName: 'Manufacturer' });
const between = root.sub();
const ask = (signingCertificate: string, roots = [root.der]) => signerKey({ signingCertificate, roots, at });

describe('L01.FR.12: a signing certificate', () => {
  it.each([
    ['signed by the root of the manufacturer', root, ''],
    ['signed by an authority that comes along', between, between.cert],
  ])('%s is trusted, and its key checks what it has signed', (_, issuer, more) => {
    const { cert, key } = issuer.issue({ commonName: 'Firmware' });
    const signature = createSign('sha256').update('firmware').sign(key);
    const check = (text: string) =>
      createVerify('sha256')
        .update(text)
        .verify(ask(cert + more), signature);
    expect([check('firmware'), check('fIrmware')]).toEqual([true, false]);
  });

  it.each([
    ['garbage', () => ask('garbage'), /is not PEM text/],
    ['expired', () => ask(root.issue({ until: '2026-01-01' }).cert), /has expired/],
    ['not valid yet', () => ask(root.issue({ from: '2026-02-01' }).cert), /is not valid before/],
    ['of another manufacturer', () => ask(createRoot().issue().cert), /is not signed by an installed root/],
    ['without what is between', () => ask(between.issue().cert), /is not signed by an installed root/],
    ['an authority', () => ask(between.cert), /is that of an authority/],
    ['signed with SHA-1', () => ask(root.issue({ hash: 'sha1' }).cert), /not secure/],
    ['with no root installed', () => ask(root.issue().cert, []), /no root certificate is installed/],
  ])('%s is not', (_, asking, problem) => {
    expect(asking).toThrow(CertificateProblem);
    expect(asking).toThrow(problem);
  });
});
