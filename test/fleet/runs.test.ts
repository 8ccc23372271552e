// Whole fleet runs on virtual time: real chargers in a real simulator, a CSMS without sockets.
import type { RunReport } from '../../lib/fleet/report';
import { nothing } from '../../lib/fleet/result';
import { isOver, runsIn } from '../../lib/fleet/run';
import { type Phase, runTag } from '../../lib/fleet/spec';
import { StoreUnavailableError } from '../../lib/simulator/ports';
import { AwayError, BusyError, InterruptedError } from '../../lib/simulator/service';
import { run, startSession } from '../simulator/rig';
import { connect, createFleet, type Fleet, sessions } from './fleet';

const countOf = ({ actions }: RunReport, name: string) => actions.find(({ action }) => action === name)?.calls ?? 0;

describe('connect', () => {
  it('brings all up at once without a ramp', async () => {
    const { rig, start, report } = createFleet();
    const id = await start([connect, { kind: 'idle', seconds: 10 }]);
    await rig.time.advance(1_000);
    const { phases, state } = await report(id);
    expect(state).toBe('running');
    expect(phases[0]).toMatchObject({
      kind: 'connect',
      commands: [{ command: 'connect', ok: 5, failed: {} }],
      booted: { count: 5, of: 5, ms100: 0 },
      attempts: { count: 5, max: 1 },
    });
  });

  it.each([
    ['perSecond', { perSecond: 2 }, [0, 500, 1000, 1500, 2000]],
    ['withinSeconds', { withinSeconds: 10 }, [0, 2000, 4000, 6000, 8000]],
  ])('follows a ramp %s', async (_, ramp, expected) => {
    const { rig, start } = createFleet();
    const begin = rig.time.clock();
    const opened: number[] = [];
    rig.csms.onWire = (what) => what === 'open' && opened.push(rig.time.clock() - begin);
    await start([{ ...connect, ramp }]);
    await rig.time.advance(20_000);
    expect(opened).toEqual(expected);
  });

  it('reports a CSMS that cannot be reached, and ends', async () => {
    const { rig, start, report, ids } = createFleet();
    rig.csms.accepts = false;
    rig.csms.onWire = (what, identity) => {
      if (what === 'open') queueMicrotask(() => rig.csms.of(identity).drop('unreachable', 'ECONNREFUSED'));
    };
    const id = await start([{ ...connect, timeoutSeconds: 5 }]);
    await rig.time.advance(60_000);
    const { state, phases } = await report(id);
    expect(state).toBe('finished');
    expect(phases[0]?.commands[0]).toMatchObject({ command: 'connect', ok: 0, failed: { unreachable: 5 } });
    expect(phases[0]).not.toHaveProperty('booted');
    expect(await ids()).toEqual([]);
  });
});

