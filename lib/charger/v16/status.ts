// Connector statuses of 1.6 (§4.9): derived from the state, checked against the specification's table, told to the CSMS.
import { enqueue } from '../calls';
import type { Charger, Fault } from '../charger';
import { timestamp } from '../clock';
import { type Context, record } from '../context';
import { faultsWhere, isGeneral, isWarning } from '../faults';
import { holdsConnectors, isInstalling } from '../firmware';
import { evWants, offersEnough } from '../hardware/evse';
import { reachable } from '../link';
import { registrationStatus } from '../registration';
import { type Bay, isReserved } from '../reservations';
import { arm, disarm } from '../timers';
import { settingNumber } from './configuration';
import { isActive, type Place, places, v16 } from './places';
import type { ConnectorState, ConnectorStatus } from './state';

/**
 * The transitions of the table in OCPP 1.6 §4.9. Two are ours: a charger that is not in a transaction may be made Unavailable
 * while a plug is in (Preparing, §5.2 wants no schedule then), and Unavailable with a cable goes through Preparing (H2).
 * Reserved follows Available and Faulted only (A7, I7): after anything else a connector is told to be Available in between.
 */
const transitions: Record<ConnectorStatus, readonly ConnectorStatus[]> = {
  Available: ['Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Reserved', 'Unavailable', 'Faulted'],
  Preparing: ['Available', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Unavailable', 'Faulted'],
  Charging: ['Available', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Unavailable', 'Faulted'],
  SuspendedEV: ['Available', 'Charging', 'SuspendedEVSE', 'Finishing', 'Unavailable', 'Faulted'],
  SuspendedEVSE: ['Available', 'Charging', 'SuspendedEV', 'Finishing', 'Unavailable', 'Faulted'],
  Finishing: ['Available', 'Preparing', 'Unavailable', 'Faulted'],
  Reserved: ['Available', 'Preparing', 'Unavailable', 'Faulted'],
  Unavailable: ['Available', 'Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Faulted'],
  Faulted: [
    'Available',
    'Preparing',
    'Charging',
    'SuspendedEV',
    'SuspendedEVSE',
    'Finishing',
    'Reserved',
    'Unavailable',
  ],
};

/** §4.9: EVCommunicationError is told with these statuses only. */
const withEv: ReadonlySet<ConnectorStatus> = new Set(['Preparing', 'SuspendedEV', 'SuspendedEVSE', 'Finishing']);

/** The fault to tell of a connector (0: the charger itself) beside its status, the gravest first. */
export function faultAt(charger: Charger, place: Place | undefined): Fault | undefined {
  const mine = faultsOf(charger, place).filter((fault) => isTold(fault, place));
  return mine.find((fault) => !isWarning(fault)) ?? mine[0] ?? (place ? undefined : listConflict(charger));
}

/** The local list and the CSMS disagree: told with connector 0 (§3.5.2). */
function listConflict(charger: Charger): Fault | undefined {
  const { listConflict: conflict } = v16(charger);
  return conflict && { id: '', errorCode: 'LocalListConflict', info: conflict.info, at: conflict.at };
}

function isTold(fault: Fault, place: Place | undefined): boolean {
  return fault.errorCode !== 'EVCommunicationError' || (place !== undefined && withEv.has(place.state.status));
}

/** Whether a connector has this very fault, however many others. */
export function hasFault(charger: Charger, place: Place, errorCode: string): boolean {
  return faultsOf(charger, place).some((fault) => fault.errorCode === errorCode);
}

function faultsOf(charger: Charger, place: Place | undefined): Fault[] {
  return place ? faultsWhere(charger, (fault) => isHere(fault, place)) : charger.faults.filter(isGeneral);
}

function isHere(fault: Fault, place: Place): boolean {
  if (fault.evseId === undefined) return fault.connectorId === place.connectorId;
  return fault.evseId === place.evse.id && (fault.connectorId ?? place.connector.id) === place.connector.id;
}

export function isFaulted(charger: Charger, place: Place | undefined): boolean {
  return faultsOf(charger, place).some((fault) => !isWarning(fault));
}

/** Nobody charges here: ChangeAvailability wants it so (§5.2), or firmware is about to be installed (§5.19). 0: the charger. */
export function isOutOfService(charger: Charger, connectorId: number): boolean {
  return (
    v16(charger).inoperative.includes(connectorId) ||
    (connectorId > 0 ? holdsConnectors(charger) : isInstalling(charger))
  );
}

/** The status that follows from the state. A reservation outlasts a cable that is put in, until its holder comes (G2). */
export function statusOf(charger: Charger, place: Place): ConnectorStatus {
  const bare = bareStatus(charger, place);
  const { reservations } = v16(charger);
  const free = bare === 'Available' || (bare === 'Preparing' && !place.state.authorization);
  if (!reservations || !free) return bare;
  const bays = baysOf(charger).map((bay) => (bay.id === place.connectorId ? { ...bay, available: true } : bay));
  return isReserved(reservations, bays, place.connectorId) ? 'Reserved' : bare;
}

/** The connectors as reservations see them. */
export function baysOf(charger: Charger): Bay[] {
  return places(charger).map((place) => ({
    id: place.connectorId,
    evseId: place.evse.id,
    available: bareStatus(charger, place) === 'Available',
  }));
}

/** The status without reservations, by precedence. */
export function bareStatus(charger: Charger, place: Place): Exclude<ConnectorStatus, 'Reserved'> {
  const { state } = place;
  if (isFaulted(charger, place)) return 'Faulted';
  if (state.transaction) return transactionStatus(place);
  if (isOutOfService(charger, place.connectorId)) return 'Unavailable';
  if (state.finishing && place.connector.cable !== 'none') return 'Finishing';
  if (state.authorization || place.connector.cable !== 'none') return 'Preparing';
  return 'Available';
}

function transactionStatus(place: Place): 'Charging' | 'SuspendedEV' | 'SuspendedEVSE' {
  const { evse, evseSpec, state, connector } = place;
  // §4.9: suspended by both, SuspendedEVSE takes precedence.
  const withheld = isActive(place) && evse.ev !== undefined && !offersEnough(evse, evseSpec);
  if (state.transaction?.deauthorized || withheld) return 'SuspendedEVSE';
  if (connector.cable !== 'connected' || !isActive(place) || !evWants(evse, evseSpec)) return 'SuspendedEV';
  return 'Charging';
}

/** Takes over changed statuses and tells the CSMS, now or when MinimumStatusDuration has passed. */
export function updateStatuses(context: Context): void {
  reportCharger(context);
  for (const place of places(context.charger)) updateStatus(context, place);
}

function updateStatus(context: Context, place: Place): void {
  const status = statusOf(context.charger, place);
  const from = place.state.status;
  const detour = status === 'Reserved' && from !== status && !transitions[from].includes(status);
  if (detour) turn(context, place, 'Available');
  turn(context, place, status);
}

function turn(context: Context, place: Place, status: ConnectorStatus): void {
  const { charger, now } = context;
  const { state } = place;
  if (status !== state.status) {
    move(state, status, now);
    const errorCode = faultAt(charger, place)?.errorCode ?? 'NoError';
    const event = {
      kind: 'status' as const,
      at: now,
      evseId: place.evse.id,
      connectorId: place.connectorId,
      status,
      errorCode,
    };
    record(context, event);
  }
  if (state.reported === reportOf(charger, place)) return disarm(charger, `status/${place.connectorId}`);
  const wait = settingNumber(charger, 'MinimumStatusDuration') * 1000;
  if (wait > 0 && now - state.since < wait) arm(charger, `status/${place.connectorId}`, state.since + wait);
  else report(context, place);
}

/** @throws Error on a transition that is not in the table: a slip of ours, never of the caller's */
function move(state: ConnectorState, status: ConnectorStatus, now: number): void {
  if (!transitions[state.status].includes(status)) {
    throw new Error(`a connector cannot go from ${state.status} to ${status} (OCPP 1.6 §4.9)`);
  }
  state.status = status;
  state.since = now;
}

function reportOf(charger: Charger, place: Place): string {
  const fault = faultAt(charger, place);
  const { status, info } = place.state;
  return [status, fault?.errorCode ?? 'NoError', fault?.info ?? info ?? ''].join('|');
}

/** Before acceptance nothing may be told, and while offline only the status at the end of it counts (§4.9). */
function mayReport(charger: Charger): boolean {
  return registrationStatus(charger) === 'Accepted' && reachable(charger);
}

function report(context: Context, place: Place): void {
  const { charger } = context;
  if (!mayReport(charger)) return;
  place.state.reported = reportOf(charger, place);
  const payload = statusPayload(context, place.connectorId);
  enqueue(context, { action: 'StatusNotification', payload, kind: 'plain', note: { connectorId: place.connectorId } });
}

function chargerReport(charger: Charger): string {
  const fault = faultAt(charger, undefined);
  return [chargerStatus(charger), fault?.errorCode ?? 'NoError', fault?.info ?? ''].join('|');
}

/** Connector 0: the whole charger, with its own, smaller set of statuses (§4.9). */
export function chargerStatus(charger: Charger): 'Available' | 'Unavailable' | 'Faulted' {
  if (isFaulted(charger, undefined)) return 'Faulted';
  return isOutOfService(charger, 0) ? 'Unavailable' : 'Available';
}

function reportCharger(context: Context): void {
  const { charger } = context;
  const state = v16(charger);
  const wanted = chargerReport(charger);
  if (state.current?.report !== wanted) state.current = { report: wanted, since: context.now };
  if (state.reported === wanted) return disarm(charger, 'status/0');
  const due = state.current.since + settingNumber(charger, 'MinimumStatusDuration') * 1000;
  if (due > context.now) return arm(charger, 'status/0', due);
  if (!mayReport(charger)) return;
  state.reported = wanted;
  const payload = statusPayload(context, 0);
  enqueue(context, { action: 'StatusNotification', payload, kind: 'plain', note: { connectorId: 0 } });
}

/** StatusNotification.req of a connector as it stands. */
export function statusPayload(context: Context, connectorId: number): Record<string, unknown> {
  const { charger } = context;
  const place = places(charger)[connectorId - 1];
  const fault = faultAt(charger, place);
  const info = fault?.info ?? place?.state.info;
  return {
    connectorId,
    errorCode: fault?.errorCode ?? 'NoError',
    ...(info === undefined ? {} : { info }),
    status: place ? place.state.status : chargerStatus(charger),
    timestamp: timestamp(context),
    ...(fault?.vendorId === undefined ? {} : { vendorId: fault.vendorId }),
    ...(fault?.vendorErrorCode === undefined ? {} : { vendorErrorCode: fault.vendorErrorCode }),
  };
}

/** The CSMS has asked for the status of a connector (0: the charger) and gets it: what waited to be told is told with it (§5.17). */
export function statusTold(charger: Charger, connectorId: number): void {
  if (!mayReport(charger)) return;
  const place = places(charger)[connectorId - 1];
  if (place) place.state.reported = reportOf(charger, place);
  else v16(charger).reported = chargerReport(charger);
}

/** The CSMS may not have heard a StatusNotification: it is due again when the link is back (§4.9). */
export function statusUnheard(charger: Charger, note: Record<string, unknown> | undefined): void {
  const connectorId = Number(note?.connectorId);
  const state = v16(charger);
  if (connectorId === 0) delete state.reported;
  const connector = state.connectors[connectorId - 1];
  if (connector) delete connector.reported;
}

/** After a boot the CSMS knows nothing: everything is told anew, connector 0 first (§4.2). */
export function forgetReports(charger: Charger): void {
  const state = v16(charger);
  delete state.reported;
  for (const connector of state.connectors) delete connector.reported;
}

/** Timer `status/<connector>`: the status has lasted long enough to be told. */
export function statusDue(context: Context): void {
  context.touched = true;
}
