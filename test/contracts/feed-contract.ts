// What clients of the live feed rely on, whatever hosts the simulator: they watch with the client library of Azure Web PubSub.
import { WebPubSubClient, WebPubSubJsonProtocol } from '@azure/web-pubsub-client';
import { request as call } from '../support/local-host';
import { type ScriptedCsms, startScriptedCsms } from '../support/scripted-csms';
import type { HostUnderTest } from './http-contract';

interface Message {
  group: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
  data: any;
}

/** Runs the contract against a host that `open` starts. */
export function describeFeed(name: string, open: () => Promise<HostUnderTest>): void {
  describe(`${name}: live feed`, () => {
    let host: HostUnderTest;
    let csms: ScriptedCsms;
    const clients: WebPubSubClient[] = [];

    beforeAll(async () => {
      host = await open();
      csms = await startScriptedCsms();
    });
    afterEach(() => {
      for (const client of clients.splice(0)) client.stop();
    });
    afterAll(async () => {
      await csms.close();
      await host.close();
    });

    const post = (path: string, body: object = {}) => call(host.url, 'POST', path, body);

    /** A client that notes what it is told; `until` waits for a message that fits. */
    async function watch(groups: string[] = []) {
      const client = new WebPubSubClient(
        { getClientAccessUrl: async () => (await post('feed/negotiate', { groups })).body.url },
        {
          protocol: WebPubSubJsonProtocol(),
          autoReconnect: false,
          // Its timers would outlive the tests.
          keepAliveIntervalInMs: 0,
          keepAliveTimeoutInMs: 0,
        },
      );
      clients.push(client);
      const told: Message[] = [];
      let heard = (): void => {};
      client.on('group-message', ({ message }) => {
        told.push({ group: message.group, data: message.data });
        heard();
      });
      const connected = new Promise<void>((resolve) => client.on('connected', () => resolve()));
      await client.start();
      await connected;
      async function until(fits: (message: Message) => boolean): Promise<Message> {
        for (;;) {
          const found = told.find(fits);
          if (found) return found;
          await new Promise<void>((resolve) => {
            heard = resolve;
          });
        }
      }
      return { client, told, until };
    }

    it('says where and how to connect, and until when', async () => {
      const { status, body } = await post('feed/negotiate', { minutes: 5 });
      expect(status).toBe(200);
      expect(body.protocol).toBe('json.webpubsub.azure.v1');
      expect(body.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/.*[?&]access_token=/);
      const minutes = (Date.parse(body.expiresAt) - Date.now()) / 60_000;
      expect(minutes).toBeGreaterThan(4);
      expect(minutes).toBeLessThanOrEqual(5);
    });

    it('refuses groups that cannot have messages', async () => {
      const { status, body } = await post('feed/negotiate', { groups: ['fleet', 'charger.', 'other'] });
      expect([status, body.errors.map(({ path }: { path: string }) => path)]).toEqual([400, ['groups.1', 'groups.2']]);
    });

    it('tells who joins a group of a charger its frames and its state, as getCharger shows it', async () => {
      const { client, until } = await watch();
      await client.joinGroup('charger.F-1');
      await post('chargers', { id: 'F-1', protocol: 'ocpp1.6', csms: { url: csms.url } });
      await post('chargers/F-1/connect');
      const isBoot = ({ action, type }: { action: string; type: string }) =>
        action === 'BootNotification' && type === 'result';
      const { data } = await until((message) => message.data.frames?.some(isBoot));
      expect(data).toMatchObject({ kind: 'charger', chargerId: 'F-1', charger: { id: 'F-1', protocol: 'ocpp1.6' } });
      expect(data.frames.find(isBoot)).toMatchObject({ direction: 'received', payload: { status: 'Accepted' } });
      await until((message) => message.data.charger?.registration?.status === 'Accepted');
    });

    it('tells the fleet which chargers came, changed and went', async () => {
      const { until } = await watch(['fleet']);
      await post('chargers', { id: 'F-2', protocol: 'ocpp1.6', csms: { url: csms.url }, tags: ['x'] });
      const lineOf = ({ data }: Message) =>
        data.chargers?.find(({ chargerId }: { chargerId: string }) => chargerId === 'F-2');
      const came = await until((message) => lineOf(message) !== undefined);
      expect(came.group).toBe('fleet');
      expect(lineOf(came)).toMatchObject({ tags: ['x'], connectors: [{ connectorId: 1 }, { connectorId: 2 }] });
      await post('chargers/F-2/plug-in');
      await until((message) => lineOf(message)?.connectors[0].status === 'Preparing');
      await call(host.url, 'DELETE', 'chargers/F-2');
      await until(({ data }) => data.removed?.includes('F-2'));
    });

    it('tells nothing to those who have not joined', async () => {
      const [watcher, other] = [await watch(['charger.F-3']), await watch(['charger.F-4'])];
      await post('chargers', { id: 'F-3', protocol: 'ocpp1.6', csms: { url: csms.url } });
      await post('chargers/F-3/connect');
      await watcher.until(({ data }) => data.chargerId === 'F-3');
      await post('chargers', { id: 'F-4', protocol: 'ocpp1.6', csms: { url: csms.url } });
      await other.until(({ data }) => data.chargerId === 'F-4');
      expect(new Set(other.told.map(({ group }) => group))).toEqual(new Set(['charger.F-4']));
    });

    it('tells no secrets', async () => {
      const { told, until } = await watch(['charger.F-5', 'fleet']);
      const basicAuth = { username: 'F-5', password: 'hunter2-hunter2-hunter2' };
      const { status } = await post('chargers', {
        id: 'F-5',
        protocol: 'ocpp1.6',
        csms: { url: csms.url, securityProfile: 1, basicAuth },
      });
      expect(status).toBe(201);
      await post('chargers/F-5/connect');
      await until(({ data }) => data.charger?.registration?.status === 'Accepted');
      expect(JSON.stringify(told)).not.toContain('hunter2');
    });
  });
}
