// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { RoutingRule, RoutingServiceTable } from '../../../api/generated';
import { normalise } from '../../../api/normalise';
import {
  behind, holdings, mergePools, methodShields, refusals, ruleLines, siteFlows, tablesOf,
} from './view';

// As the server answers Routing/Show: 64-bit integers as strings, zeros left out.
const near = {
  service: 'music/storage', host: 'h1', site: 'sz', calls_per_s: 90, settings_version: '7',
  pools: [{ name: 'default', level_shares: [0, 1, 0, 0], instances: 2 }],
  rules: ['lanes', 'grey'],
  instances: [
    { path: '/sz/1', site: 'sz', weight: 0.75, shield: 'SHIELD_STATE_OPEN' },
    { path: '/sh/2', site: 'sh', weight: 0.25, shield: 'SHIELD_STATE_OPEN' },
  ],
};
const far = {
  service: 'music/storage', host: 'h2', site: 'sh', calls_per_s: 10, refused_share: 0.5,
  refused_per_s: 5, overload: 'half is served', settings_version: '1771234567890123776',
  pools: [
    { name: 'default', level_shares: [0, 0, 1, 0], instances: 2, reason: 'nobody nearer' },
    { name: 'lane=blue', level_shares: [0, 1, 0, 0], instances: 1 },
  ],
  rules: ['lanes'],
  method_shields: [{ method: 'S/Get', path: '/sz/1', reason: '9 failures in a row' }],
  instances: [
    { path: '/sz/1', site: 'sz', weight: 1, shield: 'SHIELD_STATE_OPEN' },
    {
      path: '/sh/2', site: 'sh', shield: 'SHIELD_STATE_SHIELDED', reason: 'refuses connections',
      shielded_ms: '4000',
    },
  ],
};
const read = (table: object): RoutingServiceTable =>
  normalise('RoutingServiceTable', table) as RoutingServiceTable;
const tables = [near, far].map(read);
const rule = (name: string, disabled = false): RoutingRule =>
  normalise('RoutingRule', { name, disabled }) as RoutingRule;

describe('whose view', () => {
  it('is of all callers, or of one', () => {
    expect(tablesOf(tables, '')).toHaveLength(2);
    expect(tablesOf(tables, 'h2').map((table) => table.host)).toEqual(['h2']);
    expect(tablesOf(tables, 'gone')).toEqual([]);
  });
});

describe('places', () => {
  it('weighs the levels of a pool by what each caller calls', () => {
    const [pool, lane] = mergePools(tables);
    expect(pool?.shares.map((share) => share.toFixed(2))).toEqual(['0.00', '0.90', '0.10', '0.00']);
    expect(pool?.notes).toEqual(['nobody nearer']);
    expect(lane).toMatchObject({ name: 'lane=blue', hosts: 1, instances: 1 });
  });

  it('tells from which site to which, and leaves out who gets nothing', () => {
    expect(siteFlows(tables)).toEqual([
      { site: 'sh', hosts: 1, callsPerS: 10, to: [{ site: 'sz', share: 1 }] },
      {
        site: 'sz', hosts: 1, callsPerS: 90,
        to: [{ site: 'sz', share: 0.75 }, { site: 'sh', share: 0.25 }],
      },
    ]);
  });

  it('says nothing of nobody', () => {
    expect(mergePools([])).toEqual([]);
    expect(siteFlows([])).toEqual([]);
  });
});

describe('rules', () => {
  it('come in the order of the settings, after those that labels make', () => {
    const lines = ruleLines(tables, [rule('off', true), rule('grey')]);
    expect(lines.map(({ name, inForce }) => [name, inForce])).toEqual([
      ['lanes', 2], ['off', 0], ['grey', 1],
    ]);
    expect(lines[0]?.rule).toBeUndefined();
  });
});

describe('what is held back', () => {
  it('names the callers that shield an instance, with reason and age', () => {
    expect(holdings(tables, '/sh/2')).toEqual([
      { host: 'h2', shield: 'SHIELD_STATE_SHIELDED', reason: 'refuses connections', ms: 4000 },
    ]);
    expect(holdings(tables, '/sz/1')).toEqual([]);
  });

  it('weighs the refused share by calls and names who refuses', () => {
    const refused = refusals(tables);
    expect(refused.share).toBeCloseTo(0.05);
    expect(refused.hosts.map((one) => [one.host, one.why])).toEqual([['h2', 'half is served']]);
  });

  it('takes a method at an instance together over its callers', () => {
    expect(methodShields([read(far), read({ ...far, host: 'h3' })])).toEqual([
      { method: 'S/Get', path: '/sz/1', hosts: ['h2', 'h3'], reasons: ['9 failures in a row'] },
    ]);
  });

  it('tells versions apart by all their digits', () => {
    expect(behind(tables, '1771234567890123777')).toBe(2);
    expect(behind(tables, '1771234567890123776')).toBe(1);
    expect(behind(tables, '0')).toBe(0);
  });
});
