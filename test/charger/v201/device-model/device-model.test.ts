// The device model by itself (OCPP 2.0.1 part 1 §4, B05 to B08): which variables there are, how they are read, changed and reported. What a
// variable does to the charger is tested where that is.
import type { Charger } from '../../../../lib/charger/charger';
import { newContext } from '../../../../lib/charger/context';
import { buildCharger, type NewCharger, type VariableSetting } from '../../../../lib/charger/create';
import { dialectOf } from '../../../../lib/charger/dialects';
import { models } from '../../../../lib/charger/hardware/models';
import { setVariable } from '../../../../lib/charger/v201/device-model/change';
import { wrongWith } from '../../../../lib/charger/v201/device-model/check';
import type { Effect, Effects } from '../../../../lib/charger/v201/device-model/effects';
import { modelOf, nameOf } from '../../../../lib/charger/v201/device-model/model';
import { presetVariables, setOnDevice } from '../../../../lib/charger/v201/device-model/on-device';
import {
  getVariable,
  listVariables,
  variable,
  variableList,
  variableNumber,
} from '../../../../lib/charger/v201/device-model/read';
import { type ReportData, reportPage, type Selection } from '../../../../lib/charger/v201/device-model/report';
import { parseName } from '../../../../lib/charger/variable-name';

const clock = '2026-01-05T08:00:00.000Z';

const charger = (spec: Partial<NewCharger> = {}): Charger =>
  buildCharger({ id: 'CP-1', protocol: 'ocpp2.0.1', csms: { url: 'ws://csms.test' }, ...spec }, 0);

const contextOf = (changed: Charger) => newContext(changed, dialectOf(changed), 0, 0);

/** Records which effects have been asked for. */
function effectsInto(seen: Effect[]): Effects {
  const effect = (name: Effect) => () => void seen.push(name);
  return {
    heartbeat: effect('heartbeat'),
    ping: effect('ping'),
    alignedData: effect('alignedData'),
    sampledData: effect('sampledData'),
    availability: effect('availability'),
    credentials: effect('credentials'),
    clock: effect('clock'),
    monitoring: effect('monitoring'),
    chargingLimit: effect('chargingLimit'),
  };
}

const noEffects = effectsInto([]);

type Named = Parameters<typeof getVariable>[1];

/** `OCPPCommCtrlr.HeartbeatInterval` as messages name it. */
function named(text: string): Named {
  const parsed = parseName(text);
  if (!parsed) throw new Error(`${text} is no name`);
  const { component, variable: one, attribute } = parsed;
  return { component, variable: one, ...(attribute === 'Actual' ? {} : { attributeType: attribute as 'Target' }) };
}

const get = (from: Charger, text: string) => getVariable(from, named(text), clock);
const set = (changed: Charger, text: string, attributeValue: string) =>
  setVariable(contextOf(changed), { ...named(text), attributeValue }, noEffects).attributeStatus;

/** Every page of a report. */
function pages(from: Charger, selection: Selection): ReportData[][] {
  const found: ReportData[][] = [];
  let at: number | undefined = 0;
  while (at !== undefined) {
    const page = reportPage(from, selection, at, clock);
    found.push(page.data);
    at = page.next;
  }
  return found;
}

const namesIn = (data: ReportData[]) =>
  data.map(({ component, variable: one }) => {
    const { name, evse } = component as { name: string; evse?: { id: number; connectorId?: number } };
    const { name: of, instance } = one as { name: string; instance?: string };
    const place = evse ? `(${[evse.id, ...(evse.connectorId ? [evse.connectorId] : [])].join(',')})` : '';
    return `${name}${place}.${of}${instance ? `[${instance}]` : ''}`;
  });

const report = (from: Charger, selection: Selection) => namesIn(pages(from, selection).flat());

