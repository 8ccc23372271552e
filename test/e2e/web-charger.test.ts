// The web platform in a real browser against the built local host and its demo CSMS: one charger.
import type { Page } from 'playwright-core';
import { expectAccessible } from '../support/axe';
import { describeInBrowser, openPage } from '../support/browser';
import { type HostProcess, request } from '../support/local-host';
import { scriptSize } from '../support/script-size';
import { webSuite } from '../support/web-suite';

jest.setTimeout(150_000);

const versions = [
  { protocol: 'ocpp1.6', id: 'OLD-1', name: 'Connector 1', busy: 'Charging' },
  {
    protocol: 'ocpp2.0.1',
    id: 'NEW-1',
    name: 'EVSE 1, connector 1',
    busy: 'Occupied',
  },
];
const tabs = [
  'overview',
  'console',
  'log',
  'transactions',
  'charging',
  'configuration',
  'tokens',
  'security',
  'firmware',
  'bending',
  'violations',
];

describeInBrowser('the charger page', () => {
  const suite = webSuite();
  let page: Page;
  let host: HostProcess;
  beforeEach(() => {
    ({ page, host } = suite);
  });

  const tab = (name: string) => page.getByRole('navigation', { name: 'About this charger' }).getByText(name).click();
  const { create } = suite;
  const open = (id: string, more = '') => page.goto(`${host.url}/charger/?id=${id}${more}`);

  it.each(versions)('charges a car to the end by clicks alone: $protocol', async ({ protocol, id, name, busy }) => {
    await page.getByRole('button', { name: 'Create chargers' }).click();
    await page.getByLabel('Id', { exact: true }).fill(id);
    await page.getByLabel('OCPP version').selectOption(protocol);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('link', { name: id }).click();
    const connector = page.getByRole('region', { name: new RegExp(`^${name} `) });
    await connector.getByText('Available').waitFor();
    await connector.getByRole('button', { name: 'Plug in an EV of your choice' }).click();
    await connector.getByLabel('State of charge, %').fill('97');
    await connector.getByLabel('Battery, Wh').fill('100');
    await connector.getByRole('button', { name: 'Plug it in' }).click();
    await connector.getByText('plugged into the EV').waitFor();
    await connector.getByRole('button', { name: 'Present token' }).click();
    await connector.getByText(busy, { exact: true }).waitFor();
    await connector.getByText('charged').waitFor();
    const charts = page.getByRole('region', { name: 'Live charts' });
    for (const quantity of ['Power', 'Current per phase', 'Energy of the transaction', 'State of charge']) {
      await charts.getByRole('group', { name: quantity }).locator('canvas').waitFor();
    }
    await expectAccessible(page);
    await connector.getByRole('img', { name: 'the EV has 100 %' }).waitFor({ timeout: 40_000 });
    await connector.getByRole('button', { name: 'Present token' }).click();
    await connector.getByText('Stop transaction').waitFor({ state: 'detached' });
    await connector.getByRole('button', { name: 'Unplug', exact: true }).click();
    await connector.getByText('Available').waitFor();
    await tab('Transactions');
    await page.getByRole('row').filter({ hasText: 'TAG-1' }).getByText('ended').waitFor();
    await tab('Message log');
    const started = protocol === 'ocpp1.6' ? 'StartTransaction' : 'TransactionEvent';
    await page.getByLabel('Action', { exact: true }).selectOption(started);
    const line = page.getByRole('group').filter({ hasText: '"TAG-1"' }).last();
    await line.locator('summary').click();
    await line.getByText('"TAG-1"').first().waitFor();
  });

  it('breaks and repairs a connector, and tells a refusal in the words of the API', async () => {
    await create('FAULT-1', 'ocpp1.6');
    await open('FAULT-1');
    await page.getByLabel('Where').selectOption({ index: 1 });
    await page.getByRole('region', { name: 'Faults' }).getByRole('button', { name: 'Raise the fault' }).click();
    const connector = page.getByRole('region', { name: /^Connector 1/ });
    await connector.getByText('Faulted', { exact: true }).waitFor();
    await connector.getByRole('button', { name: 'Start charging' }).click();
    await connector.getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'Repair' }).click();
    await connector.getByText('Faulted', { exact: true }).waitFor({ state: 'detached' });
  });

  it.each([
    ['light, wide', { dark: false, width: 1280 }],
    ['dark, 380 px', { dark: true, width: 380 }],
  ])('has nothing that axe minds on any tab, %s', async (_, options) => {
    const id = `AXE-${options.width}`;
    await create(id, 'ocpp2.0.1');
    await request(host.url, 'POST', `chargers/${id}/transactions`, { evseId: 1, idToken: 'T' });
    const other = await openPage(suite.browser, host.url, options);
    for (const name of tabs) {
      await other.page.goto(`${host.url}/charger/?id=${id}&tab=${name}`);
      await other.page.getByRole('heading', { name: id }).waitFor();
      await other.page
        .getByText(/^(Loading|Reading) /)
        .first()
        .waitFor({ state: 'detached' });
      await expectAccessible(other.page);
      const wider: unknown = await other.page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect([name, wider]).toEqual([name, 0]);
    }
    await other.page.context().close();
    expect(other.problems).toEqual([]);
  });

  it('edits, clones and deletes the charger of the page, and says what that has ended', async () => {
    await create('OWN-1', 'ocpp1.6');
    await open('OWN-1');
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await button('Edit').click();
    await page.getByLabel('Tags').fill('mine');
    await button('Save').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await request(host.url, 'GET', 'chargers/OWN-1')).body.tags).toEqual(['mine']);
    await button('Clone').click();
    await page.getByLabel('Id', { exact: true }).fill('OWN-2');
    await button('Create').click();
    await page.getByRole('heading', { name: 'OWN-2', level: 1 }).waitFor();
    expect((await request(host.url, 'GET', 'chargers/OWN-2')).body.tags).toEqual(['mine']);
    await request(host.url, 'POST', 'chargers/OWN-2/transactions', { idToken: 'TAG-1' });
    await page.getByText('Charging', { exact: true }).first().waitFor();
    await button('Delete').click();
    await button('Delete for good').click();
    await page
      .getByRole('dialog')
      .getByText(/OWN-2.*transaction/)
      .waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('heading', { name: 'Fleet', exact: true }).waitFor();
    expect((await request(host.url, 'GET', 'chargers/OWN-2')).status).toBe(404);
  });

  it('says what is wrong with a charger that is not there, and leads back', async () => {
    await open('NOBODY');
    await page.getByText('there is no charger NOBODY').waitFor();
    await page.getByRole('link', { name: 'Back to the fleet' }).click();
    await page.getByRole('heading', { name: 'Fleet' }).waitFor();
  });

  it('loads less than 300 KB of script for any page, compressed', async () => {
    for (const name of tabs) {
      const size = await scriptSize(page, () => open('OLD-1', `&tab=${name}`));
      expect({ name, size: size < 300_000 || size }).toEqual({ name, size: true });
    }
  });
});
