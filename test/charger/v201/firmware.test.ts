// Firmware of OCPP 2.0.1 (block L): updates without a signature, statuses in order, sessions meanwhile; firmware published for others. Signed
// firmware is in signed-firmware.test.ts; what the file does on the network is tested in test/tasks.
import { viewCharger } from '../../../lib/charger/view';
import { type Pair, start } from '../../support/pair';
import { begun, downloaded, endTask, failed, told } from '../../support/pair-transfers';
import { bootedPairV201, eventsOf, misfits, type PairOptionsV201, statusesOf } from '../../support/pair-v201';

const second = 1_000;
const location = 'ftp://admin:secret@files.test/firmware/charger-2.0.0.bin';
const status = 'FirmwareStatusNotification';
const quiet = { 'SampledDataCtrlr.TxUpdatedInterval': '0' };
const inSeconds = (seconds: number) => new Date(start + seconds * second).toISOString();

const booted = ({ variables, ...more }: PairOptionsV201 = {}) =>
  bootedPairV201({ ...more, variables: { ...quiet, ...variables } });

function update(pair: Pair, { firmware = {}, ...more }: Record<string, unknown> = {}) {
  const times = { retrieveDateTime: inSeconds(-60) };
  return pair.ask('UpdateFirmware', {
    requestId: 7,
    firmware: { location, ...times, ...(firmware as object) },
    ...more,
  });
}

function fetched(options: PairOptionsV201 = {}): Pair {
  const pair = booted(options);
  update(pair);
  endTask(pair, downloaded());
  return pair;
}

const charge = (pair: Pair, evseId = 1) =>
  pair.command({ kind: 'startTransaction', address: { evseId }, idToken: 'TAG-1' });
const stop = (pair: Pair) =>
  pair.command({
    kind: 'stopTransaction',
    transactionId: eventsOf(pair).at(-1)?.transactionInfo.transactionId ?? '',
    unplug: true,
  });
const trigger = (pair: Pair, requestedMessage: string) => {
  pair.clear();
  expect(pair.ask('TriggerMessage', { requestedMessage })).toEqual({ status: 'Accepted' });
  return pair.calls(requestedMessage).map(({ payload }) => payload);
};

describe('L02: UpdateFirmware without a signature', () => {
  it('every status in order with the requestId; restarts into the new version, and boots with FirmwareUpdate', () => {
    const pair = booted();
    expect(update(pair)).toEqual({ status: 'Accepted' });
    expect(begun(pair)).toEqual([{ kind: 'download', location }]);
    endTask(pair, downloaded());
    pair.advance(60 * second);
    expect(told(pair, status)).toEqual(['Downloading', 'Downloaded', 'Installing', 'InstallRebooting', 'Installed']);
    expect(pair.calls(status).every(({ payload }) => payload.requestId === 7)).toBe(true);
    expect(pair.calls('BootNotification')[0]?.payload).toMatchObject({
      reason: 'FirmwareUpdate',
      chargingStation: { firmwareVersion: '2.0.0' },
    });
    expect(pair.calls('SecurityEventNotification').map(({ payload }) => payload.type)).toContain('FirmwareUpdated');
    expect(pair.charger).not.toHaveProperty('firmware');
    expect(misfits(pair)).toEqual([]);
  });

  it('DownloadScheduled, InstallScheduled: at the times that the CSMS gives', () => {
    const pair = booted();
    update(pair, { firmware: { retrieveDateTime: inSeconds(60), installDateTime: inSeconds(600) } });
    expect(told(pair, status)).toEqual(['DownloadScheduled']);
    pair.advance(60 * second);
    endTask(pair, downloaded());
    expect(told(pair, status)).toEqual(['DownloadScheduled', 'Downloading', 'Downloaded', 'InstallScheduled']);
    pair.advance(540 * second);
    expect(told(pair, status).at(-1)).toBe('Installing');
  });

  it('is tried again: DownloadPaused between the tries, DownloadFailed at the end', () => {
    const pair = booted();
    update(pair, { retries: 2, retryInterval: 40 });
    endTask(pair, failed);
    pair.advance(40 * second);
    endTask(pair, failed);
    expect(told(pair, status)).toEqual(['Downloading', 'DownloadPaused', 'Downloading', 'DownloadFailed']);
  });

  it('a newer request cancels the one under way, unless that is being installed', () => {
    const pair = booted();
    update(pair);
    expect(update(pair, { requestId: 8 })).toEqual({ status: 'AcceptedCanceled' });
    endTask(pair, downloaded());
    expect(pair.calls(status).at(-1)?.payload).toEqual({ status: 'Installing', requestId: 8 });
    expect(update(pair, { requestId: 9 })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'Busy' } });
  });

  it('half a signature is no signature', () => {
    const pair = booted();
    expect(update(pair, { firmware: { signature: 'c2lnbmVk' } })).toMatchObject({ status: 'Rejected' });
    expect(begun(pair)).toEqual([]);
  });

  it('TC_F_18_CS, TC_F_19_CS: triggered, it is the last status with its requestId, Idle after Installed', () => {
    const pair = booted();
    expect(trigger(pair, status)).toEqual([{ status: 'Idle' }]);
    update(pair);
    expect(trigger(pair, status)).toEqual([{ status: 'Downloading', requestId: 7 }]);
    endTask(pair, failed);
    expect(trigger(pair, status)).toEqual([{ status: 'DownloadFailed', requestId: 7 }]);
    update(pair);
    endTask(pair, downloaded());
    pair.advance(60 * second);
    expect(trigger(pair, status)).toEqual([{ status: 'Idle' }]);
  });

  it('what the CSMS could not be told it hears when it is back', () => {
    const pair = booted();
    update(pair);
    pair.csms.unreachable = true;
    pair.cut();
    endTask(pair, failed);
    expect(told(pair, status)).toEqual(['Downloading']);
    pair.csms.unreachable = false;
    pair.advance(120 * second);
    expect(told(pair, status)).toEqual(['Downloading', 'DownloadFailed']);
  });

  it('no log and no view shows the credentials of its location', () => {
    const pair = fetched();
    expect(JSON.stringify(pair.events)).not.toContain('secret');
    expect(JSON.stringify(viewCharger(pair.charger, pair.now))).not.toContain('secret');
  });
});

