// The local authorization list of OCPP 2.0.1 (block D): versions, updates and limits, and its word beside the cache and the CSMS (C13, C14).
import { viewCharger, viewLocalList } from '../../../lib/charger/view';
import { bootedPairV201, eventsOf, misfits, type PairOptionsV201 } from '../../support/pair-v201';

const accepted = { status: 'Accepted' };
const token = (idToken: string, type = 'ISO14443') => ({ idToken, type });
const entry = (idToken: string, idTokenInfo?: Record<string, unknown>, type?: string) => ({
  idToken: token(idToken, type),
  ...(idTokenInfo ? { idTokenInfo } : {}),
});

type Pair = ReturnType<typeof bootedPairV201>;

function send(pair: Pair, versionNumber: number, list?: unknown[], updateType = 'Full') {
  const localAuthorizationList = list ? { localAuthorizationList: list } : {};
  return pair.ask('SendLocalList', { versionNumber, updateType, ...localAuthorizationList });
}
const update = (pair: Pair, versionNumber: number, list?: unknown[]) => send(pair, versionNumber, list, 'Differential');
const version = (pair: Pair) => (pair.ask('GetLocalListVersion', {}) as { versionNumber: number }).versionNumber;
const present = (pair: Pair, idToken: string, type?: string, evseId = 1) =>
  pair.command({ kind: 'presentToken', address: { evseId }, idToken, ...(type === undefined ? {} : { type }) });
const offline = (pair: Pair) => pair.command({ kind: 'network', state: 'offline' });

/** A station that has this on its list, an EV, and a CSMS that refuses everybody. */
function listing(list: unknown[], variables: PairOptionsV201['variables'] = {}): Pair {
  const pair = bootedPairV201({
    variables: { 'SampledDataCtrlr.TxUpdatedInterval': '0', ...variables },
    answers: { Authorize: { idTokenInfo: { status: 'Invalid' } } },
  });
  expect(send(pair, 1, list)).toEqual(accepted);
  pair.command({ kind: 'plugIn', address: { evseId: 1 } });
  pair.clear();
  return pair;
}

describe('D01: SendLocalList', () => {
  it('TC_D_01_CS, TC_D_08_CS: a full list replaces what there was, and has its version', () => {
    const pair = bootedPairV201();
    expect(version(pair)).toBe(0);
    expect(send(pair, 7, [entry('A', accepted), entry('B', accepted)])).toEqual(accepted);
    expect(send(pair, 3, [entry('C', accepted)])).toEqual(accepted);
    expect(version(pair)).toBe(3);
    expect(Object.keys(pair.charger.v201?.localList?.entries ?? {})).toEqual(['ISO14443|c']);
  });

  it('TC_D_02_CS, TC_D_03_CS: a differential one changes, adds, and removes what comes without information', () => {
    const pair = bootedPairV201();
    send(pair, 1, [entry('A', accepted), entry('B', accepted)]);
    expect(update(pair, 2, [entry('A', { status: 'Blocked' }), entry('C', accepted)])).toEqual(accepted);
    expect(pair.charger.v201?.localList?.entries).toEqual({
      'ISO14443|a': { status: 'Blocked' },
      'ISO14443|b': {},
      'ISO14443|c': {},
    });
    expect(update(pair, 3, [entry('B')])).toEqual(accepted);
    expect(Object.keys(pair.charger.v201?.localList?.entries ?? {})).toEqual(['ISO14443|a', 'ISO14443|c']);
    expect(version(pair)).toBe(3);
  });

  it('TC_D_04_CS: a full one without tokens empties it, and its version is 0 (D01.FR.04, D02.FR.02)', () => {
    const pair = bootedPairV201();
    send(pair, 5, [entry('A', accepted)]);
    expect(send(pair, 6)).toEqual(accepted);
    expect(version(pair)).toBe(0);
    expect(pair.charger.v201?.localList).toBeUndefined();
  });

  it('TC_D_05_CS: a differential one without tokens changes the version only', () => {
    const pair = bootedPairV201();
    send(pair, 5, [entry('A', accepted)]);
    expect(update(pair, 6)).toEqual(accepted);
    expect([version(pair), Object.keys(pair.charger.v201?.localList?.entries ?? {})]).toEqual([6, ['ISO14443|a']]);
  });

  it.each([5, 4])('TC_D_06_CS: a differential one to version %i of a list of version 5', (versionNumber) => {
    const pair = bootedPairV201();
    send(pair, 5, [entry('A', accepted)]);
    expect(update(pair, versionNumber, [entry('B', accepted)])).toMatchObject({ status: 'VersionMismatch' });
    expect([version(pair), Object.keys(pair.charger.v201?.localList?.entries ?? {})]).toEqual([5, ['ISO14443|a']]);
  });

  it.each([
    ['D01.FR.18: version 0', 0, [entry('A', accepted)]],
    ['a negative version', -1, [entry('A', accepted)]],
    ['a token twice, in whatever case', 2, [entry('A', accepted), entry('a', accepted)]],
    ['a full list with a token that nothing is said of', 2, [entry('A')]],
  ])('%s: Failed, and the list stays', (_what, versionNumber, list) => {
    const pair = bootedPairV201();
    send(pair, 1, [entry('Z', accepted)]);
    const before = pair.document();
    expect(send(pair, versionNumber, list)).toMatchObject({ status: 'Failed' });
    expect(pair.document()).toBe(before);
  });

  it('the same text of another type is another token', () => {
    const pair = bootedPairV201();
    expect(send(pair, 2, [entry('A', accepted), entry('A', accepted, 'KeyCode')])).toEqual(accepted);
  });

  it('D01.FR.11: more tokens than ItemsPerMessage are a CALLERROR', () => {
    const pair = bootedPairV201();
    const list = Array.from({ length: 201 }, (_, at) => entry(`T${at}`, accepted));
    expect(pair.call('SendLocalList', { versionNumber: 1, updateType: 'Full', localAuthorizationList: list })).toEqual([
      4,
      expect.any(String),
      'OccurrenceConstraintViolation',
      expect.stringContaining('at most 200'),
      {},
    ]);
  });

  it('holds 500 tokens in three messages, counts them as Entries, and takes no more', () => {
    const pair = bootedPairV201();
    const some = (from: number, count: number) =>
      Array.from({ length: count }, (_, at) => entry(`TOKEN-${from + at}`, accepted));
    expect(send(pair, 1, some(0, 200))).toEqual(accepted);
    expect([update(pair, 2, some(200, 200)), update(pair, 3, some(400, 100))]).toEqual([accepted, accepted]);
    const entries = { component: { name: 'LocalAuthListCtrlr' }, variable: { name: 'Entries' } };
    expect(pair.ask('GetVariables', { getVariableData: [entries] })).toMatchObject({
      getVariableResult: [{ attributeStatus: 'Accepted', attributeValue: '500' }],
    });
    expect(update(pair, 4, some(500, 1))).toMatchObject({ status: 'Failed' });
    expect(version(pair)).toBe(3);
  });

  it('TC_D_07_CS: survives a reset and a power loss', () => {
    const pair = listing([entry('A', accepted)]);
    pair.command({ kind: 'power', state: 'cycle' });
    pair.advance(60_000);
    expect(pair.ask('Reset', { type: 'Immediate' })).toMatchObject({ status: 'Accepted' });
    pair.advance(60_000);
    expect(version(pair)).toBe(1);
  });
});

