// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { useTrial } from '../../../api/alarms';
import { ApiError } from '../../../api/client';
import { sparse } from '../../../api/draft';
import { useData } from '../../../api/figures';
import type { MetricsAlarmRule, MetricsTryRuleReply } from '../../../api/generated';
import { useSettled } from '../../../components/useSettled';
import type { Bounds } from '../../../lib/question';
import { previewBounds } from './preview';
import { refusalOf, type Refusal } from './refusal';

// What the server says of a rule that is being typed: whether it takes it, and what it would have
// done.
export interface Judged {
  rule: MetricsAlarmRule; // as it was when it was typed to its end
  bounds: Bounds | undefined; // undefined: nothing is counted yet
  reply: MetricsTryRuleReply | undefined;
  error: unknown;
  refusal: Refusal;
}

export const nothingRefused: Refusal = { fields: {}, rest: [] };

// Undefined: nothing to be judged yet.
export function useJudged(typed: MetricsAlarmRule | undefined): Judged | undefined {
  const { data } = useData();
  const rule = useSettled(typed);
  const until = data?.complete_until ?? 0;
  const named = rule !== undefined && rule.service !== '';
  const bounds = named && until > 0 ? previewBounds(rule, until) : undefined;
  const seconds = bounds ? bounds.to - bounds.from : 0;
  const asked = useMemo(
    () => (named && seconds > 0 ? { rule: sparse('MetricsAlarmRule', rule), seconds } : undefined),
    [named, rule, seconds],
  );
  const { data: reply, error } = useTrial(asked);
  if (!named) return undefined;
  return { rule, bounds, reply: error ? undefined : reply, error, refusal: refused(error) };
}

function refused(error: unknown): Refusal {
  const bad = error instanceof ApiError && error.code === 'INVALID_ARGUMENT';
  return bad ? refusalOf(error.message, '', '') : nothingRefused;
}
