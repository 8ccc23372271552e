// Fleet runs as pages show them: their list, one of them while it goes on, and reports that were saved as files.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { RunReport } from '../../lib/fleet/report';
import { call } from './client';
import { isObject } from './draft';
import { compare } from './run-comparison';
import { useApiSettings } from './settings';

/** A report as JSON, from the API or from a file. */
export type Report = RunReport & { plan?: { kind: string; seconds?: number }[] };

export function isOver({ state }: { state: string }): boolean {
  return state !== 'running' && state !== 'stopping';
}

/** Asking takes the host about as long as the answer takes to come: of a run of many parts on Azure, which are read from its store, longer. */
const askAgainMs = 2_000;
const restFactor = 20;

async function read(runId: string): Promise<{ report: Report; tookMs: number }> {
  const asked = performance.now();
  const report = (await call('getFleetRun', { runId })) as unknown as Report;
  return { report, tookMs: performance.now() - asked };
}

/** A run: asked for again while it goes on and somebody looks at the page, less often the longer the answer takes. */
export function useRun(runId: string) {
  const api = useApiSettings();
  return useQuery({
    queryKey: ['run', runId, api],
    queryFn: () => read(runId),
    enabled: runId !== '',
    staleTime: 1_000,
    refetchOnWindowFocus: ({ state }) => state.data !== undefined && !isOver(state.data.report),
    refetchInterval({ state: { data } }) {
      if (!data || isOver(data.report)) return false;
      return Math.max(askAgainMs, data.tookMs * restFactor);
    },
  });
}

const runsOnPage = 50;

/** All runs, newest first, page by page; again every few seconds while one of them goes on. */
export function useRuns() {
  const api = useApiSettings();
  return useInfiniteQuery({
    queryKey: ['runs', api],
    queryFn: ({ pageParam }) =>
      call('listFleetRuns', { limit: runsOnPage, ...(pageParam === '' ? {} : { continuation: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: ({ continuation }) => continuation,
    staleTime: 1_000,
    refetchOnWindowFocus: true,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some(({ runs }) => runs.some((run) => !isOver(run))) ? 3_000 : false,
  });
}

/** A report that was downloaded as JSON. @throws Error that says why it is none */
export async function readReportFile(file: Blob): Promise<Report> {
  let value: unknown;
  try {
    value = JSON.parse(await file.text());
  } catch {
    throw new Error('This file is not JSON. A report is downloaded with “JSON” on the page of a run.');
  }
  if (!isReport(value)) throw new Error('This file is JSON, but not the report of a fleet run.');
  return value;
}

function isReport(value: unknown): value is Report {
  if (!isObject(value) || typeof value.id !== 'string' || typeof value.chargers !== 'number') return false;
  if (!isObject(value.transactions) || typeof value.startedAt !== 'string') return false;
  try {
    // Whatever a comparison looks at must be there.
    const report = value as unknown as Report;
    return compare(report, report).length > 0;
  } catch {
    return false;
  }
}
