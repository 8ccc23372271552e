// Transactions as OCPP 2.0.1 tells of them, event by event: what the demo CSMS keeps of each, and what in their order is wrong.
// Answers are in `v201.ts`.
import { enterTransaction, stopTransaction, type Transaction, transactionOf } from './ledger';
import type { HandlerContext } from './version';

export interface TransactionEvent {
  eventType: 'Started' | 'Updated' | 'Ended';
  timestamp: string;
  seqNo: number;
  transactionInfo: { transactionId: string; chargingState?: string; stoppedReason?: string };
  evse?: { id: number; connectorId?: number };
  idToken?: { idToken: string };
  meterValue?: MeterValue[];
}

export interface MeterValue {
  sampledValue: SampledValue[];
}

interface SampledValue {
  value: number;
  context?: string;
  measurand?: string;
  phase?: string;
  location?: string;
  unitOfMeasure?: { unit?: string; multiplier?: number };
}

/** Enters an event. A repeated one changes nothing: the charger never got the answer. */
export function enterEvent(context: HandlerContext, event: TransactionEvent): Transaction {
  const { ledger, charger } = context;
  const known = transactionOf(ledger, charger.identity, event.transactionInfo.transactionId);
  const transaction = known ?? unknownBefore(context, event);
  if (event.eventType === 'Started') transaction.startsReceived += 1;
  if (!isRepeated(transaction, event)) {
    judgeOrder(context, transaction, event);
    update(transaction, event);
    readMeter(transaction, event.meterValue ?? []);
  }
  if (event.eventType === 'Ended') end(context, transaction, event);
  return transaction;
}

function unknownBefore({ ledger, charger, violation }: HandlerContext, event: TransactionEvent): Transaction {
  const { transactionId } = event.transactionInfo;
  const { timestamp, eventType } = event;
  if (eventType !== 'Started') violation(`TransactionEvent ${eventType} for ${transactionId}, which it never started`);
  const counts = { startsReceived: 0, stopsReceived: 0 };
  const transaction = { transactionId, identity: charger.identity, timestamp, receivedAt: ledger.now(), ...counts };
  enterTransaction(ledger, transaction);
  return transaction;
}

function isRepeated({ seqNo }: Transaction, event: TransactionEvent): boolean {
  return seqNo !== undefined && event.seqNo <= seqNo;
}

/** Part 2, E: numbered one by one, so that the CSMS can tell whether it has all; none after the last. */
function judgeOrder(
  { violation }: HandlerContext,
  { transactionId, seqNo, stop }: Transaction,
  event: TransactionEvent,
) {
  const named = `TransactionEvent ${event.eventType} for ${transactionId}`;
  if (stop !== undefined) violation(`${named} after it had ended`);
  else if (seqNo !== undefined && event.seqNo !== seqNo + 1) {
    violation(`${named} has seqNo ${event.seqNo} where ${seqNo + 1} was due`);
  }
}

/** Each field is told when it becomes known; what was known before stays. */
function update(transaction: Transaction, { seqNo, transactionInfo, evse, idToken }: TransactionEvent): void {
  const { chargingState } = transactionInfo;
  transaction.seqNo = seqNo;
  if (chargingState !== undefined) transaction.chargingState = chargingState;
  if (evse !== undefined) transaction.evseId = evse.id;
  if (evse?.connectorId !== undefined) transaction.connectorId = evse.connectorId;
  if (idToken !== undefined) transaction.idTag ??= idToken.idToken;
}

/** The first reading of the register counts as the start, the newest as the stop. */
function readMeter(transaction: Transaction, meterValues: MeterValue[]): void {
  const newest = meterValues.at(-1);
  if (newest !== undefined) transaction.meterValues = newest;
  for (const value of meterValues.flatMap(({ sampledValue }) => sampledValue).filter(isRegister)) {
    transaction.meterStart ??= inWh(value);
    transaction.meterLatest = inWh(value);
  }
}

/** What is left out means: energy imported, at the outlet, over all phases (SampledValueType). */
function isRegister({
  measurand = 'Energy.Active.Import.Register',
  location = 'Outlet',
  phase,
}: SampledValue): boolean {
  return measurand === 'Energy.Active.Import.Register' && location === 'Outlet' && phase === undefined;
}

function inWh({ value, unitOfMeasure: { unit = 'Wh', multiplier = 0 } = {} }: SampledValue): number {
  const exponent = multiplier + (unit === 'kWh' ? 3 : 0);
  return exponent < 0 ? value / 10 ** -exponent : value * 10 ** exponent;
}

function end({ ledger }: HandlerContext, transaction: Transaction, event: TransactionEvent): void {
  const { stoppedReason: reason } = event.transactionInfo;
  stopTransaction(transaction, {
    ...(transaction.meterLatest === undefined ? {} : { meterStop: transaction.meterLatest }),
    timestamp: event.timestamp,
    ...(reason === undefined ? {} : { reason }),
    ...(event.idToken === undefined ? {} : { idTag: event.idToken.idToken }),
    receivedAt: ledger.now(),
  });
}
