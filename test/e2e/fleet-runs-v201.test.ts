// A fleet of 2.0.1 stations over real sockets against the demo CSMS: the same run, the same report as for 1.6.
import { request as call, type HostProcess, startHost } from '../support/local-host';

let host: HostProcess;
beforeAll(async () => {
  host = await startHost({ DEMO_CSMS: '0' });
});
afterAll(() => host.stop());

async function finished(runId: string) {
  for (;;) {
    const { body } = await call(host.url, 'GET', `fleet-runs/${runId}`);
    if (body.state === 'finished') return body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('OCPP 2.0.1 E01, E06: connects, charges and reconnects; every transaction the CSMS heard of ended, once', async () => {
  const { body } = await call(host.url, 'POST', 'fleet-runs', {
    chargers: { count: 12, idPattern: 'RUN-{n:02}', connection: 'persistent', protocol: 'ocpp2.0.1' },
    phases: [
      { kind: 'connect', ramp: { withinSeconds: 1 } },
      { kind: 'sessions', seconds: 2, concurrency: 10, durationSeconds: 1, meterValuesIntervalSeconds: 1 },
      { kind: 'massReconnection', cut: 'polite', return: 'atOnce' },
    ],
    seed: 5,
  });
  const report = await finished(body.runId);
  expect(report.phases[0].booted).toMatchObject({ count: 12, of: 12 });
  const { started } = report.transactions;
  expect(started).toBeGreaterThanOrEqual(10);
  expect(report.transactions).toMatchObject({ ended: started, open: 0, lost: 0, doubled: 0, discrepancies: [] });
  const actions = report.actions.map(({ action }: { action: string }) => action);
  expect(actions).toEqual(expect.arrayContaining(['BootNotification', 'TransactionEvent', 'StatusNotification']));
  expect(report.violations).toEqual([]);
  expect((await call(host.url, 'GET', 'chargers')).body.chargers).toEqual([]);
});
