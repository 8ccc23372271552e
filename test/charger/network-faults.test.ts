// What each network fault does to the conversation, on a virtual clock; that the same seed repeats it; that a good network is exact.
import type { NetworkFault } from '../../lib/charger/network-faults';
import { bootedPair, type Pair, type PairOptions } from '../support/pair';

const seconds = (count: number) => count * 1000;

const heartbeat = { kind: 'sendMessage', action: 'Heartbeat', validate: true } as const;

function bad(faults: NetworkFault[], options: PairOptions = {}, seed?: number): Pair {
  const pair = bootedPair({ connection: 'persistent', ...options });
  pair.command({ kind: 'setNetworkFaults', faults, ...(seed === undefined ? {} : { seed }) });
  pair.clear();
  return pair;
}

const shown = (pair: Pair) => pair.charger.networkFaults?.faults.map(({ seen, done }) => [seen ?? 0, done ?? 0]);

describe('network faults', () => {
  it('drop, sent: the CSMS never sees the call, the charger waits for 30 s', () => {
    const pair = bad([{ kind: 'drop', direction: 'sent', action: 'Heartbeat', times: 1 }]);
    const id = pair.begin(heartbeat, seconds(60));
    expect(pair.actions()).toEqual([]);
    pair.advance(seconds(30));
    expect(pair.outcomes[id]).toMatchObject({ ok: false, refusal: { kind: 'timeout' } });
    expect(pair.command(heartbeat)).toMatchObject({ ok: true });
    expect(shown(pair)).toEqual([[2, 1]]);
  });

  it('OCPP 1.6 §3.7: a lost StartTransaction.conf leads to a retry, and to one transaction of the charger', () => {
    const pair = bad([{ kind: 'drop', direction: 'received', action: 'StartTransaction', times: 1 }]);
    pair.begin({ kind: 'startTransaction', address: {}, idToken: 'TAG' }, seconds(200));
    expect(pair.calls('StartTransaction')).toHaveLength(1);
    pair.advance(seconds(120));
    const [first, second] = pair.calls('StartTransaction');
    expect(second?.payload).toEqual(first?.payload);
    expect(pair.charger.v16?.connectors[0]?.transaction?.transactionId).toBe(102);
  });

  it('names in the log what was done to a frame', () => {
    const pair = bad([{ kind: 'drop', direction: 'sent' }]);
    pair.begin(heartbeat);
    expect(pair.frames()[0]).toMatchObject({ action: 'Heartbeat', networkFaults: ['drop'] });
    expect(pair.notes()).toContain('network fault: sent Heartbeat: drop');
  });

  it('duplicate, sent: the CSMS sees the same call twice, the second answer is nobody’s', () => {
    const pair = bad([{ kind: 'duplicate', direction: 'sent' }]);
    expect(pair.command(heartbeat)).toMatchObject({ ok: true });
    const [one, other] = pair.calls('Heartbeat');
    expect(other).toEqual(one);
  });

  it('duplicate, received: a call of the CSMS is carried out twice', () => {
    const pair = bad([{ kind: 'duplicate', direction: 'received', action: 'GetConfiguration' }]);
    pair.call('GetConfiguration', { key: ['NumberOfConnectors'] });
    const answers = pair.frames().filter((frame) => frame.direction === 'sent' && frame.type === 'result');
    expect(answers).toHaveLength(2);
  });

  it('latency: arrives later, and what follows does not overtake it', () => {
    const pair = bad([{ kind: 'latency', direction: 'received', delayMs: 700, times: 1 }]);
    pair.input({ kind: 'frame', text: '[2,"a","GetConfiguration",{"key":["NumberOfConnectors"]}]' });
    pair.input({ kind: 'frame', text: '[2,"b","ClearCache",{}]' });
    expect(pair.replies).toEqual({});
    pair.advance(699);
    expect(pair.replies).toEqual({});
    pair.advance(1);
    expect(Object.keys(pair.replies)).toEqual(['a', 'b']);
  });

  it('latency with jitter stays within its bounds and differs by the dice', () => {
    const pair = bad([{ kind: 'latency', direction: 'sent', delayMs: 100, jitterMs: 400 }]);
    const delays = Array.from({ length: 8 }, () => {
      const from = pair.now;
      pair.begin(heartbeat);
      while (pair.actions().length === 0) pair.advance(1);
      pair.clear();
      return pair.now - from;
    });
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...delays)).toBeLessThanOrEqual(500);
    expect(new Set(delays).size).toBeGreaterThan(3);
  });

  it('reorder: the next frame overtakes; without one it arrives after its delay', () => {
    const pair = bad([{ kind: 'reorder', direction: 'received', times: 2 }]);
    pair.input({ kind: 'frame', text: '[2,"a","ClearCache",{}]' });
    pair.advance(999);
    expect(pair.replies).toEqual({});
    pair.advance(1);
    expect(Object.keys(pair.replies)).toEqual(['a']);
    pair.input({ kind: 'frame', text: '[2,"b","ClearCache",{}]' });
    pair.input({ kind: 'frame', text: '[2,"c","ClearCache",{}]' });
    pair.advance(0);
    expect(Object.keys(pair.replies)).toEqual(['a', 'c', 'b']);
  });

  it('truncate and corrupt: what arrives is not what was sent', () => {
    for (const kind of ['truncate', 'corrupt'] as const) {
      const pair = bad([{ kind, direction: 'sent', times: 1 }]);
      pair.begin(heartbeat);
      const [sent] = pair.effects.flatMap((effect) => (effect.kind === 'send' ? [effect.text] : []));
      expect(sent).not.toMatch(/^\[2,"n1-\d+","Heartbeat",\{\}\]$/);
      expect(sent).not.toBe('');
    }
  });

  it('OCPP-J 1.6 §4.2.3: a truncated call of the CSMS is no frame; the charger goes on', () => {
    const pair = bad([{ kind: 'truncate', direction: 'received', times: 1 }]);
    expect(pair.call('ClearCache', {})).toBeUndefined();
    expect(pair.ask('ClearCache', {})).toMatchObject({ status: 'Accepted' });
  });

  it('wrongMessageId: the answer is nobody’s and the call times out', () => {
    const pair = bad([{ kind: 'wrongMessageId', direction: 'received', times: 1 }]);
    const id = pair.begin(heartbeat, seconds(60));
    expect(pair.outcomes[id]).toBeUndefined();
    pair.advance(seconds(30));
    expect(pair.outcomes[id]).toMatchObject({ ok: false, refusal: { kind: 'timeout' } });
  });

  it('lateAnswer holds up nothing but the answer: calls of the CSMS are heard meanwhile', () => {
    const pair = bad([{ kind: 'lateAnswer', direction: 'received', action: 'Heartbeat', delayMs: seconds(20) }]);
    const id = pair.begin(heartbeat, seconds(60));
    expect(pair.ask('GetLocalListVersion', {})).toEqual({ listVersion: 0 });
    pair.advance(seconds(20));
    expect(pair.outcomes[id]).toMatchObject({ ok: true });
  });

  it('names in the log what was done to a frame of the CSMS, lost ones included', () => {
    const pair = bad([
      { kind: 'duplicate', direction: 'received', action: 'GetLocalListVersion' },
      { kind: 'wrongMessageId', direction: 'received', action: 'Heartbeat', times: 1 },
      { kind: 'latency', direction: 'received', action: 'DataTransfer', delayMs: 500 },
      { kind: 'drop', direction: 'received', action: 'Reset' },
    ]);
    pair.call('GetLocalListVersion', {});
    pair.begin(heartbeat);
    pair.call('DataTransfer', { vendorId: 'v' });
    pair.call('Reset', { type: 'Soft' });
    pair.advance(500);
    const struck = pair.frames().filter(({ direction, networkFaults }) => direction === 'received' && networkFaults);
    expect(struck.map(({ type, networkFaults }) => [type, ...(networkFaults ?? [])])).toEqual([
      ['call', 'duplicate'],
      ['call', 'duplicate'],
      ['result', 'wrongMessageId'],
      ['call', 'drop'],
      ['call', 'latency'],
    ]);
  });

  it('OCPP-J 1.6 §4.1.1: a message that waits for the answer to another was not sent, and its command says so', () => {
    const pair = bad([{ kind: 'drop', direction: 'received', action: 'Heartbeat', times: 1 }]);
    pair.begin(heartbeat, seconds(60));
    const id = pair.begin({ ...heartbeat, action: 'DataTransfer', payload: { vendorId: 'v' } }, seconds(3));
    pair.advance(seconds(3));
    expect(pair.outcomes[id]).toMatchObject({
      refusal: {
        kind: 'timeout',
        detail: 'DataTransfer was not sent within 3 s: the CSMS has not answered Heartbeat before it',
      },
    });
  });

  it('lateAnswer: answers alone, after the patience of the charger', () => {
    const pair = bad([{ kind: 'lateAnswer' }]);
    const id = pair.begin(heartbeat, seconds(60));
    expect(pair.actions()).toEqual(['Heartbeat']);
    pair.advance(seconds(30));
    expect(pair.outcomes[id]).toMatchObject({ ok: false, refusal: { kind: 'timeout' } });
    pair.advance(seconds(5));
    expect(pair.frames().at(-1)).toMatchObject({ direction: 'received', type: 'result' });
  });

  it('OCPP 1.6 §3.7: a late StartTransaction.conf still counts, and the start is not sent again', () => {
    const pair = bad([{ kind: 'lateAnswer', action: 'StartTransaction', times: 1 }]);
    pair.begin({ kind: 'startTransaction', address: {}, idToken: 'TAG' }, seconds(200));
    pair.advance(seconds(300));
    expect(pair.calls('StartTransaction')).toHaveLength(1);
    expect(pair.charger.v16?.connectors[0]?.transaction?.transactionId).toBe(101);
  });

  it('halfOpen: the host is asked to freeze the link, and the frame is gone', () => {
    const pair = bad([{ kind: 'halfOpen', direction: 'sent', action: 'Heartbeat' }]);
    pair.begin(heartbeat);
    expect(pair.effects.map(({ kind }) => kind)).toContain('freezeLink');
    expect(pair.actions()).toEqual([]);
    expect(pair.charger.link.state).toBe('up');
  });

  it('cutMidFrame: the connection breaks, the charger comes back by its back-off and replays what is kept', () => {
    const pair = bad([{ kind: 'cutMidFrame', direction: 'sent', action: 'StartTransaction', times: 1 }]);
    pair.begin({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
    expect(pair.calls('StartTransaction')).toHaveLength(0);
    expect(pair.charger.link.state).toBe('down');
    pair.advance(seconds(5));
    expect(pair.calls('StartTransaction')).toHaveLength(1);
  });

  it('refuseTls: the dial carries the refusal, as often as asked', () => {
    const pair = bad([{ kind: 'refuseTls', times: 1 }], { csms: { url: 'wss://csms.test/ocpp' } });
    pair.cut();
    pair.advance(seconds(5));
    expect(pair.charger.networkFaults?.refusesTls).toBe(true);
    pair.cut();
    pair.advance(seconds(10));
    expect(pair.charger.networkFaults?.refusesTls).toBeUndefined();
  });

  it('refuseTls without TLS is refused', () => {
    const pair = bootedPair();
    const outcome = pair.command({ kind: 'setNetworkFaults', faults: [{ kind: 'refuseTls' }] });
    expect(outcome).toMatchObject({ ok: false, refusal: { kind: 'badInput' } });
    expect(pair.charger.networkFaults).toBeUndefined();
  });

  it('skip, times and direction choose the frames', () => {
    const pair = bad([{ kind: 'drop', direction: 'sent', action: 'Heartbeat', skip: 1, times: 1 }]);
    const outcomes = [1, 2, 3].map(() => {
      const id = pair.begin(heartbeat, seconds(60));
      pair.advance(seconds(31));
      return pair.outcomes[id]?.ok;
    });
    expect(outcomes).toEqual([true, false, true]);
  });

  it('the same seed and conversation give the same faults, another seed others', () => {
    const run = (seed: number) => {
      const pair = bad([{ kind: 'drop', direction: 'sent', action: 'Heartbeat', probability: 0.5 }], {}, seed);
      return Array.from({ length: 24 }, () => {
        const id = pair.begin(heartbeat, seconds(60));
        pair.advance(seconds(31));
        return pair.outcomes[id]?.ok ? '.' : 'x';
      }).join('');
    };
    expect(run(7)).toBe(run(7));
    expect(run(7)).not.toBe(run(8));
    expect(run(7)).toMatch(/x/);
    expect(run(7)).toMatch(/\./);
  });

  it('what is on the way is lost with the connection, and bounded', () => {
    const pair = bad([{ kind: 'latency', direction: 'received', delayMs: seconds(60) }]);
    for (let n = 0; n < 150; n++) pair.input({ kind: 'frame', text: `[2,"m${n}","ClearCache",{}]` });
    expect(pair.charger.networkFaults?.delayed).toHaveLength(100);
    expect(pair.notes().filter((note) => note.includes('too many'))).toHaveLength(50);
    pair.cut();
    expect(pair.charger.networkFaults?.delayed).toBeUndefined();
    expect(pair.charger.timers.network).toBeUndefined();
  });

  it('an on-demand charger keeps its socket while something is on the way', () => {
    const pair = bootedPair({ connection: 'onDemand' });
    pair.command({ kind: 'setNetworkFaults', faults: [{ kind: 'latency', delayMs: 2_000 }] });
    const id = pair.begin(heartbeat);
    pair.advance(seconds(4));
    expect(pair.outcomes[id]).toMatchObject({ ok: true });
    expect(pair.connections).toBe(2);
  });

  it('a good network again: what was on the way arrives, nothing is left in the document', () => {
    const pair = bad([{ kind: 'latency', direction: 'received', delayMs: seconds(20) }]);
    const id = pair.begin(heartbeat);
    pair.command({ kind: 'setNetworkFaults', faults: [] });
    expect(pair.outcomes[id]).toMatchObject({ ok: true });
    expect(pair.charger).not.toHaveProperty('networkFaults');
    expect(pair.charger.timers).not.toHaveProperty('network');
  });
});
