// Commands of people and tests: started here, settled here exactly once. What each does is in command-handlers.ts and, where
// it depends on the OCPP version, in the dialect.
import type { Command, Outcome, PendingCommand, Refusal } from './command';
import { commandHandlers } from './command-handlers';
import { CommandRefused, type Context } from './context';
import { closeLink, mayConnect, shownUrl } from './link';
import { whyOffline } from './pending';
import { bytesOf } from './queue-budget';
import { isAccepted, isPostponed, viewRegistration } from './registration';
import { arm, disarm, type TimerHandler } from './timers';

/** Commands under way at most: each is in the document, with what it is to send. */
const commandsMost = 50;

/** Bytes of one message or pattern that a command brings, and of all commands under way together. */
const messageBytesMost = 64 * 1024;
const commandsBytesMost = 128 * 1024;

/** Commands that end what others wait for: never turned away. */
const releasing: ReadonlySet<Command['kind']> = new Set(['disconnect', 'retire']);

/** Starts a command. It is settled in this step or a later one. */
export function runCommand(context: Context, id: string, command: Command, timeoutMs: number): void {
  const { charger, wall } = context;
  if (charger.commands[id]) return;
  const tooMuch = whyTooMuch(context, command);
  if (tooMuch) return settle(context, id, { ok: false, refusal: tooMuch });
  charger.commands[id] = { command, since: wall, deadline: wall + timeoutMs, outstanding: 0 };
  armDeadline(context);
  context.cause = id;
  // A person who asks now does not wait for the back-off.
  if (mayConnect(charger) && charger.link.state === 'down') {
    charger.link.failures = 0;
    disarm(charger, 'reconnect');
  }
  try {
    dispatch(context, command, id);
  } catch (error) {
    if (!(error instanceof CommandRefused)) throw error;
    settle(context, id, { ok: false, refusal: error.refusal });
  }
}

/** What a command may bring into the document, where it waits until it is settled. */
function whyTooMuch({ charger }: Context, command: Command): Refusal | undefined {
  const large = messageTooLarge(command);
  if (large || releasing.has(command.kind)) return large;
  const waiting = Object.values(charger.commands).map((pending) => pending.command);
  if (waiting.length >= commandsMost) {
    const detail = `${waiting.length} commands are under way, and there may be ${commandsMost}: wait until some have ended`;
    return { kind: 'wrongState', detail };
  }
  const bytes = bytesOf(bulkOf(command)?.value);
  if (bytes <= smallBytes) return undefined;
  const all = waiting.reduce((sum, other) => sum + bytesOf(bulkOf(other)?.value), bytes);
  if (all <= commandsBytesMost) return undefined;
  const detail = `the messages of commands under way would take ${all} bytes, and may take ${commandsBytesMost}: wait until some have ended`;
  return { kind: 'wrongState', detail };
}

/** A message this small is taken whatever else waits. */
const smallBytes = 1024;

function messageTooLarge(command: Command): Refusal | undefined {
  const bulk = bulkOf(command);
  const bytes = bytesOf(bulk?.value);
  if (!bulk || bytes <= messageBytesMost) return undefined;
  const message = `must not be larger than ${messageBytesMost} bytes as JSON; it has ${bytes}`;
  return { kind: 'badInput', detail: `${bulk.path}: ${message}`, errors: [{ path: bulk.path, message }] };
}

/** The part of a command that the caller may make as large as it likes. */
function bulkOf(command: Command): { path: string; value: unknown } | undefined {
  if (command.kind === 'sendFrame') return { path: 'text', value: command.text };
  if (command.kind === 'sendMessage') return { path: 'payload', value: command.payload };
  if (command.kind === 'awaitMessage') return { path: 'match', value: command.match };
  return undefined;
}

function dispatch(context: Context, command: Command, id: string): void {
  const table = command.kind in commandHandlers ? commandHandlers : context.dialect.commands;
  // The two tables together are exhaustive over kinds by their types; TypeScript cannot see that key and argument belong together.
  const handler = table[command.kind as keyof typeof table] as (context: Context, command: Command, id: string) => void;
  handler(context, command, id);
}

/** Settles every command that has nothing left to wait for. Called at the end of each step. */
export function settleCommands(context: Context): void {
  const { commands } = context.charger;
  for (const id in commands) {
    const pending = commands[id];
    if (!pending) continue;
    strandCommand(context, pending);
    if (pending.outstanding > 0 || pending.waitingFor !== undefined) continue;
    settle(context, id, outcomeOf(context, pending));
  }
}

function outcomeOf(context: Context, pending: PendingCommand): Outcome {
  if (pending.failure && matters(pending)) {
    const extra = { ...context.dialect.report(context, pending), ...pending.failure.extra };
    return { ok: false, refusal: { ...pending.failure, extra } };
  }
  return { ok: true, result: { ...context.dialect.report(context, pending), ...pending.result } };
}

/** A status the CSMS would not take does not undo a plug-in; a lost connection or a refused message does spoil an order. */
function matters(pending: PendingCommand): boolean {
  const kind = pending.failure?.kind;
  if (kind !== 'refusedByCsms') return true;
  return (
    pending.command.kind === 'sendMessage' ||
    pending.command.kind === 'startTransaction' ||
    pending.command.kind === 'requestCertificate' ||
    pending.command.kind === 'connect'
  );
}

