// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { RoutingMatch, RoutingRouteSettings } from '../../../api/generated';
import { normalise } from '../../../api/normalise';
import { textOf } from '../../../i18n/text';
import { flat, fromJson, matchText, sparse, toJson } from './draft';

const said = {
  policy: 'ring',
  keyed: { when_shielded: 'SHIELDED_WAIT', unit_digits: [3, 0] },
  locality: { overprovision: 1.6, region_of_site: { sz: 'south' } },
  rules: [{ name: 'all', to: [{}] }],
  site_capacity: { sz: 0 },
};
const settings = normalise('RoutingRouteSettings', said) as RoutingRouteSettings;

describe('sparse', () => {
  it('keeps what differs from the defaults, and every member of a list or map', () => {
    expect(sparse(settings)).toEqual(said);
    expect(sparse(normalise('RoutingRouteSettings', {}) as RoutingRouteSettings)).toEqual({});
  });

  it('lists what is set, without rules', () => {
    expect(flat(settings)).toContainEqual(['locality.overprovision', '1.6']);
    expect(flat(settings)).toContainEqual(['locality.region_of_site.sz', 'south']);
    expect(flat(settings).map(([name]) => name)).not.toContain('rules');
  });
});

describe('JSON', () => {
  it('is read back as it was written', () => {
    expect(fromJson(toJson(settings)).settings).toEqual(settings);
    expect(fromJson(' ').settings?.policy).toBe('');
  });

  it('names the field that is not one, or not of its kind', () => {
    expect(fromJson('{"rules": [{"nam": "a"}]}').problem).toBe(
      'rules[0].nam: there is no such field',
    );
    expect(fromJson('{"rules": {}}').problem).toBe('rules: a list wanted, not object');
    expect(fromJson('{"locality": {"overprovision": "x"}}').problem).toBe(
      'locality.overprovision: a number wanted, not string',
    );
    expect(fromJson('{"shield": {"off": 1}}').problem).toMatch('shield.off: true or false');
    expect(fromJson('[]').problem).toBe('settings: an object wanted, not list');
  });

  it('says what is wrong with what is no JSON', () => {
    expect(fromJson('{"policy": ').settings).toBeUndefined();
    expect(fromJson('{"policy": ').problem).not.toBe('');
  });
});

describe('words', () => {
  it('reads a condition as a sentence', () => {
    const match = { attribute: 'key', op: 'OP_NUMBER_RANGE', values: ['1-9'], not: true };
    expect(matchText(match as RoutingMatch, textOf('en'))).toBe('key is not in 1-9');
    const plain = { attribute: 'caller', op: 'OP_EQUALS', values: ['a/b', 'c/d'], not: false };
    expect(matchText(plain as RoutingMatch, textOf('en'))).toBe('caller is a/b, c/d');
  });
});
