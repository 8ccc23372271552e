// What a CSMS does against OCPP 2.0.1 though it fits the schemas: recorded on the station with the section that it breaks.
import { listViolations } from '../../../lib/charger/violations';
import { bootedPairV201, createPairV201, type PairOptionsV201 } from '../../support/pair-v201';

type Pair = ReturnType<typeof bootedPairV201>;

const accepted = { status: 'Accepted' };
const idToken = { idToken: 'TAG-1', type: 'ISO14443' };
const rulesOf = (pair: Pair) => listViolations(pair.charger).map(({ rule }) => rule);
const booted = (answer: Record<string, unknown>): Pair => {
  const boot = { ...accepted, currentTime: '2026-01-05T08:00:00Z', interval: 300, ...answer };
  const pair = createPairV201({ answers: { BootNotification: boot } });
  pair.command({ kind: 'connect' });
  return pair;
};
const profile = (more: Record<string, unknown>) => ({
  ...{ id: 1, stackLevel: 0, chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative', ...more },
  chargingSchedule: [{ id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] }],
});
const start = (pair: Pair, more: Record<string, unknown> = {}) =>
  pair.ask('RequestStartTransaction', { evseId: 1, remoteStartId: 1, idToken, ...more });

describe('OCPP 2.0.1: against the specification', () => {
  it('a CSMS that does everything right has done nothing', () => {
    const pair = bootedPairV201();
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG-1' });
    start(pair, { evseId: 2, chargingProfile: profile({}) });
    pair.advance(600_000);
    expect(rulesOf(pair)).toEqual([]);
  });

  it.each<[string, PairOptionsV201['answers']]>([
    ['part 2 §1 TransactionEventResponse: no idTokenInfo for an idToken: missingIdTokenInfo', { TransactionEvent: {} }],
  ])('%s', (_what, answers = {}) => {
    const pair = bootedPairV201({ answers });
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG-1' });
    expect(rulesOf(pair)).toContain('missingIdTokenInfo');
  });

  it.each([
    ['badInterval', { interval: -1 }],
    ['badCurrentTime', { currentTime: '1970-01-01T00:00:00Z' }],
  ])('part 2 §1 BootNotificationResponse: %s', (rule, answer) => {
    expect(rulesOf(booted(answer))).toEqual([rule]);
  });

  it('B02.FR.05: a remote start or stop while Pending', () => {
    const pair = booted({ status: 'Pending' });
    start(pair);
    pair.ask('RequestStopTransaction', { transactionId: 'none' });
    expect(rulesOf(pair)).toEqual(['remoteWhilePending', 'remoteWhilePending']);
  });

  it('F01.FR.09, F01.FR.11: a profile for a start that is no TxProfile, or names a transaction', () => {
    const pair = bootedPairV201();
    start(pair, { chargingProfile: profile({ chargingProfilePurpose: 'TxDefaultProfile' }) });
    start(pair, { chargingProfile: profile({ transactionId: 'T' }) });
    expect(rulesOf(pair)).toEqual(['remoteStartProfile', 'remoteStartProfile']);
  });

  it('K01.FR.22: external constraints, which no CSMS sets', () => {
    const pair = bootedPairV201();
    const chargingProfile = profile({ chargingProfilePurpose: 'ChargingStationExternalConstraints' });
    pair.ask('SetChargingProfile', { evseId: 0, chargingProfile });
    expect(rulesOf(pair)).toEqual(['externalConstraints']);
  });

  it('P02: data with UnknownVendorId', () => {
    const pair = bootedPairV201({ answers: { DataTransfer: { status: 'UnknownVendorId', data: 'x' } } });
    pair.command({ kind: 'sendMessage', action: 'DataTransfer', validate: true });
    expect(rulesOf(pair)).toEqual(['vendorDataUnasked']);
  });
});
