// Configuration keys of OCPP 1.6 §9: type, access, default and effect of each, in one table; reading and changing them.
import type { MessageV16 } from '../../ocpp/v16/messages';
import type { Charger } from '../charger';
import { type Context, note, refuse, touch } from '../context';
import type { NewCharger } from '../create';
import { isDc } from '../hardware/models';
import { armHeartbeat } from '../registration';
import type { ConfigurationEntry } from '../views';
import { boolean, integer, type KeyDefinition, readOnly, writable } from './key-definition';
import { localListEnabled } from './local-auth-list';
import { armClockAligned, isMeasurand, rearmSampling } from './meter-values';
import { type Place, places, v16 } from './places';
import { securityKeys } from './security-keys';

const measurandsMost = 20;

/** CiString500 (§7.29): what GetConfiguration.conf can carry. */
const valueMost = 500;

function measurandList(value: string): string | undefined {
  const names = splitList(value);
  if (names.length > measurandsMost) return `must not have more than ${measurandsMost} measurands`;
  const unknown = names.filter((name) => !isMeasurand(name));
  return unknown.length === 0 ? undefined : `has measurands that this charger does not support: ${unknown.join(', ')}`;
}

const rotations = /^(\d+\.)?(NotApplicable|Unknown|RST|RTS|SRT|STR|TRS|TSR)$/;

function phaseRotations(value: string, charger: Charger): string | undefined {
  const count = places(charger).length;
  if (splitList(value).length > count + 1) return `must not have more than ${count + 1} items`;
  for (const item of splitList(value)) {
    if (!rotations.test(item)) return `must be a list like 0.RST,1.RST; not ${item}`;
    const [connector] = item.includes('.') ? item.split('.') : ['0'];
    if (Number(connector) > count) return `names connector ${connector}, the charger has ${count}`;
  }
  return undefined;
}

/** SupportedFeatureProfiles of §9.1: what this charger has of the profiles of §3.3. */
const featureProfiles = [
  'Core',
  'FirmwareManagement',
  'LocalAuthListManagement',
  'Reservation',
  'SmartCharging',
  'RemoteTrigger',
];

function profileList(value: string): string | undefined {
  const names = splitList(value);
  if (!names.includes('Core')) return 'must name Core, which every charger has';
  const unknown = names.filter((name) => !featureProfiles.includes(name));
  const known = featureProfiles.join(', ');
  return unknown.length === 0 ? undefined : `names ${unknown.join(', ')}, the charger has only ${known}`;
}

/** Messages of the security whitepaper belong to none of the profiles that a charger can be without (§3.3). */
export function hasProfile(charger: Charger, profile: MessageV16['profile']): boolean {
  return profile === 'Security' || settingList(charger, 'SupportedFeatureProfiles').includes(profile);
}

/** Tokens on the local list at most: it is part of the charger document. */
const localListMost = 500;

const sampledDefault = 'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC';

