// Smart charging of OCPP 2.0.1 (block K): what the CSMS may set, that it is obeyed at once, what is told of it, limits from outside. The arithmetic itself
// is tested in test/charger/schedule.
import { listChargingProfiles, viewSchedule } from '../../../lib/charger/view';
import { type Pair, start } from '../../support/pair';
import { bootedPairV201, eventsOf, misfits, type PairOptionsV201 } from '../../support/pair-v201';

type Fields = Record<string, unknown>;

const quiet = { 'SampledDataCtrlr.TxUpdatedInterval': '0' };
const iso = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const minutes = (count: number) => count * 60_000;

const pairWith = ({ variables, ...more }: PairOptionsV201 = {}) =>
  bootedPairV201({ ...more, variables: { ...quiet, ...variables } });

/** A profile of one schedule; what is in `schedule` goes into that. */
function profileOf(periods: number[][], more: Fields = {}, schedule: Fields = {}) {
  const relative = more.chargingProfileKind === 'Relative';
  return {
    ...{ id: 1, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute' },
    ...more,
    chargingSchedule: [
      {
        id: 1,
        chargingRateUnit: 'A',
        ...(relative ? {} : { startSchedule: iso(0) }),
        chargingSchedulePeriod: periods.map(([startPeriod, limit, numberPhases]) => ({
          startPeriod,
          limit,
          ...(numberPhases === undefined ? {} : { numberPhases }),
        })),
        ...schedule,
      },
    ],
  };
}

const set = (pair: Pair, evseId: number, chargingProfile: unknown) =>
  pair.ask('SetChargingProfile', { evseId, chargingProfile }) as {
    status: string;
    statusInfo?: { reasonCode: string };
  };
const begin = (pair: Pair, evseId = 1) => {
  const ev = { batteryCapacityWh: 1_000_000, maxPowerW: 22_000, phases: 3, soc: 10 } as const;
  pair.command({ kind: 'startTransaction', address: { evseId }, idToken: `TAG-${evseId}`, ev });
  return pair.charger.v201?.evses[evseId - 1]?.transaction?.id ?? '';
};
const end = (pair: Pair, transactionId: string) =>
  pair.command({ kind: 'stopTransaction', transactionId, unplug: true });
const limitW = (pair: Pair, evseId = 1) => pair.charger.evses[evseId - 1]?.limitW;
const txProfile = (transactionId: string, periods: number[][], more: Fields = {}) =>
  profileOf(periods, { id: 8, chargingProfilePurpose: 'TxProfile', transactionId, ...more });
const maxProfile = (periods: number[][], more: Fields = {}) =>
  profileOf(periods, { id: 9, chargingProfilePurpose: 'ChargingStationMaxProfile', ...more });
const composite = (pair: Pair, wishes: Fields = {}) =>
  pair.ask('GetCompositeSchedule', { evseId: 1, duration: 600, ...wishes }) as {
    status: string;
    schedule?: { chargingSchedulePeriod: { startPeriod: number; limit: number }[]; duration: number };
  };
const periodsOf = (pair: Pair, wishes: Fields = {}) =>
  composite(pair, wishes).schedule?.chargingSchedulePeriod.map(({ startPeriod, limit }) => [startPeriod, limit]);
const report = (pair: Pair, chargingProfile: Fields = {}, more: Fields = {}) => {
  pair.clear();
  const status = pair.ask('GetChargingProfiles', { requestId: 4, chargingProfile, ...more })?.status;
  const told = pair.calls('ReportChargingProfiles').map(({ payload }) => payload);
  return { status, told, ids: told.flatMap((one) => (one.chargingProfile as { id: number }[]).map(({ id }) => id)) };
};

describe('K01: SetChargingProfile is obeyed', () => {
  it('TC_K_01_CS: a TxDefaultProfile of an EVSE, at once, and at each period', () => {
    const pair = pairWith();
    expect(
      set(
        pair,
        1,
        profileOf([
          [0, 10],
          [60, 16],
          [120, 0],
        ]),
      ),
    ).toEqual({ status: 'Accepted' });
    begin(pair);
    expect(limitW(pair)).toBe(6_900);
    pair.advance(minutes(1));
    expect(limitW(pair)).toBe(11_040);
    pair.advance(minutes(1));
    expect([limitW(pair), eventsOf(pair).at(-1)?.transactionInfo.chargingState]).toEqual([0, 'SuspendedEVSE']);
    set(pair, 1, profileOf([[0, 8]]));
    expect([limitW(pair), eventsOf(pair).at(-1)?.transactionInfo.chargingState]).toEqual([5_520, 'Charging']);
    expect(misfits(pair)).toEqual([]);
  });

  it('a TxProfile overrules the defaults, ends with its transaction, and survives a loss of the connection', () => {
    const pair = pairWith();
    set(pair, 0, profileOf([[0, 10]]));
    const transactionId = begin(pair);
    expect(limitW(pair)).toBe(6_900);
    expect(set(pair, 1, txProfile(transactionId, [[0, 20]])).status).toBe('Accepted');
    pair.cut();
    expect(limitW(pair)).toBe(13_800);
    end(pair, transactionId);
    expect(report(pair).ids).toEqual([1]);
    begin(pair);
    expect(limitW(pair)).toBe(6_900);
  });

  it('K01: the default of an EVSE on a higher stack level prevails over that of the station', () => {
    const pair = pairWith();
    set(pair, 0, profileOf([[0, 10]]));
    set(pair, 2, profileOf([[0, 14]], { id: 2, stackLevel: 1 }));
    begin(pair, 1);
    begin(pair, 2);
    expect([limitW(pair, 1), limitW(pair, 2)]).toEqual([6_900, 9_660]);
  });

  it('a ChargingStationMaxProfile is shared by the EVSEs that charge', () => {
    const pair = pairWith();
    set(pair, 0, maxProfile([[0, 20]]));
    begin(pair, 1);
    expect(limitW(pair, 1)).toBe(13_800);
    const second = begin(pair, 2);
    expect([limitW(pair, 1), limitW(pair, 2)]).toEqual([6_900, 6_900]);
    end(pair, second);
    expect(limitW(pair, 1)).toBe(13_800);
  });

  it('TC_K_37_CS: a TxProfile of a RequestStartTransaction governs its transaction (F01.FR.09 to .11)', () => {
    const pair = pairWith();
    const ask = (chargingProfile: Fields) =>
      pair.ask('RequestStartTransaction', {
        ...{ evseId: 1, remoteStartId: 3, idToken: { idToken: 'TAG-1', type: 'ISO14443' } },
        chargingProfile,
      })?.status;
    expect(ask(profileOf([[0, 10]]))).toBe('Rejected');
    expect(ask(txProfile('T', [[0, 10]]))).toBe('Rejected');
    const wire = profileOf(
      [
        [0, 10],
        [60, 12],
      ],
      { chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' },
    );
    expect(ask(wire)).toBe('Accepted');
    pair.advance(minutes(0.5));
    pair.command({ kind: 'plugIn', address: {} });
    expect(limitW(pair)).toBe(6_900);
    pair.advance(minutes(1));
    expect(limitW(pair)).toBe(8_280);
    expect(report(pair).told[0]).toMatchObject({
      chargingProfile: [{ ...wire, transactionId: pair.charger.v201?.evses[0]?.transaction?.id }],
    });
  });

  it('TC_K_38_CS: it is ignored where SmartChargingCtrlr.Enabled is false, and SetChargingProfile refused', () => {
    const pair = pairWith({ variables: { 'SmartChargingCtrlr.Enabled': 'false' } });
    pair.command({ kind: 'plugIn', address: {} });
    const chargingProfile = profileOf([[0, 10]], {
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Relative',
    });
    const request = { evseId: 1, remoteStartId: 3, idToken: { idToken: 'TAG-1', type: 'ISO14443' }, chargingProfile };
    expect(pair.ask('RequestStartTransaction', request)?.status).toBe('Accepted');
    expect(limitW(pair)).toBeUndefined();
    expect(set(pair, 1, profileOf([[0, 10]]))).toMatchObject({
      status: 'Rejected',
      statusInfo: { reasonCode: 'NotEnabled' },
    });
  });

  it('what is installed outlives a loss of power', () => {
    const pair = pairWith();
    set(pair, 0, profileOf([[0, 10]]));
    pair.command({ kind: 'power', state: 'off' });
    pair.command({ kind: 'power', state: 'on' });
    pair.advance(minutes(2));
    begin(pair);
    expect(limitW(pair)).toBe(6_900);
  });

  it('people see the profiles and what each connector has of them', () => {
    const pair = pairWith();
    set(
      pair,
      0,
      profileOf([
        [0, 10],
        [600, 16],
      ]),
    );
    begin(pair);
    expect(listChargingProfiles(pair.charger, pair.now)).toMatchObject({
      chargingProfiles: [{ evseId: 0, chargingProfileId: 1, chargingLimitSource: 'CSO' }],
      connectors: [
        {
          evseId: 1,
          connectorId: 1,
          chargingLimit: { powerW: 6_900, currentA: 10, chargingProfileIds: [1], until: iso(600) },
        },
        { evseId: 2, connectorId: 1 },
      ],
    });
  });
});

describe('K01: SetChargingProfile is refused', () => {
  const schedule = (more: Fields) => profileOf([[0, 10]], {}, more);

  it.each<[string, number, Fields, string]>([
    ['TC_K_02_CS: a TxProfile without a transaction', 1, txProfile('T-1', [[0, 10]]), 'TxNotFound'],
    [
      'a TxProfile without a transactionId',
      1,
      profileOf([[0, 10]], { chargingProfilePurpose: 'TxProfile' }),
      'MissingParam',
    ],
    ['a TxProfile for EVSE 0', 0, txProfile('T-1', [[0, 10]]), 'InvalidProfile'],
    [
      'K01.FR.22: external constraints',
      0,
      maxProfile([[0, 10]], { chargingProfilePurpose: 'ChargingStationExternalConstraints' }),
      'InvalidProfile',
    ],
    ['a maximum of the station for one EVSE', 1, maxProfile([[0, 10]]), 'InvalidProfile'],
    ['K01.FR.38: a Relative maximum', 0, maxProfile([[0, 10]], { chargingProfileKind: 'Relative' }), 'InvalidProfile'],
    ['an EVSE that is not there', 9, profileOf([[0, 10]]), 'UnknownEvse'],
    ['a default with a transactionId', 1, profileOf([[0, 10]], { transactionId: 'T' }), 'InvalidProfile'],
    ['K01.FR.40: Absolute without a start', 1, schedule({ startSchedule: undefined }), 'InvalidSchedule'],
    [
      'K01.FR.41: Relative with a start',
      1,
      profileOf([[0, 10]], { chargingProfileKind: 'Relative' }, { startSchedule: iso(0) }),
      'InvalidSchedule',
    ],
    [
      'Recurring without a kind of recurrency',
      1,
      profileOf([[0, 10]], { chargingProfileKind: 'Recurring' }),
      'InvalidSchedule',
    ],
    ['K01.FR.31: a first period that is late', 1, profileOf([[5, 10]]), 'InvalidSchedule'],
    [
      'periods out of order',
      1,
      profileOf([
        [0, 10],
        [60, 8],
        [60, 6],
      ]),
      'InvalidSchedule',
    ],
    ['a negative limit', 1, profileOf([[0, -1]]), 'InvalidSchedule'],
    ['a stack level above ProfileStackLevel', 1, profileOf([[0, 10]], { stackLevel: 21 }), 'InvalidStackLevel'],
    [
      'more periods than PeriodsPerSchedule',
      1,
      profileOf(Array.from({ length: 101 }, (_, at) => [at, 10])),
      'InvalidSchedule',
    ],
    [
      'K01.FR.20: a phase to use where none can be chosen',
      1,
      schedule({ chargingSchedulePeriod: [{ startPeriod: 0, limit: 6, numberPhases: 1, phaseToUse: 2 }] }),
      'PhaseConflict',
    ],
    [
      'phases that change',
      1,
      profileOf([
        [0, 10, 3],
        [60, 10, 1],
      ]),
      'PhaseConflict',
    ],
    [
      'a validTo before its validFrom',
      1,
      profileOf([[0, 10]], { validFrom: iso(60), validTo: iso(30) }),
      'InvalidSchedule',
    ],
  ])('%s, and nothing changes', (_what, evseId, wire, reasonCode) => {
    const pair = pairWith();
    const before = pair.document();
    expect(set(pair, evseId, wire)).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode } });
    expect(pair.document()).toBe(before);
  });

  it('K01.FR.26: watts alone, on a DC station, amperes', () => {
    const pair = pairWith({ model: 'dc-50kw-ccs-chademo' });
    expect(set(pair, 1, profileOf([[0, 10]]))).toMatchObject({ statusInfo: { reasonCode: 'UnsupportedRateUnit' } });
    expect(set(pair, 1, profileOf([[0, 20_000]], {}, { chargingRateUnit: 'W' })).status).toBe('Accepted');
  });

  it('K01.FR.39: the purpose and stack level of another that is valid at the same time; K01.FR.05: the same id replaces', () => {
    const pair = pairWith();
    set(pair, 1, profileOf([[0, 10]], { validTo: iso(600) }));
    expect(set(pair, 1, profileOf([[0, 12]], { id: 2 }))).toMatchObject({
      statusInfo: { reasonCode: 'DuplicateProfile' },
    });
    expect(set(pair, 1, profileOf([[0, 12]], { id: 2, validFrom: iso(600) })).status).toBe('Accepted');
    expect(set(pair, 1, profileOf([[0, 12]], { id: 3, stackLevel: 1 })).status).toBe('Accepted');
    expect(set(pair, 2, profileOf([[0, 6]])).status).toBe('Accepted');
    expect(report(pair).ids.sort()).toEqual([1, 2, 3]);
  });

  it('K01.FR.52, K01.FR.53: a default of an EVSE on the stack level of one of the station, either way', () => {
    const pair = pairWith();
    set(pair, 0, profileOf([[0, 10]]));
    expect(set(pair, 1, profileOf([[0, 12]], { id: 2 }))).toMatchObject({
      statusInfo: { reasonCode: 'DuplicateProfile' },
    });
    expect(set(pair, 1, profileOf([[0, 12]], { id: 2, stackLevel: 1 })).status).toBe('Accepted');
    expect(set(pair, 0, profileOf([[0, 8]], { id: 3, stackLevel: 1 }))).toMatchObject({ status: 'Rejected' });
  });

  it('more than there is room for', () => {
    const pair = pairWith();
    const all = Array.from(
      { length: 21 },
      (_, id) => set(pair, 1, profileOf([[0, 10]], { id, stackLevel: id % 21 })).status,
    );
    expect(all).toEqual([...Array(20).fill('Accepted'), 'Rejected']);
    const count = {
      component: { name: 'SmartChargingCtrlr' },
      variable: { name: 'Entries', instance: 'ChargingProfiles' },
    };
    expect(pair.ask('GetVariables', { getVariableData: [count] })).toMatchObject({
      getVariableResult: [{ attributeValue: '20' }],
    });
  });
});

