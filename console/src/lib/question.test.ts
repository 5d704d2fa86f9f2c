// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
  boundsEarlier, boundsOf, conditionsOf, filtersFrom, isTold, kDay, spans, withFilter, wordOf,
} from './question';

const sets = [
  { name: 'callee,method,callee_host,result', seconds: false },
  { name: 'callee,method,result', seconds: true },
  { name: 'callee', seconds: true },
];

describe('bounds', () => {
  it('have 60 to 180 points of whole minutes', () => {
    for (const span of spans) {
      const { from, to, step } = boundsOf(1_795_371_669, span, true);
      expect(from % 60).toBe(0);
      expect(to % 60).toBe(0);
      expect((to - from) / step).toBeGreaterThanOrEqual(60);
      expect((to - from) / step).toBeLessThanOrEqual(180);
    }
  });

  it('end with the last minute that is written down', () => {
    expect(boundsOf(1_200_009, 900, true).to).toBe(1_199_940);
    expect(boundsOf(1_200_010, 900, true).to).toBe(1_200_000);
  });

  it('keep points in their places as time goes on', () => {
    const now = boundsOf(1_795_371_669, kDay, true);
    const later = boundsOf(1_795_371_669 + 60, kDay, true);
    expect(now.from % now.step).toBe(0);
    expect((later.from - now.from) % now.step).toBe(0);
  });

  it('are by the minute where no seconds are kept', () => {
    expect(boundsOf(1_200_010, 900, false).step).toBe(60);
    const day = boundsEarlier(boundsOf(1_200_010, 900, true), kDay);
    expect(day).toEqual({ from: 1_199_100 - kDay, to: 1_200_000 - kDay, step: 60 });
  });
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
