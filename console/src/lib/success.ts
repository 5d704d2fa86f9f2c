// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What a success rate means to an operator. The same four levels colour numbers, instances and the
// lines of the topology (KESS-048); each also has a word, so that colour is never the only sign.
export type Level = 'good' | 'warn' | 'bad' | 'idle';

export const kGoodAt = 0.999;
export const kWarnAt = 0.99;

export function levelOf(successRate: number, calls: number): Level {
  if (calls <= 0 || !Number.isFinite(successRate)) return 'idle';
  if (successRate >= kGoodAt) return 'good';
  return successRate >= kWarnAt ? 'warn' : 'bad';
}

export function successRate(calls: number, failures: number): number {
  return calls > 0 ? Math.max(0, (calls - failures) / calls) : Number.NaN;
}
