// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { NamingInstance } from '../../api/generated';
import type { TextKey } from '../../i18n/text';
import type { Level } from '../../lib/success';

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
