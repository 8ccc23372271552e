// The infrastructure code, as far as it can be checked without its compiler and without Azure: that every reference holds, that settings
// are those the host reads, that nobody gets a key.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { readAzureSettings } from '../../lib/host/settings';
import { containers } from '../../lib/store/cosmos/containers';
import { type BicepFile, type Declaration, namesIn, properties, readBicep, withoutComments } from './bicep';

const root = resolve(__dirname, '../..');
const infra = join(root, 'infra');
const main = readBicep(join(infra, 'main.bicep'));
const modules = readdirSync(join(infra, 'modules')).map((file) => readBicep(join(infra, 'modules', file)));
const files = [main, ...modules];

const of = (file: BicepFile, kind: Declaration['kind']) => file.declarations.filter((one) => one.kind === kind);
const names = (declarations: Declaration[]) => declarations.map(({ name }) => name).sort();

function moduleFile(name: string): BicepFile {
  const found = modules.find(({ path }) => path.endsWith(`/${name}.bicep`));
  if (!found) throw new Error(`no module ${name}`);
  return found;
}

function calledModule(declaration: Declaration): BicepFile {
  const path = /^'([^']+)'/.exec(declaration.text)?.[1] ?? '';
  return readBicep(resolve(dirname(main.path), path));
}

/** Functions and words of the language that the files use. */
const language = new Set(
  `string int bool object array null true false for in if existing range guid empty union string resourceGroup subscription
   subscriptionResourceId uniqueString toLower loadJsonContent`.split(/\s+/),
);

describe.each(files.map((file): [string, BicepFile] => [file.path.slice(root.length + 1), file]))('%s', (_, file) => {
  it('uses only names that it declares', () => {
    const declared = new Set(file.declarations.map(({ name }) => name));
    for (const { name, text } of file.declarations) {
      const loops = [...text.matchAll(/\bfor (\w+) in\b/g)].map(([, variable]) => variable ?? '');
      // Resources inside a resource: symbolic names and types.
      const nested = [...text.matchAll(/\bresource (\w+) /g)].map(([, inner]) => inner ?? '');
      const known = new Set([...declared, ...loops, ...nested, ...language, 'resource']);
      expect({ name, unknown: namesIn(text).filter((used) => !known.has(used)) }).toEqual({ name, unknown: [] });
    }
  });

  it('uses every parameter and variable that it declares', () => {
    for (const { name } of [...of(file, 'param'), ...of(file, 'var')]) {
      const uses = file.declarations.filter((one) => one.name !== name && namesIn(one.text).includes(name));
      expect({ name, used: uses.length > 0 }).toEqual({ name, used: true });
    }
  });

  it('describes every parameter and output', () => {
    for (const { name, decorators } of [...of(file, 'param'), ...of(file, 'output')]) {
      expect({ name, described: /@description\('.{5,}'\)/.test(decorators) }).toEqual({ name, described: true });
    }
  });

  it('asks for no key and gives none out', () => {
    expect(withoutComments(file.source)).not.toMatch(/listKeys|listConnectionStrings|AccountKey|AccessKey|primaryKey/);
    // The one key that there is comes from whoever deploys, and stays out of the history of deployments.
    const secret = of(file, 'param').filter(({ decorators }) => decorators.includes('@secure()'));
    expect(['secretsKey', 'settings']).toEqual(expect.arrayContaining(names(secret)));
    expect(file.source).not.toMatch(/[A-Za-z0-9+/]{60,}={0,2}/);
    for (const { name, text } of of(file, 'output')) {
      expect({ name, secret: /key|secret|password|connectionString/i.test(name + text) }).toEqual({
        name,
        secret: false,
      });
    }
  });
});

