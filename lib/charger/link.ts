// The charger's side of the WebSocket: when it wants it, how it backs off, what going up and down means.
// Opening and closing themselves are the host's.
import { hasWaiting, waitingDue } from './bent-answers';
import { strand } from './calls';
import { connectionOf, type LinkTrust, rootDetails } from './certificates';
import type { Charger, CsmsSettings, LinkDownKind } from './charger';
import type { Refusal } from './command';
import { transmitWaiting } from './command-handlers';
import { type Context, record } from './context';
import { dialectOf } from './dialects';
import { decideDial, hasDelayed, loseDelayed } from './network-faults';
import { failWaiting } from './pending';
import { random } from './random';
import { greet, isAccepted, needsBoot } from './registration';
import { credentialsFail, credentialsWork } from './security';
import { raiseLinkEvent, type TlsFault } from './security-events';
import { arm, disarm } from './timers';
import { violate } from './violations';

const backOffFirstMs = 2_000;
const backOffMostMs = 120_000;

export interface DialTarget {
  url: string;
  subprotocol: string;
  csms: CsmsSettings;
  trust?: LinkTrust;
  /** The charger wants to know by which root certificate the CSMS is trusted. */
  tellRoot?: true;
  pingIntervalSeconds: number;
  /** A network fault: the charger refuses whatever the CSMS shows in the TLS handshake. */
  refusesTls?: true;
}

/** Where to dial and as whom: the URL with the percent-encoded identity (OCPP-J 1.6 §3.1.1), subprotocol, credentials, ping interval. */
export function dialTarget(charger: Charger): DialTarget {
  const dialect = dialectOf(charger);
  return {
    url: identityUrl(charger),
    subprotocol: dialect.subprotocol,
    ...connectionOf(charger),
    ...(rootDetails(charger, 'csms').length > 0 ? { tellRoot: true } : {}),
    pingIntervalSeconds: dialect.pingIntervalSeconds(charger),
    ...(charger.networkFaults?.refusesTls ? { refusesTls: true } : {}),
  };
}

/** The identity goes at the end of the path, before a query the CSMS may want. */
function identityUrl(charger: Charger): string {
  const [address = '', ...query] = charger.csms.url.split('?');
  const path = `${address.replace(/\/+$/, '')}/${encodeURIComponent(charger.identity)}`;
  return [path, ...query].join('?');
}

/** The address of the CSMS as it may be shown: credentials and query, which may carry keys, are left out. */
export function shownUrl(charger: Charger): string {
  const [address = ''] = charger.csms.url.split('?');
  return address.replace(/\/\/[^/@]*@/, '//***@');
}

/** Powered and started up: a controller that is not closes no contactor and meets no wish. */
export function isUp({ power, timers }: Charger): boolean {
  return power === 'on' && timers.reboot === undefined;
}

/** Nothing but the CSMS itself stands between the charger and a connection. */
export function mayConnect(charger: Charger): boolean {
  return isUp(charger) && charger.network === 'online' && charger.link.stayDown !== true;
}

/** A message sent now has a chance to arrive: the charger is not "offline" (OCPP 1.6 §3.5). */
export function reachable(charger: Charger): boolean {
  if (!mayConnect(charger)) return false;
  return charger.link.state !== 'down' || charger.link.failures === 0;
}

/**
 * An on-demand charger's reasons to have a socket: work for it, or a hold window. A host that drives a short-lived exchange
 * closes the socket once this is false.
 */
export function needsLink(charger: Charger, now: number): boolean {
  return charger.timers.hold !== undefined || hasWork(charger, now);
}

/** The charger wants its socket for something definite: a message to send, an answer to wait for, a command that waits. */
export function hasWork(charger: Charger, now: number): boolean {
  return hasDelayed(charger) || hasWaiting(charger, now) || hasBusiness(charger, now);
}

/** The same without what only takes its time. */
function hasBusiness(charger: Charger, now: number): boolean {
  const { calls, commands } = charger;
  if (calls.inFlight || charger.owed || needsBoot(charger)) return true;
  if (calls.queue.length > 0 && mayDeliver(charger, now)) return true;
  for (const id in commands) if (commands[id]?.waitingFor !== undefined) return true;
  return false;
}

/** A next attempt to connect that is nearer than this is worth waiting for. */
const patienceMs = 5_000;

/** The charger is to be reachable for the CSMS now: it is persistent, or in a hold window, and may connect. */
export function wantsHold(charger: Charger, now: number): boolean {
  const { connection, link, timers } = charger;
  if (connection !== 'persistent' && (timers.hold ?? 0) <= now) return false;
  if (!mayConnect(charger)) return false;
  return link.state !== 'down' || (timers.reconnect ?? 0) <= now + patienceMs;
}

/** Something queued may leave now, or after a boot that may be made now: not while the CSMS lets the charger wait. */
function mayDeliver(charger: Charger, now: number): boolean {
  const dialect = dialectOf(charger);
  const boots = !isAccepted(charger) && charger.timers.boot === undefined;
  return charger.calls.queue.some((call) => (call.notBefore ?? 0) <= now && (boots || dialect.maySend(charger, call)));
}

