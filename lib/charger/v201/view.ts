// A 2.0.1 charging station as people and programs see it: connectors, transactions, what a command led to. Reading only.
import type { Charger } from '../charger';
import { toWire } from '../clock';
import type { PendingCommand } from '../command';
import type { Context } from '../context';
import type { DialectView } from '../dialect';
import { read } from '../hardware/evse';
import { wholeWh } from '../measurands';
import { ownTime } from '../pace';
import { viewRegistration } from '../registration';
import type { TransactionView } from '../views';
import type { Block } from './block';
import { listTokens, viewLocalList } from './d-local-list/local-list';
import { listVariables } from './device-model/read';
import { allTransactions, findTransaction } from './e-transactions/event';
import { chargingState } from './e-transactions/points';
import type { Transaction } from './e-transactions/state';
import { faultAt } from './g-availability/faults';
import { operationalOf, stationKey, stationStatus } from './g-availability/status';
import { viewCost } from './i-tariff-cost/cost';
import { viewLimit } from './k-smart-charging/limits';
import { installedProfiles } from './k-smart-charging/profiles';
import { viewSchedule } from './k-smart-charging/view';
import { activePlace, findBay, findPlace, type Place, places, v201 } from './places';

const tidy = (value: number) => Number(value.toFixed(1));

/** A transaction at `now`. Times are the charger's clock's, as the CSMS sees them. */
export function viewTransaction(charger: Charger, transaction: Transaction, now: number): TransactionView {
  const bay = findBay(charger, transaction.evseId);
  const running = transaction.stoppedAt === undefined;
  const reading = bay && running ? read(bay.evse, bay.evseSpec, now) : undefined;
  const register = transaction.meterStopWh ?? wholeWh(reading?.energyWh ?? transaction.meterStartWh);
  const soc = reading?.soc ?? transaction.stopSoc;
  const { id, evseId, connectorId, idToken, authorization, remoteStartId, offline, stoppedAt } = transaction;
  return {
    id,
    transactionId: id,
    connectorId: connectorId ?? 1,
    evseId,
    idToken: idToken?.idToken ?? '',
    state: running ? 'running' : 'ended',
    startedAt: toWire(charger, transaction.startedAt),
    meterStartWh: transaction.meterStartWh,
    energyWh: register - transaction.meterStartWh,
    powerW: tidy(reading?.powerW ?? 0),
    ...(running && bay ? { chargingState: chargingState(charger, bay) } : {}),
    ...(soc === undefined ? {} : { soc: tidy(soc) }),
    ...(authorization === undefined ? {} : { authorization }),
    ...(remoteStartId === undefined ? {} : { remote: true as const }),
    ...(offline ? { offline } : {}),
    ...(stoppedAt === undefined ? {} : { stoppedAt: toWire(charger, stoppedAt) }),
    ...(transaction.meterStopWh === undefined ? {} : { meterStopWh: transaction.meterStopWh }),
    ...(transaction.stoppedReason === undefined ? {} : { stopReason: transaction.stoppedReason }),
    ...viewCost(charger, transaction),
  };
}

/** One connector: status, cable, lock, meter, EV, what runs on its EVSE. */
export function viewConnector(charger: Charger, place: Place, now: number): Record<string, unknown> {
  const { state, connector, bay, connectorSpec } = place;
  const { evse } = bay;
  const reading = read(evse, bay.evseSpec, now);
  const active = evse.activeConnectorId === connector.id;
  // What runs on the EVSE is shown where its EV hangs; without one, at the first connector.
  const shown = activePlace(bay)?.connector.id === connector.id;
  const { authorization, transaction } = bay.state;
  return {
    connectorId: connector.id,
    evseId: bay.evseId,
    type: connectorSpec.type,
    status: state.status,
    errorCode: faultAt(charger, place)?.errorCode ?? 'NoError',
    since: toWire(charger, state.since),
    availability: operationalOf(charger, place),
    cable: connector.cable,
    locked: connector.locked,
    powerW: active ? tidy(reading.powerW) : 0,
    currentA: active ? tidy(Math.max(...reading.currentA)) : 0,
    meterWh: wholeWh(reading.energyWh),
    ...limitOf(charger, place, now),
    ...(active && evse.ev ? { ev: { ...evse.ev, soc: tidy(evse.ev.soc) } } : {}),
    ...(shown && authorization ? { authorized: authorization.idToken.idToken } : {}),
    ...(shown && transaction ? { transaction: viewTransaction(charger, transaction, now) } : {}),
  };
}

