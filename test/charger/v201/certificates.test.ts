// Certificates of a 2.0.1 station (blocks A, M): its own for the CSMS and for EVs, the roots it trusts, what it asks on behalf of EVs. Keys and
// certificates are real and made here; what connections do with them is tested in test/link.
import { X509Certificate } from 'node:crypto';
import { viewCharger } from '../../../lib/charger/view';
import { createVault } from '../../../lib/secrets/vault';
import { createRoot, type Wishes } from '../../support/certificate-authority';
import { type Pair, start } from '../../support/pair';
import { askLater, doTasks } from '../../support/pair-tasks';
import { bootedPairV201, misfits, type PairOptionsV201 } from '../../support/pair-v201';

const vault = createVault(Buffer.alloc(32, 7));
const dayMs = 24 * 3_600_000;
const csms = createRoot({ commonName: 'CSMS Root' });
const v2g = createRoot({ commonName: 'V2G Root' });
const station = { variables: { 'SecurityCtrlr.OrganizationName': 'Test CPO' }, boot: { serialNumber: 'SN-1' } };

type Fields = Record<string, unknown>;
const install = async (pair: Pair, { cert }: { cert: string }, certificateType: string) =>
  (await askLater(pair, 'InstallCertificate', { certificateType, certificate: cert }, vault))?.status;
const idsOf = (pair: Pair, ...certificateType: string[]) =>
  pair.ask('GetInstalledCertificateIds', certificateType.length > 0 ? { certificateType } : {}) as {
    status: string;
    certificateHashDataChain?: (Fields & { certificateType: string; certificateHashData: Fields })[];
  };
const remove = (pair: Pair, certificateHashData: unknown) =>
  pair.ask('DeleteCertificate', { certificateHashData })?.status;
const trigger = (pair: Pair, requestedMessage: string) => pair.ask('TriggerMessage', { requestedMessage })?.status;
const events = (pair: Pair) => pair.calls('SecurityEventNotification').map(({ payload }) => payload.type);

async function prepared({ variables, ...options }: PairOptionsV201 = {}): Promise<Pair> {
  const pair = bootedPairV201({ ...station, ...options, variables: { ...station.variables, ...variables } });
  expect(await install(pair, csms, 'CSMSRootCertificate')).toBe('Accepted');
  expect(await install(pair, v2g, 'V2GRootCertificate')).toBe('Accepted');
  pair.clear();
  return pair;
}

/** Has the station send a CSR. */
async function requestOf(pair: Pair, what = 'SignChargingStationCertificate') {
  expect(trigger(pair, what)).toBe('Accepted');
  await doTasks(pair, vault);
  return pair.calls('SignCertificate').at(-1)?.payload as { csr: string; certificateType?: string };
}

async function deliver(pair: Pair, certificateChain: string, more: Fields = {}) {
  return (await askLater(pair, 'CertificateSigned', { certificateChain, ...more }, vault))?.status;
}

