// What the form of a message of the CSMS begins with: what the page knows of the charger, in the fields that must be there.
import type { ChargerView } from './api-types';
import type { Schema } from './schema';

export interface Known {
  connectorId: number;
  transactionId?: number | string | undefined;
  idToken: string;
  /** Epoch ms. */
  now: number;
}

/** What is known of a charger: its first connector with a transaction, else its first. */
export function knownOf({ connectors = [] }: ChargerView, now: number): Known {
  const busy = connectors.find(({ transaction }) => transaction !== undefined);
  const { transaction } = busy ?? {};
  return {
    connectorId: busy?.evseId ?? busy?.connectorId ?? 1,
    transactionId: transaction?.transactionId ?? transaction?.id,
    idToken: transaction?.idToken ?? 'TAG-1',
    now,
  };
}

/** Fields that are filled in though they may be left out: a command without them is seldom what is meant. */
const wantedAnyway = new Set(['connectorId', 'evseId']);

/** A value for each field that must be there and can be known or chosen; what only a person can say stays empty. */
export function defaultsOf(schema: Schema, known: Known): Record<string, unknown> {
  const { properties = {}, required = [] } = schema;
  const fields = Object.entries(properties).filter(([name]) => required.includes(name) || wantedAnyway.has(name));
  const values = fields.map(([name, part]) => [name, defaultOf(name, part, known)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function defaultOf(name: string, schema: Schema, known: Known): unknown {
  if (schema.type === 'object') return defaultsOf(schema, known);
  if (schema.type === 'array') return [defaultOf(name, schema.items ?? {}, known) ?? ''];
  if (schema.enum) return schema.enum[0];
  if (schema.format === 'date-time')
    return new Date(known.now + (/expir|validTo/i.test(name) ? 3_600_000 : 0)).toISOString();
  return byName[name]?.(known, schema);
}

/** Numbers that the CSMS chooses: another one each second. */
const fresh = ({ now }: Known) => Math.floor(now / 1000) % 1_000_000;

const byName: Record<string, (known: Known, schema: Schema) => unknown> = {
  connectorId: ({ connectorId }) => connectorId,
  evseId: ({ connectorId }) => connectorId,
  transactionId: ({ transactionId }, { type }) =>
    typeof transactionId === (type === 'string' ? 'string' : 'number') ? transactionId : undefined,
  idTag: ({ idToken }) => idToken,
  idToken: ({ idToken }) => idToken,
  requestId: fresh,
  remoteStartId: fresh,
  reservationId: fresh,
  listVersion: fresh,
  versionNumber: fresh,
  id: fresh,
  duration: () => 3600,
  startPeriod: () => 0,
  stackLevel: () => 0,
  chargingProfileId: fresh,
  limit: () => 16,
};
