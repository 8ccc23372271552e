// Security profiles of a 1.6 charger (security whitepaper §2, §7, A01, A05): the keys SecurityProfile and AuthorizationKey, the new
// connection that a change asks for, and the way back. What profiles mean for sockets is tested in test/link.
import type { CsmsSettings } from '../../../lib/charger/charger';
import { bootedPair, createPair, type Pair, type PairOptions } from '../../support/pair';

const password = 'sixteen-bytes-ok';
const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const tls = { ca: pem, certificate: pem, key: 'PEM of a key' };
const key = '4F43415F4F4354545F61646D696E5F74657374';

const change = (pair: Pair, name: string, value: string) =>
  pair.ask('ChangeConfiguration', { key: name, value })?.status;
const read = (pair: Pair, name: string) => pair.ask('GetConfiguration', { key: [name] });
const profile = (pair: Pair) => {
  const [entry] = (read(pair, 'SecurityProfile')?.configurationKey ?? []) as { value: string }[];
  return entry?.value;
};
const links = (pair: Pair) => pair.effects.map(({ kind }) => kind).filter((kind) => /Link$/.test(kind));

const pairAt = (csms: Partial<CsmsSettings>, options: PairOptions = {}) =>
  bootedPair({ csms: { url: 'ws://csms.test/ocpp', ...csms }, ...options });

const basic = { basicAuth: { username: 'CP-1', password } };

describe('TC_083_CS: upgrade the security profile', () => {
  it.each([
    [0, 1, basic, 'ws://csms.test/ocpp'],
    [0, 2, { ...basic, tls }, 'wss://csms.test/ocpp'],
    [1, 2, { ...basic, tls: { ca: tls.ca } }, 'wss://csms.test/ocpp'],
    [1, 3, { ...basic, tls }, 'wss://csms.test/ocpp'],
  ] as const)(
    'A05.FR.05 to A05.FR.07: from %i to %i: Accepted, disconnects, reconnects with it',
    (from, to, csms, url) => {
      const pair = pairAt({ ...csms, securityProfile: from });
      expect(change(pair, 'SecurityProfile', String(to))).toBe('Accepted');
      expect(links(pair)).toEqual(['closeLink', 'openLink']);
      const sent = pair.effects.findIndex((effect) => effect.kind === 'send' && effect.text.includes('Accepted'));
      expect(sent).toBeLessThan(pair.effects.findIndex(({ kind }) => kind === 'closeLink'));
      expect(pair.charger.csms).toMatchObject({ url, securityProfile: to });
      expect(profile(pair)).toBe(String(to));
      expect(pair.actions()).not.toContain('BootNotification');
    },
  );

  it('2 to 3 keeps the URL, and x-SecureUrl is where TLS is spoken if not there', () => {
    const elsewhere = pairAt(
      { ...basic, tls, securityProfile: 1 },
      { configuration: { 'x-SecureUrl': 'wss://tls.test/o' } },
    );
    change(elsewhere, 'SecurityProfile', '2');
    expect(elsewhere.charger.csms.url).toBe('wss://tls.test/o');
    const pair = pairAt({ url: 'wss://csms.test:8443/ocpp', ...basic, tls, securityProfile: 2 });
    expect(change(pair, 'SecurityProfile', '3')).toBe('Accepted');
    expect(pair.charger.csms.url).toBe('wss://csms.test:8443/ocpp');
  });

  it('the answer is saved before it leaves', () => {
    const pair = pairAt({ ...basic, securityProfile: 0 });
    change(pair, 'SecurityProfile', '1');
    expect(pair.effects).toContainEqual(expect.objectContaining({ kind: 'send', durable: true }));
  });

  it('queued messages are kept over the new connection', () => {
    const pair = pairAt({ ...basic, securityProfile: 0 }, { answers: { StartTransaction: 'silent' } });
    pair.begin({ kind: 'startTransaction', address: {}, idToken: 'TAG-1' });
    pair.csms.answers = {};
    change(pair, 'SecurityProfile', '1');
    expect(pair.calls('StartTransaction')).toHaveLength(2);
    expect(pair.charger.v16?.connectors[0]?.transaction?.transactionId).toBeDefined();
  });

  it('an on-demand charger reconnects too: it has an event to tell', () => {
    const pair = createPair({
      csms: { url: 'ws://csms.test/ocpp', ...basic, securityProfile: 0 },
      connection: 'onDemand',
    });
    pair.begin({ kind: 'awaitMessage', action: 'Reset' });
    change(pair, 'SecurityProfile', '1');
    expect(pair.connections).toBe(2);
    expect(pair.calls('SecurityEventNotification').map(({ payload }) => payload.type)).toContain(
      'ReconfigurationOfSecurityParameters',
    );
  });
});

