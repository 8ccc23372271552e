// Tokens of OCPP 2.0.1: what one is, which two are the same, and which text can be one (part 2, §2.24 IdTokenType).
import type { RequestV201, ResponseV201 } from '../../ocpp/v201/messages';
import { refuse } from '../context';

export type IdToken = RequestV201<'Authorize'>['idToken'];
export type IdTokenInfo = ResponseV201<'Authorize'>['idTokenInfo'];
export type IdTokenType = IdToken['type'];

const types: readonly IdTokenType[] = [
  'Central',
  'eMAID',
  'ISO14443',
  'ISO15693',
  'KeyCode',
  'Local',
  'MacAddress',
  'NoAuthorization',
];

/** identifierString has 36 characters at most. */
const longest = 36;

/** What a token is known by: case does not matter in its text (identifierString), its type does. */
export function keyOf({ idToken, type }: IdToken): string {
  return `${type}|${idToken.toLowerCase()}`;
}

/** Nothing is the same as an absent one. */
export function sameToken(one: IdToken | undefined, other: IdToken | undefined): boolean {
  return one !== undefined && other !== undefined && keyOf(one) === keyOf(other);
}

/** Whoever starts a session owns it, and so does its group (C09). */
export interface Owner {
  idToken?: IdToken;
  groupIdToken?: IdToken;
}

/** What a person holds to the reader, enters or shows. Without a type a card. @throws CommandRefused (badInput) */
export function tokenOf(text: string, type = 'ISO14443'): IdToken {
  const known = types.find((name) => name.toLowerCase() === type.toLowerCase());
  if (!known) {
    const message = `not a type of OCPP 2.0.1; there are: ${types.join(', ')}`;
    return refuse('badInput', `type: ${message}`, { errors: [{ path: 'type', message }] });
  }
  // C02.FR.01: a start button has no token.
  if (known === 'NoAuthorization') return { idToken: '', type: known };
  const least = 1;
  if (text.length >= least && text.length <= longest) return { idToken: text, type: known };
  const message = `${least} to ${longest} characters in OCPP 2.0.1, not ${text.length}`;
  return refuse('badInput', `idToken: ${message}`, { errors: [{ path: 'idToken', message }] });
}
