// Five thousand chargers in the table of the fleet, measured in a real browser while the feed tells changes: how long frames take while it is
// scrolled and typed into. The numbers are printed; what is asserted is what must hold on the slowest machine.
import { describeInBrowser } from '../support/browser';
import { request } from '../support/local-host';
import { webSuite } from '../support/web-suite';

jest.setTimeout(240_000);

interface Measured {
  frames: number[];
  longTasks: number[];
}

// Scripts for the page, as text: tests are not compiled for browsers.

const beginMeasuring = `{
  const measured = (globalThis.measured = { frames: [], longTasks: [], over: false });
  new PerformanceObserver((list) => {
    if (!measured.over) measured.longTasks.push(...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: 'longtask' });
  let before;
  const frame = (now) => {
    if (before !== undefined) measured.frames.push(now - before);
    before = now;
    if (!measured.over) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}`;

const endMeasuring = `{
  measured.over = true;
  ({ frames: measured.frames, longTasks: measured.longTasks });
}`;

/** A screen a frame, four seconds long. */
const scroll = `new Promise((resolve) => {
  const table = document.querySelector('[role="table"]');
  let left = 240;
  const step = () => {
    table.scrollBy(0, 700);
    left -= 1;
    if (left > 0) requestAnimationFrame(step);
    else resolve();
  };
  step();
})`;

describeInBrowser('the fleet page with 5,000 chargers', () => {
  const suite = webSuite();
  const page = () => suite.page;
  const count = 5_000;

  /** Frame times and long tasks while `act` goes on. */
  async function measure(act: () => Promise<unknown>): Promise<Measured> {
    await page().evaluate(beginMeasuring);
    await act();
    return page().evaluate(endMeasuring);
  }

  function told(what: string, { frames, longTasks }: Measured): number {
    const sorted = [...frames].sort((a, b) => a - b);
    const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
    const ms = (value: number) => `${value.toFixed(0)} ms`;
    const longest = Math.max(0, ...longTasks);
    process.stdout.write(
      `${what}: ${frames.length} frames, p50 ${ms(at(0.5))}, p95 ${ms(at(0.95))}, longest ${ms(at(1))}; ${longTasks.length} tasks above 50 ms, longest ${ms(longest)}\n`,
    );
    return at(0.95);
  }

  /** Changes chargers until it is told to stop: the feed has something to say every second. */
  function changeOn(): () => Promise<number> {
    let over = false;
    let changes = 0;
    const worker = async (offset: number) => {
      for (let n = offset; !over; n += 4) {
        const id = `S-${String((n % count) + 1).padStart(4, '0')}`;
        const network = n % (2 * count) < count ? 'offline' : 'online';
        await request(suite.host.url, 'POST', `chargers/${id}/network`, { state: network });
        changes += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const done = Promise.all([0, 1, 2, 3].map(worker));
    return async () => {
      over = true;
      await done;
      return changes;
    };
  }

  it('scrolls and filters while the feed tells changes, with few rows in the document', async () => {
    for (const [protocol, prefix] of [
      ['ocpp1.6', 'S-0'],
      ['ocpp1.6', 'S-1'],
      ['ocpp2.0.1', 'S-2'],
      ['ocpp2.0.1', 'S-3'],
      ['ocpp1.6', 'S-4'],
    ]) {
      const wish = { count: 1000, idPattern: `${prefix}{n:03}`, start: 0, protocol, tags: [prefix] };
      expect((await request(suite.host.url, 'POST', 'chargers/batch', wish)).status).toBe(201);
    }
    await page().reload();
    await page().getByText(`${count} chargers`, { exact: true }).waitFor();
    await page().getByText('live', { exact: true }).waitFor();
    const stop = changeOn();
    await page().getByRole('row').getByText('offline', { exact: true }).first().waitFor();

    const scrolled = await measure(() => page().evaluate(scroll));
    expect(await page().getByRole('row').count()).toBeLessThan(60);

    const requests: string[] = [];
    page().on('request', (one) => requests.push(one.url()));
    const search = page().getByRole('searchbox');
    const typed = await measure(async () => {
      await search.pressSequentially('s-2 s-24', { delay: 80 });
      await page().getByText(`of ${count} chargers`).waitFor();
      for (let letters = 'S-2 s-24'.length; letters > 0; letters -= 1) await search.press('Backspace', { delay: 80 });
      await page().getByText(`${count} chargers`, { exact: true }).waitFor();
    });
    const sorted = await measure(async () => {
      for (const column of ['Connection', 'Status', 'Tags', 'Charger']) {
        await page().getByRole('button', { name: column, exact: true }).click();
        await page().waitForTimeout(300);
      }
    });
    const idle = await measure(() => page().waitForTimeout(3_000));
    const changes = await stop();

    const p95 = [
      told('scrolling', scrolled),
      told('typing', typed),
      told('sorting', sorted),
      told('watching the feed alone', idle),
    ];
    process.stdout.write(`${changes} chargers changed meanwhile\n`);
    expect(changes).toBeGreaterThan(50);
    // Filters are applied in the page: typing asks the API nothing.
    expect(requests).toEqual([]);
    expect(await page().getByRole('row').count()).toBeLessThan(60);
    // Far above what is printed anywhere: a table that puts all rows into the document takes seconds.
    expect(Math.max(...p95)).toBeLessThan(1_000);
  });
});
