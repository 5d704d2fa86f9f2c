// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Numbers of a rule in the units in which people say them: what is stored is `factor` times what
// is typed.
import type { MetricsAlarmConditionKind, MetricsAlarmFigureKind } from '../../../api/generated';

export interface Unit {
  name: string;
  factor: number;
}

const kDigits = 12; // more are the rounding of doubles: 99.9 % of 1 is 0.9990000000000001

const percentOfOne: Unit[] = [{ name: '%', factor: 0.01 }];
const percent: Unit[] = [{ name: '%', factor: 1 }];
const rates: Unit[] = [{ name: '/s', factor: 1 }];
const latencies: Unit[] = [
  { name: 'µs', factor: 1 },
  { name: 'ms', factor: 1e3 },
  { name: 's', factor: 1e6 },
];
export const shares = percentOfOne;
export const times: Unit[] = [
  { name: 's', factor: 1 },
  { name: 'min', factor: 60 },
  { name: 'h', factor: 3600 },
];

export function boundUnits(
  figure: MetricsAlarmFigureKind,
  kind: MetricsAlarmConditionKind,
): Unit[] {
  if (kind === 'KIND_CHANGE_PERCENT') return percent;
  switch (figure) {
    case 'KIND_SUCCESS_RATE':
      return percentOfOne;
    case 'KIND_CALLS_PER_SECOND':
    case 'KIND_FAILURES_PER_SECOND':
      return rates;
    default:
      return latencies;
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(kDigits));
}

// A number as it is typed.
export interface Typed {
  typed: string;
  unit: string; // its name
}

// In the largest unit of which it is a whole number; `usual` is the unit of nothing yet.
export function shown(value: number, units: Unit[], usual = units[0]?.name ?? ''): Typed {
  const whole = units.filter(({ factor }) => Number.isInteger(rounded(value / factor)));
  const best = value === 0 ? undefined : (whole[whole.length - 1] ?? units[0]);
  if (!best) return { typed: '', unit: usual };
  return { typed: String(rounded(value / best.factor)), unit: best.name };
}

// What is stored; NaN if no number is typed. Nothing is 0, which means the default.
export function stored({ typed, unit }: Typed, units: Unit[]): number {
  const words = typed.trim();
  if (words === '') return 0;
  const factor = units.find(({ name }) => name === unit)?.factor ?? 1;
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(words);
  return isNumber ? rounded(Number(words) * factor) : Number.NaN;
}

// The name of a unit there is: another one if the figure was changed meanwhile.
export function unitAmong(name: string, units: Unit[]): string {
  const [first] = units;
  return (units.find((one) => one.name === name) ?? first)?.name ?? '';
}

// The numbers in a sentence of the server, which speaks of what is stored.
export function inUnit(sentence: string, { name, factor }: Unit): string {
  const number = /(?<![\w.])-?\d+(\.\d+)?(e[+-]?\d+)?(?![\w.]*[a-z])/gi;
  return sentence.replace(number, (found) => {
    const unit = name === '%' || name === '/s' ? name : ` ${name}`;
    return `${rounded(Number(found) / factor)}${unit}`;
  });
}
