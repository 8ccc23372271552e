// Display messages of OCPP 2.0.1 (block O): set, replaced, listed and cleared by the CSMS; which of them a driver sees when.
import { dialectOf } from '../../../lib/charger/dialects';
import { start } from '../../support/pair';
import { bootedPairV201, eventsOf, misfits } from '../../support/pair-v201';

type Pair = ReturnType<typeof bootedPairV201>;
type Wishes = Record<string, unknown>;

const quiet = { 'SampledDataCtrlr.TxUpdatedInterval': '0' };
const booted = () => bootedPairV201({ variables: quiet });
const inSeconds = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const info = (id: number, wishes: Wishes = {}) => ({
  id,
  priority: 'NormalCycle',
  message: { format: 'UTF8', content: `message ${id}` },
  ...wishes,
});
const set = (pair: Pair, id: number, wishes: Wishes = {}) =>
  pair.ask('SetDisplayMessage', { message: info(id, wishes) })?.status;
const get = (pair: Pair, wishes: Wishes = {}) => {
  pair.clear();
  const status = pair.ask('GetDisplayMessages', { requestId: 5, ...wishes })?.status;
  const told = pair.calls('NotifyDisplayMessages').map(({ payload }) => payload);
  const ids = told.flatMap(({ messageInfo = [] }) => (messageInfo as { id: number }[]).map(({ id }) => id));
  return { status, ids };
};
const shown = ({ charger, now }: Pair, evseId = 1) => {
  const displays = dialectOf(charger).view.charger(charger, now).displays as { messages: { id: number }[] }[];
  return displays[evseId - 1]?.messages.map(({ id }) => id);
};
const begin = (pair: Pair, evseId = 1) => {
  pair.command({ kind: 'startTransaction', address: { evseId }, idToken: 'TAG-1' });
  return eventsOf(pair).at(-1)?.transactionInfo.transactionId ?? '';
};
const end = (pair: Pair, transactionId: string) =>
  pair.command({ kind: 'stopTransaction', transactionId, unplug: true });

