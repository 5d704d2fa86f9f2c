// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { call } from './client';
import type {
  NamingDescribeReply,
  NamingListEventsReply,
  NamingListReply,
  NamingLookupReply,
} from './generated';

// Other members are asked through the server, which costs both.
const kMemberRefreshMs = 2_000;
export const kEventsOfPage = 100;

// The view of the server that serves this page.
export function useCluster(): UseQueryResult<NamingDescribeReply> {
  return useQuery({
    queryKey: ['naming', 'cluster'],
    queryFn: ({ signal }) => call('bellrock.naming.v1.Cluster/Describe', {}, signal),
  });
}

// The other members' own views, in the order of the names. A member that does not answer now shows
// its error even if it answered before.
export function useMembers(names: string[]): UseQueryResult<NamingDescribeReply>[] {
  return useQueries({
    queries: names.map((node) => ({
      queryKey: ['naming', 'cluster', node],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call('bellrock.naming.v1.Cluster/Describe', { node }, signal),
      refetchInterval: kMemberRefreshMs,
    })),
  });
}

export function useChildren(path: string): UseQueryResult<NamingListReply> {
  return useQuery({
    queryKey: ['naming', 'children', path],
    queryFn: ({ signal }) => call('bellrock.naming.v1.Naming/List', { path }, signal),
  });
}

// Instances of one cluster of a service, with what operators said.
export function useClusterInstances(path: string): UseQueryResult<NamingLookupReply> {
  return useQuery({
    queryKey: ['naming', 'lookup', path],
    queryFn: ({ signal }) =>
      call('bellrock.naming.v1.Naming/Lookup', { target: path, include_unusable: true }, signal),
  });
}

// `before` 0: the latest, asked for again and again; older ones do not change.
export function useEvents(target: string, before: number): UseQueryResult<NamingListEventsReply> {
  return useQuery({
    queryKey: ['naming', 'events', target, before],
    queryFn: ({ signal }) =>
      call(
        'bellrock.naming.v1.Cluster/ListEvents',
        { target, before_revision: before, limit: kEventsOfPage },
        signal,
      ),
    placeholderData: keepPreviousData,
    ...(before === 0 ? {} : { refetchInterval: false as const }),
  });
}
