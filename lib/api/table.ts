// The one table of operations. Hosts, OpenAPI, the docs page and clients are made from it.
import { behaviourOperations } from './behaviour';
import { chargerOperations } from './chargers';
import { chargingProfileOperations } from './charging-profiles';
import { configurationOperations } from './configuration';
import { connectionOperations } from './connection';
import { feedOperations } from './feed';
import { fleetRunOperations } from './fleet-runs';
import { keepAliveOperations } from './keep-alive';
import { localListOperations } from './local-list';
import { manyChargerOperations } from './many-chargers';
import { messageOperations } from './messages';
import { networkFaultOperations } from './network-faults';
import type { Operation } from './operation';
import { physicalOperations } from './physical';
import { securityOperations } from './security';
import { serviceOperations } from './service';
import { transactionOperations } from './transactions';
import { violationOperations } from './violations';

const table = [
  ...chargerOperations,
  ...manyChargerOperations,
  ...connectionOperations,
  ...physicalOperations,
  ...transactionOperations,
  ...messageOperations,
  ...chargingProfileOperations,
  ...configurationOperations,
  ...localListOperations,
  ...securityOperations,
  ...networkFaultOperations,
  ...behaviourOperations,
  ...violationOperations,
  ...keepAliveOperations,
  ...fleetRunOperations,
  ...feedOperations,
  ...serviceOperations,
];

/** Any one of them, with its own name and shapes. */
export type ApiOperation = (typeof table)[number];

export const operations: readonly Operation[] = table;
