// The process of the local host: settings in, one line out, signals. What it runs is in `host.ts`.

import { createLogger } from '../lib/host/log';
import { readSettings, SettingsError } from '../lib/host/settings';
import { type LocalHost, startLocalHost } from './host';

function hint({ url, demoCsms }: LocalHost, keyed: boolean): string {
  const key = keyed ? ' -H "x-functions-key: $API_KEY"' : '';
  const csms = demoCsms ? '' : ',"protocol":"ocpp1.6","csms":{"url":"wss://your.csms/ocpp"}';
  const lines = [
    'A first session:',
    `  curl -X POST ${url}/api/chargers${key} -d '{"id":"CP-1"${csms}}'`,
    `  curl -X POST ${url}/api/chargers/CP-1/transactions${key} -d '{"connectorId":1,"idToken":"TAG-1"}'`,
    `All operations: ${url}/api/docs`,
    ...(demoCsms ? [`The demo CSMS:  ${demoCsms.httpUrl}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

async function main(): Promise<void> {
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
  const host = await startLocalHost(settings, logger);
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
