// The module `@azure/functions-core`, which only exists inside the Azure Functions Node worker: it takes what an app
// registers. Made after azure-functions-nodejs-worker's own; what runs the functions is in `worker.ts`.
import Module from 'node:module';
import type { FunctionMetadata, InvocationRequest, InvocationResponse, LogEntry } from './protocol';

export type FunctionCallback = (...args: unknown[]) => unknown;
export type HookCallback = (context: Record<string, unknown>) => unknown;
export type Log = (level: string, category: LogEntry['category'], message: string) => void;

export interface CoreInvocationContext {
  invocationId: string;
  request: InvocationRequest;
  metadata: FunctionMetadata;
  state: 'preInvocationHooks' | 'postInvocationHooks' | undefined;
  log: Log;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
}

export interface App {
  functions: Map<string, { metadata: FunctionMetadata; callback: FunctionCallback }>;
  hooks: Map<string, HookCallback[]>;
  /** What hooks share for the life of the process. */
  appHookData: Record<string, unknown>;
  model: ProgrammingModel | undefined;
  /** Registration is over: the worker refuses it once the app has started. */
  started: boolean;
  log: Log;
}

export function createApp(log: Log): App {
  return { functions: new Map(), hooks: new Map(), appHookData: {}, model: undefined, started: false, log };
}

/** The exports of `@azure/functions-core` for an app. */
export function coreModule(app: App) {
  return {
    version: '3.10.1',
    hostVersion: '4.1037.0',
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) => register(app, metadata, callback),
    setProgrammingModel: (model: ProgrammingModel) => {
      app.model = model;
    },
    getProgrammingModel: () => app.model,
    registerHook: (name: string, callback: HookCallback) => registerHook(app, name, callback),
    log: app.log,
  };
}

function register(app: App, metadata: FunctionMetadata, callback: FunctionCallback) {
  if (app.started) throw new Error('A function can only be registered during app startup.');
  if (app.functions.has(metadata.name)) throw new Error(`A function named "${metadata.name}" was registered before.`);
  app.functions.set(metadata.name, { metadata, callback });
  return { dispose: () => void app.functions.delete(metadata.name) };
}

function registerHook(app: App, name: string, callback: HookCallback) {
  const callbacks = app.hooks.get(name) ?? [];
  app.hooks.set(name, callbacks);
  callbacks.push(callback);
  return { dispose: () => void callbacks.splice(callbacks.indexOf(callback), 1) };
}

interface Loader {
  _load(request: string, ...rest: unknown[]): unknown;
}

/** Makes `require('@azure/functions-core')` find the module from here on, in this process. */
export function provideCoreModule(app: App): void {
  const loader = Module as unknown as Loader;
  const load = loader._load;
  const provided = coreModule(app);
  loader._load = (request, ...rest) =>
    request === '@azure/functions-core' ? provided : load.call(loader, request, ...rest);
}
