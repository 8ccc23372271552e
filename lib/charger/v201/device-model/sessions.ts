// Variables of the controllers that deal with sessions: authorization, transactions, meter values, reservations, smart charging, tariffs,
// messages to drivers, ISO 15118 (OCPP 2.0.1 part 2, referenced components and variables).

import type { Charger } from '../../charger';
import { isDc } from '../../hardware/models';
import { specsOf } from '../../specs';
import {
  boolean,
  type Characteristics,
  decimal,
  integer,
  live,
  members,
  option,
  readOnly,
  seconds,
  text,
  type VariableDefinition,
  writable,
} from './definition';
import { externalLimit } from './external-limit';

/** What the meter has, in MeasurandEnumType's words. */
export const measurands = [
  'Current.Import',
  'Current.Offered',
  'Energy.Active.Import.Interval',
  'Energy.Active.Import.Register',
  'Frequency',
  'Power.Active.Import',
  'Power.Factor',
  'Power.Offered',
  'Power.Reactive.Import',
  'SoC',
  'Voltage',
] as const;

const measurandList: Characteristics = members(measurands, 500);

const txPoints = members([
  'ParkingBayOccupancy',
  'EVConnected',
  'Authorized',
  'DataSigned',
  'PowerPathClosed',
  'EnergyTransfer',
]);

/** Tokens on the local list at most: it is part of the charger document. */
export const localListMost = 500;

/** Charging profiles at most: they are part of the charger document. */
export const chargingProfilesMost = 20;

/** Messages that the CSMS may put on the display: they are part of the charger document. */
export const displayMessagesMost = 20;

const switchable = {
  Available: readOnly(boolean, 'true'),
  Enabled: writable(boolean, 'true', { effect: 'availability' }),
};

const rateUnits = (charger: Charger) => (specsOf(charger).every(isDc) ? 'W' : 'A,W');

