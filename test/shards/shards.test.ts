// Chargers divided among shards answer as one simulator, and as truly as can be when a process is gone.
import { InvalidChargerError } from '../../lib/charger/create';
import { byShard, shardOf } from '../../lib/shards/assign';
import { fromMessage, toMessage } from '../../lib/shards/errors';
import { mergePages, sumMetrics } from '../../lib/shards/merge';
import { createFeedOfFront, createReporter } from '../../lib/shards/serve';
import { createSharded } from '../../lib/shards/sharded';
import type { FromWorker } from '../../lib/shards/wire';
import { BadContinuationError, ExistsError, StaleError, StoreUnavailableError } from '../../lib/simulator/ports';
import {
  AwayError,
  BusyError,
  type ChargerSnapshot,
  InterruptedError,
  UnknownChargerError,
} from '../../lib/simulator/service';
import { continuationAfter } from '../../lib/store/continuation';
import { createFakeService, frame, now } from '../support/fake-service';
import { startShard } from './rig';

const spec = (id: string) => ({ id, protocol: 'ocpp1.6' as const, csms: { url: 'ws://csms.example' } });
const ids = Array.from({ length: 30 }, (_, at) => `C-${at}`);

function open() {
  const own = [startShard(), startShard()] as const;
  for (const shard of own) shard.begin();
  const sharded = createSharded(
    own.map(({ shard }) => shard),
    async () => ({ ok: true, checks: { store: { ok: true } } }),
  );
  return { own, ...sharded };
}

describe('where a charger is', () => {
  it('never changes: other places would not have its document', () => {
    expect(['CP-1', 'CP-2', 'CP-3', 'Größe', ''].map((id) => shardOf(id, 5))).toEqual([1, 3, 3, 0, 0]);
  });

  it('is about as often here as there', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => `LOAD-${at}`);
    for (const part of byShard(many, (id) => id, 4).values()) {
      expect(part.length).toBeGreaterThan(2_300);
      expect(part.length).toBeLessThan(2_700);
    }
  });
});

describe('lists', () => {
  const page = (names: string[], after?: string) => ({
    items: names.map((id) => ({ charger: { id }, now }) as ChargerSnapshot),
    ...(after === undefined ? {} : { continuation: continuationAfter([after]) }),
  });
  const told = (pages: ReturnType<typeof page>[], limit: number) => {
    const { items, continuation } = mergePages(pages, limit);
    return [items.map(({ charger }) => charger.id).join(''), continuation];
  };

  it('are in the order of ids, whole', () => {
    expect(told([page(['a', 'd']), page(['b', 'c']), page([])], 4)).toEqual(['abcd', undefined]);
  });

  it('go on after what fits', () => {
    expect(told([page(['a', 'd']), page(['b', 'c'])], 2)).toEqual(['ab', continuationAfter(['b'])]);
    expect(told([page(['a', 'c'], 'c'), page(['b', 'd'], 'd')], 2)).toEqual(['ab', continuationAfter(['b'])]);
  });

  it('leave nothing out where a shard has told less than it has', () => {
    // A document that cannot be read took a place of the first page.
    expect(told([page(['a'], 'b'), page(['e', 'f'])], 3)).toEqual(['a', continuationAfter(['b'])]);
  });

  it('order ids as stores do, by their bytes', () => {
    expect(told([page(['\u{1F50C}']), page(['\uFF5E'])], 2)[0]).toBe('\uFF5E\u{1F50C}');
  });

  it('page through all chargers, and refuse what is no continuation', async () => {
    const { simulator } = open();
    await simulator.createMany(ids.map(spec));
    const { items } = await simulator.list({ idPrefix: 'C-1' }, 100);
    expect(items.map(({ charger }) => charger.id)).toEqual(ids.filter((id) => id.startsWith('C-1')));
    await expect(simulator.list({}, 5, 'nonsense')).rejects.toThrow(BadContinuationError);
  });
});

describe('creating many', () => {
  it('puts each where it is looked for', async () => {
    const { own, simulator } = open();
    await simulator.createMany(ids.map(spec));
    for (const [place, { service }] of own.entries()) {
      expect([...service.chargers.keys()]).toEqual(ids.filter((id) => shardOf(id, 2) === place));
    }
    for (const id of ids) expect((await simulator.snapshot(id))?.charger.id).toBe(id);
  });

  it('names the first that exists, and then creates none', async () => {
    const { own, simulator } = open();
    await simulator.create(spec('C-20'));
    await simulator.create(spec('C-7'));
    await expect(simulator.createMany(ids.map(spec))).rejects.toThrow(new ExistsError('charger C-7 exists already'));
    expect(own.map(({ service }) => service.chargers.size).reduce((sum, size) => sum + size)).toBe(2);
  });

  it('takes back what one shard has made when another cannot', async () => {
    const { own, simulator } = open();
    own[1].service.createMany = async () => {
      throw new StoreUnavailableError('the disk is full');
    };
    await expect(simulator.createMany(ids.map(spec))).rejects.toThrow(StoreUnavailableError);
    expect([own[0].service.chargers.size, own[0].service.removed.length > 0]).toEqual([0, true]);
  });
});

