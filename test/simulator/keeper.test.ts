// The heap of deadlines: order, changes of mind, and the one timer.
import fc from 'fast-check';
import { createHeapKeeper } from '../../lib/simulator/keeper';
import { createVirtualClock } from '../support/virtual-clock';

function createKept() {
  const time = createVirtualClock(0);
  const due: [string, number][] = [];
  const keeper = createHeapKeeper(time.clock, time.timer, (id) => void due.push([id, time.clock()]));
  return { time, due, keeper };
}

describe('the heap keeper', () => {
  it('wakes chargers in the order of their deadlines, each once, with one timer', async () => {
    const { time, due, keeper } = createKept();
    keeper.schedule('b', 20);
    keeper.schedule('a', 10);
    keeper.schedule('c', 30);
    expect(time.alarms()).toBe(1);
    await time.advance(25);
    expect(due).toEqual([
      ['a', 10],
      ['b', 20],
    ]);
    expect(keeper.size()).toBe(1);
    await time.advance(100);
    expect(due).toHaveLength(3);
    expect(time.alarms()).toBe(0);
  });

  it('follows a deadline that moves earlier, later, or away', async () => {
    const { time, due, keeper } = createKept();
    keeper.schedule('earlier', 50);
    keeper.schedule('earlier', 10);
    keeper.schedule('later', 20);
    keeper.schedule('later', 60);
    keeper.schedule('away', 30);
    keeper.schedule('away', undefined);
    keeper.schedule('back', 40);
    keeper.schedule('back', undefined);
    keeper.schedule('back', 45);
    await time.advance(100);
    expect(due).toEqual([
      ['earlier', 10],
      ['back', 45],
      ['later', 60],
    ]);
  });

  it('wakes what is overdue at once, and again when it is scheduled from within', async () => {
    const time = createVirtualClock(1_000);
    let woken = 0;
    const keeper = createHeapKeeper(time.clock, time.timer, (id) => {
      woken += 1;
      if (woken === 1) keeper.schedule(id, time.clock() + 5);
    });
    keeper.schedule('a', 500);
    await time.advance(0);
    expect(woken).toBe(1);
    await time.advance(5);
    expect(woken).toBe(2);
  });

  it('is silent once stopped', async () => {
    const { time, due, keeper } = createKept();
    keeper.schedule('a', 10);
    keeper.stop();
    keeper.schedule('b', 20);
    await time.advance(100);
    expect(due).toEqual([]);
  });

  it('agrees with a table of wishes, whatever the changes', async () => {
    const change = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      at: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 60 }), async (changes) => {
        const { time, due, keeper } = createKept();
        const wishes = new Map<string, number>();
        for (const { id, at } of changes) {
          keeper.schedule(id, at);
          if (at === undefined) wishes.delete(id);
          else wishes.set(id, at);
        }
        await time.advance(200);
        const byName = (pairs: [string, number][]) => pairs.sort(([one], [other]) => one.localeCompare(other));
        expect(byName(due)).toEqual(byName([...wishes]));
      }),
      { numRuns: 60 },
    );
  });
});
