// A 1.6 charger as people and programs see it: connectors, transactions, what a command led to. Reading only.
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
import { viewLimit } from './charging-limit';
import { installedProfiles, viewProfile } from './charging-profiles';
import { viewSchedule } from './composite-schedule';
import { listConfiguration } from './configuration';
import { listTokens, viewLocalList } from './local-auth-list';
import { findPlace, type Place, places, v16 } from './places';
import { viewReservations } from './reservation';
import type { Transaction } from './state';
import { chargerStatus, faultAt } from './status';
import { allTransactions, findTransaction } from './transactions';

/** A transaction at `now`. Times are the charger's clock's, as the CSMS sees them. */
export function viewTransaction(charger: Charger, transaction: Transaction, now: number): TransactionView {
  const place = findPlace(charger, transaction.connectorId);
  const running = transaction.stoppedAt === undefined;
  const reading = place && running ? read(place.evse, place.evseSpec, now) : undefined;
  const register = transaction.meterStopWh ?? wholeWh(reading?.energyWh ?? transaction.meterStartWh);
  const soc = reading?.soc ?? transaction.stopSoc;
  const { id, transactionId, connectorId, idTag, authorization, remote, offline, lost, stoppedAt } = transaction;
  return {
    id,
    ...(transactionId === undefined ? {} : { transactionId }),
    connectorId,
    evseId: place?.evse.id ?? 0,
    idToken: idTag,
    state: running ? 'running' : 'ended',
    startedAt: toWire(charger, transaction.startedAt),
    meterStartWh: transaction.meterStartWh,
    energyWh: register - transaction.meterStartWh,
    powerW: tidy(reading?.powerW ?? 0),
    ...(soc === undefined ? {} : { soc: tidy(soc) }),
    ...(authorization === undefined ? {} : { authorization }),
    ...(remote ? { remote } : {}),
    ...(offline ? { offline } : {}),
    ...(stoppedAt === undefined ? {} : { stoppedAt: toWire(charger, stoppedAt) }),
    ...(transaction.meterStopWh === undefined ? {} : { meterStopWh: transaction.meterStopWh }),
    ...(transaction.stopReason === undefined ? {} : { stopReason: transaction.stopReason }),
    ...(lost ? { lost } : {}),
  };
}

const tidy = (value: number) => Number(value.toFixed(1));

/** Running and remembered transactions, oldest first. */
function listTransactions(charger: Charger, now: number): TransactionView[] {
  return allTransactions(charger).map((transaction) => viewTransaction(charger, transaction, now));
}

function viewById(charger: Charger, id: string, now: number): TransactionView | undefined {
  const transaction = findTransaction(charger, id);
  return transaction && viewTransaction(charger, transaction, now);
}

/** One connector: status, cable, lock, meter, EV, what runs on it. */
export function viewConnector(charger: Charger, place: Place, now: number): Record<string, unknown> {
  const { state, connector, evse, connectorSpec } = place;
  const reading = read(evse, place.evseSpec, now);
  const fault = faultAt(charger, place);
  const active = evse.activeConnectorId === connector.id;
  return {
    connectorId: place.connectorId,
    evseId: evse.id,
    type: connectorSpec.type,
    status: state.status,
    errorCode: fault?.errorCode ?? 'NoError',
    ...(state.info === undefined ? {} : { info: state.info }),
    since: toWire(charger, state.since),
    availability: v16(charger).inoperative.includes(place.connectorId) ? 'Inoperative' : 'Operative',
    cable: connector.cable,
    locked: connector.locked,
    powerW: active ? tidy(reading.powerW) : 0,
    currentA: active ? tidy(Math.max(...reading.currentA)) : 0,
    meterWh: wholeWh(reading.energyWh),
    ...viewLimited(charger, place, now),
    ...(active && evse.ev ? { ev: { ...evse.ev, soc: tidy(evse.ev.soc) } } : {}),
    ...(state.authorization ? { authorized: state.authorization.idTag } : {}),
    ...(state.transaction ? { transaction: viewTransaction(charger, state.transaction, now) } : {}),
  };
}

