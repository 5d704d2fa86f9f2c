// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { keepPreviousData, useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { call } from './client';
import type {
  MetricsDescribeReply, MetricsFiguresReply, MetricsFiguresRequest, MetricsHeatReply,
  MetricsHeatRequest, MetricsMoversReply, MetricsMoversRequest,
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
  return useQuery({ ...figuresQuery(question), placeholderData: keepPreviousData });
}

// The same of several questions, in their order.
export function useFiguresEach(
  questions: Partial<MetricsFiguresRequest>[],
): UseQueryResult<MetricsFiguresReply>[] {
  return useQueries({
    queries: questions.map((question) => ({
      ...figuresQuery(question), placeholderData: keepPreviousData,
    })),
  });
}

function figuresQuery(question: Partial<MetricsFiguresRequest> | undefined) {
  return {
    queryKey: ['metrics', 'figures', question],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call('bellrock.metrics.v1.Query/Figures', question ?? {}, signal),
    enabled: question !== undefined,
    refetchInterval: kLateMs,
  };
}

// How many calls took how long, over time.
export function useHeat(
  question: Partial<MetricsHeatRequest> | undefined,
): UseQueryResult<MetricsHeatReply> {
  return useQuery({
    queryKey: ['metrics', 'heat', question],
    queryFn: ({ signal }) => call('bellrock.metrics.v1.Query/Heat', question ?? {}, signal),
    enabled: question !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: kLateMs,
  });
}

// What changed most between two windows.
export function useMovers(
  question: Partial<MetricsMoversRequest> | undefined,
): UseQueryResult<MetricsMoversReply> {
  return useQuery({
    queryKey: ['metrics', 'movers', question],
    queryFn: ({ signal }) => call('bellrock.metrics.v1.Query/Movers', question ?? {}, signal),
    enabled: question !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: kLateMs,
  });
}
