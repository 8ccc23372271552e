// Lives of a 2.0.1 charging station for property tests: anything that people, the CSMS, the network and time may do to it, in any order.
import fc from 'fast-check';
import type { Command } from '../../../lib/charger/command';
import type { Pair } from '../../support/pair';
import { createPairV201 } from '../../support/pair-v201';

export type Act = (pair: Pair) => unknown;

const evse = fc.constantFrom(1, 2);
const tag = fc.constantFrom('TAG-A', 'TAG-B', 'TAG-C');
const at = (evseId: number) => ({ evseId, connectorId: 1 });
const tokenOf = (idToken: string) => ({ idToken, type: 'ISO14443' });
const perhaps = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });

const shown = (act: Act, text: string): Act => Object.assign(act, { [fc.toStringMethod]: () => text });
const order = (command: Command): Act => shown((pair) => pair.begin(command), JSON.stringify(command));
const ask = (action: string, payload: unknown): Act =>
  shown(
    (pair) => pair.charger.link.state === 'up' && pair.call(action, payload),
    `${action} ${JSON.stringify(payload)}`,
  );

const sessions: fc.Arbitrary<Act>[] = [
  evse.map((evseId) => order({ kind: 'plugIn', address: at(evseId) })),
  fc
    .tuple(evse, fc.constantFrom('ev' as const, 'both' as const))
    .map(([evseId, side]) => order({ kind: 'unplug', address: at(evseId), side })),
  fc.tuple(evse, tag).map(([evseId, idToken]) => order({ kind: 'presentToken', address: { evseId }, idToken })),
  fc.tuple(evse, tag, perhaps(fc.integer({ min: 1, max: 4000 }))).map(([evseId, idToken, seconds]) =>
    order({
      kind: 'startTransaction',
      address: at(evseId),
      idToken,
      ...(seconds === undefined ? {} : { stopWhen: { durationSeconds: seconds } }),
    }),
  ),
  fc.boolean().map((unplug) => shown((pair) => stopOne(pair, unplug), `stop one, unplug ${unplug}`)),
  fc
    .tuple(evse, fc.boolean(), fc.integer({ min: 0, max: 100 }))
    .map(([evseId, suspended, soc]) => order({ kind: 'setEv', address: at(evseId), ev: { suspended, soc } })),
];

const hardware: fc.Arbitrary<Act>[] = [
  fc
    .tuple(fc.constantFrom('OtherError', 'ConnectorLockFailure', 'WeakSignal'), perhaps(evse))
    .map(([errorCode, evseId]) =>
      order({ kind: 'raiseFault', address: evseId === undefined ? {} : at(evseId), fault: { errorCode } }),
    ),
  fc.constant(
    shown((pair) => {
      const [fault] = pair.charger.faults;
      if (fault) pair.begin({ kind: 'clearFault', faultId: fault.id });
    }, 'clear a fault'),
  ),
  fc.constantFrom('off' as const, 'on' as const, 'cycle' as const).map((state) => order({ kind: 'power', state })),
];

const connection: fc.Arbitrary<Act>[] = [
  fc.constantFrom('offline' as const, 'online' as const).map((state) => order({ kind: 'network', state })),
  fc.constant(shown((pair) => pair.charger.link.state === 'up' && pair.cut(), 'cut')),
  fc.boolean().map((unreachable) =>
    shown((pair) => {
      pair.csms.unreachable = unreachable;
    }, `unreachable ${unreachable}`),
  ),
  fc.constant(order({ kind: 'connect' })),
  fc.boolean().map((abrupt) => order({ kind: 'disconnect', abrupt })),
  fc
    .constantFrom('persistent' as const, 'onDemand' as const)
    .map((mode) => order({ kind: 'updateSettings', settings: { connection: mode } })),
  fc
    .constantFrom('Heartbeat', 'StatusNotification', 'BootNotification', 'Authorize', 'MeterValues')
    .chain((action) => fc.boolean().map((validate) => order({ kind: 'sendMessage', action, validate }))),
];

/** How the CSMS takes a message: as it should, not at all, or in one of the wrong ways. */
const moods = fc.constantFrom(undefined, 'silent' as const, { callError: 'InternalError' }, { odd: 1 });

const variables: [string, string, string][] = [
  ['AlignedDataCtrlr', 'Interval', '900'],
  ['AlignedDataCtrlr', 'SendDuringIdle', 'true'],
  ['AuthCtrlr', 'AuthorizeRemoteStart', 'true'],
  ['AuthCtrlr', 'LocalPreAuthorize', 'true'],
  ['AuthCtrlr', 'OfflineTxForUnknownIdEnabled', 'true'],
  ['AuthCacheCtrlr', 'Enabled', 'false'],
  ['SampledDataCtrlr', 'TxUpdatedInterval', '30'],
  ['TxCtrlr', 'EVConnectionTimeOut', '20'],
  ['TxCtrlr', 'MaxEnergyOnInvalidId', '500'],
  ['TxCtrlr', 'StopTxOnEVSideDisconnect', 'false'],
  ['TxCtrlr', 'StopTxOnInvalidId', 'false'],
  ['TxCtrlr', 'TxStartPoint', 'EVConnected'],
  ['TxCtrlr', 'TxStartPoint', 'PowerPathClosed'],
  ['TxCtrlr', 'TxStopPoint', 'EVConnected'],
  ['TxCtrlr', 'TxStopPoint', 'Authorized'],
];

