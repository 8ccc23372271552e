// Messages of OCPP 2.0.1 block P, Data Transfer: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { text } from '../fields';
import { object } from './datatypes/custom-data';
import { statusInfo } from './datatypes/status-info';

export const dataTransfer = {
  DataTransfer: {
    from: 'both',
    block: 'P',
    request: object({
      messageId: text(50).optional(),
      data: z.unknown().optional(),
      vendorId: text(255),
    }),
    response: object({
      status: z.enum(['Accepted', 'Rejected', 'UnknownMessageId', 'UnknownVendorId']),
      statusInfo: statusInfo.optional(),
      data: z.unknown().optional(),
    }),
  },
} as const;