describe('sessions', () => {
  it('holds the concurrency, each charger in turn, and stops what runs in the end', async () => {
    const { rig, start, report, simulator } = createFleet();
    const id = await start([connect, sessions]);
    const charging = async () =>
      (await simulator.list({ status: 'Charging' }, 100)).items.map(({ charger }) => charger.id);
    const used = new Set<string>();
    for (let second = 0; second < 50; second += 5) {
      await rig.time.advance(5_000);
      const now = await charging();
      expect(now).toHaveLength(3);
      for (const one of now) used.add(one);
    }
    expect(used.size).toBe(5);
    await rig.time.advance(20_000);
    const { state, transactions, phases } = await report(id);
    expect([state, transactions.open, transactions.doubled]).toEqual(['finished', 0, 0]);
    expect(transactions.started).toBe(transactions.ended);
    expect(transactions.started).toBe(18);
    expect(transactions.energyWh).toBeGreaterThan(0);
    expect(phases[1]?.commands).toMatchObject([
      { command: 'startTransaction', ok: 18 },
      { command: 'stopTransaction', ok: 18 },
    ]);
  });

  it('lets cars come at random, and counts those that find no charger', async () => {
    const { rig, start, report } = createFleet();
    const { concurrency: _, ...rest } = sessions;
    const id = await start([connect, { ...rest, arrivalsPerSecond: 2, durationSeconds: 20 }]);
    await rig.time.advance(120_000);
    const { state, transactions, phases } = await report(id);
    expect(state).toBe('finished');
    const came = transactions.started + (phases[1]?.turnedAway ?? 0);
    expect(came).toBeGreaterThan(80);
    expect(came).toBeLessThan(160);
    expect(phases[1]?.turnedAway).toBeGreaterThan(50);
  });

  it('ends a session by its energy, and takes the cable out', async () => {
    const { rig, start, report, chargers } = createFleet();
    const id = await start([
      connect,
      { ...sessions, seconds: 1_800, concurrency: 1, durationSeconds: 1_800, energyWh: 1_000 },
    ]);
    await rig.time.advance(1_700_000);
    const { transactions } = await report(id);
    expect(transactions.ended).toBeGreaterThan(2);
    expect(transactions.energyWh).toBe(transactions.ended * 1_000);
    expect(
      (await chargers())
        .flatMap(({ evses }) => evses.flatMap(({ connectors }) => connectors))
        .filter(({ cable }) => cable === 'connected').length,
    ).toBeLessThan(2);
  });

  it('goes on when sessions fail: a charger rests, the failure is counted with its first words', async () => {
    const { rig, start, report } = createFleet();
    rig.csms.answers.Authorize = { idTagInfo: { status: 'Invalid' } };
    const id = await start([connect, { ...sessions, seconds: 12, concurrency: 5 }]);
    await rig.time.advance(30_000);
    const { state, phases, transactions } = await report(id);
    expect([state, transactions.started]).toEqual(['finished', 0]);
    const [starts] = phases[1]?.commands ?? [];
    // Five chargers at 0, 5 and 10 s.
    expect(starts).toMatchObject({ command: 'startTransaction', ok: 0, failed: { refusedByCsms: 15 } });
    expect(starts?.firstFailure).toContain('Invalid');
  });

  it('brings the mix of cars that was asked for', async () => {
    const { rig, start, chargers } = createFleet();
    const evs = [{ ev: { soc: 10 } }, { weight: 2, ev: { soc: 50 } }];
    await start([connect, { ...sessions, concurrency: 5, durationSeconds: 50, evs }], { seed: 3 });
    await rig.time.advance(1_000);
    const states = (await chargers()).flatMap(({ evses }) => evses.flatMap(({ ev }) => (ev ? Math.round(ev.soc) : [])));
    expect(states).toHaveLength(5);
    expect(new Set(states)).toEqual(new Set([10, 50]));
  });
});

