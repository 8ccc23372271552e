// OCPP 2.0.1 as a value, put together from its functional blocks. What they do is in their folders; how they are merged in merge.ts.
import { check } from '../../ocpp/check';
import { errorCodesV201 } from '../../ocpp/errors';
import { frameRulesV201 } from '../../ocpp/frame';
import { messagesV201 } from '../../ocpp/v201/messages';
import type { Charger, QueuedCall } from '../charger';
import { timestamp } from '../clock';
import type { Refusal } from '../command';
import { type Context, note } from '../context';
import type { NewCharger } from '../create';
import type { Dialect } from '../dialect';
import { errorCodes } from '../faults';
import { requestCertificate } from '../own-certificate';
import { isAccepted } from '../registration';
import type { TaskHandler } from '../tasks';
import type { TimerHandler } from '../timers';
import { certificateRules } from './a-security/block';
import { bootPayload, bootRules } from './b-provisioning/boot';
import type { Filler } from './block';
import { blocks } from './blocks';
import { keepVariable } from './device-model/change';
import { presetVariables, setOnDevice } from './device-model/on-device';
import { variableNumber } from './device-model/read';
import { completeEvent } from './e-transactions/event';
import { relieve } from './e-transactions/queue-relief';
import { effectsOf, gatherEffects } from './effects';
import { connectBlocks } from './extensions';
import { triggerMessage } from './f-remote-control/trigger-message';
import { readFactV201 } from './facts';
import { isMeasurand } from './j-meter-values/samples';
import { judgement } from './judgement';
import { firmwareRules } from './l-firmware/update';
import { rootRules } from './m-certificates/certificates';
import { mergeTables, moment } from './merge';
import { addressed } from './places';
import { coreRules } from './rules';
import { mask } from './secrets';
import { securityEvents } from './security-events';
import { plugIn, presentToken, setEv, startTransaction, stopTransaction, unplug } from './session';
import { tellTransfers } from './transfer-statuses';
import { reportCommand, viewOf } from './view';

connectBlocks(blocks);
gatherEffects(blocks);

type Answer = (context: Context, call: QueuedCall, payload: unknown) => void;
type Failure = (context: Context, call: QueuedCall, why: Refusal) => void;

const answers = mergeTables<Answer>(blocks, 'the answer to', (block) => block.answers);
const failures = mergeTables<Failure>(blocks, 'the failure of', (block) => block.failures);
const fillers = mergeTables<Filler>(blocks, 'the message', (block) => block.fill);
const masks = mergeTables<(payload: Record<string, unknown>) => Record<string, unknown>>(
  blocks,
  'the mask of',
  (block) => block.masks,
);

/** A reply that the CSMS gave to a tester's own message teaches the charger only what it would have asked for itself. */
const learnedFromRaw: ReadonlySet<string> = new Set(['BootNotification', 'Heartbeat', 'Authorize']);

