// What became of a batch's chargers while no slice was at it: whether somebody else had them, and what they said meanwhile.
import type { LoggedFrame } from '../charger/effect';
import { isFree, isHandedOver } from '../simulator/lease';
import type { ChargerStore, Clock, MessageLog } from '../simulator/ports';
import { type Mark, missedFrames } from './missed';
import { forEachOf } from './several';

export interface BetweenPorts {
  chargers: Pick<ChargerStore, 'read'>;
  messages: Pick<MessageLog, 'page'>;
  clock: Clock;
  /** The batch, as leases name it. */
  holder: string;
  mustEnd(): boolean;
  sleepUntil(at: number): Promise<void>;
}

export interface Between {
  /** Numbers of the chargers' leases: one that changes hands gets another. */
  leasesOf(ids: readonly string[]): Promise<Record<string, number>>;
  /**
   * Frames beyond the marks, by charger. `known`: numbers of the leases when the last slice left them in good order; of a charger that
   * still has its number nothing was missed.
   */
  framesOf(
    ids: readonly string[],
    known: Record<string, number> | undefined,
    markOf: (id: string) => Mark,
  ): Promise<Map<string, LoggedFrame[]>>;
}

/** Chargers looked at, and logs read, at the same time. */
const atOnce = 32;
const lookEveryMs = 1_000;

export function createBetween(ports: BetweenPorts): Between {
  const { chargers, messages, clock, holder, mustEnd, sleepUntil } = ports;

  async function leaseOf(id: string) {
    return (await chargers.read(id))?.lease;
  }

  /**
   * Whoever has used a charger while no slice was at the batch keeps it for up to half a minute; once he has let go, no more comes of it.
   * Resolves to the number of its lease.
   */
  async function untilOthersAreGone(id: string): Promise<number> {
    for (;;) {
      const lease = await leaseOf(id);
      if (mustEnd() || isFree(lease, holder, clock()) || isHandedOver(lease)) return lease?.number ?? 0;
      await sleepUntil(clock() + lookEveryMs);
    }
  }

  return {
    async leasesOf(ids) {
      const numbers: Record<string, number> = {};
      await forEachOf(ids, atOnce, async (id) => {
        numbers[id] = (await leaseOf(id))?.number ?? 0;
      });
      return numbers;
    },
    async framesOf(ids, known, markOf) {
      const found = new Map<string, LoggedFrame[]>();
      await forEachOf(ids, atOnce, async (id) => {
        const number = await untilOthersAreGone(id);
        if (known?.[id] !== number) found.set(id, await missedFrames(messages, id, markOf(id)));
      });
      return found;
    },
  };
}
