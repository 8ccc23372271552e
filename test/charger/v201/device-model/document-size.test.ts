// What the device model, reports and monitors weigh in the charger document: what differs from the model, and no more.
import { bootedPairV201 as booted } from '../../../support/pair-v201';

const bytes = (document: unknown) => JSON.stringify(document).length;

describe('part 1, §4: the device model in the charger document', () => {
  it('a charger that idles as it was made keeps no variables', () => {
    const { charger } = booted();
    expect(charger.v201?.variables).toEqual({});
    expect(bytes(charger)).toBeLessThan(2_048);
  });

  it('fifty changed variables, three network profiles and thirty monitors leave it below 8 KB', () => {
    const pair = booted();
    const report = pair.ask('GetBaseReport', { requestId: 1, reportBase: 'ConfigurationInventory' });
    expect(report).toEqual({ status: 'Accepted' });
    const writable = pair
      .calls('NotifyReport')
      .flatMap(
        ({ payload }) =>
          payload.reportData as {
            component: object;
            variable: object;
            variableCharacteristics: { dataType: string; maxLimit?: number };
          }[],
      )
      .filter(({ variableCharacteristics: { dataType } }) => dataType === 'integer' || dataType === 'boolean');
    for (const {
      component,
      variable,
      variableCharacteristics: { dataType },
    } of writable.slice(0, 50)) {
      for (const attributeValue of dataType === 'boolean' ? ['true', 'false'] : ['1', '2']) {
        pair.ask('SetVariables', { setVariableData: [{ component, variable, attributeValue }] });
      }
    }
    for (const configurationSlot of [1, 2, 3]) {
      const connectionData = {
        ocppVersion: 'OCPP20',
        ocppTransport: 'JSON',
        ocppCsmsUrl: `ws://csms.test/${'x'.repeat(100)}`,
        messageTimeout: 30,
        securityProfile: 0,
        ocppInterface: 'Wired0',
      };
      pair.ask('SetNetworkProfile', { configurationSlot, connectionData });
    }
    const register = {
      component: { name: 'FiscalMetering', evse: { id: 1 } },
      variable: { name: 'EnergyImportRegister' },
    };
    for (const type of ['Periodic', 'PeriodicClockAligned', 'Delta']) {
      const setMonitoringData = [...Array(10)].map((_, severity) => ({ ...register, type, value: 900, severity }));
      pair.ask('SetVariableMonitoring', { setMonitoringData });
    }
    expect(pair.charger.v201?.monitoring?.custom).toHaveLength(30);
    expect(bytes(pair.charger)).toBeLessThan(8_192);
  });
});
