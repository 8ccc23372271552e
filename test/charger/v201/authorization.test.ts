// Who may charge (block C): the CSMS's word, the cache, groups, the master pass, without a connection, and refused after the start (E05).
import { bootedPairV201, eventsOf, misfits, type PairOptionsV201, storyOf } from '../../support/pair-v201';

const address = { evseId: 1 };
const quiet = { 'SampledDataCtrlr.TxUpdatedInterval': '0' };

const info = (status: string, more: Record<string, unknown> = {}) => ({ idTokenInfo: { status, ...more } });

function pairWith({ variables, ...more }: PairOptionsV201 = {}) {
  return bootedPairV201({ ...more, variables: { ...quiet, ...variables } });
}

type Pair = ReturnType<typeof pairWith>;

const plug = (pair: Pair, evseId = 1) => pair.command({ kind: 'plugIn', address: { evseId } });
const present = (pair: Pair, idToken: string, type?: string, evseId = 1) =>
  pair.command({ kind: 'presentToken', address: { evseId }, idToken, ...(type === undefined ? {} : { type }) });
const runs = (pair: Pair, evseId = 1) => pair.charger.v201?.evses[evseId - 1]?.transaction !== undefined;
const offline = (pair: Pair) => pair.command({ kind: 'network', state: 'offline' });

/** A pair whose cache knows TAG-1 as this; the CSMS says otherwise from then on, if `later`. */
function knowing(first: unknown, variables: Record<string, string> = {}, later: unknown = first): Pair {
  const pair = pairWith({ variables: { 'AuthCtrlr.LocalPreAuthorize': 'true', ...variables } });
  pair.csms.answers.Authorize = first as Record<string, unknown>;
  present(pair, 'TAG-1');
  if (pair.charger.v201?.evses[0]?.authorization) present(pair, 'TAG-1');
  pair.csms.answers.Authorize = later as Record<string, unknown>;
  pair.clear();
  return pair;
}

describe('C01: a token is presented', () => {
  it('the CSMS is asked, and what it accepts starts', () => {
    const pair = pairWith();
    plug(pair);
    expect(present(pair, 'TAG-1')).toMatchObject({ ok: true, result: { outcome: 'started' } });
    expect(pair.calls('Authorize')[0]?.payload).toEqual({ idToken: { idToken: 'TAG-1', type: 'ISO14443' } });
    expect(eventsOf(pair)[0]?.idToken).toEqual({ idToken: 'TAG-1', type: 'ISO14443' });
    expect(misfits(pair)).toEqual([]);
  });

  it.each([
    ['TC_C_02_CS', 'Invalid'],
    ['TC_C_06_CS', 'Blocked'],
    ['TC_C_07_CS', 'Expired'],
    ['TC_C_56_CS', 'Unknown'],
  ])('%s: %s does not start', (_id, status) => {
    const pair = pairWith({ answers: { Authorize: info(status) } });
    plug(pair);
    expect(present(pair, 'TAG-1')).toMatchObject({ result: { outcome: 'refused', authorization: { status } } });
    expect(runs(pair)).toBe(false);
  });

  it('TC_C_05_CS: a refused token leaves the cable unlocked', () => {
    const pair = pairWith({ answers: { Authorize: info('Invalid') } });
    plug(pair);
    present(pair, 'TAG-1');
    expect(pair.command({ kind: 'unplug', address })?.ok).toBe(true);
  });

  it('a token that is good at other EVSEs only does not start (IdTokenInfoType.evseId)', () => {
    const pair = pairWith({ answers: { Authorize: info('Accepted', { evseId: [2] }) } });
    plug(pair);
    expect(present(pair, 'TAG-1')).toMatchObject({ result: { outcome: 'refused' } });
    plug(pair, 2);
    expect(present(pair, 'TAG-1', undefined, 2)).toMatchObject({ result: { outcome: 'started' } });
  });

  it.each([
    ['C03, C05', 'CARD-7', 'Central'],
    ['C02', '', 'NoAuthorization'],
  ])('%s: "%s" of type %s is not asked about', (_id, idToken, type) => {
    const pair = pairWith();
    plug(pair);
    present(pair, idToken, type);
    expect(pair.calls('Authorize')).toEqual([]);
    expect(eventsOf(pair)[0]?.idToken).toEqual({ idToken, type });
  });

  it.each(['KeyCode', 'eMAID', 'MacAddress', 'Local', 'ISO15693'])('C04, C06: %s is asked about as such', (type) => {
    const pair = pairWith();
    present(pair, '1234', type);
    expect(pair.calls('Authorize')[0]?.payload).toEqual({ idToken: { idToken: '1234', type } });
  });

  it('refuses a type that there is not, and a token that is too long', () => {
    const pair = pairWith();
    expect(present(pair, 'TAG-1', 'Smell')).toMatchObject({
      refusal: { kind: 'badInput', errors: [{ path: 'type' }] },
    });
    expect(present(pair, 'x'.repeat(37))).toMatchObject({
      refusal: { kind: 'badInput', errors: [{ path: 'idToken' }] },
    });
  });

  it('nobody is asked while AuthCtrlr.Enabled is false', () => {
    const pair = pairWith({ variables: { 'AuthCtrlr.Enabled': 'false' } });
    plug(pair);
    present(pair, 'TAG-1');
    expect(pair.calls('Authorize')).toEqual([]);
    expect(runs(pair)).toBe(true);
  });

  it('TC_E_52_CS: DisableRemoteAuthorization leaves it to what the station knows', () => {
    const pair = pairWith({ variables: { 'AuthCtrlr.DisableRemoteAuthorization': 'true' } });
    plug(pair);
    expect(present(pair, 'TAG-1')).toMatchObject({ result: { outcome: 'refused' } });
    expect(pair.calls('Authorize')).toEqual([]);
  });
});

