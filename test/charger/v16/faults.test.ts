// Faults and warnings (TC_041; OCPP 1.6 §4.9, §7.6).
import { viewCharger } from '../../../lib/charger/view';
import { bootedPair, type Pair } from '../../support/pair';

const at1 = { connectorId: 1 };
const raise = (pair: Pair, errorCode: string, address: object = at1, more: object = {}) =>
  pair.command({ kind: 'raiseFault', address, fault: { errorCode, ...more } });
const clear = (pair: Pair, index = 0) =>
  pair.command({ kind: 'clearFault', faultId: pair.charger.faults[index]?.id ?? 'none' });
const warnings = ['EVCommunicationError', 'LocalListConflict', 'WeakSignal'];
const graveCodes = [
  'ConnectorLockFailure',
  'GroundFailure',
  'HighTemperature',
  'InternalError',
  'OtherError',
  'OverCurrentFailure',
  'OverVoltage',
  'PowerMeterFailure',
  'PowerSwitchFailure',
  'ReaderFailure',
  'ResetFailure',
  'UnderVoltage',
];

function charging(): Pair {
  const pair = bootedPair({ configuration: { MeterValueSampleInterval: '0' } });
  pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
  pair.clear();
  return pair;
}

describe('faults', () => {
  it.each(graveCodes)('TC_041_CS - %s: Faulted with the code, Available when it is gone', (errorCode) => {
    const pair = bootedPair();
    raise(pair, errorCode);
    clear(pair);
    expect(pair.statuses(1)).toEqual([`Faulted/${errorCode}`, 'Available']);
    expect(pair.statuses(2)).toEqual([]);
  });

  it('TC_041_CS - tells info, vendor id and vendor code', () => {
    const pair = bootedPair();
    const more = { info: 'RCD tripped', vendorId: 'org.charger-simulator', vendorErrorCode: 'E17' };
    raise(pair, 'GroundFailure', at1, more);
    expect(pair.calls('StatusNotification')[0]?.payload).toMatchObject({ status: 'Faulted', ...more });
  });

  it('OCPP 1.6 §4.9 I2 - returns to Preparing', () => {
    const pair = bootedPair();
    pair.command({ kind: 'plugIn', address: at1 });
    raise(pair, 'HighTemperature');
    clear(pair);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Faulted/HighTemperature', 'Preparing']);
  });

  it('OCPP 1.6 §4.9 C9, I3 - during a transaction delivery stops; it goes on, charging, when the fault is gone', () => {
    const pair = charging();
    pair.advance(60_000);
    raise(pair, 'OverCurrentFailure');
    pair.advance(3_600_000);
    clear(pair);
    pair.advance(60_000);
    pair.command({ kind: 'stopTransaction', transactionId: '101' });
    expect(pair.statuses(1)).toEqual(['Faulted/OverCurrentFailure', 'Charging', 'Finishing']);
    expect(pair.calls('StopTransaction')[0]?.payload.meterStop).toBe(Math.floor((120 * 11_000) / 3_600));
  });

  it('OCPP 1.6 §4.9 I4, I5 - returns to SuspendedEV', () => {
    const pair = charging();
    pair.command({ kind: 'setEv', address: at1, ev: { suspended: true } });
    raise(pair, 'UnderVoltage');
    clear(pair);
    expect(pair.statuses(1)).toEqual(['SuspendedEV', 'Faulted/UnderVoltage', 'SuspendedEV']);
  });

  it('OCPP 1.6 §4.9 I6 - returns to Finishing', () => {
    const pair = charging();
    pair.command({ kind: 'stopTransaction', transactionId: '101' });
    raise(pair, 'PowerMeterFailure');
    clear(pair);
    expect(pair.statuses(1)).toEqual(['Finishing', 'Faulted/PowerMeterFailure', 'Finishing']);
  });

  it('OCPP 1.6 §4.9 I8 - returns to Unavailable', () => {
    const pair = bootedPair();
    pair.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
    raise(pair, 'ReaderFailure');
    clear(pair);
    expect(pair.statuses(1)).toEqual(['Unavailable', 'Faulted/ReaderFailure', 'Unavailable']);
  });

  it('a transaction can be stopped while the connector is faulted', () => {
    const pair = charging();
    raise(pair, 'GroundFailure');
    pair.command({ kind: 'presentToken', address: at1, idToken: 'TAG-1' });
    expect(pair.calls('StopTransaction')[0]?.payload.reason).toBe('Local');
    clear(pair);
    expect(pair.statuses(1)).toEqual(['Faulted/GroundFailure', 'Finishing']);
  });

  it('of two faults the second keeps the connector Faulted when the first is gone', () => {
    const pair = bootedPair();
    raise(pair, 'GroundFailure');
    raise(pair, 'OverVoltage');
    clear(pair);
    clear(pair);
    expect(pair.statuses(1)).toEqual(['Faulted/GroundFailure', 'Faulted/OverVoltage', 'Available']);
  });

  it('of the whole charger: connector 0 and every connector are Faulted, and come back', () => {
    const pair = charging();
    raise(pair, 'InternalError', {});
    clear(pair);
    expect(pair.statuses(0)).toEqual(['Faulted/InternalError', 'Available']);
    expect(pair.statuses(1)).toEqual(['Faulted/InternalError', 'Charging']);
    expect(pair.statuses(2)).toEqual(['Faulted/InternalError', 'Available']);
  });

  it('a lock that fails beside another fault keeps failing', () => {
    const pair = bootedPair();
    raise(pair, 'GroundFailure');
    raise(pair, 'ConnectorLockFailure');
    expect(pair.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'UnlockFailed' });
  });

  it('outlives a reboot', () => {
    const pair = bootedPair();
    raise(pair, 'GroundFailure');
    pair.clear();
    pair.ask('Reset', { type: 'Hard' });
    pair.advance(10_000);
    expect(pair.statuses(1)).toEqual(['Faulted/GroundFailure']);
  });
});

