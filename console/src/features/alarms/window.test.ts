// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { MetricsAlarmRule } from '../../api/generated';
import { normalise } from '../../api/normalise';
import { firingOf } from './scene';
import { around, callsOf, questionOf } from './window';

const kSince = 1_000_000 * 60;

describe('around', () => {
  it('begins half an hour before and goes to what is complete while it fires', () => {
    const firing = firingOf({ since: kSince });
    expect(around(firing, undefined, kSince + 125)).toEqual({
      from: kSince - 1800, to: kSince + 120, step: 60,
    });
  });

  it('ends a quarter of an hour after it is over', () => {
    const firing = firingOf({ since: kSince, resolved_at: kSince + 600 });
    expect(around(firing, undefined, kSince + 1e6).to).toBe(kSince + 1500);
    expect(around(firing, undefined, kSince + 660).to).toBe(kSince + 660);
  });

  it('is six hours at most and a minute at least', () => {
    const firing = firingOf({ since: kSince });
    expect(around(firing, undefined, kSince + 1e6)).toEqual({
      from: kSince - 1800, to: kSince - 1800 + 6 * 3600, step: 60,
    });
    expect(around(firing, undefined, 0).to).toBe(kSince - 1740);
  });
});

describe('around an alarm of short windows', () => {
  const rule = normalise('MetricsAlarmRule', { window_seconds: 10 }) as MetricsAlarmRule;

  it('goes by ten seconds while seconds are kept', () => {
    const firing = firingOf({ since: kSince });
    expect(around(firing, rule, kSince + 125)).toEqual({
      from: kSince - 600, to: kSince + 120, step: 10,
    });
    expect(around(firing, rule, kSince + 3600).step).toBe(60);
  });
});

describe('the calls of an alarm', () => {
  const rule = normalise('MetricsAlarmRule', {
    group_by: ['callee_site'],
    where: [
      { name: 'method', value: 'music.v1.Catalog/*' },
      { name: 'caller', value: 'a/b', not: true },
    ],
  }) as MetricsAlarmRule;

  it('are those of the rule, of the group that fired', () => {
    expect(callsOf(firingOf({ key: ['music/catalog', 'sz'] }), rule)).toEqual([
      { dimension: 'callee', value: 'music/catalog', how: '=' },
      { dimension: 'method', value: 'music\\.v1\\.Catalog/.*', how: '=~' },
      { dimension: 'caller', value: 'a/b', how: '!=' },
      { dimension: 'callee_site', value: 'sz', how: '=' },
    ]);
  });

  it('are asked for by the minute with the quantile of the rule', () => {
    const firing = firingOf({ key: ['a/b'], figure: { quantile: 0.9999 } });
    expect(questionOf(firing, undefined, { from: 60, to: 120, step: 60 })).toMatchObject({
      from: 60, to: 120, step: 60, quantiles: [999_900],
    });
  });
});