describe('C10, C12: the cache', () => {
  it('TC_C_08_CS: an accepted token starts without a question (LocalPreAuthorize)', () => {
    const pair = knowing(info('Accepted'));
    plug(pair);
    present(pair, 'TAG-1');
    expect(pair.calls('Authorize')).toEqual([]);
    expect(runs(pair)).toBe(true);
  });

  it('TC_C_13_CS: likewise before the cable is connected', () => {
    const pair = knowing(info('Accepted'));
    expect(present(pair, 'TAG-1')).toMatchObject({ result: { outcome: 'authorized' } });
    expect(pair.calls('Authorize')).toEqual([]);
  });

  it('TC_C_36_CS: without LocalPreAuthorize the CSMS is asked', () => {
    const pair = knowing(info('Accepted'), { 'AuthCtrlr.LocalPreAuthorize': 'false' });
    present(pair, 'TAG-1');
    expect(pair.calls('Authorize')).toHaveLength(1);
  });

  it.each([
    ['TC_C_09_CS', 'Invalid', info('Invalid'), false],
    ['TC_C_10_CS', 'Blocked', info('Blocked'), false],
    ['TC_C_11_CS', 'Expired', info('Expired'), false],
    ['TC_C_12_CS', 'Invalid', info('Accepted'), true],
  ])('%s: a token known as %s is asked about again', (_id, status, later, starts) => {
    const pair = knowing(info(status), {}, later);
    plug(pair);
    present(pair, 'TAG-1');
    expect(pair.calls('Authorize')).toHaveLength(1);
    expect(runs(pair)).toBe(starts);
  });

  it('TC_C_57_CS: not with AuthCacheCtrlr.DisablePostAuthorize', () => {
    const pair = knowing(info('Invalid'), { 'AuthCacheCtrlr.DisablePostAuthorize': 'true' }, info('Accepted'));
    plug(pair);
    expect(present(pair, 'TAG-1')).toMatchObject({
      result: { outcome: 'refused', authorization: { status: 'Invalid' } },
    });
    expect(pair.calls('Authorize')).toEqual([]);
  });

  it('TC_C_46_CS: AuthCacheCtrlr.LifeTime, from the last use', () => {
    const pair = knowing(info('Accepted'), { 'AuthCacheCtrlr.LifeTime': '100' });
    pair.advance(90_000);
    present(pair, 'TAG-1');
    present(pair, 'TAG-1');
    pair.advance(90_000);
    present(pair, 'TAG-1');
    present(pair, 'TAG-1');
    expect(pair.calls('Authorize')).toEqual([]);
    pair.advance(101_000);
    present(pair, 'TAG-1');
    expect(pair.calls('Authorize')).toHaveLength(1);
  });

  it('C10.FR.07: the date of the CSMS counts before it', () => {
    const cacheExpiryDateTime = '2026-01-05T08:10:00Z';
    const pair = knowing(info('Accepted', { cacheExpiryDateTime }), { 'AuthCacheCtrlr.LifeTime': '1' });
    pair.advance(590_000);
    present(pair, 'TAG-1');
    present(pair, 'TAG-1');
    expect(pair.calls('Authorize')).toEqual([]);
    pair.advance(20_000);
    present(pair, 'TAG-1');
    expect(pair.calls('Authorize')).toHaveLength(1);
  });

  it('TC_C_32_CS: survives a reboot', () => {
    const pair = knowing(info('Accepted'));
    pair.ask('Reset', { type: 'Immediate' });
    pair.advance(60_000);
    pair.clear();
    plug(pair);
    present(pair, 'TAG-1');
    expect([pair.calls('Authorize').length, runs(pair)]).toEqual([0, true]);
  });

  it('TC_C_34_CS: learns from the answer to a TransactionEvent', () => {
    const pair = knowing(info('Accepted'), { 'TxCtrlr.StopTxOnInvalidId': 'false' });
    pair.csms.answers.TransactionEvent = info('Blocked');
    plug(pair);
    present(pair, 'TAG-1');
    expect(Object.values(pair.charger.v201?.cache ?? {})).toMatchObject([{ status: 'Blocked' }]);
  });

  it('TC_C_37_CS, TC_C_38_CS: ClearCache, if there is one', () => {
    const pair = knowing(info('Accepted'));
    expect(pair.ask('ClearCache', {})).toEqual({ status: 'Accepted' });
    expect(pair.charger.v201?.cache).toEqual({});
    const set = { component: { name: 'AuthCacheCtrlr' }, variable: { name: 'Enabled' }, attributeValue: 'false' };
    pair.ask('SetVariables', { setVariableData: [set] });
    expect(pair.ask('ClearCache', {})).toEqual({ status: 'Rejected' });
  });

  it('holds so many tokens, and gives up bad ones first (C10.FR.09)', () => {
    const pair = pairWith();
    pair.csms.answers.Authorize = ({ idToken }) =>
      info((idToken as { idToken: string }).idToken === 'BAD' ? 'Invalid' : 'Accepted');
    present(pair, 'BAD');
    for (let n = 0; n < 45; n++) {
      present(pair, `TAG-${n}`);
      present(pair, `TAG-${n}`);
    }
    const keys = Object.keys(pair.charger.v201?.cache ?? {});
    expect([keys.length, keys.includes('ISO14443|bad')]).toEqual([40, false]);
  });
});

