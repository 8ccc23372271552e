// OCPP 1.6 as the demo CSMS speaks it: what it answers to each charger-initiated action, and which actions it may send.
import { createValidator } from 'ocpp-rpc';
import officialSchemas from 'ocpp-rpc/lib/schemas/ocpp1_6.json';
import {
  type IdTag,
  lookUpIdTag,
  type Registration,
  registrationOf,
  startTransaction,
  stopTransaction,
  transactionOf,
} from './ledger';
import type { CsmsVersion, Handler, HandlerContext } from './version';

interface StartTransaction {
  connectorId: number;
  idTag: string;
  meterStart: number;
  timestamp: string;
}
interface StopTransaction {
  transactionId: number;
  meterStop: number;
  timestamp: string;
  idTag?: string;
  reason?: string;
  transactionData?: unknown[];
}
interface MeterValues {
  connectorId: number;
  transactionId?: number;
  meterValue: unknown[];
}
interface StatusNotification {
  connectorId: number;
}

const iso = (at: number): string => new Date(at).toISOString();

/** What 1.6 has no word for is invalid (§7.2). */
const statusesV16: readonly IdTag['status'][] = ['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx'];

function idTagInfoOf(tag: IdTag): Record<string, unknown> {
  return {
    status: statusesV16.includes(tag.status) ? tag.status : 'Invalid',
    ...(tag.expiryDate === undefined ? {} : { expiryDate: iso(tag.expiryDate) }),
    ...(tag.parentIdTag === undefined ? {} : { parentIdTag: tag.parentIdTag }),
  };
}

/** ConcurrentTx is only relevant for StartTransaction (1.6 §7.2): elsewhere such a tag is accepted. */
function idTagInfoOutsideStart(context: HandlerContext, idTag: string): Record<string, unknown> {
  const tag = lookUpIdTag(context.ledger, idTag);
  return idTagInfoOf(tag.status === 'ConcurrentTx' ? { ...tag, status: 'Accepted' } : tag);
}

function authorize(context: HandlerContext, { idTag }: { idTag: string }) {
  return { idTagInfo: idTagInfoOutsideStart(context, idTag) };
}

function bootNotification({ ledger, charger }: HandlerContext, payload: Record<string, unknown>) {
  const registration = registrationOf(ledger, charger.identity);
  charger.boot = { at: ledger.now(), payload, status: registration.status };
  return { ...registration, currentTime: iso(ledger.now()) };
}

function meterValues(context: HandlerContext, { transactionId, meterValue }: MeterValues) {
  if (transactionId === undefined) return {};
  const transaction = transactionOf(context.ledger, context.charger.identity, transactionId);
  if (transaction === undefined)
    context.violation(`MeterValues for transaction ${transactionId}, which it never started`);
  else transaction.meterValues = meterValue.at(-1);
  return {};
}

/** A transaction gets its id even when the tag is refused: what to do then is the charger's to decide (1.6 §4.8). */
function startTransactionV16({ ledger, charger, violation }: HandlerContext, request: StartTransaction) {
  const { connectorId, idTag, meterStart, timestamp } = request;
  const tag = lookUpIdTag(ledger, idTag);
  if (connectorId === 0) violation('StartTransaction on connector 0 (1.6 §6.45: connectorId > 0)');
  const start = { identity: charger.identity, connectorId, idTag, meterStart, timestamp };
  const { transactionId } = startTransaction(ledger, start, tag.status);
  return { transactionId, idTagInfo: idTagInfoOf(tag) };
}

function statusNotification({ ledger, charger }: HandlerContext, request: StatusNotification) {
  const { connectorId } = request;
  const entry = { place: [connectorId], receivedAt: ledger.now(), notification: { ...request } };
  charger.statuses.set(String(connectorId), entry);
  return {};
}

/** An unknown or repeated stop is answered as any other: without an answer the charger only tries again (1.6 §4.10). */
function stopTransactionV16(context: HandlerContext, request: StopTransaction) {
  const { transactionId, meterStop, timestamp, idTag, reason } = request;
  const transaction = transactionOf(context.ledger, context.charger.identity, transactionId);
  if (transaction === undefined) context.violation(`StopTransaction ${transactionId}, which it never started`);
  else {
    const optional = { ...(idTag === undefined ? {} : { idTag }), ...(reason === undefined ? {} : { reason }) };
    stopTransaction(transaction, { meterStop, timestamp, ...optional, receivedAt: context.ledger.now() });
  }
  return idTag === undefined ? {} : { idTagInfo: idTagInfoOutsideStart(context, idTag) };
}

const acknowledge = () => ({});

const handlers = {
  Authorize: authorize,
  BootNotification: bootNotification,
  DataTransfer: () => ({ status: 'Accepted' }),
  DiagnosticsStatusNotification: acknowledge,
  FirmwareStatusNotification: acknowledge,
  Heartbeat: ({ ledger }) => ({ currentTime: iso(ledger.now()) }),
  LogStatusNotification: acknowledge,
  MeterValues: meterValues,
  SecurityEventNotification: acknowledge,
  SignCertificate: () => ({ status: 'Accepted' }),
  SignedFirmwareStatusNotification: acknowledge,
  StartTransaction: startTransactionV16,
  StatusNotification: statusNotification,
  StopTransaction: stopTransactionV16,
} satisfies Record<string, Handler>;

/** What TriggerMessage and ExtendedTriggerMessage can ask for: all that a pending charger may send (1.6 §4.2). */
const allowedPending = [
  'BootNotification',
  'DiagnosticsStatusNotification',
  'FirmwareStatusNotification',
  'Heartbeat',
  'LogStatusNotification',
  'MeterValues',
  'SignCertificate',
  'StatusNotification',
];

const allowedInStatus: Record<Registration['status'], (action: string) => boolean> = {
  Accepted: () => true,
  Pending: (action) => allowedPending.includes(action),
  Rejected: (action) => action === 'BootNotification',
};

const actions = [
  'CancelReservation',
  'CertificateSigned',
  'ChangeAvailability',
  'ChangeConfiguration',
  'ClearCache',
  'ClearChargingProfile',
  'DataTransfer',
  'DeleteCertificate',
  'ExtendedTriggerMessage',
  'GetCompositeSchedule',
  'GetConfiguration',
  'GetDiagnostics',
  'GetInstalledCertificateIds',
  'GetLocalListVersion',
  'GetLog',
  'InstallCertificate',
  'RemoteStartTransaction',
  'RemoteStopTransaction',
  'ReserveNow',
  'Reset',
  'SendLocalList',
  'SetChargingProfile',
  'SignedUpdateFirmware',
  'TriggerMessage',
  'UnlockConnector',
  'UpdateFirmware',
];

/** The official schemas, with the one unit that the library's copy lacks: `Hertz`, for the measurand Frequency. Nothing else is loosened. */
function schemasWithHertz() {
  const addHertz = (key: string, value: unknown) =>
    key === 'enum' && Array.isArray(value) && value.includes('kvarh') ? [...value, 'Hertz'] : value;
  return JSON.parse(JSON.stringify(officialSchemas), addHertz);
}

export const csmsV16: CsmsVersion = {
  subprotocol: 'ocpp1.6',
  validator: createValidator('ocpp1.6', schemasWithHertz()),
  handlers,
  actions,
  allowedIn: (status, action) => allowedInStatus[status](action),
};
