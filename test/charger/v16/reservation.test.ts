// Reservation (OCPP 1.6 §5.1, §5.13): who may reserve what, who may charge then, and how a reservation ends.
import fc from 'fast-check';
import { bootedPair, type Pair, type PairOptions, start } from '../../support/pair';

const at = (connectorId: number) => ({ connectorId });
const inSeconds = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const plugIn = (pair: Pair, connectorId = 1) => pair.command({ kind: 'plugIn', address: at(connectorId) });
const unplug = (pair: Pair, connectorId = 1) => pair.command({ kind: 'unplug', address: at(connectorId) });
const token = (pair: Pair, idToken = 'TAG-1', connectorId = 1) =>
  pair.command({ kind: 'presentToken', address: at(connectorId), idToken });
const fault = (pair: Pair, address = {}) =>
  pair.command({ kind: 'raiseFault', address, fault: { errorCode: 'GroundFailure' } });
const availability = (pair: Pair, connectorId: number, type: string) =>
  pair.ask('ChangeAvailability', { connectorId, type });
const remoteStart = (pair: Pair, idTag: string, connectorId?: number) =>
  pair.ask('RemoteStartTransaction', { idTag, ...(connectorId === undefined ? {} : { connectorId }) })?.status;
const cancel = (pair: Pair, reservationId = 7) => pair.ask('CancelReservation', { reservationId })?.status;
const documentOf = (pair: Pair) => pair.document();
const reservations = (pair: Pair) => pair.charger.v16?.reservations?.map(({ id }) => id) ?? [];

function reserve(pair: Pair, wishes: Record<string, unknown> = {}) {
  const wish = { connectorId: 1, expiryDate: inSeconds(600), idTag: 'TAG-1', reservationId: 7, ...wishes };
  return pair.ask('ReserveNow', wish)?.status;
}

/** A charger with one connector reserved; what it told of that is forgotten. */
function reservedPair(wishes: Record<string, unknown> = {}, options: PairOptions = {}): Pair {
  const pair = bootedPair(options);
  expect(reserve(pair, wishes)).toBe('Accepted');
  pair.clear();
  return pair;
}

const parents: Record<string, string> = { 'TAG-2': 'FAMILY', 'TAG-3': 'OTHERS' };
const grouped: PairOptions['answers'] = {
  Authorize: ({ idTag }) => {
    const parentIdTag = parents[String(idTag)];
    return { idTagInfo: { status: 'Accepted', ...(parentIdTag === undefined ? {} : { parentIdTag }) } };
  },
};
const family = { parentIdTag: 'FAMILY' };
/** Two connectors on one EVSE, as many fast chargers have them. */
const dualPair = (options: PairOptions = {}) => bootedPair({ model: 'dc-50kw-ccs-chademo', ...options });