describe('B53: variables that every 2.0.1 charger must have', () => {
  /** Part 2, referenced components and variables: those marked as required, for what this charger supports. */
  const required = `AlignedDataCtrlr: Interval Measurands TxEndedInterval TxEndedMeasurands
    AuthCtrlr: AuthorizeRemoteStart LocalAuthorizeOffline LocalPreAuthorize
    ClockCtrlr: DateTime TimeSource
    DeviceDataCtrlr: BytesPerMessage[GetReport] BytesPerMessage[GetVariables] BytesPerMessage[SetVariables]
    DeviceDataCtrlr: ItemsPerMessage[GetReport] ItemsPerMessage[GetVariables] ItemsPerMessage[SetVariables]
    DisplayMessageCtrlr: DisplayMessages SupportedFormats SupportedPriorities
    ISO15118Ctrlr: ContractValidationOffline
    LocalAuthListCtrlr: BytesPerMessage Entries ItemsPerMessage
    MonitoringCtrlr: BytesPerMessage[SetVariableMonitoring] ItemsPerMessage[SetVariableMonitoring]
    OCPPCommCtrlr: FileTransferProtocols MessageAttemptInterval[TransactionEvent] MessageAttempts[TransactionEvent]
    OCPPCommCtrlr: MessageTimeout[Default] NetworkConfigurationPriority NetworkProfileConnectionAttempts OfflineThreshold
    OCPPCommCtrlr: ResetRetries RetryBackOffRandomRange RetryBackOffRepeatTimes RetryBackOffWaitMinimum
    OCPPCommCtrlr: UnlockOnEVSideDisconnect
    SampledDataCtrlr: TxEndedInterval TxEndedMeasurands TxStartedMeasurands TxUpdatedInterval TxUpdatedMeasurands
    SecurityCtrlr: CertificateEntries OrganizationName SecurityProfile
    SmartChargingCtrlr: Entries[ChargingProfiles] LimitChangeSignificance PeriodsPerSchedule ProfileStackLevel RateUnit
    TariffCostCtrlr: Currency TariffFallbackMessage TotalCostFallbackMessage
    TxCtrlr: EVConnectionTimeOut StopTxOnEVSideDisconnect StopTxOnInvalidId TxStartPoint TxStopPoint
    ChargingStation: AvailabilityState SupplyPhases
    EVSE(1): AvailabilityState Available Power SupplyPhases
    Connector(1,1): AvailabilityState Available ConnectorType SupplyPhases`;

  const names = required.split('\n').flatMap((line) => {
    const [component = '', list = ''] = line.trim().split(': ');
    return list.split(' ').map((name) => `${component}.${name}`);
  });

  it.each(Object.keys(models))('TC_B_53_CS: %s has them in its FullInventory', (model) => {
    expect(report(charger({ model }), { base: 'FullInventory' })).toEqual(expect.arrayContaining(names));
  });

  it.each(Object.keys(models))(
    'part 2, VariableCharacteristicsType: the defaults of %s are values that their variables take',
    (model) => {
      const one = charger({ model });
      const bad = modelOf(one).variables.flatMap((entry) => {
        const { attributeStatus, attributeValue } = getVariable(one, entry, clock);
        if (attributeStatus !== 'Accepted' || attributeValue === '') return [];
        const wrong = wrongWith(String(attributeValue), entry.definition.characteristics);
        return wrong ? [`${nameOf(entry)} ${wrong}`] : [];
      });
      expect(bad).toEqual([]);
    },
  );
});

