// What the demo CSMS knows: chargers, transactions, id tags, registrations, in memory and bounded. No sockets, no OCPP version's payloads.

export interface Registration {
  status: 'Accepted' | 'Pending' | 'Rejected';
  /** Seconds: heartbeat interval when accepted, otherwise the wait before the next BootNotification. */
  interval: number;
}

/** What an id tag may be worth: 1.6 knows the first five, 2.x all of them. */
export const idTagStatuses = [
  ...(['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx'] as const),
  ...(['NoCredit', 'NotAllowedTypeEVSE', 'NotAtThisLocation', 'NotAtThisTime', 'Unknown'] as const),
];

export interface IdTag {
  idTag: string;
  status: (typeof idTagStatuses)[number];
  /** Epoch milliseconds. */
  expiryDate?: number;
  parentIdTag?: string;
}

/** One call between charger and CSMS with its answer, secrets removed. */
export interface CallRecord {
  at: number;
  /** `received`: the charger called. */
  direction: 'received' | 'sent';
  action: string;
  /** Known for what the charger sent. */
  messageId?: string;
  payload: unknown;
  response?: unknown;
  error?: { code: string; description: string };
  durationMs?: number;
}

export interface ConnectorStatus {
  /** The connector's id in 1.6, the EVSE's and the connector's in 2.x. */
  place: readonly number[];
  receivedAt: number;
  /** The notification as received, with its optional fields. */
  notification: Record<string, unknown>;
}

export interface Transaction {
  /** A number in 1.6, the charger's own text in 2.x. */
  transactionId: number | string;
  identity: string;
  /** 2.x. Place, token and meter may be told after the start there. */
  evseId?: number;
  connectorId?: number;
  idTag?: string;
  authorization?: string;
  /** Wh of the register, as all meter readings here. */
  meterStart?: number;
  /** As the charger told it (RFC 3339). */
  timestamp: string;
  receivedAt: number;
  /** The newest meter values, as received. */
  meterValues?: unknown;
  stop?: { meterStop?: number; timestamp: string; reason?: string; idTag?: string; receivedAt: number };
  /** How often the charger told of the start and of the stop: more than 1 are replays. */
  startsReceived: number;
  stopsReceived: number;
  /** 2.x: of the newest event. */
  seqNo?: number;
  chargingState?: string;
  meterLatest?: number;
}

export interface ChargerEntry {
  identity: string;
  protocol?: string;
  connectedSince?: number;
  lastSeenAt: number;
  boot?: { at: number; payload: Record<string, unknown>; status: Registration['status'] };
  /** By place, `1` or `1/2`. */
  statuses: Map<string, ConnectorStatus>;
  /** Its transactions, oldest first. */
  transactions: Set<Transaction>;
  calls: CallRecord[];
  /** What it did outside the specification, newest last. */
  violations: { at: number; detail: string }[];
}

export interface Ledger {
  chargers: Map<string, ChargerEntry>;
  /** By `keyOf`, oldest first. */
  transactions: Map<number | string, Transaction>;
  /** Transaction by what identifies its start, for replays after a lost answer. */
  starts: Map<string, Transaction>;
  /** By the tag in capitals: 1.6 id tags are case-insensitive (§7.28, CiString20Type). */
  idTags: Map<string, IdTag>;
  registrations: Map<string, Registration>;
  defaultRegistration: Registration;
  /** What chargers of 2.x are told that a transaction costs; nothing: they are told of no costs. */
  pricePerKWh?: number;
  lastTransactionId: number;
  now(): number;
}

const CALLS_PER_CHARGER = 500;
const CALLS_OVERALL = 50_000;
const VIOLATIONS_PER_CHARGER = 50;
const TRANSACTIONS_OVERALL = 100_000;
const EPOCH_OF_IDS = Date.UTC(2025, 0, 1);

export function createLedger(now: () => number): Ledger {
  return {
    chargers: new Map(),
    transactions: new Map(),
    starts: new Map(),
    idTags: new Map(),
    registrations: new Map(),
    defaultRegistration: { status: 'Accepted', interval: 300 },
    // Not from 1: a charger may resume a transaction of before this process started, and its id must not be given twice.
    lastTransactionId: Math.floor((now() - EPOCH_OF_IDS) / 1000),
    now,
  };
}

/** The charger of that identity, entered when it is new. */
export function enterCharger(ledger: Ledger, identity: string): ChargerEntry {
  const known = ledger.chargers.get(identity);
  if (known !== undefined) return known;
  const entry: ChargerEntry = {
    identity,
    lastSeenAt: ledger.now(),
    statuses: new Map(),
    transactions: new Set(),
    calls: [],
    violations: [],
  };
  ledger.chargers.set(identity, entry);
  return entry;
}

