// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Places a call graph from left to right: callers left of what they call. Longest-path layers after
// the edges that close a cycle are set aside, then a few sweeps that put each node near the mean of
// its neighbours, which removes most crossings. Deterministic: names break ties.
export interface Edge {
  from: string;
  to: string;
}

export interface Place {
  layer: number;
  row: number; // position within the layer
  rows: number; // nodes in that layer
}

const kSweeps = 4;

export function layOut(nodes: string[], edges: Edge[]): Map<string, Place> {
  const names = [...new Set(nodes)].sort();
  const forward = withoutCycles(names, edges);
  const layerOf = longestPaths(names, forward);
  const layers: string[][] = [];
  for (const name of names) (layers[layerOf.get(name) ?? 0] ??= []).push(name);
  order(layers, forward);
  const places = new Map<string, Place>();
  layers.forEach((members, layer) =>
    members.forEach((name, row) => places.set(name, { layer, row, rows: members.length })),
  );
  return places;
}

function withoutCycles(names: string[], edges: Edge[]): Edge[] {
  const known = new Set(names);
  const next = new Map<string, Edge[]>();
  const called = new Set<string>();
  for (const edge of edges) {
    if (edge.from === edge.to || !known.has(edge.from) || !known.has(edge.to)) continue;
    next.set(edge.from, [...(next.get(edge.from) ?? []), edge]);
    called.add(edge.to);
  }
  const kept: Edge[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string): void => {
    state.set(name, 'open');
    for (const edge of next.get(name) ?? []) {
      if (state.get(edge.to) === 'open') continue; // closes a cycle
      kept.push(edge);
      if (!state.has(edge.to)) visit(edge.to);
    }
    state.set(name, 'done');
  };
  // Begin where nobody calls, so that an edge back to the entry is the one set aside.
  const roots = names.filter((name) => !called.has(name));
  for (const name of [...roots, ...names]) if (!state.has(name)) visit(name);
  return kept;
}

function longestPaths(names: string[], edges: Edge[]): Map<string, number> {
  const layer = new Map(names.map((name) => [name, 0]));
  for (let round = 0; round < names.length; round++) {
    let moved = false;
    for (const { from, to } of edges) {
      const least = (layer.get(from) ?? 0) + 1;
      if ((layer.get(to) ?? 0) < least) {
        layer.set(to, least);
        moved = true;
      }
    }
    if (!moved) break;
  }
  return layer;
}

function order(layers: string[][], edges: Edge[]): void {
  for (let sweep = 0; sweep < kSweeps; sweep++) {
    const rows = new Map<string, number>();
    layers.forEach((m) => m.forEach((name, i) => rows.set(name, (i + 0.5) / m.length)));
    const down = sweep % 2 === 0;
    for (const members of layers) {
      const centre = new Map(members.map((name) => [name, mean(name, edges, rows, down)]));
      members.sort(
        (a, b) => (centre.get(a) ?? 0) - (centre.get(b) ?? 0) || (a < b ? -1 : a > b ? 1 : 0),
      );
    }
  }
}

function mean(name: string, edges: Edge[], rows: Map<string, number>, down: boolean): number {
  const near = edges
    .filter((edge) => (down ? edge.to : edge.from) === name)
    .map((edge) => rows.get(down ? edge.from : edge.to) ?? 0);
  if (near.length === 0) return rows.get(name) ?? 0;
  return near.reduce((sum, row) => sum + row, 0) / near.length;
}