describe('a reserved connector', () => {
  it('TC_046_1_CS - is Reserved, refuses another card without Authorize, and charges for its own, with the reservationId', () => {
    const pair = bootedPair();
    expect(reserve(pair)).toBe('Accepted');
    expect(pair.statuses(1)).toEqual(['Reserved']);
    pair.clear();
    expect(token(pair, 'TAG-9')).toMatchObject({
      ok: true,
      result: { outcome: 'refused', reason: 'connector 1 is reserved for another token (OCPP 1.6 §5.13)' },
    });
    expect(pair.seen).toEqual([]);
    token(pair, 'tag-1');
    expect(pair.actions()).toEqual(['Authorize', 'StatusNotification']);
    plugIn(pair);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Charging']);
    expect(pair.calls('StartTransaction')[0]?.payload).toMatchObject({
      connectorId: 1,
      idTag: 'tag-1',
      reservationId: 7,
    });
    expect(reservations(pair)).toEqual([]);
  });

  it('TC_046_1_CS - stays Reserved when a cable goes in first', () => {
    const pair = reservedPair();
    plugIn(pair);
    expect(pair.statuses(1)).toEqual([]);
    token(pair);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Charging']);
    expect(pair.calls('StartTransaction')[0]?.payload.reservationId).toBe(7);
  });

  it('TC_046_2_CS - charges for its token by a remote start; one of another token is Rejected', () => {
    const pair = reservedPair();
    const before = documentOf(pair);
    expect(remoteStart(pair, 'TAG-9', 1)).toBe('Rejected');
    expect(documentOf(pair)).toBe(before);
    expect(remoteStart(pair, 'TAG-1', 1)).toBe('Accepted');
    plugIn(pair);
    expect(pair.calls('StartTransaction')[0]?.payload).toMatchObject({ idTag: 'TAG-1', reservationId: 7 });
    expect(reservations(pair)).toEqual([]);
  });

  it('TC_046_2_CS - a remote start without a connector goes to the reserved one, others to any that is not', () => {
    const pair = reservedPair({ connectorId: 2 });
    expect(remoteStart(pair, 'TAG-1')).toBe('Accepted');
    expect(pair.statuses(2)).toEqual(['Preparing']);
    const other = reservedPair({ connectorId: 1 });
    expect(remoteStart(other, 'TAG-9')).toBe('Accepted');
    expect(other.statuses(2)).toEqual(['Preparing']);
    expect(remoteStart(other, 'TAG-8')).toBe('Rejected');
  });

  it('is refused to a startTransaction of another token, which fails and says why', () => {
    const pair = reservedPair();
    expect(pair.command({ kind: 'startTransaction', address: at(1), idToken: 'TAG-9' })).toMatchObject({
      ok: false,
      refusal: { kind: 'wrongState', detail: expect.stringContaining('reserved for another token') },
    });
    expect(pair.calls('StartTransaction')).toHaveLength(0);
    unplug(pair);
    expect(pair.command({ kind: 'startTransaction', address: at(1), idToken: 'TAG-1' })?.ok).toBe(true);
    expect(pair.calls('StartTransaction')[0]?.payload.reservationId).toBe(7);
  });

  it('does not hinder the other connector, and a transaction there takes no reservation of this one', () => {
    const pair = reservedPair();
    plugIn(pair, 2);
    token(pair, 'TAG-1', 2);
    expect(pair.calls('StartTransaction')[0]?.payload).not.toHaveProperty('reservationId');
    expect(reservations(pair)).toEqual([7]);
  });

  it('is Reserved again when its holder does not go on: Available in between, as the table of §4.9 wants it', () => {
    const pair = reservedPair();
    token(pair);
    pair.advance(60_000);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Available', 'Reserved']);
    token(pair);
    token(pair);
    expect(pair.statuses(1).slice(3)).toEqual(['Preparing', 'Available', 'Reserved']);
    expect(reservations(pair)).toEqual([7]);
  });

  it('is used offline by its token, and the reservationId is told when the link is back', () => {
    const pair = reservedPair({}, { configuration: { AllowOfflineTxForUnknownId: 'true' } });
    plugIn(pair);
    pair.command({ kind: 'network', state: 'offline' });
    expect(token(pair, 'TAG-9')).toMatchObject({ result: { outcome: 'refused' } });
    expect(token(pair)).toMatchObject({ result: { outcome: 'started' } });
    pair.command({ kind: 'network', state: 'online' });
    expect(pair.calls('StartTransaction')[0]?.payload.reservationId).toBe(7);
  });

  it('of an EVSE with two connectors keeps others from both', () => {
    const pair = dualPair();
    expect(reserve(pair, { connectorId: 1 })).toBe('Accepted');
    expect(pair.statuses(1)).toEqual(['Reserved']);
    expect(pair.statuses(2)).toEqual([]);
    expect(token(pair, 'TAG-9', 2)).toMatchObject({ result: { outcome: 'refused' } });
    expect(reserve(pair, { connectorId: 2, reservationId: 8 })).toBe('Occupied');
    expect(token(pair, 'TAG-1', 2)).toMatchObject({ result: { outcome: 'authorized' } });
  });

  it('survives a power failure and a reset, and is told with the boot', () => {
    const pair = reservedPair();
    pair.command({ kind: 'power', state: 'cycle' });
    pair.advance(10_000);
    expect(pair.statuses(1)).toEqual(['Reserved']);
    pair.ask('Reset', { type: 'Hard' });
    pair.advance(10_000);
    expect(token(pair, 'TAG-9')).toMatchObject({ result: { outcome: 'refused' } });
    expect(token(pair)).toMatchObject({ result: { outcome: 'authorized' } });
  });
});

