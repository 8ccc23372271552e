// Containers, pipelines and settings files, as far as they can be checked without Docker, Jenkins and Azure: they parse, name files and
// settings that exist, and what can be run here is run.
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { readAzureSettings, readSettings } from '../../lib/host/settings';
import { cosmosKey, startCosmosServer } from '../support/cosmos-server';
import { forgetData, type HostProcess, startHost } from '../support/local-host';

const root = resolve(__dirname, '../..');
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const yaml = (file: string) => parse(text(file), { merge: true, strict: true });

describe.each(['Dockerfile', 'Dockerfile.functions'])('%s', (file) => {
  const lines = text(file).replace(/\\\n/g, ' ').split('\n');
  const ignored = text('.dockerignore').split('\n');

  it('has nothing that the linter minds', () => {
    // The first argument is used by FROM alone, which the linter knows.
    expect(validate(text(file)).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
  });

  it('copies from the build context only what .dockerignore lets in', () => {
    const copies = lines.flatMap((line) => /^COPY (?!--from)(.*) \S+$/.exec(line)?.[1]?.split(' ') ?? []);
    expect(copies.length).toBeGreaterThan(4);
    for (const path of copies) {
      expect({ path, letIn: ignored.includes(`!${path.replace(/^\.\//, '')}`) }).toEqual({ path, letIn: true });
    }
  });

  it('runs only scripts that package.json has', () => {
    const { scripts } = JSON.parse(text('package.json'));
    const used = lines.flatMap((line) => [...line.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name ?? ''));
    expect(used).toHaveLength(1);
    for (const name of used) expect(Object.keys(scripts)).toContain(name);
  });

  it('builds what it starts from what it copies, and nothing else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'image-'));
    try {
      const copies = lines.flatMap((line) => /^COPY (?!--from)(.*) \S+$/.exec(line)?.[1]?.split(' ') ?? []);
      for (const path of copies) cpSync(join(root, path), join(folder, path), { recursive: true });
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
      const script = /npm run ([\w:]+)/.exec(lines.join('\n'))?.[1] ?? '';
      const { status, stderr } = spawnSync('npm', ['run', script], { cwd: folder, encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const [, built = ''] = /^COPY --from=build \/app\/(dist\S*)/m.exec(lines.join('\n')) ?? [];
      expect(existsSync(join(folder, built, 'main.js'))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 180_000);
});

describe('Dockerfile', () => {
  const last =
    text('Dockerfile')
      .split(/^FROM /m)
      .at(-1) ?? '';

  it('runs as a user without privileges, without a shell between, on every address', () => {
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^CMD \["node", .*"dist\/local\/main\.js"\]$/m);
    expect(last).toContain('HOST=0.0.0.0');
    expect(last).not.toContain('API_KEY=');
  });

  it('sets settings that the local host knows, which wants a key with them', () => {
    const settings = Object.fromEntries(
      [...last.matchAll(/\b([A-Z][A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    );
    expect(Object.keys(settings).sort()).toEqual(['DATA_DIR', 'HOST', 'NODE_ENV', 'PORT']);
    expect(() => readSettings(settings, '-')).toThrow('API_KEY: is required because HOST is 0.0.0.0');
    expect(readSettings({ ...settings, API_KEY: '12345678' }, '-')).toMatchObject({
      HOST: '0.0.0.0',
      DATA_DIR: '/data',
    });
  });

  it('has a health check that tells a host that works from one that does not', async () => {
    const [, program = ''] = /HEALTHCHECK[\s\S]*?CMD \["node", "-e", "(.*)"\]/.exec(last) ?? [];
    const check = async (port: string) =>
      spawnSync(process.execPath, ['-e', program], { env: { PORT: port }, encoding: 'utf8' }).status;
    const host = await startHost({ API_KEY: '12345678' });
    try {
      expect(await check(new URL(host.url).port)).toBe(0);
    } finally {
      await host.stop();
      forgetData(host);
    }
    expect(await check(new URL(host.url).port)).toBe(1);
  });
});

describe('compose.yaml', () => {
  const { services, volumes, configs } = yaml('compose.yaml');

  it('names services, volumes, configs and Dockerfiles that exist', () => {
    for (const [name, service] of Object.entries<Record<string, unknown>>(services)) {
      const depends = Object.keys((service.depends_on as object) ?? {});
      expect(Object.keys(services)).toEqual(expect.arrayContaining(depends));
      for (const volume of (service.volumes as string[]) ?? [])
        expect(volumes).toHaveProperty(volume.split(':')[0] ?? '');
      for (const { source } of (service.configs as { source: string }[]) ?? []) expect(configs).toHaveProperty(source);
      const build = typeof service.build === 'object' ? (service.build as { dockerfile: string }) : undefined;
      expect({ name, there: existsSync(join(root, build?.dockerfile ?? 'Dockerfile')) }).toEqual({ name, there: true });
    }
  });

  it('takes images of a version, of which only the emulator has none', () => {
    const images = Object.values<{ image?: string }>(services).flatMap(({ image }) => image ?? []);
    expect(images.filter((image) => !/:\d+\.\d+\.\d+$/.test(image))).toEqual([
      'mcr.microsoft.com/cosmosdb/linux/azure-cosmos-emulator:vnext-preview',
    ]);
  });

  it('publishes on this machine only', () => {
    for (const { ports = [] } of Object.values<{ ports?: string[] }>(services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    }
  });

  it('gives the hosts settings that they take, with the values it falls back to', () => {
    const local = readSettings({ ...resolved(services.local.environment), HOST: '0.0.0.0' }, '-');
    expect(local).toMatchObject({ API_KEY: '12345678', LOG_LEVEL: 'info' });
    const functions = readAzureSettings(resolved(services.functions.environment));
    expect(functions).toMatchObject({
      STORE: 'cosmos',
      COSMOS_ENDPOINT: 'http://cosmos:8081',
      HOLD_WINDOW_SECONDS: 240,
    });
    expect(functions).toMatchObject({
      SWEEP_SCHEDULE: '0 * * * * *',
      FLEET_RUN_CHARGERS: 2000,
      FLEET_BATCH_CHARGERS: 100,
    });
  });

  it('opens the functions with the same key', () => {
    const keys = JSON.parse(fill(configs['function-keys'].content));
    expect([keys.masterKey.value, keys.functionKeys[0].value, keys.systemKeys[0].value]).toEqual(
      Array(3).fill('12345678'),
    );
  });

  function resolved(environment: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fill(value)]));
  }

  /** As compose does with nothing but API_KEY in the environment. */
  function fill(value: string): string {
    return value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name, kind, rest) => {
      if (name === 'API_KEY') return '12345678';
      if (kind !== '-') throw new Error(`${name} has no value`);
      return rest;
    });
  }
});

describe('scripts/create-containers.mjs', () => {
  // Not spawnSync: the server is in this process.
  const create = (env: Record<string, string>) =>
    promisify(execFile)(process.execPath, ['scripts/create-containers.mjs'], {
      cwd: root,
      env: { ATTEMPTS: '1', ...env },
    });

  it('makes what the store needs, and leaves alone what is there', async () => {
    const server = await startCosmosServer();
    try {
      const env = { COSMOS_ENDPOINT: server.endpoint, COSMOS_KEY: cosmosKey, COSMOS_DATABASE: 'another' };
      for (const _ of ['first', 'again']) await create(env);
      const { resources } = await server.client.database('another').containers.readAll().fetchAll();
      expect(resources.map(({ id }) => id).sort()).toEqual(['chargers', 'commands', 'messages', 'runs']);
    } finally {
      await server.close();
    }
  });

  it('fails where nobody answers, and names the setting that is missing', async () => {
    const nobody = { COSMOS_ENDPOINT: 'http://127.0.0.1:9', COSMOS_KEY: cosmosKey };
    await expect(create(nobody)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('127.0.0.1:9') });
    await expect(create({})).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('COSMOS_ENDPOINT') });
  });
});

describe('local.settings.sample.json', () => {
  it('works as it is for the local host, and for the Azure host', () => {
    expect(readSettings({}, join(root, 'local.settings.sample.json'))).toMatchObject({ PORT: 7071, STORE: 'sqlite' });
    const { Values } = JSON.parse(text('local.settings.sample.json'));
    expect(readAzureSettings(Values)).toMatchObject({ STORE: 'cosmos', COSMOS_ENDPOINT: 'http://127.0.0.1:8081' });
  });
});

describe('azure.yaml', () => {
  const { services, infra } = yaml('azure.yaml');

  it('deploys the bundle to the app that the template makes', () => {
    const [name, service] = Object.entries<object>(services)[0] ?? [];
    expect(text(`${infra.path}/${infra.module}.bicep`)).toContain(`serviceName = '${name}'`);
    expect(service).toMatchObject({ host: 'function', dist: 'dist/functions' });
    const { scripts } = JSON.parse(text('package.json'));
    for (const [, script] of JSON.stringify(service).matchAll(/npm run ([\w:]+)/g))
      expect(scripts).toHaveProperty([script ?? '']);
  });
});

describe('.funcignore', () => {
  it('keeps back all that is in the root but what makes the app', () => {
    const { stdout } = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' });
    const entries = [
      ...new Set(
        stdout
          .trim()
          .split('\n')
          .map((path) => path.split('/')[0] ?? ''),
      ),
    ];
    const kept = entries.filter((entry) => !ignores(entry));
    expect(kept.filter((entry) => entry !== '.funcignore').sort()).toEqual(
      ['host.json', 'package.json'].filter((entry) => entries.includes(entry)),
    );
    for (const secret of ['local.settings.json', '.data', 'node_modules']) expect(ignores(secret)).toBe(true);
  });

  it('lets the bundle through', () => {
    for (const file of [
      'dist/functions/main.js',
      'dist/functions/main.js.map',
      'main.js',
      'main.js.map',
      'host.json',
    ]) {
      expect({ file, ignored: ignores(file) }).toEqual({ file, ignored: false });
    }
  });

  /** As Git reads it: without a slash in front a name counts in every folder, so every name here has one. */
  function ignores(path: string): boolean {
    const patterns = text('.funcignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    return patterns.some((pattern) => {
      expect(pattern).toMatch(/^(\/|\*\.)/);
      const body = pattern.replace(/^\//, '').replace(/\./g, '\\.').replace(/\*/g, '[^/]*');
      return new RegExp(pattern.startsWith('/') ? `^${body}(/|$)` : `(^|/)${body}$`).test(path);
    });
  }
});

describe('pipelines', () => {
  const folder = join(root, 'examples/pipelines');

  it('are YAML that hands the script what it reads, secrets as secrets', () => {
    const github = yaml('examples/pipelines/github-actions.yml').jobs.session.steps.at(-1);
    const azure = yaml('examples/pipelines/azure-pipelines.yml').steps.at(-1);
    for (const { env } of [github, azure]) expect(Object.keys(env).sort()).toEqual(['CSMS_URL', 'SIM', 'SIM_KEY']);
    expect(github.env.SIM_KEY).toContain('secrets.');
    for (const name of ['CSMS_URL', 'SIM', 'SIM_KEY'])
      expect(text('examples/pipelines/session.sh')).toContain(`\${${name}:-`);
    expect(github.run).toBe('bash session.sh');
  });

  it('of Jenkins are blocks that close', () => {
    for (const file of ['Jenkinsfile', 'examples/pipelines/Jenkinsfile']) {
      const code = text(file).replace(/'[^'\n]*'|\/\/.*/g, '');
      expect(code.match(/[{([]/g)?.length).toBe(code.match(/[})\]]/g)?.length);
      expect(code).toMatch(/^pipeline \{[\s\S]*stages \{[\s\S]*\}\s*$/m);
    }
    expect(text('Jenkinsfile')).toContain("sh 'bash .ci/run'");
    expect(existsSync(join(root, '.ci/run'))).toBe(true);
  });

  it('are all shown', () => {
    expect(readdirSync(folder).sort()).toEqual([
      'Jenkinsfile',
      'azure-pipelines.yml',
      'github-actions.yml',
      'session.sh',
    ]);
  });

  const tools = ['curl', 'jq'].every((tool) => spawnSync(tool, ['--version']).status === 0);
  (tools ? describe : describe.skip)('session.sh, where curl and jq are', () => {
    let host: HostProcess;
    beforeAll(async () => {
      host = await startHost({ DEMO_CSMS: 'on', API_KEY: '12345678' });
    });
    afterAll(async () => {
      await host.stop();
      forgetData(host);
    });

    const run = (env: Record<string, string>) => {
      const copy = mkdtempSync(join(tmpdir(), 'pipeline-'));
      cpSync(join(folder, 'session.sh'), join(copy, 'session.sh'));
      const own = { PATH: process.env.PATH ?? '', SIM: `${host.url}/api`, SIM_KEY: '12345678', ...env };
      return spawnSync('bash', ['session.sh'], { cwd: copy, env: own, encoding: 'utf8' });
    };

    it('passes against a CSMS that works, and leaves no charger behind', async () => {
      const { status, stdout, stderr } = run({});
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout.match(/^ok: /gm)).toHaveLength(6);
      const left = await fetch(`${host.url}/api/chargers?code=12345678`).then((answer) => answer.json());
      expect(left).toMatchObject({ chargers: [] });
    });

    it.each([
      ['the key is wrong', { SIM_KEY: 'not-the-key' }, 'answered 401'],
      ['nobody is there', { SIM: 'http://127.0.0.1:9/api' }, 'curl: (7)'],
      ['the CSMS is not there', { CSMS_URL: 'ws://127.0.0.1:9/ocpp' }, 'answered 502'],
      ['the token is no token', { ID_TOKEN: 'x'.repeat(50) }, 'answered 400'],
    ])('fails when %s, and says so', (_, env, why) => {
      const { status, stderr } = run(env);
      expect(status).not.toBe(0);
      expect(stderr).toContain(why);
    });
  });
});
