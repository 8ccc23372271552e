// Chargers on the Azure host that are deleted while something goes on with them, or whose document is damaged: they are over, or refused by
// name, and concern nobody else.
import { type AzureRig, startAzureRig } from '../support/azure-rig';

const second = 1_000;
const minute = 60 * second;
const id = 'CP-1';

let rig: AzureRig;

async function open(more: Parameters<typeof startAzureRig>[0] = {}): Promise<void> {
  rig = await startAzureRig({ timers: false, workers: 2, ...more });
  rig.csms.respond('BootNotification', () => ({
    status: 'Accepted',
    currentTime: new Date(rig.host.now()).toISOString(),
    interval: 300,
  }));
}
afterEach(() => rig.close());

/** A charger that is registered and sleeps until its next heartbeat. */
async function createAsleep(): Promise<void> {
  await rig.create(id);
  await rig.call('POST', `chargers/${id}/connect`);
  await rig.host.idle();
}

const status = () => rig.host.orchestrations().find((one) => one.id === `charger-${id}`);
const count = (action: string) => rig.csms.calls(id, action).length;

describe('a charger that is deleted', () => {
  async function expectGone(): Promise<void> {
    await rig.host.idle();
    expect(status()?.status).toBe('Completed');
    expect((await rig.call('GET', `chargers/${id}`)).status).toBe(404);
    expect((await rig.call('GET', 'keep-alive')).body).toEqual({ chargers: [] });
    expect(rig.csms.connections.filter((one) => one.open)).toEqual([]);
    const before = rig.csms.connections.length;
    await rig.host.advance(60 * minute);
    expect(rig.csms.connections).toHaveLength(before);
  }

  it('while an instance wakes it: nothing is written back, nothing goes on', async () => {
    await open({ workers: [{ serves: 'http' }, { serves: 'durable' }] });
    await createAsleep();
    let release = (): void => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    rig.csms.behave('Heartbeat', { kind: 'delay', until }, 1);
    await rig.host.advance(5 * minute);
    expect(rig.host.running().map(({ functionName }) => functionName)).toEqual(['wake']);
    const deleted = rig.ask('DELETE', `chargers/${id}`);
    await rig.host.idle();
    release();
    expect((await rig.pass(deleted)).status).toBe(200);
    await expectGone();
  });

  it('while an instance holds it: the socket is closed, and one of the same id begins as new', async () => {
    await open({ workers: [{ serves: 'http' }, { serves: 'durable' }] });
    await rig.create(id, { connection: 'persistent' });
    await rig.host.idle();
    expect((await rig.call('DELETE', `chargers/${id}`)).status).toBe(200);
    await rig.host.advance(5 * second);
    await expectGone();
    await rig.create(id, { connection: 'persistent' });
    await rig.host.advance(5 * minute);
    expect([count('BootNotification'), count('Heartbeat'), rig.socketsAtOnce(id)]).toEqual([2, 1, 1]);
  });

  it('while its wakes fail: the orchestration ends as soon as one succeeds', async () => {
    await open();
    await createAsleep();
    rig.host.inject({ function: 'wake', fault: 'fail', times: 2 });
    await rig.host.advance(5 * minute);
    expect(status()?.customStatus).toMatchObject({ state: 'retrying' });
    expect((await rig.call('DELETE', `chargers/${id}`)).status).toBe(200);
    await rig.host.advance(1 * minute);
    await expectGone();
  });
});

describe('a document that is damaged', () => {
  /** Somebody else has been at the document. */
  async function damage(change: Record<string, unknown>): Promise<void> {
    const item = rig.host.cosmos.client.database(rig.host.cosmos.database).container('chargers').item(id, id);
    const { resource } = await rig.pass(item.read());
    await rig.pass(item.replace({ ...resource, ...change }));
  }

  beforeEach(async () => {
    await open({ timers: true });
    await createAsleep();
    await rig.create('CP-2');
    await rig.call('POST', 'chargers/CP-2/connect');
    await damage({ charger: null });
  });

  it.each([
    ['GET', ''],
    ['POST', '/connect'],
    ['POST', '/transactions'],
    ['PUT', '/configuration'],
  ])('%s chargers/CP-1%s is refused with its id and what helps', async (method, path) => {
    const body = { '/transactions': { idToken: 'TAG' }, '/configuration': { configuration: {} } }[path];
    const answer = await rig.call(method, `chargers/${id}${path}`, body);
    expect([answer.status, answer.body.type]).toEqual([500, '/api/docs#damaged']);
    expect(answer.body.detail).toMatch(/^charger CP-1 is damaged in the store .*: delete it and create it anew$/);
  });

  it.each(['evses', 'link', 'csms', 'protocol', 'v16'])(
    'inside, its %s: it alone is refused, is left out of lists, and can be deleted',
    async (part) => {
      await rig.call('DELETE', `chargers/${id}`);
      await createAsleep();
      const item = rig.host.cosmos.client.database(rig.host.cosmos.database).container('chargers').item(id, id);
      const { resource } = await rig.pass(item.read());
      await damage({ charger: { ...resource?.charger, [part]: null } });
      const answer = await rig.call('GET', `chargers/${id}`);
      expect([answer.status, answer.body.type]).toEqual([500, '/api/docs#damaged']);
      expect(answer.body.detail).toMatch(/^charger CP-1 is damaged/);
      const listed = await rig.call('GET', 'chargers');
      expect([listed.status, listed.body.chargers.map((one: { id: string }) => one.id)]).toEqual([200, ['CP-2']]);
      expect((await rig.call('DELETE', `chargers/${id}`)).status).toBe(200);
    },
  );

  it('OCPP 1.6 §4.6: the others are listed and kept alive; its orchestration backs off; deleted, it can be created anew', async () => {
    const listed = (await rig.call('GET', 'chargers')).body.chargers;
    expect(listed.map((one: { id: string }) => one.id)).toEqual(['CP-2']);
    await rig.host.advance(60 * minute);
    expect(rig.csms.calls('CP-2', 'Heartbeat')).toHaveLength(12);
    expect(count('Heartbeat')).toBe(0);
    const failures = rig.logged().filter(({ functionName }) => functionName === 'keepAlive');
    expect(failures.length).toBeLessThan(15);
    expect(failures).toContainEqual(
      expect.objectContaining({ chargerId: id, error: expect.stringContaining('charger CP-1 is damaged') }),
    );
    expect((await rig.call('DELETE', `chargers/${id}`)).status).toBe(200);
    await rig.host.advance(15 * minute);
    expect(status()?.status).toBe('Completed');
    await createAsleep();
    await rig.host.advance(5 * minute);
    expect([status()?.status, count('Heartbeat')]).toEqual(['Running', 1]);
  });
});
