// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type {
  MetricsAlarmRule, MetricsFiguresReplyLine, MetricsTryRuleReply,
} from '../../../api/generated';
import { normalise } from '../../../api/normalise';
import { curveOfRule, firingsOf, previewBounds, questions, thresholds } from './preview';

const kNow = 1_000_000 * 60 + 37;

function ruleFrom(fields: object): MetricsAlarmRule {
  return normalise('MetricsAlarmRule', { service: 'a/b', ...fields }) as MetricsAlarmRule;
}

function lineOf(points: object[]): MetricsFiguresReplyLine {
  return normalise('MetricsFiguresReplyLine', { points }) as MetricsFiguresReplyLine;
}

describe('the hours before', () => {
  it('are whole windows that are over and settled', () => {
    expect(previewBounds(ruleFrom({}), kNow)).toEqual({
      from: kNow - 37 - 6 * 3600, to: kNow - 37, step: 60,
    });
    expect(previewBounds(ruleFrom({}), kNow - 30).to).toBe(kNow - 97);
    const hours = previewBounds(ruleFrom({ window_seconds: 3600 }), kNow);
    expect(hours.to % 3600).toBe(0);
    expect(hours.to - hours.from).toBe(24 * 3600);
  });

  it('are no more than a rule can be tried in, nor than seconds are kept', () => {
    const days = previewBounds(ruleFrom({ window_seconds: 86_400 }), kNow);
    expect(days.to - days.from).toBe(7 * 86_400);
    const short = previewBounds(ruleFrom({ window_seconds: 10 }), kNow);
    expect(short.to - short.from).toBe(3540);
    const odd = previewBounds(ruleFrom({ window_seconds: 90 }), kNow);
    expect([odd.to % 90, (odd.to - odd.from) % 90]).toEqual([0, 0]);
    expect(odd.to - odd.from).toBeLessThanOrEqual(3540);
  });
});

describe('questions', () => {
  it('ask for the calls of the rule, grouped as it does', () => {
    const rule = ruleFrom({
      service: 'music/*', group_by: ['callee_site'], where: [{ name: 'method', value: 'A/b' }],
    });
    expect(questions(rule, previewBounds(rule, kNow))).toMatchObject([{
      where: [
        { dimension: 'callee', value: 'music/.*', how: '=~' },
        { dimension: 'method', value: 'A/b', how: '=' },
      ],
      group_by: ['callee', 'callee_site'], quantiles: [990_000],
    }]);
    const every = ruleFrom({ service: '*' });
    expect(questions(every, previewBounds(every, kNow))[0]?.where?.[0]).toEqual({
      dimension: 'callee', value: '[^/]*:.*', how: '!~',
    });
  });

  it('ask for the past of a change as well', () => {
    const rule = ruleFrom({ condition: { kind: 'KIND_CHANGE', against: 'AGAINST_YESTERDAY' } });
    const bounds = previewBounds(rule, kNow);
    expect(questions(rule, bounds)[1]).toMatchObject({ from: bounds.from - 86_400, step: 60 });
  });
});

describe('thresholds', () => {
  const past = lineOf([
    { from: 0, calls: 60, calls_per_second: 1 }, { from: 60, calls: 240, calls_per_second: 4 },
  ]);
  const bounds = { from: 60, to: 180, step: 60 };
  const calls = { kind: 'KIND_CALLS_PER_SECOND' };

  it('are a level, or what the past allows', () => {
    const most = ruleFrom({ figure: calls, condition: { kind: 'KIND_MAX', bound: 9 } });
    expect(thresholds(most, bounds, undefined)).toEqual([[[60_000, 9], [180_000, 9]]]);
    const half = ruleFrom({ figure: calls, condition: { kind: 'KIND_CHANGE_PERCENT', bound: 50 } });
    expect(thresholds(half, bounds, past)).toEqual([
      [[60_000, 1.5], [120_000, 6]], [[60_000, 0.5], [120_000, 2]],
    ]);
    const down = ruleFrom({
      figure: calls, condition: { kind: 'KIND_CHANGE', bound: 3, direction: 'DIRECTION_DOWN' },
    });
    expect(thresholds(down, bounds, past)).toEqual([[[60_000, 0], [120_000, 1]]]);
  });

  it('are none of silence, nor of a past that is not known', () => {
    const none = ruleFrom({ condition: { kind: 'KIND_NO_DATA' } });
    expect(thresholds(none, bounds, past)).toEqual([]);
    expect(thresholds(ruleFrom({ condition: { kind: 'KIND_CHANGE' } }), bounds, undefined)).toEqual(
      [],
    );
  });
});

describe('curves', () => {
  it('have gaps where a rate has no calls, and zeros where calls are counted', () => {
    const { points } = lineOf([{ from: 0, success_rate: 1 }]);
    expect(curveOfRule(ruleFrom({}), points)).toEqual([[0, null]]);
    const silent = ruleFrom({ condition: { kind: 'KIND_NO_DATA' } });
    expect(curveOfRule(silent, points)).toEqual([[0, 0]]);
  });

  it('are marked where it would have fired, to the end where it still would', () => {
    const reply = normalise('MetricsTryRuleReply', {
      to: 900, groups: [{ firings: [{ since: 60, resolved_at: 120 }, { since: 600 }] }],
    });
    expect(firingsOf(reply as MetricsTryRuleReply)).toEqual([
      { from: 60, to: 120 }, { from: 600, to: 900 },
    ]);
  });
});