/** Three profiles on two EVSEs and the station. */
function stocked(): Pair {
  const pair = pairWith();
  set(pair, 0, maxProfile([[0, 20]]));
  set(pair, 0, profileOf([[0, 16]], { id: 2, stackLevel: 1 }));
  set(pair, 1, profileOf([[0, 10]], { id: 3 }));
  set(pair, 2, profileOf([[0, 12]], { id: 4 }));
  return pair;
}

describe('K09: GetChargingProfiles', () => {
  it.each<[string, Fields, Fields, number[]]>([
    ['TC_K_29_CS: EVSE 0', {}, { evseId: 0 }, [2, 9]],
    ['TC_K_30_CS: an EVSE', {}, { evseId: 1 }, [3]],
    ['TC_K_31_CS: everywhere', {}, {}, [2, 3, 4, 9]],
    ['TC_K_32_CS: an id', { chargingProfileId: [4] }, {}, [4]],
    ['TC_K_33_CS: a stack level', { stackLevel: 0 }, { evseId: 2 }, [4]],
    ['TC_K_34_CS: a source', { chargingLimitSource: ['EMS'] }, {}, []],
    ['TC_K_35_CS: a purpose', { chargingProfilePurpose: 'TxDefaultProfile' }, { evseId: 1 }, [3]],
    ['TC_K_36_CS: a purpose and a stack level', { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 1 }, {}, [2]],
  ])('%s', (_what, criteria, more, ids) => {
    const pair = stocked();
    const { status, told, ids: found } = report(pair, criteria, more);
    expect([status, [...found].sort()]).toEqual([ids.length > 0 ? 'Accepted' : 'NoProfiles', ids]);
    expect(told.map(({ tbc }) => tbc)).toEqual(told.map((_, at) => at < told.length - 1));
    expect(told.every(({ requestId, chargingLimitSource }) => requestId === 4 && chargingLimitSource === 'CSO')).toBe(
      true,
    );
    expect(misfits(pair)).toEqual([]);
  });

  it('TC_P_04_CS: a profile is told as it came, with its customData', () => {
    const pair = pairWith();
    const wire = profileOf(
      [[0, 10, 3]],
      { customData: { vendorId: 'v', colour: 'red' }, validTo: iso(600) },
      { minChargingRate: 6 },
    );
    set(pair, 1, wire);
    expect(report(pair).told).toMatchObject([{ evseId: 1, chargingProfile: [wire] }]);
  });
});

