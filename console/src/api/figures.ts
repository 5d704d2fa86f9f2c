// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { call } from './client';
import type {
  MetricsDescribeReply, MetricsFiguresReply, MetricsFiguresRequest,
} from './generated';

// A question of the same bounds may have more calls later: those that came late.
const kLateMs = 10_000;

// What is computed, and how complete it is.
export function useData(): UseQueryResult<MetricsDescribeReply> {
  return useQuery({
    queryKey: ['metrics', 'data'],
    queryFn: ({ signal }) => call('bellrock.metrics.v1.Query/Describe', {}, signal),
  });
}

// Exact figures of any window; undefined asks nothing. The last answer stays until the next is
// there.
export function useFigures(
  question: Partial<MetricsFiguresRequest> | undefined,
): UseQueryResult<MetricsFiguresReply> {
  return useQuery({
    queryKey: ['metrics', 'figures', question],
    queryFn: ({ signal }) => call('bellrock.metrics.v1.Query/Figures', question ?? {}, signal),
    enabled: question !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: kLateMs,
  });
}
