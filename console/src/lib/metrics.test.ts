// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { formatMetric, formatPerSecond, kindOf, titleOf } from './metrics';

describe('a metric', () => {
  it('has the unit its name ends with', () => {
    expect(formatMetric('cpu_permille')(153)).toBe('15.3%');
    expect(formatMetric('rss_kib')(2048)).toBe('2.1 MB');
    expect(formatMetric('queue_wait_us')(1500)).toBe('1.5 ms');
    expect(formatMetric('fibers')(1200)).toBe('1.2k');
    expect(formatPerSecond('disk_read_bytes')(5e6)).toBe('5 MB/s');
  });

  it('is named without it', () => {
    expect(titleOf('network_receive_bytes')).toBe('Network receive');
    expect(titleOf('logins')).toBe('Logins');
  });

  it('is a gauge unless it says otherwise', () => {
    expect(kindOf('COUNTER')).toBe('COUNTER');
    expect(kindOf('')).toBe('GAUGE');
  });
});
