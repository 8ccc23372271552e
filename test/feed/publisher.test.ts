// What of all that chargers record reaches the live feed, and when: on a virtual clock, with a channel that notes what it is given.
import type { Charger } from '../../lib/charger/charger';
import { buildCharger } from '../../lib/charger/create';
import type { LoggedFrame } from '../../lib/charger/effect';
import { createFeedPublisher } from '../../lib/feed/publisher';
import { createVirtualClock } from '../support/virtual-clock';

interface Sent {
  group: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
  message: any;
}

function createRig({ alone = true, listeners = ['fleet', 'charger.CP-1'] } = {}) {
  const time = createVirtualClock();
  const sent: Sent[] = [];
  const warned: unknown[] = [];
  const groups = new Set(listeners);
  const channel = {
    isOpen: () => groups.size > 0,
    hasListeners: (group: string) => groups.has(group),
    send: async (group: string, message: object): Promise<void> => {
      sent.push({ group, message });
    },
  };
  const publisher = createFeedPublisher({
    channel,
    clock: time.clock,
    timer: time.timer,
    showFrame: (frame) => frame,
    alone,
    warn: (entry) => warned.push(entry),
  });
  const of = (group: string) => sent.filter((one) => one.group === group).map(({ message }) => message);
  return { channel, groups, of, publisher, sent, time, warned };
}

let made = 0;
const charger = (id = 'CP-1'): Charger =>
  buildCharger({ id, protocol: 'ocpp1.6', csms: { url: 'ws://csms.test/ocpp' } }, ++made);

const frame = (messageId: string): LoggedFrame => ({
  at: 0,
  direction: 'sent',
  type: 'call',
  action: 'Heartbeat',
  messageId,
  payload: {},
});

describe('one charger', () => {
  it('is told of in one message a moment after the first of many changes', async () => {
    const { of, publisher, time } = createRig();
    const own = charger();
    for (let n = 1; n <= 3; n++) {
      publisher.changed?.(own);
      publisher.frame(own, frame(`m-${n}`));
    }
    publisher.note(own, 'warn', 'odd');
    await time.advance(199);
    expect(of('charger.CP-1')).toEqual([]);
    await time.advance(1);
    expect(of('charger.CP-1')).toHaveLength(1);
    const [message] = of('charger.CP-1');
    expect(message.frames.map(({ messageId }: LoggedFrame) => messageId)).toEqual(['m-1', 'm-2', 'm-3']);
    expect(message).toMatchObject({
      kind: 'charger',
      charger: { id: 'CP-1' },
      notes: [{ level: 'warn', text: 'odd' }],
    });
    expect(message).not.toHaveProperty('skippedFrames');
  });

  it('has its newest 50 frames told and the others counted', async () => {
    const { of, publisher, time } = createRig();
    const own = charger();
    for (let n = 1; n <= 53; n++) publisher.frame(own, frame(`m-${n}`));
    await time.advance(200);
    const [message] = of('charger.CP-1');
    expect(message.skippedFrames).toBe(3);
    expect(message.frames).toHaveLength(50);
    expect(message.frames[0].messageId).toBe('m-4');
  });

  it('has only as many frames told as go into a message of Web PubSub, the newest', async () => {
    const { of, publisher, time } = createRig();
    const own = charger();
    for (let n = 1; n <= 5; n++) publisher.frame(own, { ...frame(`m-${n}`), payload: { data: 'x'.repeat(150_000) } });
    await time.advance(200);
    const [message] = of('charger.CP-1');
    expect(message.frames.map(({ messageId }: LoggedFrame) => messageId)).toEqual(['m-4', 'm-5']);
    expect(message.skippedFrames).toBe(3);
    expect(JSON.stringify(message).length).toBeLessThan(1_000_000);
  });

  it('costs nothing while nobody listens', async () => {
    const { groups, publisher, sent, time } = createRig();
    groups.clear();
    publisher.frame(charger(), frame('m-1'));
    publisher.changed?.(charger());
    expect(time.alarms()).toBe(0);
    await time.advance(5_000);
    expect(sent).toEqual([]);
  });
});

