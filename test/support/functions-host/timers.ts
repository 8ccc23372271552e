// Timer triggers: fires them by their schedule on the host's clock, one run at a time as Azure does.
import type { HostClock } from './clock';
import { nextOccurrence, parseCron } from './cron';
import type { Pool } from './pool';
import type { FunctionMetadata, InvocationRequest } from './protocol';
import { triggerName } from './triggers';

export interface TimerSettings {
  pool: Pool;
  clock: HostClock;
  /** Application settings: `%NAME%` in a schedule is taken from them. */
  env: Record<string, string>;
  extraInputs(metadata: FunctionMetadata): InvocationRequest['inputData'];
}

export interface Timers {
  /** Runs a timer function now, apart from its schedule. @throws FunctionFailedError, InvocationLostError */
  run(functionName: string): Promise<void>;
}

/** @throws Error for a schedule that is not understood, naming the function */
export function startTimers(settings: TimerSettings, bySchedule: boolean): Timers {
  const { pool, clock } = settings;
  const functions = pool.functions().filter((one) => triggerName(one, 'timerTrigger') !== undefined);
  const last = new Map<string, number>();

  function schedule(metadata: FunctionMetadata, fields: Set<number>[]): void {
    const at = nextOccurrence(fields, clock.now());
    clock.set(at, () => {
      void fire(metadata, nextOccurrence(fields, at))
        // The real host logs a failed run and goes on; so do the logs of the worker here.
        .catch(() => undefined)
        .finally(() => schedule(metadata, fields));
    });
  }

  async function fire(metadata: FunctionMetadata, next: number): Promise<void> {
    const before = last.get(metadata.name) ?? 0;
    last.set(metadata.name, clock.now());
    const iso = (at: number) => new Date(at).toISOString();
    const timer = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: { Last: iso(before), LastUpdated: iso(before), Next: iso(next) },
      IsPastDue: false,
    };
    const name = triggerName(metadata, 'timerTrigger') ?? '';
    const inputData = [{ name, data: { json: JSON.stringify(timer) } }, ...settings.extraInputs(metadata)];
    await pool.invoke({ functionName: metadata.name, serves: 'durable', inputData });
  }

  for (const metadata of functions) {
    const fields = parseSchedule(metadata, settings.env);
    if (bySchedule) schedule(metadata, fields);
  }
  return {
    run(functionName) {
      const metadata = functions.find(({ name }) => name === functionName);
      if (!metadata) throw new Error(`no timer function is named "${functionName}"`);
      return fire(metadata, clock.now());
    },
  };
}

function parseSchedule(metadata: FunctionMetadata, env: Record<string, string>): Set<number>[] {
  const binding = metadata.bindings[triggerName(metadata, 'timerTrigger') ?? ''];
  const given = String(binding?.schedule ?? '');
  const setting = /^%(.+)%$/.exec(given)?.[1];
  const schedule = setting === undefined ? given : env[setting];
  if (schedule === undefined)
    throw new Error(`the setting ${setting} that ${metadata.name} is scheduled by is missing`);
  return parseCron(schedule);
}
