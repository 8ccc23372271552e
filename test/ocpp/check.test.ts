// From what is wrong with a payload to the error code that says so (OCPP-J 1.6 §4.2.3, table 7), in each version's spelling.
import { check } from '../../lib/ocpp/check';
import { errorCodesV16, errorCodesV201, type RpcError } from '../../lib/ocpp/errors';
import { type ActionV16, messagesV16 } from '../../lib/ocpp/v16/messages';
import { messagesV201 } from '../../lib/ocpp/v201/messages';

const request = (action: ActionV16, payload: unknown) => check(messagesV16[action].request, payload);
const response = (action: ActionV16, payload: unknown) => check(messagesV16[action].response, payload);

/** The problem as 1.6 spells it. */
function verdict(problem: ReturnType<typeof check>) {
  return problem && { code: errorCodesV16[problem.error], path: problem.path, message: problem.message };
}

const start = { connectorId: 1, idTag: 'TAG-1', meterStart: 0, timestamp: '2024-05-17T09:30:00Z' };
const meterValues = (sampled: unknown) => ({
  connectorId: 1,
  meterValue: [{ timestamp: '2024-05-17T09:30:00Z', sampledValue: [{ value: '1' }, sampled] }],
});

describe('a payload that fits', () => {
  it('has no problem', () => {
    expect(request('StartTransaction', start)).toBeUndefined();
    expect(request('Heartbeat', {})).toBeUndefined();
  });

  it('is not changed by being checked', () => {
    const payload = Object.freeze({ ...start });
    expect(request('StartTransaction', payload)).toBeUndefined();
    expect(payload).toEqual(start);
  });
});

describe('OCPP-J 1.6 §4.2.3 error codes', () => {
  it.each([
    ['null', null, 'null'],
    ['an array', [], 'an array'],
    ['a string', 'Soft', 'a string'],
  ])('FormationViolation: the payload is %s', (_case, payload, said) => {
    expect(verdict(request('Reset', payload))).toEqual({
      code: 'FormationViolation',
      path: '',
      message: `payload: must be an object, is ${said}`,
    });
  });

  it('FormationViolation: an unknown field', () => {
    expect(verdict(request('Reset', { type: 'Soft', delay: 5 }))).toEqual({
      code: 'FormationViolation',
      path: 'delay',
      message: 'delay: is not a field of this message',
    });
  });

  it('FormationViolation: an unknown field deep inside', () => {
    expect(verdict(request('MeterValues', meterValues({ value: '2', Unit: 'Wh' })))).toMatchObject({
      code: 'FormationViolation',
      path: 'meterValue.0.sampledValue.1.Unit',
    });
  });

  it('OccurenceConstraintViolation: a required field is missing', () => {
    const { idTag: _, ...without } = start;
    expect(verdict(request('StartTransaction', without))).toEqual({
      code: 'OccurenceConstraintViolation',
      path: 'idTag',
      message: 'idTag: is missing',
    });
  });

  it('OccurenceConstraintViolation: a required enumeration, object or array is missing', () => {
    expect(verdict(request('Reset', {}))).toMatchObject({ code: 'OccurenceConstraintViolation', path: 'type' });
    expect(verdict(response('Authorize', {}))).toMatchObject({
      code: 'OccurenceConstraintViolation',
      path: 'idTagInfo',
    });
    expect(verdict(request('MeterValues', { connectorId: 1 }))).toMatchObject({
      code: 'OccurenceConstraintViolation',
      path: 'meterValue',
    });
  });

  it('OccurenceConstraintViolation: too few items', () => {
    const answer = { status: 'Accepted', certificateHashData: [] };
    expect(verdict(response('GetInstalledCertificateIds', answer))).toMatchObject({
      code: 'OccurenceConstraintViolation',
      path: 'certificateHashData',
    });
  });

  it.each([
    ['a number for a string', { ...start, idTag: 12 }, 'idTag', 'idTag: must be a string, is a number'],
    [
      'a string for an integer',
      { ...start, meterStart: '0' },
      'meterStart',
      'meterStart: must be a number, is a string',
    ],
    [
      'a fraction for an integer',
      { ...start, meterStart: 0.5 },
      'meterStart',
      'meterStart: must be an integer, is a fraction',
    ],
    [
      'a number that JSON can write and JavaScript cannot hold',
      { ...start, meterStart: JSON.parse('1e400') },
      'meterStart',
      'meterStart: must be a number, is too large',
    ],
    ['null for a required field', { ...start, idTag: null }, 'idTag', 'idTag: must be a string, is null'],
    [
      'null for an optional field',
      { ...start, reservationId: null },
      'reservationId',
      'reservationId: must be a number, is null',
    ],
  ])('TypeConstraintViolation: %s', (_case, payload, path, message) => {
    // §4.2.3's own example is "somestring": 12.
    expect(verdict(request('StartTransaction', payload))).toEqual({ code: 'TypeConstraintViolation', path, message });
  });

  it('TypeConstraintViolation: a number for an enumeration, an array for an object', () => {
    expect(verdict(request('Reset', { type: 1 }))).toEqual({
      code: 'TypeConstraintViolation',
      path: 'type',
      message: 'type: must be one of Hard, Soft, is a number',
    });
    expect(verdict(response('Authorize', { idTagInfo: [] }))).toEqual({
      code: 'TypeConstraintViolation',
      path: 'idTagInfo',
      message: 'idTagInfo: must be an object, is an array',
    });
  });

  it('PropertyConstraintViolation: a value that the enumeration does not have', () => {
    expect(verdict(request('Reset', { type: 'soft' }))).toEqual({
      code: 'PropertyConstraintViolation',
      path: 'type',
      message: 'type: must be one of Hard, Soft, is "soft"',
    });
  });

  it('PropertyConstraintViolation: a text that is too long', () => {
    expect(verdict(request('StartTransaction', { ...start, idTag: 'x'.repeat(21) }))).toEqual({
      code: 'PropertyConstraintViolation',
      path: 'idTag',
      message: 'idTag: must have at most 20 characters, has 21',
    });
  });

  it('PropertyConstraintViolation: a limit with two digits after the point', () => {
    const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16.25 }] };
    const profile = {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Relative',
      chargingSchedule: schedule,
    };
    expect(verdict(request('RemoteStartTransaction', { idTag: 'T', chargingProfile: profile }))).toEqual({
      code: 'PropertyConstraintViolation',
      path: 'chargingProfile.chargingSchedule.chargingSchedulePeriod.0.limit',
      message:
        'chargingProfile.chargingSchedule.chargingSchedulePeriod.0.limit: must have at most one digit after the point',
    });
  });

  it('PropertyConstraintViolation: an integer that JavaScript cannot hold', () => {
    expect(verdict(request('RemoteStopTransaction', { transactionId: 2 ** 53 }))).toMatchObject({
      code: 'PropertyConstraintViolation',
      path: 'transactionId',
    });
  });
});

