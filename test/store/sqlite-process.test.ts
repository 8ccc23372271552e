// The SQLite store and the fate of its process: killed, second of two, out of disk. The writer is `sqlite-writer.ts`.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import type { Store } from '../../lib/simulator/ports';
import { DirectoryInUseError, openSqliteStore } from '../../lib/store/sqlite';
import { chargerRecord } from '../support/charger-document';

const scratch = mkdtempSync(join(tmpdir(), 'store-process-'));
const writer = join(scratch, 'writer.cjs');
let dir: string;
const children: ChildProcessWithoutNullStreams[] = [];

beforeAll(() => {
  buildSync({
    entryPoints: [resolve('test/store/sqlite-writer.ts')],
    outfile: writer,
    bundle: true,
    platform: 'node',
    packages: 'external',
  });
});
beforeEach(() => {
  dir = mkdtempSync(join(scratch, 'data-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const open = () => openSqliteStore({ dir, messageLogTtlDays: 7 });

/** Starts the writer; a `fileKilobytes` limit is what a full disk looks like to it. */
function start(task: 'write' | 'hold' | 'fill', fileKilobytes?: number): ChildProcessWithoutNullStreams {
  const limit = fileKilobytes === undefined ? '' : `ulimit -f ${fileKilobytes}; `;
  const env = { ...process.env, NODE_PATH: resolve('node_modules') };
  const script = `${limit}exec "$@"`;
  const child = spawn('bash', ['-c', script, 'bash', process.execPath, writer, task, dir], { env });
  children.push(child);
  return child;
}

async function linesUntilEnd(child: ChildProcessWithoutNullStreams): Promise<string[]> {
  const errors: string[] = [];
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) lines.push(line);
  return [...lines, ...errors];
}

describe('a killed process', () => {
  it('has lost nothing that was acknowledged, over several lives', async () => {
    const acknowledged = new Map<string, number>();
    for (const linesBeforeDeath of [1, 50, 400, 2000]) {
      await writeUntilKilled(linesBeforeDeath, acknowledged);
      await expectEverything(acknowledged);
    }
    expect(acknowledged.size).toBe(10);
  });

  async function writeUntilKilled(linesBeforeDeath: number, acknowledged: Map<string, number>): Promise<void> {
    const child = start('write');
    let lines = 0;
    for await (const line of createInterface(child.stdout)) {
      const [id, value] = line.split(' ');
      acknowledged.set(id ?? '', Number(value));
      lines += 1;
      if (lines === linesBeforeDeath) child.kill('SIGKILL');
    }
    expect(lines).toBeGreaterThanOrEqual(linesBeforeDeath);
  }

  /** What is there may be ahead of what was acknowledged by the one write that was under way. */
  async function expectEverything(acknowledged: Map<string, number>): Promise<void> {
    const store = open();
    for (const [id, value] of acknowledged) {
      const found = (await store.chargers.read(id))?.charger.lastId ?? 0;
      expect([value, value + 1]).toContain(found);
      const logged = await log(store, id);
      expect(logged).toEqual(logged.map((_, index) => found - index));
      expect(logged).toHaveLength(found);
    }
    await store.close();
  }

  /** Values in the log of a charger, newest first. */
  async function log(store: Store, id: string): Promise<number[]> {
    const values: number[] = [];
    let continuation: string | undefined;
    do {
      const page = await store.messages.page(id, {}, 1000, continuation);
      values.push(...page.items.map(({ at }) => at));
      continuation = page.continuation;
    } while (continuation !== undefined);
    return values;
  }

  it('leaves the data directory free', async () => {
    const child = start('hold');
    await once(child.stdout, 'data');
    expect(open).toThrow(DirectoryInUseError);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await open().close();
  });
});

describe('the data directory', () => {
  it('is refused to a second process, by name, and given to the next one once it is free', async () => {
    const child = start('hold');
    await once(child.stdout, 'data');
    expect(open).toThrow(`the data directory ${dir} is in use by another simulator`);
    expect(open).toThrow(DirectoryInUseError);
    child.stdin.end();
    await once(child, 'exit');
    await open().close();
  });

  it('is refused to a second store of the same process', async () => {
    const store = open();
    expect(open).toThrow(DirectoryInUseError);
    await store.close();
    await open().close();
  });

  it('is refused to another process while this one has it', async () => {
    const store = open();
    const [line] = await linesUntilEnd(start('hold'));
    expect(line).toContain(`the data directory ${dir} is in use`);
    await store.close();
  });

  it('can be backed up after closing by copying one file', async () => {
    const store = open();
    await store.chargers.create(chargerRecord('CP-1'));
    await store.close();
    const copy = mkdtempSync(join(scratch, 'copy-'));
    copyFileSync(join(dir, 'simulator.db'), join(copy, 'simulator.db'));
    const copied = openSqliteStore({ dir: copy, messageLogTtlDays: 7 });
    expect((await copied.chargers.read('CP-1'))?.charger.id).toBe('CP-1');
    await copied.close();
  });
});

describe('a full disk', () => {
  it('fails the whole batch as unavailable, keeps what was there, and the store goes on', async () => {
    const lines = await linesUntilEnd(start('fill', 8 * 1024));
    expect(lines).toEqual([
      'StoreUnavailableError',
      'StoreUnavailableError',
      'StoreUnavailableError',
      'after 7, before 2',
      'frames 2',
    ]);
  });
});
