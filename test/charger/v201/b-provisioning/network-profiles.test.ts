// Network connection profiles (OCPP 2.0.1 B09, B10) and the upgrade of the security profile that is made with them (A05).
import type { Charger } from '../../../../lib/charger/charger';
import type { NewCharger } from '../../../../lib/charger/create';
import type { Pair } from '../../../support/pair';
import { bootedPairV201 } from '../../../support/pair-v201';

const password = 'a-password-of-20-chr';
const basicAuth = { username: 'CP-1', password };

/** What is said of the certificate that would be read when it was given. */
const root = {
  subject: 'CN=Root',
  serialNumber: '1',
  notBefore: 0,
  notAfter: Date.UTC(2030, 0, 1),
  fingerprint: 'x',
  hashes: { SHA256: ['a', 'b'], SHA384: ['a', 'b'], SHA512: ['a', 'b'] } as const,
};

function booted(csms: Partial<NewCharger['csms']> = {}): Pair {
  return bootedPairV201({ csms: { url: 'ws://old.test/ocpp', ...csms } });
}

const ca = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

/** With a password and a root, as security profile 2 needs them. */
const ready = (): Pair =>
  booted({
    securityProfile: 1,
    basicAuth,
    tls: { ca, details: { ca: [JSON.parse(JSON.stringify(root))] } },
  });

const connectionData = {
  ocppVersion: 'OCPP20',
  ocppTransport: 'JSON',
  ocppCsmsUrl: 'ws://new.test/ocpp',
  messageTimeout: 30,
  securityProfile: 0,
  ocppInterface: 'Wired0',
};

const setProfile = (pair: Pair, configurationSlot: number, changes: Partial<typeof connectionData> = {}) =>
  pair.ask('SetNetworkProfile', { configurationSlot, connectionData: { ...connectionData, ...changes } });

function setPriority(pair: Pair, attributeValue: string): unknown {
  const named = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'NetworkConfigurationPriority' } };
  const answer = pair.ask('SetVariables', { setVariableData: [{ ...named, attributeValue }] });
  return (answer?.setVariableResult as { attributeStatus: string }[] | undefined)?.[0]?.attributeStatus;
}

function read(pair: Pair, component: string, variable: string): string | undefined {
  const named = { component: { name: component }, variable: { name: variable } };
  const answer = pair.ask('GetVariables', { getVariableData: [named] });
  return (answer?.getVariableResult as { attributeValue: string }[] | undefined)?.[0]?.attributeValue;
}

function restart(pair: Pair): void {
  pair.ask('Reset', { type: 'OnIdle' });
  pair.advance(10_000);
}

/** Only these CSMSes take connections. */
function reachable(pair: Pair, ...urls: string[]): string[] {
  const dialled: string[] = [];
  pair.csms.refuses = (charger: Charger) => {
    dialled.push(charger.csms.url);
    return urls.includes(charger.csms.url) ? undefined : { reason: 'unreachable', detail: 'refused' };
  };
  return dialled;
}

describe('B09: SetNetworkProfile', () => {
  it('B09.FR.01: a profile is taken, and changes nothing yet', () => {
    const pair = booted();
    expect(setProfile(pair, 2)).toEqual({ status: 'Accepted' });
    expect(pair.charger.csms.url).toBe('ws://old.test/ocpp');
    expect(read(pair, 'OCPPCommCtrlr', 'ActiveNetworkProfile')).toBe('1');
  });

  it.each<[string, number, Partial<typeof connectionData>, string]>([
    ['B09.FR.05: no such slot', 4, {}, 'InvalidConfSlot'],
    ['TC_B_43_CS: another version', 2, { ocppVersion: 'OCPP16' }, 'InvalidNetworkConf'],
    ['TC_B_43_CS: SOAP', 2, { ocppTransport: 'SOAP' }, 'InvalidNetworkConf'],
    ['TC_B_43_CS: no WebSocket URL', 2, { ocppCsmsUrl: 'https://new.test' }, 'InvalidNetworkConf'],
    ['TC_B_43_CS: credentials in the URL', 2, { ocppCsmsUrl: 'ws://a:b@new.test' }, 'InvalidNetworkConf'],
    ['TC_B_43_CS: no such security profile', 2, { securityProfile: 7 }, 'InvalidNetworkConf'],
    ['TC_B_43_CS: security profile 2 without TLS', 2, { securityProfile: 2 }, 'InvalidNetworkConf'],
    ['TC_A_22_CS, B09.FR.04: a lower security profile', 2, { securityProfile: 0 }, 'NoSecurityDowngrade'],
  ])('%s is rejected', (_what, slot, changes, reasonCode) => {
    const pair = ready();
    const before = pair.document();
    expect(setProfile(pair, slot, { securityProfile: 1, ...changes })).toMatchObject({
      status: 'Rejected',
      statusInfo: { reasonCode },
    });
    expect(pair.document()).toBe(before);
  });

  it('B09: NetworkConfigurationPriority names only slots that hold a profile', () => {
    const pair = booted();
    expect(setPriority(pair, '2,1')).toBe('Rejected');
    setProfile(pair, 2);
    expect(setPriority(pair, '2,1')).toBe('RebootRequired');
    expect(setPriority(pair, '')).toBe('Rejected');
  });
});

