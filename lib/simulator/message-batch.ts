// Frames of one charger between two writes of its message log.
import type { LoggedFrame } from '../charger/effect';
import type { World } from './world';

/** Frames kept for a message log that cannot be written. */
const keptAtMost = 2_000;

export class MessageBatch {
  private frames: LoggedFrame[] = [];
  private writing: Promise<void> | undefined = undefined;

  get isEmpty(): boolean {
    return this.frames.length === 0;
  }

  add(frame: LoggedFrame): void {
    this.frames.push(frame);
  }

  /** Resolves when everything so far is in the log. Never throws: a log that cannot be written is no reason to stop. */
  flush(world: World, chargerId: string): Promise<void> {
    if (this.isEmpty) return this.writing ?? Promise.resolve();
    const frames = this.frames;
    this.frames = [];
    const writing = this.write(world, chargerId, frames).finally(() => {
      if (this.writing === writing) this.writing = undefined;
    });
    this.writing = writing;
    return writing;
  }

  private async write({ store, logger }: World, chargerId: string, frames: LoggedFrame[]): Promise<void> {
    if (this.writing) await this.writing;
    try {
      await store.messages.append(chargerId, frames);
    } catch (error) {
      logger.warn({ message: 'message log not written', chargerId, error: String(error) });
      this.frames = [...frames, ...this.frames].slice(-keptAtMost);
    }
  }
}
