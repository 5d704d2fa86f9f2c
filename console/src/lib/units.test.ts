// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
  formatBytes, formatChange, formatCount, formatMicros, formatPercent,
  formatRate, formatShort, formatTotal, formatWeight,
} from './units';

describe('units', () => {
  it('formats rates with a digit only where it matters', () => {
    expect(formatRate(1999.6)).toBe('2,000');
    expect(formatRate(7.25)).toBe('7.3');
    expect(formatRate(0)).toBe('0');
    expect(formatRate(Number.NaN)).toBe('–');
  });

  it('formats counts with separators', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
  });

  it('chooses the unit of a latency so that three digits tell it', () => {
    expect(formatMicros(87)).toBe('87 µs');
    expect(formatMicros(999)).toBe('999 µs');
    expect(formatMicros(1254)).toBe('1.25 ms');
    expect(formatMicros(340_000)).toBe('340 ms');
    expect(formatMicros(2_500_000)).toBe('2.5 s');
    expect(formatMicros(0)).toBe('–');
  });

  it('never rounds a success rate up to 100 %', () => {
    expect(formatPercent(0.999999)).toBe('99.99%');
    expect(formatPercent(1)).toBe('100%');
    expect(formatPercent(0.5)).toBe('50.00%');
    expect(formatPercent(0.29)).toBe('29.00%');
  });

  it('shortens for axes', () => {
    expect([0, 950, 1200, 34_000, 5_600_000].map(formatShort)).toEqual([
      '0',
      '950',
      '1.2k',
      '34k',
      '5.6M',
    ]);
    expect(formatShort(0.25)).toBe('0.3');
  });

  it('lets a large total be seen to move', () => {
    expect(formatTotal(999_999)).toBe('999,999');
    expect(formatTotal(72_014_400)).toBe('72.014M');
    expect(formatTotal(72_021_300)).toBe('72.021M');
    expect(formatTotal(5_000_000_000)).toBe('5.0000G');
  });

  it('keeps three digits of a weight', () => {
    expect(formatWeight(0.123456)).toBe('0.123');
    expect(formatWeight(100)).toBe('100');
  });

  it('tells a change in percent, and none from nothing', () => {
    expect(formatChange(112, 100)).toBe('+12%');
    expect(formatChange(96.6, 100)).toBe('-3.4%');
    expect(formatChange(100, 100)).toBe('+0.0%');
    expect(formatChange(5, 0)).toBe('');
  });

  it('shows bytes with three digits', () => {
    expect(formatBytes(0)).toBe('0 B');
    expect(formatBytes(136_964)).toBe('137 kB');
    expect(formatBytes(2_345_000_000)).toBe('2.35 GB');
  });
});
