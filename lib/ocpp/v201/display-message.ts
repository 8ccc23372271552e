// Messages of OCPP 2.0.1 block O, Display Message: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { dateTime, integer, text } from '../fields';
import { object } from './datatypes/custom-data';
import { component } from './datatypes/device-model';
import { messageContent } from './datatypes/message-content';
import { statusResponse } from './datatypes/status-info';

const messagePriorityEnum = z.enum(['AlwaysFront', 'InFront', 'NormalCycle']);

const messageStateEnum = z.enum(['Charging', 'Faulted', 'Idle', 'Unavailable']);

const messageInfo = object({
  display: component.optional(),
  id: integer,
  priority: messagePriorityEnum,
  state: messageStateEnum.optional(),
  startDateTime: dateTime.optional(),
  endDateTime: dateTime.optional(),
  transactionId: text(36).optional(),
  message: messageContent,
});

export const displayMessage = {
  ClearDisplayMessage: {
    from: 'csms',
    block: 'O',
    request: object({ id: integer }),
    response: statusResponse(['Accepted', 'Unknown']),
  },
  GetDisplayMessages: {
    from: 'csms',
    block: 'O',
    request: object({
      id: z.array(integer).min(1).optional(),
      requestId: integer,
      priority: messagePriorityEnum.optional(),
      state: messageStateEnum.optional(),
    }),
    response: statusResponse(['Accepted', 'Unknown']),
  },
  NotifyDisplayMessages: {
    from: 'charger',
    block: 'O',
    request: object({
      messageInfo: z.array(messageInfo).min(1).optional(),
      requestId: integer,
      tbc: z.boolean().optional(),
    }),
    response: object({}),
  },
  SetDisplayMessage: {
    from: 'csms',
    block: 'O',
    request: object({ message: messageInfo }),
    response: statusResponse([
      'Accepted',
      'NotSupportedMessageFormat',
      'Rejected',
      'NotSupportedPriority',
      'NotSupportedState',
      'UnknownTransaction',
    ]),
  },
} as const;
