// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { useData } from '../../api/figures';
import type { MetricsDescribeReply } from '../../api/generated';
import { Failure } from '../../components/Failure';
import { Figure } from '../../components/Figure';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { useText } from '../../i18n/text';
import { formatClock } from '../../lib/time';
import { formatBytes, formatCount, formatPercent, formatTotal } from '../../lib/units';
import { PartitionTable } from './PartitionTable';
import { SetTable } from './SetTable';

// Whether the figures are made of all calls: completeness of the data itself.
export default function DataPage(): ReactElement {
  const text = useText();
  const { data, error } = useData();
  return (
    <>
      <PageHead title={text('data.page')} />
      <Failure errors={[error]} />
      <Figures data={data} />
      <Panel title={text('data.partitions')}>
        <PartitionTable partitions={data?.partitions} />
      </Panel>
      <Panel title={text('data.sets')}>
        <SetTable sets={data?.sets} />
      </Panel>
    </>
  );
}

function Figures({ data }: { data: MetricsDescribeReply | undefined }): ReactElement {
  const text = useText();
  const loading = data === undefined;
  const { calls_counted: counted = 0, calls_lost: lost = 0 } = data ?? {};
  const partitions = data?.partitions ?? [];
  const behind = partitions.reduce((sum, one) => sum + one.behind, 0);
  const idle = partitions.filter((one) => !one.worked || one.error !== '').length;
  const until = data?.complete_until ?? 0;
  return (
    <div className="figures">
      <Figure
        name="until"
        loading={loading}
        label={text('data.until')}
        value={until > 0 ? formatClock(until) : '–'}
        hint={text('data.until.hint')}
      />
      <Figure
        name="counted"
        loading={loading}
        label={text('overview.counted')}
        value={formatTotal(counted)}
        hint={text('data.since')}
      />
      <Figure
        name="lost"
        loading={loading}
        label={text('data.lost')}
        value={formatCount(lost)}
        hint={
          lost > 0
            ? text('data.lost.share', { share: formatPercent(counted / (counted + lost), 4) })
            : text('data.lost.none')
        }
        level={lost > 0 ? 'bad' : undefined}
      />
      <Figure
        name="behind"
        loading={loading}
        label={text('data.behind')}
        value={formatCount(behind)}
        hint={
          idle > 0
            ? text('data.idle', { count: idle })
            : text('data.worked.all', { count: partitions.length })
        }
        level={idle > 0 ? 'warn' : undefined}
      />
      <Figure
        name="duplicates"
        loading={loading}
        label={text('data.duplicates')}
        value={formatCount(data?.duplicates ?? 0)}
        hint={text('data.duplicates.hint')}
      />
      <Figure
        name="pushes"
        loading={loading}
        label={text('data.pushes')}
        value={formatTotal(data?.pushes ?? 0)}
        hint={text('data.bytes', { bytes: formatBytes(data?.queue_bytes ?? 0) })}
      />
    </div>
  );
}
