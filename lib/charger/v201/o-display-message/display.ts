// What is on the display of each EVSE (OCPP 2.0.1 O01, O02, I01 to I06): the messages whose time, state and transaction it is, by their
// priority, with tariff and cost. Reading only.
import type { Charger } from '../../charger';
import { chargerTime } from '../../clock';
import { chargingState } from '../e-transactions/points';
import { isFaulted } from '../g-availability/faults';
import { isOutOfService } from '../g-availability/status';
import { type CostShown, costShown } from '../i-tariff-cost/cost';
import { activePlace, type Bay, bays, v201 } from '../places';
import type { MessageInfo, MessageState } from './state';

/** The display of an EVSE. Several messages take turns, in this order. */
export interface DisplayView extends CostShown {
  evseId: number;
  state: MessageState;
  messages: { id: number; priority: MessageInfo['priority']; content: string; format: string; language?: string }[];
}

/** Every EVSE's display at `now`. */
export function viewDisplays(charger: Charger, now: number): DisplayView[] {
  return bays(charger).map((bay) => {
    const state = stateOf(charger, bay);
    return {
      evseId: bay.evseId,
      state,
      messages: shown(charger, bay, state, now).map(({ id, priority, message: { content, format, language } }) => ({
        id,
        priority,
        content,
        format,
        ...(language === undefined ? {} : { language }),
      })),
      ...costShown(charger, bay),
    };
  });
}

/** MessageStateEnumType. */
function stateOf(charger: Charger, bay: Bay): MessageState {
  const place = activePlace(bay);
  if (isFaulted(charger, place) || isFaulted(charger, undefined)) return 'Faulted';
  if (bay.state.transaction) return chargingState(charger, bay) === 'Charging' ? 'Charging' : 'Idle';
  return place && isOutOfService(charger, place) ? 'Unavailable' : 'Idle';
}

/** The most important ones whose turn it is: an AlwaysFront alone, else all InFront, else all others (MessagePriorityEnumType). */
function shown(charger: Charger, bay: Bay, state: MessageState, now: number): MessageInfo[] {
  const clock = chargerTime(charger, now);
  const timely = (v201(charger).displayMessages ?? []).filter((message) => isDue(message, bay, state, clock));
  for (const wanted of ['AlwaysFront', 'InFront'] as const) {
    const found = timely.filter(({ priority }) => priority === wanted);
    if (found.length > 0) return found;
  }
  return timely;
}

function isDue(
  message: MessageInfo,
  { evseId, state: { transaction } }: Bay,
  state: MessageState,
  clock: number,
): boolean {
  const { startDateTime, endDateTime, display } = message;
  if (startDateTime !== undefined && clock < Date.parse(startDateTime)) return false;
  if (endDateTime !== undefined && clock >= Date.parse(endDateTime)) return false;
  if (display?.evse && display.evse.id !== evseId) return false;
  if (message.transactionId !== undefined && message.transactionId !== transaction?.id) return false;
  return message.state === undefined || message.state === state;
}
