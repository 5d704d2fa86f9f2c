// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { cellsOf, rangeOf, toldOf } from './heat';

const reply = {
  bounds_us: [100, 220, 470, 1000],
  columns: [
    { from: 600, calls: [99, 0, 1], completeness: 1 },
    { from: 610, calls: [0, 0, 0], completeness: 1 },
  ],
  most: 99,
  complete_until: 700,
};

describe('cells', () => {
  it('are those with calls; the fullest has the whole shade, one call is still seen', () => {
    const cells = cellsOf(reply);
    expect(cells.map(({ column, row, calls }) => [column, row, calls])).toEqual([
      [0, 0, 99], [0, 2, 1],
    ]);
    expect(cells[0]?.shade).toBe(1);
    expect(cells[1]?.shade).toBeGreaterThan(0.1);
  });
});

describe('a column', () => {
  it('is a range of whole minutes', () => {
    expect(rangeOf(reply, 1, 10)).toEqual({ from: 600, to: 660 });
    expect(rangeOf(reply, 0, 300)).toEqual({ from: 600, to: 900 });
  });

  it('is told by its calls, its fullest and its slowest row', () => {
    expect(toldOf(reply, 0)).toEqual({ calls: 100, most: 0, slowest: 2 });
    expect(toldOf(reply, 1)).toEqual({ calls: 0, most: -1, slowest: -1 });
  });
});
