// Fleet runs on the web platform, in a real browser against the built local host and its demo CSMS: started by clicks, watched, stopped, compared.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from '../support/axe';
import { describeInBrowser, openPage } from '../support/browser';
import { request } from '../support/local-host';
import { webSuite } from '../support/web-suite';

jest.setTimeout(150_000);

/** The page believes that nobody looks at it any more. As text: tests are not compiled for browsers. */
const hide = `Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
document.dispatchEvent(new Event('visibilitychange'))`;

describeInBrowser('fleet runs', () => {
  const suite = webSuite();
  const page = () => suite.page;
  const open = (path: string) => suite.open(`/runs/${path}`);
  const ask = (method: string, path: string, body?: object) => request(suite.host.url, method, path, body);

  const button = (name: string) => page().getByRole('button', { name, exact: true });
  const field = (label: string) => page().getByLabel(label, { exact: true });
  const row = (scope: string, text: string) =>
    page().getByRole('region', { name: scope, exact: true }).getByRole('row').filter({ hasText: text });

  async function finished(body: object): Promise<string> {
    const { runId } = (await ask('POST', 'fleet-runs', body)).body;
    for (;;) {
      const { state } = (await ask('GET', `fleet-runs/${runId}`)).body;
      if (state === 'finished') return runId;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  const small = (idPattern: string, phases: object[]) => ({
    chargers: { count: 3, idPattern, connection: 'persistent' },
    phases,
  });

  it('says what a run is for when there is none, and starts the first one by clicks, to its report', async () => {
    await open('');
    await page().getByRole('heading', { name: 'No fleet run yet' }).waitFor();
    await page().getByRole('link', { name: 'Start the first run' }).click();
    await field('How many').fill('5');
    await field('Ids').fill('CLICK-{n:02}');
    await field('How they come').first().selectOption({ label: 'All at once' });
    await field('At the same time').fill('4');
    await field('How long, s').fill('3');
    await field('A session takes').selectOption({ label: 'Always the same' });
    await field('A session takes: s').fill('1');
    await button('Mass reconnection').click();
    await field('They come back').selectOption({ label: 'At once' });
    await button('Idle').click();
    await button('Earlier: 4 Idle').click();
    await page().getByText('3 Idle').waitFor();
    await button('Remove 3 Idle').click();
    await button('Start the run').click();
    await page().getByText('running', { exact: true }).first().waitFor();
    await page().getByText('finished', { exact: true }).waitFor();
    expect(new URL(page().url()).searchParams.get('run')).toMatch(/^R-/);
    await page().getByText('5 of 5 booted').waitFor();
    await page().getByText('5 of 5 back').waitFor();
    expect(await row('Messages, by action', 'BootNotification').textContent()).toContain('charger5500');
    await page().getByText('The CSMS broke no rule of the specification.').waitFor();
    expect(await page().locator('.chart canvas').count()).toBe(3);
    await page().reload();
    await page().getByText('finished', { exact: true }).waitFor();
  });

  it('turns the form into JSON and back, and the JSON into a curl that works', async () => {
    await open(`?new=form`);
    await field('Ids').fill('CURL-{n}');
    await field('How many').fill('2');
    await button('Remove 2 Sessions').click();
    await page().getByRole('link', { name: 'JSON and curl' }).click();
    const json = field('The run as JSON');
    const draft = JSON.parse(await json.inputValue());
    expect(draft).toMatchObject({
      chargers: { count: 2, idPattern: 'CURL-{n}' },
      phases: [{ kind: 'connect', ramp: { perSecond: 20 } }],
      seed: 1,
    });
    await json.fill('{"chargers": ');
    await page().getByText(/JSON/i).nth(1).waitFor();
    expect(await button('Start the run').isDisabled()).toBe(true);
    await json.fill(JSON.stringify({ ...draft, seed: 9, phases: [...draft.phases, { kind: 'idle', seconds: 0.5 }] }));
    const curl = await page().locator('pre').textContent();
    const [, url = '', body = ''] = /^curl -X POST (\S+) .* -d '([\s\S]*)'$/.exec(curl ?? '') ?? [];
    const answer = await fetch(url, { method: 'POST', body });
    expect(answer.status).toBe(202);
    await page().getByRole('link', { name: 'Form', exact: true }).click();
    expect(await field('Seed').inputValue()).toBe('9');
    expect(await field('How long, s').inputValue()).toBe('0.5');
  });

  it('tells mistakes at their fields before anything is sent, and those of the API at theirs', async () => {
    await open(`?new=form`);
    await field('At the same time').fill('21');
    await page().getByText('is more than the run has chargers: 20').first().waitFor();
    expect(await button('Start the run').isDisabled()).toBe(true);
    await field('At the same time').fill('5');
    await field('Ids').fill('RUN');
    await page().getByText('needs one {n}').first().waitFor();
    await field('Ids').fill('a/b-{n}');
    await button('Start the run').click();
    const wrong = page()
      .locator('.field', { has: field('Ids') })
      .locator('.wrong');
    expect(await wrong.textContent()).toContain('gives ids that cannot be');
    await page().getByText('Those that have a tag').click();
    await page().getByText('is needed').first().waitFor();
    await field('Tag').fill('nowhere');
    await button('Start the run').click();
    await page().getByRole('alert').getByText('no charger has the tag nowhere').waitFor();
    await expectAccessible(page());
  });

  it('stops a run, and says that its page knows no other', async () => {
    const body = small('STOP-{n}', [{ kind: 'connect' }, { kind: 'idle', seconds: 600 }]);
    const { runId } = (await ask('POST', 'fleet-runs', body)).body;
    await open(`?run=${runId}`);
    await page()
      .getByText(/of 10 min/)
      .waitFor();
    await page().getByText('3 connected').waitFor();
    await button('Stop the run').click();
    await expectAccessible(page());
    await button('Stop it').click();
    await page().getByText('stopped', { exact: true }).waitFor();
    await page().getByText('broken off').waitFor();
    expect((await ask('GET', 'chargers?idPrefix=STOP-')).body.chargers).toEqual([]);
    await open(`?run=R-none`);
    await page().getByRole('alert').getByText('there is no fleet run R-none').waitFor();
  });

  it('asks again only while the run goes on and the page is looked at', async () => {
    const body = small('ASK-{n}', [{ kind: 'connect' }, { kind: 'idle', seconds: 600 }]);
    const { runId } = (await ask('POST', 'fleet-runs', body)).body;
    let asked = 0;
    page().on('request', (one) => {
      if (one.url().includes(`/api/fleet-runs/${runId}`) && one.method() === 'GET') asked += 1;
    });
    await open(`?run=${runId}`);
    await page().waitForTimeout(5_000);
    expect(asked).toBeGreaterThanOrEqual(2);
    expect(asked).toBeLessThanOrEqual(4);
    await page().evaluate(hide);
    await page().waitForTimeout(500);
    const hidden = asked;
    await page().waitForTimeout(5_000);
    expect(asked).toBe(hidden);
    await ask('DELETE', `fleet-runs/${runId}`);
  });

  it('downloads a report as JSON, CSV and a page, and compares it with another run, and with the file', async () => {
    const first = await finished(small('ONE-{n}', [{ kind: 'connect' }]));
    const second = await finished(
      small('TWO-{n}', [{ kind: 'connect' }, { kind: 'massReconnection', return: 'atOnce' }]),
    );
    await open(`?run=${first}`);
    for (const [format, found] of [
      ['JSON', `"id":"${first}"`],
      ['CSV', 'part,phase,name'],
      ['HTML', '<!doctype html>'],
    ] as const) {
      const [saved] = await Promise.all([page().waitForEvent('download'), button(format).click()]);
      expect(saved.suggestedFilename()).toBe(`${first}.${format.toLowerCase()}`);
      expect(readFileSync(await saved.path(), 'utf8')).toContain(found);
      if (format === 'JSON') await saved.saveAs(join(suite.host.dataDir, 'first.json'));
    }
    await open(``);
    await page().getByLabel(`Compare ${first}`).check();
    await page().getByLabel(`Compare ${second}`).check();
    await page().getByRole('link', { name: 'Compare the two' }).click();
    await page().getByRole('heading', { name: 'Messages' }).waitFor();
    expect(decodeURIComponent(new URL(page().url()).search)).toBe(`?compare=${first},${second}`);
    expect(await row('Messages', 'BootNotification').textContent()).toMatch(/3 → 3/);
    expect(await row('Until chargers were connected (again)', '2 massReconnection').textContent()).toContain('– → 3');
    await page().getByLabel('First', { exact: true }).selectOption({ label: 'A report in a file' });
    const chooser = page().getByLabel('First: report downloaded as JSON');
    writeFileSync(join(suite.host.dataDir, 'other.json'), '{"id": "R-1", "actions": []}');
    await chooser.setInputFiles(join(suite.host.dataDir, 'other.json'));
    await page().getByRole('alert').getByText('not the report of a fleet run').waitFor();
    await chooser.setInputFiles(join(suite.host.dataDir, 'first.json'));
    await row('Messages', 'BootNotification').waitFor();
    expect(decodeURIComponent(new URL(page().url()).search)).toBe(`?compare=file,${second}`);
  });

  it.each([
    ['light, wide', { dark: false, width: 1280 }],
    ['dark, 380 px', { dark: true, width: 380 }],
  ])('has nothing that axe minds on any of its pages, %s', async (_, options) => {
    const runs = (await ask('GET', 'fleet-runs')).body.runs.map(({ runId }: { runId: string }) => runId);
    const other = await openPage(suite.browser, suite.host.url, options);
    for (const [path, ready] of [
      ['', 'Started'],
      ['?new=form', 'Mass reconnection'],
      ['?new=json', 'The same by curl'],
      [`?run=${runs.at(-1)}`, 'finished'],
      [`?compare=${runs[0]},${runs.at(-1)}`, 'Transactions and energy'],
    ]) {
      await other.page.goto(`${suite.host.url}/runs/${path}`);
      await other.page
        .getByText(ready ?? '', { exact: true })
        .first()
        .waitFor();
      await other.page.waitForTimeout(300);
      await expectAccessible(other.page);
      const wider: unknown = await other.page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect([path, wider]).toEqual([path, 0]);
    }
    await other.page.context().close();
    expect(other.problems).toEqual([]);
  });
});
