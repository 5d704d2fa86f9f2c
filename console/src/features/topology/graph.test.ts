// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { MetricsTableReplyRow } from '../../api/generated';
import { callsOf, servicesOf } from './graph';

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