describe('B10: migrating to another CSMS', () => {
  it('TC_B_45_CS, B10.FR.04, B10.FR.10: after a restart the first slot is connected to, with a boot', () => {
    const pair = booted();
    setProfile(pair, 2);
    setPriority(pair, '2,1');
    const dialled = reachable(pair, 'ws://old.test/ocpp', 'ws://new.test/ocpp');
    restart(pair);
    expect(dialled).toEqual(['ws://new.test/ocpp']);
    expect(pair.calls('BootNotification')).toHaveLength(1);
    expect(read(pair, 'OCPPCommCtrlr', 'ActiveNetworkProfile')).toBe('2');
    setPriority(pair, '1,2');
    restart(pair);
    expect(dialled.at(-1)).toBe('ws://old.test/ocpp');
  });

  it('TC_B_49_CS, B10.FR.03: each slot is tried NetworkProfileConnectionAttempts times', () => {
    const pair = booted();
    setProfile(pair, 2);
    setPriority(pair, '2,1');
    const dialled = reachable(pair, 'ws://old.test/ocpp');
    restart(pair);
    pair.advance(120_000);
    expect(dialled).toEqual([...Array(3).fill('ws://new.test/ocpp'), 'ws://old.test/ocpp']);
    expect(pair.charger.link.state).toBe('up');
    expect(read(pair, 'OCPPCommCtrlr', 'ActiveNetworkProfile')).toBe('1');
  });

  it('TC_B_46_CS, B10.FR.07: after all of them the one that worked last, named or not', () => {
    const pair = booted();
    setProfile(pair, 2);
    setPriority(pair, '2');
    const dialled = reachable(pair, 'ws://old.test/ocpp');
    restart(pair);
    pair.advance(120_000);
    expect(dialled).toEqual([...Array(3).fill('ws://new.test/ocpp'), 'ws://old.test/ocpp']);
    expect(pair.charger.link.state).toBe('up');
  });

  it('B10.FR.03: a CSMS that comes back is found again, wherever the charger is in its list', () => {
    const pair = booted();
    setProfile(pair, 2);
    setPriority(pair, '2,1');
    const dialled = reachable(pair);
    restart(pair);
    pair.advance(1_800_000);
    expect(new Set(dialled)).toEqual(new Set(['ws://new.test/ocpp', 'ws://old.test/ocpp']));
    const later = reachable(pair, 'ws://new.test/ocpp');
    pair.advance(3_600_000);
    expect(later.at(-1)).toBe('ws://new.test/ocpp');
    expect(pair.charger.link.state).toBe('up');
  });

  it('B10: with one profile nothing is counted and nothing changes', () => {
    const pair = booted();
    reachable(pair);
    pair.cut();
    pair.advance(600_000);
    expect(pair.charger.v201?.network).toBeUndefined();
  });
});

describe('A05: raising the security profile', () => {
  const secure = { ocppCsmsUrl: 'wss://new.test/ocpp', securityProfile: 2 };

  it('TC_A_20_CS, A05.FR.02: without a root certificate the slot may not be named', () => {
    const pair = booted({ securityProfile: 1, basicAuth });
    expect(setProfile(pair, 2, secure)).toEqual({ status: 'Accepted' });
    expect(setPriority(pair, '2,1')).toBe('Rejected');
  });

  it('TC_A_21_CS, A05.FR.03: profile 3 needs a certificate of the charger', () => {
    const pair = ready();
    setProfile(pair, 2, { ...secure, securityProfile: 3 });
    expect(setPriority(pair, '2,1')).toBe('Rejected');
  });

  it('A05.FR.02: profile 1 needs a password', () => {
    const pair = booted();
    setProfile(pair, 2, { securityProfile: 1 });
    expect(setPriority(pair, '2,1')).toBe('Rejected');
  });

  it('TC_A_19_CS, A05.FR.05, A05.FR.06: once it works, slots of a lower profile are gone for good', () => {
    const pair = ready();
    setProfile(pair, 2, secure);
    expect(setPriority(pair, '2,1')).toBe('RebootRequired');
    const dialled = reachable(pair, 'ws://old.test/ocpp', 'wss://new.test/ocpp');
    restart(pair);
    expect(dialled).toEqual(['wss://new.test/ocpp']);
    expect(read(pair, 'SecurityCtrlr', 'SecurityProfile')).toBe('2');
    expect(read(pair, 'OCPPCommCtrlr', 'NetworkConfigurationPriority')).toBe('2');
    expect(setPriority(pair, '1')).toBe('Rejected');
  });

  it('A05.FR.04: one that does not work is given up for the old, and nothing is lost', () => {
    const pair = ready();
    setProfile(pair, 2, secure);
    setPriority(pair, '2,1');
    reachable(pair, 'ws://old.test/ocpp');
    restart(pair);
    pair.advance(120_000);
    expect(pair.charger.link.state).toBe('up');
    expect(read(pair, 'SecurityCtrlr', 'SecurityProfile')).toBe('1');
    expect(read(pair, 'OCPPCommCtrlr', 'NetworkConfigurationPriority')).toBe('2,1');
  });

  it('A01: the password goes on to be used with the new profile', () => {
    const pair = ready();
    setProfile(pair, 2, secure);
    setPriority(pair, '2,1');
    restart(pair);
    expect(pair.charger.csms).toMatchObject({ url: 'wss://new.test/ocpp', securityProfile: 2, basicAuth });
  });
});
