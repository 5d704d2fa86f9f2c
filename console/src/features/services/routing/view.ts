// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type {
  RoutingInstanceRoute, RoutingRouteSettings, RoutingRule, RoutingServiceTable,
  RoutingShieldState, RoutingStoredSettings,
} from '../../../api/generated';
import { isShielded, trafficOf, weightedMean } from '../../../lib/routes';
import type { Level } from '../../../lib/success';

// Nearest first, as the shares of a pool are listed.
export const levelNames = ['unit', 'site', 'region', 'far'] as const;

// All callers' tables, or the one of the host that is looked at.
export function tablesOf(tables: RoutingServiceTable[], host: string): RoutingServiceTable[] {
  return host === '' ? tables : tables.filter((table) => table.host === host);
}

// The clock of those that decide: the reader's may be wrong.
export function nowOf(tables: RoutingServiceTable[]): number {
  const newest = Math.max(0, ...tables.map((table) => table.updated_unix_ms));
  return newest > 0 ? newest : Date.now();
}

export interface PoolLine {
  name: string;
  shares: number[]; // by level; mean over hosts by what they call
  instances: number; // the most that a host sees
  hosts: number; // that have the pool
  notes: string[]; // distinct reasons and protections
}

// Pools in the order of their first host: the default one first.
export function mergePools(tables: RoutingServiceTable[]): PoolLine[] {
  const traffic = trafficOf(tables);
  const names = [...new Set(tables.flatMap((table) => table.pools.map((pool) => pool.name)))];
  return names.map((name) => {
    const seen = tables.flatMap((table, i) =>
      table.pools
        .filter((pool) => pool.name === name)
        .map((pool) => ({ pool, weight: traffic[i] ?? 0 })),
    );
    const weights = seen.map((one) => one.weight);
    return {
      name,
      shares: levelNames.map((_, level) =>
        weightedMean(seen.map(({ pool }) => pool.level_shares[level] ?? 0), weights),
      ),
      instances: Math.max(...seen.map(({ pool }) => pool.instances)),
      hosts: seen.length,
      notes: distinct(seen.flatMap(({ pool }) => [pool.protection, pool.reason])),
    };
  });
}

export interface SiteLine {
  site: string; // of the callers
  hosts: number;
  callsPerS: number;
  to: { site: string; share: number }[]; // of instances, biggest first
}

// From which site to which the calls go.
export function siteFlows(tables: RoutingServiceTable[]): SiteLine[] {
  const sites = [...new Set(tables.map((table) => table.site))].sort();
  return sites.map((site) => {
    const own = tables.filter((table) => table.site === site);
    const traffic = trafficOf(own);
    const total = traffic.reduce((sum, one) => sum + one, 0);
    const shares = new Map<string, number>();
    own.forEach((table, i) => {
      const part = total > 0 ? (traffic[i] ?? 0) / total : 1 / own.length;
      for (const route of table.instances) {
        shares.set(route.site, (shares.get(route.site) ?? 0) + route.weight * part);
      }
    });
    return {
      site,
      hosts: own.length,
      callsPerS: own.reduce((sum, table) => sum + table.calls_per_s, 0),
      to: [...shares].filter(([, share]) => share > 0).map(([to, share]) => ({ site: to, share }))
        .sort((a, b) => b.share - a.share),
    };
  });
}

export interface RuleLine {
  name: string;
  rule: RoutingRule | undefined; // undefined: it comes from labels of instances, not from settings
  inForce: number; // hosts
}

// Lanes and sets come first, then the rules of the settings in their order.
export function ruleLines(
  tables: RoutingServiceTable[],
  rules: RoutingRouteSettings['rules'],
): RuleLine[] {
  const inForce = (name: string): number =>
    tables.filter((table) => table.rules.includes(name)).length;
  const known = new Set(rules.map((rule) => rule.name));
  const others = distinct(tables.flatMap((table) => table.rules)).filter((one) => !known.has(one));
  return [
    ...others.map((name) => ({ name, rule: undefined, inForce: inForce(name) })),
    ...rules.map((rule) => ({ name: rule.name, rule, inForce: inForce(rule.name) })),
  ];
}

export interface Refusal {
  share: number; // of all calls, NaN: nobody says
  perS: number;
  hosts: { host: string; share: number; perS: number; callsPerS: number; why: string }[];
}

// Calls that callers refuse themselves under overload, and who does.
export function refusals(tables: RoutingServiceTable[]): Refusal {
  return {
    share: weightedMean(tables.map((table) => table.refused_share), trafficOf(tables)),
    perS: tables.reduce((sum, table) => sum + table.refused_per_s, 0),
    hosts: tables
      .filter((table) => table.refused_share > 0 || table.refused_per_s > 0)
      .map((table) => ({
        host: table.host, share: table.refused_share, perS: table.refused_per_s,
        callsPerS: table.calls_per_s, why: table.overload,
      }))
      .sort((a, b) => b.share - a.share),
  };
}

export interface MethodLine {
  method: string;
  path: string;
  hosts: string[];
  reasons: string[];
}

export function methodShields(tables: RoutingServiceTable[]): MethodLine[] {
  const lines = new Map<string, MethodLine>();
  for (const table of tables) {
    for (const { method, path, reason } of table.method_shields) {
      const key = `${method} ${path}`;
      const line = lines.get(key) ?? { method, path, hosts: [], reasons: [] };
      line.hosts.push(table.host);
      line.reasons = distinct([...line.reasons, reason]);
      lines.set(key, line);
    }
  }
  return [...lines.values()];
}

// Who holds one instance back, for what reason, for how long.
export interface Holding {
  host: string;
  shield: RoutingShieldState;
  reason: string;
  ms: number;
}

export function holdings(tables: RoutingServiceTable[], path: string): Holding[] {
  return tables.flatMap((table) =>
    table.instances
      .filter((route) => route.path === path)
      .filter((route) => shieldLevel(route) !== 'good' || route.reason !== '')
      .map((route) => ({
        host: table.host, shield: route.shield, reason: route.reason, ms: route.shielded_ms,
      })),
  );
}

// Colour of an instance as one host sees it.
export function shieldLevel(route: RoutingInstanceRoute): Level {
  if (isShielded(route)) return 'bad';
  if (route.shield === 'SHIELD_STATE_RECOVERING' || route.reason !== '') return 'warn';
  return 'good';
}

// Whether somebody ever set anything.
export function isSet(
  stored: RoutingStoredSettings | undefined,
): stored is RoutingStoredSettings {
  return stored !== undefined && stored.version !== '0';
}

// Hosts that decide by an older version of the settings than the one that is stored.
export function behind(tables: RoutingServiceTable[], version: string): number {
  return tables.filter((table) => BigInt(table.settings_version) < BigInt(version)).length;
}

export function distinct(words: string[]): string[] {
  return [...new Set(words.filter((word) => word !== ''))];
}
