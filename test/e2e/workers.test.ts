// A local host whose chargers are divided among two processes.
import { describeHttp } from '../contracts/http-contract';
import { forgetData, startHost } from '../support/local-host';

describeHttp('local host with two workers', async () => {
  const host = await startHost({ SECRETS_KEY: Buffer.alloc(32, 9).toString('base64') }, ['--workers', '2']);
  return {
    url: host.url,
    async close() {
      expect(await host.stop()).toBe(0);
      expect(host.stderr()).not.toContain('"level":"error"');
      forgetData(host);
    },
  };
});