describe('a process that is gone', () => {
  it('answers nothing until the next one is ready', async () => {
    const { shard, begin } = startShard();
    await expect(shard.service.snapshot('A')).rejects.toThrow(AwayError);
    begin(false);
    await expect(shard.service.create(spec('A'))).rejects.toThrow(/worker 1.*try again/);
    expect(shard.isReady()).toBe(false);
    shard.receive({ kind: 'ready' });
    expect((await shard.service.create(spec('A'))).charger.id).toBe('A');
  });

  it('leaves questions to be asked again, and orders of which nobody knows what they came to', async () => {
    const { shard, service, begin } = startShard();
    begin();
    await shard.service.create(spec('A'));
    service.settle = () => new Promise(() => {});
    service.health = () => new Promise(() => {});
    const order = shard.service.submit('A', { kind: 'connect' }, { commandId: '1', timeoutMs: 1000 });
    const question = shard.service.health();
    shard.detach();
    await expect(order).rejects.toThrow(InterruptedError);
    await expect(question).rejects.toThrow(AwayError);
  });

  it('is followed by one that knows who listens and who is watched', () => {
    const { shard, said, begin } = startShard();
    shard.listeners('fleet', true);
    shard.listeners('charger.A', true);
    shard.listeners('charger.A', false);
    shard.watch(['A', 'B'], true);
    begin();
    shard.watch(['B'], false);
    shard.detach();
    begin();
    expect(said).toEqual([
      { kind: 'listeners', groups: ['fleet'], there: true },
      { kind: 'watch', chargerIds: ['A', 'B'], watched: true },
      { kind: 'watch', chargerIds: ['B'], watched: false },
      { kind: 'listeners', groups: ['fleet'], there: true },
      { kind: 'watch', chargerIds: ['A'], watched: true },
    ]);
  });

  it('makes the host unhealthy, and lists impossible, but not the chargers of others', async () => {
    const { own, simulator } = open();
    await simulator.createMany(ids.map(spec));
    own[1].shard.detach();
    expect(await simulator.health()).toEqual({
      ok: false,
      checks: {
        store: { ok: true },
        'worker-1': { ok: true },
        'worker-2': { ok: false, detail: expect.stringContaining('try again') },
      },
    });
    await expect(simulator.list({}, 10)).rejects.toThrow(AwayError);
    const [here = ''] = ids.filter((id) => shardOf(id, 2) === 0);
    expect((await simulator.snapshot(here))?.charger.id).toBe(here);
  });

  it('takes no counts with it', async () => {
    const { own, simulator, lost } = open();
    const total = async () => (await simulator.metrics())[0]?.samples[0]?.value;
    expect(await total()).toBe(6);
    own[0].shard.detach();
    expect(await total()).toBe(6);
    lost(0);
    expect(await total()).toBe(6);
    own[0].begin();
    expect(await total()).toBe(9);
  });
});

describe('metrics', () => {
  it('are summed label by label', () => {
    const gauge = (samples: [string, number][]) => [
      {
        name: 'chargers',
        help: 'h',
        type: 'gauge' as const,
        samples: samples.map(([status, value]) => ({ labels: { status }, value })),
      },
    ];
    const both = [
      gauge([
        ['up', 1],
        ['down', 2],
      ]),
      gauge([
        ['down', 3],
        ['new', 4],
      ]),
    ];
    expect(sumMetrics(both)).toEqual(
      gauge([
        ['up', 1],
        ['down', 5],
        ['new', 4],
      ]),
    );
  });
});

describe('errors between processes', () => {
  it.each([
    new UnknownChargerError('A'),
    new InvalidChargerError([{ path: 'model', message: 'none' }]),
    new ExistsError('there'),
    new StaleError('old'),
    new BusyError('busy'),
    new StoreUnavailableError('down'),
  ])('arrive as what they were: %s', (error) => {
    const arrived = fromMessage(structuredClone(toMessage(error)));
    expect(arrived).toBeInstanceOf(error.constructor);
    expect(arrived).toMatchObject({ ...error, message: error.message });
  });

  it('arrive with their stack where nobody foresaw them', () => {
    const arrived = fromMessage(toMessage(new TypeError('oops')));
    expect([arrived.message, arrived.stack]).toEqual(['oops', expect.stringContaining('shards.test')]);
    expect(fromMessage(toMessage('thrown')).message).toBe('thrown');
  });
});

describe('what a worker tells of its own accord', () => {
  async function charger(id: string) {
    return (await createFakeService().create(spec(id))).charger;
  }

  it('is of watched chargers only: their frames in order, and each change of their link once', async () => {
    const sent: FromWorker[] = [];
    const reporter = createReporter((message) => sent.push(message));
    const [a, b] = [await charger('A'), await charger('B')];
    reporter.watch(['A', 'B'], true);
    reporter.watch(['B'], false);
    reporter.changed?.(a);
    reporter.changed?.(a);
    reporter.frame(a, frame);
    reporter.frame(b, frame);
    reporter.flush();
    reporter.flush();
    expect(sent).toEqual([
      {
        kind: 'heard',
        heard: [
          { chargerId: 'A', link: 'down' },
          { chargerId: 'A', frame },
        ],
      },
    ]);
  });

  it('goes to groups that have listeners', async () => {
    const sent: FromWorker[] = [];
    const feed = createFeedOfFront((message) => sent.push(message));
    expect(feed.isOpen()).toBe(false);
    feed.listeners(['fleet', 'charger.A'], true);
    feed.listeners(['charger.A'], false);
    expect([feed.isOpen(), feed.hasListeners('fleet'), feed.hasListeners('charger.A')]).toEqual([true, true, false]);
    await feed.send('fleet', { kind: 'fleet' });
    expect(sent).toEqual([{ kind: 'feed', group: 'fleet', message: { kind: 'fleet' } }]);
  });
});
