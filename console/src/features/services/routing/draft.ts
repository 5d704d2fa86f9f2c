// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import * as draft from '../../../api/draft';
import type { RoutingMatch, RoutingRouteSettings } from '../../../api/generated';
import type { Text } from '../../../i18n/text';

const kSettings = 'RoutingRouteSettings';

// Only what differs from the defaults: what an operator would write. Every zero means its default.
export function sparse(settings: RoutingRouteSettings): Partial<RoutingRouteSettings> {
  return draft.sparse(kSettings, settings);
}

export function toJson(settings: RoutingRouteSettings): string {
  return draft.toJson(kSettings, settings);
}

export interface Parsed {
  settings?: RoutingRouteSettings;
  problem: string; // '' if there are settings
}

export function fromJson(typed: string): Parsed {
  const { value, problem } = draft.fromJson<RoutingRouteSettings>(kSettings, typed);
  return value ? { settings: value, problem } : { problem };
}

// Settings that are not at their defaults as "locality.overprovision", "1.6"; lists of rules and
// moves have panels of their own.
export function flat(settings: RoutingRouteSettings): [string, string][] {
  const { rules: _rules, ratio_moves: _moves, ...rest } = sparse(settings);
  return flatOf('', rest as draft.Json);
}

function flatOf(at: string, value: draft.Json): [string, string][] {
  if (Array.isArray(value)) return [[at, value.join(', ')]];
  if (typeof value !== 'object') return [[at, String(value)]];
  return Object.entries(value).flatMap(([field, item]) =>
    flatOf(at === '' ? field : `${at}.${field}`, item),
  );
}

// A condition of a rule as a sentence.
export function matchText({ attribute, op, values, not }: RoutingMatch, text: Text): string {
  const words = { attribute, values: values.join(', ') };
  switch (op) {
    case 'OP_PREFIX':
      return text(not ? 'route.match.notPrefix' : 'route.match.prefix', words);
    case 'OP_PRESENT':
      return text(not ? 'route.match.notPresent' : 'route.match.present', words);
    case 'OP_NUMBER_RANGE':
      return text(not ? 'route.match.notRange' : 'route.match.range', words);
    default:
      return text(not ? 'route.match.notEquals' : 'route.match.equals', words);
  }
}

// "lane=blue version=2"
export function labelsText(labels: Record<string, string>): string {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`).join(' ');
}
