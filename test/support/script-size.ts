// How much script a page loads, compressed: the bound of the web platform is 300 KB.
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';

/** Bytes of all scripts that come while `open` opens a page and until nothing more comes. */
export async function scriptSize(page: Page, open: () => Promise<unknown>): Promise<number> {
  const bodies: Promise<Buffer>[] = [];
  page.on('response', (answer) => {
    if (/\.js(\?|$)/.test(answer.url())) bodies.push(answer.body().catch(() => Buffer.alloc(0)));
  });
  await open();
  await page.waitForLoadState('networkidle');
  page.removeAllListeners('response');
  const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
  expect(sizes.length).toBeGreaterThan(3);
  return sizes.reduce((sum, size) => sum + size, 0);
}
