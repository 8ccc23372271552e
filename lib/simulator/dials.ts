// A gate before the network: thousands of chargers that want a connection at once get it in turn, or the CSMS's listen
// queue overflows and every one of them waits for TCP's retransmission.
export interface Dials<T> {
  /** Calls `open` now or when it is this one's turn. */
  enter(who: T): void;
  /** The attempt is over, one way or the other; or it is not wanted any more. */
  leave(who: T): void;
}

export function createDials<T>(atMost: number, open: (who: T) => void): Dials<T> {
  const underWay = new Set<T>();
  const waiting = new Set<T>();
  let filling = false;

  /** An attempt that is over at once leaves its place to this loop: were the next begun from within, thousands would fill the stack. */
  function next(): void {
    if (filling) return;
    filling = true;
    try {
      for (const who of waiting) {
        if (underWay.size >= atMost) return;
        waiting.delete(who);
        underWay.add(who);
        open(who);
      }
    } finally {
      filling = false;
    }
  }

  return {
    enter(who) {
      if (underWay.size >= atMost) {
        waiting.add(who);
        return;
      }
      underWay.add(who);
      open(who);
    },
    leave(who) {
      waiting.delete(who);
      if (underWay.delete(who)) next();
    },
  };
}
