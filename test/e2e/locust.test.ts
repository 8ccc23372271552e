// Locust against real processes, small: one master and two workers, a run that fails, a run that is interrupted. Skipped where no Python
// environment can be made, unless LOCUST=required, as in CI.
import { type DemoCsms, startDemoCsms } from '../../lib/csms/demo-csms';
import { freePort } from '../func/programs';
import { type LoadTest, missingLocust, startLoadTest } from '../support/loadtest';
import { forgetData, type HostProcess, request, startHost } from '../support/local-host';
import { startScriptedCsms } from '../support/scripted-csms';

const missing = missingLocust();
const minutes = 60_000;
const brisk = ['--session-seconds', '1', '--pause-seconds', '0.2', '--outage-seconds', '1'];
const running: LoadTest[] = [];

function loadTest(args: string[], env?: Record<string, string>): LoadTest {
  const test = startLoadTest([...brisk, ...args], env);
  running.push(test);
  return test;
}

afterEach(async () => {
  for (const { child, ended, forget } of running.splice(0)) {
    // Still running after a failure: a second signal, later, would not be polite.
    if (child.exitCode === null) child.kill('SIGINT');
    await ended;
    forget();
  }
});

function describeLocust(): void {
  it(
    'runs one master and two workers with all classes of users, from nothing, without a failure',
    async () => {
      const all = ['--class', 'SessionUser,CommandedUser,OutageUser', '--workers', '2'];
      const test = loadTest([...all, '--users', '6', '--spawn-rate', '6', '--run-time', '12s', '--hold-seconds', '2']);
      const { code, output } = await test.ended;
      expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('2 workers connected') });
      expect(output).toMatch(/concurrent transactions: peak 6, one for every user for [1-9]\d* s/);
      expect(output).toContain('0 chargers left; 0 errors of the host');
      const counted = test.counted();
      for (const name of ['POST createCharger', 'DELETE deleteCharger', 'OCPP BootNotification'])
        expect([name, counted.get(name)]).toMatchObject([name, { requests: 6, failures: 0 }]);
      const some = [
        'OCPP StartTransaction',
        'OCPP StopTransaction',
        'CSMS RemoteStopTransaction',
        'POST network online',
      ];
      for (const name of some) expect([name, counted.get(name)?.requests]).not.toEqual([name, undefined]);
      expect(test.html()).toContain('StartTransaction');
    },
    3 * minutes,
  );

  it(
    'OCPP 2.0.1: has chargers charge, and the CSMS start and stop them',
    async () => {
      const all = ['--class', 'SessionUser,CommandedUser', '--protocol', 'ocpp2.0.1'];
      const test = loadTest([...all, '--users', '4', '--spawn-rate', '4', '--run-time', '10s', '--hold-seconds', '1']);
      const { code, output } = await test.ended;
      expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('0 chargers left') });
      const counted = test.counted();
      const some = ['OCPP TransactionEvent', 'CSMS RequestStartTransaction', 'CSMS RequestStopTransaction'];
      for (const name of some) expect([name, counted.get(name)]).toMatchObject([name, { failures: 0 }]);
    },
    3 * minutes,
  );

  describe('with a simulator of its own', () => {
    let csms: DemoCsms;
    let host: HostProcess;

    beforeAll(async () => {
      csms = await startDemoCsms({ port: 0 });
      host = await startHost({ API_KEY: 'key-of-the-load-test' });
    });
    afterAll(async () => {
      await host.stop();
      await csms.close();
      forgetData(host);
    });

    const keyed = () => ({ SIMULATOR_URL: `${host.url}/api`, SIMULATOR_KEY: 'key-of-the-load-test' });
    const ask = (path: string) =>
      request(host.url, 'GET', path, undefined, { 'x-functions-key': 'key-of-the-load-test' });
    const transactions = async () => {
      const answer = await fetch(`${csms.httpUrl}/api/transactions?limit=1000`);
      return ((await answer.json()) as { transactions: { active: boolean; idTag: string }[] }).transactions;
    };
    async function until(probe: () => Promise<boolean>, test: LoadTest): Promise<void> {
      while (!(await probe())) if (test.child.exitCode !== null) throw new Error((await test.ended).output);
    }

    it(
      'ends with an error when a CSMS cannot be reached, and names the failure',
      async () => {
        const test = loadTest(['--users', '2', '--run-time', '3s', '--csms-url', 'ws://127.0.0.1:1/ocpp'], keyed());
        const { code, output } = await test.ended;
        expect({ code, output }).toEqual({
          code: 1,
          output: expect.stringMatching(/POST connect: 502 .*127\.0\.0\.1/),
        });
        expect((await ask('chargers')).body.chargers).toEqual([]);
      },
      2 * minutes,
    );

    it(
      'tells how long the CSMS took, per OCPP action, and its CALLERRORs as failures; load comes in steps',
      async () => {
        const slow = await startScriptedCsms();
        const quick = ['--hold-seconds', '0'];
        slow.respond('BootNotification', async () => {
          await new Promise((resolve) => setTimeout(resolve, 400));
          return { status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 };
        });
        slow.behave('Authorize', { kind: 'callError', code: 'InternalError' }, 2);
        const test = loadTest(
          [
            '--shape',
            'steps',
            '--users',
            '5',
            '--spawn-rate',
            '5',
            '--run-time',
            '10s',
            ...quick,
            '--csms-url',
            slow.url,
          ],
          keyed(),
        );
        const { code, output } = await test.ended;
        await slow.close();
        expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('0 chargers left') });
        const counted = test.counted();
        expect(counted.get('OCPP BootNotification')).toMatchObject({ requests: 5, failures: 0 });
        // A timer may be a moment early.
        expect(counted.get('OCPP BootNotification')?.min).toBeGreaterThanOrEqual(395);
        expect(counted.get('OCPP StartTransaction')?.failures).toBe(0);
        const { requests = 0, failures = 0 } = counted.get('OCPP Authorize') ?? {};
        expect([failures, requests > failures]).toEqual([2, true]);
        const steps = [...new Set(test.users())].filter((users) => users > 0);
        expect(steps).toEqual([...steps].sort());
        expect(steps.length).toBeGreaterThanOrEqual(3);
        expect(steps.at(-1)).toBe(5);
      },
      2 * minutes,
    );

    it(
      'one outage for the users of every worker, called by the shape',
      async () => {
        const args = ['--class', 'OutageUser', '--shape', 'outage', '--workers', '2', '--csms-url', csms.url];
        const test = loadTest(
          [...args, '--users', '4', '--spawn-rate', '4', '--run-time', '10s', '--hold-seconds', '2'],
          keyed(),
        );
        const { code, output } = await test.ended;
        expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('0 chargers left') });
        expect(output).toContain('outage: 4 chargers are cut off');
        const counted = test.counted();
        for (const name of ['POST network offline', 'POST network online'])
          expect([name, counted.get(name)]).toMatchObject([name, { requests: 4, failures: 0 }]);
        expect((await ask('chargers')).body.chargers).toEqual([]);
      },
      2 * minutes,
    );

    it(
      "is driven from Locust's own web UI, and a test that is stopped there leaves no chargers",
      async () => {
        const port = await freePort();
        const test = loadTest(
          ['--ui', '--web-host', '127.0.0.1', '--web-port', String(port), '--csms-url', csms.url],
          keyed(),
        );
        const ui = (path: string, form?: Record<string, string>) =>
          fetch(`http://127.0.0.1:${port}/${path}`, form ? { method: 'POST', body: new URLSearchParams(form) } : {});
        const answers = () => ui('').then(({ ok }) => ok);
        await until(() => answers().catch(() => false), test);
        expect(await (await ui('')).text()).toContain('token_pattern');
        expect((await ui('swarm', { user_count: '3', spawn_rate: '3', token_pattern: 'UI-{n}' })).status).toBe(200);
        const names = async () => {
          const { stats } = (await (await ui('stats/requests')).json()) as { stats: { name: string }[] };
          return stats.map(({ name }) => name);
        };
        await until(async () => (await names()).includes('StartTransaction'), test);
        const { chargers } = (await ask('chargers')).body;
        expect(chargers).toHaveLength(3);
        await ui('stop', {});
        await until(async () => (await ask('chargers')).body.chargers.length === 0, test);
        expect((await transactions()).filter(({ idTag }) => idTag.startsWith('UI-')).length).toBeGreaterThan(0);
        expect((await ui('stats/report')).status).toBe(200);
        test.child.kill('SIGINT');
        const { code, output } = await test.ended;
        expect({ code, output }).toEqual({ code: 130, output: expect.stringContaining('0 chargers left') });
      },
      2 * minutes,
    );

    it(
      'Ctrl-C in the middle of transactions removes the chargers and ends their transactions',
      async () => {
        const long = [
          '--users',
          '8',
          '--spawn-rate',
          '20',
          '--run-time',
          '10m',
          '--hold-seconds',
          '600',
          '--workers',
          '2',
        ];
        const before = (await transactions()).length;
        const test = loadTest([...long, '--csms-url', csms.url], keyed());
        await until(async () => (await transactions()).length === before + 8, test);
        expect((await ask('chargers')).body.chargers).toHaveLength(8);
        test.child.kill('SIGINT');
        const { code, output } = await test.ended;
        expect({ code, output }).toEqual({ code: 130, output: expect.stringContaining('0 chargers left') });
        expect((await ask('chargers')).body.chargers).toEqual([]);
        expect((await transactions()).map(({ active }) => active)).toEqual(Array(before + 8).fill(false));
      },
      2 * minutes,
    );
  });
}

if (missing === undefined) {
  describe('Locust', describeLocust);
} else if (process.env.LOCUST === 'required') {
  it('Locust runs', () => {
    throw new Error(missing);
  });
} else {
  describe.skip('Locust', () => {
    it(`is SKIPPED: ${missing}`, () => undefined);
  });
}
