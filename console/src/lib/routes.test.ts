// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { RoutingInstanceRoute, RoutingServiceTable } from '../api/generated';
import { normalise } from '../api/normalise';
import { mergeRoutes, weightedMean } from './routes';

function route(over: Partial<RoutingInstanceRoute>): RoutingInstanceRoute {
  const plain = {
    path: '/s/d/l/s/c/1', static_weight: 100, dynamic_weight: 100, weight: 0.5,
    shield: 'SHIELD_STATE_OPEN', calls: 100, success_rate: 1, delay_us: 1000, warm_up: 1,
  };
  return normalise('RoutingInstanceRoute', { ...plain, ...over }) as RoutingInstanceRoute;
}

function table(
  host: string,
  instances: RoutingInstanceRoute[],
  callsPerS = 0,
): RoutingServiceTable {
  const said = { service: 'l/s', host, policy: 'l5', instances, calls_per_s: callsPerS };
  return normalise('RoutingServiceTable', said) as RoutingServiceTable;
}

describe('mergeRoutes', () => {
  it('sums the calls in flight to a drained instance once every host tells them', () => {
    const drained = (over: Partial<RoutingInstanceRoute>): RoutingInstanceRoute =>
      route({ withheld: true, weight: 0, ...over });
    const inFlight = (...routes: RoutingInstanceRoute[]): number | undefined =>
      mergeRoutes(routes.map((one, i) => table(`h${i}`, [one]))).get('/s/d/l/s/c/1')?.inFlight;
    expect(inFlight(drained({ in_flight: 2 }), drained({ in_flight: 3 }))).toBe(5);
    expect(inFlight(drained({ in_flight: 0 }), drained({ in_flight: 0 }))).toBe(0);
    expect(inFlight(drained({ in_flight: 2 }), drained({ in_flight: -1 }))).toBeNaN();
    expect(inFlight(drained({ in_flight: 2 }), route({}))).toBeNaN();
  });

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

  it('weighs by what the hosts call now, as soon as one tells', () => {
    const merged = mergeRoutes([
      table('was busy', [route({ weight: 1, calls: 900, calls_per_s: 1 })], 1),
      table('is busy', [route({ weight: 0, calls: 1 })], 9),
    ]).get('/s/d/l/s/c/1');
    expect(merged?.share).toBeCloseTo(0.1);
    expect(merged?.callsPerS).toBe(1);
  });

  it('tells the longest that a host holds an instance back, and how far it is from whom', () => {
    const merged = mergeRoutes([
      table('a', [route({ level: 1, shielded_ms: 5000 })]),
      table('b', [route({ level: 3, shielded_ms: 12000 })]),
      table('c', [route({ level: 1 })]),
    ]).get('/s/d/l/s/c/1');
    expect(merged).toMatchObject({ shieldedMs: 12000, levels: [1, 3] });
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