describe('A05.FR.01 to A05.FR.04: what is Rejected changes nothing and keeps the connection', () => {
  const refused: [string, Partial<CsmsSettings>, string, string][] = [
    ['TC_084_CS: lower', { securityProfile: 2, url: 'wss://csms.test', ...basic, tls }, '1', 'may only be raised'],
    ['TC_084_CS: 0', { securityProfile: 1, ...basic }, '0', 'may only be raised'],
    ['equal', { securityProfile: 1, ...basic, tls }, '1', 'may only be raised'],
    ['1 without a password', {}, '1', 'needs an AuthorizationKey'],
    ['1 with a short password', { basicAuth: { username: 'CP-1', password: 'secret' } }, '1', 'at least 16 bytes'],
    ['2 without a password', { tls }, '2', 'needs an AuthorizationKey'],
    ['2 without a root', basic, '2', 'needs an installed CentralSystemRootCertificate'],
    ['3 without a root', { tls: { certificate: tls.certificate, key: tls.key } }, '3', 'CentralSystemRootCertificate'],
    ['3 without a certificate', { ...basic, tls: { ca: tls.ca } }, '3', 'needs a valid charge point certificate'],
    ['1 where there is TLS', { url: 'wss://csms.test', ...basic }, '1', 'would give up the TLS'],
  ];

  it.each(refused)('%s', (_, csms, value, why) => {
    const pair = pairAt(csms);
    const before = pair.document();
    expect(change(pair, 'SecurityProfile', value)).toBe('Rejected');
    expect(pair.document()).toBe(before);
    expect(links(pair)).toEqual([]);
    expect(pair.notes().join()).toContain(why);
  });

  it.each(['4', '-1', 'two', '', '1.5'])('%j is no profile', (value) => {
    const pair = pairAt({ ...basic, tls });
    const before = pair.document();
    expect(change(pair, 'SecurityProfile', value)).toBe('Rejected');
    expect(pair.document()).toBe(before);
  });

  it('A00.FR.005: on the device it may be lowered, and the URL follows', () => {
    const pair = pairAt({ securityProfile: 2, url: 'wss://csms.test/ocpp', ...basic, tls });
    const entries = [{ key: 'SecurityProfile', value: '1' }];
    expect(pair.command({ kind: 'setConfiguration', entries })?.ok).toBe(true);
    expect(pair.charger.csms).toMatchObject({ securityProfile: 1, url: 'ws://csms.test/ocpp' });
  });

  it('a new charger is given it with its settings, not as a preset', () => {
    expect(() => createPair({ configuration: { SecurityProfile: '1' } })).toThrow(
      'configuration.SecurityProfile: is set with csms.securityProfile',
    );
  });
});

describe('A05.FR.08: a profile that cannot be connected with', () => {
  function failing(csms: Partial<CsmsSettings> = {}) {
    const pair = pairAt({ ...basic, tls, securityProfile: 1, ...csms });
    pair.csms.refuses = ({ csms: { securityProfile = 0 } }) =>
      securityProfile >= 2 ? { reason: 'unreachable', detail: 'nobody listens' } : undefined;
    return pair;
  }

  it('is tried three times, then the charger falls back and says so', () => {
    const pair = failing();
    change(pair, 'SecurityProfile', '2');
    expect(pair.charger.csms.securityProfile).toBe(2);
    pair.advance(3_000);
    expect(pair.charger.csms.securityProfile).toBe(2);
    pair.advance(20_000);
    expect(pair.charger.csms).toMatchObject({ securityProfile: 1, url: 'ws://csms.test/ocpp' });
    expect(profile(pair)).toBe('1');
    expect(pair.charger.security?.trial).toBeUndefined();
    const told = pair.calls('SecurityEventNotification').map(({ payload }) => payload.techInfo);
    expect(told).toEqual(['SecurityProfile was set to 2']);
    expect(pair.charger.security?.log?.at(-1)?.techInfo).toBe(
      'no connection with security profile 2 in 3 attempts: back to profile 1',
    );
  });

  it('a CSMS that makes ready in the meantime is met with it, and there is no way back then', () => {
    const pair = failing();
    change(pair, 'SecurityProfile', '2');
    pair.csms.refuses = () => undefined;
    pair.advance(5_000);
    expect(pair.connections).toBe(2);
    pair.csms.refuses = () => ({ reason: 'unreachable', detail: 'nobody listens' });
    pair.cut();
    pair.advance(600_000);
    expect(pair.charger.csms.securityProfile).toBe(2);
  });

  it('raised twice before it connects: back to where it worked', () => {
    const pair = failing();
    pair.csms.refuses = ({ csms: { securityProfile = 0 } }) =>
      securityProfile === 1 ? undefined : { reason: 'tls', detail: 'no' };
    change(pair, 'SecurityProfile', '2');
    const entries = [{ key: 'SecurityProfile', value: '3' }];
    pair.command({ kind: 'setConfiguration', entries });
    pair.advance(60_000);
    expect(pair.charger.csms).toMatchObject({ securityProfile: 1, url: 'ws://csms.test/ocpp' });
  });

  it('a charger whose network is taken away has not tried', () => {
    const pair = failing();
    change(pair, 'SecurityProfile', '2');
    pair.command({ kind: 'network', state: 'offline' });
    pair.csms.refuses = () => undefined;
    pair.advance(600_000);
    pair.command({ kind: 'network', state: 'online' });
    expect(profile(pair)).toBe('2');
  });
});