describe('main.bicep', () => {
  const calls = of(main, 'module');

  it('calls every module, each with the parameters that it takes', () => {
    expect(calls.map((call) => calledModule(call).path).sort()).toEqual(modules.map(({ path }) => path).sort());
    for (const call of calls) {
      const takes = of(calledModule(call), 'param');
      const given = Object.keys(properties(properties(call.text).params ?? '')).sort();
      expect({ call: call.name, given }).toEqual({ call: call.name, given: names(takes) });
    }
  });

  it('reads only outputs that the modules have', () => {
    const read = [...main.source.matchAll(/\b(\w+)!?\.outputs\.(\w+)/g)];
    expect(read.length).toBeGreaterThan(10);
    for (const [text, module, output] of read) {
      const call = calls.find(({ name }) => name === module);
      expect({ text, found: call && names(of(calledModule(call), 'output')).includes(output ?? '') }).toMatchObject({
        found: true,
      });
    }
  });

  it('reads what a module under a condition gives only under that condition', () => {
    for (const { name, text } of calls) {
      const condition = /^'[^']+' = if \((\w+)\)/.exec(text)?.[1];
      if (condition === undefined) continue;
      const reads = [...main.source.matchAll(new RegExp(`.*\\b${name}!\\.outputs.*`, 'g'))].map(([line]) => line);
      expect(reads.length).toBeGreaterThan(0);
      for (const line of reads) expect(line).toContain(`${condition} ? `);
    }
  });

  it('takes from azd only parameters that it has, and all that have no default', () => {
    const file = JSON.parse(readFileSync(join(infra, 'main.parameters.json'), 'utf8'));
    const given = Object.keys(file.parameters);
    const has = of(main, 'param');
    expect(names(has)).toEqual(expect.arrayContaining(given));
    const required = has.filter(({ text }) => !text.includes('='));
    expect(given).toEqual(expect.arrayContaining(names(required)));
    // A default in that file is the default of the template.
    for (const [name, { value }] of Object.entries<{ value: string }>(file.parameters)) {
      const fallback = /\$\{\w+=(.*)\}/.exec(value)?.[1];
      const own = has.find((one) => one.name === name)?.text.match(/= '?(.*?)'?$/)?.[1];
      if (fallback !== undefined) expect({ name, fallback }).toEqual({ name, fallback: own });
    }
  });
});

describe('settings of the deployed host', () => {
  const call = of(main, 'module').find(({ name }) => name === 'functionApp');
  const settings = properties(properties(properties(call?.text ?? '').params ?? '').settings ?? '');
  const ours = Object.keys(settings);

  it('are settings that the host knows, with values that it takes', () => {
    const values = {
      STORE: 'cosmos',
      COSMOS_ENDPOINT: 'https://cosmos-1.documents.azure.com:443/',
      COSMOS_DATABASE: 'charger-simulator',
      WEB_PUBSUB_ENDPOINT: 'https://wps-1.webpubsub.azure.com',
      CSMS_ALLOWED_HOSTS: '',
      SECRETS_KEY: '',
      HOLD_WINDOW_SECONDS: defaultOf('holdWindowSeconds'),
      SWEEP_SCHEDULE: defaultOf('sweepSchedule'),
      FLEET_RUN_CHARGERS: defaultOf('fleetRunChargers'),
      FLEET_BATCH_CHARGERS: defaultOf('fleetBatchChargers'),
      MESSAGE_LOG_TTL_DAYS: defaultOf('messageLogTtlDays'),
      LOG_LEVEL: defaultOf('logLevel'),
    };
    expect(ours.sort()).toEqual(Object.keys(values).sort());
    const read = readAzureSettings(values);
    expect(read).toMatchObject({
      STORE: 'cosmos',
      HOLD_WINDOW_SECONDS: 240,
      SWEEP_SCHEDULE: '0 * * * * *',
      FLEET_RUN_CHARGERS: 2000,
      FLEET_BATCH_CHARGERS: 100,
      LOG_LEVEL: 'info',
    });
    const known = new Set(
      Object.keys(readAzureSettings({ ...values, CSMS_ALLOWED_HOSTS: '*', SECRETS_KEY: '0'.repeat(64) })),
    );
    expect(ours.filter((name) => !known.has(name))).toEqual([]);
  });

  it('pass the key on as a secret only', () => {
    const app = of(moduleFile('function-app'), 'param').find(({ name }) => name === 'settings');
    for (const { decorators } of [parameter('secretsKey'), app ?? { decorators: '' }]) {
      expect(decorators).toContain('@secure()');
    }
  });

  it('let no hold window come near the time-out of functions', () => {
    const { functionTimeout } = JSON.parse(readFileSync(join(root, 'host.json'), 'utf8'));
    const [hours = 0, minutes = 0, seconds = 0] = functionTimeout.split(':').map(Number);
    const longest = Number(/@maxValue\((\d+)\)/.exec(parameter('holdWindowSeconds').decorators)?.[1]);
    expect(longest + 60).toBeLessThanOrEqual(hours * 3600 + minutes * 60 + seconds);
  });

  it('leave out only what would be a key', () => {
    const all = Object.keys(readAzureSettings({ COSMOS_ENDPOINT: 'https://a.example', COSMOS_KEY: 'k' }));
    expect(all.filter((name) => !ours.includes(name))).toEqual(['COSMOS_KEY']);
  });

  it('sign in by identity wherever the platform has a choice', () => {
    const app = moduleFile('function-app').source;
    for (const name of ['AZURE_CLIENT_ID', 'AzureWebJobsStorage__clientId'])
      expect(app).toContain(`${name}: identityClientId`);
    expect(app).toContain("AzureWebJobsStorage__credential: 'managedidentity'");
    expect(app).toMatch(
      /APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=\$\{identityClientId\};Authorization=AAD'/,
    );
    expect(app).not.toMatch(/AzureWebJobsStorage:|FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION/);
  });

  function parameter(name: string): Declaration {
    const found = of(main, 'param').find((one) => one.name === name);
    if (!found) throw new Error(`no parameter ${name}`);
    return found;
  }

  function defaultOf(name: string): string {
    return parameter(name).text.match(/= '?(.*?)'?$/)?.[1] ?? '';
  }
});

