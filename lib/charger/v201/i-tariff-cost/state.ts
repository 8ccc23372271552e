// What the tariff and cost block remembers of a transaction, as part of the charger document.
import type { IdTokenInfo } from '../id-token';

/** A text for whoever charges. */
export type DriverMessage = NonNullable<IdTokenInfo['personalMessage']>;

export interface Cost {
  /** What the CSMS has told last, in TariffCostCtrlr.Currency. */
  totalCost?: number;
  /** What it wants the driver to read: the tariff, as a rule. */
  message?: DriverMessage;
}
