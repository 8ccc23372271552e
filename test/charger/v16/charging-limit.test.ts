// Charging profiles are obeyed: what the EV draws, what the meter shows, which status is told, at once when a period changes
// (OCPP 1.6 §3.13, §4.9). What is taken and reported is in smart-charging.test.ts.
import type { Command } from '../../../lib/charger/command';
import { nextDeadline } from '../../../lib/charger/step';
import { type Pair, start } from '../../support/pair';
import { begin, clear, end, type Fields, hungryPair, iso, profileOf, set } from './profiles';

const minutes = (count: number) => count * 60_000;

interface Sampled {
  measurand: string;
  value: string;
  phase?: string;
}

/** Values of the last MeterValues of a connector, by measurand and phase. */
function metered(pair: Pair, connectorId = 1): Record<string, number> {
  const call = pair.calls('MeterValues').findLast(({ payload }) => payload.connectorId === connectorId);
  const [meterValue] = (call?.payload.meterValue ?? []) as { sampledValue: Sampled[] }[];
  const values = (meterValue?.sampledValue ?? []).map((one): [string, number] => {
    return [one.phase === undefined ? one.measurand : `${one.measurand}.${one.phase}`, Number(one.value)];
  });
  return Object.fromEntries(values);
}

const configuration = {
  MeterValueSampleInterval: '60',
  MeterValuesSampledData:
    'Energy.Active.Import.Register,Power.Active.Import,Power.Offered,Current.Import,Current.Offered,Voltage',
};
const chargingPair = (more: Fields = {}) => hungryPair({ configuration: { ...configuration, ...more } });
const evse = (pair: Pair, connectorId = 1) => pair.charger.evses[connectorId - 1];
const txProfile = (periods: number[][], more: Fields = {}, schedule: Fields = {}) =>
  profileOf(periods, { chargingProfileId: 8, chargingProfilePurpose: 'TxProfile', ...more }, schedule);
const maxProfile = (periods: number[][], more: Fields = {}, schedule: Fields = {}) =>
  profileOf(periods, { chargingProfileId: 9, chargingProfilePurpose: 'ChargePointMaxProfile', ...more }, schedule);
const order = (pair: Pair, command: Command) => pair.command(command);

describe('the EV draws the least of', () => {
  it('TC_057_CS: the profile, at once, and the meter values show it', () => {
    const pair = chargingPair();
    begin(pair);
    pair.advance(minutes(1));
    expect(metered(pair)['Power.Active.Import']).toBeGreaterThan(20_000);
    set(pair, 1, txProfile([[0, 10]]));
    pair.advance(minutes(1));
    const values = metered(pair);
    expect(values).toMatchObject({ 'Current.Offered': 10, 'Power.Offered': 6_900 });
    for (const phase of ['L1', 'L2', 'L3']) expect(values[`Current.Import.${phase}`]).toBe(10);
    expect(values['Power.Active.Import']).toBeLessThanOrEqual(6_900);
    expect(values['Power.Active.Import']).toBeGreaterThan(6_700);
  });

  it('OCPP 1.6 §7.12: a limit in watts, by line voltage and phases', () => {
    const pair = chargingPair();
    set(pair, 1, profileOf([[0, 5_520]], {}, { chargingRateUnit: 'W' }));
    begin(pair);
    pair.advance(minutes(1));
    expect(metered(pair)).toMatchObject({ 'Current.Offered': 8, 'Power.Offered': 5_520, 'Current.Import.L1': 8 });
  });

  it('its own wish', () => {
    const pair = chargingPair();
    begin(pair);
    order(pair, { kind: 'setEv', address: {}, ev: { maxPowerW: 5_000 } });
    set(pair, 1, txProfile([[0, 16]]));
    pair.advance(minutes(1));
    expect(metered(pair)).toMatchObject({ 'Power.Active.Import': 5_000, 'Current.Offered': 16 });
  });

  it('the hardware', () => {
    const pair = hungryPair({ model: 'ac-11kw-three-phase', configuration });
    begin(pair);
    set(pair, 1, txProfile([[0, 32]]));
    pair.advance(minutes(1));
    expect(metered(pair)).toMatchObject({ 'Power.Offered': 11_000, 'Current.Offered': 15.9 });
  });

  it('the cable', () => {
    const connectors = [{ id: 1, type: 'sType2', fixedCable: false, maxCurrentA: 13 }];
    const pair = hungryPair({ evses: [{ id: 1, maxPowerW: 22_000, phases: 3, connectors }], configuration });
    begin(pair);
    set(pair, 1, txProfile([[0, 16]]));
    pair.advance(minutes(1));
    expect(metered(pair)['Current.Offered']).toBe(13);
    set(pair, 1, txProfile([[0, 12]]));
    pair.advance(minutes(1));
    expect(metered(pair)['Current.Offered']).toBe(12);
  });

  it('watts on DC', () => {
    const pair = hungryPair({
      model: 'dc-150kw',
      configuration,
      ev: { batteryCapacityWh: 900_000, maxPowerW: 100_000 },
    });
    begin(pair);
    set(pair, 1, txProfile([[0, 42_000]], {}, { chargingRateUnit: 'W' }));
    pair.advance(minutes(1));
    expect(metered(pair)).toMatchObject({ 'Power.Offered': 42_000, 'Power.Active.Import': 42_000 });
  });
});

