// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { MetricsTableReplyRow } from '../../api/generated';
import { callsOf, labelShare, pointOn, servicesOf } from './graph';

function row(caller: string, callee: string, calls: number, rate: number): MetricsTableReplyRow {
  return {
    key: [caller, callee],
    calls,
    failures: calls * (1 - rate),
    success_rate: rate,
    calls_per_second: calls / 10,
    tp50_us: 1,
    tp99_us: 2,
    tp999_us: 3,
    tp9999_us: 4,
  };
}

describe('servicesOf', () => {
  it('adds up what a service gets from all its callers', () => {
    const services = servicesOf(callsOf([row('a', 'c', 100, 1), row('b', 'c', 300, 0.9)]), []);
    const called = services.find((service) => service.name === 'c');
    expect(called?.perSecond).toBe(40);
    expect(called?.successRate).toBeCloseTo(0.925);
    expect(services.find((service) => service.name === 'b')?.perSecondOut).toBe(30);
  });

  it('holds callers that are not registered and registered ones nobody calls', () => {
    const idle = { initial: 1, working: 2, unreachable: 0, disabled: 0, sites: [] };
    const services = servicesOf(callsOf([row('', 'a', 1, 1)]), [{ service: 'z', ...idle }]);
    expect(services.map((s) => [s.name, s.working, s.total])).toEqual([
      ['', 0, 0],
      ['a', 0, 0],
      ['z', 2, 3],
    ]);
  });
});

describe('label of a line', () => {
  const from = { x: 0, y: 0 };
  const to = { x: 754, y: 100 };

  it('stands in the middle between neighbouring layers', () => {
    expect(labelShare(134, 134)).toBe(0.5);
    const { x, y } = pointOn(from, { x: 134, y: 100 }, 0.5, false);
    expect(x).toBeCloseTo(67);
    expect(y).toBeCloseTo(50);
  });

  it('stands in the first gap on a line past other layers', () => {
    const { x, y } = pointOn(from, to, labelShare(to.x, 134), false);
    expect(x).toBeCloseTo(67);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(5);
  });

  it('follows the line downward too', () => {
    const { x, y } = pointOn(from, { x: 100, y: 400 }, labelShare(400, 92), true);
    expect(y).toBeCloseTo(46);
    expect(x).toBeLessThan(5);
  });
});
