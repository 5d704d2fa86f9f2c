// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// A rule as a form shows it: numbers as they are typed, in units of people.
import type {
  MetricsAlarmConditionAgainst, MetricsAlarmConditionDirection, MetricsAlarmConditionKind,
  MetricsAlarmFigureKind, MetricsAlarmMatcher, MetricsAlarmRule,
} from '../../../api/generated';
import { boundUnits, shares, shown, stored, times, unitAmong, type Typed } from './units';

export const figures: MetricsAlarmFigureKind[] = [
  'KIND_SUCCESS_RATE', 'KIND_LATENCY_US', 'KIND_CALLS_PER_SECOND', 'KIND_FAILURES_PER_SECOND',
  'KIND_MEAN_US', 'KIND_MAX_US',
];
export const kinds: MetricsAlarmConditionKind[] = [
  'KIND_MIN', 'KIND_MAX', 'KIND_CHANGE', 'KIND_CHANGE_PERCENT', 'KIND_NO_DATA',
];
export const pasts: MetricsAlarmConditionAgainst[] = [
  'AGAINST_PREVIOUS', 'AGAINST_YESTERDAY', 'AGAINST_LAST_WEEK',
];
export const directions: MetricsAlarmConditionDirection[] = [
  'DIRECTION_UP', 'DIRECTION_DOWN', 'DIRECTION_BOTH',
];
export const severities = ['critical', 'warning', 'info'];
const kSeverityUsual = 'warning';

