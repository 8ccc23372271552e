// Reservation of OCPP 2.0.1 (block H): who may reserve what, who may charge then, and how a reservation ends and is told of.
import { start } from '../../support/pair';
import { bootedPairV201, eventsOf, misfits, type PairOptionsV201, statusesOf } from '../../support/pair-v201';

type Pair = ReturnType<typeof bootedPairV201>;
type Wishes = Record<string, unknown>;

const card = (idToken: string) => ({ idToken, type: 'ISO14443' });
const inSeconds = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const quiet = { 'SampledDataCtrlr.TxUpdatedInterval': '0' };

function pairWith({ variables, ...more }: PairOptionsV201 = {}): Pair {
  return bootedPairV201({ ...more, variables: { ...quiet, ...variables } });
}

function reserve(pair: Pair, { evseId = 1, ...wishes }: Wishes = {}): unknown {
  const place = evseId === 'any' ? {} : { evseId };
  const wish = { id: 7, expiryDateTime: inSeconds(600), idToken: card('TAG-1'), ...place, ...wishes };
  return (pair.ask('ReserveNow', wish) as { status: string }).status;
}

/** A station with one EVSE reserved; what it told of that is forgotten. */
function reserved(wishes: Wishes = {}, options: PairOptionsV201 = {}): Pair {
  const pair = pairWith(options);
  expect(reserve(pair, wishes)).toBe('Accepted');
  pair.clear();
  return pair;
}

const present = (pair: Pair, idToken: string, evseId = 1) =>
  pair.command({ kind: 'presentToken', address: { evseId }, idToken });
const plug = (pair: Pair, evseId = 1) => pair.command({ kind: 'plugIn', address: { evseId } });
const cancel = (pair: Pair, reservationId = 7) =>
  (pair.ask('CancelReservation', { reservationId }) as { status: string }).status;
const fault = (pair: Pair, evseId?: number) =>
  pair.command({ kind: 'raiseFault', address: evseId ? { evseId } : {}, fault: { errorCode: 'GroundFailure' } });
const inoperative = (pair: Pair, evseId?: number) =>
  pair.ask('ChangeAvailability', { operationalStatus: 'Inoperative', ...(evseId ? { evse: { id: evseId } } : {}) });
const updates = (pair: Pair) => pair.calls('ReservationStatusUpdate').map(({ payload }) => payload);
const held = (pair: Pair) => pair.charger.v201?.reservations?.map(({ id }) => id) ?? [];
const status = (pair: Pair, evseId = 1, connectorId = 1) =>
  pair.charger.v201?.evses[evseId - 1]?.connectors[connectorId - 1]?.status;

