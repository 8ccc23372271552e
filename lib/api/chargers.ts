// Operations on chargers as things: create, list, read, change, delete.
import { z } from 'zod';
import type { SettingsPatch } from '../charger/command';
import type { ChargerSnapshot, Removed } from '../simulator/service';
import { planBatch } from './batch';
import {
  checkCsms,
  checkNewCharger,
  csmsFields,
  csmsOf,
  identity,
  newCharger,
  newChargerFields,
  type SharedInput,
} from './charger-input';
import { exchangeSchema, exchangeView } from './exchange';
import { chargerId, connection, continuation, given, limit, protocol, tag, tags } from './fields';
import { type Call, defineOperation, waited } from './operation';
import { badInput, ProblemError, problemOf, unknownCharger } from './problem';
import { chargerBody, chargerSchema, etagOf, matches } from './views';

const subject = 'Chargers';

const exampleCharger = {
  id: 'CP-1',
  identity: 'CP-1',
  protocol: 'ocpp1.6',
  csms: { url: 'ws://csms.example/ocpp' },
  model: 'ac-22kw-two-socket',
  connection: 'onDemand',
  power: 'on',
  network: 'online',
  tags: ['ci'],
  link: { state: 'down' },
  registration: { status: 'Accepted' },
  connectors: [{ connectorId: 1, status: 'Available' }],
  faults: [],
  queuedMessages: 0,
};

/** The charger now. @throws ProblemError 404 */
export async function existing(call: Pick<Call, 'simulator'>, id: string): Promise<ChargerSnapshot> {
  const snapshot = await call.simulator.snapshot(id);
  if (!snapshot) throw unknownCharger(id);
  return snapshot;
}

export const createCharger = defineOperation({
  name: 'createCharger',
  method: 'POST',
  route: 'chargers',
  subject,
  summary: 'Creates a charger from a model',
  description:
    'Only `protocol` and `csms.url` are required; with the demo CSMS running, not even those. The charger dials `csms.url` + `/` + the ' +
    'percent-encoded identity. A persistent charger that is on connects by itself.',
  status: 201,
  input: {
    id: chargerId.optional().describe('Default: one that is made up.'),
    identity: identity.optional(),
    ...newChargerFields,
  },
  output: chargerSchema,
  problems: ['exists'],
  example: {
    input: { id: 'CP-1', protocol: 'ocpp1.6', csms: { url: 'ws://csms.example/ocpp' }, tags: ['ci'] },
    output: exampleCharger,
  },
  check: (input, deps) => checkNewCharger(input, deps.demoCsmsUrl !== undefined),
  async run({ id, identity: own, ...rest }, call) {
    const chosen = id ?? `CP-${call.commandId.slice(0, 8)}`;
    const created = await call.simulator.create(newCharger(rest as SharedInput, chosen, own, call.demoCsmsUrl));
    const location = `/api/chargers/${encodeURIComponent(chosen)}`;
    return { headers: { location, etag: etagOf(created) }, body: chargerBody(created) };
  },
});

export const createChargers = defineOperation({
  name: 'createChargers',
  method: 'POST',
  route: 'chargers/batch',
  subject,
  summary: 'Creates many chargers alike, all or none',
  status: 201,
  input: {
    count: z.int().min(1).max(10_000).describe('How many.'),
    idPattern: z
      .string()
      .max(100)
      .describe(
        'Ids: `{n}` stands for the number of the charger, `{n:05}` for that number filled up with zeros to 5 digits.',
      ),
    start: z.int().min(0).max(1_000_000_000).default(1).describe('The first number.'),
    identity: identity.optional().describe('Default: each its id. May have an `{n}` too.'),
    ...newChargerFields,
  },
  output: z.strictObject({ count: z.number(), ids: z.array(z.string()) }),
  problems: ['exists'],
  example: {
    input: {
      count: 3,
      idPattern: 'CP-{n:05}',
      protocol: 'ocpp1.6',
      csms: { url: 'ws://csms.example/ocpp' },
      tags: ['load'],
    },
    output: { count: 3, ids: ['CP-00001', 'CP-00002', 'CP-00003'] },
  },
  check: (input, deps) => [...planBatch(input).errors, ...checkNewCharger(input, deps.demoCsmsUrl !== undefined)],
  async run({ count, idPattern, start, identity: own, ...rest }, call) {
    const { names } = planBatch({ count, idPattern, start, identity: own });
    const shared = rest as SharedInput;
    await call.simulator.createMany(names.map((name) => newCharger(shared, name.id, name.identity, call.demoCsmsUrl)));
    return { body: { count, ids: names.map(({ id }) => id) } };
  },
});

