// Several processes over one store: who holds a charger, how commands reach him, what happens when he dies.
import { BusyError } from '../../lib/simulator/service';
import { createRig, heartbeat, type Rig, run } from './rig';

const count = (rig: Rig, action: string) => rig.csms.actions().filter((one) => one === action).length;

describe('a charger held by another process', () => {
  it('takes commands through its mailbox and tells the outcome with the frames', async () => {
    const rig = createRig();
    const [holder, other] = [rig.process(), rig.process()];
    await holder.create(rig.spec('CP-1'));
    await run(rig, holder, 'CP-1', { kind: 'connect', holdSeconds: 60 });
    const settled = await run(rig, other, 'CP-1', heartbeat);
    expect(settled.outcome.ok).toBe(true);
    expect(settled.exchange.map(({ action }) => action)).toEqual(['Heartbeat', 'Heartbeat']);
    expect(rig.csms.connections).toHaveLength(1);
    expect(await rig.raw.commands.pending('CP-1')).toEqual([]);
  });

  it('resident in one process: the other one neither dials nor waits in vain', async () => {
    const rig = createRig();
    const [holder, other] = [rig.process(), rig.process()];
    await holder.create(rig.spec('CP-1', { connection: 'persistent' }));
    await rig.time.advance(1_000);
    await other.start();
    await rig.time.advance(1_000);
    expect((await run(rig, other, 'CP-1', heartbeat)).outcome.ok).toBe(true);
    expect(rig.csms.connections).toHaveLength(1);
    expect(rig.csms.connections[0]?.state).toBe('up');
  });

  it('50 submissions from two processes at once: each runs once, never two sockets at a time', async () => {
    const rig = createRig();
    const processes = [rig.process(), rig.process()];
    await processes[0]?.create(rig.spec('CP-1'));
    let open = 0;
    let most = 0;
    rig.csms.onWire = (what) => {
      if (what === 'open') open += 1;
      if (what === 'close' || what === 'cut') open -= 1;
      most = Math.max(most, open);
    };
    const asked = Array.from({ length: 50 }, (_, n) =>
      processes[n % 2]?.submit('CP-1', heartbeat, { commandId: `c${n}`, timeoutMs: 30_000 }),
    );
    const all = Promise.all(asked);
    await rig.time.advance(5_000);
    expect((await all).every((settled) => settled?.outcome.ok)).toBe(true);
    expect(count(rig, 'Heartbeat')).toBe(50);
    expect(most).toBe(1);
  });

  it('a command that comes while the holder lets go is not lost', async () => {
    const rig = createRig();
    const [holder, other] = [rig.process(), rig.process()];
    await holder.create(rig.spec('CP-1'));
    await run(rig, holder, 'CP-1', { kind: 'connect' });
    let second: ReturnType<typeof other.submit> | undefined;
    rig.beforeReplace = async ({ lease }) => {
      if (lease?.until !== 0 || second) return;
      second = other.submit('CP-1', heartbeat, { commandId: 'late', timeoutMs: 30_000 });
      for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    };
    expect((await run(rig, holder, 'CP-1', heartbeat)).outcome.ok).toBe(true);
    await rig.time.advance(2_000);
    expect((await second)?.outcome.ok).toBe(true);
    expect(count(rig, 'Heartbeat')).toBe(2);
  });

  it('an outcome that is written after the charger has been let go is waited for', async () => {
    const rig = createRig();
    const { commands } = rig.raw;
    const late: typeof commands.put = async (entry) => {
      if (entry.state === 'done')
        await new Promise<void>((resolve) => rig.time.timer.set(rig.time.clock() + 1_000, resolve));
      return commands.put(entry);
    };
    const holder = rig.process({ residents: false, store: { ...rig.store, commands: { ...commands, put: late } } });
    await holder.create(rig.spec('CP-1', { connection: 'persistent' }));
    void holder.hold('CP-1', rig.time.clock() + 60_000);
    await rig.time.advance(1_000);
    const retired = rig.process().submit('CP-1', { kind: 'retire' }, { commandId: 'last', timeoutMs: 30_000 });
    await rig.time.advance(700);
    expect((await rig.raw.chargers.read('CP-1'))?.lease?.until).toBe(0);
    await rig.time.advance(3_000);
    expect((await retired).outcome.ok).toBe(true);
  });

  it('a holder that died: the submitter takes the lease when it has run out, and runs the command once', async () => {
    const rig = createRig();
    const dead = rig.process({ limits: { leaseMs: 20_000 } });
    await dead.create(rig.spec('CP-1'));
    await run(rig, dead, 'CP-1', { kind: 'connect' });
    const stored = await rig.raw.chargers.read('CP-1');
    if (!stored) throw new Error('no charger');
    const until = rig.time.clock() + 15_000;
    stored.charger.link.state = 'up';
    await rig.raw.chargers.replace({ ...stored, lease: { holder: 'killed', until, number: 7 } }, stored.etag);

    const other = rig.process();
    const asked = other.submit('CP-1', heartbeat, { commandId: 'c1', timeoutMs: 60_000 });
    await rig.time.advance(14_000);
    expect(count(rig, 'Heartbeat')).toBe(0);
    await rig.time.advance(2_000);
    expect((await asked).outcome.ok).toBe(true);
    expect(count(rig, 'Heartbeat')).toBe(1);
    expect((await rig.raw.chargers.read('CP-1'))?.lease).toMatchObject({ number: 8, until: 0 });
    expect((await rig.raw.commands.read('CP-1', 'c1'))?.state).toBe('done');
  });

  it('a command that the dead holder had taken and begun is finished, not begun again', async () => {
    const rig = createRig();
    const setUp = rig.process();
    await setUp.create(rig.spec('CP-1'));
    await run(rig, setUp, 'CP-1', { kind: 'connect' });
    const other = rig.process();
    const stored = await rig.raw.chargers.read('CP-1');
    if (!stored) throw new Error('no charger');
    const now = rig.time.clock();
    const command = { kind: 'awaitMessage', action: 'ClearCache' } as const;
    stored.charger.link.state = 'up';
    stored.charger.commands.c1 = { command, since: now, deadline: now + 60_000, outstanding: 0, waitingFor: 'message' };
    const lease = { holder: 'killed', until: now + 5_000, number: 7 };
    await rig.raw.chargers.replace({ ...stored, lease }, stored.etag);
    const entry = { id: 'c1', chargerId: 'CP-1', createdAt: now, command, timeoutMs: 60_000, state: 'taken' } as const;
    await rig.raw.commands.create(entry);

    const asked = other.submit('CP-1', command, { commandId: 'c1', timeoutMs: 60_000 });
    await rig.time.advance(7_000);
    rig.csms.of('CP-1').call('m1', 'ClearCache', {});
    await rig.time.settle();
    expect((await asked).outcome).toMatchObject({ ok: true, result: { action: 'ClearCache' } });
    expect((await rig.raw.commands.read('CP-1', 'c1'))?.state).toBe('done');
  });

  it.each([0, 1, 2, 3, 5, 8])(
    'commands that find out together that the holder is dead run once each (%i turns apart)',
    async (turns) => {
      const rig = createRig();
      const setUp = rig.process();
      await setUp.create(rig.spec('CP-1'));
      await run(rig, setUp, 'CP-1', { kind: 'connect' });
      const stored = await rig.raw.chargers.read('CP-1');
      if (!stored) throw new Error('no charger');
      const now = rig.time.clock();
      // One that the dead has begun, so that whoever comes next asks the mailbox for it first.
      const begun = { kind: 'awaitMessage', action: 'ClearCache' } as const;
      stored.charger.link.state = 'up';
      stored.charger.commands.c0 = {
        command: begun,
        since: now,
        deadline: now + 9_000,
        outstanding: 0,
        waitingFor: 'message',
      };
      const lease = { holder: 'killed', until: now + 5_000, number: 7 };
      await rig.raw.chargers.replace({ ...stored, lease }, stored.etag);
      const entry = {
        id: 'c0',
        chargerId: 'CP-1',
        createdAt: now,
        command: begun,
        timeoutMs: 9_000,
        state: 'taken',
      } as const;
      await rig.raw.commands.create(entry);
      const other = rig.process();
      const asked = ['c1', 'c2', 'c3'].map((commandId) =>
        other.submit('CP-1', heartbeat, { commandId, timeoutMs: 60_000 }),
      );
      await rig.time.advance(4_900);
      expect((await rig.raw.commands.pending('CP-1')).map(({ id }) => id)).toEqual(['c1', 'c2', 'c3']);
      const { read } = rig.raw.commands;
      rig.store.commands.read = async (chargerId, id) => {
        for (let turn = 0; id !== 'c0' && id !== 'c1' && turn < turns; turn++) await Promise.resolve();
        for (let turn = 0; id === 'c0' && turn < 10; turn++) await Promise.resolve();
        return read(chargerId, id);
      };
      await rig.time.advance(20_000);
      expect((await Promise.all(asked)).every(({ outcome }) => outcome.ok)).toBe(true);
      expect(count(rig, 'Heartbeat')).toBe(3);
      expect(await rig.raw.commands.pending('CP-1')).toEqual([]);
      // Whoever comes next finds nothing that was left.
      await run(rig, rig.process(), 'CP-1', heartbeat);
      await rig.time.advance(20_000);
      expect(count(rig, 'Heartbeat')).toBe(4);
    },
  );

  it('a command that the dead holder ran, its outcome lost with him, is not run again', async () => {
    const rig = createRig();
    const setUp = rig.process();
    await setUp.create(rig.spec('CP-1'));
    const stored = await rig.raw.chargers.read('CP-1');
    if (!stored) throw new Error('no charger');
    const now = rig.time.clock();
    await rig.raw.chargers.replace(
      { ...stored, lease: { holder: 'killed', until: now + 5_000, number: 7 } },
      stored.etag,
    );
    await rig.raw.commands.create({
      id: 'c1',
      chargerId: 'CP-1',
      createdAt: now,
      command: heartbeat,
      timeoutMs: 60_000,
      state: 'taken',
    });
    const asked = rig.process().submit('CP-1', heartbeat, { commandId: 'c1', timeoutMs: 60_000 });
    asked.catch(() => {});
    await rig.time.advance(7_000);
    await expect(asked).rejects.toThrow(BusyError);
    expect(count(rig, 'Heartbeat')).toBe(0);
  });

  it('a holder that does not answer: busy once the time is over, and the command is not run later', async () => {
    const rig = createRig();
    const setUp = rig.process();
    await setUp.create(rig.spec('CP-1'));
    const stored = await rig.raw.chargers.read('CP-1');
    if (!stored) throw new Error('no charger');
    const lease = { holder: 'stuck', until: rig.time.clock() + 600_000, number: 7 };
    await rig.raw.chargers.replace({ ...stored, lease }, stored.etag);
    const other = rig.process();
    const asked = other.submit('CP-1', heartbeat, { commandId: 'c1', timeoutMs: 5_000 });
    asked.catch(() => {});
    await rig.time.advance(8_000);
    await expect(asked).rejects.toThrow(BusyError);
    await rig.time.advance(600_000);
    await run(rig, other, 'CP-1', { kind: 'connect' });
    expect(count(rig, 'Heartbeat')).toBe(0);
    expect(await rig.raw.commands.pending('CP-1')).toEqual([]);
  });
});
