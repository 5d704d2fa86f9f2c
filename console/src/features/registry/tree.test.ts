// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { componentsOf, serviceOf } from './tree';

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
