// What a charger asks its host to do: a small closed set, to be performed in order.
import type { LinkDownKind } from './charger';
import type { Outcome } from './command';
import type { Task } from './task';

/** One OCPP frame as it crossed the wire, with secrets masked: the unit of the message log and of `exchange`. */
export interface LoggedFrame {
  /** Epoch milliseconds. */
  at: number;
  direction: 'sent' | 'received';
  type: 'call' | 'result' | 'error' | 'invalid';
  /** The action of the CALL, also on its answer; empty where it cannot be told. */
  action: string;
  messageId: string;
  payload: unknown;
  /** On CALLERROR. */
  error?: { code: string; description: string };
  /** On answers: milliseconds since the CALL. */
  durationMs?: number;
  /** Rules of the specification that the CSMS broke with it (see violations.ts). */
  violations?: string[];
  /** What a tester's network faults did to it on the way. */
  networkFaults?: string[];
  /** What a tester's behaviour made of it. */
  behaviour?: string[];
}

/** What a watcher of the charger may want to know besides frames. */
export type ChargerEvent =
  | { kind: 'frame'; frame: LoggedFrame }
  | { kind: 'link'; at: number; state: 'up' | 'down'; reason?: LinkDownKind; detail?: string }
  | { kind: 'registration'; at: number; status: string }
  | { kind: 'status'; at: number; evseId: number; connectorId: number; status: string; errorCode: string }
  /** `lost`: a message that tells of its start or its end was given up, so that the CSMS will not learn of it. */
  | { kind: 'transaction'; at: number; id: string; change: 'started' | 'ended' | 'lost' }
  /** A CALL of the charger's that the CSMS has not answered in time, or before the connection ended. */
  | { kind: 'unanswered'; at: number; action: string; why: 'timeout' | 'disconnected' }
  /** The CSMS broke a rule of the specification; `section` says which. */
  | { kind: 'violation'; at: number; rule: string; section: string; action: string; messageId: string; detail: string }
  /** Something odd that is not fatal: a late answer, a dropped message. */
  | { kind: 'note'; at: number; level: 'info' | 'warn'; text: string };

export type Effect =
  /** Send one text frame. With `durable`, only after the document as it is now has been saved. */
  | { kind: 'send'; text: string; durable: boolean }
  /** Save the document soon (next group commit): something happened that must not be forgotten, though no frame waits for it. */
  | { kind: 'save' }
  | { kind: 'openLink' }
  /** Close politely, or `abrupt`: cut the TCP connection without a close frame. `linkDown` is not reported back. */
  | { kind: 'closeLink'; abrupt: boolean }
  /** A network fault: from here on every byte vanishes, both ways, and nobody is told. */
  | { kind: 'freezeLink' }
  /** A network fault: the connection breaks, in the middle of this frame if one is given; `linkDown` is reported back. */
  | { kind: 'breakLink'; text?: string }
  /** The ping interval of the open link changed; seconds, 0: none. */
  | { kind: 'ping'; intervalSeconds: number }
  /** A command's outcome. `durable`: the document must be saved before anyone hears of it. */
  | { kind: 'settle'; id: string; outcome: Outcome; durable: boolean }
  /** Do this outside, once the document that names it is saved; `taskDone` brings the outcome. */
  | { kind: 'startTask'; id: string; task: Task }
  /** Stop doing it: nobody waits for the outcome any more. */
  | { kind: 'cancelTask'; id: string }
  | { kind: 'record'; event: ChargerEvent };
