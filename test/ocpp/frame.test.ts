// OCPP-J frames: every malformed case with the section that decides it, and the codec's properties.
import fc from 'fast-check';
import { decode, encodeCall, encodeError, encodeResult, frameRulesV201 } from '../../lib/ocpp/frame';

fc.configureGlobal({ seed: 16 });

const id36 = '0123456789abcdef0123456789abcdef0123';
const deep = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as unknown;

describe('frames that are well formed', () => {
  it('OCPP-J 1.6 §4.2.1 a CALL has message id, action and payload', () => {
    expect(decode('[2,"19223201","BootNotification",{"chargePointVendor":"VendorX"}]')).toEqual({
      kind: 'call',
      messageId: '19223201',
      action: 'BootNotification',
      payload: { chargePointVendor: 'VendorX' },
    });
  });

  it('OCPP-J 1.6 §4.2.2 a CALLRESULT has message id and payload', () => {
    expect(decode('[3,"19223201",{"status":"Accepted"}]')).toEqual({
      kind: 'result',
      messageId: '19223201',
      payload: { status: 'Accepted' },
    });
  });

  it('OCPP-J 1.6 §4.2.3 a CALLERROR has message id, code, description and details', () => {
    expect(decode('[4,"19223201","NotSupported","no such thing",{"a":1}]')).toEqual({
      kind: 'error',
      messageId: '19223201',
      code: 'NotSupported',
      description: 'no such thing',
      details: { a: 1 },
    });
  });

  it.each([
    ['§4.2.1 CALL', '[2,"1","Heartbeat",null]'],
    ['§4.2.2 CALLRESULT', '[3,"1",null]'],
  ])('OCPP-J 1.6 %s: a payload of null reads as empty', (_section, text) => {
    const frame = decode(text);
    expect('payload' in frame && frame.payload).toEqual({});
  });

  it('OCPP-J 1.6 §4.1.4 a message id of 36 characters is taken', () => {
    expect(decode(JSON.stringify([2, id36, 'Heartbeat', {}]))).toMatchObject({ kind: 'call', messageId: id36 });
  });

  it('OCPP-J 1.6 §4.2.1 an action that no version knows is still a CALL', () => {
    expect(decode('[2,"1","heartbeat",{}]')).toMatchObject({ kind: 'call', action: 'heartbeat' });
  });

  it('OCPP-J 1.6 §4.1.4 a message id is sent back as it came, whatever characters it has', () => {
    const text = '[2,"\\u0000\\ud800 \\"é","Heartbeat",{}]';
    const frame = decode(text);
    expect(frame).toMatchObject({ kind: 'call', messageId: '\u0000\ud800 "é' });
    expect(encodeResult(frame.kind === 'call' ? frame.messageId : '', {})).toBe('[3,"\\u0000\\ud800 \\"é",{}]');
  });

  it('of two fields with the same name the last counts (RFC 8259 §4 leaves it open)', () => {
    expect(decode('[2,"1","Reset",{"type":"Hard","type":"Soft"}]')).toMatchObject({ payload: { type: 'Soft' } });
  });

  it('a payload may have fields that are special to JavaScript', () => {
    const frame = decode('[2,"1","Heartbeat",{"__proto__":{"polluted":true}}]');
    expect(JSON.stringify(frame)).toContain('"__proto__":{"polluted":true}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('texts that are no frame and cannot be answered: there is no message id to answer to (OCPP-J 1.6 §4.2.3)', () => {
  it.each([
    ['§4.1.2 empty text', '', 'JSON'],
    ['§4.1.2 no JSON', 'hello', 'JSON'],
    ['§4.1.2 JSON cut off', '[2,"1","Heartbeat",{', 'JSON'],
    ['§4.1.2 a byte order mark before it (RFC 8259 §8.1)', '\uFEFF[2,"1","Heartbeat",{}]', 'JSON'],
    ['§4.1.2 two frames in one', '[2,"1","Heartbeat",{}][2,"2","Heartbeat",{}]', 'JSON'],
    ['§4.2 an object', '{"messageTypeId":2}', 'array'],
    ['§4.2 a string', '"[2]"', 'array'],
    ['§4.2 null', 'null', 'array'],
    ['§4.1.4 CALL without message id', '[2]', 'message id'],
    ['§4.1.4 CALL with a number for message id', '[2,19223201,"Heartbeat",{}]', 'message id'],
    ['§4.1.4 CALL with null for message id', '[2,null,"Heartbeat",{}]', 'message id'],
    ['§4.1.4 CALL with an empty message id', '[2,"","Heartbeat",{}]', 'message id'],
    ['§4.1.4 CALLRESULT with a number for message id', '[3,19223201,{}]', 'message id'],
    ['§4.1.4 CALLERROR without message id', '[4]', 'message id'],
  ])('OCPP-J 1.6 %s', (_case, text, said) => {
    const frame = decode(text);
    const rule = said === 'message id' ? 'badMessageId' : 'malformedFrame';
    expect(frame).toEqual({
      kind: 'malformed',
      rule,
      error: 'rpcFrameworkError',
      problem: expect.stringContaining(said),
    });
  });
});

describe('OCPP-J 1.6 §4.1.3 messages of unknown types are ignored', () => {
  it.each([
    ['no element', '[]'],
    ['1', '[1,"1","Heartbeat",{}]'],
    ['5 (CALLRESULTERROR of 2.1)', '[5,"1","InternalError","",{}]'],
    ['6 (SEND of 2.1)', '[6,"1","NotifyPeriodicEventStream",{}]'],
    ['2 as text', '["2","1","Heartbeat",{}]'],
    ['2.5', '[2.5,"1","Heartbeat",{}]'],
    ['null', '[null,"1","Heartbeat",{}]'],
    ['an endless array', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ])('type %s', (_type, text) => {
    const frame = decode(text);
    expect(frame).toEqual({
      kind: 'malformed',
      rule: 'unknownMessageType',
      error: 'messageTypeNotSupported',
      problem: expect.stringContaining('message type'),
    });
  });
});

describe('OCPP 2.0.1 part 4: what else is answered', () => {
  const answer = (text: string) => {
    const frame = decode(text, frameRulesV201);
    return frame.kind === 'malformed' ? [frame.answerTo, frame.error] : frame;
  };

  it.each([
    ['no JSON', 'hello'],
    ['no array', '{"messageTypeId":2}'],
    ['a CALL without message id', '[2]'],
    ['a CALL with a number for message id', '[2,19223201,"Heartbeat",{}]'],
  ])('§4.2.3 %s is answered to "-1"', (_case, text) => {
    expect(answer(text)).toEqual(['-1', 'rpcFrameworkError']);
  });

  it.each([
    ['of type 5', '[5,"m","InternalError","",{}]', 'm'],
    ['without type and id', '[]', '-1'],
    ['with an id that no frame may have', `[6,"${'x'.repeat(37)}","Any",{}]`, '-1'],
  ])('§4.3 MessageTypeNotSupported: a message %s', (_case, text, messageId) => {
    expect(answer(text)).toEqual([messageId, 'messageTypeNotSupported']);
  });

  it.each(['[3,19223201,{}]', '[4]', '[4,"m"]', '[3,"m"]'])('§4.2.3 an answer is never answered: %s', (text) => {
    expect(answer(text)).toEqual([undefined, 'rpcFrameworkError']);
  });

  it('§4.2.1 frames that are well formed, and CALLs whose id is known, are taken as in 1.6', () => {
    for (const text of ['[2,"m","Heartbeat",{}]', '[3,"m",{}]', '[4,"m","GenericError","",{}]', '[2,"m","Reset"]']) {
      expect(decode(text, frameRulesV201)).toEqual(decode(text));
    }
  });
});

it('a long text in the place of the message type is not repeated whole', () => {
  const frame = decode(JSON.stringify(['x'.repeat(100_000), '1', 'Heartbeat', {}]));
  expect(frame).toMatchObject({ kind: 'malformed', error: 'messageTypeNotSupported' });
  expect(JSON.stringify(frame).length).toBeLessThan(250);
});

describe('CALLs that are answered with a CALLERROR', () => {
  it.each([
    ['§4.2.3 unique identifier too long', [2, `${id36}x`, 'Reset', { type: 'Soft' }], 'has 37 characters'],
    ['§4.2.1 without payload', [2, 'm', 'Reset'], '4 elements, not 3'],
    ['§4.2.1 with a fifth element', [2, 'm', 'Reset', { type: 'Soft' }, {}], '4 elements, not 5'],
    ['nested deeper than any message', [2, 'm', 'Reset', deep(64)], 'deeper than 64'],
  ])('OCPP-J 1.6 %s: to the very id it carried', (_case, parts, said) => {
    expect(decode(JSON.stringify(parts))).toMatchObject({
      kind: 'malformed',
      error: 'rpcFrameworkError',
      problem: expect.stringContaining(said),
      answerTo: parts[1],
      messageId: parts[1],
    });
  });

  it.each([
    ['missing', [2, 'm']],
    ['a number', [2, 'm', 7, {}]],
    ['empty', [2, 'm', '', {}]],
    ['an object in its place', [2, 'm', {}]],
  ])('OCPP-J 1.6 §4.2.1 action %s', (_case, parts) => {
    const frame = decode(JSON.stringify(parts));
    expect(frame).toMatchObject({ kind: 'malformed', error: 'rpcFrameworkError', answerTo: 'm' });
    expect(frame).not.toHaveProperty('action');
  });

  it.each([
    ['an array', []],
    ['a string', '{}'],
    ['a number', 0],
    ['a boolean', false],
  ])('OCPP-J 1.6 §4.2.1 the payload is %s', (_case, payload) => {
    expect(decode(JSON.stringify([2, 'm', 'Reset', payload]))).toEqual({
      kind: 'malformed',
      rule: 'malformedCall',
      error: 'formatViolation',
      problem: 'the payload of a CALL must be a JSON object',
      answerTo: 'm',
      messageId: 'm',
      action: 'Reset',
    });
  });

  it('nesting as deep as allowed is taken', () => {
    expect(decode(JSON.stringify([2, 'm', 'Reset', deep(63)]))).toMatchObject({ kind: 'call' });
  });
});

describe('answers that are not well formed: never answered, but told apart by their id', () => {
  it.each([
    ['§4.2.2 CALLRESULT without payload', [3, 'm']],
    ['§4.2.2 CALLRESULT with a fourth element', [3, 'm', {}, {}]],
    ['§4.2.2 CALLRESULT nested deeper than any message', [3, 'm', deep(64)]],
    ['§4.2.3 CALLERROR without code', [4, 'm']],
    ['§4.2.3 CALLERROR with a number for code', [4, 'm', 500, '', {}]],
    ['§4.2.3 CALLERROR with a sixth element', [4, 'm', 'GenericError', '', {}, {}]],
  ])('OCPP-J 1.6 %s', (_case, parts) => {
    const frame = decode(JSON.stringify(parts));
    expect(frame).toMatchObject({
      kind: 'malformed',
      rule: 'malformedAnswer',
      error: 'rpcFrameworkError',
      messageId: 'm',
    });
    expect(frame).not.toHaveProperty('answerTo');
  });

  it.each([
    ['no description', [4, 'm', 'GenericError']],
    ['no details', [4, 'm', 'GenericError', '']],
    ['null for both', [4, 'm', 'GenericError', null, null]],
  ])('OCPP-J 1.6 §4.2.3 a CALLERROR with %s still ends the call', (_case, parts) => {
    expect(decode(JSON.stringify(parts))).toEqual({
      kind: 'error',
      messageId: 'm',
      code: 'GenericError',
      description: '',
      details: {},
      incomplete: true,
    });
  });

  it('OCPP-J 1.6 §4.2.2 a CALLRESULT whose payload is no object is left to the schema of the answer', () => {
    expect(decode('[3,"m",[1]]')).toEqual({ kind: 'result', messageId: 'm', payload: [1] });
  });
});

describe('encoding', () => {
  it('OCPP-J 1.6 §4.2.1 an empty payload is {}, never null or absent', () => {
    expect(encodeCall('1', 'Heartbeat', undefined)).toBe('[2,"1","Heartbeat",{}]');
    expect(encodeCall('1', 'Heartbeat', null)).toBe('[2,"1","Heartbeat",{}]');
    expect(encodeResult('1', undefined)).toBe('[3,"1",{}]');
  });

  it('OCPP-J 1.6 §4.2.3 "If there are no error details you MUST fill in an empty object {}"', () => {
    expect(encodeError('1', 'GenericError', '')).toBe('[4,"1","GenericError","",{}]');
    expect(encodeError('1', 'GenericError', '', null)).toBe('[4,"1","GenericError","",{}]');
  });

  it('a description is cut to 255 characters, and not within a surrogate pair', () => {
    const description = (text: string) => (JSON.parse(encodeError('1', 'GenericError', text)) as string[])[3];
    expect(description('x'.repeat(255))).toBe('x'.repeat(255));
    expect(description('x'.repeat(256))).toBe('x'.repeat(255));
    expect(description(`${'x'.repeat(254)}😀`)).toBe('x'.repeat(254));
    expect(description(`${'x'.repeat(253)}😀y`)).toBe(`${'x'.repeat(253)}😀`);
  });
});

describe('properties of the codec', () => {
  const messageId = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 36 }).filter((id) => id.length <= 36);
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 });
  // What JSON keeps as it is: it has no -0.
  const json = fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
  const payload = fc.dictionary(name, json).map((value) => JSON.parse(JSON.stringify(value)) as object);

  it('a CALL decodes to what was encoded', () => {
    fc.assert(
      fc.property(messageId, name, payload, (id, action, value) => {
        expect(decode(encodeCall(id, action, value))).toEqual({ kind: 'call', messageId: id, action, payload: value });
      }),
    );
  });

  it('a CALLRESULT decodes to what was encoded', () => {
    fc.assert(
      fc.property(messageId, payload, (id, value) => {
        expect(decode(encodeResult(id, value))).toEqual({ kind: 'result', messageId: id, payload: value });
      }),
    );
  });

  it('a CALLERROR decodes to what was encoded, its description cut', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 400, size: 'max' });
    fc.assert(
      fc.property(messageId, name, text, payload, (id, code, description, details) => {
        const frame = decode(encodeError(id, code, description, details));
        expect(frame).toMatchObject({ kind: 'error', messageId: id, code, details });
        if (frame.kind !== 'error') return;
        const kept = frame.description.length;
        expect(description.startsWith(frame.description)).toBe(true);
        if (description.length <= 255) expect(kept).toBe(description.length);
        else expect([254, 255]).toContain(kept);
      }),
    );
  });

  it('no text makes it throw, and only CALLs are ever answered', () => {
    const element = fc.oneof(json, fc.constantFrom(2, 3, 4), messageId);
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.array(element, { maxLength: 6 }).map((parts) => JSON.stringify(parts)),
      fc
        .tuple(fc.constantFrom(2, 3, 4), fc.array(element, { maxLength: 5 }))
        .map(([type, rest]) => JSON.stringify([type, ...rest])),
    );
    fc.assert(
      fc.property(text, (given) => {
        const frame = decode(given);
        if (frame.kind !== 'malformed' || frame.answerTo === undefined) return;
        expect((JSON.parse(given) as unknown[]).slice(0, 2)).toEqual([2, frame.answerTo]);
      }),
      { numRuns: 1000 },
    );
  });
});
