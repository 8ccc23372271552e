// Faults that testers raise, as every OCPP version understands them: their names, which of them keep nobody from charging, and what they
// concern. How the CSMS hears of them is the dialect's.
import type { Charger, Fault } from './charger';

/** ChargePointErrorCode of OCPP 1.6 §7.6; for versions that have no such codes, the names of what can go wrong. */
export const errorCodes = [
  'ConnectorLockFailure',
  'EVCommunicationError',
  'GroundFailure',
  'HighTemperature',
  'InternalError',
  'LocalListConflict',
  'NoError',
  'OtherError',
  'OverCurrentFailure',
  'OverVoltage',
  'PowerMeterFailure',
  'PowerSwitchFailure',
  'ReaderFailure',
  'ResetFailure',
  'UnderVoltage',
  'WeakSignal',
] as const;

/** Codes that do not keep the connector from charging: warnings (OCPP 1.6 §4.9). */
const warnings: ReadonlySet<string> = new Set(['EVCommunicationError', 'LocalListConflict', 'WeakSignal', 'NoError']);

export const isWarning = ({ errorCode }: Fault) => warnings.has(errorCode);

/** It has no address: the whole charger has it. */
export const isGeneral = ({ evseId, connectorId }: Fault) => evseId === undefined && connectorId === undefined;

/** Faults of the whole charger that matter at each of its connectors, and those of this connector: `isHere` knows the address. */
export function faultsWhere({ faults }: Charger, isHere: (fault: Fault) => boolean): Fault[] {
  return faults.filter((fault) => (isGeneral(fault) ? !isWarning(fault) : isHere(fault)));
}