/** Keeps the newest calls: up to 500 of a charger, fewer each the more chargers there are. */
export function recordCall(ledger: Ledger, charger: ChargerEntry, call: CallRecord): void {
  const share = Math.max(10, Math.floor(CALLS_OVERALL / ledger.chargers.size));
  charger.calls.push(call);
  charger.calls.splice(0, charger.calls.length - Math.min(CALLS_PER_CHARGER, share));
}

export function recordViolation(ledger: Ledger, charger: ChargerEntry, detail: string): void {
  charger.violations.push({ at: ledger.now(), detail });
  charger.violations.splice(0, charger.violations.length - VIOLATIONS_PER_CHARGER);
}

export function registrationOf(ledger: Ledger, identity: string): Registration {
  return ledger.registrations.get(identity) ?? ledger.defaultRegistration;
}

const statusByPrefix = [
  ['INVALID', 'Invalid'],
  ['BLOCKED', 'Blocked'],
  ['EXPIRED', 'Expired'],
  ['CONCURRENT', 'ConcurrentTx'],
] as const;

/** A tag as configured; otherwise its name tells (`BLOCKED-1` is blocked), and any other is accepted. An expired one says so. */
export function lookUpIdTag(ledger: Ledger, idTag: string): IdTag {
  const capitals = idTag.toUpperCase();
  const byName = statusByPrefix.find(([prefix]) => capitals.startsWith(prefix))?.[1] ?? 'Accepted';
  const found = ledger.idTags.get(capitals) ?? { idTag, status: byName };
  const expired = found.expiryDate !== undefined && found.expiryDate <= ledger.now();
  return expired && found.status === 'Accepted' ? { ...found, status: 'Expired' } : found;
}

export type Start = Required<Pick<Transaction, 'identity' | 'connectorId' | 'idTag' | 'timestamp' | 'meterStart'>>;

const startOf = ({ identity, connectorId, idTag, timestamp, meterStart }: Start | Transaction): string =>
  JSON.stringify([identity, connectorId, idTag, timestamp, meterStart]);

/** Numbers are this CSMS's own (1.6); a text is its charger's, and two chargers may use the same. */
const keyOf = (identity: string, transactionId: number | string): number | string =>
  typeof transactionId === 'number' ? transactionId : JSON.stringify([identity, transactionId]);

/** Begins a transaction, or finds the one that the same start began before: the charger never got that answer. */
export function startTransaction(ledger: Ledger, start: Start, authorization: string): Transaction {
  const replayed = ledger.starts.get(startOf(start));
  if (replayed !== undefined) {
    replayed.startsReceived += 1;
    return replayed;
  }
  ledger.lastTransactionId += 1;
  const transaction: Transaction = {
    transactionId: ledger.lastTransactionId,
    ...start,
    authorization,
    receivedAt: ledger.now(),
    startsReceived: 1,
    stopsReceived: 0,
  };
  ledger.starts.set(startOf(start), transaction);
  enterTransaction(ledger, transaction);
  return transaction;
}

/** Keeps a transaction that is new; the oldest that has ended may have to go for it. */
export function enterTransaction(ledger: Ledger, transaction: Transaction): void {
  ledger.transactions.set(keyOf(transaction.identity, transaction.transactionId), transaction);
  enterCharger(ledger, transaction.identity).transactions.add(transaction);
  forgetOldTransactions(ledger);
}

function forgetOldTransactions(ledger: Ledger): void {
  if (ledger.transactions.size <= TRANSACTIONS_OVERALL) return;
  for (const [key, transaction] of ledger.transactions) {
    if (transaction.stop === undefined) continue;
    ledger.transactions.delete(key);
    ledger.starts.delete(startOf(transaction));
    ledger.chargers.get(transaction.identity)?.transactions.delete(transaction);
    return;
  }
}

/** The transaction of that id, if it is this charger's. */
export function transactionOf(
  ledger: Ledger,
  identity: string,
  transactionId: number | string,
): Transaction | undefined {
  const transaction = ledger.transactions.get(keyOf(identity, transactionId));
  return transaction?.identity === identity ? transaction : undefined;
}

/** Ends a transaction; the first stop counts, whatever a replay says. */
export function stopTransaction(transaction: Transaction, stop: NonNullable<Transaction['stop']>): void {
  transaction.stopsReceived += 1;
  transaction.stop ??= stop;
}

export function runningTransactions(ledger: Ledger): number {
  let running = 0;
  for (const transaction of ledger.transactions.values()) if (transaction.stop === undefined) running += 1;
  return running;
}
