// One EVSE by examples: what hands can do to it, what a tester will read off it, and how big it is in the document.
import type { EvSettings } from '../../../lib/charger/hardware/ev';
import {
  advance,
  createEvse,
  type Evse,
  evWants,
  HardwareError,
  lock,
  nextChange,
  offersEnough,
  plugIn,
  powerW,
  read,
  setContactor,
  setEv,
  setLimit,
  timeOfEnergy,
  timeOfSoc,
  unlock,
  unplugEv,
  unplugStation,
} from '../../../lib/charger/hardware/evse';
import type { EvseSpec } from '../../../lib/charger/hardware/models';
import { relax } from '../../../lib/charger/hardware/thermal';
import { charging, copyOf, hours, minutes, specOf, start } from './worlds';

const ac7 = specOf('ac-7kw-single-phase');
const ac22 = specOf('ac-22kw-two-socket');
const dc50 = specOf('dc-50kw-ccs-chademo');
const dc150 = specOf('dc-150kw');

function charge(spec: EvseSpec, ev: EvSettings = {}, limitW?: number): Evse {
  return charging({ spec, ev, limitW });
}

function reasonOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    if (error instanceof HardwareError) return error.reason;
    throw error;
  }
  return 'done';
}

describe('the cable', () => {
  it('stays in the socket when the EV side comes out, and takes another EV', () => {
    const evse = createEvse(ac22, start);
    plugIn(evse, ac22, 1, { soc: 50 }, start);
    expect(evse).toMatchObject({ activeConnectorId: 1, connectors: [{ cable: 'connected' }], ev: { soc: 50 } });
    unplugEv(evse, ac22, start);
    expect(evse.connectors).toEqual([{ id: 1, cable: 'station', locked: false }]);
    expect([evse.ev, evse.activeConnectorId]).toEqual([undefined, undefined]);
    plugIn(evse, ac22, 1, { soc: 30 }, start);
    expect(evse).toMatchObject({ connectors: [{ cable: 'connected' }], ev: { soc: 30 } });
  });

  it('does not come out of a locked socket, though it does out of the EV', () => {
    const evse = createEvse(ac22, start);
    plugIn(evse, ac22, 1, undefined, start);
    lock(evse, 1);
    expect(reasonOf(() => unplugStation(evse, ac22, 1, start))).toBe('locked');
    unplugEv(evse, ac22, start);
    expect(evse.connectors).toEqual([{ id: 1, cable: 'station', locked: true }]);
    expect(reasonOf(() => unplugStation(evse, ac22, 1, start))).toBe('locked');
    unlock(evse, 1);
    unplugStation(evse, ac22, 1, start);
    expect(evse.connectors).toEqual([{ id: 1, cable: 'none', locked: false }]);
  });

  it('takes the EV along when it is pulled out of the socket', () => {
    const evse = charge(ac22);
    unplugStation(evse, ac22, 1, start + hours);
    expect(evse).toMatchObject({ contactor: 'open', connectors: [{ cable: 'none' }] });
    expect(evse.ev).toBeUndefined();
    expect(evse.energyWh).toBeCloseTo(11_000, 6);
  });

  it('that is fixed comes out of the EV alone, and locking it holds nobody up', () => {
    const evse = createEvse(dc150, start);
    plugIn(evse, dc150, 1, undefined, start);
    lock(evse, 1);
    expect(reasonOf(() => unplugStation(evse, dc150, 1, start))).toBe('fixedCable');
    unplugEv(evse, dc150, start);
    expect(evse.connectors).toEqual([{ id: 1, cable: 'none', locked: false }]);
    unplugStation(evse, dc150, 1, start);
  });

  it('serves one EV at a time on an EVSE with two connectors', () => {
    const evse = createEvse(dc50, start);
    plugIn(evse, dc50, 2, undefined, start);
    expect(reasonOf(() => plugIn(evse, dc50, 2, undefined, start))).toBe('alreadyConnected');
    expect(reasonOf(() => plugIn(evse, dc50, 1, undefined, start))).toBe('connectorInUse');
    unplugEv(evse, dc50, start);
    plugIn(evse, dc50, 1, undefined, start);
    expect(evse.connectors.map(({ cable }) => cable)).toEqual(['connected', 'none']);
  });
});

