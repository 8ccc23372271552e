// What a session costs (OCPP 2.0.1 I01 to I06): what the CSMS tells of it, and what a display has of it at an EVSE.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Charger } from '../../charger';
import { type Context, note } from '../../context';
import { isOnline } from '../c-authorization/decide';
import { variable, variableIsTrue } from '../device-model/read';
import { findTransaction } from '../e-transactions/event';
import type { Transaction } from '../e-transactions/state';
import { type Bay, v201 } from '../places';
import type { Cost, DriverMessage } from './state';

/** CostUpdated (I02). */
export function costUpdated(
  context: Context,
  { transactionId, totalCost }: RequestV201<'CostUpdated'>,
): ResponseV201<'CostUpdated'> {
  const transaction = findTransaction(context.charger, transactionId);
  if (transaction) keep(context, transaction, { totalCost });
  else note(context, 'warn', `CostUpdated: no transaction ${transactionId} is known; nothing is shown`);
  return {};
}

/** What a TransactionEventResponse has of it: the cost (I02, I03), and a text of its own or with the token (I01, I06). */
export function takeCost(
  context: Context,
  transaction: Transaction,
  { totalCost, updatedPersonalMessage, idTokenInfo }: ResponseV201<'TransactionEvent'>,
): void {
  const message = updatedPersonalMessage ?? idTokenInfo?.personalMessage;
  if (totalCost === undefined && message === undefined) return;
  keep(context, transaction, {
    ...(totalCost === undefined ? {} : { totalCost }),
    ...(message === undefined ? {} : { message: textOf(message) }),
  });
}

/** As the document keeps it: without what vendors add. */
export function textOf({ format, language, content }: DriverMessage): DriverMessage {
  return { format, ...(language === undefined ? {} : { language }), content };
}

function keep(context: Context, transaction: Transaction, cost: Cost): void {
  transaction.cost = { ...transaction.cost, ...cost };
  context.save = true;
}

/** What a transaction costs, for people; nothing where the CSMS has told nothing. */
export function viewCost(charger: Charger, { cost }: Transaction): { totalCost?: number; currency?: string } {
  if (cost?.totalCost === undefined) return {};
  return { totalCost: cost.totalCost, currency: variable(charger, 'TariffCostCtrlr', 'Currency') };
}

/** What a display tells of tariff and cost. Texts are as the CSMS or the fallback variables have them. */
export interface CostShown {
  /** What the CSMS wants the driver to read: the tariff, as a rule. */
  driverMessage?: string;
  totalCost?: number;
  currency?: string;
  /** Instead of a total cost that cannot be had (I05). */
  totalCostText?: string;
}

/** At an EVSE now: of what runs there, or of what has just ended while its cable is in. */
export function costShown(charger: Charger, bay: Bay): CostShown {
  const { authorization, transaction, finishing } = bay.state;
  const ended = finishing && v201(charger).ended.findLast(({ evseId }) => evseId === bay.evseId);
  const session = transaction ?? ended;
  if (!session && !authorization) return {};
  const shown: CostShown = {};
  const driverMessage = messageFor(charger, session?.cost?.message ?? authorization?.personalMessage);
  if (driverMessage !== undefined) shown.driverMessage = driverMessage;
  if (session && variableIsTrue(charger, 'TariffCostCtrlr', 'Enabled[Cost]')) {
    Object.assign(shown, viewCost(charger, session));
    const text = session === ended ? fallbackCost(charger, session) : '';
    if (text !== '') shown.totalCostText = text;
  }
  return shown;
}

/** I01; without a word of the CSMS what is said instead (I04). */
function messageFor(charger: Charger, message: DriverMessage | undefined): string | undefined {
  if (!variableIsTrue(charger, 'TariffCostCtrlr', 'Enabled[Tariff]')) return undefined;
  const text = message?.content ?? variable(charger, 'TariffCostCtrlr', 'TariffFallbackMessage');
  return text === '' ? undefined : text;
}

/** I05.FR.02: the session has ended without the CSMS, which alone knows what it costs. */
function fallbackCost(charger: Charger, { cost }: Transaction): string {
  if (cost?.totalCost !== undefined || isOnline(charger)) return '';
  return variable(charger, 'TariffCostCtrlr', 'TotalCostFallbackMessage');
}
