// Security events (OCPP 1.6 security whitepaper §3 and §8, OCPP 2.0.1 A04): raising one logs it and tells the CSMS. How a version
// spells them, which of them must arrive and which are told at all is the dialect's; what makes them happen is elsewhere.
import { enqueue, release, restoreCause } from './calls';
import type { LinkDownKind, QueuedCall } from './charger';
import { type Context, note } from './context';

/** Every event of the whitepaper's list (§8), by its name in OCPP 1.6. */
export const securityEventNames = [
  'FirmwareUpdated',
  'FailedToAuthenticateAtCentralSystem',
  'CentralSystemFailedToAuthenticate',
  'SettingSystemTime',
  'StartupOfTheDevice',
  'ResetOrReboot',
  'SecurityLogWasCleared',
  'ReconfigurationOfSecurityParameters',
  'MemoryExhaustion',
  'InvalidMessages',
  'AttemptedReplayAttacks',
  'TamperDetectionActivated',
  'InvalidFirmwareSignature',
  'InvalidFirmwareSigningCertificate',
  'InvalidCentralSystemCertificate',
  'InvalidChargePointCertificate',
  'InvalidTLSVersion',
  'InvalidTLSCipherSuite',
] as const;
export type SecurityEvent = (typeof securityEventNames)[number];

export interface SecurityEventRule {
  /** The name on the wire. */
  type: string;
  /** Never given up for another event. */
  critical: boolean;
}

/** One entry of the security log. */
export interface SecurityLogEntry {
  /** Epoch milliseconds. */
  at: number;
  type: string;
  techInfo?: string;
}

/** SecurityEventNotification.techInfo (whitepaper §5.15). */
const techInfoMost = 255;

/** The log is rolling (A04.FR.04), and part of the document. */
const loggedMost = 20;

/** Events that wait for the CSMS at most. */
const queuedMost = 40;

const action = 'SecurityEventNotification';

/**
 * Something happened that concerns security: it goes into the security log and, in order and also after a while offline, to the CSMS.
 * `techInfo` is for people and must hold no secret; it is cut at 255 characters.
 */
export function raiseSecurityEvent(context: Context, event: SecurityEvent, techInfo?: string): void {
  const { charger, dialect } = context;
  const { type, critical } = dialect.securityEvents[event];
  const attention = dialect.attentionTo(charger, event);
  if (attention === 'none') return;
  const info = techInfo === undefined ? {} : { techInfo: techInfo.slice(0, techInfoMost) };
  logEvent(context, { at: context.now, type, ...info });
  context.save = true;
  if (attention === 'logged') return;
  // A CSMS that cannot be reached makes the same event again with every attempt: told once.
  if (!critical && waiting(context).some((call) => typeOf(call) === type)) return;
  makeRoom(context);
  const payload = { type, timestamp: dialect.timestamp(context), ...info };
  tell(context, { action, payload, kind: 'kept', ...(critical ? { note: { critical } } : {}) });
}

/** No order waits for the answer but the one that asked for the event. */
function tell(context: Context, call: QueuedCall): void {
  const before = context.cause;
  const order = before === undefined ? undefined : context.charger.commands[before]?.command.kind;
  if (order !== 'raiseSecurityEvent') delete context.cause;
  enqueue(context, call);
  restoreCause(context, before);
}

function logEvent({ charger }: Context, entry: SecurityLogEntry): void {
  const log = [...(charger.security?.log ?? []), entry].slice(-loggedMost);
  charger.security = { ...charger.security, log };
}

const waiting = ({ charger }: Context) =>
  charger.calls.queue.filter((call) => call.kind === 'kept' && call.action === action);

const typeOf = (call: QueuedCall) => (call.payload as { type: string }).type;

/** The oldest that is not critical goes first, then the oldest. */
function makeRoom(context: Context): void {
  const all = waiting(context);
  if (all.length < queuedMost) return;
  const victim = all.find((call) => call.note?.critical !== true) ?? all[0];
  if (!victim) return;
  const { calls } = context.charger;
  calls.queue = calls.queue.filter((call) => call !== victim);
  release(context, victim);
  note(context, 'warn', `security event ${typeOf(victim)} given up: ${queuedMost} others wait for the CSMS`);
}

/** What the TLS handshake failed on. */
export type TlsFault = 'serverCertificate' | 'clientCertificate' | 'tlsVersion' | 'cipherSuite';

const eventOfFault: Record<TlsFault, SecurityEvent> = {
  serverCertificate: 'InvalidCentralSystemCertificate',
  clientCertificate: 'FailedToAuthenticateAtCentralSystem',
  tlsVersion: 'InvalidTLSVersion',
  cipherSuite: 'InvalidTLSCipherSuite',
};

/** A connection that did not come about for reasons of security (A00.FR.309, .315, .322). */
export function raiseLinkEvent(context: Context, reason: LinkDownKind, detail: string, fault?: TlsFault): void {
  if (fault) raiseSecurityEvent(context, eventOfFault[fault], detail);
  else if (reason === 'unauthorized') raiseSecurityEvent(context, 'FailedToAuthenticateAtCentralSystem', detail);
}
