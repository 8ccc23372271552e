// Block K, Smart Charging, as a value.
import type { RequestV201 } from '../../../ocpp/v201/messages';
import type { Context } from '../../context';
import { limitDue } from '../../schedule/obey';
import type { Block } from '../block';
import type { Authorization } from '../c-authorization/state';
import { variableIsTrue } from '../device-model/read';
import type { Transaction } from '../e-transactions/state';
import { filledReport, reportAnswered, reportFailed } from '../paged-reports';
import { pagers } from '../pagers';
import type { Bay } from '../places';
import { followExternalLimit, limitPayload } from './external';
import { obeyLimits } from './limits';
import { needsPayload, schedulePayload } from './needs';
import { install, removeProfiles } from './profiles';
import { clearChargingProfile, getChargingProfiles, getCompositeSchedule, setChargingProfile } from './requests';
import { whyNotStartWith } from './rules';

/** A RequestStartTransaction may bring a profile for its transaction; without smart charging it is ignored (F01.FR.12). */
function takeProfile(
  { charger, now }: Context,
  bay: Bay,
  { chargingProfile }: RequestV201<'RequestStartTransaction'>,
  wish: Authorization,
): string | undefined {
  if (!chargingProfile || !variableIsTrue(charger, 'SmartChargingCtrlr', 'Enabled')) return undefined;
  const why = whyNotStartWith(charger, bay, chargingProfile, now);
  if (why !== undefined) return `its charging profile ${why}`;
  wish.chargingProfile = chargingProfile;
  return undefined;
}

/** It becomes the TxProfile of the transaction that has begun (F01.FR.10). */
function installTaken({ charger }: Context, { evseId, state }: Bay, { id }: Transaction): void {
  const { authorization } = state;
  if (!authorization?.chargingProfile) return;
  install(charger, { evseId, source: 'CSO', wire: { ...authorization.chargingProfile, transactionId: id } });
  delete authorization.chargingProfile;
}

export const smartCharging: Block = {
  name: 'K Smart Charging',
  handlers: {
    ClearChargingProfile: clearChargingProfile,
    GetChargingProfiles: (context, request) => getChargingProfiles(context, request, pagers),
    GetCompositeSchedule: getCompositeSchedule,
    SetChargingProfile: setChargingProfile,
  },
  answers: { ReportChargingProfiles: (context, call) => reportAnswered(context, call, pagers) },
  failures: { ReportChargingProfiles: (context, call) => reportFailed(context, call, pagers) },
  fill: {
    ClearedChargingLimit: () => ({ chargingLimitSource: 'EMS' }),
    NotifyChargingLimit: ({ charger }) => limitPayload(charger),
    NotifyEVChargingNeeds: needsPayload,
    NotifyEVChargingSchedule: schedulePayload,
    ReportChargingProfiles: filledReport(
      { action: 'ReportChargingProfiles', selection: { chargingProfile: {} } },
      pagers,
    ),
  },
  timers: { chargingLimit: limitDue },
  effects: { chargingLimit: followExternalLimit },
  moments: {
    clockChanged: limitDue,
    reconcile: obeyLimits,
  },
  extends: {
    remoteStart: takeProfile,
    transactionBegun: installTaken,
    // K01: a TxProfile lives as long as its transaction.
    transactionEnded: ({ charger }, _bay, { id }) =>
      void removeProfiles(
        charger,
        ({ wire }) => wire.chargingProfilePurpose === 'TxProfile' && wire.transactionId === id,
      ),
  },
};
