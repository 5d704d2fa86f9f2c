// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useQueryClient, type QueryCache } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { isUnreachable } from './client';

export interface Connection {
  down: boolean;
  lastMs: number; // browser's time of the newest answer; 0: never
}

// Down while any question of the shown page has no answer because the server did not give one.
export function useConnection(): Connection {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback((changed: () => void) => cache.subscribe(changed), [cache]);
  const snapshot = useSyncExternalStore(subscribe, () => snapshotOf(cache));
  const [down, last] = snapshot.split('|');
  return { down: down === 'true', lastMs: Number(last) };
}

// A string, since React compares snapshots by identity.
function snapshotOf(cache: QueryCache): string {
  let down = false;
  let last = 0;
  for (const query of cache.getAll()) {
    last = Math.max(last, query.state.dataUpdatedAt);
    if (query.isActive() && isUnreachable(query.state.error)) down = true;
  }
  return `${down}|${down ? last : 0}`;
}