export const dialectV201: Dialect = {
  protocol: 'ocpp2.0.1',
  subprotocol: 'ocpp2.0.1',
  messages: messagesV201,
  errorCodes: errorCodesV201,
  frameRules: frameRulesV201,
  setUp,
  supports: () => true,
  handlers: {
    ...mergeTables<Dialect['handlers'][string]>(blocks, 'the action', (block) => block.handlers),
    TriggerMessage: triggerMessage(blocks) as unknown as Dialect['handlers'][string],
  },

  answered(context, call, payload) {
    if (call.raw && !learnedFromRaw.has(call.action)) return;
    answers[call.action]?.(context, call, payload);
  },
  failed(context, call, why) {
    if (!call.raw) failures[call.action]?.(context, call, why);
  },

  maySend(charger, call) {
    if (call.action === 'BootNotification' || call.note?.forced === true || call.note?.triggered === true) return true;
    return isAccepted(charger);
  },
  complete: (charger, call) => (call.action === 'TransactionEvent' ? completeEvent(charger, call) : call.payload),
  relieve,
  fill: (context, action, wishes) => fillers[action]?.(context, wishes) ?? {},
  retryRule: (charger) => ({
    attempts: Math.max(1, variableNumber(charger, 'OCPPCommCtrlr', 'MessageAttempts[TransactionEvent]')),
    intervalSeconds: variableNumber(charger, 'OCPPCommCtrlr', 'MessageAttemptInterval[TransactionEvent]'),
  }),
  pingIntervalSeconds: (charger) => variableNumber(charger, 'OCPPCommCtrlr', 'WebSocketPingInterval'),

  registration: {
    ...bootRules,
    adoptHeartbeat: ({ charger }, seconds) =>
      keepVariable(charger, 'OCPPCommCtrlr', 'HeartbeatInterval', String(seconds)),
    accepted: moment(blocks, 'accepted'),
    reconnected: moment(blocks, 'reconnected'),
  },
  forgetReports: moment(blocks, 'forgetReports'),
  credentialsChanged: moment(blocks, 'credentialsChanged'),
  connectionWorks: moment(blocks, 'connectionWorks'),
  connectionFailed: moment(blocks, 'connectionFailed'),
  powerOff: moment(blocks, 'powerOff'),
  loseVolatile: moment(blocks, 'loseVolatile'),
  startedUp: moment(blocks, 'startedUp'),
  faultsChanged(context) {
    note(context, 'info', `faults: ${context.charger.faults.map((fault) => fault.errorCode).join(', ') || 'none'}`);
    tellFaults(context);
  },
  reconcile: moment(blocks, 'reconcile'),

  timers: mergeTables<TimerHandler>(blocks, 'the timer', (block) => block.timers),
  firmware: firmwareRules,
  logs: { tell: tellTransfers.log },
  certificates: certificateRules,
  roots: rootRules,
  tasks: mergeTables<TaskHandler>(blocks, 'the task', (block) => block.tasks),

  commands: {
    plugIn,
    unplug,
    presentToken,
    setEv,
    startTransaction,
    stopTransaction,
    setConfiguration: (context, command) => setOnDevice(context, command.entries, effectsOf()),
    retire: moment(blocks, 'retire'),
    requestCertificate,
  },
  view: viewOf(blocks),
  fact: readFactV201,
  report: reportCommand,
  rules: { ...coreRules, ...judgement.rules },
  judges: { calls: judgement.calls, answers: judgement.answers } as Dialect['judges'],
  answerRule: () => 'answerSchema',
  securityEvents,
  attentionTo: () => 'told',
  timestamp: (context) => timestamp(context),
  clockChanged(context) {
    tellClock(context);
    context.touched = true;
    // A sample taken again after a crash must carry the same time.
    context.save = true;
  },
  isMeasurand,
  faultCodes: errorCodes.filter((code) => code !== 'NoError' && code !== 'LocalListConflict'),
  requirePlace: (context, address) => void addressed(context, address),
  mask: (action, payload) => mask(masks, action, payload),
};

const tellFaults = moment(blocks, 'faultsChanged');
const tellClock = moment(blocks, 'clockChanged');
const setUpBlocks = blocks.flatMap(({ moments }) => moments?.setUp ?? []);

function setUp(charger: Charger, spec: NewCharger): { path: string; message: string }[] {
  charger.v201 = {
    variables: {},
    evses: charger.evses.map(({ connectors }) => ({
      connectors: connectors.map(() => ({ status: 'Available' as const, since: charger.createdAt })),
    })),
    cache: {},
    ended: [],
    inoperative: [],
  };
  const errors = [...checkBoot(charger), ...setUpBlocks.flatMap((one) => one(charger, spec))];
  return [...errors, ...(spec.configuration ? presetVariables(charger, spec.configuration) : [])];
}

/** A BootNotification that no strict CSMS would take is refused here, not there. */
function checkBoot(charger: Charger): { path: string; message: string }[] {
  const problem = check(messagesV201.BootNotification.request, bootPayload(charger));
  return (problem?.problems ?? []).map(({ path, message }) => {
    const field = path.replace(/^chargingStation\.(modem\.)?/, '');
    return { path: `boot.${field === 'vendorName' ? 'vendor' : field}`, message };
  });
}
