// The web platform in a real browser against the built local host and its demo CSMS: the fleet page.
import type { Page } from 'playwright-core';
import { expectAccessible } from '../support/axe';
import { describeInBrowser, openPage } from '../support/browser';
import { type HostProcess, request } from '../support/local-host';
import { webSuite } from '../support/web-suite';

jest.setTimeout(150_000);

describeInBrowser('the fleet page', () => {
  const suite = webSuite();
  let page: Page;
  let host: HostProcess;
  beforeEach(() => {
    ({ page, host } = suite);
  });
  afterEach(async () => {
    const { chargers } = (await request(host.url, 'GET', 'chargers?limit=1')).body;
    if (chargers.length > 0) {
      await request(host.url, 'DELETE', 'chargers?protocol=ocpp1.6&force=true');
      await request(host.url, 'DELETE', 'chargers?protocol=ocpp2.0.1&force=true');
    }
  });

  const row = (id: string) => page.getByRole('row').filter({ hasText: id });

  it('says what to do when there is no charger, and creates the first one, which connects', async () => {
    await page.getByRole('button', { name: 'Create the first charger' }).click();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await row('CP-1').getByText('connected', { exact: true }).waitFor();
    await expectAccessible(page);
  });

  it('tells mistakes at once, and those that only the API sees in its words', async () => {
    await page.getByRole('button', { name: 'Create chargers' }).click();
    await page.getByLabel('Address of the CSMS').fill('http://csms.example');
    await page.getByText('begins with ws:// or wss://').waitFor();
    expect(await page.getByRole('button', { name: 'Create', exact: true }).isDisabled()).toBe(true);
    await page.getByLabel('Address of the CSMS').fill('ws://csms.example/?query=1');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('alert').getByText('may have no query and no fragment').waitFor();
  });

  it('starts, stops, unpowers and deletes what is selected, and shows it as it happens', async () => {
    await page.getByRole('button', { name: 'Create chargers' }).click();
    await page.getByLabel('How many').fill('3');
    await page.getByLabel('OCPP version').selectOption('ocpp2.0.1');
    await page.getByRole('button', { name: 'Create 3 chargers' }).click();
    await row('CP-3').getByText('connected', { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    await page.getByRole('button', { name: 'Start charging' }).click();
    await page.getByText('Start charging: 3 of 3, all well').waitFor();
    await row('CP-2').getByText('Occupied', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Stop charging' }).click();
    await page.getByText('Stop charging: 3 of 3, all well').waitFor();
    await page.getByRole('button', { name: 'Cut power' }).click();
    await row('CP-1').getByText('power off').waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('No chargers yet').waitFor();
  });

  it('scrolls, filters and sorts 2,000 chargers, few of which are in the document, and keeps that in the address', async () => {
    await request(host.url, 'POST', 'chargers/batch', { count: 1000, idPattern: 'A-{n:04}', tags: ['north'] });
    const south = { count: 1000, idPattern: 'B-{n:04}', tags: ['south'], protocol: 'ocpp2.0.1' };
    await request(host.url, 'POST', 'chargers/batch', south);
    await page.reload();
    await page.getByText('2000 chargers').waitFor();
    await page.getByRole('table').evaluate((table) => table.scrollTo(0, table.scrollHeight));
    await row('B-1000').waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(60);
    await page.getByRole('searchbox').fill('north 00');
    await page.getByText('of 2000 chargers').waitFor();
    await page.getByLabel('Version').selectOption('ocpp2.0.1');
    await page.getByText('No charger fits').waitFor();
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await page.getByRole('button', { name: 'Charger', exact: true }).click();
    await row('B-1000').waitFor();
    expect(new URL(page.url()).search).toBe('?sort=id&order=desc');
    await page.reload();
    await row('B-1000').waitFor();
  });

  it.each([
    ['light, wide', { dark: false, width: 1280 }],
    ['dark, 380 px', { dark: true, width: 380 }],
  ])('has nothing that axe minds, %s', async (_, options) => {
    await request(host.url, 'POST', 'chargers/batch', { count: 5, idPattern: 'C-{n}', tags: ['a'] });
    const other = await openPage(suite.browser, host.url, options);
    await other.page.getByRole('row').filter({ hasText: 'C-5' }).waitFor();
    await expectAccessible(other.page);
    const wider: unknown = await other.page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(wider).toBeLessThanOrEqual(0);
    await other.page.context().close();
    expect(other.problems).toEqual([]);
  });
});
