// SetChargingProfile, ClearChargingProfile, GetCompositeSchedule: what is taken, refused, replaced, cleared and reported
// (OCPP 1.6 §3.13, §5.5, §5.7, §5.16). That limits are obeyed is in charging-limit.test.ts.
import { bytesOf } from '../../../lib/charger/queue-budget';
import { nextDeadline } from '../../../lib/charger/step';
import { viewCharger, viewSchedule } from '../../../lib/charger/view';
import { bootedPair, createPair, type Pair, start } from '../../support/pair';
import {
  ask,
  begin,
  clear,
  compositeOf,
  end,
  type Fields,
  hungryPair,
  installed,
  iso,
  profileOf,
  set,
  transactionId,
} from './profiles';

const txProfile = (more: Fields = {}, schedule: Fields = {}) =>
  profileOf([[0, 10]], { chargingProfilePurpose: 'TxProfile', ...more }, schedule);
const maxProfile = (more: Fields = {}, schedule: Fields = {}) =>
  profileOf([[0, 10]], { chargingProfilePurpose: 'ChargePointMaxProfile', ...more }, schedule);
const ids = (pair: Pair) => installed(pair).map(({ id }) => id);

describe('SetChargingProfile', () => {
  it('TC_056_CS: a TxDefaultProfile is taken outside of a transaction and shows in the composite schedule', () => {
    const pair = hungryPair();
    const more = { validFrom: iso(start - 4_000), validTo: iso(start + 304_000) };
    expect(set(pair, 1, profileOf([[0, 6]], more, { duration: 304, startSchedule: iso(start - 4_000) }))).toBe(
      'Accepted',
    );
    expect(ask(pair, 1, 300, 'A')).toEqual({
      status: 'Accepted',
      connectorId: 1,
      scheduleStart: iso(start),
      chargingSchedule: {
        duration: 300,
        startSchedule: iso(start),
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }],
      },
    });
  });

  it('TC_057_CS: a TxProfile is taken for the transaction that runs, and gone with it', () => {
    const pair = hungryPair();
    begin(pair);
    expect(set(pair, 1, txProfile({ transactionId: transactionId(pair) }))).toBe('Accepted');
    expect(compositeOf(pair, 1, 60, 'A')).toEqual([[0, 10]]);
    end(pair);
    expect(pair.charger.v16).not.toHaveProperty('chargingProfiles');
    expect(compositeOf(pair, 1, 60, 'A')).toEqual([[0, 31.8]]);
  });

  it('TC_058_1_CS: a TxProfile without a transaction on its connector is Rejected', () => {
    const pair = hungryPair();
    begin(pair, 2);
    expect(set(pair, 1, txProfile())).toBe('Rejected');
    expect(set(pair, 1, txProfile({ transactionId: transactionId(pair, 2) }))).toBe('Rejected');
    expect(installed(pair)).toEqual([]);
    expect(pair.notes().join()).toContain('profile 1 is a TxProfile, and no transaction runs on its connector');
  });

  it('TC_058_2_CS: a TxProfile for another transaction is Rejected', () => {
    const pair = hungryPair();
    begin(pair);
    expect(set(pair, 1, txProfile({ transactionId: 9_999 }))).toBe('Rejected');
    expect(installed(pair)).toEqual([]);
    expect(pair.notes().join()).toContain('is for transaction 9999, and its connector is in 101');
  });

  it('TC_082_CS: a TxDefaultProfile is taken during a transaction and holds for it at once', () => {
    const pair = hungryPair();
    begin(pair);
    expect(set(pair, 1, profileOf([[0, 8]]))).toBe('Accepted');
    expect(pair.charger.evses[0]?.limitW).toBe(8 * 690);
    expect(compositeOf(pair, 1, 60, 'A')).toEqual([[0, 8]]);
  });

  it('OCPP 1.6 §7.8: transactionId may be left out', () => {
    const pair = hungryPair();
    begin(pair);
    expect(set(pair, 1, txProfile())).toBe('Accepted');
  });

  it('OCPP 1.6 §5.16.3: the same id, or the same stack level and purpose on the connector, is replaced', () => {
    const pair = hungryPair();
    set(pair, 1, profileOf([[0, 10]], { chargingProfileId: 1, stackLevel: 0 }));
    set(pair, 1, profileOf([[0, 11]], { chargingProfileId: 2, stackLevel: 1 }));
    set(pair, 1, profileOf([[0, 12]], { chargingProfileId: 1, stackLevel: 5 }));
    expect(ids(pair)).toEqual([2, 1]);
    set(pair, 1, profileOf([[0, 13]], { chargingProfileId: 3, stackLevel: 1 }));
    expect(ids(pair)).toEqual([1, 3]);
    set(pair, 2, profileOf([[0, 14]], { chargingProfileId: 4, stackLevel: 1 }));
    set(pair, 0, maxProfile({ chargingProfileId: 5, stackLevel: 1 }));
    expect(ids(pair)).toEqual([1, 3, 4, 5]);
    set(pair, 0, maxProfile({ chargingProfileId: 4, stackLevel: 2 }));
    expect(ids(pair)).toEqual([1, 3, 5, 4]);
  });

  it('OCPP 1.6 §5.16.2: one with the level of the profile of the remote start replaces it', () => {
    const pair = hungryPair();
    pair.command({ kind: 'plugIn', address: {} });
    const chargingProfile = profileOf([[0, 20]], {
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Relative',
    });
    pair.ask('RemoteStartTransaction', { idTag: 'TAG', connectorId: 1, chargingProfile });
    expect(compositeOf(pair, 1, 60, 'A')).toEqual([[0, 20]]);
    set(pair, 1, txProfile({ chargingProfileId: 2, transactionId: transactionId(pair) }));
    expect(ids(pair)).toEqual([2]);
    set(pair, 1, txProfile({ chargingProfileId: 3, stackLevel: 1 }));
    expect(ids(pair)).toEqual([2, 3]);
  });

  it('OCPP 1.6 §3.13.3: replaced by one that is valid later, the default behaviour holds until then', () => {
    const pair = hungryPair();
    set(pair, 1, profileOf([[0, 10]]));
    set(pair, 1, profileOf([[0, 12]], { chargingProfileId: 2, validFrom: iso(start + 30_000) }));
    expect(compositeOf(pair, 1, 60, 'A')).toEqual([
      [0, 31.8],
      [30, 12],
    ]);
  });

  it.each([
    ['a connector that there is not', 5, profileOf([[0, 10]]), 'is for connector 5; the charger has 0 to 2'],
    ['a negative connector', -1, profileOf([[0, 10]]), 'is for connector -1'],
    ['a ChargePointMaxProfile on a connector (§3.13.2)', 1, maxProfile(), 'ChargePointMaxProfile: connector 0 only'],
    ['a TxProfile on connector 0 (§3.13.2)', 0, txProfile(), 'is a TxProfile: not for connector 0'],
    ['a transaction where none belongs (§7.8)', 1, profileOf([[0, 10]], { transactionId: 101 }), 'with transactionId'],
    ['a stack level below 0', 1, profileOf([[0, 10]], { stackLevel: -1 }), 'stackLevel -1, which must be from 0 to 20'],
    ['too high a stack level (§9.4)', 1, profileOf([[0, 10]], { stackLevel: 21 }), '(ChargeProfileMaxStackLevel)'],
    ['no periods', 1, profileOf([]), 'has no chargingSchedulePeriod'],
    ['a first period that does not start at 0 (§7.13)', 1, profileOf([[5, 10]]), 'first startPeriod of 5'],
    [
      'periods out of order',
      1,
      profileOf([
        [0, 10],
        [60, 8],
        [30, 6],
      ]),
      'a startPeriod 30 after 60',
    ],
    [
      'two periods at once',
      1,
      profileOf([
        [0, 10],
        [0, 8],
      ]),
      'a startPeriod 0 after 0',
    ],
    ['a negative limit', 1, profileOf([[0, -1]]), 'has a negative limit -1'],
    ['no phases', 1, profileOf([[0, 10, 0]]), 'numberPhases 0, which must be from 1 to 3'],
    ['four phases', 1, profileOf([[0, 10, 4]]), 'numberPhases 4'],
    ['a duration of nothing', 1, profileOf([[0, 10]], {}, { duration: 0 }), 'has duration 0'],
    ['a negative minChargingRate', 1, profileOf([[0, 10]], {}, { minChargingRate: -0.1 }), 'negative minChargingRate'],
    [
      'Recurring without recurrencyKind',
      1,
      profileOf([[0, 10]], { chargingProfileKind: 'Recurring' }),
      'recurrencyKind',
    ],
    [
      'Recurring without startSchedule',
      1,
      profileOf([[0, 10]], { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' }, { startSchedule: undefined }),
      'is Recurring without startSchedule',
    ],
    [
      'a validTo before its validFrom',
      1,
      profileOf([[0, 10]], { validFrom: iso(start), validTo: iso(start) }),
      'validTo that is not after its validFrom',
    ],
  ])('OCPP 1.6 §5.16: %s is Rejected, with a note that says why and nothing changed', (_, connectorId, wire, why) => {
    const pair = hungryPair();
    begin(pair);
    set(pair, 1, profileOf([[0, 9]], { chargingProfileId: 7 }));
    const before = installed(pair);
    expect(set(pair, connectorId, wire)).toBe('Rejected');
    expect(installed(pair)).toEqual(before);
    expect(pair.charger.evses[0]?.limitW).toBe(9 * 690);
    expect(pair.notes().join()).toContain(why);
  });

  it.each([
    ['a missing field', { connectorId: 1 }, 'OccurenceConstraintViolation'],
    [
      'no schedule',
      { connectorId: 1, csChargingProfiles: { ...profileOf([[0, 1]]), chargingSchedule: undefined } },
      'OccurenceConstraintViolation',
    ],
    ['a wrong type', { connectorId: '1', csChargingProfiles: profileOf([[0, 1]]) }, 'TypeConstraintViolation'],
    [
      'two digits after the point',
      { connectorId: 1, csChargingProfiles: profileOf([[0, 1.25]]) },
      'PropertyConstraintViolation',
    ],
    [
      'an unknown purpose',
      { connectorId: 1, csChargingProfiles: profileOf([[0, 1]], { chargingProfilePurpose: 'Fun' }) },
      'PropertyConstraintViolation',
    ],
    [
      'an unknown unit',
      { connectorId: 1, csChargingProfiles: profileOf([[0, 1]], {}, { chargingRateUnit: 'V' }) },
      'PropertyConstraintViolation',
    ],
    [
      'a date that is none',
      { connectorId: 1, csChargingProfiles: profileOf([[0, 1]], { validFrom: 'soon' }) },
      'PropertyConstraintViolation',
    ],
  ])('OCPP-J 1.6 §4.2.3: %s is a CALLERROR', (_, payload, code) => {
    const pair = bootedPair();
    expect(pair.call('SetChargingProfile', payload)?.[2]).toBe(code);
    expect(installed(pair)).toEqual([]);
  });

  it('OCPP 1.6 §7.13: takes periods and durations beyond all dates', () => {
    const pair = hungryPair();
    const far = Number.MAX_SAFE_INTEGER;
    set(pair, 1, profileOf([[0, 10]], {}, { duration: far }));
    set(
      pair,
      2,
      profileOf(
        [
          [0, 10],
          [far, 6],
        ],
        { chargingProfileId: 2 },
      ),
    );
    begin(pair, 1);
    begin(pair, 2);
    const [one, two] = viewCharger(pair.charger, pair.now).connectors as Fields[];
    const chargingLimit = { powerW: 6_900, currentA: 10, numberPhases: 3 };
    expect(one?.chargingLimit).toEqual({ ...chargingLimit, chargingProfileIds: [1] });
    expect(two?.chargingLimit).toEqual({ ...chargingLimit, chargingProfileIds: [2] });
    expect(compositeOf(pair, 2, far, 'A')).toEqual([[0, 10]]);
    expect(nextDeadline(pair.charger)).toBeGreaterThan(pair.now);
  });

  it('OCPP 1.6 §4.2: is taken while the registration is Pending', () => {
    const currentTime = iso(start);
    const pair = createPair({ answers: { BootNotification: { status: 'Pending', currentTime, interval: 600 } } });
    pair.command({ kind: 'connect' });
    expect(set(pair, 0, maxProfile())).toBe('Accepted');
  });

  it('OCPP 1.6 §7.11: NotSupported by a charger without Smart Charging; the other two actions are a CALLERROR', () => {
    const pair = bootedPair({ configuration: { SupportedFeatureProfiles: 'Core' } });
    expect(set(pair, 0, maxProfile())).toBe('NotSupported');
    expect(pair.call('ClearChargingProfile', {})?.[2]).toBe('NotSupported');
    expect(pair.call('GetCompositeSchedule', { connectorId: 1, duration: 60 })?.[2]).toBe('NotSupported');
  });
});

