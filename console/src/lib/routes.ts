// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { RoutingInstanceRoute, RoutingServiceTable } from '../api/generated';

// What all hosts together decided about one instance.
export interface MergedRoute {
  path: string;
  address: string;
  staticWeight: number;
  dynamicWeight: number;
  share: number; // of the service's traffic, 0..1
  successRate: number; // NaN: no host had calls
  delayUs: number; // NaN: no host had calls
  calls: number;
  failures: number;
  hosts: number; // hosts that know the instance
  shieldedBy: number; // of them give it no ordinary traffic
  recoveringOn: number; // of them are letting it back
  reasons: string[]; // distinct, why shielded or shrunk
}

// Each host decides for itself (agent or agentless process). The share is the mean over hosts by
// their traffic to the service; the other figures are means by the share each host gives the
// instance, so that a host which sends it nothing does not blur what the others measure.
export function mergeRoutes(tables: RoutingServiceTable[]): Map<string, MergedRoute> {
  const seen = new Map<string, { route: RoutingInstanceRoute; hostCalls: number }[]>();
  for (const table of tables) {
    const hostCalls = table.instances.reduce((sum, route) => sum + route.calls, 0);
    for (const route of table.instances) {
      const list = seen.get(route.path) ?? [];
      list.push({ route, hostCalls });
      seen.set(route.path, list);
    }
  }
  const merged = new Map<string, MergedRoute>();
  for (const [path, list] of seen) merged.set(path, mergeOne(path, list));
  return merged;
}

function mergeOne(
  path: string,
  list: { route: RoutingInstanceRoute; hostCalls: number }[],
): MergedRoute {
  const routes = list.map((item) => item.route);
  const shares = routes.map((route) => route.weight);
  const called = routes.filter((route) => route.calls > 0);
  const calledShares = called.map((route) => route.weight);
  return {
    path,
    address: routes[0]?.address ?? '',
    staticWeight: weightedMean(routes.map((r) => r.static_weight), shares),
    dynamicWeight: weightedMean(routes.map((r) => r.dynamic_weight), shares),
    share: weightedMean(shares, list.map((item) => item.hostCalls)),
    successRate: weightedMean(called.map((r) => r.success_rate), calledShares),
    delayUs: weightedMean(called.map((r) => r.delay_us), calledShares),
    calls: routes.reduce((sum, r) => sum + r.calls, 0),
    failures: routes.reduce((sum, r) => sum + r.failures, 0),
    hosts: routes.length,
    shieldedBy: routes.filter(isShielded).length,
    recoveringOn: routes.filter((r) => r.shield === 'SHIELD_STATE_RECOVERING').length,
    reasons: [...new Set(routes.map((r) => r.reason).filter((reason) => reason !== ''))],
  };
}

function isShielded(route: RoutingInstanceRoute): boolean {
  return route.shield === 'SHIELD_STATE_SHIELDED' || route.shield === 'SHIELD_STATE_CONNECT_OK';
}

// Plain mean when all weights are zero; NaN of nothing.
export function weightedMean(values: number[], weights: number[]): number {
  if (values.length === 0) return Number.NaN;
  const total = weights.reduce((sum, w) => sum + w, 0);
  if (total <= 0) return values.reduce((sum, v) => sum + v, 0) / values.length;
  return values.reduce((sum, v, i) => sum + v * (weights[i] ?? 0), 0) / total;
}