describe('L01.FR.06, L01.FR.07: sessions while firmware waits to be installed', () => {
  it('the session that runs is waited for, and nobody else may begin', () => {
    const pair = booted();
    charge(pair);
    update(pair);
    endTask(pair, downloaded());
    expect([told(pair, status).at(-1), statusesOf(pair, 2).at(-1)]).toEqual(['Downloaded', 'Unavailable']);
    expect(charge(pair, 2)).toMatchObject({ ok: false, refusal: { kind: 'wrongState' } });
    stop(pair);
    expect([told(pair, status).at(-1), statusesOf(pair, 1).at(-1)]).toEqual(['Installing', 'Unavailable']);
    pair.advance(60 * second);
    expect([1, 2].map((evseId) => statusesOf(pair, evseId).at(-1))).toEqual(['Available', 'Available']);
  });

  it('with AllowNewSessionsPendingFirmwareUpdate others begin, and are waited for as well', () => {
    const pair = booted({ variables: { 'ChargingStation.AllowNewSessionsPendingFirmwareUpdate': 'true' } });
    charge(pair);
    const first = eventsOf(pair).at(-1)?.transactionInfo.transactionId ?? '';
    update(pair);
    endTask(pair, downloaded());
    expect(charge(pair, 2)).toMatchObject({ ok: true });
    pair.command({ kind: 'stopTransaction', transactionId: first, unplug: true });
    expect(told(pair, status).at(-1)).toBe('Downloaded');
    const last = pair.charger.v201?.evses[1]?.transaction?.id ?? '';
    pair.command({ kind: 'stopTransaction', transactionId: last, unplug: true });
    expect(told(pair, status).at(-1)).toBe('Installing');
    expect(charge(pair)).toMatchObject({ ok: false });
  });
});

describe('L03, L04: firmware published for others', () => {
  const checksum = '9E107D9D372BB6826BD81D3542A419D6';
  const published = 'PublishFirmwareStatusNotification';
  const publish = (pair: Pair, more: Record<string, unknown> = {}) =>
    pair.ask('PublishFirmware', { location, checksum, requestId: 3, ...more });
  const unpublish = (pair: Pair) => pair.ask('UnpublishFirmware', { checksum })?.status;
  const whole = () => downloaded({ md5: checksum.toLowerCase() });

  it('is fetched, verified and published where it was fetched from, without the credentials; then unpublished', () => {
    const pair = booted();
    expect(publish(pair)).toEqual({ status: 'Accepted' });
    expect(begun(pair)).toEqual([{ kind: 'download', location, md5: true }]);
    expect(unpublish(pair)).toBe('DownloadOngoing');
    expect(publish(pair)).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'Busy' } });
    endTask(pair, whole());
    expect(told(pair, published)).toEqual(['Downloading', 'Downloaded', 'ChecksumVerified', 'Published']);
    expect(pair.calls(published).at(-1)?.payload).toEqual({
      status: 'Published',
      requestId: 3,
      location: ['ftp://files.test/firmware/charger-2.0.0.bin'],
    });
    expect(misfits(pair)).toEqual([]);
    expect([unpublish(pair), unpublish(pair)]).toEqual(['Unpublished', 'NoFirmware']);
    expect(pair.charger.v201).not.toHaveProperty('publishing');
  });

  it('InvalidChecksum: is not published', () => {
    const pair = booted();
    publish(pair);
    endTask(pair, downloaded({ md5: 'f'.repeat(32) }));
    expect(told(pair, published)).toEqual(['Downloading', 'Downloaded', 'InvalidChecksum']);
    expect(unpublish(pair)).toBe('NoFirmware');
    expect(publish(pair, { checksum: 'no MD5' })).toMatchObject({ status: 'Rejected' });
  });

  it('is tried again, also after a loss of power; then DownloadFailed', () => {
    const pair = booted();
    publish(pair, { retries: 2, retryInterval: 30 });
    endTask(pair, failed);
    expect(told(pair, published)).toEqual(['Downloading', 'DownloadPaused']);
    pair.advance(30 * second);
    expect(begun(pair)).toHaveLength(2);
    pair.command({ kind: 'power', state: 'off' });
    pair.command({ kind: 'power', state: 'on' });
    pair.advance(60 * second);
    expect(begun(pair)).toHaveLength(3);
    endTask(pair, failed);
    expect(told(pair, published).at(-1)).toBe('DownloadFailed');
    expect(trigger(pair, published)).toEqual([{ status: 'Idle' }]);
  });

  it('what happens offline is told, in order, when the CSMS can be reached', () => {
    const pair = booted();
    publish(pair);
    pair.csms.unreachable = true;
    pair.cut();
    endTask(pair, whole());
    pair.csms.unreachable = false;
    pair.advance(120 * second);
    expect(told(pair, published)).toEqual(['Downloading', 'Downloaded', 'ChecksumVerified', 'Published']);
  });
});