describe('a schedule goes by', () => {
  const periods = [
    [0, 16],
    [600, 8],
    [1_200, 0],
    [1_800, 32],
  ];

  it('OCPP 1.6 §7.14: at each period the power changes at once, at its own time', () => {
    const pair = chargingPair({ MeterValueSampleInterval: '0' });
    set(pair, 1, profileOf(periods));
    begin(pair);
    const limits = [0, 599.999, 0.001, 600, 600].map((seconds) => {
      pair.advance(seconds * 1000);
      return [pair.now - start, evse(pair)?.limitW];
    });
    expect(limits).toEqual([
      [0, 11_040],
      [599_999, 11_040],
      [600_000, 5_520],
      [1_200_000, 0],
      [1_800_000, 22_000],
    ]);
    expect(pair.charger.timers).not.toHaveProperty('chargingLimit');
  });

  it('OCPP 1.6 §4.9: SuspendedEVSE while the limit is 0, Charging when it is not any more', () => {
    const pair = chargingPair();
    set(pair, 1, profileOf(periods));
    begin(pair);
    pair.advance(minutes(60));
    expect(pair.statuses(1)).toEqual(['Preparing', 'Charging', 'SuspendedEVSE', 'Charging']);
    const told = pair.calls('StatusNotification').filter(({ payload }) => payload.connectorId === 1);
    expect(told.map(({ payload }) => payload.timestamp)).toEqual([
      iso(start),
      iso(start),
      iso(start + 1_200_000),
      iso(start + 1_800_000),
    ]);
    expect(pair.calls('StopTransaction')).toEqual([]);
  });

  it('while it is suspended the meter values show nothing drawn and nothing offered', () => {
    const pair = chargingPair();
    set(pair, 1, profileOf(periods));
    begin(pair);
    pair.advance(minutes(21));
    const before = metered(pair);
    expect(before).toMatchObject({ 'Power.Active.Import': 0, 'Power.Offered': 0, 'Current.Import.L1': 0 });
    pair.advance(minutes(8));
    expect(metered(pair)['Energy.Active.Import.Register']).toBe(before['Energy.Active.Import.Register']);
  });

  it.each([
    [6, 'Charging'],
    [5.9, 'SuspendedEVSE'],
  ])('IEC 61851-1: %f A per phase: %s', (limit, status) => {
    const pair = chargingPair();
    set(pair, 1, profileOf([[0, limit]]));
    begin(pair);
    expect(pair.statuses(1)).toEqual(['Preparing', status]);
  });

  it('a charger asleep for an hour has charged by every period in between', () => {
    const [awake, asleep] = [chargingPair(), chargingPair()];
    for (const pair of [awake, asleep]) {
      set(pair, 1, profileOf(periods));
      begin(pair);
      pair.clear();
    }
    awake.advance(minutes(60));
    asleep.sleep(minutes(60));
    asleep.input({ kind: 'wake' });
    expect(asleep.calls('MeterValues').map(({ payload }) => payload)).toEqual(
      awake.calls('MeterValues').map(({ payload }) => payload),
    );
    expect(asleep.charger.evses).toEqual(awake.charger.evses);
    const registers = asleep.calls('MeterValues').map(({ payload }) => JSON.stringify(payload));
    expect(registers).toHaveLength(60);
    // 10 minutes at 16 A, 10 at 8 A, 10 at nothing, 30 at 31.9 A: with sagging voltage a little less than the nominal 13.76 kWh.
    expect(evse(asleep)?.energyWh).toBeGreaterThan(13_400);
    expect(evse(asleep)?.energyWh).toBeLessThan(13_760);
  });

  it('the deadline is armed only while a transaction runs and something is to change', () => {
    const pair = chargingPair({ MeterValueSampleInterval: '0' });
    set(pair, 1, profileOf(periods));
    expect(pair.charger.timers).not.toHaveProperty('chargingLimit');
    begin(pair);
    expect(pair.charger.timers.chargingLimit).toBe(start + 600_000);
    order(pair, { kind: 'network', state: 'offline' });
    expect(nextDeadline(pair.charger)).toBeLessThanOrEqual(start + 600_000);
    end(pair);
    expect(pair.charger.timers).not.toHaveProperty('chargingLimit');
    expect(evse(pair)).not.toHaveProperty('limitW');
  });

  it('OCPP 1.6 §3.13.7: offline the profiles go on to be obeyed, by new transactions too', () => {
    const pair = chargingPair({ AllowOfflineTxForUnknownId: 'true' });
    set(pair, 1, profileOf(periods));
    order(pair, { kind: 'network', state: 'offline' });
    begin(pair);
    expect(evse(pair)?.limitW).toBe(11_040);
    pair.advance(minutes(11));
    expect(evse(pair)?.limitW).toBe(5_520);
  });

  it('OCPP 1.6 §7.8: validFrom and validTo', () => {
    const pair = chargingPair();
    set(pair, 1, profileOf([[0, 10]], { validFrom: iso(start + 60_000), validTo: iso(start + 120_000) }));
    begin(pair);
    const limits = [0, 60_000, 60_000].map((ms) => {
      pair.advance(ms);
      return evse(pair)?.limitW;
    });
    expect(limits).toEqual([undefined, 6_900, undefined]);
  });

  it('OCPP 1.6 §4.2: follows the clock that the CSMS sets', () => {
    const pair = chargingPair();
    set(pair, 1, profileOf(periods));
    begin(pair);
    pair.csms.answers.Heartbeat = () => ({ currentTime: iso(pair.now + 590_000) });
    pair.advance(minutes(5));
    expect(pair.charger.clockOffsetMs).toBe(590_000);
    expect(evse(pair)?.limitW).toBe(5_520);
    expect(pair.charger.timers.chargingLimit).toBe(start + 1_200_000 - 590_000);
  });
});

