// Uploads of logs of 1.6: GetDiagnostics (§4.4, §5.9), GetLog of the security whitepaper. Requests, statuses, retries; the file and
// its way to the server are tested in test/tasks.
import { viewCharger } from '../../../lib/charger/view';
import { bootedPair, type Pair, start } from '../../support/pair';
import { begun, endTask, failed, tasksOf, told, uploaded } from '../../support/pair-transfers';

const second = 1_000;
const location = 'ftp://admin:secret@files.test/logs/';
const diagnostics = 'DiagnosticsStatusNotification';
const logStatus = 'LogStatusNotification';
const at = (ms: number) => new Date(ms).toISOString();

const getDiagnostics = (pair: Pair, more: Record<string, unknown> = {}) =>
  pair.ask('GetDiagnostics', { location, ...more });

const getLog = (pair: Pair, requestId: number, more: Record<string, unknown> = {}) =>
  pair.ask('GetLog', { log: { remoteLocation: location }, logType: 'DiagnosticsLog', requestId, ...more });

const end = (pair: Pair, outcome = uploaded) => endTask(pair, outcome, 'uploadLog');
const trigger = (pair: Pair, action: 'TriggerMessage' | 'ExtendedTriggerMessage', requestedMessage: string) => {
  pair.clear();
  pair.ask(action, { requestedMessage });
  return pair.calls(requestedMessage).map(({ payload }) => payload);
};

describe('GetDiagnostics', () => {
  it('TC_045_1_CS - answered with the name of the file; Uploading, Uploaded', () => {
    const pair = bootedPair();
    expect(getDiagnostics(pair)).toEqual({ fileName: 'diagnostics-CP-1-20260105T080000.log' });
    expect(told(pair, diagnostics)).toEqual(['Uploading']);
    end(pair);
    expect(told(pair, diagnostics)).toEqual(['Uploading', 'Uploaded']);
    expect(pair.charger).not.toHaveProperty('uploads');
  });

  it('OCPP 1.6 §6.25: what is uploaded is the span that was asked for, by the clock of the CSMS', () => {
    const ahead = 3_600 * second;
    const boot = { status: 'Accepted', currentTime: at(start + ahead), interval: 300 };
    const pair = bootedPair({ answers: { BootNotification: boot } });
    const span = { startTime: at(start + ahead - 60 * second), stopTime: at(start + ahead) };
    const { fileName } = getDiagnostics(pair, span) ?? {};
    expect(fileName).toBe('diagnostics-CP-1-20260105T090000.log');
    const [task] = begun(pair);
    expect(task).toEqual({
      kind: 'uploadLog',
      content: 'diagnostics',
      location,
      fileName,
      from: start - 60 * second,
      to: start,
    });
  });

  it('OCPP 1.6 §6.25: the name of the file is one for every file system', () => {
    const pair = bootedPair({ identity: 'DE*ACME/7 ü' });
    expect(getDiagnostics(pair)).toEqual({ fileName: 'diagnostics-DE_ACME_7__-20260105T080000.log' });
  });

  it('TC_045_2_CS - tried `retries` times, retryInterval apart; then UploadFailed', () => {
    const pair = bootedPair();
    getDiagnostics(pair, { retries: 2, retryInterval: 30 });
    end(pair, failed);
    pair.advance(29 * second);
    expect(begun(pair)).toHaveLength(1);
    pair.advance(second);
    expect(begun(pair)).toHaveLength(2);
    expect(new Set(begun(pair).map((task) => JSON.stringify(task))).size).toBe(1);
    end(pair, failed);
    pair.advance(3_600 * second);
    expect(begun(pair)).toHaveLength(2);
    expect(told(pair, diagnostics)).toEqual(['Uploading', 'UploadFailed']);
    expect(pair.charger).not.toHaveProperty('uploads');
  });

  it('TC_045_2_CS - on demand: UploadFailed without a file server', () => {
    const pair = bootedPair();
    pair.command({ kind: 'setBehaviour', behaviour: { failures: [{ kind: 'upload', times: 1 }] } });
    getDiagnostics(pair);
    pair.advance(2 * second);
    expect(begun(pair)).toEqual([]);
    expect(told(pair, diagnostics)).toEqual(['Uploading', 'UploadFailed']);
    getDiagnostics(pair);
    expect(begun(pair)).toHaveLength(1);
  });

  it('OCPP 1.6 §5.9: another request takes the place of the first', () => {
    const pair = bootedPair();
    getDiagnostics(pair);
    getDiagnostics(pair, { location: 'http://files.test/' });
    expect(tasksOf(pair)).toMatchObject([{ task: { location: 'http://files.test/' } }]);
    end(pair);
    expect(told(pair, diagnostics)).toEqual(['Uploading', 'Uploading', 'Uploaded']);
  });

  it('OCPP 1.6 §5.9: power lost in the middle: uploaded after the start, which is no try', () => {
    const pair = bootedPair();
    getDiagnostics(pair);
    pair.command({ kind: 'power', state: 'cycle' });
    pair.advance(60 * second);
    expect(begun(pair)).toHaveLength(2);
    end(pair);
    expect(told(pair, diagnostics).at(-1)).toBe('Uploaded');
  });

  it('OCPP 1.6 §4.4: offline it is uploaded all the same, and the CSMS hears of it when it is back', () => {
    const pair = bootedPair();
    getDiagnostics(pair);
    pair.clear();
    pair.csms.unreachable = true;
    pair.cut();
    end(pair);
    pair.advance(60 * second);
    expect(pair.seen).toEqual([]);
    pair.csms.unreachable = false;
    pair.advance(600 * second);
    expect(told(pair, diagnostics)).toEqual(['Uploaded']);
    expect(pair.charger).not.toHaveProperty('uploads');
  });

  it('TC_054_CS - TriggerMessage tells where it stands, and Idle before and after', () => {
    const pair = bootedPair();
    expect(trigger(pair, 'TriggerMessage', diagnostics)).toEqual([{ status: 'Idle' }]);
    getDiagnostics(pair, { retries: 2 });
    expect(trigger(pair, 'TriggerMessage', diagnostics)).toEqual([{ status: 'Uploading' }]);
    end(pair);
    expect(trigger(pair, 'TriggerMessage', diagnostics)).toEqual([{ status: 'Idle' }]);
  });
});

