// How the ledger's entries look over HTTP: times as ISO 8601 text.
import {
  type CallRecord,
  type ChargerEntry,
  type IdTag,
  type Ledger,
  registrationOf,
  type Transaction,
} from './ledger';

const iso = (at: number): string => new Date(at).toISOString();

export function summaryView(charger: ChargerEntry) {
  const { identity, protocol, connectedSince, lastSeenAt, boot, violations } = charger;
  return {
    identity,
    ...(protocol === undefined ? {} : { protocol }),
    connected: connectedSince !== undefined,
    ...(connectedSince === undefined ? {} : { connectedSince: iso(connectedSince) }),
    lastSeenAt: iso(lastSeenAt),
    ...(boot === undefined ? {} : { lastBoot: { at: iso(boot.at), status: boot.status, request: boot.payload } }),
    statuses: [...charger.statuses.values()]
      .sort((a, b) => inOrder(a.place, b.place))
      .map(({ receivedAt, notification }) => ({ ...notification, receivedAt: iso(receivedAt) })),
    transactionCount: charger.transactions.size,
    violationCount: violations.length,
  };
}

/** EVSE by EVSE, connector by connector. */
function inOrder(a: readonly number[], b: readonly number[]): number {
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
}

export function chargerView(ledger: Ledger, charger: ChargerEntry) {
  return {
    ...summaryView(charger),
    registration: registrationOf(ledger, charger.identity),
    transactions: [...charger.transactions].map(transactionView),
    violations: charger.violations.map(({ at, detail }) => ({ at: iso(at), detail })),
  };
}

export function transactionView(transaction: Transaction) {
  const { receivedAt, stop, ...rest } = transaction;
  return {
    ...rest,
    active: stop === undefined,
    receivedAt: iso(receivedAt),
    ...(stop === undefined ? {} : { stop: { ...stop, receivedAt: iso(stop.receivedAt) } }),
    ...energyOf(transaction),
  };
}

/** Of a transaction that has ended, if the charger told both readings. */
function energyOf({ meterStart, stop }: Transaction): { energyWh?: number } {
  return stop?.meterStop === undefined || meterStart === undefined ? {} : { energyWh: stop.meterStop - meterStart };
}

export function callView({ at, ...call }: CallRecord) {
  return { at: iso(at), ...call };
}

export function idTagView({ expiryDate, ...tag }: IdTag) {
  return { ...tag, ...(expiryDate === undefined ? {} : { expiryDate: iso(expiryDate) }) };
}
