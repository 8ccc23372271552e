// The host's durable side, proved with a toy app: the features the simulator uses, virtual time, faults, and that orchestrators
// which break the rules are caught.
import type { ClientFault } from '../support/functions-host/durable/management';
import { type FunctionsHost, type FunctionsHostOptions, startFunctionsHost } from '../support/functions-host/host';
import { buildToy, type ToyBundle } from '../support/functions-host/toy-bundle';
import { request } from '../support/local-host';

let toy: ToyBundle;
const hosts: FunctionsHost[] = [];
const startAt = Date.UTC(2026, 0, 5, 8);

beforeAll(async () => {
  toy = await buildToy();
});
afterAll(() => toy.remove());
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

async function start(options: Partial<FunctionsHostOptions> = {}): Promise<FunctionsHost> {
  const env = { TICK_SCHEDULE: '0 0 0 1 1 *' };
  const host = await startFunctionsHost({ bundle: toy.file, clock: 'virtual', startAt, env, ...options });
  hosts.push(host);
  return host;
}

const post = (host: FunctionsHost, path: string, body: unknown = null) => request(host.url, 'POST', path, body);

const only = (host: FunctionsHost) => host.orchestrations()[0];

describe('an orchestration', () => {
  it('goes through activities, a timer and an external event, started and watched by the client', async () => {
    const host = await start();
    expect((await post(host, 'orchestrations/steps/S-1')).body).toBe('S-1');
    await host.idle();
    expect(only(host)).toMatchObject({ id: 'S-1', status: 'Running', customStatus: { at: 'timer' } });
    await host.advance(59_999);
    expect((await post(host, 'orchestrations/S-1/do/raise')).status).toBe(200);
    await host.idle();
    expect((await post(host, 'orchestrations/S-1/do/status')).body).toMatchObject({ runtimeStatus: 'Running' });
    await host.advance(1);
    expect((await post(host, 'orchestrations/S-1/do/status')).body).toMatchObject({
      name: 'steps',
      runtimeStatus: 'Completed',
      createdTime: '2026-01-05T08:00:00.000Z',
      output: {
        doubled: 8,
        greeting: 'hello you',
        event: { from: 'client' },
        until: '2026-01-05T08:01:00.000Z',
      },
    });
  });

  it('races a timer against an event and begins anew, with no growth', async () => {
    const host = await start();
    host.startOrchestration('rounds', 'R-1', { round: 3, log: [] });
    await host.advance(60_000);
    expect(only(host)).toMatchObject({ generation: 1, input: { round: 2, log: ['timer'] } });
    expect(host.raiseEvent('R-1', 'changed')).toBe(true);
    await host.idle();
    expect(only(host)).toMatchObject({ generation: 2, input: { round: 1, log: ['timer', 'event'] } });
    expect(only(host)?.historyLength).toBeLessThan(10);
    await host.advance(60_000);
    expect(only(host)).toMatchObject({ status: 'Completed', output: ['timer', 'event', 'timer'] });
  });

  it.each([
    [false, 'Running', null],
    [true, 'Completed', 'ding'],
  ])('loses an event that nobody waited for at continue-as-new, unless kept: %s', async (keep, status, output) => {
    const host = await start({ keepUnprocessedEvents: keep });
    host.startOrchestration('deaf', 'D-1', { round: 0 });
    await host.idle();
    host.raiseEvent('D-1', 'changed', 'ding');
    await host.advance(1000);
    expect(only(host)).toMatchObject({ generation: expect.any(Number), status, output });
  });

  it('tries a failing activity again after growing waits, others running beside it', async () => {
    const host = await start();
    host.startOrchestration('retries', 'T-1', { succeedsAt: 3 });
    await host.advance(14_999);
    expect(only(host)?.status).toBe('Running');
    await host.advance(1);
    expect(only(host)).toMatchObject({
      status: 'Completed',
      output: { both: [3, { doubled: 2 }], after: { doubled: 4 } },
    });
  });

  it('gives up after the last attempt', async () => {
    const host = await start();
    host.startOrchestration('retries', 'T-1', { succeedsAt: 99 });
    await host.advance(60_000);
    expect(only(host)).toMatchObject({ status: 'Failed', output: expect.stringContaining('attempt 3') });
  });

  it('catches what an activity threw, or fails with it', async () => {
    const host = await start();
    host.startOrchestration('caught', 'C-1');
    host.startOrchestration('fails', 'F-1');
    await host.idle();
    const [caught, failed] = host.orchestrations();
    expect(caught).toMatchObject({
      status: 'Completed',
      output: "caught Activity function 'double' failed: 13 is not doubled ",
    });
    expect(failed).toMatchObject({ status: 'Failed', output: expect.stringContaining('13 is not doubled') });
  });

  it('calls others and waits for all of them', async () => {
    const host = await start();
    host.startOrchestration('parent', 'P-1');
    await host.idle();
    expect(only(host)).toMatchObject({ status: 'Completed', output: [{ doubled: 2 }, { doubled: 4 }] });
  });

  it('waits longer than a single timer may', async () => {
    const host = await start();
    host.startOrchestration('long', 'L-1');
    await host.advance(10 * 86_400_000);
    expect(only(host)).toMatchObject({ status: 'Completed', output: '2026-01-15T08:00:00.000Z' });
  });

  it('is terminated, found by its status, and purged', async () => {
    const host = await start();
    await post(host, 'orchestrations/steps/S-1');
    await host.idle();
    expect((await post(host, 'orchestrations/x/do/running')).body).toMatchObject([{ instanceId: 'S-1' }]);
    await post(host, 'orchestrations/S-1/do/terminate');
    expect(only(host)).toMatchObject({ status: 'Terminated', output: 'enough' });
    expect((await post(host, 'orchestrations/x/do/running')).body).toEqual([]);
    expect((await post(host, 'orchestrations/S-1/do/purge')).body).toEqual({ instancesDeleted: 1 });
    expect((await post(host, 'orchestrations/S-1/do/status')).body).toContain('404');
    await host.advance(120_000);
    expect(host.orchestrations()).toEqual([]);
  });

  it('is started once under its id, and again when it has ended', async () => {
    const host = await start();
    expect((await post(host, 'orchestrations/caught/C-1')).status).toBe(202);
    await host.idle();
    expect((await post(host, 'orchestrations/slow/C-1')).status).toBe(202);
    expect((await post(host, 'orchestrations/slow/C-1')).status).toBe(500);
    expect(only(host)).toMatchObject({ name: 'slow' });
  });

  it('is listed beyond one page', async () => {
    const host = await start();
    for (let n = 0; n < 101; n++) host.startOrchestration('caught', `C-${n}`);
    await host.idle();
    expect((await post(host, 'orchestrations/x/do/all')).body).toHaveLength(101);
  });
});

