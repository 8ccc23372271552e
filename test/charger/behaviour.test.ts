// What the rules of a tester make of answers to the CSMS and of the charger's own calls, on a virtual clock; that what waits outlives
// the process; that a charger without rules is exact.
import type { BehaviourWish } from '../../lib/charger/behaviour';
import { viewCharger } from '../../lib/charger/view';
import { bootedPair, type Pair, type PairOptions } from '../support/pair';

const seconds = (count: number) => count * 1000;

function bent(behaviour: BehaviourWish, options: PairOptions = {}): Pair {
  const pair = bootedPair(options);
  pair.command({ kind: 'setBehaviour', behaviour });
  pair.clear();
  return pair;
}

const counted = (pair: Pair, list: 'incoming' | 'outgoing') =>
  pair.charger.behaviour?.[list]?.map(({ seen, done }) => [seen ?? 0, done ?? 0]);

const remoteStart = { idTag: 'TAG', connectorId: 1 };
const resetSent = (pair: Pair) =>
  pair.frames().find(({ action, direction }) => action === 'Reset' && direction === 'sent');

describe('answers to calls of the CSMS', () => {
  it('OCPP 1.6 §5.11: a given status for the next two, nothing is started; then as usual', () => {
    const pair = bent({ incoming: [{ action: 'RemoteStartTransaction', status: 'Rejected', times: 2 }] });
    pair.command({ kind: 'plugIn', address: {} });
    const answers = [1, 2, 3].map(() => pair.ask('RemoteStartTransaction', remoteStart)?.status);
    expect(answers).toEqual(['Rejected', 'Rejected', 'Accepted']);
    expect(pair.calls('StartTransaction')).toHaveLength(1);
    expect(counted(pair, 'incoming')).toEqual([[2, 2]]);
  });

  it('OCPP 1.6 §5.11: promises a start and does nothing, also with a status nobody knows', () => {
    const pair = bent({ incoming: [{ action: 'RemoteStartTransaction', status: 'Maybe' }] });
    pair.command({ kind: 'plugIn', address: {} });
    expect(pair.call('RemoteStartTransaction', remoteStart)).toEqual([3, 'csms-1', { status: 'Maybe' }]);
    expect(pair.calls('StartTransaction')).toEqual([]);
  });

  it('OCPP 1.6 §5.3: carries out what it says it has not', () => {
    const pair = bent({ incoming: [{ action: 'ChangeConfiguration', status: 'Rejected', carriesOut: true }] });
    expect(pair.ask('ChangeConfiguration', { key: 'HeartbeatInterval', value: '77' })).toEqual({ status: 'Rejected' });
    expect(pair.charger.v16?.configuration.HeartbeatInterval).toBe('77');
  });

  it('OCPP-J 1.6 §4.2.3: any CALLERROR, with description and details; the call is not carried out', () => {
    const callError = { code: 'SecurityError', description: 'no', details: { why: 1 } };
    const pair = bent({ incoming: [{ action: 'Reset', callError }] });
    expect(pair.call('Reset', { type: 'Hard' })).toEqual([4, 'csms-1', 'SecurityError', 'no', { why: 1 }]);
    pair.advance(seconds(60));
    expect(pair.calls('BootNotification')).toEqual([]);
    expect(resetSent(pair)).toMatchObject({
      type: 'error',
      error: { code: 'SecurityError' },
      behaviour: ['callError'],
    });
  });

  it('no answer at all, and nothing done; whoever awaits the call hears of it', () => {
    const pair = bent({ incoming: [{ action: 'ClearCache', noAnswer: true }] });
    const id = pair.begin({ kind: 'awaitMessage', action: 'ClearCache' });
    expect(pair.call('ClearCache', {})).toBeUndefined();
    expect(pair.outcomes[id]).toMatchObject({ ok: true, result: { action: 'ClearCache' } });
    expect(pair.notes()).toContain('behaviour: ClearCache of the CSMS is not answered');
  });

  it('OCPP 1.6 §5.14: carries a reset out without answering it', () => {
    const pair = bent({ incoming: [{ action: 'Reset', noAnswer: true, carriesOut: true }] });
    expect(pair.call('Reset', { type: 'Soft' })).toBeUndefined();
    pair.advance(seconds(60));
    expect(pair.calls('BootNotification')).toHaveLength(1);
  });

  it('OCPP 1.6 §5.8: extra, wrong and missing fields, by their paths', () => {
    const fields = { 'configurationKey.0.readonly': 'perhaps', extra: { deep: 1 }, 'configurationKey.0.value': null };
    const pair = bent({ incoming: [{ action: 'GetConfiguration', fields }] });
    expect(pair.ask('GetConfiguration', { key: ['NumberOfConnectors'] })).toEqual({
      configurationKey: [{ key: 'NumberOfConnectors', readonly: 'perhaps' }],
      extra: { deep: 1 },
    });
  });

  it('OCPP 1.6 §5.6: a DataTransfer of a vendor it does not know, answered as the tester wants', () => {
    const pair = bent({ incoming: [{ action: 'DataTransfer', status: 'Accepted', fields: { data: '{"ok":true}' } }] });
    const answer = pair.ask('DataTransfer', { vendorId: 'com.other', messageId: 'x' });
    expect(answer).toEqual({ status: 'Accepted', data: '{"ok":true}' });
  });

  it('an action that OCPP 1.6 does not know is answered too', () => {
    const pair = bent({ incoming: [{ action: 'GetBaseReport', status: 'Accepted' }] });
    expect(pair.ask('GetBaseReport', {})).toEqual({ status: 'Accepted' });
    expect(pair.call('GetReport', {})?.[2]).toBe('NotImplemented');
  });

  it('without an action: every call; skip and the order of the list choose', () => {
    const pair = bent({
      incoming: [
        { action: 'ClearCache', status: 'First', skip: 1, times: 1 },
        { status: 'Every', times: 2 },
      ],
    });
    const answers = ['ClearCache', 'ClearCache', 'GetLocalListVersion', 'ClearCache'].map(
      (action) => pair.ask(action, {})?.status,
    );
    expect(answers).toEqual(['Every', 'First', 'Every', 'Accepted']);
    expect(counted(pair, 'incoming')).toEqual([
      [2, 1],
      [2, 2],
    ]);
  });

  it('OCPP 1.6 §4.2: a charger that is Rejected still says nothing', () => {
    const answers = { BootNotification: { status: 'Rejected', currentTime: '2026-01-05T08:00:00Z', interval: 300 } };
    const pair = bent({ incoming: [{ status: 'Accepted' }] }, { answers });
    expect(pair.call('ClearCache', {})).toBeUndefined();
    expect(counted(pair, 'incoming')).toEqual([[0, 0]]);
  });
});

