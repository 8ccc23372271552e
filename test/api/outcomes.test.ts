// How commands end for who asked: waiting, problems with the frames so far, respond-async, Idempotency-Key.
import type { RefusalKind, SettledCommand } from '../../lib/charger/command';
import { StoreUnavailableError } from '../../lib/simulator/ports';
import { BusyError } from '../../lib/simulator/service';
import { type ApiHost, startApiHost } from '../support/api-host';
import { frame } from '../support/fake-service';

let host: ApiHost;
beforeEach(async () => {
  host = await startApiHost();
  await host.service.create({ id: 'CP-1', protocol: 'ocpp1.6', csms: { url: 'ws://127.0.0.1:9/ocpp' } });
});
afterEach(() => host.close());

const frameShown = { ...frame, at: '2025-01-31T12:00:00.000Z' };
const wentWell = (result: Record<string, unknown> = {}): SettledCommand => ({
  outcome: { ok: true, result },
  exchange: [frame],
});

/** Lets the test decide when a command ends. */
function holdCommands() {
  const waiting: ((settled: SettledCommand) => void)[] = [];
  let arrived = () => {};
  const first = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  host.service.settle = () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      arrived();
    });
  const release = () => {
    for (const settle of waiting.splice(0)) settle(wentWell({ late: true }));
  };
  return { first, release };
}

describe('an operation that talks to the CSMS', () => {
  it('waits, and answers with the result, the frames in order, times in ISO 8601, and how many rules the CSMS broke', async () => {
    const violations = ['answerSchema', 'unknownStatus'];
    const more = { direction: 'received', type: 'result', durationMs: 12, payload: { a: 1 }, violations } as const;
    const answer = { ...frame, ...more };
    host.service.settle = () => ({
      outcome: { ok: true, result: { registration: { status: 'Accepted' } } },
      exchange: [frame, answer],
    });
    const { status, body } = await host.ask('POST', 'chargers/CP-1/connect');
    expect(status).toBe(200);
    expect(body).toEqual({
      registration: { status: 'Accepted' },
      exchange: [frameShown, { ...frameShown, ...more }],
      violations: 2,
    });
  });

  it('waits 30 s unless told otherwise, and 200 s at most', async () => {
    await host.ask('POST', 'chargers/CP-1/connect');
    await host.ask('POST', 'chargers/CP-1/connect?timeoutSeconds=200');
    expect(host.service.submitted.map(({ options }) => options.timeoutMs)).toEqual([30_000, 200_000]);
    expect((await host.ask('POST', 'chargers/CP-1/connect?timeoutSeconds=200.1')).status).toBe(400);
    expect((await host.ask('POST', 'chargers/CP-1/connect?timeoutSeconds=0')).status).toBe(400);
  });

  it('gives each command an id of its own', async () => {
    await Promise.all([host.ask('POST', 'chargers/CP-1/connect'), host.ask('POST', 'chargers/CP-1/connect')]);
    expect(new Set(host.service.submitted.map(({ options }) => options.commandId)).size).toBe(2);
  });

  it.each<[RefusalKind, number]>([
    ['badInput', 400],
    ['notFound', 404],
    ['wrongState', 409],
    ['stale', 412],
    ['refusedByCsms', 422],
    ['unreachable', 502],
    ['protocol', 502],
    ['timeout', 504],
  ])('refused as %s is a %d problem with what was tried and the frames so far', async (kind, expected) => {
    const errors = kind === 'badInput' ? [{ path: 'payload.x', message: 'is wrong' }] : undefined;
    const refusal = {
      kind,
      detail: 'why',
      extra: { queuedMessages: 3, status: 'hijack' },
      ...(errors ? { errors } : {}),
    };
    const exchange = [{ ...frame, violations: ['badInterval'] }];
    host.service.settle = () => ({ outcome: { ok: false, refusal }, exchange });
    const { status, headers, body } = await host.ask('POST', 'chargers/CP-1/connect?timeoutSeconds=7');
    expect([status, headers.get('content-type')]).toEqual([expected, 'application/problem+json']);
    expect(body).toMatchObject({
      status: expected,
      detail: 'why',
      queuedMessages: 3,
      tried: { operation: 'connect', chargerId: 'CP-1', csms: 'ws://127.0.0.1:9/ocpp', timeoutSeconds: 7 },
      exchange: [{ ...frameShown, violations: ['badInterval'] }],
      violations: 1,
      ...(errors ? { errors } : {}),
    });
  });

  it('of a charger that another host holds is 409', async () => {
    host.service.settle = () => Promise.reject(new BusyError('charger CP-1 is held by another host'));
    const { status, body } = await host.ask('POST', 'chargers/CP-1/connect');
    expect([status, body.type]).toEqual([409, '/api/docs#busy']);
  });

  it('is 503 when the store is down, and says when to try again', async () => {
    host.service.settle = () => Promise.reject(new StoreUnavailableError('disk full at /secret/place'));
    const { status, headers, text } = await host.ask('POST', 'chargers/CP-1/connect');
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(text).not.toContain('/secret/place');
  });

  it('tells nothing of errors that nobody foresaw, but reports them', async () => {
    host.service.settle = () => Promise.reject(new Error('password=hunter2'));
    const { status, text } = await host.ask('POST', 'chargers/CP-1/connect');
    expect(status).toBe(500);
    expect(text).not.toContain('hunter2');
    expect(host.reported).toEqual([expect.objectContaining({ message: 'password=hunter2' })]);
  });
});

