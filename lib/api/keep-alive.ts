// Operations on what keeps chargers alive while nobody uses them: deadlines of the local host, orchestrations on Azure.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { wantsHold } from '../charger/link';
import { BusyError } from '../simulator/service';
import { chargerId, given, limit } from './fields';
import { type Call, defineOperation, type KeptAlive } from './operation';
import { commandProblems } from './outcome';
import { unknownCharger } from './problem';

const subject = 'Keep-alive';

const keptAliveSchema = z
  .strictObject({
    chargerId: z.string(),
    state: z
      .enum(['none', 'sleeping', 'active', 'holding', 'retrying'])
      .describe(
        'none: nothing is due. sleeping: woken at nextWakeAt. active: woken now. holding: its connection is kept open. ' +
          'retrying: after failures, at nextWakeAt.',
      ),
    nextWakeAt: z.string().optional(),
    failures: z.number().optional().describe('Failures in a row.'),
  })
  .meta({ id: 'KeepAlive', description: 'How the time of a charger is kept while nobody uses it.' });

function view(id: string, kept: KeptAlive | undefined): z.output<typeof keptAliveSchema> {
  if (!kept) return { chargerId: id, state: 'none' };
  const nextWakeAt = kept.nextWakeAt === undefined ? undefined : new Date(kept.nextWakeAt).toISOString();
  return { chargerId: id, state: kept.state, ...given({ nextWakeAt, failures: kept.failures }) };
}

const example = { chargerId: 'CP-1', state: 'sleeping' as const, nextWakeAt: '2025-01-31T12:05:00.000Z' };

export const getKeepAlive = defineOperation({
  name: 'getKeepAlive',
  method: 'GET',
  route: 'chargers/{chargerId}/keep-alive',
  subject,
  summary: 'Tells how the time of a charger is kept: when it is woken next, whether its connection is held',
  input: { chargerId },
  output: keptAliveSchema,
  problems: ['unknown-charger'],
  example: { input: { chargerId: 'CP-1' }, output: example },
  async run({ chargerId: id }, call) {
    const kept = await call.keepAlive.read(id);
    if (!kept && !(await call.simulator.snapshot(id))) throw unknownCharger(id);
    return { body: view(id, kept) };
  },
});

/** How long a holder may take to let go of the charger, and how often it is asked. */
const patienceMs = 8_000;
const askEveryMs = 250;

/** A charger that was disconnected a moment ago may still be in the hands of its holder. */
async function stopPatiently(call: Call, id: string): Promise<void> {
  const giveUpAt = call.clock() + patienceMs;
  for (;;) {
    try {
      return await call.keepAlive.stop(id);
    } catch (error) {
      if (!(error instanceof BusyError) || call.clock() >= giveUpAt) throw error;
      await delay(askEveryMs);
    }
  }
}

export const stopKeepAlive = defineOperation({
  name: 'stopKeepAlive',
  method: 'DELETE',
  route: 'chargers/{chargerId}/keep-alive',
  subject,
  summary: 'Stops keeping a charger alive: nobody wakes it until it is used again',
  description:
    'A connection that is held is closed first. Heartbeats and meter values stop; what the charger would have lived through is caught ' +
    'up with when it is used again.',
  waits: true,
  input: { chargerId },
  output: z.strictObject({ stopped: keptAliveSchema.describe('What there was.') }),
  problems: commandProblems,
  example: { input: { chargerId: 'CP-1' }, output: { stopped: example } },
  async run({ chargerId: id }, call) {
    const current = await call.simulator.snapshot(id);
    if (!current) throw unknownCharger(id);
    const kept = await call.keepAlive.read(id);
    if (current.charger.link.state === 'up' || wantsHold(current.charger, current.now)) {
      await call.submit(id, { kind: 'disconnect' });
    }
    await stopPatiently(call, id);
    return { body: { stopped: view(id, kept) } };
  },
});

export const listKeepAlive = defineOperation({
  name: 'listKeepAlive',
  method: 'GET',
  route: 'keep-alive',
  subject,
  summary: 'Lists the chargers that are kept alive, ordered by id',
  input: {
    limit,
    continuation: z.string().min(1).max(100).optional().describe('The continuation of the page before.'),
  },
  output: z.strictObject({ chargers: z.array(keptAliveSchema), continuation: z.string().optional() }),
  example: { input: {}, output: { chargers: [example] } },
  async run({ limit: most, continuation: from }, call) {
    const all = await call.keepAlive.list();
    const rest = from === undefined ? all : all.filter((one) => one.chargerId > from);
    const page = rest.slice(0, most);
    const last = rest.length > most ? page.at(-1)?.chargerId : undefined;
    return { body: { chargers: page.map((one) => view(one.chargerId, one)), ...given({ continuation: last }) } };
  },
});

export const keepAliveOperations = [getKeepAlive, stopKeepAlive, listKeepAlive];