describe('calls of the CSMS that are taken up later', () => {
  const slow = (delayMs: number, more = {}): BehaviourWish => ({ incoming: [{ delayMs, times: 1, ...more }] });

  it('OCPP 1.6 §5.14: answered, then carried out, when the delay is over', () => {
    const pair = bent(slow(seconds(20)));
    expect(pair.call('Reset', { type: 'Soft' })).toBeUndefined();
    pair.advance(seconds(19.9));
    expect([pair.replies, pair.charger.timers.reboot]).toEqual([{}, undefined]);
    pair.advance(100);
    expect(pair.replies['csms-1']).toEqual([3, 'csms-1', { status: 'Accepted' }]);
    expect(resetSent(pair)).toMatchObject({ durationMs: 20_000, behaviour: ['delayMs'] });
    expect(pair.charger.timers.reboot).toBeDefined();
  });

  it('others are answered meanwhile; a late status and a late CALLERROR come late', () => {
    const pair = bent({
      incoming: [
        { delayMs: 500, status: 'Rejected', times: 1 },
        { delayMs: 200, callError: { code: 'GenericError' }, times: 1 },
      ],
    });
    for (let n = 0; n < 3; n++) pair.call('ClearCache', {});
    expect(Object.keys(pair.replies)).toEqual(['csms-3']);
    pair.advance(200);
    expect(pair.replies['csms-2']?.[0]).toBe(4);
    pair.advance(300);
    expect(pair.replies['csms-1']?.[2]).toEqual({ status: 'Rejected' });
  });

  it.each(['hostLost', 'handedOver'] as const)(
    'outlives the process (%s): answered on the next connection',
    (reason) => {
      const pair = bent(slow(seconds(30)));
      pair.call('ChangeConfiguration', { key: 'HeartbeatInterval', value: '77' });
      pair.input({ kind: 'linkDown', reason, detail: 'the process is gone' });
      pair.input({ kind: 'wake' });
      expect(pair.charger.link.state).toBe('up');
      expect(pair.replies).toEqual({});
      pair.advance(seconds(30));
      expect(pair.replies['csms-1']?.[2]).toEqual({ status: 'Accepted' });
      expect(pair.charger.v16?.configuration.HeartbeatInterval).toBe('77');
    },
  );

  it('due while there is no connection: answered as soon as there is one', () => {
    const pair = bent(slow(seconds(1)));
    pair.call('ClearCache', {});
    pair.command({ kind: 'network', state: 'offline' });
    pair.advance(seconds(60));
    expect(pair.replies).toEqual({});
    pair.command({ kind: 'network', state: 'online' });
    expect(pair.replies['csms-1']?.[2]).toEqual({ status: 'Accepted' });
    expect(pair.charger.behaviour?.waiting).toBeUndefined();
  });

  it('an on-demand charger keeps its socket until it has answered, and backs off where the CSMS is gone', () => {
    const pair = bootedPair({ connection: 'onDemand' });
    pair.command({ kind: 'setBehaviour', behaviour: slow(seconds(40)) });
    pair.command({ kind: 'connect', holdSeconds: 5 });
    pair.call('ClearCache', {});
    pair.advance(seconds(20));
    expect(pair.charger.link.state).toBe('up');
    pair.csms.unreachable = true;
    const dials = pair.effects.filter(({ kind }) => kind === 'openLink').length;
    pair.cut();
    pair.advance(seconds(15));
    expect(pair.effects.filter(({ kind }) => kind === 'openLink').length - dials).toBeLessThan(6);
    pair.csms.unreachable = false;
    pair.advance(seconds(60));
    expect(pair.replies['csms-1']?.[2]).toEqual({ status: 'Accepted' });
    expect(pair.charger.link.state).toBe('down');
  });

  it('an on-demand charger does not keep its socket for minutes: it comes back with the answer', () => {
    const pair = bootedPair({ connection: 'onDemand' });
    pair.command({ kind: 'setBehaviour', behaviour: slow(seconds(150)) });
    pair.command({ kind: 'connect', holdSeconds: 5 });
    pair.call('ClearCache', {});
    pair.advance(seconds(10));
    expect([pair.charger.link.state, pair.connections]).toEqual(['down', 2]);
    pair.advance(seconds(140));
    expect(pair.replies['csms-1']?.[2]).toEqual({ status: 'Accepted' });
    expect([pair.charger.link.state, pair.connections]).toEqual(['down', 3]);
  });

  it('OCPP 1.6 §4.2: is not answered once the CSMS has rejected the charger', () => {
    const pair = bent(slow(seconds(30)));
    pair.call('ClearCache', {});
    pair.csms.answers.BootNotification = { status: 'Rejected', currentTime: new Date().toISOString(), interval: 900 };
    pair.command({ kind: 'sendMessage', action: 'BootNotification', validate: true });
    pair.advance(seconds(60));
    expect([pair.replies, pair.charger.behaviour?.waiting]).toEqual([{}, undefined]);
  });

  it('is forgotten with the power, and answered at once when the behaviour is cleared', () => {
    const pair = bent(slow(seconds(30)));
    pair.call('ClearCache', {});
    pair.command({ kind: 'power', state: 'cycle' });
    pair.advance(seconds(60));
    expect([pair.replies, pair.charger.behaviour?.waiting]).toEqual([{}, undefined]);
    pair.command({ kind: 'setBehaviour', behaviour: slow(seconds(30), { status: 'Rejected' }) });
    pair.call('ClearCache', {});
    pair.command({ kind: 'setBehaviour', behaviour: {} });
    expect(pair.replies['csms-2']?.[2]).toEqual({ status: 'Rejected' });
  });

  it('OCPP 1.6 §5.14: is forgotten when the charger restarts', () => {
    const pair = bent({ incoming: [{ action: 'ClearCache', delayMs: seconds(30) }] });
    pair.call('ClearCache', {});
    pair.call('Reset', { type: 'Hard' });
    pair.advance(seconds(60));
    expect(Object.keys(pair.replies)).toEqual(['csms-2']);
    expect(pair.charger.behaviour?.waiting).toBeUndefined();
  });

  it('does not make a host dial again that has just let go of the link', () => {
    const pair = bootedPair({ connection: 'onDemand' });
    pair.command({ kind: 'setBehaviour', behaviour: slow(seconds(40)) });
    pair.command({ kind: 'connect', holdSeconds: 5 });
    pair.call('ClearCache', {});
    pair.input({ kind: 'linkDown', reason: 'released', detail: 'the process ends' });
    expect(pair.charger.link.state).toBe('down');
    pair.advance(seconds(40));
    expect(pair.replies['csms-1']?.[2]).toEqual({ status: 'Accepted' });
  });

  it('is bounded in bytes', () => {
    const pair = bent({ incoming: [{ delayMs: seconds(60) }] });
    for (let n = 0; n < 2; n++) pair.call('DataTransfer', { vendorId: 'v', data: 'x'.repeat(150 * 1024) });
    expect(Object.keys(pair.replies)).toEqual(['csms-2']);
  });

  it('is bounded: what is too much is answered at once', () => {
    const pair = bent({ incoming: [{ delayMs: seconds(60) }] });
    for (let n = 0; n < 102; n++) pair.call('ClearCache', {});
    expect(Object.keys(pair.replies)).toHaveLength(2);
    pair.advance(seconds(60));
    expect(Object.keys(pair.replies)).toHaveLength(102);
  });
});

