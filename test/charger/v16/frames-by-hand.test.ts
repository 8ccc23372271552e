// sendFrame: any text as one frame, valid or not. DataTransfer of the CSMS (OCPP 1.6 §5.6).
import { bootedPair, createPair } from '../../support/pair';

describe('sendFrame', () => {
  it('a CALL is sent as it is, and its answer handed back', () => {
    const pair = bootedPair();
    const outcome = pair.command({ kind: 'sendFrame', text: '[2, "mine-1",  "Heartbeat", {}]' });
    expect(pair.effects).toContainEqual({ kind: 'send', text: '[2, "mine-1",  "Heartbeat", {}]', durable: false });
    expect(outcome).toMatchObject({ ok: true, result: { response: { payload: { currentTime: expect.any(String) } } } });
  });

  it('a CALL that the CSMS answers with CALLERROR hands that back: the tester wanted to know', () => {
    const pair = bootedPair({ answers: { Heartbeat: { callError: 'FormationViolation' } } });
    const outcome = pair.command({ kind: 'sendFrame', text: '[2,"mine-1","Heartbeat",{}]' });
    expect(outcome).toMatchObject({ ok: true, result: { response: { code: 'FormationViolation' } } });
  });

  it.each(['not json', '{}', '[2]', '[9,"x",{}]', ''])(
    'what is no frame (%j) goes out all the same, and a reaction is waited for',
    (text) => {
      const pair = bootedPair();
      const id = pair.begin({ kind: 'sendFrame', text, waitSeconds: 2 });
      expect(pair.effects).toContainEqual({ kind: 'send', text, durable: false });
      pair.advance(1_999);
      expect(pair.outcomes[id]).toBeUndefined();
      pair.advance(1);
      expect(pair.outcomes[id]).toMatchObject({ ok: true });
    },
  );

  it('waits for the link of an on-demand charger', () => {
    const pair = createPair({ connection: 'onDemand' });
    const outcome = pair.command({ kind: 'sendFrame', text: '[2,"mine-1","Heartbeat",{}]' });
    expect(outcome).toMatchObject({ ok: true, result: { response: { payload: expect.any(Object) } } });
  });

  it('without a CSMS: unreachable; without an answer: timeout', () => {
    const text = '[2,"mine-1","Heartbeat",{}]';
    const gone = createPair({ unreachable: true });
    expect(gone.command({ kind: 'sendFrame', text })).toMatchObject({ refusal: { kind: 'unreachable' } });
    const silent = bootedPair({ answers: { Heartbeat: 'silent' } });
    const id = silent.begin({ kind: 'sendFrame', text }, 3_000);
    silent.advance(3_000);
    expect(silent.outcomes[id]).toMatchObject({ refusal: { kind: 'timeout' } });
  });

  it('cut off before the answer: unreachable', () => {
    const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
    const id = pair.begin({ kind: 'sendFrame', text: '[2,"mine-1","Heartbeat",{}]' });
    pair.cut();
    expect(pair.outcomes[id]).toMatchObject({ refusal: { kind: 'unreachable' } });
  });
});

describe('DataTransfer of the CSMS', () => {
  const vendorId = 'org.charger-simulator';

  it('TC_062_CS - an unknown vendor: UnknownVendorId without data (§4.3)', () => {
    const answer = bootedPair().ask('DataTransfer', { vendorId: 'com.example', messageId: 'M', data: 'x' });
    expect(answer).toEqual({ status: 'UnknownVendorId' });
  });

  it('TC_062_CS - a known vendor with an unknown message: UnknownMessageId', () => {
    expect(bootedPair().ask('DataTransfer', { vendorId, messageId: 'M' })).toEqual({ status: 'UnknownMessageId' });
  });

  it('TC_062_CS - a known message: Accepted, with data', () => {
    const answer = bootedPair().ask('DataTransfer', { vendorId, messageId: 'Echo', data: 'x' });
    expect(answer).toEqual({ status: 'Accepted', data: 'x' });
  });
});
