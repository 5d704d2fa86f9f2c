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

interface Props {
  rows: Row[] | undefined;
  label: string;
  title: string;
  empty: string;
  linked?: boolean; // the key is a service
}

// Calls grouped by one dimension: by caller, callee or method.
export function CallTable({ rows, label, title, empty, linked }: Props): ReactElement {
  const text = useText();
  const columns: Column<Row>[] = [
    {
      key: 'key',
      title,
      narrow: 'head',
      ellipsis: true,
      render: (row) => <Key name={row.key[0]} link={linked} />,
    },
    {
      key: 'calls',
      title: text('common.calls'),
      align: 'right',
      width: kWidths.calls,
      render: (row) => formatRate(row.calls_per_second),
    },
    successColumn(text, (row) => row),
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
      label={label}
      rows={rows}
      rowKey={(row) => row.key.join(' ')}
      columns={columns}
      fits
      empty={empty}
      pageSize={10}
    />
  );
}

function Key({ name = '', link }: { name?: string; link?: boolean }): ReactElement {
  const text = useText();
  if (name === '') return <i>{text('common.unknownCaller')}</i>;
  if (link) {
    return (
      <Link className="name" to={serviceUrl(name)} title={name}>
        {name}
      </Link>
    );
  }
  return (
    <span className="method" title={name}>
      {name}
    </span>
  );
}