describe('O01: SetDisplayMessage', () => {
  it('TC_O_01_CS: is shown on every display, and kept over a power loss', () => {
    const pair = booted();
    expect(set(pair, 1)).toBe('Accepted');
    expect([shown(pair, 1), shown(pair, 2)]).toEqual([[1], [1]]);
    pair.command({ kind: 'power', state: 'off' });
    pair.command({ kind: 'power', state: 'on' });
    expect(shown(pair)).toEqual([1]);
  });

  it('TC_O_13_CS, TC_O_14_CS: from startDateTime to endDateTime, then it is gone', () => {
    const pair = booted();
    expect(set(pair, 1, { startDateTime: inSeconds(60), endDateTime: inSeconds(120) })).toBe('Accepted');
    expect([shown(pair), get(pair).ids]).toEqual([[], [1]]);
    pair.advance(60_000);
    expect(shown(pair)).toEqual([1]);
    pair.advance(60_000);
    expect([shown(pair), get(pair)]).toEqual([[], { status: 'Unknown', ids: [] }]);
    expect(pair.charger.v201).not.toHaveProperty('displayMessages');
  });

  it('of a station without power an end is caught up with when it starts', () => {
    const pair = booted();
    set(pair, 1, { endDateTime: inSeconds(60) });
    pair.command({ kind: 'power', state: 'off' });
    pair.advance(120_000);
    pair.command({ kind: 'power', state: 'on' });
    expect(pair.charger.v201).not.toHaveProperty('displayMessages');
  });

  it('shows a message in its state only: Idle, Charging, Faulted, Unavailable', () => {
    const pair = booted();
    ['Idle', 'Charging', 'Faulted', 'Unavailable'].forEach((state, at) => void set(pair, at + 1, { state }));
    expect(shown(pair)).toEqual([1]);
    begin(pair);
    expect([shown(pair), shown(pair, 2)]).toEqual([[2], [1]]);
    pair.command({ kind: 'raiseFault', address: { evseId: 1 }, fault: { errorCode: 'GroundFailure' } });
    expect(shown(pair)).toEqual([3]);
    pair.ask('ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 2 } });
    expect(shown(pair, 2)).toEqual([4]);
  });

  it('MessagePriorityEnumType: AlwaysFront alone, else InFront in turns, else the others', () => {
    const pair = booted();
    set(pair, 1);
    set(pair, 2);
    expect(shown(pair)).toEqual([1, 2]);
    set(pair, 3, { priority: 'InFront' });
    set(pair, 4, { priority: 'InFront' });
    expect(shown(pair)).toEqual([3, 4]);
    set(pair, 5, { priority: 'AlwaysFront' });
    expect(shown(pair)).toEqual([5]);
  });

  it('TC_O_32_CS: a second AlwaysFront takes the place of the first', () => {
    const pair = booted();
    set(pair, 1, { priority: 'AlwaysFront' });
    set(pair, 2, { priority: 'AlwaysFront' });
    expect([shown(pair), get(pair).ids]).toEqual([[2], [2]]);
  });

  it('a display that is named is the only one to show it', () => {
    const pair = booted();
    expect(set(pair, 1, { display: { name: 'Display' } })).toBe('Accepted');
    expect(set(pair, 2, { display: { name: 'Billboard' } })).toBe('Rejected');
    expect(get(pair).ids).toEqual([1]);
  });

  it.each<[string, Wishes, string]>([
    ['a format it cannot show', { message: { format: 'HTML', content: '<b>' } }, 'NotSupportedMessageFormat'],
    ['a time that has passed', { endDateTime: inSeconds(-1) }, 'Rejected'],
    ['an end before its start', { startDateTime: inSeconds(20), endDateTime: inSeconds(10) }, 'Rejected'],
    ['customData larger than it keeps', { customData: { vendorId: 'v', x: 'x'.repeat(5_000) } }, 'Rejected'],
  ])('refuses %s, and changes nothing', (_what, wishes, status) => {
    const pair = booted();
    set(pair, 1);
    const before = pair.document();
    expect(set(pair, 1, wishes)).toBe(status);
    expect(pair.document()).toBe(before);
  });

  it('refuses more than it can keep, and all where DisplayMessageCtrlr.Enabled is false', () => {
    const pair = booted();
    const all = Array.from({ length: 21 }, (_, at) => set(pair, at));
    expect(all).toEqual([...Array(20).fill('Accepted'), 'Rejected']);
    expect(set(pair, 3, { priority: 'InFront' })).toBe('Accepted');
    const component = { name: 'DisplayMessageCtrlr' };
    const count = { component, variable: { name: 'DisplayMessages' } };
    expect(pair.ask('GetVariables', { getVariableData: [count] })).toMatchObject({
      getVariableResult: [{ attributeValue: '20' }],
    });
    const enabled = { component, variable: { name: 'Enabled' }, attributeValue: 'false' };
    pair.ask('SetVariables', { setVariableData: [enabled] });
    expect(set(pair, 3)).toBe('Rejected');
  });
});

describe('O02: a message for a transaction', () => {
  it('TC_O_06_CS, TC_O_10_CS: is shown at its EVSE until it ends; of one that does not run, UnknownTransaction', () => {
    const pair = booted();
    expect(set(pair, 1, { transactionId: 'none' })).toBe('UnknownTransaction');
    const transactionId = begin(pair);
    expect(set(pair, 1, { transactionId })).toBe('Accepted');
    expect([shown(pair, 1), shown(pair, 2)]).toEqual([[1], []]);
    end(pair, transactionId);
    expect(get(pair).status).toBe('Unknown');
    expect(set(pair, 1, { transactionId })).toBe('UnknownTransaction');
  });

  it('TC_O_27_CS, TC_O_28_CS: within its time', () => {
    const pair = booted();
    const transactionId = begin(pair);
    set(pair, 1, { transactionId, startDateTime: inSeconds(60), endDateTime: inSeconds(120) });
    expect(shown(pair)).toEqual([]);
    pair.advance(60_000);
    expect(shown(pair)).toEqual([1]);
    pair.advance(60_000);
    expect(shown(pair)).toEqual([]);
  });

  it('TC_O_30_CS: several InFront take turns', () => {
    const pair = booted();
    const transactionId = begin(pair);
    set(pair, 1, { transactionId, priority: 'InFront' });
    set(pair, 2, { transactionId, priority: 'InFront' });
    expect(shown(pair)).toEqual([1, 2]);
  });
});

describe('O03, O04: GetDisplayMessages', () => {
  it('TC_O_02_CS: tells all of them in as many messages as it takes, as they were set', () => {
    const pair = booted();
    const customData = { vendorId: 'com.vendor', colour: 'green' };
    for (let id = 1; id <= 12; id++) set(pair, id, { customData });
    pair.clear();
    expect(pair.ask('GetDisplayMessages', { requestId: 9 })).toEqual({ status: 'Accepted' });
    const told = pair.calls('NotifyDisplayMessages').map(({ payload }) => payload);
    expect(told.map(({ requestId, tbc }) => [requestId, tbc])).toEqual([
      [9, true],
      [9, true],
      [9, false],
    ]);
    const all = told.flatMap(({ messageInfo }) => messageInfo as unknown[]);
    expect(all).toEqual(Array.from({ length: 12 }, (_, at) => info(at + 1, { customData })));
    expect(misfits(pair)).toEqual([]);
  });

  it('TC_O_03_CS, TC_O_33_CS: Unknown where there are none', () => {
    expect(get(booted())).toEqual({ status: 'Unknown', ids: [] });
    expect(get(booted(), { id: [1] })).toEqual({ status: 'Unknown', ids: [] });
  });

  it.each<[string, Wishes, number[]]>([
    ['TC_O_07_CS: by id', { id: [2, 9] }, [2]],
    ['TC_O_08_CS: by priority', { priority: 'InFront' }, [2, 3]],
    ['TC_O_09_CS: by state', { state: 'Charging' }, [3]],
    ['TC_O_11_CS: unknown ids', { id: [8, 9] }, []],
    ['TC_O_34_CS: a known id whose state is another', { id: [3], state: 'Idle' }, []],
    ['TC_O_35_CS: a known id whose priority is another', { id: [1], priority: 'InFront' }, []],
  ])('%s', (_what, wishes, ids) => {
    const pair = booted();
    set(pair, 1);
    set(pair, 2, { priority: 'InFront' });
    set(pair, 3, { priority: 'InFront', state: 'Charging' });
    expect(get(pair, wishes)).toEqual({ status: ids.length > 0 ? 'Accepted' : 'Unknown', ids });
  });
});

describe('O05, O06', () => {
  it('TC_O_04_CS, TC_O_05_CS: ClearDisplayMessage clears what there is', () => {
    const pair = booted();
    set(pair, 1);
    expect(pair.ask('ClearDisplayMessage', { id: 2 })).toEqual({ status: 'Unknown' });
    expect(pair.ask('ClearDisplayMessage', { id: 1 })).toEqual({ status: 'Accepted' });
    expect([shown(pair), get(pair).status]).toEqual([[], 'Unknown']);
  });

  it('TC_O_12_CS: a message with a known id takes the place of the other', () => {
    const pair = booted();
    set(pair, 1);
    set(pair, 1, { priority: 'InFront', message: { format: 'ASCII', content: 'new' } });
    expect(pair.charger.v201?.displayMessages).toEqual([
      { id: 1, priority: 'InFront', message: { format: 'ASCII', content: 'new' } },
    ]);
  });
});
