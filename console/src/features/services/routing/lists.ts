// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { RoutingRule } from '../../../api/generated';

// Ordered lists as forms change them; the list that is given stays as it was.
export function replaced<T>(list: T[], at: number, item: T): T[] {
  return list.map((one, i) => (i === at ? item : one));
}

export function without<T>(list: T[], at: number): T[] {
  return list.filter((_, i) => i !== at);
}

// One place up or down; at the ends it stays.
export function moved<T>(list: T[], at: number, by: -1 | 1): T[] {
  const other = at + by;
  const item = list[at];
  const displaced = list[other];
  if (item === undefined || displaced === undefined) return list;
  return replaced(replaced(list, at, displaced), other, item);
}

// With a name of its own, since names are unique within a service.
export function newRule(rules: RoutingRule[]): RoutingRule {
  const names = new Set(rules.map((rule) => rule.name));
  let number = rules.length + 1;
  while (names.has(`rule-${number}`)) number += 1;
  return {
    name: `rule-${number}`, disabled: false, matches: [], percent: 0,
    to: [{ labels: {}, weight: 0 }], strict: false,
  };
}
