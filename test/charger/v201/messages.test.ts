// sendMessage: every message that a 2.0.1 station may send is filled in from its state, with nothing said of it by whoever sends it.
import { draftMessage } from '../../../lib/charger/draft';
import { type ActionV201, messagesV201 } from '../../../lib/ocpp/v201/messages';
import { createRoot } from '../../support/certificate-authority';
import { start } from '../../support/pair';
import { askLater } from '../../support/pair-tasks';
import { bootedPairV201, misfits } from '../../support/pair-v201';

/** A CSR takes a key, which the command requestCertificate makes. */
const others = new Set(['SignCertificate']);
const actions = (Object.keys(messagesV201) as ActionV201[]).filter(
  (action) => messagesV201[action].from !== 'csms' && !others.has(action),
);

/** A station in the middle of its life. */
async function busy() {
  const pair = bootedPairV201({ variables: { 'SampledDataCtrlr.TxUpdatedInterval': '0' } });
  const certificate = createRoot({ commonName: 'V2G Root' }).cert;
  await askLater(pair, 'InstallCertificate', { certificateType: 'V2GRootCertificate', certificate });
  pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG-1' });
  const expiryDateTime = new Date(start + 600_000).toISOString();
  pair.ask('ReserveNow', { id: 4, evseId: 2, expiryDateTime, idToken: { idToken: 'TAG-2', type: 'ISO14443' } });
  pair.ask('SetChargingProfile', {
    evseId: 0,
    chargingProfile: {
      ...{ id: 1, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute' },
      chargingSchedule: [
        {
          ...{ id: 1, startSchedule: new Date(start).toISOString(), chargingRateUnit: 'A' },
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
        },
      ],
    },
  });
  pair.clear();
  return pair;
}

describe('OCPP 2.0.1 part 2, §1: a message that a tester has sent', () => {
  it('of 25 there may be, all but SignCertificate are filled in', () => {
    expect(actions).toHaveLength(24);
  });

  it.each(actions)('%s without a payload of its own fits its schema', async (action) => {
    const pair = await busy();
    pair.begin({ kind: 'sendMessage', action, validate: true });
    expect(pair.calls(action)).toHaveLength(1);
    expect(misfits(pair)).toEqual([]);
  });

  it.each(actions)(
    '%s is drafted as it would be sent at that moment, and the station stays as it is',
    async (action) => {
      const pair = await busy();
      const before = JSON.stringify(pair.charger);
      const { payload, problems } = draftMessage(pair.charger, action, pair.now, {});
      expect([problems, JSON.stringify(pair.charger)]).toEqual([[], before]);
      pair.begin({ kind: 'sendMessage', action, validate: true });
      expect(pair.calls(action)[0]?.payload).toEqual(payload);
    },
  );

  it('TransactionEvent is filled in from the transaction that it names', () => {
    const pair = bootedPairV201();
    pair.command({ kind: 'startTransaction', address: { evseId: 1 }, idToken: 'TAG-1' });
    const named = draftMessage(pair.charger, 'TransactionEvent', pair.now, {}).payload;
    pair.command({ kind: 'startTransaction', address: { evseId: 2 }, idToken: 'TAG-2' });
    pair.clear();
    const { transactionInfo, seqNo } = named as { transactionInfo: { transactionId: string }; seqNo: number };
    pair.begin({ kind: 'sendMessage', action: 'TransactionEvent', payload: { transactionInfo }, validate: true });
    expect(pair.calls('TransactionEvent')[0]?.payload).toMatchObject({ transactionInfo, seqNo });
  });

  it('is drafted about the EVSE that is named; SignCertificate says why it has no CSR', async () => {
    const { charger, now } = await busy();
    expect(draftMessage(charger, 'MeterValues', now, { evseId: 2 }).payload).toMatchObject({ evseId: 2 });
    const { payload, problems } = draftMessage(charger, 'SignCertificate', now, {});
    expect(payload).toEqual({ certificateType: 'ChargingStationCertificate' });
    expect(problems).toEqual([{ path: 'csr', message: expect.stringContaining('requestCertificate') }]);
  });

  it.each(actions)('%s on a station that has only booted is sent, or says what it lacks', (action) => {
    const pair = bootedPairV201();
    const id = pair.begin({ kind: 'sendMessage', action, validate: true });
    const sent = pair.calls(action).length;
    if (sent === 0) expect(pair.outcomes[id]).toMatchObject({ ok: false, refusal: { kind: 'badInput' } });
    expect(misfits(pair)).toEqual([]);
  });
});
