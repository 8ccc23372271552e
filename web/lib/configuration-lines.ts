// Presets of a charger's configuration as lines of text, `HeartbeatInterval = 60` or, in OCPP 2.0.1, `TxCtrlr.TxStartPoint = PowerPathClosed`: how they are
// pasted from a manual. What the API takes is made from them, and they from that.
import { type ComponentRef, parseName, spell, type VariableRef } from '../../lib/charger/variable-name';
import { isObject } from './draft';

interface Variable {
  component: ComponentRef;
  variable: VariableRef;
  attributeType?: string;
  value: unknown;
}

/** @throws Error that names the line that is wrong */
export function readLines(text: string, protocol: string): Record<string, string> | Variable[] | undefined {
  const entries = text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [entryOf(line, index + 1)]));
  if (entries.length === 0) return undefined;
  const twice = entries.find(({ key }, index) => entries.some((other, at) => at < index && other.key === key));
  if (twice) throw new Error(`line ${twice.line}: ${twice.key} stands there twice`);
  if (protocol === 'ocpp1.6') return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
  return entries.map(variableOf);
}

interface Entry {
  line: number;
  key: string;
  value: string;
}

function entryOf(text: string, line: number): Entry {
  const [, key, value] = /^\s*([^=]*[^=\s])\s*=\s*(.*?)\s*$/.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new Error(`line ${line}: must be like HeartbeatInterval = 60`);
  return { line, key, value };
}

function variableOf({ line, key, value }: Entry): Variable {
  const name = parseName(key);
  if (!name) throw new Error(`line ${line}: ${key} must be like TxCtrlr.TxStartPoint or EVSE(1).Power`);
  const { component, variable, attribute } = name;
  return { component, variable, ...(attribute === 'Actual' ? {} : { attributeType: attribute }), value };
}

export function writeLines(configuration: unknown): string {
  if (Array.isArray(configuration)) {
    return (configuration as Variable[])
      .filter((one) => isObject(one) && isObject(one.component) && isObject(one.variable))
      .map((one) => `${spell(one.component, one.variable, one.attributeType)} = ${String(one.value)}`)
      .join('\n');
  }
  if (!isObject(configuration)) return '';
  return Object.entries(configuration)
    .map(([key, value]) => `${key} = ${String(value)}`)
    .join('\n');
}
