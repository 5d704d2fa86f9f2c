// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { shapes } from './generated_shapes';
import { normalise } from './normalise';

// Settings of any subject as the JSON that people write: what is at its default is left out, what
// is typed is held against the message's fields before the server judges its values.
export type Json = string | number | boolean | Json[] | { [field: string]: Json };

// Only what differs from the defaults. Every zero means its default.
export function sparse<T>(kind: string, value: T): Partial<T> {
  return (sparseOf(kind, value as unknown as Json) ?? {}) as Partial<T>;
}

function sparseOf(kind: string, value: Json): Json | undefined {
  if (kind.startsWith('?')) {
    return value === '' ? undefined : (sparseOf(kind.slice(1), value) ?? {});
  }
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

export function toJson(kind: string, value: unknown): string {
  return JSON.stringify(sparse(kind, value), null, 2);
}

export interface Parsed<T> {
  value?: T;
  problem: string; // '' if there is a value
}

// What is typed, or why it is nothing: its values are the server's to judge.
export function fromJson<T>(kind: string, typed: string): Parsed<T> {
  let value: unknown;
  try {
    value = JSON.parse(typed.trim() || '{}');
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  const problem = misfit(kind, value, '');
  if (problem !== '') return { problem };
  return { value: normalise(kind, value) as T, problem: '' };
}

// The first field that no message has, or that is of another kind than its message says.
function misfit(kind: string, value: unknown, at: string): string {
  const found = Array.isArray(value) ? 'list' : typeof value;
  const wrong = (wanted: string): string => `${at || 'settings'}: ${wanted} wanted, not ${found}`;
  if (kind.startsWith('?')) return misfit(kind.slice(1), value, at);
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
