// What makes the hub strict: an orchestrator has to do the same from the same history, and may only add to what it did.
import { isDeepStrictEqual } from 'node:util';
import type { Instance } from './instance';
import { type Action, flatten, type OrchestratorState } from './wire';

/** An orchestrator broke a rule that Azure would answer with a hang. */
export class OrchestratorRuleError extends Error {
  override name = 'OrchestratorRuleError';
}

const show = (value: unknown) => JSON.stringify(value, undefined, 2);

/** @throws OrchestratorRuleError with both outcomes of one history */
export function requireSame(instance: Instance, first: OrchestratorState, second: OrchestratorState): void {
  if (isDeepStrictEqual(first, second)) return;
  const what = `${instance.name} (${instance.id}) is not deterministic: the same history gave`;
  throw new OrchestratorRuleError(`${what}\n${show(first)}\nand then\n${show(second)}`);
}

const comparable = ({ isCanceled: _, ...action }: Action) => action;

/** @throws OrchestratorRuleError when what was done before is not what is done now */
export function requireContinuation(instance: Instance, state: OrchestratorState): void {
  const now = flatten(state.actions.flat());
  const before = instance.actions;
  const kept = before.every((action, at) => isDeepStrictEqual(comparable(action), comparable(now[at] ?? action)));
  if (kept && now.length >= before.length) return;
  const what = `${instance.name} (${instance.id}) is not deterministic: the last episode did`;
  throw new OrchestratorRuleError(
    `${what}\n${show(before)}\nand the next, from the same history and more,\n${show(now)}`,
  );
}

/** @throws OrchestratorRuleError when a timer is left running: Azure would not complete before it has fired */
export function requireTimersEnded(instance: Instance): void {
  const left = [...instance.open.values()].find(({ kind }) => kind === 'timer');
  if (!left) return;
  const what = `${instance.name} (${instance.id}) ended while a timer runs that it did not cancel`;
  throw new OrchestratorRuleError(`${what}: ${show(left.action)}`);
}
