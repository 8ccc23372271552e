// The durable client as the rest of this host uses it: what runs for a charger, started, rung, ended.
import type { DurableClient, DurableOrchestrationStatus } from 'durable-functions';
import type { FleetRunInput } from './fleet-run';
import { fleetRunId, jobId, keepAliveId } from './instance-id';
import { type JobInput, type KeepAliveInput, type KeepAliveStatus, names } from './keep-alive';

/** What of the durable client is used. */
export type Client = Pick<DurableClient, 'getStatus' | 'getStatusBy' | 'raiseEvent' | 'startNew' | 'terminate'>;

export interface Instance {
  /** It goes on by itself, or would if nobody had suspended it. */
  alive: boolean;
  updatedAt: number;
  status: KeepAliveStatus | undefined;
}

export interface Orchestrations {
  /** The client of the newest invocation: it knows where the host listens now. */
  use(client: Client): void;
  find(chargerId: string): Promise<Instance | undefined>;
  /** Those that are alive. */
  list(): Promise<KeepAliveStatus[]>;
  /** Has the charger looked at soon: rings its orchestration, or starts it. */
  rouse(chargerId: string): Promise<'rung' | 'started'>;
  /** The same for a charger that a fleet run has let go of, before the run is over. */
  release(chargerId: string): Promise<'rung' | 'started'>;
  /** Has the orchestration of the charger look, if there is one. */
  ring(chargerId: string): Promise<'rung' | 'gone'>;
  end(chargerId: string, reason: string): Promise<void>;
  startJob(input: JobInput): Promise<void>;
  startFleetRun(input: FleetRunInput): Promise<void>;
  /** The orchestration of the run goes on. */
  isFleetRunAlive(runId: string): Promise<boolean>;
}

const aliveStates = new Set<string>(['Running', 'Pending', 'ContinuedAsNew', 'Suspended']);

export function createOrchestrations(): Orchestrations {
  let latest: Client | undefined;

  function client(): Client {
    if (!latest) throw new Error('no invocation has brought a durable client yet');
    return latest;
  }

  async function find(chargerId: string): Promise<Instance | undefined> {
    const status = await statusOf(client(), keepAliveId(chargerId));
    return status && describe(status);
  }

  /** An event for an instance that has ended is taken without a word, so that its state has to be asked first. */
  async function ring(chargerId: string): Promise<'rung' | 'gone'> {
    if (!(await find(chargerId))?.alive) return 'gone';
    await client().raiseEvent(keepAliveId(chargerId), names.changed, null);
    return 'rung';
  }

  async function start(input: KeepAliveInput): Promise<'rung' | 'started'> {
    const { chargerId } = input;
    try {
      await client().startNew(names.keepAlive, { instanceId: keepAliveId(chargerId), input });
      return 'started';
    } catch (error) {
      // Somebody else may have been faster: the extension refuses a second instance of the same id.
      if ((await ring(chargerId)) === 'gone') throw error;
      return 'rung';
    }
  }

  return {
    use(given) {
      latest = given;
    },
    find,
    ring,
    rouse: async (chargerId) => ((await ring(chargerId)) === 'rung' ? 'rung' : start({ chargerId })),
    release: async (chargerId) => ((await ring(chargerId)) === 'rung' ? 'rung' : start({ chargerId, released: true })),
    async list() {
      const all = await client().getStatusBy({ runtimeStatus: aliveFilter });
      return all.flatMap(({ name, customStatus }) => (name === names.keepAlive ? shown(customStatus) : []));
    },
    async end(chargerId, reason) {
      if ((await find(chargerId))?.alive) {
        await client().terminate(keepAliveId(chargerId), encodeURIComponent(reason));
      }
    },
    async startJob(input) {
      await client().startNew(names.runJob, { instanceId: jobId(input.commandId), input });
    },
    async isFleetRunAlive(runId) {
      const status = await statusOf(client(), fleetRunId(runId));
      return status !== undefined && describe(status).alive;
    },
    async startFleetRun(input) {
      await client().startNew(names.fleetRun, { instanceId: fleetRunId(input.runId), input });
    },
  };
}

// The enumeration exists in types only where modules are isolated; its values are their names.
const aliveFilter = ['Running', 'Pending', 'ContinuedAsNew'] as unknown as NonNullable<
  Parameters<Client['getStatusBy']>[0]['runtimeStatus']
>;

async function statusOf(client: Client, id: string): Promise<DurableOrchestrationStatus | undefined> {
  try {
    return await client.getStatus(id, { showInput: false });
  } catch (error) {
    // The only trace of a 404 is in the message.
    if (error instanceof Error && error.message.includes('HTTP 404')) return undefined;
    throw error;
  }
}

function describe({ runtimeStatus, lastUpdatedTime, customStatus }: DurableOrchestrationStatus): Instance {
  return {
    alive: aliveStates.has(runtimeStatus),
    updatedAt: new Date(lastUpdatedTime).getTime(),
    status: shown(customStatus)[0],
  };
}

/** None yet: it has been started and not run. */
function shown(customStatus: unknown): KeepAliveStatus[] {
  if (typeof customStatus !== 'object' || customStatus === null || !('chargerId' in customStatus)) return [];
  return [customStatus as KeepAliveStatus];
}
