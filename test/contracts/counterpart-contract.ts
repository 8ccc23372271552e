// What a CSMS that others have written has to make of our charger: every action of OCPP 1.6, each way, over real sockets. One suite,
// called by each counterpart. The charger lives in the built local host; what it sends and answers is judged by the counterpart.
import { sign } from 'node:crypto';
import { type ActionV16, messagesV16 } from '../../lib/ocpp/v16/messages';
import { makeCa } from '../link/certificates';
import { createRoot } from '../support/certificate-authority';
import { startFileServer } from '../support/file-server';
import { forgetData, type HostProcess, request, startHost } from '../support/local-host';

type Payload = Record<string, unknown>;

/** A central system that checks both directions against the schemas it has itself. */
export interface Counterpart {
  /** Chargers append `/` and their identity. */
  url: string;
  /** The nth CALL of that action from that identity that its schemas and handlers took; rejects when it closes before. */
  waitFor(identity: string, action: string, n?: number): Promise<Payload>;
  /** Sends a CALL. Rejects when the charger answers with a CALLERROR, saying its code, or against the schemas. */
  call(identity: string, action: string, payload: Payload): Promise<Payload>;
  /** All it has found wrong with the charger so far. */
  complaints(): string[];
  close(): Promise<void>;
}

interface Charger {
  id: string;
  post(path: string, body?: Payload): Promise<Payload>;
}

/** What the CSMS asks, and its answer. */
interface Asked {
  /** Of the specification, or the use case of the security whitepaper. */
  section: string;
  payload: Payload | ((charger: Charger) => Promise<Payload>);
  answer: Payload;
}

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const accepted = { status: 'Accepted' };
const profile = {
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Relative',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 8.1 }] },
};
const hashes = { hashAlgorithm: 'SHA256', issuerNameHash: 'ab', issuerKeyHash: 'cd', serialNumber: '01' };
/** Nobody listens there: what is to be fetched or brought fails, after the answer. */
const nowhere = 'http://127.0.0.1:1/file';

async function started(charger: Charger): Promise<number> {
  const { transactionId } = await charger.post('transactions', { idToken: 'TAG-1' });
  return Number(transactionId);
}

