// The OCPP console in a real browser against the built local host and its demo CSMS: every message of both sides and versions.
import type { Locator } from 'playwright-core';
import { expectAccessible } from '../support/axe';
import { describeInBrowser, openPage } from '../support/browser';
import { createRoot } from '../support/certificate-authority';
import { request } from '../support/local-host';
import { scriptSize } from '../support/script-size';
import { webSuite } from '../support/web-suite';
import { least, messagesOf, protocols } from '../support/web-versions';

jest.setTimeout(240_000);

describeInBrowser('the OCPP console', () => {
  const suite = webSuite();
  const page = () => suite.page;
  const open = (id: string, more = '') => suite.open(`/charger/?id=${id}&tab=console${more}`);
  const button = (name: string) => page().getByRole('button', { name, exact: true });
  const editor = () => page().getByRole('textbox', { name: 'Payload as JSON' });
  const ask = (path: string, body?: object) => request(suite.host.url, body ? 'POST' : 'GET', path, body);
  const answered = (action: string) => page().getByRole('heading', { name: ` answered ${action}` });

  /** What the CSMS says to the charger. */
  async function order(id: string, action: string, payload: object): Promise<void> {
    const { httpUrl } = (await ask('health')).body.demoCsms;
    const answer = await fetch(`${httpUrl}/api/chargers/${id}/calls/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    });
    expect([action, answer.status]).toEqual([action, 200]);
  }

  /** A charger in the middle of its life, so that there is something to say in every message. */
  async function busy(id: string, protocol: string): Promise<void> {
    await suite.create(id, protocol);
    const place = protocol === 'ocpp1.6' ? { connectorId: 1 } : { evseId: 1 };
    expect((await ask(`chargers/${id}/transactions`, { ...place, idToken: 'TAG-1' })).status).toBe(200);
    if (protocol === 'ocpp1.6') return;
    const certificate = createRoot({ commonName: 'V2G Root' }).cert;
    await order(id, 'InstallCertificate', { certificateType: 'V2GRootCertificate', certificate });
    const expiryDateTime = new Date(Date.now() + 3_600_000).toISOString();
    const idToken = { idToken: 'TAG-2', type: 'ISO14443' };
    await order(id, 'ReserveNow', { id: 4, evseId: 2, expiryDateTime, idToken });
    const chargingSchedulePeriod = [{ startPeriod: 0, limit: 16 }];
    const schedule = { id: 1, startSchedule: new Date().toISOString(), chargingRateUnit: 'A', chargingSchedulePeriod };
    const kind = { chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute' };
    const chargingProfile = { id: 1, stackLevel: 0, ...kind, chargingSchedule: [schedule] };
    await order(id, 'SetChargingProfile', { evseId: 0, chargingProfile });
  }

  async function write(where: Locator, text: string): Promise<void> {
    await where.click();
    await page().keyboard.press('Control+A');
    await page().keyboard.insertText(text);
  }

  it.each(protocols)(
    'has a form with every required field of every message of the charger, and what it fills in is sent: %s',
    async (protocol) => {
      const id = `SAYS-${protocol}`;
      await busy(id, protocol);
      await open(id);
      const choice = page().getByLabel('Message', { exact: true });
      await choice.waitFor();
      const messages = messagesOf(protocol);
      const actions = await choice.locator('option').allTextContents();
      expect(actions).toEqual(
        Object.keys(messages)
          .filter((name) => messages[name]?.from !== 'csms')
          .sort(),
      );
      for (const action of actions) {
        await choice.selectOption(action);
        const form = page().getByRole('form', { name: action });
        await form.waitFor();
        for (const name of messages[action]?.request.required ?? []) {
          await form.getByText(`${name} *`, { exact: true }).first().waitFor();
        }
        const minded = form.getByText('The schema asks for something else');
        expect([action, await minded.count()]).toEqual([action, action === 'SignCertificate' ? 1 : 0]);
        if (action === 'SignCertificate') continue;
        // A BootNotification out of turn makes the CSMS forget nothing: it is sent like any other.
        await button(`Send ${action}`).click();
        await answered(action).or(form.getByRole('alert')).first().waitFor();
        expect([action, await form.getByRole('alert').allInnerTexts()]).toEqual([action, []]);
      }
    },
  );

  it.each(protocols)(
    'has the CSMS send every message of its side, as it is or once it is complete: %s',
    async (protocol) => {
      const id = `HEARS-${protocol}`;
      await busy(id, protocol);
      await open(id, '&side=csms');
      const choice = page().getByLabel('Message', { exact: true });
      await choice.waitFor();
      const messages = messagesOf(protocol);
      const actions = await choice.locator('option').allTextContents();
      expect(actions).toEqual(
        Object.keys(messages)
          .filter((name) => messages[name]?.from !== 'charger')
          .sort(),
      );
      // What makes the charger restart comes last.
      for (const action of [...actions.filter((name) => name !== 'Reset'), 'Reset']) {
        await choice.selectOption(action);
        const form = page().getByRole('form', { name: action });
        await form.waitFor();
        for (const name of messages[action]?.request.required ?? []) {
          await form.getByText(`${name} *`, { exact: true }).first().waitFor();
        }
        if ((await form.getByText('The schema asks for something else').count()) > 0) {
          await form.getByLabel('Edit as JSON').check();
          await write(editor(), JSON.stringify(least(messages[action]?.request ?? {})));
          await form.getByText('The schema asks for something else').waitFor({ state: 'detached' });
        }
        await button(`Send ${action}`).click();
        await answered(action).or(form.getByRole('alert')).first().waitFor();
        // The charger may refuse what makes no sense now, but nobody minds the payload.
        for (const text of await form.getByRole('alert').allInnerTexts()) {
          expect(text).not.toMatch(/payload is no|FormationViolation|FormatViolation|ConstraintViolation/);
        }
      }
    },
  );

  it('begins with what the charger would send now, sends what was changed, and takes the rest anew', async () => {
    await busy('FILL-1', 'ocpp1.6');
    await open('FILL-1', '&action=StatusNotification');
    await page().getByText('Filled in with what the charger would send now.').waitFor();
    expect(await page().getByLabel('status *', { exact: true }).inputValue()).toBe('Charging');
    await page().getByLabel('connectorId *').fill('2');
    await button('Fill in again').click();
    await page().locator('option:checked', { hasText: 'Available' }).waitFor({ state: 'attached' });
    expect(await page().getByLabel('connectorId *').inputValue()).toBe('2');
    await page().getByLabel('info').fill('by hand');
    await page().waitForTimeout(5);
    const drafted = await page().getByLabel('timestamp', { exact: true }).inputValue();
    await button('Send StatusNotification').click();
    await answered('StatusNotification').waitFor();
    const [sent] = (await ask('chargers/FILL-1/messages?action=StatusNotification&direction=sent&limit=1')).body
      .messages;
    expect(sent.payload).toMatchObject({ connectorId: 2, status: 'Available', info: 'by hand' });
    expect(Date.parse(sent.payload.timestamp)).toBeGreaterThan(Date.parse(drafted));
    // As it stands: what is taken away is not there, what was drafted is sent unchanged.
    await page().getByLabel('Take times').uncheck();
    await page().getByLabel('timestamp', { exact: true }).fill('');
    await button('Send StatusNotification').click();
    await page().getByRole('region', { name: 'Sent in this tab' }).getByRole('listitem').nth(1).waitFor();
    const [exact] = (await ask('chargers/FILL-1/messages?action=StatusNotification&direction=sent&limit=1')).body
      .messages;
    expect(exact.payload).not.toHaveProperty('timestamp');
  });

  it.each(protocols)(
    'fills a form, shows it as JSON and back, marks what is wrong, and the CSMS side starts a charge: %s',
    async (protocol) => {
      const id = `TALK-${protocol}`;
      await suite.create(id, protocol);
      await open(id, '&action=DataTransfer');
      await page().getByLabel('vendorId *').fill('my.vendor');
      await page().getByLabel('Edit as JSON').check();
      await editor().getByText('"my.vendor"').waitFor();
      await write(editor(), '{"vendorId": "other.vendor",');
      expect(await button('Send DataTransfer').isDisabled()).toBe(true);
      await page()
        .getByText(/^Line 1: .*JSON/)
        .waitFor();
      await write(editor(), '{"vendorId": 7, "colour": "red"}');
      await page().getByText('Line 1: must be a string, is a number').waitFor();
      await page().getByText('Line 1: is not a field of this message').waitFor();
      expect(await page().locator('.cm-lintRange-error').count()).toBe(2);
      await write(editor(), '{"vendorId": "other.vendor"}');
      // Tab leaves the editor.
      await page().keyboard.press('Tab');
      expect(await editor().evaluate((element) => element === element.ownerDocument.activeElement)).toBe(false);
      await page().getByLabel('Edit as JSON').uncheck();
      expect(await page().getByLabel('vendorId *').inputValue()).toBe('other.vendor');
      await button('Send DataTransfer').click();
      await page()
        .getByRole('heading', { name: /The CSMS answered DataTransfer in \d+ ms/ })
        .waitFor();

      await page().getByLabel('From the demo CSMS').click();
      const remote = protocol === 'ocpp1.6' ? 'RemoteStartTransaction' : 'RequestStartTransaction';
      await page().getByLabel('Message', { exact: true }).selectOption(remote);
      const token = protocol === 'ocpp1.6' ? 'idTag *' : 'idToken *';
      expect(await page().getByLabel(token).inputValue()).toBe('TAG-1');
      await page().getByLabel(token).fill('REMOTE');
      await button(`Send ${remote}`).click();
      await page().getByText('"Accepted"').first().waitFor();
    },
  );

  it('adds, moves and removes parts of lists, and lets wrong values be sent on purpose', async () => {
    await suite.create('LIST-1', 'ocpp1.6');
    await open('LIST-1', '&action=MeterValues');
    const form = page().getByRole('form', { name: 'MeterValues' });
    await form.getByRole('button', { name: 'Add another to sampledValue' }).click();
    const values = form.getByLabel('value *');
    const count = await values.count();
    await values.last().fill('last');
    await form.getByRole('button', { name: `Move sampledValue ${count} up` }).click();
    expect(await values.nth(count - 2).inputValue()).toBe('last');
    await form.getByRole('button', { name: 'Remove sampledValue 1' }).click();
    expect(await values.count()).toBe(count - 1);
    await form.getByRole('button', { name: 'timestamp: now' }).click();
    await form.getByLabel('connectorId *').fill('one');
    await form.getByText('must be an integer, is a string').first().waitFor();
    await button('Send MeterValues').click();
    await page().getByRole('alert').getByText('payload.connectorId').waitFor();
    await form.getByLabel('Check it against the schema').uncheck();
    await button('Send MeterValues').click();
    await answered('MeterValues')
      .or(
        page()
          .getByRole('alert')
          .getByText(/MeterValues|CALLERROR|refused/),
      )
      .first()
      .waitFor();
    const [sent] = (await ask('chargers/LIST-1/messages?action=MeterValues&direction=sent&limit=1')).body.messages;
    expect(sent.payload.connectorId).toBe('one');
    expect(sent.payload.meterValue[0].sampledValue.at(-2).value).toBe('last');
  });

  it('sends frames that are wrong in a way of their own, and remembers what was sent: again, changed, as curl', async () => {
    await suite.create('RAW-1', 'ocpp1.6');
    await open('RAW-1', '&side=raw');
    await page().getByLabel('Ready-made').selectOption('An action that does not exist');
    expect(await page().getByLabel('Frame', { exact: true }).inputValue()).toMatch(
      /^\[2,"by-hand-\w+","MakeCoffee",\{\}\]$/,
    );
    await button('Send the frame').click();
    await page().getByText('2 frames').click();
    await page().getByText('NotImplemented').first().waitFor();

    await page().context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page().getByLabel('From the charger').click();
    await page().getByLabel('Message', { exact: true }).selectOption('DataTransfer');
    await page().getByLabel('vendorId *').fill("it's mine");
    await button('Send DataTransfer').click();
    await answered('DataTransfer').waitFor();
    await button('Copy as curl').first().click();
    await page().getByText('Copied').waitFor();
    const line: string = await page().evaluate('navigator.clipboard.readText()');
    expect(line).toContain(`curl -X POST '${suite.host.url}/api/chargers/RAW-1/messages/DataTransfer'`);
    expect(line).toContain(`'{"payload":{"vendorId":"it'\\''s mine"}}'`);
    const sent = page().getByRole('region', { name: 'Sent in this tab' });
    await sent.getByText('DataTransfer').first().click();
    await button('Send DataTransfer again').click();
    await sent.getByRole('listitem').nth(1).waitFor();
    await page().getByLabel('Message', { exact: true }).selectOption('Heartbeat');
    await sent.getByText('DataTransfer').first().click();
    await button('Edit DataTransfer').first().click();
    await page().getByLabel('vendorId *').waitFor();
    expect(await page().getByLabel('vendorId *').inputValue()).toBe("it's mine");
  });

  it('says why no CSR can be filled in, and has the charger make one', async () => {
    await suite.create('CSR-1', 'ocpp1.6', { configuration: { CpoName: 'Example' } });
    await open('CSR-1', '&action=SignCertificate');
    await page().getByText('requestCertificate does both').waitFor();
    await button('Have the charger make a key and ask for a certificate').click();
    await answered('SignCertificate').or(page().getByRole('form').getByRole('alert')).first().waitFor();
  });

  it.each([
    ['light, wide', { dark: false, width: 1280 }],
    ['dark, 380 px', { dark: true, width: 380 }],
  ])('has nothing that axe minds in form, editor, answer and raw frame, %s', async (_, options) => {
    const id = `AXE-${options.width}`;
    await busy(id, 'ocpp2.0.1');
    const other = await openPage(
      suite.browser,
      `${suite.host.url}/charger/?id=${id}&tab=console&action=TransactionEvent`,
      options,
    );
    const fits = async () => {
      await expectAccessible(other.page);
      expect(await other.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    };
    await other.page.getByRole('form', { name: 'TransactionEvent' }).waitFor();
    await other.page.getByRole('button', { name: 'Add meterValue' }).click();
    await fits();
    await other.page.getByLabel('Edit as JSON').check();
    await other.page.getByRole('textbox', { name: 'Payload as JSON' }).waitFor();
    await other.page
      .getByText(/^Line \d+: /)
      .first()
      .waitFor();
    await fits();
    await other.page.getByLabel('Message', { exact: true }).selectOption('Heartbeat');
    await other.page.getByRole('button', { name: 'Send Heartbeat', exact: true }).click();
    await other.page.getByRole('heading', { name: ' answered Heartbeat' }).waitFor();
    await fits();
    await other.page.getByLabel('A raw frame').click();
    await fits();
    await other.page.context().close();
    expect(other.problems).toEqual([]);
  });

  it('loads less than 300 KB of script, compressed', async () => {
    await suite.create('SIZE-1', 'ocpp2.0.1');
    expect(await scriptSize(page(), () => open('SIZE-1', '&action=TransactionEvent'))).toBeLessThan(300_000);
  });
});
