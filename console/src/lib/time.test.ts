// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { formatAge, formatClock, formatDay } from './time';

describe('time', () => {
  it('shows two units at most', () => {
    expect(formatAge(3_200)).toBe('3s');
    expect(formatAge(320_000)).toBe('5m 20s');
    expect(formatAge(3_600_000)).toBe('1h');
    expect(formatAge(7_500_000)).toBe('2h 5m');
    expect(formatAge(99 * 3_600_000)).toBe('4d 3h');
  });

  it('is never negative when the server clock is ahead', () => {
    expect(formatAge(-5_000)).toBe('0s');
  });

  it('pads the clock', () => {
    expect(formatClock(0)).toMatch(/^\d\d:\d\d:00$/);
  });

  it('shows a day with its time', () => {
    expect(formatDay(Date.UTC(2026, 10, 22, 12, 0, 7))).toMatch(/^11-2[123] \d\d:00:07$/);
  });
});
