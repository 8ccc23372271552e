// What every suite of the web platform needs: a browser, a built local host with its demo CSMS, and for each test a page of its own in which
// nothing may go wrong unseen.
import type { Browser, Page } from 'playwright-core';
import { openPage, startBrowser } from './browser';
import { forgetData, type HostProcess, request, startHost } from './local-host';

/** Filled by the hooks: browser and host before the first test, page before each. */
export interface WebSuite {
  browser: Browser;
  host: HostProcess;
  /** At the start page. */
  page: Page;
  /** What went wrong in the page so far; anything fails the test. */
  problems: string[];
  /** Goes to a path of the web platform: `/charger/?id=CP-1`. */
  open(path: string): Promise<unknown>;
  /** Creates a charger that stays connected to the demo CSMS; resolves with its view. */
  create(id: string, protocol?: string, more?: object): Promise<Record<string, unknown>>;
}

/** Call it inside `describeInBrowser`: it registers the hooks. `env`: settings of the host. */
export function webSuite(env: Record<string, string> = {}): WebSuite {
  const suite = {
    open: (path: string) => suite.page.goto(`${suite.host.url}${path}`),
    async create(id: string, protocol = 'ocpp1.6', more = {}) {
      const wish = { id, protocol, connection: 'persistent', ...more };
      const { status, body } = await request(suite.host.url, 'POST', 'chargers', wish);
      expect([status, body.detail]).toEqual([201, undefined]);
      return body;
    },
  } as WebSuite;
  beforeAll(async () => {
    const settings = { DEMO_CSMS: 'on', STORE: 'memory', ...env };
    [suite.browser, suite.host] = await Promise.all([startBrowser(), startHost(settings)]);
  });
  beforeEach(async () => {
    Object.assign(suite, await openPage(suite.browser, suite.host.url));
  });
  afterEach(async () => {
    await suite.page.context().close();
    expect(suite.problems).toEqual([]);
  });
  afterAll(async () => {
    await suite.browser.close();
    await suite.host.stop();
    forgetData(suite.host);
  });
  return suite;
}
