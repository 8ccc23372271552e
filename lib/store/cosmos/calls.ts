// One operation of the service: how long it may take, when it is repeated, and what its failures are to the ports. What an
// operation says and means is not here.
import { StoreUnavailableError } from '../../simulator/ports';

/** What a failed operation may mean, by HTTP status. `repeated`: an earlier attempt may have been carried out unheard. */
export type Meanings<T> = Record<number, (repeated: boolean) => T | Promise<T>>;

/**
 * Performs one operation; repeats it once when it is not known whether it was carried out, so it must be one that may be.
 * `what` names it in errors. @throws StoreUnavailableError
 */
export type Call = <T>(what: string, run: (signal: AbortSignal) => Promise<T>, meanings?: Meanings<T>) => Promise<T>;

export interface CallOptions {
  /** For an operation with everything that is repeated in it. Milliseconds. */
  operationTimeoutMs?: number;
  /** Before an operation is repeated. Milliseconds. */
  pauseMs?: number;
}

/** Statuses after which the same request may well succeed. 429 is not among them: the SDK has waited as it was told to. */
const passing = new Set([408, 449, 500, 502, 503, 504]);

export function createCall({ operationTimeoutMs = 20_000, pauseMs = 100 }: CallOptions): Call {
  return async (what, run, meanings = {}) => {
    const signal = AbortSignal.timeout(operationTimeoutMs);
    for (let repeated = false; ; repeated = true) {
      try {
        return await unlessAborted(run, signal);
      } catch (error) {
        const failure = readFailure(error);
        const meaning = failure.status === undefined ? undefined : meanings[failure.status];
        if (meaning && !isContainerMissing(failure)) return await meaning(repeated);
        if (repeated || signal.aborted || !isPassing(failure)) throw explain(what, failure, operationTimeoutMs);
      }
      await pause(pauseMs);
    }
  };
}

/** The SDK does not look at the signal while it waits as a 429 told it to. */
async function unlessAborted<T>(run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([run(signal), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** All that is kept of an error of the SDK: the rest may hold the endpoint, signatures or documents. */
interface Failure {
  status?: number;
  substatus?: number;
  /** `ECONNREFUSED`, `TimeoutError`, … */
  name?: string;
  activityId?: string;
  error: unknown;
}

function readFailure(error: unknown): Failure {
  if (typeof error !== 'object' || error === null) return { error };
  const { code, statusCode, substatus, activityId, name } = error as Record<string, unknown>;
  const status = typeof code === 'number' ? code : statusCode;
  return {
    error,
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof substatus === 'number' ? { substatus } : {}),
    ...(typeof code === 'string' ? { name: code } : typeof name === 'string' ? { name } : {}),
    ...(typeof activityId === 'string' ? { activityId } : {}),
  };
}

/** Not the document is missing, but what it would be in. */
export const containerMissing = { code: 404, substatus: 1003 };

function isContainerMissing({ status, substatus }: Failure): boolean {
  return status === containerMissing.code && substatus === containerMissing.substatus;
}

function isPassing(failure: Failure): boolean {
  return failure.status === undefined ? isNetwork(failure) : passing.has(failure.status);
}

/** Codes of the system and of the SDK for requests that never had an answer. */
function isNetwork({ name }: Failure): boolean {
  return name !== undefined && (/^E[A-Z_]+$/.test(name) || networkNames.has(name));
}

const networkNames = new Set(['REQUEST_SEND_ERROR', 'PARSE_ERROR', 'SyntaxError', 'TimeoutError', 'AbortError']);

const signInNames =
  /^(CredentialUnavailableError|AuthenticationError|AggregateAuthenticationError|AuthenticationRequiredError)$/;

function explain(what: string, failure: Failure, timeoutMs: number): Error {
  const { status, name, activityId, error } = failure;
  const trace = activityId ? `, activity ${activityId}` : '';
  if (name !== undefined && signInNames.test(name))
    return unavailable(what, 'no identity to sign in with (give the host a managed identity, or set COSMOS_KEY)');
  if (name === 'TimeoutError' || name === 'AbortError')
    return unavailable(what, `no answer in time (${timeoutMs} ms at most)`);
  if (status === undefined && isNetwork(failure)) return unavailable(what, `no answer (${name})`);
  if (status === undefined) return error instanceof Error ? error : new Error(String(error));
  const reason = reasons[status];
  if (reason !== undefined) return unavailable(what, `${reason} (HTTP ${status}${trace})`);
  if (passing.has(status)) return unavailable(what, `HTTP ${status}${trace}`);
  return new Error(
    `${what}: Cosmos DB refused the request (HTTP ${status}${trace})${status === 413 ? ': a document may have 2 MB' : ''}`,
  );
}

function unavailable(what: string, reason: string): StoreUnavailableError {
  return new StoreUnavailableError(`${what}: Cosmos DB is not available: ${reason}`);
}

const reasons: Record<number, string> = {
  401: 'the key or identity is not accepted',
  403: 'the key or identity may not do this, or the network of the host is not let in',
  404: 'the database or a container is missing, create them with `npm run cosmos:create`',
  429: 'the requests exceed what the account provides',
};
