// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Hosts and processes as their metrics show them: cards of "host:SITE" and "process:LINE/SERVICE".
import type { MetricsDashboardChart, MetricsFiguresReplyLine } from '../../api/generated';
import { chartOf, conditionOf } from '../../lib/charts';
import { kindOf, titleOf, type Kind } from '../../lib/metrics';

// Of a host, in the list.
export const listed = [
  'cpu_permille', 'memory_used_permille', 'network_receive_bytes', 'network_transmit_bytes',
  'disk_busy_permille', 'disk_used_permille',
] as const;
export type Listed = (typeof listed)[number];

export interface Host {
  name: string;
  site: string;
  now: Partial<Record<Listed, number>>;
  cpu: (number | null)[]; // by minute
}

const kHostPrefix = 'host:';

// From lines by callee, host, metric and kind. Rates of counters, means of gauges.
export function hostsOf(lines: MetricsFiguresReplyLine[]): Host[] {
  const hosts = new Map<string, Host>();
  for (const line of lines) {
    const [callee = '', name = '', metric = '', result = ''] = line.key;
    const known = listed.find((one) => one === metric);
    if (!known || !callee.startsWith(kHostPrefix)) continue;
    const site = callee.slice(kHostPrefix.length);
    const id = `${site}/${name}`;
    const host = hosts.get(id) ?? { name, site, now: {}, cpu: [] };
    hosts.set(id, host);
    const values = line.points.map((point) => {
      if (kindOf(result) === 'COUNTER') return point.calls_per_second;
      return point.calls > 0 ? point.mean_us : null;
    });
    const newest = values.filter((value) => value !== null).pop();
    if (newest !== undefined) host.now[known] = newest;
    if (known === 'cpu_permille') host.cpu = values;
  }
  return [...hosts.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

// Nearly used up is a warning, used up is bad.
export function levelOfUse(permille: number | undefined): 'good' | 'warn' | 'bad' | 'idle' {
  if (permille === undefined) return 'idle';
  if (permille >= 950) return 'bad';
  return permille >= 850 ? 'warn' : 'good';
}

export interface Metric {
  name: string;
  kind: Kind;
}

const leading = [
  'cpu_permille', 'cpu', 'load1', 'load', 'memory_used_permille', 'memory', 'rss', 'network',
  'tcp', 'disk', 'fibers', 'queue', 'in_flight', 'open_files',
];

// From lines by metric and kind: what is looked at first comes first.
export function metricsOf(lines: MetricsFiguresReplyLine[]): Metric[] {
  const found = new Map(
    lines.map(({ key: [name = '', result = ''] }) => [name, { name, kind: kindOf(result) }]),
  );
  const rank = (name: string): number => {
    const at = leading.findIndex((one) => name.startsWith(one));
    return at < 0 ? leading.length : at;
  };
  return [...found.values()].sort(
    (a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1),
  );
}

// What is counted by its rate, what is measured by its mean; of a distribution its TP99.
export function chartOfMetric(callee: string, host: string, metric: Metric): MetricsDashboardChart {
  const figure = { COUNTER: 'calls', GAUGE: 'mean', CARD: 'tp' } as const;
  const title = `${titleOf(metric.name)} · ${host.split('/').pop() ?? host}`;
  return chartOf(title, figure[metric.kind], [
    conditionOf('callee', callee),
    conditionOf('callee_host', host),
    conditionOf('method', metric.name),
  ]);
}

export interface Process {
  instance: string;
  service: string;
  host: string; // "" if its process does not tell
}

const kProcessPrefix = 'process:';

// From lines by callee, instance and attributes.
export function processesOf(lines: MetricsFiguresReplyLine[]): Process[] {
  const found = new Map<string, Process>();
  for (const { key: [callee = '', instance = '', attributes = ''] } of lines) {
    if (!callee.startsWith(kProcessPrefix)) continue;
    const pairs = attributes.split(',').map((one) => one.split('='));
    const host = pairs.find(([name]) => name === 'host')?.[1] ?? '';
    found.set(instance, { instance, service: callee.slice(kProcessPrefix.length), host });
  }
  return [...found.values()].sort((a, b) => (a.instance < b.instance ? -1 : 1));
}

// The points of a line in a box of 100 by 20, gaps left out: for SVG.
export function sparkOf(values: (number | null)[], most: number): string {
  const step = values.length > 1 ? 100 / (values.length - 1) : 0;
  const points = values.flatMap((value, at) =>
    value === null
      ? []
      : [`${(at * step).toFixed(1)},${(20 - (Math.min(value, most) / most) * 20).toFixed(1)}`],
  );
  return points.join(' ');
}
