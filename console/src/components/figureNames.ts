// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { Text, TextKey } from '../i18n/text';
import { kDay, kWeek, type Dimension } from '../lib/question';
import { formatAge } from '../lib/time';

export function nameOf(dimension: Dimension, text: Text): string {
  return text(`figures.by.${dimension}` as TextKey);
}

export function listOfDimensions(dimensions: Dimension[], text: Text): string {
  return dimensions.map((one) => nameOf(one, text)).join(' + ');
}

// Calls whose caller, site or host is not known have an empty name.
export function valueOf(value: string, text: Text): string {
  return value === '' ? text('figures.unknown') : value;
}

// How long before: of a row of totals, and of a curve.
export function beforeOf(seconds: number, text: Text): string {
  if ([0, kDay, kWeek].includes(seconds)) return text(`figures.before.${seconds}` as TextKey);
  const days = seconds / kDay;
  return Number.isInteger(days)
    ? text('figures.before.days', { days })
    : text('figures.before.age', { age: formatAge(seconds * 1000) });
}
