// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// A chart as a dashboard keeps it: what is asked, and what of the answer is drawn.
import type {
  MetricsCondition, MetricsDashboardChart, MetricsFigures, MetricsFiguresReplyLine,
} from '../api/generated';
import { formatMetric, formatPerSecond } from './metrics';
import type { Curve } from './series';
import { formatMicros, formatPercent, formatShort } from './units';

export const chartFigures = [
  'calls', 'failures', 'success_rate', 'mean', 'max', 'tp', 'heat',
] as const;
export type ChartFigure = (typeof chartFigures)[number];
export const kChartLines = 10; // drawn of one chart
const kTp99 = 990_000;

// A line with conditions of its own, beside those of the chart.
export interface ChartPart {
  name: string;
  where: MetricsCondition[];
}

export function conditionOf(dimension: string, value: string, how = '='): MetricsCondition {
  return { dimension, value, how };
}

export function chartOf(
  title: string,
  figure: ChartFigure,
  where: MetricsCondition[],
  more: Partial<MetricsDashboardChart> = {},
): MetricsDashboardChart {
  const quantile = figure === 'tp' ? kTp99 : 0;
  return { title, figure, where, group_by: '', quantile, log: false, wide: false, ...more };
}

// The metric of a chart that is not of calls; undefined for one of calls.
export function metricOf(chart: MetricsDashboardChart): string | undefined {
  const value = (name: string): string =>
    chart.where.find((one) => one.dimension === name)?.value ?? '';
  return /^[^/]*:/.test(value('callee')) ? value('method') : undefined;
}

// Whether its calls are values of a distribution: they are counted, whatever their unit is.
function ofValues(chart: MetricsDashboardChart): boolean {
  return chart.where.some((one) => one.dimension === 'result' && one.value === 'CARD');
}

export function formatOf(chart: MetricsDashboardChart): (value: number) => string {
  const metric = metricOf(chart);
  const { figure } = chart;
  if (figure === 'success_rate') return (ratio) => formatPercent(ratio);
  if (figure === 'calls' || figure === 'failures') {
    return metric === undefined || ofValues(chart) ? formatShort : formatPerSecond(metric);
  }
  if (metric !== undefined) return formatMetric(metric);
  return (us) => (us > 0 ? formatMicros(us) : '0');
}

// The same for ticks of an axis, which have little room.
export function axisOf(chart: MetricsDashboardChart): (value: number) => string {
  const metric = metricOf(chart);
  const counted = chart.figure === 'calls' || chart.figure === 'failures';
  const rated = metric !== undefined && !ofValues(chart);
  return counted && rated ? formatMetric(metric) : formatOf(chart);
}

// What a point without calls shows: a rate of nothing is 0, a latency of nothing a gap.
function valueOf(figure: string, point: MetricsFigures): number | null {
  if (figure === 'calls') return point.calls_per_second;
  if (figure === 'failures') return point.calls_per_second * (1 - point.success_rate);
  if (point.calls === 0) return null;
  if (figure === 'success_rate') return point.success_rate;
  if (figure === 'mean') return point.mean_us;
  if (figure === 'max') return point.max_us;
  return point.quantiles_us[0] ?? null;
}

export function curveOfChart(chart: MetricsDashboardChart, line: MetricsFiguresReplyLine): Curve {
  return line.points.map((point) => [point.from * 1000, valueOf(chart.figure, point)]);
}

// The newest value of a line that there is.
export function newestOf(chart: MetricsDashboardChart, line: MetricsFiguresReplyLine): number {
  const values = line.points.map((point) => valueOf(chart.figure, point));
  return values.filter((value) => value !== null).pop() ?? Number.NaN;
}

// Puts the chart at `from` so many places further; what would fall off the end stays.
export function moved<T>(list: T[], from: number, by: number): T[] {
  const to = from + by;
  if (to < 0 || to >= list.length) return list;
  const rest = list.filter((_, at) => at !== from);
  return [...rest.slice(0, to), ...list.slice(from, from + 1), ...rest.slice(to)];
}