describe('OCPP 1.6 §9.4: what a charger can take', () => {
  it.each([
    ['ChargeProfileMaxStackLevel', '20'],
    ['ChargingScheduleAllowedChargingRateUnit', 'Current,Power'],
    ['ChargingScheduleMaxPeriods', '100'],
    ['ConnectorSwitch3to1PhaseSupported', 'true'],
    ['MaxChargingProfilesInstalled', '20'],
  ])('%s tells the CSMS, and cannot be changed by it', (key, value) => {
    const pair = bootedPair();
    expect(pair.ask('GetConfiguration', { key: [key] })?.configurationKey).toEqual([{ key, readonly: true, value }]);
    expect(pair.ask('ChangeConfiguration', { key, value: '1' })).toEqual({ status: 'Rejected' });
  });

  it('SupportedFeatureProfiles lists SmartCharging', () => {
    const answer = bootedPair().ask('GetConfiguration', { key: ['SupportedFeatureProfiles'] });
    const [entry] = (answer?.configurationKey ?? []) as Fields[];
    expect(String(entry?.value).split(',')).toContain('SmartCharging');
  });

  it('ChargingScheduleMaxPeriods: 100 periods are taken, 10,000 refused, and leave nothing behind', () => {
    const pair = bootedPair();
    const many = (count: number) => profileOf(Array.from({ length: count }, (_, at) => [at * 60, 16]));
    const before = pair.document().length;
    expect(set(pair, 1, many(10_000))).toBe('Rejected');
    expect(pair.document().length).toBe(before);
    expect(pair.notes().join()).toContain('has 10000 periods, more than 100 (ChargingScheduleMaxPeriods)');
    expect(set(pair, 1, many(100))).toBe('Accepted');
    expect(pair.document().length - before).toBeLessThan(1_500);
  });

  it('MaxChargingProfilesInstalled: the 21st is refused, one that replaces is not', () => {
    const pair = bootedPair();
    const level = (stackLevel: number) => profileOf([[0, 10]], { chargingProfileId: stackLevel, stackLevel });
    for (let stackLevel = 0; stackLevel < 20; stackLevel++) expect(set(pair, 1, level(stackLevel))).toBe('Accepted');
    expect(set(pair, 1, level(20))).toBe('Rejected');
    expect(pair.notes().join()).toContain('profile 20 has no room beside 20 others (MaxChargingProfilesInstalled)');
    expect(set(pair, 1, level(19))).toBe('Accepted');
    expect(clear(pair, { id: 3 })).toBe('Accepted');
    expect(set(pair, 1, level(20))).toBe('Accepted');
  });

  it('MaxChargingProfilesInstalled: profiles that have expired make room', () => {
    const pair = bootedPair({ configuration: { MaxChargingProfilesInstalled: '1' } });
    set(pair, 1, profileOf([[0, 10]], { validTo: iso(start + 60_000) }));
    const other = profileOf([[0, 12]], { chargingProfileId: 2, stackLevel: 1 });
    expect(set(pair, 1, other)).toBe('Rejected');
    pair.advance(60_000);
    expect(set(pair, 1, other)).toBe('Accepted');
    expect(ids(pair)).toEqual([2]);
  });

  it('profiles of remote starts that wait for their EV count', () => {
    const pair = bootedPair({ configuration: { MaxChargingProfilesInstalled: '1' } });
    const chargingProfile = profileOf([[0, 10]], { chargingProfilePurpose: 'TxProfile' });
    expect(pair.ask('RemoteStartTransaction', { idTag: 'TAG', connectorId: 1, chargingProfile })?.status).toBe(
      'Accepted',
    );
    expect(set(pair, 0, maxProfile({ chargingProfileId: 2 }))).toBe('Rejected');
  });

  it('whatever is configured, profiles weigh 64 KiB at most', () => {
    const configuration = { MaxChargingProfilesInstalled: '200', ChargingScheduleMaxPeriods: '1000' };
    const pair = bootedPair({ configuration });
    const before = bytesOf(pair.charger);
    const periods = Array.from({ length: 1000 }, (_, at) => [at * 600, 16.5, 1]);
    const statuses = Array.from({ length: 20 }, (_, stackLevel) =>
      set(pair, 1, profileOf(periods, { chargingProfileId: stackLevel, stackLevel })),
    );
    expect(statuses.filter((status) => status === 'Accepted').length).toBeGreaterThan(2);
    expect(statuses.at(-1)).toBe('Rejected');
    expect(bytesOf(pair.charger) - before).toBeLessThan(65 * 1024);
    expect(pair.notes().join()).toContain('more than 65536 bytes');
  });

  it('ChargingScheduleAllowedChargingRateUnit: a DC charger takes watts, and reports no amperes', () => {
    const pair = bootedPair({ model: 'dc-150kw' });
    expect(set(pair, 1, profileOf([[0, 100]]))).toBe('Rejected');
    expect(pair.notes().join()).toContain(
      'is in A; this charger takes Power (ChargingScheduleAllowedChargingRateUnit)',
    );
    expect(set(pair, 1, profileOf([[0, 60_000]], {}, { chargingRateUnit: 'W' }))).toBe('Accepted');
    expect(compositeOf(pair, 1, 60)).toEqual([[0, 60_000]]);
    expect(ask(pair, 1, 60, 'A')).toEqual({ status: 'Rejected' });
  });

  it('ConnectorSwitch3to1PhaseSupported=false: a schedule that switches phases is Rejected', () => {
    const pair = hungryPair({ configuration: { ConnectorSwitch3to1PhaseSupported: 'false' } });
    const switching = profileOf([
      [0, 10, 3],
      [60, 10, 1],
    ]);
    expect(set(pair, 1, switching)).toBe('Rejected');
    expect(pair.notes().join()).toContain('(ConnectorSwitch3to1PhaseSupported)');
    expect(set(pair, 0, profileOf([[0, 10, 1]]))).toBe('Accepted');
    begin(pair);
    expect(set(pair, 1, profileOf([[0, 10, 3]], { chargingProfileId: 2, chargingProfilePurpose: 'TxProfile' }))).toBe(
      'Rejected',
    );
    expect(set(pair, 1, profileOf([[0, 10, 1]], { chargingProfileId: 2, chargingProfilePurpose: 'TxProfile' }))).toBe(
      'Accepted',
    );
  });

  it.each(['0', '1001', 'many'])('ChargingScheduleMaxPeriods may not be preset to %s', (value) => {
    expect(() => bootedPair({ configuration: { ChargingScheduleMaxPeriods: value } })).toThrow(
      'ChargingScheduleMaxPeriods',
    );
  });

  it.each(['', 'Voltage', 'Current,Speed'])('nor ChargingScheduleAllowedChargingRateUnit to "%s"', (value) => {
    expect(() => bootedPair({ configuration: { ChargingScheduleAllowedChargingRateUnit: value } })).toThrow(
      'Power or both',
    );
  });
});

