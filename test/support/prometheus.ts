// Reads the Prometheus text format 0.0.4 strictly: whatever a scraper would refuse or misread throws. Written from the format's
// documentation and of nothing of ours.

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Exposition {
  families: Map<string, { type: string; samples: Sample[] }>;
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[+-]Inf|NaN)$/;
const label = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;

/** @throws Error with the line that breaks the format */
export function readPrometheus(text: string): Exposition {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families: Exposition['families'] = new Map();
  const seen = new Set<string>();
  let current: string | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const [, type, declared] = /^# (?:HELP \S+ .*|TYPE (\S+) (counter|gauge|histogram))$/.exec(line) ?? [];
    if (line.startsWith('#')) {
      if (!/^# (HELP|TYPE) /.test(line)) throw new Error(`neither HELP nor TYPE: ${line}`);
      if (type === undefined || declared === undefined) continue;
      if (families.has(type)) throw new Error(`declared twice: ${line}`);
      families.set(type, { type: declared, samples: [] });
      current = type;
      continue;
    }
    const sample = readSample(line);
    const family = current === undefined ? undefined : families.get(current);
    if (!family || current === undefined || !belongs(sample.name, current, family.type)) {
      throw new Error(`outside its family: ${line}`);
    }
    const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
    if (seen.has(key)) throw new Error(`twice: ${line}`);
    seen.add(key);
    family.samples.push(sample);
  }
  for (const [name, { type, samples }] of families) if (type === 'histogram') checkHistogram(name, samples);
  return { families };
}

function readSample(line: string): Sample {
  const [, name, labelText = '', value] = sampleLine.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  for (let rest = labelText; rest !== ''; ) {
    const [whole, key, text] = label.exec(rest) ?? [];
    if (whole === undefined || key === undefined || text === undefined) throw new Error(`bad labels: ${line}`);
    labels[key] = text;
    rest = rest.slice(whole.length);
  }
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}

function belongs(name: string, family: string, type: string): boolean {
  if (type !== 'histogram') return name === family;
  return ['_bucket', '_sum', '_count'].some((suffix) => name === family + suffix);
}

/** Buckets of each series are cumulated and end with +Inf, which is the count. */
function checkHistogram(name: string, samples: Sample[]): void {
  const series = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  for (const [key, own] of series) {
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number(labels.le?.replace('Inf', 'Infinity')));
    const rising = (values: number[]) => values.every((value, n) => n === 0 || value >= (values[n - 1] ?? 0));
    if (!rising(bounds) || !rising(buckets.map(({ value }) => value))) throw new Error(`not cumulated: ${name} ${key}`);
    const count = own.find((sample) => sample.name === `${name}_count`)?.value;
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY || buckets.at(-1)?.value !== count) {
      throw new Error(`+Inf is not the count: ${name} ${key}`);
    }
    if (!own.some((sample) => sample.name === `${name}_sum`)) throw new Error(`no sum: ${name} ${key}`);
  }
}