describe('B06: GetVariables', () => {
  it('TC_B_06_CS: a value, with the names that were asked for', () => {
    expect(get(charger(), 'OCPPCommCtrlr.OfflineThreshold')).toEqual({
      attributeStatus: 'Accepted',
      attributeType: 'Actual',
      attributeValue: '600',
      component: { name: 'OCPPCommCtrlr' },
      variable: { name: 'OfflineThreshold' },
    });
  });

  it.each([
    ['TC_B_32_CS: unknown component', 'NoSuchCtrlr.Enabled', 'UnknownComponent'],
    ['TC_B_33_CS: unknown variable', 'AuthCtrlr.Nonsense', 'UnknownVariable'],
    ['TC_B_34_CS: an attribute it does not have', 'OCPPCommCtrlr.OfflineThreshold#Target', 'NotSupportedAttributeType'],
    ['B06.FR.09: write-only', 'SecurityCtrlr.BasicAuthPassword', 'Rejected'],
    ['B06.FR.06: an EVSE that there is not', 'EVSE(9).Power', 'UnknownComponent'],
    ['B06.FR.06: a component of an EVSE without its EVSE', 'EVSE.Power', 'UnknownComponent'],
    ['B06.FR.06: a controller with an EVSE', 'AuthCtrlr(1).Enabled', 'UnknownComponent'],
    ['B06.FR.07: a variable without its instance', 'OCPPCommCtrlr.MessageAttempts', 'UnknownVariable'],
    ['B06.FR.07: an instance that there is not', 'OCPPCommCtrlr.MessageAttempts[Heartbeat]', 'UnknownVariable'],
  ])('%s: %s is %s', (_what, name, status) => {
    const answer = get(charger(), name);
    expect(answer).toMatchObject({ ...named(name), attributeStatus: status });
    expect(answer).not.toHaveProperty('attributeValue');
  });

  it('part 2, identifierString: names and instances are compared without regard to case', () => {
    expect(get(charger(), 'ocppcommctrlr.messageattempts[TRANSACTIONEVENT]').attributeValue).toBe('3');
  });

  it('B06.FR.13: a variable without a value is an empty text', () => {
    expect(get(charger(), 'AuthCtrlr.MasterPassGroupId')).toMatchObject({
      attributeStatus: 'Accepted',
      attributeValue: '',
    });
  });

  it('B06: values that follow from the hardware are read when asked for', () => {
    const one = charger({ model: 'ac-22kw-two-socket' });
    expect(get(one, 'EVSE(2).Problem').attributeValue).toBe('false');
    one.faults.push({ id: 'f', errorCode: 'GroundFailure', evseId: 2, at: 0 });
    expect(get(one, 'EVSE(2).Problem').attributeValue).toBe('true');
    expect(get(one, 'Connector(2,1).Problem').attributeValue).toBe('true');
    expect(get(one, 'EVSE(1).Problem').attributeValue).toBe('false');
    expect(get(one, 'ClockCtrlr.DateTime').attributeValue).toBe(clock);
  });
});

