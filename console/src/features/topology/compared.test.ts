// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { MetricsFigures } from '../../api/generated';
import { comparedOf } from './compared';

const figures = (calls: number, tp99: number): MetricsFigures => ({
  from: 0, calls, failures: 0, success_rate: 1, calls_per_second: 0, mean_us: 0, max_us: 0,
  quantiles_us: [tp99], completeness: 1,
});
const line = (now: MetricsFigures, then: MetricsFigures) => ({
  key: ['a/b', 'c/d'], points: [], total: now, earlier: [then],
});
const levelOf = (now: MetricsFigures, then: MetricsFigures) =>
  comparedOf([line(now, then)]).get('a/b > c/d')?.level;

describe('a line compared with yesterday', () => {
  it('is as bad as its TP99 is slower', () => {
    expect(levelOf(figures(1000, 120), figures(1000, 100))).toBe('good');
    expect(levelOf(figures(1000, 150), figures(1000, 100))).toBe('warn');
    expect(levelOf(figures(1000, 201), figures(1000, 100))).toBe('bad');
  });

  it('has no colour where there are too few calls to compare', () => {
    expect(levelOf(figures(1000, 900), figures(99, 100))).toBe('idle');
    expect(levelOf(figures(10, 900), figures(1000, 100))).toBe('idle');
  });
});
