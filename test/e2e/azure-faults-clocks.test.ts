// Instances of the Azure host whose clocks differ: a charger's time never runs back, and whoever takes a charger from one that still
// lives fences it out.
import { type AzureRig, startAzureRig } from '../support/azure-rig';

let rig: AzureRig;
afterEach(() => rig.close());

const accepted = { idTagInfo: { status: 'Accepted' } };

/** A charger that is kept alive and registered. */
async function create(): Promise<void> {
  await rig.create('CP-1');
  await rig.call('POST', 'chargers/CP-1/connect');
}

const transactions = async () => (await rig.call('GET', 'chargers/CP-1/transactions')).body.transactions;
const ascending = (values: (string | number)[]) =>
  values.every((value, at) => at === 0 || value >= (values[at - 1] ?? 0));

describe('clocks that differ by less than a lease lasts', () => {
  beforeEach(async () => {
    rig = await startAzureRig({ workers: [{ clockOffsetMs: 20_000 }, { clockOffsetMs: -20_000 }] });
    await create();
  });

  it('OCPP 1.6 §4.8, §4.10: no transaction stops before it starts or begins before the last one stopped', async () => {
    for (let n = 0; n < 6; n++) {
      expect((await rig.call('POST', 'chargers/CP-1/transactions', { idToken: 'TAG' })).status).toBe(200);
      // An odd number of requests at times, so that each kind comes to each instance.
      if (n % 2 === 0) await rig.call('GET', 'chargers/CP-1');
      await rig.host.advance(5_000);
      const { transactionId } = (await transactions()).find(({ state }: { state: string }) => state === 'running');
      expect((await rig.call('POST', `chargers/CP-1/transactions/${transactionId}/stop`)).status).toBe(200);
    }
    const told = rig.csms.calls('CP-1').filter(({ action }) => /^(Start|Stop)Transaction$/.test(action));
    expect(told).toHaveLength(12);
    expect(ascending(told.map(({ payload }) => String(payload.timestamp)))).toBe(true);
    expect(ascending(told.map(({ payload }) => Number(payload.meterStart ?? payload.meterStop)))).toBe(true);
    expect(rig.socketsAtOnce('CP-1')).toBe(1);
    expect(rig.logged()).toEqual([]);
  });

  it('OCPP 1.6 §4.6: there is one heartbeat in each interval, whichever instance is woken', async () => {
    await rig.host.advance(3_600_000);
    expect([11, 12, 13]).toContain(rig.csms.calls('CP-1', 'Heartbeat').length);
    expect(rig.csms.calls('CP-1', 'BootNotification')).toHaveLength(1);
    expect(rig.logged()).toEqual([]);
  });
});

describe('an instance whose clock is further ahead than a lease lasts takes a charger that is in use', () => {
  beforeEach(async () => {
    const ahead = { serves: 'durable', clockOffsetMs: 150_000 } as const;
    rig = await startAzureRig({ workers: [{ serves: 'http' }, ahead], timers: false });
    rig.csms.respond('StartTransaction', { transactionId: 17, ...accepted });
    await create();
  });

  const start = () => rig.ask('POST', 'chargers/CP-1/transactions', { idToken: 'TAG' });
  const lookNow = () => rig.host.raiseEvent('charger-CP-1', 'changed');

  /** It was told so, and has let go of the socket. */
  async function expectRefused(asked: ReturnType<typeof start>): Promise<void> {
    expect(await rig.pass(asked)).toMatchObject({
      status: 409,
      body: { type: '/api/docs#busy', detail: 'charger CP-1 was taken over by another instance meanwhile' },
    });
    expect(rig.logged()).toEqual([expect.objectContaining({ message: 'lease lost', chargerId: 'CP-1' })]);
    await rig.host.idle();
    expect(rig.csms.connections.filter(({ open }) => open)).toEqual([]);
  }

  it('OCPP 1.6 §3.7: the former holder is refused when it saves, and the transaction it had begun is one', async () => {
    let answer = (): void => {};
    const until = new Promise<void>((resolve) => {
      answer = resolve;
    });
    rig.csms.behave('StartTransaction', { kind: 'delay', until }, 1);
    const asked = start();
    await rig.csms.waitFor('CP-1', 'StartTransaction');
    lookNow();
    await rig.until('it is sent again', () => rig.csms.calls('CP-1', 'StartTransaction').length > 1);
    answer();
    await expectRefused(asked);
    const sent = rig.csms.calls('CP-1', 'StartTransaction').map(({ payload }) => JSON.stringify(payload));
    expect(sent).toEqual([sent[0], sent[0]]);
    expect(await transactions()).toMatchObject([{ state: 'running', transactionId: 17 }]);
  });

  it('OCPP 1.6 §3.7: a write that comes late is refused, and what waited for it is never sent', async () => {
    let arrive = (): void => {};
    const until = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const delayNextSave = () => {
      let late = true;
      rig.host.cosmos.fail(({ kind, container }) => {
        if (!late || kind !== 'PUT' || container !== 'chargers') return undefined;
        late = false;
        return until;
      });
      return accepted;
    };
    rig.csms.behave('Authorize', { kind: 'answer', with: delayNextSave }, 1);
    const asked = start();
    await rig.csms.waitFor('CP-1', 'Authorize');
    await rig.host.idle();
    lookNow();
    await rig.host.idle();
    arrive();
    await expectRefused(asked);
    await rig.host.advance(120_000);
    expect(rig.csms.calls('CP-1', 'StartTransaction')).toEqual([]);
    expect(await transactions()).toEqual([]);
  });
});