export const sessions = {
  AuthCtrlr: {
    AdditionalInfoItemsPerMessage: readOnly(integer(0, 100), '10', { constant: true }),
    AuthorizeRemoteStart: writable(boolean, 'false'),
    DisableRemoteAuthorization: writable(boolean, 'false'),
    Enabled: writable(boolean, 'true', { effect: 'availability' }),
    LocalAuthorizeOffline: writable(boolean, 'true'),
    LocalPreAuthorize: writable(boolean, 'false'),
    MasterPassGroupId: writable(text(36), ''),
    OfflineTxForUnknownIdEnabled: writable(boolean, 'false'),
  },
  AuthCacheCtrlr: {
    ...switchable,
    DisablePostAuthorize: writable(boolean, 'false'),
    LifeTime: writable(seconds(0, 2_147_483_647), '0'),
    Policy: readOnly(option('LRU', 'LFU', 'FIFO', 'CUSTOM'), 'LRU'),
    Storage: live(integer(0, 65_536, 'B'), ({ v201 }) => String(JSON.stringify(v201?.cache ?? {}).length)),
  },
  LocalAuthListCtrlr: {
    ...switchable,
    BytesPerMessage: readOnly(integer(1, 1_000_000), '65536', { constant: true }),
    DisablePostAuthorize: writable(boolean, 'false'),
    Entries: live(integer(0, localListMost), ({ v201 }) => String(Object.keys(v201?.localList?.entries ?? {}).length)),
    ItemsPerMessage: readOnly(integer(1, localListMost), '200', { constant: true }),
  },
  TxCtrlr: {
    EVConnectionTimeOut: writable(seconds(0, 86_400), '60'),
    MaxEnergyOnInvalidId: writable(integer(0, 2_147_483_647, 'Wh'), '0'),
    StopTxOnEVSideDisconnect: writable(boolean, 'true'),
    StopTxOnInvalidId: writable(boolean, 'true'),
    TxBeforeAcceptedEnabled: writable(boolean, 'true'),
    TxStartPoint: writable(txPoints, 'PowerPathClosed', {
      effect: 'availability',
      check: (value) => (value.trim() === '' ? 'must name a point: no transaction would begin' : undefined),
    }),
    TxStopPoint: writable(txPoints, 'Authorized,EVConnected', { effect: 'availability' }),
    /** Ours: transactions go on after the mains come back. */
    'x-ResumeAfterPowerLoss': writable(boolean, 'false'),
  },
  SampledDataCtrlr: {
    ...switchable,
    RegisterValuesWithoutPhases: readOnly(boolean, 'true'),
    SignReadings: readOnly(boolean, 'false'),
    TxEndedInterval: writable(seconds(0, 86_400), '0', { effect: 'sampledData' }),
    TxEndedMeasurands: writable(measurandList, 'Energy.Active.Import.Register'),
    TxStartedMeasurands: writable(measurandList, 'Energy.Active.Import.Register'),
    TxUpdatedInterval: writable(seconds(0, 86_400), '60', { effect: 'sampledData' }),
    TxUpdatedMeasurands: writable(
      measurandList,
      'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC',
    ),
  },
  AlignedDataCtrlr: {
    ...switchable,
    Interval: writable(seconds(0, 86_400), '0', { effect: 'alignedData' }),
    Measurands: writable(measurandList, 'Energy.Active.Import.Register'),
    SendDuringIdle: writable(boolean, 'false'),
    SignReadings: readOnly(boolean, 'false'),
    TxEndedInterval: writable(seconds(0, 86_400), '0', { effect: 'alignedData' }),
    TxEndedMeasurands: writable(measurandList, ''),
  },
  ReservationCtrlr: { ...switchable, NonEvseSpecific: writable(boolean, 'true') },
  SmartChargingCtrlr: {
    ...switchable,
    ACPhaseSwitchingSupported: readOnly(boolean, 'false'),
    'Entries[ChargingProfiles]': live(integer(0, chargingProfilesMost), ({ v201 }) =>
      String(v201?.chargingProfiles?.length ?? 0),
    ),
    ExternalControlSignalsEnabled: writable(boolean, 'true', { effect: 'chargingLimit' }),
    LimitChangeSignificance: writable(decimal('Percent', 0, 100), '1'),
    NotifyChargingLimitWithSchedules: writable(boolean, 'false'),
    PeriodsPerSchedule: readOnly(integer(1, 1000), '100'),
    Phases3to1: readOnly(boolean, 'false'),
    ProfileStackLevel: readOnly(integer(0, 1000), '20'),
    RateUnit: readOnly(members(['A', 'W']), rateUnits),
    /** Ours: what an energy management system or the grid leaves to the station; see external-limit.ts. */
    'x-ExternalLimit': readOnly(text(20), '', {
      effect: 'chargingLimit',
      check: (value) =>
        value === '' || externalLimit(value) ? undefined : 'must be empty or a limit such as 16A, 11000W or SO 16A',
    }),
  },
  TariffCostCtrlr: {
    'Available[Cost]': readOnly(boolean, 'true'),
    'Available[Tariff]': readOnly(boolean, 'true'),
    Currency: writable(text(3), 'EUR', {
      check: (value) => (/^[A-Z]{3}$/.test(value) ? undefined : 'must be a currency of ISO 4217, such as EUR'),
    }),
    'Enabled[Cost]': writable(boolean, 'true'),
    'Enabled[Tariff]': writable(boolean, 'true'),
    TariffFallbackMessage: writable(text(255), ''),
    TotalCostFallbackMessage: writable(text(255), ''),
  },
  DisplayMessageCtrlr: {
    ...switchable,
    DisplayMessages: live(integer(0, displayMessagesMost), ({ v201 }) => String(v201?.displayMessages?.length ?? 0)),
    SupportedFormats: readOnly(members(['ASCII', 'HTML', 'URI', 'UTF8']), 'ASCII,UTF8'),
    SupportedPriorities: readOnly(
      members(['AlwaysFront', 'InFront', 'NormalCycle']),
      'AlwaysFront,InFront,NormalCycle',
    ),
  },
  ISO15118Ctrlr: {
    CentralContractValidationAllowed: writable(boolean, 'false'),
    ContractValidationOffline: writable(boolean, 'true'),
    Enabled: writable(boolean, 'true', { effect: 'availability' }),
    OrganizationName: writable(text(64), 'ChargerSim'),
    PnCEnabled: writable(boolean, 'true'),
    RequestMeteringReceipt: readOnly(boolean, 'false'),
    SeccId: readOnly(text(48), ({ identity }) => identity.slice(0, 48)),
    V2GCertificateInstallationEnabled: writable(boolean, 'true'),
    ContractCertificateInstallationEnabled: writable(boolean, 'true'),
  },
} satisfies Record<string, Record<string, VariableDefinition>>;
