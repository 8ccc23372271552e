// Firmware updates of 1.6 (§4.5, §5.19): statuses in order, retries, installation around transactions, the restart into the new version.
// The file itself is a task; what it does on the network is tested in test/tasks.
import { viewCharger } from '../../../lib/charger/view';
import { bootedPair, type Pair, type PairOptions, start } from '../../support/pair';
import { begun, downloaded, endTask, failed, tasksOf, told } from '../../support/pair-transfers';

const second = 1_000;
const location = 'ftp://admin:secret@files.test/firmware/charger-2.0.0.bin';
const status = 'FirmwareStatusNotification';

const inSeconds = (seconds: number) => new Date(start + seconds * second).toISOString();

function update(pair: Pair, more: Record<string, unknown> = {}) {
  return pair.ask('UpdateFirmware', { location, retrieveDate: inSeconds(-60), ...more });
}

/** Firmware is wanted, and has been fetched. */
function fetched(options: PairOptions = {}): Pair {
  const pair = bootedPair(options);
  update(pair);
  endTask(pair, downloaded());
  return pair;
}

const charge = (pair: Pair, connectorId: number) =>
  pair.command({ kind: 'startTransaction', address: { connectorId }, idToken: 'TAG' });
const fail = (pair: Pair, ...failures: { kind: 'download' | 'verification' | 'installation'; times?: number }[]) =>
  pair.command({ kind: 'setBehaviour', behaviour: { failures } });
const bootedWith = (pair: Pair) => pair.calls('BootNotification').map(({ payload }) => payload.firmwareVersion);

describe('UpdateFirmware', () => {
  it('TC_044_1_CS - answered, Downloading, Downloaded, Installing; restarts into the new version; Installed', () => {
    const pair = bootedPair();
    expect(update(pair)).toEqual({});
    expect(begun(pair)).toEqual([{ kind: 'download', location }]);
    expect(told(pair, status)).toEqual(['Downloading']);
    endTask(pair, downloaded());
    expect(told(pair, status)).toEqual(['Downloading', 'Downloaded', 'Installing']);
    pair.advance(60 * second);
    expect(told(pair, status)).toEqual(['Downloading', 'Downloaded', 'Installing', 'Installed']);
    expect(bootedWith(pair)).toEqual(['2.0.0']);
    const order = pair.actions().filter((action) => action === status || action === 'BootNotification');
    expect(order.slice(-2)).toEqual(['BootNotification', status]);
    expect(pair.charger).not.toHaveProperty('firmware');
  });

  it('TC_044_1_CS - connectors are Unavailable while it is installed, and Available with the new version', () => {
    const pair = fetched();
    expect([0, 1, 2].map((id) => pair.statuses(id))).toEqual([['Unavailable'], ['Unavailable'], ['Unavailable']]);
    expect(charge(pair, 1)).toMatchObject({ ok: false, refusal: { kind: 'wrongState' } });
    expect(pair.ask('RemoteStartTransaction', { idTag: 'TAG', connectorId: 1 })).toEqual({ status: 'Rejected' });
    pair.advance(60 * second);
    expect([0, 1, 2].map((id) => pair.statuses(id).at(-1))).toEqual(['Available', 'Available', 'Available']);
  });

  it('OCPP 1.6 §5.19: nothing is fetched before retrieveDate, by the clock of the CSMS', () => {
    const ahead = 3_600 * second;
    const now = () => new Date(pair.now + ahead).toISOString();
    const pair: Pair = bootedPair({
      answers: {
        BootNotification: () => ({
          status: 'Accepted',
          currentTime: new Date(start + ahead).toISOString(),
          interval: 0,
        }),
        Heartbeat: () => ({ currentTime: now() }),
      },
    });
    update(pair, { retrieveDate: new Date(start + ahead + 600 * second).toISOString() });
    pair.advance(599 * second);
    expect(begun(pair)).toEqual([]);
    expect(told(pair, status)).toEqual([]);
    pair.advance(second);
    expect(begun(pair)).toHaveLength(1);
    expect(told(pair, status)).toEqual(['Downloading']);
  });

  it('TC_044_2_CS - tried `retries` times, retryInterval apart; then DownloadFailed, and all is as before', () => {
    const pair = bootedPair();
    const before = pair.charger.boot;
    update(pair, { retries: 3, retryInterval: 40 });
    for (const tries of [1, 2]) {
      endTask(pair, failed);
      pair.advance(39 * second);
      expect(begun(pair)).toHaveLength(tries);
      pair.advance(second);
      expect(begun(pair)).toHaveLength(tries + 1);
    }
    endTask(pair, failed);
    pair.advance(3_600 * second);
    expect(begun(pair)).toHaveLength(3);
    expect(told(pair, status).at(-1)).toBe('DownloadFailed');
    expect(told(pair, status).filter((one) => one !== 'Downloading')).toEqual(['DownloadFailed']);
    expect(pair.charger.boot).toEqual(before);
    expect(pair.charger).not.toHaveProperty('firmware');
    expect(bootedWith(pair)).toEqual([]);
  });

  it.each([
    ['no retries', {}],
    ['no retries at all', { retries: 0 }],
    ['a negative number', { retries: -5, retryInterval: -5 }],
  ])('OCPP 1.6 §6.55: with %s it is tried once', (_what, more) => {
    const pair = bootedPair();
    update(pair, more);
    endTask(pair, failed);
    pair.advance(3_600 * second);
    expect(begun(pair)).toHaveLength(1);
    expect(told(pair, status)).toEqual(['Downloading', 'DownloadFailed']);
  });

  it('OCPP 1.6 §6.55: a second try that works goes on as a first', () => {
    const pair = bootedPair();
    update(pair, { retries: 2 });
    endTask(pair, failed);
    pair.advance(60 * second);
    endTask(pair, downloaded());
    expect(told(pair, status).slice(-3)).toEqual(['Downloading', 'Downloaded', 'Installing']);
  });

  it('OCPP 1.6 §5.19: waits for transactions to end, other connectors are Unavailable meanwhile', () => {
    const pair = bootedPair();
    charge(pair, 1);
    update(pair);
    endTask(pair, downloaded());
    pair.advance(600 * second);
    expect(told(pair, status)).toEqual(['Downloading', 'Downloaded']);
    expect([pair.statuses(0), pair.statuses(1).at(-1), pair.statuses(2)]).toEqual([[], 'Charging', ['Unavailable']]);
    pair.command({ kind: 'unplug', address: { connectorId: 1 } });
    expect(told(pair, status)).toEqual(['Downloading', 'Downloaded', 'Installing']);
    pair.advance(60 * second);
    expect(pair.actions().indexOf('StopTransaction')).toBeLessThan(pair.actions().lastIndexOf('BootNotification'));
    expect(told(pair, status).at(-1)).toBe('Installed');
  });

  it('OCPP 1.6 §5.19: another request before the installation takes the place of the first', () => {
    const pair = bootedPair();
    update(pair);
    update(pair, { location: 'http://files.test/b.bin' });
    expect(tasksOf(pair).map(({ task }) => task)).toEqual([{ kind: 'download', location: 'http://files.test/b.bin' }]);
    expect(pair.effects.filter(({ kind }) => kind === 'cancelTask')).toHaveLength(1);
    endTask(pair, downloaded({ version: '3.1' }));
    pair.advance(60 * second);
    expect(bootedWith(pair)).toEqual(['3.1']);
  });

  it('OCPP 1.6 §5.19: while firmware is being installed another request is ignored, which is noted', () => {
    const pair = fetched();
    update(pair, { location: 'http://files.test/b.bin' });
    expect(begun(pair)).toHaveLength(1);
    expect(pair.notes().join()).toContain('UpdateFirmware ignored');
  });

  it('A04: FirmwareUpdated is a security event of a charger that tells all of them', () => {
    const pair = fetched({ configuration: { 'x-SecurityEvents': 'all' } });
    pair.advance(60 * second);
    const events = pair.calls('SecurityEventNotification').map(({ payload: { type, techInfo } }) => [type, techInfo]);
    expect(events).toContainEqual(['FirmwareUpdated', '2.0.0']);
  });
});

