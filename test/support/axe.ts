// Checks a page with axe against WCAG 2.2 A and AA.
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * Fails with what axe found, where and what it asks for. The script goes in past the policy of the page. Left out: the
 * component library's guards at the ends of an open menu, which pass the focus on and never keep it.
 */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(source);
  const found = await page.evaluate(async (wanted) => {
    const { axe } = globalThis as unknown as { axe: { run(context: object, options: object): Promise<AxeResults> } };
    const { violations } = await axe.run(
      { exclude: ['[data-base-ui-focus-guard]'] },
      { runOnly: { type: 'tag', values: wanted } },
    );
    return violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ html }) => html).slice(0, 5) }));
  }, tags);
  expect(found).toEqual([]);
}
