// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { fromJson, sparse, toJson } from './draft';
import type { MetricsAlarmSettings } from './generated';

const kKind = 'MetricsAlarmSettings';
const said = {
  rules: [{ name: 'slow', service: 'music/*', condition: { kind: 'KIND_MIN', bound: 0.9 } }],
  receivers: [{ name: 'ops', webhook: { url: 'http://a/b' } }, { name: 'mail', smtp: {} }],
};

describe('draft of settings', () => {
  it('is written and read back without what a oneof does not hold', () => {
    const { value } = fromJson<MetricsAlarmSettings>(kKind, JSON.stringify(said));
    expect(value?.receivers[0]).not.toHaveProperty('slack');
    expect(JSON.parse(toJson(kKind, value))).toMatchObject({ rules: said.rules });
    expect(fromJson(kKind, toJson(kKind, value)).value).toEqual(value);
    expect(sparse(kKind, value)).toHaveProperty('receivers');
  });

  it('names the field that is wrong, also inside of a oneof', () => {
    const typed = JSON.stringify({ receivers: [{ name: 'ops', webhook: { ur: 'x' } }] });
    expect(fromJson(kKind, typed).problem).toBe(
      'receivers[0].webhook.ur: there is no such field',
    );
  });
});
