// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
  boundsEarlier, boundsOf, columnsOf, conditionsOf, dayOf, dayStart, filtersFrom, grainsOf,
  isService, isTold, kDay, kHour, spans, whereParams, withFilter, wordOf, type Grain, type Span,
} from './question';

const span = (seconds: number, to = 0, grain: Grain = 0): Span => ({ seconds, to, grain });

const sets = [
  { name: 'callee,method,callee_host,result', seconds: false },
  { name: 'callee,method,result', seconds: true },
  { name: 'callee', seconds: true },
];

describe('bounds', () => {
  it('have 60 to 180 points of whole minutes', () => {
    for (const seconds of spans) {
      const { from, to, step } = boundsOf(1_795_371_669, span(seconds), true);
      expect(from % 60).toBe(0);
      expect(to % 60).toBe(0);
      expect((to - from) / step).toBeGreaterThanOrEqual(60);
      expect((to - from) / step).toBeLessThanOrEqual(182);
    }
  });

  it('end with the last minute that is written down', () => {
    expect(boundsOf(1_200_009, span(900), true).to).toBe(1_199_940);
    expect(boundsOf(1_200_010, span(900), true).to).toBe(1_200_000);
  });

  it('keep points in their places as time goes on', () => {
    const now = boundsOf(1_795_371_669, span(kDay), true);
    const later = boundsOf(1_795_371_669 + 60, span(kDay), true);
    expect(now.from % now.step).toBe(0);
    expect((later.from - now.from) % now.step).toBe(0);
  });

  it('are by the minute where no seconds are kept', () => {
    expect(boundsOf(1_200_010, span(900), false).step).toBe(60);
    const day = boundsEarlier(boundsOf(1_200_010, span(900), true), kDay);
    expect(day).toEqual({ from: 1_199_100 - kDay, to: 1_200_000 - kDay, step: 60 });
  });
});

describe('grains', () => {
  const newest = 1_200_000;

  it('are those that make a curve of the span', () => {
    expect(grainsOf(span(900), newest, true)).toEqual([0, 1, 60]);
    expect(grainsOf(span(kDay), newest, true)).toEqual([0, 60, kHour]);
    expect(grainsOf(span(90 * kDay), newest, true)).toEqual([0, kDay]);
  });

  it('are seconds only where and while these are kept', () => {
    expect(grainsOf(span(900), newest, false)).toEqual([0, 60]);
    expect(grainsOf(span(900, newest - kDay), newest, true)).toEqual([0, 60]);
  });

  it('that are chosen hold, others fall back', () => {
    expect(boundsOf(newest + 10, span(900, 0, 60), true).step).toBe(60);
    expect(boundsOf(newest + 10, span(900, 0, kDay), true).step).toBe(10);
  });

  it('of days begin at the midnight of the reader', () => {
    const zone = 8 * kHour;
    const { from } = boundsOf(newest + 10, span(7 * kDay, 0, kDay), true, zone);
    expect((from + zone) % kDay).toBe(0);
  });
});

describe('a time in the past', () => {
  it('ends where it is said to, but not after what is complete', () => {
    expect(boundsOf(1_200_010, span(600, 1_100_040), true)).toEqual({
      from: 1_099_440, to: 1_100_040, step: 60,
    });
    expect(boundsOf(1_200_010, span(600, 1_300_020), true).to).toBe(1_200_000);
  });

  it('that is longer ago than minutes are kept is asked by the hour', () => {
    const month = boundsOf(1_200_010, span(900, 0), true, 0, 40 * kDay);
    expect([month.from % kHour, month.to % kHour, month.step]).toEqual([0, 0, kHour]);
    expect(boundsOf(1_200_010, span(900), true, 0, 7 * kDay).step).toBe(10);
  });

  it('is named by its day', () => {
    expect(dayOf(dayStart('2026-03-01'))).toBe('2026-03-01');
    expect(dayStart('nonsense')).toBeNaN();
  });
});

describe('columns of a heat map', () => {
  it('are as fine as the points, or fewer', () => {
    expect(columnsOf({ from: 0, to: 900, step: 10 }, 120)).toBe(10);
    expect(columnsOf({ from: 0, to: kHour, step: 60 }, 120)).toBe(60);
    expect(columnsOf({ from: 0, to: kDay, step: 60 }, 120)).toBe(900);
    expect(columnsOf({ from: 0, to: 90 * kDay, step: kDay }, 120)).toBe(kDay);
  });
});

it('metrics that are no calls are no services', () => {
  expect(isService('music/storage')).toBe(true);
  expect(isService('host:sh')).toBe(false);
  expect(isService('custom:music/storage')).toBe(false);
});

describe('combinations', () => {
  it('are told by one set that has all of them and the result', () => {
    expect(isTold(sets, ['method', 'callee_host'])).toBe(true);
    expect(isTold(sets, ['callee_host', 'caller'])).toBe(false);
    expect(isTold([{ name: 'callee', seconds: true }], [])).toBe(false);
  });

  it('are told by the second by fewer sets', () => {
    expect(isTold(sets, ['method'], true)).toBe(true);
    expect(isTold(sets, ['callee_host'], true)).toBe(false);
  });
});

describe('filters', () => {
  it('come from the address and go there', () => {
    const words = ['method=a.B/c', 'caller=', 'nonsense=x', 'method=second', 'plain'];
    const filters = filtersFrom(words);
    expect(filters.map(wordOf)).toEqual(['method=a.B/c', 'caller=']);
  });

  it('go into an address of another page', () => {
    expect(whereParams([{ dimension: 'caller', value: 'a/b' }])).toBe('where=caller%3Da%2Fb');
  });

  it('have one value of a dimension', () => {
    const filters = withFilter(filtersFrom(['method=a', 'caller=b']), {
      dimension: 'method', value: 'c',
    });
    expect(filters.map(wordOf)).toEqual(['caller=b', 'method=c']);
    expect(conditionsOf('music/storage', filters)[0]).toEqual({
      dimension: 'callee', value: 'music/storage', how: '=',
    });
  });
});
