// Block J, Meter Values, as a value.
import { registrationStatus } from '../../registration';
import type { Block } from '../block';
import { bays } from '../places';
import { queueTriggered } from '../triggered';
import { alignedDue, alignedEndedDue, armAligned, meterValuesPayload } from './aligned';
import { armSampling, endedDue, updatedDue } from './sampled';

export const meterValues: Block = {
  name: 'J Meter Values',
  fill: {
    MeterValues: (context, { evseId }) => meterValuesPayload(context, typeof evseId === 'number' ? evseId : 1, 'Other'),
  },
  triggers: {
    /** F06.FR.06: of the EVSE that is named, else of all. */
    MeterValues(context, { evse }) {
      const ids = evse ? [evse.id] : bays(context.charger).map(({ evseId }) => evseId);
      for (const evseId of ids) {
        queueTriggered(context, 'MeterValues', meterValuesPayload(context, evseId, 'Trigger'), { evseId });
      }
      return 'Accepted';
    },
  },
  timers: { meterValues: updatedDue, endedValues: endedDue, clockAligned: alignedDue, alignedEnded: alignedEndedDue },
  effects: {
    alignedData: armAligned,
    sampledData(context) {
      for (const bay of bays(context.charger)) {
        if (bay.state.transaction?.intervalSeconds === undefined) armSampling(context, bay);
      }
    },
  },
  moments: {
    accepted: armAligned,
    clockChanged(context) {
      if (registrationStatus(context.charger) === 'Accepted') armAligned(context);
    },
    startedUp(context) {
      for (const bay of bays(context.charger)) armSampling(context, bay);
    },
  },
};
