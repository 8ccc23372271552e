// TriggerMessage (OCPP 1.6 §5.17) and ExtendedTriggerMessage (security whitepaper): what is sent, for which connectors, and when.
import { bootedPair, createPair, type Pair, type PairOptions, start } from '../../support/pair';

const requests = ['TriggerMessage', 'ExtendedTriggerMessage'] as const;

function trigger(pair: Pair, requestedMessage: string, connectorId?: number, request = 'TriggerMessage') {
  return pair.ask(request, { requestedMessage, ...(connectorId === undefined ? {} : { connectorId }) })?.status;
}

/** Of the messages sent: action and connector. */
const sent = (pair: Pair) =>
  pair.seen.map(({ action, payload: { connectorId } }) =>
    connectorId === undefined ? action : `${action}/${connectorId}`,
  );

const charge = (pair: Pair, connectorId = 1) =>
  pair.command({ kind: 'startTransaction', address: { connectorId }, idToken: 'TAG' });

function pendingPair(options: PairOptions = {}): Pair {
  const answer = { status: 'Pending', currentTime: new Date(start).toISOString(), interval: 600 };
  return bootedPair({ answers: { BootNotification: answer }, ...options });
}

interface MeterValue {
  timestamp: string;
  sampledValue: { measurand: string; context: string; value: string }[];
}
const samples = (pair: Pair) => pair.calls('MeterValues').flatMap(({ payload }) => payload.meterValue as MeterValue[]);

