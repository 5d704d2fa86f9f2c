// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type {
  MetricsAlarmCondition, MetricsAlarmFigure, MetricsAlarmFiring, MetricsAlarmMatcher,
  MetricsAlarmRule,
} from '../../api/generated';
import type { Text, TextKey } from '../../i18n/text';
import type { Level } from '../../lib/success';
import { formatMicros, formatPercent, formatRate } from '../../lib/units';

const kQuantileDefault = 0.99;

// "TP99.9": percents as people write them.
export function figureName(figure: MetricsAlarmFigure, text: Text): string {
  const quantile = String(Number(((figure.quantile || kQuantileDefault) * 100).toFixed(4)));
  return text(`alarms.figure.${figure.kind}` as TextKey, { quantile });
}

export function valueText(figure: MetricsAlarmFigure, value: number): string {
  switch (figure.kind) {
    case 'KIND_SUCCESS_RATE':
      return formatPercent(value);
    case 'KIND_CALLS_PER_SECOND':
    case 'KIND_FAILURES_PER_SECOND':
      return `${formatRate(value)}/s`;
    default:
      return formatMicros(value);
  }
}

function changeText(firing: MetricsAlarmFiring, text: Text): string {
  const { figure, condition, value, baseline } = firing;
  const size = Math.abs(value - baseline);
  const percent = condition.kind === 'KIND_CHANGE_PERCENT' && baseline !== 0;
  const change = percent
    ? `${Number(((size / Math.abs(baseline)) * 100).toPrecision(3))}%`
    : valueText(figure, size);
  return text(value >= baseline ? 'alarms.more' : 'alarms.less', { change });
}

// "success rate 97.21%, below 99.9%"
export function firingText(firing: MetricsAlarmFiring, text: Text): string {
  const { figure, condition } = firing;
  return text(`alarms.is.${condition.kind}` as TextKey, {
    figure: figureName(figure, text),
    value: valueText(figure, firing.value),
    bound: valueText(figure, firing.bound),
    change: changeText(firing, text),
    against: text(`alarms.against.${condition.against}` as TextKey, {
      value: valueText(figure, firing.baseline),
    }),
  });
}

function boundText(figure: MetricsAlarmFigure, condition: MetricsAlarmCondition): string {
  if (condition.kind === 'KIND_CHANGE_PERCENT') return `${condition.bound}%`;
  return valueText(figure, condition.bound);
}

// "success rate below 99.9%"
export function ruleText({ figure, condition }: MetricsAlarmRule, text: Text): string {
  return text(`alarms.if.${condition.kind}` as TextKey, {
    figure: figureName(figure, text),
    bound: boundText(figure, condition),
    moves: text(`alarms.moves.${condition.direction}` as TextKey),
    against: text(`alarms.past.${condition.against}` as TextKey),
  });
}

export function severityLevel(severity: string | undefined): Level {
  if (severity === 'critical') return 'bad';
  return severity === 'info' ? 'idle' : 'warn';
}

export function matcherText({ name, not, value }: MetricsAlarmMatcher): string {
  return `${name}${not ? '!=' : '='}${value}`;
}

// From "name=value" or "name!=value"; nothing of what is neither.
export function matcherFrom(typed: string): MetricsAlarmMatcher | undefined {
  const found = /^([A-Za-z_]\w*)(!?=)(.*)$/.exec(typed.trim());
  if (!found) return undefined;
  const [, name = '', how, value = ''] = found;
  return { name, value, not: how === '!=' };
}

// What tells this alarm from others, for a silence of it alone.
export function matchersOf(firing: MetricsAlarmFiring): string[] {
  return Object.entries(firing.labels)
    .filter(([name]) => name !== 'severity' && name !== 'owner')
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}

export function serviceOf(firing: MetricsAlarmFiring): string {
  return firing.key[0] ?? '';
}

// The other dimensions of the rule's groups.
export function restOf(firing: MetricsAlarmFiring): string {
  return firing.key.slice(1).join(' ');
}
