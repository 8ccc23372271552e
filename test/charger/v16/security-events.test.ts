// Security events of a 1.6 charger (security whitepaper §3, §8): when they happen, that they reach the CSMS, in order and bounded.
import fc from 'fast-check';
import type { LinkDownKind } from '../../../lib/charger/charger';
import { type SecurityEvent, securityEventNames, type TlsFault } from '../../../lib/charger/security-events';
import { bootedPair, createPair, type Pair, type PairOptions, start } from '../../support/pair';

const csms = {
  url: 'ws://csms.test/ocpp',
  securityProfile: 1 as const,
  basicAuth: { username: 'CP-1', password: 'x'.repeat(16) },
};
const securedPair = (options: PairOptions = {}) => bootedPair({ csms, ...options });

const told = (pair: Pair) => pair.calls('SecurityEventNotification').map(({ payload }) => payload.type);
const logged = (pair: Pair) => pair.charger.security?.log?.map(({ type }) => type) ?? [];
const queued = (pair: Pair) =>
  pair.charger.calls.queue.flatMap(({ action, payload }) =>
    action === 'SecurityEventNotification' ? [(payload as { type: string }).type] : [],
  );

function offline(pair: Pair): void {
  pair.command({ kind: 'network', state: 'offline' });
}
const online = (pair: Pair) => pair.command({ kind: 'network', state: 'online' });
const tamper = (pair: Pair) => pair.command({ kind: 'raiseSecurityEvent', event: 'TamperDetectionActivated' });

describe('§8: events of a charger with a security profile', () => {
  it('StartupOfTheDevice: with its first connection, after BootNotification was accepted', () => {
    const pair = createPair({ csms });
    pair.command({ kind: 'connect' });
    expect(pair.actions().slice(0, 2)).toEqual(['BootNotification', 'SecurityEventNotification']);
    expect(pair.calls('SecurityEventNotification')[0]?.payload).toEqual({
      type: 'StartupOfTheDevice',
      timestamp: new Date(start).toISOString(),
    });
    pair.cut();
    pair.advance(10_000);
    expect(told(pair)).toEqual(['StartupOfTheDevice']);
  });

  it('ResetOrReboot and StartupOfTheDevice: with a reset, each with its own time', () => {
    const pair = securedPair();
    pair.ask('Reset', { type: 'Hard' });
    pair.advance(10_000);
    expect(told(pair)).toEqual(['ResetOrReboot', 'StartupOfTheDevice']);
    const [reset, startup] = pair
      .calls('SecurityEventNotification')
      .map(({ payload }) => Date.parse(String(payload.timestamp)));
    expect(startup).toBeGreaterThan(reset ?? Number.NaN);
  });

  it('StartupOfTheDevice: after the mains were gone', () => {
    const pair = securedPair();
    pair.begin({ kind: 'power', state: 'cycle' });
    pair.advance(10_000);
    expect(told(pair)).toEqual(['StartupOfTheDevice']);
  });

  it('SettingSystemTime: the CSMS sets the clock', () => {
    const pair = securedPair({
      answers: { Heartbeat: () => ({ currentTime: new Date(start + 3_900_000).toISOString() }) },
    });
    pair.advance(300_000);
    expect(pair.calls('SecurityEventNotification').map(({ payload }) => payload)).toEqual([
      {
        type: 'SettingSystemTime',
        timestamp: new Date(start + 3_900_000).toISOString(),
        techInfo: 'by 3600 s, to the time of the CSMS',
      },
    ]);
  });

  it.each(['not json', '[2]', '[9,"1","Heartbeat",{}]'])('InvalidMessages: %s', (text) => {
    const pair = securedPair();
    pair.input({ kind: 'frame', text });
    expect(told(pair)).toEqual(['InvalidMessages']);
  });

  it.each<[string, LinkDownKind, TlsFault | undefined]>([
    ['FailedToAuthenticateAtCentralSystem', 'unauthorized', undefined],
    ['FailedToAuthenticateAtCentralSystem', 'tls', 'clientCertificate'],
    ['TC_078_CS InvalidCentralSystemCertificate', 'tls', 'serverCertificate'],
    ['InvalidTLSVersion', 'tls', 'tlsVersion'],
    ['InvalidTLSCipherSuite', 'tls', 'cipherSuite'],
  ])(
    '%s: a connection that fails so (%s, %s), once however often it does, told with the next that works',
    (name, reason, fault) => {
      const pair = securedPair();
      pair.csms.refuses = () => ({ reason, detail: 'why it failed', ...(fault && { fault }) });
      pair.cut();
      pair.advance(60_000);
      pair.csms.refuses = () => undefined;
      pair.advance(120_000);
      expect(told(pair)).toEqual([name.split(' ').at(-1)]);
      expect(pair.calls('SecurityEventNotification')[0]?.payload.techInfo).toBe('why it failed');
    },
  );

  it('a connection that fails for another reason is none', () => {
    const pair = securedPair();
    pair.csms.unreachable = true;
    pair.cut();
    pair.advance(60_000);
    pair.csms.unreachable = false;
    pair.advance(120_000);
    expect(told(pair)).toEqual([]);
  });

  it('MemoryExhaustion: the queue of transaction messages is full', () => {
    const measurands =
      'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC,Frequency,Temperature';
    const pair = securedPair({ configuration: { MeterValuesSampledData: measurands } });
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG-1', meterValuesIntervalSeconds: 10 });
    offline(pair);
    while (queued(pair).length === 0 && pair.now < start + 12 * 3_600_000) pair.advance(600_000);
    expect(queued(pair)).toEqual(['MemoryExhaustion']);
    online(pair);
    expect(told(pair)).toEqual(['MemoryExhaustion']);
  });

  it('TamperDetectionActivated and others: on command, told at once', () => {
    const pair = securedPair();
    const event = 'TamperDetectionActivated';
    expect(pair.command({ kind: 'raiseSecurityEvent', event, techInfo: 'door open' })?.ok).toBe(true);
    expect(pair.calls('SecurityEventNotification')[0]?.payload).toMatchObject({ type: event, techInfo: 'door open' });
  });

  it('§5.15: techInfo has 255 characters at most', () => {
    const pair = securedPair();
    pair.command({ kind: 'raiseSecurityEvent', event: 'TamperDetectionActivated', techInfo: 'x'.repeat(300) });
    expect(pair.calls('SecurityEventNotification')[0]?.payload.techInfo).toHaveLength(255);
  });
});

