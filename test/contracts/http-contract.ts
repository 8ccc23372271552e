// What outside programs rely on over HTTP, whatever hosts the simulator: one suite, called by each host. It plays the CSMS
// itself, faults included, and knows nothing of how the host is made.
import { createPrivateKey, sign } from 'node:crypto';
import { makeCertificate } from '../link/certificates';
import { createRoot } from '../support/certificate-authority';
import { type FileServer, startFileServer } from '../support/file-server';
import { request as call } from '../support/local-host';
import { readPrometheus } from '../support/prometheus';
import { type CallOutcome, type ScriptedCsms, startScriptedCsms } from '../support/scripted-csms';

export interface HostUnderTest {
  /** `http://127.0.0.1:PORT`, without `/api`. */
  url: string;
  close(): Promise<void>;
}

type Body = Record<string, unknown>;

const resultOf = (outcome: CallOutcome): Body => ('result' in outcome ? outcome.result : {});

/** Runs the contract against a host that `open` starts. */
export function describeHttp(name: string, open: () => Promise<HostUnderTest>): void {
  describe(`${name}: HTTP contract`, () => {
    let host: HostUnderTest;
    let csms: ScriptedCsms;
    let chargers = 0;

    beforeAll(async () => {
      host = await open();
    });
    afterAll(() => host.close());
    beforeEach(async () => {
      csms = await startScriptedCsms();
    });
    afterEach(() => csms.close());

    const api = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
      call(host.url, method, path, body, headers);
    const post = (path: string, body: unknown = {}, headers?: Record<string, string>) =>
      api('POST', path, body, headers);
    const get = (path: string) => api('GET', path);

    /** A charger of its own for each test; resolves with its id. */
    async function create(more: Body = {}): Promise<string> {
      const id = `C${++chargers}`;
      const { status, body } = await post('chargers', { id, protocol: 'ocpp1.6', csms: { url: csms.url }, ...more });
      expect([status, body.id]).toEqual([201, id]);
      return id;
    }

    const sent = (exchange: { direction: string; type: string; action: string }[]) =>
      exchange.filter((frame) => frame.direction === 'sent' && frame.type === 'call').map((frame) => frame.action);

    describe('a session', () => {
      it('boots, authorizes, starts, meters and stops; each answer carries its exchange', async () => {
        const id = await create();
        const started = await post(`chargers/${id}/transactions`, {
          connectorId: 1,
          idToken: 'TAG-1',
          stopWhen: { energyWh: 5000 },
        });
        expect(started.status).toBe(200);
        expect(sent(started.body.exchange)).toEqual(
          expect.arrayContaining(['BootNotification', 'Authorize', 'StartTransaction']),
        );
        expect(started.body.exchange[0]).toMatchObject({ direction: 'sent', action: 'BootNotification' });
        expect(started.body.transaction).toMatchObject({ state: 'running', idToken: 'TAG-1', connectorId: 1 });
        const { transactionId } = started.body;
        expect((await get(`chargers/${id}/transactions/${transactionId}`)).body).toMatchObject({ state: 'running' });
        const stopped = await post(`chargers/${id}/transactions/${transactionId}/stop`, {
          reason: 'Local',
          unplug: true,
        });
        expect(stopped.status).toBe(200);
        expect(sent(stopped.body.exchange)).toContain('StopTransaction');
        expect(stopped.body.transaction).toMatchObject({ state: 'ended', stopReason: 'Local' });
        const [stop] = csms.calls(id, 'StopTransaction');
        expect(stop?.payload).toMatchObject({ transactionId });
        expect((await get(`chargers/${id}`)).body.connectors[0].status).toBe('Available');
      });

      it('drafts a message of the charger without sending it, and sends what is left of it as it is', async () => {
        const id = await create();
        await post(`chargers/${id}/transactions`, { idToken: 'TAG-1', connectorId: 2 });
        const draft = await get(`chargers/${id}/messages/MeterValues/draft?connectorId=2`);
        expect([draft.status, draft.body.problems]).toEqual([200, []]);
        expect(draft.body.payload).toMatchObject({ connectorId: 2, transactionId: expect.any(Number) });
        expect((await get(`chargers/${id}/messages/Reset/draft`)).status).toBe(400);
        const payload = { idTag: 'TAG-9' };
        await post(`chargers/${id}/messages/Authorize`, { payload, fill: false });
        expect(csms.calls(id, 'Authorize').at(-1)?.payload).toEqual(payload);
        expect(csms.calls(id, 'MeterValues')).toHaveLength(0);
      });

      it('does by hand what startTransaction does: plug in, present the token, present it again, unplug', async () => {
        const id = await create();
        expect((await post(`chargers/${id}/plug-in`, { ev: { soc: 50 } })).body.connector.status).toBe('Preparing');
        const first = await post(`chargers/${id}/present-token`, { idToken: 'TAG-1' });
        expect(first.body).toMatchObject({ outcome: 'started', connector: { status: 'Charging' } });
        const second = await post(`chargers/${id}/present-token`, { idToken: 'TAG-1' });
        expect(second.body).toMatchObject({ outcome: 'stopped', connector: { status: 'Finishing' } });
        expect((await post(`chargers/${id}/unplug`)).body.connector.status).toBe('Available');
        const statuses = csms.calls(id, 'StatusNotification').map(({ payload }) => payload as Body);
        expect(statuses.filter((one) => one.connectorId === 1).map((one) => one.status)).toEqual([
          'Preparing',
          'Charging',
          'Finishing',
          'Available',
        ]);
      });

      it('keeps state between calls and boots once', async () => {
        const id = await create();
        expect((await post(`chargers/${id}/connect`)).body.registration.status).toBe('Accepted');
        expect((await post(`chargers/${id}/messages/Heartbeat`)).body.response).toHaveProperty('currentTime');
        expect(csms.calls(id, 'BootNotification')).toHaveLength(1);
      });

      it('answers 422 when the CSMS refuses the token, 200 for a card that is merely held to the reader', async () => {
        csms.respond('Authorize', { idTagInfo: { status: 'Blocked' } });
        const id = await create();
        const ordered = await post(`chargers/${id}/transactions`, { idToken: 'TAG-1' });
        expect(ordered.status).toBe(422);
        expect(ordered.body).toMatchObject({ status: 422, authorization: { status: 'Blocked' } });
        const held = await post(`chargers/${id}/present-token`, { idToken: 'TAG-1' });
        expect(held.status).toBe(200);
        expect(held.body).toMatchObject({ outcome: 'refused', authorization: { status: 'Blocked' } });
        expect(csms.calls(id, 'StartTransaction')).toHaveLength(0);
      });

      it('OCPP 1.6 §3.7: a transaction started and stopped offline is replayed with the right ids', async () => {
        const id = await create({ configuration: { AllowOfflineTxForUnknownId: 'true' } });
        await post(`chargers/${id}/connect`);
        await post(`chargers/${id}/network`, { state: 'offline' });
        const started = await post(`chargers/${id}/transactions`, { idToken: 'TAG-1' });
        expect(started.status).toBe(200);
        expect(started.body).toMatchObject({ online: false, transaction: { state: 'running', offline: true } });
        await post(`chargers/${id}/transactions/${started.body.transaction.id}/stop`);
        const online = await post(`chargers/${id}/network`, { state: 'online' });
        expect(sent(online.body.exchange)).toEqual(expect.arrayContaining(['StartTransaction', 'StopTransaction']));
        const [start] = csms.calls(id, 'StartTransaction');
        const [stop] = csms.calls(id, 'StopTransaction');
        expect(start).toBeDefined();
        const { body } = await get(`chargers/${id}/transactions`);
        expect(stop?.payload).toMatchObject({ transactionId: body.transactions[0].transactionId });
        expect(csms.calls(id, 'StartTransaction')).toHaveLength(1);
      });
    });

    describe('calls of the CSMS', () => {
      it('are heard while the socket is held, answered and handed to whoever awaits them', async () => {
        const id = await create();
        expect((await post(`chargers/${id}/connect`, { holdSeconds: 60 })).status).toBe(200);
        const awaiting = post(`chargers/${id}/await`, {
          action: 'RemoteStartTransaction',
          match: { idTag: 'R-1' },
          timeoutSeconds: 20,
        });
        await post(`chargers/${id}/plug-in`);
        const answer = await csms.call(id, 'RemoteStartTransaction', { idTag: 'R-1', connectorId: 1 });
        expect(answer).toEqual({ result: { status: 'Accepted' } });
        expect((await awaiting).body).toMatchObject({ request: { idTag: 'R-1' }, response: { status: 'Accepted' } });
        const start = await csms.waitFor(id, 'StartTransaction');
        expect(start.payload).toMatchObject({ idTag: 'R-1' });
        expect((await post(`chargers/${id}/disconnect`)).status).toBe(200);
      });

      it('TC_046_1_CS: a reservation is shown, and kept for a token of the group that the local list knows', async () => {
        const id = await create();
        await post(`chargers/${id}/connect`, { holdSeconds: 60 });
        const idTagInfo = { status: 'Accepted', parentIdTag: 'GROUP' };
        const localAuthorizationList = [{ idTag: 'MEMBER', idTagInfo }];
        await csms.call(id, 'SendLocalList', { listVersion: 3, updateType: 'Full', localAuthorizationList });
        const reservation = { connectorId: 1, idTag: 'HOLDER', parentIdTag: 'GROUP', reservationId: 9 };
        const expiryDate = new Date(Date.now() + 600_000).toISOString();
        const answer = await csms.call(id, 'ReserveNow', { ...reservation, expiryDate });
        expect(answer).toEqual({ result: { status: 'Accepted' } });
        expect((await get(`chargers/${id}`)).body).toMatchObject({
          connectors: [
            { connectorId: 1, status: 'Reserved' },
            { connectorId: 2, status: 'Available' },
          ],
          localAuthorizationList: { enabled: true, version: 3, tokens: 1 },
          reservations: [{ reservationId: 9, connectorId: 1, idToken: 'HOLDER', expiryDate }],
        });
        expect((await get(`chargers/${id}/local-authorization-list`)).body).toMatchObject({
          version: 3,
          entries: [{ idToken: 'member', status: 'Accepted', groupIdToken: 'GROUP' }],
        });
        expect((await post(`chargers/${id}/transactions`, { idToken: 'STRANGER' })).status).toBe(409);
        expect((await post(`chargers/${id}/transactions`, { idToken: 'MEMBER' })).status).toBe(200);
        expect(csms.calls(id, 'StartTransaction')).toMatchObject([{ payload: { idTag: 'MEMBER', reservationId: 9 } }]);
        await post(`chargers/${id}/disconnect`);
      });

      it('TC_057_CS: a charging profile is obeyed and listed', async () => {
        const id = await create();
        await post(`chargers/${id}/connect`, { holdSeconds: 60 });
        const started = await post(`chargers/${id}/transactions`, { idToken: 'TAG-1' });
        const csChargingProfiles = {
          chargingProfileId: 5,
          stackLevel: 0,
          chargingProfilePurpose: 'TxProfile',
          chargingProfileKind: 'Relative',
          transactionId: started.body.transactionId,
          chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 8 }] },
        };
        const set = await csms.call(id, 'SetChargingProfile', { connectorId: 1, csChargingProfiles });
        expect(set).toEqual({ result: { status: 'Accepted' } });
        const { body: listed } = await get(`chargers/${id}/charging-profiles`);
        expect(listed.chargingProfiles).toEqual([{ connectorId: 1, ...csChargingProfiles }]);
        const { status, body: schedule } = await get(`chargers/${id}/composite-schedule?durationSeconds=600`);
        expect([status, schedule]).toMatchObject([
          200,
          {
            connectorId: 1,
            chargingRateUnit: 'A',
            chargingSchedulePeriod: [{ startPeriod: 0, limit: 8 }],
            profiles: [{ chargingProfileId: 5, stackLevel: 0, periods: [{ startPeriod: 0, limit: 8 }] }],
          },
        ]);
        const seconds = 'durationSeconds=600';
        expect((await get(`chargers/${id}/composite-schedule?connectorId=7&${seconds}`)).body).toMatchObject({
          status: 404,
          detail: expect.stringContaining('no connector 7'),
        });
        // As commands address connectors: by the EVSE, too, and 0 is all of it.
        expect((await get(`chargers/${id}/composite-schedule?evseId=2&${seconds}`)).body.connectorId).toBe(2);
        expect((await get(`chargers/${id}/composite-schedule?connectorId=0&${seconds}`)).body.connectorId).toBe(0);
        const chargingLimit = { powerW: 5520, currentA: 8, numberPhases: 3, chargingProfileIds: [5] };
        expect(listed.connectors).toEqual([{ connectorId: 1, chargingLimit }, { connectorId: 2 }]);
        const { body: charger } = await get(`chargers/${id}`);
        expect(charger.connectors[0]).toMatchObject({ chargingLimit, status: 'Charging' });
        expect(charger.connectors[0].powerW).toBeGreaterThan(5000);
        expect(charger.connectors[0].powerW).toBeLessThanOrEqual(5520);
        await post(`chargers/${id}/disconnect`);
      });

      it.each([
        ['an unknown action', 'Dance', {}, 'NotImplemented'],
        ['a message of chargers', 'BootNotification', {}, 'NotSupported'],
        ['a missing field', 'ChangeAvailability', { connectorId: 1 }, 'OccurenceConstraintViolation'],
        ['a wrong type', 'ChangeAvailability', { connectorId: 'one', type: 'Operative' }, 'TypeConstraintViolation'],
        [
          'a value out of the list',
          'ChangeAvailability',
          { connectorId: 1, type: 'Off' },
          'PropertyConstraintViolation',
        ],
        ['an unknown field', 'ClearCache', { deep: true }, 'FormationViolation'],
      ])('OCPP-J 1.6 §4.2.3: %s is answered with the 1.6 error code', async (_what, action, payload, code) => {
        const id = await create();
        await post(`chargers/${id}/connect`, { holdSeconds: 60 });
        expect(await csms.call(id, action, payload)).toMatchObject({ error: { code } });
        await post(`chargers/${id}/disconnect`);
      });

      it('OCPP-J 1.6 §4.2: broken frames do no harm', async () => {
        const id = await create();
        await post(`chargers/${id}/connect`, { holdSeconds: 60 });
        for (const text of [
          '',
          'hello',
          '{}',
          '[]',
          '[2]',
          '[2,"x"]',
          '[9,"x",{}]',
          '[3,"nobody",{}]',
          '[4,"nobody","X","",{}]',
        ]) {
          csms.sendRaw(id, text);
        }
        expect(await csms.call(id, 'GetConfiguration', { key: ['NumberOfConnectors'] })).toMatchObject({
          result: { configurationKey: [{ key: 'NumberOfConnectors', value: '2', readonly: true }] },
        });
        expect((await post(`chargers/${id}/messages/Heartbeat`)).status).toBe(200);
        await post(`chargers/${id}/disconnect`);
      });

      it('a persistent charger is there for them by itself', async () => {
        const id = await create({ connection: 'persistent' });
        await csms.waitFor(id, 'StatusNotification', 3);
        expect(await csms.call(id, 'UnlockConnector', { connectorId: 9 })).toEqual({
          result: { status: 'NotSupported' },
        });
        expect((await api('DELETE', `chargers/${id}`)).status).toBe(200);
        await csms.waitForDisconnect(id);
      });
    });

    describe('files', () => {
      let files: FileServer;
      beforeEach(async () => {
        files = await startFileServer();
      });
      afterEach(() => files.close());

      it('TC_044_1_CS: firmware that the CSMS names is fetched and installed, and the charger boots with its version', async () => {
        files.files.set('/fw.bin', `firmwareVersion=7.1.0 ${'x'.repeat(100_000)}`);
        const id = await create({ connection: 'persistent' });
        await csms.waitFor(id, 'StatusNotification', 3);
        const behaviour = { failures: [{ kind: 'download', times: 1 }], clock: { speed: 60 } };
        expect((await api('PUT', `chargers/${id}/behaviour`, behaviour)).status).toBe(200);
        const location = files.url.replace('//', '//charger:hidden@').concat('/fw.bin');
        const wish = { location, retrieveDate: '2020-01-01T00:00:00Z', retries: 2, retryInterval: 30 };
        expect(await csms.call(id, 'UpdateFirmware', wish)).toEqual({ result: {} });
        expect(JSON.stringify((await get(`chargers/${id}`)).body)).not.toContain('hidden');
        await csms.waitFor(id, 'FirmwareStatusNotification', 5);
        const statuses = csms.calls(id, 'FirmwareStatusNotification').map(({ payload }) => (payload as Body).status);
        expect(statuses).toEqual(['Downloading', 'Downloading', 'Downloaded', 'Installing', 'Installed']);
        const boots = csms.calls(id, 'BootNotification').map(({ payload }) => (payload as Body).firmwareVersion);
        expect([boots.length, boots[1]]).toEqual([2, '7.1.0']);
        expect(files.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /fw.bin']);
        const { body } = await get(`chargers/${id}/messages?limit=500`);
        expect([body.messages.length > 10, JSON.stringify(body).includes('hidden')]).toEqual([true, false]);
      });

      it('TC_080_CS, TC_081_CS: signed firmware is installed if a signer of the manufacturer has signed it, and only then', async () => {
        const manufacturer = createRoot({ commonName: 'Test Manufacturer' });
        const signer = manufacturer.issue();
        const firmware = Buffer.from('firmwareVersion=8.0.0');
        files.files.set('/fw.bin', firmware);
        const id = await create({ connection: 'persistent' });
        await csms.waitFor(id, 'StatusNotification', 3);
        await api('PUT', `chargers/${id}/behaviour`, { clock: { speed: 60 } });
        const update = async (requestId: number, signature: Buffer) => {
          const times = { retrieveDateTime: '2020-01-01T00:00:00Z', signingCertificate: signer.cert };
          const wish = { location: `${files.url}/fw.bin`, signature: signature.toString('base64'), ...times };
          return resultOf(await csms.call(id, 'SignedUpdateFirmware', { requestId, firmware: wish })).status;
        };
        const statuses = (requestId: number) =>
          csms
            .calls(id, 'SignedFirmwareStatusNotification')
            .map(({ payload }) => payload as Body)
            .flatMap((told) => (told.requestId === requestId ? [told.status] : []));
        const right = sign('sha256', firmware, createPrivateKey(signer.key));
        expect(await update(1, right)).toBe('InvalidCertificate');
        const root = { certificateType: 'ManufacturerRootCertificate', certificate: manufacturer.cert };
        expect(await csms.call(id, 'InstallCertificate', root)).toEqual({ result: { status: 'Accepted' } });
        expect(await update(2, sign('sha256', Buffer.from('another'), createPrivateKey(signer.key)))).toBe('Accepted');
        await csms.waitFor(id, 'SignedFirmwareStatusNotification', 3);
        expect(statuses(2)).toEqual(['Downloading', 'Downloaded', 'InvalidSignature']);
        expect(await update(3, right)).toBe('Accepted');
        await csms.waitFor(id, 'SignedFirmwareStatusNotification', 9);
        expect(statuses(3).slice(2)).toEqual(['SignatureVerified', 'Installing', 'InstallRebooting', 'Installed']);
        expect(csms.calls(id, 'BootNotification').at(-1)?.payload).toMatchObject({ firmwareVersion: '8.0.0' });
      });

      it('TC_045_1_CS: diagnostics are uploaded to where the CSMS says', async () => {
        const id = await create();
        await post(`chargers/${id}/connect`, { holdSeconds: 60 });
        const { fileName } = resultOf(await csms.call(id, 'GetDiagnostics', { location: `${files.url}/logs/` }));
        await csms.waitFor(id, 'DiagnosticsStatusNotification', 2);
        const statuses = csms.calls(id, 'DiagnosticsStatusNotification').map(({ payload }) => payload);
        expect(statuses).toEqual([{ status: 'Uploading' }, { status: 'Uploaded' }]);
        const log = String(files.files.get(`/logs/${fileName}`));
        const [head, ...messages] = log
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Body);
        expect(head).toMatchObject({ log: 'diagnostics', charger: { id } });
        expect(messages[0]).toMatchObject({ action: 'BootNotification', direction: 'sent' });
      });
    });

    describe('a network that fails because a tester wants it', () => {
      const faulty = (id: string, faults: Body[], more: Body = {}) =>
        api('PUT', `chargers/${id}/network-faults`, { faults, ...more });

      it('loses a frame: 504 whose exchange names it', async () => {
        const id = await create();
        await post(`chargers/${id}/connect`);
        const set = await faulty(id, [{ kind: 'drop', direction: 'sent', action: 'Heartbeat', times: 1 }]);
        expect([set.status, set.body.networkFaults.faults[0].done]).toEqual([200, 0]);
        const dropped = await post(`chargers/${id}/messages/Heartbeat`, { timeoutSeconds: 1 });
        expect([dropped.status, dropped.body.exchange[0].networkFaults]).toEqual([504, ['drop']]);
        expect(csms.calls(id, 'Heartbeat')).toHaveLength(0);
      });

      it('tears a frame: 502; good again, all is well', async () => {
        const id = await create();
        await post(`chargers/${id}/connect`);
        await faulty(id, [{ kind: 'cutMidFrame', direction: 'sent', action: 'DataTransfer' }]);
        expect((await post(`chargers/${id}/messages/DataTransfer`)).status).toBe(502);
        expect(csms.calls(id, 'DataTransfer')).toHaveLength(0);
        expect((await get(`chargers/${id}`)).body.networkFaults.faults[0]).toMatchObject({ seen: 1, done: 1 });
        expect((await faulty(id, [])).body.networkFaults).toBeNull();
        expect((await post(`chargers/${id}/messages/DataTransfer`)).status).toBe(200);
      });

      it('says which fault cannot be had', async () => {
        const id = await create();
        const delay = await faulty(id, [{ kind: 'drop', delayMs: 5 }]);
        expect([delay.status, delay.body.errors[0].path]).toEqual([400, 'faults.0']);
        const tls = await faulty(id, [{ kind: 'refuseTls' }]);
        expect([tls.status, tls.body.errors[0].path]).toEqual([400, 'faults']);
      });
    });

    describe('a charger that behaves as a tester wants', () => {
      const behave = (id: string, behaviour: Body) => api('PUT', `chargers/${id}/behaviour`, behaviour);

      it('OCPP 1.6 §5.14: answers with a given status, a CALLERROR, and exactly again', async () => {
        const id = await create();
        await post(`chargers/${id}/connect`, { holdSeconds: 60 });
        const set = await behave(id, {
          incoming: [
            { action: 'Reset', status: 'Rejected', times: 1 },
            { action: 'Reset', callError: { code: 'InternalError' } },
          ],
        });
        expect([set.status, set.body.behaviour.incoming[0]]).toMatchObject([200, { status: 'Rejected', done: 0 }]);
        expect(await csms.call(id, 'Reset', { type: 'Hard' })).toEqual({ result: { status: 'Rejected' } });
        expect(await csms.call(id, 'Reset', { type: 'Hard' })).toMatchObject({ error: { code: 'InternalError' } });
        const { body } = await get(`chargers/${id}`);
        expect(body.behaviour.incoming.map((rule: Body) => rule.done)).toEqual([1, 1]);
        expect((await behave(id, {})).body.behaviour).toBeNull();
        expect(await csms.call(id, 'ClearCache', {})).toEqual({ result: { status: 'Accepted' } });
      });

      it('OCPP 1.6 §6.49: sends what it is told to send, and says so in the exchange', async () => {
        const id = await create();
        await behave(id, { outgoing: [{ action: 'StopTransaction', fields: { reason: 'Strange', extra: 1 } }] });
        const { body } = await post(`chargers/${id}/transactions`, { idToken: 'TAG-1' });
        const stopped = await post(`chargers/${id}/transactions/${body.transactionId}/stop`);
        const stop = stopped.body.exchange.find((frame: Body) => frame.action === 'StopTransaction');
        expect(stop).toMatchObject({ payload: { reason: 'Strange', extra: 1 }, behaviour: ['fields'] });
        expect(csms.calls(id, 'StopTransaction')[0]?.payload).toMatchObject({ reason: 'Strange', extra: 1 });
      });

      it('lets an hour of charging pass in a second, with timestamps, samples and meter to match', async () => {
        const id = await create({ configuration: { MeterValueSampleInterval: '600' } });
        await post(`chargers/${id}/connect`, { holdSeconds: 60 });
        const set = await behave(id, { clock: { speed: 3600 } });
        expect(set.body.behaviour).toEqual({ clock: { speed: 3600 } });
        await post(`chargers/${id}/transactions`, { idToken: 'TAG-1', stopWhen: { durationSeconds: 3600 } });
        const stop = (await csms.waitFor(id, 'StopTransaction')).payload as { timestamp: string; meterStop: number };
        const [begun] = csms.calls(id, 'StartTransaction').map(({ payload }) => payload as Body);
        expect(Date.parse(stop.timestamp) - Date.parse(String(begun?.timestamp))).toBe(3_600_000);
        expect(stop.meterStop).toBeGreaterThan(10_000);
        expect(csms.calls(id, 'MeterValues').length).toBeGreaterThanOrEqual(5);
      });

      it('OCPP 1.6 §4.6: heartbeats come faster, on the host’s own account', async () => {
        const id = await create({ configuration: { HeartbeatInterval: '3600' } });
        await post(`chargers/${id}/connect`, { holdSeconds: 60 });
        await behave(id, { clock: { speed: 3600, skewSeconds: -86_400 } });
        await csms.waitFor(id, 'Heartbeat', 2);
        const { body } = await get(`chargers/${id}`);
        expect(body.behaviour.clock).toEqual({ speed: 3600, skewSeconds: -86_400 });
        expect((await behave(id, {})).body.behaviour).toBeNull();
      });

      it('says what is no rule', async () => {
        const id = await create();
        const both = await behave(id, { incoming: [{ status: 'Accepted', noAnswer: true }] });
        expect([both.status, both.body.errors[0].path]).toEqual([400, 'incoming.0']);
        const path = await behave(id, { outgoing: [{ fields: { 'a..b': 1 } }] });
        expect([path.status, path.body.errors[0].path]).toEqual([400, 'outgoing.0.fields.a..b']);
        const endless = await behave(id, { outgoing: [{ dataTransfer: { vendorId: 'v' } }] });
        const meter = await behave(id, { meter: [{ measurand: 'Speed', value: 1 }] });
        expect([meter.status, meter.body.errors[0].path]).toEqual([400, 'meter.0.measurand']);
        expect([endless.status, endless.body.errors[0].path]).toEqual([400, 'outgoing.0.dataTransfer']);
      });
    });

    describe('keeping alive', () => {
      const keptAlive = (id: string) => get(`chargers/${id}/keep-alive`);

      /** Asks until it is so: whoever keeps the time may still be on its way. */
      async function untilKept(id: string, state: string): Promise<Body> {
        for (let attempt = 0; attempt < 1000; attempt++) {
          const { body } = await keptAlive(id);
          if (body.state === state) return body;
        }
        throw new Error(`${id} was never ${state}`);
      }

      const listed = async () => (await get('keep-alive?limit=1000')).body.chargers as Body[];

      it('OCPP 1.6 §4.6: a charger in use is woken at its next heartbeat, until that is stopped', async () => {
        const interval = 77;
        const accepted = () => ({ status: 'Accepted', currentTime: new Date().toISOString(), interval });
        csms.respond('BootNotification', accepted);
        const id = await create();
        expect((await keptAlive(id)).body).toEqual({ chargerId: id, state: 'none' });
        const before = Date.now();
        await post(`chargers/${id}/connect`);
        const after = Date.now();
        const kept = await untilKept(id, 'sleeping');
        const nextWakeAt = Date.parse(String(kept.nextWakeAt));
        expect(nextWakeAt).toBeGreaterThanOrEqual(before + interval * 1000);
        expect(nextWakeAt).toBeLessThanOrEqual(after + interval * 1000);
        expect(await listed()).toContainEqual(kept);
        expect((await api('DELETE', `chargers/${id}/keep-alive`)).body).toEqual({ stopped: kept });
        expect((await keptAlive(id)).body).toEqual({ chargerId: id, state: 'none' });
        expect((await listed()).map(({ chargerId }) => chargerId)).not.toContain(id);
        expect((await api('DELETE', `chargers/${id}/keep-alive`)).status).toBe(200);
      });

      it('a connection that is held is shown and stopped too', async () => {
        const id = await create({ connection: 'persistent' });
        await csms.waitFor(id, 'StatusNotification', 3);
        await untilKept(id, 'holding');
        const { status, body } = await api('DELETE', `chargers/${id}/keep-alive`);
        expect([status, body.stopped.state]).toEqual([200, 'holding']);
        await csms.waitForDisconnect(id);
        expect((await keptAlive(id)).body).toEqual({ chargerId: id, state: 'none' });
        expect(csms.handshakes.filter(({ identity }) => identity === id)).toHaveLength(1);
      });
    });

    describe('a CSMS that fails', () => {
      const heartbeat = (id: string, more: Body = {}) => post(`chargers/${id}/messages/Heartbeat`, more);

      it('absent: 502 with what was tried, and the next time it is there all is well', async () => {
        const id = await create({ csms: { url: 'ws://127.0.0.1:1/ocpp' } });
        const answer = await heartbeat(id);
        expect([answer.status, answer.headers.get('content-type')]).toEqual([502, 'application/problem+json']);
        expect(answer.body).toMatchObject({
          status: 502,
          tried: { operation: 'sendMessage', chargerId: id },
          exchange: [],
        });
        expect(answer.body.detail).toContain('127.0.0.1:1');
        expect((await api('PATCH', `chargers/${id}`, { csms: { url: csms.url } })).status).toBe(200);
        expect((await heartbeat(id)).status).toBe(200);
      });

      it.each([401, 403, 404, 503])('answering the handshake with %s: 502', async (status) => {
        csms.handshake({ kind: 'refuse', status }, 1);
        const id = await create();
        const answer = await heartbeat(id);
        expect(answer.status).toBe(502);
        expect(answer.body.detail).toContain(String(status));
        expect((await heartbeat(id)).status).toBe(200);
      });

      it('OCPP-J 1.6 §3.1.2: refusing the subprotocol, 502', async () => {
        csms.handshake({ kind: 'subprotocol', value: undefined }, 1);
        const id = await create();
        const answer = await heartbeat(id);
        expect([answer.status, answer.body.reason]).toEqual([502, 'subprotocol']);
        const { violations } = (await get(`chargers/${id}/violations`)).body;
        expect(violations).toMatchObject([{ rule: 'wrongSubprotocol', section: 'OCPP-J 1.6 §3.2' }]);
      });

      it('never answering the handshake: 504', async () => {
        csms.handshake({ kind: 'never' }, 1);
        const id = await create();
        const answer = await heartbeat(id, { timeoutSeconds: 1 });
        expect([answer.status, answer.body.exchange]).toEqual([504, []]);
      });

      it('silent: 504 with the frames so far', async () => {
        csms.behave('BootNotification', { kind: 'silent' }, 1);
        const id = await create();
        const answer = await heartbeat(id, { timeoutSeconds: 1 });
        expect(answer.status).toBe(504);
        expect(sent(answer.body.exchange)).toEqual(['BootNotification']);
        expect(answer.body.detail).toContain('BootNotification');
      });

      it('slow: the answer waits for it', async () => {
        const id = await create();
        await post(`chargers/${id}/connect`);
        let release = (): void => {};
        const until = new Promise<void>((resolve) => {
          release = resolve;
        });
        csms.behave('Heartbeat', { kind: 'delay', until }, 1);
        const answer = heartbeat(id);
        await csms.waitFor(id, 'Heartbeat');
        release();
        expect((await answer).status).toBe(200);
      });

      it('answering twice: the second answer is ignored', async () => {
        csms.behave('Heartbeat', { kind: 'answerTwice' }, 1);
        const id = await create();
        expect((await heartbeat(id)).status).toBe(200);
        expect((await heartbeat(id)).status).toBe(200);
      });

      it('answering under a wrong id: 504, and the stray answer is in the exchange', async () => {
        csms.behave('Heartbeat', { kind: 'wrongMessageId' }, 1);
        const id = await create();
        await post(`chargers/${id}/connect`);
        const answer = await heartbeat(id, { timeoutSeconds: 1 });
        expect(answer.status).toBe(504);
        expect(answer.body.exchange.map((frame: { direction: string }) => frame.direction)).toEqual([
          'sent',
          'received',
        ]);
        expect([answer.body.violations, answer.body.exchange[1].violations]).toEqual([1, ['unknownAnswer']]);
      });

      it('answering against the schema: 502 that says where', async () => {
        csms.behave('Heartbeat', { kind: 'answer', with: { currentTime: 'noon' } }, 1);
        const id = await create();
        const answer = await heartbeat(id);
        expect(answer.status).toBe(502);
        expect(answer.body.detail).toContain('currentTime');
        expect(answer.body.violations).toBe(1);
      });

      it('OCPP 1.6 §6.30: what it does against the specification is listed, filtered, counted and cleared', async () => {
        csms.behave('Heartbeat', { kind: 'answer', with: {} }, 1);
        csms.behave('Authorize', { kind: 'answer', with: {} }, 1);
        const id = await create();
        const right = await post(`chargers/${id}/connect`);
        expect([right.body.violations, (await get(`chargers/${id}/violations`)).body.total]).toEqual([0, 0]);
        await heartbeat(id);
        await post(`chargers/${id}/messages/Authorize`, { payload: { idTag: 'T' } });
        const { total, violations } = (await get(`chargers/${id}/violations`)).body;
        expect(violations.map((one: Body) => [one.rule, one.section, one.action])).toEqual([
          ['missingIdTagInfo', 'OCPP 1.6 §6.2', 'Authorize'],
          ['answerSchema', 'OCPP 1.6 §6.30', 'Heartbeat'],
        ]);
        const some = (await get(`chargers/${id}/violations?rule=answerSchema`)).body;
        expect([total, some.total, some.rules.length, some.violations.length]).toEqual([2, 1, 1, 1]);
        expect((await get(`chargers/${id}`)).body.violationsRecorded).toBe(2);
        // Metrics are of one process: where there are several, one of them has counted it.
        const metrics = await Promise.all(Array.from({ length: 4 }, () => get('metrics')));
        const counted = metrics.map(({ body }) => body).join('\n');
        expect(counted).toMatch(/violations_total\{rule="missingIdTagInfo"\} [1-9]/);
        expect((await api('DELETE', `chargers/${id}/violations`)).body.cleared).toBe(2);
        expect((await get(`chargers/${id}/violations`)).body).toEqual({ total: 0, rules: [], violations: [] });
      });

      it('answering with a CALLERROR: 422 with its code', async () => {
        csms.behave('DataTransfer', { kind: 'callError', code: 'SecurityError' }, 1);
        const id = await create();
        const answer = await post(`chargers/${id}/messages/DataTransfer`, { payload: { vendorId: 'x' } });
        expect(answer.status).toBe(422);
        expect(answer.body).toMatchObject({ callError: { code: 'SecurityError' } });
      });

      it.each(['close', 'cut'] as const)('%s in the middle of a call: 502, and the state stays', async (kind) => {
        const id = await create();
        await post(`chargers/${id}/connect`);
        csms.behave('Heartbeat', { kind }, 1);
        expect((await heartbeat(id)).status).toBe(502);
        expect((await heartbeat(id)).status).toBe(200);
        expect(csms.calls(id, 'BootNotification')).toHaveLength(1);
      });

      it('OCPP 1.6 §3.7: lost in the middle of a StartTransaction, it is sent again with the same time and reading', async () => {
        const id = await create();
        await post(`chargers/${id}/connect`);
        csms.behave('StartTransaction', { kind: 'cut' }, 1);
        const started = await post(`chargers/${id}/transactions`, { idToken: 'TAG-1' });
        expect(started.status).toBe(502);
        expect(started.body.transaction).toMatchObject({ state: 'running' });
        await heartbeat(id);
        const again = await csms.waitFor(id, 'StartTransaction', 2);
        expect(again.payload).toEqual(csms.calls(id, 'StartTransaction')[0]?.payload);
        await csms.until(() => (csms.calls(id, 'StartTransaction').length === 2 ? true : undefined), 'two starts');
        expect((await get(`chargers/${id}/transactions`)).body.transactions).toHaveLength(1);
      });

      it.each(['Pending', 'Rejected'])(
        'OCPP 1.6 §4.2: %s: connect tells, business is refused with 409',
        async (status) => {
          csms.respond('BootNotification', () => ({ status, currentTime: new Date().toISOString(), interval: 600 }));
          const id = await create();
          expect((await post(`chargers/${id}/connect`)).body.registration).toMatchObject({ status });
          const answer = await heartbeat(id);
          expect(answer.status).toBe(409);
          expect(answer.body.detail).toContain(status);
          expect(csms.calls(id, 'BootNotification')).toHaveLength(1);
          expect(csms.calls(id, 'Heartbeat')).toHaveLength(0);
        },
      );
    });

    describe('bad requests', () => {
      it.each([
        ['wrong JSON', 'POST', 'chargers', '{"id":', 400],
        [
          'an unknown field',
          'POST',
          'chargers',
          { id: 'X-1', protocol: 'ocpp1.6', csms: { url: 'ws://a' }, colour: 'red' },
          400,
        ],
        ['a wrong type', 'POST', 'chargers', { id: 7, protocol: 'ocpp1.6', csms: { url: 'ws://a' } }, 400],
        [
          'an unknown model',
          'POST',
          'chargers',
          { id: 'X-2', protocol: 'ocpp1.6', csms: { url: 'ws://a' }, model: 'toaster' },
          400,
        ],
        ['a URL that is none', 'POST', 'chargers', { id: 'X-3', protocol: 'ocpp1.6', csms: { url: 'nowhere' } }, 400],
        [
          'an unknown key',
          'POST',
          'chargers',
          { id: 'X-4', protocol: 'ocpp1.6', csms: { url: 'ws://a' }, configuration: { Colour: '1' } },
          400,
        ],
        ['an id with a slash', 'POST', 'chargers', { id: 'a/b', protocol: 'ocpp1.6', csms: { url: 'ws://a' } }, 400],
        [
          'an id with a question mark',
          'POST',
          'chargers',
          { id: 'a?b', protocol: 'ocpp1.6', csms: { url: 'ws://a' } },
          400,
        ],
        ['too long a wait', 'POST', 'chargers/nobody/connect', { timeoutSeconds: 201 }, 400],
        ['an unknown charger', 'GET', 'chargers/nobody', undefined, 404],
        ['an order to an unknown charger', 'POST', 'chargers/nobody/connect', {}, 404],
        ['keeping an unknown charger alive', 'GET', 'chargers/nobody/keep-alive', undefined, 404],
        ['stopping to keep an unknown charger alive', 'DELETE', 'chargers/nobody/keep-alive', undefined, 404],
        ['a deletion without a filter', 'DELETE', 'chargers', undefined, 400],
        ['an unknown route', 'GET', 'toasters', undefined, 404],
        ['a huge body', 'POST', 'chargers', { id: 'x'.repeat(2_000_000) }, 413],
      ])('%s: a problem document', async (_what, method, path, body, status) => {
        const answer = await api(method, path, body);
        expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
        expect(answer.body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
      });

      it('an id that exists: 409', async () => {
        const id = await create();
        expect((await post('chargers', { id, protocol: 'ocpp1.6', csms: { url: csms.url } })).status).toBe(409);
      });

      it('the same parameter twice with different values: 400; alike, it is one', async () => {
        const id = await create();
        const wrong = await post(`chargers/${id}/plug-in?connectorId=2`, { connectorId: 1 });
        expect([wrong.status, wrong.body.errors[0].path]).toEqual([400, 'connectorId']);
        expect(
          (await post(`chargers/${id}/plug-in?connectorId=2`, { connectorId: 2 })).body.connector.connectorId,
        ).toBe(2);
      });

      it('what the state does not allow: 409 with the state', async () => {
        const id = await create();
        const unplugged = await post(`chargers/${id}/unplug`);
        expect([unplugged.status, unplugged.body.detail]).toEqual([409, expect.stringContaining('no cable')]);
        await post(`chargers/${id}/power`, { state: 'off' });
        expect((await post(`chargers/${id}/plug-in`)).status).toBe(409);
      });

      it('what there is not: 404 with what there is', async () => {
        const id = await create();
        expect((await post(`chargers/${id}/plug-in`, { connectorId: 3 })).status).toBe(404);
        expect((await post(`chargers/${id}/transactions/99/stop`)).status).toBe(404);
        expect((await api('DELETE', `chargers/${id}/faults/F9`)).status).toBe(404);
      });
    });

    describe('conventions', () => {
      it('Idempotency-Key: runs once, the same answer again, also at the same time', async () => {
        const id = await create();
        const key = { 'idempotency-key': `key-${id}` };
        const answers = await Promise.all([1, 2, 3].map(() => post(`chargers/${id}/messages/Heartbeat`, {}, key)));
        const later = await post(`chargers/${id}/messages/Heartbeat`, {}, key);
        expect([...answers, later].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
        expect(later.body).toEqual(answers[0]?.body);
        expect(csms.calls(id, 'Heartbeat')).toHaveLength(1);
      });

      it('Prefer: respond-async answers 202 at once; the outcome is at its Location', async () => {
        const id = await create();
        const answer = await post(`chargers/${id}/connect`, {}, { prefer: 'respond-async' });
        expect(answer.status).toBe(202);
        const location = answer.headers.get('location') ?? '';
        expect(location).toContain(`/api/chargers/${id}/commands/`);
        await csms.waitFor(id, 'BootNotification');
        for (let attempt = 0; attempt < 500; attempt++) {
          const polled = await get(location.replace(/^.*\/api\//, ''));
          if (polled.status === 200 && polled.body.state !== 'pending') return;
          expect([200, 202]).toContain(polled.status);
        }
        throw new Error('the outcome never came');
      });

      it('If-Match: 412 when the settings have changed since', async () => {
        const id = await create();
        const etag = (await get(`chargers/${id}`)).headers.get('etag') ?? '';
        expect((await api('PATCH', `chargers/${id}`, { tags: ['a'] }, { 'if-match': etag })).status).toBe(200);
        expect((await api('PATCH', `chargers/${id}`, { tags: ['b'] }, { 'if-match': etag })).status).toBe(412);
        expect((await api('DELETE', `chargers/${id}`, undefined, { 'if-match': etag })).status).toBe(412);
        expect((await get(`chargers/${id}`)).body.tags).toEqual(['a']);
      });

      it('secrets go in and never come out', async () => {
        const basicAuth = { username: 'u', password: 'p4ssw0rd-of-mine' };
        const id = await create({ csms: { url: csms.url, securityProfile: 1, basicAuth } });
        const answers = [await get(`chargers/${id}`), await get('chargers'), await post(`chargers/${id}/connect`)];
        expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain(basicAuth.password);
        const [handshake] = csms.handshakes;
        expect(handshake?.headers.authorization).toBe(`Basic ${Buffer.from('u:p4ssw0rd-of-mine').toString('base64')}`);
      });

      it('the identity is percent-encoded in the URL (OCPP-J 1.6 §3.1.1)', async () => {
        const id = await create({ identity: 'Str. 5/öst' });
        await post(`chargers/${id}/connect`);
        expect(csms.handshakes[0]?.url).toBe('/ocpp/Str.%205%2F%C3%B6st');
      });

      it('many at once, listed by pages and filters, deleted by tag', async () => {
        const csmsUrl = csms.url;
        const tag = `t${++chargers}`;
        const created = await post('chargers/batch', {
          count: 25,
          idPattern: `${tag}-{n:03}`,
          protocol: 'ocpp1.6',
          csms: { url: csmsUrl },
          tags: [tag],
        });
        expect(created.status).toBe(201);
        const first = await get(`chargers?tag=${tag}&limit=10`);
        const second = await get(
          `chargers?tag=${tag}&limit=100&continuation=${encodeURIComponent(first.body.continuation)}`,
        );
        const ids = [...first.body.chargers, ...second.body.chargers].map((charger: { id: string }) => charger.id);
        expect(ids).toEqual(Array.from({ length: 25 }, (_, at) => `${tag}-${String(at + 1).padStart(3, '0')}`));
        expect((await api('DELETE', `chargers?tag=${tag}`)).status).toBe(200);
        expect((await get(`chargers?tag=${tag}`)).body.chargers).toEqual([]);
      });

      it('fifty orders at once to one on-demand charger: each is carried out once, one boot', async () => {
        const id = await create();
        const answers = await Promise.all(Array.from({ length: 50 }, () => post(`chargers/${id}/messages/Heartbeat`)));
        expect(answers.every(({ status }) => status === 200)).toBe(true);
        expect(csms.calls(id, 'Heartbeat')).toHaveLength(50);
        expect(csms.calls(id, 'BootNotification')).toHaveLength(1);
      });

      it('the log: newest first, filtered, as NDJSON', async () => {
        const id = await create();
        await post(`chargers/${id}/connect`);
        await post(`chargers/${id}/messages/Heartbeat`);
        const { body } = await get(`chargers/${id}/messages?action=Heartbeat`);
        expect(body.messages.map((frame: { direction: string }) => frame.direction)).toEqual(['received', 'sent']);
        const ndjson = await get(`chargers/${id}/messages?format=ndjson&direction=sent`);
        const lines = (ndjson.body as string)
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
        expect(lines.at(-1)).toMatchObject({ action: 'BootNotification', direction: 'sent' });
      });

      it('messages and frames of a tester’s own: filled from state, refused by schema, sent all the same on request', async () => {
        const id = await create();
        const status = await post(`chargers/${id}/messages/StatusNotification`, { payload: { connectorId: 2 } });
        expect(status.status).toBe(200);
        expect(csms.calls(id, 'StatusNotification').at(-1)?.payload).toMatchObject({
          connectorId: 2,
          status: 'Available',
        });
        const wrong = await post(`chargers/${id}/messages/MeterValues`, { payload: { connectorId: 'x' } });
        expect([wrong.status, wrong.body.errors[0].path]).toEqual([400, 'payload.connectorId']);
        const bent = await post(`chargers/${id}/messages/MeterValues`, {
          payload: { connectorId: 'x' },
          validate: false,
        });
        expect(bent.status).toBe(200);
        expect(csms.calls(id, 'MeterValues').at(-1)?.payload).toMatchObject({ connectorId: 'x' });
        const frame = await post(`chargers/${id}/frames`, { text: '[2,"mine","Heartbeat",{}]' });
        expect(frame.body.response).toMatchObject({ payload: { currentTime: expect.any(String) } });
        expect((await post(`chargers/${id}/frames`, { text: 'garbage', waitSeconds: 0 })).status).toBe(200);
        expect(csms.frames(id).some(({ text }) => text === 'garbage')).toBe(true);
      });

      it('configuration: listed, set as on the device, wrong values refused by name', async () => {
        const id = await create();
        const set = await api('PUT', `chargers/${id}/configuration`, { configuration: { HeartbeatInterval: '77' } });
        expect(set.status).toBe(200);
        const { body } = await get(`chargers/${id}/configuration`);
        expect(JSON.stringify(body)).toContain('"77"');
        const wrong = await api('PUT', `chargers/${id}/configuration`, {
          configuration: { HeartbeatInterval: 'soon' },
        });
        expect([wrong.status, wrong.body.detail]).toEqual([400, expect.stringContaining('HeartbeatInterval')]);
      });

      it('describes itself: health, models, OpenAPI, docs, metrics', async () => {
        expect((await get('health')).status).toBe(200);
        expect((await get('models')).body.models.length).toBeGreaterThanOrEqual(3);
        const openapi = (await get('openapi.json')).body;
        expect(openapi.openapi).toMatch(/^3\.1/);
        expect(Object.keys(openapi.paths).length).toBeGreaterThan(20);
        expect((await get('docs')).body).toContain('startTransaction');
        const { families } = readPrometheus((await get('metrics')).body);
        const names = ['frames_total', 'answer_seconds', 'unanswered_calls_total', 'chargers'];
        for (const metric of names) expect([...families.keys()]).toContain(`charger_simulator_${metric}`);
      });
    });

    describe('OCPP 2.0.1', () => {
      let newer: ScriptedCsms;
      beforeEach(async () => {
        newer = await startScriptedCsms({ protocols: ['ocpp2.0.1'] });
      });
      afterEach(() => newer.close());

      const make = (more: Body = {}) => create({ protocol: 'ocpp2.0.1', csms: { url: newer.url }, ...more });

      it('E02: a session by one call, its events numbered without a gap, its energy in the answer', async () => {
        const id = await make();
        const started = await post(`chargers/${id}/transactions`, { evseId: 1, idToken: 'TAG-1' });
        expect([started.status, newer.connections[0]?.subprotocol]).toEqual([200, 'ocpp2.0.1']);
        expect(sent(started.body.exchange)).toEqual(
          expect.arrayContaining(['BootNotification', 'Authorize', 'TransactionEvent']),
        );
        const { transactionId } = started.body;
        expect(started.body.transaction).toMatchObject({ state: 'running', evseId: 1, chargingState: 'Charging' });
        const stopped = await post(`chargers/${id}/transactions/${transactionId}/stop`, { unplug: true });
        expect(stopped.body.transaction).toMatchObject({ state: 'ended', stopReason: 'Local', transactionId });
        const events = newer.calls(id, 'TransactionEvent').map(({ payload }) => payload as Body);
        expect(events.map(({ seqNo }) => seqNo)).toEqual(events.map((_, at) => at));
        expect([events[0]?.eventType, events.at(-1)?.eventType]).toEqual(['Started', 'Ended']);
      });

      it('B06, F01, F03: variables, a start and a stop by the CSMS, while its socket is held', async () => {
        const id = await make();
        expect((await post(`chargers/${id}/connect`, { holdSeconds: 60 })).body.registration.status).toBe('Accepted');
        expect((await post(`chargers/${id}/plug-in`, { evseId: 2 })).status).toBe(200);
        const variable = { component: { name: 'HeartbeatInterval' }, variable: { name: 'none' } };
        const asked = await newer.call(id, 'GetVariables', { getVariableData: [variable] });
        expect(resultOf(asked)).toMatchObject({ getVariableResult: [{ attributeStatus: 'UnknownComponent' }] });
        const idToken = { idToken: 'TAG-1', type: 'ISO14443' };
        const start = await newer.call(id, 'RequestStartTransaction', { evseId: 2, remoteStartId: 7, idToken });
        expect(resultOf(start)).toMatchObject({ status: 'Accepted' });
        const { payload } = await newer.waitFor(id, 'TransactionEvent');
        const { transactionId } = (payload as { transactionInfo: { transactionId: string } }).transactionInfo;
        const stop = await newer.call(id, 'RequestStopTransaction', { transactionId });
        expect(resultOf(stop)).toEqual({ status: 'Accepted' });
        await post(`chargers/${id}/disconnect`);
        const { body } = await get(`chargers/${id}/transactions`);
        expect(body.transactions).toMatchObject([{ id: transactionId, stopReason: 'Remote', remote: true }]);
      });

      it('sendMessage fills a message in from the state; configuration is read and written by component and variable', async () => {
        const id = await make();
        const status = await post(`chargers/${id}/messages/StatusNotification`, { payload: { evseId: 2 } });
        expect([status.status, status.body.response]).toEqual([200, {}]);
        expect(newer.calls(id, 'StatusNotification').at(-1)?.payload).toMatchObject({
          evseId: 2,
          connectorId: 1,
          connectorStatus: 'Available',
        });
        const entry = { component: { name: 'TxCtrlr' }, variable: { name: 'EVConnectionTimeOut' }, value: '17' };
        const changed = await api('PUT', `chargers/${id}/configuration`, { configuration: [entry] });
        expect(changed.status).toBe(200);
        const { body } = await get(`chargers/${id}/configuration`);
        expect(JSON.stringify(body)).toContain('"17"');
      });
    });

    describe('certificates', () => {
      const root = createRoot();

      it('TC_087_CS: a private key goes in, is shown to nobody, and opens connections with a client certificate', async () => {
        const server = await makeCertificate({ ca: root });
        const secure = await startScriptedCsms({ tls: { ...server, requestCert: true, ca: root.cert } });
        const { cert: certificate, key } = root.issue({ commonName: 'SN-1' });
        const tls = { ca: root.cert, certificate, key };
        const id = await create({ csms: { url: secure.url, securityProfile: 3, tls } });
        const { status, body } = await post(`chargers/${id}/connect`, { holdSeconds: 10 });
        expect([status, secure.connections[0]?.peer?.commonName]).toEqual([200, 'SN-1']);
        const charger = await get(`chargers/${id}`);
        expect(charger.body.security.certificate).toMatchObject({ subject: 'CN=SN-1' });
        expect(JSON.stringify([charger.body, body])).not.toMatch(/PRIVATE KEY|sealed:/);
        await post(`chargers/${id}/disconnect`);
        await secure.close();
      });

      it('TC_074_CS: a charger asks for a certificate and takes the one that the CSMS has signed', async () => {
        const id = await create({ csms: { url: csms.url, tls: { ca: root.cert } }, configuration: { CpoName: 'CPO' } });
        expect((await post(`chargers/${id}/connect`, { holdSeconds: 60 })).status).toBe(200);
        const asked = await post(`chargers/${id}/certificate-requests`);
        expect([asked.status, asked.body.status]).toEqual([200, 'Accepted']);
        expect(sent(asked.body.exchange)).toContain('SignCertificate');
        const { payload } = await csms.waitFor(id, 'SignCertificate');
        const certificateChain = root.sign(String(payload.csr));
        const answer = await csms.call(id, 'CertificateSigned', { certificateChain });
        expect(answer).toEqual({ result: { status: 'Accepted' } });
        await post(`chargers/${id}/disconnect`);
        expect((await get(`chargers/${id}`)).body.security.certificate.subject).toBe(`CN=${id}, O=CPO`);
      });

      it('garbage is refused with the place where it is', async () => {
        const tls = { ca: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----' };
        const { status, body } = await post('chargers', { protocol: 'ocpp1.6', csms: { url: csms.url, tls } });
        expect([status, body.errors[0].path]).toEqual([400, 'csms.tls.ca']);
      });
    });
  });
}
