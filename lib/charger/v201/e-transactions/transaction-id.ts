// Ids of transactions: the charger makes them, and no two of any charger may be the same (E01.FR.08: such as a UUID).
import type { Context } from '../../context';
import { random } from '../../random';

const word = 2 ** 32;

/** A UUID of version 4 by the charger's dice and the time: the same charger made anew makes other ids. */
export function newTransactionId({ charger, now }: Context): string {
  const seconds = Math.floor(now / 1000) % word;
  const words = [0, 1, 2, 3].map((at) =>
    ((Math.floor(random(charger) * word) ^ (at === 0 ? seconds : 0)) >>> 0).toString(16).padStart(8, '0'),
  );
  const hex = words.join('');
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
