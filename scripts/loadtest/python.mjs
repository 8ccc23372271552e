// The virtual environment that Locust lives in: locust/.venv, made once, made anew when requirements.txt has changed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Thrown when there is no Python to work with; the message says what would help. */
export class NoPythonError extends Error {
  name = 'NoPythonError';
}

const script = 'import sys; sys.exit(sys.version_info < (3, 10))';

function run(command, args) {
  return spawnSync(command, args, { encoding: 'utf8' });
}

/** Path of the environment's Python. @throws NoPythonError */
export function preparePython(directory, say) {
  const venv = join(directory, '.venv');
  const python = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const wanted = readFileSync(join(directory, 'requirements.txt'), 'utf8');
  const stamp = join(venv, 'installed.txt');
  const ready = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && run(python, ['-c', script]).status === 0;
  if (ready) return python;
  say(`making a virtual environment with Locust in ${venv}`);
  const system = process.env.PYTHON ?? 'python3';
  must(run(system, ['-c', script]), `Python 3.10 or later is needed; ${system} is none (set PYTHON to another)`);
  must(
    run(system, ['-m', 'venv', '--clear', venv]),
    'no virtual environment could be made (on Debian: apt install python3-venv)',
  );
  must(run(python, [...pip, join(directory, 'requirements.txt')]), 'Locust could not be installed');
  writeFileSync(stamp, wanted);
  return python;
}

const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '2', '-r'];

function must({ status, stderr, error }, words) {
  if (status === 0) return;
  const why = (stderr || error?.message || '').trim().split('\n').slice(-3).join('\n');
  throw new NoPythonError(why === '' ? words : `${words}:\n${why}`);
}
