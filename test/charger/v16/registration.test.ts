// Registration (OCPP 1.6 §4.2): what a boot leads to, and what each registration state allows in both directions.
import { bootedPair, createPair, type Pair, start } from '../../support/pair';

const boot = (status: string, interval: number) => () => ({
  status,
  interval,
  currentTime: new Date(start).toISOString(),
});

const minutes = (count: number) => count * 60_000;

function connected(status: string, interval: number): Pair {
  const pair = createPair({ answers: { BootNotification: boot(status, interval) } });
  pair.command({ kind: 'connect' });
  return pair;
}

describe('registration: Accepted', () => {
  it('TC_001_CS: a cold boot sends BootNotification first, then the status of connector 0 and of every connector', () => {
    const pair = connected('Accepted', 300);
    expect(pair.actions()).toEqual([
      'BootNotification',
      'StatusNotification',
      'StatusNotification',
      'StatusNotification',
    ]);
    expect(pair.seen.slice(1).map((call) => call.payload.connectorId)).toEqual([0, 1, 2]);
    expect(pair.statuses(1)).toEqual(['Available']);
  });

  it('OCPP 1.6 §4.2: the interval of an Accepted boot becomes HeartbeatInterval', () => {
    const pair = connected('Accepted', 77);
    expect(pair.ask('GetConfiguration', { key: ['HeartbeatInterval'] })?.configurationKey).toEqual([
      { key: 'HeartbeatInterval', value: '77', readonly: false },
    ]);
    pair.clear();
    pair.advance(76_999);
    expect(pair.calls('Heartbeat')).toHaveLength(0);
    pair.advance(1);
    expect(pair.calls('Heartbeat')).toHaveLength(1);
  });

  it('OCPP 1.6 §4.2: interval 0 leaves the heartbeat interval as it was', () => {
    const pair = connected('Accepted', 0);
    pair.clear();
    pair.advance(300_000);
    expect(pair.calls('Heartbeat')).toHaveLength(1);
  });

  it('OCPP 1.6 §4.2: a lost connection is no reboot: no BootNotification on reconnect', () => {
    const pair = bootedPair();
    pair.cut();
    pair.advance(minutes(1));
    expect(pair.connections).toBe(2);
    expect(pair.calls('BootNotification')).toHaveLength(0);
  });

  it('tells who asked to connect how the registration stands', () => {
    const outcome = createPair().command({ kind: 'connect' });
    expect(outcome).toMatchObject({
      ok: true,
      result: { registration: { status: 'Accepted', intervalSeconds: 300 } },
    });
  });
});

