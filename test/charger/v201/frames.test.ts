// What a 2.0.1 charging station answers to texts that are no frame, and to payloads that do not fit (OCPP 2.0.1 part 4, §4).
import { bootedPairV201 } from '../../support/pair-v201';

/** The answer to a text of the CSMS: `[4, messageId, code]`. */
function answerTo(text: string, messageId: string): unknown[] | undefined {
  const pair = bootedPairV201();
  pair.input({ kind: 'frame', text });
  return pair.replies[messageId]?.slice(0, 3);
}

describe('OCPP 2.0.1 part 4', () => {
  it.each(['hello', '{}', '[2]', '[2,17,"Reset",{}]'])('§4.2.3: %s has no message id: "-1" stands for it', (text) => {
    expect(answerTo(text, '-1')).toEqual([4, '-1', 'RpcFrameworkError']);
  });

  it('§4.3: a message of an unknown type is answered by its id', () => {
    expect(answerTo('[5,"m","InternalError","",{}]', 'm')).toEqual([4, 'm', 'MessageTypeNotSupported']);
  });

  it.each(['[3,17,{}]', '[4]', '[3,"m"]'])('§4.2.3: an answer is never answered: %s', (text) => {
    const pair = bootedPairV201();
    pair.input({ kind: 'frame', text });
    const answers = pair.effects.filter((effect) => effect.kind === 'send' && !effect.text.startsWith('[2'));
    expect(answers).toEqual([]);
  });

  it.each([
    ['FormatViolation', { type: 'OnIdle', more: 1 }],
    ['OccurrenceConstraintViolation', {}],
    ['PropertyConstraintViolation', { type: 'Soft' }],
    ['TypeConstraintViolation', { type: 'OnIdle', evseId: '1' }],
  ])('§4.3: %s', (code, payload) => {
    expect(answerTo(JSON.stringify([2, 'm', 'Reset', payload]), 'm')).toEqual([4, 'm', code]);
  });

  it('§4.3: an action that there is not is NotImplemented', () => {
    expect(answerTo('[2,"m","RemoteStartTransaction",{}]', 'm')).toEqual([4, 'm', 'NotImplemented']);
  });
});
