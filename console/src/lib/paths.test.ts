// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { partsOf, serviceUrl, shortNames } from './paths';

describe('paths', () => {
  it('splits the six components', () => {
    expect(partsOf('/gz/demo/music/storage/main/2')).toEqual({
      site: 'gz',
      department: 'demo',
      service: 'music/storage',
      cluster: 'main',
      instance: '2',
    });
  });

  it('does not invent a service for what is not a path', () => {
    expect(partsOf('').service).toBe('');
    expect(partsOf('/a').site).toBe('a');
  });

  it('names instances as shortly as they stay distinct', () => {
    expect([...shortNames(['/a/d/l/s/c/1', '/b/d/l/s/c/2']).values()]).toEqual(['1', '2']);
    expect([...shortNames(['/a/d/l/s/c/1', '/b/d/l/s/c/1']).values()]).toEqual(['a/1', 'b/1']);
  });

  it('escapes names in addresses', () => {
    expect(serviceUrl('music/a b')).toBe('/services/music/a%20b');
  });
});
