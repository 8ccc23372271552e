// GetVariables, SetVariables, GetBaseReport and GetReport over the wire (OCPP 2.0.1 B05 to B08). What each variable is and takes is tested
// with the device model.
import { messagesV201 } from '../../../../lib/ocpp/v201/messages';
import type { Pair } from '../../../support/pair';
import { bootedPairV201 as booted, createPairV201 } from '../../../support/pair-v201';

const heartbeatInterval = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } };
const threshold = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'OfflineThreshold' } };

const set = (pair: Pair, ...setVariableData: unknown[]) =>
  (pair.ask('SetVariables', { setVariableData })?.setVariableResult ?? []) as { attributeStatus: string }[];

describe('B05, B06: setting and getting', () => {
  it('TC_B_10_CS, B05: good and bad elements of one request are answered each for itself', () => {
    const pair = booted();
    const results = set(
      pair,
      { ...threshold, attributeValue: '120' },
      { ...threshold, attributeValue: 'soon' },
      { component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'Power' }, attributeValue: '1' },
      { component: { name: 'NoSuchCtrlr' }, variable: { name: 'Enabled' }, attributeValue: 'true' },
      { component: { name: 'AuthCtrlr' }, variable: { name: 'Nonsense' }, attributeValue: 'true' },
      { ...threshold, attributeType: 'MaxSet', attributeValue: '1' },
    );
    expect(results.map(({ attributeStatus }) => attributeStatus)).toEqual([
      'Accepted',
      'Rejected',
      'Rejected',
      'UnknownComponent',
      'UnknownVariable',
      'NotSupportedAttributeType',
    ]);
    const read = pair.ask('GetVariables', { getVariableData: [threshold, heartbeatInterval] });
    expect(read?.getVariableResult).toMatchObject([{ attributeValue: '120' }, { attributeValue: '300' }]);
    expect(messagesV201.GetVariables.response.safeParse(read).success).toBe(true);
  });

  it('B05.FR.09: what was set survives a restart', () => {
    const pair = booted();
    set(pair, { ...threshold, attributeValue: '120' });
    pair.command({ kind: 'power', state: 'cycle' });
    pair.advance(30_000);
    const read = pair.ask('GetVariables', { getVariableData: [threshold] });
    expect(read?.getVariableResult).toMatchObject([{ attributeValue: '120' }]);
  });

  it('B05: HeartbeatInterval takes effect at once', () => {
    const pair = booted();
    set(pair, { ...heartbeatInterval, attributeValue: '10' });
    pair.advance(35_000);
    expect(pair.calls('Heartbeat')).toHaveLength(3);
  });

  it('B06: what is measured is of the moment', () => {
    const pair = booted();
    const ev = { maxPowerW: 11_000, phases: 3 as const, soc: 20 };
    pair.command({ kind: 'startTransaction', address: { evseId: 1 }, idToken: 'TAG-1', ev });
    pair.advance(3_600_000);
    const register = {
      component: { name: 'FiscalMetering', evse: { id: 1 } },
      variable: { name: 'EnergyImportRegister' },
    };
    const results = pair.ask('GetVariables', { getVariableData: [register] })?.getVariableResult;
    const [read] = (results ?? []) as { attributeValue: string }[];
    expect(Number(read?.attributeValue)).toBeGreaterThan(10_900);
    expect(Number(read?.attributeValue)).toBeLessThan(11_100);
  });

  it.each([
    ['B06.FR.16', 'GetVariables', { getVariableData: Array(51).fill(threshold) }, 'OccurrenceConstraintViolation'],
    [
      'B05.FR.11',
      'SetVariables',
      { setVariableData: Array(51).fill({ ...threshold, attributeValue: '1' }) },
      'OccurrenceConstraintViolation',
    ],
    [
      'B08.FR.17',
      'GetReport',
      { requestId: 1, componentVariable: Array(51).fill(threshold) },
      'OccurrenceConstraintViolation',
    ],
  ])('%s: %s with more items than ItemsPerMessage is a CALLERROR', (_id, action, payload, code) => {
    const pair = booted();
    const before = pair.document();
    expect(pair.call(action, payload)?.slice(0, 3)).toMatchObject([4, expect.anything(), code]);
    expect(pair.document()).toBe(before);
  });

  it('B06.FR.17: more bytes than BytesPerMessage are a FormatViolation', () => {
    const pair = booted({ variables: { 'DeviceDataCtrlr.BytesPerMessage[GetVariables]': '300' } });
    expect(pair.call('GetVariables', { getVariableData: Array(10).fill(threshold) })?.[2]).toBe('FormatViolation');
    expect(pair.call('GetVariables', { getVariableData: [threshold] })?.[0]).toBe(3);
  });
});

