// StatusNotification (OCPP 1.6 §4.9): what is told when, MinimumStatusDuration, connector 0, and what changed while offline.
import { bootedPair, createPair, type Pair } from '../../support/pair';

const seconds = (count: number) => count * 1000;
const charge = (pair: Pair) => pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
const fault = (pair: Pair, errorCode: string, address = {}) =>
  pair.command({ kind: 'raiseFault', address, fault: { errorCode } });
const faultIds = (pair: Pair) => pair.charger.faults.map((one) => one.id);

describe('OCPP 1.6 §4.9: transitions of a connector', () => {
  it('A2 B3 C6 F1: a session from plug to unplug', () => {
    const pair = bootedPair();
    pair.command({ kind: 'plugIn', address: {} });
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    pair.command({ kind: 'unplug', address: {} });
    expect(pair.statuses(1)).toEqual(['Preparing', 'Charging', 'Finishing', 'Available']);
  });

  it('A2 B1: the plug is taken out again', () => {
    const pair = bootedPair();
    pair.command({ kind: 'plugIn', address: {} });
    pair.command({ kind: 'unplug', address: {} });
    expect(pair.statuses(1)).toEqual(['Preparing', 'Available']);
  });

  it('B4 D3 C4: an EV that does not want, wants, and wants no more', () => {
    const pair = bootedPair();
    pair.command({ kind: 'plugIn', address: {}, ev: { suspended: true } });
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    pair.command({ kind: 'setEv', address: {}, ev: { suspended: false } });
    pair.command({ kind: 'setEv', address: {}, ev: { suspended: true } });
    expect(pair.statuses(1)).toEqual(['Preparing', 'SuspendedEV', 'Charging', 'SuspendedEV']);
  });

  it('C4: a full battery suspends, at the moment it is full', () => {
    const pair = bootedPair();
    const ev = { batteryCapacityWh: 10_000, soc: 95, maxPowerW: 11_000, chargingCurve: [[0, 1]] as [number, number][] };
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG', ev });
    const begun = pair.now;
    pair.advance(seconds(600));
    const last = pair.calls('StatusNotification').at(-1);
    expect(last?.payload.status).toBe('SuspendedEV');
    expect(((last?.at ?? 0) - begun) / 1000).toBeCloseTo((500 / 11_000) * 3600, 0);
  });

  it('A8 H1: out of service and back', () => {
    const pair = bootedPair();
    pair.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
    pair.ask('ChangeAvailability', { connectorId: 1, type: 'Operative' });
    expect(pair.statuses(1)).toEqual(['Unavailable', 'Available']);
    expect(pair.statuses(2)).toEqual([]);
  });

  it('C9 I3: a fault while charging, resolved: back to the status before', () => {
    const pair = bootedPair();
    charge(pair);
    pair.clear();
    fault(pair, 'GroundFailure', { connectorId: 1 });
    pair.command({ kind: 'clearFault', faultId: faultIds(pair)[0] ?? '' });
    expect(pair.statuses(1)).toEqual(['Faulted/GroundFailure', 'Charging']);
    expect(pair.statuses(2)).toEqual([]);
  });

  it('a code that is only a warning goes beside the status, and charging goes on', () => {
    const pair = bootedPair();
    charge(pair);
    pair.clear();
    fault(pair, 'WeakSignal', { connectorId: 1 });
    expect(pair.statuses(1)).toEqual(['Charging/WeakSignal']);
    expect(pair.charger.evses[0]?.contactor).toBe('closed');
  });

  it('carries info, vendorId and vendorErrorCode of a fault', () => {
    const pair = bootedPair();
    const given = { errorCode: 'OtherError', info: 'door open', vendorId: 'acme', vendorErrorCode: 'E7' };
    pair.command({ kind: 'raiseFault', address: { connectorId: 2 }, fault: given });
    expect(pair.calls('StatusNotification').at(-1)?.payload).toMatchObject({ connectorId: 2, ...given });
  });
});