export interface RuleForm {
  base: MetricsAlarmRule; // what the form was made from: keeps what it does not show
  name: string;
  enabled: boolean;
  service: string;
  where: MetricsAlarmMatcher[];
  groupBy: string[];
  figure: MetricsAlarmFigureKind;
  percentile: string; // "99.9"
  kind: MetricsAlarmConditionKind;
  bound: Typed;
  against: MetricsAlarmConditionAgainst;
  direction: MetricsAlarmConditionDirection;
  window: Typed;
  forWindows: string;
  recoverWindows: string;
  callsMin: string;
  completeness: string; // percent
  severity: string;
  owner: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

// A field, by its path in the message: the server's refusals name it so.
export type FieldPath = string;
export type Problems = Record<FieldPath, string>;

type Shown = Pick<RuleForm, 'figure' | 'kind'>;

export function isChange(kind: MetricsAlarmConditionKind): boolean {
  return kind === 'KIND_CHANGE' || kind === 'KIND_CHANGE_PERCENT';
}

export function isCount(figure: MetricsAlarmFigureKind): boolean {
  return figure === 'KIND_CALLS_PER_SECOND' || figure === 'KIND_FAILURES_PER_SECOND';
}

// Which fields mean something, given the kind of the condition and its figure.
export function applies(path: FieldPath, { figure, kind }: Shown): boolean {
  const judged = kind !== 'KIND_NO_DATA';
  switch (path) {
    case 'figure.kind':
    case 'condition.bound':
      return judged;
    case 'figure.quantile':
      return judged && figure === 'KIND_LATENCY_US';
    case 'condition.against':
    case 'condition.direction':
      return isChange(kind);
    case 'calls_min':
      return judged && (isChange(kind) || !isCount(figure));
    default:
      return true;
  }
}

const percentUnit: Typed = { typed: '', unit: '%' };

function percentOf(share: number): string {
  return shown(share, shares).typed;
}

function count(value: number): string {
  return value === 0 ? '' : String(value);
}

export function formOf(rule: MetricsAlarmRule): RuleForm {
  const { figure, condition } = rule;
  const units = boundUnits(figure.kind, condition.kind);
  return {
    base: rule,
    name: rule.name,
    enabled: !rule.disabled,
    service: rule.service,
    where: rule.where,
    groupBy: rule.group_by,
    figure: figure.kind,
    percentile: percentOf(figure.quantile),
    kind: condition.kind,
    bound: shown(condition.bound, units, units.length > 1 ? 'ms' : units[0]?.name),
    against: condition.against,
    direction: condition.direction,
    window: shown(rule.window_seconds, times, 'min'),
    forWindows: count(rule.for_windows),
    recoverWindows: count(rule.recover_windows),
    callsMin: count(rule.calls_min),
    completeness: percentOf(rule.completeness_min),
    severity: rule.severity || kSeverityUsual,
    owner: rule.owner,
    labels: rule.labels,
    annotations: rule.annotations,
  };
}

// Of other kinds of numbers the units are others.
export function changed(form: RuleForm, part: Partial<RuleForm>): RuleForm {
  const next = { ...form, ...part };
  const units = boundUnits(next.figure, next.kind);
  const usual = units.length > 1 ? 'ms' : '';
  const known = units.some(({ name }) => name === next.bound.unit);
  const unit = unitAmong(known ? next.bound.unit : usual, units);
  return { ...next, bound: { ...next.bound, unit } };
}

// "success_rate_low": for whoever does not give it a name.
export function usualName({ figure, kind, percentile }: RuleForm): string {
  if (kind === 'KIND_NO_DATA') return 'no_calls';
  const words: Record<MetricsAlarmFigureKind, string> = {
    KIND_SUCCESS_RATE: 'success_rate',
    KIND_CALLS_PER_SECOND: 'calls',
    KIND_FAILURES_PER_SECOND: 'failures',
    KIND_LATENCY_US: `tp${percentile.trim() || '99'}`,
    KIND_MAX_US: 'slowest_call',
    KIND_MEAN_US: 'mean_latency',
  };
  const how = kind === 'KIND_MIN' ? 'low' : kind === 'KIND_MAX' ? 'high' : 'changed';
  return `${words[figure]}_${how}`;
}

// The numbers that are typed, by the path of their field.
function numbersOf(form: RuleForm): Record<FieldPath, number> {
  const plain = (typed: string): number => stored({ typed, unit: '' }, []);
  const percent = (typed: string): number => stored({ ...percentUnit, typed }, shares);
  const numbers: Record<FieldPath, number> = {
    'figure.quantile': percent(form.percentile),
    'condition.bound': stored(form.bound, boundUnits(form.figure, form.kind)),
    window_seconds: stored(form.window, times),
    for_windows: whole(plain(form.forWindows)),
    recover_windows: whole(plain(form.recoverWindows)),
    calls_min: whole(plain(form.callsMin)),
    completeness_min: percent(form.completeness),
  };
  const shownOnes = Object.entries(numbers).filter(([path]) => applies(path, form));
  return Object.fromEntries(shownOnes);
}

// Counts are unsigned in the message.
function whole(value: number): number {
  return Number.isInteger(value) && value >= 0 ? value : Number.NaN;
}

// Fields without a number where one is needed; the rest is the server's to judge.
export function unreadable(form: RuleForm): FieldPath[] {
  const numbers = numbersOf(form);
  const bad = Object.keys(numbers).filter((path) => Number.isNaN(numbers[path]));
  const empty = applies('condition.bound', form) && form.bound.typed.trim() === '';
  return empty ? [...bad, 'condition.bound'] : bad;
}

// What the form says, without what does not apply. Unreadable numbers are left at the default.
export function ruleOf(form: RuleForm): MetricsAlarmRule {
  const numbers = numbersOf(form);
  const number = (path: FieldPath): number => numbers[path] || 0;
  const change = isChange(form.kind);
  // As the rule that every service has: what is told with it counts calls.
  const figure = form.kind === 'KIND_NO_DATA' ? 'KIND_CALLS_PER_SECOND' : form.figure;
  return {
    ...form.base,
    name: form.name.trim() || usualName(form),
    disabled: !form.enabled,
    service: form.service.trim(),
    where: form.where,
    group_by: form.groupBy,
    figure: { ...form.base.figure, kind: figure, quantile: number('figure.quantile') },
    condition: {
      ...form.base.condition,
      kind: form.kind,
      bound: number('condition.bound'),
      against: change ? form.against : 'AGAINST_PREVIOUS',
      direction: change ? form.direction : 'DIRECTION_BOTH',
    },
    window_seconds: number('window_seconds'),
    for_windows: number('for_windows'),
    recover_windows: number('recover_windows'),
    calls_min: number('calls_min'),
    completeness_min: number('completeness_min'),
    severity: form.severity,
    owner: form.owner.trim(),
    labels: form.labels,
    annotations: form.annotations,
  };
}
