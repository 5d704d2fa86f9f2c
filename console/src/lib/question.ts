// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Which windows, steps and combinations of dimensions can be asked for.
import type { MetricsCondition, MetricsDescribeReplySet } from '../../../api/generated';

const kMinute = 60;
const kHour = 3600;
export const kDay = 86_400;
export const kWeek = 7 * kDay;

// Seconds shown, and of a point: 60 to 168 points.
const steps = new Map([
  [15 * kMinute, 10],
  [kHour, kMinute],
  [6 * kHour, 3 * kMinute],
  [kDay, 10 * kMinute],
  [kWeek, kHour],
]);
export const spans = [...steps.keys()];

// Minutes are written down when they are over; calls of the last one are then on their way.
const kUntilWritten = 10;

export const dimensions = [
  'method', 'callee_host', 'caller', 'callee_site', 'caller_host', 'result',
] as const;
export type Dimension = (typeof dimensions)[number];

export const quantiles = [500_000, 990_000, 999_000, 999_900, 999_999];
export const quantileNames = ['TP50', 'TP99', 'TP99.9', 'TP99.99', 'TP99.9999'];
export const orders = ['calls', 'failures', 'success_rate', 'tp'] as const;
export type Order = (typeof orders)[number];

export interface Bounds {
  from: number;
  to: number;
  step: number;
}

// Whole minutes, for all sets and former days are kept by the minute; only what is complete.
// Points begin at multiples of the step, so that they stay what they are as time goes on.
export function boundsOf(completeUntil: number, span: number, bySecond: boolean): Bounds {
  const wanted = steps.get(span) ?? kMinute;
  const step = bySecond ? wanted : Math.max(wanted, kMinute);
  const to = Math.floor((completeUntil - kUntilWritten) / kMinute) * kMinute;
  const grid = Math.max(step, kMinute);
  return { from: Math.floor((to - span) / grid) * grid, to, step };
}

// Former days are kept by the minute.
export function boundsEarlier(bounds: Bounds, seconds: number): Bounds {
  const { from, to, step } = bounds;
  return { from: from - seconds, to: to - seconds, step: Math.max(step, kMinute) };
}

// Whether a computed set tells all of the dimensions, and each result, of a service's calls.
export function isTold(
  sets: MetricsDescribeReplySet[],
  asked: readonly string[],
  bySecond = false,
): boolean {
  return sets.some((set) => {
    const told = set.name.split(',');
    return (set.seconds || !bySecond) && [...asked, 'result'].every((one) => told.includes(one));
  });
}

export interface Filter {
  dimension: Dimension;
  value: string;
}

// From "method=music.v1.Catalog/Find"; what makes no sense is left out, as is a second one of a
// dimension.
export function filtersFrom(words: string[]): Filter[] {
  const filters: Filter[] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    const dimension = dimensions.find((one) => one === word.slice(0, Math.max(at, 0)));
    if (!dimension || filters.some((one) => one.dimension === dimension)) continue;
    filters.push({ dimension, value: word.slice(at + 1) });
  }
  return filters;
}

export function wordOf({ dimension, value }: Filter): string {
  return `${dimension}=${value}`;
}

export function withFilter(filters: Filter[], added: Filter): Filter[] {
  return [...filters.filter((one) => one.dimension !== added.dimension), added];
}

export function conditionsOf(service: string, filters: Filter[]): MetricsCondition[] {
  return [{ dimension: 'callee', value: service }, ...filters].map(({ dimension, value }) => ({
    dimension, value, how: '=',
  }));
}
