// SignedUpdateFirmware of the security whitepaper (L01): who may sign, statuses in order, times to fetch and to install. Signatures
// themselves are tested in test/tasks; installing and restarting is as in firmware.test.ts.
import { viewCharger } from '../../../lib/charger/view';
import { createRoot, type Wishes } from '../../support/certificate-authority';
import { bootedPair, type Pair, type PairOptions, start } from '../../support/pair';
import { askLater } from '../../support/pair-tasks';
import { begun, checkSigner, downloaded, endTask, failed, tasksOf, told } from '../../support/pair-transfers';

const second = 1_000;
const status = 'SignedFirmwareStatusNotification';
const location = 'https://admin:secret@files.test/charger-2.0.0.bin';
const signature = 'c2lnbmVk';
const root = createRoot({ commonName: 'Test Manufacturer' });
const stranger = createRoot({ commonName: 'Somebody Else' });
const signer = root.issue({ commonName: 'Firmware Signing' }).cert;
const inSeconds = (seconds: number) => new Date(start + seconds * second).toISOString();

/** A charger that trusts the manufacturer. */
async function trusting(options: PairOptions = {}): Promise<Pair> {
  const pair = bootedPair(options);
  const given = { certificateType: 'ManufacturerRootCertificate', certificate: root.cert };
  expect(await askLater(pair, 'InstallCertificate', given)).toEqual({ status: 'Accepted' });
  pair.clear();
  return pair;
}

interface Wish {
  requestId?: number;
  signingCertificate?: string;
  retrieveDateTime?: string;
  installDateTime?: string;
  retries?: number;
}

/** Asks, and has the certificate checked; the answer. */
async function update(pair: Pair, { requestId = 7, retries, ...firmware }: Wish = {}) {
  const before = Object.keys(pair.replies).length;
  const times = { retrieveDateTime: inSeconds(-60), signingCertificate: signer };
  const answer = pair.ask('SignedUpdateFirmware', {
    requestId,
    ...(retries === undefined ? {} : { retries }),
    firmware: { location, signature, ...times, ...firmware },
  });
  if (answer) return answer;
  await checkSigner(pair);
  const frame = Object.values(pair.replies)[before] as [number, string, Record<string, unknown>] | undefined;
  return frame?.[2];
}

const events = (pair: Pair) => pair.calls('SecurityEventNotification').map(({ payload }) => payload.type);
const valid = () => downloaded({ signature: 'valid' });

