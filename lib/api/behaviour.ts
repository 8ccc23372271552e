// The operation that makes a charger behave otherwise than a real one would. What each rule does is in lib/charger/behaviour.ts.
import { z } from 'zod';
import { failureKinds } from '../charger/failures';
import { pathProblem } from '../charger/field-paths';
import { chargerId, given } from './fields';
import { defineOperation, waited } from './operation';
import { answered, commandProblems } from './outcome';
import type { FieldError } from './problem';

const count = z.int().min(0).max(1_000_000);

const fields = z
  .record(z.string().min(1).max(200), z.unknown())
  .describe(
    'Put in or replaced, by path as in error messages: `idTagInfo.status`, `meterValue.0.timestamp`. null takes a field out. ' +
      'Nothing checks the result: extra, missing and wrong fields are sent as they are.',
  );

const occasion = {
  action: z.string().min(1).max(100).optional().describe('Only this action. Default: every action.'),
  match: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Only messages whose payload contains this, such as {"eventType":"Ended"}. Default: any.'),
  skip: count.optional().describe('Leaves so many fitting messages as usual first. Default 0.'),
  times: count.optional().describe('Applies so often at most. Default: always.'),
};

const incomingSchema = z.strictObject({
  ...occasion,
  delayMs: z
    .int()
    .min(0)
    .max(600_000)
    .optional()
    .describe(
      'The call is taken up so much later, and answered then on the connection there is. An onDemand charger keeps its own for a minute at ' +
        'most, and connects again for the answer.',
    ),
  status: z
    .string()
    .min(1)
    .max(50)
    .optional()
    .describe('The answer has this status, known to OCPP or not, and no other field.'),
  callError: z
    .strictObject({
      code: z.string().min(1).max(100).describe('Any, such as InternalError.'),
      description: z.string().max(255).optional(),
      details: z.record(z.string(), z.unknown()).optional(),
    })
    .optional()
    .describe('Answered with this CALLERROR.'),
  noAnswer: z.literal(true).optional().describe('Not answered at all.'),
  fields: fields.optional(),
  carriesOut: z
    .boolean()
    .optional()
    .describe(
      'Whether the charger does what the call wants. Default: only without status, callError and noAnswer. With a status and true the ' +
        'answer keeps its other fields.',
    ),
});

const dataTransfer = z.strictObject({
  vendorId: z.string().max(1_000),
  messageId: z.string().max(1_000).optional(),
  data: z.unknown().optional(),
});

const outgoingSchema = z.strictObject({
  ...occasion,
  fields: fields.optional(),
  dataTransfer: dataTransfer.optional().describe('A DataTransfer with this follows each such message.'),
});

const meterSchema = z.strictObject({
  measurand: z
    .string()
    .min(1)
    .max(100)
    .describe('As in MeterValuesSampledData: `Power.Active.Import`, or one phase as `Voltage.L1`.'),
  connectorId: z
    .int()
    .min(0)
    .max(1000)
    .optional()
    .describe('0: the main meter. Default: every connector and the main meter.'),
  value: z.number().min(-1e12).max(1e12).optional().describe('Told instead of the true value.'),
  driftPerHour: z
    .number()
    .min(-1e9)
    .max(1e9)
    .optional()
    .describe("Added with every hour of the charger's time from now, in the unit of the measurand."),
});

const failureSchema = z.strictObject({
  kind: z
    .enum(failureKinds)
    .describe(
      'download: a try to fetch firmware fails, which counts as one. signature: the signature of signed firmware does not fit. ' +
        'signingCertificate, revokedCertificate: SignedUpdateFirmware is answered with InvalidCertificate, RevokedCertificate. verification: ' +
        'what was downloaded turns out to be damaged (InstallVerificationFailed; InstallationFailed in FirmwareStatusNotification). installation: ' +
        'InstallationFailed. upload: a try to upload a log fails.',
    ),
  skip: occasion.skip,
  times: occasion.times,
});

const tenYears = 315_360_000;

const clockSchema = z.strictObject({
  skewSeconds: z
    .int()
    .min(-tenYears)
    .max(tenYears)
    .optional()
    .describe('How far the clock is ahead of what the CSMS has set it to; negative: behind.'),
  speed: z
    .int()
    .min(1)
    .max(3600)
    .optional()
    .describe(
      "How many times faster than real the charger's time runs. Whatever it does by itself follows: heartbeats, boot intervals, meter " +
        'values, charging and its schedules, time limits of sessions, timestamps. What waits for the other side stays real: call time-outs and ' +
        'retries, reconnecting, hold windows, `timeoutSeconds`, `delayMs`, network faults, WebSocket pings. While it is faster, the clock is not set by ' +
        'the CSMS; slowed down again, it stays ahead until the next answer to a BootNotification or Heartbeat sets it.',
    ),
});

const seen = { seen: z.number(), done: z.number() };

/** What is bent, with how often each rule fitted and applied. */
export const behaviourSchema = z.looseObject({
  incoming: z.array(incomingSchema.extend(seen)).optional(),
  outgoing: z.array(outgoingSchema.extend(seen)).optional(),
  meter: z.array(meterSchema).optional(),
  failures: z.array(failureSchema.extend(seen)).optional(),
  clock: clockSchema.optional(),
  waitingCalls: z.number().optional().describe('Calls of the CSMS that are taken up later.'),
});

