// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { en, type TextKey } from './en';
import { preferredLanguage, textOf } from './text';
import { zh } from './zh';

describe('text', () => {
  it('fills in values and leaves unknown ones visible', () => {
    expect(textOf('en')('overview.working', { working: 2, total: 3 })).toBe('2 of 3 working');
    expect(textOf('en')('services.count')).toBe('{count} services');
  });

  it('has the same places to fill in in both languages', () => {
    const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const key of Object.keys(en) as TextKey[]) {
      expect(places(zh[key]), key).toEqual(places(en[key]));
    }
  });

  it('takes the first language it has', () => {
    expect(preferredLanguage(['fr', 'zh-CN', 'en'])).toBe('zh');
    expect(preferredLanguage(['en-GB', 'zh'])).toBe('en');
    expect(preferredLanguage(['fr'])).toBe('en');
  });
});