describe('K10: ClearChargingProfile', () => {
  const clear = (pair: Pair, request: Fields) => pair.ask('ClearChargingProfile', request)?.status;

  it.each<[string, Fields, number[]]>([
    ['TC_K_05_CS: an id', { chargingProfileId: 3 }, [2, 4, 9]],
    [
      'TC_K_06_CS: stack level and purpose',
      { chargingProfileCriteria: { stackLevel: 1, chargingProfilePurpose: 'TxDefaultProfile' } },
      [3, 4, 9],
    ],
    [
      'TC_K_24_CS: several of a stack level and purpose',
      { chargingProfileCriteria: { stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile' } },
      [2, 9],
    ],
    ['an EVSE', { chargingProfileCriteria: { evseId: 0 } }, [3, 4]],
    ['everything', {}, []],
  ])('%s', (_what, request, left) => {
    const pair = stocked();
    expect(clear(pair, request)).toBe('Accepted');
    expect([...report(pair).ids].sort()).toEqual(left);
  });

  it('TC_K_07_CS, TC_K_08_CS: Unknown where nothing fits', () => {
    expect(clear(stocked(), { chargingProfileCriteria: { stackLevel: 7 } })).toBe('Unknown');
    expect(clear(pairWith(), {})).toBe('Unknown');
  });

  it('TC_K_09_CS: during a transaction its limit is lifted at once', () => {
    const pair = pairWith();
    set(pair, 1, profileOf([[0, 10]]));
    begin(pair);
    clear(pair, { chargingProfileId: 1 });
    expect(limitW(pair)).toBeUndefined();
  });
});

describe('K08: GetCompositeSchedule', () => {
  it('TC_K_39_CS: without profiles what the hardware gives', () => {
    expect(periodsOf(pairWith())).toEqual([[0, 31.8]]);
    expect(periodsOf(pairWith(), { chargingRateUnit: 'W' })).toEqual([[0, 22_000]]);
  });

  it('TC_K_40_CS: the higher of two stacked profiles, then the lower one, to the second', () => {
    const pair = pairWith();
    set(pair, 1, profileOf([[0, 20]]));
    set(
      pair,
      1,
      profileOf(
        [
          [0, 10],
          [100, 12],
        ],
        { id: 2, stackLevel: 1 },
        { duration: 300 },
      ),
    );
    expect(periodsOf(pair)).toEqual([
      [0, 10],
      [100, 12],
      [300, 20],
    ]);
  });

  it('TC_K_41_CS: the least of station maximum and default; the whole station by EVSE 0', () => {
    const pair = pairWith();
    set(
      pair,
      0,
      maxProfile([
        [0, 12],
        [200, 40],
      ]),
    );
    set(pair, 1, profileOf([[0, 16]]));
    expect(periodsOf(pair)).toEqual([
      [0, 12],
      [200, 16],
    ]);
    expect(periodsOf(pair, { evseId: 0 })).toEqual([
      [0, 12],
      [200, 40],
    ]);
  });

  it('TC_K_42_CS, TC_K_47_CS: Rejected for a unit or an EVSE that there is not', () => {
    const dc = pairWith({ model: 'dc-50kw-ccs-chademo' });
    expect(composite(dc, { chargingRateUnit: 'A' })).toMatchObject({ status: 'Rejected' });
    expect(composite(pairWith(), { evseId: 9 })).toMatchObject({ status: 'Rejected' });
    expect(composite(pairWith(), { duration: 0 })).toMatchObject({ status: 'Rejected' });
  });
});

describe('K11 to K13: limits from outside', () => {
  const limit = (pair: Pair, value: string) =>
    pair.command({ kind: 'setConfiguration', entries: [{ key: 'SmartChargingCtrlr.x-ExternalLimit', value }] });

  it('TC_K_52_CS: is told, obeyed and shared, and the transactions tell that their rate has changed', () => {
    const pair = pairWith();
    begin(pair, 1);
    pair.clear();
    limit(pair, 'SO 10A');
    expect(pair.calls('NotifyChargingLimit').map(({ payload }) => payload)).toEqual([
      { chargingLimit: { chargingLimitSource: 'SO' } },
    ]);
    expect([limitW(pair), eventsOf(pair).map(({ triggerReason }) => triggerReason)]).toEqual([
      6_900,
      ['ChargingRateChanged'],
    ]);
    expect(report(pair).told).toMatchObject([{ chargingLimitSource: 'SO', evseId: 0 }]);
    pair.clear();
    limit(pair, '');
    expect(pair.calls('ClearedChargingLimit').map(({ payload }) => payload)).toEqual([{ chargingLimitSource: 'SO' }]);
    expect([limitW(pair), eventsOf(pair).map(({ triggerReason }) => triggerReason)]).toEqual([
      undefined,
      ['ChargingRateChanged'],
    ]);
    expect(misfits(pair)).toEqual([]);
  });

  it('the least of it and of the maximum of the station holds', () => {
    const pair = pairWith();
    set(pair, 0, maxProfile([[0, 20]]));
    limit(pair, '11040W');
    begin(pair, 1);
    expect(limitW(pair, 1)).toBe(11_040);
    begin(pair, 2);
    expect([limitW(pair, 1), limitW(pair, 2)]).toEqual([5_520, 5_520]);
    expect(pair.ask('ClearChargingProfile', {})?.status).toBe('Accepted');
    expect(report(pair).ids).toEqual([-1]);
  });

  it('K11, K12: with its schedule where NotifyChargingLimitWithSchedules is true', () => {
    const pair = pairWith({ variables: { 'SmartChargingCtrlr.NotifyChargingLimitWithSchedules': 'true' } });
    limit(pair, '16A');
    expect(pair.calls('NotifyChargingLimit')[0]?.payload).toMatchObject({
      chargingLimit: { chargingLimitSource: 'EMS' },
      chargingSchedule: [{ chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] }],
    });
    expect(misfits(pair)).toEqual([]);
  });

  it('a change below LimitChangeSignificance is obeyed without a word of the transaction', () => {
    const pair = pairWith({ variables: { 'SmartChargingCtrlr.LimitChangeSignificance': '50' } });
    begin(pair, 1);
    pair.clear();
    limit(pair, '30A');
    expect([limitW(pair), eventsOf(pair)]).toEqual([20_700, []]);
  });

  it('is ignored where ExternalControlSignalsEnabled is false; garbage is refused; the CSMS cannot set it', () => {
    const pair = pairWith({ variables: { 'SmartChargingCtrlr.ExternalControlSignalsEnabled': 'false' } });
    expect(limit(pair, '10A')).toMatchObject({ ok: true });
    expect(report(pair).status).toBe('NoProfiles');
    expect(limit(pair, 'ten')).toMatchObject({ ok: false, refusal: { kind: 'badInput' } });
    const setVariableData = [
      { component: { name: 'SmartChargingCtrlr' }, variable: { name: 'x-ExternalLimit' }, attributeValue: '6A' },
    ];
    expect(pair.ask('SetVariables', { setVariableData })).toMatchObject({
      setVariableResult: [{ attributeStatus: 'Rejected' }],
    });
  });
});

describe('K15 to K17: what an EV would say over ISO 15118, sent by a tester', () => {
  it('TC_K_53_CS: NotifyEVChargingNeeds has the EV that is plugged in, AC or DC', () => {
    const answers = { NotifyEVChargingNeeds: { status: 'Accepted' } };
    const send = (pair: Pair) => {
      pair.command({
        kind: 'plugIn',
        address: {},
        ev: { batteryCapacityWh: 50_000, soc: 40, maxPowerW: 11_040, phases: 3 },
      });
      pair.command({ kind: 'sendMessage', action: 'NotifyEVChargingNeeds', validate: true });
      return pair.calls('NotifyEVChargingNeeds')[0]?.payload;
    };
    const ac = pairWith({ answers });
    expect(send(ac)).toEqual({
      evseId: 1,
      chargingNeeds: {
        requestedEnergyTransfer: 'AC_three_phase',
        acChargingParameters: { energyAmount: 30_000, evMinCurrent: 6, evMaxCurrent: 16, evMaxVoltage: 230 },
      },
    });
    const dc = pairWith({ answers, model: 'dc-50kw-ccs-chademo' });
    expect(send(dc)).toMatchObject({
      chargingNeeds: {
        requestedEnergyTransfer: 'DC',
        dcChargingParameters: { stateOfCharge: 40, energyAmount: 30_000 },
      },
    });
    expect([misfits(ac), misfits(dc)]).toEqual([[], []]);
  });

  it('TC_K_57_CS: NotifyEVChargingSchedule is what the station offers from now on', () => {
    const pair = pairWith({ answers: { NotifyEVChargingSchedule: { status: 'Accepted' } } });
    set(
      pair,
      1,
      profileOf([
        [0, 10],
        [600, 16],
      ]),
    );
    const ev = { batteryCapacityWh: 1_000_000, maxPowerW: 8_280, phases: 3 } as const;
    pair.command({ kind: 'plugIn', address: {}, ev });
    pair.command({ kind: 'sendMessage', action: 'NotifyEVChargingSchedule', validate: true });
    expect(pair.calls('NotifyEVChargingSchedule')[0]?.payload).toEqual({
      timeBase: iso(0),
      evseId: 1,
      chargingSchedule: {
        ...{ id: 1, duration: 14_400, chargingRateUnit: 'A' },
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 10 },
          { startPeriod: 600, limit: 12 },
        ],
      },
    });
    expect(misfits(pair)).toEqual([]);
  });
});

