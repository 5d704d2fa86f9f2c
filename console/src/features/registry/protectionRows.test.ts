// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { NamingDescribeReply } from '../../api/generated';
import { normalise } from '../../api/normalise';
import { heldRows } from './protectionRows';

function viewOf(name: string, said: object): Parameters<typeof heldRows>[0][number] {
  const view = normalise('NamingDescribeReply', said) as NamingDescribeReply;
  return { name, site: 'sz', view, problem: '' };
}

describe('heldRows', () => {
  it('makes one row of a word that was said to several members', () => {
    const said = { overrides: [{ name: 'freeze', on: true, who_and_why: 'ann', left_ms: '9000' }] };
    const rows = heldRows([viewOf('n1', said), viewOf('n2', said)]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ nodes: ['n1', 'n2'], word: 'on', leftMs: 9000, why: 'ann' });
  });

  it('keeps what a member decided apart from what it was told', () => {
    const rows = heldRows([
      viewOf('n1', {
        protections: [{ name: 'threshold', subject: 'a/b', reason: '1 works', since_ms: '5' }],
        overrides: [{ name: 'threshold', service: 'a/b', on: true, percent: 30 }],
      }),
    ]);
    expect(rows.map((row) => [row.word, row.subject, row.percent])).toEqual([
      ['', 'a/b', 0],
      ['percent', 'a/b', 30],
    ]);
  });

  it('has no row of a member that does not answer', () => {
    expect(heldRows([{ name: 'n1', site: 'sz', view: undefined, problem: 'gone' }])).toEqual([]);
  });
});
