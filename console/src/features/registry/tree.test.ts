// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { NamingOperatorState } from '../../api/generated';
import { normalise } from '../../api/normalise';
import { componentsOf, serviceOf, windowOf } from './tree';

describe('paths of the tree', () => {
  it('counts components; the root has none', () => {
    expect(componentsOf('/')).toBe(0);
    expect(componentsOf('/sz/im/music')).toBe(3);
  });

  it('names a service only at its own level', () => {
    expect(serviceOf('/sz/im/music/storage')).toBe('music/storage');
    expect(serviceOf('/sz/im/music')).toBe('');
    expect(serviceOf('/sz/im/music/storage/default')).toBe('');
  });
});

describe('maintenance windows', () => {
  const key = (window: object): string | undefined =>
    windowOf(normalise('NamingOperatorState', { window }) as NamingOperatorState)?.key;

  it('says what is to come, until when, or nothing', () => {
    expect(key({})).toBeUndefined();
    expect(key({ from_unix_ms: '1000' })).toBe('tree.windowFrom');
    expect(key({ from_unix_ms: '1000', until_unix_ms: '2000' })).toBe('tree.windowToCome');
    const begun = { from_unix_ms: '1000', until_unix_ms: '2000', begun: true };
    expect(key(begun)).toBe('tree.windowUntil');
  });
});