describe('TriggerMessage', () => {
  it.each([
    ['BootNotification', ['BootNotification']],
    ['DiagnosticsStatusNotification', ['DiagnosticsStatusNotification']],
    ['FirmwareStatusNotification', ['FirmwareStatusNotification']],
    ['Heartbeat', ['Heartbeat']],
    ['MeterValues', ['MeterValues/0', 'MeterValues/1', 'MeterValues/2']],
    ['StatusNotification', ['StatusNotification/0', 'StatusNotification/1', 'StatusNotification/2']],
  ])('TC_054_CS - %s: accepted, and then sent for all connectors it is about', (requestedMessage, messages) => {
    const pair = bootedPair();
    expect(trigger(pair, requestedMessage)).toBe('Accepted');
    expect(sent(pair).slice(0, messages.length)).toEqual(messages);
    const frames = pair.frames().map(({ direction, type, action }) => `${direction} ${type} ${action}`);
    expect(frames.slice(0, 3)).toEqual([
      'received call TriggerMessage',
      'sent result TriggerMessage',
      `sent call ${requestedMessage}`,
    ]);
  });

  it.each([
    ['BootNotification', 1],
    ['DiagnosticsStatusNotification', 1],
    ['FirmwareStatusNotification', 99],
    ['Heartbeat', 99],
  ])('§5.17 - %s is about no connector: connectorId %i is ignored', (requestedMessage, connectorId) => {
    const pair = bootedPair();
    expect(trigger(pair, requestedMessage, connectorId)).toBe('Accepted');
    expect(sent(pair)[0]).toBe(requestedMessage);
  });

  it.each([
    ['MeterValues', 0],
    ['MeterValues', 2],
    ['StatusNotification', 0],
    ['StatusNotification', 2],
  ])('TC_054_CS - %s of connector %i alone', (requestedMessage, connectorId) => {
    const pair = bootedPair();
    expect(trigger(pair, requestedMessage, connectorId)).toBe('Accepted');
    expect(sent(pair)).toEqual([`${requestedMessage}/${connectorId}`]);
  });

  it.each([
    ['MeterValues', 3],
    ['MeterValues', -1],
    ['StatusNotification', 3],
  ])('TC_055_CS - %s of connector %i, which there is not, is Rejected, and nothing is sent', (message, connectorId) => {
    const pair = bootedPair();
    const before = pair.document();
    for (const request of requests) expect(trigger(pair, message, connectorId, request)).toBe('Rejected');
    expect(pair.seen).toEqual([]);
    expect(pair.document()).toBe(before);
  });

  it.each(['DiagnosticsStatusNotification', 'FirmwareStatusNotification'])(
    'TC_054_CS - %s is Idle while nothing is under way (§7.24, §7.25)',
    (message) => {
      const pair = bootedPair();
      trigger(pair, message);
      expect(pair.calls(message)[0]?.payload).toEqual({ status: 'Idle' });
    },
  );

  it('TC_054_CS - MeterValues: the measurands of MeterValuesSampledData now, in the context Trigger, with the transaction', () => {
    const pair = bootedPair({ configuration: { MeterValuesSampledData: 'SoC,Power.Active.Import' } });
    charge(pair);
    pair.sleep(10_000);
    pair.clear();
    trigger(pair, 'MeterValues', 1);
    expect(pair.calls('MeterValues')[0]?.payload).toMatchObject({ connectorId: 1, transactionId: 101 });
    const [value] = samples(pair);
    expect(value?.timestamp).toBe(new Date(start + 10_000).toISOString());
    expect(value?.sampledValue.map(({ measurand, context }) => [measurand, context])).toEqual([
      ['SoC', 'Trigger'],
      ['Power.Active.Import', 'Trigger'],
    ]);
    trigger(pair, 'MeterValues');
    expect(sent(pair)).toEqual(['MeterValues/1', 'MeterValues/1', 'MeterValues/2']);
  });

  it('§3.16 - a triggered sample takes no energy from the intervals of periodic ones', () => {
    const pair = bootedPair({
      configuration: { MeterValuesSampledData: 'Energy.Active.Import.Interval', MeterValueSampleInterval: '60' },
    });
    charge(pair);
    pair.advance(30_000);
    trigger(pair, 'MeterValues', 1);
    pair.advance(30_000);
    const [half = 0, whole = 0] = samples(pair).map(({ sampledValue }) => Number(sampledValue[0]?.value));
    expect(half).toBeGreaterThan(0);
    expect(whole).toBeGreaterThanOrEqual(2 * half - 1);
  });

  it('TC_054_CS - StatusNotification: as it is now, also where MinimumStatusDuration holds it back, and not again then', () => {
    const pair = bootedPair({ configuration: { MinimumStatusDuration: '60' } });
    pair.advance(60_000);
    pair.clear();
    pair.command({ kind: 'plugIn', address: {} });
    expect(sent(pair)).toEqual([]);
    trigger(pair, 'StatusNotification', 1);
    pair.advance(120_000);
    expect(pair.statuses(1)).toEqual(['Preparing']);
  });

  it('§5.17 - StatusNotification carries the error code of a fault', () => {
    const pair = bootedPair();
    pair.command({ kind: 'raiseFault', address: { connectorId: 2 }, fault: { errorCode: 'WeakSignal' } });
    pair.clear();
    trigger(pair, 'StatusNotification', 2);
    expect(pair.statuses(2)).toEqual(['Available/WeakSignal']);
  });

  it('§5.17 - a BootNotification of an accepted charger leaves the registration alone when nobody answers it', () => {
    const pair = bootedPair();
    pair.csms.answers.BootNotification = 'silent';
    trigger(pair, 'BootNotification');
    pair.advance(60_000);
    expect(pair.charger.registration?.status).toBe('Accepted');
    expect(pair.calls('BootNotification')).toHaveLength(1);
    expect(trigger(pair, 'Heartbeat')).toBe('Accepted');
    expect(pair.calls('Heartbeat')).toHaveLength(1);
  });

  it('§5.17 - and takes over what the CSMS answers now', () => {
    const pair = bootedPair();
    const currentTime = new Date(start).toISOString();
    pair.csms.answers.BootNotification = { status: 'Rejected', currentTime, interval: 60 };
    trigger(pair, 'BootNotification');
    expect(pair.charger.registration?.status).toBe('Rejected');
  });

  it('§5.17 - wishes beyond what can be sent do not fill the queue, and the newest state is told', () => {
    const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
    trigger(pair, 'Heartbeat');
    for (let at = 0; at < 50; at++)
      for (const message of ['StatusNotification', 'MeterValues', 'Heartbeat']) trigger(pair, message);
    expect(pair.charger.calls.queue).toHaveLength(7);
    pair.command({ kind: 'plugIn', address: {} });
    trigger(pair, 'StatusNotification', 1);
    delete pair.csms.answers.Heartbeat;
    pair.advance(30_000);
    expect(pair.statuses(1)[0]).toBe('Preparing');
    expect(pair.charger.calls.queue).toEqual([]);
  });

  it.each([
    [{}, 'OccurenceConstraintViolation'],
    [{ requestedMessage: 'StartTransaction' }, 'PropertyConstraintViolation'],
    [{ requestedMessage: 5 }, 'TypeConstraintViolation'],
    [{ requestedMessage: 'Heartbeat', connectorId: '1' }, 'TypeConstraintViolation'],
    [{ requestedMessage: 'Heartbeat', evse: 1 }, 'FormationViolation'],
  ])('§5.17 - %j is a CALLERROR %s, and nothing is sent', (payload, code) => {
    const pair = bootedPair();
    const before = pair.document();
    for (const request of requests) expect(pair.call(request, payload)?.slice(2, 3)).toEqual([code]);
    expect(pair.seen).toEqual([]);
    expect(pair.document()).toBe(before);
  });

  it('is NotSupported by a charger without the profile RemoteTrigger; the whitepaper has no profile', () => {
    const pair = bootedPair({ configuration: { SupportedFeatureProfiles: 'Core' } });
    expect(pair.call('TriggerMessage', { requestedMessage: 'Heartbeat' })?.slice(2, 3)).toEqual(['NotSupported']);
    expect(trigger(pair, 'Heartbeat', undefined, 'ExtendedTriggerMessage')).toBe('Accepted');
  });
});