describe('SignedUpdateFirmware', () => {
  it('TC_080_CS, L01.FR.01, L01.FR.05, L01.FR.10, L01.FR.15 - Accepted; every status in order with the requestId; restarts into the new version; Installed', async () => {
    const pair = await trusting();
    expect(await update(pair)).toEqual({ status: 'Accepted' });
    const download = begun(pair).filter(({ kind }) => kind === 'download');
    expect(download).toEqual([{ kind: 'download', location, certificate: signer, signature }]);
    endTask(pair, valid());
    pair.advance(60 * second);
    expect(told(pair, status)).toEqual([
      'Downloading',
      'Downloaded',
      'SignatureVerified',
      'Installing',
      'InstallRebooting',
      'Installed',
    ]);
    expect(new Set(pair.calls(status).map(({ payload }) => payload.requestId))).toEqual(new Set([7]));
    expect(pair.calls('FirmwareStatusNotification')).toEqual([]);
    const [boot] = pair.calls('BootNotification');
    expect(boot?.payload.firmwareVersion).toBe('2.0.0');
    expect(pair.charger).not.toHaveProperty('firmware');
  });

  it('L01.FR.13, L01.FR.16: fetched at retrieveDateTime and installed at installDateTime, both told as scheduled', async () => {
    const pair = await trusting();
    const times = { retrieveDateTime: inSeconds(600), installDateTime: inSeconds(1_800) };
    expect(await update(pair, times)).toEqual({ status: 'Accepted' });
    expect(told(pair, status)).toEqual(['DownloadScheduled']);
    pair.advance(599 * second);
    expect(tasksOf(pair)).toEqual([]);
    pair.advance(second);
    endTask(pair, valid());
    expect(told(pair, status).slice(1)).toEqual(['Downloading', 'Downloaded', 'SignatureVerified', 'InstallScheduled']);
    expect(pair.statuses(1)).toEqual([]);
    pair.advance(1_199 * second);
    expect(told(pair, status).at(-1)).toBe('InstallScheduled');
    pair.advance(second);
    expect(told(pair, status).at(-1)).toBe('Installing');
    expect(pair.statuses(1)).toEqual(['Unavailable']);
  });

  it('L01.FR.14: a try that fails is told as DownloadPaused, the last one as DownloadFailed', async () => {
    const pair = await trusting();
    await update(pair, { retries: 2 });
    endTask(pair, failed);
    pair.advance(60 * second);
    endTask(pair, failed);
    expect(told(pair, status)).toEqual(['Downloading', 'DownloadPaused', 'Downloading', 'DownloadFailed']);
  });

  it.each([
    ['does not fit', (pair: Pair) => endTask(pair, downloaded({ signature: 'it does not fit' }))],
    [
      'fails on demand',
      (pair: Pair) => {
        pair.command({ kind: 'setBehaviour', behaviour: { failures: [{ kind: 'signature' }] } });
        endTask(pair, valid());
      },
    ],
  ])(
    'TC_081_CS, L01.FR.03 - a signature that %s: InvalidSignature, told as an event too, and nothing is installed',
    async (_what, end) => {
      const pair = await trusting();
      await update(pair);
      end(pair);
      pair.advance(600 * second);
      expect(told(pair, status)).toEqual(['Downloading', 'Downloaded', 'InvalidSignature']);
      expect(events(pair)).toEqual(['InvalidFirmwareSignature']);
      expect(pair.calls('BootNotification')).toEqual([]);
      expect(pair.charger).not.toHaveProperty('firmware');
      expect(pair.charger.firmwareFailure).toEqual({ status: 'InvalidSignature', requestId: 7 });
    },
  );

  it('L01: InstallVerificationFailed and InstallationFailed on demand', async () => {
    const pair = await trusting();
    const failures = [{ kind: 'verification' as const, times: 1 }, { kind: 'installation' as const }];
    pair.command({ kind: 'setBehaviour', behaviour: { failures } });
    await update(pair, { requestId: 1 });
    endTask(pair, valid());
    expect(told(pair, status).at(-1)).toBe('InstallVerificationFailed');
    await update(pair, { requestId: 2 });
    endTask(pair, valid());
    pair.advance(60 * second);
    expect(told(pair, status).slice(-2)).toEqual(['Installing', 'InstallationFailed']);
  });

  it('L01.FR.26: a request that ends another is AcceptedCanceled, and only its statuses are told from then on', async () => {
    const pair = await trusting();
    await update(pair, { requestId: 1 });
    expect(await update(pair, { requestId: 2 })).toEqual({ status: 'AcceptedCanceled' });
    endTask(pair, valid());
    pair.advance(60 * second);
    const ids = pair.calls(status).map(({ payload }) => `${payload.requestId} ${payload.status}`);
    expect(ids.slice(0, 2)).toEqual(['1 Downloading', '2 Downloading']);
    expect(ids.filter((one) => one.startsWith('1'))).toHaveLength(1);
  });

  it('L01.FR.27: Rejected while firmware is being installed, and while another request is being checked', async () => {
    const pair = await trusting();
    const request = {
      requestId: 1,
      firmware: { location, signature, retrieveDateTime: inSeconds(0), signingCertificate: signer },
    };
    expect(pair.ask('SignedUpdateFirmware', request)).toBeUndefined();
    expect(await update(pair, { requestId: 2 })).toEqual({ status: 'Rejected' });
    await checkSigner(pair);
    endTask(pair, valid());
    expect(await update(pair, { requestId: 3 })).toEqual({ status: 'Rejected' });
    pair.advance(60 * second);
    expect(told(pair, status).at(-1)).toBe('Installed');
  });

  it('L01.FR.27: Rejected if the installation of other firmware has begun during the check', async () => {
    const pair = await trusting();
    await update(pair, { requestId: 1 });
    const firmware = { location, signature, retrieveDateTime: inSeconds(0), signingCertificate: signer };
    pair.ask('SignedUpdateFirmware', { requestId: 2, firmware });
    endTask(pair, valid());
    await checkSigner(pair);
    expect(Object.values(pair.replies).at(-1)).toEqual([3, expect.any(String), { status: 'Rejected' }]);
    pair.advance(60 * second);
    expect(pair.calls(status).at(-1)?.payload).toEqual({ status: 'Installed', requestId: 1 });
  });

  it('L01: all times are by the clock of the CSMS: validity, retrieveDateTime, installDateTime', async () => {
    const ahead = 400 * 86_400;
    const pair = await trusting({
      answers: {
        BootNotification: { status: 'Accepted', interval: 86_400, currentTime: inSeconds(ahead) },
      },
    });
    const times = { retrieveDateTime: inSeconds(ahead + 600), installDateTime: inSeconds(ahead + 1_200) };
    const expired = root.issue({ until: '2027-01-01' }).cert;
    const fresh = root.issue({ from: '2027-01-01' }).cert;
    expect(await update(pair, { ...times, signingCertificate: expired })).toEqual({ status: 'InvalidCertificate' });
    expect(await update(pair, { ...times, signingCertificate: fresh })).toEqual({ status: 'Accepted' });
    pair.advance(599 * second);
    expect(told(pair, status)).toEqual(['DownloadScheduled']);
    pair.advance(second);
    endTask(pair, valid());
    expect(told(pair, status).at(-1)).toBe('InstallScheduled');
    pair.advance(600 * second);
    expect(told(pair, status).at(-1)).toBe('Installing');
  });

  it('L01.FR.28, L01.FR.29: ExtendedTriggerMessage tells the last status with its requestId; Idle before, and after Installed', async () => {
    const pair = await trusting();
    const trigger = () => {
      pair.clear();
      pair.ask('ExtendedTriggerMessage', { requestedMessage: 'FirmwareStatusNotification' });
      return pair.calls(status).map(({ payload }) => payload);
    };
    expect(trigger()).toEqual([{ status: 'Idle' }]);
    await update(pair, { retrieveDateTime: inSeconds(60) });
    expect(trigger()).toEqual([{ status: 'DownloadScheduled', requestId: 7 }]);
    pair.advance(60 * second);
    endTask(pair, failed);
    expect(trigger()).toEqual([{ status: 'DownloadFailed', requestId: 7 }]);
    pair.command({ kind: 'power', state: 'cycle' });
    pair.advance(60 * second);
    expect(trigger()).toEqual([{ status: 'DownloadFailed', requestId: 7 }]);
    await update(pair, { requestId: 8 });
    expect(trigger()).toEqual([{ status: 'Downloading', requestId: 8 }]);
    endTask(pair, valid());
    pair.advance(60 * second);
    expect(trigger()).toEqual([{ status: 'Idle' }]);
  });

  it('L01.FR.29: what the CSMS could not be told yet is the last status as well', async () => {
    const pair = await trusting();
    pair.csms.answers[status] = 'silent';
    await update(pair);
    endTask(pair, downloaded({ signature: 'it does not fit' }));
    pair.ask('ExtendedTriggerMessage', { requestedMessage: 'FirmwareStatusNotification' });
    const waiting = pair.charger.calls.queue.filter(({ action }) => action === status).map(({ payload }) => payload);
    expect(waiting.at(-1)).toEqual({ status: 'InvalidSignature', requestId: 7 });
  });

  it('TC_054_CS - TriggerMessage tells the status of it that the Core profile comes nearest to', async () => {
    const pair = await trusting();
    const trigger = () => {
      pair.clear();
      pair.ask('TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' });
      return told(pair, 'FirmwareStatusNotification');
    };
    await update(pair, { installDateTime: inSeconds(600), retries: 2 });
    expect(trigger()).toEqual(['Downloading']);
    endTask(pair, failed);
    expect(trigger()).toEqual(['Downloading']);
    pair.advance(60 * second);
    endTask(pair, valid());
    expect(trigger()).toEqual(['Downloaded']);
    pair.advance(600 * second);
    pair.advance(60 * second);
    expect(trigger()).toEqual(['Idle']);
  });

  it('L01.FR.06, L01.FR.07: waits for a transaction to end, with free connectors out of service', async () => {
    const pair = await trusting();
    pair.command({ kind: 'startTransaction', address: { connectorId: 1 }, idToken: 'TAG-1' });
    await update(pair);
    endTask(pair, valid());
    pair.advance(600 * second);
    expect(told(pair, status).at(-1)).toBe('SignatureVerified');
    expect(pair.statuses(2).at(-1)).toBe('Unavailable');
    pair.command({ kind: 'unplug', address: { connectorId: 1 } });
    pair.advance(60 * second);
    expect(told(pair, status).slice(-3)).toEqual(['Installing', 'InstallRebooting', 'Installed']);
  });

  it('L01.FR.17 to L01.FR.19: installDateTime does not end a transaction: waits for it, with free connectors out of service', async () => {
    const pair = await trusting();
    await update(pair, { installDateTime: inSeconds(600) });
    endTask(pair, valid());
    pair.advance(300 * second);
    pair.command({ kind: 'startTransaction', address: { connectorId: 1 }, idToken: 'TAG-1' });
    expect(pair.statuses(2)).toEqual([]);
    pair.advance(300 * second);
    expect(told(pair, status).at(-1)).toBe('InstallScheduled');
    expect(pair.statuses(2)).toEqual(['Unavailable']);
    pair.command({ kind: 'unplug', address: { connectorId: 1 } });
    expect(told(pair, status).at(-1)).toBe('Installing');
    expect(pair.statuses(1).at(-1)).toBe('Unavailable');
    pair.advance(60 * second);
    expect(told(pair, status).at(-1)).toBe('Installed');
  });

  it('L01.FR.10: what cannot be told is told when the CSMS is back, with the requestId', async () => {
    const pair = await trusting();
    await update(pair, { requestId: 11 });
    pair.csms.unreachable = true;
    pair.cut();
    endTask(pair, downloaded({ signature: 'it does not fit' }));
    expect(told(pair, status)).toEqual(['Downloading']);
    pair.csms.unreachable = false;
    pair.advance(600 * second);
    expect(
      pair
        .calls(status)
        .slice(1)
        .map(({ payload }) => payload),
    ).toEqual([{ status: 'InvalidSignature', requestId: 11 }]);
    expect(events(pair)).toContain('InvalidFirmwareSignature');
  });

  it('L01.FR.20: UpdateFirmware is NotSupported where signed firmware can be told, and taken again without roots', async () => {
    const pair = await trusting();
    const before = pair.document();
    const wish = { location, retrieveDate: inSeconds(0) };
    expect(pair.call('UpdateFirmware', wish)).toEqual([4, expect.any(String), 'NotSupported', expect.any(String), {}]);
    expect(pair.document()).toBe(before);
    expect(tasksOf(pair)).toEqual([]);
    const certificateType = 'ManufacturerRootCertificate';
    const held = pair.ask('GetInstalledCertificateIds', { certificateType }) as { certificateHashData: unknown[] };
    const [certificateHashData] = held.certificateHashData;
    expect(pair.ask('DeleteCertificate', { certificateHashData })).toEqual({ status: 'Accepted' });
    expect(pair.ask('UpdateFirmware', wish)).toEqual({});
    expect(told(pair, 'FirmwareStatusNotification')).toEqual(['Downloading']);
  });

  it('L01: user and password of the location are shown nowhere', async () => {
    const pair = await trusting();
    await update(pair, { retries: 2 });
    endTask(pair, failed);
    const shown = [pair.events, viewCharger(pair.charger, pair.now)].map((one) => JSON.stringify(one)).join();
    expect(shown).toContain('https://***@files.test/charger-2.0.0.bin');
    expect(shown).not.toContain('secret');
  });
});

