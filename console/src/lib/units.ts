// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them. `locale` only changes separators.

const kDash = '–';

// 1234.5 -> 1,235; 7.25 -> 7.3; small rates keep a digit.
export function formatRate(perSecond: number, locale = 'en'): string {
  if (!Number.isFinite(perSecond)) return kDash;
  const digits = perSecond !== 0 && Math.abs(perSecond) < 10 ? 1 : 0;
  return perSecond.toLocaleString(locale, {
    minimumFractionDigits: 0,
    maximumFractionDigits: digits,
  });
}

export function formatCount(count: number, locale = 'en'): string {
  return Number.isFinite(count) ? Math.round(count).toLocaleString(locale) : kDash;
}

// A total that only grows: all digits up to a million, then so many that it is seen to move.
export function formatTotal(count: number): string {
  if (count < 1e6) return formatCount(count);
  return count < 1e9 ? `${(count / 1e6).toFixed(3)}M` : `${(count / 1e9).toFixed(4)}G`;
}

// For axes and graph labels: 950, 1.2k, 34k, 5.6M.
export function formatShort(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${trim(value / 1e9)}G`;
  if (size >= 1e6) return `${trim(value / 1e6)}M`;
  if (size >= 1e3) return `${trim(value / 1e3)}k`;
  return trim(value);
}

function trim(value: number): string {
  const digits = Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0;
  return value.toFixed(digits).replace(/\.0$/, '');
}

// Microseconds with three significant digits: 87 µs, 1.25 ms, 340 ms, 2.5 s.
export function formatMicros(us: number): string {
  if (!Number.isFinite(us) || us <= 0) return kDash;
  if (us < 999.5) return `${Math.round(us)} µs`;
  if (us < 999_500) return `${significant(us / 1e3)} ms`;
  return `${significant(us / 1e6)} s`;
}

function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}

// Never rounds up: 99.9999 % with one failure must not read 100 %.
export function formatPercent(ratio: number, digits = 2): string {
  if (!Number.isFinite(ratio)) return kDash;
  if (ratio >= 1) return '100%';
  const scale = 10 ** digits;
  const floored = Math.floor(ratio * 100 * scale + 1e-9) / scale;
  return `${floored.toFixed(digits)}%`;
}

// A share of traffic; rounding is fine here.
export function formatShare(ratio: number): string {
  if (!Number.isFinite(ratio)) return kDash;
  return `${(ratio * 100).toFixed(1)}%`;
}

export function formatWeight(weight: number): string {
  return Number.isFinite(weight) ? String(Number(weight.toPrecision(3))) : kDash;
}

// From `then` to `now`: +12%, -3.4%; nothing where that makes no sense.
export function formatChange(now: number, then: number): string {
  if (!Number.isFinite(now) || !(then > 0)) return '';
  const percent = (now / then - 1) * 100;
  const digits = Math.abs(percent) < 9.95 ? 1 : 0;
  return `${percent >= 0 ? '+' : ''}${percent.toFixed(digits)}%`;
}

// A difference of two rates in percentage points: +0.05, -1.2; 0 if there is none to speak of.
export function formatPoints(difference: number): string {
  const points = difference * 100;
  if (Math.abs(points) < 0.0005) return '±0';
  return `${points > 0 ? '+' : ''}${Number(points.toPrecision(2))}`;
}

export function formatBytes(bytes: number): string {
  for (const [size, unit] of [[1e9, 'GB'], [1e6, 'MB'], [1e3, 'kB']] as const) {
    if (bytes >= size) return `${significant(bytes / size)} ${unit}`;
  }
  return `${Math.round(bytes)} B`;
}
