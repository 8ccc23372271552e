// The message log as pairs: what was asked and what was answered; filters over them.
import type { Frame } from './api-types';

export type Outcome = 'answered' | 'error' | 'no answer' | 'invalid';

export interface Pair {
  key: string;
  at: string;
  /** Who asked. */
  from: 'charger' | 'CSMS';
  action: string;
  outcome: Outcome;
  call?: Frame;
  answer?: Frame;
}

export interface LogFilter {
  text: string;
  action: string;
  from: string;
  outcome: string;
}

const side = { sent: 'charger', received: 'CSMS' } as const;
const other = { sent: 'received', received: 'sent' } as const;

/** Pairs, newest first. A frame that is there twice, from the log and from the feed, counts once. */
export function pairsOf(frames: readonly Frame[]): Pair[] {
  const inOrder = [...frames].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : rank(a) - rank(b)));
  const seen = new Set<string>();
  const open = new Map<string, Pair>();
  const pairs: Pair[] = [];
  for (const frame of inOrder) {
    const { at, direction, type, messageId, action } = frame;
    const identity = `${at} ${direction} ${type} ${messageId}`;
    if (seen.has(identity)) continue;
    seen.add(identity);
    const asked = type === 'call' ? undefined : open.get(`${other[direction]} ${messageId}`);
    if (asked) {
      asked.answer = frame;
      asked.outcome = type === 'error' ? 'error' : type === 'invalid' ? 'invalid' : 'answered';
      open.delete(`${other[direction]} ${messageId}`);
      continue;
    }
    const pair: Pair =
      type === 'call'
        ? { key: identity, at, from: side[direction], action, outcome: 'no answer', call: frame }
        : {
            key: identity,
            at,
            from: side[other[direction]],
            action,
            outcome: type === 'error' ? 'error' : 'invalid',
            answer: frame,
          };
    if (type === 'call') open.set(`${direction} ${messageId}`, pair);
    pairs.push(pair);
  }
  return pairs.reverse();
}

const rank = ({ type }: Frame) => (type === 'call' ? 0 : 1);

export function fitting(pairs: readonly Pair[], { text, action, from, outcome }: LogFilter): Pair[] {
  const wanted = text.toLowerCase();
  return pairs.filter(
    (pair) =>
      (action === '' || pair.action === action) &&
      (from === '' || pair.from === from) &&
      (outcome === '' || pair.outcome === outcome) &&
      (wanted === '' || JSON.stringify([pair.call, pair.answer]).toLowerCase().includes(wanted)),
  );
}
