// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { RoutingServiceTable } from '../../api/generated';
import { useTable } from '../../api/queries';
import { Figure } from '../../components/Figure';
import { useText } from '../../i18n/text';
import { levelOf } from '../../lib/success';
import { formatMicros, formatPercent, formatRate } from '../../lib/units';
import { isWorking, type InstanceRow } from './instances';

interface Props {
  service: string;
  rows: InstanceRow[] | undefined;
  tables: RoutingServiceTable[] | undefined;
}

export function ServiceFigures({ service, rows, tables }: Props): ReactElement {
  const text = useText();
  const table = useTable({ filter: { callee: service }, groupBy: ['callee'], limit: 1 });
  const total = table.data?.rows[0];
  const calls = total?.calls ?? 0;
  return (
    <div className="figures">
      <WorkingFigure rows={rows} />
      <Figure
        name="calls"
        label={text('common.calls')}
        value={formatRate(total?.calls_per_second ?? 0)}
        hint={calls > 0 ? text('common.last10') : text('common.nocalls')}
        loading={!table.data}
      />
      <Figure
        name="success"
        label={text('common.successRate')}
        value={calls > 0 ? formatPercent(total?.success_rate ?? 1, 3) : '–'}
        hint={text('common.last10')}
        level={levelOf(total?.success_rate ?? 1, calls)}
        loading={!table.data}
      />
      <Figure
        name="tp99"
        label={text('common.tp99')}
        value={formatMicros(total?.tp99_us ?? 0)}
        hint={total ? `TP50 ${formatMicros(total.tp50_us)}` : ''}
        loading={!table.data}
      />
      <ShieldedFigure rows={rows} />
      <Figure
        name="hosts"
        label={text('detail.hosts')}
        value={tables?.length ?? 0}
        hint={
          tables?.[0]
            ? text('detail.policy', { policy: tables[0].policy })
            : text('detail.nohosts')
        }
        loading={!tables}
      />
    </div>
  );
}

function WorkingFigure({ rows }: { rows: InstanceRow[] | undefined }): ReactElement {
  const text = useText();
  const working = rows?.filter(isWorking).length ?? 0;
  const total = rows?.filter((row) => row.instance).length ?? 0;
  const missing = total - working;
  return (
    <Figure
      name="instances"
      label={text('common.instances')}
      value={
        <>
          {working}
          <small> / {total}</small>
        </>
      }
      hint={
        missing > 0
          ? text('overview.missing', { count: missing })
          : text('overview.allWorking')
      }
      level={missing > 0 ? (working === 0 ? 'bad' : 'warn') : undefined}
      loading={!rows}
    />
  );
}

function ShieldedFigure({ rows }: { rows: InstanceRow[] | undefined }): ReactElement {
  const text = useText();
  const shielded = rows?.filter((row) => (row.route?.shieldedBy ?? 0) > 0) ?? [];
  return (
    <Figure
      name="shielded"
      label={text('detail.shielded')}
      value={shielded.length}
      hint={text('detail.shielded.of', { total: rows?.length ?? 0 })}
      level={shielded.length > 0 ? 'warn' : undefined}
      loading={!rows}
    />
  );
}
