// The local host's settings: from the environment, else from `Values` in local.settings.json. What is wrong stops the start, by name.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Thrown on a setting that is unknown, malformed or missing; the message names it. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

const text = z.string();
const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number, 0 to 65535')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a port number, 0 to 65535');
const wsUrl = z.url({ protocol: /^https$/, error: 'must be an https:// URL' });

/** Every setting there is. What has no default may be left out. */
const fields = {
  PORT: port.default(7071),
  HOST: text.regex(/^[\w.:-]+$/, 'must be a host name or an address').default('127.0.0.1'),
  API_KEY: text.min(8, 'must have at least 8 characters').optional(),
  STORE: z.enum(['sqlite', 'memory', 'cosmos']).default('sqlite'),
  DATA_DIR: text.default('.data'),
  COSMOS_ENDPOINT: wsUrl.optional(),
  COSMOS_KEY: text.optional(),
  COSMOS_DATABASE: text.default('charger-simulator'),
  DEMO_CSMS: z.union([z.enum(['on', 'off']), port], 'must be on, off or a port number').default('on'),
  CSMS_ALLOWED_HOSTS: text.optional(),
  WEB_PUBSUB_CONNECTION_STRING: text.optional(),
  WEB_PUBSUB_ENDPOINT: wsUrl.optional(),
  MESSAGE_LOG_TTL_DAYS: z
    .string()
    .regex(/^\d{1,5}(\.\d+)?$/, 'must be a number of days')
    .transform(Number)
    .refine((days) => days > 0, 'must be more than 0')
    .default(7),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty']).default('json'),
};

const schema = z.object(fields);

export type Settings = z.output<typeof schema>;

/** Names that Azure Functions puts beside ours: none of our business. */
const azures =
  /^(AzureWebJobs|FUNCTIONS_|WEBSITE_|WEBSITES_|APPLICATIONINSIGHTS_|APPINSIGHTS_|SCM_|AZURE_|AzureFunctions|languageWorkers)/;

/**
 * The settings, checked. Of the environment only known names are read; in `local.settings.json` an unknown name is an error.
 * @throws SettingsError naming what is wrong
 */
export function readSettings(environment: Record<string, string | undefined>, file = 'local.settings.json'): Settings {
  const values = { ...readFileValues(file), ...known(environment) };
  const parsed = schema.safeParse(values);
  if (!parsed.success) throw new SettingsError(parsed.error.issues.map(explain).join('\n'));
  checkTogether(parsed.data);
  return parsed.data;
}

/** Says nothing of the value: it may be a secret. */
function explain({ path, message }: z.core.$ZodIssue): string {
  return `${String(path[0])}: ${message.replace(/^Invalid (input|option): /, '')}`;
}

/** An empty value is one that is not set: that is how shells and compose files leave one out. */
function known(values: Record<string, string | undefined>): Record<string, string> {
  const given = Object.keys(fields).map((name): [string, string] => [name, values[name]?.trim() ?? '']);
  return Object.fromEntries(given.filter(([, value]) => value !== ''));
}

const fileSchema = z.looseObject({
  Values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

function readFileValues(file: string): Record<string, string> {
  const content = readIfThere(file);
  if (content === undefined) return {};
  const parsed = fileSchema.safeParse(parseJson(file, content));
  if (!parsed.success) throw new SettingsError(`${file}: must be an object with "Values" of names and texts`);
  const values = Object.fromEntries(Object.entries(parsed.data.Values).map(([name, value]) => [name, String(value)]));
  const unknown = Object.keys(values).find((name) => !Object.hasOwn(fields, name) && !azures.test(name));
  if (unknown === undefined) return known(values);
  throw new SettingsError(`${unknown}: unknown setting in ${file}; known are ${Object.keys(fields).join(', ')}`);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new SettingsError(`${file}: cannot be read`);
  }
}

function parseJson(file: string, content: string): unknown {
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch {
    throw new SettingsError(`${file}: is not valid JSON`);
  }
}

function checkTogether({ HOST, API_KEY, STORE }: Settings): void {
  if (!isLoopback(HOST) && API_KEY === undefined) {
    throw new SettingsError(
      `API_KEY: is required because HOST is ${HOST}: without a key the local host listens on loopback only`,
    );
  }
  if (STORE === 'cosmos')
    throw new SettingsError('STORE: cosmos is not available in the local host; use sqlite or memory');
}

/** The code of a system error: `ENOENT`, `EADDRINUSE`, … */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return String(error.code);
}

/** Is this a name of this very machine? */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
