// What the CSMS asks of charging profiles: SetChargingProfile (K01), ClearChargingProfile (K10), GetChargingProfiles (K09), GetCompositeSchedule (K08).
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Charger } from '../../charger';
import { chargerTime } from '../../clock';
import { type Context, note, touch } from '../../context';
import { compositeOf, periodsOnWire, usualUnit } from '../../schedule/report';
import { variableIsTrue, variableList, variableNumber } from '../device-model/read';
import { mayReport, type Pager, type Pagers, startReport } from '../paged-reports';
import { type Bay, bays, findBay } from '../places';
import { limitedAt } from './limits';
import { install, installedProfiles, isExpired, removeProfiles, wholeSecond } from './profiles';
import { whyNotSet } from './rules';
import type { InstalledProfile, LimitSource } from './state';

const isEnabled = (charger: Charger) => variableIsTrue(charger, 'SmartChargingCtrlr', 'Enabled');

/** SetChargingProfile (K01): takes effect at once. */
export function setChargingProfile(
  context: Context,
  { evseId, chargingProfile: wire }: RequestV201<'SetChargingProfile'>,
): ResponseV201<'SetChargingProfile'> {
  const { charger, now } = context;
  const fresh: InstalledProfile = { evseId, source: 'CSO', wire };
  const fault = isEnabled(charger)
    ? whyNotSet(charger, fresh, now)
    : { reasonCode: 'NotEnabled', why: 'is not taken: SmartChargingCtrlr.Enabled is false' };
  if (fault) {
    note(context, 'warn', `SetChargingProfile rejected: profile ${wire.id} ${fault.why}`);
    const { reasonCode, why } = fault;
    return { status: 'Rejected', statusInfo: { reasonCode, additionalInfo: why.slice(0, 512) } };
  }
  removeProfiles(charger, (profile) => isExpired(profile, charger, now));
  install(charger, fresh);
  touch(context);
  return { status: 'Accepted' };
}

/** ClearChargingProfile (K10): the one of the id, or all that meet every criterion. What comes from outside is not cleared. */
export function clearChargingProfile(
  context: Context,
  { chargingProfileId, chargingProfileCriteria: criteria = {} }: RequestV201<'ClearChargingProfile'>,
): ResponseV201<'ClearChargingProfile'> {
  const { evseId, chargingProfilePurpose: purpose, stackLevel } = criteria;
  const removed = removeProfiles(context.charger, ({ evseId: where, source, wire }) => {
    if (source !== 'CSO') return false;
    if (chargingProfileId !== undefined) return wire.id === chargingProfileId;
    return (
      (evseId === undefined || where === evseId) &&
      (purpose === undefined || wire.chargingProfilePurpose === purpose) &&
      (stackLevel === undefined || wire.stackLevel === stackLevel)
    );
  });
  if (removed === 0) return { status: 'Unknown' };
  touch(context);
  return { status: 'Accepted' };
}

type Selection = Pick<RequestV201<'GetChargingProfiles'>, 'evseId' | 'chargingProfile'>;

/** GetChargingProfiles (K09): those that meet every criterion are told in ReportChargingProfiles. */
export function getChargingProfiles(
  context: Context,
  { requestId, evseId, chargingProfile }: RequestV201<'GetChargingProfiles'>,
  pagers: Pagers,
): ResponseV201<'GetChargingProfiles'> {
  const selection: Selection = { chargingProfile, ...(evseId === undefined ? {} : { evseId }) };
  if (selected(context.charger, selection).length === 0) return { status: 'NoProfiles' };
  if (!mayReport(context.charger)) return { status: 'NoProfiles', statusInfo: { reasonCode: 'Busy' } };
  startReport(context, { action: 'ReportChargingProfiles', requestId, selection }, pagers);
  return { status: 'Accepted' };
}

