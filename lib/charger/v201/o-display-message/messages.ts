// Messages that the CSMS puts on the display (OCPP 2.0.1 O01 to O06): set, replaced, listed, cleared, and gone when their time is over. Which
// of them is to be seen now is in display.ts.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Charger } from '../../charger';
import { chargerTime, hostTime } from '../../clock';
import { type Context, note, touch } from '../../context';
import { arm, disarm } from '../../timers';
import { find } from '../device-model/model';
import { variableIsTrue, variableList } from '../device-model/read';
import { displayMessagesMost } from '../device-model/sessions';
import { findTransaction } from '../e-transactions/event';
import type { Transaction } from '../e-transactions/state';
import { mayReport, type Pager, type Pagers, startReport } from '../paged-reports';
import { v201 } from '../places';
import type { MessageInfo } from './state';

type SetAnswer = ResponseV201<'SetDisplayMessage'>;

const messagesOf = (charger: Charger): MessageInfo[] => v201(charger).displayMessages ?? [];

function keep(charger: Charger, messages: MessageInfo[]): void {
  if (messages.length === 0) delete v201(charger).displayMessages;
  else v201(charger).displayMessages = messages;
}

/** SetDisplayMessage (O01, O02); one with the id of another takes its place (O06). */
export function setDisplayMessage(context: Context, { message }: RequestV201<'SetDisplayMessage'>): SetAnswer {
  const { charger } = context;
  const others = messagesOf(charger).filter(({ id }) => id !== message.id);
  const refusal = refusalOf(context, message, others);
  if (refusal) {
    note(context, 'warn', `SetDisplayMessage: ${refusal.status}: ${refusal.statusInfo?.additionalInfo ?? message.id}`);
    return refusal;
  }
  // MessagePriorityEnumType: there is one AlwaysFront, the newest.
  const left =
    message.priority === 'AlwaysFront' ? others.filter(({ priority }) => priority !== 'AlwaysFront') : others;
  keep(charger, [...left, message]);
  touch(context);
  return { status: 'Accepted' };
}

function refusalOf(context: Context, message: MessageInfo, others: MessageInfo[]): SetAnswer | undefined {
  const { charger, now } = context;
  const { priority, message: text, transactionId, display, startDateTime, endDateTime } = message;
  if (!variableIsTrue(charger, 'DisplayMessageCtrlr', 'Enabled')) {
    return rejected('NotEnabled', 'DisplayMessageCtrlr.Enabled is false');
  }
  if (!variableList(charger, 'DisplayMessageCtrlr', 'SupportedPriorities').includes(priority)) {
    return { status: 'NotSupportedPriority' };
  }
  if (!variableList(charger, 'DisplayMessageCtrlr', 'SupportedFormats').includes(text.format)) {
    return { status: 'NotSupportedMessageFormat' };
  }
  // O02
  if (transactionId !== undefined && !isRunning(findTransaction(charger, transactionId))) {
    return { status: 'UnknownTransaction' };
  }
  if (display && !isDisplay(charger, display))
    return rejected('UnknownComponent', `there is no display ${display.name}`);
  if (endDateTime !== undefined && Date.parse(endDateTime) <= chargerTime(charger, now)) {
    return rejected('InvalidValue', `its endDateTime ${endDateTime} has passed`);
  }
  if (startDateTime && endDateTime && Date.parse(endDateTime) <= Date.parse(startDateTime)) {
    return rejected('InvalidValue', 'its endDateTime is not after its startDateTime');
  }
  if (JSON.stringify(message).length > bytesMost) {
    return rejected('TooLargeElement', `it has more than ${bytesMost} bytes with its customData`);
  }
  if (others.length >= displayMessagesMost) {
    return rejected('TooManyElements', `${others.length} messages are set, and there may be ${displayMessagesMost}`);
  }
  return undefined;
}

/** Bytes of one message as JSON: all of them are part of the charger document. */
const bytesMost = 4_096;

const rejected = (reasonCode: string, additionalInfo: string): SetAnswer => ({
  status: 'Rejected',
  statusInfo: { reasonCode, additionalInfo: additionalInfo.slice(0, 512) },
});

const isRunning = (transaction: Transaction | undefined) =>
  transaction !== undefined && transaction.stoppedAt === undefined;

function isDisplay(charger: Charger, component: NonNullable<MessageInfo['display']>): boolean {
  const isOne = component.name.toLowerCase() === 'display';
  return isOne && find(charger, component, { name: 'Available' }).status === 'Accepted';
}

/** GetDisplayMessages (O03, O04): those that meet every criterion are told in NotifyDisplayMessages. */
export function getDisplayMessages(
  context: Context,
  request: RequestV201<'GetDisplayMessages'>,
  pagers: Pagers,
): ResponseV201<'GetDisplayMessages'> {
  const { charger } = context;
  const { requestId, customData: _, ...selection } = request;
  // O03, O04
  if (selected(charger, selection).length === 0) return { status: 'Unknown' };
  if (!mayReport(charger)) {
    note(context, 'warn', `GetDisplayMessages ${requestId}: Unknown, too many reports are under way`);
    return { status: 'Unknown', statusInfo: { reasonCode: 'Busy' } };
  }
  startReport(context, { action: 'NotifyDisplayMessages', requestId, selection }, pagers);
  return { status: 'Accepted' };
}

type Selection = Pick<RequestV201<'GetDisplayMessages'>, 'id' | 'priority' | 'state'>;

function selected(charger: Charger, wanted: Selection): MessageInfo[] {
  return messagesOf(charger).filter(
    ({ id, priority, state }) =>
      (wanted.id?.includes(id) ?? true) &&
      (wanted.priority === undefined || wanted.priority === priority) &&
      (wanted.state === undefined || wanted.state === state),
  );
}

/** Messages in one NotifyDisplayMessages. */
const perPage = 5;

/** One NotifyDisplayMessages. `at` counts messages. */
export const displayMessagePages: Pager = (charger, { selection, at }) => {
  const all = selected(charger, selection as Selection);
  const messageInfo = all.slice(at, at + perPage);
  return {
    payload: messageInfo.length > 0 ? { messageInfo } : {},
    ...(at + perPage < all.length ? { next: at + perPage } : {}),
  };
};

/** ClearDisplayMessage (O05). */
export function clearDisplayMessage(
  context: Context,
  { id }: RequestV201<'ClearDisplayMessage'>,
): ResponseV201<'ClearDisplayMessage'> {
  const all = messagesOf(context.charger);
  const left = all.filter((message) => message.id !== id);
  if (left.length === all.length) return { status: 'Unknown' };
  keep(context.charger, left);
  touch(context);
  return { status: 'Accepted' };
}

/** Takes away what is over (O01, O02), and plans when the next is. Called whenever something has changed. */
export function steerMessages(context: Context): void {
  const { charger, now } = context;
  const { displayMessages: before } = v201(charger);
  if (!before) return disarm(charger, 'displayMessages');
  const clock = chargerTime(charger, now);
  const left = before.filter(({ endDateTime, transactionId }) => {
    if (endDateTime !== undefined && Date.parse(endDateTime) <= clock) return false;
    return transactionId === undefined || isRunning(findTransaction(charger, transactionId));
  });
  if (left.length < before.length) {
    keep(charger, left);
    context.save = true;
  }
  const ends = left.flatMap(({ endDateTime }) => (endDateTime === undefined ? [] : [Date.parse(endDateTime)]));
  if (ends.length === 0 || charger.power === 'off') disarm(charger, 'displayMessages');
  else arm(charger, 'displayMessages', hostTime(charger, Math.min(...ends)));
}
