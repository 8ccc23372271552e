// What is logged while an invocation runs goes to its own log, with its ids. What runs outside of any, or after its end, goes to the
// process's.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { InvocationContext } from '@azure/functions';
import { createLogger, type Level, type Logger } from '../lib/host/log';

interface Scope {
  context: InvocationContext;
  chargerId?: string;
  over: boolean;
}

const scopes = new AsyncLocalStorage<Scope>();

/** Runs `act` as part of the invocation; entries logged meanwhile name it and the charger. */
export async function inInvocation<T>(
  context: InvocationContext,
  chargerId: string | undefined,
  act: () => Promise<T>,
): Promise<T> {
  const scope: Scope = { context, ...(chargerId === undefined ? {} : { chargerId }), over: false };
  try {
    return await scopes.run(scope, act);
  } finally {
    // Sockets outlive invocations, and the worker complains of entries that come after the end.
    scope.over = true;
  }
}

const writers = {
  debug: (context) => (line) => context.debug(line),
  info: (context) => (line) => context.log(line),
  warn: (context) => (line) => context.warn(line),
  error: (context) => (line) => context.error(line),
} satisfies Record<Level, (context: InvocationContext) => (line: string) => void>;

function write(line: string, level: Level): void {
  const scope = scopes.getStore();
  if (scope && !scope.over) writers[level](scope.context)(line.trimEnd());
  // The Functions host takes what comes this way for errors.
  else if (level === 'error') process.stderr.write(line);
  else process.stdout.write(line);
}

function about(): Record<string, unknown> {
  const scope = scopes.getStore();
  if (!scope) return {};
  const { context, chargerId } = scope;
  return { ...aboutInvocation(context), ...(chargerId === undefined ? {} : { chargerId }) };
}

function aboutInvocation({ invocationId, functionName, traceContext }: InvocationContext): Record<string, unknown> {
  const traceparent = traceContext?.traceParent;
  return { invocationId, functionName, ...(traceparent ? { traceparent } : {}) };
}

/** One JSON object per line. */
export function createInvocationLogger(level: Level): Logger {
  return createLogger({ level, format: 'json', write, about });
}

/** A logger for one invocation that keeps a time of its own, as orchestrators do. */
export function loggerOf(context: InvocationContext, clock: () => number): Logger {
  return createLogger({
    level: 'info',
    format: 'json',
    write: (line, level) => writers[level](context)(line.trimEnd()),
    clock,
    about: () => aboutInvocation(context),
  });
}
