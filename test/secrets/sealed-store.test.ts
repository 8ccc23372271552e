// What a store is given of a charger's secrets (security whitepaper §2.6): sealed text and nothing else, in chargers, commands and jobs.
import type { Charger } from '../../lib/charger/charger';
import { viewCharger } from '../../lib/charger/view';
import { sealStore } from '../../lib/secrets/sealed-store';
import { createVault, lockedVault } from '../../lib/secrets/vault';
import type { CommandEntry } from '../../lib/simulator/ports';
import { createMemoryStore } from '../../lib/store/memory';
import { chargerDocument } from '../support/charger-document';

const vault = createVault(Buffer.alloc(32, 1));
const identified = {
  subject: 'CN=CP-1',
  serialNumber: '1',
  notBefore: 0,
  notAfter: 1,
  fingerprint: '',
  hashes: { SHA256: ['', ''], SHA384: ['', ''], SHA512: ['', ''] },
} satisfies object;

const csms = () => ({
  url: 'wss://csms.test/ocpp',
  basicAuth: { username: 'CP-1', password: 'secret-password' },
  tls: { certificate: 'PEM', key: 'secret-key' },
});

function secretive(id: string): Charger {
  const own = (key: string) => ({ ...identified, chain: [], key }) as never;
  return {
    ...chargerDocument(id),
    csms: csms(),
    security: {
      csr: { key: 'secret-csr', commonName: 'a', organization: 'b' },
      own: own('secret-own'),
      next: own('secret-next'),
      trial: { failures: 0, certificate: own('secret-before') },
    },
  };
}

const secretsOf = ({ csms: { basicAuth, tls }, security }: Charger) => [
  basicAuth?.password,
  tls?.key,
  security?.csr?.key,
  security?.own?.key,
  security?.next?.key,
  security?.trial?.certificate?.key,
];
const secrets = ['secret-password', 'secret-key', 'secret-csr', 'secret-own', 'secret-next', 'secret-before'];

describe('§2.6: a sealed store', () => {
  const inner = createMemoryStore({ ttlDays: 1 });
  const store = sealStore(inner, vault);
  const stored = async (id: string) => (await inner.chargers.read(id))?.charger ?? chargerDocument('none');

  it.each(['create', 'createMany', 'replace'] as const)('%s writes no secret in the clear', async (how) => {
    const record = { charger: secretive(how), statuses: [] };
    if (how === 'create') await store.chargers.create(record);
    if (how === 'createMany') await store.chargers.createMany([record]);
    if (how === 'replace') {
      const etag = await store.chargers.create({ charger: chargerDocument(how), statuses: [] });
      await store.chargers.replace(record, etag);
    }
    const charger = await stored(how);
    expect(JSON.stringify(charger)).not.toContain('secret');
    expect(secretsOf(charger).map((sealed) => vault.unseal(sealed ?? ''))).toEqual(secrets);
    expect((await store.chargers.read(how))?.charger).toEqual(charger);
  });

  it('seals the URLs of files that grant access, wherever the document has them; others stay readable', async () => {
    const location = (who: string) => `ftp://user:secret-${who}@files.test/x`;
    const retries = { left: 0, intervalMs: 0 };
    const wish = { location: location('signed'), retries } as never;
    const charger: Charger = {
      ...chargerDocument('urls'),
      firmware: { location: location('firmware'), phase: 'downloading', retries },
      uploads: {
        log: {
          location: 'https://files.test/x?sig=secret-grant',
          phase: 'uploading',
          status: 'Uploading',
          retries,
        } as never,
        diagnostics: {
          location: 'https://files.test/plain',
          phase: 'uploading',
          status: 'Uploading',
          retries,
        } as never,
      },
      tasks: {
        'firmware/1': { task: { kind: 'download', location: location('task') }, since: 0 },
        'signedUpdate/2': { task: { kind: 'checkSigner', wish, roots: [], at: 0 }, since: 0 },
      },
    };
    await store.chargers.create({ charger, statuses: [] });
    const text = JSON.stringify(await stored('urls'));
    expect(text).not.toContain('secret');
    expect(text).toContain('https://files.test/plain');
    const kept = await stored('urls');
    expect(vault.unseal(kept.firmware?.location ?? '')).toBe(location('firmware'));
    expect(JSON.stringify(viewCharger(kept, 0))).not.toMatch(/secret|sealed:/);
  });

  it('seals a secret once, not with every write', async () => {
    const charger = secretive('once');
    const etag = await store.chargers.create({ charger, statuses: [] });
    const first = secretsOf(await stored('once'));
    await store.chargers.replace({ charger, statuses: [] }, etag);
    expect(secretsOf(await stored('once'))).toEqual(first);
  });

  it('a settings command and a job hold none either, and are given back as they were', async () => {
    const job = { operation: 'createCharger', input: { csms: csms() } };
    const entry: CommandEntry = { id: '1', chargerId: 'CP-1', createdAt: 1, state: 'pending', job };
    await store.commands.create(entry);
    await store.commands.create({ ...entry, id: '2', command: { kind: 'updateSettings', settings: { csms: csms() } } });
    for (const id of ['1', '2']) expect(JSON.stringify(await inner.commands.read('CP-1', id))).not.toContain('secret-');
    expect((await store.commands.read('CP-1', '1'))?.job).toEqual(job);
    await store.commands.put({ ...entry, state: 'done' });
    expect((await store.commands.read('CP-1', '1'))?.job).toEqual(job);
  });

  it('without a key is the store itself', () => {
    expect(sealStore(inner, lockedVault)).toBe(inner);
  });
});
