// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { clockTicks, largestOf, logAxis, valueAxis } from './axis';
import type { Curve } from './series';

describe('value axis', () => {
  it('ends at a round number at or above the largest value', () => {
    expect(valueAxis(1_532, 0)).toEqual({ max: 2_000, interval: 500 });
    expect(valueAxis(263, 10)).toEqual({ max: 300, interval: 100 });
    expect(valueAxis(2_000, 10)).toEqual({ max: 2_000, interval: 500 });
    expect(valueAxis(2_001, 10)).toEqual({ max: 3_000, interval: 1_000 });
  });

  it('without any value has even ticks up to the least top', () => {
    expect(valueAxis(0, 10)).toEqual({ max: 10, interval: 5 });
    expect(valueAxis(0, 0)).toEqual({ max: 1, interval: 1 });
  });

  it('never has a remainder as its last step', () => {
    for (let largest = 1; largest < 100_000; largest = Math.ceil(largest * 1.07)) {
      const { max, interval } = valueAxis(largest, 10);
      expect(max).toBeGreaterThanOrEqual(largest);
      expect(max % interval).toBe(0);
      expect(max / interval).toBeLessThanOrEqual(4);
    }
  });

  it('takes the largest of all curves, gaps left out', () => {
    expect(largestOf([[[0, 3], [1, null]], [[0, 7]], []])).toBe(7);
  });
});

describe('log axis', () => {
  it('reaches over whole powers of ten, gaps and zeros left out', () => {
    const curves: Curve[] = [[[0, 150], [1, null], [2, 0]], [[0, 8596]]];
    expect(logAxis(curves)).toEqual({ min: 100, max: 10_000 });
    expect(logAxis([[[0, 100]]])).toEqual({ min: 100, max: 1_000 });
    expect(logAxis([[[0, null]]])).toEqual({ min: 1, max: 10 });
  });
});

describe('clock ticks', () => {
  const place = { now: 1_000, window: 120, plot: 240, left: 50, right: 10 };

  it('are multiples of a round step', () => {
    expect(clockTicks(place)).toEqual([900, 930, 960, 990]);
    expect(clockTicks({ ...place, plot: 480 })).toEqual([880, 900, 920, 940, 960, 980]);
  });

  it('leave out one whose text would pass an edge', () => {
    expect(clockTicks({ ...place, now: 965 })).toEqual([870, 900, 930]);
    expect(clockTicks({ ...place, now: 970 })).toEqual([870, 900, 930, 960]);
  });

  it('stand at midnights of the reader in a chart of a week', () => {
    const week = { now: 1_795_392_000, window: 604_800, plot: 480, left: 50, right: 10 };
    const hour = 3600;
    const ticks = clockTicks({ ...week, zone: 8 * hour });
    expect(ticks.length).toBeGreaterThan(5);
    for (const tick of ticks) expect((tick + 8 * hour) % (24 * hour)).toBe(0);
  });

  it('are none in a chart without width', () => {
    expect(clockTicks({ ...place, plot: 0 })).toEqual([]);
  });
});
