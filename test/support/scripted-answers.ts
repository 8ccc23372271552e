// What the scripted CSMS answers when a test says nothing else: every 1.6 charger → CSMS action, sensibly. No sockets here.
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