describe('several problems at once', () => {
  it('the gravest gives the code, all are told in the order of the fields', () => {
    const problem = request('StartTransaction', { connectorId: '1', idTag: 'x'.repeat(21), meterStart: 0, extra: 1 });
    expect(problem?.error).toBe('typeConstraintViolation');
    expect(problem?.problems.map(({ path }) => path)).toEqual(['connectorId', 'idTag', 'timestamp', 'extra']);
    expect(problem?.message.split('; ')).toHaveLength(4);
  });

  it('an unknown field beside a missing one does not hide it', () => {
    expect(verdict(response('Heartbeat', { currenttime: '2024-05-17T09:30:00Z' }))).toMatchObject({
      code: 'OccurenceConstraintViolation',
      path: 'currentTime',
    });
  });
});

describe('secrets', () => {
  it('a value that is refused is not repeated', () => {
    const secret = `hunter2${'x'.repeat(500)}`;
    const problem = request('ChangeConfiguration', { key: 'AuthorizationKey', value: secret });
    expect(problem?.path).toBe('value');
    expect(JSON.stringify(problem)).not.toContain('hunter2');
    expect(JSON.stringify(request('ChangeConfiguration', { key: 'a', value: ['hunter2'] }))).not.toContain('hunter2');
  });
});

describe('date-time (RFC 3339 §5.6; OCPP 1.6 §3.15 wants ISO 8601)', () => {
  const accepts = (currentTime: string) => response('Heartbeat', { currentTime }) === undefined;

  it.each([
    '1985-04-12T23:20:50.52Z',
    '1996-12-19T16:39:57-08:00',
    '1937-01-01T12:00:27.87+00:20',
    '2024-02-29T00:00:00Z',
    '2000-02-29T00:00:00Z',
    '2024-12-31t23:59:59z',
    '2024-05-17T09:30:00.123456789Z',
    '2024-05-17T09:30:00-00:00',
  ])('%s is one', (text) => {
    expect(accepts(text)).toBe(true);
    expect(Number.isNaN(Date.parse(text))).toBe(false);
  });

  it.each([
    ['without offset', '2024-05-17T09:30:00'],
    ['without seconds', '2024-05-17T09:30Z'],
    ['without time', '2024-05-17'],
    ['with a blank for the T', '2024-05-17 09:30:00Z'],
    ['with an offset without colon', '2024-05-17T09:30:00+0200'],
    ['with an offset of 24 hours', '2024-05-17T09:30:00+24:00'],
    ['with a comma before the fraction', '2024-05-17T09:30:00,5Z'],
    ['with an empty fraction', '2024-05-17T09:30:00.Z'],
    ['at 24 o’clock', '2024-05-17T24:00:00Z'],
    ['at minute 60', '2024-05-17T09:60:00Z'],
    ['in month 13', '2024-13-17T09:30:00Z'],
    ['in month 0', '2024-00-17T09:30:00Z'],
    ['on day 0', '2024-05-00T09:30:00Z'],
    ['on April 31', '2024-04-31T09:30:00Z'],
    ['on February 30', '2024-02-30T09:30:00Z'],
    ['on February 29 of a common year', '2023-02-29T09:30:00Z'],
    ['on February 29 of 1900', '1900-02-29T09:30:00Z'],
    ['with a year of five digits', '+12024-05-17T09:30:00Z'],
    ['with blanks around', ' 2024-05-17T09:30:00Z '],
    ['followed by a line end', '2024-05-17T09:30:00Z\n'],
    ['in a leap second, which Date cannot hold', '1990-12-31T23:59:60Z'],
  ])('%s it is none', (_case, text) => {
    expect(accepts(text)).toBe(false);
    expect(verdict(response('Heartbeat', { currentTime: text }))).toMatchObject({
      code: 'PropertyConstraintViolation',
      message: expect.stringContaining('2024-05-17T09:30:00Z'),
    });
  });
});

