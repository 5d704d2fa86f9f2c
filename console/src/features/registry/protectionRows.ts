// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { MemberView } from './views';

export type ProtectionName = 'freeze' | 'threshold' | 'push_pause';

// One thing that holds, or one word of an operator, at one or more members.
export interface HeldRow {
  key: string;
  name: string;
  subject: string;
  word: '' | 'on' | 'off' | 'percent'; // '': the protection's own decision
  percent: number;
  nodes: string[];
  why: string;
  sinceMs: number;
  leftMs: number;
}

type Found = Omit<HeldRow, 'key' | 'nodes'>;

// The same word said to several members is one row; its times are those of the first.
export function heldRows(views: MemberView[]): HeldRow[] {
  const rows = new Map<string, HeldRow>();
  const add = (node: string, found: Found): void => {
    const { name, subject, word, percent, why } = found;
    const key = JSON.stringify([name, subject, word, percent, why]);
    const row = rows.get(key);
    if (row) row.nodes.push(node);
    else rows.set(key, { key, nodes: [node], ...found });
  };
  for (const { name: node, view } of views) {
    for (const one of view?.protections ?? []) {
      const { name, subject, reason, since_ms: sinceMs } = one;
      add(node, { name, subject, word: '', percent: 0, why: reason, sinceMs, leftMs: 0 });
    }
    for (const one of view?.overrides ?? []) {
      const word = !one.on ? 'off' : one.percent > 0 ? 'percent' : 'on';
      add(node, {
        name: one.name, subject: one.service, word, percent: one.percent, why: one.who_and_why,
        sinceMs: one.since_ms, leftMs: one.left_ms,
      });
    }
  }
  return [...rows.values()];
}
