// The web platform in a real browser while its connection is not as it should be: addresses and keys that are wrong, a host that restarts,
// no network, no feed, slow answers and answers of something else.
import type { Browser, Page } from 'playwright-core';
import { expectAccessible } from '../support/axe';
import { describeInBrowser, openPage, startBrowser } from '../support/browser';
import { forgetData, type HostProcess, request, startHost } from '../support/local-host';
import { fileFor, startStaticSite } from '../support/static-site';
import { webSuite } from '../support/web-suite';

jest.setTimeout(150_000);

const live = (page: Page) => page.getByText('live', { exact: true }).waitFor();
const row = (page: Page, id: string) => page.getByRole('row').filter({ hasText: id });

describeInBrowser('address and key', () => {
  let browser: Browser;
  let keyed: HostProcess;
  const key = 'correct horse';
  beforeAll(async () => {
    [browser, keyed] = await Promise.all([
      startBrowser(),
      startHost({ API_KEY: key, STORE: 'memory', DEMO_CSMS: 'on', LOG_LEVEL: 'debug' }),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await keyed.stop();
    forgetData(keyed);
  });

  it('are asked for where a key is wanted, tried before they are used, kept, and never part of an address or a log', async () => {
    const { page, problems } = await openPage(browser, keyed.url);
    const urls: string[] = [];
    page.on('request', (one) => urls.push(one.url()));
    page.on('websocket', (one) => urls.push(one.url()));
    await page.getByRole('heading', { name: 'This API wants its key' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('textbox', { name: 'Key' }).fill('wrong horse');
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.getByRole('alert').getByText('The key is wrong').waitFor();
    await page.getByText('is not the right one').waitFor();
    await page.getByRole('textbox', { name: 'Key' }).fill(key);
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.getByText('No chargers yet').waitFor();
    await live(page);
    await page.reload();
    await page.getByText('No chargers yet').waitFor();
    await live(page);
    expect(urls.some((url) => url.startsWith('ws:'))).toBe(true);
    for (const secret of [key, encodeURIComponent(key), 'wrong horse', 'wrong%20horse', 'wrong+horse']) {
      expect(urls.filter((url) => url.includes(secret))).toEqual([]);
      expect(keyed.stderr()).not.toContain(secret);
    }
    await page.context().close();
    expect(problems).toEqual([]);
  });

  it('are checked as they are typed, remembered host by host, and forgotten when asked to', async () => {
    const site = await startStaticSite();
    const { page, problems } = await openPage(browser, site.url);
    const address = page.getByLabel('Address', { exact: true });
    const use = page.getByRole('button', { name: 'Use it' });
    for (const [text, words] of [
      ['my-host:7071', 'begins with http:// or https://'],
      ['http://[', 'is not an address'],
      ['https://h.example/api?code=secret', 'ends before the ?'],
      ['https://me:secret@h.example', 'no place for a name and a password'],
    ] as const) {
      await address.fill(text);
      await page.getByText(words).waitFor();
      expect(await use.isDisabled()).toBe(true);
    }
    await address.fill('http://127.0.0.1:1');
    await use.click();
    await page.getByRole('alert').getByText('http://127.0.0.1:1 does not answer').waitFor();
    // Another web server, and no API.
    await address.fill(site.url);
    await use.click();
    await page.getByRole('alert').getByText('is not the API of a charger simulator').last().waitFor();
    await address.fill(`${keyed.url}/api/`);
    await use.click();
    await page.getByText('is needed here').waitFor();
    await page.getByRole('textbox', { name: 'Key' }).fill(key);
    await use.click();
    await page.getByRole('heading', { name: 'Fleet' }).waitFor();
    await live(page);

    const other = await startHost({ API_KEY: 'another key', STORE: 'memory' });
    try {
      await page.getByRole('button', { name: 'API address and key' }).click();
      await address.fill(other.url);
      await page.getByRole('textbox', { name: 'Key' }).fill('another key');
      await use.click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'API address and key' }).click();
      await page.getByRole('button', { name: `Use ${new URL(keyed.url).host}` }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await live(page);
      await page.getByRole('button', { name: 'API address and key' }).click();
      await expectAccessible(page);
      await page.getByRole('button', { name: `Forget ${new URL(other.url).host}` }).click();
      await page.getByRole('button', { name: 'Forget its key' }).click();
      const kept = await page.evaluate<string>('JSON.stringify(localStorage)');
      expect(kept).not.toContain('another key');
      expect(kept).not.toContain(key);
    } finally {
      await page.context().close();
      await site.close();
      await other.stop();
      forgetData(other);
    }
    expect(problems).toEqual([]);
  });

  it('say what browsers refuse without a word: pages from elsewhere (CORS), and less than https from a page by https', async () => {
    const open = await startHost({ STORE: 'memory' });
    const site = await startStaticSite();
    const { page } = await openPage(browser, site.url.replace('127.0.0.1', 'pages.localhost'));
    try {
      await page.getByLabel('Address', { exact: true }).fill(open.url);
      await page.getByRole('button', { name: 'Use it' }).click();
      await page.getByRole('alert').getByText('(CORS)').waitFor();
      await page.getByRole('alert').getByText('API_KEY').waitFor();
      await page.route('https://pages.example/**', async (route) => {
        const { status, type, body } = await fileFor(new URL(route.request().url()).pathname);
        await route.fulfill({ status, contentType: type, body });
      });
      await page.goto('https://pages.example/');
      await page.getByLabel('Address', { exact: true }).fill('http://simulator.example');
      await page.getByText('begins with https://, because this page came by https').waitFor();
    } finally {
      await page.context().close();
      await site.close();
      await open.stop();
      forgetData(open);
    }
  });

  it('a key that is refused later is asked for above the page, which keeps what was typed', async () => {
    const first = await startHost({ API_KEY: 'key number one', STORE: 'memory' });
    const { page, problems } = await openPage(browser, first.url);
    await page.getByRole('textbox', { name: 'Key' }).fill('key number one');
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.getByRole('button', { name: 'Create chargers' }).click();
    await page.getByLabel('Id', { exact: true }).fill('KEPT-1');
    await page.getByLabel('Address of the CSMS').fill('ws://127.0.0.1:1/x');
    await first.stop();
    forgetData(first);
    const second = await startHost({ API_KEY: 'key number two', STORE: 'memory', PORT: new URL(first.url).port });
    try {
      const dialog = page.getByRole('dialog', { name: 'This API wants its key' });
      await dialog.getByLabel('Key').fill('key number two');
      await dialog.getByRole('button', { name: 'Use it' }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(await page.getByLabel('Id', { exact: true }).inputValue()).toBe('KEPT-1');
      await page.getByRole('button', { name: 'Create', exact: true }).click();
      await row(page, 'KEPT-1').waitFor();
      await live(page);
      expect(problems).toEqual([]);
    } finally {
      await page.context().close();
      await second.stop();
      forgetData(second);
    }
  });
});

describeInBrowser('a host that goes and comes back', () => {
  it('is asked for again, says that it was restarted, and shows what has changed meanwhile', async () => {
    const [browser, first] = await Promise.all([startBrowser(), startHost()]);
    const csms = { url: 'ws://127.0.0.1:1/x' };
    await request(first.url, 'POST', 'chargers', { id: 'EARLY-1', protocol: 'ocpp1.6', csms });
    const { page } = await openPage(browser, first.url);
    await row(page, 'EARLY-1').waitFor();
    await live(page);
    await first.stop();
    const banner = page.getByRole('alert').filter({ hasText: 'does not answer' });
    await banner.getByText('is asked for again').waitFor();
    await expectAccessible(page);
    // What is shown stays.
    await row(page, 'EARLY-1').waitFor();
    const second = await startHost({ PORT: new URL(first.url).port, DATA_DIR: first.dataDir });
    try {
      await request(second.url, 'POST', 'chargers', { id: 'LATE-1', protocol: 'ocpp1.6', csms });
      await page.getByRole('status').locator('strong').getByText('The simulator answers again').waitFor();
      await page.getByText('It was started again at').waitFor();
      await banner.waitFor({ state: 'detached' });
      await row(page, 'LATE-1').waitFor();
      await row(page, 'EARLY-1').waitFor();
      await live(page);
    } finally {
      await browser.close();
      await second.stop();
      forgetData(second);
    }
  });
});

describeInBrowser('a way that is not there, slow, or leads to something else', () => {
  const suite = webSuite();

  it('a browser without a network says so, and goes on where it was', async () => {
    const { page } = suite;
    await suite.create('OFF-1');
    await row(page, 'OFF-1').waitFor();
    await page.context().setOffline(true);
    await page.getByRole('alert').getByText('This browser is offline.').waitFor();
    await page.context().setOffline(false);
    await page.getByText('It was the same all the time.').waitFor();
    await suite.create('OFF-2');
    await row(page, 'OFF-2').waitFor();
    await live(page);
  });

  it('a feed that cannot be reached is made up for by asking, and used again once it can', async () => {
    const { page } = suite;
    let refuse = true;
    await page.routeWebSocket(/access_token/, (socket) => {
      if (refuse) void socket.close();
      else socket.connectToServer();
    });
    await page.reload();
    await page.getByText('read every 5 s').waitFor();
    await suite.create('ASKED-1');
    await row(page, 'ASKED-1').waitFor();
    refuse = false;
    await live(page);
  });

  it('a slow answer has words, and nothing is sent twice', async () => {
    const { page, host } = suite;
    let asked = 0;
    let answer = () => {};
    /** Holds what is asked until `answer` is called. */
    const hold = (what: string | RegExp) =>
      page.route(what, async (route) => {
        asked += 1;
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
        await route.continue();
      });
    await hold(/\/api\/chargers$/);
    await page.getByRole('button', { name: 'Create chargers' }).click();
    await page.getByLabel('Id', { exact: true }).fill('SLOW-1');
    await page.getByRole('button', { name: 'Create', exact: true }).dblclick();
    await page.getByRole('button', { name: 'Creating …' }).waitFor();
    await page.keyboard.press('Enter');
    answer();
    await row(page, 'SLOW-1').waitFor();
    expect(asked).toBe(1);
    expect((await request(host.url, 'GET', 'chargers/SLOW-1')).status).toBe(200);
    await page.unrouteAll();
    await hold('**/api/models');
    await page.reload();
    await page.getByText('Asking the API …').waitFor();
    await page.getByText('an Azure app that has been idle').waitFor();
    answer();
    await page.getByRole('heading', { name: 'Fleet' }).waitFor();
  });

  it.each([
    [500, 'text/html', '<h1>oops</h1>', {}, 'failed without saying why'],
    [502, 'text/html', '<h1>bad gateway</h1>', {}, 'the simulator behind it does not answer'],
    [429, 'text/plain', 'slow down', { 'retry-after': '7' }, 'It asks for 7 s.'],
    [413, 'text/html', 'too large', {}, 'is larger than'],
    [500, 'application/problem+json', '{"title":"Broken","detail":"the disk is full"}', {}, 'the disk is full'],
  ])('an answer of status %s (%s) is told, with a way out', async (status, contentType, body, headers, words) => {
    const { page } = suite;
    await page.route(/\/api\/chargers$/, (route) => route.fulfill({ status, contentType, body, headers }));
    await page.getByRole('button', { name: 'Create chargers' }).click();
    const id = `ST-${status}-${body.length}`;
    await page.getByLabel('Id', { exact: true }).fill(id);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('alert').getByText(words).waitFor();
    // What was typed is still there, and goes once it can.
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await row(page, id).waitFor();
  });
});
