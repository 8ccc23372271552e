// Chargers that stay reachable for their CSMS on Azure: windows of twenty seconds, held by one instance after the other, on virtual time.
import { type AzureRig, startAzureRig } from '../support/azure-rig';

const second = 1_000;
const windowMs = 20 * second;

let rig: AzureRig;

beforeEach(async () => {
  rig = await startAzureRig({
    timers: false,
    env: { HOLD_WINDOW_SECONDS: String(windowMs / 1000) },
    workers: [{ serves: 'http' }, { serves: 'durable' }, { serves: 'durable' }],
  });
});
afterEach(() => rig.close());

const ask = (id: string) => rig.csms.call(id, 'GetConfiguration', { key: ['NumberOfConnectors'] });
const answer = { result: { configurationKey: [{ key: 'NumberOfConnectors', readonly: true, value: '2' }] } };
const keptAlive = async (id: string) => (await rig.call('GET', `chargers/${id}/keep-alive`)).body;
const connectionsOf = (id: string) => rig.csms.connections.filter(({ identity }) => identity === id);
const isOpen = (id: string) => connectionsOf(id).some(({ open }) => open);
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

describe('a persistent charger', () => {
  it('is handed from instance to instance: there for the CSMS in each window, booted once, one socket at a time', async () => {
    const id = 'CP-1';
    await rig.create(id, { connection: 'persistent' });
    await rig.host.idle();
    for (const window of numbers(3)) {
      expect(await ask(id)).toEqual(answer);
      const connections = connectionsOf(id);
      expect(connections.map(({ open }) => open)).toEqual(numbers(window).map((n) => n === window));
      expect(rig.host.running().map(({ functionName }) => functionName)).toEqual(['hold']);
      expect(await keptAlive(id)).toEqual({ chargerId: id, state: 'holding' });
      await rig.host.advance(windowMs);
    }
    expect(
      connectionsOf(id)
        .filter(({ open }) => !open)
        .map(({ closeCode }) => closeCode),
    ).toEqual([1000, 1000, 1000]);
    expect([rig.csms.calls(id, 'BootNotification').length, rig.socketsAtOnce(id)]).toEqual([1, 1]);
    expect(rig.host.orchestrations()).toMatchObject([{ generation: 4, historyLength: expect.any(Number) }]);
    expect(rig.logged()).toEqual([]);
  });

  it('answers calls around the hand-over, or the CSMS sees its socket close: never silence', async () => {
    const { csms, host } = rig;
    const outcomes: string[] = [];
    let silent = 0;

    /** Asks again and again until the next holder answers. */
    async function talk(id: string): Promise<void> {
      for (let answeredBy = 1; answeredBy < 2; ) {
        if (!isOpen(id)) await csms.waitForConnection(id, 2);
        answeredBy = connectionsOf(id).length;
        silent += 1;
        const outcome = await ask(id).then(
          () => 'answered',
          () => 'closed',
        );
        silent -= 1;
        outcomes.push(`${answeredBy} ${outcome}`);
        if (outcome === 'closed') answeredBy = 1;
      }
    }
    const batch = { count: 12, idPattern: 'CP-{n:02}', protocol: 'ocpp1.6', csms: { url: csms.url } };
    await rig.call('POST', 'chargers/batch', { ...batch, connection: 'persistent' });
    await host.idle();
    const ids = numbers(batch.count).map((n) => `CP-${String(n).padStart(2, '0')}`);
    const aSocketCloses = csms.until(
      () => csms.connections.some(({ open }) => !open) || undefined,
      'the end of a window',
    );
    const talks = aSocketCloses.then(() => Promise.all(ids.map(talk)));
    await host.advance(windowMs + 5 * second);
    await new Promise((resolve) => setImmediate(resolve));
    expect(silent).toBe(0);
    await talks;
    expect(ids.filter((id) => !isOpen(id) || connectionsOf(id).length !== 2 || rig.socketsAtOnce(id) !== 1)).toEqual(
      [],
    );
  });

  it('loses and doubles no sample of a transaction, whose windows end when samples and heartbeats are due', async () => {
    const id = 'CP-1';
    const { csms, host } = rig;
    const heartbeatsAt: number[] = [];
    const currentTime = () => new Date(host.now()).toISOString();
    csms.respond('BootNotification', () => ({
      status: 'Accepted',
      currentTime: currentTime(),
      interval: windowMs / second,
    }));
    csms.respond('Heartbeat', () => {
      heartbeatsAt.push(host.now());
      return { currentTime: currentTime() };
    });
    await rig.create(id, { connection: 'persistent' });
    const bootedAt = host.now();
    const session = { idToken: 'TAG', meterValuesIntervalSeconds: 10 };
    expect((await rig.call('POST', `chargers/${id}/transactions`, session)).status).toBe(200);
    const [start] = csms.calls(id, 'StartTransaction');
    const startedAt = Date.parse(String(start?.payload.timestamp));
    await host.advance(startedAt + 4 * windowMs - host.now());
    const samples = csms.calls(id, 'MeterValues').map(({ payload }) => payload.meterValue as { timestamp: string }[]);
    expect(samples.map(([one]) => one?.timestamp)).toEqual(
      numbers(8).map((n) => new Date(startedAt + n * 10 * second).toISOString()),
    );
    expect(heartbeatsAt.length).toBeGreaterThanOrEqual(4);
    expect(heartbeatsAt).toEqual(heartbeatsAt.map((_, at) => bootedAt + (at + 1) * windowMs));
    expect([connectionsOf(id).length, csms.calls(id, 'StartTransaction').length]).toEqual([5, 1]);
  });

  it('takes commands from its mailbox meanwhile, also around and across the hand-over', async () => {
    const id = 'CP-1';
    await rig.create(id, { connection: 'persistent' });
    await rig.host.idle();
    const heartbeat = () => rig.ask('POST', `chargers/${id}/messages/Heartbeat`);
    expect((await rig.pass(heartbeat())).status).toBe(200);
    const awaited = rig.ask('POST', `chargers/${id}/await`, { action: 'ClearCache', timeoutSeconds: 100 });
    await rig.host.advance(windowMs - 6 * second);
    const asked = [];
    for (const _ of numbers(8)) {
      asked.push(heartbeat());
      await rig.host.advance(1 * second);
    }
    const statuses = (await rig.pass(Promise.all(asked))).map(({ status }) => status);
    expect(statuses).toEqual(statuses.map(() => 200));
    expect([rig.csms.calls(id, 'Heartbeat').length, connectionsOf(id).length]).toEqual([9, 2]);
    expect(await rig.csms.call(id, 'ClearCache', {})).toEqual({ result: { status: 'Accepted' } });
    expect(await rig.pass(awaited)).toMatchObject({ status: 200, body: { response: { status: 'Accepted' } } });
    expect(rig.logged()).toEqual([]);
  });
});

