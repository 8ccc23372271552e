// The product as Azure runs it: the deployable bundle in worker processes of a Functions host, its state in Cosmos DB.
import { describeHttp } from '../contracts/http-contract';
import { startAzureHost } from '../support/azure-host';
import type { WorkerOptions } from '../support/functions-host/pool';

const quiet = new Set(['debug', 'information', 'trace']);

async function start(workers: WorkerOptions[]) {
  const host = await startAzureHost({ workers, env: { SECRETS_KEY: Buffer.alloc(32, 9).toString('base64') } });
  return {
    url: host.url,
    async close() {
      await host.close();
      expect(host.logs().filter(({ category, level }) => category === 'console' || !quiet.has(level))).toEqual([]);
    },
  };
}

describeHttp('Azure host, one instance', () => start([{}]));

// As on the Flex Consumption plan: functions with an HTTP trigger and durable ones share no process.
describeHttp('Azure host, instances apart', () =>
  start([{ serves: 'http' }, { serves: 'http' }, { serves: 'durable' }]),
);