describe('A02: the certificate of the station', () => {
  it('TC_A_11_CS: a CSR for its serial number and OrganizationName; what the CSMS signs is used', async () => {
    const pair = await prepared();
    const request = await requestOf(pair);
    expect(request).toEqual({ csr: expect.any(String), certificateType: 'ChargingStationCertificate' });
    const signed = csms.sign(request.csr);
    expect(new X509Certificate(signed).subject).toBe('CN=SN-1\nO=Test CPO');
    expect(await deliver(pair, signed, { certificateType: 'ChargingStationCertificate' })).toBe('Accepted');
    expect(pair.charger.security?.own?.subject).toBe('CN=SN-1, O=Test CPO');
    expect(JSON.stringify(viewCharger(pair.charger, pair.now))).not.toMatch(/PRIVATE KEY|sealed:/);
    expect(misfits(pair)).toEqual([]);
  });

  it.each<[string, (csr: string) => string]>([
    ['TC_A_14_CS: of somebody else', () => csms.issue().cert],
    ['TC_A_15_CS: signed by a root that is not installed', (csr) => createRoot().sign(csr)],
    ['that has expired', (csr) => csms.sign(csr, { from: '2020-01-01', until: '2021-01-01' })],
  ])('%s: Rejected, InvalidChargingStationCertificate', async (_what, sign) => {
    const pair = await prepared();
    const { csr } = await requestOf(pair);
    expect(await deliver(pair, sign(csr))).toBe('Rejected');
    expect(events(pair)).toContain('InvalidChargingStationCertificate');
    expect(pair.charger.security?.own).toBeUndefined();
  });

  it('A02.FR.16: longer than MaxCertificateChainSize, Rejected', async () => {
    const pair = await prepared({ variables: { 'SecurityCtrlr.MaxCertificateChainSize': '100' } });
    const { csr } = await requestOf(pair);
    expect(await deliver(pair, csms.sign(csr))).toBe('Rejected');
  });

  it('TC_A_23_CS, A02.FR.17, A02.FR.18, A02.FR.19: what does not come is asked for again, twice as late each time, CertSigningRepeatTimes times', async () => {
    const pair = await prepared({
      variables: { 'SecurityCtrlr.CertSigningWaitMinimum': '60', 'SecurityCtrlr.CertSigningRepeatTimes': '2' },
    });
    await requestOf(pair);
    const counts: number[] = [];
    for (const seconds of [59, 1, 119, 1, 600]) {
      pair.advance(seconds * 1000);
      await doTasks(pair, vault);
      counts.push(pair.calls('SignCertificate').length);
    }
    expect(counts).toEqual([1, 2, 2, 3, 3]);
    const csr = String(pair.calls('SignCertificate').at(-1)?.payload.csr);
    expect(await deliver(pair, csms.sign(csr))).toBe('Accepted');
    pair.advance(3_600_000);
    await doTasks(pair, vault);
    expect(pair.calls('SignCertificate')).toHaveLength(3);
  });

  it('a CSR that the CSMS rejects is not sent again', async () => {
    const pair = await prepared({ answers: { SignCertificate: { status: 'Rejected' } } });
    await requestOf(pair);
    pair.advance(3_600_000);
    expect(pair.calls('SignCertificate')).toHaveLength(1);
  });

  it('A03: a month before it expires another one is asked for', async () => {
    const pair = await prepared();
    const { csr } = await requestOf(pair);
    const until = new Date(start + 90 * dayMs).toISOString();
    await deliver(pair, csms.sign(csr, { from: new Date(start).toISOString(), until } as Wishes));
    pair.clear();
    pair.advance(61 * dayMs);
    await doTasks(pair, vault);
    expect(pair.calls('SignCertificate')[0]?.payload).toMatchObject({ certificateType: 'ChargingStationCertificate' });
  });

  it('the command requestCertificate ends with what the CSMS says', async () => {
    const pair = await prepared({ answers: { SignCertificate: { status: 'Accepted' } } });
    const id = pair.begin({ kind: 'requestCertificate' });
    await doTasks(pair, vault);
    expect(pair.outcomes[id]).toMatchObject({ ok: true, result: { status: 'Accepted' } });
  });
});