describe('Prefer: respond-async', () => {
  const prefer = { prefer: 'wait=10, respond-async' };

  it('answers 202 at once with where to poll; the command goes on to its answer', async () => {
    const held = holdCommands();
    const asked = await host.ask('POST', 'chargers/CP-1/connect', undefined, prefer);
    expect(asked.status).toBe(202);
    expect(asked.headers.get('preference-applied')).toBe('respond-async');
    const location = asked.headers.get('location') ?? '';
    expect(location).toMatch(/^\/api\/chargers\/CP-1\/commands\/[\w-]+$/);
    const poll = () => host.ask('GET', location.replace('/api/', ''));
    await held.first;
    expect((await poll()).status).toBe(202);
    held.release();
    await Promise.all(host.jobs);
    const { status, body } = await poll();
    expect([status, body]).toEqual([200, { late: true, exchange: [frameShown], violations: 0 }]);
  });

  it('keeps a problem as the answer', async () => {
    host.service.settle = () => ({
      outcome: { ok: false, refusal: { kind: 'timeout', detail: 'silence' } },
      exchange: [],
    });
    const { headers } = await host.ask('POST', 'chargers/CP-1/connect', undefined, prefer);
    await Promise.all(host.jobs);
    const polled = await host.ask('GET', (headers.get('location') ?? '').replace('/api/', ''));
    expect([polled.status, polled.body.detail]).toEqual([504, 'silence']);
    expect(polled.headers.get('content-type')).toBe('application/problem+json');
  });

  it('is taken by every operation that waits', async () => {
    const body: Record<string, object> = {
      power: { state: 'off' },
      network: { state: 'offline' },
      presentToken: { idToken: 'T' },
      setEv: { soc: 50 },
      raiseFault: { errorCode: 'GroundFailure' },
      raiseSecurityEvent: { type: 'TamperDetectionActivated' },
      sendFrame: { text: '[]' },
      setNetworkFaults: { faults: [] },
      awaitMessage: { action: 'Reset' },
      startTransaction: { idToken: 'T' },
      setConfiguration: { configuration: { HeartbeatInterval: 60 } },
      deleteChargers: { tag: 'ci' },
    };
    for (const { name, method, route, waits } of host.deps.operations) {
      if (!waits || name === 'deleteCharger') continue;
      const path = route.replace('{chargerId}', 'CP-1').replace(/\{\w+\}/g, 'x');
      const answer = await host.ask(method, path, body[name] ?? {}, prefer);
      expect([name, answer.status]).toEqual([name, 202]);
    }
    expect((await host.ask('DELETE', 'chargers/CP-1', undefined, prefer)).status).toBe(202);
    await Promise.all(host.jobs);
  });

  it('still refuses at once what cannot be', async () => {
    expect((await host.ask('POST', 'chargers/NO/connect', undefined, prefer)).status).toBe(404);
    expect((await host.ask('POST', 'chargers/CP-1/connect?timeoutSeconds=x', undefined, prefer)).status).toBe(400);
    expect(host.jobs).toEqual([]);
  });

  it('is 404 to poll for a command that never was', async () => {
    expect((await host.ask('GET', 'chargers/CP-1/commands/nothing')).status).toBe(404);
  });

  it('whose host stopped in between is told so', async () => {
    const entry = {
      id: 'job-lost',
      chargerId: 'CP-1',
      createdAt: Date.now() - 300_000,
      timeoutMs: 30_000,
      state: 'taken',
    } as const;
    await host.deps.commands.create(entry);
    const { status, body } = await host.ask('GET', 'chargers/CP-1/commands/lost');
    expect([status, body.type]).toEqual([409, '/api/docs#interrupted']);
  });
});

