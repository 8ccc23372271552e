// A small function app that the host is proved with, through the real packages of the programming model. It uses what the
// simulator uses of them, and breaks the rules on purpose where a test wants to see that it is caught.
import { app, type HttpRequest, type HttpResponseInit, type InvocationContext, type Timer } from '@azure/functions';
import * as df from 'durable-functions';

const state = { count: 0, hooks: [] as string[], timers: [] as Timer[], activities: [] as string[] };

app.hook.preInvocation(({ invocationContext }) => void state.hooks.push(`before ${invocationContext.functionName}`));
app.hook.postInvocation(({ invocationContext }) => void state.hooks.push(`after ${invocationContext.functionName}`));
app.hook.appTerminate(() => void process.stdout.write('goodbye\n'));

app.http('echo', {
  methods: ['GET', 'POST', 'DELETE'],
  route: 'echo/{name}/{rest?}',
  authLevel: 'function',
  async handler(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
    context.log('echoing', request.params.name);
    return {
      status: 201,
      headers: { 'x-seen': request.headers.get('x-given') ?? '' },
      jsonBody: {
        method: request.method,
        url: request.url,
        params: request.params,
        query: Object.fromEntries(request.query),
        body: await request.text(),
        trace: context.traceContext?.traceParent,
        count: ++state.count,
        pid: process.pid,
      },
    };
  },
});
app.http('open', {
  methods: ['GET'],
  route: 'echo/literal',
  authLevel: 'anonymous',
  handler: () => ({ body: 'open' }),
});
app.http('broken', { methods: ['GET'], route: 'broken', handler: () => Promise.reject(new Error('secret reason')) });
app.http('crash', { methods: ['GET'], route: 'crash', handler: () => process.exit(3) });
app.http('seen', { methods: ['GET'], route: 'seen', handler: () => ({ jsonBody: state }) });
app.http('time', { methods: ['GET'], route: 'time', handler: () => ({ jsonBody: { now: Date.now() } }) });
app.http('wait', {
  methods: ['GET'],
  route: 'wait/{ms}',
  async handler({ params }) {
    const before = Date.now();
    await new Promise((resolve) => setTimeout(resolve, Number(params.ms)));
    return { jsonBody: { waitedMs: Date.now() - before } };
  },
});

app.timer('tick', { schedule: '%TICK_SCHEDULE%', handler: (timer) => void state.timers.push(timer) });

df.app.activity('double', {
  handler(n: number) {
    state.activities.push(`double ${n}`);
    if (n === 13) throw new Error('13 is not doubled');
    return { doubled: 2 * n };
  },
});
df.app.activity('hello', { handler: (name: string) => `hello ${name}` });
df.app.activity('flaky', {
  handler({ succeedsAt }: { succeedsAt: number }) {
    state.count++;
    if (state.count < succeedsAt) throw new Error(`attempt ${state.count}`);
    return state.count;
  },
});
df.app.activity('sleep', { handler: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)) });

/** Activity, timer, event: one after the other. */
df.app.orchestration('steps', function* (context) {
  const { doubled } = (yield context.df.callActivity('double', 4)) as { doubled: number };
  const greeting: unknown = yield context.df.callActivity('hello', 'you');
  context.df.setCustomStatus({ at: 'timer' });
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 60_000));
  const event: unknown = yield context.df.waitForExternalEvent('go');
  return { doubled, greeting, event, until: context.df.currentUtcDateTime.toISOString() };
});

/** What `keepAlive` does: an activity, then a timer against an event, then from the beginning. */
df.app.orchestration('rounds', function* (context) {
  const { round, log } = context.df.getInput() as { round: number; log: string[] };
  if (round === 0) return log;
  yield context.df.callActivity('double', round);
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 60_000));
  const changed = context.df.waitForExternalEvent('changed');
  const winner: unknown = yield context.df.Task.any([changed, timer]);
  if (winner === changed) timer.cancel();
  context.df.continueAsNew({ round: round - 1, log: [...log, winner === changed ? 'event' : 'timer'] });
});

/** An event comes while the activity runs, and nobody waits for it any more. */
df.app.orchestration('deaf', function* (context) {
  const { round } = context.df.getInput() as { round: number };
  if (round === 1) return yield context.df.waitForExternalEvent('changed');
  yield context.df.callActivity('sleep', 1000);
  context.df.continueAsNew({ round: 1 });
});

df.app.orchestration('retries', function* (context) {
  const options = new df.RetryOptions(5000, 3);
  options.backoffCoefficient = 2;
  const { succeedsAt } = context.df.getInput() as { succeedsAt: number };
  const both: unknown = yield context.df.Task.all([
    context.df.callActivityWithRetry('flaky', options, { succeedsAt }),
    context.df.callActivity('double', 1),
  ]);
  const after: unknown = yield context.df.callActivity('double', 2);
  return { both, after };
});

df.app.orchestration('caught', function* (context) {
  try {
    yield context.df.callActivity('double', 13);
  } catch (error) {
    return `caught ${(error as Error).message.split('\n')[0]}`;
  }
});
df.app.orchestration('fails', function* (context) {
  yield context.df.callActivity('double', 13);
});
df.app.orchestration('parent', function* (context) {
  const children = [1, 2].map((n) => context.df.callSubOrchestrator('child', n));
  return yield context.df.Task.all(children);
});
df.app.orchestration('child', function* (context) {
  return yield context.df.callActivity('double', context.df.getInput());
});
df.app.orchestration('slow', function* (context) {
  yield context.df.callActivity('sleep', 1000);
  return 'done';
});
df.app.orchestration('long', function* (context) {
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 10 * 86_400_000));
  return context.df.currentUtcDateTime.toISOString();
});

/** Breaks the rules: random, the real clock, module state, a timer that is left. */
df.app.orchestration('random', function* (context) {
  yield context.df.callActivity('double', Math.random());
});
df.app.orchestration('clockwise', function* (context) {
  yield context.df.createTimer(new Date(Date.now() + 1000));
});
df.app.orchestration('moody', function* (context) {
  // The same within an episode, another in the next.
  yield context.df.callActivity(state.activities.includes('double 77') ? 'hello' : 'double', 77);
  yield context.df.callActivity('double', 78);
});
df.app.orchestration('leaves', function* (context) {
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 60_000));
  yield context.df.Task.any([timer, context.df.callActivity('double', 1)]);
});

const client = { extraInputs: [df.input.durableClient()], methods: ['POST' as const] };
app.http('orchestrate', {
  ...client,
  route: 'orchestrations/{name}/{id}',
  async handler(request, context) {
    const input: unknown = await request.json();
    const { name = '', id = '' } = request.params;
    return { status: 202, jsonBody: await df.getClient(context).startNew(name, { instanceId: id, input }) };
  },
});
app.http('manage', {
  ...client,
  route: 'orchestrations/{id}/do/{what}',
  async handler({ params: { id = '', what = '' } }, context) {
    const durable = df.getClient(context);
    const does: Record<string, () => Promise<unknown>> = {
      status: () => durable.getStatus(id, { showHistory: true }),
      running: () => durable.getStatusBy({ runtimeStatus: [df.OrchestrationRuntimeStatus.Running] }),
      all: () => durable.getStatusAll(),
      raise: () => durable.raiseEvent(id, 'go', { from: 'client' }),
      terminate: () => durable.terminate(id, 'enough'),
      purge: () => durable.purgeInstanceHistory(id),
    };
    try {
      return { jsonBody: (await does[what]?.()) ?? null };
    } catch (error) {
      return { status: 418, jsonBody: (error as Error).message };
    }
  },
});