/** Ends a command, once. */
function settle(context: Context, id: string, outcome: Outcome): void {
  const kind = context.charger.commands[id]?.command.kind;
  delete context.charger.commands[id];
  if (kind === 'retire') hangUpForGood(context);
  if (context.cause === id) delete context.cause;
  armDeadline(context);
  context.effects.push({ kind: 'settle', id, outcome, durable: true });
}

/** A charger about to be deleted is not dialled or held again, whichever process has it in hand. */
function hangUpForGood(context: Context): void {
  const { charger } = context;
  disarm(charger, 'hold');
  charger.link.stayDown = true;
  closeLink(context, false, { kind: 'unreachable', detail: 'the charger is being deleted' });
}

/** Commands that are about talking to the CSMS: without it they have failed. Others have happened all the same. */
const needCsms: ReadonlySet<Command['kind']> = new Set(['connect', 'sendMessage', 'sendFrame', 'awaitMessage']);

/** What a command waits for cannot come: the charger is off, offline on request, or not accepted by the CSMS yet. */
function strandCommand(context: Context, pending: PendingCommand): void {
  const { charger } = context;
  if (pending.outstanding === 0 && pending.waitingFor === undefined) return;
  const why = whyStranded(context, pending);
  if (!why) return;
  const { calls, commands } = charger;
  const own = calls.queue.filter((call) => call.cause !== undefined && commands[call.cause] === pending);
  for (const call of own) delete call.cause;
  calls.queue = calls.queue.filter((call) => !(call.raw && own.includes(call)));
  pending.outstanding = 0;
  delete pending.waitingFor;
  if (needCsms.has(pending.command.kind)) pending.failure ??= why;
  const registration = viewRegistration(charger);
  pending.result = { ...pending.result, online: false, queuedMessages: calls.queue.length, registration };
}

function whyStranded(context: Context, pending: PendingCommand): Refusal | undefined {
  const { charger } = context;
  // What the charger does by itself comes to an end whatever the link does.
  if (charger.timers.reboot !== undefined || pending.waitingFor === 'contract') return undefined;
  if (!mayConnect(charger)) return { kind: 'wrongState', detail: whyOffline(context) };
  if (isAccepted(charger) || !isPostponed(charger) || charger.calls.inFlight) return undefined;
  if (pending.waitingFor === 'message' || pending.waitingFor === 'link') return undefined;
  if (pending.waitingFor !== undefined && pending.waitingFor !== 'registration') return undefined;
  const registration = viewRegistration(charger);
  const detail = `the CSMS has not accepted the charger: its registration is ${registration.status}`;
  return { kind: 'wrongState', detail, extra: { registration } };
}

/** One deadline for all commands: the earliest. */
function armDeadline(context: Context): void {
  const { charger } = context;
  let earliest = Number.POSITIVE_INFINITY;
  for (const id in charger.commands) earliest = Math.min(earliest, charger.commands[id]?.deadline ?? earliest);
  if (earliest === Number.POSITIVE_INFINITY) disarm(charger, 'command');
  else arm(charger, 'command', earliest);
}

export const commandTimers: Record<string, TimerHandler> = {
  command(context) {
    const { commands } = context.charger;
    for (const id in commands) {
      const pending = commands[id];
      if (pending && pending.deadline <= context.wall) expire(context, id, pending);
    }
    armDeadline(context);
  },
  frameWait(context, id) {
    const pending = context.charger.commands[id];
    if (pending) delete pending.waitingFor;
  },
};

function expire(context: Context, id: string, pending: PendingCommand): void {
  const { calls } = context.charger;
  const refusal = pending.failure ?? { kind: 'timeout' as const, detail: whatIsMissing(context, id, pending) };
  for (const call of calls.queue) if (call.cause === id) delete call.cause;
  if (calls.inFlight?.cause === id) delete calls.inFlight.cause;
  calls.queue = calls.queue.filter((call) => !(call.raw && call.cause === undefined));
  settle(context, id, {
    ok: false,
    refusal: { ...refusal, extra: { ...context.dialect.report(context, pending), ...refusal.extra } },
  });
}

function whatIsMissing(context: Context, id: string, pending: PendingCommand): string {
  const { charger } = context;
  const seconds = Math.round((context.wall - pending.since) / 1000);
  const { command } = pending;
  if (command.kind === 'awaitMessage') return `no ${command.action} that matches arrived within ${seconds} s`;
  if (charger.link.state === 'opening') return `no connection to ${shownUrl(charger)} within ${seconds} s`;
  const { inFlight, queue } = charger.calls;
  const waits = queue.find(({ cause }) => cause === id);
  // OCPP-J 1.6 §4.1.1, 2.0.1 part 4 §4.1.1: one CALL at a time.
  if (waits && inFlight && inFlight.cause !== id) {
    return `${waits.action} was not sent within ${seconds} s: the CSMS has not answered ${inFlight.action} before it`;
  }
  if (inFlight) return `the CSMS did not answer ${inFlight.action} within ${seconds} s`;
  if (pending.waitingFor === 'registration') return `the CSMS did not register the charger within ${seconds} s`;
  return `the outcome of ${command.kind} (${id}) did not come within ${seconds} s`;
}
