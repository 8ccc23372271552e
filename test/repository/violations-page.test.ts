// docs/violations.md: its table is that of the rules, no more and no less.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dialectOf } from '../../lib/charger/dialects';

const page = readFileSync(join(resolve(__dirname, '../..'), 'docs/violations.md'), 'utf8');

const tables = page.split('\n## ');

describe('docs/violations.md', () => {
  it.each([
    ['ocpp1.6', 'The rules of OCPP 1.6', 'OCPP-J 1.6 §4, OCPP 1.6 §6'],
    ['ocpp2.0.1', 'The rules of OCPP 2.0.1', 'OCPP 2.0.1 parts 2 and 4'],
  ] as const)(
    '%s: under “%s” names every rule with its section and what it asks (%s)',
    (protocol, heading, _sections) => {
      const { rules } = dialectOf({ protocol });
      const wanted = Object.entries(rules).map(([rule, { section, words }]) => {
        const where = typeof section === 'string' ? section : `${section('…')}, the section of the message`;
        return `| \`${rule}\` | ${where.replace('OCPP 1.6 §6…', 'OCPP 1.6 §6')} | ${words} |`;
      });
      const table = tables.find((part) => part.startsWith(`${heading}\n`)) ?? '';
      expect(table.split('\n').filter((line) => line.startsWith('| `'))).toEqual(wanted);
    },
  );
});
