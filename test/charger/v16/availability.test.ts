// ChangeAvailability (OCPP 1.6 §5.2).
import { bootedPair, type Pair, type PairOptions } from '../../support/pair';

const at1 = { connectorId: 1 };
const change = (pair: Pair, connectorId: number, type: 'Operative' | 'Inoperative') =>
  pair.ask('ChangeAvailability', { connectorId, type })?.status;
const quiet: PairOptions = { configuration: { MeterValueSampleInterval: '0' } };

function charging(): Pair {
  const pair = bootedPair(quiet);
  pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
  pair.clear();
  return pair;
}

describe('without a transaction', () => {
  it('a connector: Accepted, told as Unavailable and Available; the others stay', () => {
    const pair = bootedPair();
    expect(change(pair, 1, 'Inoperative')).toBe('Accepted');
    expect(change(pair, 1, 'Operative')).toBe('Accepted');
    expect(pair.statuses(1)).toEqual(['Unavailable', 'Available']);
    expect([...pair.statuses(0), ...pair.statuses(2)]).toEqual([]);
  });

  it('connector 0: the charger and all connectors', () => {
    const pair = bootedPair();
    expect(change(pair, 0, 'Inoperative')).toBe('Accepted');
    expect([0, 1, 2].map((id) => pair.statuses(id))).toEqual([['Unavailable'], ['Unavailable'], ['Unavailable']]);
    expect(change(pair, 0, 'Operative')).toBe('Accepted');
    expect([0, 1, 2].map((id) => pair.statuses(id).at(-1))).toEqual(['Available', 'Available', 'Available']);
  });

  it.each([
    [0, 'Operative'],
    [1, 'Operative'],
  ] as const)('a state that it has already: connector %s %s is Accepted, nothing is told', (connectorId, type) => {
    const pair = bootedPair();
    expect(change(pair, connectorId, type)).toBe('Accepted');
    expect(pair.actions()).toEqual([]);
  });

  it('Inoperative twice is Accepted twice and told once', () => {
    const pair = bootedPair();
    change(pair, 1, 'Inoperative');
    expect(change(pair, 1, 'Inoperative')).toBe('Accepted');
    expect(pair.statuses(1)).toEqual(['Unavailable']);
  });

  it('an unknown connector is Rejected', () => {
    expect(change(bootedPair(), 3, 'Inoperative')).toBe('Rejected');
  });

  it('nobody charges at a connector out of service', () => {
    const pair = bootedPair();
    change(pair, 1, 'Inoperative');
    pair.command({ kind: 'plugIn', address: at1 });
    const outcome = pair.command({ kind: 'presentToken', address: at1, idToken: 'TAG-1' });
    expect(outcome).toMatchObject({ refusal: { kind: 'wrongState', detail: expect.stringContaining('Unavailable') } });
    expect(pair.calls('Authorize')).toHaveLength(0);
    expect(pair.statuses(1)).toEqual(['Unavailable']);
  });

  it('OCPP 1.6 §4.9 H2 - set operative with a cable in: Preparing', () => {
    const pair = bootedPair();
    change(pair, 1, 'Inoperative');
    pair.command({ kind: 'plugIn', address: at1 });
    change(pair, 1, 'Operative');
    expect(pair.statuses(1)).toEqual(['Unavailable', 'Preparing']);
  });

  it('a token that waits for its EV loses its place', () => {
    const pair = bootedPair();
    pair.command({ kind: 'presentToken', address: at1, idToken: 'TAG-1' });
    expect(change(pair, 1, 'Inoperative')).toBe('Accepted');
    change(pair, 1, 'Operative');
    pair.command({ kind: 'plugIn', address: at1 });
    expect(pair.calls('StartTransaction')).toHaveLength(0);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Unavailable', 'Available', 'Preparing']);
  });

  it('a token that the CSMS accepts only when the connector is out of service already does not start', () => {
    const pair = bootedPair({ answers: { Authorize: 'silent' } });
    pair.command({ kind: 'plugIn', address: at1 });
    const id = pair.begin({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    change(pair, 1, 'Inoperative');
    const messageId = pair.calls('Authorize')[0]?.messageId;
    pair.input({ kind: 'frame', text: JSON.stringify([3, messageId, { idTagInfo: { status: 'Accepted' } }]) });
    expect(pair.outcomes[id]).toMatchObject({ refusal: { kind: 'wrongState' } });
    expect(pair.calls('StartTransaction')).toHaveLength(0);
  });
});

describe('during a transaction', () => {
  it('Scheduled: charging goes on, Unavailable when it has ended', () => {
    const pair = charging();
    expect(change(pair, 1, 'Inoperative')).toBe('Scheduled');
    pair.advance(60_000);
    expect(pair.statuses(1)).toEqual([]);
    pair.command({ kind: 'stopTransaction', transactionId: '101' });
    pair.command({ kind: 'unplug', address: at1 });
    expect(pair.statuses(1).at(-1)).toBe('Unavailable');
    expect(pair.statuses(1)).not.toContain('Available');
  });

  it('Scheduled and taken back: Available at the end', () => {
    const pair = charging();
    change(pair, 1, 'Inoperative');
    expect(change(pair, 1, 'Operative')).toBe('Accepted');
    pair.command({ kind: 'stopTransaction', transactionId: '101', unplug: true });
    expect(pair.statuses(1)).toEqual(['Finishing', 'Available']);
  });

  it('connector 0: idle connectors at once, the busy one and the charger when the transaction has ended', () => {
    const pair = charging();
    expect(change(pair, 0, 'Inoperative')).toBe('Scheduled');
    expect(pair.statuses(2)).toEqual(['Unavailable']);
    expect(pair.statuses(0)).toEqual([]);
    pair.command({ kind: 'stopTransaction', transactionId: '101', unplug: true });
    expect(pair.statuses(0)).toEqual(['Unavailable']);
    expect(pair.statuses(1).at(-1)).toBe('Unavailable');
  });

  it('connector 0 with two transactions: the charger follows the last of them', () => {
    const pair = charging();
    pair.command({ kind: 'startTransaction', address: { connectorId: 2 }, idToken: 'TAG-2' });
    change(pair, 0, 'Inoperative');
    pair.command({ kind: 'stopTransaction', transactionId: '101', unplug: true });
    expect(pair.statuses(0)).toEqual([]);
    pair.command({ kind: 'stopTransaction', transactionId: '102', unplug: true });
    expect(pair.statuses(0)).toEqual(['Unavailable']);
  });

  it('a connector scheduled by connector 0 and taken back by itself stays in service', () => {
    const pair = charging();
    change(pair, 0, 'Inoperative');
    expect(change(pair, 1, 'Operative')).toBe('Accepted');
    pair.command({ kind: 'stopTransaction', transactionId: '101', unplug: true });
    expect(pair.statuses(1).at(-1)).toBe('Available');
    expect(pair.statuses(0)).toEqual(['Unavailable']);
  });

  it('the other connector changes at once', () => {
    const pair = charging();
    expect(change(pair, 2, 'Inoperative')).toBe('Accepted');
    expect(pair.statuses(2)).toEqual(['Unavailable']);
  });
});

describe('over a reboot', () => {
  it.each([0, 1])('OCPP 1.6 §5.2 - connector %s stays Unavailable', (connectorId) => {
    const pair = bootedPair();
    change(pair, connectorId, 'Inoperative');
    pair.clear();
    pair.ask('Reset', { type: 'Hard' });
    pair.advance(10_000);
    expect(pair.statuses(connectorId)).toEqual(['Unavailable']);
    expect(pair.statuses(1)).toEqual(['Unavailable']);
    expect(pair.statuses(2)).toEqual([connectorId === 0 ? 'Unavailable' : 'Available']);
  });

  it('OCPP 1.6 §5.2 - what was scheduled takes effect with the reset that ends the transaction', () => {
    const pair = charging();
    change(pair, 1, 'Inoperative');
    pair.ask('Reset', { type: 'Soft' });
    pair.advance(10_000);
    expect(pair.statuses(1).at(-1)).toBe('Unavailable');
  });
});
