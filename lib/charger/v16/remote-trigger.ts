// Remote Trigger of 1.6 (§5.17) and ExtendedTriggerMessage of the security whitepaper: which message is sent for which wish, and for
// which connectors. What stands in the messages is in fill.ts and in the files of their blocks.
import type { RequestV16 } from '../../ocpp/v16/messages';
import { enqueue } from '../calls';
import type { QueuedCall } from '../charger';
import { type Context, note } from '../context';
import { beginCsr, whyNoCsr } from '../own-certificate';
import { isAccepted, queueBoot } from '../registration';
import { settingList } from './configuration';
import { fill } from './fill';
import { places } from './places';
import { statusTold } from './status';

interface Trigger {
  /** What is sent; it may be called otherwise than what was asked for. */
  action: string;
  /** The connectors to send it for where none is named; absent: the message is about the charger. */
  connectors?: (context: Context) => number[];
  /** Where sending is more than a message from the state. */
  send?: (context: Context) => void;
  /** What is in the way of it; for the log. */
  whyNot?: (context: Context) => string | undefined;
}

const always = (context: Context) => [0, ...places(context.charger).map(({ connectorId }) => connectorId)];

/** The main meter, connector 0, has one measurand (§3.16.4). */
const metered = (context: Context) =>
  always(context).filter(
    (id) => id > 0 || settingList(context.charger, 'MeterValuesSampledData').includes('Energy.Active.Import.Register'),
  );

const common = {
  BootNotification: { action: 'BootNotification', send: sendBoot },
  Heartbeat: { action: 'Heartbeat' },
  MeterValues: { action: 'MeterValues', connectors: metered },
  StatusNotification: { action: 'StatusNotification', connectors: always },
} satisfies Record<string, Trigger>;

type Requested = 'TriggerMessage' | 'ExtendedTriggerMessage';

/** By request and by what it asks for. */
const triggers: { [A in Requested]: Record<RequestV16<A>['requestedMessage'], Trigger> } = {
  TriggerMessage: {
    ...common,
    DiagnosticsStatusNotification: { action: 'DiagnosticsStatusNotification' },
    FirmwareStatusNotification: { action: 'FirmwareStatusNotification' },
  },
  ExtendedTriggerMessage: {
    ...common,
    FirmwareStatusNotification: { action: 'SignedFirmwareStatusNotification' },
    LogStatusNotification: { action: 'LogStatusNotification' },
    SignChargePointCertificate: { action: 'SignCertificate', send: (context) => beginCsr(context), whyNot: whyNoCsr },
  },
};

/** TriggerMessage (§5.17): also while Pending, when nothing else may be sent (§4.2). */
export function triggerMessage(context: Context, request: RequestV16<'TriggerMessage'>): { status: string } {
  return pull(context, triggers.TriggerMessage[request.requestedMessage], request.connectorId);
}

/** ExtendedTriggerMessage: FirmwareStatusNotification asks for the signed one (security whitepaper, L01). */
export function extendedTriggerMessage(
  context: Context,
  request: RequestV16<'ExtendedTriggerMessage'>,
): { status: string } {
  return pull(context, triggers.ExtendedTriggerMessage[request.requestedMessage], request.connectorId);
}

function pull(context: Context, trigger: Trigger, connectorId: number | undefined) {
  const why = trigger.whyNot?.(context);
  if (why !== undefined) {
    note(context, 'warn', `${trigger.action} was not triggered: ${why}`);
    return { status: 'Rejected' };
  }
  if (trigger.send) trigger.send(context);
  else if (!trigger.connectors) queue(context, trigger.action);
  else if (connectorId === undefined) for (const id of trigger.connectors(context)) queue(context, trigger.action, id);
  else if (always(context).includes(connectorId)) queue(context, trigger.action, connectorId);
  else return { status: 'Rejected' };
  return { status: 'Accepted' };
}

/** A message as things stand. One that still waits is brought up to date instead: no CSMS can fill the queue with its wishes. */
function queue(context: Context, action: string, connectorId?: number): void {
  const about = connectorId === undefined ? {} : { connectorId };
  const payload = fill(context, action, about, 'Trigger');
  const note = { ...about, triggered: true };
  if (action === 'StatusNotification') statusTold(context.charger, connectorId ?? 0);
  const waiting = context.charger.calls.queue.find((call) => isThis(call, action, connectorId));
  if (waiting) waiting.payload = payload;
  else enqueue(context, { action, payload, kind: 'plain', note });
}

function isThis({ action, note }: QueuedCall, wanted: string, connectorId: number | undefined): boolean {
  return action === wanted && note?.triggered === true && note.connectorId === connectorId;
}

/** A charger that is accepted tells its identity once more; another one boots, now. */
function sendBoot(context: Context): void {
  if (isAccepted(context.charger)) return queue(context, 'BootNotification');
  queueBoot(context);
}
