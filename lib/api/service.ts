// Operations on the service itself: models, health, documents about the API, metrics, outcomes of commands that go on.
import { z } from 'zod';
import { evPresets } from '../charger/hardware/ev';
import { defaultModel, models } from '../charger/hardware/models';
import { docsPage } from './docs-page';
import { chargerId } from './fields';
import { accepted, jobEntryId } from './handle';
import { metricsText } from './metrics-text';
import { openApiDocument } from './openapi';
import { type Call, defineOperation } from './operation';
import { ProblemError } from './problem';

const subject = 'Service';

export const listModels = defineOperation({
  name: 'listModels',
  method: 'GET',
  route: 'models',
  subject,
  summary: 'Lists the charger models that ship, and the EVs to plug in',
  input: {},
  output: z.strictObject({
    models: z.array(z.looseObject({ name: z.string(), description: z.string(), default: z.boolean() })),
    evPresets: z.record(z.string(), z.looseObject({})),
  }),
  example: {
    input: {},
    output: {
      models: [{ name: defaultModel, description: models[defaultModel]?.description ?? '', default: true }],
      evPresets: { 'compact-ac': { batteryCapacityWh: 40_000, maxPowerW: 7_400, phases: 1 } },
    },
  },
  async run() {
    const all = Object.values(models).map((model) => ({ ...model, default: model.name === defaultModel }));
    return { body: { models: all, evPresets } };
  },
});

/** A job whose host died is given up this long after its own time limit. */
const graceMs = 30_000;

export const getCommand = defineOperation({
  name: 'getCommand',
  method: 'GET',
  route: 'chargers/{chargerId}/commands/{commandId}',
  subject,
  summary: 'Polls a command that was asked with `Prefer: respond-async`',
  description: 'Answers 202 while the command goes on, then what the operation itself would have answered.',
  input: { chargerId, commandId: z.string().regex(/^[\w-]{1,100}$/, 'is not an id of a command') },
  output: z.unknown(),
  problems: ['not-found', 'interrupted'],
  example: { input: { chargerId: 'CP-1', commandId: '0f8b1b1e-6f0e-4a5e-9d5c-0a8a3c1d2e3f' } },
  async run({ chargerId: id, commandId }, call) {
    const entry = await call.commands.read(id, jobEntryId(commandId));
    if (!entry)
      throw new ProblemError(
        'not-found',
        `charger ${id} has no command ${commandId}; outcomes are kept for a while only`,
      );
    if (entry.answer) return entry.answer;
    if (call.clock() > entry.createdAt + (entry.timeoutMs ?? 0) + graceMs) {
      throw new ProblemError('interrupted', 'the host stopped before the outcome was known: look at the charger');
    }
    return accepted({ chargerId: id, commandId });
  },
});

export const health = defineOperation({
  name: 'health',
  method: 'GET',
  route: 'health',
  subject,
  summary: 'Tells whether the service works, and what it depends on',
  description: 'Takes no key. 503 when something that it depends on does not work.',
  open: true,
  input: {},
  output: z.strictObject({
    status: z.enum(['ok', 'unavailable']),
    version: z.string(),
    startedAt: z.string().optional().describe('When the host began; not told where there are many instances of it.'),
    checks: z.record(z.string(), z.strictObject({ ok: z.boolean(), detail: z.string().optional() })),
    demoCsms: z
      .strictObject({ url: z.string(), httpUrl: z.string() })
      .optional()
      .describe('The demo CSMS, where one runs: what chargers dial, and where it takes commands.'),
  }),
  example: { input: {}, output: { status: 'ok', version: '0.1.0', checks: { store: { ok: true } } } },
  async run(_, call) {
    const { ok, checks } = await call.simulator.health();
    const { demoCsmsUrl: url, demoCsmsHttpUrl: httpUrl } = call;
    const demoCsms = url && httpUrl ? { demoCsms: { url, httpUrl } } : {};
    const began = call.startedAt === undefined ? {} : { startedAt: new Date(call.startedAt).toISOString() };
    const body = { status: ok ? 'ok' : 'unavailable', version: call.version, ...began, checks, ...demoCsms };
    return { status: ok ? 200 : 503, body };
  },
});

interface WrittenDocument {
  contentType: string;
  write(call: Call): string | Promise<string>;
}

const documents: Record<'openapi' | 'docs' | 'metrics', WrittenDocument> = {
  openapi: {
    contentType: 'application/json',
    write: (call) => JSON.stringify(openApiDocument(call.operations, call.version)),
  },
  docs: { contentType: 'text/html; charset=utf-8', write: (call) => docsPage(call.operations, call.version) },
  metrics: {
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    write: async (call) => metricsText(await call.simulator.metrics()),
  },
};

function defineDocument<N extends keyof typeof documents>(name: N, route: string, summary: string) {
  const { contentType, write } = documents[name];
  return defineOperation({
    name,
    method: 'GET',
    route,
    subject,
    summary,
    input: {},
    output: z.string(),
    produces: contentType,
    example: { input: {} },
    run: async (_, call) => ({ text: { contentType, content: await write(call) } }),
  });
}

export const openapi = defineDocument('openapi', 'openapi.json', 'The OpenAPI 3.1 document of this API');
export const docs = defineDocument('docs', 'docs', 'This API as a page to read');
export const metrics = defineDocument('metrics', 'metrics', 'Counters as Prometheus text');

export const serviceOperations = [listModels, getCommand, health, openapi, docs, metrics];
