// Local Auth List Management (OCPP 1.6 §5.10, §5.15) and the list's place beside cache and CSMS (§3.5.2 to §3.5.4).
import { viewLocalList } from '../../../lib/charger/view';
import { bootedPair, type Pair, type PairOptions, start } from '../../support/pair';

const at1 = { connectorId: 1 };
const accepted = { status: 'Accepted' };
const plugIn = (pair: Pair) => pair.command({ kind: 'plugIn', address: at1 });
const token = (pair: Pair, idToken = 'TAG-1') => pair.command({ kind: 'presentToken', address: at1, idToken });
const version = (pair: Pair) => pair.ask('GetLocalListVersion', {})?.listVersion;
const inSeconds = (seconds: number) => new Date(start + seconds * 1000).toISOString();

type Entry = { idTag: string; idTagInfo?: Record<string, unknown> };
const good = (...idTags: string[]): Entry[] => idTags.map((idTag) => ({ idTag, idTagInfo: accepted }));

function send(pair: Pair, listVersion: number, entries?: Entry[], updateType = 'Full') {
  const list = entries === undefined ? {} : { localAuthorizationList: entries };
  return pair.ask('SendLocalList', { listVersion, updateType, ...list })?.status;
}

const change = (pair: Pair, listVersion: number, entries?: Entry[]) => send(pair, listVersion, entries, 'Differential');

/** A charger with a list, and an EV plugged in at connector 1. */
function listedPair(entries: Entry[], configuration: Record<string, string> = {}, options: PairOptions = {}): Pair {
  const pair = bootedPair({ configuration: { LocalPreAuthorize: 'true', ...configuration }, ...options });
  expect(send(pair, 1, entries)).toBe('Accepted');
  plugIn(pair);
  pair.clear();
  return pair;
}

const documentOf = (pair: Pair) => pair.document();

describe('GetLocalListVersion', () => {
  it('TC_042_1_CS - is -1 where LocalAuthListEnabled is false, whatever is on the list', () => {
    const pair = listedPair(good('TAG-1'));
    pair.ask('ChangeConfiguration', { key: 'LocalAuthListEnabled', value: 'false' });
    expect(version(pair)).toBe(-1);
    pair.ask('ChangeConfiguration', { key: 'LocalAuthListEnabled', value: 'true' });
    expect(version(pair)).toBe(1);
  });

  it('TC_042_1_CS, TC_043_1_CS - a charger without the profile has version -1 and answers a list with NotSupported', () => {
    const pair = bootedPair({ configuration: { SupportedFeatureProfiles: 'Core,Reservation' } });
    expect(version(pair)).toBe(-1);
    const before = documentOf(pair);
    expect(send(pair, 1, good('TAG-1'))).toBe('NotSupported');
    expect(documentOf(pair)).toBe(before);
  });

  it('TC_042_2_CS - is 0 for an empty list, also for one that was sent or has become empty', () => {
    const pair = bootedPair();
    expect(version(pair)).toBe(0);
    expect(send(pair, 1)).toBe('Accepted');
    expect(version(pair)).toBe(0);
    send(pair, 2, good('TAG-1'));
    expect(version(pair)).toBe(2);
    expect(change(pair, 3, [{ idTag: 'TAG-1' }])).toBe('Accepted');
    expect(version(pair)).toBe(0);
    expect(pair.charger.v16?.localList).toBeUndefined();
  });
});

