// Deadlines of every charger in this process: one heap, one timer. What happens when one is due is the caller's matter.
import type { Clock, Keeper } from './ports';

/** The one timer a process needs, so that tests can run on a virtual clock. */
export interface Timer {
  /** Calls `fn` once, at or soon after `at` (epoch ms). */
  set(at: number, fn: () => void): unknown;
  clear(handle: unknown): void;
}

/** setTimeout takes 31 bits of milliseconds; beyond, the timer is set again when it fires early. */
const longestDelayMs = 2 ** 31 - 1;

/** The real timer. */
export const systemTimer: Timer = {
  set: (at, fn) => setTimeout(fn, Math.min(Math.max(0, at - Date.now()), longestDelayMs)),
  clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

export interface HeapKeeper extends Keeper {
  /** Deadlines known, for metrics. */
  size(): number;
  /** The charger's deadline, if one is known. */
  at(chargerId: string): number | undefined;
  /** Chargers that have one. */
  ids(): Iterable<string>;
  stop(): void;
}

/** `heapAt` orders the heap and never lies after `at`: a later wish is only noted, and met when the old one comes up. */
interface Entry {
  id: string;
  at: number;
  heapAt: number;
  index: number;
}

/**
 * Keeps one deadline per charger and calls `onDue` when it has passed; the charger is then forgotten until scheduled again.
 * Moving a deadline later, the usual case (a call's time limit set and lifted), costs no heap operation.
 */
export function createHeapKeeper(clock: Clock, timer: Timer, onDue: (id: string) => void): HeapKeeper {
  const entries = new Map<string, Entry>();
  const heap: Entry[] = [];
  let handle: unknown;
  let timerAt = Number.POSITIVE_INFINITY;
  let stopped = false;

  function arm(): void {
    const first = heap[0];
    if (stopped || !first || first.heapAt >= timerAt) return;
    if (handle !== undefined) timer.clear(handle);
    timerAt = first.heapAt;
    handle = timer.set(timerAt, fire);
  }

  function fire(): void {
    handle = undefined;
    timerAt = Number.POSITIVE_INFINITY;
    const now = clock();
    const due: string[] = [];
    for (let first = heap[0]; first && first.heapAt <= now; first = heap[0]) {
      if (first.at <= now) {
        drop(first);
        due.push(first.id);
      } else {
        postpone(first);
      }
    }
    for (const id of due) onDue(id);
    arm();
  }

  function drop(entry: Entry): void {
    entries.delete(entry.id);
    removeFirst(heap);
  }

  function postpone(entry: Entry): void {
    if (entry.at === Number.POSITIVE_INFINITY) {
      drop(entry);
      return;
    }
    entry.heapAt = entry.at;
    siftDown(heap, entry);
  }

  return {
    schedule(id, at) {
      const wanted = at ?? Number.POSITIVE_INFINITY;
      const entry = entries.get(id);
      if (!entry) {
        if (at === undefined) return;
        const added = { id, at, heapAt: at, index: heap.length };
        entries.set(id, added);
        heap.push(added);
        siftUp(heap, added);
      } else {
        entry.at = wanted;
        if (wanted >= entry.heapAt) return;
        entry.heapAt = wanted;
        siftUp(heap, entry);
      }
      arm();
    },
    size: () => entries.size,
    at(id) {
      const at = entries.get(id)?.at;
      return at === Number.POSITIVE_INFINITY ? undefined : at;
    },
    *ids() {
      for (const { id, at } of entries.values()) if (at !== Number.POSITIVE_INFINITY) yield id;
    },
    stop() {
      stopped = true;
      if (handle !== undefined) timer.clear(handle);
      handle = undefined;
    },
  };
}

function place(heap: Entry[], entry: Entry, index: number): void {
  heap[index] = entry;
  entry.index = index;
}

function siftUp(heap: Entry[], entry: Entry): void {
  let at = entry.index;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above];
    if (!parent || parent.heapAt <= entry.heapAt) break;
    place(heap, parent, at);
    at = above;
  }
  place(heap, entry, at);
}

function siftDown(heap: Entry[], entry: Entry): void {
  let at = entry.index;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    const child = right && left && right.heapAt < left.heapAt ? right : left;
    if (!child || child.heapAt >= entry.heapAt) break;
    const below = child.index;
    place(heap, child, at);
    at = below;
  }
  place(heap, entry, at);
}

function removeFirst(heap: Entry[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  place(heap, last, 0);
  siftDown(heap, last);
}
