// Operations on fleet runs: the same behaviour over many chargers, from a plan to a report.
import { z } from 'zod';
import { buildReport, type RunReport } from '../fleet/report';
import { reportCsv } from '../fleet/report-csv';
import { reportPage } from '../fleet/report-page';
import type { FleetRuns } from '../fleet/run';
import type { RunSpec } from '../fleet/spec';
import { sealSettings } from '../secrets/sealed-store';
import { planBatch } from './batch';
import { checkNewCharger, newCharger, type SharedInput } from './charger-input';
import { continuation, given, limit } from './fields';
import {
  checkPhase,
  phaseSchema,
  type RunChargers,
  type RunFleet,
  runChargersMost,
  runChargersSchema,
} from './fleet-fields';
import { type ApiDeps, type Call, defineOperation } from './operation';
import { badInput, type FieldError, ProblemError } from './problem';
import { withTlsDetails } from './tls-input';

const subject = 'Fleet runs';

const runId = z
  .string()
  .regex(/^R-[\w-]{1,50}$/, 'is not an id of a run')
  .describe('Id of the run.');

const percentiles = z
  .strictObject({ count: z.number(), p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() })
  .meta({ id: 'Percentiles', description: 'Milliseconds, except attempts.' });

const reached = z
  .strictObject({
    count: z.number(),
    of: z.number(),
    ms50: z.number().optional(),
    ms95: z.number().optional(),
    ms100: z.number().optional(),
  })
  .meta({ id: 'Reached', description: 'Milliseconds until 50, 95 and 100 percent of all were so far.' });

const stateSchema = z.enum(['running', 'stopping', 'finished', 'stopped', 'interrupted', 'failed']);

const transactionsSchema = z.looseObject({
  begun: z.number().describe('By chargers.'),
  started: z.number().describe('The CSMS gave an id.'),
  ended: z.number().describe('The CSMS took the end.'),
  open: z.number().describe('Started, and the CSMS has not heard the end.'),
  lost: z.number().describe('The CSMS will never learn of the start or of the end.'),
  doubled: z.number().describe('Starts that were sent again and got a second id.'),
  sharedIds: z.number().describe('Ids that the CSMS gave to another transaction while the first one had them.'),
  energyWh: z.number().describe('Between start and stop, over all that ended.'),
  meteredWh: z.number().describe('The same between start and the last meter value.'),
  unmetered: z.number().describe('Ended without a meter value.'),
  gapWh: percentiles.describe('Wh that the stop told beyond the last meter value, per session.'),
  inconsistentMeterValues: z.number().describe('Sessions whose register fell, or whose stop is below a meter value.'),
  discrepancies: z.array(z.looseObject({})).describe('The first 20 of those.'),
});

const reportSchema = z
  .looseObject({
    id: z.string(),
    state: stateSchema,
    detail: z.string().optional(),
    seed: z.number(),
    chargers: z.number(),
    startedAt: z.string(),
    endedAt: z.string().optional(),
    plan: z
      .array(z.looseObject({ kind: z.string(), seconds: z.number().optional() }))
      .optional()
      .describe(
        'All phases that the run is to have, also those that have not begun; `seconds` where it says how long.',
      ),
    phases: z.array(
      z.looseObject({
        kind: z.string(),
        startedAt: z.string(),
        endedAt: z.string().optional(),
        commands: z.array(
          z.looseObject({
            command: z.string(),
            ok: z.number(),
            failed: z
              .record(z.string(), z.number())
              .describe('By kind of failure. `storeUnavailable` and `unexpected` are of the simulator itself.'),
            durationMs: percentiles,
          }),
        ),
        booted: reached.optional().describe('Until the CSMS had accepted so many, from the beginning of the phase.'),
        connected: reached.optional().describe('Until the connection was there (again).'),
        attempts: percentiles.optional().describe('To connect, per charger that tried.'),
        turnedAway: z.number().optional().describe('Cars that found no free charger.'),
      }),
    ),
    actions: z.array(
      z.looseObject({
        action: z.string(),
        from: z.enum(['charger', 'csms']),
        calls: z.number(),
        results: z.number(),
        errors: z.number(),
        unanswered: z.number(),
        latencyMs: percentiles,
      }),
    ),
    violations: z.array(
      z.looseObject({
        rule: z.string(),
        section: z.string().describe('Where the specification says so.'),
        count: z.number(),
        example: z.looseObject({ chargerId: z.string(), action: z.string(), detail: z.string() }),
      }),
    ),
    transactions: transactionsSchema,
    links: z
      .record(z.string(), z.number())
      .describe('Chargers by the state of their connection, while the run goes on.'),
    series: z.array(z.looseObject({ at: z.string(), connected: z.number(), charging: z.number() })),
    interruptions: z
      .looseObject({ count: z.number(), strayTransactions: z.number() })
      .optional()
      .describe(
        'On Azure: how often a process went before it could hand its chargers over, and how many transactions were stopped because only their chargers knew of them.',
      ),
  })
  .meta({
    id: 'FleetRun',
    description: 'What a run has come to so far. Final once its state is neither running nor stopping.',
  });

