// docs/ocpp-2.0.1.md: every message and every use case has its row, every row its tests, and they exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dialectOf } from '../../lib/charger/dialects';
import { messagesV201 } from '../../lib/ocpp/v201/messages';
import { casesIn, problemsOf, rowsOf } from './coverage';

const root = resolve(__dirname, '../..');
const read = (file: string) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined);
const page = read('docs/ocpp-2.0.1.md') ?? '';
const [, after = ''] = page.split('## Messages');
const [messages = '', rest = ''] = after.split('## Use cases');
const [useCases = '', cases = ''] = rest.split('## Compliance cases');

const directions = {
  charger: ['charger → CSMS'],
  csms: ['CSMS → charger'],
  both: ['charger → CSMS', 'CSMS → charger'],
};
const wanted = Object.entries(messagesV201).flatMap(([action, { from }]) =>
  directions[from].map((direction) => `${action} ${direction}`),
);

/** How many use cases each functional block has. */
const counts = { A: 5, B: 12, C: 16, D: 2, E: 15, F: 6, G: 5, H: 4, I: 6, J: 3, K: 17, L: 4, M: 6, N: 10, O: 6, P: 2 };

it('OCPP 2.0.1 part 2: has a row for all 64 actions in each direction, and names tests that there are', () => {
  expect(wanted).toHaveLength(65);
  expect(problemsOf(rowsOf(messages), wanted, read)).toEqual([]);
});

it('OCPP 2.0.1 part 2: every call that a CSMS may send is handled', () => {
  const { handlers } = dialectOf({ protocol: 'ocpp2.0.1' });
  const calls = wanted.filter((pair) => pair.endsWith('→ charger')).map((pair) => pair.split(' ')[0] ?? '');
  expect(Object.keys(handlers).sort()).toEqual(calls.sort());
});

it('OCPP 2.0.1 A01 to P02: has a row for each use case, with tests that there are, or out of scope', () => {
  const all = Object.entries(counts).flatMap(([block, count]) =>
    Array.from({ length: count }, (_, at) => `${block}${String(at + 1).padStart(2, '0')}`),
  );
  const rows = rowsOf(useCases);
  expect(rows.map(({ action }) => action)).toEqual(all);
  const out = rows.filter(({ behaviour }) => behaviour.startsWith('Out of scope'));
  expect(out.length).toBeLessThan(4);
  const here = rows.filter((row) => !out.includes(row));
  const pairs = here.map(({ action, direction }) => `${action} ${direction}`);
  expect(problemsOf(here, pairs, read)).toEqual([]);
});

it('names compliance cases that stand in tests, each once', () => {
  const sources = readdirSync(join(root, 'test/charger/v201'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(join('test/charger/v201', file)))
    .join('\n');
  const tested = casesIn(sources);
  const listed = cases.match(/\bTC_[A-P]_\d+_CS\b/g) ?? [];
  expect(listed.length).toBeGreaterThan(300);
  expect(new Set(listed).size).toBe(listed.length);
  expect(listed.filter((id) => !tested.has(id))).toEqual([]);
});
