// Variables of the controllers that deal with the CSMS itself: communication, security, clock, device data, monitoring, customization
// (OCPP 2.0.1 part 2, referenced components and variables: general, security, monitoring).

import { countRoots } from '../../certificates';
import { profileOf } from '../../security';
import {
  boolean,
  dateTime,
  integer,
  live,
  members,
  option,
  readOnly,
  seconds,
  sequence,
  text,
  type VariableDefinition,
  writable,
} from './definition';
import { activeSlot, emptySlot, networkSlots, unusableSlot } from './network-slots';

/** ub-organization-name of RFC 5280: the name goes into the O of a certificate. */
const organizationMost = 64;

/** Root certificates at most: they are part of the charger document. */
export const certificatesMost = 20;

/** A01.FR.02: characters of passwordString, 16 to 40 of them. */
const passwordShape = /^[\w*\-+=:|@.~!#$%&()/;<>?[\]^{}]{16,40}$/;

/** Items that one request may have. */
const items = (most: number) => readOnly(integer(1, 1000), String(most), { constant: true });
/** Bytes that one request may have. */
const bytes = (most: number) => readOnly(integer(1, 1_000_000), String(most), { constant: true });

/** Whether it is one of the IANA time zone database is asked of the platform. */
function zone(value: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return undefined;
  } catch {
    return 'must be a time zone of the IANA database, such as Europe/Oslo';
  }
}

function cleanText(value: string): string | undefined {
  return /\p{Cc}/u.test(value) ? 'must have no control characters' : undefined;
}

const basicAuthPassword: VariableDefinition = {
  characteristics: text(40),
  mutability: 'WriteOnly',
  value: '',
  check: (value) =>
    passwordShape.test(value) ? undefined : 'must have 16 to 40 characters of those of a passwordString',
  write(charger, value) {
    const username = charger.csms.basicAuth?.username ?? charger.identity;
    charger.csms = { ...charger.csms, basicAuth: { username, password: value } };
    charger.revision += 1;
  },
  effect: 'credentials',
  noPreset: 'is set with csms.basicAuth',
};

