// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { formatAge, formatClock, formatDay, formatTick } from './time';

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

  it('is as fine on an axis as the chart needs', () => {
    expect(formatTick(0, 900)).toMatch(/^\d\d:\d\d:00$/);
    expect(formatTick(0, 3_600)).toMatch(/^\d\d:\d\d$/);
    const midnight = new Date(2026, 10, 22).getTime() / 1000;
    expect(formatTick(midnight, 604_800)).toBe('11-22');
    expect(formatTick(midnight + 3_600, 604_800)).toBe('01:00');
  });
});
