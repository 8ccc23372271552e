// The fields that each kind of bend has, as data: the form is made from them. What they do is said in lib/api/behaviour.ts and
// lib/api/network-faults.ts; the API checks them.
import type { InputOf } from './api-types';
import type { BendKind, Rule } from './bending';

export interface BendField {
  /** Where the value goes; a dot leads inside. */
  name: string;
  label: string;
  type: 'text' | 'number' | 'json' | 'choice' | 'flag' | 'action';
  hint?: string;
  options?: readonly string[];
  required?: true;
}

/** Names of operations' own enums: a name that the API does not know does not compile. */
type FailureKind = NonNullable<InputOf<'setBehaviour'>['failures']>[number]['kind'];
type NetworkKind = InputOf<'setNetworkFaults'>['faults'][number]['kind'];

const failureKinds: readonly FailureKind[] = [
  'download',
  'signature',
  'signingCertificate',
  'revokedCertificate',
  'verification',
  'installation',
  'upload',
];
const networkKinds: readonly NetworkKind[] = [
  'latency',
  'drop',
  'duplicate',
  'reorder',
  'truncate',
  'corrupt',
  'wrongMessageId',
  'lateAnswer',
  'halfOpen',
  'cutMidFrame',
  'refuseTls',
];

const measurands = [
  'Energy.Active.Import.Register',
  'Energy.Active.Import.Interval',
  'Power.Active.Import',
  'Power.Reactive.Import',
  'Power.Offered',
  'Power.Factor',
  'Current.Import',
  'Current.Offered',
  'Voltage',
  'Frequency',
  'SoC',
  'Temperature',
];

const skip: BendField = { name: 'skip', label: 'Not the first', type: 'number', hint: 'so many as usual first' };
const times: BendField = { name: 'times', label: 'Times', type: 'number', hint: 'empty: always' };
const match: BendField = { name: 'match', label: 'Only with', type: 'json', hint: 'such as {"eventType":"Ended"}' };
const fields: BendField = {
  name: 'fields',
  label: 'Fields',
  type: 'json',
  hint: 'by path, null takes one out: {"idTagInfo.status":"Blocked"}',
};
const action: BendField = { name: 'action', label: 'Action', type: 'action', hint: 'empty: every action' };

export const bendFields: Record<BendKind, { title: string; fields: BendField[] }> = {
  incoming: {
    title: 'Answers to the CSMS',
    fields: [
      action,
      { name: 'status', label: 'Answer with status', type: 'text' },
      { name: 'callError.code', label: 'or with a CALLERROR', type: 'text', hint: 'a code, such as InternalError' },
      { name: 'callError.description', label: 'its description', type: 'text' },
      { name: 'noAnswer', label: 'or not at all', type: 'flag' },
      fields,
      { name: 'delayMs', label: 'Later by, ms', type: 'number' },
      { name: 'carriesOut', label: 'Does it all the same', type: 'flag' },
      match,
      skip,
      times,
    ],
  },
  outgoing: {
    title: 'Own messages',
    fields: [
      action,
      fields,
      { name: 'dataTransfer.vendorId', label: 'A DataTransfer follows, of vendor', type: 'text' },
      { name: 'dataTransfer.messageId', label: 'its messageId', type: 'text' },
      { name: 'dataTransfer.data', label: 'its data', type: 'text' },
      match,
      skip,
      times,
    ],
  },
  meter: {
    title: 'Meter',
    fields: [
      { name: 'measurand', label: 'Measurand', type: 'choice', options: measurands, required: true },
      { name: 'connectorId', label: 'Connector', type: 'number', hint: '0: the main meter; empty: all' },
      { name: 'value', label: 'Shows', type: 'number', hint: 'whatever is true' },
      { name: 'driftPerHour', label: 'Drifts per hour by', type: 'number' },
    ],
  },
  failures: {
    title: 'Firmware and logs',
    fields: [{ name: 'kind', label: 'What fails', type: 'choice', options: failureKinds, required: true }, skip, times],
  },
  clock: {
    title: 'Clock',
    fields: [
      { name: 'skewSeconds', label: 'Ahead by, s', type: 'number', hint: 'negative: behind' },
      { name: 'speed', label: 'Faster, times', type: 'number', hint: '1 to 3600' },
    ],
  },
  network: {
    title: 'Network',
    fields: [
      { name: 'kind', label: 'What happens', type: 'choice', options: networkKinds, required: true },
      { name: 'direction', label: 'To what is', type: 'choice', options: ['sent', 'received'], hint: 'empty: both' },
      { name: 'action', label: 'Action', type: 'action', hint: 'with its answers; empty: every frame' },
      { name: 'probability', label: 'Probability', type: 'number', hint: '0 to 1' },
      { name: 'delayMs', label: 'Delay, ms', type: 'number' },
      { name: 'jitterMs', label: 'More by chance, ms', type: 'number' },
      skip,
      times,
    ],
  },
};

/** What is wrong with the text of a field, as far as can be told without the API. */
export function wrongText({ type, required }: BendField, text: string): string | undefined {
  if (text === '') return required ? 'is required' : undefined;
  if (type === 'number') return Number.isFinite(Number(text)) ? undefined : 'a number';
  if (type !== 'json') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'a JSON object, in {}';
  } catch {
    return 'is no JSON';
  }
}

/** The rule that the texts of a form come to; what is empty is left out. */
export function ruleOf(kind: BendKind, texts: Readonly<Record<string, string>>): Rule {
  const rule: Record<string, unknown> = {};
  for (const field of bendFields[kind].fields) {
    const text = texts[field.name] ?? '';
    if (text === '') continue;
    const [name = '', inside] = field.name.split('.');
    const value = typedValue(field, text);
    if (inside === undefined) rule[name] = value;
    else rule[name] = { ...(rule[name] as object | undefined), [inside]: value };
  }
  return rule;
}

function typedValue({ type }: BendField, text: string): unknown {
  if (type === 'number') return Number(text);
  if (type === 'json') return JSON.parse(text);
  return type === 'flag' ? true : text;
}
