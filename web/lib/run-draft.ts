// A fleet run as it is being filled in: the kinds of phases with their fields and how each begins, and the plain mistakes that need no API to be
// seen. It is the JSON that startFleetRun takes.
import { type Check, checkShared, compact } from './charger-draft';
import { checkNumber, type Draft, type FieldError, isObject, listAt, objectAt, valueAt } from './draft';

const weekSeconds = 7 * 86_400;
export const runChargersAtMost = 20_000;

export interface NumberSpec {
  path: string;
  label: string;
  hint?: string;
  least: number;
  most: number;
  whole?: boolean;
  /** Left out, the API has a default. */
  optional?: boolean;
}

interface Kind {
  title: string;
  says: string;
  /** As it begins. */
  fresh: (chargers: number) => Draft;
  numbers: readonly NumberSpec[];
  sessions?: boolean;
}

const seconds: NumberSpec = { path: 'seconds', label: 'How long, s', least: 0.001, most: weekSeconds };

const timeout: NumberSpec = {
  path: 'timeoutSeconds',
  label: 'Time limit, s',
  hint: 'How long one charger may take. Empty: 60',
  least: 1,
  most: 600,
  optional: true,
};

const meterValues: NumberSpec = {
  path: 'meterValuesIntervalSeconds',
  label: 'Meter values every, s',
  hint: 'Empty: as configured',
  least: 1,
  most: 86_400,
  whole: true,
  optional: true,
};

const sessions = (chargers: number) => ({
  seconds: 60,
  concurrency: Math.max(1, Math.floor(chargers * 0.8)),
  durationSeconds: { from: 15, to: 45 },
  meterValuesIntervalSeconds: 10,
});

export const phaseKinds: Readonly<Record<string, Kind>> = {
  connect: {
    title: 'Connect',
    says: 'The chargers connect and boot.',
    fresh: () => ({ kind: 'connect', ramp: { perSecond: 20 } }),
    numbers: [timeout],
  },
  sessions: {
    title: 'Sessions',
    says: 'Charging sessions for a while; those that run at the end are stopped.',
    fresh: (chargers) => ({ kind: 'sessions', ...sessions(chargers) }),
    numbers: [seconds, meterValues, timeout],
    sessions: true,
  },
  soak: {
    title: 'Soak',
    says: 'Sessions for long, while single chargers lose their connection now and then.',
    fresh: (chargers) => ({ kind: 'soak', ...sessions(chargers), seconds: 3600, lossEverySeconds: 60 }),
    numbers: [
      seconds,
      { path: 'lossEverySeconds', label: 'A connection is lost every, s', least: 0.1, most: 86_400, optional: true },
      meterValues,
      timeout,
    ],
    sessions: true,
  },
  idle: {
    title: 'Idle',
    says: 'Nothing but what chargers do by themselves: heartbeats, answers.',
    fresh: () => ({ kind: 'idle', seconds: 60 }),
    numbers: [seconds],
  },
  massReconnection: {
    title: 'Mass reconnection',
    says: 'Every charger loses its connection at one moment, and comes back. Needs chargers that stay connected.',
    fresh: () => ({ kind: 'massReconnection', cut: 'abrupt', return: 'backOff' }),
    numbers: [
      {
        path: 'timeoutSeconds',
        label: 'Time limit, s',
        hint: 'Until all are back. Empty: 300',
        least: 0.001,
        most: 3600,
        optional: true,
      },
    ],
  },
};

/** What a phase is called. */
export function phaseTitle(kind: unknown): string {
  return phaseKinds[String(kind)]?.title ?? String(kind);
}

export function newRunDraft(): Draft {
  const chargers = 20;
  return {
    chargers: { count: chargers, idPattern: 'RUN-{n:04}', protocol: 'ocpp1.6', connection: 'persistent' },
    phases: ['connect', 'sessions'].map((kind) => phaseKinds[kind]?.fresh(chargers)),
    seed: 1,
  };
}

/** How many chargers it makes; undefined where they exist already. */
export function chargersOf(draft: Draft): number | undefined {
  const count = valueAt(draft, 'chargers.count');
  return typeof count === 'number' ? count : undefined;
}

export function checkRun(draft: Draft, demo: boolean): FieldError[] {
  const phases = listAt(draft, 'phases');
  return compact([
    ...checkChargers(objectAt(draft, 'chargers'), demo).map(([path, mistake]): Check => [`chargers.${path}`, mistake]),
    ['chargers', isObject(draft.chargers) ? undefined : 'must be an object'],
    ['phases', phases.length === 0 ? 'needs one at least' : phases.length > 50 ? 'has at most 50' : undefined],
    ...phases.flatMap((phase, index) => checkPhase(phase, `phases.${index}`, draft)),
    ['seed', optional(draft.seed, { least: 0, most: 4_294_967_295, whole: true })],
  ]);
}

