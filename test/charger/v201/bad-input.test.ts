// Bad input to a 2.0.1 charging station, for every action of the CSMS that it handles: what breaks the schema is refused with the error of
// the specification, and the station is afterwards as it was before, to the last byte. What contradicts itself or does not fit the state
// is tried beside each use case.
import { dialectOf } from '../../../lib/charger/dialects';
import { type ActionV201, messagesV201 } from '../../../lib/ocpp/v201/messages';
import { officialV201 } from '../../ocpp/official';
import { mutations } from '../../ocpp/samples';
import { type Pair, start } from '../../support/pair';
import { bootedPairV201, createPairV201 } from '../../support/pair-v201';

const { handlers } = dialectOf({ protocol: 'ocpp2.0.1' });
const actions = (Object.keys(messagesV201) as ActionV201[]).filter((action) => action in handlers);

/** Gravest first: the error that a payload with several mistakes is answered with. */
const codes: [keyword: RegExp, code: string][] = [
  [/^type$/, 'TypeConstraintViolation'],
  [/^(required|minItems|maxItems)$/, 'OccurrenceConstraintViolation'],
  [/^(enum|maxLength|multipleOf|format|minimum|maximum)$/, 'PropertyConstraintViolation'],
  [/^additionalProperties$/, 'FormatViolation'],
];

function codeOf(action: string, given: unknown): string | undefined {
  const payload = given ?? {};
  const validate = officialV201.validators.get(`${action}.req`);
  if (!validate) throw new Error(`no official schema of ${action}`);
  if (validate(payload)) return undefined;
  if (typeof payload !== 'object' || Array.isArray(payload)) return 'FormatViolation';
  const broken = (validate.errors ?? []).map(({ keyword }) => keyword);
  const found = codes.find(([keyword]) => broken.some((one) => keyword.test(one)));
  if (!found) throw new Error(`no code for ${broken.join()}`);
  return found[1];
}

/** The document, but for the log of security events: what is no CALL at all is noted there (A04). */
function stateOf(pair: Pair): string {
  const {
    security: { log: _, ...security } = {},
    link: { lastCall: __, ...link },
    ...rest
  } = JSON.parse(pair.document());
  return JSON.stringify({ ...rest, security, link });
}

const schemaOf = (action: string) => officialV201.schemas.get(`${action}.req`) ?? {};

describe('OCPP-J 2.0.1 §4.3: what breaks the schema', () => {
  it.each(actions)(
    '%s: each field missing, of a wrong type, out of its range, or unknown is a CALLERROR of the right code',
    (action) => {
      const pair = bootedPairV201();
      const before = stateOf(pair);
      const broken = mutations(schemaOf(action)).map((mutation) => ({
        ...mutation,
        code: codeOf(action, mutation.payload),
      }));
      const bad = broken.filter(({ code }) => code !== undefined);
      expect(bad.length).toBeGreaterThan(8);
      for (const { what, payload, code } of bad) {
        const [type, , given] = pair.call(action, payload) ?? [];
        expect({ what, type, code: given }).toEqual({ what, type: 4, code });
        expect({ what, charger: stateOf(pair) }).toEqual({ what, charger: before });
      }
      expect(pair.calls().filter(({ action: sent }) => sent !== 'SecurityEventNotification')).toEqual([]);
    },
  );
});

describe('B03: while the registration is Rejected', () => {
  it.each(actions)('%s is refused with SecurityError and does nothing', (action) => {
    const boot = { status: 'Rejected', currentTime: new Date(start).toISOString(), interval: 600 };
    const pair = createPairV201({ answers: { BootNotification: boot } });
    pair.command({ kind: 'connect' });
    const before = stateOf(pair);
    const whole = mutations(schemaOf(action)).find(({ payload }) => codeOf(action, payload) === undefined);
    // Of an action without fields no mutation is valid. A boot may be triggered (B03.FR.08).
    const payload = action === 'TriggerMessage' ? { requestedMessage: 'Heartbeat' } : (whole?.payload ?? {});
    expect(pair.call(action, payload)).toEqual([4, expect.any(String), 'SecurityError', expect.any(String), {}]);
    expect(stateOf(pair)).toEqual(before);
  });
});
