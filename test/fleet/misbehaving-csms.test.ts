// What a run's report says of a CSMS that misbehaves by intention, each figure beside what was done on the wire.
import { Latency } from '../../lib/fleet/latency';
import { reportCsv } from '../../lib/fleet/report-csv';
import { reportPage } from '../../lib/fleet/report-page';
import { partOf } from '../../lib/fleet/result';
import type { Phase } from '../../lib/fleet/spec';
import { createTally } from '../../lib/fleet/tally';
import { run } from '../simulator/rig';
import type { ReceivedCall } from '../support/scripted-answers';
import { connect, createFleet, type Fleet, sessions } from './fleet';

/** One session on each of the five chargers, of a minute. */
const oneEach: Phase = {
  ...sessions,
  seconds: 60,
  concurrency: 5,
  durationSeconds: 60,
  meterValuesIntervalSeconds: 17,
};
const template = {
  shared: { protocol: 'ocpp1.6', csms: { url: 'ws://csms.example/ocpp' }, connection: 'persistent' },
  keep: false,
} as const;
/** Transaction messages are sent twice, so far apart. */
function twice(seconds: number) {
  const configuration = { TransactionMessageAttempts: '2', TransactionMessageRetryInterval: String(seconds) };
  return { template: { ...template, shared: { ...template.shared, configuration } } };
}

/** Answers after a time of the run's own clock. */
function after({ rig }: Fleet, ms: number, answer: (call: ReceivedCall) => unknown) {
  return (call: ReceivedCall) =>
    new Promise((resolve) => rig.time.timer.set(rig.time.clock() + ms, () => resolve(answer(call))));
}

/** The nth answer to each charger's calls of an action. */
function inTurn(answers: ((call: ReceivedCall) => unknown)[]) {
  const counts = new Map<string, number>();
  return (call: ReceivedCall) => {
    const count = counts.get(call.identity) ?? 0;
    counts.set(call.identity, count + 1);
    return answers[Math.min(count, answers.length - 1)]?.(call);
  };
}

const acceptedTag = { idTagInfo: { status: 'Accepted' } };

describe('violations', () => {
  it('OCPP 1.6 §4: by rule and section, in JSON, CSV and on the page', async () => {
    const fleet = createFleet();
    const { rig, start, report } = fleet;
    rig.csms.answers.Authorize = { idTagInfo: { status: 'Splendid' } };
    rig.csms.answers.Heartbeat = {};
    const id = await start([connect, { ...sessions, seconds: 2, concurrency: 5 }, { kind: 'idle', seconds: 301 }]);
    await rig.time.advance(60_000);
    rig.csms.of('RUN-2').call('c-1', 'StartTransaction', {});
    rig.csms.of('RUN-2').call('c-2', 'Reset', { type: 'Gently' });
    await rig.time.advance(400_000);
    const found = await report(id);
    const counted = found.violations.map(({ rule, section, count }) => [rule, section, count]);
    expect(counted.sort()).toEqual([
      ['answerSchema', 'OCPP 1.6 §6.30', 5],
      ['callSchema', 'OCPP 1.6 §6.39', 1],
      ['unknownStatus', 'OCPP 1.6 §6.2', 5],
      ['wrongDirection', 'OCPP 1.6 §4', 1],
    ]);
    expect(found.violations.find(({ rule }) => rule === 'callSchema')?.example).toMatchObject({
      chargerId: 'RUN-2',
      action: 'Reset',
    });
    const csv = reportCsv(found);
    const page = reportPage(found);
    for (const [rule, section, count] of counted) {
      expect(csv).toContain(`violation,,${rule},csms,${count},,,,,,,,,`);
      expect(csv).toContain(`${section}: `);
      expect(page).toContain(`<td>${rule}</td><td>${section}</td><td>${count}</td>`);
    }
    const seen = found.series.reduce((sum, { violationsPerSecond }) => sum + violationsPerSecond, 0);
    expect(seen).toBe(12);
  });

  it('a CSMS that keeps to the specification has none', async () => {
    const { rig, start, report } = createFleet();
    const id = await start([connect, oneEach]);
    await rig.time.advance(100_000);
    expect((await report(id)).violations).toEqual([]);
  });
});