/** Asks the host for a link where one is wanted and none is there. */
export function steerLink(context: Context): void {
  const { charger } = context;
  if (charger.link.state !== 'down' || !mayConnect(charger)) return;
  if (charger.timers.reconnect !== undefined) return;
  if (!wantsLink(context)) return;
  charger.link.state = 'opening';
  decideDial(context);
  context.effects.push({ kind: 'openLink' });
}

/** A host that has just let go of the link does not mean to dial again, unless something definite has come up meanwhile. */
function wantsLink({ charger, wall, letGo }: Context): boolean {
  if (letGo) return letGo === 'released' && hasBusiness(charger, wall);
  return charger.connection === 'persistent' || needsLink(charger, wall);
}

export function linkUp(context: Context, nonce: string, root?: string): void {
  const { charger } = context;
  // Failures are forgotten when the CSMS says something: one that drops every connection at once is backed off from too.
  const { failures, offlineSince } = charger.link;
  charger.link = { state: 'up', nonce, lastCall: 0, failures, ...(root === undefined ? {} : { root }) };
  if (offlineSince !== undefined) charger.link.offlineSince = offlineSince;
  disarm(charger, 'reconnect');
  credentialsWork(context);
  context.dialect.connectionWorks(context);
  record(context, { kind: 'link', at: context.wall, state: 'up' });
  transmitWaiting(context);
  waitingDue(context);
  greet(context);
  delete charger.link.offlineSince;
}

/** The link is gone or never came. Calls are sorted into kept and given up; a next attempt is planned with back-off. */
export function linkDown(context: Context, reason: LinkDownKind, detail: string, fault?: TlsFault): void {
  const { charger, wall } = context;
  const { link } = charger;
  const wasUp = link.state === 'up';
  if (reason === 'released' || reason === 'handedOver') context.letGo = reason;
  const ours = context.letGo !== undefined || reason === 'hostLost';
  link.state = 'down';
  loseDelayed(charger);
  link.failures = ours ? 0 : link.failures + 1;
  if (wasUp && !ours) link.offlineSince ??= wall;
  link.lastDown = { at: wall, kind: reason, detail };
  record(context, { kind: 'link', at: wall, state: 'down', reason, detail });
  const why = { kind: 'unreachable' as const, detail: `${shownUrl(charger)}: ${detail}`, extra: { reason } };
  strand(context, why);
  if (reason === 'hostLost') context.dialect.forgetReports(charger);
  if (!ours) failWaiting(context, why, wasUp);
  if (reason === 'subprotocol') violate(context, 'wrongSubprotocol', detail);
  if (!ours && !wasUp) {
    raiseLinkEvent(context, reason, detail, fault);
    credentialsFail(context, fault);
    context.dialect.connectionFailed(context);
  }
  planReconnect(context);
}

/** Closes a link that is to be made anew, once everything of this step has been said on it. */
export function relink(context: Context): void {
  const { charger, relink: why } = context;
  if (why === undefined) return;
  closeLink(context, false, { kind: 'unreachable', detail: why });
  charger.link.failures = 0;
}

/** After a link that we closed as if it had been lost. */
export function planReturn(context: Context): void {
  context.charger.link.failures += 1;
  planReconnect(context);
}

/** Doubles from two seconds to two minutes, each with up to half as much again by the charger's own dice. */
function planReconnect(context: Context): void {
  const { charger, wall } = context;
  const { failures } = charger.link;
  if (failures === 0 || !mayConnect(charger)) return;
  if (charger.connection !== 'persistent' && !hasKeptWork(charger, wall)) return;
  const base = Math.min(backOffFirstMs * 2 ** (failures - 1), backOffMostMs);
  arm(charger, 'reconnect', wall + base * (1 + random(charger) / 2));
}

function hasKeptWork(charger: Charger, now: number): boolean {
  const { calls, commands, timers } = charger;
  if (calls.queue.length > 0 || timers.hold !== undefined || needsBoot(charger)) return true;
  if (hasWaiting(charger, now)) return true;
  return Object.values(commands).some((pending) => pending.waitingFor !== undefined);
}

/** Closes the link from our side; what was under way on it is sorted as for any other end. */
export function closeLink(context: Context, abrupt: boolean, why: Refusal): void {
  const { charger } = context;
  disarm(charger, 'reconnect');
  if (charger.link.state === 'down') return;
  if (charger.link.state === 'up' && abrupt) charger.link.offlineSince ??= context.wall;
  charger.link.state = 'down';
  loseDelayed(charger);
  charger.link.lastDown = { at: context.wall, kind: abrupt ? 'cut' : 'released', detail: why.detail };
  context.effects.push({ kind: 'closeLink', abrupt });
  record(context, {
    kind: 'link',
    at: context.wall,
    state: 'down',
    reason: abrupt ? 'cut' : 'released',
    detail: why.detail,
  });
  strand(context, why);
}