describe('OCPP 1.6 §4.9: connector 0', () => {
  it('is Faulted with the whole charger, and its connectors with it', () => {
    const pair = bootedPair();
    fault(pair, 'InternalError');
    pair.command({ kind: 'clearFault', faultId: faultIds(pair)[0] ?? '' });
    expect(pair.statuses(0)).toEqual(['Faulted/InternalError', 'Available']);
    expect(pair.statuses(1)).toEqual(['Faulted/InternalError', 'Available']);
  });

  it('is Unavailable when the whole charger is out of service', () => {
    const pair = bootedPair();
    pair.ask('ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
    expect([0, 1, 2].map((id) => pair.statuses(id))).toEqual([['Unavailable'], ['Unavailable'], ['Unavailable']]);
  });

  it('never tells a status of sessions', () => {
    const pair = createPair();
    pair.command({ kind: 'connect' });
    charge(pair);
    fault(pair, 'OtherError', { connectorId: 1 });
    expect(pair.statuses(0)).toEqual(['Available']);
  });
});

describe('OCPP 1.6 §9.1.20 MinimumStatusDuration', () => {
  const patient = { configuration: { MinimumStatusDuration: '10' } };

  it('a status that did not last is not told', () => {
    const pair = bootedPair(patient);
    pair.advance(seconds(20));
    pair.clear();
    pair.command({ kind: 'plugIn', address: {} });
    pair.advance(seconds(9));
    pair.command({ kind: 'unplug', address: {} });
    pair.advance(seconds(60));
    expect(pair.statuses(1)).toEqual([]);
  });

  it('a status is told once it has lasted, and the short ones before it are left out', () => {
    const pair = bootedPair(patient);
    pair.advance(seconds(20));
    pair.clear();
    const begun = pair.now;
    pair.command({ kind: 'plugIn', address: {} });
    pair.advance(seconds(3));
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    pair.advance(seconds(9));
    expect(pair.statuses(1)).toEqual([]);
    pair.advance(seconds(1));
    expect(pair.statuses(1)).toEqual(['Charging']);
    expect(pair.calls('StatusNotification')[0]?.at).toBe(begun + seconds(13));
  });
});

describe('OCPP 1.6 §4.9: status while offline', () => {
  it('rule 1 and 3: only the status at the end is told, not the history', () => {
    const pair = bootedPair({ configuration: { AllowOfflineTxForUnknownId: 'true' } });
    pair.command({ kind: 'network', state: 'offline' });
    pair.command({ kind: 'plugIn', address: {} });
    charge(pair);
    pair.command({ kind: 'network', state: 'online' });
    expect(pair.statuses(1)).toEqual(['Charging']);
    expect(pair.statuses(2)).toEqual([]);
  });

  it('rule 1: a status that came back to what the CSMS knows is not told again', () => {
    const pair = bootedPair();
    pair.command({ kind: 'network', state: 'offline' });
    pair.command({ kind: 'plugIn', address: {} });
    pair.command({ kind: 'unplug', address: {} });
    pair.command({ kind: 'network', state: 'online' });
    expect(pair.calls('StatusNotification')).toEqual([]);
  });

  it('a status whose notification was on the wire when the connection broke is told again', () => {
    const pair = bootedPair({ answers: { StatusNotification: 'silent' } });
    pair.begin({ kind: 'plugIn', address: {} });
    pair.cut();
    delete pair.csms.answers.StatusNotification;
    pair.advance(seconds(10));
    expect(pair.statuses(1)).toContain('Preparing');
    expect(pair.charger.v16?.connectors[0]?.reported).toBe('Preparing|NoError|');
  });

  it('after a reboot everything is told anew', () => {
    const pair = bootedPair();
    pair.command({ kind: 'plugIn', address: {} });
    pair.clear();
    pair.command({ kind: 'power', state: 'cycle' });
    pair.advance(seconds(10));
    expect([0, 1, 2].map((id) => pair.statuses(id))).toEqual([['Available'], ['Preparing'], ['Available']]);
  });
});
