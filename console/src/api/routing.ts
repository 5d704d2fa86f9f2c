// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import {
  keepPreviousData, useMutation, useQuery, useQueryClient,
  type UseMutationResult, type UseQueryResult,
} from '@tanstack/react-query';
import { call } from './client';
import type {
  RoutingExplainReply,
  RoutingPreviewMoveReply,
  RoutingPutSettingsReply,
  RoutingRatioMove,
  RoutingRouteSettings,
  RoutingStoredSettings,
} from './generated';

// What operators set for a service; version 0 if nobody ever did.
export function useSettings(service: string): UseQueryResult<RoutingStoredSettings> {
  return useQuery({
    queryKey: ['routing', 'settings', service],
    queryFn: ({ signal }) => call('bellrock.routing.v1.Routing/GetSettings', { service }, signal),
  });
}

// What a move would do, by what all hosts report now; undefined asks nothing.
export function usePreview(
  service: string,
  move: RoutingRatioMove | undefined,
): UseQueryResult<RoutingPreviewMoveReply> {
  return useQuery({
    queryKey: ['routing', 'preview', service, move?.from_site, move?.to_site, move?.share],
    queryFn: ({ signal }) =>
      call('bellrock.routing.v1.Routing/PreviewMove', { service, move }, signal),
    enabled: move !== undefined,
    placeholderData: keepPreviousData,
  });
}

export interface ExplainQuestion {
  service: string;
  host: string; // '': any that calls the service
  key: string;
  method: string;
  lane: string;
  caller: string;
  headers: Record<string, string>;
}

// Where a call would go and why: asked of a host through its next report, so it takes a second.
export function useExplain(): UseMutationResult<RoutingExplainReply, unknown, ExplainQuestion> {
  return useMutation({
    mutationFn: (question: ExplainQuestion) =>
      call('bellrock.routing.v1.Routing/Explain', question),
  });
}

export interface NewSettings {
  settings: Partial<RoutingRouteSettings>; // fields left out are at their defaults
  expectedVersion: string; // that the change was made from; '0': none was
  whoAndWhy: string;
  checkOnly?: boolean;
}

// Checks or stores the settings of a service. Refused with ABORTED if another version holds.
export function usePutSettings(
  service: string,
): UseMutationResult<RoutingPutSettingsReply, unknown, NewSettings> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ settings, expectedVersion, whoAndWhy, checkOnly = false }: NewSettings) =>
      call('bellrock.routing.v1.Routing/PutSettings', {
        service,
        settings,
        expected_version: expectedVersion,
        who_and_why: whoAndWhy,
        check_only: checkOnly,
      }),
    onSettled: () => void client.invalidateQueries({ queryKey: ['routing'] }),
  });
}