describe('warnings', () => {
  it.each(warnings)(
    'OCPP 1.6 §4.9 - %s is told beside the status, which stays; charging stays possible',
    (errorCode) => {
      const pair = bootedPair();
      pair.command({ kind: 'plugIn', address: at1 });
      raise(pair, errorCode);
      pair.command({ kind: 'presentToken', address: at1, idToken: 'TAG-1' });
      expect(pair.calls('StartTransaction')).toHaveLength(1);
      expect(pair.statuses(1).slice(0, 2)).toEqual(['Preparing', `Preparing/${errorCode}`]);
      clear(pair);
      expect(pair.statuses(1).at(-1)).toBe('Charging');
    },
  );

  it('OCPP 1.6 §4.9 - EVCommunicationError is never told with Charging or Available', () => {
    const pair = bootedPair();
    raise(pair, 'EVCommunicationError');
    pair.command({ kind: 'plugIn', address: at1 });
    pair.command({ kind: 'presentToken', address: at1, idToken: 'TAG-1' });
    pair.command({ kind: 'presentToken', address: at1, idToken: 'TAG-1' });
    pair.command({ kind: 'unplug', address: at1 });
    const code = '/EVCommunicationError';
    expect(pair.statuses(1)).toEqual([`Preparing${code}`, 'Charging', `Finishing${code}`, 'Available']);
  });

  it('OCPP 1.6 §3.5.2 - a warning of the whole charger is told of connector 0 alone', () => {
    const pair = bootedPair();
    raise(pair, 'LocalListConflict', {});
    expect(pair.statuses(0)).toEqual(['Available/LocalListConflict']);
    expect(pair.statuses(1)).toEqual([]);
  });
});

describe('raiseFault and clearFault', () => {
  it('answer with the fault, whose id clears it', () => {
    const pair = bootedPair();
    const raised = raise(pair, 'GroundFailure', { evseId: 2 });
    expect(raised).toMatchObject({ ok: true, result: { fault: { id: 'F1', errorCode: 'GroundFailure', evseId: 2 } } });
    expect(pair.statuses(2)).toEqual(['Faulted/GroundFailure']);
    expect(viewCharger(pair.charger, pair.now)).toMatchObject({ faults: [{ id: 'F1' }] });
    expect(pair.command({ kind: 'clearFault', faultId: 'F1' })).toMatchObject({ ok: true });
    expect(pair.charger.faults).toEqual([]);
  });

  it('refuse an unknown code naming those that there are, and an unknown fault', () => {
    const pair = bootedPair();
    expect(raise(pair, 'Broken')).toMatchObject({
      refusal: { kind: 'badInput', detail: expect.stringContaining('GroundFailure'), errors: [{ path: 'errorCode' }] },
    });
    raise(pair, 'GroundFailure');
    const outcome = pair.command({ kind: 'clearFault', faultId: 'F9' });
    expect(outcome).toMatchObject({ refusal: { kind: 'notFound', detail: expect.stringContaining('F1') } });
  });

  it('refuse NoError, which is none', () => {
    expect(raise(bootedPair(), 'NoError')).toMatchObject({ ok: false, refusal: { kind: 'badInput' } });
  });

  it.each([{ connectorId: 3 }, { evseId: 3 }, { evseId: 1, connectorId: 2 }])(
    'refuse a place that there is not: %j',
    (address) => {
      const pair = bootedPair();
      expect(raise(pair, 'GroundFailure', address)).toMatchObject({ ok: false, refusal: { kind: 'notFound' } });
      expect(pair.charger.faults).toEqual([]);
    },
  );
});
