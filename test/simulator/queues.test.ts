// Queues in front of what only so many may do at the same time: who waits has his turn, however many there are and however soon they end.
import { createDials } from '../../lib/simulator/dials';
import { createDueQueue, type DueQueue } from '../../lib/simulator/due';

const many = Array.from({ length: 200_000 }, (_, n) => `CP-${n}`);

describe('chargers that are due', () => {
  it('has all begun, one after the other, where each is over as soon as it begins', () => {
    const begun: string[] = [];
    const queue: DueQueue = createDueQueue(2, (id) => {
      begun.push(id);
      if (id !== 'first' && id !== 'second') queue.done(id);
    });
    for (const id of ['first', 'second', ...many]) queue.add(id);
    expect(begun).toEqual(['first', 'second']);
    queue.done('first');
    expect(begun.slice(2)).toEqual(many);
    queue.add('third');
    expect(begun.at(-1)).toBe('third');
  });

  it('never has more under way than it may, and begins another for each that is over', () => {
    const under = new Set<string>();
    let most = 0;
    const queue = createDueQueue(3, (id) => {
      under.add(id);
      most = Math.max(most, under.size);
    });
    for (const id of many.slice(0, 10)) queue.add(id);
    for (let left = 10; left > 0; left--) {
      const [first = ''] = under;
      under.delete(first);
      queue.done(first);
    }
    expect([most, under.size]).toEqual([3, 0]);
  });

  it('goes on after one that could not be begun', () => {
    const begun: string[] = [];
    const queue = createDueQueue(5, (id) => {
      if (id === 'CP-bad') throw new Error('bad');
      begun.push(id);
    });
    expect(() => queue.add('CP-bad')).toThrow('bad');
    queue.add('CP-1');
    expect(begun).toEqual(['CP-1']);
  });
});

describe('connections to be opened', () => {
  it('opens all, one after the other, where each attempt is over at once', () => {
    const opened: string[] = [];
    const dials = createDials<string>(1, (id) => {
      opened.push(id);
      if (id !== 'first') dials.leave(id);
    });
    for (const id of ['first', ...many]) dials.enter(id);
    expect(opened).toEqual(['first']);
    dials.leave('first');
    expect(opened.slice(1)).toEqual(many);
  });

  it('opens as many at the same time as it may, and none that is not wanted any more', () => {
    const opened: string[] = [];
    const dials = createDials<string>(2, (id) => opened.push(id));
    for (const id of ['a', 'b', 'c', 'd']) dials.enter(id);
    dials.leave('c');
    expect(opened).toEqual(['a', 'b']);
    dials.leave('a');
    expect(opened).toEqual(['a', 'b', 'd']);
  });
});