describe('the schedule as people see it', () => {
  it('K08: has what GetCompositeSchedule reports, and what each profile that concerns the EVSE says alone', () => {
    const pair = pairWith();
    set(pair, 0, maxProfile([[0, 20]], {}));
    set(
      pair,
      1,
      profileOf([
        [0, 10],
        [60, 16],
      ]),
    );
    set(pair, 2, profileOf([[0, 6]], { id: 3 }));
    const seen = viewSchedule(pair.charger, { evseId: 1, seconds: 600 }, pair.now) as { profiles: Fields[] };
    expect(seen).toMatchObject(composite(pair).schedule ?? {});
    expect(seen.profiles).toMatchObject([
      {
        chargingProfileId: 9,
        chargingProfilePurpose: 'ChargingStationMaxProfile',
        periods: [{ startPeriod: 0, limit: 20 }],
      },
      {
        chargingProfileId: 1,
        periods: [
          { startPeriod: 0, limit: 10 },
          { startPeriod: 60, limit: 16 },
        ],
      },
    ]);
    expect(() => viewSchedule(pair.charger, { evseId: 9, seconds: 600 }, pair.now)).toThrow('no EVSE 9');
    expect(() => viewSchedule(pair.charger, { connectorId: 9, seconds: 600 }, pair.now)).toThrow(
      'no connector 9 on EVSE 1',
    );
    expect(viewSchedule(pair.charger, { evseId: 0, seconds: 600, unit: 'W' }, pair.now)).toMatchObject({
      evseId: 0,
      chargingRateUnit: 'W',
    });
  });
});
