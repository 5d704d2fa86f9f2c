// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Metrics that are no calls: of hosts, of processes, of one's own. They are cards as calls are;
// what their values mean is told by the end of their name.
import { formatBytes, formatMicros, formatShort } from './units';

export type Kind = 'COUNTER' | 'GAUGE' | 'CARD';
const kKibi = 1024;

const units: [RegExp, (value: number) => string][] = [
  [/_permille$/, (value) => `${Number((value / 10).toFixed(1))}%`],
  [/_percent$/, (value) => `${Number(value.toFixed(1))}%`],
  [/_kib$/, (value) => formatBytes(value * kKibi)],
  [/_bytes$/, formatBytes],
  [/_us$/, (value) => (value > 0 ? formatMicros(value) : '0')],
  [/_ms$/, (value) => (value > 0 ? formatMicros(value * 1e3) : '0')],
];

// "cpu_permille", 153 -> 15.3%.
export function formatMetric(metric: string): (value: number) => string {
  return units.find(([end]) => end.test(metric))?.[1] ?? formatShort;
}

// A rate of a counter: bytes and calls are told by the second.
export function formatPerSecond(metric: string): (value: number) => string {
  const format = formatMetric(metric);
  return (value) => `${format(value)}/s`;
}

// "network_receive_bytes" -> "Network receive"; the unit is told by the values.
export function titleOf(metric: string): string {
  const words = metric.replace(/_(permille|percent|kib|bytes|us|ms)$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function kindOf(result: string): Kind {
  return result === 'COUNTER' || result === 'CARD' ? result : 'GAUGE';
}
