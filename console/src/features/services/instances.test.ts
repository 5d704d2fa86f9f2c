// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { NamingInstance } from '../../api/generated';
import { normalise } from '../../api/normalise';
import { actionsOf, afterAction, isWorking, joinInstances } from './instances';

function instance(path: string, more: object = {}): NamingInstance {
  const plain = { spec: { path, address: '127.0.0.1:1' }, state: 'INSTANCE_STATE_WORKING' };
  return normalise('NamingInstance', { ...plain, ...more }) as NamingInstance;
}

const said = { disabled: false, isolated: false, weight: 0, reason: '' };

describe('joinInstances', () => {
  it('orders by number and names shortly', () => {
    const rows = joinInstances(
      [instance('/a/d/l/s/c/10'), instance('/b/d/l/s/c/2')],
      [],
      [],
    );
    expect(rows.map((row) => row.name)).toEqual(['2', '10']);
    expect(rows.map((row) => row.site)).toEqual(['b', 'a']);
  });

  it('keeps what is still routed but no longer registered', () => {
    const table = normalise('RoutingServiceTable', {
      instances: [{ path: '/a/d/l/s/c/1', address: '10.0.0.1:9', weight: 1 }],
    }) as never;
    const rows = joinInstances([], [table], []);
    expect(rows[0]).toMatchObject({ instance: undefined, address: '10.0.0.1:9' });
  });
});

describe('operator', () => {
  it('changes only what the action is about', () => {
    const before = { ...said, weight: 50, isolated: true };
    expect(afterAction(before, 'disable', 'why', 0)).toEqual({
      disabled: true,
      isolated: true,
      weight: 50,
      reason: 'why',
    });
    expect(afterAction(before, 'weight', '', 7).weight).toBe(7);
  });

  it('offers the way back', () => {
    expect(actionsOf(said)).toEqual(['disable', 'isolate', 'weight']);
    expect(actionsOf({ ...said, disabled: true, isolated: true })).toEqual([
      'enable',
      'rejoin',
      'weight',
    ]);
  });

  it('does not count a disabled instance as working', () => {
    const rows = joinInstances(
      [instance('/a/d/l/s/c/1', { operator_state: { disabled: true } })],
      [],
      [],
    );
    expect(rows.map(isWorking)).toEqual([false]);
  });
});