describe('B05: SetVariables', () => {
  it('TC_B_09_CS: a value is taken, and the default again is forgotten', () => {
    const one = charger();
    expect(set(one, 'OCPPCommCtrlr.OfflineThreshold', '120')).toBe('Accepted');
    expect(variableNumber(one, 'OCPPCommCtrlr', 'OfflineThreshold')).toBe(120);
    expect(one.v201?.variables).toEqual({ OCPPCommCtrlr: { OfflineThreshold: '120' } });
    expect(set(one, 'OCPPCommCtrlr.OfflineThreshold', '600')).toBe('Accepted');
    expect(one.v201?.variables).toEqual({});
  });

  it.each([
    ['TC_B_35_CS: unknown component', 'NoSuchCtrlr.Enabled', 'true', 'UnknownComponent'],
    ['TC_B_36_CS: unknown variable', 'AuthCtrlr.Nonsense', 'true', 'UnknownVariable'],
    ['TC_B_37_CS: an attribute it does not have', 'AuthCtrlr.Enabled#MaxSet', 'true', 'NotSupportedAttributeType'],
    ['TC_B_39_CS: read-only', 'EVSE(1).SupplyPhases', '1', 'Rejected'],
    ['TC_B_39_CS: read-only, from the state', 'SecurityCtrlr.SecurityProfile', '3', 'Rejected'],
    ['TC_B_11_CS: no number', 'OCPPCommCtrlr.OfflineThreshold', 'a minute', 'Rejected'],
    ['TC_B_11_CS: a fraction', 'OCPPCommCtrlr.OfflineThreshold', '1.5', 'Rejected'],
    ['TC_B_11_CS: below the limit', 'OCPPCommCtrlr.HeartbeatInterval', '0', 'Rejected'],
    ['TC_B_11_CS: above the limit', 'MonitoringCtrlr.OfflineQueuingSeverity', '10', 'Rejected'],
    ['TC_B_11_CS: no boolean', 'AuthCtrlr.LocalPreAuthorize', 'yes', 'Rejected'],
    ['TC_B_11_CS: not a member', 'SampledDataCtrlr.TxUpdatedMeasurands', 'SoC,Happiness', 'Rejected'],
    ['TC_B_11_CS: a member twice', 'SampledDataCtrlr.TxUpdatedMeasurands', 'SoC,SoC', 'Rejected'],
    ['TC_B_11_CS: none of the options', 'ClockCtrlr.NtpSource', 'guess', 'Rejected'],
    ['TC_B_11_CS: not in the sequence', 'ClockCtrlr.TimeSource', 'Sundial', 'Rejected'],
    ['TC_B_11_CS: no offset', 'ClockCtrlr.TimeOffset', '1 hour', 'Rejected'],
    ['TC_B_11_CS: too long', 'AuthCtrlr.MasterPassGroupId', 'x'.repeat(37), 'Rejected'],
    ['TC_A_10_CS: a password that is too short', 'SecurityCtrlr.BasicAuthPassword', 'short', 'Rejected'],
    ['B05: a decimal', 'SmartChargingCtrlr.LimitChangeSignificance', '2.5', 'Accepted'],
    ['B05: a list', 'SampledDataCtrlr.TxUpdatedMeasurands', 'SoC, Voltage', 'Accepted'],
    ['B05: an empty list', 'SampledDataCtrlr.TxUpdatedMeasurands', '', 'Accepted'],
  ])('%s: %s = %s is %s', (_what, name, value, status) => {
    const one = charger();
    expect(set(one, name, value)).toBe(status);
    if (status !== 'Accepted') expect(one.v201?.variables).toEqual({});
  });

  it('B05.FR.10: a change that needs a restart says so', () => {
    const one = charger();
    if (one.v201) one.v201.network = { profiles: { 2: { url: 'ws://other.test', securityProfile: 0 } } };
    expect(set(one, 'OCPPCommCtrlr.NetworkConfigurationPriority', '2,1')).toBe('RebootRequired');
    expect(set(one, 'OCPPCommCtrlr.NetworkConfigurationPriority', '2,1')).toBe('Accepted');
    expect(set(one, 'OCPPCommCtrlr.NetworkConfigurationPriority', '3,1')).toBe('Rejected');
  });

  it('part 1, §4: Target, MinSet and MaxSet are set beside the Actual value, which follows', () => {
    const one = charger();
    const light = 'EnvironmentalLighting.Percent';
    expect(get(one, light).attributeValue).toBe('100');
    expect(set(one, `${light}#Target`, '40')).toBe('Accepted');
    expect(get(one, `${light}#Target`).attributeValue).toBe('40');
    expect(get(one, light).attributeValue).toBe('40');
    expect(set(one, light, '50')).toBe('Rejected');
    expect(set(one, `${light}#MaxSet`, '30')).toBe('Rejected');
    expect(set(one, `${light}#MinSet`, '20')).toBe('Accepted');
    expect(set(one, `${light}#Target`, '10')).toBe('Rejected');
    expect(set(one, `${light}#Target`, 'dim')).toBe('Rejected');
    set(one, 'EnvironmentalLighting.Enabled', 'false');
    expect(get(one, light).attributeValue).toBe('0');
    const only = [{ component: { name: 'EnvironmentalLighting' }, variable: { name: 'Percent' } }];
    expect(pages(one, { only }).flat()).toMatchObject([
      {
        variableAttribute: [
          { type: 'Actual', value: '0', mutability: 'ReadOnly', persistent: false },
          { type: 'Target', value: '40', mutability: 'ReadWrite', persistent: true },
          { type: 'MinSet', value: '20', mutability: 'ReadWrite' },
          { type: 'MaxSet', value: '100', mutability: 'ReadWrite' },
        ],
      },
    ]);
    expect(presetVariables(one, { [`${light}#Target`]: '60' })).toEqual([]);
    expect(get(one, `${light}#Target`).attributeValue).toBe('60');
  });

  it('A01.FR.02: a password goes to where connections take it from, and nowhere else', () => {
    const one = charger();
    expect(set(one, 'SecurityCtrlr.BasicAuthPassword', 'a-password-of-20-chr')).toBe('Accepted');
    expect(one.csms.basicAuth).toEqual({ username: 'CP-1', password: 'a-password-of-20-chr' });
    expect(one.v201?.variables).toEqual({});
  });

  it('B05: what has to happen at once is asked for, and for nothing else', () => {
    const seen: Effect[] = [];
    const context = contextOf(charger());
    for (const [name, attributeValue] of [
      ['OCPPCommCtrlr.HeartbeatInterval', '10'],
      ['OCPPCommCtrlr.OfflineThreshold', '10'],
      ['AlignedDataCtrlr.Interval', '900'],
      ['AlignedDataCtrlr.Interval', '-1'],
    ] as const) {
      setVariable(context, { ...named(name), attributeValue }, effectsInto(seen));
    }
    expect(seen).toEqual(['heartbeat', 'alignedData']);
    expect(context.save).toBe(true);
  });
});

