// The same done to many chargers, a few at a time, so that thousands neither take forever nor drown the host; what went wrong is kept by charger.
import { ApiError } from './client';

export interface BulkState {
  label: string;
  done: number;
  of: number;
  /** Of those that are done: there was nothing to do. */
  skipped: number;
  failed: readonly { id: string; why: string }[];
  /** What is worth telling of those that went well. */
  told: readonly { id: string; what: string }[];
  state: 'running' | 'cancelled' | 'over';
  /** Asked for and not answered yet: once it is cancelled, nobody waits for it any more. */
  underWay: number;
}

/** What doing it to one charger came to; nothing: it went well. */
export type Done = { skipped: true } | { told: string } | undefined;

// Browsers open six connections to one host.
const atOnce = 6;
const tellEveryMs = 100;

/** Does it to each; resolves when all are done, or at once when it is cancelled. `tell` is called now and then, and at the end. */
export async function runBulk<T>(
  label: string,
  items: readonly T[],
  idOf: (item: T) => string,
  act: (item: T) => Promise<Done>,
  signal: AbortSignal,
  tell: (state: BulkState) => void,
): Promise<BulkState> {
  const failed: { id: string; why: string }[] = [];
  const told: { id: string; what: string }[] = [];
  let [next, done, skipped, underWay, lastTold] = [0, 0, 0, 0, 0];
  const now = (state: BulkState['state']): BulkState => ({
    label,
    done,
    of: items.length,
    skipped,
    failed: [...failed],
    told: [...told],
    state,
    underWay,
  });

  async function perform(item: T): Promise<void> {
    underWay += 1;
    try {
      const came = await act(item);
      if (came && 'skipped' in came) skipped += 1;
      else if (came) told.push({ id: idOf(item), what: came.told });
    } catch (error) {
      failed.push({ id: idOf(item), why: wordsOf(error) });
    }
    done += 1;
    underWay -= 1;
    if (signal.aborted) return;
    if (Date.now() - lastTold < tellEveryMs) return;
    lastTold = Date.now();
    tell(now('running'));
  }

  async function worker(): Promise<void> {
    for (let item = items[next++]; item !== undefined && !signal.aborted; item = items[next++]) await perform(item);
  }

  tell(now('running'));
  const cancelled = new Promise((resolve) => signal.addEventListener('abort', resolve));
  await Promise.race([Promise.all(Array.from({ length: atOnce }, worker)), cancelled]);
  const last = now(done < items.length ? 'cancelled' : 'over');
  tell(last);
  return last;
}

function wordsOf(error: unknown): string {
  return error instanceof ApiError ? `${error.title}: ${error.message}` : String(error);
}