describe('SendLocalList', () => {
  const tokens = (pair: Pair) => Object.keys(pair.charger.v16?.localList?.entries ?? {}).sort();

  it('TC_043_CS - a full list replaces the list, a differential one adds, changes and removes', () => {
    const pair = bootedPair();
    expect(send(pair, 1, good('A', 'B'))).toBe('Accepted');
    expect(send(pair, 2, good('B', 'C', 'D'))).toBe('Accepted');
    expect(tokens(pair)).toEqual(['b', 'c', 'd']);
    const changes = [{ idTag: 'b' }, { idTag: 'C', idTagInfo: { status: 'Blocked' } }, ...good('E'), { idTag: 'X' }];
    expect(change(pair, 3, changes)).toBe('Accepted');
    expect(tokens(pair)).toEqual(['c', 'd', 'e']);
    expect(pair.charger.v16?.localList?.entries.c).toEqual({ status: 'Blocked' });
    expect(version(pair)).toBe(3);
  });

  it('TC_043_CS - a full list may have an older version than the one it replaces', () => {
    const pair = bootedPair();
    send(pair, 5, good('A'));
    expect(send(pair, 2, good('B'))).toBe('Accepted');
    expect(version(pair)).toBe(2);
  });

  it.each([[undefined], [[]]])('§5.15 - a differential update with %j changes nothing but the version', (entries) => {
    const pair = listedPair(good('TAG-1'));
    expect(change(pair, 7, entries)).toBe('Accepted');
    expect([version(pair), tokens(pair)]).toEqual([7, ['tag-1']]);
  });

  it.each([[undefined], [[]]])('§5.15 - a full update with %j removes all', (entries) => {
    const pair = listedPair(good('TAG-1'));
    expect(send(pair, 7, entries)).toBe('Accepted');
    expect(tokens(pair)).toEqual([]);
  });

  it('TC_043_1_CS - NotSupported where LocalAuthListEnabled is false', () => {
    const pair = bootedPair({ configuration: { LocalAuthListEnabled: 'false' } });
    const before = documentOf(pair);
    expect(send(pair, 1, good('TAG-1'))).toBe('NotSupported');
    expect(documentOf(pair)).toBe(before);
  });

  it.each([1, 4, 5])('TC_043_2_CS - VersionMismatch for a differential update to version %i of a list at 5', (to) => {
    const pair = bootedPair();
    send(pair, 2, good('A'));
    expect(change(pair, 5, good('B'))).toBe('Accepted');
    const before = documentOf(pair);
    expect(change(pair, to, good('C'))).toBe('VersionMismatch');
    expect(documentOf(pair)).toBe(before);
    expect(version(pair)).toBe(5);
    expect(pair.notes().at(-1)).toContain(`version ${to} is not above 5`);
  });

  const many = (count: number) => good(...Array.from({ length: count }, (_, at) => `T${at}`));
  const failing: [string, string, number, Entry[]][] = [
    ['a token twice', 'Full', 2, good('A', 'B', 'A')],
    ['a token twice in another spelling (§7.28)', 'Differential', 2, good('A', 'a')],
    ['a full list that says nothing about a token', 'Full', 2, [...good('A'), { idTag: 'B' }]],
    ['more tokens than SendLocalListMaxLength', 'Full', 2, many(5)],
    ['more tokens than LocalAuthListMaxLength in all', 'Differential', 2, many(4)],
    ['version -1, which stands for no list', 'Full', -1, good('A')],
    ['version 0, which stands for an empty list', 'Full', 0, good('A')],
  ];
  it.each(failing)('TC_043_3_CS - Failed, and the list is as it was: %s', (_what, updateType, listVersion, entries) => {
    const configuration = { LocalAuthListMaxLength: '4', SendLocalListMaxLength: '4' };
    const pair = listedPair(good('TAG-1'), configuration);
    const before = documentOf(pair);
    expect(send(pair, listVersion, entries, updateType)).toBe('Failed');
    expect(documentOf(pair)).toBe(before);
    expect(pair.notes().at(-1)).toContain('SendLocalList answered with Failed: ');
  });

  it('TC_043_3_CS - a list of 2 MB is Failed, the list as it was, and the log says how large it was', () => {
    const pair = listedPair(good('TAG-1'));
    const before = documentOf(pair);
    const idTagInfo = { status: 'Accepted', parentIdTag: 'P'.repeat(20), expiryDate: inSeconds(60) };
    const entries = Array.from({ length: 17_000 }, (_, at) => ({
      idTag: `TAG-${String(at).padStart(16, '0')}`,
      idTagInfo,
    }));
    expect(JSON.stringify(entries).length).toBeGreaterThan(2 * 1024 * 1024);
    expect(send(pair, 2, entries)).toBe('Failed');
    expect(documentOf(pair)).toBe(before);
    const [received] = pair.frames().filter((frame) => frame.action === 'SendLocalList' && frame.type === 'call');
    expect(received?.payload).toEqual({ omitted: expect.stringMatching(/^2\d{6} characters/) });
  });

  it.each([
    [{}, 'OccurenceConstraintViolation'],
    [{ listVersion: 1 }, 'OccurenceConstraintViolation'],
    [{ listVersion: '1', updateType: 'Full' }, 'TypeConstraintViolation'],
    [{ listVersion: 1.5, updateType: 'Full' }, 'TypeConstraintViolation'],
    [{ listVersion: 1, updateType: 'Partial' }, 'PropertyConstraintViolation'],
    [{ listVersion: 1, updateType: 'Full', localAuthorizationList: {} }, 'TypeConstraintViolation'],
    [{ listVersion: 1, updateType: 'Full', localAuthorizationList: [{}] }, 'OccurenceConstraintViolation'],
    [
      { listVersion: 1, updateType: 'Full', localAuthorizationList: good('T'.repeat(21)) },
      'PropertyConstraintViolation',
    ],
    [
      { listVersion: 1, updateType: 'Full', localAuthorizationList: [{ idTag: 'A', idTagInfo: { status: 'Fine' } }] },
      'PropertyConstraintViolation',
    ],
    [{ listVersion: 1, updateType: 'Full', hash: 'abc' }, 'FormationViolation'],
  ])('§5.15 - %j is a CALLERROR %s, and the list is as it was', (request, code) => {
    const pair = listedPair(good('TAG-1'));
    const before = documentOf(pair);
    expect(pair.call('SendLocalList', request)?.slice(2, 3)).toEqual([code]);
    expect(documentOf(pair)).toBe(before);
  });

  it('§5.10 - GetLocalListVersion has no fields', () => {
    const pair = bootedPair();
    expect(pair.call('GetLocalListVersion', { listVersion: 1 })?.slice(2, 3)).toEqual(['FormationViolation']);
  });

  it('§4.2 - is taken while Pending, and not answered while Rejected', () => {
    const currentTime = inSeconds(0);
    for (const [status, answer] of [
      ['Pending', 'Accepted'],
      ['Rejected', undefined],
    ]) {
      const pair = bootedPair({ answers: { BootNotification: { status, currentTime, interval: 60 } } });
      expect(send(pair, 1, good('TAG-1'))).toBe(answer);
    }
  });

  it('§3.5.2 - takes a token by any name that an object may find special', () => {
    const pair = listedPair(good('__proto__', 'constructor'));
    expect(token(pair, 'toString')).toMatchObject({ result: { outcome: 'started' } });
    expect(pair.calls('Authorize')).toHaveLength(1);
    pair.clear();
    pair.command({ kind: 'startTransaction', address: { connectorId: 2 }, idToken: '__proto__' });
    expect(pair.actions()).toContain('StartTransaction');
    expect(pair.calls('Authorize')).toHaveLength(0);
    expect(change(pair, 2, [{ idTag: '__proto__' }])).toBe('Accepted');
    expect(tokens(pair)).toEqual(['constructor']);
  });
});

