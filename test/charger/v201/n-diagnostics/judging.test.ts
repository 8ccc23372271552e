// When monitors trigger, by themselves (OCPP 2.0.1 N07, N08): on values, and ahead of time on values that change as time passes. What is told
// is tested in monitoring.test.ts.
import type { Charger } from '../../../../lib/charger/charger';
import { buildCharger } from '../../../../lib/charger/create';
import { plugIn, read, setContactor } from '../../../../lib/charger/hardware/evse';
import { specsOf } from '../../../../lib/charger/specs';
import type { DataType } from '../../../../lib/charger/v201/device-model/definition';
import { modelOf } from '../../../../lib/charger/v201/device-model/model';
import { freshMark, judge, nextTrigger } from '../../../../lib/charger/v201/n-diagnostics/judging';
import type { Monitor, MonitorMark, MonitorType } from '../../../../lib/charger/v201/n-diagnostics/monitor';

const monitor = (type: MonitorType, value: number, home = 'EVSE(1)', key = 'Power'): Monitor => ({
  id: 1,
  home,
  key,
  type,
  value,
  severity: 4,
});

const start = Date.UTC(2026, 0, 5, 8, 0, 0);

const charger = (): Charger =>
  buildCharger({ id: 'CP-1', protocol: 'ocpp2.0.1', csms: { url: 'ws://csms.test' } }, start);

/** Which of a series of values trigger, and how. */
function triggers(what: Monitor, type: DataType, values: string[]): (string | undefined)[] {
  const one = charger();
  let mark = freshMark(one, what, values[0] ?? '', start);
  return values.map((value) => {
    const verdict = judge(one, what, mark, value, type, start);
    mark = verdict.mark;
    return verdict.triggers;
  });
}

describe('N07: values that trigger', () => {
  it('N07.FR.16: above an upper threshold, not on it; N07.FR.02: and back', () => {
    expect(triggers(monitor('UpperThreshold', 10), 'decimal', ['9', '10', '10.1', '12', '10', '9'])).toEqual([
      undefined,
      undefined,
      'raised',
      undefined,
      'cleared',
      undefined,
    ]);
  });

  it('N07.FR.17: below a lower threshold', () => {
    expect(triggers(monitor('LowerThreshold', 10), 'decimal', ['10', '9.9', '1', '10'])).toEqual([
      undefined,
      'raised',
      undefined,
      'cleared',
    ]);
  });

  it('N07.FR.18: a number that has changed by the delta, either way, since it triggered last', () => {
    expect(triggers(monitor('Delta', 5), 'decimal', ['100', '104', '105', '101', '100', '95'])).toEqual([
      undefined,
      undefined,
      'changed',
      undefined,
      'changed',
      'changed',
    ]);
  });

  it('N07.FR.18: a number that stays the same does not trigger a delta of 0', () => {
    expect(triggers(monitor('Delta', 0), 'decimal', ['1', '1', '1.1'])).toEqual([undefined, undefined, 'changed']);
  });

  it('N07.FR.19: any change of what is no number', () => {
    expect(triggers(monitor('Delta', 1), 'OptionList', ['Available', 'Occupied', 'Occupied', 'Available'])).toEqual([
      undefined,
      'changed',
      undefined,
      'changed',
    ]);
    expect(triggers(monitor('Delta', 1), 'boolean', ['true', 'false', 'true'])).toEqual([
      undefined,
      'changed',
      'changed',
    ]);
  });
});

