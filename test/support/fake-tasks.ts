// The Tasks port without doing anything: tests see what was begun, and say how and when it ends.
import type { Task, TaskOutcome } from '../../lib/charger/task';
import type { Tasks } from '../../lib/simulator/ports';

export interface FakeErrand {
  chargerId: string;
  task: Task;
  signal: AbortSignal;
  finish(outcome: TaskOutcome): void;
  fail(error: Error): void;
}

export interface FakeTasks {
  port: Tasks;
  /** Everything begun so far, in order. */
  begun: FakeErrand[];
  /** The last one begun. */
  last(): FakeErrand;
  /** Called when a task begins. */
  onBegin: (errand: FakeErrand) => void;
}

export function createFakeTasks(): FakeTasks {
  const fake: FakeTasks = {
    begun: [],
    onBegin: () => {},
    last() {
      const errand = fake.begun.at(-1);
      if (!errand) throw new Error('no task was begun');
      return errand;
    },
    port: {
      perform: (task, { charger }, signal) =>
        new Promise((finish, fail) => {
          const errand = { chargerId: charger.id, task, signal, finish, fail };
          fake.begun.push(errand);
          fake.onBegin(errand);
        }),
    },
  };
  return fake;
}
