// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { NamingInstance, NamingOperatorState } from '../../api/generated';
import type { TextKey } from '../../i18n/text';
import type { Level } from '../../lib/success';
import { formatDay } from '../../lib/time';

// /site/department/line/service/cluster/instance
export const kServiceDepth = 4;

export function componentsOf(path: string): number {
  return path.split('/').filter((part) => part !== '').length;
}

// "line/service" of the path of a service; '' of any other path.
export function serviceOf(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.length === kServiceDepth ? `${parts[2] ?? ''}/${parts[3] ?? ''}` : '';
}

export function stateKey({ state }: NamingInstance): TextKey {
  switch (state) {
    case 'INSTANCE_STATE_WORKING':
      return 'state.working';
    case 'INSTANCE_STATE_INITIAL':
      return 'state.initial';
    case 'INSTANCE_STATE_UNREACHABLE':
      return 'state.unreachable';
    default:
      return 'state.unknown';
  }
}

export function instanceLevel({ state }: NamingInstance): Level {
  if (state === 'INSTANCE_STATE_WORKING') return 'good';
  return state === 'INSTANCE_STATE_UNREACHABLE' ? 'bad' : 'idle';
}

// When the maintenance window of an instance begins or ends, as a text and what it needs;
// undefined without one.
export function windowOf({
  window,
}: NamingOperatorState): { key: TextKey; values: { from: string; until: string } } | undefined {
  if (window.from_unix_ms === 0) return undefined;
  const values = { from: formatDay(window.from_unix_ms), until: formatDay(window.until_unix_ms) };
  if (window.until_unix_ms === 0) return { key: 'tree.windowFrom', values };
  return { key: window.begun ? 'tree.windowUntil' : 'tree.windowToCome', values };
}