const filterFields = {
  tag: tag.optional(),
  status: z
    .string()
    .min(1)
    .max(50)
    .optional()
    .describe('A word for its state: connected, disconnected, Accepted, Available, Charging, Faulted, …'),
  protocol: protocol.optional(),
  idPrefix: z.string().min(1).max(100).optional().describe('How the id begins.'),
  connection: connection.optional(),
};

export const listChargers = defineOperation({
  name: 'listChargers',
  method: 'GET',
  route: 'chargers',
  subject,
  summary: 'Lists chargers, ordered by id',
  input: { ...filterFields, limit, continuation },
  output: z.strictObject({ chargers: z.array(chargerSchema), continuation: z.string().optional() }),
  example: { input: { tag: 'ci', limit: 10 }, output: { chargers: [exampleCharger] } },
  async run({ limit: most, continuation: from, ...filter }, call) {
    const page = await call.simulator.list(given(filter), most, from);
    return { body: { chargers: page.items.map(chargerBody), ...given({ continuation: page.continuation }) } };
  },
});

export const getCharger = defineOperation({
  name: 'getCharger',
  method: 'GET',
  route: 'chargers/{chargerId}',
  subject,
  summary: 'Tells all about a charger as it is now',
  description: 'The `ETag` names the revision of its settings, for `If-Match`.',
  input: { chargerId },
  output: chargerSchema,
  problems: ['unknown-charger'],
  example: { input: { chargerId: 'CP-1' }, output: exampleCharger },
  async run(input, call) {
    const snapshot = await existing(call, input.chargerId);
    return { headers: { etag: etagOf(snapshot) }, body: chargerBody(snapshot) };
  },
});

/** The revision that If-Match asks for, if it does. @throws ProblemError 412 */
function expectedRevision(call: Call, snapshot: ChargerSnapshot): { ifRevision?: number } {
  if (call.ifMatch === undefined) return {};
  const etag = etagOf(snapshot);
  if (!matches(call.ifMatch, etag)) {
    throw new ProblemError(
      'stale',
      `If-Match says ${call.ifMatch}, the charger is at ${etag}: read it again`,
      {},
      { etag },
    );
  }
  return call.ifMatch.trim() === '*' ? {} : { ifRevision: snapshot.charger.revision };
}

const csmsPatch = z.strictObject({
  url: csmsFields.url,
  securityProfile: csmsFields.securityProfile,
  basicAuth: csmsFields.basicAuth.unwrap().nullable().optional().describe('null takes it away.'),
  tls: csmsFields.tls.unwrap().nullable().optional().describe('null takes it away.'),
});

export const updateCharger = defineOperation({
  name: 'updateCharger',
  method: 'PATCH',
  route: 'chargers/{chargerId}',
  subject,
  summary: 'Changes the settings of a charger',
  description: 'What is left out stays, within `csms` too. A changed address of the CSMS closes the connection.',
  waits: true,
  conditional: true,
  input: {
    chargerId,
    identity: identity.optional(),
    csms: csmsPatch.optional(),
    tags: tags.optional(),
    connection: connection.optional(),
  },
  output: waited(chargerSchema.shape),
  problems: ['unknown-charger', 'stale'],
  example: { input: { chargerId: 'CP-1', tags: ['ci', 'nightly'] }, output: { ...exampleCharger, exchange: [] } },
  async run({ chargerId: id, csms, ...plain }, call) {
    const before = await existing(call, id);
    const condition = expectedRevision(call, before);
    const settings: SettingsPatch = {
      ...given(plain),
      ...(csms ? { csms: patched(before, csms, plain.identity) } : {}),
    };
    const { exchange } = await call.submit(id, { kind: 'updateSettings', settings, ...condition });
    const after = await existing(call, id);
    return { headers: { etag: etagOf(after) }, body: { ...chargerBody(after), exchange: exchangeView(exchange) } };
  },
});

