// Transactions while the CSMS cannot be reached (E04, E11, E12), that it does not answer (E13), and what it is told of them (E14). Numbers
// of events have no gaps over any of it.
import { bootedPairV201, eventsOf, misfits, storyOf } from '../../support/pair-v201';

const address = { evseId: 1 };

type Pair = ReturnType<typeof bootedPairV201>;

const network = (pair: Pair, state: 'offline' | 'online') => void pair.command({ kind: 'network', state });
const start = (pair: Pair) => void pair.command({ kind: 'startTransaction', address, idToken: 'TAG-1' });
const stop = (pair: Pair) => void pair.command({ kind: 'presentToken', address, idToken: 'TAG-1' });
const numbers = (pair: Pair) => eventsOf(pair).map(({ seqNo }) => seqNo);
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);
const running = (pair: Pair) => pair.charger.v201?.evses[0]?.transaction?.id;

describe('offline', () => {
  it('TC_E_40_CS: the connection is lost during a transaction: what happened meanwhile is told as offline', () => {
    const pair = bootedPairV201();
    start(pair);
    pair.advance(60_000);
    network(pair, 'offline');
    pair.advance(180_000);
    network(pair, 'online');
    pair.advance(60_000);
    expect(numbers(pair)).toEqual(upTo(7));
    expect(eventsOf(pair).map(({ offline }) => offline ?? false)).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
      false,
    ]);
    const times = eventsOf(pair).map(({ timestamp }) => Date.parse(timestamp));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(misfits(pair)).toEqual([]);
  });

  it('TC_E_43_CS: a whole transaction', () => {
    const pair = bootedPairV201({ variables: { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' } });
    network(pair, 'offline');
    start(pair);
    pair.advance(120_000);
    stop(pair);
    network(pair, 'online');
    expect(storyOf(pair)[0]).toMatch(/^Started/);
    expect(storyOf(pair).at(-1)).toBe('Ended StopAuthorized EVConnected Local');
    expect(eventsOf(pair).every(({ offline }) => offline)).toBe(true);
    expect(numbers(pair)).toEqual(upTo(5));
  });

  it('TC_E_44_CS: one that ends offline', () => {
    const pair = bootedPairV201();
    start(pair);
    network(pair, 'offline');
    stop(pair);
    network(pair, 'online');
    expect(eventsOf(pair).at(-1)).toMatchObject({ eventType: 'Ended', offline: true });
    expect(numbers(pair)).toEqual(upTo(3));
  });

  it('a reset and a power loss leave no gap, and the queue survives them', () => {
    const pair = bootedPairV201();
    start(pair);
    network(pair, 'offline');
    pair.advance(120_000);
    pair.command({ kind: 'power', state: 'cycle' });
    pair.advance(60_000);
    network(pair, 'online');
    pair.advance(60_000);
    expect(eventsOf(pair).at(-1)).toMatchObject({
      eventType: 'Ended',
      transactionInfo: { stoppedReason: 'PowerLoss' },
    });
    expect(numbers(pair)).toEqual(upTo(5));
  });

  it('gives up samples where the queue weighs too much, and no number with them (E04.FR.07)', () => {
    const pair = bootedPairV201({ variables: { 'SampledDataCtrlr.TxUpdatedInterval': '1' } });
    start(pair);
    network(pair, 'offline');
    pair.advance(3_600_000);
    stop(pair);
    network(pair, 'online');
    const events = eventsOf(pair);
    expect(pair.notes().some((note) => note.includes('samples given up'))).toBe(true);
    expect([events.length < 1000, events.length > 50]).toEqual([true, true]);
    expect(numbers(pair)).toEqual(upTo(events.length));
    expect(events.at(-1)?.eventType).toBe('Ended');
  });
});

describe('E13: the CSMS does not answer', () => {
  const retry = {
    'OCPPCommCtrlr.MessageAttempts[TransactionEvent]': '3',
    'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]': '10',
    'SampledDataCtrlr.TxUpdatedInterval': '0',
  };

  it.each([
    ['TC_E_42_CS', 'silent' as const],
    ['TC_E_51_CS', { callError: 'InternalError' }],
  ])('%s: sends it again with the same number, until it is taken', (_id, failing) => {
    const pair = bootedPairV201({ variables: retry });
    let left = 2;
    pair.csms.answers.TransactionEvent = () => (left-- > 0 ? failing : {});
    start(pair);
    pair.advance(300_000);
    expect(numbers(pair)).toEqual([0, 0, 0, 1]);
  });

  it.each([
    ['TC_E_41_CS', 'silent' as const],
    ['TC_E_50_CS', { callError: 'InternalError' }],
  ])('%s: gives it up after MessageAttempts, and goes on with the next', (_id, failing) => {
    const pair = bootedPairV201({ variables: retry });
    pair.csms.answers.TransactionEvent = ({ seqNo }) => (seqNo === 0 ? failing : {});
    start(pair);
    pair.advance(300_000);
    expect(numbers(pair)).toEqual([0, 0, 0, 1]);
    expect(pair.notes().some((note) => note.includes('TransactionEvent given up after 3 attempts'))).toBe(true);
  });
});

describe('E14: GetTransactionStatus', () => {
  const status = (pair: Pair, transactionId?: string) =>
    pair.ask('GetTransactionStatus', transactionId === undefined ? {} : { transactionId });

  /** The CSMS takes no event from now on. */
  const deaf = (pair: Pair) => {
    pair.csms.answers.TransactionEvent = 'silent';
  };

  it('TC_E_28_CS: an id that it does not know', () => {
    expect(status(bootedPairV201(), 'nothing')).toEqual({ ongoingIndicator: false, messagesInQueue: false });
  });

  it('TC_E_29_CS, TC_E_30_CS, TC_E_33_CS, TC_E_34_CS: ongoing, with and without messages', () => {
    const pair = bootedPairV201();
    start(pair);
    expect(status(pair, running(pair))).toEqual({ ongoingIndicator: true, messagesInQueue: false });
    expect(status(pair)).toEqual({ messagesInQueue: false });
    deaf(pair);
    pair.advance(60_000);
    expect(status(pair, running(pair))).toEqual({ ongoingIndicator: true, messagesInQueue: true });
    expect(status(pair)).toEqual({ messagesInQueue: true });
  });

  it('TC_E_31_CS, TC_E_32_CS: ended, with and without messages', () => {
    const pair = bootedPairV201();
    start(pair);
    const id = running(pair) ?? '';
    deaf(pair);
    stop(pair);
    expect(status(pair, id)).toEqual({ ongoingIndicator: false, messagesInQueue: true });
    pair.csms.answers.TransactionEvent = {};
    pair.advance(300_000);
    expect(status(pair, id)).toEqual({ ongoingIndicator: false, messagesInQueue: false });
  });
});

describe('the document', () => {
  it('stays under 8 KB for an idle station, of every model', () => {
    for (const model of ['ac-7kw-single-phase', 'ac-22kw-two-socket', 'dc-50kw-ccs-chademo', 'dc-150kw']) {
      const pair = bootedPairV201({ model });
      pair.advance(3_600_000);
      expect(JSON.stringify(pair.charger).length).toBeLessThan(2_500);
    }
  });

  it('of a station that charges likewise', () => {
    const pair = bootedPairV201();
    start(pair);
    pair.advance(3_600_000);
    expect(JSON.stringify(pair.charger).length).toBeLessThan(4_000);
  });

  it('a tester’s own TransactionEvent takes the number that comes next', () => {
    const pair = bootedPairV201({ variables: { 'SampledDataCtrlr.TxUpdatedInterval': '0' } });
    start(pair);
    expect(pair.command({ kind: 'sendMessage', action: 'TransactionEvent', validate: true })?.ok).toBe(true);
    stop(pair);
    expect(numbers(pair)).toEqual([0, 1, 2, 3]);
  });
});
