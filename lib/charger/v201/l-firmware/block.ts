// Block L, Firmware Management, as a value.

import type { Context } from '../../context';
import { downloadEnded, proceedWithFirmware } from '../../firmware-update';
import { signerChecked } from '../../signed-update';
import { statusTaken, statusUntold } from '../../transfer-telling';
import { maskUrlAt, maskUrlIn } from '../../url-secrets';
import type { Block } from '../block';
import { firmwareStatus, tellTransfers } from '../transfer-statuses';
import { queueTriggered } from '../triggered';
import {
  fetched,
  publishFirmware,
  publishingDue,
  publishingStarted,
  publishStatus,
  publishTold,
  publishUntold,
  tellPublishing,
  unpublishFirmware,
  viewPublished,
} from './publishing';
import { isKeptFree, updateFirmware } from './update';

/** What the CSMS could not be told before, of logs as well. */
function tellStatuses(context: Context): void {
  tellTransfers.rest(context);
  tellPublishing(context);
}

export const firmwareManagement: Block = {
  name: 'L Firmware Management',
  handlers: {
    PublishFirmware: publishFirmware,
    UnpublishFirmware: unpublishFirmware,
    UpdateFirmware: updateFirmware,
  },
  answers: { FirmwareStatusNotification: statusTaken, PublishFirmwareStatusNotification: publishTold },
  failures: { FirmwareStatusNotification: statusUntold, PublishFirmwareStatusNotification: publishUntold },
  fill: {
    FirmwareStatusNotification: ({ charger }) => firmwareStatus(charger),
    PublishFirmwareStatusNotification: ({ charger }) => publishStatus(charger),
  },
  triggers: {
    FirmwareStatusNotification(context) {
      queueTriggered(context, 'FirmwareStatusNotification', firmwareStatus(context.charger));
      return 'Accepted';
    },
    PublishFirmwareStatusNotification(context) {
      queueTriggered(context, 'PublishFirmwareStatusNotification', publishStatus(context.charger));
      return 'Accepted';
    },
  },
  masks: {
    PublishFirmware: (payload) => maskUrlAt(payload, 'location'),
    UpdateFirmware: (payload) => maskUrlIn(payload, 'firmware', 'location'),
  },
  timers: { publishing: publishingDue },
  tasks: { firmware: downloadEnded, signedUpdate: signerChecked, publishing: fetched },
  moments: {
    accepted: tellStatuses,
    reconnected: tellStatuses,
    startedUp: publishingStarted,
    reconcile(context) {
      proceedWithFirmware(context);
      tellStatuses(context);
    },
  },
  extends: { isOutOfService: isKeptFree },
  view: viewPublished,
};
