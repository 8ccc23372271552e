// Four hours of charging that nobody looks after but the orchestration: what the CSMS has seen of them afterwards.
import { type AzureRig, startAzureRig } from '../support/azure-rig';

const id = 'CP-1';
const second = 1_000;
const minute = 60 * second;
const minutes = 4 * 60;
const heartbeatMinutes = 15;
const powerW = 11_000;

interface Sample {
  measurand: string;
  value: string;
}
interface MeterValues {
  transactionId: number;
  meterValue: { timestamp: string; sampledValue: Sample[] }[];
}
interface StopTransaction {
  transactionId: number;
  timestamp: string;
  meterStop: number;
}

const energyWh = (hours: number) => powerW * hours;
const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, at) => at + from);

describe('a transaction of four hours, meter values every 60 s', () => {
  let rig: AzureRig;
  let startedAt: number;
  let meterStart: number;
  let running: number;
  const heartbeatsAt: number[] = [];
  const lengths = new Set<number | undefined>();

  /** What the CSMS got, one payload per call. */
  const payloads = <T>(action: string) => rig.csms.calls(id, action).map(({ payload }) => payload as T);
  const meterValues = () => payloads<MeterValues>('MeterValues');
  const registers = () =>
    meterValues().map(({ meterValue }) => {
      const register = meterValue[0]?.sampledValue.find(
        ({ measurand }) => measurand === 'Energy.Active.Import.Register',
      );
      return Number(register?.value);
    });

  beforeAll(async () => {
    // No sweep, and no two wakes in a row in the same process.
    rig = await startAzureRig({
      timers: false,
      workers: [{ serves: 'http' }, { serves: 'durable' }, { serves: 'durable' }],
    });
    const { csms, host } = rig;
    const currentTime = () => new Date(host.now()).toISOString();
    const interval = heartbeatMinutes * 60;
    csms.respond('BootNotification', () => ({ status: 'Accepted', currentTime: currentTime(), interval }));
    csms.respond('Heartbeat', () => {
      heartbeatsAt.push(host.now());
      return { currentTime: currentTime() };
    });
    const ev = { batteryCapacityWh: 100_000, soc: 10, maxPowerW: powerW, phases: 3 };
    await rig.create(id, { ev });
    startedAt = host.now();
    const session = { idToken: 'TAG', meterValuesIntervalSeconds: 60 };
    const { status, body } = await rig.call('POST', `chargers/${id}/transactions`, session);
    expect([status, body.transaction.powerW]).toEqual([200, powerW]);
    meterStart = body.transaction.meterStartWh;
    running = body.transactionId;
    for (const _ of numbers(minutes)) {
      await host.advance(minute);
      lengths.add(host.orchestrations()[0]?.historyLength);
    }
  }, 60_000);
  afterAll(() => rig.close());

  it('OCPP 1.6 §4.7: 240 MeterValues, each a minute after the one before, in order and none twice', () => {
    expect(meterValues().map(({ meterValue }) => meterValue[0]?.timestamp)).toEqual(
      numbers(minutes).map((n) => new Date(startedAt + n * minute).toISOString()),
    );
    const transactionIds = meterValues().map(({ transactionId }) => transactionId);
    expect(new Set(transactionIds)).toEqual(new Set([running]));
  });

  it('the register grows by what the power makes of a minute', () => {
    for (const [at, register] of registers().entries()) {
      expect(Math.abs(register - meterStart - energyWh((at + 1) / 60))).toBeLessThanOrEqual(1);
    }
  });

  it('OCPP 1.6 §4.6: heartbeats at the interval', () => {
    expect(heartbeatsAt).toEqual(numbers(minutes / heartbeatMinutes).map((n) => startedAt + n * 15 * minute));
  });

  it('one orchestration, begun anew for each wake, whose history and document do not grow', () => {
    const all = rig.host.orchestrations();
    expect(all).toMatchObject([{ id: `charger-${id}`, status: 'Running', generation: minutes }]);
    expect([...lengths]).toEqual([all[0]?.historyLength]);
    const writes = rig.host.cosmos.requests.filter(({ kind, container }) => kind === 'PUT' && container === 'chargers');
    const [early, late] = [writes[20], writes.at(-1)];
    expect((late?.sent ?? 0) - (early?.sent ?? 0)).toBeLessThanOrEqual(64);
  });

  it('one connection per wake, opened and closed politely, one boot', () => {
    const { connections } = rig.csms;
    expect(connections).toHaveLength(1 + minutes);
    expect(connections.filter(({ open, closeCode }) => open || closeCode !== 1000)).toEqual([]);
    expect(payloads('BootNotification')).toHaveLength(1);
  });

  it('no frame is lost or doubled: the log of the charger has what the CSMS has, call by call', async () => {
    const ids = rig.csms.calls(id).map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(ids.length);
    const log = (await rig.call('GET', `chargers/${id}/messages?format=ndjson&direction=sent&limit=1000`))
      .body as string;
    const logged = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; messageId: string });
    expect(
      logged
        .filter(({ type }) => type === 'call')
        .map(({ messageId }) => messageId)
        .reverse(),
    ).toEqual(ids);
    expect(rig.csms.frames(id).filter(({ direction }) => direction === 'sent')).toHaveLength(ids.length);
  });

  it('OCPP 1.6 §4.10: StopTransaction, meter values and the transaction agree on the energy', async () => {
    await rig.host.advance(30 * second);
    const stopped = await rig.call('POST', `chargers/${id}/transactions/${running}/stop`);
    expect(stopped.status).toBe(200);
    const [stop] = payloads<StopTransaction>('StopTransaction');
    expect(stop).toMatchObject({ transactionId: running, timestamp: new Date(rig.host.now()).toISOString() });
    const lastMinute = (stop?.meterStop ?? 0) - (registers().at(-1) ?? 0);
    // The clock runs while requests are under way, so what was charged is told by the charger's own timestamps.
    const metered = Date.parse(meterValues().at(-1)?.meterValue[0]?.timestamp ?? '');
    const elapsedMs = Date.parse(stop?.timestamp ?? '') - metered;
    expect(Math.abs(lastMinute - energyWh(elapsedMs / 3_600_000))).toBeLessThanOrEqual(1);
    expect(stopped.body.transaction.energyWh).toBe((stop?.meterStop ?? 0) - meterStart);
    await rig.host.advance(60 * minute);
    expect(meterValues()).toHaveLength(minutes);
    expect(rig.host.orchestrations()[0]?.status).toBe('Running');
  });
});
