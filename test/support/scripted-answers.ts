// What the scripted CSMS answers when a test says nothing else: every charger → CSMS action of 1.6, or of 2.0.1, sensibly. No sockets here.
export interface ReceivedCall {
  identity: string;
  messageId: string;
  action: string;
  payload: Record<string, unknown>;
}

/** A payload, or what makes one of the CALL. Throwing `new CallError(…)` answers with a CALLERROR. */
export type Answer = Record<string, unknown> | ((call: ReceivedCall) => unknown | Promise<unknown>);

/** Thrown by an answer function to answer with a CALLERROR. */
export class CallError extends Error {
  constructor(
    readonly code: string,
    description = '',
    readonly details: unknown = {},
  ) {
    super(description);
  }
}

const accepted = { status: 'Accepted' };

/** One table per scripted CSMS: it numbers transactions, the same number for a StartTransaction replayed after a lost answer. */
export function defaultAnswers(now: () => number): Record<string, Answer> {
  const transactions = new Map<string, number>();
  const transactionIdOf = (call: ReceivedCall): number => {
    const { connectorId, idTag, meterStart, timestamp } = call.payload;
    const key = JSON.stringify([call.identity, connectorId, idTag, meterStart, timestamp]);
    const transactionId = transactions.get(key) ?? transactions.size + 1;
    transactions.set(key, transactionId);
    return transactionId;
  };
  const currentTime = () => new Date(now()).toISOString();
  return {
    Authorize: { idTagInfo: accepted },
    BootNotification: () => ({ ...accepted, currentTime: currentTime(), interval: 300 }),
    DataTransfer: accepted,
    DiagnosticsStatusNotification: {},
    FirmwareStatusNotification: {},
    Heartbeat: () => ({ currentTime: currentTime() }),
    LogStatusNotification: {},
    MeterValues: {},
    SecurityEventNotification: {},
    SignCertificate: accepted,
    SignedFirmwareStatusNotification: {},
    StartTransaction: (call) => ({ transactionId: transactionIdOf(call), idTagInfo: accepted }),
    StatusNotification: {},
    StopTransaction: (call) => (call.payload.idTag === undefined ? {} : { idTagInfo: accepted }),
  };
}

/** The same for 2.0.1, where chargers name their transactions themselves. */
export function defaultAnswersV201(now: () => number): Record<string, Answer> {
  const currentTime = () => new Date(now()).toISOString();
  const nothing = [
    ...['ClearedChargingLimit', 'FirmwareStatusNotification', 'LogStatusNotification', 'MeterValues'],
    ...['NotifyChargingLimit', 'NotifyCustomerInformation', 'NotifyDisplayMessages', 'NotifyEvent'],
    ...['NotifyMonitoringReport', 'NotifyReport', 'PublishFirmwareStatusNotification', 'ReportChargingProfiles'],
    ...['ReservationStatusUpdate', 'SecurityEventNotification', 'StatusNotification'],
  ];
  return {
    ...Object.fromEntries(nothing.map((action) => [action, {}])),
    Authorize: { idTokenInfo: accepted },
    BootNotification: () => ({ ...accepted, currentTime: currentTime(), interval: 300 }),
    DataTransfer: accepted,
    Get15118EVCertificate: { ...accepted, exiResponse: 'AA==' },
    GetCertificateStatus: { ...accepted, ocspResult: 'AA==' },
    Heartbeat: () => ({ currentTime: currentTime() }),
    NotifyEVChargingNeeds: accepted,
    NotifyEVChargingSchedule: accepted,
    SignCertificate: accepted,
    TransactionEvent: (call) => (call.payload.idToken === undefined ? {} : { idTokenInfo: accepted }),
  };
}
