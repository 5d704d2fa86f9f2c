// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from 'antd';
import type { ReactElement } from 'react';
import type { RoutingServiceTable } from '../../../api/generated';
import { Strip } from '../../../components/Strip';
import { useText } from '../../../i18n/text';
import { seriesToken } from '../../../lib/tokens';
import { formatRate } from '../../../lib/units';
import { levelNames, mergePools, siteFlows, type PoolLine, type SiteLine } from './view';

const kPools = 8; // more are counted, not drawn

// How the calls are shared out by place: per pool by level, per site of callers by site.
export function Levels({ tables }: { tables: RoutingServiceTable[] | undefined }): ReactElement {
  const text = useText();
  if (!tables) return <Skeleton active title={false} className="pad" />;
  const pools = mergePools(tables);
  const flows = siteFlows(tables);
  if (tables.length === 0) return <div className="none">{text('route.nobody')}</div>;
  // Instances' sites, in the same colour for all callers.
  const sites = [...new Set(flows.flatMap((flow) => flow.to.map((one) => one.site)))].sort();
  return (
    <div className="strips pad">
      <h3>{text('route.byLevel')}</h3>
      {pools.length === 0 && <p className="why">{text('route.pools.none')}</p>}
      {pools.slice(0, kPools).map((pool) => (
        <PoolStrip key={pool.name} pool={pool} of={tables.length} />
      ))}
      {pools.length > kPools && (
        <p className="why">{text('route.more', { count: pools.length - kPools })}</p>
      )}
      <h3>{text('route.bySite')}</h3>
      {flows.map((flow) => (
        <FlowStrip key={flow.site} flow={flow} sites={sites} />
      ))}
    </div>
  );
}

function PoolStrip({ pool, of }: { pool: PoolLine; of: number }): ReactElement {
  const text = useText();
  const parts = pool.shares.map((share, level) => {
    const name = levelNames[level] ?? 'far';
    return { name: text(`route.level.${name}`), share, colour: `level-${level + 1}` };
  });
  return (
    <div className="strip-line">
      <div className="strip-head">
        <b>{pool.name}</b>
        <small>
          {text('route.pool.instances', { count: pool.instances })}
          {pool.hosts < of && ` · ${text('route.onHosts', { k: pool.hosts, n: of })}`}
        </small>
      </div>
      <Strip label={pool.name} parts={parts} />
      {pool.notes.map((note) => (
        <small key={note} className="why">
          {note}
        </small>
      ))}
    </div>
  );
}

function FlowStrip({ flow, sites }: { flow: SiteLine; sites: string[] }): ReactElement {
  const text = useText();
  const name = text('route.from', { site: flow.site || text('route.noSite') });
  return (
    <div className="strip-line">
      <div className="strip-head">
        <b>{name}</b>
        <small>
          {text('route.callers', { count: flow.hosts })} · {formatRate(flow.callsPerS)}/s
        </small>
      </div>
      <Strip
        label={name}
        parts={flow.to.map(({ site, share }) => ({
          name: site || text('route.noSite'), share, colour: seriesToken(sites.indexOf(site)),
        }))}
      />
    </div>
  );
}