describe('key x-SecurityEvents', () => {
  it('a charger without a security profile keeps everyday events to itself, and tells of incidents', () => {
    const pair = createPair();
    pair.command({ kind: 'connect' });
    pair.input({ kind: 'frame', text: 'not json' });
    pair.ask('Reset', { type: 'Soft' });
    pair.advance(10_000);
    expect(told(pair)).toEqual([]);
    expect(pair.charger.security).toBeUndefined();
    tamper(pair);
    expect(told(pair)).toEqual(['TamperDetectionActivated']);
  });

  it('all: everything, whatever the profile', () => {
    const pair = bootedPair({ configuration: { 'x-SecurityEvents': 'all' } });
    pair.input({ kind: 'frame', text: 'not json' });
    expect(told(pair)).toEqual(['InvalidMessages']);
  });

  it('none: only the log has them', () => {
    const pair = securedPair({ configuration: { 'x-SecurityEvents': 'none' } });
    tamper(pair);
    expect(told(pair)).toEqual([]);
    expect(logged(pair)).toEqual(['StartupOfTheDevice', 'TamperDetectionActivated']);
  });
});

describe('A04.FR.02: delivery is guaranteed', () => {
  it('what happens offline is told in order afterwards, with the time at which it happened', () => {
    const pair = securedPair();
    offline(pair);
    tamper(pair);
    pair.advance(60_000);
    pair.command({ kind: 'raiseSecurityEvent', event: 'FirmwareUpdated' });
    pair.advance(60_000);
    online(pair);
    expect(pair.calls('SecurityEventNotification').map(({ payload }) => payload)).toEqual([
      { type: 'TamperDetectionActivated', timestamp: new Date(start).toISOString() },
      { type: 'FirmwareUpdated', timestamp: new Date(start + 60_000).toISOString() },
    ]);
  });

  it('a connection that breaks before the answer: told again', () => {
    const pair = securedPair();
    pair.csms.answers.SecurityEventNotification = 'silent';
    tamper(pair);
    pair.csms.answers = {};
    pair.cut();
    pair.advance(10_000);
    expect(told(pair)).toEqual(['TamperDetectionActivated', 'TamperDetectionActivated']);
    expect(pair.charger.calls.queue).toEqual([]);
  });

  it('a CSMS that does not answer: told again, while transactions go on', () => {
    const pair = securedPair();
    pair.csms.answers.SecurityEventNotification = 'silent';
    tamper(pair);
    pair.advance(30_000);
    expect(queued(pair)).toEqual(['TamperDetectionActivated']);
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG-1' });
    expect(pair.calls('StartTransaction')).toHaveLength(1);
    expect(told(pair)).toHaveLength(1);
    pair.csms.answers = {};
    pair.advance(60_000);
    expect(told(pair)).toHaveLength(2);
    expect(queued(pair)).toEqual([]);
  });

  it('a late answer counts', () => {
    const pair = securedPair();
    pair.csms.answers.SecurityEventNotification = 'silent';
    tamper(pair);
    const [first] = pair.calls('SecurityEventNotification');
    pair.advance(31_000);
    pair.input({ kind: 'frame', text: JSON.stringify([3, first?.messageId, {}]) });
    pair.advance(600_000);
    expect(told(pair)).toHaveLength(1);
  });

  it('a CSMS that knows no such message has heard it: not again, and nothing else waits', () => {
    const pair = securedPair({ answers: { SecurityEventNotification: { callError: 'NotImplemented' } } });
    tamper(pair);
    pair.advance(600_000);
    expect(told(pair)).toEqual(['TamperDetectionActivated']);
  });

  it('a reset, a power cut and a restart of the process lose none', () => {
    const pair = securedPair();
    offline(pair);
    tamper(pair);
    pair.command({ kind: 'power', state: 'off' });
    pair.command({ kind: 'power', state: 'on' });
    pair.advance(10_000);
    online(pair);
    pair.advance(10_000);
    expect(told(pair)).toEqual(['TamperDetectionActivated', 'StartupOfTheDevice']);
  });

  it('an on-demand charger dials for it', () => {
    const pair = bootedPair({ csms, connection: 'onDemand' });
    expect(pair.charger.link.state).toBe('down');
    tamper(pair);
    expect(told(pair)).toEqual(['TamperDetectionActivated']);
  });

  it('transactions that cannot be told do not keep it waiting, nor the other way round', () => {
    const pair = securedPair({ answers: { StartTransaction: { callError: 'InternalError' } } });
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG-1' });
    tamper(pair);
    expect(told(pair)).toEqual(['TamperDetectionActivated']);
    expect(pair.charger.calls.queue.some(({ action }) => action === 'StartTransaction')).toBe(true);
  });
});