/** The Core profile's keys (OCPP 1.6 §9.1), those of others that Core behaviour needs, and ours (x-…). */
export const keys: Record<string, KeyDefinition> = {
  AllowOfflineTxForUnknownId: writable('false', boolean),
  AuthorizationCacheEnabled: writable('true', boolean),
  AuthorizeRemoteTxRequests: writable('false', boolean),
  BlinkRepeat: writable('3', integer(0, 1000)),
  ChargeProfileMaxStackLevel: readOnly('20', integer(0, 1000)),
  ChargingScheduleAllowedChargingRateUnit: readOnly((charger) => rateUnits(charger), rateUnitList),
  ChargingScheduleMaxPeriods: readOnly('100', integer(1, 1000)),
  ClockAlignedDataInterval: writable('0', integer(0, 86_400), armClockAligned),
  ConnectionTimeOut: writable('60', integer(0, 86_400)),
  ConnectorPhaseRotation: writable((charger) => rotationDefault(charger), phaseRotations),
  ConnectorPhaseRotationMaxLength: readOnly((charger) => String(places(charger).length + 1), integer(0, 1000)),
  ConnectorSwitch3to1PhaseSupported: readOnly((charger) => String(hasThreePhases(charger)), boolean),
  GetConfigurationMaxKeys: readOnly('100', integer(1, 10_000)),
  HeartbeatInterval: writable('300', integer(0, 604_800), armHeartbeat),
  LightIntensity: writable('100', integer(0, 100)),
  LocalAuthListEnabled: writable('true', boolean, localListEnabled),
  LocalAuthListMaxLength: readOnly(String(localListMost), integer(0, localListMost)),
  LocalAuthorizeOffline: writable('true', boolean),
  LocalPreAuthorize: writable('false', boolean),
  MaxChargingProfilesInstalled: readOnly('20', integer(1, 200)),
  MaxEnergyOnInvalidId: writable('0', integer()),
  MeterValuesAlignedData: writable('Energy.Active.Import.Register', measurandList),
  MeterValuesAlignedDataMaxLength: readOnly(String(measurandsMost), integer(0, 1000)),
  MeterValuesSampledData: writable(sampledDefault, measurandList),
  MeterValuesSampledDataMaxLength: readOnly(String(measurandsMost), integer(0, 1000)),
  MeterValueSampleInterval: writable('60', integer(0, 86_400), rearmSampling),
  MinimumStatusDuration: writable('0', integer(0, 3_600)),
  NumberOfConnectors: readOnly((charger) => String(places(charger).length), integer(0, 1000)),
  ReserveConnectorZeroSupported: readOnly('true', boolean),
  ResetRetries: writable('1', integer(0, 100)),
  SendLocalListMaxLength: readOnly('200', integer(0, localListMost)),
  StopTransactionOnEVSideDisconnect: writable('true', boolean),
  StopTransactionOnInvalidId: writable('true', boolean),
  StopTxnAlignedData: writable('', measurandList),
  StopTxnAlignedDataMaxLength: readOnly(String(measurandsMost), integer(0, 1000)),
  StopTxnSampledData: writable('', measurandList),
  StopTxnSampledDataMaxLength: readOnly(String(measurandsMost), integer(0, 1000)),
  SupportedFeatureProfiles: readOnly(featureProfiles.join(','), profileList),
  SupportedFeatureProfilesMaxLength: readOnly('6', integer(0, 100)),
  // Errata sheet of OCPP 1.6.
  SupportedFileTransferProtocols: readOnly('FTP,FTPS,HTTP,HTTPS'),
  TransactionMessageAttempts: writable('3', integer(0, 100)),
  TransactionMessageRetryInterval: writable('60', integer(0, 86_400)),
  UnlockConnectorOnEVSideDisconnect: writable('true', boolean),
  WebSocketPingInterval: writable('60', integer(0, 3_600), applyPing),
  'x-ReservationEnabled': writable('true', boolean),
  'x-ResumeTransactionsAfterPowerLoss': writable('false', boolean),
  ...securityKeys,
};

export type KeyName = keyof typeof keys;

const isThreePhase = ({ evseSpec }: Place) => evseSpec.phases === 3 && !isDc(evseSpec);

const hasThreePhases = (charger: Charger) => places(charger).some(isThreePhase);

/** What an AC output is limited by is a current, too; a DC one takes its power (OCPP 1.6 §7.12, §9.4). */
function rateUnits(charger: Charger): string {
  return places(charger).every(({ evseSpec }) => isDc(evseSpec)) ? 'Power' : 'Current,Power';
}

function rateUnitList(value: string): string | undefined {
  const units = splitList(value);
  const known = units.length > 0 && units.every((unit) => unit === 'Current' || unit === 'Power');
  return known ? undefined : 'must be Current, Power or both';
}

function rotationDefault(charger: Charger): string {
  const all = places(charger);
  const rotations = all.map((place) => (isThreePhase(place) ? 'RST' : 'NotApplicable'));
  const supply = rotations.includes('RST') ? 'RST' : 'NotApplicable';
  return [supply, ...rotations].map((rotation, connectorId) => `${connectorId}.${rotation}`).join(',');
}

function applyPing(context: Context, value: string): void {
  if (context.charger.link.state === 'up') context.effects.push({ kind: 'ping', intervalSeconds: Number(value) });
}

/** The value of a key as text. @throws Error for a key that there is not: a slip of ours */
export function setting(charger: Charger, key: string): string {
  const own = charger.v16?.configuration[key];
  if (own !== undefined) return own;
  const definition = keys[key];
  if (!definition) throw new Error(`no configuration key ${key}`);
  return typeof definition.value === 'string' ? definition.value : definition.value(charger);
}

export function settingIsTrue(charger: Charger, key: string): boolean {
  return setting(charger, key).toLowerCase() === 'true';
}

export function settingNumber(charger: Charger, key: string): number {
  return Number(setting(charger, key));
}

export function settingList(charger: Charger, key: string): readonly string[] {
  return splitOnce(setting(charger, key));
}

/** Lists as chargers have them, most of them alike: split once, not for every sample. */
const known = new Map<string, readonly string[]>();
const knownMost = 500;

function splitOnce(value: string): readonly string[] {
  const list = known.get(value) ?? splitList(value);
  if (known.size >= knownMost) known.clear();
  known.set(value, list);
  return list;
}

