// Lives of a charger for property tests: anything that people, the CSMS, the network and time may do to it, in any order.
import fc from 'fast-check';
import type { Command } from '../../../lib/charger/command';
import { createPair, type Pair } from '../../support/pair';

export type Act = (pair: Pair) => unknown;

const connector = fc.constantFrom(1, 2);
const tag = fc.constantFrom('TAG-A', 'TAG-B', 'TAG-C');

const order = (command: Command): Act => {
  return Object.assign((pair: Pair) => pair.begin(command), { [fc.toStringMethod]: () => JSON.stringify(command) });
};
const ask = (action: string, payload: unknown): Act => {
  return Object.assign((pair: Pair) => pair.charger.link.state === 'up' && pair.call(action, payload), {
    [fc.toStringMethod]: () => action + JSON.stringify(payload),
  });
};

const sessions: fc.Arbitrary<Act>[] = [
  connector.map((connectorId) => order({ kind: 'plugIn', address: { connectorId } })),
  fc
    .tuple(connector, fc.constantFrom('ev' as const, 'both' as const))
    .map(([connectorId, side]) => order({ kind: 'unplug', address: { connectorId }, side })),
  fc
    .tuple(connector, tag)
    .map(([connectorId, idToken]) => order({ kind: 'presentToken', address: { connectorId }, idToken })),
  fc
    .tuple(connector, tag, fc.option(fc.integer({ min: 1, max: 4000 }), { nil: undefined }))
    .map(([connectorId, idToken, seconds]) =>
      order({
        kind: 'startTransaction',
        address: { connectorId },
        idToken,
        ...(seconds === undefined ? {} : { stopWhen: { durationSeconds: seconds } }),
      }),
    ),
  fc.boolean().map((unplug) => (pair: Pair) => stopOne(pair, unplug)),
  fc
    .tuple(connector, fc.boolean(), fc.integer({ min: 0, max: 100 }))
    .map(([connectorId, suspended, soc]) => order({ kind: 'setEv', address: { connectorId }, ev: { suspended, soc } })),
];

const hardware: fc.Arbitrary<Act>[] = [
  fc
    .tuple(
      fc.constantFrom('OtherError', 'ConnectorLockFailure', 'WeakSignal'),
      fc.option(connector, { nil: undefined }),
    )
    .map(([errorCode, connectorId]) =>
      order({
        kind: 'raiseFault',
        address: connectorId === undefined ? {} : { connectorId },
        fault: { errorCode },
      }),
    ),
  fc.constant((pair: Pair) => {
    const [fault] = pair.charger.faults;
    if (fault) pair.begin({ kind: 'clearFault', faultId: fault.id });
  }),
  fc.constantFrom('off' as const, 'on' as const, 'cycle' as const).map((state) => order({ kind: 'power', state })),
];

const connection: fc.Arbitrary<Act>[] = [
  fc.constantFrom('offline' as const, 'online' as const).map((state) => order({ kind: 'network', state })),
  fc.constant((pair: Pair) => pair.charger.link.state === 'up' && pair.cut()),
  fc.boolean().map((unreachable) => (pair: Pair) => {
    pair.csms.unreachable = unreachable;
  }),
  fc.constant(order({ kind: 'connect' })),
  fc.boolean().map((abrupt) => order({ kind: 'disconnect', abrupt })),
  fc
    .constantFrom('persistent' as const, 'onDemand' as const)
    .map((mode) => order({ kind: 'updateSettings', settings: { connection: mode } })),
  fc
    .constantFrom('Heartbeat', 'StatusNotification', 'BootNotification', 'Authorize')
    .chain((action) => fc.boolean().map((validate) => order({ kind: 'sendMessage', action, validate }))),
];

/** How the CSMS takes a message: as it should, not at all, or in one of the wrong ways. */
const moods = fc.constantFrom(undefined, 'silent' as const, { callError: 'InternalError' }, { odd: 1 });
const lawfulMoods = fc.constantFrom(undefined, 'silent' as const, { callError: 'InternalError' });

const answering = (mood: typeof moods | typeof lawfulMoods): fc.Arbitrary<Act> =>
  fc
    .tuple(fc.constantFrom('StartTransaction', 'StopTransaction', 'MeterValues', 'Authorize', 'Heartbeat'), mood)
    .map(([action, how]) => (pair: Pair) => {
      if (how === undefined) delete pair.csms.answers[action];
      else pair.csms.answers[action] = how;
    });

