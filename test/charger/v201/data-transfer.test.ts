// DataTransfer and customData of OCPP 2.0.1 (block P).
import { type ActionV201, messagesV201 } from '../../../lib/ocpp/v201/messages';
import { officialV201 } from '../../ocpp/official';
import { mutations } from '../../ocpp/samples';
import { bootedPairV201, misfits } from '../../support/pair-v201';

const vendorId = 'org.charger-simulator';

describe('P01: DataTransfer to the charging station', () => {
  it('TC_P_01_CS: UnknownVendorId, UnknownMessageId', () => {
    const pair = bootedPairV201();
    expect(pair.ask('DataTransfer', { vendorId: 'com.other' })).toEqual({ status: 'UnknownVendorId' });
    expect(pair.ask('DataTransfer', { vendorId, messageId: 'Sing' })).toEqual({ status: 'UnknownMessageId' });
    expect(pair.ask('DataTransfer', { vendorId })).toEqual({ status: 'UnknownMessageId' });
  });

  it.each([['text'], [17], [{ deep: ['thing', null] }], [null], [false]])('P01: Echo gives back %j', (data) => {
    const pair = bootedPairV201();
    expect(pair.ask('DataTransfer', { vendorId, messageId: 'Echo', data })).toEqual({ status: 'Accepted', data });
    expect(pair.ask('DataTransfer', { vendorId, messageId: 'Echo' })).toEqual({ status: 'Accepted' });
  });
});

describe('P02: DataTransfer to the CSMS', () => {
  it('has the vendor of the station, what a tester gives, and brings back what the CSMS says', () => {
    const pair = bootedPairV201({ answers: { DataTransfer: { status: 'Accepted', data: { heard: true } } } });
    const payload = { messageId: 'Ping', data: { n: 1 }, customData: { vendorId: 'com.vendor', more: [1] } };
    const outcome = pair.command({ kind: 'sendMessage', action: 'DataTransfer', payload, validate: true });
    expect(pair.calls('DataTransfer')[0]?.payload).toEqual({ vendorId, ...payload });
    expect(outcome).toMatchObject({ ok: true, result: { response: { status: 'Accepted', data: { heard: true } } } });
    expect(misfits(pair)).toEqual([]);
  });
});

describe('TC_P_03_CS: customData', () => {
  const actions = (Object.keys(messagesV201) as ActionV201[]).filter(
    (action) => messagesV201[action].from !== 'charger',
  );
  const customData = { vendorId: 'com.vendor', anything: { deep: [1, 'two', null] } };

  it.each(actions)('%s is taken with customData of any shape as without', (action) => {
    const schema = officialV201.schemas.get(`${action}.req`) ?? {};
    const validate = officialV201.validators.get(`${action}.req`);
    const whole = mutations(schema).find(({ payload }) => validate?.(payload))?.payload ?? {};
    const answers = [whole, { ...(whole as object), customData }].map((payload) => {
      const [type, , answer] = bootedPairV201().call(action, payload) ?? [];
      return { type, answer };
    });
    expect(answers[1]).toEqual(answers[0]);
  });

  it('without a vendorId it is no customData', () => {
    const [type, , code] = bootedPairV201().call('GetLocalListVersion', { customData: { anything: 1 } }) ?? [];
    expect([type, code]).toEqual([4, 'OccurrenceConstraintViolation']);
  });
});
