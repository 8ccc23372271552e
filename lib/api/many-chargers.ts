// Operations on many chargers at once: create alike, list, delete by a filter.
import { z } from 'zod';
import type { NewCharger } from '../charger/create';
import type { Removed } from '../simulator/service';
import { planBatch } from './batch';
import { checkNewCharger, identity, newCharger, newChargerFields, type SharedInput } from './charger-input';
import { ended, exampleCharger, force, subject } from './chargers';
import { connection, continuation, given, limit, protocol, tag } from './fields';
import { type Call, defineOperation } from './operation';
import { problemOf } from './problem';
import { withTlsDetails } from './tls-input';
import { chargerBody, chargerSchema } from './views';

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
  check: (input, deps) => [...planBatch(input).errors, ...checkNewCharger(input, deps)],
  async run({ count, idPattern, start, identity: own, ...rest }, call) {
    const { names } = planBatch({ count, idPattern, start, identity: own });
    const shared = rest as SharedInput;
    const specs = names.map((name) => newCharger(shared, name.id, name.identity, call.demoCsmsUrl));
    await call.simulator.createMany(await describeAll(specs));
    return { body: { count, ids: names.map(({ id }) => id) } };
  },
});

/** They have their certificates in common: read once. */
async function describeAll(specs: NewCharger[]): Promise<NewCharger[]> {
  const [first] = specs;
  const { tls } = first ? await withTlsDetails(first.csms) : {};
  return tls ? specs.map((spec) => ({ ...spec, csms: { ...spec.csms, tls } })) : specs;
}

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

export const manyChargerOperations = [createChargers, listChargers, deleteChargers];
