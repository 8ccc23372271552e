// Availability (block G) and what a while offline is followed by (B04).
import { bootedPairV201, misfits, statusesOf, storyOf } from '../../support/pair-v201';

const address = { evseId: 1 };

type Pair = ReturnType<typeof bootedPairV201>;

const change = (pair: Pair, operationalStatus: string, evse?: object) =>
  pair.ask('ChangeAvailability', { operationalStatus, ...(evse ? { evse } : {}) })?.status;

const dc = { model: 'dc-50kw-ccs-chademo' };

describe('G01: statuses', () => {
  it('TC_G_01_CS, TC_G_02_CS: Available, Occupied and back', () => {
    const pair = bootedPairV201();
    pair.command({ kind: 'plugIn', address });
    pair.command({ kind: 'unplug', address });
    expect(statusesOf(pair)).toEqual(['Occupied', 'Available']);
    expect(statusesOf(pair, 2)).toEqual([]);
    expect(misfits(pair)).toEqual([]);
  });

  it('TC_G_20_CS: a lock that fails: Faulted, and no energy', () => {
    const pair = bootedPairV201();
    pair.command({ kind: 'raiseFault', address, fault: { errorCode: 'ConnectorLockFailure' } });
    pair.command({ kind: 'plugIn', address });
    pair.command({ kind: 'presentToken', address, idToken: 'TAG-1' });
    expect(statusesOf(pair)).toEqual(['Faulted']);
    expect(storyOf(pair)).toEqual([]);
  });
});

describe('G03, G04: ChangeAvailability', () => {
  it.each([
    [
      'TC_G_03_CS, TC_G_04_CS',
      { id: 1 },
      [
        ['Unavailable', 'Available'],
        ['Unavailable', 'Available'],
      ],
    ],
    [
      'TC_G_05_CS, TC_G_06_CS',
      undefined,
      [
        ['Unavailable', 'Available'],
        ['Unavailable', 'Available'],
      ],
    ],
    ['TC_G_07_CS, TC_G_08_CS', { id: 1, connectorId: 2 }, [[], ['Unavailable', 'Available']]],
  ])('%s: %j', (_ids, evse, statuses) => {
    const pair = bootedPairV201(dc);
    expect(change(pair, 'Inoperative', evse)).toBe('Accepted');
    expect(change(pair, 'Operative', evse)).toBe('Accepted');
    expect([statusesOf(pair, 1, 1), statusesOf(pair, 1, 2)]).toEqual(statuses);
  });

  it.each([
    ['TC_G_09_CS, TC_G_10_CS', { id: 1 }],
    ['TC_G_12_CS, TC_G_13_CS', undefined],
    ['TC_G_15_CS, TC_G_16_CS', { id: 1, connectorId: 1 }],
  ])('%s: what is so already changes nothing', (_ids, evse) => {
    const pair = bootedPairV201();
    expect(change(pair, 'Operative', evse)).toBe('Accepted');
    expect(statusesOf(pair)).toEqual([]);
    change(pair, 'Inoperative', evse);
    expect(change(pair, 'Inoperative', evse)).toBe('Accepted');
    expect(statusesOf(pair)).toEqual(['Unavailable']);
  });

  it.each([
    ['TC_G_11_CS', { id: 1 }, []],
    ['TC_G_14_CS', undefined, ['Unavailable']],
    ['TC_G_17_CS', { id: 1, connectorId: 1 }, []],
  ])('%s: with a transaction it is scheduled', (_id, evse, others) => {
    const pair = bootedPairV201();
    pair.command({ kind: 'startTransaction', address, idToken: 'TAG-1' });
    expect(change(pair, 'Inoperative', evse)).toBe('Scheduled');
    expect(statusesOf(pair)).toEqual(['Occupied']);
    pair.command({ kind: 'presentToken', address, idToken: 'TAG-1' });
    expect(statusesOf(pair)).toEqual(['Occupied', 'Unavailable']);
    expect(statusesOf(pair, 2)).toEqual(others);
  });

  it('a change that waits is taken back by another', () => {
    const pair = bootedPairV201();
    pair.command({ kind: 'startTransaction', address, idToken: 'TAG-1' });
    change(pair, 'Inoperative', { id: 1 });
    expect(change(pair, 'Operative', { id: 1 })).toBe('Accepted');
    pair.command({ kind: 'presentToken', address, idToken: 'TAG-1' });
    expect(statusesOf(pair)).toEqual(['Occupied']);
  });

  it.each([
    ['TC_G_18_CS', { id: 1 }],
    ['TC_G_19_CS', { id: 1, connectorId: 1 }],
    ['TC_G_21_CS, TC_B_23_CS', undefined],
  ])('%s: survives a reboot', (_id, evse) => {
    const pair = bootedPairV201();
    change(pair, 'Inoperative', evse);
    pair.clear();
    pair.ask('Reset', { type: 'Immediate' });
    pair.advance(60_000);
    expect(statusesOf(pair)).toEqual(['Unavailable']);
  });

  it('a station that is back in service keeps what is out of service by itself (G04)', () => {
    const pair = bootedPairV201();
    change(pair, 'Inoperative', { id: 2 });
    change(pair, 'Inoperative');
    change(pair, 'Operative');
    expect([statusesOf(pair, 1).at(-1), statusesOf(pair, 2).at(-1)]).toEqual(['Available', 'Unavailable']);
  });

  it('rejects what it does not have; nobody starts where it is out of service', () => {
    const pair = bootedPairV201();
    expect(change(pair, 'Inoperative', { id: 7 })).toBe('Rejected');
    expect(change(pair, 'Inoperative', { id: 1, connectorId: 2 })).toBe('Rejected');
    change(pair, 'Inoperative', { id: 1 });
    expect(pair.command({ kind: 'presentToken', address, idToken: 'TAG-1' })).toMatchObject({
      refusal: { kind: 'wrongState' },
    });
  });
});

describe('B04: after a while offline', () => {
  it.each([
    ['TC_B_51_CS', 601_000, [['Occupied'], ['Available']]],
    ['TC_B_52_CS', 599_000, [['Occupied'], []]],
  ])('%s: %d ms, OfflineThreshold is ten minutes', (_id, ms, statuses) => {
    const pair = bootedPairV201();
    pair.command({ kind: 'network', state: 'offline' });
    pair.advance(ms / 2);
    pair.command({ kind: 'plugIn', address });
    pair.advance(ms / 2);
    pair.command({ kind: 'network', state: 'online' });
    expect([statusesOf(pair, 1), statusesOf(pair, 2)]).toEqual(statuses);
  });

  it('attempts to connect that fail do not begin it anew', () => {
    const pair = bootedPairV201();
    pair.csms.unreachable = true;
    pair.cut();
    pair.advance(1_200_000);
    pair.csms.unreachable = false;
    pair.advance(300_000);
    expect([statusesOf(pair, 1), statusesOf(pair, 2)]).toEqual([['Available'], ['Available']]);
  });
});
