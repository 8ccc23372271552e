// Contract certificates (OCPP 2.0.1 C07, C08): an EV shows whose contract it charges on. The certificate is checked by a task; then the CSMS is
// asked with its hash data, or, where the station cannot tell whose it is, with the certificate itself. There is no ISO 15118 stack: the
// certificate comes with the command.
import { restoreCause } from '../../calls';
import { rootsOf } from '../../certificates';
import { chargerTime } from '../../clock';
import type { PendingCommand } from '../../command';
import { type Context, note, refuse } from '../../context';
import { conclude } from '../../pending';
import type { PendingTask, TaskOutcome } from '../../task';
import { startTask } from '../../tasks';
import { variableIsTrue } from '../device-model/read';
import { isHeld, requireUsable } from '../g-availability/usable';
import type { IdToken } from '../id-token';
import { type Bay, findBay } from '../places';
import { isOnline } from './decide';
import { ask, present } from './tokens';

/** An EV shows its contract at an EVSE; whoever is authorized there already is known by the token alone. @throws CommandRefused */
export function presentContract(context: Context, bay: Bay, idToken: IdToken, certificate: string, id: string): void {
  const { charger, now } = context;
  if (idToken.type !== 'eMAID') {
    const message = 'a contract certificate comes with a token of type eMAID';
    refuse('badInput', `certificate: ${message}`, { errors: [{ path: 'certificate', message }] });
  }
  if (bay.state.authorization || isHeld(bay)) return present(context, bay, { idToken });
  requireUsable(context, bay);
  if (!variableIsTrue(charger, 'ISO15118Ctrlr', 'PnCEnabled')) {
    return turnAway(context, 'ISO15118Ctrlr.PnCEnabled is false');
  }
  const pending = charger.commands[id];
  if (pending) pending.waitingFor = 'contract';
  startTask(context, 'contract', {
    kind: 'checkContract',
    certificate,
    emaid: idToken.idToken,
    roots: rootsOf(charger, 'mo'),
    at: chargerTime(charger, now),
    evseId: bay.evseId,
  });
}

function turnAway(context: Context, reason: string): void {
  note(context, 'warn', `the contract of the EV is refused: ${reason}`);
  conclude(context, { outcome: 'refused', reason });
}

/** Task `checkContract` has ended. */
export function contractChecked(
  context: Context,
  outcome: TaskOutcome<'checkContract'>,
  { task }: PendingTask<'checkContract'>,
): void {
  const { charger } = context;
  const bay = findBay(charger, task.evseId);
  const [cause, pending] = waiting(charger.commands, task.emaid) ?? [];
  if (pending) delete pending.waitingFor;
  const before = context.cause;
  if (cause !== undefined) context.cause = cause;
  if (bay && !bay.state.authorization) decideOn(context, bay, outcome, task);
  restoreCause(context, before);
}

function waiting(commands: Record<string, PendingCommand>, emaid: string): [string, PendingCommand] | undefined {
  return Object.entries(commands).find(
    ([, { waitingFor, command }]) =>
      waitingFor === 'contract' && command.kind === 'presentToken' && command.idToken === emaid,
  );
}

function decideOn(
  context: Context,
  bay: Bay,
  outcome: TaskOutcome<'checkContract'>,
  { emaid, certificate }: { emaid: string; certificate: string },
): void {
  const idToken: IdToken = { idToken: emaid, type: 'eMAID' };
  if (!outcome.ok) return turnAway(context, `its certificate was not checked: ${outcome.detail}`);
  if ('problem' in outcome) return turnAway(context, `the certificate ${outcome.problem}`);
  const { hashes, unknown } = outcome;
  const online = isOnline(context.charger);
  const why = unknown === undefined ? undefined : `the certificate ${unknown}`;
  const allows = (name: 'CentralContractValidationAllowed' | 'ContractValidationOffline') =>
    variableIsTrue(context.charger, 'ISO15118Ctrlr', name);
  // C07.FR.06: the CSMS may know what the station does not.
  if (why !== undefined && !(online && allows('CentralContractValidationAllowed'))) return turnAway(context, why);
  // C07.FR.07 to .12
  if (!online && !allows('ContractValidationOffline')) {
    return turnAway(context, 'the charger is offline, and ISO15118Ctrlr.ContractValidationOffline is false');
  }
  const proof = hashes ? { iso15118CertificateHashData: hashes.slice(0, 4) } : { certificate };
  ask(context, bay, { idToken }, 'start', proof);
}
