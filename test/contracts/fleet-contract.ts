// What a load tester asks of fleet runs over HTTP and gets, whatever hosts them: one suite, called by each host.
import { request as call, type HttpAnswer } from '../support/local-host';
import { type ScriptedCsms, startScriptedCsms } from '../support/scripted-csms';
import type { HostUnderTest } from './http-contract';

interface RuleCount {
  rule: string;
  section: string;
  count: number;
}

interface Report {
  state: string;
  plan: { kind: string; seconds?: number }[];
  phases: { kind: string; commands: { command: string; ok: number }[] }[];
}

/** Runs the contract against a host that `open` starts. It takes runs of 20 chargers. */
export function describeFleetRuns(name: string, open: () => Promise<HostUnderTest>): void {
  describe(`${name}: fleet runs`, () => {
    let host: HostUnderTest;
    let csms: ScriptedCsms;
    let runs = 0;

    beforeAll(async () => {
      host = await open();
    });
    afterAll(() => host.close());
    beforeEach(async () => {
      csms = await startScriptedCsms();
    });
    afterEach(() => csms.close());

    const ask = (method: string, path: string, body?: unknown) => call(host.url, method, path, body);
    const get = (id: string, query = '') => ask('GET', `fleet-runs/${id}${query}`);
    const chargers = async () => (await ask('GET', 'chargers')).body.chargers;

    /** Twenty chargers, with names of their own in each test. */
    function template(more: object = {}) {
      const idPattern = `RUN-${++runs}-{n:02}`;
      return { count: 20, idPattern, connection: 'persistent', protocol: 'ocpp1.6', csms: { url: csms.url }, ...more };
    }

    const start = (phases: object[], more: object = {}): Promise<HttpAnswer> =>
      ask('POST', 'fleet-runs', { chargers: template(), phases, ...more });

    /** The report once it fits. */
    async function until(id: string, fits: (report: Report) => boolean) {
      for (;;) {
        const { body } = await get(id);
        if (fits(body)) return body;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }

    function tenTransactions(): Promise<true> {
      const identities = () => [...new Set(csms.connections.map(({ identity }) => identity))];
      const begun = () => identities().flatMap((identity) => csms.calls(identity, 'StartTransaction')).length;
      return csms.until(() => begun() >= 10 || undefined, 'ten transactions');
    }

    it('goes through connect, sessions and mass reconnection, and reports as JSON, CSV and a page', async () => {
      const started = await start(
        [
          { kind: 'connect', ramp: { withinSeconds: 1 } },
          { kind: 'sessions', seconds: 2, concurrency: 15, durationSeconds: 1, meterValuesIntervalSeconds: 1 },
          { kind: 'massReconnection', cut: 'polite', return: 'atOnce' },
        ],
        { seed: 3 },
      );
      const { runId } = started.body;
      expect([started.status, started.headers.get('location')]).toEqual([202, `/api/fleet-runs/${runId}`]);
      const report = await until(runId, ({ state }) => state === 'finished');
      const kinds = report.phases.map(({ kind }: { kind: string }) => kind);
      expect(kinds).toEqual(['connect', 'sessions', 'massReconnection']);
      expect(report.plan).toEqual([
        { kind: 'connect' },
        { kind: 'sessions', seconds: 2 },
        { kind: 'massReconnection' },
      ]);
      expect(report.phases[0]).toMatchObject({
        booted: { count: 20, of: 20 },
        commands: [{ command: 'connect', ok: 20, durationMs: { count: 20 } }],
      });
      expect(report.phases[2]).toMatchObject({ connected: { count: 20, of: 20 } });
      expect(report.transactions.started).toBeGreaterThanOrEqual(15);
      expect(report.transactions).toMatchObject({ ended: report.transactions.started, open: 0, lost: 0, doubled: 0 });
      expect(report.actions).toContainEqual(
        expect.objectContaining({ action: 'BootNotification', calls: 20, results: 20, unanswered: 0 }),
      );
      expect(report.series.some(({ connected }: { connected: number }) => connected === 20)).toBe(true);
      expect(report).not.toHaveProperty('interruptions');
      const csv = await get(runId, '?format=csv');
      expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(csv.body).toMatch(/^part,phase,name.*\r\n[\s\S]*\naction,,BootNotification,charger,20,20,0,0,/);
      const page = await get(runId, '?format=html');
      expect(page.headers.get('content-type')).toContain('text/html');
      expect(page.body).toContain('<h2>Transactions</h2>');
      expect(await chargers()).toEqual([]);
      const { body } = await ask('GET', 'fleet-runs');
      expect(body.runs).toContainEqual(expect.objectContaining({ runId, state: 'finished', chargers: 20 }));
    });

    it('goes through idle and soak: a charger that loses its connection comes back, no transaction is lost', async () => {
      const phases = [
        { kind: 'connect' },
        { kind: 'idle', seconds: 1 },
        { kind: 'soak', seconds: 3, concurrency: 20, durationSeconds: 2, lossEverySeconds: 1 },
      ];
      const { runId } = (await start(phases)).body;
      const report = await until(runId, ({ state }) => state === 'finished');
      const [, , soak] = report.phases;
      expect(soak.commands).toContainEqual(expect.objectContaining({ command: 'disconnect', ok: 2 }));
      expect(report.transactions.started).toBeGreaterThanOrEqual(20);
      expect(report.transactions).toMatchObject({ open: 0, lost: 0, ended: report.transactions.started });
    });

    it('takes OCPP 2.0.1 chargers through sessions that hold no connection in between', async () => {
      const modern = await startScriptedCsms({ protocols: ['ocpp2.0.1'] });
      const own = { connection: 'onDemand', protocol: 'ocpp2.0.1', csms: { url: modern.url } };
      const sessions = { kind: 'sessions', seconds: 2, concurrency: 20, durationSeconds: 1 };
      const { runId } = (await start([sessions], { chargers: template(own) })).body;
      const { transactions } = await until(runId, ({ state }) => state === 'finished');
      const heard = new Set(modern.connections.map(({ identity }) => identity));
      const events = [...heard].flatMap((identity) => modern.calls(identity, 'TransactionEvent'));
      const count = (type: string) => events.filter(({ payload }) => payload.eventType === type).length;
      expect([heard.size, transactions.started, transactions.ended]).toEqual([20, count('Started'), count('Ended')]);
      expect(transactions.ended).toBeGreaterThanOrEqual(20);
      expect(transactions).toMatchObject({ begun: transactions.started, open: 0, lost: 0 });
      expect(await chargers()).toEqual([]);
      await modern.close();
    });

    it('OCPP 1.6 §6: reports what a CSMS does against the specification, as JSON, CSV and a page', async () => {
      csms.respond('StatusNotification', { unasked: true });
      csms.respond('Authorize', { idTagInfo: { status: 'Splendid' } });
      const { runId } = (await start([{ kind: 'connect' }, { kind: 'sessions', seconds: 1, concurrency: 20 }])).body;
      const report = await until(runId, ({ state }) => state === 'finished');
      const asked = (action: string) =>
        [...new Set(csms.connections.map(({ identity }) => identity))].reduce(
          (sum, identity) => sum + csms.calls(identity, action).length,
          0,
        );
      const found = report.violations.map(({ rule, section, count }: RuleCount) => `${rule} ${section} ${count}`);
      expect(found.sort()).toEqual([
        `answerSchema OCPP 1.6 §6.48 ${asked('StatusNotification')}`,
        `unknownStatus OCPP 1.6 §6.2 ${asked('Authorize')}`,
      ]);
      expect(asked('Authorize')).toBeGreaterThanOrEqual(20);
      for (const format of ['csv', 'html']) {
        const { body } = await get(runId, `?format=${format}`);
        for (const word of ['answerSchema', 'OCPP 1.6 §6.48', 'unknownStatus', 'OCPP 1.6 §6.2'])
          expect(body).toContain(word);
      }
    });

    it('is stopped on request: what runs is ended, nothing is left behind', async () => {
      const sessions = { kind: 'sessions', seconds: 600, concurrency: 10, durationSeconds: 300 };
      const { runId } = (await start([{ kind: 'connect' }, sessions, { kind: 'idle', seconds: 600 }])).body;
      await tenTransactions();
      const { status, body } = await ask('DELETE', `fleet-runs/${runId}`);
      expect([status, body]).toEqual([202, { runId, state: 'stopping' }]);
      const report = await until(runId, ({ state }) => state === 'stopped');
      expect(report.transactions).toMatchObject({ started: 10, ended: 10, open: 0, lost: 0 });
      expect(report.phases).toHaveLength(2);
      expect(report.plan).toHaveLength(3);
      expect(await chargers()).toEqual([]);
      expect((await ask('DELETE', `fleet-runs/${runId}`)).body).toEqual({ runId, state: 'stopped' });
    });

    it('is stopped so that all is left as it is', async () => {
      const sessions = { kind: 'sessions', seconds: 600, concurrency: 10, durationSeconds: 300 };
      const { runId } = (await start([{ kind: 'connect' }, sessions])).body;
      await tenTransactions();
      await ask('DELETE', `fleet-runs/${runId}?leave=true`);
      await until(runId, ({ state }) => state === 'stopped');
      const charging = (await ask('GET', 'chargers?status=Charging')).body.chargers;
      expect([(await chargers()).length, charging.length]).toEqual([20, 10]);
      const deleted = await ask('DELETE', `chargers?tag=run:${runId}`);
      expect([deleted.status, deleted.body]).toMatchObject([200, { deleted: 20 }]);
      expect(await chargers()).toEqual([]);
    });

    it('leaves chargers that are to be kept, and they go on', async () => {
      const kept = template({ count: 3, keep: true });
      const { runId } = (await ask('POST', 'fleet-runs', { chargers: kept, phases: [{ kind: 'connect' }] })).body;
      await until(runId, ({ state }) => state === 'finished');
      const [{ id }] = await chargers();
      const { status } = await ask('POST', `chargers/${id}/messages/Heartbeat`);
      expect([status, csms.calls(id, 'Heartbeat').length]).toEqual([200, 1]);
      expect(csms.calls(id, 'BootNotification')).toHaveLength(1);
      await ask('DELETE', `chargers?tag=run:${runId}`);
    });

    it('takes chargers that exist by their tag, and leaves them as they were', async () => {
      const few = { count: 6, idPattern: `TAGGED-${++runs}-{n}`, protocol: 'ocpp1.6', csms: { url: csms.url } };
      await ask('POST', 'chargers/batch', { ...few, tags: ['few'], connection: 'persistent' });
      const phases = [{ kind: 'connect' }, { kind: 'sessions', seconds: 2, concurrency: 6, durationSeconds: 1 }];
      const { status, body } = await ask('POST', 'fleet-runs', { chargers: { tag: 'few' }, phases });
      expect([status, body.chargers]).toEqual([202, 6]);
      const taken = await ask('POST', 'fleet-runs', { chargers: { tag: 'few' }, phases });
      expect([taken.status, taken.body.detail]).toEqual([409, expect.stringContaining(`run ${body.runId}`)]);
      const report = await until(body.runId, ({ state }) => state === 'finished');
      expect(report.phases[0].commands).toMatchObject([{ command: 'connect', ok: 6, failed: {} }]);
      expect(report.transactions.started).toBeGreaterThanOrEqual(6);
      expect(report.transactions).toMatchObject({ ended: report.transactions.started, open: 0, lost: 0 });
      const left = await chargers();
      expect(left).toHaveLength(6);
      for (const own of left) expect(own).toMatchObject({ tags: ['few'], connection: 'persistent' });
      const [{ id }] = left;
      expect((await ask('POST', `chargers/${id}/messages/Heartbeat`)).status).toBe(200);
      for (const own of left) expect(csms.calls(own.id, 'BootNotification')).toHaveLength(1);
      await ask('DELETE', 'chargers?tag=few');
      expect(await chargers()).toEqual([]);
    });

    it('ends clean when the CSMS falls over under the load, and says what failed and what is lost', async () => {
      const frail = await startScriptedCsms();
      const sessions = { kind: 'sessions', seconds: 5, concurrency: 20, durationSeconds: 3, timeoutSeconds: 2 };
      const own = template({ csms: { url: frail.url } });
      const { runId } = (await ask('POST', 'fleet-runs', { chargers: own, phases: [{ kind: 'connect' }, sessions] }))
        .body;
      const begun = () => new Set(frail.connections.map(({ identity }) => identity));
      const starts = () => [...begun()].flatMap((identity) => frail.calls(identity, 'StartTransaction')).length;
      await frail.until(() => starts() >= 10 || undefined, 'ten transactions');
      await frail.close();
      const { phases, transactions, state } = await until(runId, (found) => found.state === 'finished');
      const failed = phases[1].commands.flatMap((one: { failed: object }) => Object.keys(one.failed));
      expect([state, failed.length > 0]).toEqual(['finished', true]);
      expect(transactions.lost).toBeGreaterThan(0);
      expect(transactions).toMatchObject({ begun: transactions.ended + transactions.lost, open: 0 });
      expect(await chargers()).toEqual([]);
    });

    it('makes none of its chargers when one of them exists, and says which', async () => {
      const taken = template();
      const id = taken.idPattern.replace('{n:02}', '07');
      await ask('POST', 'chargers', { id, protocol: 'ocpp1.6', csms: { url: csms.url } });
      const { status, body } = await ask('POST', 'fleet-runs', { chargers: taken, phases: [{ kind: 'connect' }] });
      expect([status, body.detail]).toEqual([409, expect.stringContaining(id)]);
      expect((await chargers()).map((own: { id: string }) => own.id)).toEqual([id]);
      await ask('DELETE', `chargers/${id}`);
    });

    it.each([
      ['more chargers than a run may have', { chargers: { count: 20_001 } }, /^chargers.*at most/],
      ['a pattern without a number', { chargers: { idPattern: 'RUN' } }, /^chargers\.idPattern.*\{n\}/],
      ['no phase', { phases: [] }, /^phases/],
      ['an unknown phase', { phases: [{ kind: 'explode' }] }, /^phases\.0/],
      [
        'sessions without how many',
        { phases: [{ kind: 'sessions', seconds: 5 }] },
        /^phases\.0.*concurrency or arrivalsPerSecond/,
      ],
      [
        'two ramps in one',
        { phases: [{ kind: 'connect', ramp: { perSecond: 1, withinSeconds: 1 } }] },
        /^phases\.0\.ramp.*not both/,
      ],
      [
        'a spread that is upside down',
        { phases: [{ kind: 'sessions', seconds: 5, concurrency: 1, durationSeconds: { from: 5, to: 1 } }] },
        /^phases\.0\.durationSeconds/,
      ],
      [
        'a spread whose bounds are upside down',
        {
          phases: [
            { kind: 'sessions', seconds: 5, concurrency: 1, energyWh: { mean: 5, deviation: 1, min: 9, max: 2 } },
          ],
        },
        /^phases\.0\.energyWh.*min must not be above max/,
      ],
      [
        'more sessions at a time than chargers',
        { phases: [{ kind: 'sessions', seconds: 5, concurrency: 21 }] },
        /^phases\.0 concurrency 21 .*20/,
      ],
      [
        'mass reconnection of chargers that hold no connection',
        { chargers: { connection: 'onDemand' }, phases: [{ kind: 'connect' }, { kind: 'massReconnection' }] },
        /^phases\.1 massReconnection.*persistent.*20 of 20/,
      ],
    ])(
      'refuses %s with 400 and says where',
      async (_, { chargers: own = {}, ...more }: Record<string, object>, expected) => {
        const { status, body } = await start([{ kind: 'connect' }], { chargers: template(own), ...more });
        expect(status).toBe(400);
        expect(
          body.errors.map(({ path, message }: { path: string; message: string }) => `${path} ${message}`).join('\n'),
        ).toMatch(expected);
      },
    );

    it('knows no run that is not', async () => {
      expect((await get('R-unknown')).status).toBe(404);
      expect((await ask('DELETE', 'fleet-runs/R-unknown')).status).toBe(404);
    });
  });
}
