// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { layOut } from './layering';

const edge = (from: string, to: string): { from: string; to: string } => ({ from, to });

describe('layOut', () => {
  it('puts callers left of what they call, by the longest way', () => {
    const places = layOut(
      ['load', 'gateway', 'catalog', 'storage'],
      [
        edge('load', 'gateway'),
        edge('gateway', 'catalog'),
        edge('catalog', 'storage'),
        edge('gateway', 'storage'),
      ],
    );
    const layers = ['load', 'gateway', 'catalog', 'storage'].map((n) => places.get(n)?.layer);
    expect(layers).toEqual([0, 1, 2, 3]);
  });

  it('survives cycles and calls to oneself', () => {
    const cycle = [edge('in', 'a'), edge('a', 'b'), edge('b', 'a'), edge('a', 'a')];
    const places = layOut(['in', 'a', 'b'], cycle);
    expect(['in', 'a', 'b'].map((n) => places.get(n)?.layer)).toEqual([0, 1, 2]);
  });

  it('places a cycle that nobody enters', () => {
    const places = layOut(['a', 'b'], [edge('a', 'b'), edge('b', 'a')]);
    expect(places.get('a')?.layer).toBe(0);
    expect(places.get('b')?.layer).toBe(1);
  });

  it('orders a layer so that lines need not cross', () => {
    const places = layOut(
      ['a', 'b', 'x', 'y'],
      [edge('a', 'y'), edge('b', 'x')],
    );
    expect(places.get('y')?.row).toBe(places.get('a')?.row);
    expect(places.get('x')?.row).toBe(places.get('b')?.row);
  });

  it('gives everyone a place of their own', () => {
    const names = Array.from({ length: 30 }, (_, i) => `n${i}`);
    const places = layOut(names, names.slice(1).map((n) => edge('n0', n)));
    const taken = new Set([...places.values()].map((p) => `${p.layer}:${p.row}`));
    expect(taken.size).toBe(30);
  });
});
