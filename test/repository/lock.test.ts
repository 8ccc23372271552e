// What a fresh clone needs of package-lock.json: npm refuses a lock that names optional packages without entries for them.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

interface Entry {
  optionalDependencies?: Record<string, string>;
  resolved?: string;
}

const lock = JSON.parse(readFileSync(resolve(__dirname, '../../package-lock.json'), 'utf8')) as {
  packages: Record<string, Entry>;
};

it('the lock has an entry for every optional package, else `npm ci` fails: node scripts/complete-lock.mjs', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !lock.packages[`${path}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});
