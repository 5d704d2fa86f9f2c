// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { keepPreviousData, QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { mergeCurves, secondsToAsk, type Curves } from '../lib/series';
import { call } from './client';
import type {
  MetricsFilter,
  MetricsStatsReply,
  MetricsTableReply,
  NamingListServicesReply,
  NamingLookupReply,
  NamingStatsReply,
  RoutingShowReply,
} from './generated';

export const kRefreshMs = 1_000;

// Each figure is asked for again every second while its page is looked at; a hidden tab rests. The
// last answer stays when one fails, and the next second is the retry.
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        refetchInterval: kRefreshMs,
        refetchIntervalInBackground: false,
        staleTime: kRefreshMs / 2,
        retry: false,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}

export function useNamingStats(): UseQueryResult<NamingStatsReply> {
  return useQuery({
    queryKey: ['naming', 'stats'],
    queryFn: ({ signal }) => call('bellrock.naming.v1.Naming/Stats', {}, signal),
  });
}

export function useMetricsStats(): UseQueryResult<MetricsStatsReply> {
  return useQuery({
    queryKey: ['metrics', 'stats'],
    queryFn: ({ signal }) => call('bellrock.metrics.v1.Metrics/Stats', {}, signal),
  });
}

export function useServices(
  search: string,
  pageSize: number,
  pageToken: string,
): UseQueryResult<NamingListServicesReply> {
  return useQuery({
    queryKey: ['naming', 'services', search, pageSize, pageToken],
    queryFn: ({ signal }) =>
      call(
        'bellrock.naming.v1.Naming/ListServices',
        { search, page_size: pageSize, page_token: pageToken },
        signal,
      ),
    placeholderData: keepPreviousData,
  });
}

export function useInstances(service: string): UseQueryResult<NamingLookupReply> {
  return useQuery({
    queryKey: ['naming', 'lookup', service],
    queryFn: ({ signal }) =>
      call(
        'bellrock.naming.v1.Naming/Lookup',
        { target: service, include_unusable: true },
        signal,
      ),
  });
}

export function useRoutes(service: string): UseQueryResult<RoutingShowReply> {
  return useQuery({
    queryKey: ['routing', 'show', service],
    queryFn: ({ signal }) => call('bellrock.routing.v1.Routing/Show', { service }, signal),
  });
}

export type Dimension = 'caller' | 'callee' | 'method' | 'instance' | 'code';
export type OrderBy = 'calls' | 'failures' | 'success_rate' | 'tp99_us';

export interface TableQuestion {
  filter?: Partial<MetricsFilter>;
  groupBy: Dimension[];
  orderBy?: OrderBy;
  limit?: number;
}

// Seconds that "now" means in figures.
export const kNowSeconds = 10;

export function useTable(question: TableQuestion): UseQueryResult<MetricsTableReply> {
  const { filter = {}, groupBy, orderBy = 'calls', limit = 100 } = question;
  return useQuery({
    queryKey: ['metrics', 'table', filter, groupBy, orderBy, limit],
    queryFn: ({ signal }) =>
      call(
        'bellrock.metrics.v1.Metrics/Table',
        { filter, seconds: kNowSeconds, group_by: groupBy, order_by: orderBy, limit },
        signal,
      ),
    placeholderData: keepPreviousData,
  });
}

// Curves over `window` seconds: the whole window once, then only the newest seconds.
export function useCurves(
  filter: Partial<MetricsFilter>,
  splitBy: '' | Exclude<Dimension, 'code'>,
  window: number,
): UseQueryResult<Curves> {
  const client = useQueryClient();
  const queryKey = ['metrics', 'curves', filter, splitBy, window];
  return useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const state = client.getQueryState<Curves>(queryKey);
      const held = state?.data;
      // By the server's clock: the reader's may be wrong.
      const passed = Math.ceil((Date.now() - (state?.dataUpdatedAt ?? 0)) / 1000);
      const seconds = secondsToAsk(held, window, held ? held.now + passed : 0);
      const request = { filter, seconds, split_by: splitBy };
      const reply = await call('bellrock.metrics.v1.Metrics/Series', request, signal);
      return mergeCurves(held, reply, window, seconds);
    },
    structuralSharing: false,
  });
}
