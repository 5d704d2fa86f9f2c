// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type {
  MetricsTableReplyRow,
  NamingInstance,
  NamingOperatorState,
  RoutingServiceTable,
} from '../../api/generated';
import { partsOf, shortNames } from '../../lib/paths';
import { mergeRoutes, type MergedRoute } from '../../lib/routes';
import { seriesToken } from '../../lib/tokens';

// One instance as three subjects see it: the registry, the callers' routing, the counts.
export interface InstanceRow {
  path: string;
  name: string; // shortest that is unique in the service
  site: string;
  address: string;
  colour: string; // token of its curves
  instance: NamingInstance | undefined; // undefined: still routed or counted, no longer registered
  route: MergedRoute | undefined; // undefined: no host calls the service
  calls: MetricsTableReplyRow | undefined; // undefined: no calls now
}

export function joinInstances(
  instances: NamingInstance[],
  tables: RoutingServiceTable[],
  calls: MetricsTableReplyRow[],
): InstanceRow[] {
  const registered = new Map(instances.map((one) => [one.spec.path, one]));
  const routes = mergeRoutes(tables);
  const counted = new Map(calls.map((row) => [row.key[0] ?? '', row]));
  const paths = [...new Set([...registered.keys(), ...routes.keys()])].sort(byInstance);
  const names = shortNames(paths);
  return paths.map((path, index) => ({
    path,
    name: names.get(path) ?? path,
    site: partsOf(path).site,
    address: registered.get(path)?.spec.address ?? routes.get(path)?.address ?? '',
    colour: seriesToken(index),
    instance: registered.get(path),
    route: routes.get(path),
    calls: counted.get(path),
  }));
}

// 2 before 10.
function byInstance(a: string, b: string): number {
  const left = partsOf(a).instance;
  const right = partsOf(b).instance;
  return left.localeCompare(right, 'en', { numeric: true }) || (a < b ? -1 : 1);
}

export function isWorking(row: InstanceRow): boolean {
  const { instance } = row;
  if (instance?.state !== 'INSTANCE_STATE_WORKING') return false;
  return !instance.operator_state.disabled && !instance.operator_state.isolated;
}

export type ActionName = 'disable' | 'enable' | 'isolate' | 'rejoin' | 'weight';

// What the operator's word becomes; what the action is not about stays as it was.
// Times are the server's to say: a window ends with it.
export type OperatorWord = Omit<NamingOperatorState, 'window' | 'document'>;
export function afterAction(
  before: OperatorWord,
  action: ActionName,
  reason: string,
  weight: number,
): OperatorWord {
  const { disabled, isolated } = before;
  const said = { disabled, isolated, weight: before.weight, reason };
  switch (action) {
    case 'disable':
      return { ...said, disabled: true };
    case 'enable':
      return { ...said, disabled: false };
    case 'isolate':
      return { ...said, isolated: true };
    case 'rejoin':
      return { ...said, isolated: false };
    case 'weight':
      return { ...said, weight };
  }
}

// Actions that make sense for what the operator has said so far.
export function actionsOf(said: OperatorWord): ActionName[] {
  return [
    said.disabled ? 'enable' : 'disable',
    said.isolated ? 'rejoin' : 'isolate',
    'weight',
  ];
}
