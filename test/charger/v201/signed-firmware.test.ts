// Signed firmware of OCPP 2.0.1 (L01): who may sign it, and what becomes of it. Signatures themselves are tested in test/tasks.
import { createRoot } from '../../support/certificate-authority';
import { type Pair, start } from '../../support/pair';
import { askLater } from '../../support/pair-tasks';
import { begun, downloaded, endTask, failed, told } from '../../support/pair-transfers';
import { bootedPairV201, misfits } from '../../support/pair-v201';

const root = createRoot({ commonName: 'Test Manufacturer' });
const signer = root.issue({ commonName: 'Firmware Signing' }).cert;
const status = 'FirmwareStatusNotification';
const inSeconds = (seconds: number) => new Date(start + seconds * 1000).toISOString();

async function trusting(): Promise<Pair> {
  const pair = bootedPairV201();
  const given = { certificateType: 'ManufacturerRootCertificate', certificate: root.cert };
  expect(await askLater(pair, 'InstallCertificate', given)).toEqual({ status: 'Accepted' });
  pair.clear();
  return pair;
}

async function update(pair: Pair, firmware: Record<string, unknown> = {}, requestId = 7) {
  const signed = { signingCertificate: signer, signature: 'c2lnbmVk' };
  const times = { location: 'https://files.test/fw-2.0.0.bin', retrieveDateTime: inSeconds(-60) };
  return askLater(pair, 'UpdateFirmware', { requestId, firmware: { ...times, ...signed, ...firmware } });
}
/** The download is left to the test. */
const begin = async (pair: Pair, firmware: Record<string, unknown> = {}) => {
  pair.command({ kind: 'setBehaviour', behaviour: {} });
  const signed = { signingCertificate: signer, signature: 'c2lnbmVk' };
  const later = { retrieveDateTime: inSeconds(60), location: 'https://files.test/fw-2.0.0.bin' };
  const answer = await askLater(pair, 'UpdateFirmware', {
    requestId: 7,
    firmware: { ...later, ...signed, ...firmware },
  });
  pair.advance(60_000);
  return answer;
};
const events = (pair: Pair) => pair.calls('SecurityEventNotification').map(({ payload }) => payload.type);

describe('L01: signed firmware', () => {
  it('TC_L_01_CS, TC_L_03_CS: scheduled, fetched, verified, installed, booted into', async () => {
    const pair = await trusting();
    expect(await begin(pair)).toEqual({ status: 'Accepted' });
    expect(begun(pair).at(-1)).toMatchObject({ kind: 'download', certificate: signer, signature: 'c2lnbmVk' });
    endTask(pair, downloaded({ signature: 'valid' }));
    pair.advance(60_000);
    expect(told(pair, status)).toEqual([
      ...['DownloadScheduled', 'Downloading', 'Downloaded', 'SignatureVerified'],
      ...['Installing', 'InstallRebooting', 'Installed'],
    ]);
    expect(pair.calls(status).every(({ payload }) => payload.requestId === 7)).toBe(true);
    expect(misfits(pair)).toEqual([]);
  });

  it('TC_L_02_CS: InstallScheduled until installDateTime', async () => {
    const pair = await trusting();
    await begin(pair, { installDateTime: inSeconds(600) });
    endTask(pair, downloaded({ signature: 'valid' }));
    expect(told(pair, status).at(-1)).toBe('InstallScheduled');
    pair.advance(540_000);
    expect(told(pair, status).at(-1)).toBe('Installing');
  });

  it.each([
    ['no certificate', 'nonsense'],
    ['one of a stranger', createRoot().issue().cert],
    ['one that has expired', root.issue({ from: '2020-01-01', until: '2021-01-01' }).cert],
  ])(
    'TC_L_05_CS: %s: InvalidCertificate, InvalidFirmwareSigningCertificate, and nothing is fetched',
    async (_what, cert) => {
      const pair = await trusting();
      expect(await update(pair, { signingCertificate: cert })).toEqual({ status: 'InvalidCertificate' });
      expect([events(pair), begun(pair).filter(({ kind }) => kind === 'download')]).toEqual([
        ['InvalidFirmwareSigningCertificate'],
        [],
      ]);
    },
  );

  it('TC_L_06_CS: InvalidSignature, and the firmware stays', async () => {
    const pair = await trusting();
    await begin(pair);
    endTask(pair, downloaded({ signature: 'it does not fit' }));
    pair.advance(60_000);
    expect(told(pair, status).at(-1)).toBe('InvalidSignature');
    expect([events(pair), pair.calls('BootNotification')]).toEqual([['InvalidFirmwareSignature'], []]);
  });

  it('TC_L_07_CS: DownloadFailed', async () => {
    const pair = await trusting();
    await begin(pair);
    endTask(pair, failed);
    expect(told(pair, status).at(-1)).toBe('DownloadFailed');
  });

  it.each(['verification', 'installation'] as const)('TC_L_08_CS: %s fails on demand', async (kind) => {
    const pair = await trusting();
    await begin(pair);
    pair.command({ kind: 'setBehaviour', behaviour: { failures: [{ kind }] } });
    endTask(pair, downloaded({ signature: 'valid' }));
    pair.advance(60_000);
    expect(told(pair, status).at(-1)).toBe(
      kind === 'verification' ? 'InstallVerificationFailed' : 'InstallationFailed',
    );
  });

  it('TC_L_10_CS: AcceptedCanceled, and the newer one goes on', async () => {
    const pair = await trusting();
    const later = { retrieveDateTime: inSeconds(600) };
    await update(pair, later, 7);
    expect(await update(pair, later, 8)).toEqual({ status: 'AcceptedCanceled' });
    pair.advance(600_000);
    expect(pair.calls(status).at(-1)?.payload).toEqual({ status: 'Downloading', requestId: 8 });
  });

  it('whoever knows the manufacturer takes no firmware without a signature', async () => {
    const pair = await trusting();
    const firmware = { location: 'https://files.test/fw.bin', retrieveDateTime: inSeconds(-60) };
    expect(pair.ask('UpdateFirmware', { requestId: 9, firmware })).toMatchObject({ status: 'Rejected' });
  });
});
