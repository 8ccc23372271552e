// Fleet runs as both hosts do them, on Azure: in three batches, each in an activity, in real time.
import { describeFleetRuns } from '../contracts/fleet-contract';
import { startAzureHost } from '../support/azure-host';

// The next phase begins two or three seconds after the last one has ended everywhere.
jest.setTimeout(60_000);

describeFleetRuns('Azure host', async () => {
  const host = await startAzureHost({
    env: { FLEET_BATCH_CHARGERS: '7', FLEET_RUN_CHARGERS: '25' },
    workers: [{ serves: 'http' }, { serves: 'durable' }, { serves: 'durable' }],
  });
  return {
    url: host.url,
    async close() {
      await host.close();
      expect(host.logs().filter(({ category }) => category === 'console')).toEqual([]);
    },
  };
});
