// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { MetricsAlarmRule } from '../../api/generated';
import { normalise } from '../../api/normalise';
import { textOf } from '../../i18n/text';
import { firingOf } from './scene';
import { firingText, matcherFrom, matchersOf, matcherText, ruleText, severityLevel } from './words';

const text = textOf('en');

describe('what an alarm says', () => {
  it('is its figure against its bound', () => {
    const firing = firingOf({ value: 0.97213, bound: 0.999, condition: { kind: 'KIND_MIN' } });
    expect(firingText(firing, text)).toBe('success rate 97.21%, below 99.90%');
  });

  it('is a change against what it was', () => {
    const firing = firingOf({
      value: 30_000, baseline: 10_000, bound: 100,
      figure: { kind: 'KIND_LATENCY_US', quantile: 0.9999 },
      condition: { kind: 'KIND_CHANGE_PERCENT', against: 'AGAINST_LAST_WEEK' },
    });
    expect(firingText(firing, text)).toBe('TP99.99 30 ms, 200% more than last week (10 ms)');
  });

  it('is that there are no calls', () => {
    const firing = firingOf({ condition: { kind: 'KIND_NO_DATA' } });
    expect(firingText(firing, text)).toBe('no calls');
  });
});

describe('what a rule says', () => {
  const rule = (fields: object): MetricsAlarmRule =>
    normalise('MetricsAlarmRule', fields) as MetricsAlarmRule;

  it('names figure and bound', () => {
    const slow = { figure: { kind: 'KIND_LATENCY_US' }, condition: { bound: 20_000 } };
    expect(ruleText(rule(slow), text)).toBe('TP99 above 20 ms');
    const less = { condition: { kind: 'KIND_CHANGE', bound: 0.01, against: 'AGAINST_YESTERDAY' } };
    expect(ruleText(rule(less), text)).toBe(
      'success rate differs by more than 1.00% from yesterday',
    );
  });
});

describe('matchers', () => {
  it('are read as they are shown', () => {
    for (const typed of ['service=music/*', 'severity!=critical', 'owner=']) {
      const matcher = matcherFrom(typed);
      expect(matcher && matcherText(matcher)).toBe(typed);
    }
    for (const bad of ['service', '=a', '9a=b', '']) expect(matcherFrom(bad)).toBeUndefined();
  });

  it('of one alarm leave out what says whom it concerns', () => {
    const labels = { service: 'a/b', alertname: 'slow', severity: 'warning', owner: 'ann' };
    expect(matchersOf(firingOf({ labels }))).toEqual(['alertname=slow', 'service=a/b']);
  });
});

it('a severity that is not known is a warning', () => {
  expect(['critical', 'warning', 'info', undefined].map(severityLevel)).toEqual([
    'bad', 'warn', 'idle', 'warn',
  ]);
});