describe('the group of a reservation (parentIdTag)', () => {
  it('TC_053_1_CS - another token is asked about, and charges if its parent is that of the reservation', () => {
    const pair = reservedPair(family, { answers: grouped });
    expect(token(pair, 'TAG-2')).toMatchObject({ result: { outcome: 'authorized' } });
    expect(pair.calls('Authorize').map(({ payload }) => payload.idTag)).toEqual(['TAG-2']);
    plugIn(pair);
    expect(pair.calls('StartTransaction')[0]?.payload).toMatchObject({ idTag: 'TAG-2', reservationId: 7 });
    expect(reservations(pair)).toEqual([]);
  });

  it.each(['TAG-3', 'TAG-9'])(
    'TC_053_1_CS - a token of another group or none (%s) is refused though accepted',
    (idTag) => {
      const pair = reservedPair(family, { answers: grouped });
      expect(token(pair, idTag)).toMatchObject({
        result: { outcome: 'refused', reason: expect.stringContaining('reserved for another token') },
      });
      expect(pair.statuses(1)).toEqual([]);
      expect(reservations(pair)).toEqual([7]);
    },
  );

  it('TC_053_2_CS - a remote start is asked about first, whatever AuthorizeRemoteTxRequests says', () => {
    const pair = reservedPair(family, { answers: grouped, configuration: { AuthorizeRemoteTxRequests: 'false' } });
    plugIn(pair);
    expect(remoteStart(pair, 'TAG-2', 1)).toBe('Accepted');
    expect(pair.actions()).toEqual(['Authorize', 'StatusNotification', 'StartTransaction', 'StatusNotification']);
    expect(pair.calls('StartTransaction')[0]?.payload).toMatchObject({ idTag: 'TAG-2', reservationId: 7 });
  });

  it('TC_053_2_CS - and starts nothing for a token of another group', () => {
    const pair = reservedPair(family, { answers: grouped });
    plugIn(pair);
    expect(remoteStart(pair, 'TAG-3', 1)).toBe('Accepted');
    expect(pair.actions()).toEqual(['Authorize']);
    expect(reservations(pair)).toEqual([7]);
  });

  const listOf = (parentIdTag?: string) => ({
    listVersion: 1,
    updateType: 'Full',
    localAuthorizationList: [
      { idTag: 'TAG-5', idTagInfo: { status: 'Accepted', ...(parentIdTag === undefined ? {} : { parentIdTag }) } },
    ],
  });

  it('§5.13 - a parent that the local list knows need not be asked for, at the reader or by a remote start', () => {
    for (const begin of [(pair: Pair) => token(pair, 'TAG-5'), (pair: Pair) => remoteStart(pair, 'TAG-5', 1)]) {
      const pair = reservedPair(family, { configuration: { LocalPreAuthorize: 'true' } });
      pair.ask('SendLocalList', listOf('FAMILY'));
      plugIn(pair);
      begin(pair);
      expect(pair.calls('Authorize')).toHaveLength(0);
      expect(pair.calls('StartTransaction')[0]?.payload).toMatchObject({ idTag: 'TAG-5', reservationId: 7 });
    }
  });

  it('§5.13 - a parent that the list does not know is asked for, even under LocalPreAuthorize', () => {
    const pair = reservedPair(family, { answers: grouped, configuration: { LocalPreAuthorize: 'true' } });
    pair.ask('SendLocalList', listOf());
    token(pair, 'TAG-5');
    expect(pair.calls('Authorize')).toHaveLength(1);
  });

  it('§5.13 - the parent itself may come as a token', () => {
    const pair = reservedPair(family);
    expect(token(pair, 'family')).toMatchObject({ result: { outcome: 'authorized' } });
  });

  it('offline, whose parent nobody knows is refused', () => {
    const pair = reservedPair(family, { configuration: { AllowOfflineTxForUnknownId: 'true' } });
    pair.command({ kind: 'network', state: 'offline' });
    expect(token(pair, 'TAG-2')).toMatchObject({ result: { outcome: 'refused' } });
  });
});

