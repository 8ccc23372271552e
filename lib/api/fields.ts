// Fields that several operations take, each defined once.
import { z } from 'zod';
import type { Address } from '../charger/command';
import type { FieldError } from './problem';

const reserved = /[/\\?#\p{Cc}\p{Cs}]/u;

function idProblem(id: string): string | undefined {
  if (reserved.test(id)) return 'may contain none of / \\ ? # and no control characters';
  if (id !== id.trim()) return 'may not begin or end with white space';
  if (id === '.' || id === '..') return 'may not be "." or ".."';
  return undefined;
}

/** A charger's id as stores and URLs can carry it. */
export const chargerId = z
  .string()
  .min(1, 'must have 1 to 100 characters')
  .max(100, 'must have 1 to 100 characters')
  .superRefine((id, context) => {
    const message = idProblem(id);
    if (message) context.addIssue({ code: 'custom', message });
  })
  .describe('Id of the charger: ours and unique. 1 to 100 characters, none of / \\ ? #.');

const number = (description: string) => z.int().min(1).max(1000).describe(description);

/** Where to plug in. Left out, it is 1. */
export const address = {
  connectorId: number('OCPP 1.6: the connector. OCPP 2.x: the connector on the EVSE. Default 1.').optional(),
  evseId: number('OCPP 2.x: the EVSE. Default 1.').optional(),
};

export function addressOf(input: { connectorId?: number | undefined; evseId?: number | undefined }): Address {
  return given({ evseId: input.evseId, connectorId: input.connectorId });
}

/** Only the fields that were given: what was left out must not be there as `undefined`. */
export function given<T extends Record<string, unknown>>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}

/** `T` without `undefined` among its values, each field that had it optional. */
export type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

export const evFields = {
  preset: z
    .string()
    .optional()
    .describe('Starting point for what is left out: one of the EV presets that listModels tells.'),
  batteryCapacityWh: z.number().min(1).max(10_000_000).optional(),
  soc: z.number().min(0).max(100).optional().describe('State of charge, %.'),
  maxPowerW: z.number().min(0).max(10_000_000).optional().describe('The most the EV takes, over all its phases.'),
  phases: z.union([z.literal(1), z.literal(2), z.literal(3)]).optional(),
  chargingCurve: z
    .array(z.tuple([z.number().min(0).max(100), z.number().min(0).max(1)]))
    .min(1)
    .max(100)
    .optional()
    .describe('Pairs of state of charge (%) and share of maxPowerW (0 to 1), piecewise linear.'),
  suspended: z.boolean().optional().describe('The EV takes no energy for now (SuspendedEV).'),
  minCurrentA: z
    .number()
    .min(0)
    .max(1000)
    .optional()
    .describe('Offered less than this per phase, the EV does not charge.'),
  batteryVoltageV: z
    .tuple([z.number().min(1).max(2000), z.number().min(1).max(2000)])
    .optional()
    .describe('Voltage of the battery empty and full; matters on DC.'),
};

export const evSchema = z
  .strictObject(evFields)
  .meta({ id: 'Ev', description: 'An EV. What is left out depends on the EVSE.' });

export const idToken = z.string().min(1).max(255).describe('The token, such as an RFID card number.');
/** Also of a start button, which has none (NoAuthorization). */
export const presentedToken = z
  .string()
  .max(255)
  .describe('The token, such as an RFID card number; empty for a start button (2.x, type NoAuthorization).');
/** What is wrong with a token that is presented. */
export function wrongToken({ idToken: text, type }: { idToken: string; type?: string | undefined }): FieldError[] {
  const isButton = type?.toLowerCase() === 'noauthorization';
  return text === '' && !isButton ? [{ path: 'idToken', message: 'must have at least 1 character' }] : [];
}

export const idTokenType = z
  .string()
  .min(1)
  .max(50)
  .optional()
  .describe('Type of the token (OCPP 2.x): ISO14443, eMAID, …');

/** Fields of an answer's page. */
export const continuation = z.string().min(1).max(2000).optional().describe('The continuation of the page before.');
export const limit = z.int().min(1).max(1000).default(100).describe('Items on a page, at most.');

export const protocol = z.enum(['ocpp1.6', 'ocpp2.0.1']);
export const connection = z
  .enum(['onDemand', 'persistent'])
  .describe('onDemand: dials when it has something to do. persistent: connects by itself and stays connected.');
export const tag = z.string().min(1).max(100);
export const tags = z.array(tag).max(50);

/** A time as ISO 8601 text, with Z or an offset; epoch milliseconds inside. */
export const time = z.iso.datetime({ offset: true, error: 'must be an ISO 8601 time, such as 2025-01-31T12:00:00Z' });
