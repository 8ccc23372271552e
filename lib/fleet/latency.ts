// Latencies of one kind: counted in an HDR histogram, told as percentiles, carried between processes as text.
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

export interface Percentiles {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Until 50, 95 and 100 percent of all were so far, milliseconds; absent: not so many were. */
export interface Reached {
  count: number;
  of: number;
  ms50?: number;
  ms95?: number;
  ms100?: number;
}

/** Milliseconds; three significant digits, up to an hour. */
const options = {
  bitBucketSize: 32,
  autoResize: true,
  highestTrackableValue: 3_600_000,
  numberOfSignificantValueDigits: 3,
} as const;

export class Latency {
  private constructor(private readonly histogram: Histogram) {}

  static create(): Latency {
    return new Latency(build(options));
  }

  /** @throws for text that `encode` has not made */
  static decode(text: string): Latency {
    return new Latency(decodeFromCompressedBase64(text, options.bitBucketSize));
  }

  encode(): string {
    return encodeIntoCompressedBase64(this.histogram);
  }

  record(ms: number): void {
    this.histogram.recordValue(Math.max(0, Math.round(ms)));
  }

  add(other: Latency): void {
    this.histogram.add(other.histogram);
  }

  /** When so many percent of `total` were reached; those that were not are left out. */
  reached(total: number): Reached {
    const count = this.histogram.totalCount;
    const at = (percent: number): number | undefined => {
      const needed = Math.ceil((percent * total) / 100);
      return needed === 0 || needed > count ? undefined : this.histogram.getValueAtPercentile((needed / count) * 100);
    };
    const given = { ms50: at(50), ms95: at(95), ms100: at(100) };
    return {
      count,
      of: total,
      ...(Object.fromEntries(Object.entries(given).filter(([, ms]) => ms !== undefined)) as object),
    };
  }

  percentiles(): Percentiles {
    const at = (percentile: number) => this.histogram.getValueAtPercentile(percentile);
    return { count: this.histogram.totalCount, p50: at(50), p95: at(95), p99: at(99), max: this.histogram.maxValue };
  }
}
