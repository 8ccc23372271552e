// Bad input to a 1.6 charger, for every action of the CSMS: what breaks the schema, what contradicts itself, what does not fit the state.
// Each is refused as the specification has it, and the charger is afterwards as it was before, to the last byte.
import { dialectOf } from '../../../lib/charger/dialects';
import { type ActionV16, messagesV16 } from '../../../lib/ocpp/v16/messages';
import { officialV16 } from '../../ocpp/official';
import { mutations } from '../../ocpp/samples';
import { bootedPair, createPair, type Pair, type PairOptions, start } from '../../support/pair';
import { downloaded, endTask } from '../../support/pair-transfers';
import { profileOf } from './profiles';

const { handlers } = dialectOf({ protocol: 'ocpp1.6' });
const actions = (Object.keys(messagesV16) as ActionV16[]).filter((action) => action in handlers);

/** Gravest first: the error that a payload with several mistakes is answered with. */
const codes: [keyword: RegExp, code: string][] = [
  [/^type$/, 'TypeConstraintViolation'],
  [/^(required|minItems|maxItems)$/, 'OccurenceConstraintViolation'],
  [/^(enum|maxLength|multipleOf|format)$/, 'PropertyConstraintViolation'],
  [/^additionalProperties$/, 'FormationViolation'],
];

function codeOf(action: string, given: unknown): string | undefined {
  // OCPP-J 1.6 §4.2.1: null stands for no fields, as {} does.
  const payload = given ?? {};
  const validate = officialV16.validators.get(`${action}.req`);
  if (!validate) throw new Error(`no official schema of ${action}`);
  if (validate(payload)) return undefined;
  // What is no object is no CALL (OCPP-J 1.6 §4.2.1).
  if (typeof payload !== 'object' || Array.isArray(payload)) return 'FormationViolation';
  const broken = (validate.errors ?? []).map(({ keyword }) => keyword);
  const found = codes.find(([keyword]) => broken.some((one) => keyword.test(one)));
  if (!found) throw new Error(`no code for ${broken.join()}`);
  return found[1];
}

const schemaOf = (action: string) => officialV16.schemas.get(`${action}.req`) ?? {};

describe('OCPP-J 1.6 §4.2.3: what breaks the schema', () => {
  it.each(actions)(
    '%s: each field missing, of a wrong type, out of its range, or unknown is a CALLERROR of the right code',
    (action) => {
      const pair = bootedPair();
      const before = pair.document();
      const broken = mutations(schemaOf(action)).map((mutation) => ({
        ...mutation,
        code: codeOf(action, mutation.payload),
      }));
      const bad = broken.filter(({ code }) => code !== undefined);
      expect(bad.length).toBeGreaterThan(8);
      for (const { what, payload, code } of bad) {
        const [type, , given] = pair.call(action, payload) ?? [];
        expect({ what, type, code: given }).toEqual({ what, type: 4, code });
        expect({ what, charger: pair.document() }).toEqual({ what, charger: before });
      }
      expect(pair.calls()).toEqual([]);
    },
  );
});

describe('OCPP 1.6 §4.2: while the registration is Rejected', () => {
  it.each(actions)('%s is not answered and does nothing', (action) => {
    const boot = { status: 'Rejected', currentTime: new Date(start).toISOString(), interval: 600 };
    const pair = createPair({ answers: { BootNotification: boot } });
    pair.command({ kind: 'connect' });
    const before = pair.document();
    const whole = mutations(schemaOf(action)).find(({ payload }) => codeOf(action, payload) === undefined);
    // Of an action without fields no mutation is valid.
    expect(pair.call(action, whole?.payload ?? {})).toBeUndefined();
    expect(pair.document()).toBe(before);
  });
});

interface Misfit {
  why: string;
  payload: Record<string, unknown>;
  /** The response, or the code of the CALLERROR. */
  answer: Record<string, unknown> | string;
  options?: PairOptions;
  /** What has happened before. */
  given?: (pair: Pair) => void;
}

const rejected = { status: 'Rejected' };
const configured = (configuration: Record<string, string>): PairOptions => ({ configuration });
const inSeconds = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const fault = (errorCode: string, connectorId?: number) => (pair: Pair) =>
  pair.command({
    kind: 'raiseFault',
    address: connectorId === undefined ? {} : { connectorId },
    fault: { errorCode },
  });
const inoperative = (connectorId: number) => (pair: Pair) =>
  pair.ask('ChangeAvailability', { connectorId, type: 'Inoperative' });