describe('URI (RFC 3986; OCPP 1.6 §6.25, §6.55)', () => {
  const accepts = (location: string) => request('GetDiagnostics', { location }) === undefined;

  it.each([
    'https://example.com/upload?a=b&c=%20d#e',
    'ftp://user:pass@files.example/dir/',
    'sftp://[2001:db8::7]:2222/~cp',
    'urn:example:a',
  ])('%s is one', (text) => {
    expect(accepts(text)).toBe(true);
  });

  it.each([
    '',
    'files.example/dir',
    '/dir',
    '//host/dir',
    'http://host/a b',
    'http://host/%zz',
    'http://höst/',
    '1ftp://host',
  ])('%j is none', (text) => {
    expect(accepts(text)).toBe(false);
  });
});

describe('OCPP 2.0.1 part 4, §4.3: a payload that does not fit', () => {
  const code = (payload: unknown) => {
    const problem = check(messagesV201.TransactionEvent.request, payload);
    return problem && [errorCodesV201[problem.error], problem.path];
  };
  const event = {
    ...{ eventType: 'Started', timestamp: '2024-05-17T09:30:00Z', triggerReason: 'CablePluggedIn', seqNo: 0 },
    transactionInfo: { transactionId: 'T-1' },
  };

  it.each<[string, unknown, string, string]>([
    ['an array', [], 'FormatViolation', ''],
    ['an unknown field', { ...event, more: 1 }, 'FormatViolation', 'more'],
    [
      'a missing field',
      { ...event, transactionInfo: {} },
      'OccurrenceConstraintViolation',
      'transactionInfo.transactionId',
    ],
    ['too few items', { ...event, meterValue: [] }, 'OccurrenceConstraintViolation', 'meterValue'],
    ['a value that is none', { ...event, triggerReason: 'Boredom' }, 'PropertyConstraintViolation', 'triggerReason'],
    ['another type', { ...event, seqNo: '0' }, 'TypeConstraintViolation', 'seqNo'],
    [
      'customData of nobody',
      { ...event, customData: { any: 1 } },
      'OccurrenceConstraintViolation',
      'customData.vendorId',
    ],
  ])('%s', (_case, payload, expected, path) => {
    expect(code(payload)).toEqual([expected, path]);
  });

  it('P: customData holds whatever its vendor likes, at every level', () => {
    const customData = { vendorId: 'V', any: [{ thing: null }] };
    const transactionInfo = { ...event.transactionInfo, customData };
    expect(code({ ...event, customData, transactionInfo })).toBeUndefined();
  });
});

describe('error codes per version', () => {
  it('OCPP-J 1.6 §4.2.3: only codes of table 7, spelled as there', () => {
    const table7 = [
      ...['NotImplemented', 'NotSupported', 'InternalError', 'ProtocolError', 'SecurityError', 'FormationViolation'],
      ...['PropertyConstraintViolation', 'OccurenceConstraintViolation', 'TypeConstraintViolation', 'GenericError'],
    ];
    expect(new Set(Object.values(errorCodesV16))).toEqual(new Set(table7));
  });

  it('OCPP-J 2.0.1 §4.3: one code per kind, spelled as there', () => {
    const kinds = Object.keys(errorCodesV201) as RpcError[];
    expect(new Set(Object.values(errorCodesV201)).size).toBe(kinds.length);
    expect(errorCodesV201).toMatchObject({
      formatViolation: 'FormatViolation',
      occurrenceConstraintViolation: 'OccurrenceConstraintViolation',
      messageTypeNotSupported: 'MessageTypeNotSupported',
      rpcFrameworkError: 'RpcFrameworkError',
    });
  });

  it('NotImplemented and NotSupported are not mixed up', () => {
    for (const codes of [errorCodesV16, errorCodesV201]) {
      expect(codes).toMatchObject({ notImplemented: 'NotImplemented', notSupported: 'NotSupported' });
    }
  });
});