describe('D02, LocalAuthListCtrlr.Enabled is false', () => {
  it('TC_D_10_CS: the version is 0, and a list is refused', () => {
    const pair = bootedPairV201({ variables: { 'LocalAuthListCtrlr.Enabled': 'false' } });
    expect(send(pair, 1, [entry('A', accepted)])).toMatchObject({ status: 'Failed' });
    expect(version(pair)).toBe(0);
  });

  it('its tokens are not known, and are again when it is switched on', () => {
    const pair = listing([entry('A', accepted)], { 'AuthCtrlr.LocalPreAuthorize': 'true' });
    const set = (attributeValue: string) => {
      const enabled = { component: { name: 'LocalAuthListCtrlr' }, variable: { name: 'Enabled' } };
      return pair.ask('SetVariables', { setVariableData: [{ ...enabled, attributeValue }] });
    };
    set('false');
    expect(present(pair, 'A')).toMatchObject({ result: { outcome: 'refused' } });
    set('true');
    expect(present(pair, 'A')).toMatchObject({ result: { outcome: 'started' } });
  });
});

describe('C14: online', () => {
  it('TC_C_27_CS: with LocalPreAuthorize a token that is accepted by the list starts without Authorize', () => {
    const pair = listing([entry('A', accepted)], { 'AuthCtrlr.LocalPreAuthorize': 'true' });
    expect(present(pair, 'a')).toMatchObject({ result: { outcome: 'started' } });
    expect(pair.calls('Authorize')).toEqual([]);
    expect(eventsOf(pair)[0]?.idToken).toEqual(token('a'));
    expect(misfits(pair)).toEqual([]);
  });

  it.each([
    ['without LocalPreAuthorize', accepted, 'false'],
    ['that the list calls Invalid (TC_C_28_CS)', { status: 'Invalid' }, 'true'],
    ['that the list calls Blocked (TC_C_29_CS)', { status: 'Blocked' }, 'true'],
    ['that the list calls Expired (TC_C_30_CS)', { status: 'Expired' }, 'true'],
    ['whose time is over', { ...accepted, cacheExpiryDateTime: '2026-01-05T07:59:59Z' }, 'true'],
    ['for another EVSE', { ...accepted, evseId: [2] }, 'true'],
  ])('C14.FR.02: a token %s is asked about', (_what, info, preAuthorize) => {
    const pair = listing([entry('A', info)], { 'AuthCtrlr.LocalPreAuthorize': preAuthorize });
    expect(present(pair, 'A')).toMatchObject({ result: { outcome: 'refused', authorization: { status: 'Invalid' } } });
    expect(pair.calls('Authorize')).toHaveLength(1);
  });

  it('TC_C_31_CS: a token that the list calls Invalid starts where the CSMS accepts it', () => {
    const pair = listing([entry('A', { status: 'Invalid' })], { 'AuthCtrlr.LocalPreAuthorize': 'true' });
    pair.csms.answers.Authorize = { idTokenInfo: accepted };
    expect(present(pair, 'A')).toMatchObject({ result: { outcome: 'started' } });
    expect(pair.calls('Authorize')).toHaveLength(1);
  });

  it('TC_C_58_CS, C14.FR.03: not with DisablePostAuthorize, when the list refuses it', () => {
    const pair = listing([entry('A', { status: 'Blocked' })], { 'LocalAuthListCtrlr.DisablePostAuthorize': 'true' });
    expect(present(pair, 'A')).toMatchObject({ result: { outcome: 'refused' } });
    expect(pair.calls('Authorize')).toEqual([]);
  });

  it('TC_C_25_CS, C13.FR.01: the list counts before the cache', () => {
    const pair = listing([entry('B', accepted)], { 'AuthCtrlr.LocalPreAuthorize': 'true' });
    pair.csms.answers.Authorize = { idTokenInfo: accepted };
    present(pair, 'A');
    present(pair, 'A');
    expect(send(pair, 2, [entry('A', { status: 'Blocked' })])).toEqual(accepted);
    offline(pair);
    expect(present(pair, 'A')).toMatchObject({ result: { outcome: 'refused' } });
  });
});

