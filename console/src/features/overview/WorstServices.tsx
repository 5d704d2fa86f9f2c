// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { Link } from 'react-router-dom';
import type { MetricsTableReplyRow } from '../../api/generated';
import { DataList, kWidths, type Column } from '../../components/DataList';
import { successColumn } from '../../components/successColumn';
import { useText } from '../../i18n/text';
import { serviceUrl } from '../../lib/paths';
import { formatMicros, formatRate } from '../../lib/units';

type Row = MetricsTableReplyRow;

export function WorstServices({ rows }: { rows: Row[] | undefined }): ReactElement {
  const text = useText();
  const columns: Column<Row>[] = [
    {
      key: 'service',
      title: text('common.service'),
      narrow: 'head',
      ellipsis: true,
      render: (row) => (
        <Link className="name" to={serviceUrl(row.key[0] ?? '')} title={row.key[0]}>
          {row.key[0]}
        </Link>
      ),
    },
    successColumn(text, (row) => row),
    {
      key: 'calls',
      title: text('common.calls'),
      align: 'right',
      width: kWidths.calls,
      render: (row) => formatRate(row.calls_per_second),
    },
    {
      key: 'tp99',
      title: text('common.tp99'),
      align: 'right',
      width: kWidths.latency,
      render: (row) => formatMicros(row.tp99_us),
    },
  ];
  return (
    <DataList
      label={text('overview.worst')}
      rows={rows}
      rowKey={(row) => row.key.join(' ')}
      columns={columns}
      fits
      empty={text('overview.nocalls')}
    />
  );
}
