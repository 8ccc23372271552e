// Exchanges as a sequence diagram: who stands where, which arrows there are; and the same as Mermaid text for a report.
import type { Frame } from './api-types';
import type { Pair } from './log';

export type ArrowKind = 'call' | 'answer' | 'error' | 'lost' | 'late' | 'invalid';

export interface Arrow {
  key: string;
  at: string;
  from: string;
  to: string;
  label: string;
  kind: ArrowKind;
  frame: Frame;
  pair: Pair;
}

export interface Sequence {
  /** Chargers in order of their ids, the CSMS last. */
  lines: string[];
  /** Oldest first. */
  arrows: Arrow[];
}

export const csms = 'CSMS';

/** An answer that takes longer is drawn as a late one. */
export const lateMs = 5_000;

/** Faults after which a frame has not arrived as what it was. */
const losing = new Set(['drop', 'halfOpen', 'cutMidFrame']);

export function sequenceOf(pairs: readonly Pair[]): Sequence {
  const chargers = [...new Set(pairs.map(({ chargerId }) => chargerId))];
  // Within a millisecond, what was asked first is answered first: pairs come newest first.
  const arrows = pairs
    .toReversed()
    .flatMap((pair) => [
      ...(pair.call ? [arrowOf(pair, pair.call, 'call')] : []),
      ...(pair.answer ? [arrowOf(pair, pair.answer, 'answer')] : []),
    ]);
  arrows.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return { lines: [...chargers.sort(), csms], arrows };
}

function arrowOf(pair: Pair, frame: Frame, part: 'call' | 'answer'): Arrow {
  const ends = { charger: pair.chargerId, csms };
  const [from, to] = frame.direction === 'sent' ? [ends.charger, ends.csms] : [ends.csms, ends.charger];
  return {
    ...{ key: `${pair.key} ${part}`, at: frame.at, from, to, frame, pair },
    kind: kindOf(pair, frame),
    label: labelOf(pair, frame),
  };
}

function kindOf(pair: Pair, { type, networkFaults = [], durationMs = 0 }: Frame): ArrowKind {
  if (networkFaults.some((fault) => losing.has(fault))) return 'lost';
  if (type === 'call') return pair.answer ? 'call' : 'lost';
  if (type !== 'result') return type;
  return durationMs > lateMs ? 'late' : 'answer';
}

function labelOf({ action }: Pair, { type, error, durationMs }: Frame): string {
  const took = durationMs === undefined ? '' : ` ${durationMs} ms`;
  if (type === 'call') return action;
  if (type === 'error') return `${error?.code ?? 'CALLERROR'}${took}`;
  return type === 'result' ? `${action} answered${took}` : 'not a valid frame';
}

const mermaidArrows: Record<ArrowKind, string> = {
  call: '->>',
  answer: '-->>',
  error: '--x',
  lost: '-x',
  late: '--)',
  invalid: '--x',
};

const kindWords: Partial<Record<ArrowKind, string>> = { lost: ', no answer', late: ', late', error: ', CALLERROR' };

/** For bug reports: drawn by whatever draws Mermaid. */
export function mermaidOf({ lines, arrows }: Sequence): string {
  const name = (line: string) => `P${lines.indexOf(line)}`;
  const participants = lines.map((line) => `  participant ${name(line)} as ${plain(line)}`);
  const messages = arrows.map(({ from, to, kind, label, at, frame }) => {
    const said = frame.type === 'call' || kind === 'late' ? (kindWords[kind] ?? '') : '';
    return `  ${name(from)}${mermaidArrows[kind]}${name(to)}: ${plain(`${label}${said}`)} (${at.slice(11, 23)})`;
  });
  return ['sequenceDiagram', ...participants, ...messages, ''].join('\n');
}

/** Signs that mean something to Mermaid are written as their numbers. */
const plain = (text: string) => text.replace(/[#;<>{}\r\n]/g, (sign) => `#${sign.charCodeAt(0)};`);
