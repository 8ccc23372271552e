// The web platform in a real browser against the built local host and its demo CSMS: one charger, the console, the log.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expectAccessible } from '../support/axe';
import { describeInBrowser, openPage } from '../support/browser';
import { type HostProcess, request } from '../support/local-host';
import { webSuite } from '../support/web-suite';

jest.setTimeout(150_000);

const versions = [
  { protocol: 'ocpp1.6', id: 'OLD-1', name: 'Connector 1', busy: 'Charging', remote: 'RemoteStartTransaction' },
  {
    protocol: 'ocpp2.0.1',
    id: 'NEW-1',
    name: 'EVSE 1, connector 1',
    busy: 'Occupied',
    remote: 'RequestStartTransaction',
  },
];
const tabs = ['overview', 'console', 'log', 'transactions', 'configuration', 'violations'];

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
    await page.getByRole('heading', { name: 'Power and state of charge' }).waitFor();
    await page.locator('.u-wrap canvas').waitFor();
    await expectAccessible(page);
    await connector.getByText('100 %').waitFor({ timeout: 40_000 });
    await connector.getByRole('button', { name: 'Present token' }).click();
    await connector.getByText('Stop transaction').waitFor({ state: 'detached' });
    await connector.getByRole('button', { name: 'Unplug' }).click();
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
    await page.getByRole('button', { name: 'Raise the fault' }).click();
    const connector = page.getByRole('region', { name: /^Connector 1/ });
    await connector.getByText('Faulted', { exact: true }).waitFor();
    await connector.getByRole('button', { name: 'Start charging' }).click();
    await connector.getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'Repair' }).click();
    await connector.getByText('Faulted', { exact: true }).waitFor({ state: 'detached' });
  });

  it('finds and sets a configuration key', async () => {
    await create('CONF-1', 'ocpp1.6');
    await open('CONF-1', '&tab=configuration');
    await page.getByRole('searchbox').fill('HeartbeatInterval');
    await page.getByRole('button', { name: 'Edit HeartbeatInterval' }).click();
    await page.getByLabel('Value of HeartbeatInterval').fill('often');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByRole('alert').getByText('HeartbeatInterval').waitFor();
    await page.getByLabel('Value of HeartbeatInterval').fill('77');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByRole('cell', { name: /77/ }).waitFor();
    const { body } = await request(host.url, 'GET', 'chargers/CONF-1/configuration?key=HeartbeatInterval');
    expect(body.configuration[0].value).toBe('77');
  });

  it.each(versions)('has a form for every message of both sides, and sends it: $protocol', async ({ protocol, id }) => {
    const own = `FORMS-${id}`;
    await create(own, protocol);
    for (const side of ['charger', 'csms']) {
      await open(own, `&tab=console&side=${side}`);
      const choice = page.getByLabel('Message', { exact: true });
      await choice.waitFor();
      const actions = await choice.locator('option').allTextContents();
      expect(actions.length).toBeGreaterThan(8);
      for (const action of actions) {
        await choice.selectOption(action);
        await page.getByRole('button', { name: `Send ${action}`, exact: true }).click();
        const answered = page.getByRole('heading', { name: ` answered ${action}` });
        await answered.or(page.getByRole('alert')).first().waitFor();
      }
    }
  });

  it.each(versions)(
    'fills a form, shows it as JSON and back, and the CSMS side starts a charge: $protocol',
    async (version) => {
      const own = `TALK-${version.id}`;
      await create(own, version.protocol);
      await open(own, '&tab=console&action=DataTransfer');
      await page.getByLabel('vendorId').fill('my.vendor');
      await page.getByLabel('Edit as JSON').check();
      const json = page.getByLabel('Payload as JSON');
      expect(JSON.parse(await json.inputValue())).toEqual({ vendorId: 'my.vendor' });
      await json.fill('{"vendorId": "other.vendor",');
      expect(await page.getByRole('button', { name: 'Send DataTransfer' }).isDisabled()).toBe(true);
      await json.fill('{"vendorId": "other.vendor"}');
      await page.getByLabel('Edit as JSON').uncheck();
      expect(await page.getByLabel('vendorId').inputValue()).toBe('other.vendor');
      await page.getByRole('button', { name: 'Send DataTransfer' }).click();
      await page.getByRole('heading', { name: /The CSMS answered DataTransfer in \d+ ms/ }).waitFor();

      await page.getByLabel('From the demo CSMS').check();
      await page.getByLabel('Message', { exact: true }).selectOption(version.remote);
      if (version.protocol === 'ocpp1.6') await page.getByLabel('idTag').fill('REMOTE');
      else {
        await page.getByLabel('remoteStartId').fill('7');
        await page.getByLabel('idToken *').fill('REMOTE');
        await page.getByLabel('type *').selectOption('Central');
      }
      await page.getByRole('button', { name: `Send ${version.remote}` }).click();
      await page.getByText('"Accepted"').waitFor();

      await page.getByLabel('A raw frame').check();
      await page.getByLabel('Frame', { exact: true }).fill('[2,"raw-1","Nonsense",{}]');
      await page.getByRole('button', { name: 'Send the frame' }).click();
      await page.getByText('2 frames').click();
      await page.getByText('NotImplemented').first().waitFor();
    },
  );

  it('shows the log live, pauses it, filters it, and gives it as a file', async () => {
    await create('LOG-1', 'ocpp1.6');
    await open('LOG-1', '&tab=log');
    const line = (action: string) => page.getByRole('group').filter({ hasText: action });
    await line('BootNotification').waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await request(host.url, 'POST', 'chargers/LOG-1/messages/DataTransfer', { payload: { vendorId: 'needle' } });
    await page.getByRole('button', { name: 'Go on (2 new)' }).waitFor();
    expect(await line('DataTransfer').count()).toBe(0);
    await page.getByRole('button', { name: 'Go on (2 new)' }).click();
    await line('DataTransfer').waitFor();
    await page.getByRole('searchbox').fill('needle');
    await page.getByText(/^1 of \d+ exchanges/).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as NDJSON' }).click(),
    ]);
    const frames = (await readFile(await file.path(), 'utf8'))
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(frames.map(({ action }) => action)).toContain('DataTransfer');
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

  it('says what is wrong with a charger that is not there, and leads back', async () => {
    await open('NOBODY');
    await page.getByText('there is no charger NOBODY').waitFor();
    await page.getByRole('link', { name: 'Back to the fleet' }).click();
    await page.getByRole('heading', { name: 'Fleet' }).waitFor();
  });

  it('loads less than 300 KB of script for any page, compressed', async () => {
    const { gzipSync } = await import('node:zlib');
    for (const name of tabs) {
      const bodies: Promise<Buffer>[] = [];
      page.on('response', (answer) => {
        if (/\.js(\?|$)/.test(answer.url())) bodies.push(answer.body().catch(() => Buffer.alloc(0)));
      });
      await open('OLD-1', `&tab=${name}`);
      await page.waitForLoadState('networkidle');
      const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
      page.removeAllListeners('response');
      expect(sizes.length).toBeGreaterThan(3);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
    }
  });
});