describe('ExtendedTriggerMessage', () => {
  it.each([
    ['BootNotification', 'BootNotification'],
    ['LogStatusNotification', 'LogStatusNotification'],
    ['FirmwareStatusNotification', 'SignedFirmwareStatusNotification'],
    ['Heartbeat', 'Heartbeat'],
    ['MeterValues', 'MeterValues/0'],
    ['StatusNotification', 'StatusNotification/0'],
  ])('security whitepaper - %s is accepted, and %s is sent', (requestedMessage, message) => {
    const pair = bootedPair();
    expect(trigger(pair, requestedMessage, undefined, 'ExtendedTriggerMessage')).toBe('Accepted');
    expect(sent(pair)[0]).toBe(message);
  });

  it.each([
    ['LogStatusNotification', 'LogStatusNotification'],
    ['FirmwareStatusNotification', 'SignedFirmwareStatusNotification'],
  ])(
    'security whitepaper - %s is Idle, without a requestId, while nothing is under way',
    (requestedMessage, action) => {
      const pair = bootedPair();
      trigger(pair, requestedMessage, undefined, 'ExtendedTriggerMessage');
      expect(pair.calls(action)[0]?.payload).toEqual({ status: 'Idle' });
    },
  );
});

describe('while the registration is Pending (§4.2)', () => {
  it.each([
    ['TriggerMessage', 'Heartbeat', ['Heartbeat']],
    ['TriggerMessage', 'StatusNotification', ['StatusNotification/0', 'StatusNotification/1', 'StatusNotification/2']],
    ['TriggerMessage', 'MeterValues', ['MeterValues/0', 'MeterValues/1', 'MeterValues/2']],
    ['TriggerMessage', 'FirmwareStatusNotification', ['FirmwareStatusNotification']],
    ['TriggerMessage', 'DiagnosticsStatusNotification', ['DiagnosticsStatusNotification']],
    ['ExtendedTriggerMessage', 'LogStatusNotification', ['LogStatusNotification']],
  ])('%s %s is sent, and nothing else', (request, message, messages) => {
    const pair = pendingPair();
    expect(trigger(pair, message, undefined, request)).toBe('Accepted');
    expect(sent(pair)).toEqual(messages);
    pair.command({ kind: 'plugIn', address: {} });
    pair.advance(10_000);
    expect(sent(pair)).toEqual(messages);
  });

  it('TC_002_CS - a BootNotification boots before its interval; accepted, everything is told anew', () => {
    const pair = pendingPair();
    trigger(pair, 'StatusNotification');
    pair.clear();
    delete pair.csms.answers.BootNotification;
    expect(trigger(pair, 'BootNotification')).toBe('Accepted');
    expect(sent(pair)).toEqual([
      'BootNotification',
      'StatusNotification/0',
      'StatusNotification/1',
      'StatusNotification/2',
    ]);
    pair.clear();
    pair.advance(600_000);
    expect(pair.calls('BootNotification')).toHaveLength(0);
  });

  it('a BootNotification that is Pending again is not sent twice', () => {
    const pair = pendingPair();
    pair.csms.answers.BootNotification = 'silent';
    trigger(pair, 'BootNotification');
    trigger(pair, 'BootNotification');
    expect(pair.calls('BootNotification')).toHaveLength(1);
    expect(pair.charger.calls.queue).toEqual([]);
  });

  it('an on-demand charger keeps its link until what was triggered is sent', () => {
    const pair = pendingPair({ connection: 'onDemand' });
    expect(pair.charger.link.state).toBe('up');
    trigger(pair, 'StatusNotification');
    expect(sent(pair)).toHaveLength(3);
  });

  it('and while it is Rejected, there is no answer and no message', () => {
    const currentTime = new Date(start).toISOString();
    const pair = createPair({ answers: { BootNotification: { status: 'Rejected', currentTime, interval: 600 } } });
    pair.command({ kind: 'connect' });
    pair.clear();
    for (const request of requests) expect(trigger(pair, 'Heartbeat', undefined, request)).toBeUndefined();
    expect(pair.seen).toEqual([]);
  });
});
