// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { DataList, kWidths, type Column } from '../../components/DataList';
import { successColumn } from '../../components/successColumn';
import { useText } from '../../i18n/text';
import { formatMicros, formatRate } from '../../lib/units';
import type { Call } from './graph';

// The lines of the graph as a list: for phones, screen readers and large systems.
interface Props {
  calls: Call[] | undefined;
  onChoose: (call: Call) => void;
}

export function CallList({ calls, onChoose }: Props): ReactElement {
  const text = useText();
  const columns: Column<Call>[] = [
    {
      key: 'pair',
      title: `${text('topology.caller')} → ${text('topology.callee')}`,
      narrow: 'head',
      ellipsis: true,
      render: (call) => (
        // The click is taken by the row.
        <button
          type="button"
          className="linklike value pair"
          title={`${call.caller} → ${call.callee}`}
        >
          {call.caller || text('common.unknownCaller')} → <b>{call.callee}</b>
        </button>
      ),
    },
    {
      key: 'calls',
      title: text('common.calls'),
      align: 'right',
      width: kWidths.calls,
      render: (call) => formatRate(call.perSecond),
    },
    successColumn(text, ({ calls, successRate }) => ({ calls, success_rate: successRate })),
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
      onChoose={onChoose}
      empty={text('topology.empty.text')}
    />
  );
}
