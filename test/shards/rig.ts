// Shards without processes: each a fake service behind a channel that copies what goes through it, as one between processes does.
import { createReporter, serve, shardService } from '../../lib/shards/serve';
import { createShard, type Shard, type ShardPorts } from '../../lib/shards/shard';
import type { FromWorker, ToWorker } from '../../lib/shards/wire';
import type { Simulator } from '../../lib/simulator/simulator';
import { createFakeService, type FakeService } from '../support/fake-service';

export interface ShardUnderTest {
  shard: Shard;
  service: FakeService;
  /** What the front has said, in order. */
  said: ToWorker[];
  /** A process begins; `ready`: and says so. */
  begin(ready?: boolean): void;
}

export function startShard(ports: Partial<ShardPorts> = {}): ShardUnderTest {
  const service = createFakeService();
  const said: ToWorker[] = [];
  const shard = createShard({ name: 'worker 1', onFeed: () => {}, onHeard: () => {}, ...ports });
  const send = (message: FromWorker) => shard.receive(structuredClone(message));
  const reporter = createReporter(send);
  // Anew for each call: tests change what the fake does.
  const served = () =>
    shardService({
      // All that a shard asks of a simulator.
      simulator: service as unknown as Simulator,
      keepAlive: {
        read: async (chargerId) => ({ chargerId, state: 'sleeping' }),
        list: async () => [...service.chargers.keys()].map((chargerId) => ({ chargerId, state: 'sleeping' as const })),
        stop: async () => {},
      },
      chargers: {
        read: async (id) => {
          const charger = service.chargers.get(id);
          return charger && { charger, etag: '1', statuses: [] };
        },
      },
    });
  return {
    shard,
    service,
    said,
    begin(ready = true) {
      shard.attach((message) => {
        said.push(structuredClone(message));
        if (message.kind === 'call') void serve(structuredClone(message), { service: served(), reporter, send });
      });
      if (ready) send({ kind: 'ready' });
    },
  };
}