describe('B07: GetBaseReport', () => {
  it('TC_B_12_CS: ConfigurationInventory has what can be set, and nothing else', () => {
    const names = report(charger(), { base: 'ConfigurationInventory' });
    expect(names).toEqual(
      expect.arrayContaining(['OCPPCommCtrlr.OfflineThreshold', 'SecurityCtrlr.BasicAuthPassword']),
    );
    expect(names).not.toContain('EVSE(1).Power');
    expect(names).not.toContain('SecurityCtrlr.SecurityProfile');
  });

  it('TC_B_13_CS: FullInventory has every variable once, with attributes and characteristics', () => {
    const data = pages(charger(), { base: 'FullInventory' }).flat();
    const names = namesIn(data);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(modelOf(charger()).variables.map(nameOf));
    expect(data.find((_one, at) => names[at] === 'OCPPCommCtrlr.HeartbeatInterval')).toEqual({
      component: { name: 'OCPPCommCtrlr' },
      variable: { name: 'HeartbeatInterval' },
      variableAttribute: [{ type: 'Actual', value: '300', mutability: 'ReadWrite', persistent: true, constant: false }],
      variableCharacteristics: {
        dataType: 'integer',
        unit: 's',
        minLimit: 1,
        maxLimit: 604_800,
        supportsMonitoring: true,
      },
    });
    expect(data.find((_one, at) => names[at] === 'ReservationCtrlr.NonEvseSpecific')).toMatchObject({
      variableAttribute: [{ value: 'true', mutability: 'ReadWrite' }],
    });
    expect(data.find((_one, at) => names[at] === 'ReservationCtrlr.Available')).toMatchObject({
      variableAttribute: [{ value: 'true', mutability: 'ReadOnly' }],
    });
  });

  it('B07.FR.11: the value of a write-only variable is not told', () => {
    const one = charger({
      csms: { url: 'ws://csms.test', basicAuth: { username: 'CP-1', password: 'very-secret-text' } },
    });
    expect(JSON.stringify(pages(one, { base: 'FullInventory' }))).not.toContain('very-secret');
  });

  it('TC_B_14_CS: SummaryInventory tells availability, and problems where there are any', () => {
    const one = charger({ model: 'ac-7kw-single-phase' });
    const states = ['ChargingStation', 'EVSE(1)', 'Connector(1,1)'].map((name) => `${name}.AvailabilityState`);
    expect(report(one, { base: 'SummaryInventory' })).toEqual(states);
    one.faults.push({ id: 'f', errorCode: 'ReaderFailure', at: 0 });
    expect(report(one, { base: 'SummaryInventory' })).toEqual(
      expect.arrayContaining(['TokenReader.Problem', 'ChargingStation.Problem']),
    );
  });

  it('B07: pages carry what ItemsPerMessage and BytesPerMessage allow, and together everything once', () => {
    const one = charger({ model: 'ac-22kw-two-socket' });
    const whole = report(one, { base: 'FullInventory' });
    presetVariables(one, [preset('DeviceDataCtrlr.ItemsPerMessage[NotifyReport]', '7')]);
    const sevens = pages(one, { base: 'FullInventory' });
    expect(sevens.slice(0, -1).map(({ length }) => length)).toEqual(sevens.slice(0, -1).map(() => 7));
    expect(namesIn(sevens.flat())).toEqual(whole);
    presetVariables(one, [
      preset('DeviceDataCtrlr.ItemsPerMessage[NotifyReport]', '1000'),
      preset('DeviceDataCtrlr.BytesPerMessage[NotifyReport]', '2000'),
    ]);
    const small = pages(one, { base: 'FullInventory' });
    expect(Math.max(...small.map((data) => JSON.stringify(data).length))).toBeLessThan(2000);
    expect(namesIn(small.flat())).toEqual(whole);
  });
});

