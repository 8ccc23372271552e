// Every message schema of OCPP 1.6 against the official JSON Schema of the same message: by what they say, and by what they do.
import fc from 'fast-check';
import { z } from 'zod';
import { check } from '../../lib/ocpp/check';
import { type MessageV16, messagesV16 } from '../../lib/ocpp/v16/messages';
import { officialV16, type Schema, validatorsV16 } from './official-v16';
import { rulesOf } from './rules';
import { mutations, valid } from './samples';

fc.configureGlobal({ seed: 16 });

const messages: Record<string, MessageV16> = messagesV16;

const ours = new Map<string, z.ZodType>(
  Object.entries(messages).flatMap(([action, { request, response }]) => [
    [`${action}.req`, request] as const,
    [`${action}.conf`, response] as const,
  ]),
);

interface Difference {
  /** Who has the rule that the other has not. */
  only: 'ours' | 'official';
  rule: RegExp;
  /** The messages concerned, all of them; left out: any that has such a rule, one at least. */
  messages?: string[];
  reason: string;
}

const deliberate: Difference[] = [
  {
    only: 'ours',
    rule: /\.unit allows "Hertz"$/,
    messages: ['MeterValues.req', 'StopTransaction.req'],
    reason: 'OCPP 1.6 errata 4.0, 3.84: the unit of the measurand Frequency is Hertz, which the schemas forgot',
  },
  {
    only: 'ours',
    rule: / (minimum -|maximum )9007199254740991$/,
    reason: 'larger integers do not survive JSON in JavaScript; 1.6 sets no bounds',
  },
];

function only(mine: readonly string[], other: readonly string[]): string[] {
  const others = new Set(other);
  return mine.filter((rule) => !others.has(rule));
}

function differences(name: string): Record<Difference['only'], string[]> {
  // As input: as output, an object that merely drops unknown fields looks like one that refuses them.
  const { $schema: _, ...schema } = z.toJSONSchema(required(ours, name), { io: 'input' }) as Schema;
  const [mine, theirs] = [rulesOf(schema), rulesOf(required(officialV16, name))];
  return { ours: only(mine, theirs), official: only(theirs, mine) };
}

function required<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}

const names = [...officialV16.keys()];

describe('the messages of OCPP 1.6', () => {
  it('are the 39 actions of the official schemas, request and response each', () => {
    expect([...ours.keys()].sort()).toEqual([...names].sort());
    expect(names).toHaveLength(78);
  });

  it('OCPP 1.6 §4 and the security whitepaper: those that a charger initiates', () => {
    expect(initiatedBy('charger')).toEqual([
      ...['Authorize', 'BootNotification', 'DiagnosticsStatusNotification', 'FirmwareStatusNotification', 'Heartbeat'],
      ...['LogStatusNotification', 'MeterValues', 'SecurityEventNotification', 'SignCertificate'],
      ...['SignedFirmwareStatusNotification', 'StartTransaction', 'StatusNotification', 'StopTransaction'],
    ]);
  });

  it('OCPP 1.6 §4.3, §5.6: DataTransfer goes both ways, the other 25 come from the CSMS', () => {
    expect(initiatedBy('both')).toEqual(['DataTransfer']);
    expect(initiatedBy('csms')).toHaveLength(25);
  });

  it.each([
    ['Core', 16],
    ['FirmwareManagement', 4],
    ['LocalAuthListManagement', 2],
    ['Reservation', 2],
    ['SmartCharging', 3],
    ['RemoteTrigger', 1],
    ['Security', 11],
  ])('OCPP 1.6 §3.3: profile %s has %d messages', (profile, count) => {
    expect(Object.values(messages).filter((message) => message.profile === profile)).toHaveLength(count);
  });
});

function initiatedBy(side: MessageV16['from']): string[] {
  return Object.keys(messages)
    .filter((action) => messages[action]?.from === side)
    .sort();
}

describe('by what they say: fields, types, enumerations, lengths, bounds, formats, unknown fields', () => {
  const unexplained = (name: string, side: Difference['only']) => (rule: string) =>
    !deliberate.some((d) => d.only === side && d.rule.test(rule) && (d.messages?.includes(name) ?? true));

  it.each(names)('%s says what the official schema says', (name) => {
    const found = differences(name);
    expect({
      ours: found.ours.filter(unexplained(name, 'ours')),
      official: found.official.filter(unexplained(name, 'official')),
    }).toEqual({ ours: [], official: [] });
  });

  it.each(deliberate)('the difference $rule is still one: $reason', ({ only: side, rule, messages: listed }) => {
    const concerned = names.filter((name) => differences(name)[side].some((found) => rule.test(found)));
    if (listed) expect(concerned.sort()).toEqual([...listed].sort());
    else expect(concerned).not.toEqual([]);
  });
});

describe('by what they do: the same payloads pass', () => {
  it.each(names)('%s takes what the official schema takes', (name) => {
    const schema = required(officialV16, name);
    const validate = required(validatorsV16, name);
    fc.assert(
      fc.property(valid(schema), (payload) => {
        expect(validate(payload)).toBe(true);
        expect(check(required(ours, name), payload)).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it.each(names)('%s refuses what the official schema refuses, field by field', (name) => {
    const validate = required(validatorsV16, name);
    const verdicts = mutations(required(officialV16, name)).map(({ what, payload }) => ({
      what,
      official: validate(payload),
      ours: check(required(ours, name), payload) === undefined,
    }));
    expect(verdicts.filter((verdict) => verdict.ours !== verdict.official)).toEqual([]);
    expect(verdicts.filter((verdict) => !verdict.official).length).toBeGreaterThan(5);
  });
});
