// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What the last hours of a rule's figure are asked with, and what its threshold is in them.
import type {
  MetricsAlarmCondition, MetricsAlarmRule, MetricsCondition, MetricsFigures,
  MetricsFiguresReplyLine, MetricsFiguresRequest, MetricsTryRuleReply,
} from '../../../api/generated';
import { kDay, kHour, kMinute, kNoService, kWeek, type Bounds } from '../../../lib/question';
import type { Curve } from '../../../lib/series';
import { conditionOf, quantileOf, valueOf } from '../window';
import { isChange } from './form';

const kSpan = 6 * kHour;
const kWindows = 24; // of long ones so many at least
const kSpanMax = kWeek; // as far back as a rule can be tried
const kSecondsKept = kHour - kMinute; // of windows that are no whole minutes
const kSettles = 10; // a window is judged so long after its end
export const kLines = 5;

function windowOf(rule: MetricsAlarmRule): number {
  return rule.window_seconds || kMinute;
}

// Whole windows of the last hours.
export function previewBounds(rule: MetricsAlarmRule, completeUntil: number): Bounds {
  const step = windowOf(rule);
  const wanted = Math.min(Math.max(kSpan, kWindows * step), kSpanMax);
  const span = step % kMinute === 0 ? wanted : Math.min(wanted, kSecondsKept);
  const to = Math.floor((completeUntil - kSettles) / step) * step;
  return { from: to - Math.max(Math.floor(span / step), 1) * step, to, step };
}

function callees(service: string): MetricsCondition {
  if (service === '*') return { dimension: 'callee', value: kNoService, how: '!~' };
  return conditionOf({ name: 'callee', value: service, not: false });
}

function question(rule: MetricsAlarmRule, bounds: Bounds): Partial<MetricsFiguresRequest> {
  return {
    ...bounds,
    where: [callees(rule.service), ...rule.where.map(conditionOf)],
    group_by: ['callee', ...rule.group_by],
    quantiles: [quantileOf(rule.figure)],
    limit: kLines,
  };
}

// How long before what it is compared with lies; 0: it is compared with nothing.
export function pastSeconds({ condition, ...rule }: MetricsAlarmRule): number {
  if (!isChange(condition.kind)) return 0;
  if (condition.against === 'AGAINST_YESTERDAY') return kDay;
  if (condition.against === 'AGAINST_LAST_WEEK') return kWeek;
  return rule.window_seconds || kMinute;
}

// The figure, and that which it is compared with.
export function questions(
  rule: MetricsAlarmRule,
  bounds: Bounds,
): Partial<MetricsFiguresRequest>[] {
  const past = pastSeconds(rule);
  if (past === 0) return [question(rule, bounds)];
  const { from, to, step } = bounds;
  return [question(rule, bounds), question(rule, { from: from - past, to: to - past, step })];
}

export function curveOfRule(
  { figure, condition }: MetricsAlarmRule,
  points: MetricsFigures[],
  later = 0, // seconds by which it is moved
): Curve {
  const silence = condition.kind === 'KIND_NO_DATA';
  const drawn = silence ? { ...figure, kind: 'KIND_CALLS_PER_SECOND' as const } : figure;
  return points.map((one) => [(one.from + later) * 1000, valueOf(drawn, one)]);
}

// What the figure of a window must not be above, or below, given what it is compared with.
function bounded({ kind, bound, direction }: MetricsAlarmCondition, then: Curve): Curve[] {
  const size = (value: number): number =>
    kind === 'KIND_CHANGE_PERCENT' ? (Math.abs(value) * bound) / 100 : bound;
  const moved = (sign: number): Curve =>
    then.map(([at, value]) => [
      at, value === null ? null : Math.max(value + sign * size(value), 0),
    ]);
  const up = direction === 'DIRECTION_DOWN' ? [] : [moved(1)];
  return direction === 'DIRECTION_UP' ? up : [...up, moved(-1)];
}

// The threshold of one line; `past` is the line as it was.
export function thresholds(
  rule: MetricsAlarmRule,
  { from, to }: Bounds,
  past: MetricsFiguresReplyLine | undefined,
): Curve[] {
  const { kind, bound } = rule.condition;
  if (kind === 'KIND_NO_DATA') return [];
  if (!isChange(kind)) return [[[from * 1000, bound], [to * 1000, bound]]];
  return past ? bounded(rule.condition, curveOfRule(rule, past.points, pastSeconds(rule))) : [];
}

// When it would have fired, of all groups together.
export function firingsOf(reply: MetricsTryRuleReply): { from: number; to: number }[] {
  return reply.groups.flatMap(({ firings }) =>
    firings.map(({ since, resolved_at: end }) => ({ from: since, to: end || reply.to })),
  );
}
