// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { RoutingMatch, RoutingRouteSettings } from '../../../api/generated';
import { shapes } from '../../../api/generated_shapes';
import { normalise } from '../../../api/normalise';
import type { Text } from '../../../i18n/text';

const kSettings = 'RoutingRouteSettings';
type Json = string | number | boolean | Json[] | { [field: string]: Json };

// Only what differs from the defaults: what an operator would write. Every zero means its default.
export function sparse(settings: RoutingRouteSettings): Partial<RoutingRouteSettings> {
  const kept = sparseOf(kSettings, settings as unknown as Json) ?? {};
  return kept as Partial<RoutingRouteSettings>;
}

function sparseOf(kind: string, value: Json): Json | undefined {
  if (kind.startsWith('*')) {
    const list = value as Json[];
    const item = kind.slice(1); // counts even if all its fields are at their defaults
    return list.length > 0 ? list.map((one) => sparseOf(item, one) ?? zeroOf(item)) : undefined;
  }
  if (kind.startsWith('%')) return Object.keys(value as object).length > 0 ? value : undefined;
  if (kind.startsWith('=')) return value === kind.slice(1) ? undefined : value;
  const shape = shapes[kind];
  if (!shape) return value === '' || value === 0 || value === false ? undefined : value;
  const fields = Object.entries(shape).flatMap(([field, of]) => {
    const kept = sparseOf(of, (value as { [field: string]: Json })[field] ?? '');
    return kept === undefined ? [] : [[field, kept] as const];
  });
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}

function zeroOf(kind: string): Json {
  if (shapes[kind]) return {};
  return kind === 'string' ? '' : 0;
}

export function toJson(settings: RoutingRouteSettings): string {
  return JSON.stringify(sparse(settings), null, 2);
}

export interface Parsed {
  settings?: RoutingRouteSettings;
  problem: string; // '' if there are settings
}

// What is typed, or why it is nothing: its values are the server's to judge.
export function fromJson(typed: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(typed.trim() || '{}');
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  const problem = misfit(kSettings, value, '');
  if (problem !== '') return { problem };
  return { settings: normalise(kSettings, value) as RoutingRouteSettings, problem: '' };
}

// The first field that no message has, or that is of another kind than its message says.
function misfit(kind: string, value: unknown, at: string): string {
  const found = Array.isArray(value) ? 'list' : typeof value;
  const wrong = (wanted: string): string => `${at || 'settings'}: ${wanted} wanted, not ${found}`;
  if (kind.startsWith('*')) {
    if (!Array.isArray(value)) return wrong('a list');
    return first(value.map((item, i) => misfit(kind.slice(1), item, `${at}[${i}]`)));
  }
  const shape = shapes[kind];
  if (shape || kind.startsWith('%')) {
    if (found !== 'object' || value === null) return wrong('an object');
    return first(
      Object.entries(value as object).map(([field, item]) => {
        const path = at === '' ? field : `${at}.${field}`;
        const of = shape ? shape[field] : kind.slice(1);
        return of === undefined ? `${path}: there is no such field` : misfit(of, item, path);
      }),
    );
  }
  if (kind === 'bool') return found === 'boolean' ? '' : wrong('true or false');
  if (kind === 'int' || kind === 'double') {
    const isNumber = found === 'number' || (found === 'string' && value !== '');
    return isNumber && Number.isFinite(Number(value)) ? '' : wrong('a number');
  }
  return found === 'string' ? '' : wrong('a text');
}

function first(problems: string[]): string {
  return problems.find((problem) => problem !== '') ?? '';
}

// Settings that are not at their defaults as "locality.overprovision", "1.6"; lists of rules and
// moves have panels of their own.
export function flat(settings: RoutingRouteSettings): [string, string][] {
  const { rules: _rules, ratio_moves: _moves, ...rest } = sparse(settings);
  return flatOf('', rest as Json);
}

function flatOf(at: string, value: Json): [string, string][] {
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

// Maps are typed as tags, "name=value"; a tag without a name is dropped.
export function toTags(map: Record<string, string | number>): string[] {
  return Object.entries(map).map(([name, value]) => `${name}=${value}`);
}

export function fromTags(tags: string[]): Record<string, string> {
  const pairs = tags.flatMap((tag) => {
    const at = tag.indexOf('=');
    return at > 0 ? [[tag.slice(0, at).trim(), tag.slice(at + 1).trim()] as const] : [];
  });
  return Object.fromEntries(pairs);
}