describe('A02, M03, M04: the certificate that EVs are shown', () => {
  it('TC_A_12_CS, TC_M_15_CS: a CSR of its own, a chain that leads to the V2G root; listed with its issuers, and deleted', async () => {
    const pair = await prepared({ identity: 'SECC-7' });
    const { csr, certificateType } = await requestOf(pair, 'SignV2GCertificate');
    const sub = v2g.sub({ commonName: 'V2G Sub' });
    expect([certificateType, new X509Certificate(sub.sign(csr)).subject]).toEqual([
      'V2GCertificate',
      'CN=SECC-7\nO=ChargerSim',
    ]);
    expect(await deliver(pair, sub.sign(csr) + sub.cert, { certificateType: 'V2GCertificate' })).toBe('Accepted');
    expect(pair.charger.security?.own).toBeUndefined();
    const [chain] = idsOf(pair, 'V2GCertificateChain').certificateHashDataChain ?? [];
    expect(chain?.childCertificateHashData).toHaveLength(1);
    expect(remove(pair, chain?.certificateHashData)).toBe('Accepted');
    expect(idsOf(pair, 'V2GCertificateChain')).toEqual({ status: 'NotFound' });
  });

  it('the command requestCertificate asks for it, too', async () => {
    const pair = await prepared();
    const id = pair.begin({ kind: 'requestCertificate', use: 'v2g' });
    await doTasks(pair, vault);
    expect(pair.outcomes[id]).toMatchObject({ ok: true, result: { status: 'Accepted' } });
    expect(pair.calls('SignCertificate')[0]?.payload).toMatchObject({ certificateType: 'V2GCertificate' });
  });

  it('SignCombinedCertificate: one certificate for the CSMS and for EVs', async () => {
    const pair = await prepared();
    const request = await requestOf(pair, 'SignCombinedCertificate');
    expect(request).not.toHaveProperty('certificateType');
    expect(await deliver(pair, csms.sign(request.csr))).toBe('Accepted');
    const { own, v2g: evs } = pair.charger.security ?? {};
    expect(evs?.own?.fingerprint).toBe(own?.fingerprint);
  });

  it('signed by the root of the CSMS alone it is Rejected', async () => {
    const pair = await prepared();
    const { csr } = await requestOf(pair, 'SignV2GCertificate');
    expect(await deliver(pair, csms.sign(csr), { certificateType: 'V2GCertificate' })).toBe('Rejected');
  });
});

describe('M03 to M05: roots', () => {
  const types = ['CSMSRootCertificate', 'ManufacturerRootCertificate', 'V2GRootCertificate', 'MORootCertificate'];

  it.each(types)(
    'TC_M_01_CS to TC_M_04_CS, TC_M_12_CS to TC_M_16_CS, TC_M_19_CS to TC_M_20_CS, TC_M_22_CS: %s is installed, listed, deleted',
    async (type) => {
      const pair = bootedPairV201(station);
      expect(idsOf(pair, type)).toEqual({ status: 'NotFound' });
      expect(await install(pair, createRoot(), type)).toBe('Accepted');
      const { status, certificateHashDataChain = [] } = idsOf(pair, type);
      expect([status, certificateHashDataChain.map((one) => one.certificateType)]).toEqual(['Accepted', [type]]);
      expect(idsOf(pair, ...types.filter((other) => other !== type))).toEqual({ status: 'NotFound' });
      expect(remove(pair, certificateHashDataChain[0]?.certificateHashData)).toBe('Accepted');
      expect(remove(pair, certificateHashDataChain[0]?.certificateHashData)).toBe('NotFound');
      expect(events(pair)).toEqual(['ReconfigurationOfSecurityParameters', 'ReconfigurationOfSecurityParameters']);
    },
  );

  it('TC_M_17_CS, TC_M_18_CS: several types, or all', async () => {
    const pair = bootedPairV201(station);
    for (const type of types) await install(pair, createRoot(), type);
    const listed = (...wanted: string[]) =>
      idsOf(pair, ...wanted).certificateHashDataChain?.map(({ certificateType }) => certificateType);
    expect(listed(types[0] ?? '', types[1] ?? '')).toEqual(types.slice(0, 2));
    expect([...(listed() ?? [])].sort()).toEqual([...types].sort());
  });

  it('TC_M_07_CS: what is no certificate of an authority is Rejected', async () => {
    const pair = bootedPairV201(station);
    for (const certificate of ['no certificate', createRoot().issue().cert])
      expect(await install(pair, { cert: certificate }, 'CSMSRootCertificate')).toBe('Rejected');
    expect(events(pair)).toEqual(['InvalidCsmsCertificate', 'InvalidCsmsCertificate']);
  });

  it('TC_M_09_CS: with AdditionalRootCertificateCheck a root of the CSMS must be signed by the one before', async () => {
    const pair = await prepared({ variables: { 'SecurityCtrlr.AdditionalRootCertificateCheck': 'true' } });
    expect(await install(pair, createRoot(), 'CSMSRootCertificate')).toBe('Rejected');
    expect(await install(pair, csms.sub(), 'CSMSRootCertificate')).toBe('Accepted');
  });

  it('CertificateEntries: no more than its maxLimit', async () => {
    const pair = bootedPairV201(station);
    const asked = { component: { name: 'SecurityCtrlr' }, variable: { name: 'CertificateEntries' } };
    for (let count = 0; count < 20; count++) await install(pair, createRoot(), 'MORootCertificate');
    expect(await install(pair, createRoot(), 'MORootCertificate')).toBe('Rejected');
    expect(pair.ask('GetVariables', { getVariableData: [asked] })).toMatchObject({
      getVariableResult: [{ attributeValue: '20' }],
    });
  });

  it('TC_M_23_CS: the certificate of the station cannot be deleted', async () => {
    const pair = await prepared();
    const { csr } = await requestOf(pair);
    await deliver(pair, csms.sign(csr));
    const [name, key] = pair.charger.security?.own?.hashes.SHA256 ?? [];
    const serialNumber = pair.charger.security?.own?.serialNumber;
    const hash = { hashAlgorithm: 'SHA256', issuerNameHash: name, issuerKeyHash: key, serialNumber };
    expect(remove(pair, hash)).toBe('Failed');
  });
});

