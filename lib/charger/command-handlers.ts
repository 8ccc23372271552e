// What each command does that is the same for every OCPP version: connection, power, network, faults, messages, settings.
// What commands do to sessions and transactions is the dialect's.
import { check } from '../ocpp/check';
import { decode } from '../ocpp/frame';
import { setBehaviour, showBehaviour } from './behaviour';
import { forgetWaiting } from './bent-answers';
import { enqueue, logCall, sendFrame, strand } from './calls';
import { updateSecurity } from './certificates';
import type { Charger, Fault } from './charger';
import type { Command, PendingCommand } from './command';
import { type Context, record, refuse, touch } from './context';
import type { DialectCommand } from './dialect';
import { filledIn } from './draft';
import { rememberNoise, rememberRaw } from './judgement';
import { closeLink, planReturn } from './link';
import { showMalformed } from './malformed-text';
import { setNetworkFaults, viewNetworkFaults } from './network-faults';
import { awaitRegistration, conclude, whyOffline } from './pending';
import { bootNow, forgetRegistration, isAccepted, isPostponed } from './registration';
import { powerOff, startUp } from './restart';
import { raiseSecurityEvent } from './security-events';
import { interruptTasks } from './tasks';
import { arm, disarm } from './timers';
import { clearViolations, countViolations } from './violations';

type Handlers = {
  [K in Exclude<Command['kind'], DialectCommand>]: (
    context: Context,
    command: Extract<Command, { kind: K }>,
    id: string,
  ) => void;
};

export const commandHandlers: Handlers = {
  connect(context, command, id) {
    const { charger } = context;
    delete charger.link.stayDown;
    requireConnectable(context);
    charger.link.failures = 0;
    disarm(charger, 'reconnect');
    if (command.holdSeconds !== undefined) arm(charger, 'hold', context.wall + command.holdSeconds * 1000);
    const pending = charger.commands[id];
    if (!pending) return;
    // While a retry interval runs, the registration is known already and no BootNotification may go out (OCPP 1.6 §4.2).
    if (!isAccepted(charger) && !isPostponed(charger)) {
      pending.waitingFor = 'registration';
      bootNow(context);
    } else if (charger.link.state !== 'up') {
      pending.waitingFor = 'link';
    }
    touch(context);
  },

  disconnect(context, command) {
    const { charger } = context;
    disarm(charger, 'hold');
    const wasUp = charger.link.state === 'up';
    if (charger.connection === 'persistent' && !command.reconnect) charger.link.stayDown = true;
    closeLink(context, command.abrupt === true, { kind: 'unreachable', detail: 'disconnected on request' });
    if (wasUp && command.reconnect) planReturn(context);
    conclude(context, { wasConnected: wasUp });
    context.save = true;
  },

  power(context, command, id) {
    const { charger } = context;
    if (command.state !== 'on') switchOff(context);
    if (command.state === 'off') return touch(context);
    if (command.state === 'on' && charger.power === 'on') return;
    charger.power = 'on';
    startUp(context);
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

  setNetworkFaults(context, command) {
    const { charger } = context;
    if (command.faults.some(({ kind }) => kind === 'refuseTls') && !/^wss:/i.test(charger.csms.url)) {
      const message = 'refuseTls needs a csms.url that begins with wss://';
      refuse('badInput', `faults: ${message}`, { errors: [{ path: 'faults', message }] });
    }
    setNetworkFaults(context, command.faults, command.seed ?? charger.seed);
    const now = charger.networkFaults;
    conclude(context, { networkFaults: now ? viewNetworkFaults(now) : null });
  },

  setBehaviour(context, command) {
    setBehaviour(context, command.behaviour);
    conclude(context, { behaviour: null, ...showBehaviour(context.charger) });
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

  raiseSecurityEvent(context, command) {
    raiseSecurityEvent(context, command.event, command.techInfo);
    awaitRegistration(context);
  },

  clearViolations(context) {
    conclude(context, { cleared: countViolations(context.charger) });
    clearViolations(context.charger);
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
    const { connectorId } = command.payload ?? {};
    if (validate && typeof connectorId === 'number' && connectorId > 0) dialect.requirePlace(context, { connectorId });
    const filled = command.fill === false ? {} : filledIn(context, action, command.payload ?? {});
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

  awaitMessage(context, command, id) {
    requireConnectable(context);
    const { charger, dialect } = context;
    if (dialect.messages[command.action]?.from === 'charger') {
      const message = `${command.action} is sent by chargers: no CSMS will send it`;
      refuse('badInput', `action: ${message}`, { errors: [{ path: 'action', message }] });
    }
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
    if (settings.csms !== undefined) setCredentials(context, settings.csms);
    if (settings.tags !== undefined) charger.tags = settings.tags;
    if (settings.connection !== undefined) charger.connection = settings.connection;
    charger.revision += 1;
    if (moves || settings.csms !== undefined) {
      closeLink(context, false, { kind: 'unreachable', detail: 'the address of the CSMS changed' });
      charger.link.failures = 0;
    }
    if (moves) forgetRegistration(context);
    context.save = true;
    context.touched = true;
  },
};

/** What is set on the device counts: a certificate of its own that the charger had is forgotten with the one that it followed. */
function setCredentials(context: Context, csms: Charger['csms']): void {
  const { charger } = context;
  const renewed = csms.tls?.certificate !== charger.csms.tls?.certificate;
  charger.csms = csms;
  updateSecurity(charger, {
    trial: undefined,
    ...(renewed ? { own: undefined, next: undefined, csr: undefined } : {}),
  });
  context.dialect.credentialsChanged(context);
}

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
  const networkFaults = sendFrame(context, command.text, false, frame.kind === 'call' ? frame.action : '');
  if (frame.kind === 'call') {
    logCall(context, 'sent', frame.action, frame.messageId, frame.payload, { networkFaults });
    pending.waitingFor = `answer/${frame.messageId}`;
    rememberRaw(context.charger, frame.messageId);
    return;
  }
  rememberNoise(context.charger);
  const at = context.wall;
  const shown = frame.kind === 'malformed' ? showMalformed(context.dialect, command.text) : {};
  const payload = frame.kind === 'result' ? frame.payload : shown;
  const type = frame.kind === 'malformed' ? 'invalid' : frame.kind;
  record(context, {
    kind: 'frame',
    frame: {
      at,
      direction: 'sent',
      type,
      action: '',
      messageId: frame.messageId ?? '',
      payload,
      ...(networkFaults?.length ? { networkFaults } : {}),
    },
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
  interruptTasks(context, 'the charger lost its power');
  forgetWaiting(charger);
  powerOff(context);
  for (const name of Object.keys(charger.timers)) if (name !== 'command') disarm(charger, name);
  charger.link.failures = 0;
}

/** An order to go online is done when what was queued has been replayed. */
function awaitReplay(context: Context): void {
  const { charger, cause } = { charger: context.charger, cause: context.cause };
  const pending = cause === undefined ? undefined : charger.commands[cause];
  if (!pending || cause === undefined) return;
  if (!isAccepted(charger)) pending.waitingFor = 'registration';
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

/** Fields that a tester set to null are left out of the message. */
function prune(payload: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== null && value !== undefined));
}
