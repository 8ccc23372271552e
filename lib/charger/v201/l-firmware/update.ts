// UpdateFirmware of OCPP 2.0.1 (L01, L02): what is asked for, and what an update needs of the controller. How it goes on is in
// ../../firmware-update.ts.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import { rootsOf } from '../../certificates';
import type { Charger } from '../../charger';
import { hostTime } from '../../clock';
import { type Context, note } from '../../context';
import { type FirmwareRules, type FirmwareWish, holdsConnectors, isInstalling, isUpdating } from '../../firmware';
import { beginUpdate } from '../../firmware-update';
import type { AnswerLater } from '../../owed-answers';
import { restart } from '../../restart';
import { retriesOf } from '../../retries';
import { requestSignedUpdate } from '../../signed-update';
import { isTellingFirmware } from '../../transfer-telling';
import { find } from '../device-model/model';
import { attribute } from '../device-model/read';
import { endAuthorization } from '../e-transactions/lifecycle';
import { bays, v201 } from '../places';
import { tellTransfers } from '../transfer-statuses';

type Request = RequestV201<'UpdateFirmware'>;
type Answer = ResponseV201<'UpdateFirmware'>;

/** UpdateFirmware: signed firmware is accepted once its certificate has been checked (L01), other firmware at once (L02). */
export function updateFirmware(context: Context, request: Request): Answer | AnswerLater {
  const { charger } = context;
  const { signingCertificate: certificate, signature } = request.firmware;
  const wish = wishOf(charger, request);
  if (certificate !== undefined && signature !== undefined) {
    return requestSignedUpdate(context, { ...wish, signing: { certificate, signature } });
  }
  if (certificate !== undefined || signature !== undefined) {
    return rejected(context, 'MissingParam', 'signingCertificate and signature come together or not at all');
  }
  // Whoever can tell whose firmware it is takes no other.
  if (rootsOf(charger, 'manufacturer').length > 0) {
    return rejected(context, 'MissingParam', 'a ManufacturerRootCertificate is installed: firmware must be signed');
  }
  if (isInstalling(charger)) return rejected(context, 'Busy', 'other firmware is being installed');
  const status = isUpdating(charger) ? 'AcceptedCanceled' : 'Accepted';
  beginUpdate(context, wish);
  return { status };
}

function rejected(context: Context, reasonCode: string, additionalInfo: string): Answer {
  note(context, 'warn', `UpdateFirmware rejected: ${additionalInfo}`);
  return { status: 'Rejected', statusInfo: { reasonCode, additionalInfo } };
}

function wishOf(charger: Charger, { firmware, requestId, retries, retryInterval }: Request): FirmwareWish {
  const { location, retrieveDateTime, installDateTime } = firmware;
  const time = (text: string) => hostTime(charger, Date.parse(text));
  return {
    location,
    retrieveAt: time(retrieveDateTime),
    ...(installDateTime === undefined ? {} : { installAt: time(installDateTime) }),
    retries: retriesOf(retries, retryInterval),
    requestId,
  };
}

/** Whether sessions may begin although an installation waits for the others to end (L01.FR.06, L01.FR.07). */
function takesSessions(charger: Charger): boolean {
  const search = find(charger, { name: 'ChargingStation' }, { name: 'AllowNewSessionsPendingFirmwareUpdate' });
  return search.status === 'Accepted' && attribute(charger, search.found, 'Actual', '') === 'true';
}

/** Nobody charges while firmware is installed, nor begins to while that waits for others, unless sessions are welcome. */
export function isKeptFree(charger: Charger): boolean {
  return isInstalling(charger) || (holdsConnectors(charger) && !takesSessions(charger));
}

export const firmwareRules: FirmwareRules = {
  tell: tellTransfers.firmware,
  isBusy: (charger) =>
    bays(charger).some(({ state }) => state.transaction || (state.authorization && takesSessions(charger))),
  vacate(context) {
    if (takesSessions(context.charger)) return;
    for (const bay of bays(context.charger)) if (!bay.state.transaction) endAuthorization(context, bay);
  },
  isTelling: isTellingFirmware,
  restart(context) {
    v201(context.charger).bootReason = 'FirmwareUpdate';
    restart(context);
  },
};
