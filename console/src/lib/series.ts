// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { MetricsPoint, MetricsSeriesReply } from '../api/generated';

// Curves of one selection as the page holds them.
export interface Curves {
  now: number; // newest complete second
  lines: Map<string, MetricsPoint[]>; // ascending, at most the window
  complete: boolean; // false: a line is new and lacks its past; ask for the whole window next time
}

// Seconds asked again, since cards of a second may come late.
const kOverlapSeconds = 5;

// How many seconds to ask for, given what is there: all at first, then only the newest.
export function secondsToAsk(held: Curves | undefined, window: number, nowSecond: number): number {
  if (!held?.complete) return window;
  const missing = nowSecond - held.now + kOverlapSeconds;
  return missing < 1 || missing > window ? window : missing;
}

// Puts the newest seconds over what is held and forgets what left the window.
export function mergeCurves(
  held: Curves | undefined,
  reply: MetricsSeriesReply,
  window: number,
  asked: number,
): Curves {
  const whole = asked >= window || !held;
  const lines = new Map<string, MetricsPoint[]>();
  let complete = true;
  for (const line of reply.lines) {
    const before = whole ? undefined : held.lines.get(line.key);
    if (!whole && !before) complete = false;
    lines.set(line.key, join(before ?? [], line.points, reply.now_second - window));
  }
  if (!whole) keepAbsent(held, lines, reply.now_second - window);
  return { now: reply.now_second, lines, complete };
}

function join(before: MetricsPoint[], newer: MetricsPoint[], after: number): MetricsPoint[] {
  const from = newer[0]?.second ?? Number.POSITIVE_INFINITY;
  return [...before.filter((point) => point.second < from), ...newer].filter(
    (point) => point.second > after,
  );
}

// An instance that fell silent is absent from the newest seconds; its past is still in the window.
function keepAbsent(held: Curves, lines: Map<string, MetricsPoint[]>, after: number): void {
  for (const [key, points] of held.lines) {
    if (lines.has(key)) continue;
    const rest = points.filter((point) => point.second > after);
    if (rest.length > 0) lines.set(key, rest);
  }
}

export type Curve = [number, number | null][]; // [unix ms, value]; null is a gap

// One value of each point. `ifIdle` says what a second without calls shows: a gap or a value.
export function curveOf(
  points: MetricsPoint[],
  value: (point: MetricsPoint) => number,
  ifIdle: number | null,
): Curve {
  return points.map((p) => [p.second * 1000, p.calls > 0 ? value(p) : ifIdle]);
}

export function lastPoint(points: MetricsPoint[] | undefined): MetricsPoint | undefined {
  return points?.[points.length - 1];
}

export interface Sum {
  calls: number;
  failures: number;
  perSecond: number;
}

// Over the newest `seconds` seconds.
export function sumOfNewest(points: MetricsPoint[] | undefined, seconds: number): Sum {
  const newest = (points ?? []).slice(-seconds);
  const calls = newest.reduce((sum, point) => sum + point.calls, 0);
  const failures = newest.reduce((sum, point) => sum + point.failures, 0);
  return { calls, failures, perSecond: newest.length > 0 ? calls / newest.length : 0 };
}

// Where an axis of success rates begins, so that a rare failure is seen and a bad one fits.
export function successFloor(curves: Curve[]): number {
  let least = 1;
  for (const curve of curves) for (const [, value] of curve) least = Math.min(least, value ?? 1);
  return [0.999, 0.99, 0.9, 0.5].find((floor) => least >= floor) ?? 0;
}