const exampleReport = {
  id: 'R-1a2b-3c4d',
  state: 'finished' as const,
  seed: 7,
  chargers: 100,
  startedAt: '2025-01-31T12:00:00.000Z',
  endedAt: '2025-01-31T12:10:00.000Z',
  phases: [],
  actions: [
    {
      action: 'Heartbeat',
      from: 'charger' as const,
      calls: 200,
      results: 200,
      errors: 0,
      unanswered: 0,
      latencyMs: { count: 200, p50: 3, p95: 8, p99: 12, max: 20 },
    },
  ],
  violations: [
    {
      rule: 'unknownStatus',
      section: 'OCPP 1.6 §6.2',
      count: 3,
      example: {
        chargerId: 'RUN-012',
        action: 'Authorize',
        detail: 'the answer to Authorize: idTagInfo.status must be …',
      },
    },
  ],
  transactions: {
    begun: 100,
    started: 100,
    ended: 100,
    open: 0,
    lost: 0,
    doubled: 0,
    sharedIds: 0,
    energyWh: 40_000,
    meteredWh: 39_000,
    unmetered: 0,
    gapWh: { count: 100, p50: 9, p95: 18, p99: 18, max: 18 },
    inconsistentMeterValues: 0,
    discrepancies: [],
  },
  links: {},
  series: [],
};

export const startFleetRun = defineOperation({
  name: 'startFleetRun',
  method: 'POST',
  route: 'fleet-runs',
  subject,
  summary: 'Takes many chargers through phases: connect, sessions, idle, mass reconnection, soak',
  description:
    'Answers at once; `Location` tells where to look. The same seed gives the same plan: which charger, which car, how much, when. ' +
    'Chargers that the run makes are deleted in the end unless they are to be kept; those that it finds by a tag stay. On Azure a run has as many as FLEET_RUN_CHARGERS allows.',
  status: 202,
  input: {
    chargers: runChargersSchema,
    phases: z.array(phaseSchema).min(1).max(50),
    seed: z.int().min(0).max(4_294_967_295).default(1),
  },
  output: z.strictObject({ runId: z.string(), state: stateSchema, chargers: z.number(), location: z.string() }),
  problems: ['exists', 'busy', 'not-found'],
  example: {
    input: {
      chargers: {
        count: 100,
        idPattern: 'RUN-{n:03}',
        protocol: 'ocpp1.6',
        csms: { url: 'ws://csms.example/ocpp' },
        connection: 'persistent',
      },
      phases: [
        { kind: 'connect', ramp: { perSecond: 20 } },
        { kind: 'sessions', seconds: 300, concurrency: 80, durationSeconds: { from: 30, to: 90 } },
        { kind: 'massReconnection' },
      ],
      seed: 7,
    },
    output: { runId: 'R-1a2b-3c4d', state: 'running', chargers: 100, location: '/api/fleet-runs/R-1a2b-3c4d' },
  },
  check: ({ chargers, phases }, deps) => [
    ...checkChargers(chargers, deps),
    ...phaseErrors(phases as RunSpec['phases'], fleetToBe(chargers)),
  ],
  async run({ chargers, phases: given, seed }, call) {
    const phases = given as RunSpec['phases'];
    const spec: RunSpec = { seed, phases, ...(await chargersOf(chargers, phases, call)) };
    const run = await runsOf(call).start(spec);
    const location = `/api/fleet-runs/${run.id}`;
    return { headers: { location }, body: { runId: run.id, state: run.state, chargers: run.chargers, location } };
  },
});

