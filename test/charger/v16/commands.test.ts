// Commands that wait, set and end: awaitMessage, setConfiguration, retire (lib/charger/command.ts).
import { listConfiguration } from '../../../lib/charger/view';
import { bootedPair, type Pair } from '../../support/pair';

const at1 = { connectorId: 1 };
const heartbeat = { kind: 'sendMessage', action: 'Heartbeat', validate: true } as const;
const refusal = (kind: string, text: string) => ({
  ok: false,
  refusal: { kind, detail: expect.stringContaining(text) },
});

describe('awaitMessage', () => {
  it('answers with the call and with what the charger replied', () => {
    const pair = bootedPair();
    const id = pair.begin({ kind: 'awaitMessage', action: 'RemoteStopTransaction' });
    pair.ask('ClearCache', {});
    expect(pair.outcomes[id]).toBeUndefined();
    pair.ask('RemoteStopTransaction', { transactionId: 5 });
    expect(pair.outcomes[id]).toMatchObject({
      ok: true,
      result: { action: 'RemoteStopTransaction', request: { transactionId: 5 }, response: { status: 'Rejected' } },
    });
  });

  it('match picks by a deep subset of the payload', () => {
    const pair = bootedPair();
    const match = { chargingProfile: { chargingSchedule: { chargingSchedulePeriod: [{ limit: 10 }] } } };
    const id = pair.begin({ kind: 'awaitMessage', action: 'RemoteStartTransaction', match });
    const profile = (limit: number) => ({
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Relative',
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
    });
    pair.ask('RemoteStartTransaction', { idTag: 'A', chargingProfile: profile(16) });
    expect(pair.outcomes[id]).toBeUndefined();
    pair.ask('RemoteStartTransaction', { idTag: 'B', chargingProfile: profile(10) });
    expect(pair.outcomes[id]).toMatchObject({ ok: true, result: { request: { idTag: 'B' } } });
  });

  it('hears of a call that the charger answers with CALLERROR, and of the error', () => {
    const pair = bootedPair();
    const id = pair.begin({ kind: 'awaitMessage', action: 'MakeCoffee' });
    pair.call('MakeCoffee', {});
    expect(pair.outcomes[id]).toMatchObject({ ok: true, result: { response: { error: { code: 'NotImplemented' } } } });
  });

  it('times out with what it waited for', () => {
    const pair = bootedPair();
    const id = pair.begin({ kind: 'awaitMessage', action: 'Reset' }, 5_000);
    pair.advance(4_999);
    expect(pair.outcomes[id]).toBeUndefined();
    pair.advance(1);
    expect(pair.outcomes[id]).toMatchObject(refusal('timeout', 'no Reset that matches arrived within 5 s'));
  });

  it('goes on waiting over a lost connection', () => {
    const pair = bootedPair();
    const id = pair.begin({ kind: 'awaitMessage', action: 'ClearCache' }, 60_000);
    pair.cut();
    pair.advance(10_000);
    pair.ask('ClearCache', {});
    expect(pair.outcomes[id]).toMatchObject({ ok: true });
  });

  it('keeps the secrets of the call to itself', () => {
    const pair = bootedPair();
    const id = pair.begin({ kind: 'awaitMessage', action: 'ChangeConfiguration' });
    pair.ask('ChangeConfiguration', { key: 'AuthorizationKey', value: '736563726574' });
    expect(JSON.stringify([pair.outcomes[id], pair.events])).not.toContain('736563726574');
  });
});

describe('setConfiguration', () => {
  const value = (pair: Pair, key: string) => listConfiguration(pair.charger).find((entry) => entry.key === key)?.value;

  it('sets keys as if on the device, read-only ones too, with effect at once', () => {
    const pair = bootedPair();
    const entries = [
      { key: 'HeartbeatInterval', value: '10' },
      { key: 'numberofconnectors', value: '2' },
    ];
    expect(pair.command({ kind: 'setConfiguration', entries })).toMatchObject({ ok: true });
    expect(value(pair, 'HeartbeatInterval')).toBe('10');
    pair.advance(30_000);
    expect(pair.calls('Heartbeat')).toHaveLength(3);
  });

  it('sets all or none, and says what is wrong where', () => {
    const pair = bootedPair();
    const entries = [
      { key: 'HeartbeatInterval', value: '10' },
      { key: 'Nonsense', value: '1' },
      { key: 'LocalPreAuthorize', value: 'perhaps' },
    ];
    expect(pair.command({ kind: 'setConfiguration', entries })).toMatchObject({
      ok: false,
      refusal: {
        kind: 'badInput',
        errors: [
          { path: '1.key', message: expect.stringContaining('Nonsense') },
          { path: '2.value', message: expect.stringContaining('true or false') },
        ],
      },
    });
    expect(value(pair, 'HeartbeatInterval')).toBe('300');
  });

  it('works while the charger is off or offline', () => {
    const pair = bootedPair();
    pair.command({ kind: 'power', state: 'off' });
    const entries = [{ key: 'ConnectionTimeOut', value: '5' }];
    expect(pair.command({ kind: 'setConfiguration', entries })).toMatchObject({ ok: true });
  });
});

describe('retire', () => {
  it('ends what runs, tells the CSMS, and answers when that is done', () => {
    const pair = bootedPair();
    pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    expect(pair.command({ kind: 'retire' })).toMatchObject({ ok: true });
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({ transactionId: 101, reason: 'Other' });
  });

  it('hangs up when that is done, and dials no more though the charger is persistent', () => {
    const pair = bootedPair({ connection: 'persistent' });
    pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    pair.command({ kind: 'retire' });
    expect(pair.calls('StopTransaction')).toHaveLength(1);
    expect(pair.charger.link.state).toBe('down');
    pair.advance(600_000);
    expect(pair.charger.link.state).toBe('down');
  });

  it('without a connection says what is left undelivered', () => {
    const pair = bootedPair();
    pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    pair.command({ kind: 'network', state: 'offline' });
    const outcome = pair.command({ kind: 'retire' });
    expect(outcome).toMatchObject({ ok: true, result: { online: false, queuedMessages: 1 } });
  });
});

it('a command id runs once', () => {
  const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
  pair.input({ kind: 'command', id: 'same', command: heartbeat, timeoutMs: 1_000 });
  pair.input({ kind: 'command', id: 'same', command: heartbeat, timeoutMs: 1_000 });
  expect(pair.calls('Heartbeat')).toHaveLength(1);
});
