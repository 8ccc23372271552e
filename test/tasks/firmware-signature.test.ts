// Signatures of firmware files, made by OpenSSL through Node, over files from a real server.
import { constants, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { createRoot, ecKey } from '../support/certificate-authority';
import { type FileServer, startFileServer } from '../support/file-server';
import { impatient, perform } from './bench';

const firmware = Buffer.from('f'.repeat(300_000));
const root = createRoot({ commonName: 'Test Manufacturer' });
const ec = root.issue();
const rsaKey = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rsa = root.issue({ key: rsaKey });
const curve = ecKey('P-384');

let server: FileServer;
beforeEach(async () => {
  server = await startFileServer();
  server.files.set('/fw.bin', firmware);
});
afterEach(() => server.close());

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING };
const ecOf = (pem: string) => createPrivateKey(pem);
const signed = (
  key: KeyObject | { key: KeyObject; padding?: number; saltLength?: number; dsaEncoding?: 'ieee-p1363' },
) => sign('sha256', firmware, key).toString('base64');

async function verdict(certificate: string, signature: string): Promise<unknown> {
  const outcome = await perform({ kind: 'download', location: `${server.url}/fw.bin`, certificate, signature });
  return outcome.ok && 'signature' in outcome ? outcome.signature : outcome;
}

describe('L01.FR.04: the signature of firmware', () => {
  it.each([
    ['ECDSA, as a sequence', ec.cert, signed(ecOf(ec.key))],
    ['ECDSA, one number after the other', ec.cert, signed({ key: ecOf(ec.key), dsaEncoding: 'ieee-p1363' })],
    ['ECDSA on P-384', root.issue({ key: curve }).cert, signed(curve.privateKey)],
    ['RSA-PSS', rsa.cert, signed({ key: rsaKey.privateKey, ...pss })],
    ['RSA-PSS with another salt', rsa.cert, signed({ key: rsaKey.privateKey, ...pss, saltLength: 20 })],
    ['with its chain', ec.cert + root.cert, signed(ecOf(ec.key))],
  ])('%s is valid', async (_what, certificate, signature) => {
    expect(await verdict(certificate, signature)).toBe('valid');
  });

  it.each([
    ['of another file', ec.cert, sign('sha256', Buffer.from('other'), ecOf(ec.key)).toString('base64'), /does not fit/],
    ['of another key', ec.cert, signed(ecKey().privateKey), /does not fit/],
    ['of an RSA key of another', rsa.cert, signed(ecOf(ec.key)), /does not fit|cannot be checked/],
    ['that is RSA PKCS #1 v1.5', rsa.cert, signed(rsaKey.privateKey), /PKCS #1 v1.5, where RSA-PSS is specified/],
    ['that is empty', ec.cert, '', /does not fit|cannot be checked/],
    ['that is no base64', rsa.cert, '<garbage>', /does not fit|cannot be checked/],
    ['under a certificate that is none', 'garbage', 'AAAA', /cannot be checked/],
  ])('one %s is not', async (_what, certificate, signature, why) => {
    expect(await verdict(certificate, signature)).toMatch(why);
  });

  it.each([
    ['less than it says', (response: ServerResponse) => response.writeHead(200, { 'content-length': 300_001 })],
    ['what stalls', (response: ServerResponse) => response.writeHead(200)],
  ])('is not looked at where a server sends %s: the download has failed', async (_what, begin) => {
    const [certificate, signature] = [ec.cert, signed(ecOf(ec.key))];
    server.on('/fw.bin', (_request, response) => {
      begin(response).write(firmware, () => {
        if (response.hasHeader('content-length')) response.destroy();
      });
    });
    const download = { kind: 'download', location: `${server.url}/fw.bin`, certificate, signature } as const;
    const outcome = await perform(download, { limits: impatient });
    expect(outcome).toEqual({ ok: false, reason: 'failed', detail: expect.any(String) });
  });

  it('holds for the bytes that came: a server that says another length in its favour gains nothing by it', async () => {
    server.on('/fw.bin', (_request, response) => response.end(Buffer.concat([firmware, Buffer.from('and more')])));
    expect(await verdict(ec.cert, signed(ecOf(ec.key)))).toMatch(/does not fit/);
  });
});
