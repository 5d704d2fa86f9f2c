// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { MetricsAlarmRule, MetricsStoredAlarmSettings } from '../../../api/generated';
import { normalise } from '../../../api/normalise';
import {
  changeOf, copyOf, idOf, ownReceivers, receiversOf, withoutRule, withRule,
} from './settings';

function ruleFrom(name: string, service: string): MetricsAlarmRule {
  return normalise('MetricsAlarmRule', { name, service }) as MetricsAlarmRule;
}

function storedFrom(service: string, version: string, settings: object) {
  const stored = normalise('MetricsStoredAlarmSettings', { service, version, settings });
  return stored as MetricsStoredAlarmSettings;
}

const slow = ruleFrom('slow', 'music/catalog');
const other = ruleFrom('other', 'music/catalog');
const own = {
  name: 'mine', receivers: ['songs'], group_wait_seconds: 5,
  matchers: [
    { name: 'service', value: 'music/catalog' }, { name: 'alertname', value: 'slow' },
  ],
};
const all = [
  storedFrom('music/catalog', '7', { rules: [slow, other], routes: [own] }),
  storedFrom('bellrock/alarms', '5', {
    receivers: [{ name: 'songs' }, { name: 'ops' }], routes: [{ name: 'all', receivers: ['ops'] }],
  }),
  storedFrom('bellrock/silences', '9', { rules: [] }),
];

describe('a changed rule', () => {
  it('is put where the rule was, with its route', () => {
    const change = changeOf(all, slow, { ...slow, name: 'slower' });
    expect(change).toMatchObject({ service: 'music/catalog', version: '7', at: 0 });
    expect(change.settings.rules?.map(({ name }) => name)).toEqual(['slower', 'other']);
    expect(change.settings.routes?.[0]).toMatchObject({
      name: 'mine', receivers: ['songs'], group_wait_seconds: 5,
      matchers: [{ name: 'alertname', value: 'slower' }, { name: 'service' }],
    });
  });

  it('is kept under its service if it is new, one of several under the platform', () => {
    const one = changeOf(all, undefined, ruleFrom('new', 'music/songs'));
    expect(one).toMatchObject({ service: 'music/songs', version: '0', at: 0 });
    const many = changeOf(all, undefined, ruleFrom('new', 'music/*'));
    expect(many).toMatchObject({ service: '', version: '5', at: 0 });
    expect(many.settings.receivers).toHaveLength(2);
    expect(changeOf(all, undefined, ruleFrom('new', 'music/catalog')).at).toBe(2);
  });

  it('stays where it is when another service is watched', () => {
    expect(changeOf(all, slow, { ...slow, service: 'a/*' }).service).toBe('music/catalog');
  });

  it('that is taken away takes its route along, and nothing else', () => {
    expect(withoutRule(all, slow)).toEqual({
      service: 'music/catalog', version: '7',
      settings: { rules: [{ name: 'other', service: 'music/catalog' }] },
    });
  });
});

describe('receivers of a rule', () => {
  const home = all[0]!.settings;

  it('are those of the route that asks for it alone', () => {
    expect(ownReceivers(home, slow)).toEqual(['songs']);
    expect(ownReceivers(home, other)).toEqual([]);
    expect(receiversOf(all)).toEqual(['ops', 'songs']);
  });

  it('make a route before the others, and take it away', () => {
    const made = withRule(all[1]!.settings, undefined, slow, ['ops']);
    expect(made.routes.map(({ name }) => name)).toEqual([idOf(slow), 'all']);
    expect(ownReceivers(made, slow)).toEqual(['ops']);
    expect(withRule(made, slow, slow, []).routes.map(({ name }) => name)).toEqual(['all']);
    const renamed = withRule(made, slow, { ...slow, name: 'new' }, ['ops', 'songs']);
    expect(renamed.routes[0]).toMatchObject({
      name: 'new@music/catalog', receivers: ['ops', 'songs'],
    });
  });
});

describe('a copy', () => {
  it('has a name that is free', () => {
    const ids = new Set(['slow@music/catalog', 'slow_2@music/catalog']);
    expect(copyOf(slow, false, ids).name).toBe('slow_3');
  });

  it('of what every service has is for one that is yet to be named', () => {
    expect(copyOf(ruleFrom('no_data', '*'), true, new Set())).toMatchObject({
      name: 'no_data', service: '',
    });
  });
});
