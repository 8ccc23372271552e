// Registration and resets (B01 to B03, B11, B12).
import { bootedPairV201, createPairV201, misfits, statusesOf, storyOf } from '../../support/pair-v201';

const address = { evseId: 1 };
const boot = (status: string, interval = 300) => ({ status, currentTime: '2026-01-05T08:00:00Z', interval });

type Pair = ReturnType<typeof bootedPairV201>;

const reasons = (pair: Pair) => pair.calls('BootNotification').map(({ payload }) => payload.reason);

describe('B01 to B03: registration', () => {
  it('TC_B_01_CS: the interval of the acceptance is that of the heartbeats', () => {
    const pair = createPairV201({ answers: { BootNotification: boot('Accepted', 77) } });
    pair.command({ kind: 'connect' });
    pair.advance(77_000 * 3);
    expect(pair.calls('Heartbeat')).toHaveLength(3);
    const asked = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } };
    expect(pair.ask('GetVariables', { getVariableData: [asked] })).toMatchObject({
      getVariableResult: [{ attributeStatus: 'Accepted', attributeValue: '77' }],
    });
  });

  it.each([
    ['TC_B_02_CS', 'Pending'],
    ['TC_B_03_CS', 'Rejected'],
  ])('%s: %s: nothing else is sent, and it tries again after the interval', (_id, status) => {
    const pair = createPairV201({ answers: { BootNotification: boot(status, 60) } });
    pair.command({ kind: 'connect' });
    pair.command({ kind: 'plugIn', address });
    expect(pair.actions()).toEqual(['BootNotification']);
    pair.advance(59_000);
    expect(pair.actions()).toEqual(['BootNotification']);
    pair.csms.answers.BootNotification = boot('Accepted');
    pair.advance(2_000);
    expect(pair.calls('BootNotification')).toHaveLength(2);
    expect(statusesOf(pair)).toEqual(['Occupied']);
  });

  it('TC_B_30_CS: while Rejected, calls of the CSMS get a SecurityError, all but a trigger of the boot (B03.FR.08)', () => {
    const pair = createPairV201({ answers: { BootNotification: boot('Rejected') } });
    pair.command({ kind: 'connect' });
    expect(pair.call('ClearCache', {})?.[2]).toBe('SecurityError');
    expect(pair.violations()).toContain('callWhileRejected');
    expect(pair.ask('TriggerMessage', { requestedMessage: 'BootNotification' })).toEqual({ status: 'Accepted' });
    expect(reasons(pair)).toEqual(['PowerUp', 'Triggered']);
  });

  it('tells of iccid and imsi where there are any', () => {
    const pair = createPairV201({ boot: { iccid: '89', imsi: '26', serialNumber: 'S-1' } });
    pair.command({ kind: 'connect' });
    expect(pair.calls('BootNotification')[0]?.payload.chargingStation).toMatchObject({
      serialNumber: 'S-1',
      modem: { iccid: '89', imsi: '26' },
    });
    expect(misfits(pair)).toEqual([]);
  });
});

