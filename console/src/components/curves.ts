// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { MetricsPoint } from '../api/generated';
import { successRate } from '../lib/success';
import { curveOf, successFloor } from '../lib/series';
import { formatMicros, formatPercent, formatShort } from '../lib/units';
import type { ChartSeries, TimeChartProps } from './TimeChart';

// What can be drawn of a point, the same on every page.
export interface Quantity {
  value: (point: MetricsPoint) => number;
  ifIdle: number | null;
  format: (value: number) => string;
  axis?: (value: number) => string; // shorter, for ticks
  least?: number; // an axis reaches at least to here
}

export const quantities = {
  calls: { value: (p) => p.calls, ifIdle: 0, format: formatShort, least: 10 },
  failures: { value: (p) => p.failures, ifIdle: 0, format: formatShort, least: 10 },
  success: {
    value: (p) => successRate(p.calls, p.failures),
    ifIdle: null,
    format: (ratio) => formatPercent(ratio),
    axis: (ratio) => `${Number((ratio * 100).toFixed(2))}%`,
  },
  tp50: { value: (p) => p.tp50_us, ifIdle: null, format: formatLatency, least: 100 },
  tp99: { value: (p) => p.tp99_us, ifIdle: null, format: formatLatency, least: 100 },
  tp999: { value: (p) => p.tp999_us, ifIdle: null, format: formatLatency, least: 100 },
  tp9999: { value: (p) => p.tp9999_us, ifIdle: null, format: formatLatency, least: 100 },
} satisfies Record<string, Quantity>;

export type QuantityName = keyof typeof quantities;

// Frame of a chart of success rates: from just under the worst second to 100 %.
export function successAxis(series: ChartSeries[] | undefined): Partial<TimeChartProps> {
  const min = successFloor((series ?? []).map((one) => one.curve));
  return { range: { min, max: 1, interval: (1 - min) / 2 }, axis: quantities.success.axis };
}

function formatLatency(us: number): string {
  return us === 0 ? '0' : formatMicros(us);
}

export function seriesOf(
  points: MetricsPoint[],
  quantity: Quantity,
  name: string,
  colour: string,
  more: Partial<ChartSeries> = {},
): ChartSeries {
  return { name, colour, curve: curveOf(points, quantity.value, quantity.ifIdle), ...more };
}

// The four percentiles of one selection in one chart.
export function percentileSeries(points: MetricsPoint[]): ChartSeries[] {
  return [
    seriesOf(points, quantities.tp50, 'TP50', 'series-1'),
    seriesOf(points, quantities.tp99, 'TP99', 'series-3'),
    seriesOf(points, quantities.tp999, 'TP99.9', 'series-2'),
    seriesOf(points, quantities.tp9999, 'TP99.99', 'series-5'),
  ];
}