const asked: Record<string, Asked> = {
  CancelReservation: { section: '§5.1', payload: { reservationId: 4 }, answer: { status: 'Rejected' } },
  ChangeAvailability: { section: '§5.2', payload: { connectorId: 1, type: 'Inoperative' }, answer: accepted },
  ChangeConfiguration: { section: '§5.3', payload: { key: 'HeartbeatInterval', value: '60' }, answer: accepted },
  ClearCache: { section: '§5.4', payload: {}, answer: accepted },
  ClearChargingProfile: { section: '§5.5', payload: { id: 1 }, answer: { status: 'Unknown' } },
  DataTransfer: {
    section: '§5.6',
    payload: { vendorId: 'org.charger-simulator', messageId: 'Echo', data: 'grüß dich' },
    answer: { ...accepted, data: 'grüß dich' },
  },
  GetCompositeSchedule: {
    section: '§5.7',
    payload: { connectorId: 1, duration: 60, chargingRateUnit: 'A' },
    answer: {
      ...accepted,
      connectorId: 1,
      scheduleStart: expect.any(String),
      chargingSchedule: expect.objectContaining({ chargingRateUnit: 'A' }),
    },
  },
  GetConfiguration: {
    section: '§5.8',
    payload: { key: ['NumberOfConnectors', 'Nonsense'] },
    answer: {
      configurationKey: [{ key: 'NumberOfConnectors', readonly: true, value: '2' }],
      unknownKey: ['Nonsense'],
    },
  },
  GetDiagnostics: { section: '§5.9', payload: { location: nowhere }, answer: { fileName: expect.any(String) } },
  GetLocalListVersion: { section: '§5.10', payload: {}, answer: { listVersion: 0 } },
  RemoteStartTransaction: { section: '§5.11', payload: { idTag: 'TAG-1', connectorId: 1 }, answer: accepted },
  RemoteStopTransaction: {
    section: '§5.12',
    payload: async (charger) => ({ transactionId: await started(charger) }),
    answer: accepted,
  },
  ReserveNow: {
    section: '§5.13',
    payload: async () => ({ connectorId: 1, expiryDate: inAnHour(), idTag: 'TAG-1', reservationId: 4 }),
    answer: accepted,
  },
  Reset: { section: '§5.14', payload: { type: 'Soft' }, answer: accepted },
  SendLocalList: {
    section: '§5.15',
    payload: {
      listVersion: 1,
      updateType: 'Full',
      localAuthorizationList: [{ idTag: 'TAG-1', idTagInfo: { ...accepted, parentIdTag: 'GROUP' } }],
    },
    answer: accepted,
  },
  SetChargingProfile: { section: '§5.16', payload: { connectorId: 0, csChargingProfiles: profile }, answer: accepted },
  TriggerMessage: { section: '§5.17', payload: { requestedMessage: 'Heartbeat' }, answer: accepted },
  UnlockConnector: { section: '§5.18', payload: { connectorId: 1 }, answer: { status: 'Unlocked' } },
  UpdateFirmware: {
    section: '§5.19',
    payload: async () => ({ location: nowhere, retrieveDate: inAnHour() }),
    answer: {},
  },
  CertificateSigned: { section: 'A02', payload: { certificateChain: 'garbage' }, answer: { status: 'Rejected' } },
  DeleteCertificate: { section: 'M04', payload: { certificateHashData: hashes }, answer: { status: 'NotFound' } },
  ExtendedTriggerMessage: {
    section: 'A02',
    payload: { requestedMessage: 'StatusNotification', connectorId: 2 },
    answer: accepted,
  },
  GetInstalledCertificateIds: {
    section: 'M03',
    payload: { certificateType: 'ManufacturerRootCertificate' },
    answer: { status: 'NotFound' },
  },
  GetLog: {
    section: 'N01',
    payload: { log: { remoteLocation: nowhere }, logType: 'SecurityLog', requestId: 7 },
    answer: { ...accepted, filename: expect.any(String) },
  },
  InstallCertificate: {
    section: 'M05',
    payload: async () => ({
      certificateType: 'ManufacturerRootCertificate',
      certificate: (await makeCa()).cert,
    }),
    answer: accepted,
  },
  SignedUpdateFirmware: {
    section: 'L01',
    payload: async () => ({
      requestId: 8,
      firmware: {
        location: nowhere,
        retrieveDateTime: inAnHour(),
        signingCertificate: 'garbage',
        signature: 'garbage',
      },
    }),
    answer: { status: 'InvalidCertificate' },
  },
};

/** What a charger sends by itself in a day's work; the rest has to be told to. */
const sentByItself: Record<string, string> = {
  Authorize: '§4.1',
  BootNotification: '§4.2',
  Heartbeat: '§4.6',
  MeterValues: '§4.7',
  StartTransaction: '§4.8',
  StatusNotification: '§4.9',
  StopTransaction: '§4.10',
};
const sentWhenTold: Record<string, { section: string; payload?: Payload }> = {
  DataTransfer: { section: '§4.3', payload: { vendorId: 'org.charger-simulator', messageId: 'Echo', data: 'ÄÖ' } },
  DiagnosticsStatusNotification: { section: '§4.4' },
  FirmwareStatusNotification: { section: '§4.5' },
  LogStatusNotification: { section: 'N01' },
  SecurityEventNotification: { section: 'A04' },
  SignCertificate: { section: 'A02', payload: { csr: '-----BEGIN CERTIFICATE REQUEST-----' } },
  SignedFirmwareStatusNotification: { section: 'L01' },
};

/** An update that goes well, without waiting for its times. */
const signedStatuses = [
  'Downloading',
  'Downloaded',
  'SignatureVerified',
  'Installing',
  'InstallRebooting',
  'Installed',
];

const actionsFrom = (sender: 'charger' | 'csms') =>
  (Object.keys(messagesV16) as ActionV16[]).filter((action) => ['both', sender].includes(messagesV16[action].from));