describe('a listed token, online', () => {
  it('TC_008_1_CS - starts without Authorize under LocalPreAuthorize, with no cache', () => {
    const pair = bootedPair({ configuration: { LocalPreAuthorize: 'true', AuthorizationCacheEnabled: 'false' } });
    expect(version(pair)).toBe(0);
    send(pair, 1, good('TAG-1'));
    token(pair, 'tag-1');
    plugIn(pair);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Charging']);
    expect(pair.calls('Authorize')).toHaveLength(0);
    expect(pair.calls('StartTransaction')[0]?.payload).toMatchObject({ idTag: 'tag-1', connectorId: 1 });
  });

  it('TC_008_2_CS - and so does a remote start of it, though AuthorizeRemoteTxRequests is true', () => {
    const pair = listedPair(good('TAG-1'), { AuthorizeRemoteTxRequests: 'true', AuthorizationCacheEnabled: 'false' });
    expect(pair.ask('RemoteStartTransaction', { idTag: 'TAG-1', connectorId: 1 })).toEqual(accepted);
    expect(pair.actions()).toEqual(['StartTransaction', 'StatusNotification']);
  });

  it.each([
    ['LocalPreAuthorize is false', { LocalPreAuthorize: 'false' }, accepted],
    ['LocalAuthListEnabled is false', { LocalAuthListEnabled: 'false' }, accepted],
    ['it is listed as Blocked', {}, { status: 'Blocked' }],
    ['it has expired', {}, { status: 'Accepted', expiryDate: inSeconds(0) }],
  ])('§4.1 - the CSMS is asked when %s', (_why, configuration, idTagInfo) => {
    const pair = listedPair([{ idTag: 'TAG-1', idTagInfo }]);
    for (const [key, value] of Object.entries(configuration)) pair.ask('ChangeConfiguration', { key, value });
    token(pair);
    expect(pair.actions().filter((action) => action !== 'StatusNotification')).toEqual([
      'Authorize',
      'StartTransaction',
    ]);
  });

  it('§3.5.2 - ConcurrentTx on the list marks a valid token', () => {
    const pair = listedPair([{ idTag: 'TAG-1', idTagInfo: { status: 'ConcurrentTx' } }]);
    token(pair);
    expect(pair.actions()).toEqual(['StartTransaction', 'StatusNotification']);
  });

  it("§7.28 - expires by the CSMS's clock, at its expiryDate", () => {
    const hour = 3_600_000;
    const ahead = (at: number) => new Date(at + hour).toISOString();
    const pair = bootedPair({
      configuration: { LocalPreAuthorize: 'true', HeartbeatInterval: '0' },
      answers: { BootNotification: () => ({ status: 'Accepted', currentTime: ahead(start), interval: 0 }) },
    });
    send(pair, 1, [{ idTag: 'TAG-1', idTagInfo: { status: 'Accepted', expiryDate: ahead(start + 60_000) } }]);
    plugIn(pair);
    pair.advance(59_999);
    token(pair);
    token(pair);
    expect(pair.calls('Authorize')).toHaveLength(0);
    pair.advance(1);
    token(pair);
    expect(pair.calls('Authorize')).toHaveLength(1);
  });

  it('§3.10 - its parentIdTag makes the group: another of it stops without Authorize, one listed as Blocked does not', () => {
    const member = (idTag: string, status = 'Accepted') => ({ idTag, idTagInfo: { status, parentIdTag: 'FAMILY' } });
    const pair = listedPair([member('TAG-1'), member('TAG-2'), member('TAG-3', 'Blocked')], {
      AuthorizationCacheEnabled: 'false',
    });
    token(pair);
    pair.csms.answers.Authorize = { idTagInfo: { status: 'Blocked' } };
    expect(token(pair, 'TAG-3')).toMatchObject({ result: { outcome: 'refused' } });
    pair.clear();
    expect(token(pair, 'TAG-2')).toMatchObject({ result: { outcome: 'stopped' } });
    expect(pair.calls('Authorize')).toHaveLength(0);
  });
});

