// Commands about the connection: connect, disconnect, network, a new address (lib/charger/command.ts).
import { bootedPair, createPair } from '../../support/pair';

const at1 = { connectorId: 1 };
const heartbeat = { kind: 'sendMessage', action: 'Heartbeat', validate: true } as const;
const refusal = (kind: string, text: string) => ({
  ok: false,
  refusal: { kind, detail: expect.stringContaining(text) },
});

describe('connect and disconnect', () => {
  it('connect boots and answers with the registration', () => {
    const outcome = createPair({ connection: 'onDemand' }).command({ kind: 'connect' });
    expect(outcome).toMatchObject({ ok: true, result: { registration: { status: 'Accepted', intervalSeconds: 300 } } });
  });

  it('connect answers Pending and Rejected too, with the time of the next try', () => {
    for (const status of ['Pending', 'Rejected']) {
      const currentTime = '2026-01-05T08:00:00Z';
      const pair = createPair({ answers: { BootNotification: { status, currentTime, interval: 600 } } });
      const outcome = pair.command({ kind: 'connect' });
      expect(outcome).toMatchObject({ ok: true, result: { registration: { status, retryAt: expect.any(String) } } });
    }
  });

  it('connect with holdSeconds keeps the socket of an on-demand charger that long', () => {
    const pair = createPair({ connection: 'onDemand' });
    pair.command({ kind: 'connect', holdSeconds: 60 });
    pair.advance(59_999);
    expect(pair.charger.link.state).toBe('up');
    pair.advance(1);
    expect(pair.charger.link.state).toBe('down');
  });

  it('disconnect closes politely, or abruptly; a persistent charger stays away until told to connect', () => {
    for (const abrupt of [false, true]) {
      const pair = bootedPair();
      expect(pair.command({ kind: 'disconnect', abrupt })).toMatchObject({ ok: true, result: { wasConnected: true } });
      expect(pair.effects).toContainEqual({ kind: 'closeLink', abrupt });
      pair.advance(3_600_000);
      expect(pair.connections).toBe(1);
      expect(pair.command(heartbeat)).toMatchObject(refusal('wrongState', 'disconnected on request'));
      pair.command({ kind: 'connect' });
      expect(pair.connections).toBe(2);
      expect(pair.command(heartbeat)).toMatchObject({ ok: true });
    }
  });

  it('disconnect of what is not connected says so', () => {
    const pair = createPair({ connection: 'onDemand' });
    expect(pair.command({ kind: 'disconnect' })).toMatchObject({ ok: true, result: { wasConnected: false } });
  });

  it('disconnect ends what waits for an answer as unreachable', () => {
    const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
    const id = pair.begin(heartbeat);
    pair.command({ kind: 'disconnect' });
    expect(pair.outcomes[id]).toMatchObject(refusal('unreachable', 'disconnected on request'));
  });
});

describe('network', () => {
  it('offline queues, online replays, and its outcome comes when the replay is done', () => {
    const pair = bootedPair();
    expect(pair.command({ kind: 'network', state: 'offline' })).toMatchObject({ ok: true });
    expect(pair.effects).toContainEqual({ kind: 'closeLink', abrupt: true });
    const started = pair.command({ kind: 'plugIn', address: at1 });
    expect(started).toMatchObject({ ok: true });
    pair.advance(3_600_000);
    expect(pair.actions()).toEqual([]);
    expect(pair.command({ kind: 'network', state: 'online' })).toMatchObject({ ok: true });
    expect(pair.statuses(1)).toEqual(['Preparing']);
  });

  it('offline refuses what needs the CSMS, saying what to do', () => {
    const pair = bootedPair();
    pair.command({ kind: 'network', state: 'offline' });
    expect(pair.command(heartbeat)).toMatchObject(refusal('wrongState', 'bring it online'));
    expect(pair.command({ kind: 'connect' })).toMatchObject(refusal('wrongState', 'bring it online'));
    expect(pair.command({ kind: 'sendFrame', text: '[]' })).toMatchObject(refusal('wrongState', 'offline'));
  });

  it('a transaction ordered offline runs, and the answer says that it is queued', () => {
    const pair = bootedPair({ configuration: { AllowOfflineTxForUnknownId: 'true' } });
    pair.command({ kind: 'network', state: 'offline' });
    const outcome = pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    expect(outcome).toMatchObject({
      ok: true,
      result: { online: false, queuedMessages: 1, transaction: { state: 'running', offline: true } },
    });
    expect(outcome).not.toHaveProperty('result.transactionId');
  });

  it('online when the CSMS cannot be reached: unreachable, and the charger goes on trying', () => {
    const pair = bootedPair();
    pair.command({ kind: 'network', state: 'offline' });
    pair.csms.unreachable = true;
    expect(pair.command({ kind: 'network', state: 'online' })).toMatchObject(refusal('unreachable', 'refused'));
    pair.csms.unreachable = false;
    pair.advance(10_000);
    expect(pair.charger.link.state).toBe('up');
  });
});

describe('updateSettings', () => {
  it('a new address is dialled, and the charger boots there', () => {
    const pair = bootedPair();
    const csms = { url: 'ws://other.test/ocpp' };
    expect(pair.command({ kind: 'updateSettings', settings: { csms, identity: 'CP-9', tags: ['x'] } })).toMatchObject({
      ok: true,
    });
    expect(pair.charger).toMatchObject({ csms, identity: 'CP-9', tags: ['x'], revision: 2 });
    expect(pair.connections).toBe(2);
    expect(pair.calls('BootNotification')).toHaveLength(1);
  });

  it('other credentials are dialled with at once, without another boot', () => {
    const pair = bootedPair();
    const csms = { url: pair.charger.csms.url, basicAuth: { username: 'CP-1', password: 'new' } };
    pair.command({ kind: 'updateSettings', settings: { csms } });
    expect(pair.connections).toBe(2);
    expect(pair.calls('BootNotification')).toHaveLength(0);
  });

  it('an on-demand charger with a new address boots when it is needed next, not before', () => {
    const pair = bootedPair({ connection: 'onDemand' });
    pair.command({ kind: 'updateSettings', settings: { identity: 'CP-9' } });
    expect(pair.connections).toBe(1);
    pair.command(heartbeat);
    expect(pair.actions()[0]).toBe('BootNotification');
  });

  it('tags alone leave the connection alone', () => {
    const pair = bootedPair();
    pair.command({ kind: 'updateSettings', settings: { tags: ['x'] } });
    expect(pair.connections).toBe(1);
  });

  it('refuses as stale what was read before another change', () => {
    const pair = bootedPair();
    pair.command({ kind: 'updateSettings', settings: { tags: ['x'] }, ifRevision: 1 });
    const outcome = pair.command({ kind: 'updateSettings', settings: { tags: ['y'] }, ifRevision: 1 });
    expect(outcome).toMatchObject({ ok: false, refusal: { kind: 'stale' } });
    expect(pair.charger.tags).toEqual(['x']);
  });
});
