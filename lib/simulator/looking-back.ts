// Commands that listen for calls of the CSMS hear them from the moment they were asked for, not from when they reached whoever holds the
// charger: what came in between stands in the message log. What of it matches is the charger's to say.
import type { LoggedFrame } from '../charger/effect';
import type { Session } from './session';
import type { Submission } from './submission';

/** Frames of one action that are looked through, the newest. */
const framesAtMost = 1_000;

/** Shows a command that listens what was logged since it was asked for. Never throws: it goes on listening all the same. */
export async function lookBack(session: Session, submission: Submission): Promise<void> {
  const { world, charger } = session;
  const { id, command, since } = submission;
  // Alone, this process has held the charger all the time.
  if (world.soleOwner || command.kind !== 'awaitMessage' || world.clock() <= since) return;
  try {
    await session.flushLog();
    const filter = { action: command.action, from: since };
    const { items } = await world.store.messages.page(charger.id, filter, framesAtMost);
    const frames = items.reverse();
    showEarlier(submission.exchange, frames);
    if (frames.some(isCallOfCsms)) session.feed({ kind: 'logged', id, frames });
  } catch (error) {
    world.logger.warn({ message: 'message log not read', chargerId: charger.id, command: id, error: String(error) });
  }
}

function isCallOfCsms({ direction, type }: LoggedFrame): boolean {
  return direction === 'received' && type === 'call';
}

/** Puts frames that an exchange does not have yet in front of it. */
function showEarlier(exchange: LoggedFrame[], frames: readonly LoggedFrame[]): void {
  const there = new Set(exchange.map(nameOf));
  exchange.unshift(...frames.filter((frame) => !there.has(nameOf(frame))));
}

function nameOf({ direction, messageId, type }: LoggedFrame): string {
  return `${direction} ${type} ${messageId}`;
}