describe('list and cache (§3.5.3)', () => {
  const cached = (pair: Pair) => Object.keys(pair.charger.v16?.cache ?? {});
  const askFor = (pair: Pair, idTag: string) =>
    pair.command({ kind: 'sendMessage', action: 'Authorize', payload: { idTag }, validate: true });

  it('a listed token does not come into the cache, whatever tells of it', () => {
    const pair = listedPair(good('TAG-1'));
    askFor(pair, 'TAG-1');
    token(pair);
    token(pair, 'tag-1');
    expect(pair.calls('StopTransaction')).toHaveLength(1);
    expect(cached(pair)).toEqual([]);
  });

  it('a cached token that is listed leaves the cache, by a list or by LocalAuthListEnabled', () => {
    const pair = bootedPair();
    askFor(pair, 'TAG-1');
    askFor(pair, 'TAG-2');
    expect(cached(pair)).toEqual(['tag-1', 'tag-2']);
    send(pair, 1, good('TAG-1'));
    expect(cached(pair)).toEqual(['tag-2']);
    pair.ask('ChangeConfiguration', { key: 'LocalAuthListEnabled', value: 'false' });
    askFor(pair, 'TAG-1');
    expect(cached(pair)).toEqual(['tag-2', 'tag-1']);
    pair.ask('ChangeConfiguration', { key: 'LocalAuthListEnabled', value: 'true' });
    expect(cached(pair)).toEqual(['tag-2']);
  });

  it('the list counts, not what the cache has said before', () => {
    const pair = bootedPair({ answers: { Authorize: { idTagInfo: { status: 'Blocked' } } } });
    askFor(pair, 'TAG-1');
    send(pair, 1, good('TAG-1'));
    plugIn(pair);
    pair.command({ kind: 'network', state: 'offline' });
    expect(token(pair)).toMatchObject({ result: { outcome: 'started' } });
  });

  it('ClearCache leaves the list alone', () => {
    const pair = listedPair(good('TAG-1'));
    pair.ask('ClearCache', {});
    token(pair);
    expect(pair.calls('Authorize')).toHaveLength(0);
  });
});