describe('C09, C16: groups', () => {
  const group = { groupIdToken: { idToken: 'GROUP', type: 'Central' } };

  it('TC_C_39_CS: another token of the group stops, after the CSMS has said so', () => {
    const pair = pairWith({
      answers: { Authorize: info('Accepted', group), TransactionEvent: info('Accepted', group) },
    });
    plug(pair);
    present(pair, 'TAG-1');
    pair.clear();
    expect(present(pair, 'TAG-2')).toMatchObject({ result: { outcome: 'stopped' } });
    expect(pair.actions()).toEqual(['Authorize', 'TransactionEvent']);
    expect(eventsOf(pair)[0]?.idToken?.idToken).toBe('TAG-2');
  });

  it('TC_C_41_CS: without a question if the cache knows its group', () => {
    const pair = pairWith({ answers: { Authorize: info('Accepted', group) } });
    present(pair, 'TAG-2');
    present(pair, 'TAG-2');
    plug(pair);
    present(pair, 'TAG-1');
    pair.clear();
    expect(present(pair, 'TAG-2')).toMatchObject({ result: { outcome: 'stopped' } });
    expect(pair.calls('Authorize')).toEqual([]);
  });

  it('TC_C_42_CS, TC_C_04_CS: a token of no group, or of another, does not stop', () => {
    const pair = pairWith();
    plug(pair);
    present(pair, 'TAG-1');
    expect(present(pair, 'TAG-2')).toMatchObject({ result: { outcome: 'refused' } });
    expect(runs(pair)).toBe(true);
  });

  it('TC_C_44_CS: nor does one that the CSMS refuses, of the group or not', () => {
    const pair = pairWith({ answers: { Authorize: info('Accepted', group) } });
    plug(pair);
    present(pair, 'TAG-1');
    pair.csms.answers.Authorize = info('Blocked', group);
    expect(present(pair, 'TAG-2')).toMatchObject({ result: { outcome: 'refused' } });
    expect(runs(pair)).toBe(true);
  });

  const master = { variables: { 'AuthCtrlr.MasterPassGroupId': 'GROUP' } };

  it('TC_C_45_CS: a token of the master pass group starts nothing', () => {
    const pair = pairWith({ ...master, answers: { Authorize: info('Accepted', group) } });
    plug(pair);
    expect(present(pair, 'MASTER')).toMatchObject({ result: { outcome: 'refused' } });
    expect(runs(pair)).toBe(false);
  });

  it('TC_C_49_CS: it stops every transaction', () => {
    const pair = pairWith(master);
    for (const evseId of [1, 2]) {
      plug(pair, evseId);
      present(pair, `TAG-${evseId}`, undefined, evseId);
    }
    pair.csms.answers.Authorize = info('Accepted', group);
    pair.clear();
    expect(present(pair, 'MASTER')).toMatchObject({ result: { outcome: 'stopped' } });
    expect(storyOf(pair)).toEqual([
      'Ended StopAuthorized EVConnected MasterPass',
      'Ended StopAuthorized EVConnected MasterPass',
    ]);
  });
});