export const communication = {
  OCPPCommCtrlr: {
    Enabled: readOnly(boolean, 'true'),
    ActiveNetworkProfile: live(integer(0, 100), activeSlot),
    FileTransferProtocols: readOnly(members(['FTP', 'FTPS', 'HTTP', 'HTTPS', 'SFTP']), 'FTP,FTPS,HTTP,HTTPS'),
    HeartbeatInterval: writable(seconds(1, 604_800), '300', { effect: 'heartbeat', monitored: true }),
    'MessageAttemptInterval[TransactionEvent]': writable(seconds(0, 86_400), '60'),
    'MessageAttempts[TransactionEvent]': writable(integer(0, 100), '3'),
    'MessageTimeout[Default]': readOnly(seconds(1, 600), '30'),
    NetworkConfigurationPriority: writable(sequence(...networkSlots), '1', {
      reboot: true,
      check: emptySlot,
      forbids: unusableSlot,
    }),
    NetworkProfileConnectionAttempts: writable(integer(1, 100), '3'),
    OfflineThreshold: writable(seconds(0, 604_800), '600', { monitored: true }),
    PublicKeyWithSignedMeterValue: readOnly(option('Never', 'OncePerTransaction', 'EveryMeterValue'), 'Never'),
    QueueAllMessages: writable(boolean, 'false'),
    ResetRetries: writable(integer(0, 100), '1'),
    RetryBackOffRandomRange: writable(seconds(0, 3_600), '10'),
    RetryBackOffRepeatTimes: writable(integer(0, 20), '5'),
    RetryBackOffWaitMinimum: writable(seconds(1, 3_600), '5'),
    UnlockOnEVSideDisconnect: writable(boolean, 'true'),
    WebSocketPingInterval: writable(seconds(0, 3_600), '60', { effect: 'ping' }),
  },
  SecurityCtrlr: {
    /** Fixed for the life of a real station; people who set one up choose it. */
    AdditionalRootCertificateCheck: readOnly(boolean, 'false'),
    BasicAuthPassword: basicAuthPassword,
    CertSigningRepeatTimes: writable(integer(0, 20), '3'),
    CertSigningWaitMinimum: writable(seconds(1, 86_400), '60'),
    CertificateEntries: live(integer(0, certificatesMost), (charger) => String(countRoots(charger))),
    Identity: live(text(48), ({ identity }) => identity),
    MaxCertificateChainSize: readOnly(integer(1, 10_000), '10000'),
    OrganizationName: writable(text(organizationMost), 'ChargerSim', { check: cleanText }),
    SecurityProfile: live(integer(0, 3), (charger) => String(profileOf(charger)), {
      noPreset: 'is set with csms.securityProfile',
      monitored: true,
    }),
  },
  ClockCtrlr: {
    /** Filled in by whoever knows the moment; see `read.ts`. */
    DateTime: live(dateTime, ''),
    NextTimeOffsetTransitionDateTime: writable(text(35), '', { check: momentOrNothing }),
    'NtpServerUri[1]': writable(text(255), ''),
    NtpSource: writable(option('DHCP', 'manual'), 'DHCP'),
    TimeAdjustmentReportingThreshold: writable(seconds(0, 86_400), '60'),
    TimeOffset: writable(text(6), '', { check: offsetOrNothing, effect: 'clock' }),
    'TimeOffset[NextTransition]': writable(text(6), '', { check: offsetOrNothing }),
    TimeSource: writable(sequence('Heartbeat', 'NTP', 'RealTimeClock'), 'Heartbeat,RealTimeClock'),
    TimeZone: writable(text(64), 'Etc/UTC', { check: zone }),
  },
  DeviceDataCtrlr: {
    'BytesPerMessage[GetReport]': bytes(8_192),
    'BytesPerMessage[GetVariables]': bytes(16_384),
    /** Ours: what one NotifyReport may weigh. */
    'BytesPerMessage[NotifyReport]': bytes(8_192),
    'BytesPerMessage[SetVariables]': bytes(65_536),
    ConfigurationValueSize: readOnly(integer(1, 1000), '1000', { constant: true }),
    'ItemsPerMessage[GetReport]': items(50),
    'ItemsPerMessage[GetVariables]': items(50),
    /** Ours: how many variables one NotifyReport may tell. */
    'ItemsPerMessage[NotifyReport]': items(25),
    'ItemsPerMessage[SetVariables]': items(50),
    ReportingValueSize: readOnly(integer(1, 2500), '2500', { constant: true }),
    ValueSize: readOnly(integer(1, 2500), '1000', { constant: true }),
  },
  MonitoringCtrlr: {
    ActiveMonitoringBase: live(
      option('All', 'FactoryDefault', 'HardWiredOnly'),
      ({ v201 }) => v201?.monitoring?.base ?? 'All',
    ),
    ActiveMonitoringLevel: live(integer(0, 9), ({ v201 }) => String(v201?.monitoring?.level ?? 9)),
    Available: readOnly(boolean, 'true'),
    'BytesPerMessage[ClearVariableMonitoring]': bytes(8_192),
    'BytesPerMessage[SetVariableMonitoring]': bytes(8_192),
    Enabled: writable(boolean, 'true', { effect: 'monitoring' }),
    'ItemsPerMessage[ClearVariableMonitoring]': items(50),
    'ItemsPerMessage[SetVariableMonitoring]': items(20),
    OfflineQueuingSeverity: writable(integer(0, 9), '5'),
  },
  CustomizationCtrlr: {
    'CustomImplementationEnabled[org.charger-simulator]': readOnly(boolean, 'true'),
  },
} satisfies Record<string, Record<string, VariableDefinition>>;

function momentOrNothing(value: string): string | undefined {
  return value === '' || !Number.isNaN(Date.parse(value)) ? undefined : 'must be a date and time, or empty';
}

/** Such as +01:00. */
function offsetOrNothing(value: string): string | undefined {
  return /^([+-](0\d|1[0-4]):[0-5]\d)?$/.test(value) ? undefined : 'must be an offset such as +01:00, or empty';
}