describe('GetLog', () => {
  const statuses = (pair: Pair) => pair.calls(logStatus).map(({ payload }) => payload);

  it('TC_079_CS, N01.FR.01 to N01.FR.03, N01.FR.07 to N01.FR.09 - the security log: Accepted with the name of the file; Uploading, Uploaded with the requestId', () => {
    const pair = bootedPair();
    const answer = getLog(pair, 7, { logType: 'SecurityLog' });
    expect(answer).toEqual({ status: 'Accepted', filename: 'security-CP-1-20260105T080000.log' });
    expect(begun(pair)).toMatchObject([{ kind: 'uploadLog', content: 'security', location }]);
    end(pair);
    expect(statuses(pair)).toEqual([
      { status: 'Uploading', requestId: 7 },
      { status: 'Uploaded', requestId: 7 },
    ]);
  });

  it('N01.FR.04: the diagnostics log, of the span that was asked for', () => {
    const pair = bootedPair();
    const log = { remoteLocation: location, oldestTimestamp: at(start - 5 * second), latestTimestamp: at(start) };
    expect(getLog(pair, 8, { log })).toMatchObject({ filename: 'diagnostics-CP-1-20260105T080000.log' });
    expect(begun(pair)).toMatchObject([{ content: 'diagnostics', from: start - 5 * second, to: start }]);
  });

  it('N01.FR.11: a second request is AcceptedCanceled, and its id is told from then on', () => {
    const pair = bootedPair();
    getLog(pair, 1);
    expect(getLog(pair, 2)).toMatchObject({ status: 'AcceptedCanceled' });
    end(pair);
    expect(statuses(pair)).toEqual([
      { status: 'Uploading', requestId: 1 },
      { status: 'Uploading', requestId: 2 },
      { status: 'Uploaded', requestId: 2 },
    ]);
    expect(getLog(pair, 3)).toMatchObject({ status: 'Accepted' });
  });

  it.each([
    ['failed', 'UploadFailure'],
    ['forbidden', 'UploadFailure'],
    ['timeout', 'UploadFailure'],
    ['denied', 'PermissionDenied'],
    ['malformed', 'BadMessage'],
    ['notSupported', 'NotSupportedOperation'],
  ] as const)('N01.FR.10: %s is told as %s', (reason, status) => {
    const pair = bootedPair();
    getLog(pair, 9);
    end(pair, { ok: false, reason, detail: 'so it is' });
    expect(statuses(pair)).toEqual([
      { status: 'Uploading', requestId: 9 },
      { status, requestId: 9 },
    ]);
  });

  it('N01: runs beside GetDiagnostics, each with its own statuses', () => {
    const pair = bootedPair();
    getDiagnostics(pair);
    getLog(pair, 4);
    expect(tasksOf(pair)).toHaveLength(2);
    const [first, other] = tasksOf(pair).map(({ id }) => id);
    pair.input({ kind: 'taskDone', id: other ?? '', outcome: uploaded });
    pair.input({ kind: 'taskDone', id: first ?? '', outcome: failed });
    expect(told(pair, diagnostics)).toEqual(['Uploading', 'UploadFailed']);
    expect(told(pair, logStatus)).toEqual(['Uploading', 'Uploaded']);
  });

  it('N01.FR.12: ExtendedTriggerMessage tells where it stands, with the requestId', () => {
    const pair = bootedPair();
    getLog(pair, 5);
    expect(trigger(pair, 'ExtendedTriggerMessage', logStatus)).toEqual([{ status: 'Uploading', requestId: 5 }]);
    end(pair);
    expect(trigger(pair, 'ExtendedTriggerMessage', logStatus)).toEqual([{ status: 'Idle' }]);
  });
});

describe('security', () => {
  it.each([
    ['GetDiagnostics', (pair: Pair) => getDiagnostics(pair, { retries: 2 })],
    ['GetLog', (pair: Pair) => getLog(pair, 1, { retries: 2 })],
  ])('OCPP 1.6 §6.25: user and password of the location of %s are shown nowhere', (_action, ask) => {
    const pair = bootedPair();
    ask(pair);
    end(pair, failed);
    const shown = [pair.events, viewCharger(pair.charger, pair.now)].map((one) => JSON.stringify(one)).join();
    expect(shown.split('ftp://***@files.test/logs/')).toHaveLength(3);
    expect(shown).not.toContain('secret');
  });
});
