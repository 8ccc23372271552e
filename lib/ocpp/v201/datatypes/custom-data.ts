// What every object of OCPP 2.0.1 has in common, messages and data types alike: no unknown fields, and room for the vendor's own.
import { z } from 'zod';
import { text } from '../../fields';

/** The vendor's own fields: any, beside `vendorId` (OCPP 2.0.1 part 1, §5 and block P). */
export const customData = z.looseObject({ vendorId: text(255) });

/** An object of these fields, and of `customData`. */
export const object = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({ ...shape, customData: customData.optional() });
