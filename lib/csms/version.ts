// What one OCPP version is to the demo CSMS: its schemas, what it answers, what it may ask. A version is a value; no sockets here.
import type { createValidator } from 'ocpp-rpc';
import type { ChargerEntry, Ledger, Registration } from './ledger';

export interface HandlerContext {
  ledger: Ledger;
  charger: ChargerEntry;
  /** Notes what the charger did outside the specification. */
  violation(detail: string): void;
}

/** Answers a CALL whose payload the schema has passed. */
export type Handler = (context: HandlerContext, payload: never) => Record<string, unknown>;

export interface CsmsVersion {
  subprotocol: string;
  validator: ReturnType<typeof createValidator>;
  /** Charger → CSMS. */
  handlers: Readonly<Record<string, Handler>>;
  /** Whether a charger whose last boot was answered so may send this. */
  allowedIn(status: Registration['status'], action: string): boolean;
  /** CSMS → charger. */
  actions: readonly string[];
}
