// What can happen to a charger: a small closed set.
import type { LinkDownKind } from './charger';
import type { Command } from './command';

export type Input =
  /** The WebSocket is open. `nonce` is unique per connection (a few random characters) and prefixes message ids. */
  | { kind: 'linkUp'; nonce: string }
  /** The WebSocket is closed, was cut, or could not be opened. */
  | { kind: 'linkDown'; reason: LinkDownKind; detail: string }
  /** One text frame from the CSMS. */
  | { kind: 'frame'; text: string }
  /** What a person or a test asks. Settled exactly once, by a `settle` effect with the same id. */
  | { kind: 'command'; id: string; command: Command; timeoutMs: number }
  /** A deadline may be due. Harmless when none is. */
  | { kind: 'wake' };
