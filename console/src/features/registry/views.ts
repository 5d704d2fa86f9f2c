// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { NamingDescribeReply, NamingMember } from '../../api/generated';
import type { Level } from '../../lib/success';

// What one member says of itself and the others, or why it says nothing.
export interface MemberView {
  name: string;
  site: string;
  view: NamingDescribeReply | undefined; // undefined: no answer, or not yet
  problem: string; // '' while nobody knows
}

export const livenessLevel: Record<NamingMember['liveness'], Level> = {
  LIVENESS_UNSPECIFIED: 'idle',
  LIVENESS_ALIVE: 'good',
  LIVENESS_SUSPECT: 'warn',
  LIVENESS_DEAD: 'bad',
  LIVENESS_LEFT: 'idle',
};

export function bySiteAndName(
  a: { site: string; name: string },
  b: { site: string; name: string },
): number {
  const order = (x: string, y: string): number => x.localeCompare(y, 'en', { numeric: true });
  return order(a.site, b.site) || order(a.name, b.name);
}

export function memberOf(
  view: NamingDescribeReply | undefined,
  name: string,
): NamingMember | undefined {
  return view?.members.find((member) => member.name === name);
}

// The high half: a whole island number does not fit a JavaScript number, and so much tells them
// apart.
export function islandName(island: number): string {
  if (island === 0) return '–';
  return Math.floor(island / 2 ** 32).toString(16).padStart(8, '0');
}

export interface Disagreement {
  about: 'leader' | 'member' | 'silent';
  subject: string;
  said: { what: string; by: string[] }[];
}

// Whatever the members that answer do not agree on. Those that left may have forgotten anybody.
export function disagreements(views: MemberView[]): Disagreement[] {
  const found: Disagreement[] = [];
  for (const { name, problem } of views) {
    if (problem !== '') found.push({ about: 'silent', subject: name, said: [] });
  }
  const answered = views.filter((one) => one.view);
  for (const site of new Set(answered.map((one) => one.site))) {
    const ofSite = answered.filter((one) => one.site === site);
    const said = grouped(ofSite, (one) => one.view?.leader.name || 'nobody');
    if (said.length > 1) found.push({ about: 'leader', subject: site, said });
  }
  for (const { name } of views) {
    const said = grouped(answered, (one) => memberOf(one.view, name)?.liveness ?? 'unknown');
    if (said.length > 1) found.push({ about: 'member', subject: name, said });
  }
  return found;
}

function grouped(
  views: MemberView[],
  what: (view: MemberView) => string,
): { what: string; by: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const one of views) {
    const key = what(one);
    groups.set(key, [...(groups.get(key) ?? []), one.name]);
  }
  return [...groups].map(([key, by]) => ({ what: key, by }));
}

// Of finished comparisons, those that found both equal at the root.
export function rootShare(repair: { checks: number; ended_at_root: number }): number {
  return repair.checks > 0 ? repair.ended_at_root / repair.checks : Number.NaN;
}

// The checks of all views taken together: a leader of a cluster of one site makes none itself.
export function checksOf(views: NamingDescribeReply[]): { checks: number; ended_at_root: number } {
  return views.reduce(
    (sum, { repair }) => ({
      checks: sum.checks + repair.checks,
      ended_at_root: sum.ended_at_root + repair.ended_at_root,
    }),
    { checks: 0, ended_at_root: 0 },
  );
}
