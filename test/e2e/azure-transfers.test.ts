// Firmware and logs on the Azure host: who fetches and uploads when nobody calls, and when the instance that does it dies.
import { sign } from 'node:crypto';
import { type AzureRig, startAzureRig } from '../support/azure-rig';
import { createRoot } from '../support/certificate-authority';
import { type FileServer, startFileServer } from '../support/file-server';

const second = 1_000;
const minute = 60 * second;
const id = 'CP-1';

let rig: AzureRig;
let files: FileServer;

beforeEach(async () => {
  files = await startFileServer();
  files.files.set('/fw.bin', 'firmwareVersion=9.0.0');
  // No sweep: the orchestration alone keeps the charger alive.
  rig = await startAzureRig({
    timers: false,
    workers: [{ serves: 'http' }, { serves: 'durable' }, { serves: 'durable' }],
  });
  await rig.create(id);
});
afterEach(async () => {
  await rig.close();
  await files.close();
});

const statuses = (action: string) =>
  rig.csms.calls(id, action).map(({ payload }) => (payload as { status: string }).status);
const firmwareStatuses = () => statuses('FirmwareStatusNotification');
const signedStatuses = () => statuses('SignedFirmwareStatusNotification');
const versions = () =>
  rig.csms.calls(id, 'BootNotification').map(({ payload }) => (payload as { firmwareVersion: string }).firmwareVersion);

/** The CSMS asks while the charger is connected for a moment. */
async function told(action: string, payload: Record<string, unknown>): Promise<unknown> {
  expect((await rig.call('POST', `chargers/${id}/connect`, { holdSeconds: 20 })).status).toBe(200);
  const outcome = await rig.pass(rig.csms.call(id, action, payload));
  expect(outcome).toHaveProperty('result');
  return outcome;
}

const inMinutes = (minutes: number) => new Date(rig.host.now() + minutes * minute).toISOString();

describe('firmware', () => {
  it('OCPP 1.6 §5.19: is fetched at retrieveDate, installed and booted into, on the orchestration alone', async () => {
    await told('UpdateFirmware', { location: `${files.url}/fw.bin`, retrieveDate: inMinutes(10) });
    await rig.host.advance(9 * minute);
    expect([files.requests, firmwareStatuses()]).toEqual([[], []]);
    expect(rig.csms.connections.filter(({ open }) => open)).toEqual([]);
    await rig.until('the new version', () => firmwareStatuses().includes('Installed'));
    expect(firmwareStatuses()).toEqual(['Downloading', 'Downloaded', 'Installing', 'Installed']);
    expect(versions().at(-1)).toBe('9.0.0');
    expect(files.requests).toHaveLength(1);
    await rig.host.advance(minute);
    expect(rig.csms.connections.filter(({ open }) => open)).toEqual([]);
    expect(rig.host.running()).toEqual([]);
    expect(rig.logged()).toEqual([]);
  });

  it('OCPP 1.6 §6.55: is tried again after retryInterval, by whichever instance is there', async () => {
    let tries = 0;
    files.on('/fw.bin', (_request, response) => response.writeHead(++tries < 3 ? 503 : 200).end('1'));
    const wish = { location: `${files.url}/fw.bin`, retrieveDate: inMinutes(5), retries: 3, retryInterval: 120 };
    await told('UpdateFirmware', wish);
    await rig.until('the new version', () => firmwareStatuses().includes('Installed'));
    expect([tries, firmwareStatuses().filter((status) => status === 'Downloading')]).toEqual([
      3,
      Array(3).fill('Downloading'),
    ]);
    expect(rig.csms.connections.filter(({ open }) => open).length).toBeLessThanOrEqual(1);
  });

  it('TC_080_CS: signed, is checked during the call, fetched and installed at its times on the orchestration alone', async () => {
    const manufacturer = createRoot({ commonName: 'Test Manufacturer' });
    const signer = manufacturer.sub();
    const { cert, key } = signer.issue({ commonName: 'Firmware Signing' });
    const certificateType = 'ManufacturerRootCertificate';
    const accepted = { result: { status: 'Accepted' } };
    expect(await told('InstallCertificate', { certificateType, certificate: manufacturer.cert })).toEqual(accepted);
    const firmware = {
      location: `${files.url}/fw.bin`,
      retrieveDateTime: inMinutes(5),
      installDateTime: inMinutes(10),
      signingCertificate: cert + signer.cert,
      signature: sign('sha256', Buffer.from('firmwareVersion=9.0.0'), key).toString('base64'),
    };
    expect(await told('SignedUpdateFirmware', { requestId: 3, firmware })).toEqual(accepted);
    await rig.host.advance(4 * minute);
    expect([files.requests, signedStatuses()]).toEqual([[], ['DownloadScheduled']]);
    await rig.until('the installation to be scheduled', () => signedStatuses().includes('InstallScheduled'));
    expect(rig.host.now()).toBeLessThan(Date.parse(firmware.installDateTime));
    await rig.until('the new version', () => signedStatuses().includes('Installed'));
    expect(rig.host.now()).toBeGreaterThan(Date.parse(firmware.installDateTime));
    expect(signedStatuses().slice(1)).toEqual([
      'Downloading',
      'Downloaded',
      'SignatureVerified',
      'InstallScheduled',
      'Installing',
      'InstallRebooting',
      'Installed',
    ]);
    expect([versions().at(-1), files.requests.length]).toEqual(['9.0.0', 1]);
  });

  it('is fetched anew by another instance when the one that was at it dies', async () => {
    let begun = () => {};
    const once = new Promise<void>((resolve) => {
      begun = resolve;
    });
    let tries = 0;
    files.on('/fw.bin', (_request, response) => {
      response.writeHead(200).write('firmwareVersion=9.0.0');
      if (++tries === 1) begun();
      else response.end();
    });
    await told('UpdateFirmware', { location: `${files.url}/fw.bin`, retrieveDate: inMinutes(5) });
    await rig.host.advance(4 * minute);
    const waking = rig.host.advance(2 * minute);
    await once;
    const doing = rig.host.running().find(({ functionName }) => functionName === 'wake');
    if (!doing) throw new Error('nobody is at it');
    await rig.host.killWorker(doing.worker);
    await rig.host.addWorker({ serves: 'durable' });
    await waking;
    await rig.until('the new version', () => firmwareStatuses().includes('Installed'));
    expect(tries).toBe(2);
    expect(versions().at(-1)).toBe('9.0.0');
  });
});

describe('logs', () => {
  it('OCPP 1.6 §5.9: are uploaded after the call that brought the request, and the instance lets go', async () => {
    await told('GetDiagnostics', { location: `${files.url}/logs/` });
    await rig.until('the upload', () => statuses('DiagnosticsStatusNotification').includes('Uploaded'));
    expect(files.requests.map(({ method }) => method)).toEqual(['PUT']);
    expect(String(files.requests[0]?.body)).toContain('"action":"BootNotification"');
    await rig.host.advance(minute);
    expect(rig.csms.connections.filter(({ open }) => open)).toEqual([]);
  });
});