/** K09: EVSE 0 is the station alone, none is everywhere. */
function selected(charger: Charger, { evseId, chargingProfile: wanted }: Selection): InstalledProfile[] {
  return installedProfiles(charger).filter(
    ({ evseId: where, source, wire }) =>
      (evseId === undefined || where === evseId) &&
      (wanted.chargingProfileId?.includes(wire.id) ?? true) &&
      (wanted.chargingLimitSource?.includes(source) ?? true) &&
      (wanted.chargingProfilePurpose === undefined || wanted.chargingProfilePurpose === wire.chargingProfilePurpose) &&
      (wanted.stackLevel === undefined || wanted.stackLevel === wire.stackLevel),
  );
}

/** Profiles in one ReportChargingProfiles, which is about one EVSE and one source. */
const perPage = 4;

/** One ReportChargingProfiles. `at` counts messages. */
export const profilePages: Pager = (charger, { selection, at }) => {
  const pages = pagesOf(selected(charger, selection as Selection));
  const page = pages[at];
  return {
    payload: page
      ? {
          chargingLimitSource: page.source,
          evseId: page.evseId,
          chargingProfile: page.profiles.map(({ wire }) => wire),
        }
      : {},
    ...(at + 1 < pages.length ? { next: at + 1 } : {}),
  };
};

interface Page {
  evseId: number;
  source: LimitSource;
  profiles: InstalledProfile[];
}

function pagesOf(profiles: InstalledProfile[]): Page[] {
  const pages: Page[] = [];
  const sorted = [...profiles].sort(
    (one, other) => one.evseId - other.evseId || one.source.localeCompare(other.source),
  );
  for (const profile of sorted) {
    const { evseId, source } = profile;
    const last = pages.at(-1);
    const fits = last?.evseId === evseId && last.source === source && last.profiles.length < perPage;
    if (fits) last.profiles.push(profile);
    else pages.push({ evseId, source, profiles: [profile] });
  }
  return pages;
}

type Composite = NonNullable<ResponseV201<'GetCompositeSchedule'>['schedule']>;

/** GetCompositeSchedule (K08): of an EVSE, or with 0 of the station. */
export function getCompositeSchedule(
  context: Context,
  request: RequestV201<'GetCompositeSchedule'>,
): ResponseV201<'GetCompositeSchedule'> {
  const found = compositeSchedule(context.charger, request, context.now);
  if ('why' in found) {
    note(context, 'warn', `GetCompositeSchedule rejected: ${found.why}`);
    return { status: 'Rejected', statusInfo: { reasonCode: found.reasonCode, additionalInfo: found.why } };
  }
  if (found.duration < request.duration) {
    note(context, 'info', `the composite schedule covers ${found.duration} s: beyond, it has too many changes`);
  }
  return { status: 'Accepted', schedule: found };
}

/** The schedule from now on, or why there is none to report. */
export function compositeSchedule(
  charger: Charger,
  { evseId, duration, chargingRateUnit }: RequestV201<'GetCompositeSchedule'>,
  now: number,
): Composite | { reasonCode: string; why: string } {
  const from = wholeSecond(chargerTime(charger, now));
  const bay = findBay(charger, evseId);
  // K08.FR.05
  if (evseId !== 0 && !bay) return { reasonCode: 'UnknownEvse', why: `there is no EVSE ${evseId}` };
  if (duration <= 0) return { reasonCode: 'InvalidValue', why: `duration is ${duration}, and must be above 0` };
  const concerned = (bay ? [bay] : bays(charger)).map((one: Bay) => limitedAt(charger, one, from));
  const unit = chargingRateUnit ?? usualUnit(concerned, from);
  const units = variableList(charger, 'SmartChargingCtrlr', 'RateUnit');
  // K08.FR.07
  if (!units.includes(unit)) {
    return { reasonCode: 'UnsupportedRateUnit', why: `this station reports no ${unit}, but ${units.join(' and ')}` };
  }
  const mostPeriods = variableNumber(charger, 'SmartChargingCtrlr', 'PeriodsPerSchedule');
  const composite = compositeOf(concerned, { from, seconds: duration, unit, mostPeriods, whole: evseId === 0 });
  const specs = concerned.map(({ evseSpec }) => evseSpec);
  return {
    evseId,
    duration: composite.seconds,
    scheduleStart: new Date(from).toISOString(),
    chargingRateUnit: unit,
    chargingSchedulePeriod: periodsOnWire(composite, specs),
  };
}