/** Runs the suite against a counterpart that `open` starts. */
export function describeCounterpart(name: string, open: () => Promise<Counterpart>): void {
  describe(`${name}: OCPP 1.6 over real sockets`, () => {
    let host: HostProcess;
    let csms: Counterpart;
    let chargers = 0;

    beforeAll(async () => {
      host = await startHost({ SECRETS_KEY: Buffer.alloc(32, 9).toString('base64') });
      csms = await open();
    });
    afterAll(async () => {
      await host?.stop();
      await csms?.close();
      if (host) forgetData(host);
    });

    /** A charger that is connected, has booted and told the state of its connectors. */
    async function booted(more: Payload = {}): Promise<Charger> {
      const id = `CP-${++chargers}`;
      const created = await request(host.url, 'POST', 'chargers', {
        id,
        protocol: 'ocpp1.6',
        csms: { url: csms.url },
        connection: 'persistent',
        ...more,
      });
      expect(created.status).toBe(201);
      await csms.waitFor(id, 'StatusNotification', 3);
      const post: Charger['post'] = async (path, body = {}) => {
        const answer = await request(host.url, 'POST', `chargers/${id}/${path}`, body);
        expect({ path, status: answer.status, detail: answer.body.detail }).toEqual({ path, status: 200 });
        return answer.body;
      };
      return { id, post };
    }

    /** What the charger holds against its CSMS. */
    async function violationsFoundBy(id: string): Promise<unknown[]> {
      const { status, body } = await request(host.url, 'GET', `chargers/${id}/violations`);
      expect(status).toBe(200);
      return body.violations;
    }

    it('OCPP 1.6 §4 and §5: all 39 actions are asked below, in each direction that they have', () => {
      expect(Object.keys(messagesV16)).toHaveLength(39);
      expect([...Object.keys(sentByItself), ...Object.keys(sentWhenTold)].sort()).toEqual(
        actionsFrom('charger').sort(),
      );
      expect(Object.keys(asked).sort()).toEqual(actionsFrom('csms').sort());
    });

    it('OCPP 1.6 §3: a session from boot to stop has every message a charger sends by itself, and none is complained of', async () => {
      const { id, post } = await booted();
      await post('plug-in');
      expect(await post('present-token', { idToken: 'TAG-1' })).toMatchObject({ outcome: 'started' });
      const start = await csms.waitFor(id, 'StartTransaction');
      expect(start).toMatchObject({ connectorId: 1, idTag: 'TAG-1', meterStart: expect.any(Number) });
      for (const requestedMessage of ['Heartbeat', 'MeterValues'])
        expect(await csms.call(id, 'TriggerMessage', { requestedMessage, connectorId: 1 })).toEqual(accepted);
      await csms.waitFor(id, 'MeterValues');
      expect(await post('present-token', { idToken: 'TAG-1' })).toMatchObject({ outcome: 'stopped' });
      await post('unplug');
      expect(await csms.waitFor(id, 'StopTransaction')).toMatchObject({
        idTag: 'TAG-1',
        meterStop: expect.any(Number),
      });
      for (const action of Object.keys(sentByItself)) await csms.waitFor(id, action);
      expect(csms.complaints()).toEqual([]);
      expect(await violationsFoundBy(id)).toEqual([]);
    });

    const told = Object.entries(sentWhenTold).map(([action, rest]) => ({ action, ...rest }));
    it.each(told)('OCPP 1.6 $section: $action of the charger is taken and answered', async ({ action, payload }) => {
      const { id, post } = await booted();
      const { response } = await post(`messages/${action}`, payload ? { payload } : {});
      expect(response).toEqual(expect.any(Object));
      expect(await csms.waitFor(id, action)).toMatchObject(payload ?? {});
      expect(csms.complaints()).toEqual([]);
      expect(await violationsFoundBy(id)).toEqual([]);
    });

    const calls = Object.entries(asked).map(([action, rest]) => ({ action, ...rest }));
    it.each(calls)(
      'OCPP 1.6 $section: $action of the CSMS gets an answer that fits',
      async ({ action, payload, answer }) => {
        const charger = await booted();
        const given = typeof payload === 'function' ? await payload(charger) : payload;
        expect(await csms.call(charger.id, action, given)).toEqual(answer);
        expect(csms.complaints()).toEqual([]);
        expect(await violationsFoundBy(charger.id)).toEqual([]);
      },
    );

    it('TC_080_CS: signed firmware goes from the request to the new version, and none of it is complained of', async () => {
      const { id } = await booted();
      const fast = await request(host.url, 'PUT', `chargers/${id}/behaviour`, { clock: { speed: 60 } });
      expect(fast.status).toBe(200);
      const manufacturer = createRoot({ commonName: 'Test Manufacturer' });
      const signer = manufacturer.issue();
      const firmware = Buffer.from('firmwareVersion=8.0.0');
      const files = await startFileServer();
      files.files.set('/fw.bin', firmware);
      const root = { certificateType: 'ManufacturerRootCertificate', certificate: manufacturer.cert };
      expect(await csms.call(id, 'InstallCertificate', root)).toEqual(accepted);
      const wish = {
        location: `${files.url}/fw.bin`,
        retrieveDateTime: '2020-01-01T00:00:00Z',
        installDateTime: '2020-01-01T00:00:00Z',
        signingCertificate: signer.cert,
        signature: sign('sha256', firmware, signer.key).toString('base64'),
      };
      expect(await csms.call(id, 'SignedUpdateFirmware', { requestId: 9, firmware: wish })).toEqual(accepted);
      const told: unknown[] = [];
      for (let n = 1; n <= signedStatuses.length; n++)
        told.push(await csms.waitFor(id, 'SignedFirmwareStatusNotification', n));
      await files.close();
      expect(told).toEqual(signedStatuses.map((status) => ({ status, requestId: 9 })));
      expect(await csms.waitFor(id, 'BootNotification', 2)).toMatchObject({ firmwareVersion: '8.0.0' });
      expect(csms.complaints()).toEqual([]);
      expect(await violationsFoundBy(id)).toEqual([]);
    });

    it('TC_074_CS, TC_076_CS: a certificate is asked for, signed and taken, a root listed and deleted, and none of it is complained of', async () => {
      const { id } = await booted({ configuration: { CpoName: 'Test CPO' } });
      const root = createRoot();
      const certificateType = 'CentralSystemRootCertificate';
      const listed = () => csms.call(id, 'GetInstalledCertificateIds', { certificateType });
      expect(await csms.call(id, 'InstallCertificate', { certificateType, certificate: root.cert })).toEqual(accepted);
      const requestedMessage = 'SignChargePointCertificate';
      expect(await csms.call(id, 'ExtendedTriggerMessage', { requestedMessage })).toEqual(accepted);
      const { csr } = await csms.waitFor(id, 'SignCertificate');
      const certificateChain = root.sign(String(csr));
      expect(await csms.call(id, 'CertificateSigned', { certificateChain })).toEqual(accepted);
      const { certificateHashData: [certificateHashData] = [] } = (await listed()) as {
        certificateHashData?: unknown[];
      };
      expect(await csms.call(id, 'DeleteCertificate', { certificateHashData })).toEqual(accepted);
      expect(await listed()).toEqual({ status: 'NotFound' });
      expect(csms.complaints()).toEqual([]);
      expect(await violationsFoundBy(id)).toEqual([]);
    });

    it('TC_043_3_CS: a local list of 2 MB arrives and is Failed, and the charger goes on', async () => {
      const { id } = await booted();
      const localAuthorizationList = Array.from({ length: 17_000 }, (_, at) => ({
        idTag: `TAG-${String(at).padStart(16, '0')}`,
        idTagInfo: { status: 'Accepted', parentIdTag: 'P'.repeat(20), expiryDate: '2099-01-01T00:00:00Z' },
      }));
      const list = { listVersion: 1, updateType: 'Full', localAuthorizationList };
      expect(JSON.stringify(list).length).toBeGreaterThan(2 * 1024 * 1024);
      expect(await csms.call(id, 'SendLocalList', list)).toEqual({ status: 'Failed' });
      expect(await csms.call(id, 'GetLocalListVersion', {})).toEqual({ listVersion: 0 });
    });

    it('OCPP-J 1.6 §4.2.3: a CALLERROR of the charger is understood, by its code', async () => {
      const { id } = await booted({ configuration: { SupportedFeatureProfiles: 'Core' } });
      await expect(csms.call(id, 'ClearChargingProfile', {})).rejects.toThrow('NotSupported');
      expect(csms.complaints()).toEqual([]);
    });

    it('OCPP-J 1.6 §4.2.3: a payload that breaks the schema is complained of: the silence so far means something', async () => {
      const { id } = await booted();
      const wrong = { payload: { status: 'Sleeping' }, validate: false };
      const { status, body } = await request(host.url, 'POST', `chargers/${id}/messages/StatusNotification`, wrong);
      expect([status, body.type]).toEqual([422, expect.any(String)]);
      expect(csms.complaints().join()).toMatch(/StatusNotification|Sleeping/);
    });
  });
}
