// Reads as much of Bicep as a test of references needs: declarations, their decorators, what stands between brackets, names in use.
// No compiler: types, functions' arguments and what Azure thinks of a property are not looked at.
import { readFileSync } from 'node:fs';

export interface Declaration {
  kind: 'param' | 'var' | 'resource' | 'module' | 'output';
  name: string;
  /** After the name: type, path, condition and body, comments taken out. */
  text: string;
  /** Of the lines above. */
  decorators: string;
}

export interface BicepFile {
  path: string;
  source: string;
  declarations: Declaration[];
}

const closing: Record<string, string> = { '{': '}', '[': ']', '(': ')' };

/** @throws Error where brackets or quotes do not pair, or a line at the top is no declaration */
export function readBicep(path: string): BicepFile {
  const source = readFileSync(path, 'utf8');
  return { path, source, declarations: declarationsOf(statements(withoutComments(source)), path) };
}

/** Blanks comments, leaves texts alone: a URL is no comment. */
export function withoutComments(source: string): string {
  return source.replace(/'(?:\\.|[^'\\\n])*'|\/\/[^\n]*/g, (match) => (match.startsWith('//') ? '' : match));
}

/** Lines at the top level, each with all that is in brackets opened on it. */
function statements(source: string): string[] {
  const found: string[] = [];
  const open: string[] = [];
  let text = '';
  for (const [token] of source.matchAll(/'(?:\\.|[^'\\\n])*'|[\s\S]/g)) {
    if (token === "'") throw new Error(`a text that does not end: ${text.slice(-40)}`);
    if (token in closing) open.push(closing[token] ?? '');
    else if (')]}'.includes(token) && open.pop() !== token)
      throw new Error(`${token} closes nothing: ${text.slice(-40)}`);
    if (token === '\n' && open.length === 0) {
      if (text.trim() !== '') found.push(text.trim());
      text = '';
    } else text += token;
  }
  if (open.length > 0) throw new Error(`${open.join('')} is missing at the end`);
  return found;
}

function declarationsOf(lines: string[], path: string): Declaration[] {
  const declarations: Declaration[] = [];
  let decorators = '';
  for (const line of lines) {
    const match = /^(param|var|resource|module|output) (\w+)\s*([\s\S]*)$/.exec(line);
    if (line.startsWith('@')) decorators += `${line}\n`;
    else if (match) {
      const [, kind, name, text] = match as unknown as [string, Declaration['kind'], string, string];
      declarations.push({ kind, name, text, decorators });
      decorators = '';
    } else if (!line.startsWith('targetScope')) throw new Error(`${path}: what is this? ${line}`);
  }
  return declarations;
}

/** The properties of the first `{…}` in a text after `before`: names and their texts. */
export function properties(text: string, before = ''): Record<string, string> {
  const from = text.indexOf('{', before === '' ? 0 : text.indexOf(before));
  if (from < 0 || (before !== '' && !text.includes(before))) return {};
  const found: Record<string, string> = {};
  for (const line of statements(text.slice(from + 1, matching(text, from)))) {
    const match = /^'?([\w$-]+)'?\s*:\s*([\s\S]*)$/.exec(line);
    if (match?.[1] !== undefined) found[match[1]] = match[2] ?? '';
  }
  return found;
}

function matching(text: string, from: number): number {
  let depth = 0;
  for (const { 0: token, index } of text.slice(from).matchAll(/'(?:\\.|[^'\\\n])*'|[{}]/g)) {
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    if (depth === 0) return from + index;
  }
  throw new Error('a { without its }');
}

/** Names that a text uses: neither properties nor parts of paths; what stands in `${…}` counts. */
export function namesIn(text: string): string[] {
  const inTexts = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, inner]) => inner ?? '').join('\n');
  const code = `${text.replace(/'(?:\\.|[^'\\\n])*'/g, "''")}\n${inTexts}`;
  const withoutKeys = code.replace(/^(\s*)[\w$]+(?=\s*:)/gm, '$1').replace(/([{,]\s*)[\w$]+(?=\s*:)/g, '$1');
  return [...withoutKeys.matchAll(/(?<![.\w])[A-Za-z_]\w*/g)].map(([name]) => name);
}