describe('ClearChargingProfile', () => {
  function full(): Pair {
    const pair = hungryPair();
    begin(pair);
    set(pair, 0, maxProfile({ chargingProfileId: 1 }));
    set(pair, 0, profileOf([[0, 10]], { chargingProfileId: 2, stackLevel: 1 }));
    set(pair, 1, profileOf([[0, 10]], { chargingProfileId: 3, stackLevel: 1 }));
    set(pair, 2, profileOf([[0, 10]], { chargingProfileId: 4, stackLevel: 2 }));
    set(pair, 1, txProfile({ chargingProfileId: 5, stackLevel: 2 }));
    expect(ids(pair)).toEqual([1, 2, 3, 4, 5]);
    return pair;
  }

  it.each<[Fields, number[]]>([
    [{}, []],
    [{ id: 3 }, [1, 2, 4, 5]],
    [{ connectorId: 0 }, [3, 4, 5]],
    [{ connectorId: 1 }, [1, 2, 4]],
    [{ chargingProfilePurpose: 'TxDefaultProfile' }, [1, 5]],
    [{ chargingProfilePurpose: 'ChargePointMaxProfile' }, [2, 3, 4, 5]],
    [{ stackLevel: 1 }, [1, 4, 5]],
    [{ connectorId: 1, stackLevel: 1 }, [1, 2, 4, 5]],
    [{ connectorId: 1, chargingProfilePurpose: 'TxProfile' }, [1, 2, 3, 4]],
    [{ connectorId: 0, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 1 }, [1, 3, 4, 5]],
    [{ id: 2, connectorId: 0, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 1 }, [1, 3, 4, 5]],
  ])('TC_067_CS: %j is Accepted', (filter, left) => {
    const pair = full();
    expect(clear(pair, filter)).toBe('Accepted');
    expect(ids(pair)).toEqual(left);
  });

  it.each<[Fields]>([
    [{ id: 9 }],
    [{ connectorId: 9 }],
    [{ stackLevel: 9 }],
    [{ id: 3, connectorId: 2 }],
    [{ connectorId: 2, chargingProfilePurpose: 'TxProfile' }],
  ])('OCPP 1.6 §7.21: %j matches nothing: Unknown, and nothing changes', (filter) => {
    const pair = full();
    expect(clear(pair, filter)).toBe('Unknown');
    expect(ids(pair)).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([
    [{ id: '1' }, 'TypeConstraintViolation'],
    [{ chargingProfilePurpose: 'All' }, 'PropertyConstraintViolation'],
    [{ profileId: 1 }, 'FormationViolation'],
  ])('OCPP-J 1.6 §4.2.3: %j is a CALLERROR', (payload, code) => {
    const pair = full();
    expect(pair.call('ClearChargingProfile', payload)?.[2]).toBe(code);
    expect(ids(pair)).toHaveLength(5);
  });

  it('TC_067_CS: what was cleared limits nothing any more; cleared again it is Unknown', () => {
    const pair = hungryPair();
    begin(pair);
    set(pair, 1, profileOf([[0, 6]], { stackLevel: 1 }));
    expect(pair.charger.evses[0]?.limitW).toBe(6 * 690);
    expect(clear(pair, { id: 1 })).toBe('Accepted');
    expect(pair.charger.evses[0]).not.toHaveProperty('limitW');
    expect(pair.charger.timers).not.toHaveProperty('chargingLimit');
    expect(clear(pair, { id: 1 })).toBe('Unknown');
  });
});

describe('GetCompositeSchedule', () => {
  const watts = { chargingRateUnit: 'W' };

  it('TC_066_CS: the least of ChargePointMaxProfile and TxProfile, which overrules TxDefaultProfile', () => {
    const pair = hungryPair();
    begin(pair);
    pair.advance(1_000);
    set(pair, 0, maxProfile({ chargingProfileId: 1 }, { duration: 86_400 }));
    const defaults = [
      [0, 6],
      [60, 10],
      [120, 8],
    ];
    set(pair, 1, profileOf(defaults, { chargingProfileId: 2 }, { duration: 300 }));
    const own = [
      [0, 8],
      [50, 11],
      [140, 16],
      [200, 6],
      [240, 12],
    ];
    const tx = { chargingProfileId: 3, chargingProfilePurpose: 'TxProfile', transactionId: transactionId(pair) };
    set(pair, 1, profileOf(own, tx, { duration: 260 }));
    expect(ask(pair, 1, 400, 'A').scheduleStart).toBe(iso(start + 1_000));
    expect(compositeOf(pair, 1, 400, 'A')).toEqual([
      [0, 8],
      [49, 10],
      [199, 6],
      [239, 10],
      [259, 8],
      [299, 10],
    ]);
  });

  it('TC_072_CS: the higher of two stacked profiles, then the lower one', () => {
    const pair = hungryPair();
    const valid = { validFrom: iso(start), validTo: iso(start + 401_000) };
    const low = [
      [0, 6],
      [100, 8],
      [200, 10],
    ];
    set(pair, 1, profileOf(low, { chargingProfileId: 1, stackLevel: 0, ...valid }, { duration: 400 }));
    const high = [
      [0, 7],
      [100, 9],
    ];
    set(pair, 1, profileOf(high, { chargingProfileId: 2, stackLevel: 1, ...valid }, { duration: 150 }));
    expect(compositeOf(pair, 1, 350, 'A')).toEqual([
      [0, 7],
      [100, 9],
      [150, 8],
      [200, 10],
    ]);
  });

  it('OCPP 1.6 §3.13.2: a default of a connector replaces that of connector 0 of its stack level, there alone', () => {
    const pair = hungryPair();
    set(pair, 0, profileOf([[0, 10]], { chargingProfileId: 1, stackLevel: 0 }));
    set(pair, 0, profileOf([[0, 20]], { chargingProfileId: 2, stackLevel: 3 }, { duration: 100 }));
    expect(compositeOf(pair, 1, 200, 'A')).toEqual([
      [0, 20],
      [100, 10],
    ]);
    set(pair, 1, profileOf([[0, 15]], { chargingProfileId: 3, stackLevel: 3 }, { duration: 50 }));
    expect(compositeOf(pair, 1, 200, 'A')).toEqual([
      [0, 15],
      [50, 10],
    ]);
    expect(compositeOf(pair, 2, 200, 'A')).toEqual([
      [0, 20],
      [100, 10],
    ]);
  });

  it('OCPP 1.6 §7.9: without a transaction a Relative default is reported as if one began now', () => {
    const pair = hungryPair();
    const relative = [
      [0, 10],
      [60, 20],
    ];
    set(pair, 0, profileOf(relative, { chargingProfileKind: 'Relative' }));
    pair.advance(45_000);
    expect(compositeOf(pair, 1, 100, 'A')).toEqual(relative);
    begin(pair);
    pair.advance(20_000);
    expect(compositeOf(pair, 1, 100, 'A')).toEqual([
      [0, 10],
      [40, 20],
    ]);
  });

  it('OCPP 1.6 §7.13: an Absolute schedule without startSchedule begins with the transaction', () => {
    const pair = hungryPair();
    const two = [
      [0, 10],
      [60, 20],
    ];
    set(pair, 1, profileOf(two, {}, { startSchedule: undefined }));
    pair.advance(30_000);
    begin(pair);
    pair.advance(10_000);
    expect(compositeOf(pair, 1, 100, 'A')).toEqual([
      [0, 10],
      [50, 20],
    ]);
  });

  it('OCPP 1.6 §7.9: one for the whole charger, which has no transaction, begins when it is installed', () => {
    const pair = hungryPair();
    const periods = [
      [0, 10],
      [60, 20],
    ];
    set(
      pair,
      0,
      profileOf(periods, { chargingProfilePurpose: 'ChargePointMaxProfile', chargingProfileKind: 'Relative' }),
    );
    pair.advance(20_000);
    begin(pair);
    expect(compositeOf(pair, 1, 100, 'A')).toEqual([
      [0, 10],
      [40, 20],
    ]);
  });

  it('OCPP 1.6 §7.12: in the unit that is asked for, by line voltage and phases, rounded down to tenths', () => {
    const pair = hungryPair();
    set(pair, 1, profileOf([[0, 16]]));
    set(pair, 2, profileOf([[0, 11_000]], { chargingProfileId: 2 }, watts));
    expect(compositeOf(pair, 1, 10, 'W')).toEqual([[0, 11_040]]);
    expect(compositeOf(pair, 2, 10, 'A')).toEqual([[0, 15.9]]);
    expect(compositeOf(pair, 2, 10, 'W')).toEqual([[0, 11_000]]);
    expect([ask(pair, 1, 10), ask(pair, 2, 10)].map((one) => one.chargingSchedule?.chargingRateUnit)).toEqual([
      'A',
      'W',
    ]);
  });

  it('OCPP 1.6 §7.14: tells phases that are not three, of the profile or of the charger', () => {
    const pair = hungryPair();
    const periods = [
      [0, 16, 1],
      [60, 16, 3],
    ];
    set(pair, 1, profileOf(periods));
    expect(compositeOf(pair, 1, 100, 'A')).toEqual([
      [0, 16, 1],
      [60, 16],
    ]);
    expect(compositeOf(pair, 1, 100, 'W')).toEqual([
      [0, 3_680, 1],
      [60, 11_040],
    ]);
    const single = hungryPair({ model: 'ac-7kw-single-phase' });
    set(single, 1, profileOf([[0, 4_600]], {}, watts));
    expect(compositeOf(single, 1, 100, 'A')).toEqual([[0, 20, 1]]);
  });

  it('OCPP 1.6 §5.7: takes what the hardware can do into account', () => {
    const pair = hungryPair({ model: 'ac-11kw-three-phase' });
    set(pair, 1, profileOf([[0, 63]]));
    expect(compositeOf(pair, 1, 100, 'A')).toEqual([[0, 15.9]]);
    expect(compositeOf(pair, 1, 100, 'W')).toEqual([[0, 11_000]]);
  });

  it('OCPP 1.6 §5.7: connector 0 is all that the charger may take from the grid', () => {
    const pair = hungryPair();
    expect(compositeOf(pair, 0, 100, 'W')).toEqual([[0, 44_000]]);
    set(pair, 1, profileOf([[0, 10]]));
    expect(compositeOf(pair, 0, 100, 'W')).toEqual([[0, 28_900]]);
    const whole = [
      [0, 20],
      [40, 100],
    ];
    set(pair, 0, profileOf(whole, { chargingProfileId: 2, chargingProfilePurpose: 'ChargePointMaxProfile' }));
    expect(compositeOf(pair, 0, 100, 'A')).toEqual([
      [0, 20],
      [40, 41.8],
    ]);
    expect(compositeOf(pair, 0, 100, 'W')).toEqual([
      [0, 13_800],
      [40, 28_900],
    ]);
  });

  it('OCPP 1.6 §5.7: two connectors of one EVSE are not counted twice', () => {
    const pair = bootedPair({ model: 'dc-50kw-ccs-chademo' });
    expect(compositeOf(pair, 0, 100)).toEqual([[0, 50_000]]);
    expect(compositeOf(pair, 2, 100)).toEqual([[0, 50_000]]);
  });

  it('OCPP 1.6 §7.37: Daily and Weekly, over days', () => {
    const pair = hungryPair();
    const night = { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily', stackLevel: 1 };
    set(pair, 1, profileOf([[0, 8]], { ...night, chargingProfileId: 1 }, { duration: 3_600 }));
    const weekly = { chargingProfileKind: 'Recurring', recurrencyKind: 'Weekly', chargingProfileId: 2 };
    const week = [
      [0, 10],
      [86_400, 12],
    ];
    set(pair, 1, profileOf(week, weekly));
    expect(compositeOf(pair, 1, 8 * 86_400, 'A')).toEqual([
      [0, 8],
      [3_600, 10],
      ...[1, 2, 3, 4, 5, 6].flatMap((day) => [
        [day * 86_400, 8],
        [day * 86_400 + 3_600, 12],
      ]),
      [7 * 86_400, 8],
      [7 * 86_400 + 3_600, 10],
    ]);
  });

  it('OCPP 1.6 §9.4: no more periods than ChargingScheduleMaxPeriods: the schedule is shorter then', () => {
    const pair = hungryPair();
    const night = { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' };
    set(pair, 1, profileOf([[0, 8]], night, { duration: 3_600 }));
    const schedule = ask(pair, 1, 2 ** 40, 'A').chargingSchedule;
    expect(schedule?.chargingSchedulePeriod).toHaveLength(100);
    expect(schedule?.duration).toBe(50 * 86_400);
    expect(pair.notes().join()).toContain('the composite schedule covers 4320000 s');
  });

  it('counts from the whole second, on the clock of the charger', () => {
    const pair = hungryPair();
    set(
      pair,
      1,
      profileOf([
        [0, 8],
        [60, 9],
      ]),
    );
    pair.advance(20_700);
    expect(ask(pair, 1, 100).scheduleStart).toBe(iso(start + 20_000));
    expect(compositeOf(pair, 1, 100, 'A')).toEqual([
      [0, 8],
      [40, 9],
    ]);
  });

  it.each([
    [3, 60, 'there is no connector 3'],
    [-1, 60, 'there is no connector -1'],
    [1, 0, 'duration is 0, and must be above 0'],
    [1, -60, 'duration is -60'],
  ])('OCPP 1.6 §5.7: connector %i for %i s is Rejected, with a note', (connectorId, duration, why) => {
    const pair = bootedPair();
    expect(ask(pair, connectorId, duration)).toEqual({ status: 'Rejected' });
    expect(pair.notes().join()).toContain(why);
  });

  it.each([
    [{ connectorId: 1 }, 'OccurenceConstraintViolation'],
    [{ connectorId: 1, duration: 1.5 }, 'TypeConstraintViolation'],
    [{ connectorId: 1, duration: 60, chargingRateUnit: 'kW' }, 'PropertyConstraintViolation'],
  ])('OCPP-J 1.6 §4.2.3: %j is a CALLERROR', (payload, code) => {
    expect(bootedPair().call('GetCompositeSchedule', payload)?.[2]).toBe(code);
  });
});

describe('RemoteStartTransaction with a profile', () => {
  const remoteStart = (pair: Pair, chargingProfile: Fields) =>
    pair.ask('RemoteStartTransaction', { idTag: 'TAG', connectorId: 1, chargingProfile })?.status;

  it('TC_059_CS: the composite schedule of the transaction is that of the profile', () => {
    const pair = hungryPair();
    pair.command({ kind: 'plugIn', address: {} });
    const periods = [
      [0, 6],
      [100, 8],
    ];
    const relative = { chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' };
    expect(remoteStart(pair, profileOf(periods, relative))).toBe('Accepted');
    expect(compositeOf(pair, 1, 200, 'A')).toEqual(periods);
  });

  it.each([
    ['of another purpose (TC_060_CS)', profileOf([[0, 10]]), 'is a TxDefaultProfile, and must be a TxProfile'],
    [
      'that names a transaction (§5.16.2)',
      txProfile({ transactionId: 1 }),
      'names a transaction, and there is none yet',
    ],
    ['that breaks a rule of its schedule', txProfile({ stackLevel: 99 }), 'has stackLevel 99'],
  ])('a profile %s is Rejected, and so is the start', (_, wire, why) => {
    const pair = hungryPair();
    pair.command({ kind: 'plugIn', address: {} });
    expect(remoteStart(pair, wire)).toBe('Rejected');
    expect(pair.notes().join()).toContain(`RemoteStartTransaction rejected: its charging profile ${why}`);
    expect(pair.calls('StartTransaction')).toEqual([]);
  });

  it('OCPP 1.6 §5.11: a charger without Smart Charging ignores the profile', () => {
    const pair = hungryPair({ configuration: { SupportedFeatureProfiles: 'Core' } });
    pair.command({ kind: 'plugIn', address: {} });
    expect(remoteStart(pair, profileOf([[0, 10]]))).toBe('Accepted');
    expect(installed(pair)).toEqual([]);
    expect(pair.calls('StartTransaction')).toHaveLength(1);
  });

  it('a start that never comes about leaves no profile behind', () => {
    const pair = hungryPair();
    expect(remoteStart(pair, txProfile())).toBe('Accepted');
    pair.advance(61_000);
    expect(JSON.stringify(pair.charger)).not.toContain('TxProfile');
    expect(JSON.stringify(pair.charger)).not.toContain('chargingProfile');
  });
});

describe('the schedule as people see it', () => {
  it('has the periods of GetCompositeSchedule, and beside them what each profile says alone, in the same unit', () => {
    const pair = hungryPair();
    set(pair, 0, maxProfile({ chargingProfileId: 7 }, { chargingRateUnit: 'W', duration: 300 }));
    const daily = { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' };
    set(
      pair,
      1,
      profileOf(
        [
          [0, 16],
          [60, 8],
        ],
        daily,
        { duration: 120 },
      ),
    );
    set(pair, 2, profileOf([[0, 6]], { chargingProfileId: 9 }));
    const seen = viewSchedule(pair.charger, { connectorId: 1, seconds: 86_400 + 90, unit: 'A' }, pair.now);
    expect(seen).toMatchObject({
      connectorId: 1,
      scheduleStart: iso(start),
      duration: 86_490,
      chargingRateUnit: 'A',
      chargingSchedulePeriod: ask(pair, 1, 86_490, 'A').chargingSchedule?.chargingSchedulePeriod,
      profiles: [
        {
          chargingProfileId: 7,
          chargingProfilePurpose: 'ChargePointMaxProfile',
          periods: [{ startPeriod: 0, limit: 0 }, { startPeriod: 300 }],
        },
        {
          chargingProfileId: 1,
          stackLevel: 0,
          periods: [
            { startPeriod: 0, limit: 16 },
            { startPeriod: 60, limit: 8 },
            { startPeriod: 120 },
            { startPeriod: 86_400, limit: 16 },
            { startPeriod: 86_460, limit: 8 },
          ],
        },
      ],
    });
  });

  it('counts a profile without a start of its own from the transaction', () => {
    const pair = hungryPair();
    begin(pair);
    const relative = { chargingProfileKind: 'Relative', transactionId: transactionId(pair) };
    set(
      pair,
      1,
      txProfile(relative, {
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 10 },
          { startPeriod: 90, limit: 20 },
        ],
      }),
    );
    pair.advance(60_000);
    expect(viewSchedule(pair.charger, { seconds: 60 }, pair.now)).toMatchObject({
      profiles: [
        {
          periods: [
            { startPeriod: 0, limit: 10 },
            { startPeriod: 30, limit: 20 },
          ],
        },
      ],
    });
  });

  it('says why there is none', () => {
    const pair = hungryPair();
    const of = (wish: object) => () => viewSchedule(pair.charger, { seconds: 60, ...wish }, pair.now);
    expect(of({ connectorId: 3 })).toThrow('no connector 3');
    expect(of({ evseId: 3 })).toThrow('no EVSE 3');
    expect(of({ evseId: 2 })()).toMatchObject({ connectorId: 2 });
    expect(of({ evseId: 0 })()).toMatchObject({ connectorId: 0 });
    Object.assign(pair.charger.v16?.configuration ?? {}, { ChargingScheduleAllowedChargingRateUnit: 'Power' });
    expect(of({ unit: 'A' })()).toBe('this charger reports no A, but Power');
  });
});
