// What can happen to a charger: a small closed set.
import type { LinkDownKind } from './charger';
import type { Command } from './command';
import type { LoggedFrame } from './effect';
import type { TlsFault } from './security-events';
import type { TaskOutcome } from './task';

export type Input =
  /** The WebSocket is open. `nonce` is unique per connection (a few random characters) and prefixes message ids; `root` as in LinkState. */
  | { kind: 'linkUp'; nonce: string; root?: string }
  /** The WebSocket is closed, was cut, or could not be opened. */
  | { kind: 'linkDown'; reason: LinkDownKind; detail: string; fault?: TlsFault }
  /** One text frame from the CSMS. */
  | { kind: 'frame'; text: string }
  /** What a person or a test asks. Settled exactly once, by a `settle` effect with the same id. */
  | { kind: 'command'; id: string; command: Command; timeoutMs: number }
  /** What the log has, oldest first, since this command was asked for, which listens for calls of the CSMS. Harmless when it has ended. */
  | { kind: 'logged'; id: string; frames: LoggedFrame[] }
  /** A task has ended. Harmless when it has been cancelled meanwhile. */
  | { kind: 'taskDone'; id: string; outcome: TaskOutcome }
  /** Whoever did the tasks in the document is gone. */
  | { kind: 'tasksLost' }
  /** A deadline may be due. Harmless when none is. */
  | { kind: 'wake' };
