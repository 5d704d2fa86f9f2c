// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Metrics of one's own (MSEC-105): which there are, what can be grouped by, and the charts of each.
import type { MetricsDashboardChart, MetricsFiguresReplyLine } from '../../../api/generated';
import { chartOf, conditionOf, kChartLines, type ChartPart } from '../../../lib/charts';
import { kindOf, titleOf, type Kind } from '../../../lib/metrics';

export interface Attribute {
  name: string;
  values: string[]; // the most counted first
}

export interface Metric {
  name: string;
  kind: Kind;
  attributes: Attribute[]; // by name
  calls: number; // counted, or samples
}

// "level=28,vip=yes" -> [["level", "28"], ["vip", "yes"]].
export function attributesOf(caller: string): [string, string][] {
  return caller.split(',').flatMap((part): [string, string][] => {
    const at = part.indexOf('=');
    return at > 0 ? [[part.slice(0, at), part.slice(at + 1)]] : [];
  });
}

// From lines by method, attributes and kind.
export function metricsOf(lines: MetricsFiguresReplyLine[]): Metric[] {
  const found = new Map<string, { metric: Metric; counts: Counts }>();
  for (const { key, total } of lines) {
    const [name = '', caller = '', result = ''] = key;
    const metric: Metric = { name, kind: kindOf(result), attributes: [], calls: 0 };
    const held = found.get(name) ?? { metric, counts: new Map() };
    found.set(name, held);
    held.metric.calls += total.calls;
    for (const [attribute, value] of attributesOf(caller)) {
      const values = held.counts.get(attribute) ?? new Map<string, number>();
      held.counts.set(attribute, values.set(value, (values.get(value) ?? 0) + total.calls));
    }
  }
  const all = [...found.values()].map(({ metric, counts }) => ({
    ...metric, attributes: attributesFrom(counts),
  }));
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

type Counts = Map<string, Map<string, number>>; // of an attribute's values

function attributesFrom(counts: Counts): Attribute[] {
  return [...counts].sort().map(([name, values]) => ({
    name, values: [...values].sort((a, b) => b[1] - a[1]).map(([value]) => value),
  }));
}

// A question for each value of an attribute, whatever the others are.
export function partsOf(attribute: Attribute): ChartPart[] {
  return attribute.values.slice(0, kChartLines).map((value) => ({
    name: `${attribute.name}=${value}`,
    where: [conditionOf('caller', patternOf(attribute.name, value), '=~')],
  }));
}

// The charts of a metric: what was counted a second; the mean and the most of a gauge; of a
// distribution its TP99 and all of it.
export function chartsOf(
  service: string,
  metric: Metric,
  groupBy: string,
): MetricsDashboardChart[] {
  const where = [
    conditionOf('callee', `custom:${service}`),
    conditionOf('method', metric.name),
  ];
  const title = titleOf(metric.name);
  const group_by = groupBy;
  if (metric.kind === 'COUNTER') return [chartOf(title, 'calls', where, { group_by })];
  if (metric.kind === 'GAUGE') {
    return [
      chartOf(title, 'mean', where, { group_by }),
      chartOf(`${title} · max`, 'max', where, { group_by }),
    ];
  }
  return [
    chartOf(`${title} · TP99`, 'tp', where, { group_by }),
    chartOf(`${title} · /s`, 'calls', [...where, conditionOf('result', 'CARD')], { group_by }),
    chartOf(title, 'heat', where),
  ];
}

// A regular expression of the attributes that hold this one.
export function patternOf(name: string, value: string): string {
  const quoted = `${name}=${value}`.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return `(.*,)?${quoted}(,.*)?`;
}
