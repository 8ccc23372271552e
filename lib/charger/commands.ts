// Commands of people and tests: started here, settled here exactly once. What a command does to sessions and transactions
// is the dialect's; connection, power, messages and faults are the same for every version and stand here.
import { check } from '../ocpp/check';
import { decode } from '../ocpp/frame';
import { enqueue, logCall, sendFrame, strand } from './calls';
import type { Fault } from './charger';
import type { Command, Outcome, PendingCommand, Refusal } from './command';
import { CommandRefused, type Context, record, refuse, touch } from './context';
import type { DialectCommand } from './dialect';
import { closeLink, mayConnect, shownUrl } from './link';
import { arm, disarm, type TimerHandler } from './timers';

type Handlers = {
  [K in Exclude<Command['kind'], DialectCommand>]: (
    context: Context,
    command: Extract<Command, { kind: K }>,
    id: string,
  ) => void;
};

/** Starts a command. It is settled in this step or a later one. */
export function runCommand(context: Context, id: string, command: Command, timeoutMs: number): void {
  const { charger, wall } = context;
  if (charger.commands[id]) return;
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

function dispatch(context: Context, command: Command, id: string): void {
  const table = { ...handlers, ...context.dialect.commands };
  // The table is exhaustive over kinds by its type; TypeScript cannot see that key and argument belong together.
  const handler = table[command.kind] as (context: Context, command: Command, id: string) => void;
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
    pending.command.kind === 'connect'
  );
}

/** Ends a command, once. */
function settle(context: Context, id: string, outcome: Outcome): void {
  delete context.charger.commands[id];
  if (context.cause === id) delete context.cause;
  armDeadline(context);
  context.effects.push({ kind: 'settle', id, outcome, durable: true });
}

/** Commands that are about talking to the CSMS: without it they have failed. Others have happened all the same. */
const needCsms: ReadonlySet<Command['kind']> = new Set(['connect', 'sendMessage', 'sendFrame', 'awaitMessage']);

/** What a command waits for cannot come: the charger is off, offline on request, or not accepted by the CSMS yet. */
function strandCommand(context: Context, pending: PendingCommand): void {
  const { charger, dialect } = context;
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
  const registration = dialect.registration(charger);
  pending.result = { ...pending.result, online: false, queuedMessages: calls.queue.length, registration };
}

function whyStranded(context: Context, pending: PendingCommand): Refusal | undefined {
  const { charger, dialect } = context;
  if (charger.timers.reboot !== undefined) return undefined;
  if (!mayConnect(charger)) return { kind: 'wrongState', detail: whyOffline(context) };
  const { calls, timers } = charger;
  if (dialect.accepted(charger) || timers.boot === undefined || calls.inFlight) return undefined;
  if (pending.waitingFor === 'message' || pending.waitingFor === 'link') return undefined;
  if (pending.waitingFor !== undefined && pending.waitingFor !== 'registration') return undefined;
  const registration = dialect.registration(charger);
  const detail = `the CSMS has not accepted the charger: its registration is ${registration.status}`;
  return { kind: 'wrongState', detail, extra: { registration } };
}

/** The link could not be had or is lost: whoever waited for something that needs it has failed. */
export function failWaiting(context: Context, why: Refusal, keepListening: boolean): void {
  const { commands } = context.charger;
  for (const id in commands) {
    const pending = commands[id];
    if (pending?.waitingFor === undefined) continue;
    if (keepListening && pending.waitingFor === 'message') continue;
    delete pending.waitingFor;
    pending.failure ??= why;
  }
}

function whyOffline(context: Context): string {
  const { charger } = context;
  if (charger.power === 'off') return 'the charger is switched off: switch it on first';
  if (charger.network === 'offline') return 'the network of the charger is offline: bring it online first';
  return 'the charger was disconnected on request: connect it first';
}

/** One deadline for all commands: the earliest. */
function armDeadline(context: Context): void {
  const { charger } = context;
  let earliest = Number.POSITIVE_INFINITY;
  for (const id in charger.commands) earliest = Math.min(earliest, charger.commands[id]?.deadline ?? earliest);
  if (earliest === Number.POSITIVE_INFINITY) disarm(charger, 'command');
  else arm(charger, 'command', earliest);
}

