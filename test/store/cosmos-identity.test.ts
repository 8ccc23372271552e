// How the Cosmos DB store signs in: with a key, or with an identity, whose package is loaded only then.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';

const scratch = mkdtempSync(join(tmpdir(), 'cosmos-identity-'));
const bundle = join(scratch, 'store.cjs');

beforeAll(() => {
  const contents = `
    import { openCosmosStore } from './lib/store/cosmos';
    const key = process.env.KEY;
    const store = openCosmosStore({ endpoint: 'https://127.0.0.1:1', ...(key ? { key } : {}), database: 'test', messageLogTtlDays: 7 });
    store.ping().catch((error) => {
      const loaded = Object.keys(require.cache).some((file) => file.includes('@azure/identity'));
      console.log(JSON.stringify({ name: error.name, message: error.message, loaded }));
    });`;
  buildSync({
    stdin: { contents, resolveDir: resolve('.'), loader: 'ts' },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    supported: { 'dynamic-import': false },
  });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function ping(env: Record<string, string>): Promise<{ name: string; message: string; loaded: boolean }> {
  const { PATH = '' } = process.env;
  const all = { PATH, NODE_PATH: resolve('node_modules'), ...env };
  const { stdout } = await promisify(execFile)(process.execPath, [bundle], { env: all });
  return JSON.parse(stdout);
}

describe('signing in to Cosmos DB', () => {
  it('takes a key without loading anything of identities', async () => {
    const told = await ping({ KEY: Buffer.from('key').toString('base64') });
    expect(told).toMatchObject({ name: 'StoreUnavailableError', loaded: false });
    expect(told.message).toContain('ECONNREFUSED');
  });

  it('says so when there is neither a key nor an identity', async () => {
    const told = await ping({ AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential' });
    expect(told).toMatchObject({ name: 'StoreUnavailableError', loaded: true });
    expect(told.message).toContain('no identity to sign in with');
  });
});
