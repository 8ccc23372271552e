import { createPollingBell } from '../../lib/store/polling-bell';
import { createVirtualClock } from '../support/virtual-clock';

function createBell(everyMs = 1_000) {
  const time = createVirtualClock();
  return { time, bell: createPollingBell({ everyMs, clock: time.clock, timer: time.timer }) };
}

describe('polling bell', () => {
  it('rings in this process at once, without waiting for the interval', async () => {
    const { time, bell } = createBell();
    const heard: string[] = [];
    bell.listen('a', () => heard.push('a'));
    bell.listen('b', () => heard.push('b'));
    bell.ring('a');
    expect(heard).toEqual([]);
    await time.settle();
    expect(heard).toEqual(['a']);
  });

  it('rings everybody at intervals, from when he began to listen', async () => {
    const { time, bell } = createBell();
    const heard: string[] = [];
    bell.listen('a', () => heard.push('a'));
    await time.advance(400);
    bell.listen('b', () => heard.push('b'));
    await time.advance(599);
    expect(heard).toEqual([]);
    await time.advance(1);
    expect(heard).toEqual(['a']);
    await time.advance(2_399);
    expect(heard).toEqual(['a', 'b', 'a', 'b', 'a']);
  });

  it('is not heard by who stopped listening, and sets no alarm for him', async () => {
    const { time, bell } = createBell();
    const heard: string[] = [];
    const stop = bell.listen('a', () => heard.push('stopped'));
    bell.listen('a', () => heard.push('other'));
    await time.advance(1_000);
    stop();
    bell.ring('a');
    await time.advance(1_000);
    expect(heard).toEqual(['stopped', 'other', 'other', 'other']);
    expect(time.alarms()).toBe(1);
  });

  it('may be stopped by the very ring that is heard', async () => {
    const { time, bell } = createBell();
    let count = 0;
    const stop = bell.listen('a', () => {
      count += 1;
      stop();
    });
    await time.advance(5_000);
    expect(count).toBe(1);
    expect(time.alarms()).toBe(0);
  });
});
