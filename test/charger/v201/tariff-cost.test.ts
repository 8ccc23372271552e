// Tariff and cost of OCPP 2.0.1 (block I): what the CSMS tells of them, and where a driver reads it.
import { dialectOf } from '../../../lib/charger/dialects';
import { bootedPairV201, eventsOf, type PairOptionsV201 } from '../../support/pair-v201';

type Pair = ReturnType<typeof bootedPairV201>;

const quiet = { 'SampledDataCtrlr.TxUpdatedInterval': '0' };
const pairWith = ({ variables, ...more }: PairOptionsV201 = {}) =>
  bootedPairV201({ ...more, variables: { ...quiet, ...variables } });

const displayOf = ({ charger, now }: Pair, evseId = 1) => {
  const displays = dialectOf(charger).view.charger(charger, now).displays as Record<string, unknown>[];
  return displays[evseId - 1] ?? {};
};
const viewed = ({ charger, now }: Pair) => dialectOf(charger).view.transactions(charger, now).at(-1);
const begin = (pair: Pair) => pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG-1' });
const stop = (pair: Pair) => pair.command({ kind: 'stopTransaction', transactionId: idOf(pair) });
const idOf = (pair: Pair) => eventsOf(pair).at(-1)?.transactionInfo.transactionId ?? '';
const text = (content: string) => ({ format: 'UTF8', language: 'en', content });
const accepted = { status: 'Accepted' };

describe('I01: the tariff before charging', () => {
  it('is what the CSMS says of the token, shown to its driver alone', () => {
    const pair = pairWith({
      answers: { Authorize: { idTokenInfo: { ...accepted, personalMessage: text('0.35 EUR/kWh') } } },
    });
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG-1' });
    expect(displayOf(pair)).toMatchObject({ driverMessage: '0.35 EUR/kWh' });
    expect(displayOf(pair, 2)).not.toHaveProperty('driverMessage');
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG-1' });
    expect(displayOf(pair)).not.toHaveProperty('driverMessage');
  });

  it('I04: TariffFallbackMessage where the CSMS says nothing of it', () => {
    const pair = pairWith({ variables: { 'TariffCostCtrlr.TariffFallbackMessage': 'ask the desk' } });
    begin(pair);
    expect(displayOf(pair)).toMatchObject({ driverMessage: 'ask the desk' });
  });

  it('is not shown where TariffCostCtrlr.Enabled[Tariff] is false', () => {
    const pair = pairWith({
      variables: { 'TariffCostCtrlr.Enabled[Tariff]': 'false' },
      answers: { Authorize: { idTokenInfo: { ...accepted, personalMessage: text('0.35 EUR/kWh') } } },
    });
    begin(pair);
    expect(displayOf(pair)).not.toHaveProperty('driverMessage');
  });
});

describe('I02: the running cost', () => {
  it('TC_I_01_CS: CostUpdated is answered, shown, and outlives a loss of the connection', () => {
    const pair = pairWith();
    begin(pair);
    expect(pair.ask('CostUpdated', { transactionId: idOf(pair), totalCost: 1.25 })).toEqual({});
    expect(displayOf(pair)).toMatchObject({ totalCost: 1.25, currency: 'EUR' });
    expect(viewed(pair)).toMatchObject({ totalCost: 1.25, currency: 'EUR' });
    pair.cut();
    expect(displayOf(pair)).toMatchObject({ totalCost: 1.25 });
    expect(pair.ask('CostUpdated', { transactionId: idOf(pair), totalCost: 2 })).toEqual({});
    expect(viewed(pair)).toMatchObject({ totalCost: 2 });
  });

  it('TC_I_07_CS: a TransactionEventResponse has it, too, and I06 a new tariff', () => {
    const event = ({ seqNo }: Record<string, unknown>) => ({
      totalCost: Number(seqNo) / 10,
      updatedPersonalMessage: text(`price ${seqNo}`),
    });
    const pair = pairWith({
      variables: { 'SampledDataCtrlr.TxUpdatedInterval': '60' },
      answers: { TransactionEvent: event },
    });
    begin(pair);
    const before = displayOf(pair);
    pair.advance(60_000);
    const told = eventsOf(pair).at(-1)?.seqNo;
    expect(displayOf(pair)).toMatchObject({ totalCost: Number(told) / 10, driverMessage: `price ${told}` });
    expect(displayOf(pair)).not.toEqual(before);
  });

  it('of a transaction that is not known nothing is shown, and a note says so', () => {
    const pair = pairWith();
    begin(pair);
    expect(pair.ask('CostUpdated', { transactionId: 'other', totalCost: 9 })).toEqual({});
    expect(displayOf(pair)).not.toHaveProperty('totalCost');
    expect(pair.notes()).toContain('CostUpdated: no transaction other is known; nothing is shown');
  });

  it('is not shown where TariffCostCtrlr.Enabled[Cost] is false; the currency is that of TariffCostCtrlr', () => {
    const pair = pairWith({ variables: { 'TariffCostCtrlr.Currency': 'CHF' } });
    begin(pair);
    pair.ask('CostUpdated', { transactionId: idOf(pair), totalCost: 1 });
    expect(displayOf(pair)).toMatchObject({ totalCost: 1, currency: 'CHF' });
    const off = { component: { name: 'TariffCostCtrlr' }, variable: { name: 'Enabled', instance: 'Cost' } };
    pair.ask('SetVariables', { setVariableData: [{ ...off, attributeValue: 'false' }] });
    expect(displayOf(pair)).not.toHaveProperty('totalCost');
  });
});

describe('I03: the total cost at the end', () => {
  it('TC_I_02_CS: that of the last answer is shown until the EV leaves', () => {
    const pair = pairWith({
      answers: { TransactionEvent: ({ eventType }) => (eventType === 'Ended' ? { totalCost: 12.5 } : {}) },
    });
    begin(pair);
    stop(pair);
    expect(displayOf(pair)).toMatchObject({ totalCost: 12.5, currency: 'EUR' });
    expect(viewed(pair)).toMatchObject({ state: 'ended', totalCost: 12.5 });
    pair.command({ kind: 'unplug', address: {} });
    expect(displayOf(pair)).not.toHaveProperty('totalCost');
    expect(viewed(pair)).toMatchObject({ totalCost: 12.5 });
  });

  it('I05.FR.02: offline TotalCostFallbackMessage stands for it, until the CSMS has told', () => {
    const pair = pairWith({
      variables: { 'TariffCostCtrlr.TotalCostFallbackMessage': 'see your invoice' },
      answers: { TransactionEvent: ({ eventType }) => (eventType === 'Ended' ? { totalCost: 3 } : {}) },
    });
    begin(pair);
    pair.csms.unreachable = true;
    pair.cut();
    stop(pair);
    expect(displayOf(pair)).toMatchObject({ totalCostText: 'see your invoice' });
    pair.csms.unreachable = false;
    pair.advance(120_000);
    expect(displayOf(pair)).toMatchObject({ totalCost: 3 });
    expect(displayOf(pair)).not.toHaveProperty('totalCostText');
  });
});
