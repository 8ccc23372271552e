// A process of its own: the whole local host, HTTP and SQLite and all, that tells what it costs. What its chargers do is ordered over HTTP.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../lib/host/log';
import { readSettings } from '../lib/host/settings';
import { startLocalHost } from '../local/host';
import { answerSamples } from './sample';

const dir = mkdtempSync(join(tmpdir(), 'charger-capacity-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));

const settings = readSettings({
  SOURCE_ADDRESSES: process.env.SOURCE_ADDRESSES,
  PORT: '0',
  DEMO_CSMS: 'off',
  STORE: 'sqlite',
  DATA_DIR: dir,
  LOG_LEVEL: 'warn',
});
const logger = createLogger({ level: 'warn', format: 'json', write: (line) => process.stderr.write(line) });

async function main(): Promise<void> {
  const { url } = await startLocalHost(settings, logger);
  answerSamples(() => {});
  process.send?.({ kind: 'ready', url });
}

main().catch((error: unknown) => process.send?.({ kind: 'failed', detail: String(error) }));
