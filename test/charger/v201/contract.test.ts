// Plug & Charge as far as OCPP 2.0.1 goes (C07, C08): an EV shows whose contract it charges on. Certificates are real and made here.
import { createRoot } from '../../support/certificate-authority';
import type { Pair } from '../../support/pair';
import { askLater, doTasks } from '../../support/pair-tasks';
import { bootedPairV201, misfits, type PairOptionsV201 } from '../../support/pair-v201';

const emaid = 'DE8ACC12E46L89';
const root = createRoot({ commonName: 'MO Root' });
const sub = root.sub({ commonName: 'MO Sub' });
const contract = sub.issue({ commonName: 'DE-8AC-C12E46L89' }).cert + sub.cert;

async function trusting({ variables, ...options }: PairOptionsV201 = {}): Promise<Pair> {
  const pair = bootedPairV201({ ...options, variables: { 'SampledDataCtrlr.TxUpdatedInterval': '0', ...variables } });
  const given = { certificateType: 'MORootCertificate', certificate: root.cert };
  expect(await askLater(pair, 'InstallCertificate', given)).toEqual({ status: 'Accepted' });
  pair.command({ kind: 'plugIn', address: {} });
  pair.clear();
  return pair;
}

async function show(pair: Pair, certificate = contract, idToken = emaid) {
  const id = pair.begin({ kind: 'presentToken', address: {}, idToken, certificate });
  await doTasks(pair);
  return pair.outcomes[id];
}

const asked = (pair: Pair) => pair.calls('Authorize').map(({ payload }) => payload);
const refused = (reason: RegExp) => ({
  ok: true,
  result: { outcome: 'refused', reason: expect.stringMatching(reason) },
});
const central = { 'ISO15118Ctrlr.CentralContractValidationAllowed': 'true' };
const stranger = createRoot().issue({ commonName: emaid }).cert;

describe('C07: a contract certificate, online', () => {
  it('TC_C_50_CS: is checked here; the CSMS is asked with the hash data of its chain, and the EV charges', async () => {
    const pair = await trusting({
      answers: { Authorize: { idTokenInfo: { status: 'Accepted' }, certificateStatus: 'Accepted' } },
    });
    expect(await show(pair)).toMatchObject({ ok: true, result: { outcome: 'started' } });
    expect(asked(pair)).toEqual([
      {
        idToken: { idToken: emaid, type: 'eMAID' },
        iso15118CertificateHashData: [
          expect.objectContaining({ hashAlgorithm: 'SHA256', responderURL: '' }),
          expect.objectContaining({ hashAlgorithm: 'SHA256' }),
        ],
      },
    ]);
    expect(misfits(pair)).toEqual([]);
  });

  it.each([
    ['that is another contract’s', sub.issue({ commonName: 'DE8ACC99999999' }).cert + sub.cert, /of another contract/],
    [
      'that has expired',
      sub.issue({ commonName: emaid, from: '2020-01-01', until: '2021-01-01' }).cert + sub.cert,
      /./,
    ],
    ['that is none', 'nonsense', /certificate/],
    ['that leads to no root here', stranger, /not signed by an installed root/],
  ])('TC_C_51_CS: one %s is refused without a question', async (_what, certificate, reason) => {
    const pair = await trusting();
    expect(await show(pair, certificate)).toMatchObject(refused(reason));
    expect([asked(pair), pair.calls('TransactionEvent')]).toEqual([[], []]);
  });

  it('TC_C_52_CS: what cannot be checked here goes to the CSMS, where CentralContractValidationAllowed is true', async () => {
    const pair = await trusting({
      variables: central,
      answers: { Authorize: { idTokenInfo: { status: 'Accepted' }, certificateStatus: 'Accepted' } },
    });
    expect(await show(pair, stranger)).toMatchObject({ ok: true, result: { outcome: 'started' } });
    expect(asked(pair)).toEqual([{ idToken: { idToken: emaid, type: 'eMAID' }, certificate: stranger }]);
  });

  it('TC_C_53_CS: the CSMS does not accept the certificate, whatever it says of the token', async () => {
    const pair = await trusting({
      variables: central,
      answers: { Authorize: { idTokenInfo: { status: 'Accepted' }, certificateStatus: 'CertificateRevoked' } },
    });
    expect(await show(pair, stranger)).toMatchObject({ ok: true, result: { outcome: 'refused' } });
    expect(pair.calls('TransactionEvent')).toEqual([]);
  });

  it('is refused where ISO15118Ctrlr.PnCEnabled is false, and no other token has one', async () => {
    const pair = await trusting({ variables: { 'ISO15118Ctrlr.PnCEnabled': 'false' } });
    expect(await show(pair)).toMatchObject(refused(/PnCEnabled is false/));
    const card = {
      kind: 'presentToken',
      address: {},
      idToken: 'TAG-1',
      type: 'ISO14443',
      certificate: contract,
    } as const;
    expect(pair.command(card)).toMatchObject({ ok: false, refusal: { kind: 'badInput' } });
  });

  it('shown again it stops, as any token', async () => {
    const pair = await trusting();
    await show(pair);
    expect(await show(pair)).toMatchObject({ ok: true, result: { outcome: 'stopped' } });
  });
});

describe('C07: a contract certificate, offline', () => {
  const offline = async (variables: Record<string, string>) => {
    const pair = await trusting({ variables });
    pair.command({ kind: 'network', state: 'offline' });
    return pair;
  };

  it('TC_C_54_CS: ContractValidationOffline: it is checked here, and the rules for tokens offline decide', async () => {
    const passes = await offline({ 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' });
    expect(await show(passes)).toMatchObject({ ok: true, result: { outcome: 'started' } });
    const unknown = await offline({});
    expect(await show(unknown)).toMatchObject(refused(/offline and may not authorize/));
  });

  it('TC_C_55_CS: without ContractValidationOffline it is refused', async () => {
    const pair = await offline({
      'ISO15118Ctrlr.ContractValidationOffline': 'false',
      'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true',
    });
    expect(await show(pair)).toMatchObject(refused(/ContractValidationOffline is false/));
  });

  it('what the CSMS alone could check is refused', async () => {
    const pair = await offline({ ...central, 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' });
    expect(await show(pair, stranger)).toMatchObject(refused(/not signed by an installed root/));
  });
});