function splitList(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Key names are compared without regard to case: CiString (OCPP 1.6 §7.17). */
function nameOf(key: string): string | undefined {
  if (Object.hasOwn(keys, key)) return key;
  return Object.keys(keys).find((name) => name.toLowerCase() === key.toLowerCase());
}

/** Every key with its present value. */
export function listConfiguration(charger: Charger): ConfigurationEntry[] {
  return Object.entries(keys).map(([key, definition]) => ({
    key,
    ...(definition.access === 'W' ? {} : { value: setting(charger, key) }),
    readonly: definition.access === 'R',
  }));
}

/** GetConfiguration (OCPP 1.6 §5.8). */
export function getConfiguration(context: Context, request: { key?: string[] | undefined }): Record<string, unknown> {
  const { charger } = context;
  const asked = request.key ?? [];
  const all = listConfiguration(charger);
  if (asked.length === 0) return { configurationKey: all };
  const names = asked.map((key) => ({ key, name: nameOf(key) }));
  const unknownKey = names.filter(({ name }) => name === undefined).map(({ key }) => key);
  const configurationKey = all.filter((entry) => names.some(({ name }) => name === entry.key));
  return {
    ...(configurationKey.length > 0 ? { configurationKey } : {}),
    ...(unknownKey.length > 0 ? { unknownKey } : {}),
  };
}

/** ChangeConfiguration (OCPP 1.6 §5.3). */
export function changeConfiguration(
  context: Context,
  request: { key: string; value: string },
): Record<string, unknown> {
  const name = nameOf(request.key);
  const definition = name === undefined ? undefined : keys[name];
  if (name === undefined || !definition) return { status: 'NotSupported' };
  if (definition.access === 'R' || definition.check(request.value, context.charger)) return { status: 'Rejected' };
  const forbidden = definition.forbids?.(request.value, context);
  if (forbidden !== undefined) {
    note(context, 'warn', `ChangeConfiguration of ${name} rejected: ${forbidden}`);
    return { status: 'Rejected' };
  }
  put(context, name, definition, request.value);
  return { status: 'Accepted' };
}

function put(context: Context, name: string, definition: KeyDefinition, value: string): void {
  store(context.charger, name, definition, value);
  definition.apply?.(context, value);
  touch(context);
}

/** Only what differs from the default is kept: the document has to stay small. */
function store(charger: Charger, name: string, { value: standard, write }: KeyDefinition, value: string): void {
  if (write) return write(charger, value);
  const { configuration } = v16(charger);
  if (value === (typeof standard === 'string' ? standard : standard(charger))) delete configuration[name];
  else configuration[name] = value;
}

/** setConfiguration of the API: as if set on the device, read-only keys too; all or none. @throws CommandRefused */
export function setOnDevice(context: Context, entries: { key: string; value: string }[]): void {
  const errors = entries.flatMap((entry, at) => wrongEntry(context.charger, entry, at));
  if (errors.length > 0) refuse('badInput', errors.map((e) => `${e.path}: ${e.message}`).join('; '), { errors });
  for (const entry of entries) {
    const name = nameOf(entry.key);
    const definition = name === undefined ? undefined : keys[name];
    if (name !== undefined && definition) put(context, name, definition, entry.value);
  }
}

function wrongEntry(charger: Charger, entry: { key: string; value: string }, at: number) {
  const name = nameOf(entry.key);
  const definition = name === undefined ? undefined : keys[name];
  if (!definition)
    return [{ path: `${at}.key`, message: `no configuration key ${entry.key}; GET configuration lists them` }];
  const tooLong = entry.value.length > valueMost ? `must not have more than ${valueMost} characters` : undefined;
  const wrong = tooLong ?? definition.check(entry.value, charger);
  return wrong ? [{ path: `${at}.value`, message: `${name} ${wrong}` }] : [];
}

/** Presets of a new charger; returns what is wrong with them. */
export function presetConfiguration(
  charger: Charger,
  wishes: NewCharger['configuration'],
): { path: string; message: string }[] {
  if (!wishes) return [];
  if (Array.isArray(wishes)) return [{ path: 'configuration', message: 'for ocpp1.6 an object of keys and values' }];
  const errors: { path: string; message: string }[] = [];
  for (const [key, value] of Object.entries(wishes)) {
    const wrong = wrongPreset(charger, key, value);
    if (wrong !== undefined) errors.push({ path: `configuration.${key}`, message: wrong });
    else preset(charger, nameOf(key) ?? key, value);
  }
  return errors;
}

function wrongPreset(charger: Charger, key: string, value: string): string | undefined {
  return keys[nameOf(key) ?? key]?.noPreset ?? wrongEntry(charger, { key, value }, 0)[0]?.message;
}

function preset(charger: Charger, name: string, value: string): void {
  const write = keys[name]?.write;
  if (write) write(charger, value);
  else v16(charger).configuration[name] = value;
}