describe('offline (§3.5.4)', () => {
  const expired = { status: 'Accepted', expiryDate: inSeconds(-1) };
  it.each<[string, Record<string, unknown> | undefined, string, string, string]>([
    ['listed', accepted, 'true', 'false', 'started'],
    ['listed', accepted, 'false', 'true', 'refused'],
    ['listed as Blocked', { status: 'Blocked' }, 'true', 'true', 'refused'],
    ['listed as Invalid', { status: 'Invalid' }, 'true', 'true', 'refused'],
    ['listed as Expired', { status: 'Expired' }, 'true', 'true', 'refused'],
    ['listed and expired since', expired, 'true', 'true', 'refused'],
    ['not listed', undefined, 'true', 'false', 'refused'],
    ['not listed', undefined, 'false', 'true', 'started'],
  ])(
    'a token %s %j, LocalAuthorizeOffline=%s, AllowOfflineTxForUnknownId=%s: %s',
    (_is, info, offline, unknown, outcome) => {
      const entries = info ? [{ idTag: 'TAG-1', idTagInfo: info }] : good('OTHER');
      const pair = listedPair(entries, { LocalAuthorizeOffline: offline, AllowOfflineTxForUnknownId: unknown });
      pair.command({ kind: 'network', state: 'offline' });
      expect(token(pair)).toMatchObject({ ok: true, result: { outcome } });
    },
  );

  it('the list survives a power failure and a hard reset', () => {
    const pair = listedPair(good('TAG-1'));
    pair.command({ kind: 'power', state: 'cycle' });
    pair.advance(10_000);
    pair.ask('Reset', { type: 'Hard' });
    pair.advance(10_000);
    expect(version(pair)).toBe(1);
    pair.command({ kind: 'network', state: 'offline' });
    expect(token(pair)).toMatchObject({ result: { outcome: 'started' } });
  });
});

