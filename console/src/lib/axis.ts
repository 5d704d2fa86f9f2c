// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Where the labels of a chart's axes stand. The chart library would squeeze a last label in or move
// the curves aside for it; here the plot keeps its place from second to second.
import type { Curve } from './series';

const kMostIntervals = 4;
const kHour = 3600;
const kClockSteps = [
  5, 10, 20, 30, 60, 120, 180, 300, 600, 900, 1800, kHour, 2 * kHour, 3 * kHour, 4 * kHour,
  6 * kHour, 12 * kHour, 24 * kHour, 48 * kHour,
];
const kClockLabelPx = 50; // "23:11:20" at 11 px
const kClockSpacePx = 10; // between two of them

export interface ValueAxis {
  max: number;
  interval: number;
}

// From 0 to a round number at or above `largest`, in at most four steps of 1, 2 or 5.
export function valueAxis(largest: number, least: number): ValueAxis {
  const top = Math.max(largest, least);
  if (!(top > 0) || !Number.isFinite(top)) return { max: 1, interval: 1 };
  const raw = top / kMostIntervals;
  const unit = 10 ** Math.floor(Math.log10(raw) + 1e-9);
  const step = [1, 2, 5, 10].find((factor) => raw <= factor * unit * (1 + 1e-9)) ?? 10;
  const interval = step * unit;
  return { max: interval * Math.ceil(top / interval - 1e-9), interval };
}

// Whole powers of ten around all that is above 0.
export function logAxis(curves: Curve[]): { min: number; max: number } {
  let least = Number.POSITIVE_INFINITY;
  for (const curve of curves) {
    for (const [, value] of curve) if (value !== null && value > 0) least = Math.min(least, value);
  }
  if (!Number.isFinite(least)) return { min: 1, max: 10 };
  const min = 10 ** Math.floor(Math.log10(least) + 1e-9);
  const max = 10 ** Math.ceil(Math.log10(largestOf(curves)) - 1e-9);
  return { min, max: Math.max(max, min * 10) };
}

export function largestOf(curves: Curve[]): number {
  let largest = 0;
  for (const curve of curves) {
    for (const [, value] of curve) largest = Math.max(largest, value ?? 0);
  }
  return largest;
}

export interface ClockPlace {
  now: number; // second at the right end
  window: number; // seconds shown
  plot: number; // width of the plot in px
  left: number; // px to the left and right of the plot where a label may stand too
  right: number;
  zone?: number; // seconds that the reader's clock is ahead of UTC
}

// The full seconds that get a label: multiples of a round step, each with room for its whole text.
export function clockTicks({ now, window, plot, left, right, zone = 0 }: ClockPlace): number[] {
  if (plot <= 0 || window <= 0) return [];
  const perPx = window / plot;
  const closest = (kClockLabelPx + kClockSpacePx) * perPx;
  const step = kClockSteps.find((one) => one >= closest) ?? 168 * kHour;
  const first = now - window + Math.max(0, kClockLabelPx / 2 - left) * perPx;
  const last = now - Math.max(0, kClockLabelPx / 2 - right) * perPx;
  const ticks: number[] = [];
  const begin = Math.ceil((first + zone) / step) * step - zone;
  for (let at = begin; at <= last; at += step) ticks.push(at);
  return ticks;
}
