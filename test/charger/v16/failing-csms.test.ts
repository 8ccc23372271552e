// What commands answer when the CSMS cannot be reached, is silent, refuses or answers outside the protocol.
import { bootedPair, createPair, type Pair } from '../../support/pair';

const at1 = { connectorId: 1 };
const send = (pair: Pair, action: string, payload?: Record<string, unknown>, validate = true) =>
  pair.command({ kind: 'sendMessage', action, ...(payload ? { payload } : {}), validate });
const refusal = (kind: string, text: string) => ({
  ok: false,
  refusal: { kind, detail: expect.stringContaining(text) },
});

describe('a CSMS that fails', () => {
  it('cannot be reached: unreachable, with the address and the reason', () => {
    for (const connection of ['onDemand', 'persistent'] as const) {
      const pair = createPair({ connection, unreachable: true });
      expect(pair.command({ kind: 'connect' })).toMatchObject(refusal('unreachable', 'ws://csms.test/ocpp'));
      expect(send(pair, 'Heartbeat')).toMatchObject({
        refusal: { kind: 'unreachable', extra: { reason: 'unreachable' } },
      });
    }
  });

  it('cannot be reached: startTransaction is unreachable, and says what became of it', () => {
    const pair = bootedPair({ connection: 'onDemand' });
    pair.csms.unreachable = true;
    const outcome = pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    expect(outcome).toMatchObject({ refusal: { kind: 'unreachable', extra: { connector: { status: 'Preparing' } } } });
    expect(pair.charger.v16?.connectors[0]?.transaction).toBeUndefined();
  });

  it('closes in the middle: unreachable', () => {
    const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
    const id = pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    pair.cut();
    expect(pair.outcomes[id]).toMatchObject(refusal('unreachable', 'connection reset'));
  });

  it('is silent: timeout after the time of the command, naming what was not answered', () => {
    const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
    const id = pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true }, 7_000);
    pair.advance(7_000);
    expect(pair.outcomes[id]).toMatchObject(refusal('timeout', 'did not answer Heartbeat within 7 s'));
  });

  it('is silent to BootNotification: timeout of connect', () => {
    const pair = createPair({ answers: { BootNotification: 'silent' } });
    const id = pair.begin({ kind: 'connect' }, 5_000);
    pair.advance(5_000);
    expect(pair.outcomes[id]).toMatchObject(refusal('timeout', 'BootNotification'));
  });

  it('is silent to StartTransaction: timeout, the transaction runs and its message is kept', () => {
    const pair = bootedPair({ answers: { StartTransaction: 'silent' } });
    const id = pair.begin({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' }, 10_000);
    pair.advance(10_000);
    expect(pair.outcomes[id]).toMatchObject({
      refusal: { kind: 'timeout', extra: { transaction: { state: 'running' } } },
    });
    delete pair.csms.answers.StartTransaction;
    pair.advance(600_000);
    expect(pair.charger.v16?.connectors[0]?.transaction?.transactionId).toBe(101);
  });

  it('answers with CALLERROR: refusedByCsms with code and description', () => {
    const pair = bootedPair({ answers: { Heartbeat: { callError: 'InternalError' } } });
    expect(send(pair, 'Heartbeat')).toMatchObject({
      refusal: { kind: 'refusedByCsms', extra: { callError: { code: 'InternalError', description: '' } } },
    });
  });

  it('answers connect with CALLERROR: refusedByCsms', () => {
    const pair = createPair({ answers: { BootNotification: { callError: 'SecurityError' } } });
    expect(pair.command({ kind: 'connect' })).toMatchObject(refusal('refusedByCsms', 'BootNotification'));
  });

  it('answers outside the protocol: protocol, with what is wrong where', () => {
    const pair = bootedPair({ answers: { Authorize: { idTagInfo: { status: 'Perhaps' } } } });
    expect(send(pair, 'Authorize', { idTag: 'TAG-1' })).toMatchObject({
      refusal: {
        kind: 'protocol',
        detail: expect.stringContaining('Authorize'),
        errors: [{ path: 'idTagInfo.status' }],
      },
    });
  });

  it('answers Authorize outside the protocol: an order to start fails as protocol, no transaction', () => {
    const pair = bootedPair({ answers: { Authorize: {} } });
    const outcome = pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    expect(outcome).toMatchObject({ refusal: { kind: 'protocol' } });
    expect(pair.calls('StartTransaction')).toHaveLength(0);
  });

  it('answers connect outside the protocol: protocol', () => {
    const pair = createPair({ answers: { BootNotification: { status: 'Welcome' } } });
    expect(pair.command({ kind: 'connect' })).toMatchObject(refusal('protocol', 'BootNotification'));
  });
});