describe('faults', () => {
  const activities = async (host: FunctionsHost) => (await request(host.url, 'GET', 'seen')).body.activities;

  it('kill an instance before or after an activity: another one does it, again', async () => {
    const host = await start({ workers: 2 });
    host.inject({ function: 'double', fault: 'killAfter' });
    host.startOrchestration('child', 'A-1', 5);
    await host.idle();
    expect(only(host)).toMatchObject({ status: 'Completed', output: { doubled: 10 } });
  });

  it('kill an instance during an activity, by hand', async () => {
    const host = await start();
    host.startOrchestration('slow', 'A-1');
    await host.idle();
    expect(host.running()).toMatchObject([{ functionName: 'sleep', worker: 0 }]);
    await host.killWorker(0);
    await host.addWorker();
    await host.idle();
    expect(host.running()).toMatchObject([{ functionName: 'sleep', worker: 1 }]);
    await host.advance(1000);
    expect(only(host)).toMatchObject({ status: 'Completed', output: 'done' });
  });

  it('kill only the process: the activity fails', async () => {
    const host = await start();
    host.startOrchestration('slow', 'A-1');
    await host.idle();
    await host.killWorker(0, 'process');
    await host.addWorker();
    await host.idle();
    expect(only(host)).toMatchObject({ status: 'Failed', output: expect.stringContaining('worker 0 is gone') });
  });

  it('run an activity twice, or lose its answer', async () => {
    const host = await start();
    host.inject({ function: 'double', fault: 'duplicate' });
    host.startOrchestration('child', 'A-1', 5);
    await host.idle();
    expect(await activities(host)).toEqual(['double 5', 'double 5']);
    host.inject({ function: 'double', fault: 'dropResult', times: 2 });
    host.startOrchestration('child', 'A-2', 6);
    await host.idle();
    expect(await activities(host)).toEqual(['double 5', 'double 5', 'double 6', 'double 6', 'double 6']);
    expect(host.orchestrations().map(({ output }) => output)).toEqual([{ doubled: 10 }, { doubled: 12 }]);
  });

  it('keep the answer of an activity back', async () => {
    const host = await start();
    let release = (): void => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    host.inject({ function: 'double', fault: 'late', until });
    host.startOrchestration('child', 'A-1', 5);
    await host.idle();
    expect([await activities(host), only(host)?.status]).toEqual([['double 5'], 'Running']);
    release();
    await host.idle();
    expect(only(host)).toMatchObject({ status: 'Completed', output: { doubled: 10 } });
  });

  it("refuse or lose a client's call, and say so or not", async () => {
    const host = await start();
    await post(host, 'orchestrations/steps/S-1');
    await host.idle();
    const terminating = async (fault: ClientFault | undefined) => {
      host.failClient((call, id) => (call === 'POST instances/*/terminate' && id === 'S-1' ? fault : undefined));
      const { status } = await post(host, 'orchestrations/S-1/do/terminate');
      return [status, only(host)?.status];
    };
    expect(await terminating({ status: 503 })).toEqual([418, 'Running']);
    expect(await terminating('lost')).toEqual([200, 'Running']);
    expect(await terminating(undefined)).toEqual([200, 'Terminated']);
  });

  it('end an activity at the time limit of functions, with its process', async () => {
    const host = await start({ functionTimeoutMs: 500 });
    host.startOrchestration('slow', 'A-1');
    await host.advance(500);
    expect(only(host)).toMatchObject({ status: 'Failed', output: expect.stringContaining('Timeout value of 500 ms') });
  });

  it('kill an instance before an episode: it is done again', async () => {
    const host = await start();
    host.inject({ function: 'child', fault: 'killBefore' });
    host.inject({ function: 'child', fault: 'killAfter' });
    host.startOrchestration('child', 'A-1', 5);
    await host.idle();
    expect(only(host)).toMatchObject({ status: 'Completed' });
  });
});

describe('an orchestrator that breaks the rules is caught', () => {
  it.each([
    ['random', 'is not deterministic: the same history gave'],
    ['clockwise', 'is not deterministic: the same history gave'],
    ['moody', 'is not deterministic: the last episode did'],
    ['leaves', 'ended while a timer runs that it did not cancel'],
  ])('%s', async (name, message) => {
    const host = await start();
    host.startOrchestration(name, 'X-1');
    await expect(host.idle()).rejects.toThrow(message);
    expect(only(host)).toMatchObject({ status: 'Failed', output: expect.stringContaining(message) });
    await host.idle();
  });
});

describe('real time', () => {
  it('fires timers and waits until all is done', async () => {
    const host = await start({ clock: 'real' });
    host.startOrchestration('retries', 'T-1', { succeedsAt: 1 });
    await host.idle();
    expect(only(host)).toMatchObject({ status: 'Completed' });
  });
});
