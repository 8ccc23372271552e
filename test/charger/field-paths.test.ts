// Fields put into payloads by path: what is made, what is taken out, what is left alone.
import { pathProblem, withFields } from '../../lib/charger/field-paths';

describe('fields by path', () => {
  const payload = () => ({
    connectorId: 1,
    meterValue: [{ timestamp: 't', sampledValue: [{ value: '1' }] }],
    flat: 'x',
  });

  it('replaces, adds and takes out without touching the original', () => {
    const original = payload();
    const changed = withFields(original, {
      'meterValue.0.sampledValue.0.value': 'NaN',
      'meterValue.1.timestamp': 'later',
      connectorId: null,
      'info.text': 'new',
    });
    expect(changed).toEqual({
      meterValue: [{ timestamp: 't', sampledValue: [{ value: 'NaN' }] }, { timestamp: 'later' }],
      info: { text: 'new' },
      flat: 'x',
    });
    expect(original).toEqual(payload());
  });

  it('makes what the path leads through where there is none, and takes items out of lists', () => {
    expect(withFields(payload(), { 'flat.a.b': 1, 'meterValue.0.sampledValue.0': null })).toMatchObject({
      flat: { a: { b: 1 } },
      meterValue: [{ timestamp: 't', sampledValue: [] }],
    });
    expect(withFields(undefined, { status: 'X' })).toEqual({ status: 'X' });
    expect(withFields({ a: [1] }, { 'a.7': null, b: null })).toEqual({ a: [1] });
  });

  it('never reaches a prototype', () => {
    withFields({}, { 'constructor.prototype.polluted': 1, 'toString.polluted': 1 });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(pathProblem('a.__proto__.b')).toMatch(/__proto__/);
  });

  it('says what a path is', () => {
    expect(['a', 'a.b.0', 'a..b', '', 'a.'].map((path) => pathProblem(path) === undefined)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