function checkChargers(chargers: RunChargers, deps: ApiDeps): FieldError[] {
  const limits = deps.fleet?.limits;
  if ('tag' in chargers) return [];
  if (limits && chargers.count > limits.chargers) {
    const message = `a run on this host has at most ${limits.chargers} chargers (FLEET_RUN_CHARGERS)`;
    return [{ path: 'chargers.count', message }];
  }
  const errors = [...planBatch(chargers).errors, ...checkNewCharger(chargers, deps)];
  return errors.map(({ path, message }) => ({ path: `chargers.${path}`, message }));
}

function phaseErrors(phases: RunSpec['phases'], fleet: RunFleet | undefined): FieldError[] {
  return phases.flatMap((phase, index) => {
    const message = checkPhase(phase, fleet);
    return message === undefined ? [] : [{ path: `phases.${index}`, message }];
  });
}

/** Chargers that the run makes are known before it begins, those with a tag only by looking. */
function fleetToBe(chargers: RunChargers): RunFleet | undefined {
  if ('tag' in chargers) return undefined;
  const { count, connection } = chargers;
  return { count, onDemand: connection === 'persistent' ? 0 : count };
}

async function chargersOf(
  chargers: RunChargers,
  phases: RunSpec['phases'],
  call: Call,
): Promise<Pick<RunSpec, 'chargers' | 'template'>> {
  if ('tag' in chargers) return { chargers: await chargersByTag(chargers.tag, phases, call) };
  const { count, idPattern, start, identity, keep, ...shared } = chargers;
  const { id: _, identity: __, csms, ...rest } = newCharger(shared as SharedInput, '-', undefined, call.demoCsmsUrl);
  return {
    chargers: planBatch({ count, idPattern, start, identity }).names,
    // It is kept for as long as the run is remembered.
    template: { shared: { ...rest, csms: sealSettings(await withTlsDetails(csms), call.vault) }, keep },
  };
}

async function chargersByTag(tag: string, phases: RunSpec['phases'], call: Call): Promise<RunSpec['chargers']> {
  const most = call.fleet?.limits?.chargers ?? runChargersMost;
  const found: RunSpec['chargers'] = [];
  let onDemand = 0;
  let from: string | undefined;
  do {
    const page = await call.simulator.list({ tag }, 500, from);
    for (const { charger } of page.items) {
      const { id, protocol, connection } = charger;
      found.push({ id, protocol, ...(connection === 'persistent' ? { persistent: true } : {}) });
      if (connection !== 'persistent') onDemand += 1;
    }
    from = page.continuation;
  } while (from !== undefined && found.length <= most);
  if (found.length === 0) throw new ProblemError('not-found', `no charger has the tag ${tag}`);
  if (found.length > most) {
    const message = `more than ${most} chargers have it, and a run on this host has at most ${most}`;
    throw badInput([{ path: 'chargers.tag', message }]);
  }
  const errors = phaseErrors(phases, { count: found.length, onDemand });
  if (errors.length > 0) throw badInput(errors);
  return found;
}

function runsOf(call: Call): FleetRuns {
  if (!call.fleet) throw new ProblemError('not-found', 'this host carries out no fleet runs: the local host does');
  return call.fleet;
}

