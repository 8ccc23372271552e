// Checks a page with axe against WCAG 2.2 A and AA.
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** They take the focus only to hand it on, which axe cannot see: @base-ui/react puts them around menus and dialogs. */
const guards = '[data-base-ui-focus-guard]';

/** Fails with what axe found, where and what it asks for. The script goes in past the policy of the page. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(source);
  const found = await page.evaluate(
    async ([wanted, exclude]) => {
      const { axe } = globalThis as unknown as { axe: { run(context: object, options: object): Promise<AxeResults> } };
      const { violations } = await axe.run({ exclude }, { runOnly: { type: 'tag', values: wanted } });
      return violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ html }) => html).slice(0, 5) }));
    },
    [tags, guards] as const,
  );
  expect(found).toEqual([]);
}