describe('H01: a specific EVSE', () => {
  it('TC_H_01_CS: is Reserved, and charges for its token, whose first event has the reservationId', () => {
    const pair = pairWith();
    expect(reserve(pair)).toBe('Accepted');
    expect(statusesOf(pair).at(-1)).toBe('Reserved');
    pair.clear();
    expect(present(pair, 'tag-1')).toMatchObject({ result: { outcome: 'authorized' } });
    plug(pair);
    expect(statusesOf(pair)).toEqual(['Occupied']);
    expect(eventsOf(pair)[0]).toMatchObject({ eventType: 'Started', reservationId: 7 });
    expect(eventsOf(pair).filter((event) => 'reservationId' in event)).toHaveLength(1);
    expect([held(pair), updates(pair), misfits(pair)]).toEqual([[], [], []]);
  });

  it('TC_H_02_CS: refuses another token, without a question to the CSMS', () => {
    const pair = reserved();
    expect(present(pair, 'TAG-2')).toMatchObject({
      result: { outcome: 'refused', reason: 'EVSE 1 is reserved for another token' },
    });
    expect([pair.actions(), status(pair), held(pair)]).toEqual([[], 'Reserved', [7]]);
    expect(present(pair, 'TAG-2', 2)).toMatchObject({ result: { outcome: 'authorized' } });
  });

  it('the token is used up by an event later than the first where the transaction begins with the cable', () => {
    const pair = reserved({}, { variables: { 'TxCtrlr.TxStartPoint': 'EVConnected' } });
    plug(pair);
    present(pair, 'TAG-1');
    expect(eventsOf(pair).map((event) => 'reservationId' in event)).toEqual([
      false,
      true,
      ...eventsOf(pair)
        .slice(2)
        .map(() => false),
    ]);
    expect(held(pair)).toEqual([]);
  });

  it.each([
    ['TC_H_03_CS: reserved for another', (pair: Pair) => reserve(pair, { id: 1 }), 'Occupied'],
    ['TC_H_04_CS: in a session', (pair: Pair) => [plug(pair), present(pair, 'TAG-9')], 'Occupied'],
    ['TC_H_04_CS: with a cable in it', (pair: Pair) => plug(pair), 'Occupied'],
    ['TC_H_06_CS: Unavailable', (pair: Pair) => inoperative(pair, 1), 'Unavailable'],
    ['H01.FR.12: Faulted', (pair: Pair) => fault(pair, 1), 'Faulted'],
  ])('%s', (_what, given, answer) => {
    const pair = pairWith();
    given(pair);
    const before = held(pair);
    expect([reserve(pair), held(pair)]).toEqual([answer, before]);
  });

  it.each([
    ['TC_H_22_CS: ReservationCtrlr.Enabled is false', {}, { 'ReservationCtrlr.Enabled': 'false' }],
    ['an EVSE that there is not', { evseId: 3 }, {}],
    ['a type that its connectors do not have', { connectorType: 'cCCS2' }, {}],
    ['a time that is over', { expiryDateTime: inSeconds(-1) }, {}],
  ])('%s: Rejected', (_what, wishes, variables) => {
    const pair = pairWith({ variables });
    expect([reserve(pair, wishes), held(pair)]).toEqual(['Rejected', []]);
  });

  it('TC_H_23_CS: the same id replaces the reservation, also on another EVSE', () => {
    const pair = reserved();
    expect(reserve(pair, { evseId: 2, idToken: card('TAG-2') })).toBe('Accepted');
    expect([statusesOf(pair, 1), statusesOf(pair, 2), held(pair)]).toEqual([['Available'], ['Reserved'], [7]]);
    expect(present(pair, 'TAG-1', 2)).toMatchObject({ result: { outcome: 'refused' } });
  });

  it('all connectors of the EVSE are Reserved (H01.FR.23)', () => {
    const pair = reserved({}, { model: 'dc-50kw-ccs-chademo' });
    expect([status(pair, 1, 1), status(pair, 1, 2)]).toEqual(['Reserved', 'Reserved']);
  });
});

describe('H03: groups', () => {
  const groups: Record<string, string> = { 'TAG-2': 'FAMILY', 'TAG-3': 'OTHERS' };
  const answers: PairOptionsV201['answers'] = {
    Authorize: ({ idToken }) => {
      const group = groups[String((idToken as { idToken: string }).idToken)];
      return {
        idTokenInfo: { status: 'Accepted', ...(group ? { groupIdToken: { idToken: group, type: 'Central' } } : {}) },
      };
    },
  };
  const groupIdToken = { idToken: 'FAMILY', type: 'Central' };

  it.each([
    ['TC_H_19_CS', 1],
    ['TC_H_24_CS', 'any'],
  ])('%s: a token whose group the CSMS names uses the reservation', (_id, evseId) => {
    const pair = reserved({ evseId, groupIdToken }, { answers });
    plug(pair);
    expect(present(pair, 'TAG-2')).toMatchObject({ result: { outcome: 'started' } });
    expect(eventsOf(pair)[0]).toMatchObject({ reservationId: 7 });
  });

  it.each(['TAG-3', 'TAG-4'])('%s, of another group or none, is asked about and refused', (idToken) => {
    const pair = reserved({ groupIdToken }, { answers });
    expect(present(pair, idToken)).toMatchObject({ result: { outcome: 'refused' } });
    expect([pair.calls('Authorize').length, held(pair)]).toEqual([1, [7]]);
  });

  it.each([
    [{ groupIdToken }, 'Accepted'],
    [{}, 'Rejected'],
  ])('a remote start with %j: %s', (more, answer) => {
    const pair = reserved({ groupIdToken }, { answers });
    const request = { idToken: card('TAG-8'), remoteStartId: 1, evseId: 1, ...more };
    expect(pair.ask('RequestStartTransaction', request)).toMatchObject({ status: answer });
  });
});