describe('C13, C15: without a connection', () => {
  it('what the cache knows as good starts (LocalAuthorizeOffline), and says that it was offline', () => {
    const pair = knowing(info('Accepted'));
    offline(pair);
    plug(pair);
    expect(present(pair, 'TAG-1')).toMatchObject({ result: { outcome: 'started' } });
    pair.command({ kind: 'network', state: 'online' });
    expect(eventsOf(pair)[0]).toMatchObject({ eventType: 'Started', offline: true, idToken: { idToken: 'TAG-1' } });
    expect(misfits(pair)).toEqual([]);
  });

  it.each([
    ['known, LocalAuthorizeOffline false', 'Accepted', { 'AuthCtrlr.LocalAuthorizeOffline': 'false' }],
    ['known as bad', 'Blocked', { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' }],
  ])('does not start: %s', (_, status, variables) => {
    const pair = knowing(info(status), variables);
    offline(pair);
    plug(pair);
    expect(present(pair, 'TAG-1')).toMatchObject({ result: { outcome: 'refused' } });
  });

  it.each([
    ['TC_C_26_CS', 'true', 'started'],
    ['C15', 'false', 'refused'],
  ])('%s: an unknown token with OfflineTxForUnknownIdEnabled %s is %s', (_id, enabled, outcome) => {
    const pair = pairWith({ variables: { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': enabled } });
    offline(pair);
    plug(pair);
    expect(present(pair, 'TAG-9')).toMatchObject({ result: { outcome } });
  });
});

describe('E05: the CSMS does not accept the token of a transaction', () => {
  const refusing = (variables: Record<string, string>, status = 'Invalid') => {
    const pair = knowing(info('Accepted'), variables);
    pair.csms.answers.TransactionEvent = ({ idToken }) => (idToken === undefined ? {} : info(status));
    plug(pair);
    present(pair, 'TAG-1');
    return pair;
  };

  it('TC_C_16_CS, TC_E_16_CS: StopTxOnInvalidId ends it; the cable stays locked for its owner', () => {
    const pair = refusing({ 'TxCtrlr.StopTxOnInvalidId': 'true' });
    expect(storyOf(pair).at(-1)).toBe('Ended Deauthorized EVConnected DeAuthorized');
    expect(pair.charger.evses[0]?.connectors[0]?.locked).toBe(true);
    expect(present(pair, 'TAG-1')).toMatchObject({ result: { outcome: 'unlocked' } });
  });

  it('TC_C_17_CS: without it the energy is withheld (E05.FR.02)', () => {
    const pair = refusing({ 'TxCtrlr.StopTxOnInvalidId': 'false' });
    expect(storyOf(pair).at(-1)).toBe('Updated ChargingStateChanged SuspendedEVSE');
    expect([runs(pair), pair.charger.evses[0]?.contactor]).toEqual([true, 'open']);
  });

  it('TC_C_15_CS: MaxEnergyOnInvalidId may still flow (E05.FR.03)', () => {
    const pair = refusing({ 'TxCtrlr.StopTxOnInvalidId': 'false', 'TxCtrlr.MaxEnergyOnInvalidId': '500' });
    expect(pair.charger.evses[0]?.contactor).toBe('closed');
    pair.advance(3_600_000);
    expect(storyOf(pair).at(-1)).toBe('Updated ChargingStateChanged SuspendedEVSE');
    expect(Math.floor(pair.charger.evses[0]?.energyWh ?? 0)).toBe(500);
  });

  it('E05.FR.09: a TxStopPoint without the authorization leaves the transaction to the EV, without energy', () => {
    const pair = refusing({ 'TxCtrlr.StopTxOnInvalidId': 'true', 'TxCtrlr.TxStopPoint': 'EVConnected' });
    expect(storyOf(pair).at(-1)).toBe('Updated Deauthorized EVConnected');
    expect([runs(pair), pair.charger.evses[0]?.contactor]).toEqual([true, 'open']);
  });

  it('an order to start has failed', () => {
    const pair = pairWith({ answers: { TransactionEvent: ({ idToken }) => (idToken ? info('Blocked') : {}) } });
    const outcome = pair.command({ kind: 'startTransaction', address, idToken: 'TAG-1' });
    expect(outcome).toMatchObject({ ok: false, refusal: { kind: 'refusedByCsms' } });
  });
});
