// What a CSMS that others have written has to make of our charger when it speaks OCPP 2.0.1, over real sockets. One suite, called by each
// counterpart. The charger lives in the built local host; what it sends and answers is judged by the counterpart.
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
  action: string;
  payload: Payload;
  answer: Payload;
}

const accepted = { status: 'Accepted' };
const idToken = { idToken: 'TAG-1', type: 'ISO14443' };
const heartbeatInterval = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } };
const nonsense = { component: { name: 'Nonsense' }, variable: { name: 'Nonsense' } };

const asked: Asked[] = [
  {
    useCase: 'B05',
    action: 'SetVariables',
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
  {
    useCase: 'B06',
    action: 'GetVariables',
    payload: { getVariableData: [heartbeatInterval, nonsense] },
    answer: {
      getVariableResult: [
        expect.objectContaining({ ...heartbeatInterval, attributeStatus: 'Accepted', attributeValue: '300' }),
        expect.objectContaining({ ...nonsense, attributeStatus: 'UnknownComponent' }),
      ],
    },
  },
  { useCase: 'B11', action: 'Reset', payload: { type: 'OnIdle' }, answer: accepted },
  { useCase: 'C11', action: 'ClearCache', payload: {}, answer: accepted },
  { useCase: 'E14', action: 'GetTransactionStatus', payload: {}, answer: { messagesInQueue: false } },
  {
    useCase: 'F01',
    action: 'RequestStartTransaction',
    payload: { idToken, remoteStartId: 1, evseId: 1 },
    answer: accepted,
  },
  {
    useCase: 'F03',
    action: 'RequestStopTransaction',
    payload: { transactionId: 'unknown' },
    answer: expect.objectContaining({ status: 'Rejected' }),
  },
  {
    useCase: 'F05',
    action: 'UnlockConnector',
    payload: { evseId: 1, connectorId: 1 },
    answer: { status: 'Unlocked' },
  },
  { useCase: 'F06', action: 'TriggerMessage', payload: { requestedMessage: 'Heartbeat' }, answer: accepted },
  { useCase: 'G03', action: 'ChangeAvailability', payload: { operationalStatus: 'Inoperative' }, answer: accepted },
];

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

    it.each(asked)(
      'OCPP 2.0.1 $useCase: $action of the CSMS gets an answer that fits',
      async ({ action, payload, answer }) => {
        const { id } = await booted();
        expect(await csms.call(id, action, payload)).toEqual(answer);
        await expectPeace(id);
      },
    );
  });
}