describe('B11, B12: Reset', () => {
  const charge = (pair: Pair, evseId = 1) =>
    void pair.command({ kind: 'startTransaction', address: { evseId }, idToken: `TAG-${evseId}` });
  const stop = (pair: Pair, evseId = 1) =>
    void pair.command({ kind: 'presentToken', address: { evseId }, idToken: `TAG-${evseId}` });
  const reset = (pair: Pair, type: string, evseId?: number) =>
    pair.ask('Reset', { type, ...(evseId === undefined ? {} : { evseId }) })?.status;

  it.each([
    ['Immediate', 'RemoteReset'],
    ['OnIdle', 'ScheduledReset'],
  ])('TC_B_20_CS: %s without a transaction; the boot says why', (type, reason) => {
    const pair = bootedPairV201();
    expect(reset(pair, type)).toBe('Accepted');
    pair.advance(30_000);
    expect(reasons(pair)).toEqual([reason]);
    expect(statusesOf(pair)).toEqual(['Available']);
  });

  it('TC_B_21_CS: OnIdle waits for the transaction; what is free is out of service until then', () => {
    const pair = bootedPairV201();
    charge(pair);
    expect(reset(pair, 'OnIdle')).toBe('Scheduled');
    pair.advance(60_000);
    expect(reasons(pair)).toEqual([]);
    expect(statusesOf(pair, 2)).toEqual(['Unavailable']);
    stop(pair);
    pair.advance(30_000);
    expect(storyOf(pair).at(-1)).toBe('Ended StopAuthorized EVConnected Local');
    expect(reasons(pair)).toEqual(['ScheduledReset']);
    expect(statusesOf(pair, 2)).toEqual(['Unavailable', 'Available']);
  });

  it('TC_B_21_CS: whoever ends the transaction hears that it has ended, not that the station restarts', () => {
    const pair = bootedPairV201();
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG-1' });
    expect(pair.ask('Reset', { type: 'OnIdle' })).toEqual({ status: 'Scheduled' });
    const outcome = pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG-1' });
    expect(outcome).toMatchObject({ ok: true, result: { outcome: 'stopped' } });
    pair.advance(60_000);
    expect(pair.calls('BootNotification').at(-1)?.payload).toMatchObject({ reason: 'ScheduledReset' });
  });

  it('TC_B_41_CS: OnIdle waits for all of them', () => {
    const pair = bootedPairV201();
    charge(pair, 1);
    charge(pair, 2);
    reset(pair, 'OnIdle');
    stop(pair, 1);
    pair.advance(30_000);
    expect(reasons(pair)).toEqual([]);
    stop(pair, 2);
    pair.advance(30_000);
    expect(reasons(pair)).toEqual(['ScheduledReset']);
  });

  it('TC_B_22_CS: Immediate ends the transaction first', () => {
    const pair = bootedPairV201();
    charge(pair);
    expect(reset(pair, 'Immediate')).toBe('Accepted');
    expect(storyOf(pair).at(-1)).toBe('Ended ResetCommand EVConnected ImmediateReset');
    pair.advance(30_000);
    expect(reasons(pair)).toEqual(['RemoteReset']);
  });

  it('TC_B_25_CS: of an EVSE: the station goes on, and tells the status anew', () => {
    const pair = bootedPairV201();
    expect(reset(pair, 'Immediate', 2)).toBe('Accepted');
    pair.advance(30_000);
    expect([reasons(pair), statusesOf(pair, 2).at(-1), statusesOf(pair, 1)]).toEqual([[], 'Available', []]);
  });

  it('TC_B_26_CS, TC_B_27_CS: of an EVSE with a transaction', () => {
    const waiting = bootedPairV201();
    charge(waiting);
    expect(reset(waiting, 'OnIdle', 1)).toBe('Scheduled');
    expect(storyOf(waiting).at(-1)).toMatch(/^Updated/);
    const atOnce = bootedPairV201();
    charge(atOnce, 1);
    charge(atOnce, 2);
    expect(reset(atOnce, 'Immediate', 1)).toBe('Accepted');
    expect(storyOf(atOnce).filter((line) => line.startsWith('Ended'))).toEqual([
      'Ended ResetCommand EVConnected ImmediateReset',
    ]);
    expect(reasons(atOnce)).toEqual([]);
  });

  it('TC_B_28_CS, TC_B_29_CS: of an EVSE that cannot be reset for itself; of one that there is not', () => {
    const pair = bootedPairV201();
    pair.command({ kind: 'setConfiguration', entries: [{ key: 'EVSE(1).AllowReset', value: 'false' }] });
    expect(reset(pair, 'Immediate', 1)).toBe('Rejected');
    expect(reset(pair, 'Immediate', 7)).toBe('Rejected');
  });

  it('a power loss is a PowerUp whatever was before', () => {
    const pair = bootedPairV201();
    reset(pair, 'Immediate');
    pair.advance(30_000);
    pair.command({ kind: 'power', state: 'cycle' });
    pair.advance(30_000);
    expect(reasons(pair)).toEqual(['RemoteReset', 'PowerUp']);
  });
});
