// On-demand chargers: one short-lived socket per exchange, the lease around it, saving before sending.
import { StoreUnavailableError } from '../../lib/simulator/ports';
import { UnknownChargerError } from '../../lib/simulator/service';
import { createRig, heartbeat, run, startSession } from './rig';

describe('an exchange of an on-demand charger', () => {
  it('boots, sends, answers with the frames, closes politely and gives the lease back', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    const settled = await run(rig, simulator, 'CP-1', heartbeat);

    expect(settled.outcome).toMatchObject({ ok: true, result: { response: { currentTime: expect.any(String) } } });
    expect(settled.exchange.slice(0, 2)).toMatchObject([
      { direction: 'sent', type: 'call', action: 'BootNotification' },
      { direction: 'received', type: 'result', action: 'BootNotification' },
    ]);
    expect(rig.csms.actions()).toContain('Heartbeat');
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['closed']);
    expect(rig.csms.connections[0]?.target).toMatchObject({
      url: 'ws://csms.example/ocpp/CP-1',
      subprotocol: 'ocpp1.6',
    });
    const stored = await rig.raw.chargers.read('CP-1');
    expect(stored?.charger.link.state).toBe('down');
    expect(stored?.lease).toMatchObject({ until: 0, number: 1 });
  });

  it('costs one write that takes the lease and one at the end', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    await run(rig, simulator, 'CP-1', { kind: 'connect' });
    rig.journal.length = 0;
    await run(rig, simulator, 'CP-1', heartbeat);
    expect(rig.journal.filter((what) => !/^send Status/.test(what))).toEqual([
      'saved',
      'open',
      'send Heartbeat',
      'close',
      'saved',
    ]);
  });

  it('keeps the lease and the command in the store while the socket is open', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    rig.csms.accepts = false;
    void simulator.submit('CP-1', heartbeat, { commandId: 'c1', timeoutMs: 30_000 });
    await rig.time.settle();
    const stored = await rig.raw.chargers.read('CP-1');
    expect(stored?.lease).toMatchObject({ holder: 'process-1', number: 1 });
    expect(Object.keys(stored?.charger.commands ?? {})).toEqual(['c1']);
    expect(stored?.charger.link.state).toBe('opening');
  });

  it('needs one write and no socket for what does not concern the CSMS', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1', { power: 'off' }));
    rig.journal.length = 0;
    const settled = await run(rig, simulator, 'CP-1', { kind: 'updateSettings', settings: { tags: ['ci'] } });
    expect(settled.outcome.ok).toBe(true);
    expect(rig.journal).toEqual(['saved']);
    expect((await rig.raw.chargers.read('CP-1'))?.charger.tags).toEqual(['ci']);
  });

  it('saves before a frame of a transaction leaves', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    const stored: (string | undefined)[] = [];
    const wire = rig.csms.onWire;
    rig.csms.onWire = (what, identity) => {
      if (what === 'send StartTransaction') {
        void rig.raw.chargers.read('CP-1').then((record) => stored.push(record?.charger.calls.inFlight?.action));
      }
      wire(what, identity);
    };
    const settled = await run(rig, simulator, 'CP-1', startSession);
    expect(settled.outcome).toMatchObject({ ok: true });
    expect(stored).toEqual(['StartTransaction']);
    expect(rig.journal[rig.journal.indexOf('send StartTransaction') - 1]).toBe('saved');
  });

  it('runs 50 commands at once over one socket, each once, none lost', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    const all = Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        simulator.submit('CP-1', heartbeat, { commandId: `c${n}`, timeoutMs: 30_000 }),
      ),
    );
    await rig.time.settle();
    const settled = await all;
    expect(settled.every(({ outcome }) => outcome.ok)).toBe(true);
    expect(rig.csms.connections).toHaveLength(1);
    expect(rig.csms.actions().filter((action) => action === 'Heartbeat')).toHaveLength(50);
  });

  it('runs a command submitted twice under one id once, and tells both', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    const options = { commandId: 'same', timeoutMs: 30_000 };
    const both = Promise.all([
      simulator.submit('CP-1', heartbeat, options),
      simulator.submit('CP-1', heartbeat, options),
    ]);
    await rig.time.settle();
    const [one, other] = await both;
    expect(one).toEqual(other);
    expect(rig.csms.actions().filter((action) => action === 'Heartbeat')).toHaveLength(1);
  });

  it.each([true, false])('does not dial before the last socket is gone (sole owner: %s)', async (soleOwner) => {
    const rig = createRig();
    const simulator = rig.process({ soleOwner });
    await simulator.create(rig.spec('CP-1'));
    let gone = (): void => {};
    rig.csms.closing = () =>
      new Promise((resolve) => {
        gone = resolve;
      });
    const first = simulator.submit('CP-1', heartbeat, { commandId: 'c1', timeoutMs: 30_000 });
    await rig.time.settle();
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['closed']);
    const second = simulator.submit('CP-1', heartbeat, { commandId: 'c2', timeoutMs: 30_000 });
    await rig.time.settle();
    expect(rig.csms.connections).toHaveLength(1);
    rig.csms.closing = () => Promise.resolve();
    gone();
    await rig.time.settle();
    expect((await first).outcome.ok && (await second).outcome.ok).toBe(true);
    expect(rig.csms.connections).toHaveLength(2);
  });

  it('says that a charger is unknown', async () => {
    const rig = createRig();
    await expect(run(rig, rig.process(), 'nobody', heartbeat)).rejects.toThrow(UnknownChargerError);
  });

  it('tells that the CSMS cannot be reached and lets go', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    rig.csms.accepts = false;
    const asked = simulator.submit('CP-1', heartbeat, { commandId: 'c1', timeoutMs: 30_000 });
    await rig.time.settle();
    rig.csms.of('CP-1').drop('unreachable', 'connection refused');
    await rig.time.settle();
    expect((await asked).outcome).toMatchObject({ ok: false, refusal: { kind: 'unreachable' } });
    expect((await rig.raw.chargers.read('CP-1'))?.lease?.until).toBe(0);
  });

  it('holds the socket for CSMS-initiated calls as long as it was told to, renewing the lease', async () => {
    const rig = createRig();
    const simulator = rig.process({ limits: { leaseMs: 20_000 } });
    await simulator.create(rig.spec('CP-1'));
    await run(rig, simulator, 'CP-1', { kind: 'connect', holdSeconds: 90 });
    await rig.time.advance(80_000);
    const lease = (await rig.raw.chargers.read('CP-1'))?.lease;
    expect(lease?.until).toBeGreaterThan(rig.time.clock());
    rig.csms.of('CP-1').call('m1', 'ClearCache', {});
    await rig.time.settle();
    expect(rig.csms.of('CP-1').sent.at(-1)).toBe(JSON.stringify([3, 'm1', { status: 'Accepted' }]));
    await rig.time.advance(20_000);
    expect(rig.csms.connections.map(({ state }) => state)).toEqual(['closed']);
  });
});

