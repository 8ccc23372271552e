// When transactions begin and end (E01, E06, E09, E10), by every TxStartPoint and TxStopPoint.
import { bootedPairV201, eventsOf, misfits, statusesOf, storyOf } from '../../support/pair-v201';

const address = { evseId: 1 };
const points = (start: string, stop = 'EVConnected,Authorized') => ({
  variables: { 'TxCtrlr.TxStartPoint': start, 'TxCtrlr.TxStopPoint': stop, 'SampledDataCtrlr.TxUpdatedInterval': '0' },
});

type Pair = ReturnType<typeof bootedPairV201>;

const steps: Record<string, (pair: Pair) => void> = {
  plug: (pair) => void pair.command({ kind: 'plugIn', address }),
  token: (pair) => void pair.command({ kind: 'presentToken', address, idToken: 'TAG-1' }),
  unplug: (pair) => void pair.command({ kind: 'unplug', address }),
  away: (pair) => void pair.command({ kind: 'unplug', address, side: 'ev' }),
  full: (pair) => void pair.command({ kind: 'setEv', address, ev: { soc: 100 } }),
  minute: (pair) => pair.advance(60_000),
};

function play(pair: Pair, ...names: string[]): string[] {
  for (const name of names) steps[name]?.(pair);
  expect(misfits(pair)).toEqual([]);
  return storyOf(pair);
}

describe('TxStartPoint', () => {
  it.each([
    ['TC_E_12_CS', 'ParkingBayOccupancy', ['plug'], ['Started EVDetected Idle', 'Updated CablePluggedIn EVConnected']],
    ['TC_E_09_CS', 'EVConnected', ['plug'], ['Started CablePluggedIn EVConnected']],
    ['TC_E_10_CS', 'Authorized', ['token'], ['Started Authorized Idle']],
    [
      'TC_E_01_CS (token last)',
      'PowerPathClosed',
      ['plug', 'token'],
      ['Started Authorized EVConnected', 'Updated ChargingStateChanged Charging'],
    ],
    [
      'TC_E_01_CS (cable last)',
      'PowerPathClosed',
      ['token', 'plug'],
      ['Started CablePluggedIn EVConnected', 'Updated ChargingStateChanged Charging'],
    ],
    ['TC_E_02_CS', 'EnergyTransfer', ['plug', 'token'], ['Started ChargingStateChanged Charging']],
    ['TC_E_11_CS', 'DataSigned', ['plug', 'token'], ['Started SignedDataReceived Charging']],
  ])('%s: %s', (_id, point, doing, story) => {
    expect(play(bootedPairV201(points(point)), ...doing)).toEqual(story);
  });

  it('TC_E_38_CS: an EV that does not want energy yet', () => {
    const pair = bootedPairV201({ ...points('PowerPathClosed'), ev: { suspended: true } });
    expect(play(pair, 'plug', 'token')).toEqual(['Started Authorized SuspendedEV']);
    pair.command({ kind: 'setEv', address, ev: { suspended: false } });
    expect(storyOf(pair).at(-1)).toBe('Updated ChargingStateChanged Charging');
  });

  it('no energy flows before somebody is authorized, whatever the TxStartPoint', () => {
    const pair = bootedPairV201(points('EVConnected'));
    play(pair, 'plug', 'minute');
    expect(pair.charger.evses[0]?.contactor).toBe('open');
    expect(pair.charger.evses[0]?.connectors[0]?.locked).toBe(false);
  });
});

describe('TxStopPoint', () => {
  const start = 'EVConnected';

  it.each([
    ['TC_E_15_CS', 'Authorized', ['token'], ['Ended StopAuthorized EVConnected Local']],
    ['TC_E_07_CS', 'PowerPathClosed', ['token'], ['Ended StopAuthorized EVConnected Local']],
    ['TC_E_08_CS', 'EnergyTransfer', ['token'], ['Ended StopAuthorized EVConnected Local']],
    ['TC_E_22_CS', 'EnergyTransfer', ['full'], ['Ended ChargingStateChanged SuspendedEV StoppedByEV']],
    [
      'TC_E_14_CS',
      'EVConnected',
      ['token', 'unplug'],
      ['Updated StopAuthorized EVConnected', 'Ended EVCommunicationLost Idle EVDisconnected'],
    ],
    ['TC_E_20_CS', 'EVConnected', ['away'], ['Ended EVCommunicationLost Idle EVDisconnected']],
    ['TC_E_37_CS', 'PowerPathClosed', ['unplug'], ['Ended EVCommunicationLost Idle EVDisconnected']],
    ['TC_E_17_CS', 'Authorized', ['away'], ['Ended EVCommunicationLost Idle EVDisconnected']],
    [
      'TC_E_19_CS',
      'ParkingBayOccupancy',
      ['token', 'unplug'],
      ['Updated StopAuthorized EVConnected', 'Updated EVCommunicationLost Idle', 'Ended EVDeparted Idle Local'],
    ],
    ['E06.FR.05', 'DataSigned', ['token'], ['Ended StopAuthorized EVConnected Local']],
  ])('%s: %s', (_id, point, doing, story) => {
    const pair = bootedPairV201(points(start, point));
    play(pair, 'plug', 'token', 'minute');
    pair.clear();
    expect(play(pair, ...doing)).toEqual(story);
  });

  it('a session that has ended does not begin anew while its EV is still there, and does with the next token', () => {
    const pair = bootedPairV201(points('EVConnected,Authorized', 'Authorized'));
    play(pair, 'plug', 'token', 'minute', 'token', 'minute');
    pair.clear();
    expect(play(pair, 'minute')).toEqual([]);
    expect(play(pair, 'token')).toEqual(['Started Authorized EVConnected', 'Updated ChargingStateChanged Charging']);
  });

  it('whatever TxStopPoint says, nothing goes on once nobody is there', () => {
    const pair = bootedPairV201(points('Authorized', 'EnergyTransfer'));
    play(pair, 'token', 'minute', 'minute');
    expect(storyOf(pair)).toEqual(['Started Authorized Idle', 'Ended EVConnectTimeout Idle Timeout']);
  });

  it('TC_E_39_CS: the EV does not come in time', () => {
    const pair = bootedPairV201(points('Authorized', 'Authorized'));
    expect(play(pair, 'token', 'minute')).toEqual(['Started Authorized Idle', 'Ended EVConnectTimeout Idle Timeout']);
  });
});

