// Counters in the Prometheus text exposition format 0.0.4.
import type { Metric, MetricsSnapshot } from '../simulator/service';

const prefix = 'charger_simulator_';

export function metricsText(metrics: MetricsSnapshot): string {
  return metrics.map(family).join('');
}

function family({ name, help, type, samples }: Metric): string {
  const full = `${prefix}${name}`;
  const head = `# HELP ${full} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${full} ${type}\n`;
  return (
    head + samples.map(({ suffix = '', labels, value }) => `${full}${suffix}${labelText(labels)} ${value}\n`).join('')
  );
}

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
