// Configuration keys (OCPP 1.6 §5.3, §5.8, §9.1): which there are, what they take, what they refuse. What a key does to sessions,
// samples, statuses and calls is tested where those are.
import { InvalidChargerError } from '../../../lib/charger/create';
import { bootedPair, createPair, type Pair } from '../../support/pair';

const change = (pair: Pair, key: string, value: string) => pair.ask('ChangeConfiguration', { key, value })?.status;
const get = (pair: Pair, ...key: string[]) => pair.ask('GetConfiguration', { key }) ?? {};
const entries = (pair: Pair) =>
  (pair.ask('GetConfiguration', {})?.configurationKey ?? []) as { key: string; value: string; readonly: boolean }[];
const settingOf = (pair: Pair, key: string) => entries(pair).find((entry) => entry.key === key)?.value;

/** OCPP 1.6 §9.1: key, access, and a value it takes and values it refuses. */
const coreKeys: [key: string, access: 'R' | 'RW', good: string, bad: string[]][] = [
  ['AllowOfflineTxForUnknownId', 'RW', 'true', ['yes', '1', '']],
  ['AuthorizationCacheEnabled', 'RW', 'false', ['no']],
  ['AuthorizeRemoteTxRequests', 'RW', 'true', ['maybe']],
  ['BlinkRepeat', 'RW', '5', ['often', '-1']],
  ['ClockAlignedDataInterval', 'RW', '900', ['-900', '15m', '1.5']],
  ['ConnectionTimeOut', 'RW', '90', ['-1', 'soon']],
  ['ConnectorPhaseRotation', 'RW', '0.RST,1.RTS,2.SRT', ['1.RRR', '3.RST', 'abc']],
  ['ConnectorPhaseRotationMaxLength', 'R', '', []],
  ['GetConfigurationMaxKeys', 'R', '', []],
  ['HeartbeatInterval', 'RW', '60', ['-60', 'x']],
  ['LightIntensity', 'RW', '50', ['101', '-1']],
  ['LocalAuthorizeOffline', 'RW', 'false', ['off']],
  ['LocalPreAuthorize', 'RW', 'true', ['on']],
  ['MaxEnergyOnInvalidId', 'RW', '1000', ['-1', 'none']],
  ['MeterValuesAlignedData', 'RW', 'Voltage', ['Voltage,Happiness']],
  ['MeterValuesAlignedDataMaxLength', 'R', '', []],
  ['MeterValuesSampledData', 'RW', 'SoC,Voltage', ['Energy']],
  ['MeterValuesSampledDataMaxLength', 'R', '', []],
  ['MeterValueSampleInterval', 'RW', '15', ['-15', '1e3']],
  ['MinimumStatusDuration', 'RW', '5', ['-5']],
  ['NumberOfConnectors', 'R', '', []],
  ['ResetRetries', 'RW', '2', ['-2']],
  ['StopTransactionOnEVSideDisconnect', 'RW', 'false', ['2']],
  ['StopTransactionOnInvalidId', 'RW', 'false', ['2']],
  ['StopTxnAlignedData', 'RW', 'SoC', ['Speed']],
  ['StopTxnAlignedDataMaxLength', 'R', '', []],
  ['StopTxnSampledData', 'RW', 'Power.Active.Import', ['Power']],
  ['StopTxnSampledDataMaxLength', 'R', '', []],
  ['SupportedFeatureProfiles', 'R', '', []],
  ['SupportedFeatureProfilesMaxLength', 'R', '', []],
  ['TransactionMessageAttempts', 'RW', '5', ['-5', 'ever']],
  ['TransactionMessageRetryInterval', 'RW', '30', ['-30']],
  ['UnlockConnectorOnEVSideDisconnect', 'RW', 'false', ['']],
  ['WebSocketPingInterval', 'RW', '30', ['-1']],
];

describe('TC_019_CS: retrieve configuration', () => {
  it('without keys: every key of the Core profile with its access', () => {
    const found = new Map(entries(bootedPair()).map((entry) => [entry.key, entry.readonly]));
    for (const [key, access] of coreKeys) expect([key, found.get(key)]).toEqual([key, access === 'R']);
  });

  it('an empty list of keys asks for all', () => {
    const pair = bootedPair();
    expect(get(pair).configurationKey).toEqual(entries(pair));
  });

  it('with keys: those, and the unknown ones apart', () => {
    const answer = get(bootedPair(), 'NumberOfConnectors', 'NoSuchKey', 'MeterValueSampleInterval');
    expect(answer).toEqual({
      configurationKey: [
        { key: 'MeterValueSampleInterval', value: '60', readonly: false },
        { key: 'NumberOfConnectors', value: '2', readonly: true },
      ],
      unknownKey: ['NoSuchKey'],
    });
  });

  it('§7.17: keys are compared without regard to case', () => {
    expect(get(bootedPair(), 'numberofconnectors').configurationKey).toMatchObject([{ key: 'NumberOfConnectors' }]);
  });

  it('only unknown keys: no configurationKey', () => {
    expect(get(bootedPair(), 'toString')).toEqual({ unknownKey: ['toString'] });
  });

  it('NumberOfConnectors and ConnectorPhaseRotation follow the model', () => {
    const pair = bootedPair({ model: 'ac-7kw-single-phase' });
    expect(settingOf(pair, 'NumberOfConnectors')).toBe('1');
    expect(settingOf(pair, 'SupportedFeatureProfiles')?.split(',')).toContain('Core');
  });
});

