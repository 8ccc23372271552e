// What every store must do, whatever it is made of. What one of them does besides is in that store's own test.
import type { Charger } from '../../lib/charger/charger';
import type { LoggedFrame } from '../../lib/charger/effect';
import {
  BadContinuationError,
  type ChargerFilter,
  type ChargerRecord,
  type CommandEntry,
  ExistsError,
  type MessageFilter,
  type RunEntry,
  StaleError,
  type Store,
} from '../../lib/simulator/ports';
import { chargerDocument, chargerRecord } from '../support/charger-document';

const exotic = 'Zähler ⚡ 充電 🔌 "quoted" \\ \u0000 \u2028 \ud83d';

/** Declares the suite for one store. `open` gives a store with nothing in it, and what ends it. */
export function describeStore(name: string, open: () => Promise<{ store: Store; close: () => Promise<void> }>): void {
  describe(`${name}: store contract`, () => {
    let store: Store;
    let close: () => Promise<void>;

    beforeEach(async () => {
      ({ store, close } = await open());
    });
    afterEach(() => close());

    const current = () => store;
    describeSingleChargers(current);
    describeWriters(current);
    describeLists(current);
    describeMessages(current);
    describeCommands(current);
    describeRuns(current);

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });
}

function describeSingleChargers(store: () => Store): void {
  describe('chargers', () => {
    it('reads back what was created, with the ETag of the creation', async () => {
      const record = fullRecord('CP-1');
      const etag = await store().chargers.create(record);
      expect(await store().chargers.read('CP-1')).toEqual({ ...record, etag });
    });

    it('knows no lease and no wake-up where none was given', async () => {
      const etag = await store().chargers.create(chargerRecord('CP-1'));
      expect(await store().chargers.read('CP-1')).toStrictEqual({ ...chargerRecord('CP-1'), etag });
    });

    it('reads nothing where nothing is', async () => {
      await store().chargers.create(chargerRecord('CP-1'));
      expect(await store().chargers.read('CP-2')).toBeUndefined();
      expect(await store().chargers.read('cp-1')).toBeUndefined();
    });

    it('refuses to create what exists and leaves that alone', async () => {
      await store().chargers.create(chargerRecord('CP-1', { seed: 1 }));
      const again = store().chargers.create(chargerRecord('CP-1', { seed: 2 }));
      await expect(again).rejects.toThrow(ExistsError);
      await expect(again).rejects.toThrow('CP-1');
      expect((await store().chargers.read('CP-1'))?.charger.seed).toBe(1);
    });

    it('creates one of two chargers of the same id that arrive together', async () => {
      const both = [1, 2].map((seed) => store().chargers.create(chargerRecord('CP-1', { seed })));
      const outcomes = await Promise.allSettled(both);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('creates many', async () => {
      await store().chargers.createMany(numbered(250).map((id) => chargerRecord(id)));
      expect(await listIds(store(), {})).toEqual(numbered(250));
    });

    it('creates none of many when one exists, and names it', async () => {
      await store().chargers.create(chargerRecord('CP-003'));
      const many = store().chargers.createMany(numbered(5).map((id) => chargerRecord(id)));
      await expect(many).rejects.toThrow(ExistsError);
      await expect(many).rejects.toThrow('CP-003');
      expect(await listIds(store(), {})).toEqual(['CP-003']);
    });

    it('creates none of many when an id is among them twice', async () => {
      const many = store().chargers.createMany(['A', 'B', 'A'].map((id) => chargerRecord(id)));
      await expect(many).rejects.toThrow(ExistsError);
      expect(await listIds(store(), {})).toEqual([]);
    });

    it('replaces under the ETag that was read and gives a new one', async () => {
      const created = await store().chargers.create(fullRecord('CP-1'));
      const replaced = await store().chargers.replace(chargerRecord('CP-1', { power: 'off' }), created);
      expect(replaced).not.toBe(created);
      expect(await store().chargers.read('CP-1')).toStrictEqual({
        ...chargerRecord('CP-1', { power: 'off' }),
        etag: replaced,
      });
    });

    it('keeps unicode, control characters and half surrogates', async () => {
      await store().chargers.create({ ...chargerRecord('CP-1', { identity: exotic }), statuses: ['Überladen'] });
      const read = await store().chargers.read('CP-1');
      expect(read?.charger.identity).toBe(exotic);
      expect(await listIds(store(), { status: 'Überladen' })).toEqual(['CP-1']);
    });

    it('keeps big documents', async () => {
      const identity = 'ü'.repeat(200_000);
      const etag = await store().chargers.create(chargerRecord('CP-1', { identity }));
      await store().chargers.replace(chargerRecord('CP-1', { identity: `${identity}!` }), etag);
      expect((await store().chargers.read('CP-1'))?.charger.identity).toBe(`${identity}!`);
    });

    it('is not moved by what happens to a record after it was passed in', async () => {
      const record = fullRecord('CP-1');
      const creating = store().chargers.create(record);
      record.charger.tags.push('later');
      record.statuses.push('later');
      const etag = await creating;
      expect((await store().chargers.read('CP-1'))?.charger.tags).toEqual(['ci', 'dc']);

      const next = fullRecord('CP-1');
      const replacing = store().chargers.replace(next, etag);
      next.charger.power = 'off';
      await replacing;
      const read = await store().chargers.read('CP-1');
      expect(read?.charger.power).toBe('on');
      expect(read?.statuses).toEqual(fullRecord('CP-1').statuses);
    });

    it('hands out records that are not its own', async () => {
      await store().chargers.create(fullRecord('CP-1'));
      const read = await store().chargers.read('CP-1');
      read?.charger.tags.push('later');
      const page = await store().chargers.list({}, 10);
      page.items[0]?.statuses.push('later');
      expect(await store().chargers.read('CP-1')).toMatchObject(fullRecord('CP-1'));
    });

    it('deletes, and says whether there was something', async () => {
      await store().chargers.create(chargerRecord('CP-1'));
      await store().chargers.create(chargerRecord('CP-2'));
      expect(await store().chargers.delete('CP-1')).toBe(true);
      expect(await store().chargers.delete('CP-1')).toBe(false);
      expect(await listIds(store(), {})).toEqual(['CP-2']);
    });

    it('deletes under an ETag only what has not changed', async () => {
      const old = await store().chargers.create(chargerRecord('CP-1'));
      const now = await store().chargers.replace(chargerRecord('CP-1'), old);
      await expect(store().chargers.delete('CP-1', old)).rejects.toThrow(StaleError);
      expect(await store().chargers.delete('CP-1', now)).toBe(true);
      expect(await store().chargers.delete('CP-1', now)).toBe(false);
    });
  });
}

function describeWriters(store: () => Store): void {
  describe('two writers', () => {
    it('refuses a stale ETag and keeps what the other wrote', async () => {
      const old = await store().chargers.create(chargerRecord('CP-1'));
      await store().chargers.replace(chargerRecord('CP-1', { seed: 1 }), old);
      const late = store().chargers.replace(chargerRecord('CP-1', { seed: 2 }), old);
      await expect(late).rejects.toThrow(StaleError);
      await expect(late).rejects.toThrow('CP-1');
      expect((await store().chargers.read('CP-1'))?.charger.seed).toBe(1);
    });

    it('lets exactly one of many concurrent writers win', async () => {
      const etag = await store().chargers.create(chargerRecord('CP-1'));
      const writers = Array.from({ length: 20 }, (_, seed) =>
        store().chargers.replace(chargerRecord('CP-1', { seed }), etag),
      );
      const outcomes = await Promise.allSettled(writers);
      const winners = outcomes.flatMap((outcome, seed) => (outcome.status === 'fulfilled' ? [seed] : []));
      expect(winners).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(StaleError);
      }
      expect((await store().chargers.read('CP-1'))?.charger.seed).toBe(winners[0]);
    });

    it('fails the one stale write among good ones of other chargers', async () => {
      const ids = numbered(30);
      const etags = await Promise.all(ids.map((id) => store().chargers.create(chargerRecord(id))));
      const writes = ids.map((id, index) =>
        store().chargers.replace(chargerRecord(id, { seed: 99 }), index === 7 ? 'stale' : (etags[index] ?? '')),
      );
      const outcomes = await Promise.allSettled(writes);
      expect(outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([7]);
      expect((await store().chargers.read('CP-007'))?.charger.seed).toBe(7);
      expect((await store().chargers.read('CP-008'))?.charger.seed).toBe(99);
    });

    it('loses no increment of a counter that many read and replace until they succeed', async () => {
      await store().chargers.create(chargerRecord('CP-1', { lastId: 0 }));
      await Promise.all(Array.from({ length: 10 }, () => increment(store())));
      expect((await store().chargers.read('CP-1'))?.charger.lastId).toBe(10);
    });

    it('refuses to replace what was deleted', async () => {
      const etag = await store().chargers.create(chargerRecord('CP-1'));
      await store().chargers.delete('CP-1');
      await expect(store().chargers.replace(chargerRecord('CP-1'), etag)).rejects.toThrow(StaleError);
      expect(await store().chargers.read('CP-1')).toBeUndefined();
    });

    it('refuses an ETag of the charger of the same id that was deleted before', async () => {
      const old = await store().chargers.create(chargerRecord('CP-1'));
      await store().chargers.delete('CP-1');
      await store().chargers.create(chargerRecord('CP-1', { seed: 1 }));
      await expect(store().chargers.replace(chargerRecord('CP-1', { seed: 2 }), old)).rejects.toThrow(StaleError);
    });
  });
}

function describeLists(store: () => Store): void {
  describe('lists of chargers', () => {
    const filters: [string, ChargerFilter, string[]][] = [
      ['nothing', {}, ['A-1', 'A-2', 'B-1', 'a-1']],
      ['tag', { tag: 'ci' }, ['A-1', 'B-1']],
      ['a tag with a quote in it', { tag: 'a","b' }, ['a-1']],
      ['a part of a tag', { tag: 'c' }, []],
      ['status', { status: 'Charging' }, ['A-2', 'B-1']],
      ['protocol', { protocol: 'ocpp2.0.1' }, ['A-2']],
      ['connection', { connection: 'persistent' }, ['A-1', 'A-2']],
      ['id prefix', { idPrefix: 'A-' }, ['A-1', 'A-2']],
      ['an id prefix with wildcards', { idPrefix: 'A_' }, []],
      ['a deadline, inclusive', { dueBefore: 2000 }, ['A-1', 'A-2']],
      ['all at once', { tag: 'ci', connection: 'persistent', idPrefix: 'A', dueBefore: 9000 }, ['A-1']],
      ['what nothing matches', { tag: 'ci', protocol: 'ocpp2.0.1' }, []],
    ];

    it.each(filters)('filters by %s', async (_, filter, expected) => {
      await store().chargers.createMany(assorted());
      expect(await listIds(store(), filter)).toEqual(expected);
    });

    it('follows replaced records', async () => {
      const etag = await store().chargers.create({ ...chargerRecord('A', { tags: ['old'] }), nextWakeAt: 1000 });
      await store().chargers.replace({ ...chargerRecord('A', { tags: ['new'] }), statuses: ['Faulted'] }, etag);
      expect(await listIds(store(), { tag: 'old' })).toEqual([]);
      expect(await listIds(store(), { tag: 'new', status: 'Faulted' })).toEqual(['A']);
      expect(await listIds(store(), { dueBefore: 5000 })).toEqual([]);
    });

    it('hands out whole records with ETags that can be written under', async () => {
      const etag = await store().chargers.create(fullRecord('CP-1'));
      const page = await store().chargers.list({}, 10);
      expect(page).toEqual({ items: [{ ...fullRecord('CP-1'), etag }] });
    });

    it('goes on over more than 100 chargers, each once, in order of the ids', async () => {
      await store().chargers.createMany(
        numbered(230)
          .reverse()
          .map((id) => chargerRecord(id)),
      );
      const pages = await listPages(store(), {}, 100);
      expect(pages.map((ids) => ids.length)).toEqual([100, 100, 30]);
      expect(pages.flat()).toEqual(numbered(230));
    });

    it('ends without a continuation when the last page is full', async () => {
      await store().chargers.createMany(numbered(6).map((id) => chargerRecord(id)));
      expect(await listPages(store(), {}, 3)).toEqual([numbered(6).slice(0, 3), numbered(6).slice(3)]);
    });

    it('goes on over filtered chargers', async () => {
      const records = numbered(120).map((id, index) => chargerRecord(id, { tags: index % 3 === 0 ? ['third'] : [] }));
      await store().chargers.createMany(records);
      const thirds = numbered(120).filter((_, index) => index % 3 === 0);
      expect((await listPages(store(), { tag: 'third' }, 7)).flat()).toEqual(thirds);
    });

    it('shows every charger that was there before exactly once while others come and go', async () => {
      await store().chargers.createMany(numbered(150).map((id) => chargerRecord(id)));
      const seen: string[] = [];
      let continuation: string | undefined;
      do {
        const page = await store().chargers.list({}, 20, continuation);
        seen.push(...page.items.map(({ charger }) => charger.id));
        continuation = page.continuation;
        await store().chargers.create(chargerRecord(`CP-${seen.length}-new`));
        await store().chargers.create(chargerRecord(`AA-${seen.length}`));
        await store().chargers.delete(seen.at(-1) ?? '');
      } while (continuation !== undefined);
      expect(seen.filter((id) => /^CP-\d{3}$/.test(id))).toEqual(numbered(150));
      expect(new Set(seen).size).toBe(seen.length);
    });

    it.each(['nonsense', '', '%', 'e30', 'WzEsMl0', '💥'])('refuses the continuation %j', async (continuation) => {
      await expect(store().chargers.list({}, 10, continuation)).rejects.toThrow(BadContinuationError);
    });

    it.each([0, -1, 1.5, 1001, Number.NaN])('refuses the limit %d', async (limit) => {
      await expect(store().chargers.list({}, limit)).rejects.toThrow(RangeError);
    });
  });
}

function describeMessages(store: () => Store): void {
  describe('message log', () => {
    const start = call(1000, 'sent', 'StartTransaction');
    const started = answer(1100, 'received', 'StartTransaction');
    const remote = call(2000, 'received', 'RemoteStopTransaction');
    const accepted = answer(2001, 'sent', 'RemoteStopTransaction');
    const values = call(3000, 'sent', 'MeterValues');
    const broken: LoggedFrame = { ...call(4000, 'received', ''), type: 'invalid', payload: exotic };

    async function fill(): Promise<void> {
      await store().messages.append('CP-1', [start, started]);
      await store().messages.append('CP-2', [call(1500, 'sent', 'Heartbeat')]);
      await store().messages.append('CP-1', [remote, accepted, values]);
      await store().messages.append('CP-1', [broken]);
    }

    it('shows the frames of one charger, newest first', async () => {
      await fill();
      const page = await store().messages.page('CP-1', {}, 100);
      expect(page).toEqual({ items: [broken, values, accepted, remote, started, start] });
    });

    it('shows nothing of a charger without frames', async () => {
      await fill();
      expect(await store().messages.page('CP-3', {}, 100)).toEqual({ items: [] });
    });

    it('takes an append of no frames for nothing', async () => {
      await store().messages.append('CP-1', []);
      expect(await store().messages.page('CP-1', {}, 100)).toEqual({ items: [] });
    });

    const filters: [string, MessageFilter, LoggedFrame[]][] = [
      ['action', { action: 'RemoteStopTransaction' }, [accepted, remote]],
      ['the action of a frame among others', { action: 'MeterValues' }, [values]],
      ['no action', { action: '' }, [broken]],
      ['direction sent', { direction: 'sent' }, [values, accepted, start]],
      ['direction received', { direction: 'received' }, [broken, remote, started]],
      ['from, inclusive', { from: 2001 }, [broken, values, accepted]],
      ['to, inclusive', { to: 2000 }, [remote, started, start]],
      ['from and to', { from: 1100, to: 2000 }, [remote, started]],
      ['all at once', { action: 'StartTransaction', direction: 'received', from: 1000, to: 2000 }, [started]],
      ['what nothing matches', { action: 'Authorize' }, []],
    ];

    it.each(filters)('filters by %s', async (_, filter, expected) => {
      await fill();
      expect(await store().messages.page('CP-1', filter, 100)).toEqual({ items: expected });
      expect((await framePages(store(), 'CP-1', filter, 1)).flat()).toEqual(expected);
    });

    it('keeps the order of frames and of appends of the same millisecond', async () => {
      const frames = Array.from({ length: 60 }, (_, index) => ({ ...call(5000, 'sent', 'A'), messageId: `m${index}` }));
      await Promise.all(inGroups(frames, 3).map((group) => store().messages.append('CP-1', group)));
      expect((await framePages(store(), 'CP-1', {}, 7)).flat()).toEqual(frames.toReversed());
    });

    it.each([1, 4, 100])('goes on in pages of %d, over appends of several frames', async (limit) => {
      const frames = Array.from({ length: 200 }, (_, index) =>
        call(index, index % 5 ? 'sent' : 'received', `A${index % 3}`),
      );
      for (const group of inGroups(frames, 3)) await store().messages.append('CP-1', group);
      const expected = frames.filter(({ direction, action }) => direction === 'sent' && action === 'A1').toReversed();
      const pages = await framePages(store(), 'CP-1', { direction: 'sent', action: 'A1' }, limit);
      expect(pages.flat()).toEqual(expected);
      expect(pages.every((page) => page.length > 0 && page.length <= limit)).toBe(true);
    });

    it('shows frames once each while new ones arrive', async () => {
      const frames = Array.from({ length: 50 }, (_, index) => call(index, 'sent', 'A'));
      for (const group of inGroups(frames, 3)) await store().messages.append('CP-1', group);
      const seen: LoggedFrame[] = [];
      let continuation: string | undefined;
      do {
        const page = await store().messages.page('CP-1', {}, 8, continuation);
        seen.push(...page.items);
        continuation = page.continuation;
        await store().messages.append('CP-1', [call(9000, 'sent', 'New')]);
      } while (continuation !== undefined);
      expect(seen).toEqual(frames.toReversed());
    });

    it('keeps every member of a frame', async () => {
      const frame: LoggedFrame = {
        at: 1,
        direction: 'received',
        type: 'error',
        action: 'DataTransfer',
        messageId: '🔌-1',
        payload: { deep: [1, null, { text: exotic, fraction: 0.1 }] },
        error: { code: 'GenericError', description: exotic },
        durationMs: 12.5,
      };
      await store().messages.append('CP-1', [frame]);
      expect((await store().messages.page('CP-1', {}, 1)).items).toStrictEqual([frame]);
    });

    it('is not moved by what happens to frames after they were passed in', async () => {
      const frames = [call(1, 'sent', 'A')];
      const appending = store().messages.append('CP-1', frames);
      frames.push(call(2, 'sent', 'B'));
      await appending;
      expect((await store().messages.page('CP-1', {}, 10)).items).toEqual([call(1, 'sent', 'A')]);
    });

    it('forgets one charger', async () => {
      await fill();
      await store().messages.deleteAll('CP-1');
      expect((await store().messages.page('CP-1', {}, 10)).items).toEqual([]);
      expect((await store().messages.page('CP-2', {}, 10)).items).toHaveLength(1);
      await store().messages.append('CP-1', [start]);
      expect((await store().messages.page('CP-1', {}, 10)).items).toEqual([start]);
    });

    it.each(['nonsense', '', '%', 'e30', 'WyJ4Il0', 'Wy0xLDBd'])(
      'refuses the continuation %j',
      async (continuation) => {
        await fill();
        await expect(store().messages.page('CP-1', {}, 10, continuation)).rejects.toThrow(BadContinuationError);
      },
    );

    it.each([0, 1001])('refuses the limit %d', async (limit) => {
      await expect(store().messages.page('CP-1', {}, limit)).rejects.toThrow(RangeError);
    });
  });
}

function describeRuns(store: () => Store): void {
  const entry = (id: string, listed = true, document: unknown = { id }): RunEntry => ({
    id,
    createdAt: 1000,
    listed,
    document,
  });

  describe('runs', () => {
    it('reads back what was put, unicode and all', async () => {
      const whole = entry('R-1', true, { text: exotic, list: [1, { deep: null }] });
      await store().runs.put(whole);
      expect(await store().runs.read('R-1')).toStrictEqual({ ...whole, etag: expect.any(String) });
      expect(await store().runs.read('R-2')).toBeUndefined();
    });

    it('lets one of several take what is pending, and nobody what is taken, done or not there', async () => {
      const { commands } = store();
      await commands.create(pending('c1', 1000));
      const outcomes = await Promise.all([1, 2, 3].map(() => commands.take('CP-1', 'c1')));
      expect([...outcomes].sort()).toEqual([false, false, true]);
      expect(await commands.read('CP-1', 'c1')).toStrictEqual({ ...pending('c1', 1000), state: 'taken' });
      expect(await commands.pending('CP-1')).toEqual([]);
      expect(await commands.take('CP-1', 'c1')).toBe(false);
      await commands.put(done('c1', 1000));
      expect(await commands.take('CP-1', 'c1')).toBe(false);
      expect(await commands.take('CP-1', 'c2')).toBe(false);
    });

    it('gives back what was taken', async () => {
      const { commands } = store();
      await commands.create(pending('c1', 1000));
      await commands.take('CP-1', 'c1');
      await commands.put(pending('c1', 1000));
      expect((await commands.pending('CP-1')).map(({ id }) => id)).toEqual(['c1']);
      expect(await commands.take('CP-1', 'c1')).toBe(true);
    });

    it('overwrites with put, wholly', async () => {
      await store().runs.put(entry('R-1', true, { state: 'running', more: 1 }));
      await store().runs.put(entry('R-1', true, { state: 'finished' }));
      expect((await store().runs.read('R-1'))?.document).toStrictEqual({ state: 'finished' });
    });

    it('replaces what has not been written since it was read, time and again', async () => {
      await store().runs.put(entry('R-1', false, { state: 1 }));
      const first = (await store().runs.read('R-1'))?.etag ?? '';
      const second = await store().runs.replace(entry('R-1', false, { state: 2 }), first);
      const third = await store().runs.replace(entry('R-1', false, { state: 3 }), second);
      const found = { ...entry('R-1', false, { state: 3 }), etag: third };
      expect(await store().runs.read('R-1')).toStrictEqual(found);
      expect(new Set([first, second, third]).size).toBe(3);
    });

    it('refuses to replace what has been written since, or is not there, and leaves that alone', async () => {
      await store().runs.put(entry('R-1', true, { state: 1 }));
      const { etag = '' } = (await store().runs.read('R-1')) ?? {};
      await store().runs.put(entry('R-1', true, { state: 2 }));
      await expect(store().runs.replace(entry('R-1', true, { state: 3 }), etag)).rejects.toThrow(StaleError);
      await expect(store().runs.replace(entry('R-2'), etag)).rejects.toThrow(StaleError);
      expect((await store().runs.read('R-1'))?.document).toStrictEqual({ state: 2 });
      expect(await store().runs.read('R-2')).toBeUndefined();
    });

    it('lets one of several replace what all of them have read', async () => {
      await store().runs.put(entry('R-1'));
      const { etag = '' } = (await store().runs.read('R-1')) ?? {};
      const all = await Promise.allSettled(
        [1, 2, 3, 4].map((by) => store().runs.replace(entry('R-1', true, { by }), etag)),
      );
      expect(all.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
      const winner = 1 + all.findIndex(({ status }) => status === 'fulfilled');
      expect((await store().runs.read('R-1'))?.document).toStrictEqual({ by: winner });
    });

    it('lists runs by id, page by page, and never their parts', async () => {
      for (const id of ['R-3', 'R-1', 'R-2']) {
        await store().runs.put(entry(id));
        await store().runs.put(entry(`${id}~0`, false));
      }
      const first = await store().runs.list(2);
      expect(first.items.map(({ id }) => id)).toEqual(['R-1', 'R-2']);
      const second = await store().runs.list(2, first.continuation);
      expect(second).toEqual({ items: [entry('R-3')] });
      expect((await store().runs.read('R-1~0'))?.listed).toBe(false);
    });

    it('refuses a continuation that is none, and limits out of range', async () => {
      await expect(store().runs.list(10, 'nonsense')).rejects.toThrow(BadContinuationError);
      await expect(store().runs.list(0)).rejects.toThrow(RangeError);
    });
  });
}

function describeCommands(store: () => Store): void {
  describe('commands', () => {
    it('reads back what was created', async () => {
      await store().commands.create(pending('c1', 1000));
      expect(await store().commands.read('CP-1', 'c1')).toStrictEqual(pending('c1', 1000));
    });

    it('keeps entries of different chargers apart', async () => {
      await store().commands.create(pending('c1', 1000));
      await store().commands.create({ ...pending('c1', 2000), chargerId: 'CP-2' });
      expect((await store().commands.read('CP-2', 'c1'))?.createdAt).toBe(2000);
      expect(await store().commands.read('CP-3', 'c1')).toBeUndefined();
      expect(await store().commands.pending('CP-1')).toEqual([pending('c1', 1000)]);
    });

    it('refuses to create what exists and leaves that alone', async () => {
      await store().commands.create(pending('c1', 1000));
      await expect(store().commands.create(pending('c1', 2000))).rejects.toThrow(ExistsError);
      expect((await store().commands.read('CP-1', 'c1'))?.createdAt).toBe(1000);
    });

    it('lets one of two that use the same key at once have it', async () => {
      const both = [1000, 2000].map((at) => store().commands.create(pending('c1', at)));
      const outcomes = await Promise.allSettled(both);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('shows pending commands, oldest first', async () => {
      for (const [id, at] of [
        ['b', 2000],
        ['c', 3000],
        ['a', 1000],
      ] as const)
        await store().commands.create(pending(id, at));
      expect((await store().commands.pending('CP-1')).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    });

    it('shows neither taken nor done entries nor those without a command', async () => {
      for (const id of ['a', 'b', 'c']) await store().commands.create(pending(id, 1000));
      await store().commands.create({ id: 'key', chargerId: 'CP-1', createdAt: 500, state: 'pending' });
      await store().commands.put({ ...pending('a', 1000), state: 'taken' });
      await store().commands.put(done('b', 1000));
      expect((await store().commands.pending('CP-1')).map(({ id }) => id)).toEqual(['c']);
    });

    it('overwrites with put, wholly', async () => {
      await store().commands.create(pending('c1', 1000));
      await store().commands.put(done('c1', 1000));
      expect(await store().commands.read('CP-1', 'c1')).toStrictEqual(done('c1', 1000));
    });

    it('puts what was not there', async () => {
      await store().commands.put(done('c1', 1000));
      expect(await store().commands.read('CP-1', 'c1')).toStrictEqual(done('c1', 1000));
    });

    it('keeps whole answers, big and with unicode', async () => {
      const body = { text: exotic, big: 'ü'.repeat(100_000) };
      const entry: CommandEntry = { ...done('c1', 1), answer: { status: 200, headers: { 'x-a': 'b' }, body } };
      await store().commands.put(entry);
      expect(await store().commands.read('CP-1', 'c1')).toStrictEqual(entry);
    });

    it('is not moved by what happens to an entry after it was passed in', async () => {
      const entry = pending('c1', 1000);
      const creating = store().commands.create(entry);
      entry.state = 'done';
      await creating;
      const read = await store().commands.read('CP-1', 'c1');
      expect(read?.state).toBe('pending');
    });
  });
}

function fullRecord(id: string): ChargerRecord {
  return {
    charger: chargerDocument(id, { tags: ['ci', 'dc'], timers: { heartbeat: 1_700_000_100_000.5 } }),
    lease: { holder: 'process-1', until: 1_700_000_030_000, number: 4 },
    nextWakeAt: 1_700_000_100_000,
    statuses: ['Accepted', 'Charging'],
  };
}

function assorted(): ChargerRecord[] {
  const persistent: Partial<Charger> = { connection: 'persistent' };
  return [
    { ...chargerRecord('A-1', { ...persistent, tags: ['ci', 'dc'] }), nextWakeAt: 1000, statuses: ['Available'] },
    { ...chargerRecord('A-2', { ...persistent, protocol: 'ocpp2.0.1' }), nextWakeAt: 2000, statuses: ['Charging'] },
    { ...chargerRecord('B-1', { tags: ['ci'] }), nextWakeAt: 3000, statuses: ['up', 'Charging'] },
    chargerRecord('a-1', { tags: ['a","b', 'cis'] }),
  ];
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `CP-${String(index).padStart(3, '0')}`);
}

async function increment(store: Store): Promise<void> {
  for (;;) {
    const stored = await store.chargers.read('CP-1');
    if (!stored) throw new Error('CP-1 is gone');
    stored.charger.lastId += 1;
    try {
      await store.chargers.replace(stored, stored.etag);
      return;
    } catch (error) {
      if (!(error instanceof StaleError)) throw error;
    }
  }
}

async function listPages(store: Store, filter: ChargerFilter, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let continuation: string | undefined;
  do {
    const page = await store.chargers.list(filter, limit, continuation);
    pages.push(page.items.map(({ charger }) => charger.id));
    continuation = page.continuation;
  } while (continuation !== undefined);
  return pages;
}

async function listIds(store: Store, filter: ChargerFilter): Promise<string[]> {
  return (await listPages(store, filter, 1000)).flat();
}

async function framePages(
  store: Store,
  chargerId: string,
  filter: MessageFilter,
  limit: number,
): Promise<LoggedFrame[][]> {
  const pages: LoggedFrame[][] = [];
  let continuation: string | undefined;
  do {
    const page = await store.messages.page(chargerId, filter, limit, continuation);
    pages.push(page.items);
    continuation = page.continuation;
  } while (continuation !== undefined);
  return pages;
}

function inGroups<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, group) =>
    items.slice(group * size, (group + 1) * size),
  );
}

function call(at: number, direction: 'sent' | 'received', action: string): LoggedFrame {
  return { at, direction, type: 'call', action, messageId: `${action}-${at}`, payload: { n: at } };
}

function answer(at: number, direction: 'sent' | 'received', action: string): LoggedFrame {
  return { at, direction, type: 'result', action, messageId: `${action}-${at}`, payload: {}, durationMs: 3 };
}

function pending(id: string, createdAt: number): CommandEntry {
  return { id, chargerId: 'CP-1', createdAt, command: { kind: 'connect' }, timeoutMs: 30_000, state: 'pending' };
}

function done(id: string, createdAt: number): CommandEntry {
  const settled = {
    outcome: { ok: true as const, result: { status: 'Accepted' } },
    exchange: [call(1, 'sent', 'Heartbeat')],
  };
  return { id, chargerId: 'CP-1', createdAt, state: 'done', settled, fingerprint: 'f' };
}