describe('how a reservation ends', () => {
  it('TC_047_CS - by expiry, to the millisecond; the connector is told Available and charges for anybody', () => {
    const pair = reservedPair();
    pair.advance(599_999);
    expect(pair.statuses(1)).toEqual([]);
    pair.advance(1);
    expect(pair.statuses(1)).toEqual(['Available']);
    expect(pair.calls('StatusNotification').at(-1)?.at).toBe(start + 600_000);
    expect(reservations(pair)).toEqual([]);
    expect(token(pair, 'TAG-9')).toMatchObject({ result: { outcome: 'authorized' } });
    plugIn(pair);
    expect(pair.calls('StartTransaction')[0]?.payload).not.toHaveProperty('reservationId');
  });

  it.each([3_600_000, -3_600_000])("TC_047_CS - by the CSMS's clock, which is %i ms ahead", (ahead) => {
    const pair = bootedPair({
      configuration: { HeartbeatInterval: '0' },
      answers: {
        BootNotification: () => ({
          status: 'Accepted',
          currentTime: new Date(start + ahead).toISOString(),
          interval: 0,
        }),
      },
    });
    expect(reserve(pair, { expiryDate: inSeconds(ahead / 1000 + 60) })).toBe('Accepted');
    pair.advance(59_999);
    expect(pair.statuses(1)).toEqual(['Reserved']);
    pair.advance(1);
    expect(pair.statuses(1)).toEqual(['Reserved', 'Available']);
  });

  it('TC_047_CS - follows when the CSMS corrects the clock by a Heartbeat', () => {
    const pair = reservedPair();
    pair.csms.answers.Heartbeat = { currentTime: inSeconds(550) };
    pair.command({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    pair.csms.answers.Heartbeat = () => ({ currentTime: new Date(pair.now + 550_000).toISOString() });
    pair.advance(49_999);
    expect(pair.statuses(1)).toEqual([]);
    pair.advance(1);
    expect(pair.statuses(1)).toEqual(['Available']);
  });

  it('TC_047_CS - while the mains are off: the boot tells it', () => {
    const pair = reservedPair();
    pair.command({ kind: 'power', state: 'off' });
    pair.advance(700_000);
    expect(reservations(pair)).toEqual([7]);
    pair.command({ kind: 'power', state: 'on' });
    pair.advance(10_000);
    expect(pair.statuses(1)).toEqual(['Available']);
    expect(reservations(pair)).toEqual([]);
  });

  it('TC_051_CS - by CancelReservation', () => {
    const pair = reservedPair();
    expect(cancel(pair)).toBe('Accepted');
    expect(pair.statuses(1)).toEqual(['Available']);
    expect(pair.charger.timers.reservation).toBeUndefined();
    expect(token(pair, 'TAG-9')).toMatchObject({ result: { outcome: 'authorized' } });
  });

  it('TC_051_CS - with a cable in, the connector is Preparing then', () => {
    const pair = reservedPair();
    plugIn(pair);
    cancel(pair);
    expect(pair.statuses(1)).toEqual(['Preparing']);
  });

  it('TC_052_CS - CancelReservation of an id that there is not, or is used up, is Rejected', () => {
    const pair = reservedPair();
    const before = documentOf(pair);
    expect(cancel(pair, 8)).toBe('Rejected');
    expect(documentOf(pair)).toBe(before);
    plugIn(pair);
    token(pair);
    expect(cancel(pair)).toBe('Rejected');
  });

  it('§5.13 - when the connector, or the charger, gets Faulted: it does not come back with the end of the fault', () => {
    for (const address of [at(1), {}]) {
      const pair = reservedPair();
      fault(pair, address);
      expect(reservations(pair)).toEqual([]);
      pair.command({ kind: 'clearFault', faultId: pair.charger.faults[0]?.id ?? '' });
      expect(pair.statuses(1)).toEqual(['Faulted/GroundFailure', 'Available']);
    }
  });

  it('§5.13 - when the connector, or the charger, gets Unavailable', () => {
    for (const connectorId of [1, 0]) {
      const pair = reservedPair();
      availability(pair, connectorId, 'Inoperative');
      availability(pair, connectorId, 'Operative');
      expect(pair.statuses(1)).toEqual(['Unavailable', 'Available']);
      expect(reservations(pair)).toEqual([]);
    }
  });

  it('§5.13 - not when another connector does, or a fault is only a warning', () => {
    const pair = reservedPair();
    fault(pair, at(2));
    availability(pair, 2, 'Inoperative');
    pair.command({ kind: 'raiseFault', address: at(1), fault: { errorCode: 'WeakSignal' } });
    expect(reservations(pair)).toEqual([7]);
    expect(pair.statuses(1)).toEqual(['Reserved/WeakSignal']);
  });
});

describe('ReserveNow of a connector', () => {
  it('TC_048_1_CS - is Faulted where it, or the charger, is', () => {
    for (const address of [at(1), {}]) {
      const pair = bootedPair();
      fault(pair, address);
      const before = documentOf(pair);
      expect(reserve(pair)).toBe('Faulted');
      expect(documentOf(pair)).toBe(before);
    }
  });

  const busy: [string, (pair: Pair) => unknown][] = [
    ['a cable is in', (pair) => plugIn(pair)],
    ['a token waits for its EV', (pair) => token(pair, 'TAG-9')],
    ['a transaction runs', (pair) => pair.command({ kind: 'startTransaction', address: at(1), idToken: 'TAG-9' })],
    [
      'a transaction has ended and the cable is still in',
      (pair) => {
        plugIn(pair);
        token(pair, 'TAG-9');
        token(pair, 'TAG-9');
      },
    ],
    ['it is reserved for another token', (pair) => reserve(pair, { reservationId: 8, idTag: 'TAG-9' })],
    ['it is reserved for the same token', (pair) => reserve(pair, { reservationId: 8 })],
  ];
  it.each(busy)('TC_048_2_CS - is Occupied where %s', (_what, occupy) => {
    const pair = bootedPair();
    occupy(pair);
    const before = documentOf(pair);
    expect(reserve(pair)).toBe('Occupied');
    expect(documentOf(pair)).toBe(before);
  });

  it('TC_048_2_CS - is Occupied where another connector of its EVSE is in use, or about to be', () => {
    for (const occupy of [(pair: Pair) => plugIn(pair, 2), (pair: Pair) => token(pair, 'TAG-9', 2)]) {
      const pair = dualPair();
      occupy(pair);
      expect(reserve(pair)).toBe('Occupied');
    }
  });

  it('TC_048_3_CS - is Unavailable where it, or the charger, is', () => {
    for (const connectorId of [1, 0]) {
      const pair = bootedPair();
      availability(pair, connectorId, 'Inoperative');
      expect(reserve(pair)).toBe('Unavailable');
    }
  });

  it('TC_048_4_CS - is Rejected where the charger is configured not to accept reservations', () => {
    const pair = bootedPair({ configuration: { 'x-ReservationEnabled': 'false' } });
    expect(reserve(pair)).toBe('Rejected');
    expect(pair.seen).toEqual([]);
  });

  it('TC_048_4_CS - is NotSupported by a charger without the profile', () => {
    const pair = bootedPair({ configuration: { SupportedFeatureProfiles: 'Core' } });
    const request = { connectorId: 1, expiryDate: inSeconds(60), idTag: 'TAG-1', reservationId: 7 };
    expect(pair.call('ReserveNow', request)?.slice(2, 3)).toEqual(['NotSupported']);
    expect(pair.call('CancelReservation', { reservationId: 7 })?.slice(2, 3)).toEqual(['NotSupported']);
  });

  it.each([
    [{ connectorId: 3 }, 'no connector 3: the charger has 0 to 2'],
    [{ connectorId: -1 }, 'no connector -1'],
    [{ expiryDate: inSeconds(0) }, 'has passed'],
    [{ expiryDate: '2020-01-01T00:00:00Z' }, 'has passed'],
  ])('TC_048_4_CS - %j is Rejected, with a note that says why, and nothing changes', (wishes, why) => {
    const pair = bootedPair();
    const before = documentOf(pair);
    expect(reserve(pair, wishes)).toBe('Rejected');
    expect(pair.notes().at(-1)).toContain(why);
    expect(documentOf(pair)).toBe(before);
  });

  it.each([
    ['ReserveNow', {}, 'OccurenceConstraintViolation'],
    ['ReserveNow', { connectorId: '1' }, 'TypeConstraintViolation'],
    ['ReserveNow', { expiryDate: 'tomorrow' }, 'PropertyConstraintViolation'],
    ['ReserveNow', { idTag: 'T'.repeat(21) }, 'PropertyConstraintViolation'],
    ['ReserveNow', { parentIdTag: 5 }, 'TypeConstraintViolation'],
    ['ReserveNow', { reservationId: 1.5 }, 'TypeConstraintViolation'],
    ['ReserveNow', { evseId: 1 }, 'FormationViolation'],
    ['CancelReservation', {}, 'OccurenceConstraintViolation'],
    ['CancelReservation', { reservationId: 'x' }, 'TypeConstraintViolation'],
  ])('§5.13 - %s %j is a CALLERROR %s, and nothing changes', (action, wishes, code) => {
    const pair = reservedPair();
    const whole = { connectorId: 2, expiryDate: inSeconds(60), idTag: 'TAG-1', reservationId: 7 };
    const empty = Object.keys(wishes).length === 0 || action === 'CancelReservation';
    const before = documentOf(pair);
    expect(pair.call(action, empty ? wishes : { ...whole, ...wishes })?.slice(2, 3)).toEqual([code]);
    expect(documentOf(pair)).toBe(before);
  });
});

describe('ReserveNow with the id of a reservation that there is', () => {
  it('§5.13 - replaces it: another token, another time', () => {
    const pair = reservedPair();
    expect(reserve(pair, { idTag: 'TAG-9', expiryDate: inSeconds(60) })).toBe('Accepted');
    expect(pair.statuses(1)).toEqual([]);
    expect(token(pair)).toMatchObject({ result: { outcome: 'refused' } });
    pair.advance(60_000);
    expect(pair.statuses(1)).toEqual(['Available']);
  });

  it('§5.13 - replaces it: another connector', () => {
    const pair = reservedPair();
    expect(reserve(pair, { connectorId: 2 })).toBe('Accepted');
    expect([pair.statuses(1), pair.statuses(2)]).toEqual([['Available'], ['Reserved']]);
  });

  it('§5.13 - leaves it as it was when the new one cannot be made', () => {
    const pair = reservedPair();
    plugIn(pair, 2);
    const before = documentOf(pair);
    expect(reserve(pair, { connectorId: 2 })).toBe('Occupied');
    expect(reserve(pair, { expiryDate: inSeconds(-1) })).toBe('Rejected');
    expect(documentOf(pair)).toBe(before);
  });

  it('§5.13 - gives its holder more time, though he has come and a cable is in', () => {
    const pair = reservedPair({}, { configuration: { ConnectionTimeOut: '0' } });
    token(pair);
    expect(reserve(pair, { expiryDate: inSeconds(1200) })).toBe('Accepted');
    expect(reserve(pair, { idTag: 'TAG-9' })).toBe('Occupied');
    plugIn(pair);
    expect(pair.calls('StartTransaction')[0]?.payload.reservationId).toBe(7);
  });
});

describe('a reservation of connector 0', () => {
  const anyOf = { connectorId: 0 };

  it('TC_049_CS - with one connector left, that one is Reserved, for the token only, with the reservationId', () => {
    const pair = bootedPair();
    availability(pair, 2, 'Inoperative');
    pair.clear();
    expect(reserve(pair, anyOf)).toBe('Accepted');
    expect(pair.statuses(1)).toEqual(['Reserved']);
    expect(token(pair, 'TAG-9')).toMatchObject({ result: { outcome: 'refused' } });
    token(pair);
    plugIn(pair);
    expect(pair.statuses(1)).toEqual(['Reserved', 'Preparing', 'Charging']);
    expect(pair.calls('StartTransaction')[0]?.payload).toMatchObject({ connectorId: 1, reservationId: 7 });
    expect(reservations(pair)).toEqual([]);
  });

  it('a cable that is put into the last one left does not make it look free', () => {
    const pair = bootedPair();
    availability(pair, 2, 'Inoperative');
    reserve(pair, anyOf);
    pair.clear();
    plugIn(pair);
    expect(pair.statuses(1)).toEqual([]);
    expect(pair.charger.v16?.connectors[0]?.status).toBe('Reserved');
    expect(token(pair, 'TAG-9')).toMatchObject({ result: { outcome: 'refused' } });
    token(pair);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Charging']);
  });

  it('§5.13 - reserves no certain one, but keeps one for its holder, whichever', () => {
    const pair = reservedPair(anyOf);
    expect(pair.seen).toEqual([]);
    plugIn(pair, 2);
    expect(token(pair, 'TAG-9', 2)).toMatchObject({ result: { outcome: 'started' } });
    expect(pair.calls('StartTransaction')[0]?.payload).not.toHaveProperty('reservationId');
    expect(pair.statuses(1)).toEqual(['Reserved']);
    expect(token(pair, 'TAG-8', 1)).toMatchObject({ result: { outcome: 'refused' } });
    expect(remoteStart(pair, 'TAG-8')).toBe('Rejected');
    expect(remoteStart(pair, 'TAG-1')).toBe('Accepted');
    plugIn(pair, 1);
    expect(pair.calls('StartTransaction')[1]?.payload).toMatchObject({ connectorId: 1, reservationId: 7 });
  });

  it('§5.13 - no more is shown as Reserved when another connector is free again', () => {
    const pair = reservedPair(anyOf);
    plugIn(pair, 2);
    expect(pair.statuses(1)).toEqual(['Reserved']);
    unplug(pair, 2);
    expect(pair.statuses(1)).toEqual(['Reserved', 'Available']);
    expect(pair.statuses(2)).toEqual(['Preparing', 'Available']);
  });

  it('§5.13 - its holder may use any connector', () => {
    const pair = reservedPair(anyOf);
    plugIn(pair, 2);
    token(pair, 'TAG-1', 2);
    expect(pair.calls('StartTransaction')[0]?.payload).toMatchObject({ connectorId: 2, reservationId: 7 });
    expect(pair.statuses(1)).toEqual(['Reserved', 'Available']);
  });

  it('TC_050_1_CS - is Faulted where the charger is, or every connector', () => {
    for (const addresses of [[{}], [at(1), at(2)]]) {
      const pair = bootedPair();
      for (const address of addresses) fault(pair, address);
      expect(reserve(pair, anyOf)).toBe('Faulted');
    }
  });

  it('TC_050_2_CS - is Occupied where no connector is free, or none that is not reserved, or it is reserved already', () => {
    const used = bootedPair();
    for (const connectorId of [1, 2]) plugIn(used, connectorId);
    expect(reserve(used, anyOf)).toBe('Occupied');
    const kept = reservedPair();
    plugIn(kept, 2);
    expect(reserve(kept, { ...anyOf, reservationId: 8 })).toBe('Occupied');
    const twice = reservedPair(anyOf);
    expect(reserve(twice, { ...anyOf, reservationId: 8 })).toBe('Occupied');
    expect(reservations(twice)).toEqual([7]);
  });

  it('TC_050_3_CS - is Unavailable where the charger is, or every connector', () => {
    for (const ids of [[0], [1, 2]]) {
      const pair = bootedPair();
      for (const id of ids) availability(pair, id, 'Inoperative');
      expect(reserve(pair, anyOf)).toBe('Unavailable');
    }
  });

  it('TC_050_4_CS - is Rejected where ReserveConnectorZeroSupported is false', () => {
    const pair = bootedPair({ configuration: { ReserveConnectorZeroSupported: 'false' } });
    expect(reserve(pair, anyOf)).toBe('Rejected');
    expect(reserve(pair)).toBe('Accepted');
  });

  it('§5.13 - leaves room for one connector to be reserved, not for the last', () => {
    const pair = reservedPair(anyOf);
    expect(reserve(pair, { connectorId: 1, idTag: 'TAG-9', reservationId: 8 })).toBe('Accepted');
    expect([pair.statuses(1), pair.statuses(2)]).toEqual([['Reserved'], ['Reserved']]);
    expect(reserve(pair, { connectorId: 2, idTag: 'TAG-8', reservationId: 9 })).toBe('Occupied');
    expect(token(pair, 'TAG-9', 2)).toMatchObject({ result: { outcome: 'refused' } });
    expect(token(pair, 'TAG-9', 1)).toMatchObject({ result: { outcome: 'authorized' } });
  });

  it('§5.13 - ends with a fault of the charger, not with that of a connector', () => {
    const pair = reservedPair(anyOf);
    fault(pair, at(1));
    expect(reservations(pair)).toEqual([7]);
    expect(pair.statuses(2)).toEqual(['Reserved']);
    fault(pair);
    expect(reservations(pair)).toEqual([]);
  });
});

describe('any hour of reservations', () => {
  const connector = fc.constantFrom(1, 2);
  const anyone = fc.constantFrom('TAG-1', 'TAG-2', 'TAG-3');
  type Act = (pair: Pair) => unknown;
  const acts: fc.Arbitrary<Act> = fc.oneof(
    fc
      .record({
        connectorId: fc.constantFrom(0, 1, 2),
        idTag: anyone,
        reservationId: fc.integer({ min: 1, max: 3 }),
        seconds: fc.integer({ min: 1, max: 1800 }),
      })
      .map(({ seconds, ...wishes }) => (pair: Pair) => {
        reserve(pair, { ...wishes, expiryDate: new Date(pair.now + seconds * 1000).toISOString() });
      }),
    fc.integer({ min: 1, max: 3 }).map((id) => (pair: Pair) => cancel(pair, id)),
    connector.map((connectorId) => (pair: Pair) => plugIn(pair, connectorId)),
    connector.map((connectorId) => (pair: Pair) => unplug(pair, connectorId)),
    fc.tuple(connector, anyone).map(
      ([connectorId, idTag]) =>
        (pair: Pair) =>
          token(pair, idTag, connectorId),
    ),
    fc.tuple(fc.constantFrom(1, 2, undefined), anyone).map(([connectorId, idTag]) => (pair: Pair) => {
      remoteStart(pair, idTag, connectorId);
    }),
    fc.integer({ min: 1, max: 900 }).map((seconds) => (pair: Pair) => pair.advance(seconds * 1000)),
  );

  it('§5.13 - nobody is let in where a connector is reserved for another, and it says so until its holder comes', () => {
    let [kept, used] = [0, 0];
    fc.assert(
      fc.property(fc.array(acts, { minLength: 10, maxLength: 60 }), (life) => {
        const pair = bootedPair();
        for (const act of life) {
          const before = pair.charger.v16?.connectors.map(
            ({ authorization, transaction }) => authorization ?? transaction,
          );
          const reserved = pair.charger.v16?.reservations ?? [];
          act(pair);
          const after = pair.charger.v16;
          after?.connectors.forEach(({ authorization, transaction, status }, index) => {
            const own = reserved.find(({ place }) => place === index + 1);
            const guest = authorization ?? transaction;
            const stays =
              own && after.reservations?.some(({ id, token: holder }) => id === own.id && holder === own.token);
            if (guest && !before?.[index] && own && stays) expect(guest.idTag).toBe(own.token);
            if (transaction) expect(after.reservations?.map(({ place }) => place) ?? []).not.toContain(index + 1);
            if (own && stays && !guest) expect(status).toBe('Reserved');
            kept += stays ? 1 : 0;
          });
        }
        used += pair.calls('StartTransaction').filter(({ payload }) => payload.reservationId !== undefined).length;
      }),
      { numRuns: 80, seed: 1 },
    );
    expect([kept > 200, used > 5]).toEqual([true, true]);
  });
});
