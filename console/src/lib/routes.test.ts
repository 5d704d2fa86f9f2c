// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { RoutingInstanceRoute, RoutingServiceTable } from '../api/generated';
import { mergeRoutes, weightedMean } from './routes';

function route(over: Partial<RoutingInstanceRoute>): RoutingInstanceRoute {
  return {
    path: '/s/d/l/s/c/1',
    address: '127.0.0.1:1',
    site: 's',
    static_weight: 100,
    dynamic_weight: 100,
    weight: 0.5,
    shield: 'SHIELD_STATE_OPEN',
    reason: '',
    calls: 100,
    failures: 0,
    success_rate: 1,
    delay_us: 1000,
    slot: 0,
    naming_state: '',
    ...over,
  };
}

function table(host: string, instances: RoutingInstanceRoute[]): RoutingServiceTable {
  const rest = { service: 'l/s', generation: 1, policy: 'l5', updated_unix_ms: 0, protection: '' };
  return { host, instances, ...rest };
}

describe('mergeRoutes', () => {
  it('counts the hosts that shield an instance and keeps their distinct reasons', () => {
    const shielded = { shield: 'SHIELD_STATE_SHIELDED', weight: 0, reason: 'failed' } as const;
    const merged = mergeRoutes([
      table('a', [route(shielded)]),
      table('b', [route({ ...shielded, shield: 'SHIELD_STATE_CONNECT_OK' })]),
      table('c', [route({})]),
    ]).get('/s/d/l/s/c/1');
    expect(merged).toMatchObject({ hosts: 3, shieldedBy: 2, reasons: ['failed'] });
  });

  it('weighs shares by the traffic of each host', () => {
    const merged = mergeRoutes([
      table('busy', [route({ weight: 0.2, calls: 900 })]),
      table('quiet', [route({ weight: 1, calls: 100 })]),
    ]);
    expect(merged.get('/s/d/l/s/c/1')?.share).toBeCloseTo(0.28);
  });

  it('does not let a host that sends nothing blur delay and success', () => {
    const merged = mergeRoutes([
      table('a', [route({ weight: 0.5, delay_us: 2000, success_rate: 0.9 })]),
      table('b', [route({ weight: 0, delay_us: 0, success_rate: 0, calls: 0 })]),
    ]).get('/s/d/l/s/c/1');
    expect(merged?.delayUs).toBe(2000);
    expect(merged?.successRate).toBe(0.9);
  });

  it('says nothing of success where nobody called', () => {
    const merged = mergeRoutes([table('a', [route({ calls: 0 })])]).get('/s/d/l/s/c/1');
    expect(merged?.successRate).toBeNaN();
  });

  it('takes the plain mean when no weight is given', () => {
    expect(weightedMean([1, 3], [0, 0])).toBe(2);
    expect(weightedMean([], [])).toBeNaN();
  });
});