describe('what cannot be', () => {
  const impossible: [string, string, () => void][] = [
    [
      'plugging into a connector that is not there',
      'noSuchConnector',
      () => plugIn(createEvse(ac7, start), ac7, 2, {}, start),
    ],
    ['locking a connector that is not there', 'noSuchConnector', () => lock(createEvse(ac7, start), 3)],
    ['unplugging where nothing hangs', 'notConnected', () => unplugEv(createEvse(ac7, start), ac7, start)],
    ['closing the contactor without an EV', 'noEv', () => setContactor(createEvse(ac7, start), ac7, 'closed', start)],
    ['changing an EV that is not there', 'noEv', () => setEv(createEvse(ac7, start), ac7, { soc: 1 }, start)],
    ['an EV with 101 %', 'badEv', () => plugIn(createEvse(ac7, start), ac7, 1, { soc: 101 }, start)],
  ];
  it.each(impossible)('%s is refused as %s', (_what, reason, action) => {
    expect(reasonOf(action)).toBe(reason);
  });

  it('leaves the EVSE as it was', () => {
    const evse = createEvse(ac7, start);
    const before = copyOf(evse);
    reasonOf(() => plugIn(evse, ac7, 1, { soc: -1 }, start + hours));
    reasonOf(() => setContactor(evse, ac7, 'closed', start + hours));
    reasonOf(() => unplugEv(evse, ac7, start + hours));
    expect(evse).toEqual(before);
  });

  it('opens the contactor when the EV leaves, so the next one draws nothing before it is allowed to', () => {
    const evse = charge(ac22);
    unplugEv(evse, ac22, start + minutes);
    plugIn(evse, ac22, 1, undefined, start + minutes);
    expect(powerW(evse, ac22)).toBe(0);
  });
});

describe('AC', () => {
  it('charges the default EV with 11 kW on three phases, 11 kWh in an hour', () => {
    const reading = read(charge(ac22), ac22, start + hours);
    expect(reading).toMatchObject({
      powerW: 11_000,
      phases: 3,
      frequencyHz: 50,
      powerFactor: 0.99,
      powerOfferedW: 22_000,
    });
    expect(reading.energyWh).toBeCloseTo(11_000, 6);
    expect(reading.soc).toBeCloseTo(20 + 11 / 0.6, 6);
    expect(reading.currentA[0]).toBeCloseTo(16.2, 1);
    expect(reading.voltageV[0]).toBeCloseTo(228.8, 1);
  });

  it('loads one phase of three with a one-phase EV, and the others keep their voltage', () => {
    const reading = read(charge(ac22, { phases: 1 }), ac22, start);
    expect(reading.currentA).toHaveLength(1);
    expect(reading.currentA[0]).toBeCloseTo(22_000 / 690, 6);
    expect(reading.voltageV.slice(1)).toEqual([230, 230]);
    expect(reading.powerW).toBeCloseTo(7_187, 0);
  });

  it('gives a three-phase EV a third of its power on a one-phase charger', () => {
    expect(powerW(charge(ac7, { phases: 3, maxPowerW: 11_000 }), ac7)).toBeCloseTo(3_667, 0);
  });

  it('counts what was drawn under the old limit before a new one holds', () => {
    const evse = charge(ac22);
    setLimit(evse, ac22, 0, start + hours);
    expect(read(evse, ac22, start + 2 * hours).energyWh).toBeCloseTo(11_000, 6);
  });

  it('takes an EV without power as one that wants nothing', () => {
    const evse = charge(ac22, { maxPowerW: 0 });
    expect([powerW(evse, ac22), evWants(evse, ac22), nextChange(evse, ac22)]).toEqual([0, false, undefined]);
  });

  it('keeps no limit that is none, and no negative one', () => {
    expect(charge(ac22, {}, Number.POSITIVE_INFINITY)).not.toHaveProperty('limitW');
    expect(charge(ac22, {}, -1)).toHaveProperty('limitW', 0);
  });

  it('turns a limit of 16 A into 16 A on each phase that the EV uses', () => {
    for (const phases of [1, 2, 3] as const) {
      const reading = read(charge(ac22, { phases, maxPowerW: 22_000 }, 16 * 3 * 230), ac22, start);
      expect(reading.currentOfferedA).toBeCloseTo(16, 9);
      expect(reading.currentA).toHaveLength(phases);
      for (const current of reading.currentA) expect(current).toBeCloseTo(16, 9);
    }
  });

  it('switches phases off that the controller does not allow: the EV loses their part of its power', () => {
    const evse = charge(ac22);
    setLimit(evse, ac22, undefined, start + hours, 1);
    const reading = read(evse, ac22, start + 2 * hours);
    expect([evse.limitPhases, reading.phases]).toEqual([1, 1]);
    expect(reading.currentA).toHaveLength(1);
    expect(reading.currentA[0]).toBeCloseTo(11_000 / 3 / (reading.voltageV[0] ?? 0) / 0.99, 6);
    expect(reading.voltageV.slice(1)).toEqual([230, 230]);
    expect(reading.currentOfferedA).toBeCloseTo(22_000 / 690, 9);
    expect(reading.energyWh).toBeCloseTo(11_000 + 11_000 / 3, 6);
    setLimit(evse, ac22, undefined, start + 2 * hours);
    expect(evse).not.toHaveProperty('limitPhases');
    expect(powerW(evse, ac22)).toBe(11_000);
  });

  it('offers 16 A on one phase as 3.68 kW, and 6 A on it as enough (IEC 61851-1)', () => {
    const evse = charge(ac22, { maxPowerW: 22_000 });
    setLimit(evse, ac22, 3_680, start, 1);
    expect(read(evse, ac22, start)).toMatchObject({ currentOfferedA: 16, powerOfferedW: 3_680 });
    setLimit(evse, ac22, 6 * 230, start, 1);
    expect(offersEnough(evse, ac22)).toBe(true);
    setLimit(evse, ac22, 6 * 230, start, 2);
    expect([offersEnough(evse, ac22), evse.limitW]).toEqual([false, 0]);
  });

  it('draws nothing below 6 A, and something at 6 A (IEC 61851-1)', () => {
    const [below, at] = [charge(ac22, {}, 5.99 * 690), charge(ac22, {}, 6 * 690)];
    expect([powerW(below, ac22), read(below, ac22, start).currentOfferedA]).toEqual([0, 0]);
    expect([evWants(below, ac22), offersEnough(below, ac22), below.limitW]).toEqual([true, false, 0]);
    expect([offersEnough(at, ac22), at.limitW]).toEqual([true, 4_140]);
    expect(powerW(at, ac22)).toBeGreaterThan(4_000);
  });

  it("draws nothing below the EV's own minimum though 8 A are offered", () => {
    const evse = charge(ac22, { minCurrentA: 10 }, 8 * 690);
    const reading = read(evse, ac22, start);
    expect([reading.powerW, Math.round(reading.currentOfferedA)]).toEqual([0, 8]);
    expect(offersEnough(evse, ac22)).toBe(false);
    setLimit(evse, ac22, undefined, start);
    expect(powerW(evse, ac22)).toBe(11_000);
  });
});