describe('the plan', () => {
  const { concurrency: _, ...uncounted } = sessions;
  const spread = { durationSeconds: { from: 2, to: 9 }, energyWh: { mean: 20, deviation: 5 }, tokens: ['A', 'B', 'C'] };
  const evs = [{ ev: { soc: 10 } }, { ev: { soc: 50 } }];

  it.each<[string, Phase]>([
    ['sessions held at a number', { ...sessions, ...spread }],
    ['cars that come at random, of several kinds', { ...uncounted, ...spread, evs, arrivalsPerSecond: 0.7 }],
    ['soak with lost connections', { ...sessions, ...spread, kind: 'soak', lossEverySeconds: 7 }],
  ])('is the same for the same seed, another for another: %s', async (_name, phase) => {
    const course = async (seed: number) => {
      const { rig, start } = createFleet();
      const begin = rig.time.clock();
      const seen: string[] = [];
      rig.csms.onWire = (what, identity) => seen.push(`${rig.time.clock() - begin} ${identity} ${what}`);
      await start([connect, phase], { seed });
      await rig.time.advance(90_000);
      const tokens = rig.csms.calls.map(({ identity, payload }) => `${identity} ${payload.idTag}`);
      return [...seen, ...tokens].filter((line) => /Transaction|cut|[ABC]$/.test(line));
    };
    const first = await course(7);
    expect(first.length).toBeGreaterThan(20);
    expect(await course(7)).toEqual(first);
    expect(await course(8)).not.toEqual(first);
  });

  it('goes through phases of every kind in order, each when the one before is over', async () => {
    const { rig, start, report } = createFleet();
    const id = await start([
      { ...connect, ramp: { withinSeconds: 10 } },
      { kind: 'idle', seconds: 5 },
      { ...sessions, seconds: 20 },
      { kind: 'massReconnection', cut: 'abrupt', return: 'backOff', timeoutSeconds: 60 },
      { ...sessions, kind: 'soak', seconds: 30, lossEverySeconds: 10 },
      { kind: 'massReconnection', cut: 'polite', return: 'atOnce', timeoutSeconds: 60 },
    ]);
    await rig.time.advance(120_000);
    const { state, phases, transactions } = await report(id);
    expect(state).toBe('finished');
    const kinds = ['connect', 'idle', 'sessions', 'massReconnection', 'soak', 'massReconnection'];
    expect(phases.map(({ kind }) => kind)).toEqual(kinds);
    for (const [index, phase] of phases.entries()) {
      if (index > 0) expect(phase.startedAt).toBe(phases[index - 1]?.endedAt);
    }
    expect(phases.map(({ connected }) => connected?.count)).toEqual([5, undefined, undefined, 5, expect.anything(), 5]);
    expect(transactions).toMatchObject({ open: 0, lost: 0, ended: transactions.begun });
  });
});

describe('soak', () => {
  it('goes on while chargers lose their connection now and then, and loses no transaction', async () => {
    const { rig, start, report } = createFleet();
    const id = await start([connect, { ...sessions, kind: 'soak', seconds: 600, lossEverySeconds: 20 }]);
    await rig.time.advance(700_000);
    const { state, phases, transactions } = await report(id);
    expect(state).toBe('finished');
    expect(phases[1]?.commands.find(({ command }) => command === 'disconnect')?.ok).toBe(29);
    expect(transactions.started).toBeGreaterThan(100);
    expect([transactions.open, transactions.doubled]).toEqual([0, 0]);
    expect(transactions.ended).toBe(transactions.started);
  });
});

describe('massReconnection', () => {
  it('cuts all at once; they come back by their back-off, each at its own random time', async () => {
    const { rig, start, report } = createFleet();
    const wire: string[] = [];
    const id = await start([
      connect,
      { kind: 'massReconnection', cut: 'abrupt', return: 'backOff', timeoutSeconds: 60 },
      { kind: 'idle', seconds: 60 },
    ]);
    rig.csms.onWire = (what) => wire.push(what);
    await rig.time.advance(1_000);
    const [first] = (await report(id)).phases;
    expect(first?.endedAt).toBeDefined();
    await rig.time.advance(20_000);
    const { phases } = await report(id);
    expect(rig.csms.connections.filter(({ state }) => state === 'cut')).toHaveLength(5);
    expect(phases[1]).toMatchObject({
      kind: 'massReconnection',
      connected: { count: 5, of: 5 },
      attempts: { count: 5, max: 1 },
    });
    const { ms50 = 0, ms100 = 0 } = phases[1]?.connected ?? {};
    expect(ms50).toBeGreaterThanOrEqual(2_000);
    expect(ms100).toBeLessThanOrEqual(3_000);
    expect(ms100).toBeGreaterThan(ms50);
    expect(phases[1]?.endedAt).toBeDefined();
  });

  it('politely, and back at once', async () => {
    const { rig, start, report } = createFleet();
    const id = await start([
      connect,
      { kind: 'massReconnection', cut: 'polite', return: 'atOnce', timeoutSeconds: 60 },
      { kind: 'idle', seconds: 60 },
    ]);
    await rig.time.advance(1_000);
    const { phases } = await report(id);
    expect(rig.csms.connections.filter(({ state }) => state === 'closed')).toHaveLength(5);
    expect(phases[1]?.connected).toMatchObject({ count: 5, ms100: 0 });
  });

  it('ends when its time is over, however many are back', async () => {
    const { rig, start, report } = createFleet();
    const id = await start([
      connect,
      { kind: 'massReconnection', cut: 'abrupt', return: 'backOff', timeoutSeconds: 30 },
    ]);
    rig.csms.accepts = false;
    await rig.time.advance(40_000);
    const { state, phases } = await report(id);
    expect(state).toBe('finished');
    expect(phases[1]).not.toHaveProperty('connected');
  });
});

