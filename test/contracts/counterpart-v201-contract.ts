// What a CSMS that others have written has to make of our charger when it speaks OCPP 2.0.1, over real sockets. One suite, called by each
// counterpart. The charger lives in the built local host; what it sends and answers is judged by the counterpart.
import type { messagesV201 } from '../../lib/ocpp/v201/messages';
import { forgetData, type HostProcess, request, startHost } from '../support/local-host';
import { requestsV201 } from '../support/requests-v201';
import type { Counterpart } from './counterpart-contract';

type Payload = Record<string, unknown>;

interface Charger {
  id: string;
  post(path: string, body?: Payload): Promise<Payload>;
}

/** What the CSMS asks, and its answer. */
interface Asked {
  /** Of the specification's part 2. */
  useCase: string;
  payload: Payload;
  answer: Payload;
  /** What the charger sends because of it. */
  follows?: string;
}

type Messages = typeof messagesV201;
/** Actions that a CSMS may ask. */
type Asking = { [A in keyof Messages]: Messages[A]['from'] extends 'charger' ? never : A }[keyof Messages];

const accepted = { status: 'Accepted' };
const idToken = { idToken: 'TAG-1', type: 'ISO14443' };
const heartbeatInterval = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } };
const nonsense = { component: { name: 'Nonsense' }, variable: { name: 'Nonsense' } };

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
/** Nobody is there. */
const nowhere = 'http://127.0.0.1:9/';
const hash = { hashAlgorithm: 'SHA256', issuerNameHash: 'ab', issuerKeyHash: 'cd', serialNumber: '1' };
const rejected = expect.objectContaining({ status: 'Rejected' });
const profile = () => ({
  ...{ id: 1, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute' },
  chargingSchedule: [
    {
      ...{ id: 1, startSchedule: new Date().toISOString(), chargingRateUnit: 'A' },
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
    },
  ],
});

/** By action of the CSMS: none is missing. */
const asked: { [A in Asking]: Asked } = {
  CancelReservation: { useCase: 'H02', payload: { reservationId: 99 }, answer: rejected },
  CertificateSigned: { useCase: 'A02', payload: { certificateChain: 'garbage' }, answer: rejected },
  ChangeAvailability: { useCase: 'G04', payload: { operationalStatus: 'Inoperative' }, answer: accepted },
  ClearCache: { useCase: 'C11', payload: {}, answer: accepted },
  ClearChargingProfile: { useCase: 'K10', payload: { chargingProfileId: 99 }, answer: { status: 'Unknown' } },
  ClearDisplayMessage: { useCase: 'O05', payload: { id: 99 }, answer: { status: 'Unknown' } },
  ClearVariableMonitoring: {
    useCase: 'N06',
    payload: { id: [9_999] },
    answer: { clearMonitoringResult: [expect.objectContaining({ id: 9_999, status: 'NotFound' })] },
  },
  CostUpdated: { useCase: 'I02', payload: { totalCost: 1.5, transactionId: 'unknown' }, answer: {} },
  CustomerInformation: {
    useCase: 'N09',
    payload: { requestId: 1, report: true, clear: false, idToken },
    answer: accepted,
    follows: 'NotifyCustomerInformation',
  },
  DataTransfer: {
    useCase: 'P01',
    payload: { vendorId: 'org.charger-simulator', messageId: 'Echo', data: { any: ['thing'] } },
    answer: { ...accepted, data: { any: ['thing'] } },
  },
  DeleteCertificate: { useCase: 'M04', payload: { certificateHashData: hash }, answer: { status: 'NotFound' } },
  GetBaseReport: {
    useCase: 'B07',
    payload: { requestId: 2, reportBase: 'SummaryInventory' },
    answer: accepted,
    follows: 'NotifyReport',
  },
  GetChargingProfiles: {
    useCase: 'K09',
    payload: { requestId: 3, chargingProfile: { stackLevel: 0 } },
    answer: { status: 'NoProfiles' },
  },
  GetCompositeSchedule: {
    useCase: 'K08',
    payload: { duration: 600, evseId: 1 },
    answer: { ...accepted, schedule: expect.objectContaining({ evseId: 1, duration: 600, chargingRateUnit: 'A' }) },
  },
  GetDisplayMessages: { useCase: 'O03', payload: { requestId: 4 }, answer: { status: 'Unknown' } },
  GetInstalledCertificateIds: { useCase: 'M03', payload: {}, answer: { status: 'NotFound' } },
  GetLocalListVersion: { useCase: 'D02', payload: {}, answer: { versionNumber: 0 } },
  GetLog: {
    useCase: 'N01',
    payload: { log: { remoteLocation: nowhere }, logType: 'SecurityLog', requestId: 5 },
    answer: { ...accepted, filename: expect.any(String) },
    follows: 'LogStatusNotification',
  },
  GetMonitoringReport: {
    useCase: 'N02',
    payload: { requestId: 6 },
    answer: accepted,
    follows: 'NotifyMonitoringReport',
  },
  GetReport: {
    useCase: 'B08',
    payload: { requestId: 7, componentVariable: [heartbeatInterval] },
    answer: accepted,
    follows: 'NotifyReport',
  },
  GetTransactionStatus: { useCase: 'E14', payload: {}, answer: { messagesInQueue: false } },
  GetVariables: {
    useCase: 'B06',
    payload: { getVariableData: [heartbeatInterval, nonsense] },
    answer: {
      getVariableResult: [
        expect.objectContaining({ ...heartbeatInterval, attributeStatus: 'Accepted', attributeValue: '300' }),
        expect.objectContaining({ ...nonsense, attributeStatus: 'UnknownComponent' }),
      ],
    },
  },
  InstallCertificate: {
    useCase: 'M05',
    payload: { certificateType: 'V2GRootCertificate', certificate: 'garbage' },
    answer: rejected,
  },
  PublishFirmware: {
    useCase: 'L03',
    payload: { location: nowhere, checksum: 'f'.repeat(32), requestId: 8 },
    answer: accepted,
    follows: 'PublishFirmwareStatusNotification',
  },
  RequestStartTransaction: { useCase: 'F01', payload: { idToken, remoteStartId: 1, evseId: 1 }, answer: accepted },
  RequestStopTransaction: { useCase: 'F03', payload: { transactionId: 'unknown' }, answer: rejected },
  ReserveNow: {
    useCase: 'H01',
    payload: { id: 9, evseId: 1, expiryDateTime: inAnHour(), idToken },
    answer: accepted,
    follows: 'StatusNotification',
  },
  Reset: { useCase: 'B11', payload: { type: 'OnIdle' }, answer: accepted },
  SendLocalList: {
    useCase: 'D01',
    payload: {
      versionNumber: 1,
      updateType: 'Full',
      localAuthorizationList: [{ idToken, idTokenInfo: { ...accepted, groupIdToken: { ...idToken, idToken: 'G' } } }],
    },
    answer: accepted,
  },
  SetChargingProfile: { useCase: 'K01', payload: { evseId: 0, chargingProfile: profile() }, answer: accepted },
  SetDisplayMessage: {
    useCase: 'O01',
    payload: { message: { id: 1, priority: 'InFront', message: { format: 'UTF8', content: 'Grüße' } } },
    answer: accepted,
  },
  SetMonitoringBase: { useCase: 'N03', payload: { monitoringBase: 'FactoryDefault' }, answer: accepted },
  SetMonitoringLevel: { useCase: 'N05', payload: { severity: 5 }, answer: accepted },
  SetNetworkProfile: {
    useCase: 'B09',
    payload: {
      configurationSlot: 2,
      connectionData: {
        ...{ ocppVersion: 'OCPP20', ocppTransport: 'JSON', ocppCsmsUrl: 'ws://127.0.0.1:9/ocpp' },
        ...{ messageTimeout: 30, securityProfile: 0, ocppInterface: 'Wired0' },
      },
    },
    answer: accepted,
  },
  SetVariableMonitoring: {
    useCase: 'N04',
    payload: {
      setMonitoringData: [
        {
          ...{ value: 1_000, type: 'UpperThreshold', severity: 5 },
          component: { name: 'EVSE', evse: { id: 1 } },
          variable: { name: 'Power' },
        },
      ],
    },
    answer: { setMonitoringResult: [expect.objectContaining({ status: 'Accepted', id: expect.any(Number) })] },
  },
  SetVariables: {
    useCase: 'B05',
    payload: {
      setVariableData: [
        { ...heartbeatInterval, attributeValue: '60' },
        { ...nonsense, attributeValue: '1' },
      ],
    },
    answer: {
      setVariableResult: [
        expect.objectContaining({ ...heartbeatInterval, attributeStatus: 'Accepted' }),
        expect.objectContaining({ ...nonsense, attributeStatus: 'UnknownComponent' }),
      ],
    },
  },
  TriggerMessage: {
    useCase: 'F06',
    payload: { requestedMessage: 'Heartbeat' },
    answer: accepted,
    follows: 'Heartbeat',
  },
  UnlockConnector: { useCase: 'F05', payload: { evseId: 1, connectorId: 1 }, answer: { status: 'Unlocked' } },
  UnpublishFirmware: { useCase: 'L04', payload: { checksum: 'f'.repeat(32) }, answer: { status: 'NoFirmware' } },
  UpdateFirmware: {
    useCase: 'L02',
    payload: { requestId: 10, firmware: { location: nowhere, retrieveDateTime: inAnHour() } },
    answer: accepted,
    follows: 'FirmwareStatusNotification',
  },
};

/** Runs the suite against a counterpart that `open` starts. */
export function describeCounterpartV201(name: string, open: () => Promise<Counterpart>): void {
  describe(`${name}: OCPP 2.0.1 over real sockets`, () => {
    let host: HostProcess;
    let csms: Counterpart;
    let chargers = 0;
    let shared: Promise<Charger> | undefined;

    beforeAll(async () => {
      host = await startHost();
      csms = await open();
    });
    afterAll(async () => {
      await host?.stop();
      await csms?.close();
      if (host) forgetData(host);
    });

    /** A charger that is connected, has booted and told the state of its two connectors. */
    async function booted(): Promise<Charger> {
      const id = `CS-${++chargers}`;
      const wish = { id, protocol: 'ocpp2.0.1', csms: { url: csms.url }, connection: 'persistent' };
      expect((await request(host.url, 'POST', 'chargers', wish)).status).toBe(201);
      await csms.waitFor(id, 'StatusNotification', 2);
      const post: Charger['post'] = async (path, body = {}) => {
        const answer = await request(host.url, 'POST', `chargers/${id}/${path}`, body);
        expect({ path, status: answer.status, detail: answer.body.detail }).toEqual({ path, status: 200 });
        return answer.body;
      };
      return { id, post };
    }

    /** One for all tests that leave it as it was. */
    const idle = () => {
      shared ??= booted();
      return shared;
    };

    /** Neither found anything wrong with the other. */
    async function expectPeace(id: string): Promise<void> {
      expect(csms.complaints()).toEqual([]);
      const { status, body } = await request(host.url, 'GET', `chargers/${id}/violations`);
      expect([status, body.violations]).toEqual([200, []]);
    }

    async function eventsUntil(id: string, eventType: string): Promise<Payload[]> {
      const events: Payload[] = [];
      do events.push(await csms.waitFor(id, 'TransactionEvent', events.length + 1));
      while (events.at(-1)?.eventType !== eventType);
      return events;
    }

    it('B01, E01–E07: a session from boot to the end, told without a gap', async () => {
      const { id, post } = await booted();
      expect(await csms.waitFor(id, 'BootNotification')).toMatchObject({
        reason: 'PowerUp',
        chargingStation: { model: expect.any(String), vendorName: expect.any(String) },
      });
      await post('plug-in');
      expect(await post('present-token', { idToken: 'TAG-1' })).toMatchObject({ outcome: 'started' });
      await eventsUntil(id, 'Started');
      await post('present-token', { idToken: 'TAG-1' });
      await post('unplug');
      const events = await eventsUntil(id, 'Ended');
      expect(events.map(({ seqNo }) => seqNo)).toEqual(events.map((_, at) => at));
      expect(new Set(events.map(({ transactionInfo }) => (transactionInfo as Payload).transactionId)).size).toBe(1);
      expect(events.filter((event) => event.idToken !== undefined)).not.toEqual([]);
      await expectPeace(id);
    });

    it.each(Object.entries(requestsV201))(
      'OCPP 2.0.1 part 2: %s of the charger is taken and answered',
      async (action, payload) => {
        const { id, post } = await idle();
        const { response } = await post(`messages/${action}`, { payload });
        expect(response).toEqual(expect.any(Object));
        await expectPeace(id);
      },
    );

    it.each(Object.entries(asked).map(([action, one]) => ({ action, ...one })))(
      'OCPP 2.0.1 $useCase: $action of the CSMS gets an answer that fits',
      async ({ action, payload, answer, follows }) => {
        const { id } = await booted();
        expect(await csms.call(id, action, payload)).toEqual(answer);
        if (follows !== undefined) await csms.waitFor(id, follows);
        await expectPeace(id);
      },
    );
  });
}
