// The answer that most requests get: a status, and perhaps why.
import { z } from 'zod';
import { text } from '../../fields';
import { object } from './custom-data';

export const statusInfo = object({
  reasonCode: text(20),
  additionalInfo: text(512).optional(),
});

/** GenericStatusEnumType. */
export const genericStatus = ['Accepted', 'Rejected'] as const;

/** GenericDeviceModelStatusEnumType. */
export const genericDeviceModelStatus = ['Accepted', 'Rejected', 'NotSupported', 'EmptyResultSet'] as const;

/** A response of one of these statuses, and of nothing else but why. */
export const statusResponse = <const Statuses extends readonly string[]>(statuses: Statuses) =>
  object({ status: z.enum(statuses), statusInfo: statusInfo.optional() });
