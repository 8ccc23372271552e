// kill -9 of the local host in the middle of 200 starting transactions, half of them of OCPP 1.6 and half of 2.0.1: afterwards the CSMS and
// the chargers agree.
import { startDemoCsms } from '../../lib/csms/demo-csms';
import { forgetData, type HostProcess, request, startHost } from '../support/local-host';

const count = 200;

interface SeenTransaction {
  identity: string;
  transactionId: number | string;
  connectorId: number;
  startedAt: string;
  meterStart: number;
  energyWh?: number;
}

const id = (n: number) => `K-${String(n).padStart(3, '0')}`;
const protocols = ['ocpp1.6', 'ocpp2.0.1'];
const numbers = Array.from({ length: count }, (_, at) => at + 1);

async function transactionsOfCsms(httpUrl: string, query = ''): Promise<SeenTransaction[]> {
  const answer = await fetch(`${httpUrl}/api/transactions?limit=1000${query}`);
  return ((await answer.json()) as { transactions: SeenTransaction[] }).transactions;
}

/** What the CSMS has found wrong with any charger. */
async function violationsSeenBy(httpUrl: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const n of numbers) {
    const answer = await fetch(`${httpUrl}/api/chargers/${id(n)}`);
    const { violations } = (await answer.json()) as { violations: unknown[] };
    found.push(...violations);
  }
  return found;
}

/** Asks again until it is so; each question is a round trip, nobody sleeps. */
async function until(what: string, probe: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 3000; attempt++) if (await probe()) return;
  throw new Error(`did not come about: ${what}`);
}

async function chargersOf(host: HostProcess) {
  const { body } = await request(host.url, 'GET', 'chargers?limit=1000');
  return body.chargers as { id: string; link: { state: string } }[];
}

describe('kill -9 in the middle of 200 transactions', () => {
  it('OCPP 1.6 §3.7, OCPP 2.0.1 E04: every transaction the CSMS knows is resumed and ended once, none is lost or doubled', async () => {
    const csms = await startDemoCsms({ port: 0 });
    let host = await startHost();
    try {
      for (const [at, protocol] of protocols.entries()) {
        const created = await request(host.url, 'POST', 'chargers/batch', {
          count: count / protocols.length,
          start: 1 + (at * count) / protocols.length,
          idPattern: 'K-{n:03}',
          protocol,
          csms: { url: csms.url },
          connection: 'persistent',
        });
        expect([created.status, created.body.detail]).toEqual([201, undefined]);
      }
      let answered = 0;
      const starts = numbers.map((n) =>
        request(host.url, 'POST', `chargers/${id(n)}/transactions`, {
          idToken: `TAG-${n}`,
          meterValuesIntervalSeconds: 1,
        })
          .then(() => ++answered)
          .catch(() => undefined),
      );
      await until(
        'half of the transactions are known',
        async () => (await transactionsOfCsms(csms.httpUrl)).length >= count / 2,
      );
      await host.kill();
      await Promise.all(starts);
      expect(answered).toBeLessThan(count);

      host = await startHost({ DATA_DIR: host.dataDir });
      await until('all are connected again', async () =>
        (await chargersOf(host)).every(({ link }) => link.state === 'up'),
      );
      await until('nothing is queued any more', async () => {
        const { body } = await request(host.url, 'GET', 'chargers?limit=1000');
        return body.chargers.every((charger: { queuedMessages: number }) => charger.queuedMessages === 0);
      });
      const known = await transactionsOfCsms(csms.httpUrl);
      const running = new Map<string, number>();
      for (const n of numbers) {
        const { body } = await request(host.url, 'GET', `chargers/${id(n)}/transactions`);
        for (const one of body.transactions) if (one.state === 'running') running.set(id(n), one.transactionId);
      }
      // None doubled: one start per charger; none lost: what the CSMS knows still runs, under its id.
      expect(new Set(known.map((one) => one.identity)).size).toBe(known.length);
      expect(known.length).toBeGreaterThanOrEqual(count / 2);
      expect(Object.fromEntries(known.map((one) => [one.identity, one.transactionId]))).toEqual(
        Object.fromEntries(running),
      );

      const stops = await Promise.all(
        [...running].map(([charger, transactionId]) =>
          request(host.url, 'POST', `chargers/${charger}/transactions/${transactionId}/stop`, {}),
        ),
      );
      expect(stops.every(({ status }) => status === 200)).toBe(true);
      const ended = await transactionsOfCsms(csms.httpUrl);
      expect(ended.length).toBe(known.length);
      expect(ended.every(({ energyWh }) => energyWh !== undefined && energyWh >= 0)).toBe(true);
      // Events that were queued when the host died come once more or later, in order and without a gap (2.0.1 E01.FR.07, E04).
      expect(await violationsSeenBy(csms.httpUrl)).toEqual([]);
      for (const n of numbers) {
        const { body } = await request(host.url, 'GET', `chargers/${id(n)}/violations`);
        expect([id(n), body.violations]).toEqual([id(n), []]);
      }
      expect(await host.stop()).toBe(0);
    } finally {
      await host.kill();
      await csms.close();
      forgetData(host);
    }
  }, 120_000);
});
