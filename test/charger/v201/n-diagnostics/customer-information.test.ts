// CustomerInformation of OCPP 2.0.1 (N09, N10): what the station knows of a customer is told, and forgotten.
import { type Pair, start } from '../../../support/pair';
import { bootedPairV201, eventsOf, misfits } from '../../../support/pair-v201';

const idToken = { idToken: 'TAG-1', type: 'ISO14443' };
const certificate = { hashAlgorithm: 'SHA256', issuerNameHash: 'ab', issuerKeyHash: 'cd', serialNumber: '1' };
const expiryDateTime = new Date(start + 3_600_000).toISOString();

/** A station at which the customer has charged, is on the list, and has reserved. */
function used(): Pair {
  const pair = bootedPairV201({ variables: { 'SampledDataCtrlr.TxUpdatedInterval': '0' } });
  const localAuthorizationList = [{ idToken, idTokenInfo: { status: 'Accepted' } }];
  pair.ask('SendLocalList', { versionNumber: 1, updateType: 'Full', localAuthorizationList });
  pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG-1' });
  const { transactionId = '' } = eventsOf(pair).at(-1)?.transactionInfo ?? {};
  pair.command({ kind: 'stopTransaction', transactionId, unplug: true });
  pair.ask('ReserveNow', { id: 4, expiryDateTime, idToken, evseId: 2 });
  pair.clear();
  return pair;
}

const ask = (pair: Pair, wishes: Record<string, unknown>) =>
  pair.ask('CustomerInformation', { requestId: 9, report: true, clear: false, ...wishes })?.status;
const pages = (pair: Pair) => pair.calls('NotifyCustomerInformation').map(({ payload }) => payload);
const textOf = (pair: Pair) =>
  pages(pair)
    .map(({ data }) => data)
    .join('');

describe('N09: CustomerInformation, report', () => {
  it('TC_N_27_CS: tells everything that is known of the token', () => {
    const pair = used();
    expect(ask(pair, { idToken })).toBe('Accepted');
    expect(pages(pair)).toMatchObject([{ requestId: 9, seqNo: 0, tbc: false }]);
    expect(textOf(pair)).toMatch(
      /^Authorization cache: Accepted, used .*\nLocal authorization list: Accepted\nReservation 4 until .*\nTransaction \S+ on EVSE 1 from .* to .*, \d+ Wh$/,
    );
    expect(misfits(pair)).toEqual([]);
  });

  it('is cut into messages of 512 characters', () => {
    const pair = used();
    for (let count = 0; count < 9; count++) {
      pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG-1' });
      const { transactionId = '' } = eventsOf(pair).at(-1)?.transactionInfo ?? {};
      pair.command({ kind: 'stopTransaction', transactionId, unplug: true });
    }
    ask(pair, { idToken });
    const told = pages(pair);
    expect(told.map(({ seqNo, tbc }) => [seqNo, tbc])).toEqual(told.map((_, at) => [at, at < told.length - 1]));
    expect(told.length).toBeGreaterThan(2);
    expect(told.slice(0, -1).every(({ data }) => String(data).length === 512)).toBe(true);
    expect(textOf(pair).match(/^Transaction /gm)).toHaveLength(10);
  });

  it.each([
    ['TC_N_28_CS: another token', { idToken: { ...idToken, idToken: 'TAG-2' } }],
    ['the same text of another type', { idToken: { ...idToken, type: 'KeyCode' } }],
    ['TC_N_62_CS: a customerIdentifier', { customerIdentifier: 'TAG-1' }],
    ['TC_N_63_CS: a certificate', { customerCertificate: certificate }],
  ])('%s: that there is nothing is told, too', (_what, wishes) => {
    const pair = used();
    expect(ask(pair, wishes)).toBe('Accepted');
    expect(textOf(pair)).toBe('no data found');
  });

  it.each([
    ['TC_N_33_CS: nobody named', {}],
    ['two ways at once', { idToken, customerIdentifier: 'me' }],
  ])('%s: Invalid', (_what, wishes) => {
    const pair = used();
    expect([ask(pair, wishes), pages(pair)]).toEqual(['Invalid', []]);
  });

  it('TC_N_29_CS: neither a report nor clearing: Rejected', () => {
    expect(ask(used(), { idToken, report: false })).toBe('Rejected');
  });
});

describe('N10: CustomerInformation, clear', () => {
  it('TC_N_30_CS: tells what was known, and forgets all of it but the list and the reservation', () => {
    const pair = used();
    expect(ask(pair, { idToken, clear: true })).toBe('Accepted');
    expect(textOf(pair)).toContain('Authorization cache');
    pair.clear();
    ask(pair, { idToken });
    expect(textOf(pair)).toMatch(/^Local authorization list: Accepted\nReservation 4 until \S+$/);
  });

  it('TC_N_31_CS, TC_N_32_CS: without data, and without a report', () => {
    const pair = used();
    expect(ask(pair, { idToken: { ...idToken, idToken: 'TAG-2' }, clear: true })).toBe('Accepted');
    expect(textOf(pair)).toBe('no data found');
    pair.clear();
    expect(ask(pair, { idToken, clear: true, report: false })).toBe('Accepted');
    expect([pages(pair), Object.keys(pair.charger.v201?.cache ?? {})]).toEqual([[], []]);
  });

  it('what runs, and what the CSMS has not heard yet, stays', () => {
    const pair = used();
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG-1' });
    pair.csms.unreachable = true;
    pair.cut();
    const running = pair.charger.v201?.evses[0]?.transaction?.id ?? '';
    pair.command({ kind: 'stopTransaction', transactionId: running, unplug: true });
    pair.csms.unreachable = false;
    pair.advance(120_000);
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG-1' });
    expect(eventsOf(pair, running).at(-1)).toMatchObject({ eventType: 'Ended', idToken });
    ask(pair, { idToken, clear: true, report: false });
    expect(pair.charger.v201?.evses[0]?.transaction?.idToken).toEqual(idToken);
  });
});
