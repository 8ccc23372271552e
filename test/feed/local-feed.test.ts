// The WebSocket endpoint of the local live feed: who may come in, and what becomes of what clients say. A bare client says it.
import { once } from 'node:events';
import { Hono } from 'hono';
import WebSocket from 'ws';
import { feedProtocol } from '../../lib/feed/feed';
import { createLocalFeed, type LocalFeed } from '../../lib/feed/local-feed';
import { groupsAtMost } from '../../lib/feed/subscriber';
import { type Listening, listen } from '../../local/http';

let now = 0;
let feed: LocalFeed;
let server: Listening;
const sockets: WebSocket[] = [];

beforeEach(async () => {
  now = 1_000_000;
  feed = createLocalFeed(() => now);
  server = await listen(new Hono(), 0, '127.0.0.1', feed);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  feed.close();
  await server.close(0);
});

const negotiate = async (groups: string[] = [], minutes = 60) =>
  (await feed.at(server.url).negotiate(groups, minutes)).url;

type Message = Record<string, unknown>;

/** A connected client; `next` resolves with what it is told next. */
async function open(url: string) {
  const socket = new WebSocket(url, feedProtocol);
  sockets.push(socket);
  const queue: Message[] = [];
  const waiting: ((message: Message) => void)[] = [];
  socket.on('message', (data) => {
    const message: Message = JSON.parse(String(data));
    const next = waiting.shift();
    if (next) next(message);
    else queue.push(message);
  });
  await once(socket, 'open');
  const next = () => {
    const message = queue.shift();
    return message ? Promise.resolve(message) : new Promise<Message>((resolve) => waiting.push(resolve));
  };
  const ask = (message: Message) => {
    socket.send(JSON.stringify(message));
    return next();
  };
  expect(await next()).toMatchObject({ type: 'system', event: 'connected', connectionId: expect.any(String) });
  return { socket, next, ask };
}

/** The status an upgrade is refused with. */
function refusal(url: string, protocol?: string): Promise<number | undefined> {
  const socket = new WebSocket(url, protocol);
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_, { statusCode }) => {
      resolve(statusCode);
      socket.terminate();
    });
    socket.on('error', () => {});
  });
}

describe('coming in', () => {
  it('takes a token once negotiated, and joins the groups it names', async () => {
    const { next } = await open(await negotiate(['fleet']));
    await feed.send('fleet', { kind: 'fleet' });
    expect(await next()).toEqual({
      type: 'message',
      from: 'group',
      group: 'fleet',
      dataType: 'json',
      data: { kind: 'fleet' },
    });
  });

  it.each([
    ['none', (url: string) => url.replace(/\?.*/, '')],
    ['a forged one', (url: string) => url.replace(/\.[\w-]+$/, `.${'A'.repeat(43)}`)],
    [
      'one with other claims',
      (url: string) => url.replace(/token=[\w-]+/, `token=${Buffer.from('{}').toString('base64url')}`),
    ],
    ['garbage', (url: string) => `${url.replace(/token=.*/, 'token=')}%00..`],
  ])('refuses %s with 401', async (_, spoil) => {
    expect(await refusal(spoil(await negotiate()), feedProtocol)).toBe(401);
  });

  it('refuses a token whose time is over, or of another process', async () => {
    const url = await negotiate([], 5);
    now += 5 * 60_000;
    expect(await refusal(url, feedProtocol)).toBe(401);
    const others = (
      await createLocalFeed(() => now)
        .at(server.url)
        .negotiate([], 5)
    ).url;
    expect(await refusal(others, feedProtocol)).toBe(401);
  });

  it('refuses clients that do not offer the subprotocol', async () => {
    expect(await refusal(await negotiate())).toBe(400);
    expect(await refusal(await negotiate(), 'json.reliable.webpubsub.azure.v1')).toBe(400);
  });

  it('answers upgrades elsewhere with 404', async () => {
    expect(await refusal(`${server.url.replace('http', 'ws')}/elsewhere`)).toBe(404);
  });
});

