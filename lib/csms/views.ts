// How the ledger's entries look over HTTP: times as ISO 8601 text.
import {
  type CallRecord,
  type ChargerEntry,
  type IdTag,
  type Ledger,
  registrationOf,
  type Transaction,
  transactionsOf,
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
      .sort((a, b) => a.connectorId - b.connectorId)
      .map(({ receivedAt, notification }) => ({ ...notification, receivedAt: iso(receivedAt) })),
    transactionCount: charger.transactionIds.size,
    violationCount: violations.length,
  };
}

export function chargerView(ledger: Ledger, charger: ChargerEntry) {
  return {
    ...summaryView(charger),
    registration: registrationOf(ledger, charger.identity),
    transactions: transactionsOf(ledger, charger).map(transactionView),
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
    ...(stop === undefined ? {} : { energyWh: stop.meterStop - transaction.meterStart }),
  };
}

export function callView({ at, ...call }: CallRecord) {
  return { at: iso(at), ...call };
}

export function idTagView({ expiryDate, ...tag }: IdTag) {
  return { ...tag, ...(expiryDate === undefined ? {} : { expiryDate: iso(expiryDate) }) };
}
