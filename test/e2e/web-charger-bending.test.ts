// The web platform in a real browser: behaviours and network faults as switches.
import { expectAccessible } from '../support/axe';
import { describeInBrowser } from '../support/browser';
import { request } from '../support/local-host';
import { webSuite } from '../support/web-suite';

jest.setTimeout(150_000);

describeInBrowser('bending a charger', () => {
  const suite = webSuite();
  const view = async (id: string) => (await request(suite.host.url, 'GET', `chargers/${id}`)).body;
  /** The charger has answered, and what it answered is shown. */
  const settled = () => suite.page.locator('.presets button:enabled').first().waitFor();
  const bent = () => suite.page.getByRole('region', { name: 'What is bent' });

  it('switches a rule off and on, keeps it in the browser meanwhile, and counts how often it applied', async () => {
    const { page } = suite;
    await suite.create('BEND-1');
    await suite.open('/charger/?id=BEND-1&tab=bending');
    await bent().getByText('behaves exactly as the specification asks').waitFor();
    await page.getByRole('button', { name: 'Refuse remote starts' }).click();
    const rule = bent().getByRole('switch', { name: 'Answer to RemoteStartTransaction; status Rejected' });
    await rule.and(page.locator('[aria-checked=true]')).waitFor();
    expect(await suite.fromCsms('BEND-1', 'RemoteStartTransaction', { idTag: 'R' })).toEqual({ status: 'Rejected' });
    await bent().getByText('applied 1 of 1').waitFor();
    await page.getByRole('link', { name: 'Bending (1)' }).waitFor();
    await page.getByRole('button', { name: 'Slow network' }).click();
    await bent().getByRole('switch', { name: 'Network: latency' }).waitFor();
    await expectAccessible(page);

    await rule.click();
    await rule.and(page.locator('[aria-checked=false]')).waitFor();
    await settled();
    expect((await view('BEND-1')).behaviour).toBeUndefined();
    await page.reload();
    await rule.and(page.locator('[aria-checked=false]')).waitFor();
    await rule.focus();
    await page.keyboard.press('Space');
    await rule.and(page.locator('[aria-checked=true]')).waitFor();
    expect((await view('BEND-1')).behaviour.incoming).toMatchObject([
      { action: 'RemoteStartTransaction', status: 'Rejected' },
    ]);

    await page.getByRole('button', { name: 'Exact again' }).click();
    await settled();
    const { behaviour, networkFaults } = await view('BEND-1');
    expect([behaviour, networkFaults]).toEqual([undefined, undefined]);
    expect(await bent().getByRole('switch', { checked: false }).count()).toBe(2);
    for (const _ of [1, 2]) {
      await bent().getByRole('button', { name: 'Forget' }).first().click();
      await settled();
    }
    await bent().getByText('behaves exactly as the specification asks').waitFor();
  });

  it.each(['ocpp1.6', 'ocpp2.0.1'])('takes every common case: %s', async (protocol) => {
    const { page } = suite;
    const id = `COMMON-${protocol}`;
    await suite.create(id, protocol);
    await suite.open(`/charger/?id=${id}&tab=bending`);
    const presets = page.getByRole('region', { name: 'Common cases' }).getByRole('button');
    await presets.first().waitFor();
    const titles = await presets.allTextContents();
    expect(titles.length).toBeGreaterThan(15);
    for (const [index, title] of titles.entries()) {
      await page.getByRole('button', { name: title, exact: true }).click();
      await bent().getByRole('switch', { checked: true }).nth(index).waitFor();
      await settled();
    }
    expect(await page.locator('.notice.bad').count()).toBe(0);
    const { behaviour, networkFaults } = await view(id);
    const counts = [behaviour.incoming, behaviour.outgoing, behaviour.meter, behaviour.failures, networkFaults.faults];
    const rules = counts.reduce(
      (sum: number, list: unknown[]) => sum + list.length,
      Object.keys(behaviour.clock).length,
    );
    expect(rules).toBe(titles.length);
    await page.getByRole('button', { name: 'Exact again' }).click();
    await settled();
    expect((await view(id)).behaviour).toBeUndefined();
  });

  it('has a form for anything else, says what is wrong, and falls back where the charger refuses', async () => {
    const { page } = suite;
    await suite.create('BEND-2');
    await suite.open('/charger/?id=BEND-2&tab=bending');
    const form = page.getByRole('form', { name: 'Bend something else' });
    const send = form.getByRole('button', { name: 'Bend it' });
    await form.getByLabel('What is bent').selectOption('Own messages');
    await form.getByLabel('Action').fill('StatusNotification');
    await form.getByLabel('Fields').fill('{"info": ');
    await form.getByText('is no JSON').waitFor();
    expect(await send.isDisabled()).toBe(true);
    await form.getByLabel('Fields').fill('{"info": "bent by a test"}');
    await expectAccessible(page);
    await send.click();
    await bent().getByRole('switch', { name: 'Own StatusNotification; fields {"info":"bent by a test"}' }).waitFor();
    await request(suite.host.url, 'POST', 'chargers/BEND-2/messages/StatusNotification', {});
    await bent().getByText('applied 1 of 1').waitFor();

    await form.getByLabel('What is bent').selectOption('Answers to the CSMS');
    await form.getByLabel('Action').fill('StatusNotification');
    await form.getByLabel('or not at all').check();
    await send.click();
    await page.getByRole('alert').getByText('is sent by chargers, not to them').waitFor();
    expect(await bent().getByRole('switch').count()).toBe(1);

    await form.getByLabel('What is bent').selectOption('Clock');
    await form.getByLabel('Faster, times').fill('10');
    await send.click();
    await bent().getByRole('switch', { name: 'Clock; speed 10' }).waitFor();
    expect((await view('BEND-2')).behaviour).toMatchObject({
      clock: { speed: 10 },
      outgoing: [{ action: 'StatusNotification' }],
    });
  });
});
