// How many workers a data directory is divided among: decided at the first start, refused when it is another one later.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Settings, SettingsError } from '../lib/host/settings';
import type { Store } from '../lib/simulator/ports';
import { naming } from './engine';

const fileName = 'workers';

/** The part of the data directory that is a worker's own. `place` counts from 0. */
export function partOf(dir: string, place: number): string {
  return join(dir, `worker-${place + 1}`);
}

/**
 * Makes sure that the data directory is divided among `count` workers; one that nobody has used is from now on. Its owner asks, nobody
 * else. @throws SettingsError when it is divided otherwise, or cannot be divided
 */
export async function claimWorkers(settings: Settings, count: number, store: Pick<Store, 'chargers'>): Promise<void> {
  if (settings.STORE === 'cosmos' && count > 1) {
    throw new SettingsError(
      '--workers: needs STORE=sqlite or memory; beyond one process, cosmos is for the Azure host',
    );
  }
  if (settings.STORE !== 'sqlite') return;
  const dir = settings.DATA_DIR;
  const known = naming('DATA_DIR', () => countIn(dir));
  if (known === count) return;
  if (known !== undefined) throw otherwise(dir, `is divided among ${known} workers`, `--workers ${known}`);
  if (count === 1) return;
  const { items } = await store.chargers.list({}, 1);
  if (items.length > 0) throw otherwise(dir, 'holds chargers of one process', '--workers 1');
  naming('DATA_DIR', () => keepCount(dir, count));
}

function countIn(dir: string): number | undefined {
  const file = join(dir, fileName);
  if (!existsSync(file)) return undefined;
  const count = Number(readFileSync(file, 'utf8'));
  if (!Number.isInteger(count) || count < 2) throw new Error(`${file} does not hold a number of workers`);
  return count;
}

/** All of it or nothing, whenever the process ends. */
function keepCount(dir: string, count: number): void {
  const file = join(dir, fileName);
  writeFileSync(`${file}.new`, `${count}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function otherwise(dir: string, how: string, option: string): SettingsError {
  return new SettingsError(`--workers: ${dir} ${how}: start with ${option}, or choose another directory (DATA_DIR)`);
}
