import type { MetricGauge } from '@temporalio/common';

export interface GaugeRow {
  labels: Record<string, string>;
  value: number;
}

/** A gauge as a table. The endpoint shows what was set last for ever, so a row that is gone has to be set to zero. */
export class GaugeRows {
  private readonly gauge: MetricGauge;
  private shown = new Map<string, GaugeRow['labels']>();

  constructor(gauge: MetricGauge) {
    this.gauge = gauge;
  }

  /** Rows of the same labels are one, with their sum. */
  show(rows: readonly GaugeRow[]): void {
    const sums = new Map<string, GaugeRow>();
    for (const { labels, value } of rows) {
      const key = keyOf(labels);
      sums.set(key, { labels, value: value + (sums.get(key)?.value ?? 0) });
    }
    for (const [key, labels] of this.shown) if (!sums.has(key)) this.gauge.set(0, labels);
    for (const { labels, value } of sums.values()) this.gauge.set(value, labels);
    this.shown = new Map([...this.shown, ...[...sums].map(([key, { labels }]) => [key, labels] as const)]);
  }
}

const keyOf = (labels: Record<string, string>): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