const preset = (name: string, value: string) => ({ ...named(name), value }) as VariableSetting;

describe('B08: GetReport', () => {
  const two = () => charger({ model: 'ac-22kw-two-socket' });

  it('TC_B_16_CS: criteria choose components: those without the variable count as available and enabled', () => {
    const one = two();
    set(one, 'ReservationCtrlr.Enabled', 'false');
    const enabled = report(one, { criteria: ['Enabled'] });
    expect(enabled).toEqual(
      expect.arrayContaining(['EVSE(1).Power', 'AuthCtrlr.Enabled', 'AuthCtrlr.LocalPreAuthorize']),
    );
    expect(enabled.filter((name) => name.startsWith('ReservationCtrlr'))).toEqual([]);
  });

  it('TC_B_16_CS: components without a Problem variable have no problem', () => {
    const one = two();
    expect(report(one, { criteria: ['Problem'] })).toEqual([]);
    one.faults.push({ id: 'f', errorCode: 'GroundFailure', evseId: 2, at: 0 });
    const found = report(one, { criteria: ['Problem'] });
    expect(new Set(found.map((name) => name.split('.')[0]))).toEqual(new Set(['EVSE(2)', 'Connector(2,1)']));
  });

  it('B08.FR.07: Active is a closed contactor', () => {
    const one = two();
    expect(report(one, { criteria: ['Active'] })).not.toContain('PowerContactor(1).Active');
    const evse = one.evses[0];
    if (evse) evse.contactor = 'closed';
    expect(report(one, { criteria: ['Active'] })).toContain('PowerContactor(1).Active');
  });

  it.each<[string, Selection, string[]]>([
    [
      'TC_B_17_CS: a variable of a component',
      { only: [{ component: { name: 'AuthCtrlr' }, variable: { name: 'Enabled' } }] },
      ['AuthCtrlr.Enabled'],
    ],
    [
      'TC_B_54_CS: without an instance all of them',
      { only: [{ component: { name: 'TariffCostCtrlr' }, variable: { name: 'Enabled' } }] },
      ['TariffCostCtrlr.Enabled[Cost]', 'TariffCostCtrlr.Enabled[Tariff]'],
    ],
    [
      'TC_B_55_CS: one instance',
      { only: [{ component: { name: 'TariffCostCtrlr' }, variable: { name: 'Enabled', instance: 'Cost' } }] },
      ['TariffCostCtrlr.Enabled[Cost]'],
    ],
    [
      'TC_B_56_CS: without an EVSE all of them',
      { only: [{ component: { name: 'EVSE' }, variable: { name: 'Power' } }] },
      ['EVSE(1).Power', 'EVSE(2).Power'],
    ],
    [
      'B08.FR.20: one EVSE',
      { only: [{ component: { name: 'EVSE', evse: { id: 2 } }, variable: { name: 'Power' } }] },
      ['EVSE(2).Power'],
    ],
    [
      'TC_B_18_CS: criteria and variables: both',
      { criteria: ['Problem'], only: [{ component: { name: 'EVSE' }, variable: { name: 'Power' } }] },
      [],
    ],
    ['TC_B_19_CS: an unknown component', { only: [{ component: { name: 'NoSuch' } }] }, []],
  ])('%s', (_what, selection, names) => {
    expect(report(two(), selection)).toEqual(names);
  });

  it('B08.FR.22: without a variable all of the component', () => {
    const found = report(two(), { only: [{ component: { name: 'connector', evse: { id: 1, connectorId: 1 } } }] });
    expect(found).toHaveLength(5);
    expect(found.every((name) => name.startsWith('Connector(1,1).'))).toBe(true);
  });
});

