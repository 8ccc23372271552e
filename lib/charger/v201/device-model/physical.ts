// The physical components of a charger and their variables (OCPP 2.0.1 part 2 appendices §3.2): as many as its model has EVSEs and
// connectors. Their values are read from the hardware, not kept.
import type { Charger, Fault } from '../../charger';
import { advance, type Connector, type Evse } from '../../hardware/evse';
import { type ConnectorSpec, type EvseSpec, isDc } from '../../hardware/models';
import { measure } from '../../hardware/reading';
import { bootInfoOf, specsOf } from '../../specs';
import {
  boolean,
  decimal,
  integer,
  type Location,
  live,
  option,
  readOnly,
  text,
  type VariableDefinition,
  writable,
} from './definition';

export type Variables = Record<string, VariableDefinition>;

const availabilityState = option('Available', 'Occupied', 'Reserved', 'Unavailable', 'Faulted');

const problem = (concerns: (fault: Fault, at: Location) => boolean) =>
  live(boolean, (charger, at) => String(charger.faults.some((fault) => concerns(fault, at))), { monitored: true });

const present = readOnly(boolean, 'true', { constant: true });

/** Components of the charger as a whole. */
export const stationComponents: Record<string, Variables> = {
  ChargingStation: {
    AllowNewSessionsPendingFirmwareUpdate: writable(boolean, 'false'),
    AvailabilityState: live(availabilityState, stationState, { monitored: true }),
    Available: present,
    Model: readOnly(text(20), (charger) => bootInfoOf(charger).model, { live: true, constant: true }),
    Problem: problem(({ evseId }) => evseId === undefined),
    SerialNumber: readOnly(text(25), (charger) => bootInfoOf(charger).serialNumber ?? '', {
      live: true,
      constant: true,
    }),
    SupplyPhases: live(integer(0, 3), (charger) =>
      String(Math.max(0, ...specsOf(charger).map(({ phases }) => phases))),
    ),
    VendorName: readOnly(text(50), (charger) => bootInfoOf(charger).vendor, { live: true, constant: true }),
  },
  Controller: {
    FirmwareVersion: live(text(50), (charger) => bootInfoOf(charger).firmwareVersion ?? ''),
  },
  Display: { Available: present },
  TokenReader: { Available: present, Enabled: readOnly(boolean, 'true'), Problem: problem(isReaderFault) },
};

const readerFaults = new Set(['ReaderFailure']);

function isReaderFault({ errorCode, evseId }: Fault): boolean {
  return evseId === undefined && readerFaults.has(errorCode);
}

/** Components of one EVSE. */
export function evseComponents(spec: EvseSpec): Record<string, Variables> {
  return {
    EVSE: {
      AllowReset: readOnly(boolean, 'true'),
      AvailabilityState: live(availabilityState, evseState, { monitored: true }),
      Available: present,
      Power: live(decimal('W', 0, spec.maxPowerW), (charger, at) => tenths(reading(charger, at).powerW), {
        monitored: true,
        drifts: true,
      }),
      Problem: problem((fault, at) => fault.evseId === at.evseId),
      SupplyPhases: readOnly(integer(0, 3), String(spec.phases), { constant: true }),
    },
    ConnectedEV: {
      Available: live(boolean, (charger, at) => String(evseAt(charger, at).ev !== undefined), { monitored: true }),
    },
    FiscalMetering: {
      EnergyImportRegister: live(
        decimal('Wh', 0),
        (charger, at) => String(Math.floor(reading(charger, at).energyWh + 1e-6)),
        { monitored: true, drifts: true },
      ),
    },
    PowerContactor: {
      Active: live(boolean, (charger, at) => String(evseAt(charger, at).contactor === 'closed'), { monitored: true }),
    },
    TemperatureSensor: {
      Temperature: live(decimal('Celsius', -50, 150), (charger, at) => tenths(reading(charger, at).temperatureC), {
        monitored: true,
        drifts: true,
      }),
    },
  };
}

/** Components of one connector. */
export function connectorComponents(evse: EvseSpec, spec: ConnectorSpec): Record<string, Variables> {
  const phases = isDc({ ...evse, connectors: [spec] }) ? 0 : evse.phases;
  return {
    Connector: {
      AvailabilityState: live(availabilityState, connectorState, { monitored: true }),
      Available: present,
      ConnectorType: readOnly(text(20), spec.type, { constant: true }),
      Problem: problem((fault, at) => fault.evseId === at.evseId && concerns(fault, at)),
      SupplyPhases: readOnly(integer(0, 3), String(phases), { constant: true }),
    },
    ConnectorPlugRetentionLock: {
      Active: live(boolean, (charger, at) => String(connectorAt(charger, at).locked), { monitored: true }),
      Problem: problem((fault, at) => fault.errorCode === 'ConnectorLockFailure' && isHere(fault, at)),
    },
  };
}

/** Lets time pass on every EVSE, so that what is read from the hardware is of `now`; the charger's own time, epoch ms. */
export function bringUpToDate(charger: Charger, now: number): void {
  const specs = specsOf(charger);
  charger.evses.forEach((evse, index) => {
    const spec = specs[index];
    if (spec) advance(evse, spec, now);
  });
}

/** A fault of a whole EVSE is one of each of its connectors. */
const concerns = (fault: Fault, at: Location) =>
  fault.connectorId === undefined || fault.connectorId === at.connectorId;

const isHere = (fault: Fault, at: Location) =>
  fault.evseId === undefined || (fault.evseId === at.evseId && concerns(fault, at));

const tenths = (value: number) => String(Math.round(value * 10) / 10);

function evseAt(charger: Charger, { evseId }: Location): Evse {
  const evse = evseId === undefined ? undefined : charger.evses[evseId - 1];
  if (!evse) throw new Error(`charger ${charger.id} has no EVSE ${evseId}`);
  return evse;
}

function connectorAt(charger: Charger, at: Location): Connector {
  const connector = at.connectorId === undefined ? undefined : evseAt(charger, at).connectors[at.connectorId - 1];
  if (!connector) throw new Error(`charger ${charger.id} has no connector ${at.connectorId} on EVSE ${at.evseId}`);
  return connector;
}

function reading(charger: Charger, at: Location) {
  const spec = at.evseId === undefined ? undefined : specsOf(charger)[at.evseId - 1];
  if (!spec) throw new Error(`charger ${charger.id} has no EVSE ${at.evseId}`);
  return measure(evseAt(charger, at), spec);
}

function connectorState(charger: Charger, at: Location): string {
  if (charger.faults.some((fault) => isHere(fault, at))) return 'Faulted';
  return connectorAt(charger, at).cable === 'connected' ? 'Occupied' : 'Available';
}

function evseState(charger: Charger, { evseId }: Location): string {
  const states = evseAt(charger, { evseId: evseId ?? 0 }).connectors.map(({ id }) =>
    connectorState(charger, { evseId: evseId ?? 0, connectorId: id }),
  );
  return states.find((state) => state !== 'Available' && state !== 'Faulted') ?? states[0] ?? 'Available';
}

function stationState({ faults }: Charger): string {
  return faults.some(({ evseId }) => evseId === undefined) ? 'Faulted' : 'Available';
}
