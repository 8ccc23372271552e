// What commands under way wait for and collect: a registration, a CSMS call, a result. Starting and settling are in commands.ts.

import type { Refusal } from './command';
import { contains } from './contains';
import type { Context } from './context';
import type { LoggedFrame } from './effect';
import { showPayload } from './large-payload';
import { mayConnect } from './link';
import { isAccepted } from './registration';

/** The link could not be had or is lost: whoever waited for something that needs it has failed. */
export function failWaiting(context: Context, why: Refusal, keepListening: boolean): void {
  const { commands } = context.charger;
  for (const id in commands) {
    const pending = commands[id];
    if (pending?.waitingFor === undefined) continue;
    if (pending.waitingFor === 'contract' || (keepListening && pending.waitingFor === 'message')) continue;
    delete pending.waitingFor;
    pending.failure ??= why;
  }
}

/** Why a charger that nothing but itself keeps from connecting is offline, and what would help. */
export function whyOffline(context: Context): string {
  const { charger } = context;
  if (charger.power === 'off') return 'the charger is switched off: switch it on first';
  if (charger.network === 'offline') return 'the network of the charger is offline: bring it online first';
  return 'the charger was disconnected on request: connect it first';
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
    const show = (payload: unknown) =>
      showPayload(dialect.mask(action, payload), JSON.stringify(payload ?? null).length);
    pending.result = { action, request: show(request), response: show(response) };
  }
}

/**
 * Tells a command that listens of the first call that it would have heard, had it reached the charger when it was asked for. `frames` as
 * the log shows them, oldest first. A call that is not answered yet is heard when it is.
 */
export function heardBefore(context: Context, id: string, frames: readonly LoggedFrame[]): void {
  const pending = context.charger.commands[id];
  const command = pending?.command;
  if (command?.kind !== 'awaitMessage' || pending?.waitingFor === undefined) return;
  for (const call of frames) {
    if (call.type !== 'call' || call.direction !== 'received' || call.action !== command.action) continue;
    const answer = contains(call.payload, command.match ?? {}) && answerTo(call, frames);
    if (!answer) continue;
    delete pending.waitingFor;
    const { error, payload } = answer;
    pending.result = { action: call.action, request: call.payload, response: error ? { error } : payload };
    return;
  }
}

function answerTo({ messageId, action }: LoggedFrame, frames: readonly LoggedFrame[]): LoggedFrame | undefined {
  return frames.find(
    (frame) =>
      frame.direction === 'sent' && frame.type !== 'call' && frame.messageId === messageId && frame.action === action,
  );
}

/** Tells commands that wait for the registration how it stands now. */
export function registrationKnown(context: Context): void {
  const { commands } = context.charger;
  for (const id in commands) {
    const pending = commands[id];
    if (pending?.waitingFor === 'registration') delete pending.waitingFor;
  }
}

/** The CSMS did not answer the boot: whoever waited for the registration has failed. */
export function registrationFailed(context: Context, why: Refusal): void {
  const { commands } = context.charger;
  for (const id in commands) {
    const pending = commands[id];
    if (pending?.waitingFor !== 'registration') continue;
    delete pending.waitingFor;
    pending.failure ??= why;
  }
}

/** The first command that waits for the registration: what follows from it is done in its name. */
export function waitsForRegistration(context: Context): string | undefined {
  const { commands } = context.charger;
  return Object.keys(commands).find((id) => commands[id]?.waitingFor === 'registration');
}

/** Makes the command under way wait for the boot that must come first, if one must. */
export function awaitRegistration(context: Context): void {
  const { charger } = context;
  const pending = context.cause === undefined ? undefined : charger.commands[context.cause];
  if (pending && mayConnect(charger) && !isAccepted(charger)) pending.waitingFor ??= 'registration';
}

/** Adds to the result of the command under way. */
export function conclude(context: Context, result: Record<string, unknown>): void {
  const pending = context.cause === undefined ? undefined : context.charger.commands[context.cause];
  if (pending) pending.result = { ...pending.result, ...result };
}