describe('registration: Pending', () => {
  it('TC_002_CS: Pending retries after the interval and not before, then goes on as accepted', () => {
    const pair = connected('Pending', 120);
    pair.advance(119_999);
    expect(pair.actions()).toEqual(['BootNotification']);
    pair.csms.answers.BootNotification = boot('Accepted', 300);
    pair.advance(1);
    expect(pair.actions().slice(0, 3)).toEqual(['BootNotification', 'BootNotification', 'StatusNotification']);
  });

  it('TC_002_CS: while Pending the CSMS may read and change the configuration', () => {
    const pair = connected('Pending', 120);
    expect(pair.ask('GetConfiguration', { key: ['NumberOfConnectors'] })?.configurationKey).toHaveLength(1);
    expect(pair.ask('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '15' })).toEqual({
      status: 'Accepted',
    });
  });

  it('OCPP 1.6 §4.2: while Pending remote starts and stops are not allowed', () => {
    const pair = connected('Pending', 120);
    expect(pair.ask('RemoteStartTransaction', { idTag: 'TAG', connectorId: 1 })).toEqual({ status: 'Rejected' });
    expect(pair.ask('RemoteStopTransaction', { transactionId: 1 })).toEqual({ status: 'Rejected' });
    expect(pair.charger.v16?.connectors[0]?.authorization).toBeUndefined();
  });

  it('OCPP 1.6 §4.2: while Pending the charger sends nothing of its own accord, a reconnect included', () => {
    const pair = connected('Pending', 600);
    pair.command({ kind: 'plugIn', address: {} });
    pair.command({ kind: 'raiseFault', address: {}, fault: { errorCode: 'OtherError' } });
    pair.cut();
    pair.advance(minutes(9));
    expect(pair.connections).toBe(2);
    expect(pair.actions()).toEqual(['BootNotification']);
  });

  it('OCPP 1.6 §4.2: interval 0 leaves the wait to the charger, which does not flood the CSMS', () => {
    const pair = connected('Pending', 0);
    pair.advance(minutes(10));
    const boots = pair.calls('BootNotification').length;
    expect(boots).toBeGreaterThan(5);
    expect(boots).toBeLessThan(25);
  });

  it('refuses a message of a tester while Pending, saying so, and sends it when told not to validate', () => {
    const pair = connected('Pending', 600);
    const refused = pair.command({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    expect(refused).toMatchObject({ ok: false, refusal: { kind: 'wrongState' } });
    const forced = pair.command({ kind: 'sendMessage', action: 'Heartbeat', validate: false });
    expect(forced?.ok).toBe(true);
    expect(pair.actions()).toEqual(['BootNotification', 'Heartbeat']);
  });
});

describe('registration: Rejected', () => {
  it('OCPP 1.6 §4.2: while Rejected the charger sends nothing until the interval has passed', () => {
    const pair = connected('Rejected', 900);
    pair.command({ kind: 'plugIn', address: {} });
    pair.advance(899_999);
    expect(pair.actions()).toEqual(['BootNotification']);
    pair.advance(1);
    expect(pair.actions()).toEqual(['BootNotification', 'BootNotification']);
  });

  it('OCPP 1.6 §4.2: while Rejected no message of the CSMS is answered, not even a broken one', () => {
    const pair = connected('Rejected', 900);
    const sent = () => pair.effects.filter((effect) => effect.kind === 'send').length;
    const before = sent();
    expect(pair.call('GetConfiguration', {})).toBeUndefined();
    expect(pair.call('NoSuchAction', {})).toBeUndefined();
    pair.input({ kind: 'frame', text: '[2,"broken"]' });
    expect(sent()).toBe(before);
    expect(pair.notes().join()).toContain('Rejected');
  });

  it('tells who asked to connect that the CSMS rejected the charger', () => {
    const pair = createPair({ answers: { BootNotification: boot('Rejected', 900) } });
    expect(pair.command({ kind: 'connect' })).toMatchObject({ result: { registration: { status: 'Rejected' } } });
  });
});

describe('registration: no usable answer', () => {
  const silent = { BootNotification: 'silent' as const };

  it('OCPP 1.6 §4.2: nothing but BootNotification leaves before it is answered', () => {
    const pair = createPair({ answers: silent });
    pair.begin({ kind: 'connect' });
    pair.command({ kind: 'plugIn', address: {} });
    pair.begin({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    pair.advance(29_000);
    expect(pair.actions()).toEqual(['BootNotification']);
  });

  it('is asked again when no answer came', () => {
    const pair = createPair({ answers: silent });
    pair.command({ kind: 'connect' });
    pair.advance(minutes(5));
    expect(pair.calls('BootNotification').length).toBeGreaterThanOrEqual(4);
    expect(new Set(pair.actions())).toEqual(new Set(['BootNotification']));
  });

  it('is asked again after a CALLERROR and after an answer outside the schema', () => {
    const pair = createPair({ answers: { BootNotification: { callError: 'InternalError' } } });
    pair.command({ kind: 'connect' });
    pair.csms.answers.BootNotification = () => ({ status: 'Sure' });
    pair.advance(minutes(1));
    delete pair.csms.answers.BootNotification;
    pair.advance(minutes(1));
    expect(pair.calls('StatusNotification')).toHaveLength(3);
  });

  it('boots again at once when somebody asks to connect, though the wait of our own still runs', () => {
    const pair = createPair({ answers: { BootNotification: { callError: 'InternalError' } } });
    expect(pair.command({ kind: 'connect' })?.ok).toBe(false);
    delete pair.csms.answers.BootNotification;
    expect(pair.command({ kind: 'connect' })).toMatchObject({ result: { registration: { status: 'Accepted' } } });
  });

  it('boots as soon as it is connected again when the connection broke before the answer', () => {
    const pair = createPair({ answers: silent });
    pair.begin({ kind: 'connect' });
    pair.cut();
    delete pair.csms.answers.BootNotification;
    pair.advance(5_000);
    expect(pair.calls('BootNotification')).toHaveLength(2);
    expect(pair.statuses(1)).toEqual(['Available']);
  });

  it('OCPP 1.6 §4.2: before a boot has been answered a remote start is not taken', () => {
    const pair = createPair({ answers: silent });
    pair.begin({ kind: 'connect' });
    expect(pair.ask('RemoteStartTransaction', { idTag: 'TAG', connectorId: 1 })).toEqual({ status: 'Rejected' });
  });
});
