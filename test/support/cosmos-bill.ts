// What requests to Cosmos DB come to: how many, how many bytes, how many request units by the published prices.
import { type ContainerName, containers } from '../../lib/store/cosmos/containers';
import { indexedValues, readUnits, writeUnits } from '../../lib/store/cosmos/cost';
import type { CosmosRequest } from './cosmos-server';

export interface CosmosBill {
  reads: number;
  writes: number;
  queries: number;
  bytesRead: number;
  bytesWritten: number;
  /** Of reads and writes; what a query costs depends on what it finds. */
  units: number;
}

export function billOf(requests: CosmosRequest[]): CosmosBill {
  const bill: CosmosBill = { reads: 0, writes: 0, queries: 0, bytesRead: 0, bytesWritten: 0, units: 0 };
  for (const request of requests) enter(bill, request);
  return { ...bill, units: Math.round(bill.units * 10) / 10 };
}

function enter(bill: CosmosBill, { kind, container, received, sent, body }: CosmosRequest): void {
  if (kind === 'QUERY') bill.queries += 1;
  if (kind === 'GET') {
    bill.reads += 1;
    bill.bytesRead += received;
    bill.units += readUnits(received);
  }
  if (kind === 'POST' || kind === 'PUT' || kind === 'UPSERT' || kind === 'PATCH') {
    bill.writes += 1;
    bill.bytesWritten += sent;
    bill.units += writeUnits(sent, indexedValues(JSON.parse(body), pathsOf(container)));
  }
}

function pathsOf(container: string): string[] {
  const { indexingPolicy } = containers[container as ContainerName];
  return indexingPolicy.includedPaths.map(({ path }) => path);
}
