// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { shapes } from './generated_shapes';

// The one place that turns protobuf's JSON into what the pages use: 64-bit integers and special
// doubles arrive as strings and become numbers, absent fields get their zero, but for those of a
// oneof. Integers above 2^53
// (an epoch) lose their last digits, which is enough to tell one from another; where every digit
// counts the proto says jstype = JS_STRING, and they stay strings of digits.
export function normalise(message: string, value: unknown): unknown {
  const shape = shapes[message];
  if (!shape) return value;
  const from = isObject(value) ? value : {};
  const to: Record<string, unknown> = {};
  for (const [field, kind] of Object.entries(shape)) {
    const ofOneof = kind.startsWith('?');
    if (ofOneof && from[field] === undefined) continue;
    to[field] = field_(ofOneof ? kind.slice(1) : kind, from[field]);
  }
  return to;
}

function field_(kind: string, value: unknown): unknown {
  if (kind.startsWith('*')) {
    return Array.isArray(value) ? value.map((item) => field_(kind.slice(1), item)) : [];
  }
  if (kind.startsWith('%')) {
    const entries = Object.entries(isObject(value) ? value : {});
    return Object.fromEntries(entries.map(([k, item]) => [k, field_(kind.slice(1), item)]));
  }
  if (kind.startsWith('=')) return typeof value === 'string' ? value : kind.slice(1);
  switch (kind) {
    case 'int':
    case 'double':
      return toNumber(value);
    case 'bool':
      return value === true;
    case 'digits':
      return typeof value === 'string' && value !== '' ? value : String(toNumber(value));
    case 'string':
      return typeof value === 'string' ? value : '';
    default:
      return normalise(kind, value);
  }
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && value !== '') return Number(value);
  return 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
