// The data that ships: models and EV presets must be usable as they are.
import { createEv, evPresets } from '../../../lib/charger/hardware/ev';
import {
  createEvse,
  HardwareError,
  nextChange,
  plugIn,
  powerW,
  setContactor,
} from '../../../lib/charger/hardware/evse';
import { type BootInfo, defaultModel, isDc, models } from '../../../lib/charger/hardware/models';
import { shipped, specOf, start } from './worlds';

describe('models', () => {
  it('are found by their name, the default one too', () => {
    expect(Object.entries(models).map(([key, model]) => key === model.name)).not.toContain(false);
    expect(Object.keys(models)).toEqual(
      expect.arrayContaining(['ac-7kw-single-phase', 'ac-22kw-two-socket', 'dc-150kw', defaultModel]),
    );
  });

  it('number EVSEs and the connectors of each from 1', () => {
    for (const { evses } of Object.values(models)) {
      expect(evses.map(({ id }) => id)).toEqual(evses.map((_, index) => index + 1));
      for (const { connectors } of evses) {
        expect(connectors.map(({ id }) => id)).toEqual(connectors.map((_, index) => index + 1));
      }
    }
  });

  it('tell in BootNotification what fits its fields (OCPP 1.6 §6.4)', () => {
    const lengths: Required<Record<keyof BootInfo, number>> = {
      vendor: 20,
      model: 20,
      serialNumber: 25,
      chargeBoxSerialNumber: 25,
      firmwareVersion: 50,
      iccid: 20,
      imsi: 20,
      meterType: 25,
      meterSerialNumber: 25,
    };
    for (const { boot } of Object.values(models)) {
      for (const [field, most] of Object.entries(lengths)) {
        expect((boot[field as keyof BootInfo] ?? '').length).toBeLessThanOrEqual(most);
      }
    }
  });

  it('are DC where their connectors are', () => {
    const dc = Object.values(models).filter(({ evses }) => evses.some(isDc));
    expect(dc.map(({ name }) => name)).toEqual(['dc-50kw-ccs-chademo', 'dc-150kw']);
  });
});

describe('EVs', () => {
  it.each(Object.keys(evPresets))('preset %s charges to full on every model', (preset) => {
    for (const spec of shipped) {
      const evse = createEvse(spec, start);
      plugIn(evse, spec, 1, { preset }, start);
      setContactor(evse, spec, 'closed', start);
      expect(powerW(evse, spec)).toBeGreaterThan(0);
      expect(nextChange(evse, spec)).toBeGreaterThan(start);
    }
  });

  it('are what the EVSE suggests where nothing is set', () => {
    expect(createEv(undefined, specOf('ac-22kw-two-socket'))).toMatchObject({ maxPowerW: 11_000, phases: 3, soc: 20 });
    expect(createEv({}, specOf('ac-7kw-single-phase'))).toMatchObject({ maxPowerW: 7_400, phases: 1 });
    expect(createEv({}, specOf('dc-150kw'))).toMatchObject({ maxPowerW: 120_000, batteryCapacityWh: 60_000 });
  });

  it('are themselves where settings and preset disagree', () => {
    const ev = createEv({ preset: 'compact-ac', soc: 42, maxPowerW: 3_700 }, specOf('ac-22kw-two-socket'));
    expect(ev).toMatchObject({ batteryCapacityWh: 40_000, phases: 1, soc: 42, maxPowerW: 3_700 });
    expect(ev).not.toHaveProperty('preset');
  });

  it('take a curve in any order and keep their own copy of it', () => {
    const chargingCurve: [number, number][] = [
      [100, 0.2],
      [0, 1],
    ];
    const ev = createEv({ chargingCurve }, specOf('dc-150kw'));
    chargingCurve.pop();
    expect(ev.chargingCurve).toEqual([
      [0, 1],
      [100, 0.2],
    ]);
  });

  const wrong = [
    [{ batteryCapacityWh: 0 }, 'ev.batteryCapacityWh must be between 1 and 10000000, not 0'],
    [{ soc: Number.NaN }, 'ev.soc must be between 0 and 100, not NaN'],
    [{ maxPowerW: -1 }, 'ev.maxPowerW'],
    [{ chargingCurve: [] }, 'ev.chargingCurve must have at least one'],
    [{ chargingCurve: [[0, 1.5]] as [number, number][] }, 'ev.chargingCurve share must be between 0 and 1, not 1.5'],
    [{ preset: 'toString' }, 'there is no "toString"; there are compact-ac'],
  ] as const;
  it.each(wrong)('refuse %j with words', (settings, words) => {
    const make = () => createEv(settings as Parameters<typeof createEv>[0], specOf('dc-150kw'));
    expect(make).toThrow(HardwareError);
    expect(make).toThrow(words);
  });
});
