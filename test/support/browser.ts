// The system's Chromium, headless, for tests of the web platform: playwright-core brings no browser of its own. Where none is found
// suites say so and are skipped, except where BROWSER=required.
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const found = places.find((path) => path !== undefined && existsSync(path));

/** `describe`, or one that skips and says why. */
export const describeInBrowser: typeof describe | typeof describe.skip = choose();

function choose() {
  if (found !== undefined) return describe;
  const why = 'no Chromium found: install one (apt-get install chromium) or set CHROMIUM_PATH';
  if (process.env.BROWSER === 'required') throw new Error(why);
  process.stderr.write(`Tests of the web platform are skipped: ${why}\n`);
  return describe.skip;
}

/** Starts it. It reaches nothing but what the test opens. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(found === undefined ? {} : { executablePath: found }),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page in a profile of its own. `problems` gathers what went wrong in it: errors of scripts, and what the policy refused. */
export async function openPage(
  browser: Browser,
  url: string,
  options: { dark?: boolean; width?: number } = {},
): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: 800 },
    colorScheme: options.dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(40_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|hydrat/i.test(message.text())) problems.push(message.text());
  });
  await page.goto(url);
  return { page, problems };
}
