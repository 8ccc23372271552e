// Who is at a batch: one slice at a time. The batch's document says who, and is written only on condition that nobody else has written it
// since: of two that find nobody at it one gets it, and one that was taken for gone can change nothing any more.
import { StaleError } from '../simulator/ports';
import type { RunPart, Runs, StoredPart } from './run';

/** Thrown to whoever was taken for gone: another slice is at the batch. */
export class LostBatchError extends Error {
  override name = 'LostBatchError';
}

export interface Claim {
  /** As it was found. */
  readonly part: RunPart;
  /** @throws LostBatchError, StoreUnavailableError */
  write(part: RunPart): Promise<void>;
}

/** Makes the batch that of `me` until then. Undefined: somebody else was faster. @throws StoreUnavailableError */
export async function claim(
  found: StoredPart,
  worker: { id: string; until: number },
  runs: Pick<Runs, 'readPartToWrite' | 'replacePart'>,
): Promise<Claim | undefined> {
  const { runId, number } = found;
  let { etag } = found;

  /** A write that failed may have been done all the same: then the document names us, and is ours to write again. */
  async function ownEtag(): Promise<string | undefined> {
    const now = await runs.readPartToWrite(runId, number);
    return now?.part.worker?.id === worker.id ? now.etag : undefined;
  }

  async function write(part: RunPart): Promise<void> {
    try {
      etag = await runs.replacePart(part, etag);
    } catch (error) {
      if (!(error instanceof StaleError)) throw error;
      const own = await ownEtag();
      if (own === undefined) throw new LostBatchError(`another slice is at batch ${number} of run ${runId}`);
      etag = await runs.replacePart(part, own);
    }
  }

  try {
    await write({ ...found.part, worker });
  } catch (error) {
    if (error instanceof LostBatchError) return undefined;
    throw error;
  }
  return { part: found.part, write };
}
