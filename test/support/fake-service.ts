// A SimulatorService in memory for tests of the API: real charger documents, and outcomes that the test decides.

import type { Charger } from '../../lib/charger/charger';
import type { Command, SettledCommand } from '../../lib/charger/command';
import { buildCharger, type NewCharger } from '../../lib/charger/create';
import type { LoggedFrame } from '../../lib/charger/effect';
import { BadContinuationError, ExistsError, type MessageFilter, StaleError } from '../../lib/simulator/ports';
import {
  type HealthReport,
  type RemoveOptions,
  type SimulatorService,
  type SubmitOptions,
  UnknownChargerError,
} from '../../lib/simulator/service';

export interface Submission {
  chargerId: string;
  command: Command;
  options: SubmitOptions;
}

export interface FakeService extends SimulatorService {
  chargers: Map<string, Charger>;
  log: LoggedFrame[];
  submitted: Submission[];
  removed: { id: string; options: RemoveOptions }[];
  healthy: HealthReport;
  /** What becomes of a command. Default: it goes well, with `frame` as its exchange. */
  settle: (submission: Submission) => Promise<SettledCommand> | SettledCommand;
  /** What deleting a charger ends. */
  running: string[];
}

export const now = Date.parse('2025-01-31T12:00:00Z');

export const frame: LoggedFrame = {
  at: now,
  direction: 'sent',
  type: 'call',
  action: 'Heartbeat',
  messageId: 'a-1',
  payload: {},
};

export function createFakeService(): FakeService {
  const chargers = new Map<string, Charger>();
  const snapshot = (charger: Charger) => ({ charger: structuredClone(charger), now });
  const add = (spec: NewCharger) => {
    const charger = buildCharger(spec, now);
    if (chargers.has(spec.id)) throw new ExistsError(`charger ${spec.id} exists already`);
    return charger;
  };
  const fake: FakeService = {
    chargers,
    log: [],
    submitted: [],
    removed: [],
    healthy: { ok: true, checks: { store: { ok: true } } },
    running: [],
    settle: () => ({ outcome: { ok: true, result: {} }, exchange: [frame] }),
    async create(spec) {
      const charger = add(spec);
      chargers.set(spec.id, charger);
      return snapshot(charger);
    },
    async createMany(specs) {
      const made = specs.map(add);
      for (const charger of made) chargers.set(charger.id, charger);
    },
    async snapshot(id) {
      const charger = chargers.get(id);
      return charger && snapshot(charger);
    },
    async list(filter, limit, continuation) {
      const fits = [...chargers.values()]
        .filter(({ id, tags }) => id.startsWith(filter.idPrefix ?? '') && (!filter.tag || tags.includes(filter.tag)))
        .filter(({ id }) => continuation === undefined || id > continuation)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const items = fits.slice(0, limit).map(snapshot);
      const last = items.at(-1)?.charger.id;
      return fits.length > limit && last !== undefined ? { items, continuation: last } : { items };
    },
    async submit(chargerId, command, options) {
      const charger = chargers.get(chargerId);
      if (!charger) throw new UnknownChargerError(chargerId);
      const submission = { chargerId, command, options };
      fake.submitted.push(submission);
      const settled = await fake.settle(submission);
      if (settled.outcome.ok && command.kind === 'updateSettings') {
        Object.assign(charger, command.settings);
        charger.revision += 1;
      }
      return settled;
    },
    async remove(id, options) {
      const charger = chargers.get(id);
      if (!charger) return undefined;
      if (options.ifRevision !== undefined && options.ifRevision !== charger.revision) throw new StaleError();
      fake.removed.push({ id, options });
      chargers.delete(id);
      return { ended: fake.running, exchange: [frame] };
    },
    async messages(_, filter, limit, continuation) {
      if (continuation !== undefined && !/^\d+$/.test(continuation)) throw new BadContinuationError();
      const from = Number(continuation ?? 0);
      const fits = fake.log.filter((logged) => matches(logged, filter)).reverse();
      const items = fits.slice(from, from + limit);
      return fits.length > from + limit ? { items, continuation: String(from + limit) } : { items };
    },
    health: async () => fake.healthy,
    metrics: () => [
      {
        name: 'frames_total',
        help: 'Frames.',
        type: 'counter',
        samples: [{ labels: { action: 'a"b\\c\nd' }, value: 3 }],
      },
    ],
  };
  return fake;
}

function matches(logged: LoggedFrame, { action, direction, from, to }: MessageFilter): boolean {
  if (action !== undefined && logged.action !== action) return false;
  if (direction !== undefined && logged.direction !== direction) return false;
  return logged.at >= (from ?? logged.at) && logged.at <= (to ?? logged.at);
}
