// What the charger page works out by itself before anything is drawn: histories, schedules as lines, bends as switches, names of variables.
import type { ChargerView, ConnectorView } from '../../web/lib/api-types';
import { bendFields, ruleOf, wrongText } from '../../web/lib/bend-fields';
import { presetsOf } from '../../web/lib/bend-presets';
import { activeBends, type Bend, behaviourOf, bendWords, faultsOf } from '../../web/lib/bending';
import { noHistory, recorded } from '../../web/lib/history';
import { byPrecedence, linesOf, type Schedule } from '../../web/lib/schedule';
import { variableKey } from '../../web/lib/variable-key';

const chargerWith = (more: Partial<ChargerView>) => more as ChargerView;
const connector = (more: Partial<ConnectorView>): ConnectorView => ({
  connectorId: 1,
  evseId: 1,
  status: 'Charging',
  ...more,
});

describe('the history of a charger', () => {
  const ev = { soc: 40, batteryCapacityWh: 1, maxPowerW: 1 };

  it('has a value of each quantity for each moment, and gaps where there is none', () => {
    const first = chargerWith({ connectors: [connector({ powerW: 0 })] });
    const limit = { powerW: 6_900, currentA: 10 };
    const transaction = { energyWh: 1_500 } as NonNullable<ConnectorView['transaction']>;
    const second = chargerWith({
      connectors: [
        connector({ powerW: 6_800, currentA: 9.9, chargingLimit: limit, ev, transaction }),
        connector({ connectorId: 2, evseId: 2 }),
      ],
    });
    const history = recorded(recorded(noHistory, first, 1_000), second, 3_000);
    expect(history.times).toEqual([1, 3]);
    expect(history.connectors['1.1']).toEqual({
      powerKw: [0, 6.8],
      powerLimitKw: [null, 6.9],
      currentA: [null, 9.9],
      currentLimitA: [null, 10],
      energyKwh: [null, 1.5],
      soc: [null, 40],
    });
    expect(history.connectors['2.2']?.powerKw).toEqual([null, 0]);
  });

  it('takes what comes at once only once, and forgets the oldest in time', () => {
    const charger = chargerWith({ connectors: [connector({ powerW: 1 })] });
    let history = recorded(recorded(noHistory, charger, 1_000), charger, 1_050);
    expect(history.times).toHaveLength(1);
    for (let at = 1; at <= 2_000; at++) history = recorded(history, charger, 1_000 + at * 2_000);
    expect([history.times.length, history.connectors['1.1']?.soc.length]).toEqual([1_800, 1_800]);
    expect(history.times.at(-1)).toBe(4_001);
  });
});

describe('a schedule as lines', () => {
  const outline = (chargingProfileId: number, chargingProfilePurpose: string, stackLevel: number) => ({
    chargingProfileId,
    chargingProfilePurpose,
    stackLevel,
    periods: [],
  });
  const schedule: Schedule = {
    scheduleStart: '1970-01-01T00:01:40.000Z',
    duration: 600,
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 16 },
      { startPeriod: 300, limit: 8 },
    ],
    profiles: [{ ...outline(1, 'TxProfile', 0), periods: [{ startPeriod: 0 }, { startPeriod: 60, limit: 8 }] }],
  };

  it('has both corners of every step, on one time axis, to the end', () => {
    const { times, composite, profiles } = linesOf(schedule);
    expect(times).toEqual([100, 159.999, 160, 399.999, 400, 700]);
    expect(composite).toEqual([16, 16, 16, 16, 8, 8]);
    expect(profiles).toEqual([[null, null, 8, 8, 8, 8]]);
  });

  it('puts what caps the charger before what is for transactions, and the highest stack level first', () => {
    const all = [
      outline(1, 'TxDefaultProfile', 0),
      outline(2, 'TxProfile', 0),
      outline(3, 'TxProfile', 4),
      outline(4, 'ChargePointMaxProfile', 0),
    ];
    expect(all.toSorted(byPrecedence).map(({ chargingProfileId }) => chargingProfileId)).toEqual([4, 3, 2, 1]);
  });
});

