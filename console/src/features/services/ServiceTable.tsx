// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useMemo, type ReactElement, type ReactNode } from 'react';
import { Link } from 'react-router-dom';
import type { MetricsTableReplyRow, NamingListServicesReplyRow } from '../../api/generated';
import { DataList, type Column } from '../../components/DataList';
import { successColumn } from '../../components/successColumn';
import { useText } from '../../i18n/text';
import { serviceUrl } from '../../lib/paths';
import { formatMicros, formatRate } from '../../lib/units';
import { StateCounts } from './StateCounts';

type Row = NamingListServicesReplyRow;

interface Props {
  rows: Row[] | undefined;
  calls: MetricsTableReplyRow[] | undefined;
  empty: ReactNode;
}

export function ServiceTable({ rows, calls, empty }: Props): ReactElement {
  const text = useText();
  const called = useMemo(() => new Map((calls ?? []).map((row) => [row.key[0], row])), [calls]);
  const callsOf = (row: Row): MetricsTableReplyRow | undefined => called.get(row.service);
  const columns: Column<Row>[] = [
    {
      key: 'service',
      title: text('common.service'),
      narrow: 'head',
      render: (row) => (
        <Link className="name" to={serviceUrl(row.service)}>
          {row.service}
        </Link>
      ),
    },
    {
      key: 'instances',
      title: text('common.instances'),
      width: 260,
      render: (row) => <StateCounts row={row} />,
    },
    {
      key: 'sites',
      title: text('common.sites'),
      render: (row) => <Sites sites={row.sites} />,
    },
    {
      key: 'calls',
      title: text('common.calls'),
      align: 'right',
      render: (row) => formatRate(callsOf(row)?.calls_per_second ?? 0),
    },
    successColumn(text, callsOf),
    {
      key: 'tp99',
      title: text('common.tp99'),
      align: 'right',
      render: (row) => formatMicros(callsOf(row)?.tp99_us ?? 0),
    },
  ];
  return (
    <DataList
      label={text('page.services')}
      rows={rows}
      rowKey={(row) => row.service}
      columns={columns}
      empty={empty}
      pageSize={1000}
    />
  );
}

const kSitesShown = 3;

function Sites({ sites }: { sites: string[] }): ReactElement {
  const rest = sites.length - kSitesShown;
  return (
    <span className="sites" title={sites.join(', ')}>
      {sites.slice(0, kSitesShown).map((site) => (
        <span key={site} className="chip">
          {site}
        </span>
      ))}
      {rest > 0 && <span>+{rest}</span>}
    </span>
  );
}
