// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { boundUnits, inUnit, shares, shown, stored, times, unitAmong } from './units';

const latencies = boundUnits('KIND_LATENCY_US', 'KIND_MAX');
const rate = boundUnits('KIND_SUCCESS_RATE', 'KIND_MIN');

describe('units', () => {
  it('are those of the figure, and percent of a change in percent', () => {
    expect(latencies.map(({ name }) => name)).toEqual(['µs', 'ms', 's']);
    expect(rate).toEqual([{ name: '%', factor: 0.01 }]);
    expect(boundUnits('KIND_LATENCY_US', 'KIND_CHANGE_PERCENT')).toEqual([
      { name: '%', factor: 1 },
    ]);
    expect(boundUnits('KIND_FAILURES_PER_SECOND', 'KIND_MAX')[0]?.name).toBe('/s');
  });

  it('show a number in the largest unit of which it is whole', () => {
    expect(shown(20_000, latencies)).toEqual({ typed: '20', unit: 'ms' });
    expect(shown(1500, latencies)).toEqual({ typed: '1500', unit: 'µs' });
    expect(shown(2_000_000, latencies)).toEqual({ typed: '2', unit: 's' });
    expect(shown(0.5, latencies)).toEqual({ typed: '0.5', unit: 'µs' });
    expect(shown(90, times)).toEqual({ typed: '90', unit: 's' });
    expect(shown(300, times)).toEqual({ typed: '5', unit: 'min' });
  });

  it('show nothing of the default', () => {
    expect(shown(0, times, 'min')).toEqual({ typed: '', unit: 'min' });
    expect(stored({ typed: ' ', unit: 'min' }, times)).toBe(0);
  });

  it('come back as what was stored, without the rounding of doubles', () => {
    for (const value of [0.999, 0.9999, 0.99995, 0.999999, 1, 0.07]) {
      expect(stored(shown(value, rate), rate)).toBe(value);
    }
    expect(shown(0.99995, rate).typed).toBe('99.995');
    expect(stored({ typed: '99.9', unit: '%' }, rate)).toBe(0.999);
    expect(stored({ typed: '1.5', unit: 'ms' }, latencies)).toBe(1500);
  });

  it('take nothing for a number that is none', () => {
    for (const typed of ['abc', '1,5', '1 2', '0x10', 'Infinity', '.']) {
      expect(stored({ typed, unit: 's' }, times)).toBeNaN();
    }
  });

  it('stay as long as the figure has them', () => {
    expect(unitAmong('s', latencies)).toBe('s');
    expect(unitAmong('s', rate)).toBe('%');
  });

  it('turn a sentence of the server into what was typed', () => {
    expect(inUnit('2: must be from 0 to 1', shares[0]!)).toBe('200%: must be from 0% to 100%');
    expect(inUnit('90: must be a multiple of 60 to be compared', times[0]!)).toBe(
      '90 s: must be a multiple of 60 s to be compared',
    );
    expect(inUnit('1e+16: from 0 to 1e+15', latencies[1]!)).toBe(
      '10000000000000 ms: from 0 ms to 1000000000000 ms',
    );
  });
});
