// Heartbeats and the charger's clock (OCPP 1.6 §4.6, §4.2).
import { bootedPair, createPair, start } from '../../support/pair';

const hour = 3_600_000;

describe('OCPP 1.6 §4.6 Heartbeat', () => {
  it('is sent every HeartbeatInterval', () => {
    const pair = bootedPair();
    pair.advance(hour);
    expect(pair.calls('Heartbeat').map((call) => (call.at - start) / 1000)).toEqual(
      Array.from({ length: 12 }, (_, at) => (at + 1) * 300),
    );
  });

  it('OCPP 1.6 §9.1.10: a changed HeartbeatInterval counts from now on, 0 ends heartbeats', () => {
    const pair = bootedPair();
    pair.ask('ChangeConfiguration', { key: 'HeartbeatInterval', value: '10' });
    pair.advance(30_000);
    expect(pair.calls('Heartbeat')).toHaveLength(3);
    pair.ask('ChangeConfiguration', { key: 'HeartbeatInterval', value: '0' });
    pair.advance(hour);
    expect(pair.calls('Heartbeat')).toHaveLength(3);
  });

  it('is not made up for: after an hour asleep there is one', () => {
    const pair = bootedPair();
    pair.sleep(hour);
    pair.input({ kind: 'wake' });
    expect(pair.calls('Heartbeat')).toHaveLength(1);
    pair.advance(300_000);
    expect(pair.calls('Heartbeat')).toHaveLength(2);
  });

  it('is not queued while offline', () => {
    const pair = bootedPair();
    pair.command({ kind: 'network', state: 'offline' });
    pair.advance(hour);
    pair.command({ kind: 'network', state: 'online' });
    expect(pair.calls('Heartbeat')).toHaveLength(0);
  });

  it('is not doubled when the CSMS is slower than the interval', () => {
    const pair = bootedPair({ configuration: { HeartbeatInterval: '10' }, answers: { Heartbeat: 'silent' } });
    pair.ask('ChangeConfiguration', { key: 'HeartbeatInterval', value: '10' });
    pair.advance(39_000);
    expect(pair.calls('Heartbeat')).toHaveLength(1);
  });
});

describe("the charger's clock", () => {
  const ahead = 90_000;
  const told = (now: number) => new Date(now + ahead).toISOString();

  it('OCPP 1.6 §4.2: is set by BootNotification.conf', () => {
    const pair = createPair({
      answers: { BootNotification: () => ({ status: 'Accepted', interval: 300, currentTime: told(start) }) },
    });
    pair.command({ kind: 'connect' });
    expect(pair.calls('StatusNotification')[0]?.payload.timestamp).toBe(told(start));
  });

  it('OCPP 1.6 §4.6: is set by Heartbeat.conf, and transactions are stamped with it', () => {
    const pair = bootedPair({ answers: { Heartbeat: (_, call) => ({ currentTime: told(call.at) }) } });
    pair.advance(300_000);
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
    expect(pair.calls('StartTransaction')[0]?.payload.timestamp).toBe(told(pair.now));
  });

  it('survives a time that is none, and time zones (§3.15)', () => {
    const pair = bootedPair({ answers: { Heartbeat: { currentTime: '2026-01-05T10:05:00.5+02:00' } } });
    pair.advance(300_000);
    pair.command({ kind: 'plugIn', address: {} });
    expect(pair.calls('StatusNotification').at(-1)?.payload.timestamp).toBe(new Date(pair.now).toISOString());
  });

  it('OCPP 1.6 §4.10: stands still for a host whose clock is behind that of the one before', () => {
    const pair = bootedPair();
    pair.sleep(60_000);
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
    pair.sleep(-20_000);
    pair.command({ kind: 'stopTransaction', transactionId: '101' });
    const [begun] = pair.calls('StartTransaction');
    const [ended] = pair.calls('StopTransaction');
    expect(ended?.payload.timestamp).toBe(begun?.payload.timestamp);
    expect(ended?.payload.meterStop).toBe(begun?.payload.meterStart);
  });

  it('OCPP 1.6 §4.8: is that of its host again when it was set back by more than clocks of hosts differ', () => {
    const pair = bootedPair();
    pair.sleep(hour);
    pair.input({ kind: 'wake' });
    pair.sleep(-hour);
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
    expect(pair.calls('StartTransaction')[0]?.payload.timestamp).toBe(new Date(pair.now).toISOString());
  });

  it('OCPP 1.6 §3.16.2: clock-aligned values follow a clock that was set', () => {
    const pair = bootedPair({ answers: { Heartbeat: (_, call) => ({ currentTime: told(call.at) }) } });
    pair.ask('ChangeConfiguration', { key: 'ClockAlignedDataInterval', value: '900' });
    pair.advance(1_000_000);
    const stamps = pair.calls('MeterValues').map((call) => meterTime(call.payload));
    expect(new Set(stamps)).toEqual(new Set(['2026-01-05T08:15:00.000Z']));
  });
});

function meterTime(payload: Record<string, unknown>): string | undefined {
  return (payload.meterValue as { timestamp: string }[])[0]?.timestamp;
}