describe('transactions', () => {
  it('OCPP 1.6 §3.7.1: lost, when the CSMS takes no start', async () => {
    const { rig, start, report } = createFleet();
    // Answered with NotImplemented.
    delete rig.csms.answers.StartTransaction;
    const id = await start([connect, oneEach, { kind: 'idle', seconds: 300 }], twice(10));
    await rig.time.advance(70_000);
    expect((await report(id)).transactions).toMatchObject({ begun: 5, started: 0, ended: 0, lost: 5, open: 0 });
    await rig.time.advance(300_000);
    const { transactions, actions } = await report(id);
    expect(transactions).toMatchObject({ begun: 5, started: 0, ended: 0, lost: 5, open: 0 });
    expect(actions.find(({ action }) => action === 'StartTransaction')).toMatchObject({ calls: 10, errors: 10 });
  });

  it('OCPP 1.6 §3.7.1: lost, when the CSMS never answers the stop', async () => {
    const { rig, start, report } = createFleet();
    rig.csms.answers.StopTransaction = 'silence';
    const id = await start([connect, oneEach, { kind: 'idle', seconds: 600 }], twice(10));
    await rig.time.advance(80_000);
    expect((await report(id)).transactions).toMatchObject({ started: 5, ended: 0, lost: 0, open: 5 });
    await rig.time.advance(200_000);
    const { transactions, actions } = await report(id);
    expect(transactions).toMatchObject({ started: 5, ended: 0, lost: 5, open: 0 });
    expect(actions.find(({ action }) => action === 'StopTransaction')).toMatchObject({ calls: 10, unanswered: 10 });
  });

  it.each([
    ['answers late, after the start was sent again', (fleet: Fleet, good: () => object) => after(fleet, 35_000, good)],
    [
      'answers outside the schema, so that the start is sent again',
      (_: Fleet, good: () => object) => () => ({ ...good(), idTagInfo: undefined }),
    ],
  ])('doubled, when the CSMS %s, and gives another id', async (_, bad) => {
    const fleet = createFleet();
    const { rig, start, report } = fleet;
    let last = 0;
    const good = () => ({ ...acceptedTag, transactionId: ++last });
    rig.csms.answers.StartTransaction = inTurn([bad(fleet, good), after(fleet, 10_000, good)]);
    const patient: Phase = { ...oneEach, seconds: 190, durationSeconds: 190, timeoutSeconds: 100 };
    const id = await start([connect, patient], twice(0));
    await rig.time.advance(400_000);
    expect(rig.csms.calls.filter(({ action }) => action === 'StartTransaction')).toHaveLength(10);
    expect((await report(id)).transactions).toMatchObject({ begun: 5, started: 5, doubled: 5, sharedIds: 0 });
  });

  it('not doubled, when the CSMS gives the same id to a start that was sent again', async () => {
    const { rig, start, report } = createFleet();
    const plain = rig.csms.answers.StartTransaction;
    let cut = false;
    rig.csms.answers.StartTransaction = (call: ReceivedCall) => {
      if (!cut) rig.csms.of(call.identity).drop('cut', 'just now');
      cut = true;
      return typeof plain === 'function' ? plain(call) : {};
    };
    const id = await start([connect, oneEach]);
    await rig.time.advance(200_000);
    expect(rig.csms.calls.filter(({ action }) => action === 'StartTransaction')).toHaveLength(6);
    expect((await report(id)).transactions).toMatchObject({ begun: 5, started: 5, ended: 5, lost: 0, doubled: 0 });
  });

  it('not doubled either, when it gave that id outside the schema at first', async () => {
    const { rig, start, report } = createFleet();
    const idOf = ({ identity }: ReceivedCall) => ({ transactionId: Number(identity.at(-1)) });
    rig.csms.answers.StartTransaction = inTurn([idOf, (call) => ({ ...idOf(call), ...acceptedTag })]);
    const id = await start([connect, oneEach], twice(0));
    await rig.time.advance(200_000);
    expect(rig.csms.calls.filter(({ action }) => action === 'StartTransaction')).toHaveLength(10);
    expect((await report(id)).transactions).toMatchObject({ begun: 5, started: 5, ended: 5, doubled: 0, sharedIds: 0 });
  });

  it('OCPP 1.6 §3.7.1: not lost, when only its meter values are given up', async () => {
    const { rig, start, report } = createFleet();
    delete rig.csms.answers.MeterValues;
    const id = await start([connect, oneEach], twice(1));
    await rig.time.advance(30_000);
    expect((await report(id)).transactions).toMatchObject({ begun: 5, started: 5, open: 5, lost: 0 });
    await rig.time.advance(170_000);
    expect((await report(id)).transactions).toMatchObject({ ended: 5, lost: 0 });
  });

  it('OCPP 1.6 errata 4.0 §3.54: ids that the CSMS gives to several at a time', async () => {
    const { rig, start, report } = createFleet();
    rig.csms.answers.StartTransaction = { transactionId: 42, ...acceptedTag };
    const id = await start([connect, { ...sessions, seconds: 5, durationSeconds: 60 }]);
    await rig.time.advance(3_000);
    expect((await report(id)).transactions).toMatchObject({ started: 3, sharedIds: 2, doubled: 0 });
  });
});

