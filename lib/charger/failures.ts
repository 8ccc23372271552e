// Failures on demand: what a tester wants to go wrong with firmware and logs, although nothing is wrong. They are part of the charger's
// behaviour; where they strike is in firmware.ts and log-upload.ts.
import { applies, type Occasion } from './behaviour';
import { type Context, note } from './context';

export const failureKinds = [
  'download', // the firmware cannot be fetched
  'signature', // the signature of the firmware is wrong
  'signingCertificate', // the certificate that it was signed with is not valid
  'revokedCertificate', // it has been revoked
  'verification', // what was downloaded turns out to be damaged, just before it is installed
  'installation', // the installation fails
  'upload', // the log cannot be uploaded
] as const;
export type FailureKind = (typeof failureKinds)[number];

/** The first of the list that fits and is not used up applies. */
export interface FailureRule extends Pick<Occasion, 'skip' | 'times'> {
  kind: FailureKind;
}

/** True if this is to fail now; then it has been counted. */
export function failsOnDemand(context: Context, kind: FailureKind): boolean {
  const rules = context.charger.behaviour?.failures?.filter((rule) => rule.kind === kind) ?? [];
  if (!rules.some((rule) => applies(context, rule))) return false;
  note(context, 'info', `${kind} fails on demand`);
  return true;
}
