// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { MetricsAlarmRule } from '../../../api/generated';
import { normalise } from '../../../api/normalise';
import { applies, changed, formOf, ruleOf, unreadable, usualName } from './form';

function ruleFrom(fields: object): MetricsAlarmRule {
  return normalise('MetricsAlarmRule', fields) as MetricsAlarmRule;
}

const slow = ruleFrom({
  name: 'slow', service: 'music/*', disabled: true, group_by: ['callee_site'],
  where: [{ name: 'method', value: 'music.v1.Catalog/*', not: true }],
  figure: { kind: 'KIND_LATENCY_US', quantile: 0.9999 },
  condition: {
    kind: 'KIND_CHANGE_PERCENT', bound: 50, direction: 'DIRECTION_UP',
    against: 'AGAINST_YESTERDAY',
  },
  window_seconds: 90, for_windows: 3, recover_windows: 5, calls_min: 10000,
  completeness_min: 0.95, severity: 'critical', owner: 'ann', labels: { team: 'songs' },
  annotations: { summary: 'slow songs' },
});

describe('a rule as a form', () => {
  it('comes back as it was', () => {
    expect(ruleOf(formOf(slow))).toEqual(slow);
    const low = ruleFrom({
      name: 'low', service: 'a/b', condition: { kind: 'KIND_MIN', bound: 0.999 },
      severity: 'info',
    });
    expect(ruleOf(formOf(low))).toEqual(low);
    const silent = ruleFrom({
      name: 'no_data', service: '*', severity: 'warning',
      figure: { kind: 'KIND_CALLS_PER_SECOND' }, condition: { kind: 'KIND_NO_DATA' },
    });
    expect(ruleOf(formOf(silent))).toEqual(silent);
  });

  it('shows numbers in units of people, and defaults as nothing', () => {
    const form = formOf(slow);
    expect(form.percentile).toBe('99.99');
    expect(form.bound).toEqual({ typed: '50', unit: '%' });
    expect(form.window).toEqual({ typed: '90', unit: 's' });
    expect(form.completeness).toBe('95');
    const usual = formOf(ruleFrom({ figure: { kind: 'KIND_LATENCY_US' } }));
    expect([usual.percentile, usual.forWindows, usual.window.unit]).toEqual(['', '', 'min']);
    expect(usual.bound).toEqual({ typed: '', unit: 'ms' });
    expect(usual.severity).toBe('warning');
  });

  it('keeps fields that it does not show', () => {
    const newer = { ...slow, of_a_later_build: 7 } as MetricsAlarmRule;
    expect(ruleOf(formOf(newer))).toEqual(newer);
  });
});

describe('fields of a kind', () => {
  const shown = (part: object): string[] =>
    [
      'figure.kind', 'figure.quantile', 'condition.bound', 'condition.against',
      'condition.direction', 'calls_min', 'window_seconds',
    ].filter((path) => applies(path, changed(formOf(slow), part)));

  it('are only those that mean something', () => {
    expect(shown({ kind: 'KIND_MAX', figure: 'KIND_SUCCESS_RATE' })).toEqual([
      'figure.kind', 'condition.bound', 'calls_min', 'window_seconds',
    ]);
    expect(shown({ kind: 'KIND_MAX', figure: 'KIND_CALLS_PER_SECOND' })).toEqual([
      'figure.kind', 'condition.bound', 'window_seconds',
    ]);
    expect(shown({ kind: 'KIND_CHANGE', figure: 'KIND_CALLS_PER_SECOND' })).toContain('calls_min');
    expect(shown({ kind: 'KIND_CHANGE_PERCENT' })).toContain('figure.quantile');
    expect(shown({ kind: 'KIND_NO_DATA' })).toEqual(['window_seconds']);
  });

  it('leave no trace in the rule when they do not', () => {
    const rule = ruleOf(changed(formOf(slow), { kind: 'KIND_NO_DATA' }));
    expect(rule.figure).toEqual({ kind: 'KIND_CALLS_PER_SECOND', quantile: 0 });
    expect(rule.condition).toEqual({
      kind: 'KIND_NO_DATA', bound: 0, against: 'AGAINST_PREVIOUS', direction: 'DIRECTION_BOTH',
    });
    expect(rule.calls_min).toBe(0);
  });

  it('come back when the kind does', () => {
    const form = changed(changed(formOf(slow), { kind: 'KIND_NO_DATA' }), {
      kind: 'KIND_CHANGE_PERCENT',
    });
    expect(ruleOf(form)).toEqual(slow);
  });

  it('have units of the figure', () => {
    const rate = changed(formOf(slow), { kind: 'KIND_MIN', figure: 'KIND_SUCCESS_RATE' });
    expect(rate.bound.unit).toBe('%');
    const latency = changed(rate, { figure: 'KIND_MEAN_US' });
    expect(latency.bound.unit).toBe('ms');
    const seconds = changed(latency, { bound: { typed: '2', unit: 's' } });
    expect(ruleOf(seconds).condition.bound).toBe(2e6);
  });
});

describe('what is typed', () => {
  it('is unreadable where it is no number, and a threshold must be there', () => {
    const form = changed(formOf(slow), { forWindows: '1.5', callsMin: 'many' });
    expect(unreadable(form)).toEqual(['for_windows', 'calls_min']);
    const empty = changed(formOf(slow), { bound: { typed: '', unit: '%' } });
    expect(unreadable(empty)).toEqual(['condition.bound']);
    expect(unreadable(changed(empty, { kind: 'KIND_NO_DATA', callsMin: 'many' }))).toEqual([]);
  });

  it('has a name that says what it is, if it is given none', () => {
    const form = changed(formOf(slow), { name: ' ' });
    expect(usualName(form)).toBe('tp99.99_changed');
    expect(ruleOf(form).name).toBe('tp99.99_changed');
    expect(usualName(changed(form, { kind: 'KIND_NO_DATA' }))).toBe('no_calls');
    expect(usualName(changed(form, { kind: 'KIND_MIN', figure: 'KIND_SUCCESS_RATE' }))).toBe(
      'success_rate_low',
    );
  });
});
