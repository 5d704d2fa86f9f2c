// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { Link } from 'react-router-dom';
import type { MetricsTableReplyRow } from '../../api/generated';
import { kNowSeconds } from '../../api/queries';
import { DataList, kWidths, type Column } from '../../components/DataList';
import { useText } from '../../i18n/text';
import { codeName } from '../../lib/codes';
import { serviceUrl } from '../../lib/paths';
import { formatRate } from '../../lib/units';

type Row = MetricsTableReplyRow;

export function FailureCodes({ rows }: { rows: Row[] | undefined }): ReactElement {
  const text = useText();
  const columns: Column<Row>[] = [
    {
      key: 'code',
      title: text('common.code'),
      width: '40%',
      narrow: 'head',
      ellipsis: true,
      render: (row) => {
        const name = codeName(Number(row.key[1]));
        return <code title={name}>{name}</code>;
      },
    },
    {
      key: 'service',
      title: text('common.service'),
      ellipsis: true,
      render: (row) => (
        <Link to={serviceUrl(row.key[0] ?? '')} title={row.key[0]}>
          {row.key[0]}
        </Link>
      ),
    },
    {
      key: 'failures',
      title: text('common.failures'),
      align: 'right',
      width: kWidths.calls,
      narrow: 'corner',
      render: (row) => formatRate(row.failures / kNowSeconds),
    },
  ];
  return (
    <DataList
      label={text('overview.codes')}
      rows={rows?.filter((row) => row.failures > 0)}
      rowKey={(row) => row.key.join(' ')}
      columns={columns}
      fits
      empty={text('overview.codes.none')}
    />
  );
}
