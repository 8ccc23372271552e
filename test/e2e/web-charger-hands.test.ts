// The web platform in a real browser: what hands do at a connector, and the picture and charts that show it.
import type { Page } from 'playwright-core';
import { expectAccessible } from '../support/axe';
import { describeInBrowser } from '../support/browser';
import { request } from '../support/local-host';
import { webSuite } from '../support/web-suite';

jest.setTimeout(150_000);

const versions = [
  { protocol: 'ocpp1.6', id: 'HANDS-OLD', name: 'Connector 1', place: { connectorId: 1 } },
  { protocol: 'ocpp2.0.1', id: 'HANDS-NEW', name: 'EVSE 1, connector 1', place: { evseId: 1 } },
];

describeInBrowser('hands at a connector', () => {
  const suite = webSuite();
  const at = (page: Page, name: string) => page.getByRole('region', { name: new RegExp(`^${name} `) });
  const view = async (id: string) => (await request(suite.host.url, 'GET', `chargers/${id}`)).body;

  it.each(versions)(
    'plug in an EV with a curve of its own, suspend, resume and limit it: $protocol',
    async ({ protocol, id, name, place }) => {
      const { page } = suite;
      await suite.create(id, protocol);
      await suite.open(`/charger/?id=${id}`);
      const connector = at(page, name);
      await connector.getByRole('img', { name: 'no cable in the socket' }).waitFor();
      await connector.getByRole('button', { name: 'Plug in an EV of your choice' }).click();
      const form = connector.getByRole('form', { name: 'EV' });
      await form.getByLabel('Phases').selectOption('1');
      await form.getByLabel('Maximum power, W').fill('7000');
      await form.getByLabel('Charging curve').fill('0:100, 80');
      await form.getByText('pairs like 0:100').waitFor();
      expect(await form.getByRole('button', { name: 'Plug it in' }).isDisabled()).toBe(true);
      await form.getByLabel('Charging curve').fill('0:50, 100:50');
      await form.getByRole('img', { name: '50 % at 100 %' }).waitFor();
      await expectAccessible(page);
      await form.getByRole('button', { name: 'Plug it in' }).click();
      await connector.getByRole('img', { name: 'the cable is plugged into the EV' }).waitFor();
      const [{ ev }] = (await view(id)).connectors;
      expect(ev).toMatchObject({
        phases: 1,
        maxPowerW: 7_000,
        chargingCurve: [
          [0, 0.5],
          [100, 0.5],
        ],
      });

      await connector.getByRole('button', { name: 'Start charging' }).click();
      await connector.getByRole('img', { name: '3.5 kW flow from the charger to the EV' }).waitFor();
      await connector.getByRole('img', { name: 'and locked' }).waitFor();
      await connector.getByRole('button', { name: 'EV suspends charging' }).click();
      await connector.getByRole('img', { name: 'no power flows' }).waitFor();
      await connector.getByRole('button', { name: 'EV goes on charging' }).click();
      await connector.getByRole('img', { name: '3.5 kW flow' }).waitFor();

      const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] };
      const profile = { stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Relative' };
      const payload =
        protocol === 'ocpp1.6'
          ? { ...place, csChargingProfiles: { chargingProfileId: 1, ...profile, chargingSchedule: schedule } }
          : { ...place, chargingProfile: { id: 1, ...profile, chargingSchedule: [{ id: 1, ...schedule }] } };
      expect(await suite.fromCsms(id, 'SetChargingProfile', payload)).toMatchObject({ status: 'Accepted' });
      await connector.getByText('by charging profiles').waitFor();
      const charts = page.getByRole('region', { name: 'Live charts' });
      await charts.getByRole('group', { name: 'limit 10.0 A' }).waitFor();
      await charts.getByRole('group', { name: /Energy of the transaction\. .*: \d/ }).waitFor();

      await connector.getByRole('button', { name: 'Stop transaction' }).click();
      await connector.getByText('Stop transaction').waitFor({ state: 'detached' });
      await connector.getByRole('button', { name: "Pull the EV's end" }).click();
      await connector.getByRole('img', { name: 'a cable in the socket without an EV' }).waitFor();
      await connector.getByRole('button', { name: 'Take the cable away' }).click();
      await connector.getByRole('img', { name: 'no cable in the socket' }).waitFor();
    },
  );

  it('break and repair one connector, and cut the power, all of it in the picture', async () => {
    const { page } = suite;
    await suite.create('HANDS-3');
    await suite.open('/charger/?id=HANDS-3');
    const connector = at(page, 'Connector 2');
    await connector.getByRole('button', { name: 'Break it' }).click();
    const form = connector.getByRole('form', { name: 'Break Connector 2' });
    await form.getByLabel('What breaks').selectOption('OverVoltage');
    await form.getByLabel('Info').fill('by a test');
    await form.getByRole('button', { name: 'Raise the fault' }).click();
    await connector.getByRole('img', { name: 'Faulted; broken, OverVoltage' }).waitFor();
    const faults = page.getByRole('region', { name: 'Faults' });
    await faults.getByText('by a test').waitFor();
    await expectAccessible(page);
    await faults.getByRole('button', { name: 'Repair' }).click();
    await connector.getByRole('img', { name: 'Connector 2 (Type2): Available' }).waitFor();
    const mains = page.getByRole('switch', { name: 'Mains power' });
    await mains.click();
    await connector.getByRole('img', { name: 'power off' }).waitFor();
    await mains.click();
    await page.getByText('connected', { exact: true }).waitFor();
  });

  it('present tokens of any type where the version has types', async () => {
    const { page } = suite;
    await suite.create('HANDS-4', 'ocpp2.0.1');
    await suite.open('/charger/?id=HANDS-4');
    const connector = at(page, 'EVSE 1, connector 1');
    await connector.getByRole('button', { name: 'Plug in', exact: true }).click();
    await connector.getByRole('img', { name: 'the cable is plugged into the EV' }).waitFor();
    await connector.getByLabel('Type of the token').selectOption('NoAuthorization');
    await connector.getByRole('button', { name: 'Present token' }).click();
    await connector.getByText('Stop transaction').waitFor();
    const { transactions } = (await request(suite.host.url, 'GET', 'chargers/HANDS-4/transactions')).body;
    expect(transactions).toMatchObject([{ state: 'running', idToken: '' }]);
  });

  it('moves nothing for those who want no motion, and has all of it by keyboard', async () => {
    const { page } = suite;
    await suite.create('HANDS-5');
    await request(suite.host.url, 'POST', 'chargers/HANDS-5/transactions', { idToken: 'T' });
    await suite.open('/charger/?id=HANDS-5');
    const flow = page.locator('.picture .flow').first();
    await flow.waitFor({ state: 'attached' });
    const inPage = () => page.evaluate("getComputedStyle(document.querySelector('.picture .flow')).animationName");
    expect(await inPage()).toBe('charging');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await inPage()).toBe('none');
    const stop = at(page, 'Connector 1').getByRole('button', { name: 'Stop transaction' });
    await stop.focus();
    await page.keyboard.press('Enter');
    await stop.waitFor({ state: 'detached' });
  });
});
