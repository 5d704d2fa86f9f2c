// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { MetricsDescribeReplyPartition } from '../../api/generated';
import { DataList, type Column } from '../../components/DataList';
import { Mark } from '../../components/Mark';
import { useText } from '../../i18n/text';
import { formatCount } from '../../lib/units';

type Row = MetricsDescribeReplyPartition;

// The parts of the queue, and how far each is worked off.
export function PartitionTable({ partitions }: { partitions: Row[] | undefined }): ReactElement {
  const text = useText();
  const columns: Column<Row>[] = [
    {
      key: 'number',
      title: text('data.partition'),
      narrow: 'head',
      render: (row) => <b>{row.number}</b>,
    },
    {
      key: 'worked',
      title: text('data.who'),
      narrow: 'corner',
      render: (row) => (
        <Mark level={row.error ? 'bad' : row.worked ? 'good' : 'idle'}>
          {row.worked ? row.node : text('data.nobody')}
        </Mark>
      ),
    },
    {
      key: 'cut',
      title: <span title={text('data.cut.hint')}>{text('data.cut')}</span>,
      align: 'right',
      render: (row) => formatCount(row.cut),
    },
    {
      key: 'behind',
      title: <span title={text('data.behind.hint')}>{text('data.behind')}</span>,
      align: 'right',
      render: (row) => formatCount(row.behind),
    },
    {
      key: 'error',
      title: text('data.error'),
      render: (row) => <span className="path">{row.error || text('data.error.none')}</span>,
    },
  ];
  return (
    <DataList
      label={text('data.partitions')}
      rows={partitions}
      rowKey={(row) => String(row.number)}
      columns={columns}
      empty={text('data.partitions.none')}
    />
  );
}
