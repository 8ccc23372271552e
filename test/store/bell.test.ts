import { createLocalBell } from '../../lib/store/bell';

/** Until everything that was rung has been heard. */
const quiet = () => new Promise((resolve) => setImmediate(resolve));

describe('local bell', () => {
  it('rings all who listen to the topic, and nobody else', async () => {
    const bell = createLocalBell();
    const heard: string[] = [];
    bell.listen('a', () => heard.push('a1'));
    bell.listen('a', () => heard.push('a2'));
    bell.listen('b', () => heard.push('b'));
    bell.ring('a');
    bell.ring('nobody');
    await quiet();
    expect(heard).toEqual(['a1', 'a2']);
  });

  it('is never heard inside ring', async () => {
    const bell = createLocalBell();
    const heard: string[] = [];
    bell.listen('a', () => heard.push('rung'));
    bell.ring('a');
    heard.push('ring returned');
    await quiet();
    expect(heard).toEqual(['ring returned', 'rung']);
  });

  it('is not heard by who stopped listening, not even when it rang before', async () => {
    const bell = createLocalBell();
    const heard: string[] = [];
    const stop = bell.listen('a', () => heard.push('stopped'));
    bell.listen('a', () => heard.push('other'));
    bell.ring('a');
    stop();
    stop();
    bell.ring('a');
    await quiet();
    expect(heard).toEqual(['other', 'other']);
  });

  it('tells apart two listenings of the same function', async () => {
    const bell = createLocalBell();
    let count = 0;
    const listener = () => {
      count += 1;
    };
    const stop = bell.listen('a', listener);
    bell.listen('a', listener);
    stop();
    bell.ring('a');
    await quiet();
    expect(count).toBe(1);
  });

  it('can be listened to again after the last has stopped', async () => {
    const bell = createLocalBell();
    let count = 0;
    bell.listen('a', () => {})();
    bell.listen('a', () => {
      count += 1;
    });
    bell.ring('a');
    await quiet();
    expect(count).toBe(1);
  });
});