describe('OCPP 1.6 §3.13.2: which profile holds for a transaction', () => {
  it('a Relative one counts from its start', () => {
    const pair = chargingPair();
    const relative = { chargingProfileKind: 'Relative' };
    set(
      pair,
      0,
      profileOf(
        [
          [0, 16],
          [600, 8],
        ],
        relative,
      ),
    );
    pair.advance(minutes(30));
    begin(pair);
    expect(evse(pair)?.limitW).toBe(11_040);
    pair.advance(minutes(10));
    expect(evse(pair)?.limitW).toBe(5_520);
  });

  it('where a TxProfile says nothing the default holds', () => {
    const pair = chargingPair();
    set(pair, 1, profileOf([[0, 10]]));
    begin(pair);
    set(pair, 1, txProfile([[0, 20]], {}, { duration: 60 }));
    expect(evse(pair)?.limitW).toBe(13_800);
    pair.advance(minutes(1));
    expect(evse(pair)?.limitW).toBe(6_900);
  });

  it('a TxProfile may allow more than the default, and ends with the transaction', () => {
    const pair = chargingPair();
    set(pair, 0, profileOf([[0, 10]]));
    begin(pair);
    set(pair, 1, txProfile([[0, 20]]));
    expect(evse(pair)?.limitW).toBe(13_800);
    end(pair);
    order(pair, { kind: 'unplug', address: {} });
    begin(pair);
    expect(evse(pair)?.limitW).toBe(6_900);
  });

  it('a TxProfile of one connector does not concern another', () => {
    const pair = chargingPair();
    begin(pair, 1);
    begin(pair, 2);
    set(pair, 1, txProfile([[0, 10]]));
    expect([evse(pair, 1)?.limitW, evse(pair, 2)?.limitW]).toEqual([6_900, undefined]);
  });

  it('ends with the stop that the EV, the card or the CSMS brings about', () => {
    for (const how of ['unplug', 'card', 'remote']) {
      const pair = chargingPair();
      begin(pair);
      set(pair, 1, txProfile([[0, 10]]));
      if (how === 'unplug') order(pair, { kind: 'unplug', address: {} });
      if (how === 'card') order(pair, { kind: 'presentToken', address: {}, idToken: 'TAG-1' });
      if (how === 'remote') pair.ask('RemoteStopTransaction', { transactionId: 101 });
      expect(pair.charger.v16).not.toHaveProperty('chargingProfiles');
      expect(evse(pair)).not.toHaveProperty('limitW');
    }
  });

  it('other profiles survive a reboot and a power failure; a TxProfile as long as its transaction', () => {
    const pair = chargingPair({ 'x-ResumeTransactionsAfterPowerLoss': 'true' });
    set(pair, 1, profileOf([[0, 10]]));
    begin(pair);
    set(pair, 1, txProfile([[0, 8]]));
    order(pair, { kind: 'power', state: 'off' });
    expect(pair.charger.timers).not.toHaveProperty('chargingLimit');
    pair.advance(minutes(1));
    order(pair, { kind: 'power', state: 'on' });
    pair.advance(minutes(1));
    expect(evse(pair)).toMatchObject({ contactor: 'closed', limitW: 5_520 });
    pair.ask('Reset', { type: 'Soft' });
    pair.advance(minutes(1));
    expect(pair.charger.v16?.chargingProfiles?.map(({ purpose }) => purpose)).toEqual(['TxDefaultProfile']);
  });
});

