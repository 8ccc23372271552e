// GetLog of OCPP 2.0.1 (N01): requests, statuses, retries. The file and its way to the server are tested in test/tasks.
import { viewCharger } from '../../../../lib/charger/view';
import { type Pair, start } from '../../../support/pair';
import { begun, endTask, failed, tasksOf, told, uploaded } from '../../../support/pair-transfers';
import { bootedPairV201, misfits } from '../../../support/pair-v201';

const second = 1_000;
const location = 'ftp://admin:secret@files.test/logs/';
const status = 'LogStatusNotification';
const at = (ms: number) => new Date(ms).toISOString();

const getLog = (pair: Pair, requestId: number, { log = {}, ...more }: Record<string, unknown> = {}) =>
  pair.ask('GetLog', {
    log: { remoteLocation: location, ...(log as object) },
    logType: 'DiagnosticsLog',
    requestId,
    ...more,
  });
const end = (pair: Pair, outcome = uploaded) => endTask(pair, outcome, 'uploadLog');
const payloads = (pair: Pair) => pair.calls(status).map(({ payload }) => payload);

describe('N01: GetLog', () => {
  it.each([
    ['TC_N_25_CS: DiagnosticsLog', 'DiagnosticsLog', 'diagnostics'],
    ['TC_N_35_CS: SecurityLog', 'SecurityLog', 'security'],
  ])('%s: answered with the name of the file; Uploading, Uploaded', (_what, logType, content) => {
    const pair = bootedPairV201();
    const filename = `${content}-CP-1-20260105T080000.log`;
    expect(getLog(pair, 5, { logType })).toEqual({ status: 'Accepted', filename });
    expect(begun(pair)).toEqual([{ kind: 'uploadLog', location, fileName: filename, content }]);
    end(pair);
    expect(payloads(pair)).toEqual([
      { status: 'Uploading', requestId: 5 },
      { status: 'Uploaded', requestId: 5 },
    ]);
    expect(pair.charger).not.toHaveProperty('uploads');
    expect(misfits(pair)).toEqual([]);
  });

  it('holds the span that is asked for', () => {
    const pair = bootedPairV201();
    getLog(pair, 5, { log: { oldestTimestamp: at(start - 60 * second), latestTimestamp: at(start) } });
    expect(begun(pair)).toMatchObject([{ from: start - 60 * second, to: start }]);
  });

  it('TC_N_36_CS: a second request takes the place of the first, which the CSMS hears has been cancelled', () => {
    const pair = bootedPairV201();
    getLog(pair, 5);
    expect(getLog(pair, 6)).toMatchObject({ status: 'AcceptedCanceled' });
    expect(tasksOf(pair)).toHaveLength(1);
    end(pair);
    expect(payloads(pair)).toEqual([
      { status: 'Uploading', requestId: 5 },
      { status: 'AcceptedCanceled', requestId: 5 },
      { status: 'Uploading', requestId: 6 },
      { status: 'Uploaded', requestId: 6 },
    ]);
  });

  it('TC_N_26_CS: is tried again as often as asked for, and says why it failed', () => {
    const pair = bootedPairV201();
    getLog(pair, 5, { retries: 2, retryInterval: 30 });
    end(pair, failed);
    pair.advance(30 * second);
    end(pair, { ok: false, reason: 'denied', detail: 'wants other credentials' });
    expect(told(pair, status).at(-1)).toBe('PermissionDenied');
    expect(begun(pair)).toHaveLength(2);
  });

  it('TC_F_15_CS, TC_F_16_CS: triggered, Uploading with its requestId, else Idle', () => {
    const pair = bootedPairV201();
    const trigger = () => {
      pair.clear();
      pair.ask('TriggerMessage', { requestedMessage: status });
      return payloads(pair);
    };
    expect(trigger()).toEqual([{ status: 'Idle' }]);
    getLog(pair, 5);
    expect(trigger()).toEqual([{ status: 'Uploading', requestId: 5 }]);
  });

  it('no log and no view shows the credentials of its location', () => {
    const pair = bootedPairV201();
    getLog(pair, 5);
    expect(JSON.stringify(pair.events)).not.toContain('secret');
    expect(JSON.stringify(viewCharger(pair.charger, pair.now))).not.toContain('secret');
  });
});
