// The process of the local host: settings in, one line out, signals. What it runs is in `host.ts`.

import { createLogger } from '../lib/host/log';
import { readSettings, SettingsError } from '../lib/host/settings';
import { readCommandLine, UsageError } from './command-line';
import { type LocalHost, startLocalHost } from './host';

const usage = `Usage: npm start -- [options], or node dist/local/main.js [options]

Starts the charger simulator: its HTTP API, an embedded store and a demo CSMS to talk to. Prints where it listens.

Options:
  --workers N  divides the chargers among N processes behind one port, 1 to 64; default 1. A data directory keeps to its number
  --help       this text

Settings, from the environment or from "Values" in local.settings.json:
  PORT, HOST            where it listens; default 7071, 127.0.0.1; port 0 is any that is free
  API_KEY               the key that callers need; required unless HOST is loopback
  STORE                 sqlite (default), memory, or cosmos
  COSMOS_ENDPOINT, COSMOS_KEY, COSMOS_DATABASE
                        for STORE=cosmos
  DATA_DIR              where the embedded store lives; default .data
  DEMO_CSMS             on (default, port 9000), off, or a port
  CSMS_ALLOWED_HOSTS    hosts that chargers may dial, parted by commas; default any but cloud metadata addresses
  SECRETS_KEY           32 random bytes in base64 that secrets of chargers are encrypted with
  SOURCE_ADDRESSES      addresses of this machine that chargers dial from, parted by commas
  MESSAGE_LOG_TTL_DAYS  how long OCPP logs are kept; default 7
  LOG_LEVEL             debug, info (default), warn or error
  LOG_FORMAT            json (default) or pretty

Exit code: 0 after SIGTERM or SIGINT, 1 when it cannot start or go on, 2 when an option is not understood.
`;

function hint({ url, demoCsms }: LocalHost, keyed: boolean): string {
  const key = keyed ? ' -H "x-functions-key: $API_KEY"' : '';
  const csms = demoCsms ? '' : ',"protocol":"ocpp1.6","csms":{"url":"wss://your.csms/ocpp"}';
  const lines = [
    `In a browser: ${url}/`,
    'A first session:',
    `  curl -X POST ${url}/api/chargers${key} -d '{"id":"CP-1"${csms}}'`,
    `  curl -X POST ${url}/api/chargers/CP-1/transactions${key} -d '{"connectorId":1,"idToken":"TAG-1"}'`,
    `All operations: ${url}/api/docs`,
    ...(demoCsms ? [`The demo CSMS:  ${demoCsms.httpUrl}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

const workersAtMost = 64;

function countOf(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= workersAtMost) return count;
  throw new UsageError(`--workers must be a whole number from 1 to ${workersAtMost}`);
}

async function main(): Promise<void> {
  const workers = readCommandLine({
    usage,
    options: ['workers'],
    read: ({ workers: wanted = '1' }) => countOf(wanted),
  });
  const settings = readSettings(process.env);
  const logger = createLogger({
    level: settings.LOG_LEVEL,
    format: settings.LOG_FORMAT,
    write: (line) => process.stderr.write(line),
  });
  const fatal = (error: unknown) => {
    logger.error({ message: 'fatal', error });
    process.exit(1);
  };
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);
  const host = await startLocalHost(settings, logger, { workers });
  stopOnSignals(host, fatal);
  process.stdout.write(`listening on ${host.url}\n`);
  process.stdout.write(hint(host, settings.API_KEY !== undefined));
}

/** The first signal stops in good order; a second one does not wait for it. */
function stopOnSignals(host: LocalHost, fatal: (error: unknown) => void): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    host.stop().then(() => process.exit(0), fatal);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  const expected = error instanceof SettingsError;
  process.stderr.write(`${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
