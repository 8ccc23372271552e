// What the host and its worker processes tell each other over IPC, after the gRPC contract of the Azure Functions language
// workers (FunctionRpc.proto), cut down to what the host uses. No behaviour.

/** TypedData: exactly one field is there. */
export interface RpcTypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  http?: RpcHttp;
}

export interface RpcHttp {
  method?: string;
  url?: string;
  nullableHeaders?: Record<string, { value: string }>;
  nullableParams?: Record<string, { value: string }>;
  nullableQuery?: Record<string, { value: string }>;
  body?: RpcTypedData | null;
  statusCode?: string;
  headers?: Record<string, string>;
}

export interface Binding {
  type: string;
  direction: 'in' | 'out';
  [option: string]: unknown;
}

/** A function as the bundle registered it; bindings by name, `$return` among them. */
export interface FunctionMetadata {
  name: string;
  bindings: Record<string, Binding>;
}

export interface InvocationRequest {
  invocationId: string;
  functionName: string;
  inputData: { name: string; data: RpcTypedData }[];
  triggerMetadata?: Record<string, RpcTypedData>;
  traceContext?: { traceParent: string; traceState: string };
}

export interface InvocationResponse {
  returnValue?: RpcTypedData | null;
  outputData?: { name: string; data: RpcTypedData }[];
}

export interface LogEntry {
  /** `user`: context.log; `system`: the library; `console`: what the process printed. */
  category: 'user' | 'system' | 'console';
  level: string;
  message: string;
  functionName?: string;
  invocationId?: string;
}

/** Epoch milliseconds as the worker sees them: real, or what the host says; off by the worker's own error. */
export type WorkerTime = { mode: 'real'; offsetMs: number } | { mode: 'virtual'; now: number; offsetMs: number };

/** How a worker is doing, for telling whether anything can still happen without time passing. */
export interface WorkerState {
  /** Changes whenever a byte is read or written, a timer is set or an invocation moves. */
  signature: string;
  /** Requests to the operating system under way: connects, writes, files, names. */
  requests: number;
  /** Host time at which its earliest virtual timer is due. */
  nextTimerAt?: number;
}

export type ToWorker =
  | { kind: 'start'; bundle: string; time: WorkerTime }
  /** `clockShiftMs` sets the clock ahead while the handler runs synchronously: a second look at an orchestrator. */
  | { kind: 'invoke'; request: InvocationRequest; clockShiftMs: number }
  | { kind: 'tick'; sequence: number; now: number }
  | { kind: 'ping'; sequence: number }
  | { kind: 'terminate'; sequence: number };

export type FromWorker =
  | { kind: 'ready'; functions: FunctionMetadata[]; capabilities: Record<string, string> }
  | { kind: 'failed'; message: string }
  | { kind: 'result'; invocationId: string; response: InvocationResponse }
  | { kind: 'error'; invocationId: string; error: { message: string; stack: string } }
  | { kind: 'state'; sequence: number; state: WorkerState }
  | { kind: 'log'; entry: LogEntry };
