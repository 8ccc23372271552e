// Monitoring of variables (OCPP 2.0.1 N02 to N08): setting and clearing monitors, and what is told when values cross. When exactly they
// cross is tested in judging.test.ts.
import { messagesV201 } from '../../../../lib/ocpp/v201/messages';
import type { Pair } from '../../../support/pair';
import { bootedPairV201 as booted } from '../../../support/pair-v201';

const power = { component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'Power' } };
const register = { component: { name: 'FiscalMetering', evse: { id: 1 } }, variable: { name: 'EnergyImportRegister' } };
const temperature = { component: { name: 'TemperatureSensor', evse: { id: 1 } }, variable: { name: 'Temperature' } };
const connectedEv = { component: { name: 'ConnectedEV', evse: { id: 1 } }, variable: { name: 'Available' } };

interface Result {
  id: number;
  status: string;
  statusInfo?: { reasonCode: string };
}

const setAll = (pair: Pair, ...setMonitoringData: unknown[]) =>
  (pair.ask('SetVariableMonitoring', { setMonitoringData })?.setMonitoringResult ?? []) as Result[];

const monitor = { ...power, type: 'UpperThreshold', value: 5_000, severity: 4 };

function set(pair: Pair, changes: Record<string, unknown> = {}): Result {
  const [result] = setAll(pair, { ...monitor, ...changes });
  if (!result) throw new Error('no result');
  return result;
}

const clear = (pair: Pair, ...id: number[]) =>
  ((pair.ask('ClearVariableMonitoring', { id })?.clearMonitoringResult ?? []) as Result[]).map(({ status }) => status);

type Event = Record<string, unknown>;

const events = (pair: Pair) => pair.calls('NotifyEvent').flatMap(({ payload }) => payload.eventData as Event[]);

const charge = (pair: Pair, ev = {}) =>
  pair.command({
    kind: 'startTransaction',
    address: { evseId: 1 },
    idToken: 'TAG-1',
    ev: { batteryCapacityWh: 60_000, soc: 20, maxPowerW: 11_000, phases: 3, ...ev },
  });

/** Monitors as GetMonitoringReport tells them, by variable. */
function reported(pair: Pair, request: Record<string, unknown> = {}): Record<string, unknown[]> {
  pair.clear();
  pair.ask('GetMonitoringReport', { requestId: 1, ...request });
  const groups = pair.calls('NotifyMonitoringReport').flatMap(({ payload }) => (payload.monitor ?? []) as Event[]);
  return Object.fromEntries(
    groups.map(({ component, variable, variableMonitoring }) => {
      const { name, evse } = component as { name: string; evse?: { id: number; connectorId?: number } };
      const place = evse ? `(${[evse.id, evse.connectorId].filter((one) => one !== undefined).join()})` : '';
      return [`${name}${place}.${(variable as { name: string }).name}`, variableMonitoring as unknown[]];
    }),
  );
}

const hardWired = { component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'Problem' } };
const idOf = (pair: Pair, name: string) => (reported(pair)[name]?.[0] as { id: number } | undefined)?.id ?? 0;