describe('calls of the charger', () => {
  const ownTransaction = { kind: 'startTransaction', address: {}, idToken: 'TAG' } as const;

  function session(pair: Pair): void {
    pair.command(ownTransaction);
    const [id] = pair.charger.v16?.connectors.flatMap((one) => one.transaction?.id ?? []) ?? [];
    pair.command({ kind: 'stopTransaction', transactionId: id ?? '' });
  }

  it('OCPP 1.6 §6.49: a given stop reason, though the charger knows better', () => {
    const pair = bent({ outgoing: [{ action: 'StopTransaction', fields: { reason: 'EmergencyStop' } }] });
    session(pair);
    expect(pair.calls('StopTransaction')[0]?.payload.reason).toBe('EmergencyStop');
    expect(pair.charger.v16?.ended[0]?.stopReason).toBe('Local');
    const shown = pair.frames().find(({ action, type }) => action === 'StopTransaction' && type === 'call');
    expect(shown).toMatchObject({ payload: { reason: 'EmergencyStop' }, behaviour: ['fields'] });
  });

  it('OCPP 1.6 §6.47: error code and vendorErrorCode of the charger’s choosing', () => {
    const fields = { errorCode: 'GroundFailure', vendorId: 'my.vendor', vendorErrorCode: 'E-17' };
    const pair = bent({ outgoing: [{ action: 'StatusNotification', fields, times: 1 }] });
    pair.command({ kind: 'plugIn', address: {} });
    pair.command({ kind: 'unplug', address: {} });
    const [first, second] = pair.calls('StatusNotification');
    expect(first?.payload).toMatchObject({ status: 'Preparing', ...fields });
    expect(second?.payload).toMatchObject({ status: 'Available', errorCode: 'NoError' });
    expect(second?.payload).not.toHaveProperty('vendorErrorCode');
  });

  it('OCPP 1.6 §6.45: a given idTag in every message that carries one', () => {
    const idTag = { fields: { idTag: 'OTHER' } };
    const pair = bent({
      outgoing: ['Authorize', 'StartTransaction', 'StopTransaction'].map((action) => ({ action, ...idTag })),
    });
    session(pair);
    expect(pair.seen.filter(({ payload }) => payload.idTag === 'OTHER').map(({ action }) => action)).toEqual([
      'Authorize',
      'StartTransaction',
      'StopTransaction',
    ]);
    expect(Object.keys(pair.charger.v16?.cache ?? {})).toEqual(['tag']);
  });

  it('OCPP-J 1.6 §4.2.3: wrong, extra and missing fields that no schema allows leave all the same', () => {
    const fields = { 'meterValue.0.sampledValue.0.value': 7, 'meterValue.0.timestamp': null, 'extra.deep': [1] };
    const pair = bent({ outgoing: [{ action: 'MeterValues', fields }] });
    pair.command(ownTransaction);
    pair.advance(seconds(60));
    const [sent] = pair.calls('MeterValues');
    expect(sent?.payload).toMatchObject({ connectorId: 1, extra: { deep: [1] } });
    const [value] = (sent?.payload.meterValue ?? []) as { timestamp?: string; sampledValue: { value: unknown }[] }[];
    expect(value?.sampledValue[0]?.value).toBe(7);
    expect(value).not.toHaveProperty('timestamp');
  });

  it('OCPP 1.6 §3.7: a message that is sent again counts again: wrong the first time, right the second', () => {
    const pair = bent({ outgoing: [{ action: 'StartTransaction', fields: { meterStart: 'many' }, times: 1 }] });
    pair.csms.answers.StartTransaction = ({ meterStart }) =>
      typeof meterStart === 'number'
        ? { transactionId: 9, idTagInfo: { status: 'Accepted' } }
        : { callError: 'TypeConstraintViolation' };
    pair.command(ownTransaction);
    pair.advance(seconds(61));
    expect(pair.calls('StartTransaction').map(({ payload }) => payload.meterStart)).toEqual(['many', 0]);
    expect(pair.charger.v16?.connectors[0]?.transaction?.transactionId).toBe(9);
  });

  it('OCPP 1.6 §4.3: a custom DataTransfer follows, and no order waits for it', () => {
    const dataTransfer = { vendorId: 'my.vendor', messageId: 'tariff', data: '42' };
    const pair = bent({ outgoing: [{ action: 'StartTransaction', dataTransfer }] });
    pair.csms.answers.DataTransfer = 'silent';
    expect(pair.command(ownTransaction)).toMatchObject({ ok: true });
    expect(pair.actions().at(-1)).toBe('DataTransfer');
    expect(pair.calls('DataTransfer')).toHaveLength(1);
    expect(pair.calls('DataTransfer')[0]?.payload).toEqual(dataTransfer);
    const byHand = bent({ outgoing: [{ action: 'Heartbeat', dataTransfer }] });
    byHand.csms.answers.DataTransfer = 'silent';
    expect(byHand.command({ kind: 'sendMessage', action: 'Heartbeat', validate: true })).toMatchObject({ ok: true });
    expect(byHand.actions()).toEqual(['Heartbeat', 'DataTransfer']);
  });

  it('what a tester sends by hand is bent too, a raw frame is not', () => {
    const pair = bent({ outgoing: [{ action: 'Heartbeat', fields: { odd: 1 } }] });
    pair.command({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    pair.command({ kind: 'sendFrame', text: '[2,"raw","Heartbeat",{}]' });
    expect(pair.calls('Heartbeat').map(({ payload }) => payload)).toEqual([{ odd: 1 }, {}]);
  });
});

describe('a behaviour', () => {
  it('is shown with its counts, replaced as a whole, and leaves nothing behind when it is cleared', () => {
    const pair = bent({ incoming: [{ action: 'Reset', delayMs: 9_000 }], outgoing: [{ fields: { a: 1 }, times: 3 }] });
    pair.call('Reset', { type: 'Soft' });
    expect(viewCharger(pair.charger, pair.now).behaviour).toEqual({
      incoming: [{ action: 'Reset', delayMs: 9_000, seen: 1, done: 1 }],
      outgoing: [{ fields: { a: 1 }, times: 3, seen: 0, done: 0 }],
      waitingCalls: 1,
    });
    const replaced = pair.command({ kind: 'setBehaviour', behaviour: { outgoing: [{ fields: { b: 1 } }] } });
    expect(replaced).toMatchObject({ ok: true, result: { behaviour: { outgoing: [{ fields: { b: 1 } }] } } });
    expect(pair.charger.behaviour).not.toHaveProperty('incoming');
    const cleared = pair.command({ kind: 'setBehaviour', behaviour: {} });
    expect(cleared).toMatchObject({ ok: true, result: { behaviour: null } });
    expect(pair.charger).not.toHaveProperty('behaviour');
    expect(pair.charger.timers).not.toHaveProperty('behaviour');
    expect(viewCharger(pair.charger, pair.now)).not.toHaveProperty('behaviour');
  });

  it('must be small, and one that is not changes nothing', () => {
    const pair = bent({ outgoing: [{ fields: { a: 1 } }] });
    const outcome = pair.command({
      kind: 'setBehaviour',
      behaviour: { outgoing: [{ fields: { a: 'x'.repeat(9_000) } }] },
    });
    expect(outcome).toMatchObject({ ok: false, refusal: { kind: 'badInput' } });
    expect(pair.charger.behaviour?.outgoing?.[0]?.fields).toEqual({ a: 1 });
  });
});

describe('rules for messages that go the other way', () => {
  it.each<[BehaviourWish, string]>([
    [{ incoming: [{ action: 'Authorize', noAnswer: true }] }, 'incoming.0.action'],
    [{ outgoing: [{ action: 'Reset', fields: { type: null } }] }, 'outgoing.0.action'],
    [{ outgoing: [{ action: 'Nonsense', fields: { type: null } }] }, 'outgoing.0.action'],
    [{ incoming: [{ action: 'GetConfiguration', status: 'Rejected' }] }, 'incoming.0.action'],
  ])('%j are refused, and those there were stay', (behaviour, path) => {
    const pair = bent({ incoming: [{ action: 'Reset', noAnswer: true }] });
    const outcome = pair.command({ kind: 'setBehaviour', behaviour });
    expect(outcome).toMatchObject({ ok: false, refusal: { kind: 'badInput', errors: [{ path }] } });
    expect(counted(pair, 'incoming')).toEqual([[0, 0]]);
  });

  it('an action that there is not may come from the CSMS', () => {
    const pair = bent({ incoming: [{ action: 'Nonsense', status: 'Accepted' }] });
    expect(pair.call('Nonsense', {})).toEqual([3, 'csms-1', { status: 'Accepted' }]);
  });
});

it('rules with a match apply to messages that contain it', () => {
  const pair = bent({
    outgoing: [{ action: 'StatusNotification', match: { status: 'Preparing' }, fields: { info: 'soon' } }],
    incoming: [{ action: 'Reset', match: { type: 'Hard' }, status: 'Rejected' }],
  });
  expect(pair.ask('Reset', { type: 'Hard' })).toEqual({ status: 'Rejected' });
  pair.command({ kind: 'plugIn', address: {} });
  pair.command({ kind: 'unplug', address: {} });
  expect(pair.calls('StatusNotification').map(({ payload }) => payload.info)).toEqual(['soon', undefined]);
  expect(pair.ask('Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' });
});
