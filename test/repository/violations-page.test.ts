// docs/violations.md: its table is that of the rules, no more and no less.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dialectOf } from '../../lib/charger/dialects';

const page = readFileSync(join(resolve(__dirname, '../..'), 'docs/violations.md'), 'utf8');

describe('docs/violations.md', () => {
  it('OCPP-J 1.6 §4, OCPP 1.6 §6: names every rule with its section and what it asks', () => {
    const { rules } = dialectOf({ protocol: 'ocpp1.6' });
    const wanted = Object.entries(rules).map(([rule, { section, words }]) => {
      const where = typeof section === 'string' ? section : `${section('')}, the section of the message`;
      return `| \`${rule}\` | ${where} | ${words} |`;
    });
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows).toEqual(wanted);
  });
});
