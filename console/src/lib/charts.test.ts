// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { MetricsFigures } from '../api/generated';
import { chartOf, conditionOf, curveOfChart, formatOf, metricOf, moved, newestOf } from './charts';

const point = (from: number, more: Partial<MetricsFigures>): MetricsFigures => ({
  from, calls: 0, failures: 0, success_rate: 1, calls_per_second: 0, mean_us: 0, max_us: 0,
  quantiles_us: [], completeness: 1, ...more,
});
const points = [
  point(60, { calls: 120, calls_per_second: 2, success_rate: 0.5, mean_us: 7, quantiles_us: [9] }),
  point(120, {}),
];
const line = { key: [], points, total: point(60, {}), earlier: [] };
const ofCalls = [conditionOf('callee', 'music/storage')];

describe('a chart', () => {
  it('draws a rate of nothing as 0 and a latency of nothing as a gap', () => {
    expect(curveOfChart(chartOf('a', 'calls', ofCalls), line)).toEqual([[60_000, 2], [120_000, 0]]);
    expect(curveOfChart(chartOf('a', 'failures', ofCalls), line)[0]).toEqual([60_000, 1]);
    expect(curveOfChart(chartOf('a', 'tp', ofCalls), line)).toEqual([
      [60_000, 9], [120_000, null],
    ]);
    expect(newestOf(chartOf('a', 'tp', ofCalls), line)).toBe(9);
    expect(newestOf(chartOf('a', 'mean', ofCalls), { ...line, points: [] })).toBeNaN();
  });

  it('of a metric has the unit of the metric', () => {
    const where = [conditionOf('callee', 'host:sh'), conditionOf('method', 'cpu_permille')];
    expect(metricOf(chartOf('CPU', 'mean', where))).toBe('cpu_permille');
    expect(formatOf(chartOf('CPU', 'mean', where))(153)).toBe('15.3%');
    const bytes = [conditionOf('callee', 'custom:a/b'), conditionOf('method', 'basket_bytes')];
    expect(formatOf(chartOf('a', 'calls', bytes))(1)).toBe('1 B/s');
    const values = [...bytes, conditionOf('result', 'CARD')];
    expect(formatOf(chartOf('a', 'calls', values))(1)).toBe('1');
    expect(metricOf(chartOf('a', 'mean', ofCalls))).toBeUndefined();
    expect(formatOf(chartOf('a', 'mean', ofCalls))(1500)).toBe('1.5 ms');
  });
});

it('charts change their places, within the list', () => {
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
  expect(moved(['a', 'b', 'c'], 2, -2)).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
});
