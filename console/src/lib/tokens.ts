// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the tokens of styles/tokens.css for those who cannot use CSS variables: charts and antd.
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const kSeriesColours = 10;

// The n-th colour for curves; they repeat after ten.
export function seriesToken(index: number): string {
  return `series-${(index % kSeriesColours) + 1}`;
}
