// Tasks that one session has under way: begun once the document that names them is saved, bounded in time, given up with the session.
// What a task does is the performer's matter, what its outcome means the charger's.
import { type Task, type TaskOutcome, taskLimitMs } from '../charger/task';
import type { Session } from './session';

interface Errand {
  controller: AbortController;
  limit: unknown;
}

export class Errands {
  private readonly underWay = new Map<string, Errand>();

  constructor(private readonly session: Session) {}

  /** Begins a task unless the charger has given it up while its start waited for the save. */
  run(id: string, task: Task): void {
    const { charger, world } = this.session;
    if (!charger.tasks?.[id]) return;
    this.cancel(id);
    const controller = new AbortController();
    const limit = world.timer.set(world.clock() + taskLimitMs, () => this.end(id, errand, tooLong));
    const errand: Errand = { controller, limit };
    this.underWay.set(id, errand);
    void this.perform(task, controller.signal).then((outcome) => this.end(id, errand, outcome));
  }

  private async perform(task: Task, signal: AbortSignal): Promise<TaskOutcome> {
    const { charger, world } = this.session;
    try {
      return await world.tasks.perform(task, this.session, signal);
    } catch (error) {
      const { id } = charger;
      if (!signal.aborted) {
        world.logger.error({
          message: 'a task could not be done',
          chargerId: id,
          task: task.kind,
          error: String(error),
        });
      }
      return { ok: false, reason: 'failed', detail: 'unexpected error, see the log of the host' };
    }
  }

  /** Once per task: what comes after it was ended or cancelled is not heard. */
  private end(id: string, errand: Errand, outcome: TaskOutcome): void {
    if (this.underWay.get(id) !== errand) return;
    this.cancel(id);
    this.session.feed({ kind: 'taskDone', id, outcome });
  }

  cancel(id: string): void {
    const errand = this.underWay.get(id);
    if (!errand) return;
    this.underWay.delete(id);
    this.session.world.timer.clear(errand.limit);
    errand.controller.abort();
  }

  cancelAll(): void {
    for (const id of [...this.underWay.keys()]) this.cancel(id);
  }
}

const tooLong: TaskOutcome = {
  ok: false,
  reason: 'timeout',
  detail: `it took longer than ${taskLimitMs / 1000} s`,
};