describe('A04.FR.01, A04.FR.04, N01.FR.05: the list of §8', () => {
  /** With what the whitepaper says of each: critical or not. */
  const list: [SecurityEvent, 'Yes' | 'No'][] = [
    ['FirmwareUpdated', 'Yes'],
    ['FailedToAuthenticateAtCentralSystem', 'No'],
    ['CentralSystemFailedToAuthenticate', 'No'],
    ['SettingSystemTime', 'Yes'],
    ['StartupOfTheDevice', 'Yes'],
    ['ResetOrReboot', 'Yes'],
    ['SecurityLogWasCleared', 'Yes'],
    ['ReconfigurationOfSecurityParameters', 'No'],
    ['MemoryExhaustion', 'Yes'],
    ['InvalidMessages', 'No'],
    ['AttemptedReplayAttacks', 'No'],
    ['TamperDetectionActivated', 'Yes'],
    ['InvalidFirmwareSignature', 'No'],
    ['InvalidFirmwareSigningCertificate', 'No'],
    ['InvalidCentralSystemCertificate', 'No'],
    ['InvalidChargePointCertificate', 'No'],
    ['InvalidTLSVersion', 'No'],
    ['InvalidTLSCipherSuite', 'No'],
  ];

  it.each(list)('%s, critical: %s; what is critical is told each time, the rest once', (event, critical) => {
    const pair = securedPair();
    offline(pair);
    for (const _ of [1, 2]) pair.command({ kind: 'raiseSecurityEvent', event });
    expect(logged(pair).slice(-2)).toEqual([event, event]);
    online(pair);
    expect(told(pair)).toEqual(critical === 'Yes' ? [event, event] : [event]);
  });

  it('every event is on it', () => {
    expect(list.map(([event]) => event)).toEqual([...securityEventNames]);
  });
});

describe('the queue and the log are bounded', () => {
  const events = [
    'TamperDetectionActivated',
    'FirmwareUpdated',
    'InvalidFirmwareSignature',
    'InvalidMessages',
  ] as const;
  const criticalOnes = new Set<string>(['TamperDetectionActivated', 'FirmwareUpdated']);

  it('whatever happens offline: 40 wait and 20 are logged at most, in order, the critical ones last given up', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 70 }), (happened) => {
        const pair = securedPair();
        offline(pair);
        for (const event of happened) pair.command({ kind: 'raiseSecurityEvent', event });
        const kept = queued(pair);
        expect(kept.length).toBeLessThanOrEqual(40);
        expect(logged(pair)).toEqual(['StartupOfTheDevice', ...happened].slice(-20));
        const critical = happened.filter((event) => criticalOnes.has(event));
        expect(kept.filter((type) => criticalOnes.has(type))).toEqual(critical.slice(-40));
        online(pair);
        expect(told(pair)).toEqual(kept);
      }),
      { numRuns: 15, seed: 4 },
    );
  });

  it('what is given up is noted', () => {
    const pair = securedPair();
    offline(pair);
    for (let count = 0; count < 41; count++) tamper(pair);
    expect(queued(pair)).toHaveLength(40);
    expect(pair.notes().join()).toContain('security event TamperDetectionActivated given up: 40 others wait');
  });
});
