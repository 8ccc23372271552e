// Who may charge: cache, LocalPreAuthorize, offline rules, groups (OCPP 1.6 §3.5, §3.10, §4.1).
import { bootedPair, type Pair, type PairOptions, start } from '../../support/pair';

const at1 = { connectorId: 1 };
const token = (pair: Pair, idToken = 'TAG-1') => pair.command({ kind: 'presentToken', address: at1, idToken });
const parents: Record<string, string> = { 'TAG-1': 'FAMILY', 'TAG-2': 'FAMILY', 'TAG-3': 'OTHERS' };
const grouped: PairOptions['answers'] = {
  Authorize: ({ idTag }) => ({ idTagInfo: { status: 'Accepted', parentIdTag: parents[String(idTag)] ?? 'NONE' } }),
  StartTransaction: ({ idTag }) => ({
    transactionId: 101,
    idTagInfo: { status: 'Accepted', parentIdTag: parents[String(idTag)] ?? 'NONE' },
  }),
  StopTransaction: {},
};

/** Plugged in, offline on request or not, and with a token known as `known` in the cache. */
function prepared(configuration: Record<string, string>, known: string | undefined, offline: boolean): Pair {
  const pair = bootedPair({ configuration, answers: { Authorize: { idTagInfo: { status: known } } } });
  if (known) pair.command({ kind: 'sendMessage', action: 'Authorize', payload: { idTag: 'TAG-1' }, validate: true });
  if (offline) pair.command({ kind: 'network', state: 'offline' });
  pair.csms.answers.Authorize = { idTagInfo: { status: 'Accepted' } };
  pair.command({ kind: 'plugIn', address: at1 });
  pair.clear();
  return pair;
}

describe('online', () => {
  it('TC_007_1_CS - a cached token starts without Authorize under LocalPreAuthorize', () => {
    const pair = prepared({ LocalPreAuthorize: 'true' }, 'Accepted', false);
    token(pair);
    expect(pair.actions()).toEqual(['StartTransaction', 'StatusNotification']);
  });

  it('TC_007_2_CS - and so does a remote start of a cached token', () => {
    const pair = prepared({ LocalPreAuthorize: 'true', AuthorizeRemoteTxRequests: 'true' }, 'Accepted', false);
    pair.ask('RemoteStartTransaction', { idTag: 'TAG-1', connectorId: 1 });
    expect(pair.actions()).toEqual(['StartTransaction', 'StatusNotification']);
  });

  it('OCPP 1.6 §3.5.1 - an idTag is case insensitive: the cache knows it in any spelling', () => {
    const pair = prepared({ LocalPreAuthorize: 'true' }, 'Accepted', false);
    token(pair, 'tag-1');
    expect(pair.calls('Authorize')).toHaveLength(0);
    expect(token(pair, 'TAG-1')).toMatchObject({ result: { outcome: 'stopped' } });
  });

  it.each([
    ['LocalPreAuthorize is false', { LocalPreAuthorize: 'false' }, 'Accepted'],
    ['the token is not known', { LocalPreAuthorize: 'true' }, undefined],
    ['it is known as Blocked (§3.5.1)', { LocalPreAuthorize: 'true' }, 'Blocked'],
    ['the cache is off', { LocalPreAuthorize: 'true', AuthorizationCacheEnabled: 'false' }, 'Accepted'],
  ])('OCPP 1.6 §4.1 - asks the CSMS when %s', (_why, configuration, known) => {
    const pair = prepared(configuration, known, false);
    token(pair);
    expect(pair.actions()).toEqual(['Authorize', 'StartTransaction', 'StatusNotification']);
  });

  it('OCPP 1.6 §3.5.1 - asks the CSMS when the cached token has expired', () => {
    const expiryDate = new Date(start + 60_000).toISOString();
    const answers = { Authorize: { idTagInfo: { status: 'Accepted', expiryDate } } };
    const pair = bootedPair({ configuration: { LocalPreAuthorize: 'true' }, answers });
    pair.command({ kind: 'sendMessage', action: 'Authorize', payload: { idTag: 'TAG-1' }, validate: true });
    pair.command({ kind: 'plugIn', address: at1 });
    pair.advance(60_000);
    pair.clear();
    token(pair);
    expect(pair.calls('Authorize')).toHaveLength(1);
  });

  it('TC_061_1_CS - after ClearCache a local start asks again', () => {
    const pair = prepared({ LocalPreAuthorize: 'true' }, 'Accepted', false);
    expect(pair.ask('ClearCache', {})).toEqual({ status: 'Accepted' });
    token(pair);
    expect(pair.calls('Authorize')).toHaveLength(1);
  });

  it('TC_061_2_CS - after ClearCache a remote start asks again', () => {
    const pair = prepared({ LocalPreAuthorize: 'true', AuthorizeRemoteTxRequests: 'true' }, 'Accepted', false);
    pair.ask('ClearCache', {});
    pair.ask('RemoteStartTransaction', { idTag: 'TAG-1', connectorId: 1 });
    expect(pair.calls('Authorize')).toHaveLength(1);
  });

  it('OCPP 1.6 §3.5.1 - StartTransaction.conf and StopTransaction.conf update the cache too', () => {
    const pair = prepared({ LocalPreAuthorize: 'true' }, 'Accepted', false);
    pair.csms.answers.StopTransaction = { idTagInfo: { status: 'Blocked' } };
    token(pair);
    token(pair);
    token(pair);
    expect(pair.calls('Authorize')).toHaveLength(1);
  });

  it('OCPP 1.6 §3.5.1 - the cache survives a reboot', () => {
    const pair = prepared({ LocalPreAuthorize: 'true' }, 'Accepted', false);
    pair.command({ kind: 'power', state: 'cycle' });
    pair.advance(10_000);
    token(pair);
    expect(pair.calls('Authorize')).toHaveLength(0);
    expect(pair.calls('StartTransaction')).toHaveLength(1);
  });
});

