// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { MetricsAlarmRule } from '../../../api/generated';
import { normalise } from '../../../api/normalise';
import { formOf } from './form';
import { inUnitsOf, problemAt, refusalOf } from './refusal';

describe('a refusal', () => {
  it('is told apart by field, although a remedy has a semicolon', () => {
    const { fields, rest } = refusalOf(
      'alarm settings: rules[1].condition.bound 0: nothing is less; give it a positive value; ' +
        "rules[1].where[0].name 'metod': use callee, method; rules[1].severity 'bad': use critical",
      'rules[1].', 'low',
    );
    expect(fields).toEqual({
      'condition.bound': '0: nothing is less; give it a positive value',
      'where[0].name': "'metod': use callee, method",
      severity: "'bad': use critical",
    });
    expect(rest).toEqual([]);
  });

  it('keeps what is of another rule, of a route, or of all settings', () => {
    const { fields, rest } = refusalOf(
      'alarm settings: rules[0].name is empty: give it a value; ' +
        "routes[0].receivers 'x': there is no such receiver",
      'rules[1].', 'low',
    );
    expect(fields).toEqual({});
    expect(rest).toEqual([
      'rules[0].name is empty: give it a value',
      "routes[0].receivers 'x': there is no such receiver",
    ]);
    const long = 'settings of music/catalog are 40000 bytes, at most 31744 are kept under one name';
    expect(refusalOf(long, 'rules[1].', 'low').rest).toEqual([long]);
  });

  it('says of a name that is there twice that it is this one', () => {
    const said = "alarm settings: rules[7].name 'low': is there twice for this service";
    expect(refusalOf(said, 'rules[1].', 'low').fields).toEqual({
      name: "'low': is there twice for this service",
    });
  });

  it('names fields without a place when the rule alone is asked about', () => {
    const { fields } = refusalOf(
      'alarm rule: service is empty: give it a value; condition has an unknown kind: use the names',
      '', '',
    );
    expect(fields).toEqual({
      service: 'is empty: give it a value',
      'condition.kind': 'has an unknown kind: use the names',
    });
  });
});

describe('problems', () => {
  it('stand at the field, and at what it is in', () => {
    const problems = { 'where[0].name': 'a', 'labels[\'x\']': 'b', window_seconds: 'c' };
    expect(problemAt(problems, 'where[0].name')).toBe('a');
    expect(problemAt(problems, 'where[1].name')).toBe('');
    expect(problemAt(problems, 'labels')).toBe('b');
  });

  it('speak of what was typed', () => {
    const rule = normalise('MetricsAlarmRule', {
      condition: { kind: 'KIND_MIN', bound: 2 }, window_seconds: 300,
    }) as MetricsAlarmRule;
    const said = inUnitsOf(
      { 'condition.bound': '2: must be from 0 to 1', window_seconds: '5: from 10', name: '2' },
      formOf(rule),
    );
    expect(said).toEqual({
      'condition.bound': '200%: must be from 0% to 100%',
      window_seconds: '5 s: from 10 s',
      name: '2',
    });
  });
});