describe('DC', () => {
  it('has no phases to switch off', () => {
    const evse = charge(dc150);
    setLimit(evse, dc150, undefined, start, 1);
    expect([evse.limitPhases, powerW(evse, dc150)]).toEqual([undefined, 120_000]);
  });

  it('charges the default EV with 120 kW at the voltage of its battery', () => {
    const reading = read(charge(dc150), dc150, start);
    expect(reading).toMatchObject({ powerW: 120_000, voltageV: [364], phases: 1, powerFactor: 1, reactivePowerVar: 0 });
    expect(reading.currentA[0]).toBeCloseTo(120_000 / 364, 9);
  });

  it('is bounded by the current of the cable at low voltage, by the power above', () => {
    const evse = charge(dc50, { soc: 0 });
    expect(powerW(evse, dc50)).toBeCloseTo(125 * 350, 6);
    const kink = timeOfSoc(evse, dc50, (50 / 70) * 100) ?? 0;
    advance(evse, dc50, kink);
    expect(powerW(evse, dc50)).toBeCloseTo(50_000, 2);
  });

  it('has the voltage of an 800 V battery where a preset says so', () => {
    const reading = read(charge(dc150, { preset: 'premium-dc-800v', soc: 50 }), dc150, start);
    expect(reading.voltageV).toEqual([745]);
    expect(reading.powerW).toBe(150_000);
  });

  it('has no voltage at the output while the contactor is open', () => {
    const evse = createEvse(dc150, start);
    plugIn(evse, dc150, 1, undefined, start);
    expect(read(evse, dc150, start)).toMatchObject({ voltageV: [0], currentA: [0], powerOfferedW: 0 });
  });
});

