// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import {
  useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult,
} from '@tanstack/react-query';
import { call } from './client';
import type {
  MetricsDashboard, MetricsListDashboardsReply, MetricsStoredDashboard,
} from './generated';

const kRefreshMs = 10_000; // others may change them

export function useDashboards(enabled = true): UseQueryResult<MetricsListDashboardsReply> {
  return useQuery({
    queryKey: ['dashboards', 'list'],
    queryFn: ({ signal }) => call('bellrock.metrics.v1.Dashboards/List', {}, signal),
    refetchInterval: kRefreshMs,
    enabled,
  });
}

export function useDashboard(id: string): UseQueryResult<MetricsStoredDashboard> {
  return useQuery({
    queryKey: ['dashboards', 'one', id],
    queryFn: ({ signal }) => call('bellrock.metrics.v1.Dashboards/Get', { id }, signal),
    refetchInterval: kRefreshMs,
  });
}

export interface DashboardChange {
  dashboard: MetricsDashboard; // without an id: a new one
  version: string; // the one that was read; "0": whatever holds
}

export function useSetDashboard(): UseMutationResult<
  MetricsStoredDashboard, Error, DashboardChange
> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ dashboard, version }) =>
      call('bellrock.metrics.v1.Dashboards/Set', { dashboard, expected_version: version }),
    onSuccess: (stored) => {
      client.setQueryData(['dashboards', 'one', stored.dashboard.id], stored);
      void client.invalidateQueries({ queryKey: ['dashboards', 'list'] });
    },
  });
}

export function useRemoveDashboard(): UseMutationResult<unknown, Error, MetricsStoredDashboard> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ dashboard, version }) =>
      call('bellrock.metrics.v1.Dashboards/Remove', {
        id: dashboard.id, expected_version: version,
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['dashboards', 'list'] }),
  });
}
