// The allow-list: which patterns the setting takes, which URLs and which resolved addresses pass.
import type { LookupAddress } from 'node:dns';
import { checkUrl, createLookup, ForbiddenHostError, parseHostRules, type Resolve } from '../../lib/link/allow-list';

const check = (rules: string | undefined, url: string) => checkUrl(parseHostRules(rules), new URL(url));

describe('CSMS_ALLOWED_HOSTS left out', () => {
  it.each([
    'ws://csms.example.com/ocpp',
    'ws://127.0.0.1:9000/ocpp',
    'ws://localhost:9000/ocpp',
    'ws://[::1]:9000/ocpp',
    'ws://10.1.2.3/',
    'wss://192.168.1.7/',
    'ws://[fd12:3456::1]/',
    'ws://169.253.255.255/',
    'ws://169.255.0.0/',
    'ws://168.63.129.17/',
    'ws://[::ffff:10.0.0.1]/',
    'ftp://files.example.com/firmware.bin',
  ])('allows %s', (url) => {
    expect(check(undefined, url)).toBeUndefined();
    expect(check('  ', url)).toBeUndefined();
    expect(check('*', url)).toBeUndefined();
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data', 'as it is'],
    ['ws://169.254.170.2/', 'link-local: container credentials'],
    ['ws://169.254.0.0/', 'first of link-local'],
    ['ws://169.254.255.255/', 'last of link-local'],
    ['ws://168.63.129.16/', 'Azure platform'],
    ['ws://100.100.100.200/', 'Alibaba Cloud'],
    ['ws://2852039166/', 'decimal'],
    ['ws://0xa9fea9fe/', 'hexadecimal'],
    ['ws://0xA9.0xFE.0xA9.0xFE/', 'hexadecimal by byte'],
    ['ws://0251.0376.0251.0376/', 'octal'],
    ['ws://169.254.43518/', 'three parts'],
    ['ws://169.254.169.254./', 'trailing dot'],
    ['ws://１６９.254.169.254/', 'full-width digits'],
    ['ws://%31%36%39.254.169.254/', 'percent-encoded'],
    ['ws://[::ffff:169.254.169.254]/', 'IPv4-mapped'],
    ['ws://[::ffff:a9fe:a9fe]/', 'IPv4-mapped, hexadecimal'],
    ['ws://[0:0:0:0:0:ffff:a9fe:a9fe]/', 'IPv4-mapped, long'],
    ['ws://[::169.254.169.254]/', 'IPv4-compatible'],
    ['ws://[::ffff:0:169.254.169.254]/', 'IPv4-translated'],
    ['ws://[64:ff9b::169.254.169.254]/', 'NAT64'],
    ['ws://[2002:a9fe:a9fe::1]/', '6to4'],
    ['ws://[64:ff9b::a83f:8110]/', 'NAT64 of the Azure platform'],
    ['ws://[fd00:ec2::254]/', 'AWS over IPv6'],
    ['ws://[FD00:0EC2:0:0:0:0:0:254]/', 'AWS over IPv6, long'],
    ['ws://[fe80::1]/', 'link-local IPv6'],
    ['ws://[febf:ffff::1]/', 'last of link-local IPv6'],
    ['ws://metadata.google.internal/', 'by name'],
    ['ws://METADATA.google.internal./', 'by name, capitals and trailing dot'],
    ['sftp://0xa9fea9fe/', 'hexadecimal in a scheme that URL does not normalize'],
    ['sftp://metadata.google.internal/x', 'by name in such a scheme'],
    ['ws://user:secret@169.254.169.254/', 'with user info'],
  ])('refuses %s (%s), whatever the setting says', (url) => {
    expect(check(undefined, url)).toMatch(/metadata/);
    expect(check('*,0.0.0.0/0,::/0', url)).toMatch(/metadata/);
    expect(check(undefined, url)).not.toContain('secret');
  });
});