describe('offline', () => {
  const cases: [LocalAuthorizeOffline: string, AllowOfflineTxForUnknownId: string, known: string, starts: boolean][] = [
    ['true', 'true', 'Accepted', true],
    ['true', 'true', 'unknown', true],
    ['true', 'true', 'Blocked', false],
    ['true', 'false', 'Accepted', true],
    ['true', 'false', 'unknown', false],
    ['true', 'false', 'Blocked', false],
    ['false', 'true', 'Accepted', false],
    ['false', 'true', 'unknown', true],
    ['false', 'true', 'Blocked', false],
    ['false', 'false', 'Accepted', false],
    ['false', 'false', 'unknown', false],
    ['false', 'false', 'Blocked', false],
  ];
  it.each(cases)(
    'OCPP 1.6 §3.5.4 - LocalAuthorizeOffline=%s AllowOfflineTxForUnknownId=%s, token %s: starts %s',
    (...[offline, unknown, known, starts]) => {
      const configuration = { LocalAuthorizeOffline: offline, AllowOfflineTxForUnknownId: unknown };
      const pair = prepared(configuration, known === 'unknown' ? undefined : known, true);
      const outcome = token(pair);
      expect(outcome).toMatchObject({ ok: true, result: { outcome: starts ? 'started' : 'refused' } });
      expect(pair.charger.v16?.connectors[0]?.transaction !== undefined).toBe(starts);
      expect(pair.actions()).toEqual([]);
      pair.command({ kind: 'network', state: 'online' });
      expect(pair.calls('StartTransaction')).toHaveLength(starts ? 1 : 0);
    },
  );

  it('OCPP 1.6 §3.5.4 - a token that was valid and has expired by now is refused', () => {
    const pair = bootedPair({ configuration: { AllowOfflineTxForUnknownId: 'true' } });
    pair.csms.answers.Authorize = {
      idTagInfo: { status: 'Accepted', expiryDate: new Date(start + 60_000).toISOString() },
    };
    pair.command({ kind: 'sendMessage', action: 'Authorize', payload: { idTag: 'TAG-1' }, validate: true });
    pair.command({ kind: 'network', state: 'offline' });
    pair.advance(60_000);
    pair.command({ kind: 'plugIn', address: at1 });
    expect(token(pair)).toMatchObject({ result: { outcome: 'refused', authorization: { status: 'Expired' } } });
  });
});

describe('stopping', () => {
  it('TC_068_CS - the token that started stops without Authorize', () => {
    const pair = bootedPair();
    pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    pair.clear();
    token(pair);
    expect(pair.actions()).toEqual(['StopTransaction', 'StatusNotification']);
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({ idTag: 'TAG-1', reason: 'Local' });
  });

  it('TC_069_CS - a token of the same group stops after Authorize, and is named in StopTransaction', () => {
    const pair = bootedPair({ answers: grouped });
    pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    pair.clear();
    token(pair, 'TAG-2');
    expect(pair.actions()).toEqual(['Authorize', 'StopTransaction', 'StatusNotification']);
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({ idTag: 'TAG-2', reason: 'Local' });
  });

  it('TC_069_CS - a cached token of the same group stops without Authorize under LocalPreAuthorize, and offline', () => {
    const pair = bootedPair({ answers: grouped, configuration: { LocalPreAuthorize: 'true' } });
    pair.command({ kind: 'sendMessage', action: 'Authorize', payload: { idTag: 'TAG-2' }, validate: true });
    pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    pair.clear();
    expect(token(pair, 'TAG-2')).toMatchObject({ result: { outcome: 'stopped' } });
    expect(pair.calls('Authorize')).toHaveLength(0);
    pair.command({ kind: 'unplug', address: at1 });
    pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    pair.command({ kind: 'network', state: 'offline' });
    expect(token(pair, 'TAG-2')).toMatchObject({ result: { outcome: 'stopped' } });
  });

  it.each(['TAG-3', 'TAG-9'])('OCPP 1.6 §3.10 - a token of another group or none (%s) does not stop it', (idToken) => {
    const pair = bootedPair({ answers: grouped });
    pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    expect(token(pair, idToken)).toMatchObject({ ok: true, result: { outcome: 'refused' } });
    expect(pair.calls('StopTransaction')).toHaveLength(0);
    const order = pair.command({ kind: 'stopTransaction', transactionId: '101', idToken });
    expect(order).toMatchObject({
      ok: false,
      refusal: { kind: 'wrongState', detail: expect.stringContaining('group') },
    });
  });

  it('TC_069_CS - the group may be told by StartTransaction.conf alone', () => {
    const answers = {
      ...grouped,
      StartTransaction: { transactionId: 5, idTagInfo: { status: 'Accepted', parentIdTag: 'FAMILY' } },
    };
    const pair = bootedPair({ answers, configuration: { LocalPreAuthorize: 'true' } });
    pair.command({ kind: 'plugIn', address: at1 });
    pair.ask('RemoteStartTransaction', { idTag: 'REMOTE', connectorId: 1 });
    expect(token(pair, 'TAG-2')).toMatchObject({ result: { outcome: 'stopped' } });
  });
});
