// The front's end of one worker: calls and their answers, and what a process that takes the worker's place has to know. How processes
// are started is the host's matter.
import { AwayError, InterruptedError } from '../simulator/service';
import { fromMessage } from './errors';
import { changes, type FromWorker, type Heard, type Method, type ShardService, type ToWorker } from './wire';

export interface Shard {
  readonly service: ShardService;
  /** Can it be called? */
  isReady(): boolean;
  /** A process has begun: it is told what it has to know. Calls wait for nothing: they fail until it says that it is ready. */
  attach(send: (message: ToWorker) => void): void;
  receive(message: FromWorker): void;
  /** The process is gone, and with it what was under way. */
  detach(): void;
  listeners(group: string, there: boolean): void;
  watch(chargerIds: readonly string[], watched: boolean): void;
}

export interface ShardPorts {
  /** In messages to callers: `worker 1`. */
  name: string;
  onFeed(group: string, message: object): void;
  onHeard(heard: Heard[]): void;
}

interface Waiting {
  method: Method;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export function createShard({ name, onFeed, onHeard }: ShardPorts): Shard {
  const waiting = new Map<number, Waiting>();
  const groups = new Set<string>();
  const watching = new Set<string>();
  let send: ((message: ToWorker) => void) | undefined;
  let ready = false;
  let calls = 0;

  function call(method: Method, args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!send || !ready) throw new AwayError(`${name}, which has this charger, is being started again: try again`);
      const id = ++calls;
      waiting.set(id, { method, resolve, reject });
      send({ kind: 'call', id, method, args });
    });
  }

  function settle(id: number, how: (call: Waiting) => void): void {
    const own = waiting.get(id);
    waiting.delete(id);
    if (own) how(own);
  }

  const methods = Object.keys(changes) as Method[];
  const service = Object.fromEntries(methods.map((method) => [method, (...args: unknown[]) => call(method, args)]));

  return {
    // Each method does what its namesake does in the worker, with the same arguments.
    service: service as unknown as ShardService,
    isReady: () => ready,
    attach(toWorker) {
      send = toWorker;
      if (groups.size > 0) send({ kind: 'listeners', groups: [...groups], there: true });
      if (watching.size > 0) send({ kind: 'watch', chargerIds: [...watching], watched: true });
    },
    receive(message) {
      if (message.kind === 'ready') ready = true;
      else if (message.kind === 'answer') settle(message.id, ({ resolve }) => resolve(message.value));
      else if (message.kind === 'refusal') settle(message.id, ({ reject }) => reject(fromMessage(message.error)));
      else if (message.kind === 'feed') onFeed(message.group, message.message);
      else onHeard(message.heard);
    },
    detach() {
      ready = false;
      send = undefined;
      const left = [...waiting.values()];
      waiting.clear();
      for (const { method, reject } of left) reject(lost(name, method));
    },
    listeners(group, there) {
      if (there) groups.add(group);
      else groups.delete(group);
      send?.({ kind: 'listeners', groups: [group], there });
    },
    watch(chargerIds, watched) {
      for (const id of chargerIds) {
        if (watched) watching.add(id);
        else watching.delete(id);
      }
      send?.({ kind: 'watch', chargerIds: [...chargerIds], watched });
    },
  };
}

function lost(name: string, method: Method): Error {
  return changes[method]
    ? new InterruptedError(`${name} ended before the outcome was known: look at the charger`)
    : new AwayError(`${name} ended meanwhile and is being started again: try again`);
}
