// The functional blocks of OCPP 2.0.1 that there are, one line each. Their order is the order in which they live through moments and are
// asked by each other: what a later one tells follows from what an earlier one has done.
import { security } from './a-security/block';
import { provisioning } from './b-provisioning/block';
import type { Block } from './block';
import { authorization } from './c-authorization/block';
import { localAuthorizationList } from './d-local-list/block';
import { transactions } from './e-transactions/block';
import { remoteControl } from './f-remote-control/block';
import { availability } from './g-availability/block';
import { reservation } from './h-reservation/block';
import { tariffAndCost } from './i-tariff-cost/block';
import { meterValues } from './j-meter-values/block';
import { smartCharging } from './k-smart-charging/block';
import { firmwareManagement } from './l-firmware/block';
import { certificateManagement } from './m-certificates/block';
import { diagnostics } from './n-diagnostics/block';
import { displayMessage } from './o-display-message/block';
import { dataTransfer } from './p-data-transfer/block';

export const blocks: readonly Block[] = [
  security,
  provisioning,
  authorization,
  localAuthorizationList,
  remoteControl,
  meterValues,
  // Limits before what they let flow.
  smartCharging,
  transactions,
  // Before statuses are told: what has expired is not Reserved any more.
  reservation,
  // Before statuses, too: what is kept free for an installation is Unavailable.
  firmwareManagement,
  availability,
  certificateManagement,
  tariffAndCost,
  displayMessage,
  dataTransfer,
  // Last: what it watches is as the others have left it.
  diagnostics,
];
