// The web platform in a real browser against the built local host: what is around every page. Command palette, keys, themes, first steps,
// titles and focus, narrow windows, what is served with the pages.
import type { Locator, Page } from 'playwright-core';
import { expectAccessible } from '../support/axe';
import { describeInBrowser, openPage } from '../support/browser';
import { forgetData, request, startHost } from '../support/local-host';
import { webSuite } from '../support/web-suite';

jest.setTimeout(150_000);

const paletteInput = (page: Page) => page.getByRole('combobox', { name: 'Search pages, chargers and what to do' });

/** What assistive technology is told to be marked: the option that the input points at. */
async function marked(page: Page): Promise<string> {
  const id = await paletteInput(page).getAttribute('aria-activedescendant');
  return id === null ? '' : ((await page.locator(`[id="${id}"]`).textContent()) ?? '');
}

// What functions that run in the page find there.
interface PageElement {
  textContent: string;
  tagName: string;
  id: string;
}
declare const document: {
  title: string;
  activeElement: PageElement;
  body: PageElement;
  documentElement: { scrollWidth: number };
};
declare const innerWidth: number;
declare function getComputedStyle(one: unknown): Record<string, string>;

const focused = (page: Page) => page.evaluate(() => document.activeElement.textContent);
/** In the corner. */
const told = (page: Page, title: string) =>
  page.getByRole('status').locator('strong').getByText(title, { exact: true });
const hasFocus = (one: Locator) => one.evaluate((element: unknown) => element === document.activeElement);
const widerBy = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