describe('the cable is taken out at the EV', () => {
  const suspended = (more: Record<string, string> = {}) => ({
    variables: {
      ...points('PowerPathClosed', 'Authorized').variables,
      'TxCtrlr.StopTxOnEVSideDisconnect': 'false',
      ...more,
    },
  });

  it('TC_E_26_CS: the transaction waits for the EV to come back, the cable locked (E10)', () => {
    const pair = bootedPairV201(suspended());
    play(pair, 'plug', 'token', 'minute');
    pair.clear();
    expect(play(pair, 'away')).toEqual(['Updated EVCommunicationLost Idle']);
    expect(pair.charger.evses[0]?.connectors[0]).toMatchObject({ cable: 'station', locked: true });
    pair.clear();
    expect(play(pair, 'plug')).toEqual(['Updated CablePluggedIn EVConnected', 'Updated ChargingStateChanged Charging']);
  });

  it('TC_E_27_CS: a fixed cable waits for EVConnectionTimeOut only', () => {
    const pair = bootedPairV201({ ...suspended(), model: 'ac-11kw-three-phase' });
    play(pair, 'plug', 'token', 'minute');
    pair.clear();
    expect(play(pair, 'away', 'minute')).toEqual([
      'Updated EVCommunicationLost Idle',
      'Ended EVConnectTimeout Idle Timeout',
    ]);
    expect(statusesOf(pair)).toEqual(['Available']);
  });

  it.each([
    ['TC_E_24_CS', 'true', false],
    ['TC_E_25_CS', 'false', true],
  ])('%s: UnlockOnEVSideDisconnect is %s', (_id, unlocks, locked) => {
    const pair = bootedPairV201({
      variables: { 'OCPPCommCtrlr.UnlockOnEVSideDisconnect': unlocks, 'TxCtrlr.TxStopPoint': 'Authorized' },
    });
    play(pair, 'plug', 'token', 'minute', 'away');
    expect(storyOf(pair).at(-1)).toBe('Ended EVCommunicationLost Idle EVDisconnected');
    expect(pair.charger.evses[0]?.connectors[0]).toMatchObject({ cable: 'station', locked });
    expect(pair.command({ kind: 'unplug', address })?.ok).toBe(!locked);
    if (!locked) return;
    expect(pair.command({ kind: 'presentToken', address, idToken: 'TAG-1' })).toMatchObject({
      result: { outcome: 'unlocked' },
    });
    expect(pair.command({ kind: 'unplug', address })?.ok).toBe(true);
  });
});

describe('what else ends or interrupts a session', () => {
  it('a fault withholds the energy, and its end gives it back (AbnormalCondition)', () => {
    const pair = bootedPairV201(points('PowerPathClosed'));
    play(pair, 'plug', 'token', 'minute');
    pair.clear();
    pair.command({ kind: 'raiseFault', address, fault: { errorCode: 'GroundFailure' } });
    expect(storyOf(pair)).toEqual(['Updated AbnormalCondition SuspendedEVSE']);
    expect(statusesOf(pair)).toEqual(['Faulted']);
    pair.command({ kind: 'clearFault', faultId: pair.charger.faults[0]?.id ?? '' });
    expect(storyOf(pair).at(-1)).toBe('Updated ChargingStateChanged Charging');
    expect(statusesOf(pair)).toEqual(['Faulted', 'Occupied']);
  });

  it('a power loss ends the transaction as of then; told after the boot', () => {
    const pair = bootedPairV201(points('PowerPathClosed'));
    play(pair, 'plug', 'token', 'minute');
    const at = pair.now;
    pair.clear();
    pair.command({ kind: 'power', state: 'off' });
    pair.sleep(3_600_000);
    pair.command({ kind: 'power', state: 'on' });
    pair.advance(60_000);
    expect(storyOf(pair)).toEqual(['Ended AbnormalCondition EVConnected PowerLoss']);
    expect(eventsOf(pair)[0]).toMatchObject({ timestamp: new Date(at).toISOString(), offline: true });
    expect(misfits(pair)).toEqual([]);
  });

  it('stopWhen: ends with the energy that was wished', () => {
    const pair = bootedPairV201(points('PowerPathClosed'));
    pair.command({ kind: 'startTransaction', address, idToken: 'TAG-1', stopWhen: { energyWh: 1000 } });
    pair.advance(3_600_000);
    expect(storyOf(pair).at(-1)).toBe('Ended StopAuthorized EVConnected Local');
    expect(pair.charger.v201?.ended[0]).toMatchObject({ meterStartWh: 0, meterStopWh: 1000 });
  });

  it('an emergency stop ends it at once, whatever TxStopPoint says', () => {
    const pair = bootedPairV201(points('PowerPathClosed', 'ParkingBayOccupancy'));
    play(pair, 'plug', 'token', 'minute');
    const transactionId = pair.charger.v201?.evses[0]?.transaction?.id ?? '';
    pair.command({ kind: 'stopTransaction', transactionId, reason: 'EmergencyStop' });
    expect(storyOf(pair).at(-1)).toBe('Ended AbnormalCondition EVConnected EmergencyStop');
  });
});
