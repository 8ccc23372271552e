// The web platform in a real browser: what a charger holds - schedules, configuration, local list, certificates, firmware, violations.
import { expectAccessible } from '../support/axe';
import { describeInBrowser } from '../support/browser';
import { request } from '../support/local-host';
import { startScriptedCsms } from '../support/scripted-csms';
import { webSuite } from '../support/web-suite';

jest.setTimeout(150_000);

const anHour = () => new Date(Date.now() + 3_600_000).toISOString();

describeInBrowser('what a charger holds', () => {
  const suite = webSuite();
  const api = (method: string, path: string, body?: unknown) =>
    request(suite.host.url, method, `chargers/${path}`, body);

  const profile = { stackLevel: 2, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute' };
  const schedule = () => ({
    startSchedule: new Date().toISOString(),
    duration: 7_200,
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 12 },
      { startPeriod: 3_600, limit: 9 },
    ],
  });
  const smart = [
    {
      protocol: 'ocpp1.6',
      id: 'SMART-OLD',
      set: () => ({
        connectorId: 2,
        csChargingProfiles: { chargingProfileId: 5, ...profile, chargingSchedule: schedule() },
      }),
      reserve: () => ({ connectorId: 1, expiryDate: anHour(), idTag: 'HOLDER', reservationId: 9 }),
      place: 'Connector 2 (Type2)',
    },
    {
      protocol: 'ocpp2.0.1',
      id: 'SMART-NEW',
      set: () => ({ evseId: 2, chargingProfile: { id: 5, ...profile, chargingSchedule: [{ id: 1, ...schedule() }] } }),
      reserve: () => ({ id: 9, expiryDateTime: anHour(), idToken: { idToken: 'HOLDER', type: 'Central' }, evseId: 1 }),
      place: 'EVSE 2',
    },
  ];

  it.each(smart)(
    'draws profiles and what they come to, and shows reservations: $protocol',
    async ({ protocol, id, set, reserve, place }) => {
      const { page } = suite;
      await suite.create(id, protocol);
      await suite.open(`/charger/?id=${id}&tab=charging`);
      await page.getByText('No profile is installed').waitFor();
      await page.getByText('Nothing is reserved').waitFor();
      expect(await suite.fromCsms(id, 'SetChargingProfile', set())).toMatchObject({ status: 'Accepted' });
      expect(await suite.fromCsms(id, 'ReserveNow', reserve())).toMatchObject({ status: 'Accepted' });
      await page.getByRole('region', { name: 'Reservations' }).getByRole('cell', { name: 'HOLDER' }).waitFor();
      await page
        .getByRole('region', { name: 'Charging profiles' })
        .getByRole('cell', { name: 'TxDefaultProfile' })
        .waitFor();
      await page.getByLabel('Of', { exact: true }).selectOption(place);
      await page.getByLabel('Over the next').selectOption('6 hours');
      const lane = page.getByRole('group', { name: 'TxDefaultProfile, stack level 2 (profile 5): 12 A from 0 s' });
      await lane.locator('canvas').waitFor();
      await page
        .getByRole('group', { name: 'Composite schedule: 12 A from 0 s, 9 A from' })
        .locator('canvas')
        .waitFor();
      await page.getByText('The composite schedule as a table').click();
      await page.getByRole('cell', { name: '9 A', exact: true }).waitFor();
      await page.getByLabel('In', { exact: true }).selectOption('watts');
      await page.getByRole('group', { name: 'Composite schedule: 8280 W from 0 s' }).waitFor();
      await expectAccessible(page);
      await page.getByRole('link', { name: 'Clear from the demo CSMS' }).click();
      await page.getByRole('button', { name: 'Send ClearChargingProfile' }).waitFor();
    },
  );

  it('finds and sets a configuration key of 1.6, and tells what the charger does not take', async () => {
    const { page } = suite;
    await suite.create('CONF-1');
    await suite.open('/charger/?id=CONF-1&tab=configuration');
    await page.getByRole('searchbox').fill('HeartbeatInterval');
    await page.getByRole('button', { name: 'Edit HeartbeatInterval' }).click();
    await page.getByLabel('Value of HeartbeatInterval').fill('often');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByRole('alert').getByText('HeartbeatInterval').waitFor();
    await page.getByLabel('Value of HeartbeatInterval').fill('77');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByRole('cell', { name: /77/ }).waitFor();
    await page.getByText('HeartbeatInterval is set to 77').waitFor();
    const { body } = await api('GET', 'CONF-1/configuration?key=HeartbeatInterval');
    expect(body.configuration[0].value).toBe('77');
  });

  it('filters the device model of 2.0.1, knows what a variable may be, and restarts for what needs it', async () => {
    const { page } = suite;
    await suite.create('CONF-2', 'ocpp2.0.1');
    await suite.open('/charger/?id=CONF-2&tab=configuration');
    const table = page.getByRole('table', { name: 'Configuration' });
    await table.waitFor();
    const all = Number(await table.getAttribute('aria-rowcount')) - 1;
    expect(all).toBeGreaterThan(150);
    expect(await table.getByRole('row').count()).toBeLessThan(60);
    await page.getByLabel('Component').selectOption('EVSE');
    await table.getByText('EVSE 2').first().waitFor();
    await page.getByLabel('Component').selectOption('EnvironmentalLighting');
    await page.getByLabel('Attribute').selectOption('MaxSet');
    await table.getByText('MaxSet').first().waitFor();
    await expectAccessible(page);
    await page.getByLabel('Attribute').selectOption('');
    await page.getByLabel('Component').selectOption('SecurityCtrlr');
    await page.getByRole('searchbox').fill('BasicAuthPassword');
    await table.getByText('may be written, not read').waitFor();
    await page.getByLabel('Component').selectOption('');

    const key = 'OCPPCommCtrlr.NetworkConfigurationPriority';
    await page.getByRole('searchbox').fill(key);
    const line = table.getByRole('row').filter({ hasText: 'NetworkConfigurationPriority' });
    await line.getByText('with a restart').waitFor();
    await line.getByRole('button', { name: `Edit ${key}` }).click();
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByText('takes effect with the next start').waitFor();
    await page.getByRole('button', { name: 'Restart the charger' }).click();
    await page.getByText('takes effect with the next start').waitFor({ state: 'detached' });
    const boots = (await api('GET', 'CONF-2/messages?action=BootNotification')).body.messages;
    expect(boots.length).toBeGreaterThanOrEqual(2);

    await page.getByRole('searchbox').fill('TxCtrlr.StopTxOnInvalidId');
    await page.getByRole('button', { name: 'Edit TxCtrlr.StopTxOnInvalidId' }).click();
    const choice = page.getByLabel('Value of TxCtrlr.StopTxOnInvalidId');
    expect(await choice.locator('option').allTextContents()).toEqual(['true', 'false']);
    await page.keyboard.press('Escape');
  });

  const lists = [
    {
      protocol: 'ocpp1.6',
      id: 'LIST-OLD',
      list: () => ({
        listVersion: 4,
        updateType: 'Full',
        localAuthorizationList: [
          { idTag: 'GOOD', idTagInfo: { status: 'Accepted', parentIdTag: 'FAMILY', expiryDate: anHour() } },
          { idTag: 'BAD', idTagInfo: { status: 'Blocked' } },
        ],
      }),
    },
    {
      protocol: 'ocpp2.0.1',
      id: 'LIST-NEW',
      list: () => ({
        versionNumber: 4,
        updateType: 'Full',
        localAuthorizationList: [
          {
            idToken: { idToken: 'GOOD', type: 'Central' },
            idTokenInfo: {
              status: 'Accepted',
              groupIdToken: { idToken: 'FAMILY', type: 'Central' },
              cacheExpiryDateTime: anHour(),
            },
          },
          { idToken: { idToken: 'BAD', type: 'ISO14443' }, idTokenInfo: { status: 'Blocked' } },
        ],
      }),
    },
  ];

  it.each(lists)('shows the local authorization list token by token: $protocol', async ({ protocol, id, list }) => {
    const { page } = suite;
    await suite.create(id, protocol);
    await suite.open(`/charger/?id=${id}&tab=tokens`);
    await page.getByText('The list is empty').waitFor();
    expect(await suite.fromCsms(id, 'SendLocalList', list())).toMatchObject({ status: 'Accepted' });
    const row = page.getByRole('row').filter({ hasText: 'good' });
    await row.getByText('FAMILY').waitFor();
    await row.locator('time').waitFor();
    await page.getByRole('searchbox').fill('blocked');
    await page.getByText('1 of 2').waitFor();
    await page.getByRole('row').filter({ hasText: 'bad' }).waitFor();
    await expectAccessible(page);
  });

  it.each(['ocpp1.6', 'ocpp2.0.1'])('asks for a certificate and logs security events: %s', async (protocol) => {
    const { page } = suite;
    const id = `SEC-${protocol}`;
    // A 1.6 charger names its operator in the request.
    await suite.create(id, protocol, protocol === 'ocpp1.6' ? { configuration: { CpoName: 'My CPO' } } : {});
    await suite.open(`/charger/?id=${id}&tab=security`);
    await page.getByText('None is installed').waitFor();
    await page.getByLabel('What happens').selectOption('TamperDetectionActivated');
    await page.getByLabel('Technical information').fill('door open');
    await page.getByRole('button', { name: 'Raise the event' }).click();
    const log = page.getByRole('region', { name: 'Security log' });
    await log.getByRole('listitem').filter({ hasText: 'TamperDetectionActivated door open' }).waitFor();
    await page.getByRole('button', { name: 'Request a certificate' }).click();
    await page.getByText('The CSMS answered SignCertificate with Accepted.').waitFor();
    await page.getByText('A certificate has been asked for').waitFor();
    await expectAccessible(page);
  });

  it('shows a firmware update and an upload that wait', async () => {
    const { page } = suite;
    await suite.create('FIRM-1');
    await suite.open('/charger/?id=FIRM-1&tab=firmware');
    await page.getByText('No update is under way').waitFor();
    await suite.fromCsms('FIRM-1', 'UpdateFirmware', {
      location: 'http://127.0.0.1:9/new.bin',
      retrieveDate: anHour(),
    });
    await page.getByRole('region', { name: 'Firmware' }).getByText('http://127.0.0.1:9/new.bin').waitFor();
    await suite.fromCsms('FIRM-1', 'GetDiagnostics', {
      location: 'http://127.0.0.1:9/',
      retries: 5,
      retryInterval: 600,
    });
    await page.getByRole('region', { name: 'Log uploads' }).getByText('http://127.0.0.1:9/').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Make a download' }).click();
    await page.getByRole('heading', { name: 'What is bent' }).waitFor();
  });

  it('explains a violation by rule and section, and shows the frames that broke it', async () => {
    const { page } = suite;
    const csms = await startScriptedCsms();
    try {
      csms.respond('Authorize', {});
      await suite.create('RULES-1', 'ocpp1.6', { csms: { url: csms.url } });
      await suite.open('/charger/?id=RULES-1&tab=violations');
      await page.getByText('has kept to the specification so far').waitFor();
      await api('POST', 'RULES-1/messages/Authorize', { payload: { idTag: 'WHO' } });
      const rule = page.getByRole('region', { name: 'missingIdTagInfo' });
      await rule.getByText('OCPP 1.6 §6.2').waitFor();
      await rule.getByText('The frames around it').click();
      await rule.getByText('"WHO"').waitFor();
      await rule.getByText('CSMS → charger').waitFor();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Forget them' }).click();
      await page.getByText('has kept to the specification so far').waitFor();
    } finally {
      await csms.close();
    }
  });
});