describe('the fleet', () => {
  it('is told once a second, each charger once, as it is then', async () => {
    const { of, publisher, time } = createRig();
    const own = charger();
    publisher.changed?.(own);
    own.power = 'off';
    publisher.changed?.(own);
    await time.advance(999);
    expect(of('fleet')).toEqual([]);
    await time.advance(1);
    expect(of('fleet').map(({ chargers }) => chargers)).toEqual([[expect.objectContaining({ power: 'off' })]]);
  });

  it('is not told again what it knows, where nobody else tells it', async () => {
    const { of, publisher, time } = createRig();
    const own = charger();
    for (let n = 0; n < 3; n++) {
      publisher.changed?.(own);
      await time.advance(1_000);
    }
    expect(of('fleet')).toHaveLength(1);
  });

  it('is told again where others tell it too: they may have told something else meanwhile', async () => {
    const { of, publisher, time } = createRig({ alone: false });
    const own = charger();
    for (let n = 0; n < 3; n++) {
      publisher.changed?.(own);
      await time.advance(1_000);
    }
    expect(of('fleet')).toHaveLength(3);
  });

  it('hears of thousands in messages of 500, those who waited longest first, none left out', async () => {
    const { of, publisher, time } = createRig();
    const many = Array.from({ length: 1_201 }, (_, n) => charger(`CP-${n}`));
    for (const one of many) publisher.changed?.(one);
    await time.advance(1_000);
    expect(of('fleet').map(({ chargers, waiting }) => [chargers.length, waiting])).toEqual([[500, 701]]);
    await time.advance(2_000);
    expect(of('fleet').map(({ chargers }) => chargers.length)).toEqual([500, 500, 201]);
    const ids = of('fleet').flatMap(({ chargers }) =>
      chargers.map(({ chargerId }: { chargerId: string }) => chargerId),
    );
    expect(ids).toEqual(many.map(({ id }) => id));
  });

  it('hears that a charger has gone, and of one that came back under its name', async () => {
    const { of, publisher, time } = createRig();
    publisher.changed?.(charger());
    publisher.removed?.('CP-1');
    await time.advance(1_000);
    expect(of('fleet')).toEqual([expect.objectContaining({ chargers: [], removed: ['CP-1'] })]);
    expect(of('charger.CP-1')).toEqual([expect.objectContaining({ kind: 'removed', chargerId: 'CP-1' })]);
    publisher.removed?.('CP-1');
    publisher.changed?.(charger());
    await time.advance(1_000);
    expect(of('fleet').at(-1)).toMatchObject({ chargers: [{ chargerId: 'CP-1' }], removed: [] });
  });

  it('that nobody watches any more is forgotten: who comes later is told of everything', async () => {
    const { groups, of, publisher, time } = createRig();
    const own = charger();
    publisher.changed?.(own);
    await time.advance(1_000);
    publisher.changed?.(own);
    groups.delete('fleet');
    await time.advance(1_000);
    groups.add('fleet');
    publisher.changed?.(own);
    await time.advance(1_000);
    expect(of('fleet')).toHaveLength(2);
  });
});

describe('the end', () => {
  it('settled: what has been collected is sent at once', async () => {
    const { of, publisher, time } = createRig();
    publisher.changed?.(charger());
    await publisher.settled();
    expect([of('fleet').length, of('charger.CP-1').length]).toEqual([1, 1]);
    expect(time.alarms()).toBe(0);
  });

  it('a channel that fails is told of, and no more', async () => {
    const { channel, publisher, warned } = createRig();
    channel.send = () => Promise.reject(new Error('gone'));
    publisher.changed?.(charger());
    await publisher.settled();
    expect(warned).toContainEqual({ message: 'live feed not told', group: 'fleet', error: 'Error: gone' });
  });

  it('stopped: no timer is left and nothing more is taken', async () => {
    const { publisher, sent, time } = createRig();
    publisher.changed?.(charger());
    publisher.stop();
    publisher.changed?.(charger());
    expect(time.alarms()).toBe(0);
    await time.advance(5_000);
    expect(sent).toEqual([]);
  });
});
