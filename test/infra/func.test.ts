// `npm run test:func`: what it says where there is no `func`, and that its suite tells an app that works from one that does not.
// The `func` here is a stand-in over the Functions host of the tests.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'func-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts a `func` on PATH that does that. */
function provide(script: string): void {
  const file = join(folder, 'func');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

const standIn = `exec ${process.execPath} ${join(root, 'dist/test/func-stand-in.js')} "$@"`;

function run(env: Record<string, string> = {}) {
  const path = [folder, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  return spawnSync(process.execPath, ['scripts/test-func.mjs', '--built'], {
    cwd: root,
    encoding: 'utf8',
    // Any value: the stand-in has no use for storage, and nothing is to be fetched here.
    env: { PATH: path, REPOSITORY: root, AzureWebJobsStorage: 'none', ...env },
  });
}

it('says that nothing was tested where there is no `func`, and fails', () => {
  const { status, stderr } = run();
  expect([status, stderr]).toEqual([1, expect.stringContaining('no `func` on PATH, so nothing was tested')]);
});

it('says so of a `func` of another version', () => {
  provide('echo 3.0.1');
  const { status, stderr } = run();
  expect([status, stderr]).toEqual([1, expect.stringContaining('`func` is 3.0.1, so nothing was tested')]);
});

it('passes on an app that works', () => {
  provide(standIn);
  const { status, stdout, stderr } = run();
  expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
  expect(stderr).toMatch(/^Tests: +4 passed, 4 total$/m);
}, 120_000);

it('fails where functions do not come up, and shows what was printed', () => {
  provide(`[ "$1" = --version ] && echo 4.0.0 || { echo no functions found; exit 1; }`);
  const { status, stderr } = run();
  expect([status, stderr]).toEqual([1, expect.stringContaining('no functions found')]);
}, 60_000);
