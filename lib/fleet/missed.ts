// Frames of a run's chargers that no slice has counted: of a process that went before it could write down what it had counted, and of
// others that had a charger between two slices. They are in the message log.
import type { LoggedFrame } from '../charger/effect';
import type { MessageLog } from '../simulator/ports';

/** Up to where the frames of a charger are counted: the time of the last one, and how many have that time. */
export interface Mark {
  at: number;
  count: number;
}

const pageSize = 500;

/** Frames logged after the mark, oldest first. @throws StoreUnavailableError */
export async function missedFrames(
  messages: Pick<MessageLog, 'page'>,
  chargerId: string,
  mark: Mark,
): Promise<LoggedFrame[]> {
  const newestFirst: LoggedFrame[] = [];
  let from: string | undefined;
  do {
    const page = await messages.page(chargerId, { from: mark.at }, pageSize, from);
    for (const frame of page.items) newestFirst.push(frame);
    from = page.continuation;
  } while (from !== undefined);
  let known = mark.count;
  return newestFirst.reverse().filter(({ at }) => {
    if (at !== mark.at || known === 0) return true;
    known -= 1;
    return false;
  });
}
