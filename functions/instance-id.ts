// Ids of orchestrations. The Durable extension takes 1 to 100 characters without / \ ? #, and its client puts them into URLs as they are.
import { createHash } from 'node:crypto';

const plain = /^[A-Za-z0-9][\w.-]{0,91}$/;

function safe(id: string): string {
  return plain.test(id) ? id : `~${createHash('sha256').update(id).digest('hex').slice(0, 40)}`;
}

/** The orchestration that keeps this charger alive. */
export function keepAliveId(chargerId: string): string {
  return `charger-${safe(chargerId)}`;
}

/** The orchestration that carries out this command. */
export function jobId(commandId: string): string {
  return `job-${safe(commandId)}`;
}

/** The orchestration of a fleet run. */
export function fleetRunId(runId: string): string {
  return `run-${safe(runId)}`;
}

/** The orchestration of one of its batches. */
export function fleetBatchId(runId: string, number: number): string {
  return `${fleetRunId(runId)}-${number}`;
}
