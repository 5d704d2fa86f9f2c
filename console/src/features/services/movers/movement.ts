// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What moved: where each value stands on a bar, and which page shows it.
import type { MetricsMoversReplyPart } from '../../../api/generated';
import { dimensions, kDay, kWeek, whereParams } from '../../../lib/question';
import { figuresUrl } from '../../../lib/paths';

export const orders = ['calls', 'failures', 'slow'] as const;
export type MovedBy = (typeof orders)[number];
export const againsts = [0, kDay, kWeek]; // seconds; 0: the window just before
export const moverSpans = [600, 3600, kDay];

// The share of half a bar, -1..1; the longest bar is the most changed value.
export function lengthOf(part: MetricsMoversReplyPart, parts: MetricsMoversReplyPart[]): number {
  const most = Math.max(...parts.map(({ change }) => Math.abs(change)));
  return most > 0 ? part.change / most : 0;
}

// More calls are neither good nor bad; more failures and slower calls are bad.
export function levelOfMove(by: MovedBy, change: number): 'none' | 'good' | 'bad' {
  if (by === 'calls' || Math.abs(change) < 0.5) return 'none';
  return change > 0 ? 'bad' : 'good';
}

interface Shown {
  service: string; // "": of all
  span: number;
  against: number;
}

// The figures of the value, with the same comparison drawn.
export function figuresOf(dimension: string, value: string, shown: Shown): string {
  const { service, span, against } = shown;
  const compare = against === 0 ? span : against;
  const params = new URLSearchParams({
    span: String(Math.max(span, 900)), compare: String(compare),
  });
  if (dimension === 'callee') return `${figuresUrl(value)}?${params}`;
  if (!dimensions.some((one) => one === dimension)) return `${figuresUrl(service)}?${params}`;
  return `${figuresUrl(service)}?${params}&${whereParams([{ dimension, value }])}`;
}
