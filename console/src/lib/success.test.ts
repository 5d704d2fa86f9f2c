// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { levelOf, successRate } from './success';

describe('success', () => {
  it('has a level of its own for no calls', () => {
    expect(levelOf(1, 0)).toBe('idle');
    expect(levelOf(successRate(0, 0), 0)).toBe('idle');
  });

  it('turns at 99.9 % and 99 %', () => {
    expect(levelOf(0.999, 10)).toBe('good');
    expect(levelOf(0.9989, 10)).toBe('warn');
    expect(levelOf(0.99, 10)).toBe('warn');
    expect(levelOf(0.9899, 10)).toBe('bad');
  });

  it('computes from counts', () => {
    expect(successRate(200, 1)).toBeCloseTo(0.995);
  });
});
