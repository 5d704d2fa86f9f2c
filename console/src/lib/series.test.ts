// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { MetricsPoint, MetricsSeriesReply } from '../api/generated';
import { curveOf, mergeCurves, secondsToAsk, successFloor, sumOfNewest } from './series';

function point(second: number, calls = 1): MetricsPoint {
  const none = { tp50_us: 0, tp99_us: 0, tp999_us: 0, tp9999_us: 0, max_us: 0 };
  return { second, calls, failures: 0, ...none };
}

function reply(now: number, lines: Record<string, [number, number]>): MetricsSeriesReply {
  return {
    now_second: now,
    lines: Object.entries(lines).map(([key, [from, to]]) => ({
      key,
      points: Array.from({ length: to - from + 1 }, (_, i) => point(from + i)),
    })),
  };
}

const seconds = (points: MetricsPoint[] | undefined): number[] =>
  (points ?? []).map((point) => point.second);

describe('curves', () => {
  it('asks for the whole window first and then only for the newest seconds', () => {
    expect(secondsToAsk(undefined, 120, 1000)).toBe(120);
    const held = mergeCurves(undefined, reply(1000, { a: [881, 1000] }), 120, 120);
    expect(secondsToAsk(held, 120, 1001)).toBe(6);
    expect(secondsToAsk(held, 120, 2000)).toBe(120);
  });

  it('replaces seconds that came again and forgets those out of the window', () => {
    const held = mergeCurves(undefined, reply(10, { a: [1, 10] }), 10, 10);
    const next = reply(12, { a: [9, 12] });
    next.lines[0]!.points[0]!.calls = 42;
    const merged = mergeCurves(held, next, 10, 4);
    expect(seconds(merged.lines.get('a'))).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(merged.lines.get('a')?.find((p) => p.second === 9)?.calls).toBe(42);
  });

  it('keeps the past of a line that fell silent until it leaves the window', () => {
    const held = mergeCurves(undefined, reply(10, { a: [1, 10], b: [1, 10] }), 10, 10);
    const merged = mergeCurves(held, reply(15, { a: [10, 15] }), 10, 6);
    expect(seconds(merged.lines.get('b'))).toEqual([6, 7, 8, 9, 10]);
    expect(mergeCurves(merged, reply(21, { a: [15, 21] }), 10, 7).lines.has('b')).toBe(false);
  });

  it('asks for the whole window again when a new line appears', () => {
    const held = mergeCurves(undefined, reply(10, { a: [1, 10] }), 10, 10);
    const merged = mergeCurves(held, reply(11, { a: [6, 11], new: [6, 11] }), 10, 6);
    expect(merged.complete).toBe(false);
    expect(secondsToAsk(merged, 10, 12)).toBe(10);
  });

  it('shows a second without calls as told', () => {
    const points = [point(1), point(2, 0)];
    expect(curveOf(points, (p) => p.calls, null)).toEqual([
      [1000, 1],
      [2000, null],
    ]);
    expect(curveOf(points, (p) => p.calls, 0)[1]).toEqual([2000, 0]);
  });

  it('sums the newest seconds', () => {
    const points = [point(1, 100), { ...point(2, 10), failures: 1 }, point(3, 20)];
    expect(sumOfNewest(points, 2)).toEqual({ calls: 30, failures: 1, perSecond: 15 });
    expect(sumOfNewest(undefined, 2).perSecond).toBe(0);
  });

  it('begins the axis of success just under the worst second', () => {
    expect(successFloor([[[1, 1]]])).toBe(0.999);
    expect(successFloor([[[1, 0.995]], [[1, null]]])).toBe(0.99);
    expect(successFloor([[[1, 0.3]]])).toBe(0);
  });
});
