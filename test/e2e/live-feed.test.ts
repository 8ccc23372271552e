// The live feed of both hosts: the endpoint of the local one, Web PubSub on Azure.
import { describeFeed } from '../contracts/feed-contract';
import { startAzureHost } from '../support/azure-host';
import { request as call, startHost } from '../support/local-host';
import { startScriptedCsms } from '../support/scripted-csms';
import { startWebPubSubService } from '../support/web-pubsub-service';

describeFeed('local host', async () => {
  const host = await startHost();
  return {
    url: host.url,
    async close() {
      await host.stop();
    },
  };
});

describeFeed('Azure host', async () => {
  const service = await startWebPubSubService();
  const env = { WEB_PUBSUB_CONNECTION_STRING: service.connectionString };
  const host = await startAzureHost({ workers: [{}], env });
  return {
    url: host.url,
    async close() {
      await host.close();
      await service.close();
    },
  };
});

describe('Azure host', () => {
  it('says how to have a live feed when there is none', async () => {
    const host = await startAzureHost({ workers: [{}] });
    const { status, body } = await call(host.url, 'POST', 'feed/negotiate', {});
    await host.close();
    expect([status, body.type]).toEqual([404, '/api/docs#no-feed']);
    expect(body.detail).toContain('WEB_PUBSUB_ENDPOINT');
  });

  it('says which setting is wrong when the connection string is none, and not what it was', async () => {
    const env = { WEB_PUBSUB_CONNECTION_STRING: 'AccessKey=secret-secret' };
    const host = await startAzureHost({ workers: [{}], env });
    const { status, body } = await call(host.url, 'GET', 'models');
    const logs = JSON.stringify(host.logs());
    await host.close();
    expect([status, body.detail]).toEqual([500, expect.stringContaining('WEB_PUBSUB_CONNECTION_STRING')]);
    expect(JSON.stringify(body) + logs).not.toContain('secret-secret');
  });

  it('goes on, and says so in its log, when Web PubSub fails', async () => {
    const service = await startWebPubSubService();
    service.failWith(400);
    const csms = await startScriptedCsms();
    const host = await startAzureHost({
      workers: [{}],
      env: { WEB_PUBSUB_CONNECTION_STRING: service.connectionString },
    });
    await call(host.url, 'POST', 'chargers', { id: 'F-1', protocol: 'ocpp1.6', csms: { url: csms.url } });
    const { status } = await call(host.url, 'POST', 'chargers/F-1/connect', {});
    const logs = host.logs().map(({ message }) => message);
    await host.close();
    await csms.close();
    await service.close();
    expect(status).toBe(200);
    expect(logs.filter((line) => line.includes('live feed not told'))).toHaveLength(1);
  });
});
