// What a configuration key of OCPP 1.6 is: type, access, default and effect; with the checks that many keys share. Which keys there are
// is in `configuration.ts` and the files it gathers them from.
import type { Charger } from '../charger';
import type { Context } from '../context';

/** `W` is written and never read: a secret. */
type Access = 'R' | 'RW' | 'W';

export interface KeyDefinition {
  access: Access;
  /** Text of the default value. */
  value: string | ((charger: Charger) => string);
  /** What is wrong with a new value; `undefined`: nothing. */
  check: (value: string, charger: Charger) => string | undefined;
  /** What forbids the change over OCPP, though it may be made on the device; for the log, without the value. */
  forbids?: (value: string, context: Context) => string | undefined;
  /** Where the value is kept, if not among the values of the keys. */
  write?: (charger: Charger, value: string) => void;
  /** Brings a change into effect at once. */
  apply?: (context: Context, value: string) => void;
  /** Why a new charger cannot be given it as a preset, and what to give instead. */
  noPreset?: string;
}

export const boolean = (value: string) => (/^(true|false)$/i.test(value) ? undefined : 'must be true or false');

export const integer =
  (least = 0, most = 2_147_483_647) =>
  (value: string) =>
    /^-?\d{1,10}$/.test(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}`;

export const anything = () => undefined;
export const readOnly = (value: KeyDefinition['value'], check: KeyDefinition['check'] = anything): KeyDefinition => ({
  access: 'R',
  value,
  check,
});
export const writable = (
  value: KeyDefinition['value'],
  check: KeyDefinition['check'],
  apply?: KeyDefinition['apply'],
): KeyDefinition => ({ access: 'RW', value, check, ...(apply ? { apply } : {}) });
