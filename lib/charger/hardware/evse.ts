// One EVSE as the charger document keeps it, and what hands, controller and time do to it. What it may do is the controller's business.
import { drawnW, msUntilEnergy, progress, wants } from './charging';
import { allows, offered } from './electrics';
import { HardwareError } from './error';
import { changeEv, createEv, type Ev, type EvSettings } from './ev';
import { type ConnectorSpec, type EvseSpec, isDc } from './models';
import { measure, type Reading } from './reading';
import { temperatureAmbientC } from './thermal';

export { HardwareError, type HardwareReason } from './error';
export type { Reading } from './reading';
export { temperatureAmbientC } from './thermal';

export interface Connector {
  id: number;
  /** `none`: no cable; `station`: in the charger's socket only (a fixed cable: never); `connected`: an EV hangs on it. */
  cable: 'none' | 'station' | 'connected';
  locked: boolean;
}

export interface Evse {
  id: number;
  connectors: Connector[];
  ev?: Ev;
  /** Connector in use while an EV is connected. */
  activeConnectorId?: number;
  /** Imported energy register; never falls. */
  energyWh: number;
  contactor: 'open' | 'closed';
  /** What the controller allows; absent: no limit. Below the minimum current it is as 0. */
  limitW?: number;
  /** Phases that the controller allows on AC; absent: all of the supply. */
  limitPhases?: number;
  /** When the integration stands, epoch milliseconds. */
  advancedAt: number;
  /** Absent: ambient. */
  temperatureC?: number;
}

/** Nearer to ambient than this an EVSE without load has cooled down, and the document forgets its temperature. */
const cooledWithinC = 0.005;

/** An EVSE as it leaves the factory: no cable, contactor open, register at 0. */
export function createEvse(spec: EvseSpec, now: number): Evse {
  const connectors = spec.connectors.map(({ id }): Connector => ({ id, cable: 'none', locked: false }));
  return { id: spec.id, connectors, energyWh: 0, contactor: 'open', advancedAt: now };
}

/** Lets time pass up to `now`: register, state of charge, temperature. In the past of `advancedAt`: nothing. */
export function advance(evse: Evse, spec: EvseSpec, now: number): void {
  if (now <= evse.advancedAt) return;
  const { energyWh, soc, temperatureC } = progress(evse, spec, standing(evse), now - evse.advancedAt);
  evse.energyWh = energyWh;
  if (evse.ev) evse.ev.soc = soc;
  evse.advancedAt = now;
  evse.temperatureC = temperatureC;
  if (Math.abs(temperatureC - temperatureAmbientC) < cooledWithinC && drawnW(evse, spec) === 0)
    delete evse.temperatureC;
}

function standing(evse: Evse) {
  return { energyWh: evse.energyWh, soc: evse.ev?.soc ?? 0, temperatureC: evse.temperatureC ?? temperatureAmbientC };
}

/**
 * Hangs an EV on a connector, with a cable of its own or the one that is in the socket.
 * @throws HardwareError `noSuchConnector`, `alreadyConnected`, `connectorInUse`, `badEv`
 */
export function plugIn(evse: Evse, spec: EvseSpec, connectorId: number, ev: EvSettings | undefined, now: number): void {
  const connector = find(evse, connectorId);
  if (evse.activeConnectorId === connectorId) {
    throw new HardwareError('alreadyConnected', `connector ${connectorId} has an EV already: unplug it first`);
  }
  if (evse.activeConnectorId !== undefined) {
    throw new HardwareError(
      'connectorInUse',
      `connector ${evse.activeConnectorId} of EVSE ${evse.id} is in use, and an EVSE serves one EV at a time`,
    );
  }
  const arrived = createEv(ev, spec);
  advance(evse, spec, now);
  evse.ev = arrived;
  evse.activeConnectorId = connectorId;
  connector.cable = 'connected';
}

/**
 * Takes the cable out of the EV, which opens the contactor. In a socket the cable stays, and stays locked if it was.
 * @throws HardwareError `notConnected`
 */
export function unplugEv(evse: Evse, spec: EvseSpec, now: number): void {
  if (evse.activeConnectorId === undefined) {
    throw new HardwareError('notConnected', `no EV is connected to EVSE ${evse.id}`);
  }
  const connector = find(evse, evse.activeConnectorId);
  advance(evse, spec, now);
  evse.contactor = 'open';
  delete evse.ev;
  delete evse.activeConnectorId;
  const { fixedCable } = specOf(spec, connector.id);
  connector.cable = fixedCable ? 'none' : 'station';
  if (fixedCable) connector.locked = false;
}

/**
 * Takes the cable out of the charger's socket, and with it the EV if one hangs on it. Without a cable there it does nothing.
 * @throws HardwareError `noSuchConnector`, `locked`, `fixedCable`
 */
export function unplugStation(evse: Evse, spec: EvseSpec, connectorId: number, now: number): void {
  const connector = find(evse, connectorId);
  if (connector.cable === 'none') return;
  if (specOf(spec, connectorId).fixedCable) {
    throw new HardwareError('fixedCable', `the cable of connector ${connectorId} is fixed: unplug the EV side`);
  }
  if (connector.locked)
    throw new HardwareError('locked', `the cable is locked in the socket of connector ${connectorId}`);
  if (connector.cable === 'connected') unplugEv(evse, spec, now);
  connector.cable = 'none';
}