describe('the end', () => {
  it('finished: the chargers it made are gone, the report stays', async () => {
    const { rig, runs, start, report, ids } = createFleet();
    const id = await start([connect]);
    await rig.time.advance(1_000);
    expect(await ids()).toEqual([]);
    expect(rig.csms.live()).toEqual([]);
    expect(await report(id)).toMatchObject({ state: 'finished', chargers: 5, phases: [{ kind: 'connect' }] });
    expect((await runs.list(10)).items.map((run) => run.id)).toEqual([id]);
    await rig.time.advance(3_600_000);
    expect(rig.time.alarms()).toBe(0);
  });

  it('finished: chargers that are to be kept, or that were there before, stay', async () => {
    const { rig, start, simulator, ids } = createFleet();
    const shared = { protocol: 'ocpp1.6', csms: { url: 'ws://csms.example/ocpp' } } as const;
    await start([connect], { template: { shared, keep: true } });
    await rig.time.advance(1_000);
    expect(await ids()).toHaveLength(5);
    expect((await simulator.snapshot('RUN-1'))?.charger.tags).toEqual([expect.stringMatching(/^run:R-/)]);
    await start([connect], { chargers: [{ id: 'RUN-1' }, { id: 'RUN-2' }], template: undefined });
    await rig.time.advance(1_000);
    expect(await ids()).toHaveLength(5);
  });

  it('stopped: what runs is stopped, nothing is left behind', async () => {
    const { rig, runs, start, report, ids } = createFleet();
    const id = await start([connect, sessions, { kind: 'idle', seconds: 500 }]);
    await rig.time.advance(15_000);
    expect((await report(id)).transactions.open).toBe(3);
    expect((await runs.stop(id, false))?.state).toBe('stopping');
    await rig.time.advance(2_000);
    const after = await report(id);
    expect([after.state, after.transactions.open, after.phases.length]).toEqual(['stopped', 0, 2]);
    expect(await ids()).toEqual([]);
  });

  it('stopped so that all is left as it is', async () => {
    const { rig, runs, simulator, start, report } = createFleet();
    const id = await start([connect, sessions]);
    await rig.time.advance(15_000);
    await runs.stop(id, true);
    await rig.time.advance(60_000);
    expect((await report(id)).state).toBe('stopped');
    expect((await simulator.list({ status: 'Charging' }, 10)).items).toHaveLength(3);
  });

  it('a host that went down: the next one says so, and deletes what the run had made', async () => {
    const first = createFleet();
    const id = await first.start([connect, sessions]);
    await first.rig.time.advance(15_000);
    await first.runs.close();
    await first.simulator.stop();
    const second = createFleet(first.rig);
    await second.simulator.start();
    await second.runs.takeUp();
    expect(await second.report(id)).toMatchObject({ state: 'interrupted', detail: 'the host went down meanwhile' });
    expect((await second.report(id)).phases[0]?.commands[0]).toMatchObject({ command: 'connect', ok: 5 });
    expect(await second.ids()).toEqual([]);
    // Three had ended after 10 s, three ran.
    expect((await second.report(id)).transactions).toMatchObject({ begun: 6, ended: 3, lost: 3, open: 0 });
  });
});

