// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { RoutingRatioMove } from '../../../api/generated';

export type MovePhase = 'waits' | 'grows' | 'holds' | 'ended';

// Where a move stands: grows from 0 to its share over its duration, ends by itself (KESS-029).
export function phaseOf(move: RoutingRatioMove, nowMs: number): MovePhase {
  if (move.until_unix_ms > 0 && nowMs >= move.until_unix_ms) return 'ended';
  if (nowMs < move.begun_unix_ms) return 'waits';
  return nowMs < move.begun_unix_ms + move.duration_ms ? 'grows' : 'holds';
}

export function shareNow(move: RoutingRatioMove, nowMs: number): number {
  switch (phaseOf(move, nowMs)) {
    case 'waits':
    case 'ended':
      return 0;
    case 'grows':
      return (move.share * (nowMs - move.begun_unix_ms)) / move.duration_ms;
    case 'holds':
      return move.share;
  }
}

// There is one move for each pair of sites: another one takes its place.
export function withMove(moves: RoutingRatioMove[], move: RoutingRatioMove): RoutingRatioMove[] {
  const others = moves.filter(
    (one) => one.from_site !== move.from_site || one.to_site !== move.to_site,
  );
  return [...others, move];
}

// A move is the same if it is between the same sites and began at the same moment.
export function isSame(a: RoutingRatioMove, b: RoutingRatioMove): boolean {
  return (
    a.from_site === b.from_site &&
    a.to_site === b.to_site &&
    a.begun_unix_ms === b.begun_unix_ms
  );
}