describe('what clients say', () => {
  it('joinGroup and leaveGroup are acknowledged and obeyed', async () => {
    const { ask, next } = await open(await negotiate());
    expect(feed.hasListeners('charger.1')).toBe(false);
    expect(await ask({ type: 'joinGroup', group: 'charger.1', ackId: 1 })).toEqual({
      type: 'ack',
      ackId: 1,
      success: true,
    });
    expect(feed.hasListeners('charger.1')).toBe(true);
    await feed.send('charger.1', { n: 1 });
    expect(await next()).toMatchObject({ group: 'charger.1', data: { n: 1 } });
    expect(await ask({ type: 'leaveGroup', group: 'charger.1', ackId: 2 })).toMatchObject({ ackId: 2, success: true });
    expect(feed.isOpen()).toBe(false);
  });

  it('ping is answered with pong', async () => {
    const { ask } = await open(await negotiate());
    expect(await ask({ type: 'ping' })).toEqual({ type: 'pong' });
  });

  it.each([
    { type: 'sendToGroup', group: 'fleet', data: 1 },
    { type: 'event', event: 'x', data: 1 },
  ])('$type is forbidden, and reaches nobody', async (message) => {
    const { ask } = await open(await negotiate(['fleet']));
    const answer = await ask({ ...message, ackId: 7 });
    expect(answer).toMatchObject({ type: 'ack', ackId: 7, success: false, error: { name: 'Forbidden' } });
  });

  it('cannot join more groups than the limit', async () => {
    const { ask, socket } = await open(await negotiate());
    for (let n = 0; n < groupsAtMost; n++) socket.send(JSON.stringify({ type: 'joinGroup', group: `charger.${n}` }));
    const answer = await ask({ type: 'joinGroup', group: 'charger.last', ackId: 1 });
    expect(answer).toMatchObject({ success: false, error: { name: 'Forbidden' } });
    expect(feed.hasListeners('charger.last')).toBe(false);
  });

  it.each(['no JSON', '[]', '{"type":"unheard"}', '{"type":"joinGroup"}', '{"type":"joinGroup","group":7}'])(
    '%s: is told why and disconnected; others stay',
    async (text) => {
      const other = await open(await negotiate(['fleet']));
      const { socket, next } = await open(await negotiate());
      const closed = once(socket, 'close');
      socket.send(text);
      expect(await next()).toMatchObject({ type: 'system', event: 'disconnected' });
      expect((await closed)[0]).toBe(1008);
      await feed.send('fleet', {});
      expect(await other.next()).toMatchObject({ group: 'fleet' });
    },
  );

  it('binary and oversized messages end the connection', async () => {
    for (const [data, code] of [
      [Buffer.from('{}'), 1008],
      ['x'.repeat(65_537), 1009],
    ] as const) {
      const { socket } = await open(await negotiate());
      socket.on('error', () => {});
      const closed = once(socket, 'close');
      socket.send(data);
      expect((await closed)[0]).toBe(code);
    }
  });
});

describe('leaving', () => {
  it('a client that is gone listens to nothing', async () => {
    const { socket } = await open(await negotiate(['fleet', 'charger.1']));
    expect(feed.connections()).toBe(1);
    socket.terminate();
    while (feed.connections() > 0) await new Promise(setImmediate);
    expect([feed.isOpen(), feed.hasListeners('fleet')]).toEqual([false, false]);
  });

  it('a client that does not read is let go, the others are told on', async () => {
    const slow = await open(await negotiate(['fleet']));
    const other = await open(await negotiate(['fleet']));
    const raw = (slow.socket as unknown as { _socket: import('node:net').Socket })._socket;
    raw.pause();
    const data = { text: 'x'.repeat(1024 * 1024) };
    for (let n = 0; n < 40 && feed.connections() > 1; n++) {
      await feed.send('fleet', data);
      await other.next();
    }
    expect(feed.connections()).toBe(1);
  });
});