describe('what a charger goes through in the middle of an update', () => {
  it('OCPP 1.6 §5.19: power lost while it downloads: fetched again after the start, which is no try', () => {
    const pair = bootedPair();
    update(pair);
    pair.command({ kind: 'power', state: 'off' });
    expect(tasksOf(pair)).toEqual([]);
    pair.advance(600 * second);
    pair.command({ kind: 'power', state: 'on' });
    pair.advance(30 * second);
    expect(begun(pair)).toHaveLength(2);
    endTask(pair, downloaded());
    pair.advance(60 * second);
    expect(told(pair, status).at(-1)).toBe('Installed');
  });

  it('OCPP 1.6 §5.19: power lost before retrieveDate: fetched at its time, or at once when that has passed', () => {
    const pair = bootedPair();
    update(pair, { retrieveDate: inSeconds(600) });
    pair.command({ kind: 'power', state: 'off' });
    pair.advance(100 * second);
    pair.command({ kind: 'power', state: 'on' });
    pair.advance(400 * second);
    expect(begun(pair)).toEqual([]);
    pair.command({ kind: 'power', state: 'off' });
    pair.advance(3_600 * second);
    pair.command({ kind: 'power', state: 'on' });
    pair.advance(30 * second);
    expect(begun(pair)).toHaveLength(1);
  });

  it('TC_044_3_CS - power lost while it installs: the old version boots, and InstallationFailed is told then', () => {
    const pair = fetched();
    pair.clear();
    pair.command({ kind: 'power', state: 'off' });
    pair.advance(60 * second);
    pair.command({ kind: 'power', state: 'on' });
    pair.advance(60 * second);
    expect(told(pair, status)).toEqual(['InstallationFailed']);
    expect(bootedWith(pair)).not.toContain('2.0.0');
    expect(pair.statuses(1).at(-1)).toBe('Available');
  });

  it('OCPP 1.6 §4.5: offline the file is fetched all the same, and the CSMS hears where it stands when it is back', () => {
    const pair = bootedPair();
    update(pair);
    pair.clear();
    pair.csms.unreachable = true;
    pair.cut();
    endTask(pair, downloaded());
    pair.advance(60 * second);
    expect(pair.seen).toEqual([]);
    pair.csms.unreachable = false;
    pair.advance(600 * second);
    expect(told(pair, status)).toEqual(['Installed']);
    expect(bootedWith(pair)).toEqual(['2.0.0']);
    expect(pair.charger).not.toHaveProperty('firmware');
  });

  it('OCPP 1.6 §4.5: a status on its way when the link breaks is told again, one that the CSMS refuses is not', () => {
    const pair = bootedPair({ answers: { [status]: 'silent' } });
    update(pair);
    pair.csms.answers[status] = {};
    pair.cut();
    pair.advance(120 * second);
    expect(told(pair, status)).toEqual(['Downloading', 'Downloading']);
    pair.csms.answers[status] = { callError: 'InternalError' };
    endTask(pair, failed);
    pair.advance(600 * second);
    expect(told(pair, status)).toEqual(['Downloading', 'Downloading', 'DownloadFailed']);
    expect(pair.charger).not.toHaveProperty('firmware');
  });

  it('OCPP 1.6 §4.5: a CSMS that does not answer does not keep the charger from restarting', () => {
    const pair = fetched({ answers: { [status]: 'silent' } });
    pair.advance(120 * second);
    expect(bootedWith(pair)).toEqual(['2.0.0']);
  });

  it('OCPP 1.6 §4.5: a charger that connects on demand connects for it', () => {
    const pair = bootedPair({ connection: 'onDemand' });
    pair.command({ kind: 'connect', holdSeconds: 60 });
    pair.clear();
    update(pair, { retrieveDate: inSeconds(600) });
    pair.advance(599 * second);
    expect(pair.charger.link.state).toBe('down');
    pair.advance(second);
    expect(told(pair, status)).toEqual(['Downloading']);
    endTask(pair, downloaded());
    pair.advance(120 * second);
    expect(told(pair, status)).toEqual(['Downloading', 'Downloaded', 'Installing', 'Installed']);
  });
});

