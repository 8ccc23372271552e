// What OCPP 1.6 asks of a central system, as far as a charger can tell that it is not done: the one table of rules, by id.
import type { Found } from '../../ocpp/check';
import { messagesV16 } from '../../ocpp/v16/messages';
import type { CoreRule, Rule } from '../violations';

export const rulesV16 = {
  wrongSubprotocol: {
    section: 'OCPP-J 1.6 §3.2',
    words: 'The handshake response selects the subprotocol that the charge point asks for',
  },
  malformedFrame: { section: 'OCPP-J 1.6 §4.1.2', words: 'Every message is a JSON array, in UTF-8' },
  unknownMessageType: { section: 'OCPP-J 1.6 §4.1.3', words: 'The message type is 2, 3 or 4' },
  badMessageId: { section: 'OCPP-J 1.6 §4.1.4', words: 'A message id is a string of 1 to 36 characters' },
  messageIdReused: {
    section: 'OCPP-J 1.6 §4.1.4',
    words: 'The message id of a CALL differs from all that its sender has used before on the connection',
  },
  unknownAnswer: {
    section: 'OCPP-J 1.6 §4.1.4',
    words: 'The message id of an answer is that of the CALL which it answers',
  },
  repeatedAnswer: { section: 'OCPP-J 1.6 §4.1', words: 'A CALL is answered once' },
  callInParallel: {
    section: 'OCPP-J 1.6 §4.1.1',
    words: 'No CALL is sent while another one is neither answered nor timed out',
  },
  malformedCall: {
    section: 'OCPP-J 1.6 §4.2.1',
    words: 'A CALL has 4 elements: type, message id, action and a payload that is an object',
  },
  malformedAnswer: {
    section: 'OCPP-J 1.6 §4.2.2, §4.2.3',
    words: 'A CALLRESULT has 3 elements, a CALLERROR 5',
  },
  unknownErrorCode: { section: 'OCPP-J 1.6 §4.2.3', words: 'The error code of a CALLERROR is one of table 7' },
  incompleteCallError: {
    section: 'OCPP-J 1.6 §4.2.3',
    words: 'A CALLERROR has a description, if only an empty one, and details, if only {}',
  },
  unknownAction: { section: 'OCPP 1.6 §6', words: 'A CALL is of an action that OCPP 1.6 has' },
  wrongDirection: { section: 'OCPP 1.6 §4', words: 'What charge points initiate is not sent to them' },
  callSchema: {
    section: (action) => sectionOfMessage(action, 'req'),
    words: 'A request has the fields of its definition',
  },
  answerSchema: {
    section: (action) => sectionOfMessage(action, 'conf'),
    words: 'A response has the fields of its definition',
  },
  missingIdTagInfo: {
    section: (action) => sectionOfMessage(action, 'conf'),
    words: 'The response tells the status of the idTag: idTagInfo is required',
  },
  unknownStatus: {
    section: (action) => sectionOfMessage(action, 'conf'),
    words: 'A status is one of those that its type has',
  },
  callWhileRejected: {
    section: 'OCPP 1.6 §4.2',
    words: 'While the charge point is Rejected, the central system initiates no message',
  },
  remoteWhilePending: {
    section: 'OCPP 1.6 §4.2',
    words: 'While the charge point is Pending, it is not sent RemoteStartTransaction and RemoteStopTransaction',
  },
  badInterval: {
    section: 'OCPP 1.6 §6.4',
    words: 'The interval of a BootNotification.conf is a number of seconds, 0 or more',
  },
  badCurrentTime: {
    section: (action) => sectionOfMessage(action, 'conf'),
    words: 'currentTime is the current time of the central system',
  },
  concurrentTxUnasked: {
    section: 'OCPP 1.6 §7.2',
    words: 'ConcurrentTx is a status for StartTransaction only',
  },
  transactionIdReused: {
    section: 'OCPP 1.6 errata 4.0 §3.54',
    words: 'The central system gives every transaction an id of its own',
  },
  transactionIdNotPositive: {
    section: 'OCPP 1.6 errata 4.0 §3.54',
    words: 'The id of a transaction is a positive number',
  },
  idTagInfoUnasked: {
    section: 'OCPP 1.6 §6.50',
    words:
      'idTagInfo tells of the idTag that stopped the transaction: without one in the request there is none in the response',
  },
  vendorDataUnasked: {
    section: 'OCPP 1.6 §4.3',
    words: 'Whoever does not know the vendorId answers without data',
  },
  badConnectorId: {
    section: (action) => sectionOfMessage(action, 'req'),
    words: 'The connectorId is greater than 0',
  },
  remoteStartProfile: {
    section: 'OCPP 1.6 §5.16.2',
    words: 'The charging profile of a RemoteStartTransaction is a TxProfile without transactionId',
  },
} as const satisfies Record<CoreRule, Rule> & Record<string, Rule>;

export type RuleV16 = keyof typeof rulesV16;

/** The rule that a wrong field of a response breaks. */
export function answerRuleV16({ path, error }: Found): RuleV16 {
  if (path === 'idTagInfo' && error === 'occurrenceConstraintViolation') return 'missingIdTagInfo';
  if (/(^|\.)status$/.test(path) && error === 'propertyConstraintViolation') return 'unknownStatus';
  return 'answerSchema';
}

const byProfile = (security: boolean) =>
  Object.entries(messagesV16)
    .filter(([, { profile }]) => (profile === 'Security') === security)
    .map(([action]) => action)
    .sort();

/** Chapters that define the messages in the order of their names, request before response. */
const chapters = [
  { chapter: 'OCPP 1.6 §6', actions: byProfile(false) },
  { chapter: 'OCPP 1.6 security whitepaper §5', actions: byProfile(true) },
];

function sectionOfMessage(action: string, kind: 'req' | 'conf'): string {
  for (const { chapter, actions } of chapters) {
    const at = actions.indexOf(action);
    if (at >= 0) return `${chapter}.${2 * at + (kind === 'req' ? 1 : 2)}`;
  }
  return 'OCPP 1.6 §6';
}