describeInBrowser('the command palette', () => {
  const suite = webSuite();

  it('starts and stops a charge by keyboard alone, says so, and gives the focus back', async () => {
    const { page, host } = suite;
    await suite.create('CP-1');
    await page.getByRole('searchbox').focus();
    await page.keyboard.press('Control+k');
    await paletteInput(page).waitFor();
    expect(await hasFocus(paletteInput(page))).toBe(true);
    await page.keyboard.type('cp-1 start ch');
    await page.getByRole('option', { name: 'CP-1: Start charging at connector 2' }).waitFor();
    expect(await marked(page)).toBe('CP-1: Start charging at connector 1');
    await page.keyboard.press('ArrowDown');
    expect(await marked(page)).toBe('CP-1: Start charging at connector 2');
    await page.keyboard.press('Enter');
    await told(page, 'CP-1: charging at connector 2').waitFor();
    expect(await hasFocus(page.getByRole('searchbox'))).toBe(true);
    const running = async () =>
      (await request(host.url, 'GET', 'chargers/CP-1/transactions?state=running')).body.transactions.length;
    expect(await running()).toBe(1);
    await page.keyboard.press('Meta+k');
    await page.keyboard.type('cp-1 stop');
    await page.getByRole('option', { name: 'CP-1: Stop charging at connector 2' }).waitFor();
    await page.keyboard.press('Enter');
    await told(page, 'CP-1: stopped charging at connector 2').waitFor();
    expect(await running()).toBe(0);
    // Told until dismissed, or for a while; F6 leads there.
    await page.keyboard.press('F6');
    expect(await focused(page)).toMatch(/^Dismiss/);
    await page.keyboard.press('Enter');
    await told(page, 'CP-1: stopped charging at connector 2').waitFor({ state: 'detached' });
  });

  it('tells in the corner what the API refuses, until it is dismissed', async () => {
    const { page } = suite;
    await suite.create('GONE-1', 'ocpp1.6', { csms: { url: 'ws://127.0.0.1:1/nobody' } });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('gone-1 connect');
    await page.getByRole('option', { name: 'GONE-1: Connect' }).waitFor();
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert').filter({ hasText: 'GONE-1: Connect' });
    await alert.getByText('127.0.0.1:1').waitFor();
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await alert.getByText('127.0.0.1:1').waitFor({ state: 'detached' });
  });

  it('finds one charger among 3,000 by small questions, and leads to the console with the message asked for', async () => {
    const { page, host } = suite;
    const csms = { url: 'ws://127.0.0.1:1/nobody' };
    await request(host.url, 'POST', 'chargers/batch', { count: 3000, idPattern: 'PAL-{n:04}', csms, power: 'off' });
    await suite.open('/nonsense');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    const asked: string[] = [];
    page.on('request', (one) => {
      if (one.url().includes('/api/chargers?')) asked.push(one.url());
    });
    await page.getByRole('button', { name: 'Search for a page or a charger' }).click();
    await page.keyboard.type('pal-2999 data', { delay: 30 });
    await page.getByRole('option', { name: 'PAL-2999: Send DataTransfer' }).waitFor();
    expect(asked.length).toBeLessThan(20);
    for (const url of asked) expect(new URL(url).searchParams.get('limit')).toBe('8');
    await page.keyboard.press('Enter');
    await page.waitForURL(/charger\/\?id=PAL-2999&tab=console&action=DataTransfer/);
    await page.getByRole('heading', { name: 'PAL-2999' }).waitFor();
    expect(await page.title()).toMatch(/^PAL-2999 · OCPP console · /);
    await request(host.url, 'DELETE', 'chargers?idPrefix=PAL-');
  });

  it('goes to pages, begins things, and says when nothing fits', async () => {
    const { page } = suite;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('xyzzy');
    await page.getByText('Nothing fits').waitFor();
    await page.getByRole('status').getByText('0 found').waitFor();
    await paletteInput(page).fill('create');
    await page.getByRole('option', { name: 'Create chargers' }).click();
    await page.getByRole('dialog', { name: 'Create chargers' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await paletteInput(page).fill('api address');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'API address and key' }).waitFor();
  });

  it.each([
    ['light, wide', { dark: false, width: 1280 }],
    ['dark, 320 px', { dark: true, width: 320 }],
  ])('has nothing that axe minds: palette, menu, keys, address; %s', async (_, options) => {
    const { browser, host } = suite;
    await suite.create(`AXE-${options.width}`);
    const { page, problems } = await openPage(browser, host.url, options);
    await page.getByRole('row').filter({ hasText: 'AXE' }).first().waitFor();
    await page.getByRole('button', { name: 'Search and do' }).click();
    await page.getByRole('option').first().waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Menu', exact: true }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'API address and key' }).click();
    await page.getByRole('dialog', { name: 'API address and key' }).waitFor();
    await expectAccessible(page);
    expect(await widerBy(page)).toBe(0);
    await page.context().close();
    expect(problems).toEqual([]);
  });
});

