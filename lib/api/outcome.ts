// What operations that submit a command have in common: their answer and their problems.
import { exchangeOf } from './exchange';
import type { Reply, Submitted } from './operation';
import type { ProblemKind } from './problem';

/** A command's result with the frames exchanged meanwhile. */
export function answered({ result, exchange }: Submitted): Reply {
  return { body: { ...result, ...exchangeOf(exchange) } };
}

export const commandProblems = [
  'unknown-charger',
  'wrong-state',
  'busy',
  'refused-by-csms',
  'unreachable',
  'protocol',
  'timeout',
] as const satisfies readonly ProblemKind[];
