// OCPP 1.6 as a value: its messages, its spelling, and which function answers what. Behaviour is in the files named here.
import { check } from '../../ocpp/check';
import { errorCodesV16 } from '../../ocpp/errors';
import { frameRulesV16 } from '../../ocpp/frame';
import { type ActionV16, messagesV16 } from '../../ocpp/v16/messages';
import type { Charger, QueuedCall } from '../charger';
import { timestamp } from '../clock';
import type { Refusal } from '../command';
import { type Context, note } from '../context';
import type { NewCharger } from '../create';
import type { Dialect } from '../dialect';
import { errorCodes } from '../faults';
import { downloadEnded, proceedWithFirmware } from '../firmware-update';
import { uploadEnded } from '../log-upload';
import {
  armRenewal,
  chainChecked,
  csrAnswered,
  csrCreated,
  csrFailed,
  renewalDue,
  requestCertificate,
  switchCertificate,
} from '../own-certificate';
import { bootAnswered, bootFailed, heartbeatAnswered, isAccepted } from '../registration';
import { rootTasks } from '../root-certificates';
import { limitDue } from '../schedule/obey';
import { signerChecked } from '../signed-update';
import { statusTaken, statusUntold } from '../transfer-telling';
import type { IdTagInfo } from './authorization';
import {
  clockChanged,
  endAll,
  loseVolatile,
  powerOff,
  proceedWithReset,
  registrationRules,
  resetPatienceOver,
  startedUp,
} from './boot';
import { certificateRules, rootRules } from './certificates';
import { obeyLimits } from './charging-limit';
import { hasProfile, presetConfiguration, setOnDevice, settingNumber } from './configuration';
import { readFactV16 } from './facts';
import { fill } from './fill';
import { handlers } from './handlers';
import { judgesV16 } from './judgement';
import { clockAlignedDue, isMeasurand, sampleDue } from './meter-values';
import { addressed } from './places';
import { relieve } from './queue-relief';
import { reservationDue, steerReservations } from './reservation';
import { answerRuleV16, rulesV16 } from './rules';
import { mask } from './secrets';
import { attentionTo, securityEvents } from './security-events';
import { plugIn, presentToken, setEv, startTransaction, stopTransaction, unplug } from './session';
import { forgetReports, statusDue, statusUnheard, updateStatuses } from './status';
import { authorizeAnswered, authorizeFailed, connectionTimedOut, faultsChanged } from './tokens';
import {
  completeCall,
  evDue,
  startAnswered,
  startGivenUp,
  steerDelivery,
  stopAnswered,
  stopWhenDue,
} from './transactions';
import { firmwareRules, logRules, tellTransfers } from './transfer-statuses';
import { reportCommand, viewV16 } from './view';

type Answer = (context: Context, call: QueuedCall, payload: never) => void;

/** What answers change. Answers that change nothing are not here. */
const answers: Record<string, Answer> = {
  Authorize: (context, call, payload: { idTagInfo: IdTagInfo }) => authorizeAnswered(context, call, payload),
  BootNotification: (context, _call, payload: Parameters<typeof bootAnswered>[1]) => bootAnswered(context, payload),
  DiagnosticsStatusNotification: statusTaken,
  FirmwareStatusNotification: statusTaken,
  Heartbeat: (context, _call, payload: { currentTime: string }) => heartbeatAnswered(context, payload),
  LogStatusNotification: statusTaken,
  SignedFirmwareStatusNotification: statusTaken,
  SignCertificate: csrAnswered as Answer,
  StartTransaction: startAnswered as Answer,
  StopTransaction: stopAnswered as Answer,
};

const failures: Record<string, (context: Context, call: QueuedCall, why: Refusal) => void> = {
  Authorize: authorizeFailed,
  BootNotification: bootFailed,
  DiagnosticsStatusNotification: statusUntold,
  FirmwareStatusNotification: statusUntold,
  LogStatusNotification: statusUntold,
  SignedFirmwareStatusNotification: statusUntold,
  SignCertificate: csrFailed,
  StartTransaction: (context, call) => startGivenUp(context.charger, call),
  StatusNotification: (context, call) => statusUnheard(context.charger, call.note),
};

/** A reply that the CSMS gave to a tester's own message teaches the charger only what it would have asked for itself. */
const learnedFromRaw: ReadonlySet<string> = new Set(['BootNotification', 'Heartbeat', 'Authorize']);

/** Their responses have a word of their own for what is not supported (§3.5.2, UpdateStatus, ChargingProfileStatus): no CALLERROR. */
const saysSo: ReadonlySet<string> = new Set(['GetLocalListVersion', 'SendLocalList', 'SetChargingProfile']);

