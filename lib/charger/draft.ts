// What a charger would send as a given action now: what `sendMessage` fills in, and the same for people to look at before anything is sent.
import { check } from '../ocpp/check';
import type { Charger } from './charger';
import type { Address } from './command';
import { type Context, newContext, refuse } from './context';
import { dialectOf } from './dialects';
import { ownTime } from './pace';

type Payload = Record<string, unknown>;

export interface MessageDraft {
  payload: Payload;
  /** What the schema still misses or minds: values that only a person, or the charger's key, can give. Empty: it can be sent as it is. */
  problems: { path: string; message: string }[];
}

/** Only chargers fill in: what a CSMS sends, or nobody, is left as it is wished. */
export function filledIn(context: Context, action: string, wishes: Payload): Payload {
  const { dialect } = context;
  const message = Object.hasOwn(dialect.messages, action) ? dialect.messages[action] : undefined;
  return message && message.from !== 'csms' ? dialect.fill(context, action, wishes) : {};
}

/** What no state says, and why. */
const whyNot: Record<string, Record<string, string>> = {
  SignCertificate: {
    csr: 'is made with a new private key of the charger and sent at once: requestCertificate does both',
  },
};

/**
 * The payload of one of the charger's own actions as it would go out at `now` (epoch ms), about the connector or EVSE that is named.
 * Reading only: nothing is queued, numbered or saved.
 * @throws CommandRefused (badInput) for what chargers of this version do not send, (notFound) for an address that this one does not have
 */
export function draftMessage(charger: Charger, action: string, now: number, about: Address): MessageDraft {
  // Meters are read by letting time pass on them: on a copy.
  const copy = JSON.parse(JSON.stringify(charger)) as Charger;
  const context = newContext(copy, dialectOf(copy), ownTime(copy, now), now);
  const { messages } = context.dialect;
  const sent = Object.keys(messages).filter((name) => messages[name]?.from !== 'csms');
  if (!sent.includes(action)) {
    const message = `a charger of ${charger.protocol} sends: ${sent.join(', ')}`;
    refuse('badInput', `${action} is not sent by chargers; ${message}`, { errors: [{ path: 'action', message }] });
  }
  const { evseId, connectorId } = about;
  const place = { ...(evseId ? { evseId } : {}), ...(connectorId ? { connectorId } : {}) };
  if (Object.keys(place).length > 0) context.dialect.requirePlace(context, place);
  // Messages of OCPP 2.x name an EVSE in one way or the other.
  const wishes = { ...about, ...(evseId === undefined ? {} : { evse: { id: evseId } }) };
  const payload = JSON.parse(JSON.stringify(filledIn(context, action, wishes))) as Payload;
  const schema = messages[action]?.request;
  const found = schema ? (check(schema, payload)?.problems ?? []) : [];
  return {
    payload,
    problems: found.map(({ path, message }) => ({ path, message: whyNot[action]?.[path] ?? message })),
  };
}