describe('M01, M02, M06: on behalf of EVs', () => {
  it('TC_M_25_CS, TC_M_27_CS, TC_M_29_CS: what the CSMS says no to is handed back', async () => {
    const no = { status: 'Failed' };
    const pair = await prepared({
      answers: { GetCertificateStatus: no, Get15118EVCertificate: { ...no, exiResponse: '' } },
    });
    for (const action of ['GetCertificateStatus', 'Get15118EVCertificate']) {
      const outcome = pair.command({ kind: 'sendMessage', action, validate: true });
      expect(outcome).toMatchObject({ ok: true, result: { response: no } });
    }
  });

  it('TC_M_24_CS: GetCertificateStatus is about the V2G root or chain, with what a tester adds', async () => {
    const pair = await prepared({ answers: { GetCertificateStatus: { status: 'Accepted', ocspResult: 'AA==' } } });
    const outcome = pair.command({ kind: 'sendMessage', action: 'GetCertificateStatus', validate: true });
    expect(outcome).toMatchObject({ ok: true, result: { response: { status: 'Accepted', ocspResult: 'AA==' } } });
    const { certificateHashData } = idsOf(pair, 'V2GRootCertificate').certificateHashDataChain?.[0] ?? {};
    expect(pair.calls('GetCertificateStatus')[0]?.payload).toEqual({
      ocspRequestData: { ...certificateHashData, responderURL: '' },
    });
  });

  it('TC_M_26_CS, TC_M_28_CS: Get15118EVCertificate carries what the EV asks, and brings back what it is to get', async () => {
    const pair = bootedPairV201({ answers: { Get15118EVCertificate: { status: 'Accepted', exiResponse: 'gAAA' } } });
    const payload = { action: 'Update', exiRequest: 'gAECAw==' };
    const outcome = pair.command({ kind: 'sendMessage', action: 'Get15118EVCertificate', payload, validate: true });
    expect(outcome).toMatchObject({ ok: true, result: { response: { exiResponse: 'gAAA' } } });
    expect(pair.calls('Get15118EVCertificate')[0]?.payload).toEqual({
      iso15118SchemaVersion: 'urn:iso:15118:2:2013:MsgDef',
      ...payload,
    });
  });
});