describe('A01: the password for Basic authentication', () => {
  const basicAuth = { username: 'CP-1', password: 'the-first-password-1' };
  const newPassword = {
    component: { name: 'SecurityCtrlr' },
    variable: { name: 'BasicAuthPassword' },
    attributeValue: 'the-second-password-2',
  };
  const ready = () => booted({ csms: { url: 'ws://csms.test/ocpp', securityProfile: 1, basicAuth } });

  it('TC_A_09_CS, A01.FR.11: a new one is connected with at once', () => {
    const pair = ready();
    expect(set(pair, newPassword)).toMatchObject([{ attributeStatus: 'Accepted' }]);
    expect(pair.charger.csms.basicAuth).toEqual({ ...basicAuth, password: newPassword.attributeValue });
    expect(pair.connections).toBe(2);
    expect(pair.charger.link.state).toBe('up');
  });

  it('TC_A_10_CS: one that is too short is rejected, and nothing happens', () => {
    const pair = ready();
    expect(set(pair, { ...newPassword, attributeValue: 'short' })).toMatchObject([{ attributeStatus: 'Rejected' }]);
    expect(pair.charger.csms.basicAuth).toEqual(basicAuth);
    expect(pair.connections).toBe(1);
  });

  it('A01: it is in no log and no answer', () => {
    const pair = ready();
    set(pair, newPassword, { ...newPassword, attributeValue: 'short-secret' });
    pair.ask('GetBaseReport', { requestId: 1, reportBase: 'FullInventory' });
    pair.ask('GetVariables', {
      getVariableData: [{ component: newPassword.component, variable: newPassword.variable }],
    });
    const told = JSON.stringify([pair.events, pair.replies, pair.seen]);
    for (const secret of [newPassword.attributeValue, 'short-secret']) expect(told).not.toContain(secret);
    expect(told).toContain('***');
  });

  it('B09: secrets of a modem and a VPN are in no log', () => {
    const pair = booted();
    const connectionData = {
      ocppVersion: 'OCPP20',
      ocppTransport: 'JSON',
      ocppCsmsUrl: 'ws://new.test',
      messageTimeout: 30,
      securityProfile: 0,
      ocppInterface: 'Wireless0',
      apn: { apn: 'internet', apnUserName: 'me', apnPassword: 'secret-apn', apnAuthentication: 'PAP', simPin: 8765 },
      vpn: { server: 'vpn.test', user: 'me', password: 'secret-vpn', key: 'secret-key', type: 'IKEv2' },
    };
    expect(pair.ask('SetNetworkProfile', { configurationSlot: 2, connectionData })).toEqual({ status: 'Accepted' });
    const kept = JSON.stringify([pair.events, pair.charger]);
    expect(kept).toContain('vpn.test');
    expect(kept).not.toMatch(/secret-|8765/);
  });
});

