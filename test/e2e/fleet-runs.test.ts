// Fleet runs over HTTP on the local host: what both hosts do, the demo CSMS, chargers that exist, and what a restart leaves.
import { describeFleetRuns } from '../contracts/fleet-contract';
import { request as call, forgetData, type HostProcess, startHost } from '../support/local-host';

describeFleetRuns('local host', async () => {
  const own = await startHost();
  return { url: own.url, close: () => own.stop().then(() => forgetData(own)) };
});

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

it('runs against the demo CSMS unless told otherwise', async () => {
  const started = await post({
    chargers: template,
    phases: [{ kind: 'connect' }, { kind: 'sessions', seconds: 1, concurrency: 15, durationSeconds: 1 }],
  });
  const report = await until(started.body.runId, ({ state }) => state === 'finished');
  expect(report.phases[0].booted).toMatchObject({ count: 20, of: 20 });
  expect(report.transactions.started).toBeGreaterThanOrEqual(15);
  expect(report.transactions).toMatchObject({ ended: report.transactions.started, open: 0, doubled: 0 });
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

it('refuses what chargers with a tag cannot do, once it knows them', async () => {
  const few = { count: 2, idPattern: 'TAGGED-{n}', tags: ['few'], protocol: 'ocpp1.6' };
  expect((await call(host.url, 'POST', 'chargers/batch', few)).status).toBe(201);
  const phases = [{ kind: 'sessions', seconds: 5, concurrency: 3 }, { kind: 'massReconnection' }];
  const { status, body } = await post({ chargers: { tag: 'few' }, phases });
  expect([status, body.errors.map(({ path }: { path: string }) => path)]).toEqual([400, ['phases.0', 'phases.1']]);
  await call(host.url, 'DELETE', 'chargers?tag=few');
});

it('knows no charger by a tag that none has', async () => {
  expect((await post({ chargers: { tag: 'none' }, phases: [{ kind: 'connect' }] })).status).toBe(404);
});
