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
  callsPerS: number; // of all hosts together
  shieldedMs: number; // the longest that a host holds it back now; 0: none does
  warmUp: number; // factor; 1: warm
  inFlight: number; // calls that have yet to end there; NaN: not told, or nobody drains it
  levels: number[]; // distinct and ascending, how far it is from the hosts
}

interface Sight {
  route: RoutingInstanceRoute;
  traffic: number; // of the host that sees it so
}

// How much each host calls, to weigh what it says: calls/s, or, where no host tells them or nobody
// calls now, all calls since it began.
export function trafficOf(tables: RoutingServiceTable[]): number[] {
  const rates = tables.map((table) => table.calls_per_s);
  if (rates.some((rate) => rate > 0)) return rates;
  return tables.map((table) => table.instances.reduce((sum, route) => sum + route.calls, 0));
}

// Each host decides for itself (agent or agentless process). The share is the mean over hosts by
// their traffic to the service; the other figures are means by the share each host gives the
// instance, so that a host which sends it nothing does not blur what the others measure.
export function mergeRoutes(tables: RoutingServiceTable[]): Map<string, MergedRoute> {
  const seen = new Map<string, Sight[]>();
  const traffic = trafficOf(tables);
  tables.forEach((table, i) => {
    for (const route of table.instances) {
      const list = seen.get(route.path) ?? [];
      list.push({ route, traffic: traffic[i] ?? 0 });
      seen.set(route.path, list);
    }
  });
  const merged = new Map<string, MergedRoute>();
  for (const [path, list] of seen) merged.set(path, mergeOne(path, list));
  return merged;
}

function mergeOne(path: string, list: Sight[]): MergedRoute {
  const routes = list.map((item) => item.route);
  const shares = routes.map((route) => route.weight);
  const called = routes.filter((route) => route.calls > 0);
  const calledShares = called.map((route) => route.weight);
  return {
    path,
    address: routes[0]?.address ?? '',
    staticWeight: weightedMean(routes.map((r) => r.static_weight), shares),
    dynamicWeight: weightedMean(routes.map((r) => r.dynamic_weight), shares),
    share: weightedMean(shares, list.map((item) => item.traffic)),
    successRate: weightedMean(called.map((r) => r.success_rate), calledShares),
    delayUs: weightedMean(called.map((r) => r.delay_us), calledShares),
    calls: routes.reduce((sum, r) => sum + r.calls, 0),
    failures: routes.reduce((sum, r) => sum + r.failures, 0),
    hosts: routes.length,
    shieldedBy: routes.filter(isShielded).length,
    recoveringOn: routes.filter((r) => r.shield === 'SHIELD_STATE_RECOVERING').length,
    reasons: [...new Set(routes.map((r) => r.reason).filter((reason) => reason !== ''))],
    callsPerS: routes.reduce((sum, r) => sum + r.calls_per_s, 0),
    shieldedMs: Math.max(0, ...routes.map((r) => r.shielded_ms)),
    warmUp: weightedMean(routes.map((r) => r.warm_up || 1), shares),
    inFlight: inFlightOf(routes),
    levels: [...new Set(routes.map((r) => r.level))].sort(),
  };
}

// Told of instances that operators keep calls from, by programs that can.
function inFlightOf(routes: RoutingInstanceRoute[]): number {
  const told = routes.every((route) => route.withheld && route.in_flight >= 0);
  return told ? routes.reduce((sum, route) => sum + route.in_flight, 0) : Number.NaN;
}

// Gets no ordinary calls from the host.
export function isShielded(route: RoutingInstanceRoute): boolean {
  return route.shield === 'SHIELD_STATE_SHIELDED' || route.shield === 'SHIELD_STATE_CONNECT_OK';
}

// Plain mean when all weights are zero; NaN of nothing.
export function weightedMean(values: number[], weights: number[]): number {
  if (values.length === 0) return Number.NaN;
  const total = weights.reduce((sum, w) => sum + w, 0);
  if (total <= 0) return values.reduce((sum, v) => sum + v, 0) / values.length;
  return values.reduce((sum, v, i) => sum + v * (weights[i] ?? 0), 0) / total;
}