describeInBrowser('around every page', () => {
  const suite = webSuite();
  const theme = () => background(suite.page);

  it('changes the theme from the menu, by keyboard, and keeps it', async () => {
    const { page } = suite;
    const light = await theme();
    await page.getByRole('button', { name: 'Menu', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'API documentation' }).waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.waitForFunction((before) => getComputedStyle(document.body).backgroundColor !== before, light);
    const dark = await theme();
    await page.reload();
    await page.getByRole('heading', { name: 'Fleet' }).waitFor();
    expect(await theme()).toBe(dark);
    await page.keyboard.press('Control+k');
    await paletteInput(page).fill('theme light');
    await page.keyboard.press('Enter');
    await page.waitForFunction((wanted) => getComputedStyle(document.body).backgroundColor === wanted, light);
  });

  it('has single keys, not while something is typed, and a way to turn them off', async () => {
    const { page } = suite;
    await page.getByRole('heading', { name: 'Fleet' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('a?');
    expect(await page.getByRole('searchbox').inputValue()).toBe('a?');
    await page.getByRole('searchbox').fill('');
    await page.getByRole('heading', { name: 'Fleet' }).click();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard' });
    await help.getByLabel('Keys of a single character').uncheck();
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Fleet' }).click();
    await page.keyboard.press('?');
    await page.keyboard.press('Control+k');
    await paletteInput(page).waitFor();
    expect(await help.count()).toBe(0);
  });

  it('names pages, leads past the head, and moves the focus to the heading of the next page', async () => {
    const { page } = suite;
    await suite.create('NAV-1');
    await page.getByRole('row').filter({ hasText: 'NAV-1' }).waitFor();
    expect(await page.title()).toBe('Fleet · Charger Simulator');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement.id)).toBe('content');
    await page.getByRole('link', { name: 'NAV-1' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement.tagName === 'H1');
    expect(await focused(page)).toBe('NAV-1');
    await page.waitForFunction(() => document.title === 'NAV-1 · Charger Simulator');
    await page.getByRole('link', { name: 'Message log' }).click();
    await page.waitForFunction(() => document.title === 'NAV-1 · Message log · Charger Simulator');
    await page.getByRole('banner').getByRole('link', { name: 'Fleet', exact: true }).click();
    await page.waitForFunction(() => document.activeElement.textContent === 'Fleet');
    for (const landmark of ['banner', 'main'] as const) expect(await page.getByRole(landmark).count()).toBe(1);
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  });

  it('shows the ISO time under the pointer and on the focus of the keyboard; Escape hides it', async () => {
    const { page, host } = suite;
    await suite.create('TIME-1');
    await request(host.url, 'POST', 'chargers/TIME-1/transactions', { connectorId: 1, idToken: 'T' });
    await request(host.url, 'POST', 'chargers/TIME-1/messages/Heartbeat');
    await suite.open('/charger/?id=TIME-1&tab=console&action=Heartbeat');
    await page.getByRole('button', { name: 'Send Heartbeat' }).click();
    await page.getByText('2 frames').click();
    const time = page.getByRole('time').first();
    const iso = (await time.getAttribute('datetime')) ?? '';
    expect(iso).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(await time.textContent()).not.toBe(iso);
    await time.hover();
    await page.getByRole('tooltip').getByText(iso).waitFor();
    await page.mouse.move(0, 0);
    await page.getByRole('tooltip').waitFor({ state: 'detached' });
    await page.keyboard.press('Tab');
    await page.getByRole('tooltip').getByText(iso).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('tooltip').waitFor({ state: 'detached' });
  });

  it('shows the wanted state of a switch at once, and falls back with the words of the API', async () => {
    const { page } = suite;
    await suite.create('SW-1');
    await suite.open('/charger/?id=SW-1');
    const mains = page.getByRole('switch', { name: 'Mains power' });
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let refuse = true;
    let asked = 0;
    await page.route('**/api/chargers/SW-1/power', async (route) => {
      asked += 1;
      await held;
      const body = JSON.stringify({ title: 'The charger is busy', status: 409, detail: 'try again in a second' });
      if (refuse) await route.fulfill({ status: 409, contentType: 'application/problem+json', body });
      else await route.continue();
    });
    await mains.dblclick();
    await page.getByText('switching …').waitFor();
    expect([await mains.getAttribute('aria-checked'), asked]).toEqual(['false', 1]);
    letGo();
    await page.getByRole('alert').getByText('try again in a second').waitFor();
    expect(await mains.getAttribute('aria-checked')).toBe('true');
    refuse = false;
    await mains.press('Space');
    await page.getByText('power off').first().waitFor();
    expect(await mains.getAttribute('aria-checked')).toBe('false');
  });

  it('fits into 320 CSS px (400 % of zoom) and half a usual window (200 %), and shows the focus in forced colours', async () => {
    const { page } = suite;
    await suite.create('NARROW-1');
    for (const path of ['/', '/charger/?id=NARROW-1', '/charger/?id=NARROW-1&tab=log', '/nonsense']) {
      for (const [width, height] of [
        [320, 256],
        [640, 400],
      ] as const) {
        await page.setViewportSize({ width, height });
        await suite.open(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        expect([path, width, await widerBy(page)]).toEqual([path, width, 0]);
      }
    }
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    await suite.open('/charger/?id=NARROW-1');
    await page.getByRole('heading', { name: 'NARROW-1' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    expect(outline).toBe('solid');
    const knob = page.getByRole('switch', { name: 'Mains power' }).locator('.knob');
    expect(await knob.evaluate((one: unknown) => getComputedStyle(one).transitionDuration)).toBe('0s');
    // What the colour of its back says otherwise.
    const badge = page.locator('.badge').first();
    expect(await badge.evaluate((one: unknown) => getComputedStyle(one).borderTopStyle)).toBe('solid');
  });

  it('says that a page is not there, with a way on, and to programs as the API does', async () => {
    const { page, host } = suite;
    const answer = await suite.open('/no/such/page');
    expect((answer as { status(): number }).status()).toBe(404);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await expectAccessible(page);
    expect((await fetch(`${host.url}/nonsense`)).headers.get('content-type')).toContain('json');
    await page.getByRole('main').getByRole('link', { name: 'fleet' }).click();
    await page.getByRole('heading', { name: 'Fleet' }).waitFor();
  });
});

describeInBrowser('a new user', () => {
  it('creates a charger, charges a car and reads the log by clicks alone, within two minutes', async () => {
    const { startBrowser } = await import('../support/browser');
    const began = Date.now();
    const [browser, host] = await Promise.all([startBrowser(), startHost({ DEMO_CSMS: 'on', STORE: 'memory' })]);
    const { page, problems } = await openPage(browser, host.url);
    try {
      const steps = page.getByRole('region', { name: 'First steps' });
      await expectAccessible(page);
      await steps.getByRole('link', { name: 'Create a charger' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
      await steps.getByRole('link', { name: 'Charge a car' }).click();
      await page.getByRole('button', { name: 'Start charging' }).first().click();
      await steps.getByRole('link', { name: 'Read the log' }).click();
      await page.getByText('StartTransaction').last().waitFor();
      await steps.getByText('That is all there is to it.').waitFor();
      expect(Date.now() - began).toBeLessThan(120_000);
      await steps.getByRole('button', { name: 'Close' }).click();
      await page.reload();
      await page.getByRole('heading', { name: 'CP-1' }).waitFor();
      expect(await steps.count()).toBe(0);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
      await host.stop();
      forgetData(host);
    }
  });
});

describe('what is served with the pages', () => {
  it('is a strict policy, lasting files as such, and the API is left alone', async () => {
    const host = await startHost({ STORE: 'memory' });
    try {
      const home = await fetch(host.url);
      const html = await home.text();
      const policy = home.headers.get('content-security-policy') ?? '';
      const rules = Object.fromEntries(
        policy.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1)]),
      );
      expect(rules['default-src']).toEqual(["'none'"]);
      expect(rules['frame-ancestors']).toEqual(["'none'"]);
      expect(rules['base-uri']).toEqual(["'none'"]);
      expect(rules['form-action']).toEqual(["'none'"]);
      expect(rules['script-src'].filter((source: string) => !source.startsWith("'sha256-"))).toEqual(["'self'"]);
      // Pages ask APIs and feeds wherever the user says.
      expect(rules['connect-src']).toEqual(expect.arrayContaining(["'self'", 'http:', 'https:', 'ws:', 'wss:']));
      expect(policy).not.toContain('unsafe-eval');
      expect(home.headers.get('referrer-policy')).toBe('no-referrer');
      expect(home.headers.get('x-content-type-options')).toBe('nosniff');
      expect(home.headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(home.headers.get('cache-control')).toBe('no-cache');
      const script = /src="(\/_next\/static\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
      expect((await fetch(host.url + script)).headers.get('cache-control')).toContain('immutable');
      const missing = await fetch(`${host.url}/nonsense`, { headers: { accept: 'text/html' } });
      expect([missing.status, missing.headers.get('content-security-policy')]).toEqual([
        404,
        expect.stringContaining("default-src 'none'"),
      ]);
      expect((await fetch(`${host.url}/nonsense`)).status).toBe(404);
      expect((await request(host.url, 'GET', 'nonsense')).body.type).toBe('/api/docs#no-such-route');
    } finally {
      await host.stop();
      forgetData(host);
    }
  });
});