const charging = (pair: Pair) => pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG-1' });
const reservation = { connectorId: 1, expiryDate: inSeconds(600), idTag: 'TAG-1', reservationId: 1 };
const reserved = (pair: Pair) => pair.ask('ReserveNow', reservation);
const listed = (pair: Pair) =>
  pair.ask('SendLocalList', {
    listVersion: 5,
    updateType: 'Full',
    localAuthorizationList: [{ idTag: 'TAG-1', idTagInfo: { status: 'Accepted' } }],
  });
const txProfile = (more: Record<string, unknown> = {}) =>
  profileOf([[0, 10]], { chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative', ...more });
const onConnector1 = (profile: Record<string, unknown>) => ({ connectorId: 1, csChargingProfiles: profile });
const installing = (pair: Pair) => {
  pair.ask('UpdateFirmware', { location: 'ftp://files.test/a', retrieveDate: inSeconds(0) });
  endTask(pair, downloaded());
};
const pending: PairOptions = {
  answers: {
    BootNotification: { status: 'Pending', currentTime: new Date(start).toISOString(), interval: 600 },
  },
};

const misfits: Partial<Record<ActionV16, Misfit[]>> = {
  DeleteCertificate: [
    {
      why: 'M04.FR.04: hash data of no certificate that there is',
      payload: {
        certificateHashData: {
          hashAlgorithm: 'SHA256',
          issuerNameHash: 'ab'.repeat(32),
          issuerKeyHash: 'cd'.repeat(32),
          serialNumber: '1',
        },
      },
      answer: { status: 'NotFound' },
    },
  ],
  GetInstalledCertificateIds: [
    {
      why: 'M03.FR.02: a kind of which there is none',
      payload: { certificateType: 'ManufacturerRootCertificate' },
      answer: { status: 'NotFound' },
    },
  ],
  CancelReservation: [
    { why: 'TC_052_CS: no reservation of that id', payload: { reservationId: 2 }, given: reserved, answer: rejected },
  ],
  ChangeAvailability: [
    { why: '§5.2: a connector that there is not', payload: { connectorId: 3, type: 'Inoperative' }, answer: rejected },
    { why: '§5.2: a negative connector', payload: { connectorId: -1, type: 'Operative' }, answer: rejected },
  ],
  ChangeConfiguration: [
    {
      why: 'TC_040_1_CS: a key that there is not',
      payload: { key: 'CoffeeStrength', value: '3' },
      answer: { status: 'NotSupported' },
    },
    {
      why: 'TC_040_2_CS: a value that the key does not have',
      payload: { key: 'MeterValueSampleInterval', value: '-1' },
      answer: rejected,
    },
    { why: '§5.3: a key that may only be read', payload: { key: 'NumberOfConnectors', value: '4' }, answer: rejected },
    {
      why: 'TC_084_CS: a lower security profile',
      payload: { key: 'SecurityProfile', value: '0' },
      options: {
        csms: {
          url: 'ws://csms.test/ocpp',
          securityProfile: 1,
          basicAuth: { username: 'CP-1', password: '0123456789abcdef' },
        },
      },
      answer: rejected,
    },
  ],
  ClearCache: [
    {
      why: '§5.4: there is no cache',
      payload: {},
      options: configured({ AuthorizationCacheEnabled: 'false' }),
      answer: rejected,
    },
  ],
  ClearChargingProfile: [
    {
      why: 'TC_067_CS: fields that no profile has all of',
      payload: { id: 1, stackLevel: 7 },
      given: (pair) => pair.ask('SetChargingProfile', onConnector1(profileOf([[0, 10]]))),
      answer: { status: 'Unknown' },
    },
    {
      why: '§3.3: a charger without Smart Charging',
      payload: {},
      options: configured({ SupportedFeatureProfiles: 'Core' }),
      answer: 'NotSupported',
    },
  ],
  DataTransfer: [
    {
      why: '§5.6: an unknown vendor',
      payload: { vendorId: 'org.example', messageId: 'Echo' },
      answer: { status: 'UnknownVendorId' },
    },
    {
      why: '§5.6: an unknown message',
      payload: { vendorId: 'org.charger-simulator', messageId: 'Sing' },
      answer: { status: 'UnknownMessageId' },
    },
  ],
  ExtendedTriggerMessage: [
    {
      why: 'TC_055_CS: a connector that there is not',
      payload: { requestedMessage: 'StatusNotification', connectorId: 3 },
      answer: rejected,
    },
  ],
  GetCompositeSchedule: [
    { why: 'TC_066_CS: a connector that there is not', payload: { connectorId: 3, duration: 60 }, answer: rejected },
    { why: '§5.7: no duration', payload: { connectorId: 1, duration: 0 }, answer: rejected },
    { why: '§5.7: a negative duration', payload: { connectorId: 1, duration: -60 }, answer: rejected },
    {
      why: '§5.7: a unit that the charger does not report',
      payload: { connectorId: 1, duration: 60, chargingRateUnit: 'W' },
      options: configured({ ChargingScheduleAllowedChargingRateUnit: 'Current' }),
      answer: rejected,
    },
  ],
  GetConfiguration: [
    {
      why: 'TC_019_CS: keys that there are not',
      payload: { key: ['Coffee', 'Tea'] },
      answer: { unknownKey: ['Coffee', 'Tea'] },
    },
  ],
  GetDiagnostics: [
    {
      why: '§3.3: a charger without Firmware Management',
      payload: { location: 'ftp://files.test/' },
      options: configured({ SupportedFeatureProfiles: 'Core' }),
      answer: 'NotSupported',
    },
  ],
  GetLocalListVersion: [
    {
      why: 'TC_042_1_CS: the list is switched off',
      payload: {},
      options: configured({ LocalAuthListEnabled: 'false' }),
      answer: { listVersion: -1 },
    },
  ],
  RemoteStartTransaction: [
    { why: 'TC_027_CS: connector 0', payload: { idTag: 'TAG-1', connectorId: 0 }, answer: rejected },
    { why: 'TC_026_CS: a connector that there is not', payload: { idTag: 'TAG-1', connectorId: 3 }, answer: rejected },
    {
      why: 'TC_026_CS: a connector that is charging',
      payload: { idTag: 'TAG-1', connectorId: 1 },
      given: charging,
      answer: rejected,
    },
    {
      why: 'TC_026_CS: a connector that is Faulted',
      payload: { idTag: 'TAG-1', connectorId: 1 },
      given: fault('GroundFailure', 1),
      answer: rejected,
    },
    {
      why: 'TC_026_CS: a charger that is Unavailable',
      payload: { idTag: 'TAG-1' },
      given: inoperative(0),
      answer: rejected,
    },
    {
      why: '§5.13: a connector that is reserved for another',
      payload: { idTag: 'TAG-2', connectorId: 1 },
      given: reserved,
      answer: rejected,
    },
    {
      why: 'TC_060_CS: a profile that is no TxProfile',
      payload: { idTag: 'TAG-1', connectorId: 1, chargingProfile: profileOf([[0, 10]]) },
      answer: rejected,
    },
    {
      why: '§5.16.2: a profile for a transaction that cannot be known yet',
      payload: { idTag: 'TAG-1', connectorId: 1, chargingProfile: txProfile({ transactionId: 7 }) },
      answer: rejected,
    },
    {
      why: '§4.2: while Pending',
      payload: { idTag: 'TAG-1', connectorId: 1 },
      options: pending,
      answer: rejected,
    },
  ],
  RemoteStopTransaction: [
    {
      why: 'TC_028_CS: a transaction that does not run',
      payload: { transactionId: 999 },
      given: charging,
      answer: rejected,
    },
    { why: '§4.2: while Pending', payload: { transactionId: 101 }, options: pending, answer: rejected },
  ],
  ReserveNow: [
    { why: '§5.13: a connector that there is not', payload: { ...reservation, connectorId: 3 }, answer: rejected },
    { why: '§5.13: a time that is over', payload: { ...reservation, expiryDate: inSeconds(-1) }, answer: rejected },
    {
      why: 'TC_048_1_CS: a Faulted connector',
      payload: reservation,
      given: fault('GroundFailure', 1),
      answer: { status: 'Faulted' },
    },
    {
      why: 'TC_048_2_CS: an occupied connector',
      payload: reservation,
      given: charging,
      answer: { status: 'Occupied' },
    },
    {
      why: 'TC_048_3_CS: an Unavailable connector',
      payload: reservation,
      given: inoperative(1),
      answer: { status: 'Unavailable' },
    },
    {
      why: 'TC_050_4_CS: connector 0 where that is not supported',
      payload: { ...reservation, connectorId: 0 },
      options: configured({ ReserveConnectorZeroSupported: 'false' }),
      answer: rejected,
    },
  ],
  SendLocalList: [
    {
      why: 'TC_043_2_CS: a differential update to a version that is not higher',
      payload: { listVersion: 5, updateType: 'Differential', localAuthorizationList: [] },
      given: listed,
      answer: { status: 'VersionMismatch' },
    },
    {
      why: 'TC_043_3_CS: a token twice',
      payload: {
        listVersion: 6,
        updateType: 'Full',
        localAuthorizationList: ['A', 'a'].map((idTag) => ({ idTag, idTagInfo: { status: 'Accepted' } })),
      },
      given: listed,
      answer: { status: 'Failed' },
    },
    {
      why: 'TC_043_1_CS: the list is switched off',
      payload: { listVersion: 1, updateType: 'Full' },
      options: configured({ LocalAuthListEnabled: 'false' }),
      answer: { status: 'NotSupported' },
    },
  ],
  SetChargingProfile: [
    {
      why: 'TC_058_1_CS: a TxProfile without a transaction',
      payload: onConnector1(txProfile({ transactionId: 101 })),
      answer: rejected,
    },
    {
      why: 'TC_058_2_CS: a TxProfile for another transaction',
      payload: onConnector1(txProfile({ transactionId: 999 })),
      given: charging,
      answer: rejected,
    },
    {
      why: '§3.13.1: a ChargePointMaxProfile for one connector',
      payload: onConnector1(profileOf([[0, 10]], { chargingProfilePurpose: 'ChargePointMaxProfile' })),
      answer: rejected,
    },
    {
      why: '§5.16: a connector that there is not',
      payload: { connectorId: 3, csChargingProfiles: profileOf([[0, 10]]) },
      answer: rejected,
    },
    {
      why: '§7.9: Recurring without recurrencyKind',
      payload: onConnector1(profileOf([[0, 10]], { chargingProfileKind: 'Recurring' })),
      answer: rejected,
    },
    {
      why: '§7.8: valid to before it is valid from',
      payload: onConnector1(profileOf([[0, 10]], { validFrom: inSeconds(60), validTo: inSeconds(30) })),
      answer: rejected,
    },
    { why: '§7.13: no periods', payload: onConnector1(profileOf([])), answer: rejected },
    {
      why: '§7.13: periods that go back in time',
      payload: onConnector1(
        profileOf([
          [0, 10],
          [60, 8],
          [30, 6],
        ]),
      ),
      answer: rejected,
    },
    { why: '§7.13: a negative limit', payload: onConnector1(profileOf([[0, -1]])), answer: rejected },
    {
      why: '§9.4: 10,000 periods',
      payload: onConnector1(profileOf(Array.from({ length: 10_000 }, (_, at) => [at * 60, at % 32]))),
      answer: rejected,
    },
  ],
  SignedUpdateFirmware: [
    {
      why: 'L01.FR.27: while other firmware is being installed',
      payload: {
        requestId: 1,
        firmware: {
          location: 'ftp://files.test/b',
          retrieveDateTime: inSeconds(0),
          signingCertificate: 'garbage',
          signature: 'garbage',
        },
      },
      given: installing,
      answer: rejected,
    },
  ],
  TriggerMessage: [
    {
      why: 'TC_055_CS: a connector that there is not',
      payload: { requestedMessage: 'MeterValues', connectorId: 3 },
      answer: rejected,
    },
  ],
  UnlockConnector: [
    {
      why: 'TC_031_CS: a connector that there is not',
      payload: { connectorId: 3 },
      answer: { status: 'NotSupported' },
    },
    { why: '§5.18: connector 0', payload: { connectorId: 0 }, answer: { status: 'NotSupported' } },
    {
      why: 'TC_030_CS: a lock that fails',
      payload: { connectorId: 1 },
      given: fault('ConnectorLockFailure', 1),
      answer: { status: 'UnlockFailed' },
    },
  ],
  UpdateFirmware: [
    {
      why: '§3.3: a charger without Firmware Management',
      payload: { location: 'ftp://files.test/a', retrieveDate: inSeconds(0) },
      options: configured({ SupportedFeatureProfiles: 'Core' }),
      answer: 'NotSupported',
    },
    {
      why: '§5.19: while other firmware is being installed',
      payload: { location: 'ftp://files.test/b', retrieveDate: inSeconds(0) },
      given: installing,
      answer: {},
    },
  ],
};

/** Without a refusal of their own: every charger does them when it is told to. */
const unconditional: ActionV16[] = ['GetLog', 'Reset'];

/** A refusal is told as a security event, which the charger remembers: tried in certificates.test.ts. */
const toldAsEvent: ActionV16[] = ['CertificateSigned', 'InstallCertificate'];

describe('what contradicts itself or the state', () => {
  const rows = Object.entries(misfits).flatMap(([action, cases]) => cases.map((one) => ({ action, ...one })));

  it.each(rows)('OCPP 1.6 $action, $why', ({ action, payload, answer, options, given }) => {
    const pair = createPair(options);
    pair.command({ kind: 'connect' });
    given?.(pair);
    pair.clear();
    const before = pair.document();
    const [type, , ...rest] = pair.call(action, payload) ?? [];
    if (typeof answer === 'string') expect([type, rest[0]]).toEqual([4, answer]);
    else expect([type, ...rest]).toEqual([3, answer]);
    expect(pair.document()).toBe(before);
    expect(pair.calls()).toEqual([]);
  });

  it('OCPP 1.6 §5: is tried with every action of the CSMS', () => {
    expect([...Object.keys(misfits), ...unconditional, ...toldAsEvent].sort()).toEqual([...actions].sort());
  });
});
