// What OCPP 2.0.1 asks of a CSMS whatever a message is about, as far as a charger can tell that it is not done. What it asks in single
// messages is in judgement.ts.
import type { CoreRule, Rule } from '../violations';

const framework = (section: string) => `OCPP 2.0.1 part 4 §${section}`;

export const coreRules: Record<CoreRule, Rule> = {
  wrongSubprotocol: {
    section: framework('3.3'),
    words: 'The handshake response selects the subprotocol that the charging station asks for',
  },
  malformedFrame: { section: framework('4.1.3'), words: 'Every message is a JSON array, in UTF-8' },
  unknownMessageType: { section: framework('4.1.3'), words: 'The message type is 2, 3 or 4' },
  badMessageId: { section: framework('4.1.4'), words: 'A message id is a string of 1 to 36 characters' },
  messageIdReused: {
    section: framework('4.1.4'),
    words: 'The message id of a CALL differs from all that its sender has used before on the connection',
  },
  unknownAnswer: {
    section: framework('4.1.4'),
    words: 'The message id of an answer is that of the CALL which it answers',
  },
  repeatedAnswer: { section: framework('4.1'), words: 'A CALL is answered once' },
  callInParallel: {
    section: framework('4.1.1'),
    words: 'No CALL is sent while another one is neither answered nor timed out',
  },
  malformedCall: {
    section: framework('4.2.1'),
    words: 'A CALL has 4 elements: type, message id, action and a payload that is an object',
  },
  malformedAnswer: { section: framework('4.2.2, §4.2.3'), words: 'A CALLRESULT has 3 elements, a CALLERROR 5' },
  unknownErrorCode: { section: framework('4.3'), words: 'The error code of a CALLERROR is one of the table' },
  incompleteCallError: {
    section: framework('4.2.3'),
    words: 'A CALLERROR has a description, if only an empty one, and details, if only {}',
  },
  unknownAction: { section: 'OCPP 2.0.1 part 2 §1', words: 'A CALL is of an action that OCPP 2.0.1 has' },
  wrongDirection: { section: 'OCPP 2.0.1 part 2 §1', words: 'What charging stations initiate is not sent to them' },
  callSchema: {
    section: (action) => `OCPP 2.0.1 part 2 §1 ${action}Request`,
    words: 'A request has the fields of its definition',
  },
  answerSchema: {
    section: (action) => `OCPP 2.0.1 part 2 §1 ${action}Response`,
    words: 'A response has the fields of its definition',
  },
  callWhileRejected: {
    section: 'OCPP 2.0.1 B03.FR.08',
    words: 'While the charging station is Rejected, the CSMS initiates nothing but a trigger of its BootNotification',
  },
};
