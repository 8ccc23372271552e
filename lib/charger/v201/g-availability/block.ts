// Block G, Availability, as a value.

import { heartbeatAnswered } from '../../registration';
import type { Block } from '../block';
import { places } from '../places';
import { queueTriggered } from '../triggered';
import { applyScheduled, changeAvailability, placeAt } from './change-availability';
import { forgetReports, statusPayload, statusTold, statusUnheard, tellAfterOffline, updateStatuses } from './status';

export const availability: Block = {
  name: 'G Availability',
  handlers: { ChangeAvailability: changeAvailability },
  answers: { Heartbeat: (context, _call, answer) => heartbeatAnswered(context, answer) },
  failures: { StatusNotification: ({ charger }, { note }) => statusUnheard(charger, note) },
  fill: {
    Heartbeat: () => ({}),
    StatusNotification(context, { evseId = 1, connectorId = 1 }) {
      const place = placeAt(context.charger, evseId, connectorId) ?? places(context.charger)[0];
      return place ? statusPayload(context, place) : {};
    },
  },
  triggers: {
    Heartbeat(context) {
      queueTriggered(context, 'Heartbeat', {});
      return 'Accepted';
    },
    /** F06.FR.12: about one connector, which is named. */
    StatusNotification(context, { evse }) {
      const place = placeAt(context.charger, evse?.id, evse?.connectorId);
      if (!place) return 'Rejected';
      statusTold(context.charger, place);
      const about = { evseId: place.bay.evseId, connectorId: place.connector.id };
      queueTriggered(context, 'StatusNotification', statusPayload(context, place), about);
      return 'Accepted';
    },
  },
  moments: {
    accepted(context) {
      forgetReports(context.charger);
      updateStatuses(context);
    },
    reconnected: tellAfterOffline,
    forgetReports,
    reconcile: updateStatuses,
  },
  extends: { transactionEnded: applyScheduled },
};