describe('TC_073_CS: update the password for Basic authentication', () => {
  it.each([1, 2] as const)('A01.FR.01: in profile %i: Accepted, disconnects, reconnects with it', (securityProfile) => {
    const url = securityProfile === 1 ? 'ws://csms.test/ocpp' : 'wss://csms.test/ocpp';
    const pair = pairAt({ url, ...basic, tls, securityProfile });
    expect(change(pair, 'AuthorizationKey', key)).toBe('Accepted');
    expect(links(pair)).toEqual(['closeLink', 'openLink']);
    expect(pair.charger.csms.basicAuth).toEqual({ username: 'CP-1', password: key, encoding: 'hex' });
    expect(change(pair, 'AuthorizationKey', '4F43415F4F4354545F61646D696E5F74657375')).toBe('Accepted');
    expect(pair.connections).toBe(3);
  });

  it('A00.FR.204: the username is the identity where none was given; without a profile 1 or 2 nothing is connected anew', () => {
    const pair = pairAt({}, { identity: 'CP one' });
    expect(change(pair, 'AuthorizationKey', key)).toBe('Accepted');
    expect(pair.charger.csms.basicAuth?.username).toBe('CP one');
    expect(links(pair)).toEqual([]);
    expect(change(pair, 'SecurityProfile', '1')).toBe('Accepted');
  });

  it.each([
    ['15 bytes', 'ab'.repeat(15)],
    ['21 bytes', 'ab'.repeat(21)],
    ['half a byte', `${'ab'.repeat(16)}a`],
    ['no digits', 'OCA_OCTT_admin_test!'],
    ['nothing', ''],
  ])('A00.FR.205: %s is Rejected and changes nothing', (_, value) => {
    const pair = pairAt({ ...basic, securityProfile: 1 });
    const before = pair.document();
    expect(change(pair, 'AuthorizationKey', value)).toBe('Rejected');
    expect(pair.document()).toBe(before);
    expect(links(pair)).toEqual([]);
  });

  it('§7.2: it is written and never read', () => {
    const pair = pairAt({ ...basic, securityProfile: 1 });
    change(pair, 'AuthorizationKey', key);
    expect(read(pair, 'AuthorizationKey')).toEqual({
      configurationKey: [{ key: 'AuthorizationKey', readonly: false }],
    });
    const seen = JSON.stringify([pair.events, pair.ask('GetConfiguration', {}), pair.outcomes, pair.charger.security]);
    expect(seen).not.toContain(key);
  });

  it('A01.FR.11, A01.FR.12: the change is logged, without the key', () => {
    const pair = pairAt({ ...basic, securityProfile: 1 });
    change(pair, 'AuthorizationKey', key);
    expect(pair.charger.security?.log?.at(-1)).toMatchObject({
      type: 'ReconfigurationOfSecurityParameters',
      techInfo: 'AuthorizationKey was changed',
    });
  });

  it('a new charger may be given it as a preset', () => {
    const pair = createPair({ configuration: { AuthorizationKey: key } });
    expect(pair.charger.csms.basicAuth).toEqual({ username: 'CP-1', password: key, encoding: 'hex' });
    expect(pair.charger.v16?.configuration).toEqual({});
  });
});

describe('§7: the other keys', () => {
  it.each([
    ['AdditionalRootCertificateCheck', 'false'],
    ['CertificateSignedMaxChainSize', '10000'],
    ['CertificateStoreMaxLength', '8'],
  ])('%s is read-only', (name, value) => {
    const pair = pairAt({});
    expect(read(pair, name)).toEqual({ configurationKey: [{ key: name, value, readonly: true }] });
    expect(change(pair, name, '1')).toBe('Rejected');
  });

  it.each([
    ['CpoName', 'Example CPO', 'x'.repeat(65)],
    ['x-SecureUrl', 'wss://csms.test:8443/ocpp', 'ws://csms.test'],
    ['x-SecureUrl', '', 'wss://user:word@csms.test'],
    ['x-SecurityEvents', 'none', 'some'],
  ])('%s takes %j and not %j', (name, good, bad) => {
    const pair = pairAt({});
    expect(change(pair, name, bad)).toBe('Rejected');
    expect(change(pair, name, good)).toBe('Accepted');
    expect(read(pair, name)).toMatchObject({ configurationKey: [{ value: good, readonly: false }] });
  });
});
