// The physical components of a charger and their variables (OCPP 2.0.1 part 2 appendices §3.2): as many as its model has EVSEs and
// connectors. Their values are read from the hardware, not kept.
import type { Charger } from '../../charger';
import { isGeneral } from '../../faults';
import { advance, type Connector, type Evse } from '../../hardware/evse';
import { type ConnectorSpec, type EvseSpec, isDc } from '../../hardware/models';
import { measure } from '../../hardware/reading';
import { bootInfoOf, serialNumberOf, specsOf } from '../../specs';
import { faultsOf, isFaulted, lockFails } from '../g-availability/faults';
import { findBay, type Place, placesOf } from '../places';
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

const problem = (has: (charger: Charger, at: Location) => boolean) =>
  live(boolean, (charger, at) => String(has(charger, at)), { monitored: true });

const present = readOnly(boolean, 'true', { constant: true });

/** Components of the charger as a whole. */
export const stationComponents: Record<string, Variables> = {
  ChargingStation: {
    AllowNewSessionsPendingFirmwareUpdate: writable(boolean, 'false'),
    AvailabilityState: live(availabilityState, stationState, { monitored: true }),
    Available: present,
    Model: readOnly(text(20), (charger) => bootInfoOf(charger).model, { live: true, constant: true }),
    Problem: problem((charger) => faultsOf(charger, undefined).length > 0),
    SerialNumber: readOnly(text(25), serialNumberOf, {
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
  /** As bright as it is to be, within what is set for it; LightIntensity of OCPP 1.6. */
  EnvironmentalLighting: {
    Available: present,
    Enabled: writable(boolean, 'true'),
    Percent: live(integer(0, 100, 'Percent'), lightPercent, {
      monitored: true,
      more: { Target: '100', MinSet: '0', MaxSet: '100' },
    }),
  },
  TokenReader: { Available: present, Enabled: readOnly(boolean, 'true'), Problem: problem(readerFails) },
};

function lightPercent({ v201 }: Charger): string {
  const { Enabled = 'true', 'Percent#Target': target = '100', ...set } = v201?.variables.EnvironmentalLighting ?? {};
  const most = Math.min(Number(target), Number(set['Percent#MaxSet'] ?? 100));
  return Enabled === 'true' ? String(Math.max(most, Number(set['Percent#MinSet'] ?? 0))) : '0';
}

function readerFails(charger: Charger): boolean {
  return faultsOf(charger, undefined).some(({ errorCode }) => errorCode === 'ReaderFailure');
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
      Problem: problem(problemAt),
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
      AvailabilityState: live(
        availabilityState,
        (charger, at) => placesAt(charger, at)[0]?.state.status ?? 'Unavailable',
        { monitored: true },
      ),
      Available: present,
      ConnectorType: readOnly(text(20), spec.type, { constant: true }),
      Problem: problem(problemAt),
      SupplyPhases: readOnly(integer(0, 3), String(phases), { constant: true }),
    },
    ...(spec.fixedCable ? {} : lock),
  };
}

/** Of a socket; a fixed cable is locked in the EV's inlet only. */
const lock: Record<string, Variables> = {
  ConnectorPlugRetentionLock: {
    Active: live(boolean, (charger, at) => String(connectorAt(charger, at).locked), { monitored: true }),
    Problem: problem((charger, at) => placesAt(charger, at).some((place) => lockFails(charger, place))),
  },
};

/** Lets time pass on every EVSE, so that what is read from the hardware is of `now`; the charger's own time, epoch ms. */
export function bringUpToDate(charger: Charger, now: number): void {
  const specs = specsOf(charger);
  charger.evses.forEach((evse, index) => {
    const spec = specs[index];
    if (spec) advance(evse, spec, now);
  });
}

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

/** What the EVSE is of all its connectors, which share it. */
function evseState(charger: Charger, { evseId }: Location): string {
  const bay = findBay(charger, evseId);
  const states = bay ? bay.state.connectors.map(({ status }) => status) : [];
  return (
    (['Occupied', 'Reserved', 'Available'] as const).find((one) => states.includes(one)) ?? states[0] ?? 'Unavailable'
  );
}

function stationState(charger: Charger): string {
  if (isFaulted(charger, undefined)) return 'Faulted';
  return charger.v201?.inoperative.includes('0') ? 'Unavailable' : 'Available';
}

const problemAt = (charger: Charger, at: Location) =>
  placesAt(charger, at).some((place) => faultsOf(charger, place).some((fault) => !isGeneral(fault)));

/** The connector, or all of the EVSE's. */
function placesAt(charger: Charger, { evseId, connectorId }: Location): Place[] {
  const bay = findBay(charger, evseId);
  const places = bay ? placesOf(bay) : [];
  return connectorId === undefined ? places : places.filter(({ connector }) => connector.id === connectorId);
}