describe('C13: offline', () => {
  it.each([
    ['Accepted (TC_C_21_CS)', accepted, 'true', 'started'],
    ['Invalid (TC_C_22_CS)', { status: 'Invalid' }, 'true', 'refused'],
    ['Accepted, but LocalAuthorizeOffline is false', accepted, 'false', 'refused'],
    ['Blocked (TC_C_23_CS)', { status: 'Blocked' }, 'true', 'refused'],
    ['Expired (TC_C_24_CS)', { status: 'Expired' }, 'true', 'refused'],
    ['Accepted until a moment ago', { ...accepted, cacheExpiryDateTime: '2026-01-05T07:59:59Z' }, 'true', 'refused'],
    ['ConcurrentTx, which is a good token', { status: 'ConcurrentTx' }, 'true', 'started'],
  ])('a token that the list calls %s', (_what, info, offlineAllowed, outcome) => {
    const pair = listing([entry('A', info)], { 'AuthCtrlr.LocalAuthorizeOffline': offlineAllowed });
    offline(pair);
    expect(present(pair, 'A')).toMatchObject({ result: { outcome } });
  });

  it('C13.FR.03: OfflineTxForUnknownIdEnabled lets in who is not on it, and nobody whom it refuses', () => {
    const pair = listing([entry('A', { status: 'Expired' })], { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' });
    offline(pair);
    expect(present(pair, 'A')).toMatchObject({ result: { outcome: 'refused' } });
    expect(present(pair, 'B')).toMatchObject({ result: { outcome: 'started' } });
  });

  it('TC_C_40_CS, C09: another token of the group that it names stops the transaction', () => {
    const groupIdToken = token('FAMILY', 'Central');
    const pair = listing([entry('A', { ...accepted, groupIdToken }), entry('B', { ...accepted, groupIdToken })]);
    offline(pair);
    expect(present(pair, 'A')).toMatchObject({ result: { outcome: 'started' } });
    expect(present(pair, 'B')).toMatchObject({ result: { outcome: 'stopped' } });
  });
});

it('is shown with its version and how many it knows, not with the tokens', () => {
  const pair = listing([entry('SECRET-TOKEN', accepted)]);
  const view = JSON.stringify(viewCharger(pair.charger, pair.now));
  expect(view).toContain('"localAuthorizationList":{"enabled":true,"version":1,"tokens":1}');
  expect(view).not.toContain('SECRET-TOKEN');
});

describe('the list as people see it', () => {
  it('tells of each token its type and what the CSMS has said', () => {
    const pair = bootedPairV201();
    const told = {
      status: 'Blocked',
      groupIdToken: token('G'),
      evseId: [2],
      cacheExpiryDateTime: '2030-01-01T00:00:00.000Z',
    };
    send(pair, 5, [entry('A|B', accepted, 'Central'), entry('C', told)]);
    expect(viewLocalList(pair.charger)).toEqual({
      enabled: true,
      version: 5,
      tokens: 2,
      entries: [
        { idToken: 'a|b', type: 'Central', status: 'Accepted' },
        {
          idToken: 'c',
          type: 'ISO14443',
          status: 'Blocked',
          groupIdToken: 'G',
          evseIds: [2],
          expiryDate: '2030-01-01T00:00:00.000Z',
        },
      ],
    });
  });
});