const setVariable = ([component, name, attributeValue]: [string, string, string]) =>
  ask('SetVariables', {
    setVariableData: [{ attributeValue, component: { name: component }, variable: { name } }],
  });

const csms: fc.Arbitrary<Act>[] = [
  fc
    .tuple(fc.constantFrom('TransactionEvent', 'Authorize', 'Heartbeat', 'StatusNotification'), moods)
    .map(([action, how]) =>
      shown(
        (pair) => {
          if (how === undefined) pair.csms.answers[action] = usual[action] ?? {};
          else pair.csms.answers[action] = how;
        },
        `${action} answered ${JSON.stringify(how)}`,
      ),
    ),
  fc.constantFrom('Accepted', 'Blocked').map((status) =>
    shown((pair) => {
      pair.csms.answers.Authorize = { idTokenInfo: { status } };
    }, `tokens are ${status}`),
  ),
  fc
    .tuple(tag, perhaps(evse), fc.integer({ min: 1, max: 9 }))
    .map(([idToken, evseId, remoteStartId]) =>
      ask('RequestStartTransaction', { idToken: tokenOf(idToken), remoteStartId, ...(evseId ? { evseId } : {}) }),
    ),
  fc.constant(
    shown(
      (pair) => ask('RequestStopTransaction', { transactionId: runningIds(pair).at(-1) ?? 'none' })(pair),
      'RequestStopTransaction',
    ),
  ),
  fc
    .tuple(fc.constantFrom('Immediate', 'OnIdle'), perhaps(evse))
    .map(([type, evseId]) => ask('Reset', { type, ...(evseId ? { evseId } : {}) })),
  fc
    .tuple(perhaps(evse), fc.boolean(), fc.constantFrom('Operative', 'Inoperative'))
    .map(([id, connector, operationalStatus]) =>
      ask('ChangeAvailability', {
        operationalStatus,
        ...(id ? { evse: { id, ...(connector ? { connectorId: 1 } : {}) } } : {}),
      }),
    ),
  evse.map((evseId) => ask('UnlockConnector', { evseId, connectorId: 1 })),
  fc.constantFrom(...variables).map(setVariable),
  fc.constant(ask('ClearCache', {})),
  fc.constant(ask('GetTransactionStatus', {})),
  fc
    .tuple(
      fc.constantFrom('BootNotification', 'Heartbeat', 'MeterValues', 'StatusNotification', 'TransactionEvent'),
      perhaps(evse),
    )
    .map(([requestedMessage, id]) =>
      ask('TriggerMessage', { requestedMessage, ...(id ? { evse: { id, connectorId: 1 } } : {}) }),
    ),
  fc
    .constantFrom('FullInventory', 'SummaryInventory', 'ConfigurationInventory')
    .map((reportBase) => ask('GetBaseReport', { requestId: 5, reportBase })),
  fc.constantFrom('Accepted', 'Pending', 'Rejected').map((status) =>
    shown((pair) => {
      pair.csms.answers.BootNotification = () => ({
        status,
        interval: 30,
        currentTime: new Date(pair.now).toISOString(),
      });
    }, `boots are ${status}`),
  ),
  fc
    .oneof(fc.string(), fc.json(), fc.tuple(fc.integer({ min: 2, max: 4 }), fc.string(), fc.jsonValue()).map(String))
    .map((text) => shown((pair) => pair.charger.link.state === 'up' && pair.input({ kind: 'frame', text }), text)),
];

const time: fc.Arbitrary<Act>[] = [
  fc.integer({ min: 1, max: 40_000 }).map((ms) => shown((pair) => pair.advance(ms), `advance ${ms}`)),
  fc.integer({ min: 60_000, max: 1_800_000 }).map((ms) => shown((pair) => pair.advance(ms), `advance ${ms}`)),
  fc.integer({ min: 1_000, max: 3_600_000 }).map((ms) =>
    shown((pair) => {
      pair.sleep(ms);
      pair.input({ kind: 'wake' });
    }, `sleep ${ms}`),
  ),
];

export const anyLife = fc.array(
  fc.oneof(...sessions, ...sessions, ...sessions, ...hardware, ...connection, ...csms, ...time),
  { minLength: 5, maxLength: 60 },
);

const accepted = { idTokenInfo: { status: 'Accepted' } };
const usual: Pair['csms']['answers'] = {
  Authorize: accepted,
  TransactionEvent: ({ idToken }) => (idToken === undefined ? {} : accepted),
};

export const runningIds = (pair: Pair) =>
  pair.charger.v201?.evses.flatMap(({ transaction }) => transaction?.id ?? []) ?? [];

function stopOne(pair: Pair, unplug: boolean): void {
  const [id] = runningIds(pair);
  if (id !== undefined) pair.begin({ kind: 'stopTransaction', transactionId: id, unplug });
}

/** A life of the station; no two things happen in the same millisecond. */
export function live(acts: Act[], each: Act = () => undefined): Pair {
  const pair = createPairV201({ ev: { batteryCapacityWh: 30_000 } });
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
  pair.csms.answers = { ...usual };
  pair.csms.unreachable = false;
  for (const fault of [...pair.charger.faults]) pair.command({ kind: 'clearFault', faultId: fault.id });
  pair.command({ kind: 'power', state: 'on' });
  pair.command({ kind: 'network', state: 'online' });
  pair.advance(60_000);
  pair.command({ kind: 'connect' });
  for (const id of runningIds(pair)) pair.command({ kind: 'stopTransaction', transactionId: id, unplug: true });
  pair.advance(7_200_000);
  return pair;
}
