// What in calls and answers of the CSMS goes against OCPP 2.0.1 though it fits the schemas: the rules, and who notices. Nothing follows from it here:
// what the station does about it is in the blocks that handle the messages.
import type { RequestV201, ResponseV201 } from '../../ocpp/v201/messages';
import type { QueuedCall } from '../charger';
import { isPlausible } from '../clock';
import type { Context } from '../context';
import { registrationStatus } from '../registration';
import { type Rule, violate } from '../violations';
import type { AnswerJudges, Judges } from './block';

const rules = {
  badInterval: {
    section: 'OCPP 2.0.1 part 2 §1 BootNotificationResponse',
    words: 'The interval of a BootNotificationResponse is a number of seconds, 0 or more',
  },
  badCurrentTime: {
    section: (action) => `OCPP 2.0.1 part 2 §1 ${action}Response`,
    words: 'currentTime is the current time of the CSMS',
  },
  missingIdTokenInfo: {
    section: 'OCPP 2.0.1 part 2 §1 TransactionEventResponse',
    words: 'The response to an event with an idToken has an idTokenInfo',
  },
  remoteWhilePending: {
    section: 'OCPP 2.0.1 B02.FR.05',
    words: 'While the charging station is Pending, it is not sent RequestStartTransaction and RequestStopTransaction',
  },
  remoteStartProfile: {
    section: 'OCPP 2.0.1 F01.FR.09, F01.FR.11',
    words: 'The charging profile of a RequestStartTransaction is a TxProfile without transactionId',
  },
  externalConstraints: {
    section: 'OCPP 2.0.1 K01.FR.22',
    words: 'The CSMS sets no profile of the purpose ChargingStationExternalConstraints',
  },
  vendorDataUnasked: {
    section: 'OCPP 2.0.1 P02',
    words: 'Whoever does not know the vendorId answers without data',
  },
} satisfies Record<string, Rule>;

const against = (context: Context, rule: keyof typeof rules, detail: string) => violate(context, rule, detail);

function notWhilePending(context: Context): void {
  if (registrationStatus(context.charger) === 'Pending')
    against(context, 'remoteWhilePending', 'the registration is Pending');
}

function plausible(context: Context, currentTime: string): void {
  if (!isPlausible(Date.parse(currentTime))) against(context, 'badCurrentTime', `currentTime is ${currentTime}`);
}

const calls: Judges = {
  RequestStartTransaction(context, { chargingProfile }) {
    notWhilePending(context);
    if (!chargingProfile) return;
    const { chargingProfilePurpose: purpose, transactionId } = chargingProfile;
    if (purpose !== 'TxProfile') against(context, 'remoteStartProfile', `chargingProfilePurpose is ${purpose}`);
    if (transactionId !== undefined) against(context, 'remoteStartProfile', 'the profile has a transactionId');
  },
  RequestStopTransaction: notWhilePending,
  SetChargingProfile(context, { chargingProfile }) {
    if (chargingProfile.chargingProfilePurpose !== 'ChargingStationExternalConstraints') return;
    against(context, 'externalConstraints', `profile ${chargingProfile.id} is one`);
  },
};

const answers: AnswerJudges = {
  BootNotification(context: Context, _call: QueuedCall, answer: ResponseV201<'BootNotification'>) {
    if (answer.interval < 0) against(context, 'badInterval', `interval is ${answer.interval}`);
    plausible(context, answer.currentTime);
  },
  DataTransfer(context, _call, { status, data }) {
    if (status === 'UnknownVendorId' && data !== undefined)
      against(context, 'vendorDataUnasked', 'UnknownVendorId comes with data');
  },
  Heartbeat: (context, _call, { currentTime }) => plausible(context, currentTime),
  TransactionEvent(context, call, { idTokenInfo }) {
    const { idToken } = call.payload as Partial<RequestV201<'TransactionEvent'>>;
    if (idToken && !idTokenInfo) against(context, 'missingIdTokenInfo', 'the request has an idToken');
  },
};

/** The rules by name, and what the dialect looks at in each message before it is handled. */
export const judgement = { rules, calls, answers };