/** Tells commands that wait for a CSMS call of this one, and of what the charger replied. */
export function heard(context: Context, action: string, request: unknown, response: unknown): void {
  const { charger, dialect } = context;
  for (const id in charger.commands) {
    const pending = charger.commands[id];
    const command = pending?.command;
    if (!pending || command?.kind !== 'awaitMessage' || pending.waitingFor === undefined) continue;
    if (command.action !== action || !contains(request, command.match ?? {})) continue;
    delete pending.waitingFor;
    pending.result = { action, request: dialect.mask(action, request), response: dialect.mask(action, response) };
  }
}

/** Deep subset: every field of `wanted` is in `value` and equal. */
function contains(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(wanted).every(([key, part]) => contains((value as Record<string, unknown>)[key], part));
}

/** Tells commands that wait for the registration how it stands now. */
export function registrationKnown(context: Context): void {
  const { commands } = context.charger;
  for (const id in commands) {
    const pending = commands[id];
    if (pending?.waitingFor === 'registration') delete pending.waitingFor;
  }
}

/** The first command that waits for the registration: what follows from it is done in its name. */
export function waitsForRegistration(context: Context): string | undefined {
  const { commands } = context.charger;
  return Object.keys(commands).find((id) => commands[id]?.waitingFor === 'registration');
}

/** Makes the command under way wait for the boot that must come first, if one must. */
export function awaitRegistration(context: Context): void {
  const { charger, dialect } = context;
  const pending = context.cause === undefined ? undefined : charger.commands[context.cause];
  if (pending && mayConnect(charger) && !dialect.accepted(charger)) pending.waitingFor ??= 'registration';
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
  for (const call of calls.queue) if (call.cause === id) delete call.cause;
  if (calls.inFlight?.cause === id) delete calls.inFlight.cause;
  calls.queue = calls.queue.filter((call) => !(call.raw && call.cause === undefined));
  const refusal = pending.failure ?? { kind: 'timeout' as const, detail: whatIsMissing(context, id, pending) };
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
  const call = charger.calls.inFlight;
  if (call) return `the CSMS did not answer ${call.action} within ${seconds} s`;
  if (pending.waitingFor === 'registration') return `the CSMS did not register the charger within ${seconds} s`;
  return `the outcome of ${command.kind} (${id}) did not come within ${seconds} s`;
}

