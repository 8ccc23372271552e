// The message log as pairs: what was asked and what was answered, of one charger or of several; filters over them.
import type { Frame } from './api-types';

export type Outcome = 'answered' | 'error' | 'no answer' | 'invalid';

/** A frame, and whose it is. */
export interface LogFrame {
  chargerId: string;
  frame: Frame;
}

export interface Pair {
  key: string;
  chargerId: string;
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
  /** Only what broke a rule. */
  broken: boolean;
  /** Only what network faults or a behaviour had a hand in. */
  bent: boolean;
  /** ISO 8601, inclusive; empty: from the beginning, until now. */
  since: string;
  until: string;
}

const side = { sent: 'charger', received: 'CSMS' } as const;
const other = { sent: 'received', received: 'sent' } as const;
const outcomes = { result: 'answered', error: 'error', invalid: 'invalid', call: 'no answer' } as const;

/** Pairs, newest first, of frames that come oldest first where their times are the same. A frame that is there twice, from the log and from the feed, counts once. */
export function pairsOf(frames: readonly LogFrame[]): Pair[] {
  const inOrder = [...frames].sort(byTime);
  const seen = new Set<string>();
  const open = new Map<string, Pair>();
  const pairs: Pair[] = [];
  for (const { chargerId, frame } of inOrder) {
    const { at, direction, type, messageId, action } = frame;
    const key = keyOf({ chargerId, frame });
    if (seen.has(key)) continue;
    seen.add(key);
    const call = `${chargerId} ${type === 'call' ? direction : other[direction]} ${messageId}`;
    const asked = type === 'call' ? undefined : open.get(call);
    if (asked) {
      asked.answer = frame;
      asked.outcome = outcomes[type];
      open.delete(call);
      continue;
    }
    const mine = { key, chargerId, at, action };
    const pair: Pair =
      type === 'call'
        ? { ...mine, from: side[direction], outcome: 'no answer', call: frame }
        : { ...mine, from: side[other[direction]], outcome: type === 'error' ? 'error' : 'invalid', answer: frame };
    if (type === 'call') open.set(call, pair);
    pairs.push(pair);
  }
  return pairs.reverse();
}

/** The same for a frame that is there twice. */
export function keyOf({ chargerId, frame: { at, direction, type, messageId } }: LogFrame): string {
  return `${chargerId} ${at} ${direction} ${type} ${messageId}`;
}

function byTime({ frame: a }: LogFrame, { frame: b }: LogFrame): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : rank(a) - rank(b);
}

const rank = ({ type }: Frame) => (type === 'call' ? 0 : 1);

/** Its frames, in the order of time. */
export const framesOf = ({ call, answer }: Pair): Frame[] => [call, answer].filter((frame) => frame !== undefined);

/** Rules that were broken with it. */
export const brokenBy = (pair: Pair): string[] => framesOf(pair).flatMap(({ violations = [] }) => violations);

/** What network faults and behaviours did to it. */
export const bentBy = (pair: Pair): string[] =>
  framesOf(pair).flatMap(({ networkFaults = [], behaviour = [] }) => [...networkFaults, ...behaviour]);

export function fitting(pairs: readonly Pair[], filter: LogFilter): Pair[] {
  const { text, action, from, outcome, broken, bent, since, until } = filter;
  const wanted = text.toLowerCase();
  const [earliest, latest] = [Date.parse(since), Date.parse(until)];
  return pairs.filter(
    (pair) =>
      (action === '' || pair.action === action) &&
      (from === '' || pair.from === from) &&
      (outcome === '' || pair.outcome === outcome) &&
      (!broken || brokenBy(pair).length > 0) &&
      (!bent || bentBy(pair).length > 0) &&
      !(Date.parse(pair.at) < earliest) &&
      !(Date.parse(pair.at) > latest) &&
      (wanted === '' || JSON.stringify([pair.call, pair.answer]).toLowerCase().includes(wanted)),
  );
}

/** Lines of JSON, oldest first: as the API gives them, each with its charger where there are several. */
export function ndjsonOf(pairs: readonly Pair[], named: boolean): string {
  const frames = pairs
    .toReversed()
    .flatMap((pair) => framesOf(pair).map((frame) => ({ chargerId: pair.chargerId, frame })));
  const lines = frames
    .sort(byTime)
    .map(({ chargerId, frame }) => JSON.stringify(named ? { chargerId, ...frame } : frame));
  return lines.map((line) => `${line}\n`).join('');
}
