// The local host with its demo CSMS, for runs that bring no simulator of their own: free ports, a data directory that goes with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/local/main.js', import.meta.url));
const patienceMs = 60_000;

/** Starts it; `logFile` gets what it logs. Resolves with `{url, csmsUrl, errors(), stop()}`. */
export async function startLocalHost(logFile) {
  const dataDir = mkdtempSync(join(tmpdir(), 'charger-loadtest-'));
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, [main], {
    cwd: dataDir,
    env: {
      ...process.env,
      PORT: '0',
      HOST: '127.0.0.1',
      STORE: 'sqlite',
      DATA_DIR: dataDir,
      DEMO_CSMS: 'on',
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'json',
    },
    stdio: ['ignore', 'pipe', log],
    // Ctrl-C in a terminal reaches the whole process group. The host has to outlive the clean-up.
    detached: true,
  });
  closeSync(log);
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    await exited;
    clearTimeout(late);
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    return { ...(await addresses(child, logFile)), errors: () => errorsIn(logFile), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function addresses(child, logFile) {
  let url;
  for await (const line of createInterface({ input: child.stdout })) {
    url ??= /^listening on (\S+)$/.exec(line)?.[1];
    const csmsUrl = /^The demo CSMS: +(\S+)$/.exec(line)?.[1];
    if (url && csmsUrl) {
      child.stdout.resume();
      return { url, csmsUrl };
    }
  }
  throw new Error(`the local host did not start (has the product been built?):\n${readFileSync(logFile, 'utf8')}`);
}

/** Lines of the level `error`: a run with any of them has failed, whatever the callers saw. */
function errorsIn(logFile) {
  return readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"level":"error"'));
}