const handlers: Handlers = {
  connect(context, command, id) {
    const { charger, dialect } = context;
    delete charger.link.stayDown;
    requireConnectable(context);
    charger.link.failures = 0;
    disarm(charger, 'reconnect');
    if (command.holdSeconds !== undefined) arm(charger, 'hold', context.wall + command.holdSeconds * 1000);
    const pending = charger.commands[id];
    if (!pending) return;
    // While a retry interval runs, the registration is known already and no BootNotification may go out (OCPP 1.6 §4.2).
    if (!dialect.accepted(charger) && !dialect.postponed(charger)) {
      pending.waitingFor = 'registration';
      dialect.bootNow(context);
    } else if (charger.link.state !== 'up') {
      pending.waitingFor = 'link';
    }
    touch(context);
  },

  disconnect(context, command) {
    const { charger } = context;
    disarm(charger, 'hold');
    const wasUp = charger.link.state === 'up';
    if (charger.connection === 'persistent') charger.link.stayDown = true;
    closeLink(context, command.abrupt === true, { kind: 'unreachable', detail: 'disconnected on request' });
    conclude(context, { wasConnected: wasUp });
    context.save = true;
  },

  power(context, command, id) {
    const { charger } = context;
    if (command.state !== 'on') switchOff(context);
    if (command.state === 'off') return touch(context);
    if (command.state === 'on' && charger.power === 'on') return;
    charger.power = 'on';
    context.dialect.powerOn(context);
    const pending = charger.commands[id];
    if (pending && charger.network === 'online' && !charger.link.stayDown) pending.waitingFor = 'registration';
    touch(context);
  },

  network(context, command) {
    const { charger } = context;
    if (charger.network === command.state) return;
    charger.network = command.state;
    if (command.state === 'offline') {
      const why = { kind: 'unreachable' as const, detail: 'the network of the charger went offline' };
      closeLink(context, true, why);
    } else {
      charger.link.failures = 0;
      awaitReplay(context);
    }
    touch(context);
  },

  raiseFault(context, command) {
    const { charger, dialect } = context;
    const { fault } = command;
    if (!dialect.faultCodes.includes(fault.errorCode)) {
      const message = `not an error code of ${charger.protocol}; there are: ${dialect.faultCodes.join(', ')}`;
      refuse('badInput', `errorCode: ${message}`, { errors: [{ path: 'errorCode', message }] });
    }
    if (Object.keys(command.address).length > 0) dialect.requirePlace(context, command.address);
    const raised: Fault = { id: `F${++charger.lastId}`, at: context.now, ...fault, ...command.address };
    charger.faults.push(raised);
    touch(context);
    dialect.faultsChanged(context);
    conclude(context, { fault: { ...raised, at: new Date(raised.at).toISOString() } });
    awaitRegistration(context);
  },

  clearFault(context, command) {
    const { charger } = context;
    const at = charger.faults.findIndex((fault) => fault.id === command.faultId);
    if (at < 0) {
      const known = charger.faults.map((fault) => fault.id).join(', ') || 'none';
      refuse('notFound', `no fault ${command.faultId}; there are: ${known}`);
    }
    charger.faults.splice(at, 1);
    touch(context);
    context.dialect.faultsChanged(context);
    awaitRegistration(context);
  },

  sendMessage(context, command) {
    const { charger, dialect } = context;
    requireConnectable(context);
    const { action, validate } = command;
    const message = Object.hasOwn(dialect.messages, action) ? dialect.messages[action] : undefined;
    if (validate && (!message || message.from === 'csms')) {
      const known = Object.keys(dialect.messages).filter((name) => dialect.messages[name]?.from !== 'csms');
      const detail = message
        ? `${action} is sent by the CSMS, not by chargers`
        : `${action} is not an action of ${charger.protocol}`;
      const hint = `a charger sends: ${known.join(', ')}; with validate=false anything`;
      refuse('badInput', `${detail}; ${hint}`, { errors: [{ path: 'action', message: hint }] });
    }
    const filled = message && message.from !== 'csms' ? dialect.fill(context, action, command.payload ?? {}) : {};
    const payload = validate ? prune({ ...filled, ...command.payload }) : { ...filled, ...command.payload };
    const problem = validate && message ? check(message.request, payload) : undefined;
    if (problem) {
      const errors = problem.problems.map((p) => ({
        path: `payload${p.path ? `.${p.path}` : ''}`,
        message: p.message,
      }));
      refuse('badInput', `payload: ${problem.message}; with validate=false it is sent as it is`, { errors });
    }
    const boots = action === 'BootNotification';
    if (!boots && validate) awaitRegistration(context);
    const note = validate ? {} : { note: { forced: true } };
    enqueue(context, { action, payload, kind: 'plain', raw: true, urgent: true, ...note });
    context.touched = true;
  },

  sendFrame(context, command, id) {
    requireConnectable(context);
    const { charger } = context;
    const pending = charger.commands[id];
    if (!pending) return;
    pending.waitingFor = charger.link.state === 'up' ? 'turn' : 'link';
    if (charger.link.state === 'up') transmitRaw(context, id, pending, command);
  },

  awaitMessage(context, _command, id) {
    requireConnectable(context);
    const { charger } = context;
    const pending = charger.commands[id];
    if (pending) pending.waitingFor = 'message';
  },

  updateSettings(context, command) {
    const { charger } = context;
    const { settings, ifRevision } = command;
    if (ifRevision !== undefined && ifRevision !== charger.revision) {
      refuse('stale', `the settings are at revision ${charger.revision} now, not ${ifRevision}: read them again`);
    }
    const moves =
      (settings.csms !== undefined && settings.csms.url !== charger.csms.url) ||
      (settings.identity !== undefined && settings.identity !== charger.identity);
    if (settings.identity !== undefined) charger.identity = settings.identity;
    if (settings.csms !== undefined) charger.csms = settings.csms;
    if (settings.tags !== undefined) charger.tags = settings.tags;
    if (settings.connection !== undefined) charger.connection = settings.connection;
    charger.revision += 1;
    if (moves || settings.csms !== undefined) {
      closeLink(context, false, { kind: 'unreachable', detail: 'the address of the CSMS changed' });
      charger.link.failures = 0;
    }
    if (moves) context.dialect.forgetRegistration(context);
    context.save = true;
    context.touched = true;
  },
};