describe('energy', () => {
  /** What the CSMS was told, by transaction. */
  function told({ rig }: Fleet) {
    const of = (name: string) => rig.csms.calls.filter(({ action }) => action === name);
    const number = (value: unknown) => Number(value);
    const stops = of('StopTransaction').map(({ payload }) => ({
      id: payload.transactionId,
      wh: number(payload.meterStop),
    }));
    const lasts = stops.map(({ id }) =>
      of('MeterValues')
        .filter(({ payload }) => payload.transactionId === id)
        .map(
          ({ payload: { meterValue } }) => (meterValue as { sampledValue: { value: string }[] }[])[0]?.sampledValue[0],
        )
        .map((sample) => number(sample?.value))
        .at(-1),
    );
    return { stops, lasts };
  }

  it('OCPP 1.6 §6.43: of stops and of the last meter values, per session', async () => {
    const fleet = createFleet();
    const { rig, start, report } = fleet;
    const id = await start([connect, oneEach]);
    await rig.time.advance(100_000);
    const { stops, lasts } = told(fleet);
    const gaps = stops.map(({ wh }, index) => wh - (lasts[index] ?? 0)).sort((one, other) => one - other);
    expect(stops).toHaveLength(5);
    expect(gaps[4]).toBeGreaterThan(0);
    expect((await report(id)).transactions).toMatchObject({
      energyWh: stops.reduce((sum, { wh }) => sum + wh, 0),
      meteredWh: lasts.reduce((sum: number, wh = 0) => sum + wh, 0),
      unmetered: 0,
      gapWh: { count: 5, p50: gaps[2], max: gaps[4] },
      inconsistentMeterValues: 0,
      discrepancies: [],
    });
  });

  it('names sessions whose stop is lower than a meter value, and those without any', async () => {
    const fleet = createFleet();
    const { rig, simulator, start, report } = fleet;
    const id = await start([connect, { ...oneEach, meterValuesIntervalSeconds: 300 }]);
    await rig.time.advance(5_000);
    const [transaction] = rig.csms.calls.filter(
      ({ action }) => action === 'StopTransaction' || action === 'StartTransaction',
    );
    const chargerId = transaction?.identity ?? '';
    const payload = {
      connectorId: 1,
      transactionId: 1,
      meterValue: [{ timestamp: '2026-01-05T08:00:00Z', sampledValue: [{ value: '9000000' }] }],
    };
    await run(rig, simulator, chargerId, { kind: 'sendMessage', action: 'MeterValues', payload, validate: true });
    await rig.time.advance(100_000);
    const { transactions } = await report(id);
    expect(transactions).toMatchObject({
      ended: 5,
      unmetered: 4,
      inconsistentMeterValues: 1,
      discrepancies: [{ chargerId, transactionId: '1', lastWh: 9_000_000 }],
    });
    expect(reportPage(await report(id))).toContain(`<td>${chargerId}</td><td>1</td>`);
  });
});

it('energy: names sessions whose register fell, though their stop is higher', async () => {
  const { rig, simulator, start, report } = createFleet();
  const id = await start([connect, oneEach]);
  await rig.time.advance(20_000);
  const chargerId = rig.csms.calls.find(({ action }) => action === 'StartTransaction')?.identity ?? '';
  const meterValue = [{ timestamp: '2026-01-05T08:00:00Z', sampledValue: [{ value: '1' }] }];
  const payload = { connectorId: 1, transactionId: 1, meterValue };
  await run(rig, simulator, chargerId, { kind: 'sendMessage', action: 'MeterValues', payload, validate: true });
  await rig.time.advance(100_000);
  const { inconsistentMeterValues, discrepancies } = (await report(id)).transactions;
  expect([inconsistentMeterValues, discrepancies]).toEqual([1, [expect.objectContaining({ chargerId })]]);
});