/** Limits are those of the EVSE: they are shown where its EV hangs. */
function limitOf(charger: Charger, { bay, connector }: Place, now: number): Record<string, unknown> {
  const chargingLimit = activePlace(bay)?.connector.id === connector.id ? viewLimit(charger, bay, now) : undefined;
  return chargingLimit ? { chargingLimit } : {};
}

function viewState(blocks: readonly Block[], charger: Charger, now: number): Record<string, unknown> {
  return Object.assign(
    {
      status: stationStatus(charger),
      availability: v201(charger).inoperative.includes(stationKey) ? 'Inoperative' : 'Operative',
      clock: toWire(charger, now),
      connectors: places(charger).map((place) => viewConnector(charger, place, now)),
    },
    ...blocks.map((block) => block.view?.(charger, now) ?? {}),
  );
}

function summarize(charger: Charger) {
  return {
    status: stationStatus(charger),
    connectors: places(charger).map((place) => ({
      connectorId: place.connector.id,
      evseId: place.bay.evseId,
      status: place.state.status,
      errorCode: faultAt(charger, place)?.errorCode ?? 'NoError',
      charging:
        place.bay.state.transaction !== undefined && activePlace(place.bay)?.connector.id === place.connector.id,
    })),
  };
}

/** What the API shows of a 2.0.1 charger. */
export const viewOf = (blocks: readonly Block[]): DialectView => ({
  charger: (charger, now) => viewState(blocks, charger, now),
  summary: summarize,
  transactions: (charger, now) => allTransactions(charger).map((one) => viewTransaction(charger, one, now)),
  transaction(charger, id, now) {
    const transaction = findTransaction(charger, id);
    return transaction && viewTransaction(charger, transaction, now);
  },
  chargingProfiles: (charger, now) => ({
    chargingProfiles: installedProfiles(charger).map(({ evseId, source, wire }) => {
      const { id, chargingSchedule, ...profile } = wire;
      const [schedule, ...others] = chargingSchedule;
      return {
        ...{ evseId, chargingProfileId: id, chargingLimitSource: source, ...profile, chargingSchedule: schedule },
        ...(others.length > 0 ? { otherSchedules: others } : {}),
      };
    }),
    connectors: places(charger).map((place) => ({
      evseId: place.bay.evseId,
      connectorId: place.connector.id,
      ...limitOf(charger, place, now),
    })),
  }),
  schedule: viewSchedule,
  localList: (charger) => ({ ...viewLocalList(charger), entries: listTokens(charger) }),
  configuration: (charger) => listVariables(charger, toWire(charger, charger.livedTo ?? charger.createdAt)),
});

/** What a command led to: the connector it was about, its transaction, the registration. */
export function reportCommand(context: Context, pending: PendingCommand): Record<string, unknown> {
  const { charger, now } = context;
  const { command } = pending;
  const own = findTransaction(charger, pending.transaction);
  const place = own ? placeOfTransaction(charger, own) : placeOf(charger, pending);
  const registration = viewRegistration(charger);
  if (!place) return command.kind === 'connect' || command.kind === 'power' ? { registration } : {};
  const transaction = own ?? place.bay.state.transaction ?? newest(charger, place, ownTime(charger, pending.since));
  const tells = transaction !== undefined && command.kind !== 'plugIn' && command.kind !== 'setEv';
  return {
    connector: viewConnector(charger, place, now),
    ...(tells ? { transactionId: transaction.id, transaction: viewTransaction(charger, transaction, now) } : {}),
  };
}

function placeOfTransaction(charger: Charger, { evseId, connectorId = 1 }: Transaction): Place | undefined {
  return findPlace(charger, evseId, connectorId);
}

/** The transaction that ended here since the command began. */
function newest(charger: Charger, { bay }: Place, since: number): Transaction | undefined {
  const ended = v201(charger).ended.filter(({ evseId, stoppedAt = 0 }) => evseId === bay.evseId && stoppedAt >= since);
  return ended.at(-1);
}

function placeOf(charger: Charger, { command }: PendingCommand): Place | undefined {
  if (!('address' in command)) return undefined;
  const { evseId = 1, connectorId } = command.address;
  const bay = findBay(charger, evseId);
  if (!bay) return undefined;
  return connectorId === undefined ? activePlace(bay) : findPlace(charger, evseId, connectorId);
}
