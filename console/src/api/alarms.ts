// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import {
  keepPreviousData, useMutation, useQuery, useQueryClient,
  type UseMutationResult, type UseQueryResult,
} from '@tanstack/react-query';
import { call } from './client';
import type {
  MetricsAlarmRule, MetricsAlarmSettings, MetricsAlarmSilence, MetricsListAlarmSettingsReply,
  MetricsListAlarmsReply, MetricsListAlarmsRequest, MetricsStoredAlarmSettings,
  MetricsTryRuleReply,
} from './generated';

// Windows are minutes, and the evaluator looks each 5 s.
const kAlarmsMs = 3_000;

// A trial looks at hundreds of windows.
const kTrialMs = 30_000;

export function useAlarms(
  request: Partial<MetricsListAlarmsRequest>,
): UseQueryResult<MetricsListAlarmsReply> {
  return useQuery({
    queryKey: ['alarms', 'list', request],
    queryFn: ({ signal }) => call('bellrock.metrics.v1.Alarms/List', request, signal),
    placeholderData: keepPreviousData,
    refetchInterval: kAlarmsMs,
  });
}

// Of all names under which something is set.
export function useAlarmSettings(): UseQueryResult<MetricsListAlarmSettingsReply> {
  return useQuery({
    queryKey: ['alarms', 'settings'],
    queryFn: ({ signal }) => call('bellrock.metrics.v1.Alarms/ListSettings', {}, signal),
    refetchInterval: kAlarmsMs,
  });
}

export interface NewAlarmSettings {
  service: string; // '': the whole platform
  settings: Partial<MetricsAlarmSettings>; // fields left out are at their defaults
  expectedVersion: string;
  whoAndWhy: string;
  checkOnly: boolean;
}

// Checks or stores settings. The refusal names the field.
export function usePutAlarmSettings(): UseMutationResult<
  MetricsStoredAlarmSettings, unknown, NewAlarmSettings
> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (next: NewAlarmSettings) =>
      call('bellrock.metrics.v1.Alarms/SetSettings', {
        service: next.service,
        settings: next.settings,
        expected_version: next.expectedVersion,
        who_and_why: next.whoAndWhy,
        check_only: next.checkOnly,
      }),
    onSettled: () => void client.invalidateQueries({ queryKey: ['alarms'] }),
  });
}

export type NewSilence = Pick<MetricsAlarmSilence, 'matchers' | 'to' | 'by' | 'comment'>;

export function useSilence(): UseMutationResult<MetricsAlarmSilence, unknown, NewSilence> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (silence: NewSilence) =>
      call('bellrock.metrics.v1.Alarms/Silence', { silence }),
    onSettled: () => void client.invalidateQueries({ queryKey: ['alarms'] }),
  });
}

export function useUnsilence(): UseMutationResult<
  MetricsAlarmSilence, unknown, { id: string; whoAndWhy: string }
> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, whoAndWhy }) =>
      call('bellrock.metrics.v1.Alarms/Unsilence', { id, who_and_why: whoAndWhy }),
    onSettled: () => void client.invalidateQueries({ queryKey: ['alarms'] }),
  });
}

// Whether a rule would have fired; nothing is set. Undefined asks nothing.
export function useTrial(
  trial: { rule: Partial<MetricsAlarmRule>; seconds: number } | undefined,
): UseQueryResult<MetricsTryRuleReply> {
  return useQuery({
    queryKey: ['alarms', 'try', trial],
    queryFn: ({ signal }) => call('bellrock.metrics.v1.Alarms/Try', trial ?? {}, signal),
    enabled: trial !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: kTrialMs,
    refetchOnWindowFocus: false,
  });
}
