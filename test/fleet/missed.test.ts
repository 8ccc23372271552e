// Frames that nobody counted while they passed, from the message log: each once, and what they tell.
import type { LoggedFrame } from '../../lib/charger/effect';
import { missedFrames } from '../../lib/fleet/missed';
import { createTally, type Tally } from '../../lib/fleet/tally';
import { createMemoryStore } from '../../lib/store/memory';

const frame = (at: number, messageId: string, more: Partial<LoggedFrame> = {}): LoggedFrame => ({
  at,
  direction: 'sent',
  type: 'call',
  action: 'Heartbeat',
  messageId,
  payload: {},
  ...more,
});

async function logged(frames: LoggedFrame[]) {
  const { messages } = createMemoryStore({ ttlDays: 7 });
  await messages.append('CP-1', frames);
  return messages;
}

const idsOf = (frames: LoggedFrame[]) => frames.map(({ messageId }) => messageId);

describe('what the log has beyond the mark', () => {
  it('is told oldest first, of frames of the same millisecond those that are not counted', async () => {
    const messages = await logged([frame(1, 'a'), frame(2, 'b'), frame(2, 'c'), frame(2, 'd'), frame(3, 'e')]);
    expect(idsOf(await missedFrames(messages, 'CP-1', { at: 2, count: 2 }))).toEqual(['d', 'e']);
    expect(idsOf(await missedFrames(messages, 'CP-1', { at: 3, count: 1 }))).toEqual([]);
    expect(idsOf(await missedFrames(messages, 'CP-1', { at: 0, count: 0 }))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('is read whole, however much it is', async () => {
    const all = Array.from({ length: 1_700 }, (_, n) => frame(n, `m${n}`));
    expect(idsOf(await missedFrames(await logged(all), 'CP-1', { at: 10, count: 1 }))).toEqual(idsOf(all.slice(11)));
  });
});

describe('counted afterwards', () => {
  const open = () => createTally(new Map([['CP-1', { protocol: 'ocpp1.6' as const, link: 'up' }]]));
  const session: LoggedFrame[] = [
    frame(1, 's', { action: 'StartTransaction', payload: { connectorId: 1, meterStart: 100, timestamp: 'T' } }),
    frame(2, 's', {
      action: 'StartTransaction',
      direction: 'received',
      type: 'result',
      payload: { transactionId: 7 },
      durationMs: 1,
    }),
    frame(3, 'e', { action: 'StopTransaction', payload: { transactionId: 7, meterStop: 150 } }),
    frame(4, 'e', { action: 'StopTransaction', direction: 'received', type: 'result', durationMs: 1 }),
  ];
  const resumed = (tally: Tally): Tally => {
    const { actions, violations, transactions } = tally;
    const counts = {
      actions: [...actions.values()],
      violations: [...violations.values()],
      transactions: transactions.count,
      gaps: transactions.gaps,
    };
    const other = open();
    other.resume(JSON.parse(JSON.stringify(tally.state())), counts, false);
    return other;
  };

  it('a session is what it is when it is heard, broken off wherever', () => {
    const heard = open();
    heard.event('CP-1', { kind: 'transaction', at: 0, id: 't', change: 'started' });
    for (const one of session) heard.frame('CP-1', one);
    for (let broken = 0; broken <= session.length; broken++) {
      const first = open();
      if (broken > 0) first.event('CP-1', { kind: 'transaction', at: 0, id: 't', change: 'started' });
      for (const one of session.slice(0, broken)) first.frame('CP-1', one);
      const second = resumed(first);
      for (const one of session.slice(broken)) second.missed('CP-1', one);
      expect(second.transactions.count).toEqual(heard.transactions.count);
      expect([...second.actions].map(([key, { calls, results }]) => [key, calls, results])).toEqual([
        ['charger StartTransaction', 1, 1],
        ['charger StopTransaction', 1, 1],
      ]);
      expect(second.mark('CP-1')).toEqual({ at: 4, count: 1 });
    }
  });

  it('a transaction that had begun, and whose start was said only later, has begun once', () => {
    const first = open();
    first.event('CP-1', { kind: 'transaction', at: 0, id: 't', change: 'started' });
    const second = resumed(first);
    for (const one of session) second.missed('CP-1', one);
    expect(second.transactions.count).toMatchObject({ begun: 1, started: 1, ended: 1 });
  });

  it('a start that is sent again has begun once, too', () => {
    const tally = open();
    const [start, ...rest] = session as [LoggedFrame, ...LoggedFrame[]];
    for (const one of [{ ...start, messageId: 'r' }, start, ...rest]) tally.missed('CP-1', one);
    expect(tally.transactions.count).toMatchObject({ begun: 1, started: 1, ended: 1 });
  });

  it('OCPP 1.6 §6.2: what the CSMS did against the specification is named with its section', () => {
    const tally = open();
    tally.missed(
      'CP-1',
      frame(1, 'a', { direction: 'received', type: 'result', action: 'Authorize', violations: ['unknownStatus'] }),
    );
    expect([...tally.violations.values()]).toEqual([
      {
        rule: 'unknownStatus',
        section: 'OCPP 1.6 §6.2',
        count: 1,
        example: expect.objectContaining({ chargerId: 'CP-1', action: 'Authorize' }),
      },
    ]);
  });
});
