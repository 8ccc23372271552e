// OCPP 2.0.1 as the demo CSMS speaks it: what it answers to each charger-initiated action, and which actions it may send.
import { createValidator } from 'ocpp-rpc';
import officialSchemas from 'ocpp-rpc/lib/schemas/ocpp2_0_1.json';
import { type IdTag, type Ledger, lookUpIdTag, type Registration, registrationOf, type Transaction } from './ledger';
import { enterEvent, type TransactionEvent } from './transaction-events';
import type { CsmsVersion, Handler, HandlerContext } from './version';

interface IdToken {
  idToken: string;
  type: string;
}
interface StatusNotification {
  evseId: number;
  connectorId: number;
}

const iso = (at: number): string => new Date(at).toISOString();

function idTokenInfoOf(tag: IdTag): Record<string, unknown> {
  return {
    status: tag.status,
    ...(tag.expiryDate === undefined ? {} : { cacheExpiryDateTime: iso(tag.expiryDate) }),
    ...(tag.parentIdTag === undefined ? {} : { groupIdToken: { idToken: tag.parentIdTag, type: 'Central' } }),
  };
}

/** Who needs no authorization has an empty token (IdTokenEnumType, NoAuthorization). */
function tagOf({ ledger }: HandlerContext, { idToken, type }: IdToken): IdTag {
  return type === 'NoAuthorization' ? { idTag: idToken, status: 'Accepted' } : lookUpIdTag(ledger, idToken);
}

/** ConcurrentTx is only relevant at the start of a transaction (AuthorizationStatusEnumType): elsewhere such a token is accepted. */
function tagOutsideStart(context: HandlerContext, idToken: IdToken): IdTag {
  const tag = tagOf(context, idToken);
  return tag.status === 'ConcurrentTx' ? { ...tag, status: 'Accepted' } : tag;
}

/** C07: contract certificates are taken as they are. */
function authorize(
  context: HandlerContext,
  request: { idToken: IdToken; certificate?: string } & Record<string, unknown>,
) {
  const hasCertificate = request.certificate !== undefined || request.iso15118CertificateHashData !== undefined;
  return {
    idTokenInfo: idTokenInfoOf(tagOutsideStart(context, request.idToken)),
    ...(hasCertificate ? { certificateStatus: 'Accepted' } : {}),
  };
}

function bootNotification({ ledger, charger }: HandlerContext, payload: Record<string, unknown>) {
  const registration = registrationOf(ledger, charger.identity);
  charger.boot = { at: ledger.now(), payload, status: registration.status };
  return { ...registration, currentTime: iso(ledger.now()) };
}

function statusNotification({ ledger, charger }: HandlerContext, request: StatusNotification) {
  const place = [request.evseId, request.connectorId];
  charger.statuses.set(place.join('/'), { place, receivedAt: ledger.now(), notification: { ...request } });
  return {};
}

/** E03, E05: a transaction goes on when its token is refused: what to do then is the charger's to decide. */
function transactionEvent(context: HandlerContext, event: TransactionEvent & { idToken?: IdToken }) {
  const transaction = enterEvent(context, event);
  const cost = costOf(context.ledger, transaction);
  if (event.idToken === undefined) return cost;
  const tag = event.eventType === 'Started' ? tagOf(context, event.idToken) : tagOutsideStart(context, event.idToken);
  transaction.authorization ??= tag.status;
  return { idTokenInfo: idTokenInfoOf(tag), ...cost };
}

/** I02, I03: what it has cost so far, in hundredths of the currency; free ones are told to cost 0. */
function costOf({ pricePerKWh }: Ledger, { meterStart = 0, meterLatest = meterStart }: Transaction) {
  if (pricePerKWh === undefined) return {};
  return { totalCost: Math.round(((meterLatest - meterStart) / 1000) * pricePerKWh * 100) / 100 };
}

const acknowledge = () => ({});

/** There is no contract certificate pool, no OCSP responder and no scheduler behind this CSMS, and it says so. */
const unsupported = (additionalInfo: string) => ({ statusInfo: { reasonCode: 'UnsupportedRequest', additionalInfo } });

const handlers = {
  Authorize: authorize,
  BootNotification: bootNotification,
  ClearedChargingLimit: acknowledge,
  DataTransfer: () => ({ status: 'Accepted' }),
  FirmwareStatusNotification: acknowledge,
  Get15118EVCertificate: () => ({
    ...{ status: 'Failed', exiResponse: '' },
    ...unsupported('The demo CSMS issues no contract certificates'),
  }),
  GetCertificateStatus: () => ({ status: 'Failed', ...unsupported('The demo CSMS asks no OCSP responder') }),
  Heartbeat: ({ ledger }) => ({ currentTime: iso(ledger.now()) }),
  LogStatusNotification: acknowledge,
  MeterValues: acknowledge,
  NotifyChargingLimit: acknowledge,
  NotifyCustomerInformation: acknowledge,
  NotifyDisplayMessages: acknowledge,
  NotifyEVChargingNeeds: () => ({ status: 'Rejected', ...unsupported('The demo CSMS makes no schedules of its own') }),
  NotifyEVChargingSchedule: () => ({ status: 'Accepted' }),
  NotifyEvent: acknowledge,
  NotifyMonitoringReport: acknowledge,
  NotifyReport: acknowledge,
  PublishFirmwareStatusNotification: acknowledge,
  ReportChargingProfiles: acknowledge,
  ReservationStatusUpdate: acknowledge,
  SecurityEventNotification: acknowledge,
  SignCertificate: () => ({ status: 'Accepted' }),
  StatusNotification: statusNotification,
  TransactionEvent: transactionEvent,
} satisfies Record<string, Handler>;

/** B02: what TriggerMessage can ask for, and the reports that GetBaseReport and GetReport bring. */
const allowedPending = [
  'BootNotification',
  'FirmwareStatusNotification',
  'Heartbeat',
  'LogStatusNotification',
  'MeterValues',
  'NotifyReport',
  'PublishFirmwareStatusNotification',
  'SignCertificate',
  'StatusNotification',
  'TransactionEvent',
];

const allowedInStatus: Record<Registration['status'], (action: string) => boolean> = {
  Accepted: () => true,
  Pending: (action) => allowedPending.includes(action),
  Rejected: (action) => action === 'BootNotification',
};

/** Every action of the schemas that is not a charger's alone. */
const actions = officialSchemas
  .map(({ $id }) => /^urn:(.+)\.req$/.exec($id)?.[1] ?? '')
  .filter((action) => action !== '' && (action === 'DataTransfer' || !(action in handlers)));

export const csmsV201: CsmsVersion = {
  subprotocol: 'ocpp2.0.1',
  validator: createValidator('ocpp2.0.1', officialSchemas),
  handlers,
  actions,
  allowedIn: (status, action) => allowedInStatus[status](action),
};
