// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { moved, newRule, replaced, without } from './lists';

describe('ordered lists', () => {
  it('move by one place and stay at the ends', () => {
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
    expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
  });

  it('leave the given one as it was', () => {
    const list = ['a', 'b'];
    expect(replaced(list, 1, 'c')).toEqual(['a', 'c']);
    expect(without(list, 0)).toEqual(['b']);
    expect(list).toEqual(['a', 'b']);
  });

  it('give a new rule a name that none has', () => {
    const first = newRule([]);
    expect(first.name).toBe('rule-1');
    expect(newRule([{ ...first, name: 'rule-2' }]).name).toBe('rule-3');
  });
});
