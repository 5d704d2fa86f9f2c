// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { MetricsFigures } from '../../api/generated';
import { chartOfMetric, hostsOf, levelOfUse, metricsOf, processesOf, sparkOf } from './hosts';

const point = (calls: number, mean: number): MetricsFigures => ({
  from: 0, calls, failures: 0, success_rate: 1, calls_per_second: calls / 60, mean_us: mean,
  max_us: 0, quantiles_us: [], completeness: 1,
});
const line = (key: string[], points: MetricsFigures[] = []) => ({
  key, points, total: point(0, 0), earlier: [],
});

describe('hosts', () => {
  it('have the newest mean of a gauge and the newest rate of a counter', () => {
    const hosts = hostsOf([
      line(['host:sh', 'web-2', 'cpu_permille', 'GAUGE'], [point(60, 100), point(60, 250)]),
      line(['host:sh', 'web-1', 'cpu_permille', 'GAUGE'], [point(60, 300), point(0, 0)]),
      line(['host:sh', 'web-1', 'network_receive_bytes', 'COUNTER'], [point(6000, 0)]),
      line(['host:sh', 'web-1', 'cpus', 'GAUGE'], [point(60, 4)]),
    ]);
    expect(hosts.map(({ name, site }) => [name, site])).toEqual([['web-1', 'sh'], ['web-2', 'sh']]);
    expect(hosts[0]?.now).toEqual({ cpu_permille: 300, network_receive_bytes: 100 });
    expect(hosts[0]?.cpu).toEqual([300, null]);
    expect(hosts[1]?.now.cpu_permille).toBe(250);
  });

  it('are coloured when they are nearly used up', () => {
    expect([undefined, 100, 900, 990].map(levelOfUse)).toEqual(['idle', 'good', 'warn', 'bad']);
  });
});

describe('metrics', () => {
  it('come in the order they are looked at', () => {
    const names = [['open_files', 'GAUGE'], ['zebra', 'GAUGE'], ['cpu_user_permille', 'GAUGE'],
      ['cpu_permille', 'GAUGE'], ['disk_read_bytes', 'COUNTER']];
    expect(metricsOf(names.map((key) => line(key))).map(({ name }) => name)).toEqual([
      'cpu_permille', 'cpu_user_permille', 'disk_read_bytes', 'open_files', 'zebra',
    ]);
  });

  it('are drawn as their kind wants', () => {
    const chart = chartOfMetric('host:sh', 'web-1', { name: 'disk_read_bytes', kind: 'COUNTER' });
    expect(chart.figure).toBe('calls');
    expect(chart.title).toBe('Disk read · web-1');
    expect(chart.where.map(({ value }) => value)).toEqual(['host:sh', 'web-1', 'disk_read_bytes']);
  });
});

describe('processes', () => {
  it('say which host they run on, if they know', () => {
    expect(processesOf([
      line(['process:a/b', '/sh/d/a/b/c/2', '']),
      line(['process:a/b', '/sh/d/a/b/c/1', 'host=web-1,os=linux']),
    ])).toEqual([
      { instance: '/sh/d/a/b/c/1', service: 'a/b', host: 'web-1' },
      { instance: '/sh/d/a/b/c/2', service: 'a/b', host: '' },
    ]);
  });
});

it('a spark leaves gaps out and stays in its box', () => {
  expect(sparkOf([0, null, 2000], 1000)).toBe('0.0,20.0 100.0,0.0');
});
