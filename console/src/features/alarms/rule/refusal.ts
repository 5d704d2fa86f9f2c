// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Which fields of a rule a refusal of settings speaks of. The server writes
// "alarm settings: FIELD VALUE: REMEDY; FIELD VALUE: REMEDY"; a remedy may have a "; " of its own.
import { shapes } from '../../../api/generated_shapes';
import type { FieldPath, Problems, RuleForm } from './form';
import { boundUnits, inUnit, shares, times } from './units';

export interface Refusal {
  fields: Problems; // "200%: must be from 0% to 100%"
  rest: string[]; // of other rules, of routes, of the settings as a whole
}

const kSubject = /^alarm (settings|rule): /;

function partsOf(message: string, fields: string[]): string[] {
  const field = `(?:${fields.join('|')})(?:\\[[^\\]]*\\]|\\.\\w+)* `;
  return message.replace(kSubject, '').split(new RegExp(`; (?=${field})`));
}

// `at`: the rule's place in the settings, "rules[2]."; "" in a refusal of the rule alone.
export function refusalOf(message: string, at: string, name: string): Refusal {
  const known = Object.keys(shapes[at ? 'MetricsAlarmSettings' : 'MetricsAlarmRule'] ?? {});
  const refusal: Refusal = { fields: {}, rest: [] };
  for (const part of partsOf(message, known)) {
    const found = /^([\w.]+(?:\[[^\]]*\]|\.\w+)*) (.*)$/.exec(part);
    const [, path = '', said = ''] = found ?? [];
    // The other one of that name is the one that is said to be there twice.
    const twice = /^rules\[\d+\]\.name$/.test(path) && said.startsWith(`'${name}'`);
    const own = twice ? 'name' : path.startsWith(at) ? path.slice(at.length) : undefined;
    const [first = ''] = /^\w+/.exec(own ?? '') ?? [];
    if (own === undefined || !(first in (shapes.MetricsAlarmRule ?? {}))) refusal.rest.push(part);
    else say(refusal.fields, own, said);
  }
  return refusal;
}

function say(fields: Problems, path: FieldPath, said: string): void {
  const at = path === 'condition' ? 'condition.kind' : path;
  fields[at] = [fields[at], said].filter(Boolean).join('; ');
}

// What is said at a field, and at what is inside of it.
export function problemAt(problems: Problems, path: FieldPath): string {
  return Object.entries(problems)
    .filter(([at]) => at === path || at.startsWith(`${path}.`) || at.startsWith(`${path}[`))
    .map(([, said]) => said)
    .join('; ');
}

// The server speaks of what is stored, the form of what is typed.
export function inUnitsOf(problems: Problems, form: RuleForm): Problems {
  const units = {
    'condition.bound': boundUnits(form.figure, form.kind).find(
      ({ name }) => name === form.bound.unit,
    ),
    'figure.quantile': shares[0],
    completeness_min: shares[0],
    window_seconds: times[0],
  };
  const said = Object.entries(problems).map(([path, text]) => {
    const unit = units[path as keyof typeof units];
    return [path, unit ? inUnit(text, unit) : text] as const;
  });
  return Object.fromEntries(said);
}
