// Default payloads of the messages a 1.6 charger sends, from its state: what a tester leaves out of a message is filled in here.

import { timestamp } from '../clock';
import type { Context } from '../context';
import { ownVendorId } from '../data-transfer';
import { read } from '../hardware/evse';
import { wholeWh } from '../measurands';
import { registrationRules } from './boot';
import { meterValuesPayload, type ReadingContext, toldWh } from './meter-values';
import { findPlace, places, v16 } from './places';
import { statusPayload } from './status';
import { allTransactions } from './transactions';
import { diagnosticsUploadStatus, firmwareStatus, logUploadStatus, signedFirmwareStatus } from './transfer-statuses';

type Filler = (context: Context) => Record<string, unknown>;

const someTag = (context: Context) => allTransactions(context.charger).at(-1)?.idTag ?? 'TAG-1';

const fillers: Record<string, Filler> = {
  Authorize: (context) => ({ idTag: someTag(context) }),
  BootNotification: (context) => registrationRules.bootPayload(context.charger),
  DataTransfer: () => ({ vendorId: ownVendorId }),
  DiagnosticsStatusNotification: diagnosticsUploadStatus,
  FirmwareStatusNotification: firmwareStatus,
  Heartbeat: () => ({}),
  LogStatusNotification: logUploadStatus,
  MeterValues: (context) => meterValuesPayload(context, 1, 'Other'),
  SecurityEventNotification: (context) => ({ type: 'StartupOfTheDevice', timestamp: timestamp(context) }),
  SignedFirmwareStatusNotification: signedFirmwareStatus,
  StartTransaction: (context) => startPayload(context, 1),
  StatusNotification: (context) => statusPayload(context, 1),
};

function startPayload(context: Context, connectorId: number): Record<string, unknown> {
  const place = findPlace(context.charger, connectorId);
  const energyWh = place ? read(place.evse, place.evseSpec, context.now).energyWh : 0;
  const meterStart = toldWh(context, connectorId, wholeWh(energyWh));
  return { connectorId, idTag: someTag(context), meterStart, timestamp: timestamp(context) };
}

/** Of the transaction that is named by the CSMS's id, else of the first that runs. */
function stopPayload(context: Context, wanted: unknown): Record<string, unknown> {
  const running = v16(context.charger).connectors.flatMap(({ transaction }) => transaction ?? []);
  const transaction = running.find(({ transactionId }) => transactionId === wanted) ?? running[0];
  const place = places(context.charger)[(transaction?.connectorId ?? 1) - 1];
  const energyWh = place ? read(place.evse, place.evseSpec, context.now).energyWh : 0;
  return {
    transactionId: transaction?.transactionId ?? allTransactions(context.charger).at(-1)?.transactionId,
    meterStop: toldWh(context, place?.connectorId ?? 1, wholeWh(energyWh)),
    timestamp: timestamp(context),
    reason: 'Local',
  };
}

/** The payload of an action as the charger would send it now; empty for actions that need a value only a person can give. */
export function fill(
  context: Context,
  action: string,
  wishes: Record<string, unknown> = {},
  why: ReadingContext = 'Other',
): Record<string, unknown> {
  // A message about another connector is filled in from that connector.
  const connectorId = wishes.connectorId;
  if (typeof connectorId === 'number' && action === 'StartTransaction') return startPayload(context, connectorId);
  if (typeof connectorId === 'number' && action === 'StatusNotification') return statusPayload(context, connectorId);
  if (action === 'StopTransaction') return stopPayload(context, wishes.transactionId);
  if (typeof connectorId === 'number' && action === 'MeterValues') return meterValuesPayload(context, connectorId, why);
  return fillers[action]?.(context) ?? {};
}