describe('times', () => {
  it('OCPP 1.6 §6.3: until 50, 95 and 100 percent were booted, as the CSMS lets them', async () => {
    const fleet = createFleet();
    const { rig, start, report } = fleet;
    const plain = rig.csms.answers.BootNotification;
    const boot = (call: ReceivedCall) => (typeof plain === 'function' ? plain(call) : {});
    const delays = [3_000, 1_000, 20_000, 5_000, 2_000];
    rig.csms.answers.BootNotification = (call) =>
      after(fleet, delays[Number(call.identity.at(-1)) - 1] ?? 0, boot)(call);
    const id = await start([connect, { kind: 'idle', seconds: 10 }]);
    await rig.time.advance(60_000);
    const { phases, actions } = await report(id);
    const { ms50 = 0, ms95 = 0, ms100 = 0, ...counted } = phases[0]?.booted ?? { count: 0, of: 0 };
    expect(counted).toEqual({ count: 5, of: 5 });
    const { p50, max } = actions.find(({ action }) => action === 'BootNotification')?.latencyMs ?? { p50: 0, max: 0 };
    // Three significant digits.
    const near = (found: number, expected: number) => expect(Math.abs(found - expected) / expected).toBeLessThan(0.001);
    near(ms50, 3_000);
    near(ms95, 20_000);
    near(ms100, 20_000);
    near(p50, 3_000);
    near(max, 20_000);
  });

  it('percentiles per action: p50, p95, p99 and max of answers that take 1 ms, 2 ms, and so on', async () => {
    const fleet = createFleet();
    const { rig, start, report } = fleet;
    let calls = 0;
    rig.csms.answers.Authorize = (call) => after(fleet, ++calls, () => acceptedTag)(call);
    const id = await start([connect, { ...sessions, seconds: 250, concurrency: 5, durationSeconds: 10 }]);
    await rig.time.advance(400_000);
    expect(calls).toBeGreaterThan(100);
    expect((await report(id)).actions.find(({ action }) => action === 'Authorize')?.latencyMs).toEqual({
      count: calls,
      p50: Math.ceil(calls * 0.5),
      p95: Math.ceil(calls * 0.95),
      p99: Math.ceil(calls * 0.99),
      max: calls,
    });
  });

  it('attempts to connect per charger after an outage, spread by the back-off', async () => {
    const { rig, start, report } = createFleet();
    const refusals = new Map<string, number>();
    const opened = new Map<string, number[]>();
    const id = await start([
      connect,
      { kind: 'massReconnection', cut: 'abrupt', return: 'backOff', timeoutSeconds: 120 },
      { kind: 'idle', seconds: 60 },
    ]);
    rig.csms.accepts = false;
    rig.csms.onWire = (what, identity) => {
      if (what !== 'open') return;
      opened.set(identity, [...(opened.get(identity) ?? []), rig.time.clock()]);
      const refused = refusals.get(identity) ?? 0;
      refusals.set(identity, refused + 1);
      // RUN-1 comes in at once, RUN-5 at its fifth attempt.
      const comesIn = refused >= Number(identity.at(-1)) - 1;
      queueMicrotask(() => {
        const connection = rig.csms.of(identity);
        if (comesIn) connection.accept();
        else connection.drop('unreachable', 'ECONNREFUSED');
      });
    };
    await rig.time.advance(130_000);
    const { phases } = await report(id);
    expect(phases[1]).toMatchObject({
      kind: 'massReconnection',
      connected: { count: 5, of: 5 },
      attempts: { count: 5, p50: 3, p95: 5, max: 5 },
    });
    const [, second, third, fourth, fifth] = opened.get('RUN-5') ?? [];
    // Doubled each time, with a random half on top.
    for (const [from = 0, to = 0, base = 0] of [
      [second, third, 8_000],
      [third, fourth, 16_000],
      [fourth, fifth, 32_000],
    ]) {
      expect(to - from).toBeGreaterThanOrEqual(base);
      expect(to - from).toBeLessThanOrEqual(base * 1.5);
    }
  });
});

