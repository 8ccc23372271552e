// The pure core as drivers use it, gathered in one value so that a test can put another in its place.
import type { Charger } from '../charger/charger';
import { dialTarget, hasWork, needsLink, wantsHold } from '../charger/link';
import { nextDeadline, step } from '../charger/step';
import { listTransactions, statuses } from '../charger/view';
import type { Core } from './world';

export const realCore: Core = {
  step,
  nextDeadline,
  needsLink,
  hasWork,
  wantsHold,
  dialTarget,
  statuses,
  running,
};

/** What deleting the charger now would end, in words. */
function running(charger: Charger, now: number): string[] {
  const transactions = listTransactions(charger, now).filter(({ state }) => state === 'running');
  const ended = transactions.map(({ id, transactionId }) => `transaction ${transactionId ?? id}`);
  return charger.link.state === 'up' ? [...ended, 'connection'] : ended;
}
