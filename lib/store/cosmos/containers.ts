// The containers as data: what the store creates, what the infrastructure code creates, and what the cost formula counts. What stands
// in their documents is in the file of each.
import type { ContainerDefinition, CosmosClient } from '@azure/cosmos';

/** Days that documents stay by the containers' own definition; a document that is to stay otherwise says so itself. */
export const defaultLifetimeDays = { messages: 7, commands: 1, runs: 30 };

const daySeconds = 86_400;

/** What the store asks for by query is indexed, nothing else: each indexed value makes every write dearer. Cosmos DB indexes `id` by itself. */
export const containers = {
  chargers: {
    id: 'chargers',
    partitionKey: { paths: ['/id'] },
    indexingPolicy: indexed(
      '/nextWakeAt/?',
      '/statuses/[]/?',
      '/charger/tags/[]/?',
      '/charger/protocol/?',
      '/charger/connection/?',
    ),
  },
  messages: {
    id: 'messages',
    partitionKey: { paths: ['/chargerId'] },
    indexingPolicy: indexed('/chargerId/?', '/firstAt/?', '/lastAt/?', '/actions/[]/?'),
    defaultTtl: defaultLifetimeDays.messages * daySeconds,
  },
  commands: {
    id: 'commands',
    partitionKey: { paths: ['/chargerId'] },
    indexingPolicy: indexed(),
    defaultTtl: defaultLifetimeDays.commands * daySeconds,
  },
  runs: {
    id: 'runs',
    partitionKey: { paths: ['/id'] },
    indexingPolicy: indexed('/listed/?'),
    defaultTtl: defaultLifetimeDays.runs * daySeconds,
  },
} satisfies Record<string, ContainerDefinition>;

export type ContainerName = keyof typeof containers;

function indexed(...paths: string[]) {
  return {
    indexingMode: 'consistent' as const,
    automatic: true,
    includedPaths: paths.map((path) => ({ path })),
    excludedPaths: [{ path: '/*' }],
  };
}

/** Creates the database and its containers where they are not there yet; what is there stays as it is. */
export async function createContainers(client: CosmosClient, database: string): Promise<void> {
  await client.databases.createIfNotExists({ id: database });
  for (const definition of Object.values(containers)) {
    await client.database(database).containers.createIfNotExists(definition);
  }
}

/** The `ttl` of a document that is to live this long; nothing where the container says the same. Whole seconds, at least one. */
export function ttl(container: keyof typeof defaultLifetimeDays, days: number): { ttl?: number } {
  return days === defaultLifetimeDays[container] ? {} : { ttl: Math.max(1, Math.round(days * daySeconds)) };
}