describe('LocalListConflict (§3.5.2)', () => {
  const conflicts = (pair: Pair) =>
    pair.calls('StatusNotification').filter(({ payload }) => payload.errorCode === 'LocalListConflict');

  it('a StartTransaction.conf that says otherwise is told with connector 0, and the list stays as it is', () => {
    const answers = { StartTransaction: { transactionId: 1, idTagInfo: { status: 'Blocked' } } };
    const pair = listedPair(good('TAG-1'), {}, { answers });
    const list = JSON.stringify(pair.charger.v16?.localList);
    token(pair);
    expect(conflicts(pair).map(({ payload }) => payload)).toEqual([
      {
        connectorId: 0,
        status: 'Available',
        errorCode: 'LocalListConflict',
        info: 'TAG-1: list Accepted, CSMS Blocked',
        timestamp: expect.any(String),
      },
    ]);
    expect(pair.calls('StopTransaction')[0]?.payload.reason).toBe('DeAuthorized');
    expect(JSON.stringify(pair.charger.v16?.localList)).toBe(list);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, number]>([
    ['Accepted, Accepted', accepted, accepted, 0],
    ['Accepted, ConcurrentTx', accepted, { status: 'ConcurrentTx' }, 0],
    ['Blocked, Invalid', { status: 'Blocked' }, { status: 'Invalid' }, 0],
    ['Blocked, Accepted', { status: 'Blocked' }, accepted, 1],
    ['Accepted, Expired', accepted, { status: 'Expired' }, 1],
  ])('list and Authorize.conf say %s', (_what, idTagInfo, answer, count) => {
    const pair = listedPair([{ idTag: 'TAG-1', idTagInfo }], { LocalPreAuthorize: 'false' });
    pair.csms.answers.Authorize = { idTagInfo: answer };
    token(pair);
    expect(conflicts(pair)).toHaveLength(count);
  });

  it.each([
    ['the CSMS agrees again', (pair: Pair) => token(pair)],
    ['the list changes', (pair: Pair) => send(pair, 2, [{ idTag: 'TAG-1', idTagInfo: { status: 'Blocked' } }])],
    [
      'the list is not used any more',
      (pair: Pair) => pair.ask('ChangeConfiguration', { key: 'LocalAuthListEnabled', value: 'false' }),
    ],
  ])('is over when %s', (_what, settle) => {
    const pair = listedPair(good('TAG-1'), { LocalPreAuthorize: 'false' });
    pair.csms.answers.Authorize = { idTagInfo: { status: 'Blocked' } };
    token(pair);
    token(pair);
    expect(conflicts(pair)).toHaveLength(1);
    pair.clear();
    pair.csms.answers.Authorize = { idTagInfo: accepted };
    settle(pair);
    expect(pair.statuses(0)).toEqual(['Available']);
  });
});

describe('what the list may weigh', () => {
  it('LocalAuthListMaxLength tokens with all there is to say of them fit, and take less than 64 KiB', () => {
    const pair = bootedPair();
    const idTagInfo = { status: 'Expired', parentIdTag: 'P'.repeat(20), expiryDate: inSeconds(60) };
    const entries = Array.from({ length: 500 }, (_, at) => ({
      idTag: `TAG-${String(at).padStart(16, '0')}`,
      idTagInfo,
    }));
    [0, 200, 400].forEach((from, at) => {
      expect(change(pair, at + 1, entries.slice(from, from + 200))).toBe('Accepted');
    });
    expect(JSON.stringify(pair.charger.v16?.localList).length).toBeLessThan(64 * 1024);
    expect(change(pair, 4, good('ONE-MORE'))).toBe('Failed');
    expect(change(pair, 4, [{ idTag: entries[0]?.idTag ?? '' }, ...good('ONE-MORE')])).toBe('Accepted');
  });

  it('a plain accepted token takes little more than its name', () => {
    const pair = bootedPair();
    send(pair, 1, good('04A1B2C3D4E5F6'));
    expect(JSON.stringify(pair.charger.v16?.localList)).toBe('{"version":1,"entries":{"04a1b2c3d4e5f6":{}}}');
  });

  it('tokens of characters that weigh more are refused by weight', () => {
    const pair = bootedPair({ configuration: { SendLocalListMaxLength: '500' } });
    const heavy = Array.from({ length: 500 }, (_, at) => ({
      idTag: `${String(at).padStart(4, '0')}${'😀'.repeat(16)}`,
      idTagInfo: { status: 'Accepted', parentIdTag: '😀'.repeat(20) },
    }));
    expect(send(pair, 1, heavy)).toBe('Failed');
    expect(pair.notes().at(-1)).toMatch(/would take \d+ bytes, more than 65536/);
  });

  it.each([
    ['LocalAuthListMaxLength', '501', false],
    ['LocalAuthListMaxLength', '0', true],
    ['SendLocalListMaxLength', '501', false],
  ])('§9.2 - %s may be preset to %s: %s', (key, value, ok) => {
    const preset = () => bootedPair({ configuration: { [key]: value } });
    if (ok)
      expect(preset().ask('GetConfiguration', { key: [key] })).toMatchObject({ configurationKey: [{ key, value }] });
    else expect(preset).toThrow('whole number from 0 to 500');
  });
});

describe('the list as people see it', () => {
  it('tells of each token what the CSMS has said', () => {
    const pair = bootedPair();
    expect(viewLocalList(pair.charger)).toEqual({ enabled: true, version: 0, tokens: 0, entries: [] });
    const blocked = { status: 'Blocked', expiryDate: inSeconds(60), parentIdTag: 'GROUP' };
    send(pair, 4, [...good('TAG-1'), { idTag: 'TAG-2', idTagInfo: blocked }]);
    expect(viewLocalList(pair.charger)).toEqual({
      enabled: true,
      version: 4,
      tokens: 2,
      entries: [
        { idToken: 'tag-1', status: 'Accepted' },
        { idToken: 'tag-2', status: 'Blocked', expiryDate: inSeconds(60), groupIdToken: 'GROUP' },
      ],
    });
  });
});