describe('keys and roles', () => {
  it.each([
    ['storage', 'allowSharedKeyAccess: false'],
    ['storage', 'allowBlobPublicAccess: false'],
    ['cosmos', 'disableLocalAuth: true'],
    ['web-pubsub', 'disableLocalAuth: true'],
    ['monitoring', 'DisableLocalAuth: true'],
  ])('%s has %s', (name, property) => {
    expect(moduleFile(name).source).toContain(property);
  });

  /** Built-in roles, as https://learn.microsoft.com/azure/role-based-access-control/built-in-roles lists them. */
  const roles: Record<string, string[]> = {
    storage: [
      'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
      '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
      '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
    ],
    cosmos: ['00000000-0000-0000-0000-000000000002'],
    'web-pubsub': ['12cf5a90-567b-43ae-8102-96cf46c7d9b4'],
    monitoring: ['3913510d-42f4-4e42-8a64-420c390055eb'],
  };

  it('assigns these roles, each on its own resource and no other', () => {
    for (const file of modules) {
      const name = file.path.replace(/^.*\/|\.bicep$/g, '');
      const found = file.source.match(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g) ?? [];
      expect({ name, found }).toEqual({ name, found: roles[name] ?? [] });
      const scopes = [...file.source.matchAll(/roleAssignments@[^\n]*\n[\s\S]*?scope: (\w+)/g)].map(
        ([, scope]) => scope,
      );
      expect(scopes).not.toContain('group');
    }
  });
});

describe('containers', () => {
  const script = join(root, 'scripts/cosmos-containers.mjs');

  it('are generated from what the store declares', () => {
    execFileSync(process.execPath, [script, '--check'], { cwd: root });
    const written: { id: string; partitionKey: { paths: string[] } }[] = JSON.parse(
      readFileSync(join(infra, 'cosmos-containers.json'), 'utf8'),
    );
    expect(written.map(({ id }) => id)).toEqual(Object.keys(containers));
    expect(written.map(({ partitionKey }) => partitionKey.paths)).toEqual(
      Object.values(containers).map(({ partitionKey }) => partitionKey.paths),
    );
  });

  it('are refused where they say something else', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'containers-')), 'containers.json');
    writeFileSync(file, readFileSync(join(infra, 'cosmos-containers.json'), 'utf8').replace('604800', '604801'));
    const { status, stderr } = spawnSync(process.execPath, [script, '--check', file], { cwd: root, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('run node scripts/cosmos-containers.mjs');
  });
});

describe('the reader of Bicep', () => {
  const read = (source: string) => {
    const file = join(mkdtempSync(join(tmpdir(), 'bicep-')), 'file.bicep');
    writeFileSync(file, source);
    return readBicep(file);
  };

  it.each([
    ['a bracket that is not closed', "resource a 'b@1' = {\n  name: 'x'\n"],
    ['a bracket too many', 'var a = [1]]\n'],
    ['a text that does not end', "var a = 'x\n"],
    ['a word that is no declaration', 'parm a string\n'],
  ])('refuses %s', (_, source) => {
    expect(() => read(source)).toThrow();
  });

  it('tells names from properties, and finds those in texts', () => {
    expect(namesIn(`{ name: a.b\n  c: '$\{d.e}-f' }`).sort()).toEqual(['a', 'd']);
  });
});