describe('part 2, referenced components and variables: presets and changes on the device', () => {
  it('read-only variables may be preset', () => {
    const one = charger();
    expect(presetVariables(one, [preset('DeviceDataCtrlr.ItemsPerMessage[GetVariables]', '2')])).toEqual([]);
    expect(variable(one, 'DeviceDataCtrlr', 'ItemsPerMessage[GetVariables]')).toBe('2');
  });

  it.each([
    ['NoSuch.Variable', '1', 'configuration.0.component', /no component/],
    ['AuthCtrlr.Nonsense', '1', 'configuration.0.variable', /no variable AuthCtrlr.Nonsense/],
    ['AuthCtrlr.Enabled', 'perhaps', 'configuration.0.value', /AuthCtrlr.Enabled must be true or false/],
    ['EVSE(1).Power', '1000', 'configuration.0', /follows from the state/],
    ['SecurityCtrlr.SecurityProfile', '2', 'configuration.0', /is set with csms.securityProfile/],
    ['AuthCtrlr.Enabled#Target', 'true', 'configuration.0.attributeType', /has only Actual/],
  ])('a preset of %s = %s says what is wrong', (name, value, path, message) => {
    expect(presetVariables(charger(), [preset(name, value)])).toEqual([
      { path, message: expect.stringMatching(message) },
    ]);
  });

  it('presets may be given by the names of the variables', () => {
    const one = charger();
    expect(presetVariables(one, { 'TxCtrlr.EVConnectionTimeOut': '5' })).toEqual([]);
    expect(variableNumber(one, 'TxCtrlr', 'EVConnectionTimeOut')).toBe(5);
    expect(presetVariables(one, { Nonsense: '5', 'TxCtrlr.EVConnectionTimeOut': '6' })).toEqual([
      { path: 'configuration.Nonsense', message: expect.stringMatching(/no name of a variable/) },
    ]);
    expect(presetVariables(one, { 'TxCtrlr.EVConnectionTimeOut': 'x' })).toEqual([
      { path: 'configuration.TxCtrlr.EVConnectionTimeOut.value', message: expect.stringMatching(/whole number/) },
    ]);
  });

  it('all are listed by name, write-only ones without their value', () => {
    const listed = listVariables(charger(), clock);
    const named = (key: string) => listed.find((entry) => entry.key === key);
    expect(named('OCPPCommCtrlr.HeartbeatInterval')).toMatchObject({ value: '300', readonly: false, unit: 's' });
    expect(named('EVSE(1).SupplyPhases')).toMatchObject({ value: '3', readonly: true, dataType: 'integer' });
    expect(named('SecurityCtrlr.BasicAuthPassword')).toMatchObject({ readonly: false, dataType: 'string' });
    expect(named('SecurityCtrlr.BasicAuthPassword')).not.toHaveProperty('value');
    expect(listed).toHaveLength(modelOf(charger()).variables.length + 3);
  });

  it('all are set on the device or none', () => {
    const context = contextOf(charger());
    const good = { key: 'TxCtrlr.EVConnectionTimeOut', value: '5' };
    const bad = { key: 'TxCtrlr.EVConnectionTimeOut', value: 'x' };
    expect(() => setOnDevice(context, [good, bad, { key: 'what', value: '' }], noEffects)).toThrow(
      /1\.value: TxCtrlr.EVConnectionTimeOut must be a whole number.*2\.key: what is no name/,
    );
    expect(context.charger.v201?.variables).toEqual({});
    setOnDevice(context, [good, { key: 'OCPPCommCtrlr.FileTransferProtocols', value: 'FTP' }], noEffects);
    expect(variableNumber(context.charger, 'TxCtrlr', 'EVConnectionTimeOut')).toBe(5);
    expect(variableList(context.charger, 'OCPPCommCtrlr', 'FileTransferProtocols')).toEqual(['FTP']);
  });

  it('names are read as they are written', () => {
    const one = charger({ model: 'dc-50kw-ccs-chademo' });
    for (const entry of modelOf(one).variables) {
      const parsed = parseName(nameOf(entry));
      expect(parsed).toEqual({ component: entry.component, variable: entry.variable, attribute: 'Actual' });
    }
  });
});