describe('a worker that is away when a run ends', () => {
  /** Chargers cannot be deleted until `back` is called. */
  function takeAway({ simulator }: Fleet): { back(): void } {
    const { remove } = simulator;
    simulator.remove = async () => {
      throw new AwayError('worker 1 is being started again');
    };
    return {
      back() {
        simulator.remove = remove;
      },
    };
  }

  it('is waited for: the run ends, and nothing is left', async () => {
    const fleet = createFleet();
    const { rig, start, report, ids } = fleet;
    const away = takeAway(fleet);
    const id = await start([connect]);
    await rig.time.advance(20_000);
    expect([(await report(id)).state, (await ids()).length]).toEqual(['running', 5]);
    away.back();
    await rig.time.advance(30_000);
    expect([(await report(id)).state, await ids()]).toEqual(['finished', []]);
    expect(rig.logged).toContainEqual(
      expect.objectContaining({ message: 'deleting the chargers of a fleet run: tried again' }),
    );
    await rig.time.advance(3_600_000);
    expect(rig.time.alarms()).toBe(0);
  });

  it('and that does not come back: the run says after half an hour what is left', async () => {
    const fleet = createFleet();
    takeAway(fleet);
    const id = await fleet.start([connect]);
    await fleet.rig.time.advance(1_900_000);
    expect(await fleet.report(id)).toMatchObject({
      state: 'failed',
      detail: 'not all of its chargers could be deleted: worker 1 is being started again',
    });
  });

  it('and a host that stops meanwhile: the next one deletes what is left', async () => {
    const first = createFleet();
    takeAway(first);
    const id = await first.start([connect]);
    await first.rig.time.advance(10_000);
    await first.runs.close();
    await first.simulator.stop();
    expect(first.rig.time.alarms()).toBe(0);
    const second = createFleet(first.rig);
    const away = takeAway(second);
    await second.simulator.start();
    await second.runs.takeUp();
    expect((await second.report(id)).state).toBe('running');
    away.back();
    await second.rig.time.advance(10_000);
    expect([(await second.report(id)).state, await second.ids()]).toEqual(['interrupted', []]);
  });

  it('a store that cannot be written at the end: the end is kept once it can', async () => {
    const { rig, start, runs, report } = createFleet();
    const id = await start([connect, { kind: 'idle', seconds: 5 }]);
    const { put } = rig.raw.runs;
    rig.raw.runs.put = async () => {
      throw new StoreUnavailableError('disk full');
    };
    await rig.time.advance(20_000);
    expect((await rig.raw.runs.read(id))?.document).toMatchObject({ state: 'running' });
    rig.raw.runs.put = put;
    await rig.time.advance(30_000);
    expect((await rig.raw.runs.read(id))?.document).toMatchObject({ state: 'finished' });
    expect((await report(id)).phases[1]).toHaveProperty('endedAt');
    await runs.close();
  });

  it('while chargers are made: what others have made is deleted, and the run has failed', async () => {
    const fleet = createFleet();
    const { rig, simulator, runs, start, ids } = fleet;
    const { createMany } = simulator;
    simulator.createMany = async (specs) => {
      await createMany(specs.slice(0, 2));
      throw new InterruptedError('worker 2 ended before the outcome was known');
    };
    const away = takeAway(fleet);
    await expect(start([connect])).rejects.toThrow(InterruptedError);
    expect(await ids()).toHaveLength(2);
    away.back();
    await rig.time.advance(10_000);
    expect(await ids()).toEqual([]);
    expect((await runs.list(10)).items).toMatchObject([
      { state: 'failed', detail: expect.stringContaining('worker 2') },
    ]);
  });
});

