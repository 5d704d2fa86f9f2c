// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from 'antd';
import type { ReactElement } from 'react';
import type { RoutingInstanceRoute, RoutingServiceTable } from '../../../api/generated';
import { useText, type Text, type TextKey } from '../../../i18n/text';
import { formatRate, formatShare } from '../../../lib/units';
import type { InstanceRow } from '../instances';
import { shieldLevel } from './view';

const kHosts = 12;
const kInstances = 160;
const kNamed = 20; // of so many the names are written below the bars
const kWidest = 52; // pixels
const kLeastHeight = 4; // percent: somebody who gets little is not nobody

interface Props {
  rows: InstanceRow[] | undefined;
  tables: RoutingServiceTable[] | undefined;
  onChoose: (host: string) => void;
}

// Small multiples: for each caller a bar per instance, as high as its share, in the colour of its
// shield.
export function WeightBars({ rows, tables, onChoose }: Props): ReactElement {
  const text = useText();
  if (!rows || !tables) return <Skeleton active title={false} className="pad" />;
  if (tables.length === 0) return <div className="none">{text('route.nobody')}</div>;
  const bySite = [...rows].sort((a, b) => a.site.localeCompare(b.site));
  const shown = bySite.slice(0, kInstances);
  const hosts = [...tables].sort(byTrouble).slice(0, kHosts);
  const left = Math.max(0, rows.length - kInstances);
  return (
    <div className="multiples pad">
      <Legend />
      <div className="multiples-grid">
        {hosts.map((table) => (
          <HostBars key={table.host} table={table} rows={shown} onChoose={onChoose} />
        ))}
        <Below rows={shown} />
      </div>
      {(tables.length > kHosts || left > 0) && (
        <p className="why">
          {text('route.weights.left', { hosts: Math.max(0, tables.length - kHosts), left })}
        </p>
      )}
    </div>
  );
}

// Those that hold somebody back come first, then those that call most.
function byTrouble(a: RoutingServiceTable, b: RoutingServiceTable): number {
  const held = (table: RoutingServiceTable): number =>
    table.instances.filter((route) => shieldLevel(route) !== 'good').length;
  return held(b) - held(a) || b.calls_per_s - a.calls_per_s || a.host.localeCompare(b.host);
}

const legend: { level: string; key: TextKey }[] = [
  { level: 'good', key: 'detail.open' },
  { level: 'warn', key: 'route.shield.shrunk' },
  { level: 'bad', key: 'route.shield.SHIELD_STATE_SHIELDED' },
  { level: 'idle', key: 'route.shield.none' },
];

function Legend(): ReactElement {
  const text = useText();
  return (
    <ul className="multiples-legend" aria-hidden="true">
      {legend.map(({ level, key }) => (
        <li key={level}>
          <i data-level={level} /> {text(key)}
        </li>
      ))}
    </ul>
  );
}

interface HostProps {
  table: RoutingServiceTable;
  rows: InstanceRow[];
  onChoose: (host: string) => void;
}

function HostBars({ table, rows, onChoose }: HostProps): ReactElement {
  const text = useText();
  const routes = new Map(table.instances.map((route) => [route.path, route]));
  const most = Math.max(...table.instances.map((route) => route.weight), 1e-9);
  return (
    <>
      <button
        type="button"
        className="multiples-host"
        title={text('route.view.one', { host: table.host })}
        onClick={() => onChoose(table.host)}
      >
        <b>{table.host}</b>
        <small>
          {[table.site, `${formatRate(table.calls_per_s)}/s`].filter((word) => word).join(' · ')}
        </small>
      </button>
      <div
        className="bars"
        role="img"
        style={widthOf(rows)}
        aria-label={spoken(table, rows, routes, text)}
      >
        {rows.map((row) => {
          const route = routes.get(row.path);
          const share = route?.weight ?? 0;
          const height = share > 0 ? Math.max(kLeastHeight, (share / most) * 100) : 0;
          return (
            <span key={row.path} title={wordsOf(row, route, text)}>
              <i
                data-level={route ? shieldLevel(route) : 'idle'}
                data-empty={share === 0}
                style={{ height: `${height}%` }}
              />
            </span>
          );
        })}
      </div>
    </>
  );
}

function wordsOf(row: InstanceRow, route: RoutingInstanceRoute | undefined, text: Text): string {
  if (!route) return `${row.name}: ${text('route.shield.none')}`;
  const state = text(`route.shield.${route.shield}` as TextKey);
  const why = route.reason && `: ${route.reason}`;
  return `${row.name}: ${formatShare(route.weight)}, ${state}${why}`;
}

function spoken(
  table: RoutingServiceTable,
  rows: InstanceRow[],
  routes: Map<string, RoutingInstanceRoute>,
  text: Text,
): string {
  const bars = rows.map((row) => wordsOf(row, routes.get(row.path), text));
  return `${table.host}: ${bars.join('; ')}`;
}

function widthOf(rows: InstanceRow[]): { maxWidth: number } {
  return { maxWidth: rows.length * kWidest };
}

// Below the bars: which instance is which, and in which site.
function Below({ rows }: { rows: InstanceRow[] }): ReactElement {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.site, (counts.get(row.site) ?? 0) + 1);
  return (
    <>
      <span />
      <div className="bars-below" style={widthOf(rows)} aria-hidden="true">
        {rows.length <= kNamed && (
          <div>
            {rows.map((row) => (
              <span key={row.path} style={{ flexGrow: 1 }}>
                {row.name.split('/').pop()}
              </span>
            ))}
          </div>
        )}
        <div className="bars-sites">
          {[...counts].map(([site, count]) => (
            <span key={site} style={{ flexGrow: count }}>
              {site}
            </span>
          ))}
        </div>
      </div>
    </>
  );
}
