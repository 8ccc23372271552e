// Security events as OCPP 2.0.1 has them: names and criticality of part 2 appendices §1. All of them are told (A04).
import type { SecurityEvent, SecurityEventRule } from '../security-events';

const critical = (type: string): SecurityEventRule => ({ type, critical: true });
const other = (type: string): SecurityEventRule => ({ type, critical: false });

export const securityEvents: Record<SecurityEvent, SecurityEventRule> = {
  FirmwareUpdated: critical('FirmwareUpdated'),
  FailedToAuthenticateAtCentralSystem: other('FailedToAuthenticateAtCsms'),
  CentralSystemFailedToAuthenticate: other('CsmsFailedToAuthenticate'),
  SettingSystemTime: critical('SettingSystemTime'),
  StartupOfTheDevice: critical('StartupOfTheDevice'),
  ResetOrReboot: critical('ResetOrReboot'),
  SecurityLogWasCleared: critical('SecurityLogWasCleared'),
  ReconfigurationOfSecurityParameters: other('ReconfigurationOfSecurityParameters'),
  MemoryExhaustion: critical('MemoryExhaustion'),
  InvalidMessages: other('InvalidMessages'),
  AttemptedReplayAttacks: other('AttemptedReplayAttacks'),
  TamperDetectionActivated: critical('TamperDetectionActivated'),
  InvalidFirmwareSignature: other('InvalidFirmwareSignature'),
  InvalidFirmwareSigningCertificate: other('InvalidFirmwareSigningCertificate'),
  InvalidCentralSystemCertificate: other('InvalidCsmsCertificate'),
  InvalidChargePointCertificate: other('InvalidChargingStationCertificate'),
  InvalidTLSVersion: other('InvalidTLSVersion'),
  InvalidTLSCipherSuite: other('InvalidTLSCipherSuite'),
};