describe('N08: periods', () => {
  it('N08.FR.06: begin when the monitor is set; one that was slept through counts once', () => {
    const [one, every] = [charger(), monitor('Periodic', 60)];
    const mark = freshMark(one, every, '', start);
    expect(mark).toEqual({ next: start + 60_000 });
    expect(judge(one, every, mark, '', 'decimal', start + 59_999)).toEqual({ mark });
    expect(judge(one, every, mark, '', 'decimal', start + 300_000)).toEqual({
      triggers: 'period',
      mark: { next: start + 360_000 },
    });
  });

  it('N08.FR.07: clock-aligned ones fall on the clock, and begin anew at midnight', () => {
    const [one, every] = [charger(), monitor('PeriodicClockAligned', 900)];
    const at = (time: string) => Date.parse(`2026-01-05T${time}Z`);
    expect(freshMark(one, every, '', at('08:07:30'))).toEqual({ next: at('08:15:00') });
    expect(freshMark(one, every, '', at('08:15:00'))).toEqual({ next: at('08:30:00') });
    const odd = monitor('PeriodicClockAligned', 50_000);
    expect(freshMark(one, odd, '', at('23:00:00'))).toEqual({ next: Date.parse('2026-01-06T00:00:00Z') });
  });

  it('N08.FR.07: the clock is the charger’s', () => {
    const one = { ...charger(), clockOffsetMs: 60_000 };
    expect(freshMark(one, monitor('PeriodicClockAligned', 900), '', start)).toEqual({ next: start + 840_000 });
  });
});

describe('N07: values that change by themselves trigger at the moment they cross', () => {
  /** Charges with 11 kW. */
  function charging(): Charger {
    const one = charger();
    const [evse, spec] = [one.evses[0], specsOf(one)[0]];
    if (!evse || !spec) throw new Error('no EVSE');
    plugIn(evse, spec, 1, { batteryCapacityWh: 60_000, soc: 20, maxPowerW: 11_000, phases: 3 }, start);
    setContactor(evse, spec, 'closed', start);
    return one;
  }

  function trigger(of: Charger, what: Monitor, mark: MonitorMark = {}): number | undefined {
    const one = modelOf(of).byHome.get(what.home)?.get(what.key);
    if (!one) throw new Error(`no variable ${what.home}.${what.key}`);
    return nextTrigger(of, what, mark, one, start);
  }

  function meterAt(of: Charger, at: number) {
    const copy = JSON.parse(JSON.stringify(of)) as Charger;
    const [evse, spec] = [copy.evses[0], specsOf(copy)[0]];
    if (!evse || !spec) throw new Error('no EVSE');
    return read(evse, spec, at);
  }

  it('N07.FR.16: the register passes a threshold', () => {
    const one = charging();
    const at = trigger(one, monitor('UpperThreshold', 5_000, 'FiscalMetering(1)', 'EnergyImportRegister')) ?? 0;
    expect(Math.floor(meterAt(one, at).energyWh)).toBe(5_001);
    expect(meterAt(one, at - 1_000).energyWh).toBeLessThan(5_001);
  });

  it('N07.FR.17: the power tapers off below a threshold', () => {
    const one = charging();
    const at = trigger(one, monitor('LowerThreshold', 5_000)) ?? 0;
    expect(meterAt(one, at).powerW).toBeLessThan(5_000);
    expect(meterAt(one, at - 2_000).powerW).toBeGreaterThan(4_990);
  });

  it('N07.FR.02: a temperature that has risen falls again once nothing flows', () => {
    const one = charging();
    const evse = one.evses[0];
    const spec = specsOf(one)[0];
    if (!evse || !spec) throw new Error('no EVSE');
    evse.temperatureC = 60;
    setContactor(evse, spec, 'open', start);
    const what = monitor('UpperThreshold', 40, 'TemperatureSensor(1)', 'Temperature');
    const at = trigger(one, what, { raised: true }) ?? 0;
    expect(meterAt(one, at).temperatureC).toBeCloseTo(40, 0);
  });

  it('N07.FR.18: the register grows by a delta', () => {
    const one = charging();
    const what = monitor('Delta', 1_000, 'FiscalMetering(1)', 'EnergyImportRegister');
    expect(meterAt(one, trigger(one, what, { from: '0' }) ?? 0).energyWh).toBeCloseTo(1_000, -1);
  });

  it('N07: what is never reached has no moment, and neither has what is at rest', () => {
    expect(trigger(charging(), monitor('UpperThreshold', 21_000))).toBeUndefined();
    expect(trigger(charger(), monitor('UpperThreshold', 1))).toBeUndefined();
  });

  it('N07: looking ahead changes nothing', () => {
    const one = charging();
    const before = JSON.stringify(one);
    trigger(one, monitor('LowerThreshold', 5_000));
    expect(JSON.stringify(one)).toBe(before);
  });
});
