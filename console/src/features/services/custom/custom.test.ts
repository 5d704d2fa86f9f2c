// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { MetricsFigures } from '../../../api/generated';
import { attributesOf, chartsOf, metricsOf, partsOf, patternOf } from './custom';

const total: MetricsFigures = {
  from: 0, calls: 5, failures: 0, success_rate: 1, calls_per_second: 0, mean_us: 0, max_us: 0,
  quantiles_us: [], completeness: 1,
};
const line = (...key: string[]) => ({ key, points: [], total, earlier: [] });

describe('metrics of one’s own', () => {
  it('are found with their attributes', () => {
    const metrics = metricsOf([
      line('logins', 'level=28,vip=yes', 'COUNTER'),
      line('logins', 'level=1', 'COUNTER'),
      line('basket_bytes', '', 'CARD'),
    ]);
    expect(metrics).toEqual([
      { name: 'basket_bytes', kind: 'CARD', attributes: [], calls: 5 },
      { name: 'logins', kind: 'COUNTER', calls: 10, attributes: [
        { name: 'level', values: ['28', '1'] }, { name: 'vip', values: ['yes'] },
      ] },
    ]);
  });

  it('have the charts of their kind', () => {
    const metric = { name: 'logins', kind: 'COUNTER' as const, attributes: [], calls: 1 };
    const [chart] = chartsOf('shop/web', metric, 'caller');
    expect(chart?.figure).toBe('calls');
    expect(chart?.group_by).toBe('caller');
    expect(chart?.where[0]?.value).toBe('custom:shop/web');
    expect(chartsOf('a/b', { ...metric, kind: 'GAUGE' }, '').map((c) => c.figure)).toEqual([
      'mean', 'max',
    ]);
    expect(chartsOf('a/b', { ...metric, kind: 'CARD' }, '').map((c) => c.figure)).toEqual([
      'tp', 'calls', 'heat',
    ]);
  });
});

describe('attributes', () => {
  it('are asked for one by one', () => {
    expect(partsOf({ name: 'level', values: ['28'] })).toEqual([{
      name: 'level=28',
      where: [{ dimension: 'caller', value: '(.*,)?level=28(,.*)?', how: '=~' }],
    }]);
  });

  it('are pairs; what is none is left out', () => {
    expect(attributesOf('level=28,vip=yes')).toEqual([['level', '28'], ['vip', 'yes']]);
    expect(attributesOf('')).toEqual([]);
  });

  it('match whole, whatever letters they have', () => {
    const matches = (pattern: string, text: string) => new RegExp(`^(?:${pattern})$`).test(text);
    expect(matches(patternOf('v', '1.2'), 'a=x,v=1.2,z=y')).toBe(true);
    expect(matches(patternOf('v', '1.2'), 'v=1x2')).toBe(false);
    expect(matches(patternOf('v', '1'), 'v=12')).toBe(false);
  });
});