describe('a host that went down while a run began', () => {
  it('the next one deletes what the run has made, and not what has had such a name all along', async () => {
    const first = createFleet();
    await first.simulator.create(first.rig.spec('RUN-3'));
    const { clock } = first.rig.time;
    const store = runsIn(first.rig.raw.runs);
    const shared = { protocol: 'ocpp1.6', csms: { url: 'ws://csms.example/ocpp' } } as const;
    const spec = { seed: 1, phases: [connect], template: { shared, keep: false } };
    const named = ['RUN-2', 'RUN-3'].map((id) => ({ id }));
    const run = { id: 'R-1', spec, state: 'running', chargers: 2, parts: 1, createdAt: clock() } as const;
    await store.putRun(run);
    await store.putPart({ id: 'R-1~0', runId: 'R-1', createdAt: clock(), chargers: named, phase: 0, result: nothing });
    await first.simulator.create(first.rig.spec('RUN-2', { tags: [runTag('R-1')] }));
    await first.runs.takeUp();
    expect(await first.ids()).toEqual(['RUN-3']);
    expect(await first.report('R-1')).toMatchObject({ state: 'interrupted' });
  });
});

describe('what cannot be', () => {
  it('a charger in two runs at a time', async () => {
    const { rig, start } = createFleet();
    const shared = { protocol: 'ocpp1.6', csms: { url: 'ws://csms.example/ocpp' } } as const;
    await start([connect, { kind: 'idle', seconds: 100 }], { template: { shared, keep: true } });
    await expect(start([connect], { template: undefined })).rejects.toThrow(BusyError);
    await rig.time.advance(200_000);
    await expect(start([connect], { template: undefined })).resolves.toMatch(/^R-/);
  });

  it('chargers that exist already: the run fails with their name, and makes none', async () => {
    const { rig, runs, simulator, start, ids } = createFleet();
    await simulator.create(rig.spec('RUN-3'));
    await expect(start([connect])).rejects.toThrow('RUN-3');
    expect(await ids()).toEqual(['RUN-3']);
    const [left] = (await runs.list(10)).items;
    expect([left?.state, left && isOver(left)]).toEqual(['failed', true]);
  });

  it('what others do with its chargers meanwhile costs the run a session, not its life', async () => {
    const { rig, simulator, start, report } = createFleet();
    const id = await start([connect, { ...sessions, concurrency: 4 }]);
    await rig.time.advance(5_000);
    await simulator.remove('RUN-1', { force: true });
    await run(rig, simulator, 'RUN-2', { kind: 'power', state: 'off' });
    await run(rig, simulator, 'RUN-3', startSession).catch(() => {});
    await rig.time.advance(100_000);
    const { state, transactions } = await report(id);
    expect(state).toBe('finished');
    expect(transactions.started).toBeGreaterThan(10);
  });
});

describe('what is counted', () => {
  it('messages of both sides, by action', async () => {
    const { rig, start, report } = createFleet();
    const id = await start([connect, { kind: 'idle', seconds: 10 }]);
    await rig.time.advance(1_000);
    rig.csms.of('RUN-1').call('c-1', 'GetConfiguration', { key: ['HeartbeatInterval'] });
    await rig.time.settle();
    const counted = await report(id);
    expect(countOf(counted, 'BootNotification')).toBe(5);
    expect(counted.actions.find(({ action }) => action === 'GetConfiguration')).toMatchObject({
      from: 'csms',
      calls: 1,
      results: 1,
    });
  });

  it('the course: connected and charging chargers by the second, thinned when it gets long', async () => {
    const { rig, start, report } = createFleet();
    const id = await start([connect, { kind: 'idle', seconds: 3_000 }]);
    await rig.time.advance(10_000);
    expect((await report(id)).series).toHaveLength(10);
    expect((await report(id)).series[5]).toMatchObject({ connected: 5, charging: 0 });
    await rig.time.advance(2_000_000);
    const { series } = await report(id);
    expect(series.length).toBeLessThanOrEqual(600);
    expect(series.length).toBeGreaterThan(290);
  });
});
