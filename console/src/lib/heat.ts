// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What a heat map shows: cells of calls by time and latency.
import type { MetricsHeatReply } from '../api/generated';

export interface Cell {
  column: number;
  row: number;
  calls: number;
  shade: number; // 0..1, by the logarithm, so that a rare slow call is seen beside a million
}

export function cellsOf(reply: MetricsHeatReply): Cell[] {
  const whole = Math.log1p(reply.most);
  return reply.columns.flatMap(({ calls }, column) =>
    calls.flatMap((count, row) =>
      count > 0 ? [{ column, row, calls: count, shade: Math.log1p(count) / whole }] : [],
    ),
  );
}

export interface ColumnRange {
  from: number;
  to: number;
}

// The time of a column, in whole minutes: what is longer ago is kept by the minute.
export function rangeOf(reply: MetricsHeatReply, column: number, step: number): ColumnRange {
  const from = reply.columns[column]?.from ?? 0;
  const begin = Math.floor(from / 60) * 60;
  return { from: begin, to: Math.max(begin + 60, Math.ceil((from + step) / 60) * 60) };
}

// What a reader who moves through the columns is told: calls, and the rows of most and slowest.
export function toldOf(
  reply: MetricsHeatReply,
  column: number,
): { calls: number; most: number; slowest: number } {
  const calls = reply.columns[column]?.calls ?? [];
  const total = calls.reduce((sum, one) => sum + one, 0);
  const most = calls.indexOf(Math.max(0, ...calls));
  const slowest = calls.reduce((last, one, row) => (one > 0 ? row : last), -1);
  return { calls: total, most: total > 0 ? most : -1, slowest };
}
