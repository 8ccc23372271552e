// Runs the smoke suite (test/func) on a real Azure Functions host: `func` of Azure Functions Core Tools 4, where it is on PATH. With
// --built it takes the bundle that is there.
import { spawnSync } from 'node:child_process';

const { error, status, stdout } = spawnSync('func', ['--version'], {
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
if (error || status !== 0 || !/^4\./m.test(stdout)) {
  const found = error || status !== 0 ? 'there is no `func` on PATH' : `\`func\` is ${stdout.trim()}`;
  console.error(`test:func: ${found}, so nothing was tested. It needs Azure Functions Core Tools 4:`);
  console.error('  https://learn.microsoft.com/azure/azure-functions/functions-run-local');
  process.exit(1);
}
console.log(`func ${stdout.trim()}`);

if (!process.argv.includes('--built')) await import('./build.mjs');
const jest = ['node_modules/jest/bin/jest.js', '--config', 'test/func/jest.config.mjs'];
process.exit(spawnSync(process.execPath, jest, { stdio: 'inherit' }).status ?? 1);