export const dialectV16: Dialect = {
  protocol: 'ocpp1.6',
  subprotocol: 'ocpp1.6',
  messages: messagesV16,
  errorCodes: errorCodesV16,
  frameRules: frameRulesV16,
  setUp,
  supports: (charger, action) => saysSo.has(action) || hasProfile(charger, messagesV16[action as ActionV16].profile),
  handlers: handlers as unknown as Dialect['handlers'],

  answered(context, call, payload) {
    if (call.raw && !learnedFromRaw.has(call.action)) return;
    answers[call.action]?.(context, call, payload as never);
  },
  failed(context, call, why) {
    if (!call.raw) failures[call.action]?.(context, call, why);
  },

  maySend(charger, call) {
    if (call.action === 'BootNotification' || call.note?.forced === true || call.note?.triggered === true) return true;
    return isAccepted(charger);
  },
  complete: completeCall,
  relieve,
  fill,
  retryRule: (charger) => ({
    attempts: Math.max(1, settingNumber(charger, 'TransactionMessageAttempts')),
    intervalSeconds: settingNumber(charger, 'TransactionMessageRetryInterval'),
  }),
  pingIntervalSeconds: (charger) => settingNumber(charger, 'WebSocketPingInterval'),

  registration: registrationRules,
  forgetReports,
  credentialsChanged: (context) => armRenewal(context.charger),
  // There is one connection to try.
  connectionWorks() {},
  connectionFailed() {},
  powerOff,
  loseVolatile,
  startedUp,
  faultsChanged(context) {
    note(context, 'info', `faults: ${context.charger.faults.map((fault) => fault.errorCode).join(', ') || 'none'}`);
    faultsChanged(context);
  },
  reconcile(context) {
    proceedWithReset(context);
    obeyLimits(context);
    proceedWithFirmware(context);
    tellTransfers(context);
    steerDelivery(context);
    steerReservations(context);
    updateStatuses(context);
  },

  timers: {
    resetPatience: resetPatienceOver,
    certificate: switchCertificate,
    certificateRenewal: renewalDue,
    meterValues: sampleDue,
    clockAligned: clockAlignedDue,
    chargingLimit: limitDue,
    connectionTimeout: connectionTimedOut,
    reservation: reservationDue,
    status: statusDue,
    stopWhen: stopWhenDue,
    ev: evDue,
  },

  firmware: firmwareRules,
  logs: logRules,
  certificates: certificateRules,
  roots: rootRules,
  tasks: {
    firmware: downloadEnded,
    signedUpdate: signerChecked,
    'upload/diagnostics': uploadEnded('diagnostics'),
    'upload/log': uploadEnded('log'),
    createCsr: csrCreated(),
    certificateSigned: chainChecked(),
    ...rootTasks(['csms', 'manufacturer']),
  },

  commands: {
    plugIn,
    unplug,
    presentToken,
    setEv,
    startTransaction,
    stopTransaction,
    requestCertificate,
    setConfiguration: (context, command) => setOnDevice(context, command.entries),
    retire(context) {
      if (context.charger.power === 'on') endAll(context, 'Other');
    },
  },
  view: viewV16,
  fact: readFactV16,
  report: reportCommand,
  rules: rulesV16,
  judges: judgesV16,
  answerRule: answerRuleV16,
  securityEvents,
  attentionTo,
  timestamp: (context) => timestamp(context),
  clockChanged,
  isMeasurand,
  faultCodes: errorCodes.filter((code) => code !== 'NoError'),
  requirePlace: (context, address) => void addressed(context, address),
  mask,
};

function setUp(charger: Charger, spec: NewCharger): { path: string; message: string }[] {
  const connectors = charger.evses.flatMap((evse) => evse.connectors);
  charger.v16 = {
    configuration: {},
    inoperative: [],
    connectors: connectors.map(() => ({ status: 'Available' as const, since: charger.createdAt })),
    cache: {},
    ended: [],
  };
  forgetReports(charger);
  armRenewal(charger);
  return [...checkBoot(charger), ...presetConfiguration(charger, spec.configuration)];
}

/** A BootNotification that no strict CSMS would take is refused here, not there. */
function checkBoot(charger: Charger): { path: string; message: string }[] {
  const problem = check(messagesV16.BootNotification.request, registrationRules.bootPayload(charger));
  return (problem?.problems ?? []).map(({ path, message }) => ({ path: `boot.${bootFields[path] ?? path}`, message }));
}

const bootFields: Record<string, string> = {
  chargePointVendor: 'vendor',
  chargePointModel: 'model',
  chargePointSerialNumber: 'serialNumber',
};