function checkChargers(chargers: Draft, demo: boolean): Check[] {
  const { count, idPattern, start, tag } = chargers;
  if ('tag' in chargers) return [['tag', typeof tag === 'string' && tag.trim() !== '' ? undefined : 'is needed']];
  const places = typeof idPattern === 'string' ? (idPattern.match(/\{n(?::0?\d{1,2})?\}/g) ?? []).length : 0;
  return [
    ['count', checkNumber(count, { least: 1, most: runChargersAtMost, whole: true })],
    ['idPattern', places === 1 ? undefined : 'needs one {n}, as in RUN-{n} or RUN-{n:05}'],
    ['start', optional(start, { least: 0, most: 1_000_000_000, whole: true })],
    ...checkShared(chargers, demo),
  ];
}

type Bounds = Pick<NumberSpec, 'least' | 'most' | 'whole'>;

function optional(value: unknown, bounds: Bounds): string | undefined {
  return value === undefined ? undefined : checkNumber(value, bounds);
}

function checkPhase(phase: unknown, at: string, draft: Draft): Check[] {
  const kind = phaseKinds[String(valueAt(phase, 'kind'))];
  if (!kind) return [[at, `has a kind that is none of ${Object.keys(phaseKinds).join(', ')}`]];
  const own = kind.numbers.map((spec): Check => {
    const value = valueAt(phase, spec.path);
    return [`${at}.${spec.path}`, spec.optional ? optional(value, spec) : checkNumber(value, spec)];
  });
  const more = kind.sessions ? checkSessions(phase, draft) : checkOthers(phase, draft);
  return [...own, ...more.map(([path, mistake]): Check => [path === '' ? at : `${at}.${path}`, mistake])];
}

function checkOthers(phase: unknown, draft: Draft): Check[] {
  const onDemand = chargersOf(draft) !== undefined && valueAt(draft, 'chargers.connection') !== 'persistent';
  const isCut = valueAt(phase, 'kind') === 'massReconnection';
  return [
    ['ramp.perSecond', optional(valueAt(phase, 'ramp.perSecond'), { least: 0.001, most: 10_000 })],
    ['ramp.withinSeconds', optional(valueAt(phase, 'ramp.withinSeconds'), { least: 0.001, most: 86_400 })],
    ['', isCut && onDemand ? 'needs chargers that stay connected' : undefined],
  ];
}

function checkSessions(phase: unknown, draft: Draft): Check[] {
  const [concurrency, arrivals] = [valueAt(phase, 'concurrency'), valueAt(phase, 'arrivalsPerSecond')];
  const chargers = chargersOf(draft);
  const tooMany = chargers !== undefined && typeof concurrency === 'number' && concurrency > chargers;
  const both = concurrency !== undefined && arrivals !== undefined;
  const fewest = { least: 1, most: runChargersAtMost, whole: true };
  return [
    ['', both ? 'has either so many sessions at the same time, or cars that come at random' : undefined],
    ['concurrency', arrivals === undefined ? checkNumber(concurrency, fewest) : undefined],
    ['concurrency', tooMany ? `is more than the run has chargers: ${chargers}` : undefined],
    ['arrivalsPerSecond', optional(arrivals, { least: 0.001, most: 1000 })],
    ...checkSpread(valueAt(phase, 'durationSeconds'), 'durationSeconds', weekSeconds),
    ...checkSpread(valueAt(phase, 'energyWh'), 'energyWh', 10_000_000),
    ...listAt(phase, 'evs').map(
      (_, index): Check => [
        `evs.${index}.weight`,
        optional(valueAt(phase, `evs.${index}.weight`), { least: 0.001, most: 1000 }),
      ],
    ),
  ];
}

/** A number, `{from, to}`, or `{mean, deviation, min?, max?}`. */
function checkSpread(value: unknown, at: string, most: number): Check[] {
  const bounds = { least: 0.001, most };
  if (!isObject(value)) return [[at, optional(value, bounds)]];
  const number = (name: string): Check => [`${at}.${name}`, checkNumber(value[name], bounds)];
  if ('mean' in value || 'deviation' in value) {
    const limit = (name: string): Check => [`${at}.${name}`, optional(value[name], bounds)];
    const turned = Number(value.min ?? 0) > Number(value.max ?? most) ? 'must not be below the least' : undefined;
    return [number('mean'), number('deviation'), limit('min'), limit('max'), [`${at}.max`, turned]];
  }
  const turned = Number(value.from) > Number(value.to) ? 'must not be below from' : undefined;
  return [number('from'), number('to'), [`${at}.to`, turned]];
}

/** The run as a command for a pipeline. The key is not in it: it stands in the environment. */
export function curlOf(url: string, draft: Draft, withKey: boolean): string {
  const key = withKey ? ` -H "x-functions-key: $API_KEY"` : '';
  const body = JSON.stringify(draft, null, 2).replaceAll("'", `'\\''`);
  return `curl -X POST ${url} -H 'content-type: application/json'${key} -d '${body}'`;
}
