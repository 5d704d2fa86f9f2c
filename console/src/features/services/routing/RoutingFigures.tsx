// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { RoutingServiceTable, RoutingStoredSettings } from '../../../api/generated';
import { Figure } from '../../../components/Figure';
import { useText } from '../../../i18n/text';
import { formatDay } from '../../../lib/time';
import { formatPercent, formatRate, formatShare } from '../../../lib/units';
import type { InstanceRow } from '../instances';
import { behind, distinct, isSet, mergePools, refusals, ruleLines } from './view';

const kShort = 9; // letters that fit in the size of figures

interface Props {
  rows: InstanceRow[] | undefined;
  tables: RoutingServiceTable[] | undefined;
  stored: RoutingStoredSettings | undefined;
}

export function RoutingFigures({ rows, tables, stored }: Props): ReactElement {
  const text = useText();
  const seen = tables ?? [];
  const refused = refusals(seen);
  const shielded = rows?.filter((row) => (row.route?.shieldedBy ?? 0) > 0).length ?? 0;
  const loading = tables === undefined;
  return (
    <div className="figures">
      <PolicyFigure tables={tables} stored={stored} />
      <Figure
        name="calls"
        loading={loading}
        label={text('common.calls')}
        value={formatRate(seen.reduce((sum, table) => sum + table.calls_per_s, 0))}
        hint={text('route.callers', { count: seen.length })}
      />
      <NearFigure tables={tables} />
      <Figure
        name="shielded"
        loading={!rows}
        label={text('detail.shielded')}
        value={shielded}
        hint={text('detail.shielded.of', { total: rows?.length ?? 0 })}
        level={shielded > 0 ? 'warn' : undefined}
      />
      <Figure
        name="refused"
        loading={loading}
        label={text('route.refusedShare')}
        value={seen.length > 0 ? formatPercent(refused.share, 1) : '–'}
        hint={refused.hosts[0]?.why || text('route.refused.none')}
        level={refused.share > 0 ? 'bad' : undefined}
      />
      <RulesFigure tables={tables} stored={stored} />
    </div>
  );
}

type Common = Omit<Props, 'rows'>;

function PolicyFigure({ tables, stored }: Common): ReactElement {
  const text = useText();
  const late = behind(tables ?? [], stored?.version ?? '0');
  const policies = distinct((tables ?? []).map((table) => table.policy));
  const name = policies.join(', ') || stored?.settings.policy || 'l5';
  const since = isSet(stored)
    ? text('route.set', { at: formatDay(stored.changed_unix_ms) })
    : text('route.set.never');
  return (
    <Figure
      name="policy"
      loading={!tables}
      label={text('route.policy')}
      value={name.length > kShort ? <span className="long">{name}</span> : name}
      hint={late > 0 ? text('route.behind', { count: late }) : since}
      level={late > 0 ? 'warn' : undefined}
    />
  );
}

function NearFigure({ tables }: { tables: RoutingServiceTable[] | undefined }): ReactElement {
  const text = useText();
  const pool = mergePools(tables ?? [])[0];
  const [unit = 0, site = 0] = pool?.shares ?? [];
  const placed = tables?.some((table) => table.site !== '') ?? false;
  const why = placed ? (pool?.notes ?? []) : [text('route.near.unknown')];
  return (
    <Figure
      name="near"
      loading={!tables}
      label={text('route.near')}
      value={pool && placed ? formatShare(unit + site) : '–'}
      hint={<span title={why.join(' · ')}>{why[0] ?? ''}</span>}
    />
  );
}

function RulesFigure({ tables, stored }: Common): ReactElement {
  const text = useText();
  const lines = ruleLines(tables ?? [], stored?.settings.rules ?? []);
  const inForce = lines.filter((line) => line.inForce > 0);
  const names = inForce.map((line) => line.name).join(', ');
  return (
    <Figure
      name="rules"
      loading={!tables}
      label={text('route.rules.inForce')}
      value={inForce.length}
      hint={<span title={names}>{names || text('route.rules.nobody')}</span>}
    />
  );
}
