// A text to show to whoever charges, as messages of blocks C, E and O carry it.
import { z } from 'zod';
import { text } from '../../fields';
import { object } from './custom-data';

export const messageContent = object({
  format: z.enum(['ASCII', 'HTML', 'URI', 'UTF8']),
  language: text(8).optional(),
  content: text(512),
});
