// The orchestrations of a fleet run: one for the run, one for each of its batches, which goes from slice to slice with an empty history.
// Deterministic, as keep-alive.ts is.
import { type OrchestrationContext, RetryOptions, type Task } from 'durable-functions';
import type { SliceInput } from '../lib/fleet/slice';
import { fleetBatchId } from './instance-id';
import { backOffMs, names, nowOf, tell } from './keep-alive';

export interface FleetRunInput {
  runId: string;
  /** How many batches. */
  parts: number;
}

export interface FleetBatchInput extends SliceInput {
  /** Failures in a row. */
  failures?: number;
}

/** After so many slices in a row that failed, about a quarter of an hour, the run is given up. */
const failuresAtMost = 8;

/** What must be done in the end is tried for hours. */
function patiently(): RetryOptions {
  const retry = new RetryOptions(5_000, 50);
  retry.backoffCoefficient = 2;
  retry.maxRetryIntervalInMilliseconds = 10 * 60_000;
  return retry;
}

/** All batches at the same time; the end once all of them are over. */
export function* fleetRun(context: OrchestrationContext): Generator<Task, void, unknown> {
  const { runId, parts } = context.df.getInput<FleetRunInput>();
  const batches = Array.from({ length: parts }, (_, number) =>
    context.df.callSubOrchestrator(names.fleetBatch, { runId, number }, fleetBatchId(runId, number)),
  );
  yield context.df.Task.all(batches);
  yield context.df.callActivityWithRetry(names.fleetEnd, patiently(), { runId });
}

/** One slice after the other until the batch is over. A slice that fails is followed by another, after a while. */
export function* fleetBatch(context: OrchestrationContext): Generator<Task, void, unknown> {
  const { runId, number, failures = 0 } = context.df.getInput<FleetBatchInput>();
  let end: 'again' | 'over';
  try {
    end = (yield context.df.callActivity(names.fleetSlice, { runId, number })) as 'again' | 'over';
  } catch (error) {
    yield* afterFailure(context, { runId, number, failures: failures + 1 }, error);
    return;
  }
  if (end === 'again') context.df.continueAsNew({ runId, number });
}

function* afterFailure(
  context: OrchestrationContext,
  input: Required<FleetBatchInput>,
  error: unknown,
): Generator<Task, void, unknown> {
  const { runId, number, failures } = input;
  const reason = error instanceof Error ? error.message : String(error);
  tell(context, { message: 'a slice of a fleet run failed', runId, number, failures, error: reason }, 'warn');
  if (failures >= failuresAtMost) {
    const failure = `batch ${number} failed ${failures} times in a row: ${reason}`;
    yield context.df.callActivityWithRetry(names.fleetGiveUp, patiently(), { runId, failure });
    return;
  }
  yield context.df.createTimer(new Date(nowOf(context) + backOffMs(failures)));
  context.df.continueAsNew(input);
}
