// Ten thousand chargers that never rest, and one browser that watches the fleet: what reaches it, counted by the client library of Azure Web
// PubSub at the local endpoint. Chargers change on a virtual clock; the socket is a real one.
import { WebPubSubClient, WebPubSubJsonProtocol } from '@azure/web-pubsub-client';
import { Hono } from 'hono';
import type { Charger } from '../../lib/charger/charger';
import { buildCharger } from '../../lib/charger/create';
import type { LoggedFrame } from '../../lib/charger/effect';
import { createLocalFeed, type LocalFeed } from '../../lib/feed/local-feed';
import { createFeedPublisher, type FeedPublisher } from '../../lib/feed/publisher';
import { type Listening, listen } from '../../local/http';
import { createVirtualClock, type VirtualClock } from '../support/virtual-clock';

const count = 10_000;

interface Line {
  chargerId: string;
  power: string;
}

interface FleetMessage {
  chargers: Line[];
  removed: string[];
  waiting?: number;
}

interface Browser {
  told: FleetMessage[];
  /** Of the one charger that it watches. */
  details: { frames: object[]; skippedFrames?: number }[];
  /** Characters of all messages. */
  characters(): number;
  /** Resolves once there have been so many messages. */
  until(messages: number): Promise<void>;
  close(): void;
}

let time: VirtualClock;
let feed: LocalFeed;
let server: Listening;
let publisher: FeedPublisher;
let browser: Browser;
let chargers: Charger[];

beforeEach(async () => {
  time = createVirtualClock(Date.now());
  feed = createLocalFeed(time.clock);
  server = await listen(new Hono(), 0, '127.0.0.1', feed);
  const { clock, timer } = time;
  const showFrame = (frame: LoggedFrame) => frame;
  publisher = createFeedPublisher({ channel: feed, clock, timer, showFrame, alone: true, warn() {} });
  chargers = Array.from({ length: count }, (_, n) => {
    return buildCharger({ id: `CP-${n}`, protocol: 'ocpp1.6', csms: { url: 'ws://csms.test/ocpp' } }, n);
  });
  browser = await openBrowser(['fleet', 'charger.CP-7']);
});
afterEach(async () => {
  browser.close();
  publisher.stop();
  feed.close();
  await server.close(0);
});

async function openBrowser(groups: string[]): Promise<Browser> {
  const { url } = await feed.at(server.url).negotiate(groups, 60);
  const client = new WebPubSubClient(
    { getClientAccessUrl: async () => url },
    { protocol: WebPubSubJsonProtocol(), autoReconnect: false, keepAliveIntervalInMs: 0, keepAliveTimeoutInMs: 0 },
  );
  const told: FleetMessage[] = [];
  const details: Browser['details'] = [];
  let heard = (): void => {};
  client.on('group-message', ({ message }) => {
    if (message.group === 'fleet') told.push(message.data as unknown as FleetMessage);
    else details.push(message.data as unknown as Browser['details'][number]);
    heard();
  });
  await client.start();
  return {
    told,
    details,
    characters: () => JSON.stringify([...told, ...details]).length,
    async until(messages) {
      while (told.length < messages) {
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    },
    close: () => client.stop(),
  };
}

/** For so many seconds every charger changes ten times a second; each time it has sent a message. */
async function hustle(seconds: number, framesEach = 1): Promise<void> {
  const frame = { at: 0, direction: 'sent', type: 'call', action: 'Heartbeat', messageId: 'm', payload: {} } as const;
  for (let tenth = 0; tenth < seconds * 10; tenth++) {
    for (const charger of chargers) {
      charger.tags = [`tenth-${tenth}`];
      for (let n = 0; n < framesEach; n++) publisher.frame(charger, frame);
      publisher.changed?.(charger);
    }
    await time.advance(100);
  }
}

it('gets one message a second of 500 chargers at most, however much happens, and no charger waits for ever', async () => {
  await hustle(25);
  await browser.until(25);
  expect(browser.told).toHaveLength(25);
  for (const { chargers: lines } of browser.told) expect(lines.length).toBeLessThanOrEqual(500);
  const bytes = browser.told.map((message) => JSON.stringify(message).length);
  expect(Math.max(...bytes)).toBeLessThan(256 * 1024);
  const seen = new Set(browser.told.flatMap(({ chargers: lines }) => lines.map(({ chargerId }) => chargerId)));
  expect(seen.size).toBe(count);
});

it('knows how each of them is twenty seconds after the last has changed', async () => {
  await hustle(3);
  // Every second one stays as the browser knows it.
  for (const [n, charger] of chargers.entries()) charger.power = n % 2 === 0 ? 'on' : 'off';
  for (const charger of chargers) publisher.changed?.(charger);
  await time.advance(25_000);
  await browser.until(20);
  const last = new Map(
    browser.told.flatMap(({ chargers: lines }) => lines.map((line) => [line.chargerId, line.power])),
  );
  expect(last.size).toBe(count);
  expect([...last].filter(([id, power]) => power !== (Number(id.slice(3)) % 2 === 0 ? 'on' : 'off'))).toEqual([]);
  expect(browser.told.at(-1)?.waiting).toBeUndefined();
});

it('gets five messages a second of the charger that it watches, of 50 frames at most; the rest is counted', async () => {
  await hustle(4, 100);
  await browser.until(4);
  expect(browser.told).toHaveLength(4);
  expect(browser.details).toHaveLength(20);
  for (const { frames } of browser.details) expect(frames.length).toBe(50);
  const frames = browser.details.reduce((sum, own) => sum + own.frames.length + (own.skippedFrames ?? 0), 0);
  expect(frames).toBe(4 * 10 * 100);
  // 256 KB a second, whatever 10,000 chargers do.
  expect(browser.characters()).toBeLessThan(4 * 256 * 1024);
});

it('gets no message that is too large for Azure Web PubSub, however much there is to tell of a charger', async () => {
  const tags = Array.from({ length: 20 }, (_, n) => `${n}`.padEnd(90, '#'));
  for (const charger of chargers.slice(0, 1_000)) {
    charger.tags = tags;
    publisher.changed?.(charger);
  }
  await time.advance(10_000);
  await browser.until(5);
  expect(new Set(browser.told.flatMap(({ chargers: lines }) => lines.map(({ chargerId }) => chargerId))).size).toBe(
    1_000,
  );
  for (const message of browser.told) expect(JSON.stringify(message).length).toBeLessThan(500_000);
});

it('learns that all of them are gone within seconds, 2,000 in a message at most', async () => {
  for (const { id } of chargers) publisher.removed?.(id);
  await time.advance(6_000);
  await browser.until(5);
  const gone = browser.told.map(({ removed }) => removed);
  expect(gone.map(({ length }) => length)).toEqual([2_000, 2_000, 2_000, 2_000, 2_000]);
  expect(new Set(gone.flat()).size).toBe(count);
  expect(time.alarms()).toBe(0);
});