type Incoming = z.infer<typeof incomingSchema>;
type Outgoing = z.infer<typeof outgoingSchema>;

const ways = ['status', 'callError', 'noAnswer'] as const;

function wrongIncoming(rule: Incoming, path: string): FieldError[] {
  const chosen = ways.filter((way) => rule[way] !== undefined);
  const [answer] = chosen.filter((way) => way !== 'status');
  return [
    ...(chosen.length > 1 ? [{ path, message: `${chosen.join(' and ')} exclude each other` }] : []),
    ...(answer && rule.fields ? [{ path, message: `${answer} leaves no answer to put fields into` }] : []),
    ...wrongPaths(rule.fields, path),
  ];
}

function wrongOutgoing(rule: Outgoing, path: string): FieldError[] {
  const repeats = rule.dataTransfer && (rule.action === undefined || rule.action === 'DataTransfer');
  const message = 'needs an action other than DataTransfer, or one would follow the other for ever';
  return [...(repeats ? [{ path: `${path}.dataTransfer`, message }] : []), ...wrongPaths(rule.fields, path)];
}

function wrongPaths(paths: Record<string, unknown> | undefined, path: string): FieldError[] {
  return Object.keys(paths ?? {}).flatMap((key) => {
    const message = pathProblem(key);
    return message ? [{ path: `${path}.fields.${key}`, message }] : [];
  });
}

export const setBehaviour = defineOperation({
  name: 'setBehaviour',
  method: 'PUT',
  route: 'chargers/{chargerId}/behaviour',
  subject: 'Bending',
  summary: 'Makes a charger behave otherwise than a real one would, or exactly again',
  description:
    'Replaces the behaviour there was; what is left out is exact, and with nothing the whole charger is. `incoming`: answers to calls of ' +
    'the CSMS. `outgoing`: messages of the charger as they are sent; the charger itself goes on as if it had sent what it meant to, and a ' +
    'message that is sent again counts again. `meter`: what meters tell in samples, starts and stops; energy that has flowed, and what ' +
    'follows from it, stays true. `failures`: what goes wrong with firmware and logs, without a fault of any file server. `clock`: a clock that goes wrong or fast. The first rule of a list that fits a message and is not used up applies to it. getCharger ' +
    'shows the behaviour with how often each rule applied, and frames in an exchange name what was done to them. Calls that wait for ' +
    'their `delayMs` outlive the process and the connection; a restart of the charger forgets them.',
  waits: true,
  input: {
    chargerId,
    incoming: z.array(incomingSchema).max(20).optional(),
    outgoing: z.array(outgoingSchema).max(20).optional(),
    meter: z.array(meterSchema).max(20).optional(),
    failures: z.array(failureSchema).max(20).optional(),
    clock: clockSchema.optional(),
  },
  output: waited({ behaviour: behaviourSchema.nullable() }),
  problems: commandProblems,
  example: {
    input: {
      chargerId: 'CP-1',
      incoming: [{ action: 'RemoteStartTransaction', status: 'Rejected', times: 2 }],
      outgoing: [{ action: 'StopTransaction', fields: { reason: 'EmergencyStop' } }],
      meter: [{ measurand: 'Voltage.L1', value: 253 }],
      failures: [{ kind: 'download', times: 1 }],
      clock: { speed: 60 },
    },
    output: {
      behaviour: {
        incoming: [{ action: 'RemoteStartTransaction', status: 'Rejected', times: 2, seen: 0, done: 0 }],
        outgoing: [{ action: 'StopTransaction', fields: { reason: 'EmergencyStop' }, seen: 0, done: 0 }],
        meter: [{ measurand: 'Voltage.L1', value: 253 }],
        failures: [{ kind: 'download', times: 1, seen: 0, done: 0 }],
        clock: { speed: 60 },
      },
      exchange: [],
    },
  },
  check({ incoming = [], outgoing = [], meter = [] }) {
    return [
      ...meter.flatMap(({ value, driftPerHour }, at) => {
        const message = 'needs a value, a driftPerHour, or both';
        return value === undefined && driftPerHour === undefined ? [{ path: `meter.${at}`, message }] : [];
      }),
      ...incoming.flatMap((rule, at) => wrongIncoming(rule, `incoming.${at}`)),
      ...outgoing.flatMap((rule, at) => wrongOutgoing(rule, `outgoing.${at}`)),
    ];
  },
  async run({ chargerId: id, incoming, outgoing, meter, failures, clock }, call) {
    const behaviour = given({
      incoming: incoming?.map(incomingRule),
      outgoing: outgoing?.map(outgoingRule),
      meter: meter?.map((bend) => given(bend)),
      failures: failures?.map((rule) => given(rule)),
      clock: clock && given(clock),
    });
    return answered(await call.submit(id, { kind: 'setBehaviour', behaviour }));
  },
});

function incomingRule({ callError, ...rule }: Incoming) {
  return { ...given(rule), ...(callError ? { callError: given(callError) } : {}) };
}

function outgoingRule({ dataTransfer: data, ...rule }: Outgoing) {
  return { ...given(rule), ...(data ? { dataTransfer: given(data) } : {}) };
}

export const behaviourOperations = [setBehaviour];
