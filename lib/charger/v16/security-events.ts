// Security events as OCPP 1.6 has them: names and criticality of the security whitepaper, §8, and which are told.
import type { Charger } from '../charger';
import type { SecurityEvent, SecurityEventRule } from '../security-events';
import { setting } from './configuration';

interface Rule extends SecurityEventRule {
  /** Happens in the life of every charger, also of one whose CSMS has never heard of the whitepaper. */
  everyday?: true;
}

const critical = (type: string): Rule => ({ type, critical: true });
const other = (type: string): Rule => ({ type, critical: false });
const everyday = (rule: Rule): Rule => ({ ...rule, everyday: true });

export const securityEvents: Record<SecurityEvent, Rule> = {
  FirmwareUpdated: everyday(critical('FirmwareUpdated')),
  FailedToAuthenticateAtCentralSystem: other('FailedToAuthenticateAtCentralSystem'),
  CentralSystemFailedToAuthenticate: other('CentralSystemFailedToAuthenticate'),
  SettingSystemTime: everyday(critical('SettingSystemTime')),
  StartupOfTheDevice: everyday(critical('StartupOfTheDevice')),
  ResetOrReboot: everyday(critical('ResetOrReboot')),
  SecurityLogWasCleared: critical('SecurityLogWasCleared'),
  ReconfigurationOfSecurityParameters: other('ReconfigurationOfSecurityParameters'),
  MemoryExhaustion: everyday(critical('MemoryExhaustion')),
  InvalidMessages: everyday(other('InvalidMessages')),
  AttemptedReplayAttacks: everyday(other('AttemptedReplayAttacks')),
  TamperDetectionActivated: critical('TamperDetectionActivated'),
  InvalidFirmwareSignature: other('InvalidFirmwareSignature'),
  InvalidFirmwareSigningCertificate: other('InvalidFirmwareSigningCertificate'),
  InvalidCentralSystemCertificate: other('InvalidCentralSystemCertificate'),
  InvalidChargePointCertificate: other('InvalidChargePointCertificate'),
  InvalidTLSVersion: other('InvalidTLSVersion'),
  InvalidTLSCipherSuite: other('InvalidTLSCipherSuite'),
};

/**
 * What is done about an event: with the key x-SecurityEvents `all` it is logged and told, with `incidents` unless it is everyday, with
 * `none` it is logged. The default is `incidents` for a charger without a security profile, `all` for others.
 */
export function attentionTo(charger: Charger, event: SecurityEvent): 'none' | 'logged' | 'told' {
  const wanted = setting(charger, 'x-SecurityEvents');
  if (wanted === 'none') return 'logged';
  return wanted === 'incidents' && securityEvents[event].everyday ? 'none' : 'told';
}