describe('a pattern', () => {
  it.each([
    ['*.example.com', 'ws://csms.example.com/', true],
    ['*.example.com', 'wss://a.b.EXAMPLE.com./', true],
    ['*.example.com', 'ws://example.com/', false],
    ['*.example.com', 'ws://example.com.evil.org/', false],
    ['*.example.com', 'ws://notexample.com/', false],
    ['*.example.com', 'ws://csms.example.com@evil.org/', false],
    ['example.com', 'ws://example.com:8080/', true],
    ['example.com', 'ws://csms.example.com/', false],
    ['Example.COM.', 'ws://example.com/', true],
    ['*.example.com, localhost:9000', 'ws://localhost:9000/', true],
    ['localhost:9000', 'ws://localhost:9001/', false],
    ['localhost:80', 'ws://localhost/', true],
    ['localhost:443', 'wss://localhost/', true],
    ['localhost:80', 'wss://localhost/', false],
    ['127.0.0.1', 'ws://127.0.0.1:1234/', true],
    ['127.0.0.1', 'ws://0x7f000001/', true],
    ['127.0.0.1', 'ws://[::ffff:127.0.0.1]/', true],
    ['127.0.0.1', 'ws://127.0.0.2/', false],
    ['*.example.com', 'ws://127.0.0.1/', false],
    ['127.0.0.1:9000', 'ws://127.0.0.1:9000/', true],
    ['127.0.0.1:9000', 'ws://127.0.0.1/', false],
    ['10.0.0.0/8', 'ws://10.255.255.255/', true],
    ['10.0.0.0/8', 'ws://11.0.0.0/', false],
    ['10.0.0.0/8:443', 'wss://10.1.1.1/', true],
    ['10.0.0.0/8:443', 'ws://10.1.1.1/', false],
    ['::1', 'ws://[::1]:9000/', true],
    ['[::1]', 'ws://[0:0:0:0:0:0:0:1]/', true],
    ['[::1]:9000', 'ws://[::1]:9000/', true],
    ['[::1]:9000', 'ws://[::1]:9001/', false],
    ['fd12::/16', 'ws://[fd12:1::1]/', true],
    ['fd12::/16', 'ws://[fd13::1]/', false],
    ['[fd12::/16]:9000', 'ws://[fd12:1::1]:9000/', true],
    ['*:443', 'wss://anything.example/', true],
    ['*:443', 'ws://anything.example/', false],
    // A name that no name pattern covers is decided on what it resolves to.
    ['10.0.0.0/8', 'ws://csms.internal/', true],
    ['10.0.0.0/8:443', 'ws://csms.internal/', false],
  ])('%s and %s: %s', (rules, url, allowed) => {
    expect(check(rules, url) === undefined).toBe(allowed);
  });

  it('that fails is answered with host and port, without user info', () => {
    expect(check('*.example.com', 'ws://me:secret@evil.org/x?y=secret')).toBe(
      'CSMS_ALLOWED_HOSTS does not allow evil.org on port 80',
    );
  });

  it.each([
    ['*.example.com,,localhost', ''],
    ['a, ws://csms.example.com', 'ws://csms.example.com'],
    ['csms.example.com/ocpp', 'csms.example.com/ocpp'],
    ['csms.*.com', 'csms.*.com'],
    ['*example.com', '*example.com'],
    ['*.', '*.'],
    ['a b', 'a b'],
    ['-a.example', '-a.example'],
    ['user@host', 'user@host'],
    ['localhost:0', 'localhost:0'],
    ['localhost:65536', 'localhost:65536'],
    ['localhost:http', 'localhost:http'],
    ['localhost:', 'localhost:'],
    ['10.0.0.0/33', '10.0.0.0/33'],
    ['10.0.0.0/', '10.0.0.0/'],
    ['10.0.0.0/8/9', '10.0.0.0/8/9'],
    ['fd00::/129', 'fd00::/129'],
    ['10.0.0', '10.0.0'],
    ['256.1.1.1', '256.1.1.1'],
    ['[::1', '[::1'],
    ['[127.0.0.1]x', '[127.0.0.1]x'],
    ['*.10', '*.10'],
  ])('%s cannot be read', (text, pattern) => {
    expect(() => parseHostRules(text)).toThrow(`CSMS_ALLOWED_HOSTS: "${pattern}" `);
  });

  it.each(['169.254.169.254', '169.254.0.0/16', 'metadata.google.internal:80', '[fd00:ec2::254]'])(
    '%s can never be allowed',
    (text) => {
      expect(() => parseHostRules(text)).toThrow(/cloud metadata address, which is never allowed/);
    },
  );
});