describe('OCPP 1.6 §7.14: numberPhases', () => {
  it('is seen in the currents of the phases, and switched during the transaction', () => {
    const pair = chargingPair();
    begin(pair);
    set(
      pair,
      1,
      txProfile([
        [0, 16, 1],
        [120, 16, 3],
      ]),
    );
    pair.advance(minutes(1));
    const one = metered(pair);
    expect(one).toMatchObject({
      'Current.Import.L1': 16,
      'Power.Offered': 3_680,
      'Voltage.L2-N': 230,
      'Voltage.L3-N': 230,
    });
    expect(Object.keys(one).filter((key) => key.startsWith('Current.Import'))).toEqual(['Current.Import.L1']);
    pair.advance(minutes(2));
    expect(metered(pair)).toMatchObject({ 'Current.Import.L3': 16, 'Power.Offered': 11_040 });
  });

  it('§7.12: watts over the phases that are left', () => {
    const pair = chargingPair();
    begin(pair);
    set(pair, 1, txProfile([[0, 4_600, 1]], {}, { chargingRateUnit: 'W' }));
    pair.advance(minutes(1));
    expect(metered(pair)).toMatchObject({ 'Current.Import.L1': 20, 'Current.Offered': 20, 'Power.Offered': 4_600 });
  });

  it('goes when the profile goes', () => {
    const pair = chargingPair();
    begin(pair);
    set(pair, 1, txProfile([[0, 16, 1]]));
    expect(evse(pair)?.limitPhases).toBe(1);
    clear(pair);
    expect(evse(pair)).not.toHaveProperty('limitPhases');
  });

  it('§9.4 ConnectorSwitch3to1PhaseSupported=false: phases are those of the start, until the end', () => {
    const pair = chargingPair({ ConnectorSwitch3to1PhaseSupported: 'false' });
    set(pair, 1, profileOf([[0, 16, 1]]));
    begin(pair);
    expect(evse(pair)).toMatchObject({ limitPhases: 1, limitW: 3_680 });
    set(pair, 1, profileOf([[0, 16]]));
    pair.advance(1_000);
    expect(evse(pair)).toMatchObject({ limitPhases: 1, limitW: 3_680 });
    clear(pair);
    expect(evse(pair)).toMatchObject({ limitPhases: 1 });
    expect(evse(pair)).not.toHaveProperty('limitW');
    set(pair, 1, profileOf([[0, 16]]));
    end(pair);
    order(pair, { kind: 'unplug', address: {} });
    begin(pair);
    expect(evse(pair)).toMatchObject({ limitW: 11_040 });
    expect(evse(pair)).not.toHaveProperty('limitPhases');
    pair.advance(1_000);
    set(pair, 1, profileOf([[0, 30, 1]]));
    expect(evse(pair)).toMatchObject({ limitW: 6_900 });
    expect(evse(pair)).not.toHaveProperty('limitPhases');
  });
});

