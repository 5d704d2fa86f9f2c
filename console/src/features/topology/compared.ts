// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Calls of the last whole minutes against the same a day before: what colours a line by its TP99.
import type { MetricsFiguresReplyLine } from '../../api/generated';
import type { Level } from '../../lib/success';

export const kComparedSeconds = 600;
const kCallsMin = 100; // TP99 of fewer is one call's latency
const kWarnAt = 1.25; // times yesterday's
const kBadAt = 2;

export interface Compared {
  now: number; // TP99, microseconds
  then: number; // 0: no calls to speak of
  level: Level;
}

// By "caller > callee", as calls are named.
export function comparedOf(lines: MetricsFiguresReplyLine[]): Map<string, Compared> {
  return new Map(
    lines.map(({ key: [caller = '', callee = ''], total, earlier: [before] }) => {
      const enough = (before?.calls ?? 0) >= kCallsMin && total.calls >= kCallsMin;
      const now = total.quantiles_us[0] ?? 0;
      const then = enough ? (before?.quantiles_us[0] ?? 0) : 0;
      return [`${caller} > ${callee}`, { now, then, level: levelOf(now, then) }];
    }),
  );
}

function levelOf(now: number, then: number): Level {
  if (then <= 0) return 'idle';
  if (now <= then * kWarnAt) return 'good';
  return now <= then * kBadAt ? 'warn' : 'bad';
}
