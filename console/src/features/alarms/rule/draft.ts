// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { fromJson, toJson } from '../../../api/draft';
import type { MetricsAlarmRule } from '../../../api/generated';
import { changed, formOf, ruleOf, unreadable, type FieldPath, type RuleForm } from './form';

const kKind = 'MetricsAlarmRule';

export type Tab = 'form' | 'json';

export interface Draft {
  tab: Tab;
  form: RuleForm;
  typed: string; // JSON, while it is looked at
  rule: MetricsAlarmRule | undefined; // of whichever is looked at; undefined: it cannot be read
  unreadable: FieldPath[];
  problem: string; // of the JSON
  show: (tab: Tab) => void;
  change: (part: Partial<RuleForm>) => void;
  type: (json: string) => void;
}

// One rule, as a form or as JSON: each begins as what the other says. `onChange`: what was said of
// the draft before no longer holds.
export function useRuleDraft(start: MetricsAlarmRule, onChange: () => void): Draft {
  const [tab, setTab] = useState<Tab>('form');
  const [form, setForm] = useState(() => formOf(start));
  const [typed, setTyped] = useState('');
  const json = tab === 'json' ? fromJson<MetricsAlarmRule>(kKind, typed) : { problem: '' };
  const bad = tab === 'form' ? unreadable(form) : [];
  const rule = tab === 'json' ? json.value : bad.length > 0 ? undefined : ruleOf(form);
  return {
    tab,
    form,
    typed,
    rule,
    unreadable: bad,
    problem: json.problem,
    show: (next) => {
      if (next === 'json') setTyped(toJson(kKind, ruleOf(form)));
      else if (json.value) setForm(formOf(json.value));
      setTab(next);
    },
    change: (part) => {
      onChange();
      setForm((held) => changed(held, part));
    },
    type: (words) => {
      onChange();
      setTyped(words);
    },
  };
}
