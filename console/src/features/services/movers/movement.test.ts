// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { MetricsFigures, MetricsMoversReplyPart } from '../../../api/generated';
import { figuresOf, lengthOf, levelOfMove } from './movement';

const none: MetricsFigures = {
  from: 0, calls: 0, failures: 0, success_rate: 1, calls_per_second: 0, mean_us: 0, max_us: 0,
  quantiles_us: [], completeness: 1,
};
const part = (change: number): MetricsMoversReplyPart => ({
  value: 'x', now: none, past: none, change, share: 0, calls_share: 0,
});

describe('a bar', () => {
  it('is as long as its change of the most changed', () => {
    const parts = [part(-20), part(5)];
    expect(parts.map((one) => lengthOf(one, parts))).toEqual([-1, 0.25]);
    expect(lengthOf(part(0), [part(0)])).toBe(0);
  });

  it('is red for more failures and slower calls only', () => {
    expect(levelOfMove('calls', 9)).toBe('none');
    expect(levelOfMove('failures', 9)).toBe('bad');
    expect(levelOfMove('slow', -9)).toBe('good');
    expect(levelOfMove('slow', 0.2)).toBe('none');
  });
});

describe('a link', () => {
  it('goes to the figures of the value with the same comparison', () => {
    const shown = { service: 'music/storage', span: 3600, against: 86400 };
    expect(figuresOf('callee', 'music/storage', { ...shown, service: '' })).toBe(
      '/services/music/storage/figures?span=3600&compare=86400',
    );
    expect(figuresOf('method', 'a.B/c', { ...shown, span: 600, against: 0 })).toBe(
      '/services/music/storage/figures?span=900&compare=600&where=method%3Da.B%2Fc',
    );
  });
});