function patched({ charger }: ChargerSnapshot, patch: z.output<typeof csmsPatch>, identityNow = charger.identity) {
  const merged = Object.entries({ ...charger.csms, ...given(patch) }).filter(([, value]) => value !== null);
  const csms = csmsOf(Object.fromEntries(merged), identityNow, charger.csms.url);
  const errors = checkCsms(csms);
  if (errors.length > 0) throw badInput(errors);
  return csms;
}

const force = z.boolean().default(false).describe('Do not tell the CSMS and do not wait for it.');
const ended = z.array(z.string()).describe('What was running and has been ended.');

export const deleteCharger = defineOperation({
  name: 'deleteCharger',
  method: 'DELETE',
  route: 'chargers/{chargerId}',
  subject,
  summary: 'Ends what is running on a charger, says so, and deletes it',
  waits: true,
  conditional: true,
  input: { chargerId, force },
  output: z.strictObject({ id: z.string(), deleted: z.literal(true), ended, exchange: exchangeSchema }),
  problems: ['unknown-charger', 'stale'],
  example: {
    input: { chargerId: 'CP-1' },
    output: { id: 'CP-1', deleted: true, ended: ['transaction 17'], exchange: [] },
  },
  async run(input, call) {
    const id = input.chargerId;
    const condition = call.ifMatch === undefined ? {} : expectedRevision(call, await existing(call, id));
    const removed = await call.simulator.remove(id, { force: input.force, timeoutMs: call.timeoutMs, ...condition });
    if (!removed) throw unknownCharger(id);
    const exchange = exchangeView(removed.exchange ?? []);
    return { body: { id, deleted: true, ended: removed.ended, exchange } };
  },
});

const removedSchema = z.strictObject({ id: z.string(), ended });
const failedSchema = z.strictObject({ id: z.string(), detail: z.string() });

export const deleteChargers = defineOperation({
  name: 'deleteChargers',
  method: 'DELETE',
  route: 'chargers',
  subject,
  summary: 'Deletes every charger that a filter fits',
  description: 'Never without a filter. Tells what was running where, and which chargers could not be deleted.',
  waits: true,
  input: { ...filterFields, force },
  output: z.strictObject({ deleted: z.number(), ended: z.array(removedSchema), failed: z.array(failedSchema) }),
  example: { input: { tag: 'ci' }, output: { deleted: 2, ended: [], failed: [] } },
  check({ force: _, timeoutSeconds: __, ...filter }: Record<string, unknown>) {
    if (Object.values(filter).some((value) => value !== undefined)) return [];
    const known = Object.keys(filterFields).join(', ');
    return [{ path: '', message: `needs a filter, so that nobody deletes every charger by mistake: one of ${known}` }];
  },
  async run({ force: forced, ...filter }, call) {
    const done: ({ id: string } & Removed)[] = [];
    const failed: z.output<typeof failedSchema>[] = [];
    for await (const ids of pagesOf(call, given(filter))) {
      await Promise.all(ids.map((id) => removeOne(call, id, forced, done, failed)));
    }
    const told = done.filter((one) => one.ended.length > 0).map((one) => ({ id: one.id, ended: one.ended }));
    return { body: { deleted: done.length, ended: told, failed } };
  },
});

/** Ids of every charger that the filter fits, some at a time. */
async function* pagesOf(call: Call, filter: Parameters<Call['simulator']['list']>[0]): AsyncGenerator<string[]> {
  let from: string | undefined;
  do {
    const page = await call.simulator.list(filter, 32, from);
    from = page.continuation;
    yield page.items.map(({ charger }) => charger.id);
  } while (from !== undefined);
}

async function removeOne(
  call: Call,
  id: string,
  forced: boolean,
  done: ({ id: string } & Removed)[],
  failed: z.output<typeof failedSchema>[],
): Promise<void> {
  try {
    const removed = await call.simulator.remove(id, { force: forced, timeoutMs: call.timeoutMs });
    if (removed) done.push({ id, ...removed });
  } catch (error) {
    const problem = problemOf(error);
    if (problem.kind === 'internal') call.report(error, 'deleteChargers');
    failed.push({ id, detail: problem.message });
  }
}

export const chargerOperations = [
  createCharger,
  createChargers,
  listChargers,
  deleteChargers,
  getCharger,
  updateCharger,
  deleteCharger,
];