describe('OCPP 1.6 §7.13: minChargingRate', () => {
  it('less than that is not charged with', () => {
    const pair = chargingPair();
    set(
      pair,
      1,
      profileOf(
        [
          [0, 9],
          [60, 10],
        ],
        {},
        { minChargingRate: 10 },
      ),
    );
    begin(pair);
    pair.advance(minutes(2));
    expect(pair.statuses(1)).toEqual(['Preparing', 'SuspendedEVSE', 'Charging']);
  });
});

describe('OCPP 1.6 §3.13.4: ChargePointMaxProfile is for all connectors together', () => {
  const limits = (pair: Pair) => [evse(pair, 1)?.limitW, evse(pair, 2)?.limitW];

  it('one that charges alone has it all; two share it evenly; who is full leaves it to the other', () => {
    const pair = chargingPair();
    set(pair, 0, maxProfile([[0, 20]]));
    begin(pair, 1);
    expect(limits(pair)).toEqual([13_800, undefined]);
    begin(pair, 2);
    expect(limits(pair)).toEqual([6_900, 6_900]);
    order(pair, { kind: 'setEv', address: { connectorId: 1 }, ev: { soc: 100 } });
    expect(limits(pair)[1]).toBe(13_800);
    expect(pair.statuses(1).at(-1)).toBe('SuspendedEV');
    order(pair, { kind: 'setEv', address: { connectorId: 1 }, ev: { soc: 50 } });
    expect(limits(pair)).toEqual([6_900, 6_900]);
    end(pair, 1);
    expect(limits(pair)).toEqual([undefined, 13_800]);
  });

  it('what a profile keeps one from taking goes to the other', () => {
    const pair = chargingPair();
    set(pair, 0, maxProfile([[0, 15_000]], {}, { chargingRateUnit: 'W' }));
    set(pair, 1, profileOf([[0, 6]]));
    begin(pair, 1);
    begin(pair, 2);
    expect(limits(pair)).toEqual([4_140, 10_860]);
  });

  it('too little for both: who came last waits, and follows when the first has gone', () => {
    const pair = chargingPair();
    set(pair, 0, maxProfile([[0, 10]]));
    begin(pair, 2);
    pair.advance(1_000);
    begin(pair, 1);
    expect(limits(pair)).toEqual([0, 6_900]);
    expect([pair.statuses(1).at(-1), pair.statuses(2).at(-1)]).toEqual(['SuspendedEVSE', 'Charging']);
    end(pair, 2);
    expect(limits(pair)).toEqual([6_900, undefined]);
    expect(pair.statuses(1).at(-1)).toBe('Charging');
  });

  it('a token that the CSMS takes back, and a fault, leave their part to the other', () => {
    const pair = chargingPair({ StopTransactionOnInvalidId: 'false' });
    set(pair, 0, maxProfile([[0, 20]]));
    begin(pair, 1);
    pair.csms.answers.StartTransaction = { transactionId: 7, idTagInfo: { status: 'Blocked' } };
    begin(pair, 2);
    expect(limits(pair)[0]).toBe(13_800);
    delete pair.csms.answers.StartTransaction;
    end(pair, 2);
    order(pair, { kind: 'unplug', address: { connectorId: 2 } });
    begin(pair, 2);
    expect(limits(pair)).toEqual([6_900, 6_900]);
    order(pair, { kind: 'raiseFault', address: { connectorId: 2 }, fault: { errorCode: 'GroundFailure' } });
    expect(limits(pair)[0]).toBe(13_800);
  });

  it('the sum of what is metered stays below it, period by period', () => {
    const pair = chargingPair();
    set(
      pair,
      0,
      maxProfile(
        [
          [0, 30_000],
          [600, 18_000],
          [1_200, 9_000],
        ],
        {},
        { chargingRateUnit: 'W' },
      ),
    );
    begin(pair, 1);
    begin(pair, 2);
    const sums = [0, 1, 2].map(() => {
      pair.advance(minutes(9));
      const sum = [1, 2].reduce((total, id) => total + (metered(pair, id)['Power.Active.Import'] ?? 0), 0);
      pair.advance(minutes(1));
      return sum;
    });
    [30_000, 18_000, 9_000].forEach((most, at) => {
      expect(sums[at]).toBeLessThanOrEqual(most);
      expect(sums[at]).toBeGreaterThan(most * 0.97);
    });
  });
});
