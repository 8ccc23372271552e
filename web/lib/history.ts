// What the page of a charger has seen of its connectors since it was opened, for charts: one row of numbers per quantity.
import type { ChargerView, ConnectorView } from './api-types';

/** A moment without a value is a gap. */
type Row = readonly (number | null)[];

export interface ConnectorHistory {
  powerKw: Row;
  powerLimitKw: Row;
  currentA: Row;
  currentLimitA: Row;
  energyKwh: Row;
  soc: Row;
}

export interface History {
  /** Seconds since the epoch, as uPlot has them. */
  times: readonly number[];
  /** By EVSE and connector: `1.1`. */
  connectors: Readonly<Record<string, ConnectorHistory>>;
}

export const noHistory: History = { times: [], connectors: {} };

const pointsAtMost = 1_800;

export const historyKey = ({ evseId, connectorId }: ConnectorView) => `${evseId ?? 0}.${connectorId}`;

/** The history with the charger as it is at a moment, epoch milliseconds. What is told within the same tenth of a second counts once. */
export function recorded(history: History, { connectors = [] }: ChargerView, at: number): History {
  const time = at / 1000;
  const last = history.times.at(-1);
  if (last !== undefined && time - last < 0.1) return history;
  const entries = connectors.map((connector) => {
    const key = historyKey(connector);
    const before = history.connectors[key];
    const now = valuesOf(connector);
    const row = (name: keyof ConnectorHistory): Row => {
      const old = before?.[name] ?? history.times.map(() => null);
      return [...old, now[name]].slice(-pointsAtMost);
    };
    const rows: ConnectorHistory = {
      powerKw: row('powerKw'),
      powerLimitKw: row('powerLimitKw'),
      currentA: row('currentA'),
      currentLimitA: row('currentLimitA'),
      energyKwh: row('energyKwh'),
      soc: row('soc'),
    };
    return [key, rows] as const;
  });
  return { times: [...history.times, time].slice(-pointsAtMost), connectors: Object.fromEntries(entries) };
}

function valuesOf({ powerW, currentA, chargingLimit, transaction, ev }: ConnectorView) {
  return {
    powerKw: (powerW ?? 0) / 1000,
    powerLimitKw: chargingLimit ? chargingLimit.powerW / 1000 : null,
    currentA: currentA ?? null,
    currentLimitA: chargingLimit?.currentA ?? null,
    energyKwh: transaction ? transaction.energyWh / 1000 : null,
    soc: ev ? ev.soc : null,
  } satisfies Record<keyof ConnectorHistory, number | null>;
}