describe('the taper', () => {
  it('halves the power in the time that an exponential takes', () => {
    // 10 kWh battery, power from 10 kW at 0 % straight to 5 kW at 100 %: dP/dt = −0.5/h · P, so half is reached after 2·ln 2 hours.
    const evse = charge(dc150, {
      batteryCapacityWh: 10_000,
      soc: 0,
      maxPowerW: 10_000,
      chargingCurve: [
        [0, 1],
        [100, 0.5],
      ],
    });
    const fullAt = start + Math.ceil(2 * Math.log(2) * hours);
    expect(nextChange(evse, dc150)).toBe(fullAt);
    expect(timeOfEnergy(evse, dc150, 5_000)).toBe(start + Math.ceil(2 * Math.log(4 / 3) * hours));
    advance(evse, dc150, start + hours);
    expect(powerW(evse, dc150)).toBeCloseTo(10_000 * Math.exp(-0.5), 6);
    expect(evse.energyWh).toBeCloseTo(20_000 * (1 - Math.exp(-0.5)), 6);
  });

  it('to nothing still fills the battery', () => {
    const evse = charge(dc150, {
      chargingCurve: [
        [0, 1],
        [80, 1],
        [100, 0],
      ],
    });
    const at = nextChange(evse, dc150);
    expect(at).toBeDefined();
    expect(read(evse, dc150, at ?? 0).soc).toBe(100);
  });

  it('below 6 A goes on: the minimum is of what is offered, not of what is drawn', () => {
    const evse = charge(ac22, { soc: 99 });
    const reading = read(evse, ac22, start);
    expect(reading.currentA[0]).toBeLessThan(6);
    expect(reading.powerW).toBeCloseTo(0.145 * 11_000, 6);
  });

  it('steps where two points share a state of charge', () => {
    const curve: [number, number][] = [
      [0, 1],
      [50, 1],
      [50, 0.5],
      [100, 0.5],
    ];
    const evse = charge(dc150, { batteryCapacityWh: 100_000, soc: 40, maxPowerW: 100_000, chargingCurve: curve });
    expect(powerW(evse, dc150)).toBe(100_000);
    advance(evse, dc150, timeOfSoc(evse, dc150, 50) ?? 0);
    expect(powerW(evse, dc150)).toBe(50_000);
    expect(evse.advancedAt).toBe(start + hours / 10);
  });
});

describe('the EV', () => {
  it('suspends and resumes', () => {
    const evse = charge(ac22);
    setEv(evse, ac22, { suspended: true }, start + hours);
    expect([powerW(evse, ac22), evWants(evse, ac22)]).toEqual([0, false]);
    setEv(evse, ac22, { suspended: false }, start + 2 * hours);
    expect(read(evse, ac22, start + 3 * hours).energyWh).toBeCloseTo(22_000, 6);
  });

  it('that is set anew during charging keeps the register', () => {
    const evse = charge(ac22);
    setEv(evse, ac22, { soc: 90, batteryCapacityWh: 10_000 }, start + hours);
    expect(evse.energyWh).toBeCloseTo(11_000, 6);
    expect(read(evse, ac22, start + 20 * hours).energyWh).toBeCloseTo(12_000, 6);
  });
});

describe('temperature', () => {
  it('rises under load and comes back to ambient, which the document forgets', () => {
    const evse = charge(dc150, { batteryCapacityWh: 1_000_000, maxPowerW: 150_000, chargingCurve: [[0, 1]] }, 100_000);
    const warm = read(evse, dc150, start + 2 * hours).temperatureC;
    expect(warm).toBeCloseTo(20 + 30 * (100 / 150) ** 2, 1);
    setContactor(evse, dc150, 'open', start + 2 * hours);
    expect(read(evse, dc150, start + 2 * hours + 20 * minutes).temperatureC).toBeCloseTo(20 + (warm - 20) / Math.E, 6);
    expect(read(evse, dc150, start + 12 * hours).temperatureC).toBe(20);
    expect(evse).not.toHaveProperty('temperatureC');
  });
});

describe('the heat equation', () => {
  it('has its solution where the load falls as fast as the heat leaves: t/τ · e^(−t/τ)', () => {
    const tau = 20 * minutes;
    expect(relax(20, tau, 10, -1 / tau)).toBeCloseTo(20 + 10 / Math.E, 9);
  });

  it('does not overflow over a year', () => {
    expect(relax(20, 8_760 * hours, 10, 0)).toBeCloseTo(30, 9);
  });
});

describe('the document', () => {
  it('of an idle EVSE stays below 200 bytes, of a charging one below 400', () => {
    const idle = createEvse(ac22, start);
    advance(idle, ac22, start + hours);
    expect(JSON.stringify(idle).length).toBeLessThan(200);
    const busy = charge(ac22, {}, 7_000.5);
    advance(busy, ac22, start + 1_234_567);
    expect(JSON.stringify(busy).length).toBeLessThan(400);
  });
});
