// Reads the tables of docs/ocpp-1.6.md and docs/ocpp-2.0.1.md and says what is wrong with it: rows that are missing or too many, tests that there are not.
export interface Row {
  action: string;
  direction: string;
  behaviour: string;
  tests: { file: string; title: string }[];
}

/** Rows of the table under `## Messages`. */
export function rowsOf(page: string): Row[] {
  const lines = page.split('\n').filter((line) => /^\| \w+ \| /.test(line) && !line.startsWith('| action '));
  return lines.map((line) => {
    const [, action = '', direction = '', behaviour = '', cell = ''] = line.split(/ ?(?<!\\)\| ?/);
    const tests = [...cell.matchAll(/`([^`]+)` “([^”]+)”/g)].map(([, file = '', title = '']) => ({
      file,
      title: title.replaceAll('\\|', '|'),
    }));
    return { action, direction, behaviour, tests };
  });
}

const quoted = String.raw`(['"\`])((?:\\.|(?!\1).)+)\1`;
const titled = new RegExp(String.raw`\(\s*${quoted},\s*(?:async\s*)?(?:\(|\w+\s*=>|\(\s*\)\s*=>)`, 'g');

/** Titles of the tests in a source as they are written there. Names of groups and skipped tests are none. */
export function titlesOf(source: string): string[] {
  return [...source.matchAll(titled)].flatMap(({ index, 2: title = '' }) => {
    const callee = calleeAt(source, index);
    return /^(it|test)(\.each)?$/.test(callee) ? [title.replace(/\\(['"`])/g, '$1')] : [];
  });
}

/** What is called with the title: the name before it, or that of the `.each` whose table stands between. */
function calleeAt(source: string, at: number): string {
  const before = source.slice(0, at);
  if (!before.endsWith(')')) return /[\w.]+$/.exec(before)?.[0] ?? '';
  const each = [...before.matchAll(/\b(?:it|test|describe)(?:\.\w+)*\.each\b/g)].at(-1);
  return each?.[0] ?? '';
}

/** Requirements of the security whitepaper that a text names, ranges (`A05.FR.01 to A05.FR.04`) one by one, each once. */
export function requirementsIn(text: string): string[] {
  const named = text.matchAll(/\b([ALMN]\d\d)\.FR\.(\d+)(?: to \1\.FR\.(\d+))?/g);
  const all = [...named].flatMap(([, useCase, first = '', last = first]) =>
    Array.from(
      { length: Number(last) - Number(first) + 1 },
      (_, at) => `${useCase}.FR.${String(Number(first) + at).padStart(first.length, '0')}`,
    ),
  );
  return [...new Set(all)].sort();
}

/** What is wrong with the rows; `wanted` are pairs `action direction`. */
export function problemsOf(
  rows: Row[],
  wanted: readonly string[],
  read: (file: string) => string | undefined,
): string[] {
  const there = rows.map(({ action, direction }) => `${action} ${direction}`);
  return [
    ...wanted.filter((pair) => !there.includes(pair)).map((pair) => `no row for ${pair}`),
    ...there.filter((pair) => !wanted.includes(pair)).map((pair) => `${pair} is no message`),
    ...rows.flatMap((row) => problemsOfRow(row, read)),
  ];
}

function problemsOfRow({ action, direction, behaviour, tests }: Row, read: (file: string) => string | undefined) {
  const about = `${action} ${direction}`;
  const bare = [...(behaviour ? [] : [`${about} says nothing`]), ...(tests.length > 0 ? [] : [`${about} has no test`])];
  return [
    ...bare,
    ...tests.flatMap(({ file, title }) => {
      const source = read(file);
      if (source === undefined) return [`${about}: there is no ${file}`];
      if (/\b(?:describe|it|test)\.(?:skip|only|todo)\b|\bx(?:it|describe)\b/.test(source))
        return [`${about}: ${file} skips tests`];
      return titlesOf(source).includes(title) ? [] : [`${about}: ${file} has no test “${title}”`];
    }),
  ];
}

/** Compliance cases of OCPP 2.0.1 that a text names, ranges (`TC_M_01_CS to TC_M_04_CS`) one by one. */
export function casesIn(text: string): Set<string> {
  const named = text.matchAll(/\bTC_([A-P])_(\d+)_CS(?: to TC_\1_(\d+)_CS)?/g);
  return new Set(
    [...named].flatMap(([, block, first = '', last = first]) =>
      Array.from(
        { length: Number(last) - Number(first) + 1 },
        (_, at) => `TC_${block}_${String(Number(first) + at).padStart(first.length, '0')}_CS`,
      ),
    ),
  );
}
