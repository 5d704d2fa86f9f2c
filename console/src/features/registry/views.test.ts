// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { NamingDescribeReply } from '../../api/generated';
import { normalise } from '../../api/normalise';
import {
  bySiteAndName, checksOf, disagreements, islandName, rootShare, type MemberView,
} from './views';

function viewOf(name: string, leader: string, members: Record<string, string>): MemberView {
  const view = normalise('NamingDescribeReply', {
    node: name,
    site: 'sz',
    leader: { name: leader },
    members: Object.entries(members).map(([member, liveness]) => ({
      name: member,
      liveness: `LIVENESS_${liveness}`,
    })),
  }) as NamingDescribeReply;
  return { name, site: 'sz', view, problem: '' };
}

describe('disagreements', () => {
  it('finds none where all say the same', () => {
    const members = { n1: 'ALIVE', n2: 'ALIVE' };
    expect(disagreements([viewOf('n1', 'n1', members), viewOf('n2', 'n1', members)])).toEqual([]);
  });

  it('names two leaders of one site', () => {
    const members = { n1: 'ALIVE', n2: 'ALIVE' };
    expect(disagreements([viewOf('n1', 'n1', members), viewOf('n2', '', members)])).toEqual([
      {
        about: 'leader',
        subject: 'sz',
        said: [{ what: 'n1', by: ['n1'] }, { what: 'nobody', by: ['n2'] }],
      },
    ]);
  });

  it('names who is seen differently, and who does not answer', () => {
    const views = [
      viewOf('n1', 'n1', { n1: 'ALIVE', n2: 'ALIVE', n3: 'DEAD' }),
      viewOf('n2', 'n1', { n1: 'ALIVE', n2: 'ALIVE', n3: 'SUSPECT' }),
      { name: 'n3', site: 'sz', view: undefined, problem: 'refused' },
    ];
    expect(disagreements(views).map((one) => [one.about, one.subject])).toEqual([
      ['silent', 'n3'],
      ['member', 'n3'],
    ]);
  });
});

describe('figures', () => {
  it('sorts 2 before 10 within a site', () => {
    const names = [
      { site: 'sz', name: 'n10' }, { site: 'sz', name: 'n2' }, { site: 'bj', name: 'n3' },
    ];
    expect(names.sort(bySiteAndName).map((one) => one.name)).toEqual(['n3', 'n2', 'n10']);
  });

  it('shows the high half of an island, which rounding does not touch', () => {
    expect(islandName(Number('13239023917293266199'))).toBe('b7ba761c');
    expect(islandName(0)).toBe('–');
  });

  it('has no share of no checks', () => {
    expect(rootShare({ checks: 0, ended_at_root: 0 })).toBeNaN();
    expect(rootShare({ checks: 4, ended_at_root: 3 })).toBe(0.75);
  });

  it('counts the checks of every server, since a leader may make none itself', () => {
    const views = [[0, 0], [8, 6]].map(([checks, ended_at_root]) =>
      normalise('NamingDescribeReply', { repair: { checks, ended_at_root } }));
    expect(checksOf(views as NamingDescribeReply[])).toEqual({ checks: 8, ended_at_root: 6 });
  });
});