describe('a call of the CSMS that is awaited', () => {
  const id = 'CP-1';
  const wanted = { action: 'ClearCache', timeoutSeconds: 30 };
  const heard = { action: 'ClearCache', request: {}, response: { status: 'Accepted' } };

  it('is heard when it comes before the holder, another instance, has looked into the mailbox', async () => {
    await rig.create(id, { connection: 'persistent' });
    await rig.host.idle();
    const awaited = rig.ask('POST', `chargers/${id}/await`, wanted);
    await rig.host.idle();
    expect(await rig.csms.call(id, 'ClearCache', {})).toEqual({ result: { status: 'Accepted' } });
    const { status, body } = await rig.pass(awaited);
    expect([status, body]).toMatchObject([200, heard]);
    expect(body.exchange.map(({ direction, action }: Record<string, unknown>) => `${direction} ${action}`)).toEqual([
      'received ClearCache',
      'sent ClearCache',
    ]);
  });

  it('is heard when it comes after 202, before the orchestration that awaits it has begun', async () => {
    await rig.create(id, { connection: 'persistent' });
    await rig.host.idle();
    let begin = (): void => {};
    const until = new Promise<void>((resolve) => {
      begin = resolve;
    });
    rig.host.inject({ function: 'runJob', fault: 'late', until });
    const accepted = await rig.call('POST', `chargers/${id}/await`, wanted, { prefer: 'respond-async' });
    expect(accepted.status).toBe(202);
    expect(await rig.csms.call(id, 'ClearCache', {})).toEqual({ result: { status: 'Accepted' } });
    await rig.host.advance(5 * second);
    begin();
    await rig.host.advance(3 * second);
    const { commandId } = accepted.body;
    const { body } = await rig.call('GET', `chargers/${id}/commands/${commandId}`);
    expect(body).toMatchObject(heard);
  });
});

describe('connect with holdSeconds', () => {
  it('keeps a charger reachable for that long: the socket stays where it was opened at first, then goes to the others', async () => {
    const id = 'CP-1';
    await rig.create(id);
    const until = rig.host.now() + 70 * second;
    expect((await rig.call('POST', `chargers/${id}/connect`, { holdSeconds: 70 })).status).toBe(200);
    const seen = new Set<number>();
    // Whoever takes over looks once a second whether it may.
    for (await rig.host.advance(5 * second); rig.host.now() < until; ) {
      expect(await ask(id)).toEqual(answer);
      seen.add(connectionsOf(id).length);
      await rig.host.advance(10 * second);
    }
    expect([...seen]).toEqual([1, 2, 3, 4]);
    expect(isOpen(id)).toBe(false);
    expect(await keptAlive(id)).toMatchObject({ state: 'sleeping' });
    await rig.host.advance(600 * second);
    const closeCodes = connectionsOf(id).map(({ closeCode }) => closeCode);
    expect(closeCodes).toEqual(closeCodes.map(() => 1000));
    // Two heartbeats, one socket each.
    expect([closeCodes.length, rig.csms.calls(id, 'Heartbeat').length]).toEqual([6, 2]);
    expect(rig.socketsAtOnce(id)).toBe(1);
  });

  it('ends with disconnect, wherever the socket is', async () => {
    const id = 'CP-1';
    await rig.create(id);
    await rig.call('POST', `chargers/${id}/connect`, { holdSeconds: 600 });
    await rig.host.advance(2 * windowMs);
    expect(rig.host.running().map(({ functionName }) => functionName)).toEqual(['hold']);
    expect((await rig.call('POST', `chargers/${id}/disconnect`)).status).toBe(200);
    await rig.host.idle();
    expect([isOpen(id), rig.host.running()]).toEqual([false, []]);
    expect(await keptAlive(id)).toMatchObject({ state: 'sleeping' });
  });
});