describe('TC_021_CS: change configuration', () => {
  it.each(coreKeys.filter(([, access]) => access === 'RW'))('%s (%s) takes %j', (key, _, good) => {
    const pair = bootedPair();
    expect(change(pair, key, good)).toBe('Accepted');
    expect(settingOf(pair, key)).toBe(good);
  });

  it.each(coreKeys.filter(([, access]) => access === 'R'))('%s is read-only: Rejected', (key) => {
    const pair = bootedPair();
    const before = settingOf(pair, key);
    expect(change(pair, key, '7')).toBe('Rejected');
    expect(settingOf(pair, key)).toBe(before);
  });

  it('TC_040_1_CS: a key that is not supported', () => {
    const pair = bootedPair();
    expect(change(pair, 'NoSuchKey', '1')).toBe('NotSupported');
    expect(change(pair, 'constructor', '1')).toBe('NotSupported');
  });

  const refused = coreKeys.flatMap(([key, , , bad]) => bad.map((value): [string, string] => [key, value]));
  it.each(refused)('TC_040_2_CS: %s does not take %j', (key, value) => {
    const pair = bootedPair();
    const before = settingOf(pair, key);
    expect(change(pair, key, value)).toBe('Rejected');
    expect(settingOf(pair, key)).toBe(before);
  });

  it('§3.16.4: a list with one unsupported measurand changes nothing', () => {
    const pair = bootedPair();
    const before = settingOf(pair, 'MeterValuesSampledData');
    expect(change(pair, 'MeterValuesSampledData', 'Voltage,RPM')).toBe('Rejected');
    expect(settingOf(pair, 'MeterValuesSampledData')).toBe(before);
  });

  it('§5.3: a list may not be longer than its MaxLength key says', () => {
    const pair = bootedPair();
    const most = Number(settingOf(pair, 'StopTxnSampledDataMaxLength'));
    expect(change(pair, 'StopTxnSampledData', Array(most).fill('SoC').join(','))).toBe('Accepted');
    expect(
      change(
        pair,
        'StopTxnSampledData',
        Array(most + 1)
          .fill('SoC')
          .join(','),
      ),
    ).toBe('Rejected');
    const rotations = Number(settingOf(pair, 'ConnectorPhaseRotationMaxLength'));
    expect(
      change(
        pair,
        'ConnectorPhaseRotation',
        Array(rotations + 1)
          .fill('1.RST')
          .join(','),
      ),
    ).toBe('Rejected');
  });

  it('§9.1.34: WebSocketPingInterval counts for the open connection', () => {
    const pair = bootedPair();
    change(pair, 'WebSocketPingInterval', '15');
    expect(pair.effects).toContainEqual({ kind: 'ping', intervalSeconds: 15 });
  });

  it('survives a reboot', () => {
    const pair = bootedPair();
    change(pair, 'ConnectionTimeOut', '17');
    pair.command({ kind: 'power', state: 'cycle' });
    pair.advance(60_000);
    expect(settingOf(pair, 'ConnectionTimeOut')).toBe('17');
  });

  it('what was set back to the default is not stored', () => {
    const pair = bootedPair();
    change(pair, 'ConnectionTimeOut', '17');
    change(pair, 'ConnectionTimeOut', '60');
    expect(pair.charger.v16?.configuration).not.toHaveProperty('ConnectionTimeOut');
  });
});

describe('configuration from the outside', () => {
  it('as if set on the device: read-only keys too', () => {
    const pair = bootedPair();
    const set = [{ key: 'SupportedFeatureProfiles', value: 'Core,Reservation' }];
    expect(pair.command({ kind: 'setConfiguration', entries: set })?.ok).toBe(true);
    expect(settingOf(pair, 'SupportedFeatureProfiles')).toBe('Core,Reservation');
  });

  it('all or nothing, and says where and what would be right', () => {
    const pair = bootedPair();
    const set = [
      { key: 'ConnectionTimeOut', value: '17' },
      { key: 'HeartbeatInterval', value: 'x' },
      { key: 'Nope', value: '1' },
    ];
    expect(pair.command({ kind: 'setConfiguration', entries: set })).toMatchObject({
      ok: false,
      refusal: { kind: 'badInput', errors: [{ path: '1.value' }, { path: '2.key' }] },
    });
    expect(settingOf(pair, 'ConnectionTimeOut')).toBe('60');
  });

  it('presets of a new charger are checked', () => {
    expect(
      settingOf(bootedPair({ configuration: { NumberOfConnectors: '2', resetretries: '3' } }), 'ResetRetries'),
    ).toBe('3');
    expect(() => createPair({ configuration: { HeartbeatInterval: 'x' } })).toThrow(InvalidChargerError);
  });
});
