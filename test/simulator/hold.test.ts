// Hold windows: chargers that want to be reachable on hosts whose processes do not live for ever.
import type { Command } from '../../lib/charger/command';
import type { Simulator, Woken } from '../../lib/simulator/simulator';
import { createLocalBell } from '../../lib/store/bell';
import { createRig, heartbeat, type Rig, run, startSession } from './rig';

interface Told {
  id: string;
  at: number | undefined;
  before: number | undefined;
}

/** Processes without residents, and what their keepers were told. */
function createServerless(): { rig: Rig; told: Told[]; process: () => Simulator } {
  const rig = createRig();
  const told: Told[] = [];
  const keeper = {
    schedule: (id: string, at: number | undefined, before?: number) => void told.push({ id, at, before }),
  };
  return { rig, told, process: () => rig.process({ keeper, residents: false }) };
}

const awaitReset: Command = { kind: 'awaitMessage', action: 'ClearCache' };

/** The end of a window, noted when it comes. */
function noted(window: Promise<Woken>): { woken?: Woken } {
  const note: { woken?: Woken } = {};
  void window.then((woken) => {
    note.woken = woken;
  });
  return note;
}

describe('a persistent charger without a process of its own', () => {
  it('is due at once when it is created, and a mere wake asks for a window without dialling', async () => {
    const { rig, told, process } = createServerless();
    const one = process();
    await one.create(rig.spec('CP-1', { connection: 'persistent' }));
    expect(told).toEqual([{ id: 'CP-1', at: rig.time.clock(), before: undefined }]);
    expect((await rig.raw.chargers.list({ dueBefore: rig.time.clock() }, 10)).items).toHaveLength(1);
    expect(await one.wake('CP-1')).toMatchObject({ hold: true });
    expect(rig.journal).toEqual([]);
  });

  it('is held for the window, then closed politely and kept for the next holder', async () => {
    const { rig, process } = createServerless();
    const [one, two] = [process(), process()];
    await one.create(rig.spec('CP-1', { connection: 'persistent' }));
    const first = noted(one.hold('CP-1', rig.time.clock() + 240_000));
    await rig.time.advance(239_000);
    expect(rig.csms.of('CP-1').state).toBe('up');
    expect(first.woken).toBeUndefined();
    await rig.time.advance(1_000);
    expect(first.woken).toMatchObject({ hold: true });
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['closed']);
    const between = await rig.raw.chargers.read('CP-1');
    expect(between?.charger.link.state).toBe('down');
    expect(between?.lease?.until).toBe(rig.time.clock() + 10_000);

    const second = noted(two.hold('CP-1', rig.time.clock() + 240_000));
    await rig.time.advance(1_000);
    expect(second.woken).toBeUndefined();
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['closed', 'up']);
    expect(rig.csms.actions().filter((action) => action === 'BootNotification')).toHaveLength(1);
  });

  it('OCPP-J 1.6 §3.1: one that a command brings in while the store is asked for the window has one session, one socket', async () => {
    const { rig, process } = createServerless();
    const one = process();
    await one.create(rig.spec('CP-1', { connection: 'persistent' }));
    const { read } = rig.store.chargers;
    let answer = (): void => {};
    rig.store.chargers.read = async (id) => {
      rig.store.chargers.read = read;
      const stored = await read(id);
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return stored;
    };
    const window = noted(one.hold('CP-1', rig.time.clock() + 60_000));
    await run(rig, one, 'CP-1', heartbeat);
    answer();
    await rig.time.advance(30_000);
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['up']);
    expect(rig.csms.actions().filter((action) => action === 'BootNotification')).toHaveLength(1);
    await rig.time.advance(30_000);
    expect([window.woken?.hold, rig.csms.live()]).toEqual([true, []]);
  });

  it('hands over a call of the CSMS that is to be answered later: the next holder answers it', async () => {
    const { rig, process } = createServerless();
    const [one, two] = [process(), process()];
    await one.create(rig.spec('CP-1', { connection: 'persistent' }));
    const first = noted(one.hold('CP-1', rig.time.clock() + 60_000));
    await rig.time.advance(1_000);
    await run(rig, one, 'CP-1', { kind: 'setBehaviour', behaviour: { incoming: [{ delayMs: 90_000, times: 1 }] } });
    rig.csms.of('CP-1').call('csms-1', 'ClearCache', {});
    await rig.time.advance(61_000);
    expect(first.woken).toMatchObject({ hold: true });
    void two.hold('CP-1', rig.time.clock() + 60_000);
    await rig.time.advance(20_000);
    const answers = () => rig.csms.of('CP-1').sent.filter((text) => text.includes('"csms-1"'));
    expect(answers()).toEqual([]);
    await rig.time.advance(15_000);
    expect(answers()).toEqual(['[3,"csms-1",{"status":"Accepted"}]']);
  });

  it('lets the call under way end before it is handed over', async () => {
    const { rig, process } = createServerless();
    const [one, other] = [process(), process()];
    await one.create(rig.spec('CP-1', { connection: 'persistent' }));
    const window = noted(one.hold('CP-1', rig.time.clock() + 60_000));
    await rig.time.advance(59_000);
    let answer = (_: Record<string, unknown>): void => {};
    rig.csms.answers.Heartbeat = () => new Promise((resolve) => (answer = resolve));
    const asked = other.submit('CP-1', heartbeat, { commandId: 'c1', timeoutMs: 30_000 });
    await rig.time.advance(3_000);
    expect(window.woken).toBeUndefined();
    answer({ currentTime: new Date(rig.time.clock()).toISOString() });
    await rig.time.advance(1_000);
    expect(window.woken).toMatchObject({ hold: true });
    expect((await asked).outcome.ok).toBe(true);
  });

  it('OCPP 1.6 §3.7: a slow CSMS has as long as ever to answer, and is not asked twice', async () => {
    const { rig, process } = createServerless();
    const [one, two] = [process(), process()];
    await one.create(rig.spec('CP-1', { connection: 'persistent' }));
    const window = noted(one.hold('CP-1', rig.time.clock() + 60_000));
    await rig.time.advance(59_000);
    let answer = (_: Record<string, unknown>): void => {};
    rig.csms.answers.StartTransaction = () => new Promise((resolve) => (answer = resolve));
    const started = one.submit('CP-1', startSession, { commandId: 'c1', timeoutMs: 60_000 });
    await rig.time.advance(28_000);
    expect(window.woken).toBeUndefined();
    answer({ idTagInfo: { status: 'Accepted' }, transactionId: 7 });
    await rig.time.advance(1_000);
    expect(window.woken).toMatchObject({ hold: true });
    expect((await started).outcome).toMatchObject({ ok: true, result: { transactionId: 7 } });
    void two.hold('CP-1', rig.time.clock() + 60_000);
    await rig.time.advance(59_000);
    expect(rig.csms.actions().filter((action) => action === 'StartTransaction')).toHaveLength(1);
  });

  it('OCPP 1.6 §4.6: a heartbeat due when the window ends is sent by the next holder', async () => {
    const { rig, process } = createServerless();
    const [one, two] = [process(), process()];
    await one.create(rig.spec('CP-1', { connection: 'persistent', configuration: { HeartbeatInterval: '60' } }));
    rig.csms.answers.BootNotification = { status: 'Accepted', currentTime: new Date(0).toISOString(), interval: 60 };
    void one.hold('CP-1', rig.time.clock() + 60_000);
    await rig.time.advance(62_000);
    void two.hold('CP-1', rig.time.clock() + 60_000);
    await rig.time.advance(1_000);
    expect(rig.csms.actions().filter((action) => action === 'Heartbeat')).toHaveLength(1);
  });

  it('a command that comes between two windows waits in the mailbox for the next holder', async () => {
    const { rig, process } = createServerless();
    const [one, two, other] = [process(), process(), process()];
    await one.create(rig.spec('CP-1', { connection: 'persistent' }));
    const first = noted(one.hold('CP-1', rig.time.clock() + 60_000));
    await rig.time.advance(60_000);
    expect(first.woken).toBeDefined();
    const asked = other.submit('CP-1', heartbeat, { commandId: 'c1', timeoutMs: 30_000 });
    await rig.time.advance(3_000);
    expect(rig.csms.live()).toEqual([]);
    void two.hold('CP-1', rig.time.clock() + 60_000);
    await rig.time.advance(1_000);
    rig.bell.ring('mailbox/CP-1');
    await rig.time.advance(1_000);
    expect((await asked).outcome.ok).toBe(true);
    expect(rig.csms.connections).toHaveLength(2);
  });

  it('a command that waits for an answer keeps the charger for ten seconds beyond the window; an answer in time counts', async () => {
    const { rig, process } = createServerless();
    const [one, two] = [process(), process()];
    await one.create(rig.spec('CP-1', { connection: 'persistent' }));
    rig.csms.answers.Heartbeat = 'silence';
    const window = noted(one.hold('CP-1', rig.time.clock() + 60_000));
    await rig.time.advance(59_000);
    const raw = (id: string): Command => ({ kind: 'sendFrame', text: `[2,"${id}","Heartbeat",{}]` });
    const ask = (id: string) => one.submit('CP-1', raw(id), { commandId: id, timeoutMs: 60_000 });
    const [answered, unanswered] = [ask('raw-1'), ask('raw-2')];
    await rig.time.advance(9_000);
    rig.csms.of('CP-1').say('[3,"raw-1",{"currentTime":"2026-01-01T00:00:00Z"}]');
    expect((await answered).outcome).toMatchObject({ ok: true });
    await rig.time.settle();
    expect(window.woken).toBeUndefined();
    await rig.time.advance(2_000);
    expect([window.woken?.hold, rig.csms.live()]).toEqual([true, []]);
    void two.hold('CP-1', rig.time.clock() + 60_000);
    await rig.time.advance(50_000);
    expect((await unanswered).outcome).toMatchObject({ ok: false, refusal: { kind: 'timeout' } });
  });

  it('a command that only listens goes along without delay; who waits here or elsewhere is told, with the frames', async () => {
    const { rig, process } = createServerless();
    const [one, two, other] = [process(), process(), process()];
    await one.create(rig.spec('CP-1', { connection: 'persistent' }));
    const first = noted(one.hold('CP-1', rig.time.clock() + 60_000));
    await rig.time.advance(50_000);
    const here = one.submit('CP-1', awaitReset, { commandId: 'here', timeoutMs: 120_000 });
    const elsewhere = other.submit('CP-1', awaitReset, { commandId: 'elsewhere', timeoutMs: 120_000 });
    await rig.time.advance(10_000);
    expect([first.woken?.hold, rig.csms.live()]).toEqual([true, []]);
    void two.hold('CP-1', rig.time.clock() + 60_000);
    await rig.time.advance(1_000);
    rig.csms.of('CP-1').call('m1', 'ClearCache', {});
    await rig.time.advance(2_000);
    for (const settled of [await here, await elsewhere]) {
      expect(settled.outcome).toMatchObject({ ok: true, result: { action: 'ClearCache' } });
      expect(settled.exchange.map(({ action, direction }) => `${direction} ${action}`)).toContain(
        'received ClearCache',
      );
    }
    expect(rig.csms.connections).toHaveLength(2);
  });

  describe('heard from when it was asked for: a call of the CSMS', () => {
    const answer = { action: 'ClearCache', request: {}, response: { status: 'Accepted' } };
    const exchange = ['received call ClearCache', 'sent result ClearCache'];
    const isDown = { charger: { link: { state: 'down' } } };

    /** Processes that do not hear each other's bells: what one leaves in the mailbox, the other finds when `look` is called. */
    function createDeaf() {
      const rig = createRig();
      const bells = [createLocalBell(), createLocalBell(), createLocalBell()] as const;
      const keeper = { schedule: () => {} };
      const [one, two, other] = bells.map((bell) => rig.process({ bell, keeper, residents: false }));
      if (!one || !two || !other) throw new Error('three processes');
      return { rig, one, two, other, look: () => bells.forEach((bell) => void bell.ring('mailbox/CP-1')) };
    }

    async function createHeld() {
      const deaf = createDeaf();
      const { rig, one } = deaf;
      await one.create(rig.spec('CP-1', { connection: 'persistent' }));
      const first = noted(one.hold('CP-1', rig.time.clock() + 60_000));
      await rig.time.advance(30_000);
      const listen = (process: Simulator, command = awaitReset) =>
        process.submit('CP-1', command, { commandId: 'listener', timeoutMs: 60_000 });
      const call = async (id: string, action = 'ClearCache', payload = {}) => {
        rig.csms.of('CP-1').call(id, action, payload);
        await rig.time.advance(10);
      };
      return { ...deaf, first, listen, call };
    }

    it('before the holder has looked into the mailbox; none that came before, and none again', async () => {
      const { rig, other, look, listen, call } = await createHeld();
      await call('too-early');
      const listening = listen(other);
      await rig.time.advance(10);
      await call('heard');
      await call('too-late');
      look();
      await rig.time.advance(1_000);
      const settled = await listening;
      expect(settled.outcome).toEqual({ ok: true, result: answer });
      expect([...new Set(settled.exchange.map(({ messageId }) => messageId))]).toEqual(['heard', 'too-late']);
      const again = other.submit('CP-1', awaitReset, { commandId: 'again', timeoutMs: 5_000 });
      await rig.time.advance(10);
      look();
      await rig.time.advance(6_000);
      expect((await again).outcome).toMatchObject({ ok: false, refusal: { kind: 'timeout' } });
    });

    it('that is refused, with what it must have; others are not taken for it', async () => {
      const { rig, other, look, listen, call } = await createHeld();
      const listening = listen(other, {
        kind: 'awaitMessage',
        action: 'ChangeAvailability',
        match: { connectorId: 9 },
      });
      await rig.time.advance(10);
      await call('m1', 'ChangeAvailability', { connectorId: 1, type: 'Operative' });
      await call('m2', 'ClearCache');
      await call('m3', 'ChangeAvailability', { connectorId: 9, type: 'Nonsense' });
      look();
      await rig.time.advance(1_000);
      expect((await listening).outcome).toMatchObject({
        ok: true,
        result: { request: { connectorId: 9 }, response: { error: { code: 'PropertyConstraintViolation' } } },
      });
    });

    it('when the holder never looked: the next one finds it in the log', async () => {
      const { rig, two, other, look, first, listen, call } = await createHeld();
      const listening = listen(other);
      await rig.time.advance(10);
      await call('m1');
      await rig.time.advance(30_000);
      expect([first.woken?.hold, rig.csms.live()]).toEqual([true, []]);
      void two.hold('CP-1', rig.time.clock() + 60_000);
      await rig.time.advance(1_000);
      look();
      await rig.time.advance(1_000);
      const { outcome, exchange: frames } = await listening;
      expect(outcome).toEqual({ ok: true, result: answer });
      expect(frames.map(({ direction, type, action }) => `${direction} ${type} ${action}`)).toEqual(exchange);
    });

    it('in the last moment of a window, though the log is slow: the charger is handed over when it is written', async () => {
      const { rig, two, other, look, listen, call } = await createHeld();
      const { append } = rig.store.messages;
      const listening = listen(other);
      await rig.time.advance(29_900);
      rig.store.messages.append = async (...what) => {
        await new Promise<void>((resolve) => rig.time.timer.set(rig.time.clock() + 3_000, resolve));
        return append(...what);
      };
      await call('m1');
      void two.hold('CP-1', rig.time.clock() + 60_000);
      for (let seconds = 0; seconds < 8; seconds++) {
        await rig.time.advance(1_000);
        look();
      }
      expect((await listening).outcome).toEqual({ ok: true, result: answer });
    });

    it('while the holder that was asked is leaving, and takes nothing on any more', async () => {
      const { rig, one, two, look, first, listen, call } = await createHeld();
      rig.csms.answers.Heartbeat = 'silence';
      await rig.time.advance(25_000);
      const slow = one.submit('CP-1', heartbeat, { commandId: 'slow', timeoutMs: 40_000 });
      await rig.time.advance(10_000);
      const listening = listen(one);
      await rig.time.advance(10);
      await call('m1');
      expect([first.woken, rig.csms.of('CP-1').state]).toEqual([undefined, 'up']);
      await rig.time.advance(21_000);
      expect(first.woken?.hold).toBe(true);
      void two.hold('CP-1', rig.time.clock() + 60_000);
      await rig.time.advance(1_000);
      look();
      await rig.time.advance(5_000);
      expect((await slow).outcome.ok).toBe(false);
      expect((await listening).outcome).toEqual({ ok: true, result: answer });
    });

    it('on a charger that was let go of meanwhile: asked for later elsewhere, it looks back', async () => {
      const { rig, one, other, look } = createDeaf();
      await one.create(rig.spec('CP-1'));
      await run(rig, one, 'CP-1', { kind: 'connect', holdSeconds: 20 });
      const since = rig.time.clock();
      rig.csms.of('CP-1').call('m1', 'ClearCache', {});
      await rig.time.advance(30_000);
      expect(await rig.raw.chargers.read('CP-1')).toMatchObject(isDown);
      const listening = other.submit('CP-1', awaitReset, { commandId: 'job', timeoutMs: 10_000, since });
      await rig.time.advance(1_000);
      look();
      expect((await listening).outcome).toEqual({ ok: true, result: answer });
    });

    it('is listened for all the same when the log cannot be read', async () => {
      const { rig, other, look, listen, call } = await createHeld();
      const listening = listen(other);
      await rig.time.advance(10);
      rig.store.messages.page = () => Promise.reject(new Error('down'));
      look();
      await rig.time.advance(10);
      await call('m1');
      await rig.time.advance(1_000);
      expect((await listening).outcome).toEqual({ ok: true, result: answer });
      expect(rig.logged).toMatchObject([{ message: 'message log not read', command: 'listener' }]);
    });
  });

  it('is let go of for good when it no longer wants to be reachable', async () => {
    const { rig, process } = createServerless();
    const one = process();
    await one.create(rig.spec('CP-1', { connection: 'persistent' }));
    const window = noted(one.hold('CP-1', rig.time.clock() + 240_000));
    await rig.time.advance(1_000);
    await run(rig, one, 'CP-1', { kind: 'power', state: 'off' });
    await rig.time.settle();
    expect(window.woken).toEqual({ hold: false });
    expect((await rig.raw.chargers.read('CP-1'))?.lease?.until).toBe(0);
    expect(await one.hold('CP-1', rig.time.clock() + 240_000)).toEqual({ hold: false });
    expect(await one.hold('nobody', rig.time.clock() + 240_000)).toEqual({ hold: false });
  });

  it('whose CSMS cannot be reached is not waited for: it is woken for the next attempt', async () => {
    const { rig, process } = createServerless();
    const one = process();
    await one.create(rig.spec('CP-1', { connection: 'persistent' }));
    rig.csms.accepts = false;
    const fail = () => {
      for (const connection of rig.csms.live()) connection.drop('unreachable', 'refused');
    };
    const window = noted(one.hold('CP-1', rig.time.clock() + 240_000));
    await rig.time.settle();
    for (let attempt = 0; attempt < 4 && !window.woken; attempt++) {
      fail();
      await rig.time.advance(4_000);
    }
    expect(window.woken?.hold).toBe(false);
    expect(window.woken?.nextWakeAt).toBeGreaterThan(rig.time.clock());
    await rig.time.advance((window.woken?.nextWakeAt ?? 0) - rig.time.clock());
    expect(await one.wake('CP-1')).toMatchObject({ hold: true });
  });

  it('one window at a time: a second process waits until the first has let go, and dials nothing', async () => {
    const { rig, process } = createServerless();
    const [one, two] = [process(), process()];
    await one.create(rig.spec('CP-1', { connection: 'persistent' }));
    void one.hold('CP-1', rig.time.clock() + 60_000);
    await rig.time.advance(1_000);
    const second = noted(two.hold('CP-1', rig.time.clock() + 30_000));
    await rig.time.advance(30_000);
    expect(second.woken).toEqual({ hold: true });
    expect(rig.csms.connections).toHaveLength(1);
  });

  it('two that go for it at the same moment: who was slower waits for his turn, and is not told to let it sleep', async () => {
    const { rig, process } = createServerless();
    const [one, two] = [process(), process()];
    await one.create(rig.spec('CP-1', { connection: 'persistent' }));
    const first = noted(one.hold('CP-1', rig.time.clock() + 60_000));
    const second = noted(two.hold('CP-1', rig.time.clock() + 90_000));
    await rig.time.advance(59_000);
    expect([first.woken, second.woken, rig.csms.connections.length]).toEqual([undefined, undefined, 1]);
    await rig.time.advance(2_000);
    expect([first.woken?.hold, second.woken]).toEqual([true, undefined]);
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['closed', 'up']);
    await rig.time.advance(30_000);
    expect([second.woken?.hold, rig.csms.live()]).toEqual([true, []]);
  });

  it('a holder that was killed: the next one takes over when the lease has run out', async () => {
    const { rig, process } = createServerless();
    const [killed, two] = [process(), process()];
    await killed.create(rig.spec('CP-1', { connection: 'persistent' }));
    void killed.hold('CP-1', rig.time.clock() + 240_000);
    await rig.time.advance(1_000);
    const stored = await rig.raw.chargers.read('CP-1');
    expect(stored?.nextWakeAt).toBeLessThanOrEqual(stored?.lease?.until ?? 0);
    await killed.stop();
    if (stored) await rig.raw.chargers.replace(stored, (await rig.raw.chargers.read('CP-1'))?.etag ?? '');
    void two.hold('CP-1', rig.time.clock() + 240_000);
    await rig.time.advance(50_000);
    expect(rig.csms.live()).toEqual([]);
    await rig.time.advance(15_000);
    expect(rig.csms.of('CP-1').state).toBe('up');
  });

  it('a host that stops in a window hands over at once', async () => {
    const { rig, process } = createServerless();
    const [one, two] = [process(), process()];
    await one.create(rig.spec('CP-1', { connection: 'persistent' }));
    const window = noted(one.hold('CP-1', rig.time.clock() + 240_000));
    await rig.time.advance(1_000);
    await one.stop();
    expect(window.woken).toMatchObject({ hold: true });
    void two.hold('CP-1', rig.time.clock() + 240_000);
    await rig.time.advance(100);
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['closed', 'up']);
  });
});

