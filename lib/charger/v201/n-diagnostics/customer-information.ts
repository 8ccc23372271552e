// CustomerInformation of OCPP 2.0.1 (N09, N10): what the station knows of a customer, told and forgotten. It knows customers by their tokens;
// the local authorization list is the CSMS's own, and is told of but not changed (N10).
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Charger } from '../../charger';
import { chargerTime, toWire } from '../../clock';
import { type Context, note, touch } from '../../context';
import { allTransactions } from '../e-transactions/event';
import type { Transaction } from '../e-transactions/state';
import { type IdToken, keyOf, sameToken } from '../id-token';
import { mayReport, type Pager, type Pagers, startReport } from '../paged-reports';
import { v201 } from '../places';

type Request = RequestV201<'CustomerInformation'>;
type Answer = ResponseV201<'CustomerInformation'>;

/** CustomerInformation: one customer is named, in one way. What is to be cleared is told as it was before. */
export function customerInformation(context: Context, request: Request, pagers: Pagers): Answer {
  const { charger } = context;
  const { requestId, report, clear, idToken, customerCertificate, customerIdentifier } = request;
  const named = [idToken, customerCertificate, customerIdentifier].filter((one) => one !== undefined);
  if (named.length !== 1) return { status: 'Invalid' };
  if (!report && !clear) return refused('InvalidValue', 'neither a report nor clearing is asked for');
  if (report && !mayReport(charger)) return refused('Busy', 'other reports are under way');
  const lines = knownOf(context, request);
  // N09: that there is nothing is told, too.
  const text = lines.length > 0 ? lines.join('\n') : 'no data found';
  if (clear && idToken) forget(context, idToken);
  if (report) startReport(context, { action: 'NotifyCustomerInformation', requestId, selection: { text } }, pagers);
  return { status: 'Accepted' };
}

const refused = (reasonCode: string, additionalInfo: string): Answer => ({
  status: 'Rejected',
  statusInfo: { reasonCode, additionalInfo },
});

/** Everything that the document has of a customer, a line each. */
function knownOf({ charger, now }: Context, { idToken }: Request): string[] {
  // No data is kept by certificate, or by what else a CSMS may call a customer.
  if (!idToken) return [];
  const { cache, localList, reservations = [] } = v201(charger);
  const key = keyOf(idToken);
  const [cached, listed] = [cache[key], localList?.entries[key]];
  const reserved = reservations.filter((one) => one.token === key && one.until > chargerTime(charger, now));
  return [
    ...(cached ? [`Authorization cache: ${cached.status}${groupOf(cached)}, used ${toWire(charger, cached.at)}`] : []),
    ...(listed ? [`Local authorization list: ${listed.status ?? 'Accepted'}${groupOf(listed)}`] : []),
    ...reserved.map(({ id, until }) => `Reservation ${id} until ${new Date(until).toISOString()}`),
    ...allTransactions(charger)
      .filter((one) => isBy(one, idToken))
      .map((one) => lineOf(charger, one)),
  ];
}

const groupOf = ({ groupIdToken }: { groupIdToken?: IdToken }) =>
  groupIdToken ? ` in group ${groupIdToken.idToken}` : '';

const isBy = ({ idToken, stopIdToken }: Transaction, wanted: IdToken) =>
  sameToken(idToken, wanted) || sameToken(stopIdToken, wanted);

function lineOf(
  charger: Charger,
  { id, evseId, startedAt, stoppedAt, meterStartWh, meterStopWh }: Transaction,
): string {
  const energy = meterStopWh === undefined ? '' : `, ${meterStopWh - meterStartWh} Wh`;
  const end = stoppedAt === undefined ? 'running' : `to ${toWire(charger, stoppedAt)}`;
  return `Transaction ${id} on EVSE ${evseId} from ${toWire(charger, startedAt)} ${end}${energy}`;
}

/** N10: whatever can be forgotten without harm to what is under way or owed to the CSMS. */
function forget(context: Context, idToken: IdToken): void {
  const state = v201(context.charger);
  delete state.cache[keyOf(idToken)];
  for (const { finishing } of state.evses) {
    if (sameToken(finishing?.idToken, idToken)) delete finishing?.idToken;
  }
  for (const transaction of state.ended) if (isBy(transaction, idToken)) anonymize(transaction);
  note(context, 'info', 'what was known of a customer has been cleared');
  touch(context);
}

/** Its messages that still wait carry what they need themselves. */
function anonymize(transaction: Transaction): void {
  delete transaction.idToken;
  delete transaction.groupIdToken;
  delete transaction.stopIdToken;
}

/** Characters of `data` in one message (NotifyCustomerInformationRequest). */
const dataMost = 512;

/** One NotifyCustomerInformation. `at` counts characters. */
export const customerPages: Pager = (_charger, { selection, at }) => {
  const { text } = selection as { text: string };
  const next = at + dataMost;
  return { payload: { data: text.slice(at, next) }, ...(next < text.length ? { next } : {}) };
};