function viewLimited(charger: Charger, place: Place, now: number): Record<string, unknown> {
  const chargingLimit = viewLimit(charger, place, now);
  return chargingLimit ? { chargingLimit } : {};
}

/** The installed profiles in the words of the specification, and what limits each connector now. */
function viewProfiles(charger: Charger, now: number): Record<string, unknown> {
  const all = places(charger);
  return {
    chargingProfiles: installedProfiles(charger).map((profile) => {
      const running = all.find(({ connectorId }) => connectorId === profile.connectorId)?.state.transaction;
      return viewProfile(profile, profile.purpose === 'TxProfile' ? running?.transactionId : undefined);
    }),
    connectors: all.map((place) => ({ connectorId: place.connectorId, ...viewLimited(charger, place, now) })),
  };
}

/** The version's part of a charger's view. */
function viewState(charger: Charger, now: number): Record<string, unknown> {
  const state = v16(charger);
  return {
    status: chargerStatus(charger),
    availability: state.inoperative.includes(0) ? 'Inoperative' : 'Operative',
    clock: toWire(charger, now),
    connectors: places(charger).map((place) => viewConnector(charger, place, now)),
    authorizationCache: Object.keys(state.cache).length,
    chargingProfiles: installedProfiles(charger).length,
    localAuthorizationList: viewLocalList(charger),
    reservations: viewReservations(charger, now),
  };
}

/** The version's part of a charger's line in a list. */
function summarize(charger: Charger) {
  return {
    status: chargerStatus(charger),
    connectors: places(charger).map((place) => ({
      connectorId: place.connectorId,
      evseId: place.evse.id,
      status: place.state.status,
      errorCode: faultAt(charger, place)?.errorCode ?? 'NoError',
      charging: place.state.transaction !== undefined,
    })),
  };
}

/** What the API shows of a 1.6 charger. */
export const viewV16: DialectView = {
  charger: viewState,
  summary: summarize,
  transactions: listTransactions,
  transaction: viewById,
  chargingProfiles: viewProfiles,
  schedule: viewSchedule,
  localList: (charger) => ({ ...viewLocalList(charger), entries: listTokens(charger) }),
  configuration: listConfiguration,
};

/** What a command led to: the connector it was about, its transaction, the registration. */
export function reportCommand(context: Context, pending: PendingCommand): Record<string, unknown> {
  const { charger, now } = context;
  const { command } = pending;
  const own = pending.transaction === undefined ? undefined : findTransaction(charger, pending.transaction);
  const place = own ? findPlace(charger, own.connectorId) : placeOf(context, pending);
  const registration = viewRegistration(charger);
  if (!place) return command.kind === 'connect' || command.kind === 'power' ? { registration } : {};
  const transaction = own ?? place.state.transaction ?? newest(charger, place, ownTime(charger, pending.since));
  return {
    connector: viewConnector(charger, place, now),
    ...(transaction ? transactionReport(charger, transaction, now, command.kind) : {}),
  };
}

function transactionReport(
  charger: Charger,
  transaction: Transaction,
  now: number,
  kind: string,
): Record<string, unknown> {
  const view = viewTransaction(charger, transaction, now);
  const ids = view.transactionId === undefined ? {} : { transactionId: view.transactionId };
  return kind === 'plugIn' || kind === 'setEv' ? {} : { ...ids, transaction: view };
}

/** The transaction that ended here since the command began. */
function newest(charger: Charger, place: Place, since: number): Transaction | undefined {
  return v16(charger)
    .ended.filter((ended) => ended.connectorId === place.connectorId && (ended.stoppedAt ?? 0) >= since)
    .at(-1);
}

function placeOf(context: Context, pending: PendingCommand): Place | undefined {
  const { command } = pending;
  if (!('address' in command)) return undefined;
  const { address } = command;
  return places(context.charger).find((place) =>
    address.evseId === undefined
      ? place.connectorId === (address.connectorId ?? 1)
      : place.evse.id === address.evseId && place.connector.id === (address.connectorId ?? place.connector.id),
  );
}