describe('H01: an unspecified EVSE', () => {
  it('TC_H_08_CS: either EVSE serves it; all stay Available while there are more', () => {
    const pair = reserved({ evseId: 'any' });
    expect([status(pair, 1), status(pair, 2)]).toEqual(['Available', 'Available']);
    plug(pair, 2);
    expect(present(pair, 'TAG-1', 2)).toMatchObject({ result: { outcome: 'started' } });
    expect(eventsOf(pair)[0]).toMatchObject({ reservationId: 7 });
  });

  it('TC_H_14_CS: as many reservations as EVSEs: all are Reserved, and nobody else starts (H01.FR.20, H01.FR.24)', () => {
    const pair = reserved({ evseId: 'any' });
    expect(reserve(pair, { id: 8, evseId: 'any', idToken: card('TAG-2') })).toBe('Accepted');
    expect([status(pair, 1), status(pair, 2)]).toEqual(['Reserved', 'Reserved']);
    expect(reserve(pair, { id: 9, evseId: 'any', idToken: card('TAG-3') })).toBe('Occupied');
    expect(present(pair, 'TAG-3')).toMatchObject({ result: { outcome: 'refused' } });
    expect(present(pair, 'TAG-2')).toMatchObject({ result: { outcome: 'authorized' } });
    expect(cancel(pair, 7)).toBe('Accepted');
  });

  it('another may start while one is left for who has reserved, which is Reserved then', () => {
    const pair = reserved({ evseId: 'any' });
    plug(pair, 1);
    expect(present(pair, 'TAG-9', 1)).toMatchObject({ result: { outcome: 'started' } });
    expect(status(pair, 2)).toBe('Reserved');
    expect(present(pair, 'TAG-9', 2)).toMatchObject({ result: { outcome: 'refused' } });
  });

  it.each([
    [
      'TC_H_09_CS: all reserved',
      (pair: Pair) => [1, 2].map((evseId) => reserve(pair, { id: evseId, evseId })),
      'Occupied',
    ],
    ['TC_H_10_CS: all in use', (pair: Pair) => [1, 2].map((evseId) => plug(pair, evseId)), 'Occupied'],
    ['TC_H_12_CS: all Unavailable', (pair: Pair) => inoperative(pair), 'Unavailable'],
    ['Faulted', (pair: Pair) => [1, 2].map((evseId) => fault(pair, evseId)), 'Faulted'],
  ])('%s', (_what, given, answer) => {
    const pair = pairWith();
    given(pair);
    expect(reserve(pair, { id: 9, evseId: 'any' })).toBe(answer);
  });

  it('TC_H_13_CS: Rejected where ReservationCtrlr.NonEvseSpecific is false (H01.FR.19)', () => {
    const pair = pairWith({ variables: { 'ReservationCtrlr.NonEvseSpecific': 'false' } });
    expect([reserve(pair, { evseId: 'any' }), reserve(pair)]).toEqual(['Rejected', 'Accepted']);
  });
});