describe('an exchange of a charger that is to stay reachable', () => {
  it('keeps its socket until a window opens in the same process: no reconnect', async () => {
    const { rig, told, process } = createServerless();
    const one = process();
    await one.create(rig.spec('CP-1'));
    await run(rig, one, 'CP-1', { kind: 'connect', holdSeconds: 300 });
    expect(told.at(-1)).toEqual({ id: 'CP-1', at: rig.time.clock(), before: undefined });
    await rig.time.advance(20_000);
    expect(await one.wake('CP-1')).toMatchObject({ hold: true });
    void one.hold('CP-1', rig.time.clock() + 240_000);
    await rig.time.advance(200_000);
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['up']);
  });

  it('hands over when nobody in this process opens a window; one elsewhere takes over at once', async () => {
    const { rig, process } = createServerless();
    const [one, two] = [process(), process()];
    await one.create(rig.spec('CP-1'));
    await run(rig, one, 'CP-1', { kind: 'connect', holdSeconds: 300 });
    void two.hold('CP-1', rig.time.clock() + 240_000);
    await rig.time.advance(29_000);
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['up']);
    await rig.time.advance(3_000);
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['closed', 'up']);
  });

  it('is over when the hold is: the window ends early and only the next heartbeat is left', async () => {
    const { rig, process } = createServerless();
    const one = process();
    await one.create(rig.spec('CP-1'));
    await run(rig, one, 'CP-1', { kind: 'connect', holdSeconds: 60 });
    const window = noted(one.hold('CP-1', rig.time.clock() + 240_000));
    await rig.time.advance(61_000);
    expect(window.woken).toEqual({ hold: false, nextWakeAt: expect.any(Number) });
    expect(rig.csms.live()).toEqual([]);
  });
});

