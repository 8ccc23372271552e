// Answers to CSMS calls that follow from a task: they leave when the task has ended, over the connection that the call came over.
import { setBehaviour } from '../../lib/charger/behaviour';
import type { Charger } from '../../lib/charger/charger';
import { newContext } from '../../lib/charger/context';
import { buildCharger } from '../../lib/charger/create';
import type { Effect } from '../../lib/charger/effect';
import { answerOwed, receive } from '../../lib/charger/incoming';
import { needsLink } from '../../lib/charger/link';
import { AnswerLater } from '../../lib/charger/owed-answers';
import { step } from '../../lib/charger/step';
import { dialectV16 } from '../../lib/charger/v16/dialect';

const start = Date.UTC(2026, 0, 5, 8, 0, 0);
const dialect = {
  ...dialectV16,
  handlers: { ...dialectV16.handlers, ClearCache: () => new AnswerLater('errand/1') },
};

function asked(): Charger {
  const charger = buildCharger({ id: 'CP-1', protocol: 'ocpp1.6', csms: { url: 'ws://csms.test' } }, start);
  step(charger, { kind: 'command', id: 'c', command: { kind: 'connect' }, timeoutMs: 1_000_000 }, start);
  step(charger, { kind: 'linkUp', nonce: 'n1' }, start);
  const { context } = contextOf(charger, start);
  receive(context, JSON.stringify([2, 'csms-1', 'ClearCache', {}]));
  return JSON.parse(JSON.stringify(charger)) as Charger;
}

function contextOf(charger: Charger, now: number) {
  const context = newContext(charger, dialect, now, now);
  return { context, effects: context.effects };
}

const sent = (effects: Effect[]) => effects.flatMap((effect) => (effect.kind === 'send' ? [effect.text] : []));

describe('OCPP-J 1.6 §4.1.1: an answer that takes its time', () => {
  it('is sent under the id of its call, once, and logged with the time it took', () => {
    const charger = asked();
    const { context, effects } = contextOf(charger, start + 5_000);
    expect(answerOwed(context, 'errand/1', { status: 'Accepted' })).toBe(true);
    expect(sent(effects)).toEqual(['[3,"csms-1",{"status":"Accepted"}]']);
    expect(effects).toContainEqual({
      kind: 'record',
      event: { kind: 'frame', frame: expect.objectContaining({ messageId: 'csms-1', durationMs: 5_000 }) },
    });
    expect(answerOwed(context, 'errand/1', { status: 'Accepted' })).toBe(false);
    expect(sent(effects)).toHaveLength(1);
    expect(charger.owed).toBeUndefined();
  });

  it('keeps the connection of a charger that has nothing else to do', () => {
    const charger = asked();
    delete charger.calls.inFlight;
    charger.commands = {};
    delete charger.bootDue;
    expect(needsLink(charger, start)).toBe(true);
    delete charger.owed;
    expect(needsLink(charger, start)).toBe(false);
  });

  it('has the fields that a tester wants in it, as an answer at once would', () => {
    const charger = asked();
    delete charger.owed;
    const asking = contextOf(charger, start).context;
    setBehaviour(asking, { incoming: [{ action: 'ClearCache', fields: { status: 'Odd', extra: 1 } }] });
    receive(asking, JSON.stringify([2, 'csms-2', 'ClearCache', {}]));
    const { context, effects } = contextOf(JSON.parse(JSON.stringify(charger)) as Charger, start + 5_000);
    expect(answerOwed(context, 'errand/1', { status: 'Accepted', kept: true })).toBe(true);
    expect(sent(effects)).toEqual(['[3,"csms-2",{"status":"Odd","kept":true,"extra":1}]']);
  });

  it('is not sent over another connection', () => {
    const charger = asked();
    step(charger, { kind: 'linkDown', reason: 'cut', detail: '' }, start + 1_000);
    step(charger, { kind: 'linkUp', nonce: 'n2' }, start + 2_000);
    const { context, effects } = contextOf(charger, start + 5_000);
    expect(answerOwed(context, 'errand/1', { status: 'Accepted' })).toBe(false);
    expect(sent(effects)).toEqual([]);
  });
});
