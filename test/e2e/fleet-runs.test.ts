// Fleet runs over HTTP on the local host against the demo CSMS: what a load tester asks and gets, and what a restart leaves.

import { request as call, type HostProcess, startHost } from '../support/local-host';
import { startScriptedCsms } from '../support/scripted-csms';

interface RuleCount {
  rule: string;
  section: string;
  count: number;
}

let host: HostProcess;
beforeAll(async () => {
  host = await startHost({ DEMO_CSMS: '0' });
});
afterAll(async () => {
  await host.stop();
});

const template = { count: 20, idPattern: 'RUN-{n:02}', connection: 'persistent' };
const post = (body: object) => call(host.url, 'POST', 'fleet-runs', body);
const get = (id: string, query = '') => call(host.url, 'GET', `fleet-runs/${id}${query}`);

/** The report once it fits. */
async function until(id: string, fits: (report: { state: string; phases: unknown[] }) => boolean) {
  for (;;) {
    const { body } = await get(id);
    if (fits(body)) return body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('runs connect, sessions and mass reconnection, and reports as JSON, CSV and a page', async () => {
  const started = await post({
    chargers: template,
    phases: [
      { kind: 'connect', ramp: { withinSeconds: 1 } },
      { kind: 'sessions', seconds: 2, concurrency: 15, durationSeconds: 1, meterValuesIntervalSeconds: 1 },
      { kind: 'massReconnection', cut: 'polite', return: 'atOnce' },
    ],
    seed: 3,
  });
  expect([started.status, started.headers.get('location')]).toEqual([202, `/api/fleet-runs/${started.body.runId}`]);
  const { runId } = started.body;
  const report = await until(runId, ({ state }) => state === 'finished');
  expect(report.phases.map(({ kind }: { kind: string }) => kind)).toEqual(['connect', 'sessions', 'massReconnection']);
  expect(report.phases[0].booted).toMatchObject({ count: 20, of: 20 });
  expect(report.transactions.started).toBeGreaterThanOrEqual(15);
  expect(report.transactions).toMatchObject({ ended: report.transactions.started, open: 0, doubled: 0 });
  expect(report.actions.find(({ action }: { action: string }) => action === 'BootNotification')).toMatchObject({
    calls: 20,
    results: 20,
  });
  const csv = await fetch(`${host.url}/api/fleet-runs/${runId}?format=csv`);
  expect([csv.headers.get('content-type'), await csv.text()]).toEqual([
    'text/csv; charset=utf-8',
    expect.stringMatching(/^part,phase,name.*\r\n[\s\S]*\naction,,BootNotification,charger,20,20,0,0,/),
  ]);
  const page = await fetch(`${host.url}/api/fleet-runs/${runId}?format=html`);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await page.text()).toContain('<h2>Transactions</h2>');
  expect((await call(host.url, 'GET', 'chargers')).body.chargers).toEqual([]);
  const { runs } = (await call(host.url, 'GET', 'fleet-runs')).body;
  expect(runs).toContainEqual(expect.objectContaining({ runId, state: 'finished', chargers: 20 }));
});

it('OCPP 1.6 §6: reports what a CSMS does against the specification over real sockets, as JSON, CSV and a page', async () => {
  const csms = await startScriptedCsms();
  csms.respond('StatusNotification', { unasked: true });
  csms.respond('Authorize', { idTagInfo: { status: 'Splendid' } });
  const { runId } = (
    await post({
      chargers: { ...template, protocol: 'ocpp1.6', csms: { url: csms.url } },
      phases: [{ kind: 'connect' }, { kind: 'sessions', seconds: 1, concurrency: 20 }],
    })
  ).body;
  const report = await until(runId, ({ state }) => state === 'finished');
  const asked = (action: string) =>
    csms.connections.reduce((sum, { identity }) => sum + csms.calls(identity, action).length, 0);
  const found = report.violations.map(({ rule, section, count }: RuleCount) => `${rule} ${section} ${count}`);
  expect(found.sort()).toEqual([
    `answerSchema OCPP 1.6 §6.48 ${asked('StatusNotification')}`,
    `unknownStatus OCPP 1.6 §6.2 ${asked('Authorize')}`,
  ]);
  expect(asked('Authorize')).toBeGreaterThanOrEqual(20);
  for (const format of ['csv', 'html']) {
    const text = await (await fetch(`${host.url}/api/fleet-runs/${runId}?format=${format}`)).text();
    for (const word of ['answerSchema', 'OCPP 1.6 §6.48', 'unknownStatus', 'OCPP 1.6 §6.2'])
      expect(text).toContain(word);
  }
  await csms.close();
});

it('is stopped on request and leaves nothing behind', async () => {
  const { runId } = (await post({ chargers: template, phases: [{ kind: 'connect' }, { kind: 'idle', seconds: 600 }] }))
    .body;
  await until(runId, ({ phases }) => phases.length === 2);
  expect((await call(host.url, 'DELETE', `fleet-runs/${runId}`)).status).toBe(202);
  await until(runId, ({ state }) => state === 'stopped');
  expect((await call(host.url, 'GET', 'chargers')).body.chargers).toEqual([]);
});

it('killed meanwhile: the next start says that the run was interrupted and deletes its chargers', async () => {
  const { runId } = (await post({ chargers: template, phases: [{ kind: 'connect' }, { kind: 'idle', seconds: 600 }] }))
    .body;
  await until(runId, ({ phases }) => phases.length === 2);
  await host.kill();
  host = await startHost({ DEMO_CSMS: '0', DATA_DIR: host.dataDir });
  expect((await get(runId)).body).toMatchObject({ state: 'interrupted' });
  expect((await call(host.url, 'GET', 'chargers')).body.chargers).toEqual([]);
});

it.each([
  ['more chargers than a run may have', { chargers: { ...template, count: 20_001 } }, /^chargers.*20000/],
  ['a pattern without a number', { chargers: { ...template, idPattern: 'RUN' } }, /^chargers\.idPattern.*\{n\}/],
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
      phases: [{ kind: 'sessions', seconds: 5, concurrency: 1, energyWh: { mean: 5, deviation: 1, min: 9, max: 2 } }],
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
    {
      chargers: { ...template, connection: 'onDemand' },
      phases: [{ kind: 'connect' }, { kind: 'massReconnection' }],
    },
    /^phases\.1 massReconnection.*persistent.*20 of 20/,
  ],
])('refuses %s with 400 and says where', async (_, more, expected) => {
  const { status, body } = await post({ chargers: template, phases: [{ kind: 'connect' }], ...more });
  expect(status).toBe(400);
  expect(
    body.errors.map(({ path, message }: { path: string; message: string }) => `${path} ${message}`).join('\n'),
  ).toMatch(expected);
});

it('refuses what chargers with a tag cannot do, once it knows them', async () => {
  const few = { count: 2, idPattern: 'TAGGED-{n}', tags: ['few'], protocol: 'ocpp1.6' };
  expect((await call(host.url, 'POST', 'chargers/batch', few)).status).toBe(201);
  const phases = [{ kind: 'sessions', seconds: 5, concurrency: 3 }, { kind: 'massReconnection' }];
  const { status, body } = await post({ chargers: { tag: 'few' }, phases });
  expect([status, body.errors.map(({ path }: { path: string }) => path)]).toEqual([400, ['phases.0', 'phases.1']]);
  await call(host.url, 'DELETE', 'chargers?tag=few');
});

it('knows no run that is not, no charger by a tag that none has', async () => {
  expect((await get('R-unknown')).status).toBe(404);
  expect((await call(host.url, 'DELETE', 'fleet-runs/R-unknown')).status).toBe(404);
  expect((await post({ chargers: { tag: 'none' }, phases: [{ kind: 'connect' }] })).status).toBe(404);
});
