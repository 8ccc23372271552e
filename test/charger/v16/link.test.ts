// The connection as the charger wants it: back-off of a persistent charger, the short links of an on-demand one, and what a
// sleeper makes up for when it wakes.
import { needsLink } from '../../../lib/charger/link';
import { bootedPair, createPair, type Pair } from '../../support/pair';

const seconds = (count: number) => count * 1000;
const hour = 3_600_000;

const dials = (pair: Pair) => pair.effects.filter((effect) => effect.kind === 'openLink').length;

/** The waits between attempts to connect, seconds. */
function waits(pair: Pair, count: number): number[] {
  const found: number[] = [];
  for (let last = pair.now; found.length < count; last = pair.now) {
    const before = dials(pair);
    while (dials(pair) === before) pair.advance(100);
    found.push((pair.now - last) / 1000);
  }
  return found;
}

describe('a persistent charger', () => {
  it('tries again with doubling waits up to two minutes, each stretched by up to half', () => {
    const pair = createPair({ unreachable: true });
    pair.command({ kind: 'connect' });
    const bases = [2, 4, 8, 16, 32, 64, 120, 120];
    waits(pair, bases.length).forEach((wait, at) => {
      expect(wait).toBeGreaterThanOrEqual(bases[at] ?? 0);
      expect(wait).toBeLessThanOrEqual((bases[at] ?? 0) * 1.5 + 0.2);
    });
  });

  it('spreads a mass reconnect: chargers with other seeds wait otherwise, the same seed repeats', () => {
    const first = (seed: number) => {
      const pair = createPair({ unreachable: true, seed });
      pair.command({ kind: 'connect' });
      return pair.charger.timers.reconnect;
    };
    expect(first(1)).toBe(first(1));
    expect(new Set([1, 2, 3, 4, 5].map(first)).size).toBe(5);
  });

  it('backs off as well from a CSMS that takes the connection and drops it without a word', () => {
    const pair = createPair({ answers: { BootNotification: 'silent' } });
    pair.begin({ kind: 'connect' });
    for (let at = 0; at < 6; at++) {
      pair.cut();
      pair.advance((pair.charger.timers.reconnect ?? 0) - pair.now);
    }
    pair.cut();
    expect((pair.charger.timers.reconnect ?? 0) - pair.now).toBeGreaterThanOrEqual(seconds(100));
  });

  it('starts anew with short waits once the CSMS has answered', () => {
    const pair = createPair({ unreachable: true });
    pair.command({ kind: 'connect' });
    pair.advance(seconds(100));
    pair.csms.unreachable = false;
    pair.advance(seconds(200));
    pair.cut();
    expect((pair.charger.timers.reconnect ?? 0) - pair.now).toBeLessThanOrEqual(seconds(3));
  });

  it('does not wait for the back-off when somebody gives a command', () => {
    const pair = createPair({ unreachable: true });
    pair.command({ kind: 'connect' });
    pair.advance(seconds(300));
    pair.csms.unreachable = false;
    expect(pair.command({ kind: 'connect' })).toMatchObject({ ok: true });
    expect(pair.charger.timers.reconnect).toBeUndefined();
  });

  it('stays down after a disconnect on request until told to connect', () => {
    const pair = bootedPair();
    pair.command({ kind: 'disconnect' });
    pair.advance(hour);
    expect(dials(pair)).toBe(0);
    pair.command({ kind: 'connect' });
    expect(pair.charger.link.state).toBe('up');
  });
});

