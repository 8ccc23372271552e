// What the CSMS does against the specification: counted by rule, the latest few remembered, named on the frame that shows it. Which
// rules there are, and where they stand, is the dialect's table; who notices is whoever handles the frame.
import type { Charger } from './charger';
import { type Context, note, record } from './context';
import type { Dialect } from './dialect';
import { dialectOf } from './dialects';
import { maskUrls } from './url-secrets';

/** One rule that a CSMS can break. */
export interface Rule {
  /** Where it stands; by the action of the message where each has a section of its own. */
  section: string | ((action: string) => string);
  /** What it asks of the CSMS. */
  words: string;
}

/** Rules that are noticed outside the dialects: each has them in its table. */
export type CoreRule =
  | 'wrongSubprotocol'
  | 'malformedFrame'
  | 'unknownMessageType'
  | 'badMessageId'
  | 'malformedCall'
  | 'malformedAnswer'
  | 'messageIdReused'
  | 'callInParallel'
  | 'unknownAnswer'
  | 'repeatedAnswer'
  | 'unknownErrorCode'
  | 'incompleteCallError'
  | 'unknownAction'
  | 'wrongDirection'
  | 'callSchema'
  | 'answerSchema'
  | 'callWhileRejected';

export interface Violation {
  rule: string;
  /** Epoch milliseconds. */
  at: number;
  /** Of the message, as far as it can be told. */
  action?: string;
  messageId?: string;
  detail: string;
}

export interface Violations {
  /** How often, by rule. */
  counts: Record<string, number>;
  /** The latest, oldest first. */
  latest: Violation[];
}

/** They are part of the document, which has to stay small. */
const latestMost = 10;
const detailMost = 200;
const nameMost = 50;

/**
 * Records that the CSMS has broken a rule of the dialect's table with the frame that is being taken (`context.received`). `detail` says
 * how, without values that may be secret.
 */
export function violate(context: Context, rule: string, detail: string): void {
  const { charger, dialect, wall: at, received } = context;
  if (charger.link.mangled) return;
  const action = (received?.action ?? '').slice(0, nameMost);
  const messageId = (received?.messageId ?? '').slice(0, nameMost);
  const said = maskUrls(detail).slice(0, detailMost);
  remember(charger, {
    rule,
    at,
    ...(action === '' ? {} : { action }),
    ...(messageId === '' ? {} : { messageId }),
    detail: said,
  });
  nameOn(context, rule);
  const section = sectionOf(dialect, rule, action);
  record(context, { kind: 'violation', at, rule, section, action, messageId, detail: said });
  note(context, 'warn', `against ${section} (${rule}): ${said}`);
}

function remember(charger: Charger, violation: Violation): void {
  charger.violations ??= { counts: {}, latest: [] };
  const { counts, latest } = charger.violations;
  counts[violation.rule] = (counts[violation.rule] ?? 0) + 1;
  latest.push(violation);
  if (latest.length > latestMost) latest.shift();
}

function nameOn({ received }: Context, rule: string): void {
  if (!received) return;
  received.violations ??= [];
  if (!received.violations.includes(rule)) received.violations.push(rule);
}

/** @throws Error for a rule that the table does not have: a slip of ours */
function ruleOf(dialect: Dialect, id: string): Rule {
  const rule = dialect.rules[id];
  if (!rule) throw new Error(`${dialect.protocol} has no rule ${id}`);
  return rule;
}

/** Where the rule stands, for a message of this action. */
export function sectionOf(dialect: Dialect, id: string, action: string): string {
  const { section } = ruleOf(dialect, id);
  return typeof section === 'string' ? section : section(action);
}

/** Forgets what there was. */
export function clearViolations(charger: Charger): void {
  delete charger.violations;
}

/** How many there were, of all rules. */
export function countViolations({ violations }: Charger): number {
  return Object.values(violations?.counts ?? {}).reduce((sum, count) => sum + count, 0);
}

export interface ViolationView {
  rule: string;
  section: string;
  at: string;
  action?: string;
  messageId?: string;
  detail: string;
}

export interface RuleCount {
  rule: string;
  section: string;
  words: string;
  count: number;
}

/** The latest, newest first. */
export function listViolations(charger: Charger): ViolationView[] {
  const dialect = dialectOf(charger);
  const latest = [...(charger.violations?.latest ?? [])].reverse();
  return latest.map(({ at, ...violation }) => ({
    ...violation,
    section: sectionOf(dialect, violation.rule, violation.action ?? ''),
    at: new Date(at).toISOString(),
  }));
}

/** Every rule that was broken, most often first. */
export function countByRule(charger: Charger): RuleCount[] {
  const dialect = dialectOf(charger);
  const counts = Object.entries(charger.violations?.counts ?? {}).sort(([, one], [, other]) => other - one);
  return counts.map(([rule, count]) => {
    const { words } = ruleOf(dialect, rule);
    return { rule, section: sectionOf(dialect, rule, ''), words, count };
  });
}
