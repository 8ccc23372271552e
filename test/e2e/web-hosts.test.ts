// The web platform wherever its files and its API are: a plain static host against another local host, the Azure host, a local host of several
// processes. In each: the fleet, a charge, the log.
import type { Browser, Page } from 'playwright-core';
import { type AzureHost, startAzureHost } from '../support/azure-host';
import { describeInBrowser, openPage, startBrowser } from '../support/browser';
import { forgetData, startHost } from '../support/local-host';
import { type ScriptedCsms, startScriptedCsms } from '../support/scripted-csms';
import { startStaticSite } from '../support/static-site';

jest.setTimeout(200_000);

async function giveKey(page: Page, key: string, address?: string): Promise<void> {
  if (address !== undefined) await page.getByLabel('Address', { exact: true }).fill(address);
  await page.getByLabel('Key').fill(key);
  await page.getByRole('button', { name: 'Use it' }).click();
  await page.getByText('No chargers yet').waitFor();
}

/** Creates a charger, charges a car there, reads the log: by clicks. */
async function chargeACar(page: Page, { csms = '', feed = 'live' } = {}): Promise<void> {
  await page.getByRole('button', { name: 'Create the first charger' }).click();
  if (csms !== '') await page.getByLabel('Address of the CSMS').fill(csms);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const row = page.getByRole('row').filter({ hasText: 'CP-1' });
  await row.waitFor();
  await page.getByText(feed, { exact: true }).waitFor();
  await page.getByRole('link', { name: 'CP-1', exact: true }).click();
  const connector = page.getByRole('region', { name: /^Connector 1 / });
  await connector.getByRole('button', { name: 'Start charging' }).click();
  await connector.getByText('Charging', { exact: true }).waitFor({ timeout: 60_000 });
  await page.getByRole('navigation', { name: 'About this charger' }).getByText('Message log').click();
  await page.getByText('StartTransaction').last().waitFor();
}

describeInBrowser('the web platform', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  it('from a plain static host works against the API of another, its feed included', async () => {
    const [site, api] = await Promise.all([
      startStaticSite(),
      startHost({ API_KEY: 'a key of its own', STORE: 'memory', DEMO_CSMS: 'on' }),
    ]);
    const { page, problems } = await openPage(browser, site.url);
    try {
      await page.getByRole('heading', { name: 'Where is the API?' }).waitFor();
      await giveKey(page, 'a key of its own', `${api.url}/api`);
      await chargeACar(page);
      await page.reload();
      await page.getByText('StartTransaction').last().waitFor();
      expect(problems).toEqual([]);
    } finally {
      await page.context().close();
      await Promise.all([site.close(), api.stop()]);
      forgetData(api);
    }
  });

  it('works with the chargers of two processes', async () => {
    const host = await startHost({ STORE: 'sqlite', DEMO_CSMS: 'on' }, ['--workers', '2']);
    const { page, problems } = await openPage(browser, host.url);
    try {
      await chargeACar(page);
      await page.getByRole('banner').getByRole('link', { name: 'Fleet', exact: true }).click();
      await page.getByRole('button', { name: 'Create chargers' }).click();
      await page.getByLabel('How many').fill('12');
      await page.getByRole('button', { name: 'Create 12 chargers' }).click();
      await page.getByText('13 chargers').waitFor();
      for (const place of [...Array(12).keys()]) {
        const link = page.getByRole('link', { name: `CP-${String(place + 1).padStart(2, '0')}`, exact: true });
        const row = page.getByRole('row').filter({ has: link });
        await row.getByText('connected', { exact: true }).waitFor();
      }
      expect(problems).toEqual([]);
    } finally {
      await page.context().close();
      await host.stop();
      forgetData(host);
    }
  });

  describe('on the Azure host', () => {
    let host: AzureHost;
    let csms: ScriptedCsms;
    beforeAll(async () => {
      csms = await startScriptedCsms();
      host = await startAzureHost({ key: 'the-key-of-this-app' });
    });
    afterAll(() => Promise.all([csms.close(), host.close()]));

    it('works without a feed, by asking', async () => {
      // As a static web app that passes /api on to its functions.
      const site = await startStaticSite({ api: host.url });
      const { page, problems } = await openPage(browser, site.url);
      try {
        await page.getByRole('heading', { name: 'This API wants its key' }).waitFor();
        await giveKey(page, 'the-key-of-this-app');
        await chargeACar(page, { csms: csms.url, feed: 'read every 5 s' });
        expect(problems).toEqual([]);
      } finally {
        await page.context().close();
        await site.close();
      }
    });
  });
});
