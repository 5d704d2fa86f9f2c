// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { fromTags, toTags } from './tags';

describe('tags', () => {
  it('types a map as tags; one without a name is none', () => {
    expect(toTags({ sz: 'south', bj: 3 })).toEqual(['sz=south', 'bj=3']);
    expect(fromTags(['sz=a=b', 'none', '=x'])).toEqual({ sz: 'a=b' });
  });
});
