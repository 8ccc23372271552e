// The hosts' settings: from the environment, the local host's also from `Values` in local.settings.json. What is wrong is told by name;
// what becomes of it is the host's matter.

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import { isLoopback } from './loopback-guard';
import { isSchedule } from './ncrontab';

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
const httpsUrl = z.url({ protocol: /^https$/, error: 'must be an https:// URL' });

/** 32 bytes in base64 or hexadecimal digits. */
const secretsKey = z
  .string()
  .regex(
    /^([\da-fA-F]{64}|[A-Za-z0-9+/_-]{43}=?)$/,
    'must be 32 random bytes in base64, such as openssl rand -base64 32 prints',
  )
  .transform((value) => Buffer.from(value, value.length === 64 ? 'hex' : 'base64'));

const stores = z.enum(['sqlite', 'memory', 'cosmos']);

/** What both hosts know. What has no default may be left out. */
const shared = {
  COSMOS_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an https:// URL' }).optional(),
  COSMOS_KEY: text.optional(),
  COSMOS_DATABASE: text.default('charger-simulator'),
  CSMS_ALLOWED_HOSTS: text.optional(),
  SECRETS_KEY: secretsKey.optional(),
  WEB_PUBSUB_CONNECTION_STRING: text.optional(),
  WEB_PUBSUB_ENDPOINT: httpsUrl.optional(),
  MESSAGE_LOG_TTL_DAYS: z
    .string()
    .regex(/^\d{1,5}(\.\d+)?$/, 'must be a number of days')
    .transform(Number)
    .refine((days) => days > 0, 'must be more than 0')
    .default(7),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
};

const localFields = {
  ...shared,
  PORT: port.default(7071),
  HOST: text.regex(/^[\w.:-]+$/, 'must be a host name or an address').default('127.0.0.1'),
  API_KEY: text.min(8, 'must have at least 8 characters').optional(),
  STORE: stores.default('sqlite'),
  DATA_DIR: text.default('.data'),
  DEMO_CSMS: z.union([z.enum(['on', 'off']), port], 'must be on, off or a port number').default('on'),
  LOG_FORMAT: z.enum(['json', 'pretty']).default('json'),
  SOURCE_ADDRESSES: text
    .transform((list) => list.split(',').map((address) => address.trim()))
    .refine((addresses) => addresses.every((address) => isIP(address) !== 0), 'must be IP addresses, parted by commas')
    .default([]),
};

/** A number of chargers. */
const chargers = (most: number) =>
  text
    .regex(/^\d{1,5}$/, `must be a number of chargers, 1 to ${most}`)
    .transform(Number)
    .refine((count) => count >= 1 && count <= most, `must be a number of chargers, 1 to ${most}`);

const azureFields = {
  ...shared,
  STORE: stores.default('cosmos'),
  HOLD_WINDOW_SECONDS: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a number of seconds, 10 to 1800')
    .transform(Number)
    .refine((seconds) => seconds >= 10 && seconds <= 1800, 'must be a number of seconds, 10 to 1800')
    .default(240),
  SWEEP_SCHEDULE: text
    .refine(isSchedule, 'must be an NCRONTAB expression of six fields, such as 0 * * * * *')
    .default('0 * * * * *'),
  FLEET_RUN_CHARGERS: chargers(20_000).default(2000),
  FLEET_BATCH_CHARGERS: chargers(500).default(100),
};

const localSchema = z.object(localFields);
const azureSchema = z.object(azureFields);
/** What the local host takes. */
export const localSettingNames: readonly string[] = Object.keys(localFields);
const allNames = Object.keys({ ...localFields, ...azureFields });

/** Settings of the local host. */
export type Settings = z.output<typeof localSchema>;
/** Settings of the Azure host. */
export type AzureSettings = z.output<typeof azureSchema>;
/** Settings that both hosts have. */
export type SharedSettings = Pick<Settings, keyof Settings & keyof AzureSettings>;

/** Names that Azure Functions puts beside ours: none of our business. */
const azures =
  /^(AzureWebJobs|FUNCTIONS_|WEBSITE_|WEBSITES_|APPLICATIONINSIGHTS_|APPINSIGHTS_|SCM_|AZURE_|AzureFunctions|languageWorkers)/;

/**
 * The local host's settings, checked. Of the environment only known names are read; in `local.settings.json` an unknown name is an error.
 * @throws SettingsError naming what is wrong
 */
export function readSettings(environment: Record<string, string | undefined>, file = 'local.settings.json'): Settings {
  const values = { ...readFileValues(file), ...known(environment) };
  const settings = check(localSchema, values);
  checkTogether(settings);
  checkStore(settings);
  return settings;
}

/**
 * The Azure host's settings, checked. Only the environment counts there: the Functions tools put `Values` into it.
 * @throws SettingsError naming what is wrong
 */
export function readAzureSettings(environment: Record<string, string | undefined>): AzureSettings {
  const settings = check(azureSchema, known(environment));
  if (settings.STORE === 'sqlite') throw new SettingsError('STORE: sqlite is for the local host; use cosmos');
  checkStore(settings);
  return settings;
}

function check<T>(schema: z.ZodType<T>, values: Record<string, string>): T {
  const parsed = schema.safeParse(values);
  if (!parsed.success) throw new SettingsError(parsed.error.issues.map(explain).join('\n'));
  return parsed.data;
}

function checkStore({ STORE, COSMOS_ENDPOINT, COSMOS_KEY }: SharedSettings): void {
  if (STORE !== 'cosmos') return;
  if (COSMOS_ENDPOINT === undefined) {
    throw new SettingsError(
      'COSMOS_ENDPOINT: is required because STORE is cosmos; such as https://account.documents.azure.com',
    );
  }
  // An identity's token must not travel in the clear; a key signs and stays here (emulators speak http).
  if (COSMOS_KEY === undefined && !COSMOS_ENDPOINT.startsWith('https:')) {
    throw new SettingsError('COSMOS_ENDPOINT: must be an https:// URL because there is no COSMOS_KEY');
  }
}

/** Says nothing of the value: it may be a secret. */
function explain({ path, message }: z.core.$ZodIssue): string {
  return `${String(path[0])}: ${message.replace(/^Invalid (input|option): /, '')}`;
}

/** An empty value is one that is not set: that is how shells and compose files leave one out. */
function known(values: Record<string, string | undefined>): Record<string, string> {
  const given = allNames.map((name): [string, string] => [name, values[name]?.trim() ?? '']);
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
  const unknown = Object.keys(values).find((name) => !allNames.includes(name) && !azures.test(name));
  if (unknown === undefined) return known(values);
  throw new SettingsError(`${unknown}: unknown setting in ${file}; known are ${allNames.join(', ')}`);
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

function checkTogether({ HOST, API_KEY }: Settings): void {
  if (!isLoopback(HOST) && API_KEY === undefined) {
    throw new SettingsError(
      `API_KEY: is required because HOST is ${HOST}: without a key the local host listens on loopback only`,
    );
  }
}

/** The code of a system error: `ENOENT`, `EADDRINUSE`, … */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return String(error.code);
}
