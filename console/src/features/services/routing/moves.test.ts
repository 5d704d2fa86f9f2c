// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { RoutingRatioMove } from '../../../api/generated';
import { isSame, phaseOf, shareNow, withMove } from './moves';

const move: RoutingRatioMove = {
  from_site: 'sz', to_site: 'sh', share: 0.4, begun_unix_ms: 1000, duration_ms: 100,
  until_unix_ms: 5000, who_and_why: 'ann: drill',
};

describe('a ratio move', () => {
  it('grows from its beginning to its share and ends by itself', () => {
    const at = [999, 1000, 1050, 1100, 4999, 5000];
    expect(at.map((now) => phaseOf(move, now))).toEqual([
      'waits', 'grows', 'grows', 'holds', 'holds', 'ended',
    ]);
    expect(at.map((now) => shareNow(move, now))).toEqual([0, 0, 0.2, 0.4, 0.4, 0]);
  });

  it('is in full at once without a duration, and never ends without an end', () => {
    const plain = { ...move, duration_ms: 0, until_unix_ms: 0 };
    expect(shareNow(plain, 1000)).toBe(0.4);
    expect(phaseOf(plain, 1e15)).toBe('holds');
  });

  it('takes the place of one between the same sites', () => {
    const other = { ...move, to_site: 'bj' };
    const newer = { ...move, share: 0.1, begun_unix_ms: 9000 };
    expect(withMove([move, other], newer)).toEqual([other, newer]);
    expect(isSame(move, newer)).toBe(false);
    expect(isSame(move, { ...move })).toBe(true);
  });
});