/** Sends what `sendFrame` commands have waited to send. Called when the link is up. */
export function transmitWaiting(context: Context): void {
  const { commands } = context.charger;
  for (const id in commands) {
    const pending = commands[id];
    if (pending?.waitingFor !== 'link') continue;
    delete pending.waitingFor;
    if (pending.command.kind === 'sendFrame') transmitRaw(context, id, pending, pending.command);
  }
}

function transmitRaw(
  context: Context,
  id: string,
  pending: PendingCommand,
  command: Extract<Command, { kind: 'sendFrame' }>,
): void {
  const frame = decode(command.text);
  sendFrame(context, command.text, false);
  if (frame.kind === 'call') {
    logCall(context, 'sent', frame.action, frame.messageId, frame.payload);
    pending.waitingFor = `answer/${frame.messageId}`;
    return;
  }
  const at = context.wall;
  const payload =
    frame.kind === 'malformed' ? command.text.slice(0, 1000) : frame.kind === 'result' ? frame.payload : {};
  const type = frame.kind === 'malformed' ? 'invalid' : frame.kind;
  record(context, {
    kind: 'frame',
    frame: { at, direction: 'sent', type, action: '', messageId: frame.messageId ?? '', payload },
  });
  // What comes back to a broken frame, if anything, has no id to wait for: a while is all one can give it.
  pending.waitingFor = 'reaction';
  arm(context.charger, `frameWait/${id}`, at + (command.waitSeconds ?? 1) * 1000);
}

function switchOff(context: Context): void {
  const { charger } = context;
  charger.power = 'off';
  // Pulling the mains: nothing is sent, the socket dies without a close frame.
  closeLink(context, true, { kind: 'unreachable', detail: 'the charger lost its power' });
  strand(context, { kind: 'unreachable', detail: 'the charger lost its power' });
  context.dialect.powerOff(context);
  for (const name of Object.keys(charger.timers)) if (name !== 'command') disarm(charger, name);
  charger.link.failures = 0;
}

/** An order to go online is done when what was queued has been replayed. */
function awaitReplay(context: Context): void {
  const { charger, cause } = { charger: context.charger, cause: context.cause };
  const pending = cause === undefined ? undefined : charger.commands[cause];
  if (!pending || cause === undefined) return;
  if (!context.dialect.accepted(charger)) pending.waitingFor = 'registration';
  else if (charger.connection === 'persistent' || charger.calls.queue.length > 0) pending.waitingFor = 'link';
  for (const call of charger.calls.queue) {
    if (call.cause !== undefined) continue;
    call.cause = cause;
    pending.outstanding += 1;
  }
}

function requireConnectable(context: Context): void {
  const { charger } = context;
  const connectable = charger.power === 'on' && charger.network === 'online' && !charger.link.stayDown;
  if (!connectable) refuse('wrongState', whyOffline(context));
}

/** Adds to the result of the command under way. */
export function conclude(context: Context, result: Record<string, unknown>): void {
  const pending = context.cause === undefined ? undefined : context.charger.commands[context.cause];
  if (pending) pending.result = { ...pending.result, ...result };
}

/** Fields that a tester set to null are left out of the message. */
function prune(payload: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== null && value !== undefined));
}