describe('failures on demand', () => {
  it('TC_044_2_CS - download: so many tries fail, without a file server', () => {
    const pair = bootedPair();
    fail(pair, { kind: 'download', times: 1 });
    update(pair, { retries: 2, retryInterval: 10 });
    expect(begun(pair)).toEqual([]);
    pair.advance(12 * second);
    expect(told(pair, status)).toEqual(['Downloading', 'Downloading']);
    endTask(pair, downloaded());
    expect(told(pair, status).at(-1)).toBe('Installing');
    expect(pair.charger.behaviour?.failures).toEqual([{ kind: 'download', times: 1, seen: 1, done: 1 }]);
  });

  it.each(['installation', 'verification'] as const)(
    'TC_044_3_CS - %s: InstallationFailed; the old version stays, without a restart; connectors are Available again',
    (kind) => {
      const pair = bootedPair();
      fail(pair, { kind });
      update(pair);
      endTask(pair, downloaded());
      pair.advance(60 * second);
      const installing = kind === 'installation' ? ['Installing'] : [];
      expect(told(pair, status)).toEqual(['Downloading', 'Downloaded', ...installing, 'InstallationFailed']);
      expect(bootedWith(pair)).toEqual([]);
      expect(pair.charger).not.toHaveProperty('firmware');
      expect([0, 1, 2].map((id) => pair.statuses(id).at(-1) ?? 'Available')).toEqual(Array(3).fill('Available'));
    },
  );
});

describe('TriggerMessage of FirmwareStatusNotification', () => {
  const trigger = (pair: Pair) => {
    pair.clear();
    pair.ask('TriggerMessage', { requestedMessage: status });
    return told(pair, status);
  };

  it('TC_054_CS - tells where the update stands, and Idle before and after', () => {
    const pair = bootedPair();
    expect(trigger(pair)).toEqual(['Idle']);
    update(pair, { retrieveDate: inSeconds(60), retries: 2 });
    expect(trigger(pair)).toEqual(['Idle']);
    pair.advance(60 * second);
    expect(trigger(pair)).toEqual(['Downloading']);
    endTask(pair, downloaded());
    expect(trigger(pair)).toEqual(['Installing']);
    pair.advance(60 * second);
    expect(trigger(pair)).toEqual(['Idle']);
  });
});

describe('security', () => {
  it('OCPP 1.6 §6.55: user and password of the location are shown nowhere', () => {
    const pair = bootedPair();
    update(pair, { retries: 2 });
    endTask(pair, failed);
    const shown = [pair.events, viewCharger(pair.charger, pair.now)].map((one) => JSON.stringify(one)).join();
    expect(shown).toContain('ftp://***@files.test/firmware/charger-2.0.0.bin');
    expect(shown).not.toContain('secret');
    pair.advance(60 * second);
    endTask(pair, failed);
    pair.advance(60 * second);
    expect(pair.document()).not.toContain('secret');
  });
});