/** What a CSMS may answer and ask while the charger is Accepted. */
const lawful: fc.Arbitrary<Act>[] = [
  fc.constant((pair: Pair) => {
    pair.csms.answers.StartTransaction = () => ({
      transactionId: 10_000 + pair.seen.length,
      idTagInfo: { status: 'Blocked' },
    });
  }),
  fc.constantFrom('Accepted', 'Blocked').map((status) => (pair: Pair) => {
    pair.csms.answers.Authorize = { idTagInfo: { status } };
  }),
  fc
    .tuple(tag, fc.option(connector, { nil: undefined }))
    .map(([idTag, connectorId]) => ask('RemoteStartTransaction', { idTag, connectorId })),
  fc.constant((pair: Pair) => ask('RemoteStopTransaction', { transactionId: newestId(pair) })(pair)),
  fc.constantFrom('Soft', 'Hard').map((type) => ask('Reset', { type })),
  fc
    .tuple(fc.constantFrom(0, 1, 2), fc.constantFrom('Operative', 'Inoperative'))
    .map(([connectorId, type]) => ask('ChangeAvailability', { connectorId, type })),
  connector.map((connectorId) => ask('UnlockConnector', { connectorId })),
  fc
    .constantFrom(
      ['AllowOfflineTxForUnknownId', 'true'],
      ['AuthorizeRemoteTxRequests', 'true'],
      ['ClockAlignedDataInterval', '900'],
      ['LocalAuthListEnabled', 'false'],
      ['LocalPreAuthorize', 'true'],
      ['MaxEnergyOnInvalidId', '500'],
      ['MinimumStatusDuration', '20'],
      ['StopTransactionOnEVSideDisconnect', 'false'],
      ['StopTransactionOnInvalidId', 'false'],
      ['StopTxnSampledData', 'SoC'],
      ['TransactionMessageAttempts', '2'],
      ['UnlockConnectorOnEVSideDisconnect', 'false'],
      ['x-ResumeTransactionsAfterPowerLoss', 'true'],
    )
    .map(([key, value]) => ask('ChangeConfiguration', { key, value })),
  fc.constant(ask('ClearCache', {})),
  fc
    .record({
      connectorId: fc.constantFrom(0, 1, 2),
      chargingProfilePurpose: fc.constantFrom('ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'),
      chargingProfileId: fc.integer({ min: 1, max: 5 }),
      stackLevel: fc.integer({ min: 0, max: 2 }),
      limits: fc.array(fc.constantFrom(0, 5, 6, 10, 16, 40), { minLength: 1, maxLength: 4 }),
      numberPhases: fc.constantFrom(1, 3),
      duration: fc.option(fc.integer({ min: 1, max: 7_200 }), { nil: undefined }),
    })
    .map(({ connectorId, limits, numberPhases, duration, ...profile }) => {
      const chargingSchedulePeriod = limits.map((limit, at) => ({ startPeriod: at * 600, limit, numberPhases }));
      const chargingSchedule = { chargingRateUnit: 'A', chargingSchedulePeriod, duration };
      const csChargingProfiles = { ...profile, chargingProfileKind: 'Relative', chargingSchedule };
      return ask('SetChargingProfile', { connectorId, csChargingProfiles });
    }),
  fc
    .record({ id: fc.integer({ min: 1, max: 5 }), connectorId: fc.constantFrom(0, 1, 2) }, { requiredKeys: [] })
    .map((filter) => ask('ClearChargingProfile', filter)),
  fc.constantFrom(0, 1, 2).map((connectorId) => ask('GetCompositeSchedule', { connectorId, duration: 7_200 })),
  fc
    .tuple(
      fc.constantFrom(0, 1, 2),
      tag,
      fc.option(tag, { nil: undefined }),
      fc.integer({ min: -60, max: 7200 }),
      fc.integer({ min: 1, max: 3 }),
    )
    .map(([connectorId, idTag, parentIdTag, seconds, reservationId]) => (pair: Pair) => {
      const expiryDate = new Date(pair.now + seconds * 1000).toISOString();
      return ask('ReserveNow', { connectorId, idTag, parentIdTag, expiryDate, reservationId })(pair);
    }),
  fc.integer({ min: 1, max: 3 }).map((reservationId) => ask('CancelReservation', { reservationId })),
  fc
    .tuple(
      fc.integer({ min: -1, max: 9 }),
      fc.constantFrom('Full', 'Differential'),
      fc.array(
        fc.record({
          idTag: tag,
          idTagInfo: fc.constantFrom(
            undefined,
            { status: 'Accepted', parentIdTag: 'TAG-C' },
            { status: 'Blocked' },
            { status: 'Accepted', expiryDate: '2026-01-05T09:00:00Z' },
          ),
        }),
        { maxLength: 3 },
      ),
    )
    .map(([listVersion, updateType, localAuthorizationList]) =>
      ask('SendLocalList', { listVersion, updateType, localAuthorizationList }),
    ),
  fc
    .tuple(
      fc.constantFrom('BootNotification', 'Heartbeat', 'MeterValues', 'StatusNotification'),
      fc.option(fc.constantFrom(0, 1, 2, 3), { nil: undefined }),
    )
    .map(([requestedMessage, connectorId]) => ask('TriggerMessage', { requestedMessage, connectorId })),
];

