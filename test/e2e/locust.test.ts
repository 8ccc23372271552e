// Locust against real processes, small: one master and two workers, a run that fails, a run that is interrupted. Skipped where no Python
// environment can be made, unless LOCUST=required, as in CI.
import { type DemoCsms, startDemoCsms } from '../../lib/csms/demo-csms';
import { type LoadTest, missingLocust, startLoadTest } from '../support/loadtest';
import { forgetData, type HostProcess, request, startHost } from '../support/local-host';

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
        expect([name, counted.get(name)]).toEqual([name, { requests: 6, failures: 0 }]);
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
      return ((await answer.json()) as { transactions: { active: boolean }[] }).transactions;
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
        const test = loadTest([...long, '--csms-url', csms.url], keyed());
        await until(async () => (await transactions()).length === 8, test);
        expect((await ask('chargers')).body.chargers).toHaveLength(8);
        test.child.kill('SIGINT');
        const { code, output } = await test.ended;
        expect({ code, output }).toEqual({ code: 130, output: expect.stringContaining('0 chargers left') });
        expect((await ask('chargers')).body.chargers).toEqual([]);
        expect((await transactions()).map(({ active }) => active)).toEqual(Array(8).fill(false));
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