describe('what is bent', () => {
  const behaviour = {
    incoming: [{ action: 'Reset', status: 'Rejected', times: 2, seen: 3, done: 2 }],
    meter: [{ measurand: 'Voltage', value: 253 }],
    clock: { skewSeconds: 60, speed: 2 },
  };
  const networkFaults = { seed: 7, faults: [{ kind: 'drop' as const, times: 1, seen: 1, done: 0 }], onTheWay: 0 };
  const bends = activeBends(chargerWith({ behaviour, networkFaults }));

  it('is a list with counts, a clock in parts', () => {
    expect(bends).toEqual([
      { kind: 'incoming', rule: { action: 'Reset', status: 'Rejected', times: 2 }, seen: 3, done: 2 },
      { kind: 'meter', rule: { measurand: 'Voltage', value: 253 } },
      { kind: 'clock', rule: { skewSeconds: 60 } },
      { kind: 'clock', rule: { speed: 2 } },
      { kind: 'network', rule: { kind: 'drop', times: 1 }, seen: 1, done: 0 },
    ]);
    expect(activeBends(chargerWith({}))).toEqual([]);
  });

  it('goes back to the charger as it came, without counts', () => {
    expect(behaviourOf(bends)).toEqual({
      incoming: [{ action: 'Reset', status: 'Rejected', times: 2 }],
      meter: [{ measurand: 'Voltage', value: 253 }],
      clock: { skewSeconds: 60, speed: 2 },
    });
    expect(faultsOf(bends)).toEqual([{ kind: 'drop', times: 1 }]);
    expect(behaviourOf(bends.filter(({ kind }) => kind === 'network'))).toEqual({});
  });

  it('is said in a line each', () => {
    expect(bends.map(bendWords)).toEqual([
      'Answer to Reset; status Rejected; 2 times',
      'Meter: Voltage; value 253',
      'Clock; skewSeconds 60',
      'Clock; speed 2',
      'Network: drop; once',
    ]);
  });

  it('has presets that differ in what they say', () => {
    for (const protocol of ['ocpp1.6', 'ocpp2.0.1']) {
      const words = presetsOf(protocol).map((preset: Bend) => bendWords(preset));
      expect(new Set(words).size).toBe(words.length);
    }
  });
});

describe('the form for a bend', () => {
  it('makes the rule of its texts: numbers, JSON, flags, what is inside', () => {
    const texts = {
      action: 'Reset',
      'callError.code': 'InternalError',
      'callError.description': 'no',
      times: '3',
      match: '{"type":"Hard"}',
      status: '',
    };
    expect(ruleOf('incoming', texts)).toEqual({
      action: 'Reset',
      callError: { code: 'InternalError', description: 'no' },
      match: { type: 'Hard' },
      times: 3,
    });
    expect(ruleOf('incoming', { noAnswer: 'on' })).toEqual({ noAnswer: true });
  });

  it('says what is wrong with a text', () => {
    const field = (name: string) =>
      bendFields.incoming.fields.find((one) => one.name === name) ?? { name, label: '', type: 'text' as const };
    expect(wrongText(field('times'), 'often')).toBe('a number');
    expect(wrongText(field('fields'), '{"a":')).toBe('is no JSON');
    expect(wrongText(field('fields'), '[1]')).toBe('a JSON object, in {}');
    expect(wrongText(field('fields'), '{"a":1}')).toBeUndefined();
    expect(bendFields.failures.fields.map((one) => wrongText(one, ''))).toEqual(['is required', undefined, undefined]);
  });
});

describe('the name of a variable', () => {
  it.each([
    [
      'OCPPCommCtrlr.HeartbeatInterval',
      { component: 'OCPPCommCtrlr', variable: 'HeartbeatInterval', attribute: 'Actual' },
    ],
    ['EVSE(1).Power#MaxSet', { component: 'EVSE', place: 'EVSE 1', variable: 'Power', attribute: 'MaxSet' }],
    [
      'Connector(1,2).Problem',
      { component: 'Connector', place: 'EVSE 1, connector 2', variable: 'Problem', attribute: 'Actual' },
    ],
    [
      'OCPPCommCtrlr.MessageAttempts[TransactionEvent]',
      { component: 'OCPPCommCtrlr', variable: 'MessageAttempts', instance: 'TransactionEvent', attribute: 'Actual' },
    ],
    ['HeartbeatInterval', { component: 'HeartbeatInterval', variable: '', attribute: 'Actual' }],
  ])('%s', (key, parts) => {
    expect(variableKey(key)).toEqual(parts);
  });
});
