// The web platform in a real browser against the built local host and its demo CSMS: the fleet page.
import { expectAccessible } from '../support/axe';
import { describeInBrowser, openPage } from '../support/browser';
import { request } from '../support/local-host';
import { webSuite } from '../support/web-suite';

jest.setTimeout(150_000);

describeInBrowser('the fleet page', () => {
  const suite = webSuite();
  const page = () => suite.page;
  const ask = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
    request(suite.host.url, method, path, body, headers);

  afterEach(async () => {
    const { chargers } = (await ask('GET', 'chargers?limit=1')).body;
    if (chargers.length > 0) {
      await ask('DELETE', 'chargers?protocol=ocpp1.6&force=true');
      await ask('DELETE', 'chargers?protocol=ocpp2.0.1&force=true');
    }
  });

  const row = (id: string) => page().getByRole('row').filter({ hasText: id });

  it('says what to do when there is no charger, and creates the first one, which connects', async () => {
    await page().getByRole('button', { name: 'Create the first charger' }).click();
    await expectAccessible(page());
    await page().getByRole('button', { name: 'Create', exact: true }).click();
    await row('CP-1').getByText('connected', { exact: true }).waitFor();
    await expectAccessible(page());
  });

  it('tells mistakes at once, and those that only the API sees in its words', async () => {
    await page().getByRole('button', { name: 'Create chargers' }).click();
    await page().getByLabel('Address of the CSMS').fill('http://csms.example');
    await page().getByText('begins with ws:// or wss://').waitFor();
    expect(await page().getByRole('button', { name: 'Create', exact: true }).isDisabled()).toBe(true);
    await page().getByLabel('Address of the CSMS').fill('ws://csms.example/?query=1');
    await page().getByRole('button', { name: 'Create', exact: true }).click();
    await page().getByRole('alert').getByText('may have no query and no fragment').waitFor();
  });

  it('starts, stops, unpowers and deletes what is selected, and shows it as it happens', async () => {
    await page().getByRole('button', { name: 'Create chargers' }).click();
    await page().getByLabel('How many').fill('3');
    await page().getByLabel('OCPP version').selectOption('ocpp2.0.1');
    await page().getByRole('button', { name: 'Create 3 chargers' }).click();
    await row('CP-3').getByText('connected', { exact: true }).waitFor();
    await page().getByRole('checkbox', { name: 'Select all' }).check();
    await page().getByRole('button', { name: 'Start charging' }).click();
    await page().getByText('Start charging: 3 of 3, all well').waitFor();
    await row('CP-2').getByText('Occupied', { exact: true }).first().waitFor();
    await page().getByRole('button', { name: 'Stop charging' }).click();
    await page().getByText('Stop charging: 3 of 3, all well').waitFor();
    await page().getByRole('button', { name: 'Cut power' }).click();
    await row('CP-1').getByText('power off').waitFor();
    await page().getByRole('button', { name: 'Delete', exact: true }).click();
    await page().getByRole('button', { name: 'Delete for good' }).click();
    await page().getByText('No chargers yet').waitFor();
  });

  const button = (name: string) => page().getByRole('button', { name, exact: true });
  const field = (label: string) => page().getByLabel(label, { exact: true });
  const charger = async (id: string) => (await ask('GET', `chargers/${id}`)).body;
  const deed = async (id: string, name: string) => {
    await button(`Menu of ${id}`).click();
    await page().getByRole('menuitem', { name }).click();
  };

  it('creates chargers with a security profile, EVSEs of their own, presets and an identity of the model changed', async () => {
    await button('Create chargers').click();
    await page().getByText('More: security').click();
    await field('OCPP version').selectOption('ocpp2.0.1');
    await field('Security profile').selectOption({ label: '1: Basic auth without TLS' });
    expect(await button('Create').isDisabled()).toBe(true);
    await field('Address of the CSMS').fill('ws://127.0.0.1:1/ocpp');
    await field('Password').fill('a secret of 16 ch');
    await field("Of its own, instead of the model's").check();
    await button('Remove EVSE 2').click();
    await field('Maximum power, W').fill('7400');
    await field('Phases').selectOption('1');
    await field('Configuration to begin with').fill('OCPPCommCtrlr.HeartbeatInterval');
    await page().getByText('line 1: must be like').waitFor();
    expect(await button('Create').isDisabled()).toBe(true);
    await field('Configuration to begin with').fill('OCPPCommCtrlr.HeartbeatInterval = 77\nEVSE(1).Power = 7400');
    await field('Vendor').fill('Wallbox & Söhne');
    await expectAccessible(page());
    await button('Create').click();
    const configured = page().locator('.field', { has: field('Configuration to begin with') });
    await configured.getByText('EVSE(1).Power follows from the state of the charger').waitFor();
    const lines = 'OCPPCommCtrlr.HeartbeatInterval = 77\nOCPPCommCtrlr.MessageAttempts[TransactionEvent] = 3';
    await field('Configuration to begin with').fill(lines);
    await button('Create').click();
    await row('CP-1').waitFor();
    expect(await charger('CP-1')).toMatchObject({
      protocol: 'ocpp2.0.1',
      csms: { securityProfile: 1, basicAuth: { username: 'CP-1', passwordSet: true } },
      evses: [{ id: 1, maxPowerW: 7400, phases: 1, connectors: [{ type: 'sType2' }] }],
      boot: { vendor: 'Wallbox & Söhne' },
    });
    const { configuration } = (await ask('GET', 'chargers/CP-1/configuration?key=OCPPCommCtrlr.HeartbeatInterval'))
      .body;
    expect(configuration).toMatchObject([{ value: '77' }]);
  });

  it('edits a charger from its menu, and tells when somebody else was faster', async () => {
    await suite.create('CP-1', 'ocpp1.6', { tags: ['a'] });
    await deed('CP-1', 'Edit …');
    await field('Tags').waitFor();
    expect(await button('Save').isDisabled()).toBe(true);
    await field('Tags').fill('a, b');
    await ask('PATCH', 'chargers/CP-1', { tags: ['theirs'] });
    await button('Save').click();
    await page().getByText('Somebody has changed CP-1').waitFor();
    expect((await charger('CP-1')).tags).toEqual(['theirs']);
    await expectAccessible(page());
    await button('Read it again').click();
    await page().getByText('Somebody has changed CP-1').waitFor({ state: 'detached' });
    expect(await field('Tags').inputValue()).toBe('theirs');
    await field('Tags').fill('theirs, mine');
    await field('Security profile').selectOption({ label: '1: Basic auth without TLS' });
    await field('What becomes of it').selectOption({ label: 'Set' });
    await field('Password').fill('a secret of 16 ch');
    await button('Save').click();
    await page().getByRole('dialog').waitFor({ state: 'detached' });
    expect(await charger('CP-1')).toMatchObject({
      tags: ['theirs', 'mine'],
      csms: { securityProfile: 1, basicAuth: { passwordSet: true } },
    });
    await deed('CP-1', 'Edit …');
    await field('What becomes of it').selectOption({ label: 'Taken away' });
    await button('Save').click();
    await page().getByRole('alert').getByText('is required for security profile 1').waitFor();
    await field('Security profile').selectOption({ label: 'None' });
    await button('Save').click();
    await page().getByRole('dialog').waitFor({ state: 'detached' });
    expect((await charger('CP-1')).csms).not.toHaveProperty('basicAuth');
  });

  it('clones a charger with its configuration, and asks for the secrets that do not come out', async () => {
    const csms = { url: 'ws://127.0.0.1:1/x', securityProfile: 1, basicAuth: { password: 'a secret of 16 ch' } };
    const evses = [{ id: 1, maxPowerW: 11_000, phases: 3, connectors: [{ id: 1, type: 'cType2', fixedCable: true }] }];
    await suite.create('CP-1', 'ocpp1.6', { csms, evses, tags: ['a'], boot: { vendor: 'Other' } });
    await ask('PUT', 'chargers/CP-1/configuration', { configuration: { HeartbeatInterval: '61' } });
    await deed('CP-1', 'Clone …');
    await page().getByText('To be entered again: the password of Basic auth').waitFor();
    expect(await button('Create').isDisabled()).toBe(true);
    await field('Password').fill('another secret, 16');
    await expectAccessible(page());
    await button('Create').click();
    await row('CP-2').waitFor();
    expect(await charger('CP-2')).toMatchObject({
      csms: { url: 'ws://127.0.0.1:1/x', securityProfile: 1, basicAuth: { username: 'CP-2', passwordSet: true } },
      evses,
      tags: ['a'],
      boot: { vendor: 'Other' },
      connection: 'persistent',
    });
    const { configuration } = (await ask('GET', 'chargers/CP-2/configuration?key=HeartbeatInterval')).body;
    expect(configuration).toMatchObject([{ value: '61' }]);
  });

  it('deletes a charger from its menu by keyboard, and says what that has ended', async () => {
    await suite.create('CP-1');
    await ask('POST', 'chargers/CP-1/transactions', { idToken: 'TAG-1' });
    await row('CP-1').getByText('Charging', { exact: true }).first().waitFor();
    await button('Menu of CP-1').focus();
    await page().keyboard.press('Enter');
    await page().getByRole('menuitem', { name: 'Edit …' }).waitFor();
    await expectAccessible(page());
    await page().keyboard.press('End');
    await page().keyboard.press('Enter');
    await page().getByText('A transaction runs there').waitFor();
    await button('Delete for good').click();
    await page()
      .getByText(/CP-1: transaction/)
      .waitFor();
    await button('Dismiss').click();
    await page().getByText('No chargers yet').waitFor();
  });

  it('gives and takes tags, shows them as chips, and filters by them in the address', async () => {
    await ask('POST', 'chargers/batch', { count: 4, idPattern: 'T-{n}', tags: ['old'] });
    await row('T-4').waitFor();
    await page().getByLabel('Select T-1').check();
    await page().getByLabel('Select T-2').check();
    await button('Tags …').click();
    await field('Add').fill('north, fast');
    await field('old (2 of 2 have it)').check();
    await expectAccessible(page());
    await button('Change tags').click();
    await page().getByRole('dialog').waitFor({ state: 'detached' });
    await row('T-1').getByRole('button', { name: 'north' }).click();
    await page().getByText('2 of 4 chargers').waitFor();
    expect(new URL(page().url()).search).toBe('?tag=north');
    await page().getByLabel('Tag', { exact: true }).selectOption('old');
    await row('T-3').waitFor();
    await page().reload();
    await page().getByText('2 of 4 chargers').waitFor();
    expect((await charger('T-2')).tags).toEqual(['north', 'fast']);
  });

  it('tells where an action went wrong, selects those, and can be broken off', async () => {
    await ask('POST', 'chargers/batch', { count: 2, idPattern: 'BAD-{n}', csms: { url: 'ws://127.0.0.1:1/x' } });
    await ask('POST', 'chargers/batch', { count: 58, idPattern: 'GOOD-{n:02}' });
    await row('GOOD-01').waitFor();
    await page().getByText('60 chargers').waitFor();
    await page().getByRole('checkbox', { name: 'Select all' }).check();
    await button('Connect').click();
    await page().getByText('Connect: 60 of 60, 2 went wrong').waitFor();
    const wrong = page().getByRole('region', { name: 'What went wrong' });
    expect(await wrong.textContent()).toMatch(/BAD-[12].*cannot be reached/);
    await button('Select where it went wrong').click();
    await page().getByText('2 selected').waitFor();
    await button('Dismiss').click();
    await page().route('**/disconnect', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await route.continue();
    });
    await page().getByRole('checkbox', { name: 'Select all' }).check();
    await button('Disconnect').click();
    await page()
      .getByText(/Disconnect: [1-9]\d? of 60/)
      .waitFor();
    await button('Cancel').click();
    await page()
      .getByText(/Disconnect: \d+ of 60, cancelled while [1-6] were under way/)
      .waitFor();
    await page().unrouteAll({ behavior: 'wait' });
  });

  it('scrolls, filters and sorts 2,000 chargers, few of which are in the document, and keeps that in the address', async () => {
    await ask('POST', 'chargers/batch', { count: 1000, idPattern: 'A-{n:04}', tags: ['north'] });
    const south = { count: 1000, idPattern: 'B-{n:04}', tags: ['south'], protocol: 'ocpp2.0.1' };
    await ask('POST', 'chargers/batch', south);
    await page().reload();
    await page().getByText('2000 chargers').waitFor();
    await page()
      .getByRole('table')
      .evaluate((table) => table.scrollTo(0, table.scrollHeight));
    await row('B-1000').waitFor();
    expect(await page().getByRole('row').count()).toBeLessThan(60);
    await page().getByRole('searchbox').fill('north 00');
    await page().getByText('of 2000 chargers').waitFor();
    await page().getByLabel('Version').selectOption('ocpp2.0.1');
    await page().getByText('No charger fits').waitFor();
    await page().getByRole('button', { name: 'Clear search and filters' }).click();
    await page().getByRole('button', { name: 'Charger', exact: true }).click();
    await row('B-1000').waitFor();
    expect(new URL(page().url()).search).toBe('?sort=id&order=desc');
    await page().reload();
    await row('B-1000').waitFor();
  });

  it.each([
    ['light, wide', { dark: false, width: 1280 }],
    ['dark, 380 px', { dark: true, width: 380 }],
  ])('has nothing that axe minds, %s', async (_, options) => {
    await ask('POST', 'chargers/batch', { count: 5, idPattern: 'C-{n}', tags: ['a'] });
    const other = await openPage(suite.browser, suite.host.url, options);
    await other.page.getByRole('row').filter({ hasText: 'C-5' }).waitFor();
    await expectAccessible(other.page);
    const wider: unknown = await other.page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(wider).toBeLessThanOrEqual(0);
    await other.page.context().close();
    expect(other.problems).toEqual([]);
  });
});
