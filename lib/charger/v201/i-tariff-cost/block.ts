// Block I, Tariff and Cost, as a value. What it knows is on the display, which is that of block O.
import type { Block } from '../block';
import { costUpdated, takeCost } from './cost';

export const tariffAndCost: Block = {
  name: 'I Tariff and Cost',
  handlers: { CostUpdated: costUpdated },
  extends: { eventAnswered: takeCost },
};
