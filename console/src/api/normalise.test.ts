// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { normalise } from './normalise';

describe('normalise', () => {
  it('turns 64-bit integers that arrive as strings into numbers', () => {
    const reply = normalise('MetricsStatsReply', { calls_counted: '123', calls_expected: 124 });
    expect(reply).toMatchObject({ calls_counted: 123, calls_expected: 124, late: 0 });
  });

  it('keeps all digits where every one counts', () => {
    const version = '1771234567890123777';
    expect(normalise('RoutingStoredSettings', { version })).toMatchObject({ version });
    expect(normalise('RoutingStoredSettings', {})).toMatchObject({ version: '0' });
  });

  it('goes into lists and messages', () => {
    const reply = normalise('NamingLookupReply', {
      revision: '7',
      instances: [{ spec: { path: '/a', labels: { zone: 'b' } }, registered_unix_ms: '99' }],
    });
    expect(reply).toMatchObject({
      revision: 7,
      instances: [
        {
          spec: { path: '/a', weight: 0, labels: { zone: 'b' } },
          state: 'INSTANCE_STATE_UNSPECIFIED',
          registered_unix_ms: 99,
          operator_state: { disabled: false, reason: '' },
        },
      ],
    });
  });

  it('keeps enum names and gives absent fields their zero', () => {
    const reply = normalise('RoutingInstanceRoute', { shield: 'SHIELD_STATE_SHIELDED' });
    expect(reply).toMatchObject({ shield: 'SHIELD_STATE_SHIELDED', weight: 0, reason: '' });
  });

  it('leaves out what a oneof does not hold', () => {
    const mail = normalise('MetricsAlarmReceiver', { name: 'ops', smtp: { server: 'a:25' } });
    expect(mail).toMatchObject({ name: 'ops', smtp: { server: 'a:25', to: [] } });
    expect(mail).not.toHaveProperty('webhook');
  });

  it('survives a reply that is not an object', () => {
    expect(normalise('NamingLookupReply', null)).toEqual({ revision: 0, instances: [] });
  });
});
