// What is bent at a charger as one list: rules of its behaviour and faults of its network. Those that are off are kept by aside.ts.
import type { ChargerView, InputOf } from './api-types';

type Behaviour = Omit<InputOf<'setBehaviour'>, 'chargerId' | 'timeoutSeconds'>;
type Fault = InputOf<'setNetworkFaults'>['faults'][number];

export const bendKinds = ['incoming', 'outgoing', 'meter', 'failures', 'clock', 'network'] as const;
export type BendKind = (typeof bendKinds)[number];

export type Rule = Readonly<Record<string, unknown>>;

export interface Bend {
  kind: BendKind;
  rule: Rule;
}

/** A bend that the charger has, with how often it fitted and applied where that is counted. */
export interface ActiveBend extends Bend {
  seen?: number;
  done?: number;
}

/** Those that the charger has, in its own order. A clock has one bend for each thing that is wrong with it. */
export function activeBends({ behaviour = {}, networkFaults }: ChargerView): ActiveBend[] {
  const counted = (kind: BendKind, rules: readonly Rule[] = []) => rules.map((rule) => split(kind, rule));
  const clock = Object.entries(behaviour.clock ?? {}).filter(([, value]) => value !== undefined);
  return [
    ...counted('incoming', behaviour.incoming),
    ...counted('outgoing', behaviour.outgoing),
    ...counted('meter', behaviour.meter),
    ...counted('failures', behaviour.failures),
    ...clock.map(([field, value]): ActiveBend => ({ kind: 'clock', rule: { [field]: value } })),
    ...counted('network', networkFaults?.faults),
  ];
}

function split(kind: BendKind, { seen, done, ...rule }: Rule): ActiveBend {
  return {
    kind,
    rule,
    ...(typeof seen === 'number' ? { seen } : {}),
    ...(typeof done === 'number' ? { done } : {}),
  };
}

/** The whole behaviour that these come to, as setBehaviour wants it. */
export function behaviourOf(bends: readonly Bend[]): Behaviour {
  const rules = (kind: BendKind) => bends.filter((bend) => bend.kind === kind).map(({ rule }) => rule);
  const clock = Object.assign({}, ...rules('clock')) as NonNullable<Behaviour['clock']>;
  const lists = Object.fromEntries(
    (['incoming', 'outgoing', 'meter', 'failures'] as const).flatMap((kind) => {
      const own = rules(kind);
      return own.length > 0 ? [[kind, own]] : [];
    }),
  ) as Behaviour;
  return { ...lists, ...(Object.keys(clock).length > 0 ? { clock } : {}) };
}

/** The faults that these come to, as setNetworkFaults wants them. */
export function faultsOf(bends: readonly Bend[]): Fault[] {
  return bends.filter(({ kind }) => kind === 'network').map(({ rule }) => rule as Fault);
}

/** What tells one bend from another: counts do not. */
export const bendKey = ({ kind, rule }: Bend) => `${kind} ${JSON.stringify(rule)}`;

/** What a bend does, in one line. */
export function bendWords({ kind, rule }: Bend): string {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const { action, skip, times, match, ...rest } = rule;
  const of = action === undefined ? 'every message' : text(action);
  const when = [
    match === undefined ? '' : `where it contains ${text(match)}`,
    skip === undefined ? '' : `not the first ${skip}`,
    times === undefined ? '' : times === 1 ? 'once' : `${times} times`,
  ].filter(Boolean);
  const detail = Object.entries(rest)
    .filter(([field]) => field !== 'kind' && field !== 'measurand' && field !== 'direction')
    .map(([field, value]) => (value === true ? field : `${field} ${text(value)}`));
  const what: Record<BendKind, string> = {
    incoming: `Answer to ${of}`,
    outgoing: `Own ${of}`,
    meter: `Meter: ${text(rule.measurand)}`,
    failures: `Failure: ${text(rule.kind)}`,
    clock: 'Clock',
    network: `Network: ${text(rule.kind)}${rule.direction === undefined ? '' : `, ${rule.direction}`}${action === undefined ? '' : `, ${of}`}`,
  };
  return [what[kind], ...detail, ...when].join('; ');
}
