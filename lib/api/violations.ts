// Operations on what the CSMS has done against the specification. The rules are in the dialects of lib/charger.
import { z } from 'zod';
import { countByRule, listViolations as latestOf, type ViolationView } from '../charger/violations';
import { existing } from './chargers';
import { chargerId, time } from './fields';
import { defineOperation, waited } from './operation';
import { answered, commandProblems } from './outcome';

const subject = 'Violations';

const violationSchema = z
  .strictObject({
    rule: z.string(),
    section: z.string().describe('The section that it goes against.'),
    at: z.iso.datetime(),
    action: z.string().optional().describe('The action of the message; absent where it cannot be told.'),
    messageId: z.string().optional(),
    detail: z.string(),
  })
  .meta({ id: 'Violation', description: 'What the CSMS did against the specification.' });

const countSchema = z.strictObject({
  rule: z.string(),
  section: z.string(),
  words: z.string().describe('What the rule asks of a CSMS.'),
  count: z.number().describe('How often it was broken since the violations were last cleared.'),
});

const example: ViolationView = {
  rule: 'missingIdTagInfo',
  section: 'OCPP 1.6 §6.46',
  at: '2025-01-31T12:00:00.000Z',
  action: 'StartTransaction',
  messageId: 'k3f9-7',
  detail: 'the answer to StartTransaction: idTagInfo is missing',
};

const name = z.string().min(1).max(100);

export const listViolations = defineOperation({
  name: 'listViolations',
  method: 'GET',
  route: 'chargers/{chargerId}/violations',
  subject,
  summary: 'What the CSMS has done against the specification',
  description:
    'Every rule that was broken with how often, and the latest 10 violations, newest first. A filter chooses among those. Frames in an ' +
    'exchange and in the message log name the rules that they break.',
  input: {
    chargerId,
    rule: name.optional(),
    action: name.optional(),
    from: time.optional().describe('The earliest time, inclusive.'),
  },
  output: z.strictObject({
    total: z.number().describe('Of all rules, or of the one asked for.'),
    rules: z.array(countSchema),
    violations: z.array(violationSchema),
  }),
  problems: ['unknown-charger'],
  example: {
    input: { chargerId: 'CP-1', rule: 'missingIdTagInfo' },
    output: {
      total: 3,
      rules: [
        { rule: example.rule, section: 'OCPP 1.6 §6', words: 'The response tells the status of the idTag', count: 3 },
      ],
      violations: [example],
    },
  },
  async run({ chargerId: id, ...filter }, call) {
    const { charger } = await existing(call, id);
    const rules = countByRule(charger).filter(({ rule }) => filter.rule === undefined || rule === filter.rule);
    const total = rules.reduce((sum, { count }) => sum + count, 0);
    const violations = latestOf(charger).filter((violation) => matches(violation, filter));
    return { body: { total, rules, violations } };
  },
});

interface Filter {
  rule?: string | undefined;
  action?: string | undefined;
  from?: string | undefined;
}

function matches(violation: ViolationView, { rule, action, from }: Filter): boolean {
  if (rule !== undefined && violation.rule !== rule) return false;
  if (action !== undefined && violation.action !== action) return false;
  return from === undefined || Date.parse(violation.at) >= Date.parse(from);
}

export const clearViolations = defineOperation({
  name: 'clearViolations',
  method: 'DELETE',
  route: 'chargers/{chargerId}/violations',
  subject,
  summary: 'Forgets the violations so far',
  waits: true,
  input: { chargerId },
  output: waited({ cleared: z.number().describe('How many there were.') }),
  problems: commandProblems,
  example: { input: { chargerId: 'CP-1' }, output: { cleared: 3, exchange: [], violations: 0 } },
  async run({ chargerId: id }, call) {
    return answered(await call.submit(id, { kind: 'clearViolations' }));
  },
});

export const violationOperations = [listViolations, clearViolations];
