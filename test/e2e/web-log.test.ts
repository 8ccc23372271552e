// The message log in a real browser against the built local host and its demo CSMS: of one charger and of several, as list and as diagram.
import { readFile } from 'node:fs/promises';
import { expectAccessible } from '../support/axe';
import { describeInBrowser, openPage } from '../support/browser';
import { request } from '../support/local-host';
import { scriptSize } from '../support/script-size';
import { webSuite } from '../support/web-suite';

jest.setTimeout(150_000);

describeInBrowser('the message log', () => {
  const suite = webSuite();
  const page = () => suite.page;
  const open = (id: string, more = '') => suite.open(`/charger/?id=${id}&tab=log${more}`);
  const line = (action: string) => page().getByRole('group').filter({ hasText: action });
  const button = (name: string) => page().getByRole('button', { name, exact: true });
  const post = (path: string, body: object) => request(suite.host.url, 'POST', path, body);
  const say = (id: string, vendorId: string) => post(`chargers/${id}/messages/DataTransfer`, { payload: { vendorId } });

  async function saved(name: string): Promise<string> {
    const [file] = await Promise.all([page().waitForEvent('download'), button(name).click()]);
    return readFile(await file.path(), 'utf8');
  }
  const frames = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one));

  it('shows the log live, pauses it, filters it, and gives what is shown and all of it as files', async () => {
    await suite.create('LOG-1');
    await open('LOG-1');
    await line('BootNotification').waitFor();
    await page().getByText('live', { exact: true }).waitFor();
    await button('Pause').click();
    await say('LOG-1', 'needle');
    await button('Go on (2 new)').waitFor();
    expect(await line('DataTransfer').count()).toBe(0);
    await button('Go on (2 new)').click();
    await line('DataTransfer').waitFor();
    await page().getByRole('searchbox').fill('needle');
    await page()
      .getByText(/^1 of \d+ exchanges/)
      .waitFor();
    expect(frames(await saved('Download what is shown')).map(({ action, type }) => [action, type])).toEqual([
      ['DataTransfer', 'call'],
      ['DataTransfer', 'result'],
    ]);
    const all = frames(await saved('Download all as NDJSON')).map(({ action }) => action);
    expect(all).toEqual(expect.arrayContaining(['DataTransfer', 'BootNotification']));
  });

  it('marks what the schema minds in place, and tells violations and what was bent; each is a filter in the address', async () => {
    await suite.create('MARK-1');
    await request(suite.host.url, 'PUT', 'chargers/MARK-1/behaviour', {
      outgoing: [{ action: 'DataTransfer', fields: { vendorId: 7, extra: 1 } }],
    });
    await say('MARK-1', 'x');
    await open('MARK-1', '&bent=1');
    await page()
      .getByText(/^1 of \d+ exchanges/)
      .waitFor();
    const bent = line('DataTransfer');
    await bent.getByText('fields').first().waitFor();
    await bent.locator('summary').click();
    await bent.getByText('← must be a string, is a number').waitFor();
    await bent.getByText('← is not a field of this message').waitFor();
    expect(await bent.locator('mark').allInnerTexts()).toEqual([
      expect.stringContaining('"vendorId": 7'),
      expect.stringContaining('"extra": 1'),
    ]);
    await button('Violations only').click();
    await page().getByText('No message fits').waitFor();
    expect(page().url()).toContain('broken=1');
    await button('Bent only').click();
    await button('Violations only').click();
    await page().getByLabel('Outcome').selectOption('error');
    await line('BootNotification').waitFor({ state: 'detached' });
    await line('DataTransfer').waitFor();
  });

  it('chooses a time from one exchange to another, and gives a call as curl', async () => {
    await suite.create('TIME-1');
    for (const name of ['one', 'two', 'three']) await say('TIME-1', name);
    await page().context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await open('TIME-1', '&action=DataTransfer');
    await page()
      .getByText(/^3 of \d+ exchanges/)
      .waitFor();
    const middle = line('"two"');
    await middle.locator('summary').click();
    await middle.getByRole('button', { name: 'Copy as curl' }).click();
    const curl: string = await page().evaluate('navigator.clipboard.readText()');
    expect(curl).toContain(`/api/chargers/TIME-1/messages/DataTransfer'`);
    expect(curl).toContain(`-d '{"payload":{"vendorId":"two"},"fill":false}'`);
    await middle.getByRole('button', { name: 'From here on' }).click();
    await line('"one"').waitFor({ state: 'detached' });
    await line('"three"').waitFor();
    await middle.getByRole('button', { name: 'Up to here' }).click();
    await line('"three"').waitFor({ state: 'detached' });
    await page().reload();
    await page()
      .getByText(/^1 of [1-3] exchanges/)
      .waitFor();
  });

  it('keeps few of many exchanges in the document', async () => {
    await suite.create('MANY-1');
    await page().evaluate(async () => {
      const send = () => fetch('/api/chargers/MANY-1/messages/Heartbeat', { method: 'POST', body: '{}' });
      for (let round = 0; round < 150; round++) await send();
    });
    await open('MANY-1');
    await button('Read older messages').click();
    await page()
      .getByText(/^1[5-9]\d of 1[5-9]\d exchanges/)
      .waitFor();
    expect(await page().getByRole('group').count()).toBeLessThan(60);
    await page()
      .locator('.log-list')
      .evaluate((list) => {
        list.scrollTop = list.scrollHeight;
      });
    await line('BootNotification').waitFor();
  });

  it('draws the exchanges as a sequence diagram: lost and refused ones otherwise, with payloads, as SVG and as Mermaid', async () => {
    await suite.create('DRAW-1');
    await say('DRAW-1', 'first');
    await post('chargers/DRAW-1/frames', { text: '[2,"odd-1","MakeCoffee",{}]' });
    await request(suite.host.url, 'PUT', 'chargers/DRAW-1/network-faults', {
      faults: [{ kind: 'drop', direction: 'sent', action: 'Heartbeat' }],
    });
    await post('chargers/DRAW-1/messages/Heartbeat', { timeoutSeconds: 1 });
    await open('DRAW-1', '&from=charger');
    await page().getByLabel('Sequence diagram').click();
    const drawing = page().getByRole('group', { name: 'Sequence diagram' });
    await drawing.getByRole('button', { name: /Heartbeat \(lost\), DRAW-1 to CSMS/ }).waitFor();
    await drawing.getByRole('button', { name: /NotImplemented.* \(CALLERROR\), CSMS to DRAW-1/ }).waitFor();
    const first = drawing.getByRole('button', { name: /BootNotification, DRAW-1 to CSMS/ });
    await first.focus();
    await page().keyboard.press('ArrowDown');
    const chosen = page().getByRole('region', { name: 'The chosen exchange' });
    await chosen.getByRole('heading', { name: 'BootNotification' }).waitFor();
    await chosen.getByText('"currentTime"').waitFor();
    await drawing.getByRole('button', { name: /DataTransfer, DRAW-1 to CSMS/ }).click();
    await chosen.getByText('"first"').first().waitFor();
    const svg = await saved('Download as SVG');
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain('DataTransfer answered');
    expect(svg).not.toContain('var(--');
    const mermaid = await saved('Download as Mermaid');
    expect(mermaid).toMatch(/^sequenceDiagram\n {2}participant P0 as DRAW-1\n {2}participant P1 as CSMS\n/);
    expect(mermaid).toMatch(/P0->>P1: DataTransfer \(\d\d:\d\d:\d\d\.\d{3}\)/);
    expect(mermaid).toMatch(/P1--xP0: NotImplemented/);
    expect(mermaid).toMatch(/P0-xP1: Heartbeat, no answer/);
  });

  it('shows the logs of several chargers together, live, and says whose log it wants', async () => {
    await suite.create('TWO-1');
    await suite.create('TWO-2', 'ocpp2.0.1');
    await suite.open('/log/');
    await page().getByRole('heading', { name: 'Whose log?' }).waitFor();
    for (const id of ['TWO-1', 'TWO-2']) {
      await page().getByLabel('Id of a charger').fill(id);
      await button('Add it').click();
    }
    expect(decodeURIComponent(page().url())).toContain('chargers=TWO-1,TWO-2');
    await line('TWO-1').first().waitFor();
    await line('TWO-2').first().waitFor();
    await say('TWO-2', 'live-2');
    await line('"live-2"').filter({ hasText: 'TWO-2' }).waitFor();
    await say('TWO-1', 'live-1');
    await line('"live-1"').filter({ hasText: 'TWO-1' }).waitFor();
    const shown = frames(await saved('Download what is shown'));
    expect(new Set(shown.map(({ chargerId }) => chargerId))).toEqual(new Set(['TWO-1', 'TWO-2']));
    const all = frames(await saved('Download all as NDJSON'));
    expect(new Set(all.map(({ chargerId }) => chargerId))).toEqual(new Set(['TWO-1', 'TWO-2']));
    await page().getByLabel('Sequence diagram').click();
    await page()
      .getByRole('button', { name: /, CSMS to TWO-2/ })
      .first()
      .waitFor();
    await suite.open('/log/?chargers=NOBODY');
    await page().getByText('there is no charger NOBODY').waitFor();
  });

  it.each([
    ['light, wide', { dark: false, width: 1280 }],
    ['dark, 380 px', { dark: true, width: 380 }],
  ])('has nothing that axe minds as list, unfolded, as diagram and of several, %s', async (_, options) => {
    const id = `AXE-${options.width}`;
    await suite.create(id, 'ocpp2.0.1');
    await say(id, 'x');
    const other = await openPage(suite.browser, `${suite.host.url}/charger/?id=${id}&tab=log`, options);
    const fits = async () => {
      await expectAccessible(other.page);
      expect(await other.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    };
    await other.page.getByRole('group').filter({ hasText: 'DataTransfer' }).locator('summary').click();
    await other.page.getByRole('button', { name: 'Copy as JSON' }).first().waitFor();
    await fits();
    await other.page.getByLabel('Sequence diagram').click();
    await other.page
      .getByRole('button', { name: /DataTransfer/ })
      .first()
      .click();
    await fits();
    await other.page.goto(`${suite.host.url}/log/`);
    await other.page.getByRole('button', { name: /^Watch / }).waitFor();
    await fits();
    await other.page.goto(`${suite.host.url}/log/?chargers=${id}`);
    await other.page.getByRole('group').first().waitFor();
    await fits();
    await other.page.context().close();
    expect(other.problems).toEqual([]);
  });

  it('has every message of a charger that says more at once than the feed tells', async () => {
    await suite.create('FLOOD-1');
    await suite.open('/charger/?id=FLOOD-1&tab=log');
    await suite.page.getByText('live', { exact: true }).waitFor();
    const calls = Array.from({ length: 120 }, () =>
      suite.fromCsms('FLOOD-1', 'GetConfiguration', { key: ['HeartbeatInterval'] }),
    );
    await Promise.all(calls);
    await suite.page.getByLabel('Action', { exact: true }).selectOption('GetConfiguration');
    await suite.page.getByText(/^120 of \d+ exchanges/).waitFor();
  });

  it('loads less than 300 KB of script, compressed', async () => {
    await suite.create('SIZE-1');
    for (const path of ['/charger/?id=SIZE-1&tab=log', '/log/?chargers=SIZE-1']) {
      expect(await scriptSize(page(), () => suite.open(path))).toBeLessThan(300_000);
    }
  });
});
