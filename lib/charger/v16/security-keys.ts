// Configuration keys of the security whitepaper for OCPP 1.6 (§7), and ours beside them: what they take, what forbids a change, what
// a change does.
import type { Charger } from '../charger';
import { chargerTime } from '../clock';
import type { Context } from '../context';
import { profileOf, type SecurityProfile, tryProfile } from '../security';
import { raiseSecurityEvent } from '../security-events';
import { lackFor, passwordLeastBytes, type SecurityNeed } from '../security-needs';
import { boolean, integer, type KeyDefinition, readOnly, writable } from './key-definition';

/** Hexadecimal digits of 16 to 20 bytes (§7.2). */
const hexPassword = /^([0-9a-f]{2}){16,20}$/i;

/** ub-organization-name of RFC 5280: the name goes into the O of a certificate. */
const organizationMost = 64;

const profileNumber = integer(0, 3);

const authorizationKey: KeyDefinition = {
  access: 'W',
  value: '',
  check: (value) => (hexPassword.test(value) ? undefined : 'must have 32 to 40 hexadecimal digits: 16 to 20 bytes'),
  write(charger, value) {
    const username = charger.csms.basicAuth?.username ?? charger.identity;
    charger.csms = { ...charger.csms, basicAuth: { username, password: value, encoding: 'hex' } };
    charger.revision += 1;
  },
  apply(context) {
    raiseSecurityEvent(context, 'ReconfigurationOfSecurityParameters', 'AuthorizationKey was changed');
    const profile = profileOf(context.charger);
    if (profile === 1 || profile === 2) context.relink = 'the password for Basic authentication was changed';
  },
};

const securityProfile: KeyDefinition = {
  access: 'RW',
  value: (charger) => String(profileOf(charger)),
  check: profileNumber,
  forbids: whyNotProfile,
  write: (charger, value) => tryProfile(charger, Number(value) as SecurityProfile, secureUrl(charger)),
  apply(context, value) {
    raiseSecurityEvent(context, 'ReconfigurationOfSecurityParameters', `SecurityProfile was set to ${value}`);
    context.relink = `the security profile was set to ${value}`;
  },
  noPreset: 'is set with csms.securityProfile',
};

/** A05.FR.01 to A05.FR.04. */
function whyNotProfile(value: string, { charger, now }: Context): string | undefined {
  const [profile, present] = [Number(value) as SecurityProfile, profileOf(charger)];
  if (profile <= present) return `the security profile is ${present}, and may only be raised`;
  const lack = lackFor(charger, profile, chargerTime(charger, now));
  if (lack !== undefined) return `security profile ${profile} needs ${needs[lack]}`;
  const givesUpTls = profile === 1 && /^wss:/i.test(charger.csms.url);
  return givesUpTls ? 'security profile 1 would give up the TLS that is in use' : undefined;
}

const needs: Record<SecurityNeed, string> = {
  password: `an AuthorizationKey of at least ${passwordLeastBytes} bytes`,
  root: 'an installed CentralSystemRootCertificate',
  certificate: 'a valid charge point certificate',
};

const secureUrl = (charger: Charger) => charger.v16?.configuration['x-SecureUrl'] ?? '';

function organization(value: string): string | undefined {
  if (/\p{Cc}/u.test(value)) return 'must have no control characters';
  return value.length <= organizationMost ? undefined : `must have at most ${organizationMost} characters`;
}

/** As csms.url: without credentials, query and fragment. */
const webSocketUrl = /^(wss:\/\/[^\s/?#@]+(\/[^\s?#]*)?)?$/i;

function certificateKeysChanged(context: Context): void {
  raiseSecurityEvent(context, 'ReconfigurationOfSecurityParameters', 'CpoName was changed');
}

export const securityKeys: Record<string, KeyDefinition> = {
  AdditionalRootCertificateCheck: readOnly('false', boolean),
  AuthorizationKey: authorizationKey,
  CertificateSignedMaxChainSize: readOnly('10000', integer(1, 10_000)),
  CertificateStoreMaxLength: readOnly('8', integer(0, 20)),
  CpoName: writable('', organization, certificateKeysChanged),
  SecurityProfile: securityProfile,
  /** Where to connect from security profile 2 on, if that is not the same address with wss. */
  'x-SecureUrl': writable('', (value) => (webSocketUrl.test(value) ? undefined : 'must be a wss:// URL, or empty')),
  'x-SecurityEvents': writable(
    (charger) => (profileOf(charger) > 0 ? 'all' : 'incidents'),
    (value) => (/^(all|incidents|none)$/.test(value) ? undefined : 'must be all, incidents or none'),
  ),
};
