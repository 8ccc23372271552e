// Errors between two processes: those that callers tell apart arrive as what they were thrown as, anything else as a plain error.
import { InvalidChargerError } from '../charger/create';
import {
  BadContinuationError,
  DamagedDocumentError,
  ExistsError,
  StaleError,
  StoreUnavailableError,
} from '../simulator/ports';
import { BusyError, UnknownChargerError } from '../simulator/service';

/** An error as data. */
export interface ErrorMessage {
  name: string;
  message: string;
  stack?: string | undefined;
  chargerId?: string;
  errors?: InvalidChargerError['errors'];
}

const byMessage = [
  BadContinuationError,
  BusyError,
  DamagedDocumentError,
  ExistsError,
  StaleError,
  StoreUnavailableError,
];

export function toMessage(error: unknown): ErrorMessage {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  if (error instanceof UnknownChargerError) return { name, message, chargerId: error.chargerId };
  if (error instanceof InvalidChargerError) return { name, message, errors: error.errors };
  return { name, message, stack };
}

export function fromMessage({ name, message, stack, chargerId, errors }: ErrorMessage): Error {
  if (chargerId !== undefined) return new UnknownChargerError(chargerId);
  if (errors !== undefined) return new InvalidChargerError(errors);
  const Kind = byMessage.find((kind) => kind.name === name) ?? Error;
  const error = new Kind(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
