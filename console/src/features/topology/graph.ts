// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { MetricsTableReplyRow, NamingListServicesReplyRow } from '../../api/generated';

export interface Call {
  id: string;
  caller: string; // "" is outside
  callee: string;
  calls: number;
  perSecond: number;
  successRate: number;
  tp99Us: number;
}

export interface Service {
  name: string;
  perSecond: number; // calls it gets
  perSecondOut: number; // calls it makes
  calls: number;
  successRate: number;
  working: number;
  total: number; // 0: not registered
}

export function callsOf(rows: MetricsTableReplyRow[]): Call[] {
  return rows.map((row) => {
    const [caller = '', callee = ''] = row.key;
    return {
      id: `${caller} > ${callee}`,
      caller,
      callee,
      calls: row.calls,
      perSecond: row.calls_per_second,
      successRate: row.success_rate,
      tp99Us: row.tp99_us,
    };
  });
}

// Everyone who calls or is called, and who is registered.
export function servicesOf(calls: Call[], registered: NamingListServicesReplyRow[]): Service[] {
  const services = new Map<string, Service>();
  const at = (name: string): Service => {
    const found = services.get(name) ?? emptyService(name);
    services.set(name, found);
    return found;
  };
  for (const row of registered) {
    const service = at(row.service);
    service.working = row.working;
    service.total = row.initial + row.working + row.unreachable;
  }
  for (const call of calls) {
    at(call.caller).perSecondOut += call.perSecond;
    const callee = at(call.callee);
    const failures =
      callee.calls * (1 - callee.successRate) + call.calls * (1 - call.successRate);
    callee.calls += call.calls;
    callee.perSecond += call.perSecond;
    callee.successRate = callee.calls > 0 ? 1 - failures / callee.calls : 1;
  }
  return [...services.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function emptyService(name: string): Service {
  return { name, perSecond: 0, perSecondOut: 0, calls: 0, successRate: 1, working: 0, total: 0 };
}

export interface Point {
  x: number;
  y: number;
}

// Which share of a line's length its label stands at: the middle; on a line past other layers, the
// first gap between layers, since the middle may be behind a service.
export function labelShare(length: number, gap: number): number {
  return length > 1.5 * gap ? gap / 2 / length : 0.5;
}

// The point at a share (0..1) of the way of a line as the graph draws it: a cubic curve with both
// handles half way. The way along the layers at t is 1.5 t (1 - t) + t³; across them 3 t² - 2 t³.
export function pointOn(from: Point, to: Point, share: number, downward: boolean): Point {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 30; i++) {
    const t = (low + high) / 2;
    if (1.5 * t * (1 - t) + t ** 3 < share) low = t;
    else high = t;
  }
  const aside = 3 * low ** 2 - 2 * low ** 3;
  const [alongX, alongY] = downward ? [aside, share] : [share, aside];
  return { x: from.x + (to.x - from.x) * alongX, y: from.y + (to.y - from.y) * alongY };
}