describe('the guarded lookup', () => {
  const resolving = (...addresses: string[]): Resolve => {
    const found = addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
    return (_name, done) => done(null, found);
  };
  const lookup = (rules: string | undefined, name: string, resolve: Resolve, family: 0 | 4 | 6 = 0) =>
    new Promise<string[]>((resolved, failed) => {
      createLookup(parseHostRules(rules), resolve)(443)(name, { all: true, family }, (error, addresses) => {
        if (error !== null) failed(error);
        else resolved((addresses as LookupAddress[]).map(({ address }) => address));
      });
    });

  it.each(['169.254.169.254', '168.63.129.16', 'fd00:ec2::254', 'fe80::1%eth0', '::ffff:169.254.169.254'])(
    'refuses a name that leads to %s, among others too (DNS rebinding)',
    async (address) => {
      await expect(lookup(undefined, 'rebind.example', resolving(address))).rejects.toThrow(ForbiddenHostError);
      await expect(lookup('*.example', 'rebind.example', resolving('192.0.2.1', address))).rejects.toThrow(
        `rebind.example resolves to ${address}, which belongs to the cloud platform (metadata)`,
      );
    },
  );

  it('refuses what the system makes of an odd spelling', async () => {
    // An address of the metadata service to most resolvers, no such host to others.
    const system = new Promise((resolved, failed) => {
      createLookup(parseHostRules(undefined))(80)('0xa9fea9fe', {}, (error, address) =>
        error === null ? resolved(address) : failed(error),
      );
    });
    await expect(system).rejects.toThrow();
  });

  it('gives all addresses of an allowed name', async () => {
    const found = ['192.0.2.1', '2001:db8::1'];
    expect(await lookup('*.example', 'csms.example', resolving(...found))).toEqual(found);
    expect(await lookup(undefined, 'csms.example', resolving(...found), 6)).toEqual(['2001:db8::1']);
  });

  it('keeps only allowed addresses of a name that no pattern covers', async () => {
    expect(await lookup('10.0.0.0/8', 'csms.internal', resolving('192.0.2.1', '10.0.0.1'))).toEqual(['10.0.0.1']);
    await expect(lookup('10.0.0.0/8', 'csms.internal', resolving('192.0.2.1'))).rejects.toThrow(
      'CSMS_ALLOWED_HOSTS does not allow csms.internal (192.0.2.1) on port 443',
    );
    await expect(lookup('10.0.0.0/8:80', 'csms.internal', resolving('10.0.0.1'))).rejects.toThrow(ForbiddenHostError);
  });

  it('answers in the short form too', async () => {
    const guarded = createLookup(parseHostRules(undefined), resolving('192.0.2.1', '192.0.2.2'))(80);
    const answer = await new Promise((resolved) => {
      guarded('csms.example', {}, (...values) => resolved(values));
    });
    expect(answer).toEqual([null, '192.0.2.1', 4]);
  });

  it('asks once for everyone who asks at the same time, and again later', () => {
    const asked: Parameters<Resolve>[1][] = [];
    const guarded = createLookup(parseHostRules(undefined), (_name, done) => void asked.push(done));
    const answers: unknown[] = [];
    const ask = () => guarded(80)('csms.example', {}, (_error, address) => answers.push(address));
    ask();
    ask();
    expect(asked).toHaveLength(1);
    asked[0]?.(null, [{ address: '192.0.2.1', family: 4 }]);
    expect(answers).toEqual(['192.0.2.1', '192.0.2.1']);
    ask();
    expect(asked).toHaveLength(2);
  });

  it('hands on what the resolver says', async () => {
    const failing: Resolve = (_name, done) => done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
    await expect(lookup(undefined, 'csms.example', failing)).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(lookup(undefined, 'csms.example', resolving())).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});