const formats = {
  csv: { contentType: 'text/csv; charset=utf-8', write: reportCsv },
  html: { contentType: 'text/html; charset=utf-8', write: reportPage },
} satisfies Record<string, { contentType: string; write: (report: RunReport) => string }>;

export const getFleetRun = defineOperation({
  name: 'getFleetRun',
  method: 'GET',
  route: 'fleet-runs/{runId}',
  subject,
  summary: 'Tells how a run is going and, in the end, its report',
  description:
    'As JSON, as CSV (one table: what a line is about is in its first columns), or as a page with charts that needs nothing but itself.',
  input: { runId, format: z.enum(['json', 'csv', 'html']).default('json') },
  output: reportSchema,
  problems: ['not-found'],
  example: { input: { runId: 'R-1a2b-3c4d' }, output: exampleReport },
  async run({ runId: id, format }, call) {
    const found = await runsOf(call).read(id);
    if (!found) throw unknownRun(id);
    const report = buildReport(found.run, found.parts);
    if (format === 'json') return { body: { ...report, plan: found.run.spec.phases.map(planned) } };
    const { contentType, write } = formats[format];
    return { text: { contentType, content: write(report) } };
  },
});

/** Enough to tell how far a run is: a phase as it was asked for may carry thousands of tokens. */
function planned(phase: RunSpec['phases'][number]): { kind: string; seconds?: number } {
  return { kind: phase.kind, ...('seconds' in phase ? { seconds: phase.seconds } : {}) };
}

export const stopFleetRun = defineOperation({
  name: 'stopFleetRun',
  method: 'DELETE',
  route: 'fleet-runs/{runId}',
  subject,
  summary: 'Winds a run down: transactions are stopped, chargers that it made are deleted',
  description: 'Answers at once; getFleetRun tells when it is over. A run that is over is left as it is.',
  status: 202,
  input: { runId, leave: z.boolean().default(false).describe('Leave the chargers and what runs on them as they are.') },
  output: z.strictObject({ runId: z.string(), state: stateSchema }),
  problems: ['not-found'],
  example: { input: { runId: 'R-1a2b-3c4d' }, output: { runId: 'R-1a2b-3c4d', state: 'stopping' } },
  async run({ runId: id, leave }, call) {
    const run = await runsOf(call).stop(id, leave);
    if (!run) throw unknownRun(id);
    return { body: { runId: id, state: run.state } };
  },
});

export const listFleetRuns = defineOperation({
  name: 'listFleetRuns',
  method: 'GET',
  route: 'fleet-runs',
  subject,
  summary: 'Lists fleet runs of the last 30 days, newest first',
  input: { limit, continuation },
  output: z.strictObject({
    runs: z.array(
      z.looseObject({ runId: z.string(), state: stateSchema, chargers: z.number(), startedAt: z.string() }),
    ),
    continuation: z.string().optional(),
  }),
  example: {
    input: {},
    output: {
      runs: [{ runId: 'R-1a2b-3c4d', state: 'finished', chargers: 100, startedAt: '2025-01-31T12:00:00.000Z' }],
    },
  },
  async run({ limit: most, continuation: from }, call) {
    const page = await runsOf(call).list(most, from);
    const runs = page.items.map(({ id, state, chargers, createdAt, endedAt, spec }) => ({
      runId: id,
      state,
      chargers,
      phases: spec.phases.map(({ kind }) => kind),
      startedAt: new Date(createdAt).toISOString(),
      ...(endedAt === undefined ? {} : { endedAt: new Date(endedAt).toISOString() }),
    }));
    return { body: { runs, ...given({ continuation: page.continuation }) } };
  },
});

function unknownRun(id: string): ProblemError {
  return new ProblemError('not-found', `there is no fleet run ${id}; reports are kept for 30 days`);
}

export const fleetRunOperations = [startFleetRun, listFleetRuns, getFleetRun, stopFleetRun];