describe('L01.FR.02, L01.FR.23, L01.FR.24: a certificate that may not sign firmware', () => {
  const issued = (wishes: Wishes) => root.issue(wishes).cert;

  it.each([
    ['of another authority', () => stranger.issue().cert, /not signed by an installed root/],
    ['that has expired', () => issued({ until: '2025-06-01' }), /has expired/],
    ['that is not valid yet', () => issued({ from: '2030-01-01' }), /not valid before/],
    ['of an authority itself', () => root.cert, /that of an authority/],
    ['with SHA-1', () => issued({ hash: 'sha1' }), /not secure/],
    ['that is garbage', () => 'garbage', /not PEM/],
    ['that is cut off', () => signer.slice(0, 300), /not PEM/],
  ])('%s: InvalidCertificate, an event, and nothing is fetched', async (_what, certificate, problem) => {
    const pair = await trusting();
    expect(await update(pair, { signingCertificate: certificate() })).toEqual({ status: 'InvalidCertificate' });
    expect(events(pair)).toEqual(['InvalidFirmwareSigningCertificate']);
    expect(pair.notes().join()).toMatch(problem);
    expect(told(pair, status)).toEqual([]);
    expect(tasksOf(pair)).toEqual([]);
  });

  it('any, without a root of the manufacturer: InvalidCertificate, and the log says what is missing', async () => {
    const pair = bootedPair();
    expect(await update(pair)).toEqual({ status: 'InvalidCertificate' });
    expect(pair.notes().join()).toContain('no root certificate is installed');
  });

  it('one below an issuer that comes along is good', async () => {
    const pair = await trusting();
    const issuer = root.sub();
    const chain = issuer.issue().cert + issuer.cert;
    expect(await update(pair, { signingCertificate: chain })).toEqual({ status: 'Accepted' });
  });

  it.each([
    ['signingCertificate', 'InvalidCertificate'],
    ['revokedCertificate', 'RevokedCertificate'],
  ] as const)('L01.FR.25 - on demand (%s): %s, and an update that is under way goes on', async (kind, answer) => {
    const pair = await trusting();
    await update(pair, { requestId: 1 });
    pair.command({ kind: 'setBehaviour', behaviour: { failures: [{ kind, times: 1 }] } });
    expect(await update(pair, { requestId: 2 })).toEqual({ status: answer });
    endTask(pair, valid());
    expect(pair.calls(status).at(-1)?.payload).toEqual({ status: 'Installing', requestId: 1 });
  });

  it('whose check did not come about: Rejected', async () => {
    const pair = await trusting();
    const request = {
      requestId: 1,
      firmware: { location, signature, retrieveDateTime: inSeconds(0), signingCertificate: signer },
    };
    pair.ask('SignedUpdateFirmware', request);
    endTask(pair, { ok: false, reason: 'interrupted', detail: 'gone' }, 'checkSigner');
    expect(Object.values(pair.replies).at(-1)).toEqual([3, expect.any(String), { status: 'Rejected' }]);
    expect(tasksOf(pair)).toEqual([]);
  });
});