describe('an on-demand charger', () => {
  const onDemand = { connection: 'onDemand' as const };

  it('has no link when made, and none after a command is done', () => {
    const pair = createPair(onDemand);
    pair.input({ kind: 'wake' });
    expect(dials(pair)).toBe(0);
    pair.command({ kind: 'connect' });
    expect(pair.charger.link.state).toBe('down');
    expect(pair.connections).toBe(1);
  });

  it('opens it for what there is to say: a heartbeat, a status, a sample', () => {
    const pair = bootedPair(onDemand);
    pair.advance(300_000);
    expect(pair.actions()).toEqual(['Heartbeat']);
    pair.command({ kind: 'plugIn', address: {} });
    expect(pair.actions()).toEqual(['Heartbeat', 'StatusNotification']);
    expect(pair.connections).toBe(3);
    expect(pair.charger.link.state).toBe('down');
  });

  it('keeps it while somebody holds it, and hears the CSMS meanwhile', () => {
    const pair = bootedPair(onDemand);
    pair.command({ kind: 'connect', holdSeconds: 60 });
    expect(needsLink(pair.charger, pair.now)).toBe(true);
    expect(pair.ask('ClearCache', {})).toEqual({ status: 'Accepted' });
    pair.advance(seconds(61));
    expect(needsLink(pair.charger, pair.now)).toBe(false);
  });

  it('does not reconnect for nothing when the CSMS cannot be reached', () => {
    const pair = bootedPair(onDemand);
    pair.csms.unreachable = true;
    pair.advance(hour);
    expect(dials(pair)).toBe(12);
  });

  it('keeps transaction messages that could not be delivered and comes back for them', () => {
    const pair = bootedPair(onDemand);
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
    pair.csms.unreachable = true;
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    expect(pair.calls('StopTransaction')).toEqual([]);
    pair.csms.unreachable = false;
    pair.advance(seconds(200));
    expect(pair.calls('StopTransaction')).toHaveLength(1);
  });

  it('lets go of the link between the retries of a message', () => {
    const pair = bootedPair({ ...onDemand, answers: { StopTransaction: { callError: 'InternalError' } } });
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    expect(pair.charger.link.state).toBe('down');
    delete pair.csms.answers.StopTransaction;
    pair.advance(seconds(61));
    expect(pair.calls('StopTransaction')).toHaveLength(2);
  });

  it('lets go of the link while the CSMS makes it wait, though messages are queued', () => {
    const pair = bootedPair({ ...onDemand, configuration: { AllowOfflineTxForUnknownId: 'true' } });
    const currentTime = new Date(pair.now).toISOString();
    pair.command({ kind: 'network', state: 'offline' });
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
    pair.command({ kind: 'power', state: 'cycle' });
    pair.csms.answers.BootNotification = { status: 'Rejected', interval: 600, currentTime };
    pair.command({ kind: 'network', state: 'online' });
    pair.advance(seconds(599));
    expect(pair.calls('BootNotification')).toHaveLength(1);
    expect(pair.charger.link.state).toBe('down');
    delete pair.csms.answers.BootNotification;
    pair.advance(seconds(60));
    expect(pair.calls('StartTransaction')).toHaveLength(1);
  });
});

describe('a charger that one host hands over to the next', () => {
  const handOver = { kind: 'linkDown', reason: 'handedOver', detail: 'another instance goes on' } as const;

  it.each([
    ['at that moment', 0],
    ['between the two', 1],
  ])('OCPP 1.6 §4.6: sends the heartbeat that was due %s over the next link, once', (_when, early) => {
    const pair = bootedPair({ connection: 'persistent' });
    pair.sleep(seconds(300) - early);
    pair.input(handOver);
    expect([pair.charger.link.state, pair.calls('Heartbeat').length]).toEqual(['down', 0]);
    pair.sleep(early);
    pair.input({ kind: 'wake' });
    pair.advance(seconds(1));
    expect([pair.charger.link.state, pair.calls('Heartbeat').length]).toEqual(['up', 1]);
  });

  it('has let go of what was due once the next link could not be had', () => {
    const pair = bootedPair({ connection: 'persistent' });
    pair.sleep(seconds(300));
    pair.input(handOver);
    pair.csms.unreachable = true;
    pair.input({ kind: 'wake' });
    pair.advance(seconds(60));
    pair.csms.unreachable = false;
    pair.advance(seconds(120));
    expect([pair.charger.link.state, pair.calls('Heartbeat').length]).toEqual(['up', 0]);
  });

  it('goes on with a command that waits behind a call, over the next link', () => {
    const pair = bootedPair({ connection: 'persistent', answers: { DataTransfer: 'silent' } });
    pair.begin({ kind: 'sendMessage', action: 'DataTransfer', payload: { vendorId: 'x' }, validate: true });
    const waiting = pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    pair.input(handOver);
    pair.input({ kind: 'wake' });
    pair.settle();
    expect(pair.outcomes[waiting]).toMatchObject({ ok: true });
  });
});

describe('a charger that nobody woke for an hour', () => {
  it('has charged for an hour, and has sampled at every minute of it', () => {
    const asleep = bootedPair();
    const awake = bootedPair();
    for (const pair of [asleep, awake]) pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
    asleep.sleep(hour);
    asleep.input({ kind: 'wake' });
    awake.advance(hour);
    const samples = (pair: Pair) => pair.calls('MeterValues').map((call) => call.payload);
    expect(samples(asleep)).toEqual(samples(awake));
    expect(samples(asleep)).toHaveLength(60);
    expect(asleep.charger.evses[0]?.energyWh).toBeCloseTo(awake.charger.evses[0]?.energyWh ?? 0, 3);
  });

  it('has stopped when it should have', () => {
    const pair = bootedPair();
    const stopWhen = { durationSeconds: 600 };
    const begun = pair.now;
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG', stopWhen });
    pair.sleep(hour);
    pair.input({ kind: 'wake' });
    const [stop] = pair.calls('StopTransaction');
    expect(stop?.payload.timestamp).toBe(new Date(begun + seconds(600)).toISOString());
    expect(pair.calls('MeterValues').length).toBeLessThanOrEqual(10);
    expect(pair.charger.evses[0]?.energyWh).toBeCloseTo(11_000 / 6, -2);
  });

  it('has let an authorization run out (ConnectionTimeOut)', () => {
    const pair = bootedPair();
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    pair.sleep(hour);
    pair.command({ kind: 'plugIn', address: {} });
    expect(pair.calls('StartTransaction')).toEqual([]);
  });
});
