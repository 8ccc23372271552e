// docs/ocpp-1.6.md: every message has its row, every row its tests, and they exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dialectOf } from '../../lib/charger/dialects';
import { messagesV16 } from '../../lib/ocpp/v16/messages';
import { problemsOf, requirementsIn, rowsOf, titlesOf } from './coverage';

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

const sourcesIn = (folder: string, but = /^$/) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !but.test(file))
    .map((file) => read(join(folder, file)))
    .join('\n');
const sources = sourcesIn('test');

/** Without what stands in brackets as of 2.0.1: code that both specifications share names requirements of each. */
const ofThe16 = (text: string) => text.replace(/\(2\.0\.1 [^)]*\)/g, '');

/** The requirements of the security whitepaper, edition 3: some numbers were given up before. */
const edition3 = `A00.FR.001 to A00.FR.006, A00.FR.201 to A00.FR.206, A00.FR.301 to A00.FR.324, A00.FR.401 to A00.FR.429,
  A00.FR.501 to A00.FR.512, A00.FR.601 to A00.FR.603, A00.FR.701 to A00.FR.704, A00.FR.706, A00.FR.801 to A00.FR.806,
  A01.FR.01 to A01.FR.12, A02.FR.01 to A02.FR.13, A03.FR.01 to A03.FR.13, A04.FR.01 to A04.FR.04, A05.FR.01 to A05.FR.09,
  L01.FR.01 to L01.FR.29, M03.FR.01 to M03.FR.04, M04.FR.01 to M04.FR.07, M05.FR.01 to M05.FR.04, M05.FR.06,
  M05.FR.08 to M05.FR.13, N01.FR.01 to N01.FR.05, N01.FR.07 to N01.FR.12`;

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

  const requirements = requirementsIn(page.slice(page.indexOf('## Use cases'), page.indexOf('What is not as')));

  it('names requirements of the security whitepaper that stand in tests', () => {
    const tested = requirementsIn(sourcesIn('test', /v201|^repository/));
    expect(requirements.length).toBeGreaterThan(90);
    expect(requirements.filter((id) => !tested.includes(id))).toEqual([]);
  });

  it('names every requirement that the tests of a 1.6 charger name', () => {
    const named = requirementsIn(sourcesIn('test/charger/v16'));
    expect(named.filter((id) => !requirements.includes(id))).toEqual([]);
  });

  it.each(['docs', 'lib/charger', 'test/charger'])('%s: such requirements are in edition 3', (folder) => {
    const there = requirementsIn(edition3);
    const named = requirementsIn(folder === 'docs' ? page : ofThe16(sourcesIn(folder, /v201/)));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((id) => !there.includes(id))).toEqual([]);
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

  it('requirements are found alone and in ranges, each once', () => {
    const found = requirementsIn('A05.FR.01 to A05.FR.03, A05.FR.02 and A00.FR.005; M05: no');
    expect(found).toEqual(['A00.FR.005', 'A05.FR.01', 'A05.FR.02', 'A05.FR.03']);
  });

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
