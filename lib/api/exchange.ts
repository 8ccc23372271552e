// OCPP frames as answers show them: times in ISO 8601. What is masked has been masked where the frame was recorded.
import { z } from 'zod';
import type { LoggedFrame } from '../charger/effect';

export const frameSchema = z
  .strictObject({
    at: z.iso.datetime().describe('When it crossed the wire.'),
    direction: z.enum(['sent', 'received']).describe('As the charger sees it.'),
    type: z.enum(['call', 'result', 'error', 'invalid']),
    action: z.string().describe('The action of the CALL, also on its answer; empty where it cannot be told.'),
    messageId: z.string(),
    payload: z.unknown(),
    error: z.strictObject({ code: z.string(), description: z.string() }).optional().describe('On a CALLERROR.'),
    durationMs: z.number().optional().describe('On answers: milliseconds since the CALL.'),
    violations: z.array(z.string()).optional().describe('Rules that the CSMS broke with it: see listViolations.'),
    networkFaults: z.array(z.string()).optional().describe('What network faults did to it on the way.'),
    behaviour: z.array(z.string()).optional().describe('What a behaviour that was set made of it.'),
  })
  .meta({ id: 'Frame', description: 'One OCPP frame.' });

export const exchangeSchema = z.array(frameSchema).describe('The frames exchanged, in order.');

/** What every answer with an exchange has. */
export const exchangeFields = {
  exchange: exchangeSchema,
  violations: z.int().default(0).describe('How often the CSMS broke a rule of the specification in this exchange.'),
};

export type FrameView = z.infer<typeof frameSchema>;

export function frameView(frame: LoggedFrame): FrameView {
  const { at, direction, type, action, messageId, payload, error, durationMs } = frame;
  const { violations, networkFaults, behaviour } = frame;
  return {
    at: new Date(at).toISOString(),
    direction,
    type,
    action,
    messageId,
    payload,
    ...(error ? { error } : {}),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(violations ? { violations } : {}),
    ...(networkFaults ? { networkFaults } : {}),
    ...(behaviour ? { behaviour } : {}),
  };
}

export function exchangeView(frames: LoggedFrame[]): FrameView[] {
  return frames.map(frameView);
}

/** The frames, and how many rules they broke. */
export function exchangeOf(frames: LoggedFrame[]): { exchange: FrameView[]; violations: number } {
  const violations = frames.reduce((sum, frame) => sum + (frame.violations?.length ?? 0), 0);
  return { exchange: exchangeView(frames), violations };
}
