// Frames of the CSMS that are broken, unknown or against their schemas (OCPP-J 1.6 §4.2, §4.2.3), and what our answers get back.
import { bootedPair, type Pair } from '../../support/pair';

const received = (pair: Pair) => pair.frames().filter((frame) => frame.direction === 'received');
const sends = (pair: Pair) => pair.effects.flatMap((effect) => (effect.kind === 'send' ? [effect.text] : []));

describe('OCPP-J 1.6 §4.2.3: calls of the CSMS that cannot be carried out', () => {
  it.each([
    ['an action nobody knows', 'MakeCoffee', {}, 'NotImplemented'],
    ['a name every object has', 'constructor', {}, 'NotImplemented'],
    ['an action that only chargers send', 'BootNotification', {}, 'NotSupported'],
    ['an action of a profile that is not supported', 'GetDiagnostics', { location: 'ftp://x' }, 'NotSupported'],
    ['a field too many', 'Reset', { type: 'Soft', now: true }, 'FormationViolation'],
    ['a missing field', 'Reset', {}, 'OccurenceConstraintViolation'],
    ['a value that is not in the enumeration', 'Reset', { type: 'Gentle' }, 'PropertyConstraintViolation'],
    ['a wrong type', 'UnlockConnector', { connectorId: 'one' }, 'TypeConstraintViolation'],
    ['a text that is too long', 'RemoteStartTransaction', { idTag: 'x'.repeat(21) }, 'PropertyConstraintViolation'],
  ])('%s', (_, action, payload, code) => {
    const pair = bootedPair({ configuration: { SupportedFeatureProfiles: 'Core' } });
    const answer = pair.call(action, payload);
    expect(answer?.slice(0, 1)).toEqual([4]);
    expect(answer?.[2]).toBe(code);
    expect(answer?.[3]).not.toBe('');
    expect(answer?.[4]).toEqual({});
  });

  it('changes nothing', () => {
    const pair = bootedPair();
    const before = pair.document();
    pair.call('Reset', { type: 'Gentle' });
    expect(pair.document()).toBe(before);
  });
});

describe('OCPP-J 1.6 §4.2: text that is no frame', () => {
  it.each([
    ['[2,"a1"]', 'a1'],
    ['[2,"a2","Reset"]', 'a2'],
    ['[2,"a3","Reset",{"type":"Soft"},1]', 'a3'],
    ['[2,"a4","Reset","Soft"]', 'a4'],
    ['[2,"a5",7,{}]', 'a5'],
    [`[2,"${'i'.repeat(37)}","Reset",{"type":"Soft"}]`, 'i'.repeat(37)],
  ])('%s is answered with a CALLERROR that carries its id', (text, messageId) => {
    const pair = bootedPair();
    pair.input({ kind: 'frame', text });
    expect(pair.replies[messageId]?.slice(0, 3)).toEqual([4, messageId, 'FormationViolation']);
    expect(pair.connections).toBe(1);
  });

  it.each([
    '',
    'hello',
    '{"a":1}',
    'null',
    '[]',
    '[5,"x",{}]',
    '["2","x","Reset",{}]',
    '[3,"x"]',
    '[4,"x"]',
    '[3]',
    '[2]',
    '[2,null,"Reset",{}]',
    '[3,{},{}]',
    '[[[[',
  ])('%s is recorded and not answered', (text) => {
    const pair = bootedPair();
    pair.input({ kind: 'frame', text });
    expect(sends(pair)).toEqual([]);
    expect(received(pair)).toMatchObject([{ type: 'invalid' }]);
    expect(pair.notes()).toHaveLength(1);
  });

  it('a broken answer fails the call it was meant for, at once', () => {
    const pair = bootedPair({ answers: { Heartbeat: { raw: '[3,"n1-5"]' } } });
    const outcome = pair.command({ kind: 'sendMessage', action: 'Heartbeat', validate: true }, 60_000);
    expect(outcome).toMatchObject({ ok: false, refusal: { kind: 'protocol' } });
  });

  it('a broken answer to nobody disturbs no call', () => {
    const pair = bootedPair({ answers: { Heartbeat: { raw: '[3,"n1-4"]' } } });
    const id = pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true }, 60_000);
    expect(pair.outcomes[id]).toBeUndefined();
    pair.advance(30_000);
    expect(pair.outcomes[id]).toMatchObject({ ok: false, refusal: { kind: 'timeout' } });
  });
});

