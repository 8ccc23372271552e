// What hands and tokens cannot do at a connector, and how the charger says so: kind, reason, state found.

import type { Command } from '../../../lib/charger/command';
import { bootedPair, type Pair } from '../../support/pair';

const at1 = { connectorId: 1 };
const refusal = (kind: string, text: string) => ({
  ok: false,
  refusal: { kind, detail: expect.stringContaining(text) },
});

/** A refused command leaves the document as it was. */
function refused(pair: Pair, command: Command, expected: object): void {
  const before = JSON.stringify(pair.charger);
  expect(pair.command(command)).toMatchObject(expected);
  expect(JSON.stringify(pair.charger)).toBe(before);
}

describe('addresses', () => {
  it.each([{ connectorId: 3 }, { connectorId: 0 }, { evseId: 3 }, { evseId: 1, connectorId: 2 }])(
    '%j is notFound, and the answer says what there is',
    (address) => {
      const pair = bootedPair();
      const expected = refusal('notFound', 'connectors 1 to 2 on 2 EVSEs');
      refused(pair, { kind: 'plugIn', address }, expected);
      refused(pair, { kind: 'unplug', address }, expected);
      refused(pair, { kind: 'presentToken', address, idToken: 'TAG-1' }, expected);
      refused(pair, { kind: 'setEv', address, ev: {} }, expected);
      refused(pair, { kind: 'startTransaction', address, idToken: 'TAG-1' }, expected);
    },
  );

  it('left out, the connector is 1', () => {
    const pair = bootedPair();
    pair.command({ kind: 'plugIn', address: {} });
    expect(pair.statuses(1)).toEqual(['Preparing']);
  });

  it('an EVSE is as good an address as a connector', () => {
    const pair = bootedPair();
    pair.command({ kind: 'plugIn', address: { evseId: 2 } });
    expect(pair.statuses(2)).toEqual(['Preparing']);
  });
});

describe('cable', () => {
  it('a second EV on a connector is refused with the state', () => {
    const pair = bootedPair();
    pair.command({ kind: 'plugIn', address: at1 });
    refused(
      pair,
      { kind: 'plugIn', address: at1 },
      { refusal: { kind: 'wrongState', extra: { status: 'Preparing', cable: 'connected' } } },
    );
  });

  it('taking out what is not in is refused with the state', () => {
    const pair = bootedPair();
    refused(
      pair,
      { kind: 'unplug', address: at1 },
      { refusal: { kind: 'wrongState', extra: { status: 'Available' } } },
    );
  });

  it('taking the cable out of an EV that is not there is refused', () => {
    const pair = bootedPair();
    pair.command({ kind: 'plugIn', address: at1 });
    pair.command({ kind: 'unplug', address: at1, side: 'ev' });
    refused(pair, { kind: 'unplug', address: at1, side: 'ev' }, refusal('wrongState', 'no EV is connected'));
  });
});

describe('token', () => {
  it.each(['', 'x'.repeat(21)])('%j is no CiString20 (§7.28)', (idToken) => {
    const pair = bootedPair();
    const expected = {
      refusal: { kind: 'badInput', errors: [{ path: 'idToken', message: expect.stringContaining('1 to 20') }] },
    };
    refused(pair, { kind: 'presentToken', address: at1, idToken }, expected);
    refused(pair, { kind: 'startTransaction', address: at1, idToken }, expected);
  });

  it('another token while one waits for its EV is refused', () => {
    const pair = bootedPair();
    pair.command({ kind: 'presentToken', address: at1, idToken: 'TAG-1' });
    refused(pair, { kind: 'presentToken', address: at1, idToken: 'TAG-2' }, refusal('wrongState', 'another token'));
  });

  it('an order to start where a transaction runs is refused, naming it', () => {
    const pair = bootedPair();
    pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    refused(
      pair,
      { kind: 'startTransaction', address: at1, idToken: 'TAG-2' },
      { refusal: { kind: 'wrongState', extra: { status: 'Charging', transaction: { transactionId: 101 } } } },
    );
  });
});

describe('EV', () => {
  const wrong = [{ soc: 101 }, { batteryCapacityWh: 0 }, { chargingCurve: [] }, { preset: 'submarine' }];

  it.each(wrong)('%j is badInput when it plugs in', (ev) => {
    const pair = bootedPair();
    refused(pair, { kind: 'plugIn', address: at1, ev }, refusal('badInput', 'ev.'));
    refused(pair, { kind: 'startTransaction', address: at1, idToken: 'TAG-1', ev }, refusal('badInput', 'ev.'));
  });

  it.each(wrong)('%j is badInput when it is set, with an EV connected and without', (ev) => {
    const pair = bootedPair();
    refused(pair, { kind: 'setEv', address: at1, ev }, refusal('badInput', 'ev.'));
    pair.command({ kind: 'plugIn', address: at1 });
    refused(pair, { kind: 'setEv', address: at1, ev }, refusal('badInput', 'ev.'));
    refused(pair, { kind: 'startTransaction', address: at1, idToken: 'TAG-1', ev }, refusal('badInput', 'ev.'));
  });

  it('set before it comes counts for the next plug-in', () => {
    const pair = bootedPair();
    pair.command({ kind: 'setEv', address: at1, ev: { soc: 77 } });
    pair.command({ kind: 'plugIn', address: at1 });
    expect(pair.charger.evses[0]?.ev?.soc).toBe(77);
  });
});
