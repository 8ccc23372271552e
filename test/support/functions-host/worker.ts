// What the Azure Functions Node worker does: load an app, and run one invocation through the programming model that the
// app brought, hooks around it. How the host talks to the process is in `worker-process.ts`.
import type { App, CoreInvocationContext, FunctionCallback } from './core-module';
import type { FunctionMetadata, InvocationRequest, InvocationResponse } from './protocol';

/** Loads the bundle and starts the app. @throws what the bundle throws, and when it registers nothing */
export async function startApp(app: App, bundle: string, load: (file: string) => unknown): Promise<StartedApp> {
  load(bundle);
  if (!app.model) throw new Error('the bundle registered no function: it may carry no @azure/functions');
  const capabilities = await app.model.getCapabilities({ RawHttpBodyBytes: 'true', RpcHttpBodyOnly: 'true' });
  await runHooks(app, 'appStart', { hookData: app.appHookData });
  app.started = true;
  return { capabilities, functions: [...app.functions.values()].map(({ metadata }) => plain(metadata)) };
}

export interface StartedApp {
  functions: FunctionMetadata[];
  capabilities: Record<string, string>;
}

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Runs the hooks of a clean end of the process. */
export async function terminateApp(app: App): Promise<void> {
  await runHooks(app, 'appTerminate', { hookData: app.appHookData });
}

async function runHooks(app: App, name: string, context: Record<string, unknown>): Promise<void> {
  for (const hook of app.hooks.get(name) ?? []) await hook(context);
}

/** Wraps the callback of one invocation. */
export type Around = (metadata: FunctionMetadata, callback: FunctionCallback) => FunctionCallback;

/** One invocation. @throws what the function, a hook or the conversion of the result throws */
export async function invoke(app: App, request: InvocationRequest, around: Around): Promise<InvocationResponse> {
  const registered = app.functions.get(request.functionName);
  if (!registered || !app.model) throw new Error(`no function is named "${request.functionName}"`);
  const core: CoreInvocationContext = {
    invocationId: request.invocationId,
    request,
    metadata: registered.metadata,
    state: undefined,
    log: app.log,
  };
  const model = app.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  const shared = { hookData: {}, appHookData: app.appHookData, invocationContext: context };
  const before = { ...shared, inputs, functionCallback: around(registered.metadata, registered.callback) };
  await inState(core, 'preInvocationHooks', () => runHooks(app, 'preInvocation', before));
  const after: Outcome = { ...shared, inputs: before.inputs, result: null, error: null };
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error;
  }
  await inState(core, 'postInvocationHooks', () => runHooks(app, 'postInvocation', after));
  if (after.error !== null && after.error !== undefined) throw after.error;
  return model.getResponse(context, after.result);
}

interface Outcome extends Record<string, unknown> {
  result: unknown;
  error: unknown;
}

async function inState(core: CoreInvocationContext, state: CoreInvocationContext['state'], run: () => Promise<void>) {
  core.state = state;
  try {
    await run();
  } finally {
    core.state = undefined;
  }
}