describe('H01: a type of connector', () => {
  it('TC_H_15_CS: is served where there is one', () => {
    const pair = reserved({ evseId: 'any', connectorType: 'sType2' });
    plug(pair);
    expect(present(pair, 'TAG-1')).toMatchObject({ result: { outcome: 'started' } });
    expect(held(pair)).toEqual([]);
  });

  it('TC_H_16_CS: as many as connectors of the type: Reserved, and one more is Occupied', () => {
    const pair = reserved({ evseId: 'any', connectorType: 'sType2' });
    expect(reserve(pair, { id: 8, evseId: 'any', connectorType: 'sType2' })).toBe('Accepted');
    expect([status(pair, 1), status(pair, 2)]).toEqual(['Reserved', 'Reserved']);
    expect(reserve(pair, { id: 9, evseId: 'any', connectorType: 'sType2' })).toBe('Occupied');
  });

  it('one that the station does not have is Rejected', () => {
    expect(reserve(pairWith(), { evseId: 'any', connectorType: 'cG105' })).toBe('Rejected');
  });
});

describe('how a reservation ends', () => {
  it('TC_H_17_CS: cancelled, the EVSE is Available again, and nothing is told of the reservation', () => {
    const pair = reserved();
    expect(cancel(pair)).toBe('Accepted');
    expect([statusesOf(pair), updates(pair), held(pair)]).toEqual([['Available'], [], []]);
  });

  it('TC_H_18_CS: one that there is not: Rejected', () => {
    expect(cancel(reserved(), 8)).toBe('Rejected');
  });

  it('TC_H_07_CS, H04.FR.01: its time is over: Expired is told, the EVSE is Available', () => {
    const pair = reserved();
    pair.advance(599_000);
    expect(updates(pair)).toEqual([]);
    pair.advance(1_000);
    expect(updates(pair)).toEqual([{ reservationId: 7, reservationUpdateStatus: 'Expired' }]);
    expect([statusesOf(pair).at(-1), held(pair), misfits(pair)]).toEqual(['Available', [], []]);
  });

  it.each([
    ['TC_H_21_CS: Unavailable', (pair: Pair) => inoperative(pair, 1)],
    ['Faulted', (pair: Pair) => fault(pair, 1)],
  ])('%s: Removed is told', (_what, happen) => {
    const pair = reserved();
    happen(pair);
    expect([updates(pair), held(pair)]).toEqual([[{ reservationId: 7, reservationUpdateStatus: 'Removed' }], []]);
  });

  it('TC_B_24_CS: not with a reset that waits for the transaction of another EVSE', () => {
    const pair = reserved({ evseId: 2 });
    pair.command({ kind: 'startTransaction', address: { evseId: 1 }, idToken: 'TAG-9' });
    expect(pair.ask('Reset', { type: 'OnIdle' })).toEqual({ status: 'Scheduled' });
    expect(held(pair)).toEqual([7]);
    present(pair, 'TAG-9', 1);
    pair.advance(60_000);
    expect([held(pair), updates(pair), status(pair, 2)]).toEqual([[7], [], 'Reserved']);
  });

  it('of any EVSE: not while one of them is left', () => {
    const pair = reserved({ evseId: 'any' });
    inoperative(pair, 1);
    expect(held(pair)).toEqual([7]);
    inoperative(pair, 2);
    expect(updates(pair)).toEqual([{ reservationId: 7, reservationUpdateStatus: 'Removed' }]);
  });

  it('not with a reset or a power loss; what expired meanwhile is told afterwards', () => {
    const pair = reserved();
    pair.ask('Reset', { type: 'Immediate' });
    pair.advance(120_000);
    expect([held(pair), status(pair)]).toEqual([[7], 'Reserved']);
    pair.command({ kind: 'power', state: 'off' });
    pair.advance(600_000);
    pair.command({ kind: 'power', state: 'on' });
    pair.advance(120_000);
    expect([updates(pair), status(pair)]).toEqual([
      [{ reservationId: 7, reservationUpdateStatus: 'Expired' }],
      'Available',
    ]);
  });

  it('not when its token is presented and no EV comes', () => {
    const pair = reserved({}, { variables: { 'TxCtrlr.EVConnectionTimeOut': '20' } });
    present(pair, 'TAG-1');
    pair.advance(21_000);
    expect([held(pair), status(pair)]).toEqual([[7], 'Reserved']);
  });
});
