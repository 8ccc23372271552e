'use client';
// Fleet runs: which there are, a new one, one of them, or two side by side. The address says which.
import dynamic from 'next/dynamic';
import { usePageTitle } from '../../lib/page-title';
import { useUrlState } from '../../lib/url-state';
import { RunList } from './run-list';
import './runs.css';

const loading = () => <p className="dim">Loading …</p>;
const RunForm = dynamic(() => import('./run-form').then((m) => m.RunForm), { loading });
const RunView = dynamic(() => import('./run-view').then((m) => m.RunView), { loading });
const RunComparison = dynamic(() => import('./run-comparison').then((m) => m.RunComparison), { loading });

export function RunsPage() {
  const [params] = useUrlState();
  const run = params.get('run');
  const compared = params.get('compare');
  usePageTitle(run === null ? '' : `Run ${run}`, 'Fleet runs');
  if (params.get('new') !== null) return <RunForm />;
  if (compared !== null) return <RunComparison choice={compared} />;
  if (run !== null) return <RunView key={run} runId={run} />;
  return <RunList />;
}
