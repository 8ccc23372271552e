// Limits from outside (K11 to K13): an energy management system or a grid operator limits the station through the variable x-ExternalLimit. The
// CSMS is told, and what charges follows.
import { enqueue } from '../../calls';
import type { Charger } from '../../charger';
import { toWire } from '../../clock';
import { type Context, touch } from '../../context';
import { reachable } from '../../link';
import { isAccepted } from '../../registration';
import { externalLimit } from '../device-model/external-limit';
import { variable, variableIsTrue, variableNumber } from '../device-model/read';
import { queueEvent } from '../e-transactions/event';
import { bays } from '../places';
import { obeyLimits } from './limits';
import { install, installedProfiles, removeProfiles } from './profiles';
import type { LimitSource, WireProfile } from './state';

/** Of the profile that stands for the limit: no CSMS numbers its own like this. */
const externalId = -1;

const isExternal = ({ wire }: { wire: WireProfile }) =>
  wire.chargingProfilePurpose === 'ChargingStationExternalConstraints';

/** The variable has changed, or whether such limits are obeyed: the limit is taken over or lifted. */
export function followExternalLimit(context: Context): void {
  const { charger } = context;
  const obeys = variableIsTrue(charger, 'SmartChargingCtrlr', 'ExternalControlSignalsEnabled');
  const wanted = obeys ? externalLimit(variable(charger, 'SmartChargingCtrlr', 'x-ExternalLimit')) : undefined;
  const present = installedProfiles(charger).find(isExternal);
  const [schedule] = present?.wire.chargingSchedule ?? [];
  const isSame =
    schedule?.chargingRateUnit === wanted?.unit &&
    schedule?.chargingSchedulePeriod[0]?.limit === wanted?.limit &&
    present?.source === wanted?.source;
  if (isSame) return;
  const before = powers(charger);
  removeProfiles(charger, isExternal);
  if (wanted)
    install(charger, { evseId: 0, source: wanted.source, wire: profileOf(context, wanted.unit, wanted.limit) });
  touch(context);
  obeyLimits(context);
  tellLimit(context, wanted?.source, present?.source);
  tellRates(context, before);
}

function profileOf(context: Context, unit: 'A' | 'W', limit: number): WireProfile {
  return {
    id: externalId,
    stackLevel: 0,
    chargingProfilePurpose: 'ChargingStationExternalConstraints',
    chargingProfileKind: 'Absolute',
    chargingSchedule: [
      {
        id: 1,
        startSchedule: toWire(context.charger, Math.floor(context.now / 1000) * 1000),
        chargingRateUnit: unit,
        chargingSchedulePeriod: [{ startPeriod: 0, limit }],
      },
    ],
  };
}

/** K11, K12: it is set; K13: it is lifted. A station that is offline tells nothing of it. */
function tellLimit(context: Context, source: LimitSource | undefined, before: LimitSource | undefined): void {
  const { charger } = context;
  if (!isAccepted(charger) || !reachable(charger)) return;
  if (source !== undefined) {
    enqueue(context, { action: 'NotifyChargingLimit', payload: limitPayload(charger), kind: 'plain' });
  } else if (before !== undefined) {
    const payload = { chargingLimitSource: before };
    enqueue(context, { action: 'ClearedChargingLimit', payload, kind: 'plain' });
  }
}

/** NotifyChargingLimitRequest as things stand; with the schedule where NotifyChargingLimitWithSchedules is true. */
export function limitPayload(charger: Charger): Record<string, unknown> {
  const present = installedProfiles(charger).find(isExternal);
  const withSchedule = variableIsTrue(charger, 'SmartChargingCtrlr', 'NotifyChargingLimitWithSchedules');
  return {
    chargingLimit: { chargingLimitSource: present?.source ?? 'EMS' },
    ...(present && withSchedule ? { chargingSchedule: present.wire.chargingSchedule } : {}),
  };
}

const powers = (charger: Charger) => bays(charger).map(({ evse, evseSpec }) => evse.limitW ?? evseSpec.maxPowerW);

/** K11: running transactions whose rate changes by more than LimitChangeSignificance tell so. */
function tellRates(context: Context, before: number[]): void {
  const { charger } = context;
  const least = variableNumber(charger, 'SmartChargingCtrlr', 'LimitChangeSignificance') / 100;
  const after = powers(charger);
  bays(charger).forEach((bay, at) => {
    const [was = 0, is = 0] = [before[at], after[at]];
    const { transaction } = bay.state;
    if (!transaction || bay.evse.contactor !== 'closed' || Math.abs(is - was) <= was * least) return;
    queueEvent(context, bay, transaction, 'Updated', { trigger: 'ChargingRateChanged' });
  });
}
