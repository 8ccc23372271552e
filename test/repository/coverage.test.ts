// docs/ocpp-1.6.md: every message has its row, every row its tests, and they exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dialectOf } from '../../lib/charger/dialects';
import { messagesV16 } from '../../lib/ocpp/v16/messages';
import { problemsOf, rowsOf, titlesOf } from './coverage';

const root = resolve(__dirname, '../..');
const read = (file: string) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined);
const page = read('docs/ocpp-1.6.md') ?? '';
const directions = {
  charger: ['charger → CSMS'],
  csms: ['CSMS → charger'],
  both: ['charger → CSMS', 'CSMS → charger'],
};
const wanted = Object.entries(messagesV16).flatMap(([action, { from }]) =>
  directions[from].map((direction) => `${action} ${direction}`),
);

const sources = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => read(join('test', file)))
  .join('\n');

describe('docs/ocpp-1.6.md', () => {
  it('OCPP 1.6 §4, §5: has a row for all 39 actions in each direction, and names tests that there are', () => {
    expect(wanted).toHaveLength(40);
    expect(problemsOf(rowsOf(page), wanted, read)).toEqual([]);
  });

  it('OCPP 1.6 §5: every call that a CSMS may send is handled', () => {
    const { handlers } = dialectOf({ protocol: 'ocpp1.6' });
    const calls = wanted.filter((pair) => pair.endsWith('→ charger')).map((pair) => pair.split(' ')[0] ?? '');
    expect(Object.keys(handlers).sort()).toEqual(calls.sort());
  });

  it('names compliance cases that stand in tests', () => {
    const list = page.slice(page.indexOf('## Compliance cases'));
    const listed = list.match(/\bTC_\d{3}(?:_\d)?_CS\b/g) ?? [];
    expect(listed.length).toBeGreaterThan(80);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((id) => !sources.includes(id))).toEqual([]);
  });

  it('names files that there are', () => {
    const files = [...page.matchAll(/`((?:test|lib|docs)\/[\w./-]+)`/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => read(file) === undefined)).toEqual([]);
  });
});

describe('what is told of such a page', () => {
  const source = `
    describe('a group', () => {
      it('one test', () => {});
      it.each([['a', () => f('no title', 1)]])('each %s', async (one) => {});
      it("it's another", async () => {});
    });
    describe.each([1])('a group of %i', () => {});
  `;
  const files: Record<string, string> = { 'a.test.ts': source, 'b.test.ts': source.replace('it(', 'it.skip(') };
  const told = (text: string) => problemsOf(rowsOf(text), ['Reset CSMS → charger'], (file) => files[file]);
  const rowOf = (file: string, title: string) => `| Reset | CSMS → charger | Resets. | \`${file}\` “${title}” |`;

  it('titles are those of tests, plain and of each', () => {
    expect(titlesOf(source)).toEqual(['one test', 'each %s', "it's another"]);
  });

  it.each(['one test', 'each %s', "it's another"])('nothing, where “%s” is a test', (title) => {
    expect(told(rowOf('a.test.ts', title))).toEqual([]);
  });

  it.each([
    ['a message without a row', '', 'no row for Reset CSMS → charger'],
    [
      'a row for what is no message',
      `${rowOf('a.test.ts', 'one test')}\n${rowOf('a.test.ts', 'one test').replace('Reset', 'Coffee')}`,
      'Coffee CSMS → charger is no message',
    ],
    ['a row without a test', '| Reset | CSMS → charger | Resets. | |', 'Reset CSMS → charger has no test'],
    [
      'a row that says nothing',
      rowOf('a.test.ts', 'one test').replace('Resets.', ''),
      'Reset CSMS → charger says nothing',
    ],
    ['a file that there is not', rowOf('c.test.ts', 'one test'), 'Reset CSMS → charger: there is no c.test.ts'],
    [
      'a test that there is not',
      rowOf('a.test.ts', 'two tests'),
      'Reset CSMS → charger: a.test.ts has no test “two tests”',
    ],
    [
      'the name of a group',
      rowOf('a.test.ts', 'a group of %i'),
      'Reset CSMS → charger: a.test.ts has no test “a group of %i”',
    ],
    ['a file that skips tests', rowOf('b.test.ts', 'each %s'), 'Reset CSMS → charger: b.test.ts skips tests'],
  ])('%s', (_what, text, problem) => {
    expect(told(text)).toEqual([problem]);
  });
});