describe('B07, B08: reports in several messages', () => {
  const pages = (pair: Pair) => pair.calls('NotifyReport').map(({ payload }) => payload);
  const names = (pair: Pair) =>
    pages(pair).flatMap(({ reportData = [] }) => (reportData as unknown[]).map((one) => JSON.stringify(one)));

  it('TC_B_13_CS: FullInventory comes message by message, numbered from 0, the last without more to come', () => {
    const pair = booted();
    expect(pair.ask('GetBaseReport', { requestId: 7, reportBase: 'FullInventory' })).toEqual({ status: 'Accepted' });
    const told = pages(pair);
    expect(told.length).toBeGreaterThan(3);
    expect(told.map(({ seqNo }) => seqNo)).toEqual(told.map((_page, at) => at));
    expect(told.map(({ tbc }) => tbc)).toEqual(told.map((_page, at) => at < told.length - 1));
    expect(told.every(({ requestId }) => requestId === 7)).toBe(true);
    for (const page of told) expect(messagesV201.NotifyReport.request.safeParse(page)).toMatchObject({ success: true });
    expect(new Set(names(pair)).size).toBe(names(pair).length);
    expect(pair.charger.v201?.reports).toBeUndefined();
  });

  it('B07: a message waits for the answer to the one before', () => {
    const pair = booted({ answers: { NotifyReport: 'silent' } });
    pair.ask('GetBaseReport', { requestId: 7, reportBase: 'FullInventory' });
    expect(pages(pair)).toHaveLength(1);
    expect(pair.charger.calls.queue).toEqual([]);
  });

  it('B07: a report that is not answered is given up, and the next one goes on', () => {
    const pair = booted({ answers: { NotifyReport: ({ requestId }) => (requestId === 1 ? 'silent' : {}) } });
    pair.ask('GetBaseReport', { requestId: 1, reportBase: 'SummaryInventory' });
    pair.ask('GetBaseReport', { requestId: 2, reportBase: 'SummaryInventory' });
    expect(pages(pair).map(({ requestId }) => requestId)).toEqual([1]);
    pair.advance(31_000);
    expect(pages(pair).map(({ requestId }) => requestId)).toEqual([1, 2]);
    expect(pair.notes().join()).toMatch(/report of request 1 ends/);
  });

  it('B07: a lost connection ends reports', () => {
    const pair = booted({ answers: { NotifyReport: 'silent' } });
    pair.ask('GetBaseReport', { requestId: 1, reportBase: 'SummaryInventory' });
    pair.ask('GetBaseReport', { requestId: 2, reportBase: 'SummaryInventory' });
    pair.cut();
    pair.advance(10_000);
    expect(pair.charger.v201?.reports).toBeUndefined();
    expect(pages(pair)).toHaveLength(1);
  });

  it('B07: at most five reports wait; the next is rejected', () => {
    const pair = booted({ answers: { NotifyReport: 'silent' } });
    const ask = (requestId: number) => pair.ask('GetBaseReport', { requestId, reportBase: 'SummaryInventory' })?.status;
    expect([1, 2, 3, 4, 5, 6].map(ask)).toEqual([...Array(5).fill('Accepted'), 'Rejected']);
  });

  it('TC_B_17_CS: GetReport tells what was asked for', () => {
    const pair = booted();
    const componentVariable = [{ component: { name: 'Connector' }, variable: { name: 'ConnectorType' } }];
    expect(pair.ask('GetReport', { requestId: 3, componentVariable })).toEqual({ status: 'Accepted' });
    expect(pages(pair)).toHaveLength(1);
    expect(pages(pair)[0]).toMatchObject({
      requestId: 3,
      seqNo: 0,
      tbc: false,
      reportData: [
        { component: { evse: { id: 1, connectorId: 1 } }, variableAttribute: [{ value: 'sType2' }] },
        { component: { evse: { id: 2, connectorId: 1 } }, variableAttribute: [{ value: 'sType2' }] },
      ],
    });
  });

  it('TC_B_18_CS, TC_B_19_CS: a report of nothing is an EmptyResultSet, and nothing is sent', () => {
    const pair = booted();
    const componentVariable = [{ component: { name: 'EVSE' }, variable: { name: 'AvailabilityState' } }];
    const empty = { status: 'EmptyResultSet' };
    expect(pair.ask('GetReport', { requestId: 3, componentCriteria: ['Problem'], componentVariable })).toEqual(empty);
    expect(pair.ask('GetReport', { requestId: 3, componentVariable: [{ component: { name: 'No' } }] })).toEqual(empty);
    expect(pages(pair)).toEqual([]);
  });

  it('TC_B_02_CS, B02.FR.05: a charger that is Pending is configured in full: read, set and reported', () => {
    const pair = createPairV201({
      answers: { BootNotification: { status: 'Pending', currentTime: '2026-01-05T08:00:00Z', interval: 60 } },
    });
    pair.command({ kind: 'connect' });
    pair.clear();
    expect(set(pair, { ...threshold, attributeValue: '120' })).toMatchObject([{ attributeStatus: 'Accepted' }]);
    const read = pair.ask('GetVariables', { getVariableData: [threshold] });
    expect(read?.getVariableResult).toMatchObject([{ attributeValue: '120' }]);
    pair.ask('GetBaseReport', { requestId: 1, reportBase: 'ConfigurationInventory' });
    expect(pages(pair).at(-1)).toMatchObject({ tbc: false });
    expect(pair.actions().every((action) => action === 'NotifyReport')).toBe(true);
  });
});
