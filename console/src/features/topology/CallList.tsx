// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { Link } from 'react-router-dom';
import { DataList, kWidths, type Column } from '../../components/DataList';
import { Success } from '../../components/Success';
import { useText } from '../../i18n/text';
import { serviceUrl } from '../../lib/paths';
import { formatMicros, formatRate } from '../../lib/units';
import type { Call } from './graph';

// The lines of the graph as a list: for phones, screen readers and large systems.
export function CallList({ calls }: { calls: Call[] | undefined }): ReactElement {
  const text = useText();
  const columns: Column<Call>[] = [
    {
      key: 'pair',
      title: `${text('topology.caller')} → ${text('topology.callee')}`,
      narrow: 'head',
      ellipsis: true,
      render: (call) => (
        <span className="pair" title={`${call.caller} → ${call.callee}`}>
          <span>{call.caller || text('common.unknownCaller')}</span>
          <span aria-hidden="true"> → </span>
          <Link className="name" to={serviceUrl(call.callee)}>
            {call.callee}
          </Link>
        </span>
      ),
    },
    {
      key: 'calls',
      title: text('common.calls'),
      align: 'right',
      width: kWidths.calls,
      render: (call) => formatRate(call.perSecond),
    },
    {
      key: 'success',
      title: text('common.success'),
      align: 'right',
      width: kWidths.success,
      narrow: 'corner',
      render: (call) => <Success rate={call.successRate} calls={call.calls} />,
    },
    {
      key: 'tp99',
      title: text('common.tp99'),
      align: 'right',
      width: kWidths.latency,
      render: (call) => formatMicros(call.tp99Us),
    },
  ];
  return (
    <DataList
      label={text('topology.list')}
      rows={calls}
      rowKey={(call) => call.id}
      columns={columns}
      fits
      empty={text('topology.empty.text')}
    />
  );
}
