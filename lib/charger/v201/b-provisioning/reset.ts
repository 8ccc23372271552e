// Reset of the station or of one EVSE (B11, B12): at once, or when no transaction runs.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Charger, QueuedCall } from '../../charger';
import { type Context, note, touch } from '../../context';
import { restart } from '../../restart';
import { arm, disarm } from '../../timers';
import { find } from '../device-model/model';
import { attribute } from '../device-model/read';
import { endTransaction } from '../e-transactions/lifecycle';
import { type Bay, bays, findBay, placesOf, v201 } from '../places';

/** Reset: answered first, then carried out. */
export function reset(context: Context, { type, evseId }: RequestV201<'Reset'>): ResponseV201<'Reset'> {
  const { charger } = context;
  const concerned = evseId === undefined ? bays(charger) : bays(charger).filter((bay) => bay.evseId === evseId);
  if (concerned.length === 0) {
    return {
      status: 'Rejected',
      statusInfo: { reasonCode: 'UnknownEvse', additionalInfo: `there is no EVSE ${evseId}` },
    };
  }
  // B11.FR.09: EVSE.AllowReset says whether an EVSE can be reset for itself.
  if (evseId !== undefined && !allowsReset(charger, evseId)) {
    const additionalInfo = 'an EVSE of this station cannot be reset for itself';
    return { status: 'Rejected', statusInfo: { reasonCode: 'NotEnabled', additionalInfo } };
  }
  const busy = concerned.some(({ state }) => state.transaction);
  v201(charger).reset = { type, ...(evseId === undefined ? {} : { evseId }) };
  touch(context);
  return { status: type === 'OnIdle' && busy ? 'Scheduled' : 'Accepted' };
}

function allowsReset(charger: Charger, evseId: number): boolean {
  const search = find(charger, { name: 'EVSE', evse: { id: evseId } }, { name: 'AllowReset' });
  return search.status === 'Accepted' && attribute(charger, search.found, 'Actual', '') === 'true';
}

/** How long an immediate reset waits for the CSMS to take the ends of transactions, milliseconds. */
const patienceMs = 10_000;

/** Carries a reset on as far as it can go now. */
export function proceedWithReset(context: Context): void {
  const { charger } = context;
  const { reset: wanted } = v201(charger);
  if (!wanted) return;
  const concerned = bays(charger).filter((bay) => wanted.evseId === undefined || bay.evseId === wanted.evseId);
  if (concerned.some(({ state }) => state.transaction)) {
    // B12.FR.03: what is in use goes on; what is not stays out of service until then.
    if (wanted.type === 'OnIdle') return;
    // B12.FR.04: transactions end before the reset.
    for (const bay of concerned) endTransaction(context, bay, { trigger: 'ResetCommand', reason: 'ImmediateReset' });
  }
  if (owesMessages(charger)) {
    if (charger.timers.resetPatience === undefined) arm(charger, 'resetPatience', context.wall + patienceMs);
    return;
  }
  carryOut(context);
}

/** Timer `resetPatience`: the messages are kept, and go out after the boot. */
export function resetPatienceOver(context: Context): void {
  if (v201(context.charger).reset) carryOut(context);
}

function carryOut(context: Context): void {
  const { charger } = context;
  const { reset: wanted } = v201(charger);
  delete v201(charger).reset;
  disarm(charger, 'resetPatience');
  const bay = findBay(charger, wanted?.evseId);
  if (bay) return resetEvse(context, bay);
  v201(charger).bootReason = wanted?.type === 'OnIdle' ? 'ScheduledReset' : 'RemoteReset';
  restart(context);
}

/** The EVSE begins anew; the station goes on, and tells its connectors' statuses (B11.FR.07). */
function resetEvse(context: Context, bay: Bay): void {
  note(context, 'info', `EVSE ${bay.evseId} restarts`);
  delete bay.state.authorization;
  disarm(context.charger, `evConnectionTimeout/${bay.evseId}`);
  for (const { state } of placesOf(bay)) delete state.reported;
  touch(context);
}

function owesMessages(charger: Charger): boolean {
  if (charger.link.state !== 'up') return false;
  // Somebody may wait for others, too: their outcome is not that the station restarts.
  const owed = (call: QueuedCall | undefined) => call?.kind === 'transaction' || call?.cause !== undefined;
  return owed(charger.calls.inFlight) || charger.calls.queue.some(owed);
}