describe('a CSMS that falls over under the load', () => {
  /** Everybody is thrown out, nobody gets in any more. */
  function fall({ rig }: Fleet): void {
    rig.csms.accepts = false;
    rig.csms.onWire = (what, identity) => {
      if (what === 'open') queueMicrotask(() => rig.csms.of(identity).drop('unreachable', 'ECONNREFUSED'));
    };
    for (const connection of rig.csms.live()) connection.drop('cut', 'ECONNRESET');
  }

  it('and stays down: the run ends clean, its transactions are lost', async () => {
    const fleet = createFleet();
    const { rig, start, report, ids } = fleet;
    const id = await start([connect, oneEach, { kind: 'idle', seconds: 10 }]);
    await rig.time.advance(30_000);
    expect((await report(id)).links).toEqual({ up: 5 });
    fall(fleet);
    await rig.time.advance(5_000);
    expect((await report(id)).links).not.toHaveProperty('up');
    await rig.time.advance(400_000);
    const { state, transactions, series } = await report(id);
    expect(state).toBe('finished');
    expect(transactions).toMatchObject({ begun: 5, started: 5, ended: 0, open: 0, lost: 5 });
    expect(series.at(-1)).toMatchObject({ connected: 0 });
    expect(await ids()).toEqual([]);
    await rig.time.advance(3_600_000);
    expect(rig.time.alarms()).toBe(0);
  });

  it('and comes back: nothing is lost', async () => {
    const fleet = createFleet();
    const { rig, start, report } = fleet;
    const id = await start([connect, oneEach, { kind: 'idle', seconds: 200 }]);
    await rig.time.advance(30_000);
    fall(fleet);
    await rig.time.advance(60_000);
    rig.csms.onWire = () => {};
    rig.csms.accepts = true;
    await rig.time.advance(400_000);
    const { state, transactions } = await report(id);
    expect(state).toBe('finished');
    expect(transactions).toMatchObject({ begun: 5, started: 5, ended: 5, open: 0, lost: 0, doubled: 0 });
  });
});

describe('counting that another process goes on with', () => {
  const chargers = new Map([['RUN-1', { protocol: 'ocpp1.6' as const, link: 'up' }]]);
  const frame = (direction: 'sent' | 'received', action: string, messageId: string, payload: object) => {
    const type = direction === 'sent' ? ('call' as const) : ('result' as const);
    return { at: 0, direction, type, action, messageId, payload };
  };
  const meterValue = (value: number) => [{ sampledValue: [{ value: String(value) }] }];

  it('knows the transactions that run, the energy so far, and what was broken', () => {
    const first = createTally(chargers);
    first.event('RUN-1', { kind: 'transaction', at: 0, id: 'T1', change: 'started' });
    first.frame('RUN-1', frame('sent', 'StartTransaction', 'm-1', { connectorId: 1, timestamp: 't', meterStart: 10 }));
    first.frame('RUN-1', frame('received', 'StartTransaction', 'm-1', { transactionId: 7, ...acceptedTag }));
    first.frame('RUN-1', frame('sent', 'MeterValues', 'm-2', { transactionId: 7, meterValue: meterValue(50) }));
    const broken = {
      kind: 'violation',
      at: 0,
      rule: 'r',
      section: '§1',
      action: 'A',
      messageId: 'm',
      detail: 'd',
    } as const;
    first.event('RUN-1', broken);
    const { actions, violations, transactions } = partOf(first, [], []);
    const kept = JSON.parse(JSON.stringify({ state: first.state(), violations, transactions }));
    const second = createTally(chargers);
    const counts = {
      actions: actions.map((own) => ({ ...own, latency: Latency.decode(own.latency) })),
      gaps: Latency.create(),
    };
    second.resume(kept.state, { ...counts, ...kept }, true);
    second.event('RUN-1', broken);
    expect(second.transactions.open()).toBe(1);
    second.frame('RUN-1', frame('sent', 'StopTransaction', 'm-3', { transactionId: 7, meterStop: 40 }));
    second.frame('RUN-1', frame('received', 'StopTransaction', 'm-3', {}));
    const { violations: rules, transactions: counted, links } = partOf(second, [], []);
    expect(rules).toEqual([expect.objectContaining({ rule: 'r', section: '§1', count: 2 })]);
    expect(counted).toMatchObject({ begun: 1, started: 1, ended: 1, energyWh: 30, meteredWh: 40, inconsistent: 1 });
    expect(links).toEqual({ up: 1 });
  });
});