/** Locks the plug in the charger's socket; on a fixed cable in the EV's inlet, which holds nobody up here. @throws HardwareError `noSuchConnector` */
export function lock(evse: Evse, connectorId: number): void {
  find(evse, connectorId).locked = true;
}

/** Releases the plug. @throws HardwareError `noSuchConnector` */
export function unlock(evse: Evse, connectorId: number): void {
  find(evse, connectorId).locked = false;
}

/** Switches the power to the EV. @throws HardwareError `noEv` on closing without one */
export function setContactor(evse: Evse, spec: EvseSpec, state: 'open' | 'closed', now: number): void {
  if (state === 'closed' && !evse.ev) {
    throw new HardwareError('noEv', `the contactor of EVSE ${evse.id} does not close without an EV`);
  }
  advance(evse, spec, now);
  evse.contactor = state;
}

/**
 * Sets what the controller allows: W in all, `undefined`: no limit of its own, and on AC the number of phases. What is too little to
 * be offered (AC: 6 A per phase) is kept as 0.
 */
export function setLimit(
  evse: Evse,
  spec: EvseSpec,
  limitW: number | undefined,
  now: number,
  phases: number = spec.phases,
): void {
  advance(evse, spec, now);
  if (limitW === undefined || limitW === Infinity) delete evse.limitW;
  else evse.limitW = limitW;
  if (isDc(spec) || phases >= spec.phases) delete evse.limitPhases;
  else evse.limitPhases = phases;
  if (evse.limitW !== undefined && offered(evse, spec).powerW === 0) evse.limitW = 0;
}

/** Changes the connected EV. @throws HardwareError `noEv`, `badEv` */
export function setEv(evse: Evse, spec: EvseSpec, settings: EvSettings, now: number): void {
  if (!evse.ev) throw new HardwareError('noEv', `no EV is connected to EVSE ${evse.id}`);
  advance(evse, spec, now);
  changeEv(evse.ev, settings);
}

/** Power drawn as the state stands, W. */
export function powerW(evse: Evse, spec: EvseSpec): number {
  return drawnW(evse, spec);
}

/** Whether the EV would take energy if it were allowed to: there, not full, not suspended. */
export function evWants(evse: Evse, _spec: EvseSpec): boolean {
  return wants(evse.ev);
}

/** Whether what the EVSE offers is enough for this EV to charge with; not so: SuspendedEVSE. Without an EV: false. */
export function offersEnough(evse: Evse, spec: EvseSpec): boolean {
  return evse.ev !== undefined && allows(evse, spec, evse.ev);
}

/** When the draw ends by itself if nothing else happens, that is when the battery is full: epoch ms. */
export function nextChange(evse: Evse, spec: EvseSpec): number | undefined {
  return drawnW(evse, spec) > 0 ? timeOfSoc(evse, spec, 100) : undefined;
}

/** The first millisecond at which the register stands at `registerWh` or above, if nothing else happens; undefined: never. */
export function timeOfEnergy(evse: Evse, spec: EvseSpec, registerWh: number): number | undefined {
  if (evse.energyWh >= registerWh) return evse.advancedAt;
  const ms = msUntilEnergy(evse, spec, registerWh - evse.energyWh);
  return firstMs(evse, spec, ms, (reached) => reached.energyWh >= registerWh);
}

/** The first millisecond at which the battery stands at `soc` % or above, if nothing else happens; undefined: never. */
export function timeOfSoc(evse: Evse, spec: EvseSpec, soc: number): number | undefined {
  if (!evse.ev || soc > 100) return undefined;
  if (evse.ev.soc >= soc) return evse.advancedAt;
  const ms = msUntilEnergy(evse, spec, ((soc - evse.ev.soc) / 100) * evse.ev.batteryCapacityWh);
  return firstMs(evse, spec, ms, (reached) => reached.soc >= soc);
}

/** Rounds up to a millisecond at which `advance` really gets there: who waits for it must not find it short by a rounding error. */
function firstMs(
  evse: Evse,
  spec: EvseSpec,
  ms: number | undefined,
  reached: (at: ReturnType<typeof standing>) => boolean,
): number | undefined {
  if (ms === undefined) return undefined;
  const whole = Math.max(1, Math.ceil(ms));
  const enough = [whole, whole + 1, whole + 2].find((at) => reached(progress(evse, spec, standing(evse), at)));
  return enough === undefined ? undefined : evse.advancedAt + enough;
}

/** Lets time pass up to `now` and reads the meter. */
export function read(evse: Evse, spec: EvseSpec, now: number): Reading {
  advance(evse, spec, now);
  return measure(evse, spec);
}

function find(evse: Evse, connectorId: number): Connector {
  const found = evse.connectors.find((connector) => connector.id === connectorId);
  if (found) return found;
  const ids = evse.connectors.map(({ id }) => id).join(', ');
  throw new HardwareError('noSuchConnector', `EVSE ${evse.id} has no connector ${connectorId}; it has ${ids}`);
}

function specOf(spec: EvseSpec, connectorId: number): ConnectorSpec {
  const found = spec.connectors.find((connector) => connector.id === connectorId);
  if (found) return found;
  throw new HardwareError('noSuchConnector', `EVSE ${spec.id} has no connector ${connectorId} in its specification`);
}