describe('who keeps time elsewhere', () => {
  it('hears of the first deadline, and of an earlier one with the one known before', async () => {
    const { rig, told, process } = createServerless();
    const one = process();
    await one.create(rig.spec('CP-1', { configuration: { MeterValueSampleInterval: '60' } }));
    await run(rig, one, 'CP-1', { kind: 'connect' });
    const heartbeatAt = rig.time.clock() + 300_000;
    expect(told.at(-1)).toEqual({ id: 'CP-1', at: heartbeatAt, before: undefined });
    await rig.time.advance(10_000);
    await run(rig, one, 'CP-1', { kind: 'startTransaction', address: { connectorId: 1 }, idToken: 'TAG-1' });
    expect(told.at(-1)).toMatchObject({ before: heartbeatAt });
    expect(told.at(-1)?.at).toBeLessThan(heartbeatAt);
  });

  it('a wake is answered with the next deadline; the store being down fails it', async () => {
    const { rig, process } = createServerless();
    const one = process();
    await one.create(rig.spec('CP-1'));
    await run(rig, one, 'CP-1', { kind: 'connect' });
    await rig.time.advance(300_000);
    const woken = one.wake('CP-1');
    await rig.time.settle();
    expect(await woken).toEqual({ nextWakeAt: rig.time.clock() + 300_000, hold: false });
    await rig.time.advance(300_000);
    rig.beforeReplace = () => {
      throw new Error('down');
    };
    await expect(one.wake('CP-1')).rejects.toThrow('down');
    expect(await one.wake('nobody')).toEqual({ hold: false });
  });

  it('a charger that another process holds is looked at again soon, not only when its lease has run out', async () => {
    const { rig, process } = createServerless();
    const [one, two] = [process(), process()];
    await one.create(rig.spec('CP-1'));
    rig.csms.answers.BootNotification = 'silence';
    void one.submit('CP-1', { kind: 'connect' }, { commandId: 'c1', timeoutMs: 30_000 });
    await rig.time.settle();
    const woken = two.wake('CP-1');
    await rig.time.settle();
    const { nextWakeAt = 0, hold } = await woken;
    expect(hold).toBe(false);
    expect(nextWakeAt - rig.time.clock()).toBeGreaterThanOrEqual(5_000);
    expect(nextWakeAt - rig.time.clock()).toBeLessThanOrEqual(60_001);
  });

  it('sleeps on when told to: no deadline is left in the store until the charger is used again', async () => {
    const { rig, told, process } = createServerless();
    const one = process();
    await one.create(rig.spec('CP-1'));
    await run(rig, one, 'CP-1', { kind: 'connect' });
    expect(await one.letSleep('CP-1')).toBe(true);
    expect((await rig.raw.chargers.read('CP-1'))?.nextWakeAt).toBeUndefined();
    expect(told.at(-1)?.at).toBeUndefined();
    await run(rig, one, 'CP-1', heartbeat);
    expect(told.at(-1)).toMatchObject({ at: expect.any(Number), before: undefined });
    expect(await one.letSleep('nobody')).toBe(false);
  });
});