describe('answers of the CSMS against their schema', () => {
  const heartbeat = (answer: Record<string, unknown>) => {
    const pair = bootedPair({ answers: { Heartbeat: answer } });
    return { pair, outcome: pair.command({ kind: 'sendMessage', action: 'Heartbeat', validate: true }) };
  };

  it.each([
    ['a missing field', {}],
    ['a wrong type', { currentTime: 7 }],
  ])('%s fails the call, saying where', (_, answer) => {
    const { outcome } = heartbeat(answer);
    expect(outcome).toMatchObject({
      ok: false,
      refusal: { kind: 'protocol', errors: [{ path: 'currentTime' }] },
    });
  });

  it('a field too many is noted and passed over', () => {
    const { pair, outcome } = heartbeat({ currentTime: '2026-01-05T08:00:00Z', mood: 'good' });
    expect(outcome?.ok).toBe(true);
    expect(pair.notes().join()).toContain('mood');
  });

  it('a payload that is no object fails the call', () => {
    const pair = bootedPair({ answers: { Heartbeat: { raw: '' } } });
    const id = pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    const messageId = pair.calls('Heartbeat')[0]?.messageId;
    pair.input({ kind: 'frame', text: JSON.stringify([3, messageId, null]) });
    expect(pair.outcomes[id]).toMatchObject({ ok: false, refusal: { kind: 'protocol' } });
  });

  it('a CALLERROR tells its code and description to whoever asked', () => {
    const pair = bootedPair({ answers: { Heartbeat: { callError: 'SecurityError' } } });
    const outcome = pair.command({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    expect(outcome).toMatchObject({
      ok: false,
      refusal: { kind: 'refusedByCsms', extra: { callError: { code: 'SecurityError' } } },
    });
  });
});

describe('what the charger sends', () => {
  it('OCPP-J 1.6 §4.1.4: message ids differ, also across connections', () => {
    const pair = bootedPair();
    pair.advance(600_000);
    pair.cut();
    pair.advance(1_200_000);
    const ids = pair.seen.map((call) => call.messageId);
    expect(ids.length).toBeGreaterThan(4);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.max(...ids.map((id) => id.length))).toBeLessThanOrEqual(36);
  });

  it('is logged on both sides with action, id and duration', () => {
    const pair = bootedPair();
    pair.command({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    expect(pair.frames()).toMatchObject([
      { direction: 'sent', type: 'call', action: 'Heartbeat', messageId: pair.seen[0]?.messageId },
      { direction: 'received', type: 'result', action: 'Heartbeat', durationMs: 0 },
    ]);
  });

  it('masks passwords that travel as configuration values', () => {
    const pair = bootedPair();
    pair.call('ChangeConfiguration', { key: 'AuthorizationKey', value: 'top-secret-0123456' });
    expect(JSON.stringify(pair.events)).not.toContain('top-secret');
  });

  it.each(['GetDiagnostics', 'UpdateFirmware'])('masks the credentials in the location of %s', (action) => {
    const pair = bootedPair();
    const location = 'ftp://user:p%40ss@w0rd@files.example:21/a?b=c@d';
    pair.call(action, { location, retrieveDate: '2026-01-05T08:00:00Z' });
    expect(pair.frames()[0]?.payload).toMatchObject({ location: 'ftp://***@files.example:21/a?b=c@d' });
    expect(JSON.stringify(pair.events)).not.toContain('p%40ss');
  });

  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const broken = [
    '[2,"x","ChangeConfiguration",{"key":"AuthorizationKey","value":"SECRET"},1]',
    '[2,"x","ChangeConfiguration",{"key":"authorizationkey","value":{"in":"SECRET"}},1]',
    '[2,"an-id-of-more-than-thirty-six-characters","ChangeConfiguration",{"value":"SECRET","key":"AuthorizationKey"}]',
    '[9,"x","ChangeConfiguration",null,{"key":"AuthorizationKey","value":"SECRET"}]',
    '[2,"x","ChangeConfiguration",[{"key":"AuthorizationKey","value":"SECRET"}]]',
    '[2,"x","ChangeConfiguration",{"key":"AuthorizationKey","value":"SECRET',
    '[2,"x","ChangeConfiguration",{"key":"AuthorizationKey", "value" : "A\\"SECRET"',
    `[2,"x","ChangeConfiguration",{"key":"AuthorizationKey","value":"SECRET","more":${deep}}]`,
    '[2,"x","UpdateFirmware",{"location":"ftp://u:SECRET@host/f"},1]',
    '[2,"x","GetDiagnostics",{"location":"ftp://u:SECRET@host/f"',
    '["GetDiagnostics","ftp://u:SECRET@host/f"]',
  ];

  it.each(broken.map((text) => [text.slice(0, 80), text]))(
    'masks them in what is no frame, received or sent: %s',
    (_, text) => {
      const pair = bootedPair();
      pair.input({ kind: 'frame', text });
      pair.begin({ kind: 'sendFrame', text });
      const logged = pair.frames().filter(({ type }) => type === 'invalid');
      expect(logged.map(({ direction }) => direction)).toEqual(['received', 'sent']);
      for (const { payload } of logged) expect(payload).toMatch(/\*\*\*/);
      expect(JSON.stringify(pair.events)).not.toContain('SECRET');
    },
  );

  it('shows what is no frame as it was, cut to 1000 characters', () => {
    const pair = bootedPair();
    const long = `[2, "x",  "ChangeConfiguration", {"key":"K","value":"${'v'.repeat(2000)}"}, 1]`;
    for (const text of ['{"not": "a frame"}', long]) pair.input({ kind: 'frame', text });
    const logged = pair.frames().filter(({ type }) => type === 'invalid');
    expect(logged.map(({ payload }) => payload)).toEqual(['{"not": "a frame"}', long.slice(0, 1000)]);
  });
});
