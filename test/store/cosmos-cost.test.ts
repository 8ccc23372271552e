// What exchanges cost in Cosmos DB: requests counted at the server, while a simulator talks to a CSMS over real sockets.
import type { Command } from '../../lib/charger/command';
import { parseHostRules } from '../../lib/link/allow-list';
import { createWebSocketLinks } from '../../lib/link/websocket';
import type { Store } from '../../lib/simulator/ports';
import { createSimulator, type Simulator } from '../../lib/simulator/simulator';
import { createLocalBell } from '../../lib/store/bell';
import { openCosmosStore } from '../../lib/store/cosmos';
import { indexedValues, readUnits, writeUnits } from '../../lib/store/cosmos/cost';
import { createTasks } from '../../lib/tasks/tasks';
import { billOf } from '../support/cosmos-bill';
import { type CosmosRequest, type CosmosServer, cosmosKey, startCosmosServer } from '../support/cosmos-server';
import { type ScriptedCsms, startScriptedCsms } from '../support/scripted-csms';
import { createVirtualClock, type VirtualClock } from '../support/virtual-clock';

describe('the cost of exchanges', () => {
  let server: CosmosServer;
  let store: Store;
  let csms: ScriptedCsms;
  let time: VirtualClock;
  let simulator: Simulator;
  /** Told whenever a charger has been let go. */
  const scheduled: (() => void)[] = [];

  beforeEach(async () => {
    server = await startCosmosServer();
    csms = await startScriptedCsms();
    // Time stands still: nothing is done just because a test machine is slow.
    time = createVirtualClock();
    store = openCosmosStore({
      endpoint: server.endpoint,
      key: cosmosKey,
      database: server.database,
      messageLogTtlDays: 7,
    });
    simulator = createSimulator({
      store,
      links: createWebSocketLinks({ allow: parseHostRules(undefined) }),
      tasks: createTasks({ allow: parseHostRules(undefined), messages: store.messages }),
      bell: createLocalBell(),
      logger: { info: () => {}, warn: () => {}, error: () => {} },
      holder: 'instance-1',
      residents: false,
      keeper: {
        schedule() {
          for (const tell of scheduled.splice(0)) tell();
        },
      },
      clock: time.clock,
      timer: time.timer,
    });
    await simulator.create({ id: 'CP-1', protocol: 'ocpp1.6', csms: { url: csms.url } });
    await run({ kind: 'connect' });
  });
  afterEach(async () => {
    await simulator.stop();
    await csms.close();
    await store.close();
    await server.close();
  });

  let commands = 0;

  /** Performs one command in an exchange of its own; resolves to what the server was asked from its start until it let go. */
  async function run(command: Command): Promise<CosmosRequest[]> {
    commands += 1;
    server.requests.length = 0;
    const settled = await simulator.submit('CP-1', command, { commandId: `command-${commands}`, timeoutMs: 30_000 });
    expect(settled.outcome).toMatchObject({ ok: true });
    await letGo();
    return [...server.requests];
  }

  /** Resolves when the charger is not in this process any more: what it wrote last has been written. */
  async function letGo(): Promise<void> {
    while (isHere()) await new Promise<void>((resolve) => scheduled.push(resolve));
  }

  const isHere = () => simulator.keptAlive().some(({ active }) => active);

  const asked = (requests: CosmosRequest[]) => requests.map(({ kind, container }) => `${kind} ${container}`).sort();

  it('of a heartbeat: the charger read once and written twice, one look into the mailbox, one entry in the log', async () => {
    const requests = await run({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    expect(asked(requests)).toEqual(['GET chargers', 'GET commands', 'POST messages', 'PUT chargers', 'PUT chargers']);
    expect(requests.filter(({ kind }) => kind === 'PUT').every(({ status }) => status === 200)).toBe(true);
    const bill = billOf(requests);
    expect(bill).toMatchObject({ reads: 2, writes: 3, queries: 0 });
    expect(bill.bytesWritten).toBeLessThan(6_000);
    expect(bill.units).toBeLessThan(22);
    expect(csms.calls('CP-1', 'Heartbeat')).toHaveLength(1);
  });

  it('of a heartbeat that is due: the same', async () => {
    const { nextWakeAt = 0 } = await simulator.wake('CP-1');
    await time.advance(nextWakeAt - time.clock());
    server.requests.length = 0;
    await simulator.wake('CP-1');
    await letGo();
    expect(billOf(server.requests)).toMatchObject({ reads: 2, writes: 3, queries: 0 });
    expect(csms.calls('CP-1', 'Heartbeat')).toHaveLength(1);
  });

  it('of what concerns the charger alone: read once, written once', async () => {
    await run({ kind: 'network', state: 'offline' });
    const requests = await run({ kind: 'plugIn', address: { connectorId: 1 } });
    expect(asked(requests)).toEqual(['GET chargers', 'PUT chargers']);
  });

  it('of a whole session, one exchange after the other: two reads for each, and a write for each thing to be sure of', async () => {
    const session: Command[] = [
      { kind: 'plugIn', address: { connectorId: 1 } },
      { kind: 'presentToken', address: { connectorId: 1 }, idToken: 'TAG-1' },
      { kind: 'presentToken', address: { connectorId: 1 }, idToken: 'TAG-1' },
      { kind: 'unplug', address: { connectorId: 1 } },
    ];
    const requests: CosmosRequest[] = [];
    for (const command of session) requests.push(...(await run(command)));
    expect(csms.calls('CP-1', 'StopTransaction')).toHaveLength(1);
    const bill = billOf(requests);
    expect(bill).toMatchObject({ reads: 8, queries: 0 });
    // Saves that come while one is under way are one: how many there are depends on who answers first, CSMS or store.
    expect(asked(requests).filter((what) => what === 'PUT chargers').length).toBeGreaterThanOrEqual(9);
    expect(bill.writes).toBeLessThanOrEqual(17);
    expect(bill.bytesWritten).toBeLessThan(32_000);
    expect(bill.units).toBeLessThan(125);
  });

  it('reads what a container is once in the life of a process, and asks for no query plan', async () => {
    const requests = await run({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    expect(requests.filter(({ kind }) => kind === 'META' || kind === 'PLAN' || kind === 'QUERY')).toEqual([]);
  });
});

describe('the published prices', () => {
  it.each([
    ['a point read of 1 KB', readUnits(1024), 1],
    ['a point read of less', readUnits(10), 1],
    ['a point read of 100 KB', readUnits(102_400), 10],
    ['a write of 1 KB', writeUnits(1024, 0), 5],
    ['a write of 100 KB', writeUnits(102_400, 0), 50],
    ['a write of 1 KB with ten values in the index', writeUnits(1024, 10), 7],
  ])('%s', (_, units, expected) => {
    expect(units).toBeCloseTo(expected, 5);
  });

  it('counts the values that an index holds', () => {
    const document = { id: 'x', nextWakeAt: 5, tags: ['a', 'b'], charger: { tags: ['c'], protocol: 'p', other: 1 } };
    const paths = ['/nextWakeAt/?', '/tags/[]/?', '/charger/tags/[]/?', '/charger/protocol/?', '/missing/?'];
    expect(indexedValues(document, paths)).toBe(5);
  });
});
