// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// 14:03:09 in the reader's own time zone.
export function formatClock(unixSeconds: number): string {
  const at = new Date(unixSeconds * 1000);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
}

// Of a tick in a chart of so many seconds: 14:03:09, 14:03, or 11-22 at midnight.
export function formatTick(unixSeconds: number, window: number): string {
  const clock = formatClock(unixSeconds);
  if (window < 3600) return clock;
  if (window <= 86_400 || clock !== '00:00:00') return clock.slice(0, 5);
  return formatDay(unixSeconds * 1000).slice(0, 5);
}

// 11-22 14:03:09 in the reader's own time zone.
export function formatDay(unixMs: number): string {
  const at = new Date(unixMs);
  return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${formatClock(unixMs / 1000)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

// How long ago: 3s, 5m 20s, 2h 5m, 4d 3h. Never negative, since clocks differ.
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return pair(minutes, 'm', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return pair(hours, 'h', minutes % 60, 'm');
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit} ${small}${smallUnit}`;
}

// Seconds that the reader's clock is ahead of UTC at that time.
export function zoneOf(unixSeconds: number): number {
  return -60 * new Date(unixSeconds * 1000).getTimezoneOffset();
}
