// Network connection profiles (OCPP 2.0.1 B09, B10, A05): the CSMS puts them into slots; after a restart the charger tries them in the order
// of NetworkConfigurationPriority, each NetworkProfileConnectionAttempts times, and at last the one that worked before.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Charger } from '../../charger';
import { type Context, note, touch } from '../../context';
import { profileOf, type SecurityProfile } from '../../security';
import { raiseSecurityEvent } from '../../security-events';
import { keepVariable } from '../device-model/change';
import {
  activeSlot,
  type NetworkProfile,
  type NetworkState,
  networkSlots,
  profileIn,
} from '../device-model/network-slots';
import { variableList, variableNumber } from '../device-model/read';

type SetNetworkProfile = RequestV201<'SetNetworkProfile'>;

/** SetNetworkProfile (B09): the profile is used when NetworkConfigurationPriority names its slot, after the next restart. */
export function setNetworkProfile(context: Context, request: SetNetworkProfile): ResponseV201<'SetNetworkProfile'> {
  const { charger } = context;
  const why = whyNot(charger, request);
  if (why) {
    note(context, 'warn', `SetNetworkProfile rejected: ${why.additionalInfo}`);
    return { status: 'Rejected', statusInfo: why };
  }
  const { configurationSlot, connectionData } = request;
  const profile = {
    url: connectionData.ocppCsmsUrl,
    securityProfile: connectionData.securityProfile as SecurityProfile,
  };
  const before = charger.v201?.network?.profiles;
  keep(charger, { profiles: { ...before, [configurationSlot]: profile } });
  touch(context);
  return { status: 'Accepted' };
}

/** As csms.url: without credentials, query and fragment. */
const webSocketUrl = /^wss?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/i;

function whyNot(charger: Charger, { configurationSlot, connectionData }: SetNetworkProfile) {
  const { ocppVersion, ocppTransport, ocppCsmsUrl: url, securityProfile: profile } = connectionData;
  if (!networkSlots.includes(String(configurationSlot))) {
    return reason('InvalidConfSlot', `there are slots ${networkSlots.join(', ')}`);
  }
  if (ocppVersion !== 'OCPP20' || ocppTransport !== 'JSON') {
    return reason('InvalidNetworkConf', 'this charger speaks OCPP20 over JSON only');
  }
  if (!webSocketUrl.test(url))
    return reason('InvalidNetworkConf', 'the URL must be one of ws:// or wss:// without query');
  if (!Number.isInteger(profile) || profile < 0 || profile > 3) {
    return reason('InvalidNetworkConf', 'there are security profiles 0 to 3');
  }
  if (profile >= 2 !== /^wss:/i.test(url)) {
    return reason('InvalidNetworkConf', `security profile ${profile} needs ${profile >= 2 ? 'wss' : 'ws'}://`);
  }
  // B09.FR.04
  if (profile < profileOf(charger))
    return reason('NoSecurityDowngrade', `the security profile is ${profileOf(charger)}`);
  return undefined;
}

const reason = (reasonCode: string, additionalInfo: string) => ({ reasonCode, additionalInfo });

/** The charger has started: it begins with the first slot of NetworkConfigurationPriority (B10.FR.04, A05.FR.05). */
export function beginWithFirst(context: Context): void {
  const { charger } = context;
  const [first = activeSlot(charger)] = variableList(charger, 'OCPPCommCtrlr', 'NetworkConfigurationPriority');
  keep(charger, { failures: undefined, exhausted: undefined });
  use(context, first);
}

/** An attempt to connect has failed: after enough of them another profile is tried (B10.FR.03, B10.FR.07). */
export function connectionFailed(context: Context): void {
  const { charger } = context;
  const order = variableList(charger, 'OCPPCommCtrlr', 'NetworkConfigurationPriority');
  const present = activeSlot(charger);
  const last = charger.v201?.network?.last ?? present;
  if (new Set([...order, present, last]).size === 1) return;
  const { failures = 0, exhausted = 0 } = charger.v201?.network ?? {};
  context.save = true;
  if (failures + 1 < variableNumber(charger, 'OCPPCommCtrlr', 'NetworkProfileConnectionAttempts')) {
    return keep(charger, { failures: failures + 1 });
  }
  const isLast = exhausted + 1 >= order.length;
  const next = order[order.indexOf(present) + 1] ?? order[0] ?? present;
  const to = isLast ? last : next;
  keep(charger, { failures: undefined, exhausted: isLast && to === present ? undefined : exhausted + 1 });
  use(context, to);
}

/** A connection is up: its profile is the one to fall back to; those of a lower security profile are gone for good (A05.FR.06). */
export function connectionWorks(context: Context): void {
  const { charger } = context;
  const network = charger.v201?.network;
  if (!network) return;
  const slot = activeSlot(charger);
  if (network.last !== slot || network.failures || network.exhausted) context.save = true;
  keep(charger, { last: slot, failures: undefined, exhausted: undefined });
  dropWeaker(context, slot);
}

function dropWeaker(context: Context, slot: string): void {
  const { charger } = context;
  const least = profileOf(charger);
  const profiles = charger.v201?.network?.profiles ?? {};
  const weaker = Object.keys(profiles).filter((one) => one !== slot && (profiles[one]?.securityProfile ?? 0) < least);
  if (weaker.length === 0) return;
  const kept = Object.entries(profiles).filter(([one]) => !weaker.includes(one));
  keep(charger, { profiles: Object.fromEntries(kept) });
  const order = variableList(charger, 'OCPPCommCtrlr', 'NetworkConfigurationPriority');
  const left = order.filter((one) => !weaker.includes(one));
  keepVariable(charger, 'OCPPCommCtrlr', 'NetworkConfigurationPriority', (left.length > 0 ? left : [slot]).join(','));
  raiseSecurityEvent(
    context,
    'ReconfigurationOfSecurityParameters',
    `security profile ${least} works: slots ${weaker.join(', ')} with a lower one are gone`,
  );
}

/** The next connection uses the profile of a slot. Whoever is there does not know the charger: it boots (B10.FR.10). */
function use(context: Context, slot: string): void {
  const { charger } = context;
  const wanted = profileIn(charger, slot);
  if (!wanted || isInUse(charger, slot, wanted)) return;
  const before = activeSlot(charger);
  const present = { url: charger.csms.url, securityProfile: profileOf(charger) };
  // What is in use is kept with the connection settings, the others here. A slot whose profile was changed while in use has the new one.
  const { profiles = {}, last = before } = charger.v201?.network ?? {};
  const { [slot]: _, ...others } = profiles;
  keep(charger, { profiles: slot === before ? others : { [before]: present, ...others }, active: slot, last });
  charger.csms = { ...charger.csms, url: wanted.url, securityProfile: wanted.securityProfile };
  charger.revision += 1;
  charger.bootDue = true;
  note(context, 'info', `the network connection profile of slot ${slot} is used`);
  touch(context);
}

function isInUse(charger: Charger, slot: string, { url, securityProfile }: NetworkProfile): boolean {
  return slot === activeSlot(charger) && url === charger.csms.url && securityProfile === profileOf(charger);
}

/** Changes what is known of the network; what is `undefined` is taken out. */
function keep({ v201 }: Charger, changes: { [K in keyof NetworkState]?: NetworkState[K] | undefined }): void {
  if (!v201) return;
  const merged = Object.entries({ ...v201.network, ...changes }).filter(([, value]) => value !== undefined);
  if (merged.length === 0) delete v201.network;
  else v201.network = Object.fromEntries(merged) as NetworkState;
}
