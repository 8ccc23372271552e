// Pings of the WebSocket link (OCPP 1.6 §9.1 WebSocketPingInterval, OCPP-J 1.6 §5.3), mostly on a wheel with short seconds.
import { once } from 'node:events';
import { createPingWheel, type PingMember } from '../../lib/link/ping-wheel';
import { deferred, openLink, settled, startCsms } from './probe';

describe('pings', () => {
  const hurry = () => ({ wheel: createPingWheel(25) });

  it('come at the interval, and the link stays up while pongs come', async () => {
    const csms = await startCsms();
    const { up, events } = openLink({ url: csms.url, pingIntervalSeconds: 2, options: hurry() });
    await up;
    const { ws } = await csms.connection;
    for (let seen = 0; seen < 3; seen += 1) await once(ws, 'ping');
    await settled();
    expect(events).toEqual(['up']);
  });

  it('find out a half-open peer: no pong by the next ping is cut', async () => {
    const csms = await startCsms({ autoPong: false });
    const { up, down, events } = openLink({ url: csms.url, pingIntervalSeconds: 2, options: hurry() });
    await up;
    const { ws } = await csms.connection;
    let pings = 0;
    ws.on('ping', () => {
      pings += 1;
    });
    const ended = once(ws, 'close');
    expect(await down).toEqual({
      reason: 'cut',
      detail: 'no pong within 2 s of a ping: the connection is half open',
    });
    // 1006: the CSMS has seen no close frame.
    expect((await ended)[0]).toBe(1006);
    expect(pings).toBe(1);
    expect(events).toEqual(['up', 'down cut']);
  });

  it('start when the interval is set on an open link (in real seconds), and the CSMS may ping too', async () => {
    const csms = await startCsms();
    const { up, link } = openLink({ url: csms.url, pingIntervalSeconds: 0 });
    await up;
    const { ws } = await csms.connection;
    ws.ping('are you there');
    const [answer] = await once(ws, 'pong');
    expect(String(answer)).toBe('are you there');
    link.ping(1);
    await once(ws, 'ping');
  });

  it('stop when the interval is set to 0', async () => {
    const csms = await startCsms();
    const { wheel } = hurry();
    const { up, link } = openLink({ url: csms.url, pingIntervalSeconds: 1, options: { wheel } });
    await up;
    const { ws } = await csms.connection;
    await once(ws, 'ping');
    link.ping(0);
    await settled();
    let pings = 0;
    ws.on('ping', () => {
      pings += 1;
    });
    const later = deferred();
    const afterwards = () => {
      later.resolve();
      return 0;
    };
    wheel.place({ pingAt: 0, pingDue: afterwards }, 3);
    await later.promise;
    await settled();
    expect(pings).toBe(0);
  });
});

describe('the ping wheel', () => {
  const member = (pingDue: () => number): PingMember => ({ pingAt: 0, pingDue });

  it('wakes each member at its own interval, until it wants no more', async () => {
    const wheel = createPingWheel(5);
    const log: string[] = [];
    const over = deferred();
    const every = (name: string, seconds: number, times: number, done?: () => void) => {
      let left = times;
      return member(() => {
        log.push(name);
        left -= 1;
        if (left === 0) done?.();
        return left === 0 ? 0 : seconds;
      });
    };
    wheel.place(every('two', 2, 1), 2);
    wheel.place(every('one', 1, 3, over.resolve), 1);
    const taken = every('never', 1, 1);
    wheel.place(taken, 1);
    wheel.place(taken, 0);
    await over.promise;
    expect(log).toEqual(['one', 'two', 'one', 'one']);
    expect(taken.pingAt).toBe(0);
  });

  it('runs no timer while nobody wants pings', () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const wheel = createPingWheel();
    const members = Array.from({ length: 100 }, () => member(() => 0));
    for (const one of members) wheel.place(one, 5);
    expect(timers()).toBe(before + 1);
    for (const one of members) wheel.place(one, 0);
    expect(timers()).toBe(before);
  });
});
