// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type {
  MetricsAlarmFigure, MetricsAlarmFiring, MetricsAlarmMatcher, MetricsAlarmRule, MetricsCondition,
  MetricsFigures, MetricsFiguresRequest,
} from '../../api/generated';

const kMinute = 60;
const kBefore = 30 * kMinute; // shown of the time when all was well; of short windows less
const kShortBefore = 10 * kMinute;
const kAfter = 15 * kMinute;
const kLongest = 6 * 3600;

// Rules of shorter windows than a minute ask what is kept by the second; for an hour.
const kShort = 10;
const kSecondsKept = 3500;

export interface Around {
  from: number;
  to: number;
  step: number;
}

// Whole steps around the alarm, until `now` at most.
export function around(
  firing: MetricsAlarmFiring,
  rule: MetricsAlarmRule | undefined,
  now: number,
): Around {
  const seconds = rule?.window_seconds ?? 0;
  const young = firing.since - kShortBefore > now - kSecondsKept;
  const short = seconds > 0 && seconds < kMinute && young;
  const begin = firing.since - (short ? kShortBefore : kBefore);
  const step = short ? kShort : kMinute;
  const end = firing.resolved_at > 0 ? firing.resolved_at + kAfter : now;
  const to = Math.min(end, now, begin + kLongest);
  const whole = (second: number): number => Math.floor(second / step) * step;
  return { from: whole(begin), to: Math.max(whole(to), whole(begin) + step), step };
}

// '*' for any text, as a regular expression.
function patternOf(value: string): string {
  return value.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&')).join('.*');
}

function howOf(not: boolean, pattern: boolean): string {
  if (pattern) return not ? '!~' : '=~';
  return not ? '!=' : '=';
}

// A matcher of a rule as a condition of a question.
export function conditionOf({ name, value, not }: MetricsAlarmMatcher): MetricsCondition {
  return {
    dimension: name,
    value: value.includes('*') ? patternOf(value) : value,
    how: howOf(not, value.includes('*')),
  };
}

// The calls that the rule looks at, of the group that fired.
export function callsOf(
  firing: MetricsAlarmFiring,
  rule: MetricsAlarmRule | undefined,
): MetricsCondition[] {
  const [service = '', ...rest] = firing.key;
  const where = (rule?.where ?? []).map(conditionOf);
  const group = rest.map((value, i) => ({
    dimension: rule?.group_by[i] ?? '', value, how: '=',
  }));
  return [{ dimension: 'callee', value: service, how: '=' }, ...where, ...group].filter(
    (one) => one.dimension !== '',
  );
}

export function questionOf(
  firing: MetricsAlarmFiring,
  rule: MetricsAlarmRule | undefined,
  { from, to, step }: Around,
): Partial<MetricsFiguresRequest> {
  return { from, to, step, where: callsOf(firing, rule), quantiles: [quantileOf(firing.figure)] };
}

// In parts per million, as questions have it.
export function quantileOf(figure: MetricsAlarmFigure): number {
  return Math.round((figure.quantile || 0.99) * 1e6);
}

// The figure of a point; of what had no calls only calls are known.
export function valueOf({ kind }: MetricsAlarmFigure, point: MetricsFigures): number | null {
  if (kind === 'KIND_CALLS_PER_SECOND') return point.calls_per_second;
  if (kind === 'KIND_FAILURES_PER_SECOND') {
    return point.calls_per_second * (1 - point.success_rate);
  }
  if (point.calls === 0) return null;
  switch (kind) {
    case 'KIND_LATENCY_US':
      return point.quantiles_us[0] ?? null;
    case 'KIND_MAX_US':
      return point.max_us;
    case 'KIND_MEAN_US':
      return point.mean_us;
    default:
      return point.success_rate;
  }
}

// Whether the figure of the rule is one of the curves that are drawn anyway.
export function isDrawnAnyway({ kind }: MetricsAlarmFigure): boolean {
  return kind === 'KIND_SUCCESS_RATE' || kind === 'KIND_CALLS_PER_SECOND';
}
