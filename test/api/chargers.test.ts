// Chargers as things: created, listed, changed under If-Match, deleted. Secrets go in and never come out.
import { createVault, lockedVault } from '../../lib/secrets/vault';
import { type ApiHost, startApiHost } from '../support/api-host';
import { createRoot } from '../support/certificate-authority';
import { frame } from '../support/fake-service';

let host: ApiHost;
beforeEach(async () => {
  host = await startApiHost();
});
afterEach(() => host.close());

const root = createRoot();
const csms = { url: 'ws://csms.example/ocpp' };
const minimal = { id: 'CP-1', protocol: 'ocpp1.6', csms };
const create = (more: object = {}) => host.ask('POST', 'chargers', { ...minimal, ...more });

describe('createCharger', () => {
  it('answers 201 with the charger, where it is and its ETag', async () => {
    const { status, headers, body } = await create();
    expect([status, headers.get('location'), headers.get('etag')]).toEqual([201, '/api/chargers/CP-1', '"1"']);
    expect(body).toMatchObject({
      id: 'CP-1',
      identity: 'CP-1',
      protocol: 'ocpp1.6',
      csms,
      connection: 'onDemand',
      power: 'on',
    });
  });

  it('makes up an id where none is given', async () => {
    const { body } = await host.ask('POST', 'chargers', { protocol: 'ocpp1.6', csms });
    expect(body.id).toMatch(/^CP-[0-9a-f]{8}$/);
    expect(host.service.chargers.has(body.id)).toBe(true);
  });

  it('takes everything api.md names, and keeps it', async () => {
    const { status } = await create({
      identity: 'shared',
      csms: {
        url: 'wss://csms.example/ocpp',
        securityProfile: 2,
        basicAuth: { password: 'hunter2' },
        tls: { ca: root.cert, verifyHostname: true },
      },
      model: 'ac-22kw-two-socket',
      boot: { vendor: 'V', model: 'M', serialNumber: 'S', firmwareVersion: 'F' },
      evses: [{ id: 1, maxPowerW: 22000, phases: 3, connectors: [{ id: 1, type: 'sType2', fixedCable: false }] }],
      connection: 'persistent',
      power: 'off',
      tags: ['ci'],
      seed: 7,
      configuration: { HeartbeatInterval: 60 },
      ev: { batteryCapacityWh: 60000, soc: 20, maxPowerW: 11000, phases: 3 },
    });
    expect(status).toBe(201);
    const charger = host.service.chargers.get('CP-1');
    expect(charger).toMatchObject({
      identity: 'shared',
      connection: 'persistent',
      power: 'off',
      seed: 7,
      tags: ['ci'],
    });
    expect(charger?.csms.basicAuth).toEqual({ username: 'shared', password: 'hunter2' });
    expect(charger?.evses).toHaveLength(1);
  });

  it('never tells secrets again, in no answer', async () => {
    const { cert: certificate, key } = root.issue();
    const verySecret = key.split('\n')[1] ?? '';
    const secure = {
      url: 'wss://a/b',
      securityProfile: 3,
      basicAuth: { password: 'hunter2' },
      tls: { key, certificate },
    };
    const answers = [
      await create({ csms: secure }),
      await host.ask('GET', 'chargers/CP-1'),
      await host.ask('GET', 'chargers'),
      await host.ask('PATCH', 'chargers/CP-1', { tags: ['x'] }),
      await create({ csms: secure }),
      await host.ask('PATCH', 'chargers/CP-1', { csms: { basicAuth: { password: 'hunter2', username: 'a:b' } } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 409, 400]);
    for (const { text } of answers) {
      expect(text).not.toContain('hunter2');
      expect(text).not.toContain(verySecret);
    }
  });

  it('§2.6: tells what the certificates say, and lets the CSMS list those that the charger trusts', async () => {
    const { cert: certificate, key } = root.issue({ commonName: 'SN-7' });
    const { body } = await create({ csms: { url: 'wss://a/b', tls: { ca: root.cert, certificate, key } } });
    expect(body.security).toMatchObject({
      certificate: { subject: 'CN=SN-7', validTo: '2035-01-01T00:00:00.000Z' },
      roots: [{ use: 'csms', subject: 'CN=Test Root, O=Test CPO' }],
    });
    const [{ hashes, serialNumber } = { hashes: undefined, serialNumber: '' }] =
      host.service.chargers.get('CP-1')?.csms.tls?.details?.ca ?? [];
    expect([hashes?.SHA256, serialNumber]).toEqual([[expect.any(String), expect.any(String)], expect.any(String)]);
  });

  it.each([
    ['garbage', () => ({ ca: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----' }), 'csms.tls.ca'],
    ['a key', () => ({ ca: root.key }), 'csms.tls.ca'],
    ['a certificate of nothing', () => ({ certificate: root.key, key: root.key }), 'csms.tls.certificate'],
    ['the key of another', () => ({ certificate: root.cert, key: createRoot().key }), 'csms.tls.key'],
  ])('refuses certificates that are none: %s', async (_, tls, path) => {
    for (const [method, target] of [
      ['POST', 'chargers'],
      ['POST', 'chargers/batch'],
      ['PATCH', 'chargers/CP-1'],
    ] as const) {
      if (method === 'PATCH') await create();
      const more = target === 'chargers/batch' ? { count: 2, idPattern: 'X-{n}' } : {};
      const body = method === 'PATCH' ? {} : { protocol: 'ocpp1.6', ...more };
      const answer = await host.ask(method, target, { ...body, csms: { url: 'wss://a/b', tls: tls() } });
      expect([answer.status, answer.body.errors?.[0].path]).toEqual([400, path]);
    }
  });

  it('takes a private key only where it is kept sealed, and says what is missing', async () => {
    const { cert: certificate, key } = root.issue();
    const settings = { url: 'wss://a/b', tls: { certificate, key } };
    host.deps.vault = lockedVault;
    const message = expect.stringContaining('SECRETS_KEY');
    for (const answer of [
      await create({ csms: settings }),
      await host.ask('POST', 'chargers/batch', {
        ...minimal,
        id: undefined,
        csms: settings,
        count: 1,
        idPattern: 'X-{n}',
      }),
    ]) {
      expect([answer.status, answer.body.errors]).toEqual([400, [{ path: 'csms.tls.key', message }]]);
    }
    await create();
    expect((await host.ask('PATCH', 'chargers/CP-1', { csms: settings })).body.errors).toEqual([
      { path: 'csms.tls.key', message },
    ]);
    host.deps.vault = createVault(Buffer.alloc(32, 1));
    expect((await host.ask('PATCH', 'chargers/CP-1', { csms: settings })).status).toBe(200);
  });

  it.each(['a/b', 'a\\b', 'a?b', 'a#b', ' a', 'a ', 'a\nb', '', '..', 'x'.repeat(101)])(
    'refuses the id %j and says why',
    async (id) => {
      const { status, body } = await create({ id });
      expect([status, body.errors[0]]).toEqual([400, { path: 'id', message: expect.stringMatching(/may|must/) }]);
    },
  );

  it('takes ids of 100 characters, with blanks and letters of any language inside', async () => {
    for (const id of ['x'.repeat(100), 'Säule 7', '充电']) expect((await create({ id })).status).toBe(201);
  });

  it('refuses an id that exists with 409', async () => {
    await create();
    const { status, body } = await create();
    expect([status, body.detail]).toEqual([409, expect.stringContaining('CP-1')]);
  });

  it('without a demo CSMS needs protocol and csms.url', async () => {
    const { status, body } = await host.ask('POST', 'chargers', {});
    expect(status).toBe(400);
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(['protocol', 'csms.url']);
  });

  it('with a demo CSMS needs nothing', async () => {
    const demo = await startApiHost({ demoCsmsUrl: 'ws://127.0.0.1:9000/ocpp' });
    try {
      const { status, body } = await demo.ask('POST', 'chargers', { csms: { basicAuth: { password: 'x' } } });
      expect([status, body.protocol, body.csms.url]).toEqual([201, 'ocpp1.6', 'ws://127.0.0.1:9000/ocpp']);
    } finally {
      await demo.close();
    }
  });

  it.each([
    ['no URL', { url: 'csms' }, 'csms.url'],
    ['http', { url: 'http://a/b' }, 'csms.url'],
    ['credentials in the URL', { url: 'ws://u:p@a/b' }, 'csms.url'],
    ['a query', { url: 'ws://a/b?x=1' }, 'csms.url'],
    ['profile 2 without TLS', { url: 'ws://a/b', securityProfile: 2, basicAuth: { password: 'x' } }, 'csms.url'],
    ['profile 1 without password', { url: 'ws://a/b', securityProfile: 1 }, 'csms.basicAuth'],
    ['profile 3 without certificate', { url: 'wss://a/b', securityProfile: 3 }, 'csms.tls'],
    ['something else than PEM', { url: 'wss://a/b', tls: { ca: 'x' } }, 'csms.tls.ca'],
  ])('refuses csms settings that cannot be: %s', async (_, settings, path) => {
    const { status, body } = await create({ csms: settings });
    expect([status, body.errors[0].path]).toEqual([400, path]);
  });

  it.each([
    ['a protocol that does not exist', { protocol: 'ocpp1.5' }, 'protocol'],
    ['a model that does not ship', { model: 'nonsense' }, 'model'],
    ['a configuration of the other version', { configuration: [] }, 'configuration'],
    [
      'keys of OCPP 1.6 for a 2.0.1 charger',
      { protocol: 'ocpp2.0.1', configuration: { HeartbeatInterval: '60' } },
      'configuration.HeartbeatInterval',
    ],
    [
      'EVSEs that are not numbered in order',
      { evses: [{ id: 2, maxPowerW: 1, phases: 1, connectors: [{ id: 1, type: 'sType2', fixedCable: false }] }] },
      'evses.0.id',
    ],
    ['more than 16 EVSEs', { evses: evses(17, 1) }, 'evses'],
    ['more than 8 connectors of an EVSE', { evses: evses(1, 9) }, 'evses.0.connectors'],
  ])('refuses %s', async (_, more, path) => {
    const { status, body } = await create(more);
    expect([status, body.errors[0].path]).toEqual([400, path]);
  });

  it('takes a charger of 16 EVSEs with 8 connectors each, and says what there may be at most', async () => {
    expect((await create({ evses: evses(16, 8) })).status).toBe(201);
    const [many, wide] = [await create({ evses: evses(17, 1) }), await create({ evses: evses(1, 9) })];
    expect(JSON.stringify(many.body.errors)).toContain('a charger has at most 16 EVSEs');
    expect(JSON.stringify(wide.body.errors)).toContain('an EVSE has at most 8 connectors');
  });
});

function evses(count: number, connectors: number) {
  return numbered(count, () => evse(connectors));
}

function evse(connectors: number) {
  const all = numbered(connectors, () => ({ type: 'sType2', fixedCable: false }));
  return { maxPowerW: 22_000, phases: 3, connectors: all };
}

function numbered<T extends object>(count: number, make: () => T): (T & { id: number })[] {
  return Array.from({ length: count }, (_, at) => ({ id: at + 1, ...make() }));
}

describe('createChargers', () => {
  const batch = (more: object) => host.ask('POST', 'chargers/batch', { protocol: 'ocpp1.6', csms, ...more });

  it('makes chargers by a pattern, all alike', async () => {
    const { status, body } = await batch({ count: 3, idPattern: 'CP-{n:05}', tags: ['load'] });
    expect([status, body]).toEqual([201, { count: 3, ids: ['CP-00001', 'CP-00002', 'CP-00003'] }]);
    expect(host.service.chargers.get('CP-00003')).toMatchObject({ identity: 'CP-00003', tags: ['load'] });
  });

  it('makes thousands in one answer', async () => {
    const { body } = await batch({ count: 5000, idPattern: '{n}', start: 0, identity: 'same' });
    expect([body.count, body.ids[0], body.ids[4999]]).toEqual([5000, '0', '4999']);
    expect(host.service.chargers.get('4999')?.identity).toBe('same');
  });

  it.each(['CP', '{n}-{n}', 'CP-{m}', 'CP-{n:05', 'a/{n}', `${'x'.repeat(96)}{n:05}`])(
    'refuses the pattern %s',
    async (idPattern) => {
      const { status, body } = await batch({ count: 3, idPattern });
      expect([status, body.errors[0].path]).toEqual([400, 'idPattern']);
    },
  );

  it.each([0, 10_001, 1.5])('refuses the count %s', async (count) => {
    expect((await batch({ count, idPattern: 'CP-{n}' })).body.errors[0].path).toBe('count');
  });

  it('makes none when one exists', async () => {
    await create({ id: 'CP-2' });
    expect((await batch({ count: 3, idPattern: 'CP-{n}' })).status).toBe(409);
    expect([...host.service.chargers.keys()]).toEqual(['CP-2']);
  });
});

describe('listChargers', () => {
  it('pages through what the filter fits', async () => {
    await host.ask('POST', 'chargers/batch', { protocol: 'ocpp1.6', csms, count: 5, idPattern: 'CP-{n}', tags: ['a'] });
    await create({ id: 'other' });
    const first = await host.ask('GET', 'chargers?tag=a&limit=3&idPrefix=CP');
    expect(first.body.chargers.map(({ id }: { id: string }) => id)).toEqual(['CP-1', 'CP-2', 'CP-3']);
    const second = await host.ask('GET', `chargers?tag=a&limit=3&continuation=${first.body.continuation}`);
    expect(second.body.chargers.map(({ id }: { id: string }) => id)).toEqual(['CP-4', 'CP-5']);
    expect(second.body).not.toHaveProperty('continuation');
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'protocol=ocpp1.5', 'nonsense=1'])('refuses ?%s', async (query) => {
    expect((await host.ask('GET', `chargers?${query}`)).status).toBe(400);
  });
});

describe('updateCharger', () => {
  beforeEach(() => create({ csms: { url: 'ws://a/b', basicAuth: { password: 'hunter2' } } }));

  it('changes what is given, and the ETag', async () => {
    const { status, headers, body } = await host.ask(
      'PATCH',
      'chargers/CP-1',
      { tags: ['new'] },
      { 'if-match': '"1"' },
    );
    expect([status, headers.get('etag'), body.tags]).toEqual([200, '"2"', ['new']]);
    expect(body.exchange).toHaveLength(1);
    expect(host.service.submitted[0]?.command).toEqual({
      kind: 'updateSettings',
      settings: { tags: ['new'] },
      ifRevision: 1,
    });
  });

  it('keeps the password when only the URL changes, and takes it away with null', async () => {
    await host.ask('PATCH', 'chargers/CP-1', { csms: { url: 'ws://c/d' } });
    expect(host.service.chargers.get('CP-1')?.csms).toEqual({
      url: 'ws://c/d',
      basicAuth: { username: 'CP-1', password: 'hunter2' },
    });
    await host.ask('PATCH', 'chargers/CP-1', { csms: { basicAuth: null } });
    expect(host.service.chargers.get('CP-1')?.csms).toEqual({ url: 'ws://c/d' });
  });

  it('refuses a change that does not fit what is there', async () => {
    const { status, body } = await host.ask('PATCH', 'chargers/CP-1', { csms: { securityProfile: 2 } });
    expect([status, body.errors[0].path]).toEqual([400, 'csms.url']);
  });

  it.each(['"2"', 'W/"1"', '1', '"x", "y"'])('refuses a stale If-Match: %s', async (ifMatch) => {
    const { status, headers } = await host.ask('PATCH', 'chargers/CP-1', { tags: [] }, { 'if-match': ifMatch });
    expect([status, headers.get('etag')]).toEqual([412, '"1"']);
    expect(host.service.submitted).toEqual([]);
  });

  it('takes an If-Match of any, or one of several', async () => {
    expect((await host.ask('PATCH', 'chargers/CP-1', { tags: [] }, { 'if-match': '*' })).status).toBe(200);
    expect((await host.ask('PATCH', 'chargers/CP-1', { tags: [] }, { 'if-match': '"7", "2"' })).status).toBe(200);
  });
});

describe('deleteCharger', () => {
  it('ends what is running and says so', async () => {
    await create();
    host.service.running = ['transaction 17'];
    const { status, body } = await host.ask('DELETE', 'chargers/CP-1?timeoutSeconds=5');
    const exchange = [{ ...frame, at: '2025-01-31T12:00:00.000Z' }];
    const expected = { id: 'CP-1', deleted: true, ended: ['transaction 17'], exchange, violations: 0 };
    expect([status, body]).toEqual([200, expected]);
    expect(host.service.removed).toEqual([{ id: 'CP-1', options: { force: false, timeoutMs: 5000 } }]);
  });

  it('honours If-Match', async () => {
    await create();
    expect((await host.ask('DELETE', 'chargers/CP-1', undefined, { 'if-match': '"9"' })).status).toBe(412);
    expect(host.service.chargers.size).toBe(1);
    expect((await host.ask('DELETE', 'chargers/CP-1', undefined, { 'if-match': '"1"' })).status).toBe(200);
    expect(host.service.removed[0]?.options).toMatchObject({ ifRevision: 1 });
  });
});

describe('deleteChargers', () => {
  it.each(['chargers', 'chargers/', 'chargers?force=true', 'chargers?tag='])(
    'refuses to delete without a filter: %s',
    async (path) => {
      await create({ tags: ['a'] });
      expect((await host.ask('DELETE', path)).status).toBe(400);
      expect(host.service.chargers.size).toBe(1);
    },
  );

  it('deletes what the filter fits, beyond one page, and nothing else', async () => {
    await host.ask('POST', 'chargers/batch', {
      protocol: 'ocpp1.6',
      csms,
      count: 70,
      idPattern: 'CP-{n}',
      tags: ['a'],
    });
    await create({ id: 'keep' });
    const { body } = await host.ask('DELETE', 'chargers?tag=a');
    expect(body).toEqual({ deleted: 70, ended: [], failed: [] });
    expect([...host.service.chargers.keys()]).toEqual(['keep']);
  });

  it('tells what ended where, and what could not be deleted', async () => {
    await create({ id: 'A', tags: ['a'] });
    await create({ id: 'B', tags: ['a'] });
    const remove = host.service.remove;
    host.service.remove = (id, options) => (id === 'A' ? Promise.reject(new Error('inside')) : remove(id, options));
    host.service.running = ['connection'];
    const { body } = await host.ask('DELETE', 'chargers?tag=a');
    expect(body).toMatchObject({ deleted: 1, ended: [{ id: 'B', ended: ['connection'] }], failed: [{ id: 'A' }] });
    expect(JSON.stringify(body)).not.toContain('inside');
  });
});
