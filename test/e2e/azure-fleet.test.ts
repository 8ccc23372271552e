// Fleet runs on the Azure host.
import { type AzureRig, startAzureRig } from '../support/azure-rig';

let rig: AzureRig;
beforeEach(async () => {
  rig = await startAzureRig({ env: { HOLD_WINDOW_SECONDS: '60', FLEET_BATCH_CHARGERS: '4' }, workers: [{ serves: 'http' }, { serves: 'durable' }, { serves: 'durable' }] });
  let transactionId = 0;
  rig.csms.respond('StartTransaction', () => ({ transactionId: ++transactionId, idTagInfo: { status: 'Accepted' } }));
});
afterEach(() => rig.close());

async function report(id: string) { return (await rig.call('GET', `fleet-runs/${id}`)).body; }
async function until(id: string, fits: (r: any) => boolean) {
  for (let n = 0; n < 900; n++) { const r = await report(id); if (fits(r)) return r; await rig.host.advance(5_000); }
  throw new Error('never: ' + JSON.stringify(await report(id)));
}

it('one batch', async () => {
  const started = await rig.call('POST', 'fleet-runs', {
    chargers: { count: 4, idPattern: 'RUN-{n:02}', connection: 'persistent', protocol: 'ocpp1.6', csms: { url: rig.csms.url } },
    phases: [{ kind: 'connect' }, { kind: 'sessions', seconds: 100, concurrency: 3, durationSeconds: 20, meterValuesIntervalSeconds: 5 }],
  });
  expect(started.body).toMatchObject({ state: 'running' });
  const r = await until(started.body.runId, ({ state }) => state !== 'running');
  const { series, ...rest } = r;
  console.log(JSON.stringify(rest, null, 1), series.length, rig.csms.connections.length, rig.logged(), JSON.stringify(rig.host.counts()));
  expect((await rig.call('GET', 'chargers')).body.chargers).toEqual([]);
}, 60_000);
