// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Which windows, steps and combinations of dimensions can be asked for.
import type { MetricsCondition, MetricsDescribeReplySet } from '../api/generated';

export const kMinute = 60;
export const kHour = 3600;
export const kDay = 86_400;
export const kWeek = 7 * kDay;

// Seconds shown, and of a point unless another grain is chosen: 60 to 180 points.
const steps = new Map([
  [15 * kMinute, 10],
  [kHour, kMinute],
  [6 * kHour, 3 * kMinute],
  [kDay, 10 * kMinute],
  [kWeek, kHour],
  [30 * kDay, 4 * kHour],
  [90 * kDay, 12 * kHour],
]);
export const spans = [...steps.keys()];
export const kSpanMax = 90 * kDay;

// Seconds of a point (OCTO-038); 0: as fits the span.
export const grains = [0, 1, kMinute, kHour, kDay] as const;
export type Grain = (typeof grains)[number];
const kPointsMax = 1500; // more are no curve any more, and slow to draw
const kSecondsKept = kHour;
const kMinutesKept = 30 * kDay - kHour;

// Minutes are written down when they are over; calls of the last one are then on their way.
const kUntilWritten = 10;

export const dimensions = [
  'method', 'callee_host', 'caller', 'callee_site', 'caller_host', 'caller_site', 'result',
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

// What of the time is asked for.
export interface Span {
  seconds: number;
  to: number; // unix second; 0: up to now
  grain: Grain;
}

export function newestMinute(completeUntil: number): number {
  return Math.floor((completeUntil - kUntilWritten) / kMinute) * kMinute;
}

// The grains that make sense of a span: enough points to be a curve, few enough to be drawn, and
// seconds only while they are kept.
export function grainsOf(span: Span, newest: number, bySecond: boolean): Grain[] {
  const end = span.to || newest;
  return grains.filter((grain) => {
    if (grain === 0) return true;
    if (grain === 1 && (!bySecond || end - span.seconds < newest - kSecondsKept)) return false;
    const points = span.seconds / grain;
    return points >= 2 && points <= kPointsMax;
  });
}

function stepOf({ seconds, grain }: Span, allowed: Grain[]): number {
  if (grain !== 0 && allowed.includes(grain)) return grain;
  const wider = [...steps].find(([span]) => span >= seconds);
  const step = wider?.[1] ?? kDay;
  return step < kMinute && !allowed.includes(1) ? kMinute : step;
}

// Whole minutes, for all sets and former days are kept by the minute; only what is complete. Points
// begin at multiples of the step, those of days at the reader's midnight, so that they stay what
// they are as time goes on. `zone`: seconds that the reader's clock is ahead of UTC. `earlier`: how
// long before the same is asked for, too; what is longer ago than minutes are kept is asked by the
// hour.
export function boundsOf(
  completeUntil: number,
  span: Span,
  bySecond: boolean,
  zone = 0,
  earlier = 0,
): Bounds {
  const newest = newestMinute(completeUntil);
  const end = span.to ? Math.min(span.to, newest) : newest;
  const byHour = end - span.seconds - earlier < newest - kMinutesKept;
  const wanted = stepOf(span, grainsOf(span, newest, bySecond));
  const step = byHour ? Math.max(wanted, kHour) : wanted;
  const to = byHour ? end - (end % kHour) : end;
  const grid = Math.max(step, kMinute);
  const ahead = step >= kDay ? zone : 0;
  const from = Math.floor((to - span.seconds + ahead) / grid) * grid - ahead;
  return { from, to: Math.max(to, from + grid), step };
}

// Steps of a heat map: so many columns are still wide enough to be pointed at.
export function columnsOf(bounds: Bounds, most: number): number {
  const wanted = Math.max(bounds.step, (bounds.to - bounds.from) / most);
  if (wanted <= kMinute) return bounds.step < kMinute ? bounds.step : kMinute;
  const round = [1, 2, 3, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440];
  return kMinute * (round.find((minutes) => minutes * kMinute >= wanted) ?? 2880);
}

// The second a day begins at in the reader's zone, of "2026-11-22"; NaN if it is no day.
export function dayStart(day: string): number {
  const [year = NaN, month = NaN, date = NaN] = day.split('-').map(Number);
  return Math.floor(new Date(year, month - 1, date).getTime() / 1000);
}

// "2026-11-22" of a second, in the reader's zone.
export function dayOf(second: number): string {
  const at = new Date(second * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

// Former days are kept by the minute.
export function boundsEarlier(bounds: Bounds, seconds: number): Bounds {
  const { from, to, step } = bounds;
  return { from: from - seconds, to: to - seconds, step: Math.max(step, kMinute) };
}

// A callee that is no service but a metric of a host, a process or one's own: "host:sh".
export const kNoService = '[^/]*:.*';
export function isService(callee: string): boolean {
  return !/^[^/]*:/.test(callee);
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

// The whole question of a page as words of an address: ?where=method%3Da&where=caller%3Db.
export function whereParams(filters: { dimension: string; value: string }[]): string {
  const params = new URLSearchParams();
  for (const { dimension, value } of filters) params.append('where', `${dimension}=${value}`);
  return params.toString();
}