describe('Idempotency-Key', () => {
  const key = { 'idempotency-key': 'a key of mine' };

  it('runs once and gives the first answer again', async () => {
    const body = { id: 'CP-2', protocol: 'ocpp1.6', csms: { url: 'ws://a/b' } };
    const first = await host.ask('POST', 'chargers', body, key);
    const second = await host.ask('POST', 'chargers', { csms: body.csms, protocol: 'ocpp1.6', id: 'CP-2' }, key);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
  });

  it('makes a second request wait for the first that still runs', async () => {
    const held = holdCommands();
    const first = host.ask('POST', 'chargers/CP-1/connect', {}, key);
    await held.first;
    const second = host.ask('POST', 'chargers/CP-1/connect', {}, key);
    const third = await host.ask('POST', 'chargers/CP-1/connect', { holdSeconds: 3 }, key);
    expect(third.status).toBe(409);
    held.release();
    expect((await second).body).toEqual((await first).body);
    expect(host.service.submitted).toHaveLength(1);
  });

  it('runs once when many arrive together', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => host.ask('POST', 'chargers/CP-1/connect', {}, key)));
    expect(new Set(all.map(({ text }) => text)).size).toBe(1);
    expect(host.service.submitted).toHaveLength(1);
  });

  it.each([
    ['other parameters', 'chargers/CP-1/connect', { holdSeconds: 1 }],
    ['another operation', 'chargers/CP-1/disconnect', {}],
    ['another charger', 'chargers/CP-2/connect', {}],
  ])('used for %s is refused', async (_, path, body) => {
    await host.service.create({ id: 'CP-2', protocol: 'ocpp1.6', csms: { url: 'ws://a/b' } });
    await host.ask('POST', 'chargers/CP-1/connect', {}, key);
    const answer = await host.ask('POST', path, body, key);
    expect([answer.status, answer.body.type]).toEqual([409, '/api/docs#key-reused']);
    expect(host.service.submitted).toHaveLength(1);
  });

  it('remembers problems too', async () => {
    host.service.settle = () => ({
      outcome: { ok: false, refusal: { kind: 'timeout', detail: 'silence' } },
      exchange: [],
    });
    await host.ask('POST', 'chargers/CP-1/connect', {}, key);
    host.service.settle = () => wentWell();
    expect((await host.ask('POST', 'chargers/CP-1/connect', {}, key)).status).toBe(504);
  });

  it('is free again when the store was down', async () => {
    host.service.settle = () => Promise.reject(new StoreUnavailableError('down'));
    expect((await host.ask('POST', 'chargers/CP-1/connect', {}, key)).status).toBe(503);
    host.service.settle = () => wentWell();
    expect((await host.ask('POST', 'chargers/CP-1/connect', {}, key)).status).toBe(200);
  });

  it('goes with respond-async: the same Location again', async () => {
    const both = { ...key, prefer: 'respond-async' };
    const first = await host.ask('POST', 'chargers/CP-1/connect', {}, both);
    const second = await host.ask('POST', 'chargers/CP-1/connect', {}, both);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    await Promise.all(host.jobs);
    expect(host.service.submitted).toHaveLength(1);
  });

  it('is not taken by a request that was refused as bad input', async () => {
    await host.ask('POST', 'chargers/CP-1/connect?timeoutSeconds=x', {}, key);
    expect((await host.ask('POST', 'chargers/CP-1/connect', {}, key)).status).toBe(200);
  });

  it('must be printable and not too long', async () => {
    const { status } = await host.ask('POST', 'chargers/CP-1/connect', {}, { 'idempotency-key': 'x'.repeat(256) });
    expect(status).toBe(400);
  });

  it('says nothing to other methods', async () => {
    const headers = { 'idempotency-key': 'k' };
    await host.ask('PATCH', 'chargers/CP-1', { tags: ['a'] }, headers);
    await host.ask('PATCH', 'chargers/CP-1', { tags: ['b'] }, headers);
    expect(host.service.submitted).toHaveLength(2);
  });
});