describe('N04: SetVariableMonitoring', () => {
  it('TC_N_08_CS, N04.FR.11: a monitor is taken, and gets an id', () => {
    const pair = booted();
    const answer = pair.ask('SetVariableMonitoring', { setMonitoringData: [monitor] });
    expect(answer).toEqual({
      setMonitoringResult: [
        { ...power, id: expect.any(Number), type: 'UpperThreshold', severity: 4, status: 'Accepted' },
      ],
    });
    expect(messagesV201.SetVariableMonitoring.response.safeParse(answer).success).toBe(true);
  });

  it('TC_N_09_CS, N04.FR.01: elements are answered each for itself', () => {
    const results = setAll(
      booted(),
      monitor,
      { ...monitor, component: { name: 'NoSuch' } },
      { ...monitor, variable: { name: 'NoSuch' } },
      { ...monitor, value: 5_001 },
      { ...monitor, severity: 12 },
      { ...monitor, type: 'Delta', severity: 5 },
    );
    expect(results.map(({ status }) => status)).toEqual([
      'Accepted',
      'UnknownComponent',
      'UnknownVariable',
      'Duplicate',
      'Rejected',
      'Accepted',
    ]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['N04.FR.05: a threshold of what is no number', { ...connectedEv }, 'UnsupportedMonitorType'],
    [
      'N04.FR.05: a variable that is not monitored',
      { component: { name: 'AuthCtrlr' }, variable: { name: 'Enabled' }, type: 'Delta', value: 1 },
      'UnsupportedMonitorType',
    ],
    ['TC_N_13_CS, N04.FR.06: a threshold beyond the range of the variable', { value: 999_999 }, 'Rejected'],
    ['TC_N_13_CS, N04.FR.06: a threshold below it', { value: -1 }, 'Rejected'],
    ['TC_N_12_CS, N04.FR.14: a negative delta', { type: 'Delta', value: -1 }, 'Rejected'],
    ['N04: a period of nothing', { type: 'Periodic', value: 0 }, 'Rejected'],
    ['N04: a period of fractions', { type: 'Periodic', value: 0.5 }, 'Rejected'],
    ['N04: a severity that there is not', { severity: 10 }, 'Rejected'],
    ['N04.FR.13: an id that there is not', { id: 4711 }, 'Rejected'],
  ])('%s is refused', (_what, changes, status) => {
    const pair = booted();
    const before = pair.document();
    expect(set(pair, changes).status).toBe(status);
    expect(pair.document()).toBe(before);
  });

  it('TC_N_10_CS: several on one variable', () => {
    const pair = booted();
    const types = ['UpperThreshold', 'LowerThreshold', 'Delta', 'Periodic', 'PeriodicClockAligned'];
    expect(types.map((type) => set(pair, { type, value: 900 }).status)).toEqual(Array(5).fill('Accepted'));
    expect(reported(pair)['EVSE(1).Power']).toHaveLength(5);
  });

  it('N04.FR.12, N04.FR.16: with its id a monitor is replaced, but not moved to another variable', () => {
    const pair = booted();
    const { id } = set(pair);
    expect(set(pair, { id, value: 6_000 })).toMatchObject({ id, status: 'Accepted' });
    expect(reported(pair)['EVSE(1).Power']).toEqual([
      { id, type: 'UpperThreshold', value: 6_000, severity: 4, transaction: false },
    ]);
    expect(set(pair, { id, ...register })).toMatchObject({ status: 'Rejected' });
  });

  it('N04.FR.18: a hard-wired monitor cannot be changed', () => {
    const pair = booted();
    const id = idOf(pair, 'EVSE(1).Problem');
    expect(set(pair, { ...hardWired, id, type: 'Delta', value: 1 }).status).toBe('Rejected');
  });

  it('N04.FR.09: more than ItemsPerMessage are a CALLERROR', () => {
    const answer = booted().call('SetVariableMonitoring', { setMonitoringData: Array(21).fill(monitor) });
    expect(answer?.slice(0, 3)).toEqual([4, expect.anything(), 'OccurrenceConstraintViolation']);
  });

  it('N04: the charger keeps no more monitors than it has room for', () => {
    const pair = booted();
    const many = (from: number) =>
      [...Array(10)].map((_, at) => ({
        ...monitor,
        type: 'Delta',
        severity: at,
        component: { name: 'EVSE', evse: { id: 1 + from } },
      }));
    setAll(pair, ...many(0));
    setAll(pair, ...many(1));
    const more = [...Array(11)].map((_, at) => ({ ...register, type: 'Periodic', value: 60 + at, severity: at % 10 }));
    const results = setAll(pair, ...more);
    expect(results.at(-1)?.status).not.toBe('Accepted');
    expect(pair.charger.v201?.monitoring?.custom).toHaveLength(30);
    expect(set(pair).statusInfo?.reasonCode).toBe('OutOfStorage');
  });
});

describe('N06: ClearVariableMonitoring', () => {
  it('TC_N_18_CS, TC_N_19_CS, TC_N_44_CS: cleared, not found, hard-wired', () => {
    const pair = booted();
    const { id } = set(pair);
    expect(clear(pair, id, 4711, idOf(pair, 'EVSE(1).Problem'))).toEqual(['Accepted', 'NotFound', 'Rejected']);
    expect(clear(pair, id)).toEqual(['NotFound']);
    expect(reported(pair)['EVSE(1).Power']).toBeUndefined();
  });

  it('N07.FR.12: nothing is told of a threshold that was exceeded', () => {
    const pair = booted();
    const { id } = set(pair);
    charge(pair);
    pair.clear();
    expect(clear(pair, id)).toEqual(['Accepted']);
    pair.command({ kind: 'unplug', address: { evseId: 1 } });
    expect(events(pair)).toEqual([]);
  });
});

describe('N03: SetMonitoringBase', () => {
  const base = (pair: Pair, monitoringBase: string) => pair.ask('SetMonitoringBase', { monitoringBase });
  const preconfigured = 'TemperatureSensor(1).Temperature';

  it('TC_N_05_CS, N03.FR.03: All keeps custom monitors', () => {
    const pair = booted();
    set(pair);
    expect(base(pair, 'All')).toEqual({ status: 'Accepted' });
    expect(Object.keys(reported(pair))).toEqual(expect.arrayContaining(['EVSE(1).Power', preconfigured]));
  });

  it('TC_N_06_CS, TC_N_41_CS, N03.FR.04: FactoryDefault does away with custom ones, and gives preconfigured ones back', () => {
    const pair = booted();
    set(pair);
    const id = idOf(pair, preconfigured);
    expect(set(pair, { ...temperature, id, value: 30 })).toMatchObject({ id, status: 'Accepted' });
    expect(reported(pair)[preconfigured]).toMatchObject([{ id, value: 30 }]);
    base(pair, 'FactoryDefault');
    expect(reported(pair)['EVSE(1).Power']).toBeUndefined();
    expect(reported(pair)[preconfigured]).toMatchObject([{ id, value: 45 }]);
  });

  it('N03.FR.05: HardWiredOnly leaves hard-wired ones alone', () => {
    const pair = booted();
    set(pair);
    base(pair, 'HardWiredOnly');
    expect(Object.keys(reported(pair)).every((name) => name.endsWith('.Problem'))).toBe(true);
    const read = pair.ask('GetVariables', {
      getVariableData: [{ component: { name: 'MonitoringCtrlr' }, variable: { name: 'ActiveMonitoringBase' } }],
    });
    expect(read?.getVariableResult).toMatchObject([{ attributeValue: 'HardWiredOnly' }]);
  });

  it('N03.FR.03: a preconfigured monitor that was cleared comes back with All', () => {
    const pair = booted();
    clear(pair, idOf(pair, preconfigured));
    expect(reported(pair)[preconfigured]).toBeUndefined();
    base(pair, 'All');
    expect(reported(pair)[preconfigured]).toHaveLength(1);
  });
});

describe('N05: SetMonitoringLevel', () => {
  const level = (pair: Pair, severity: number) => pair.ask('SetMonitoringLevel', { severity });

  it('TC_N_16_CS, N05.FR.03: monitors of a higher severity number are not told', () => {
    const pair = booted();
    set(pair);
    expect(level(pair, 3)).toEqual({ status: 'Accepted' });
    charge(pair);
    expect(events(pair)).toEqual([]);
    level(pair, 4);
    pair.command({ kind: 'unplug', address: { evseId: 1 } });
    expect(events(pair)).toMatchObject([{ cleared: true }]);
  });

  it('TC_N_17_CS, N05.FR.02: out of range', () => {
    expect([-1, 10].map((severity) => level(booted(), severity)?.status)).toEqual(['Rejected', 'Rejected']);
  });
});

describe('N02: GetMonitoringReport', () => {
  it('TC_N_47_CS, N02.FR.11: without criteria every monitor', () => {
    const pair = booted({ model: 'ac-7kw-single-phase' });
    set(pair);
    expect(Object.keys(reported(pair)).sort()).toEqual([
      'ChargingStation.Problem',
      'Connector(1,1).Problem',
      'EVSE(1).Power',
      'EVSE(1).Problem',
      'TemperatureSensor(1).Temperature',
      'TokenReader.Problem',
    ]);
    for (const { payload } of pair.calls('NotifyMonitoringReport')) {
      expect(payload).toMatchObject({ requestId: 1, seqNo: 0, tbc: false });
      expect(messagesV201.NotifyMonitoringReport.request.safeParse(payload)).toMatchObject({ success: true });
    }
  });

  it('TC_N_01_CS, N02.FR.12 to N02.FR.14: by criteria', () => {
    const pair = booted();
    set(pair);
    set(pair, { ...register, type: 'PeriodicClockAligned', value: 900 });
    const of = (...monitoringCriteria: string[]) => Object.keys(reported(pair, { monitoringCriteria }));
    expect(of('PeriodicMonitoring')).toEqual(['FiscalMetering(1).EnergyImportRegister']);
    expect(of('ThresholdMonitoring')).toContain('EVSE(1).Power');
    expect(of('ThresholdMonitoring')).not.toContain('EVSE(1).Problem');
    expect(of('DeltaMonitoring')).toContain('EVSE(1).Problem');
  });

  it('TC_N_02_CS, TC_N_03_CS, TC_N_04_CS: by component and variable, with criteria, and of nothing', () => {
    const pair = booted();
    set(pair);
    const componentVariable = [{ component: { name: 'EVSE' } }];
    expect(Object.keys(reported(pair, { componentVariable }))).toEqual([
      'EVSE(1).Power',
      'EVSE(1).Problem',
      'EVSE(2).Problem',
    ]);
    const monitoringCriteria = ['ThresholdMonitoring'];
    expect(Object.keys(reported(pair, { componentVariable, monitoringCriteria }))).toEqual(['EVSE(1).Power']);
    const nothing = [{ component: { name: 'NoSuch' } }];
    expect(pair.ask('GetMonitoringReport', { requestId: 1, componentVariable: nothing })).toEqual({
      status: 'EmptyResultSet',
    });
  });
});

describe('N07: alerts', () => {
  it('TC_N_20_CS, N07.FR.16, N07.FR.02: told when the value crosses, and when it comes back', () => {
    const pair = booted();
    const { id } = set(pair);
    charge(pair);
    const [{ payload } = { payload: {} }] = pair.calls('NotifyEvent');
    expect(messagesV201.NotifyEvent.request.safeParse(payload)).toMatchObject({ success: true });
    expect(payload).toMatchObject({ seqNo: 0, tbc: false });
    expect(events(pair)).toMatchObject([
      {
        trigger: 'Alerting',
        actualValue: expect.stringMatching(/^1\d{4}/),
        variableMonitoringId: id,
        eventNotificationType: 'CustomMonitor',
        ...power,
      },
    ]);
    pair.command({ kind: 'unplug', address: { evseId: 1 } });
    expect(events(pair)).toHaveLength(2);
    expect(events(pair)[1]).toMatchObject({ trigger: 'Alerting', cleared: true, actualValue: '0' });
    expect(events(pair)[1]?.eventId).not.toBe(events(pair)[0]?.eventId);
  });

  it('N07.FR.17: a charging power that tapers off is told at the moment it does', () => {
    const pair = booted();
    charge(pair);
    set(pair, { type: 'LowerThreshold', value: 10_000 });
    expect(events(pair)).toEqual([]);
    pair.advance(12 * 3_600_000);
    const [event] = events(pair);
    expect(Number(event?.actualValue)).toBeGreaterThan(9_980);
    expect(Number(event?.actualValue)).toBeLessThan(10_000);
  });

  it('N07.FR.16: a threshold that is exceeded when the monitor is set is told at once', () => {
    const pair = booted();
    charge(pair);
    set(pair);
    expect(events(pair)).toHaveLength(1);
  });

  it('N07.FR.11: a threshold that is moved over the value clears it', () => {
    const pair = booted();
    charge(pair);
    const { id } = set(pair);
    set(pair, { id, value: 20_000 });
    expect(events(pair).map(({ cleared = false }) => cleared)).toEqual([false, true]);
    set(pair, { id, value: 6_000 });
    set(pair, { id, value: 5_000 });
    expect(events(pair).map(({ cleared = false }) => cleared)).toEqual([false, true, false]);
  });

  it('TC_N_45_CS, N07.FR.18: every further 1 kWh', () => {
    const pair = booted();
    set(pair, { ...register, type: 'Delta', value: 1_000 });
    charge(pair);
    pair.advance(20 * 60_000);
    expect(events(pair).map(({ trigger, actualValue }) => [trigger, actualValue])).toEqual([
      ['Delta', '1000'],
      ['Delta', '2000'],
      ['Delta', '3000'],
    ]);
  });

  it('N07.FR.19: any change of what is no number', () => {
    const pair = booted();
    set(pair, { ...connectedEv, type: 'Delta', value: 1 });
    charge(pair);
    pair.command({ kind: 'unplug', address: { evseId: 1 } });
    expect(events(pair).map(({ trigger, actualValue }) => [trigger, actualValue])).toEqual([
      ['Delta', 'true'],
      ['Delta', 'false'],
    ]);
  });

  it('TC_N_21_CS: a fault is told by the hard-wired monitors of what it concerns', () => {
    const pair = booted();
    pair.command({ kind: 'raiseFault', address: { evseId: 2 }, fault: { errorCode: 'GroundFailure' } });
    expect(events(pair)).toMatchObject([
      { component: { name: 'EVSE', evse: { id: 2 } }, variable: { name: 'Problem' }, actualValue: 'true' },
      { component: { name: 'Connector', evse: { id: 2, connectorId: 1 } }, eventNotificationType: 'HardWiredMonitor' },
    ]);
    expect(pair.calls('NotifyEvent')).toHaveLength(1);
    pair.command({ kind: 'clearFault', faultId: pair.charger.faults[0]?.id ?? '' });
    expect(events(pair).slice(2)).toMatchObject([{ actualValue: 'false' }, { actualValue: 'false' }]);
  });

  it('N07: contacts that get hot under full load are told by the preconfigured monitor, and when they have cooled', () => {
    const pair = booted({ model: 'ac-7kw-single-phase' });
    charge(pair, { maxPowerW: 7_400, phases: 1, batteryCapacityWh: 200_000 });
    pair.advance(2 * 3_600_000);
    expect(events(pair)).toMatchObject([
      { eventNotificationType: 'PreconfiguredMonitor', actualValue: '45.1', ...temperature },
    ]);
    pair.command({ kind: 'unplug', address: { evseId: 1 } });
    pair.advance(3_600_000);
    expect(events(pair)[1]).toMatchObject({ cleared: true });
  });

  it('N07: nothing is told while monitoring is switched off', () => {
    const pair = booted();
    set(pair);
    const enabled = { component: { name: 'MonitoringCtrlr' }, variable: { name: 'Enabled' } };
    pair.ask('SetVariables', { setVariableData: [{ ...enabled, attributeValue: 'false' }] });
    charge(pair);
    expect(events(pair)).toEqual([]);
    pair.ask('SetVariables', { setVariableData: [{ ...enabled, attributeValue: 'true' }] });
    expect(events(pair)).toHaveLength(1);
  });

  it('N04: a monitor of transactions is asleep without one, and tells which it belongs to', () => {
    const pair = booted();
    set(pair, { transaction: true, type: 'LowerThreshold', value: 1_000 });
    pair.advance(60_000);
    expect(events(pair)).toEqual([]);
    charge(pair, { maxPowerW: 0 });
    expect(events(pair)).toMatchObject([{ actualValue: '0', transactionId: expect.any(String) }]);
  });

  it('N07.FR.13, N07.FR.14: a restart keeps monitors, and what is inside its threshold again is cleared', () => {
    const pair = booted();
    set(pair);
    charge(pair);
    pair.clear();
    pair.command({ kind: 'unplug', address: { evseId: 1 } });
    pair.command({ kind: 'power', state: 'cycle' });
    pair.advance(30_000);
    expect(reported(pair)['EVSE(1).Power']).toHaveLength(1);
    expect(pair.charger.v201?.monitoring?.marks).toBeUndefined();
  });
});

describe('N07: alerts while offline', () => {
  const willing = () => booted({ variables: { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' } });
  const offline = (pair: Pair) => {
    pair.csms.unreachable = true;
    pair.cut();
  };
  const online = (pair: Pair) => {
    pair.csms.unreachable = false;
    pair.advance(300_000);
  };

  it('TC_N_22_CS, N07.FR.04: of OfflineQueuingSeverity and graver they wait, in order', () => {
    const pair = willing();
    set(pair, { severity: 5 });
    offline(pair);
    charge(pair);
    pair.advance(1_000);
    pair.command({ kind: 'unplug', address: { evseId: 1 } });
    expect(events(pair)).toEqual([]);
    online(pair);
    expect(events(pair).map(({ cleared = false }) => cleared)).toEqual([false, true]);
  });

  it('TC_N_23_CS, N07.FR.04: others are lost', () => {
    const pair = willing();
    set(pair, { severity: 6 });
    offline(pair);
    charge(pair);
    online(pair);
    expect(events(pair)).toEqual([]);
    pair.command({ kind: 'unplug', address: { evseId: 1 } });
    expect(events(pair)).toMatchObject([{ cleared: true }]);
  });

  it('N07.FR.04: no more than twenty messages wait, the newest', () => {
    const pair = booted();
    set(pair, { ...register, type: 'Periodic', value: 60 });
    offline(pair);
    pair.advance(40 * 60_000);
    expect(pair.charger.calls.queue.filter(({ action }) => action === 'NotifyEvent')).toHaveLength(20);
    expect(pair.notes().join()).toMatch(/monitor events given up/);
  });
});

describe('N08: periodic events', () => {
  it('N08.FR.05, N08.FR.06: so many seconds after the monitor was set, and again', () => {
    const pair = booted();
    const set_ = pair.now;
    set(pair, { ...register, type: 'Periodic', value: 300 });
    pair.advance(1_000_000);
    expect(events(pair).map(({ trigger }) => trigger)).toEqual(['Periodic', 'Periodic', 'Periodic']);
    expect(pair.calls('NotifyEvent').map(({ at }) => at - set_)).toEqual([300_000, 600_000, 900_000]);
  });

  it('N08.FR.07: on the clock', () => {
    const pair = booted();
    pair.advance(100_000);
    set(pair, { ...register, type: 'PeriodicClockAligned', value: 900 });
    pair.advance(3_600_000);
    const minutes = pair.calls('NotifyEvent').map(({ at }) => new Date(at).toISOString().slice(14, 19));
    expect(minutes).toEqual(['15:00', '30:00', '45:00', '00:00']);
  });

  it('N08: a charger without monitors that are due wants no waking for them', () => {
    const pair = booted();
    expect(pair.charger.timers.monitors).toBeUndefined();
    const { id } = set(pair, { ...register, type: 'Periodic', value: 300 });
    expect(pair.charger.timers.monitors).toBe(pair.now + 300_000);
    clear(pair, id);
    expect(pair.charger.timers.monitors).toBeUndefined();
    expect(pair.charger.v201?.monitoring?.marks).toBeUndefined();
  });
});
