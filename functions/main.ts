// Entry of the Azure Functions app: every function that there is. Registering never fails: an app that throws while it is loaded has no
// functions at all, and the portal does not say why. What is wrong is told by the functions themselves.
import { app, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { operations } from '../lib/api/table';
import type { SliceInput } from '../lib/fleet/slice';
import { type AzureSettings, readAzureSettings } from '../lib/host/settings';
import { fleetBatch, fleetRun } from './fleet-run';
import { type AzureHost, hostRules, openHost } from './host';
import { answer, answerUnknown } from './http';
import { createInvocationLogger, inInvocation } from './invocation';
import { carryOut } from './jobs';
import { type JobInput, type KeepAliveInput, keepAlive, names, runJob } from './keep-alive';
import { createOrchestrations } from './orchestrations';
import { checkHoldWindow } from './time-limit';
import { createUnderWay } from './under-way';

const everyMinute = '0 * * * * *';
/** What invocations get for their answers once this process has let go of its chargers. */
const lastAnswersMs = 1_000;

function read(): { settings?: AzureSettings; wrong?: Error } {
  try {
    const settings = readAzureSettings(process.env);
    hostRules(settings);
    checkHoldWindow(settings.HOLD_WINDOW_SECONDS, process.env);
    return { settings };
  } catch (error) {
    return { wrong: error instanceof Error ? error : new Error(String(error)) };
  }
}

const { settings, wrong } = read();
const logger = createInvocationLogger(settings?.LOG_LEVEL ?? 'info');
const orchestrations = createOrchestrations();
const underWay = createUnderWay();
let opened: Promise<AzureHost> | undefined;

/** The one host of this process. @throws SettingsError */
function host(): Promise<AzureHost> {
  if (!settings) return Promise.reject(wrong);
  opened ??= openHost(settings, orchestrations, logger).catch((error: unknown) => {
    logger.error({ message: 'the host cannot be started', error });
    opened = undefined;
    throw error;
  });
  return opened;
}

if (wrong) logger.error({ message: 'the settings are wrong: every function answers so', error: wrong.message });

/** Runs a function's work; before it ends, what it did is written back, every doorbell it caused rung, the live feed told. */
async function perform<T>(
  context: InvocationContext,
  chargerId: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  orchestrations.use(df.getClient(context));
  const finish = async () => {
    try {
      return await work();
    } finally {
      await opened?.then(({ settled }) => settled(chargerId)).catch(() => {});
    }
  };
  return underWay.run(() => inInvocation(context, chargerId, finish));
}

const depsOf = async () => (await host()).deps;

for (const operation of operations) {
  app.http(operation.name, {
    methods: [operation.method],
    route: operation.route,
    authLevel: operation.open ? 'anonymous' : 'function',
    extraInputs: [df.input.durableClient()],
    handler: (request, context) => perform(context, request.params.chargerId, () => answer(operation, request, depsOf)),
  });
}

app.http('notFound', {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'],
  route: '{*path}',
  authLevel: 'function',
  handler: (request) => answerUnknown(request, operations),
});

df.app.orchestration(names.keepAlive, keepAlive);
df.app.orchestration(names.runJob, runJob);

df.app.orchestration(names.fleetRun, fleetRun);
df.app.orchestration(names.fleetBatch, fleetBatch);

function activity<T extends { chargerId?: string }>(
  name: string,
  work: (host: AzureHost, input: T) => Promise<unknown>,
) {
  df.app.activity(name, {
    extraInputs: [df.input.durableClient()],
    handler: (input: T, context) => perform(context, input.chargerId, async () => work(await host(), input)),
  });
}

activity<KeepAliveInput>(names.wake, ({ simulator }, { chargerId }) => simulator.wake(chargerId));
/** One that a fleet run has is held by its batch: somebody who used it between two slices has woken it. */
activity<KeepAliveInput>(names.hold, async ({ fleet, simulator, settings }, { chargerId, released }) =>
  !released && (await fleet.has(chargerId))
    ? { hold: false }
    : simulator.hold(chargerId, Date.now() + settings.HOLD_WINDOW_SECONDS * 1000),
);
activity<JobInput>(names.job, ({ deps }, input) => carryOut(input, deps));
activity<SliceInput & { chargerId?: never }>(names.fleetSlice, ({ slices }, input) => slices.run(input));
activity<{ runId: string; failure: string; chargerId?: never }>(names.fleetGiveUp, ({ fleet }, { runId, failure }) =>
  fleet.giveUp(runId, failure),
);
activity<{ runId: string; chargerId?: never }>(names.fleetEnd, ({ fleet }, { runId }) => fleet.close(runId));

app.timer('sweep', {
  schedule: settings?.SWEEP_SCHEDULE ?? everyMinute,
  extraInputs: [df.input.durableClient()],
  handler: (_, context) =>
    perform(context, undefined, async () => {
      const swept = await (await host()).sweep.run();
      if (swept.overdue > 0) logger.info({ message: 'swept', ...swept });
    }),
});

app.hook.appTerminate(async () => {
  if (opened) await (await opened).stop(() => underWay.ended(lastAnswersMs));
});
