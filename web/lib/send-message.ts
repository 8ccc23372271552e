// Sends a message from the console: the charger's by the API, the CSMS's by the demo CSMS; and what came of it, in one shape.
import type { ChargerView, Frame } from './api-types';
import { type ApiRequest, ask, call } from './client';
import { curlLine, curlOf } from './curl';
import { remember, type Sending } from './sent';

export interface Answer {
  title: string;
  action?: string;
  response?: unknown;
  durationMs?: number;
  exchange?: readonly Frame[];
}

type Target = Pick<ChargerView, 'id' | 'identity'>;

/** By the HTTP API of the demo CSMS. */
export function demoRequest(
  demoUrl: string,
  identity: string,
  action: string,
  payload: unknown,
  validate = true,
): ApiRequest {
  const query = validate ? '' : '?validate=false';
  const url = `${demoUrl}/api/chargers/${encodeURIComponent(identity)}/calls/${action}${query}`;
  return { method: 'POST', url, body: JSON.stringify(payload) };
}

/** The operation's input: what is the default is left out. */
const inputOf = (chargerId: string, { action, payload, validate, fill }: Sending) => ({
  ...{ chargerId, action },
  ...(Object.keys(payload).length > 0 || !fill ? { payload } : {}),
  ...(validate ? {} : { validate }),
  ...(fill ? {} : { fill }),
});

/** The same as a line for a shell. */
export function sendingAsCurl(charger: Target, demoUrl: string, sending: Sending): string {
  if (sending.side === 'charger') return curlOf('sendMessage', inputOf(charger.id, sending));
  return curlLine(demoRequest(demoUrl, charger.identity, sending.action, sending.payload, sending.validate));
}

/** Sends it and remembers how it went. `whole`: as it stood in the form. @throws ApiError */
export async function sendMessage(
  charger: Target,
  demoUrl: string,
  sending: Sending,
  whole = sending.payload,
): Promise<Answer> {
  const sent = { ...sending, whole, chargerId: charger.id, at: new Date().toISOString() };
  try {
    const answer = await (sending.side === 'charger'
      ? fromCharger(charger, sending)
      : fromCsms(charger, demoUrl, sending));
    const status = (answer.response as { status?: unknown } | undefined)?.status;
    const took = answer.durationMs === undefined ? '' : ` in ${answer.durationMs} ms`;
    remember({ ...sent, outcome: `${typeof status === 'string' ? status : 'answered'}${took}`, good: true });
    return answer;
  } catch (error) {
    remember({ ...sent, outcome: (error as { title?: string }).title ?? String(error), good: false });
    throw error;
  }
}

async function fromCharger({ id }: Target, sending: Sending): Promise<Answer> {
  const { action } = sending;
  const { response, exchange } = await call('sendMessage', inputOf(id, sending));
  const result = exchange.findLast((frame) => frame.action === action && frame.type !== 'call');
  const took = result?.durationMs === undefined ? {} : { durationMs: result.durationMs };
  return { title: `The CSMS answered ${action}`, action, response, exchange, ...took };
}

async function fromCsms(
  { identity }: Target,
  demoUrl: string,
  { action, payload, validate }: Sending,
): Promise<Answer> {
  const { url, ...init } = demoRequest(demoUrl, identity, action, payload, validate);
  const answer = await ask(url, { ...init, headers: { 'content-type': 'application/json' } });
  const { response, durationMs } = answer as { response: unknown; durationMs: number };
  return { title: `The charger answered ${action}`, action, response, durationMs };
}