/** It goes on asking whatever the registration is, answers out of order, and sends what is no frame. */
const csms: fc.Arbitrary<Act>[] = [
  answering(moods),
  ...lawful,
  fc.constantFrom('Accepted', 'Pending', 'Rejected').map((status) => (pair: Pair) => {
    pair.csms.answers.BootNotification = () => ({
      status,
      interval: 30,
      currentTime: new Date(pair.now).toISOString(),
    });
  }),
  fc
    .oneof(fc.string(), fc.json(), fc.tuple(fc.integer({ min: 2, max: 4 }), fc.string(), fc.jsonValue()).map(String))
    .map((text) => (pair: Pair) => pair.charger.link.state === 'up' && pair.input({ kind: 'frame', text })),
];

const time: fc.Arbitrary<Act>[] = [
  fc.integer({ min: 1, max: 40_000 }).map((ms) => (pair: Pair) => pair.advance(ms)),
  fc.integer({ min: 60_000, max: 1_800_000 }).map((ms) => (pair: Pair) => pair.advance(ms)),
  fc.integer({ min: 1_000, max: 3_600_000 }).map((ms) => (pair: Pair) => {
    pair.sleep(ms);
    pair.input({ kind: 'wake' });
  }),
];

export const anyLife = fc.array(
  fc.oneof(...sessions, ...sessions, ...sessions, ...hardware, ...connection, ...csms, ...time),
  {
    minLength: 5,
    maxLength: 60,
  },
);

/** The same with a CSMS that keeps to the specification. */
export const lawfulLife = fc.array(
  fc.oneof(...sessions, ...sessions, ...hardware, ...connection, answering(lawfulMoods), ...lawful, ...time),
  { minLength: 5, maxLength: 60 },
);

export const runningIds = (pair: Pair) =>
  pair.charger.v16?.connectors.flatMap((one) => one.transaction?.id ?? []) ?? [];

function newestId(pair: Pair): number {
  const running = pair.charger.v16?.connectors.flatMap((one) => one.transaction?.transactionId ?? []) ?? [];
  return running.at(-1) ?? 0;
}

function stopOne(pair: Pair, unplug: boolean): void {
  const [id] = runningIds(pair);
  if (id !== undefined) pair.begin({ kind: 'stopTransaction', transactionId: id, unplug });
}

/** A life of the charger; no two things happen in the same millisecond. */
export function live(acts: Act[], each: Act = () => undefined): Pair {
  const pair = createPair({
    configuration: { MeterValuesSampledData: 'Energy.Active.Import.Register' },
    ev: { batteryCapacityWh: 30_000 },
  });
  pair.begin({ kind: 'connect' });
  for (const act of acts) {
    pair.sleep(1);
    act(pair);
    each(pair);
  }
  return pair;
}

/** Stop everything, come online, and let what is owed be delivered. */
export function windUp(pair: Pair): Pair {
  pair.csms.answers = {};
  pair.csms.unreachable = false;
  for (const fault of pair.charger.faults) pair.command({ kind: 'clearFault', faultId: fault.id });
  pair.command({ kind: 'power', state: 'on' });
  pair.command({ kind: 'network', state: 'online' });
  pair.advance(60_000);
  pair.command({ kind: 'connect' });
  for (const id of runningIds(pair)) pair.command({ kind: 'stopTransaction', transactionId: id });
  pair.advance(7_200_000);
  return pair;
}