describe('faults around an exchange', () => {
  it('store down before the exchange: 503 to the submitter, nothing dialled', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    rig.beforeReplace = () => {
      throw new StoreUnavailableError('disk full');
    };
    await expect(run(rig, simulator, 'CP-1', heartbeat)).rejects.toThrow(StoreUnavailableError);
    expect(rig.csms.connections).toEqual([]);
  });

  it('store down in the exchange: the frame that had to be saved first is not sent', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    await run(rig, simulator, 'CP-1', { kind: 'connect' });
    rig.beforeReplace = ({ charger }) => {
      if (charger.calls.inFlight?.action === 'StartTransaction') throw new StoreUnavailableError('disk full');
    };
    await expect(run(rig, simulator, 'CP-1', startSession)).rejects.toThrow('disk full');
    expect(rig.csms.actions()).toContain('Authorize');
    expect(rig.csms.actions()).not.toContain('StartTransaction');
    expect(rig.csms.live()).toEqual([]);
  });

  it('a process killed with StartTransaction on the wire: the next one sends the same again', async () => {
    const rig = createRig();
    const first = rig.process();
    await first.create(rig.spec('CP-1'));
    rig.csms.answers.StartTransaction = 'silence';
    first.submit('CP-1', startSession, { commandId: 'c1', timeoutMs: 30_000 }).catch(() => {});
    await rig.time.settle();
    const before = rig.csms.calls.find(({ action }) => action === 'StartTransaction');
    // Killed: nobody hears of its socket again, and its store writes no more.
    rig.beforeReplace = () => {
      throw new StoreUnavailableError('killed');
    };
    rig.csms.of('CP-1').state = 'lost';
    rig.csms.answers.StartTransaction = { transactionId: 77, idTagInfo: { status: 'Accepted' } };

    const second = rig.process({ soleOwner: true, store: rig.raw });
    await second.start();
    await rig.time.advance(1_000);
    const sent = rig.csms.calls.filter(({ action }) => action === 'StartTransaction');
    expect(sent).toHaveLength(2);
    expect(sent[1]?.payload).toEqual(before?.payload);
    expect(sent[1]?.messageId).not.toBe(before?.messageId);
    const snapshot = await second.snapshot('CP-1');
    expect(JSON.stringify(snapshot?.charger.v16)).toContain('77');
  });

  it('a former holder that wakes up late is fenced off: its write fails and its socket is cut', async () => {
    const rig = createRig();
    const late = rig.process({ limits: { leaseMs: 10_000 } });
    await late.create(rig.spec('CP-1'));
    let thaw = (): void => {};
    const asked = run(rig, late, 'CP-1', { kind: 'connect', holdSeconds: 600 });
    await asked;
    const frozen = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    rig.beforeReplace = () => frozen;
    await rig.time.advance(11_000);
    const other = rig.process({ store: rig.raw });
    expect((await run(rig, other, 'CP-1', { kind: 'plugIn', address: { connectorId: 1 } })).outcome.ok).toBe(true);
    thaw();
    await rig.time.settle();
    expect(rig.csms.connections[0]?.state).toBe('cut');
    expect(rig.logged.some(({ message }) => message === 'lease lost')).toBe(true);
    expect((await rig.raw.chargers.read('CP-1'))?.charger.evses[0]?.connectors[0]?.cable).toBe('connected');
  });

  it('two writers: a write in between makes the exchange start over from what is stored', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    let meddled = false;
    rig.beforeReplace = async () => {
      if (meddled) return;
      meddled = true;
      const stored = await rig.raw.chargers.read('CP-1');
      if (!stored) throw new Error('no charger');
      stored.charger.tags = ['theirs'];
      await rig.raw.chargers.replace(stored, stored.etag);
    };
    const settled = await run(rig, simulator, 'CP-1', heartbeat);
    expect(settled.outcome.ok).toBe(true);
    expect(rig.csms.actions().filter((action) => action === 'Heartbeat')).toHaveLength(1);
    expect((await rig.raw.chargers.read('CP-1'))?.charger.tags).toEqual(['theirs']);
  });

  it('a charger deleted under the exchange: the write fails, the submitter hears of it', async () => {
    const rig = createRig();
    const simulator = rig.process();
    await simulator.create(rig.spec('CP-1'));
    rig.csms.answers.Heartbeat = async () => {
      await rig.raw.chargers.delete('CP-1');
      return { currentTime: new Date(rig.time.clock()).toISOString() };
    };
    await expect(run(rig, simulator, 'CP-1', heartbeat)).rejects.toThrow(/taken over/);
  });
});
