// TriggerMessage (F06): the blocks send what it asks for; what none of them has is not implemented.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Context } from '../../context';
import type { Block, MessageTrigger, Trigger } from '../block';
import { findBay } from '../places';

type Request = RequestV201<'TriggerMessage'>;

/** The handler over the triggers of these blocks. */
export function triggerMessage(blocks: readonly Block[]) {
  const triggers: Partial<Record<MessageTrigger, Trigger | undefined>> = Object.assign(
    {},
    ...blocks.map((block) => block.triggers ?? {}),
  );
  return (context: Context, request: Request): ResponseV201<'TriggerMessage'> => {
    const trigger = triggers[request.requestedMessage];
    if (!trigger) return { status: 'NotImplemented' };
    // EVSE 0 is the station.
    const evseId = request.evse?.id;
    const isKnown = evseId === undefined || evseId === 0 || findBay(context.charger, evseId) !== undefined;
    return { status: isKnown ? trigger(context, request) : 'Rejected' };
  };
}
