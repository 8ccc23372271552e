// Which faults concern which connector of a 2.0.1 station. How the CSMS hears of more than the status Faulted is the matter of monitoring.
import type { Charger, Fault } from '../../charger';
import { faultsWhere, isGeneral, isWarning } from '../../faults';
import type { Place } from '../places';

/** Faults of a connector; without one, of the station itself. */
export function faultsOf(charger: Charger, place: Place | undefined): Fault[] {
  return place ? faultsWhere(charger, (fault) => isHere(fault, place)) : charger.faults.filter(isGeneral);
}

/** An address without an EVSE is on EVSE 1, as everywhere. */
function isHere({ evseId = 1, connectorId }: Fault, { bay, connector }: Place): boolean {
  return evseId === bay.evseId && (connectorId ?? connector.id) === connector.id;
}

/** The fault to tell of beside the status, the gravest first. */
export function faultAt(charger: Charger, place: Place | undefined): Fault | undefined {
  const mine = faultsOf(charger, place);
  return mine.find((fault) => !isWarning(fault)) ?? mine[0];
}

export function isFaulted(charger: Charger, place: Place | undefined): boolean {
  return faultsOf(charger, place).some((fault) => !isWarning(fault));
}

/** A lock that fails keeps energy from flowing (G05.FR.01). A fixed cable has no lock on this side. */
export function lockFails(charger: Charger, place: Place): boolean {
  if (place.connectorSpec.fixedCable) return false;
  return faultsOf(charger, place).some(({ errorCode }) => errorCode === 'ConnectorLockFailure');
}
