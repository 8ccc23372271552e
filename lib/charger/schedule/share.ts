// One limit for several that charge: who gets how much of it (OCPP 1.6 §3.13.4).

export interface Wish {
  /** What it may take at most. */
  most: number;
  /** What it can do with at least. */
  least: number;
}

/**
 * Shares `total` evenly; what one may not take goes to the others. `wishes` come in order of precedence: while somebody would get
 * less than it can do with, the last such one gets nothing. The same wishes always get the same shares, in their order.
 */
export function share(total: number, wishes: readonly Wish[]): number[] {
  let served = wishes.map((wish, index) => ({ ...wish, index })).filter(({ most, least }) => most >= least);
  for (;;) {
    const shares = evenly(
      total,
      served.map(({ most }) => most),
    );
    const short = served.findLastIndex(({ least }, at) => (shares[at] ?? 0) < least);
    if (short < 0) {
      const found = new Map(served.map(({ index }, at) => [index, shares[at] ?? 0]));
      return wishes.map((_, index) => found.get(index) ?? 0);
    }
    served = served.filter((_, at) => at !== short);
  }
}

/** Whoever takes least is served first, so that what it leaves can be shared. */
function evenly(total: number, most: number[]): number[] {
  const shares = most.map(() => 0);
  let left = total;
  const order = most.map((_, index) => index).sort((a, b) => (most[a] ?? 0) - (most[b] ?? 0));
  order.forEach((index, served) => {
    const part = Math.min(most[index] ?? 0, left / (order.length - served));
    shares[index] = part;
    left -= part;
  });
  return shares;
}
