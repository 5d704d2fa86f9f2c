// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { MetricsFiguresReplyLine } from '../../../api/generated';
import { DataList, kWidths, type Column } from '../../../components/DataList';
import { successColumn } from '../../../components/successColumn';
import { useText } from '../../../i18n/text';
import { formatCount, formatMicros, formatRate } from '../../../lib/units';
import { nameOf, valueOf } from '../../../components/figureNames';
import type { Dimension } from '../../../lib/question';

type Row = MetricsFiguresReplyLine;

interface Props {
  lines: Row[] | undefined;
  by: Dimension;
  onChoose: (value: string) => void;
}

export function BreakdownTable({ lines, by, onChoose }: Props): ReactElement {
  const text = useText();
  const right = (
    key: string,
    title: string,
    width: number,
    render: (row: Row) => string,
  ): Column<Row> => ({ key, title, width, align: 'right', render });
  const latency = (title: string, at: number): Column<Row> =>
    right(title, title, kWidths.latency, (row) => formatMicros(row.total.quantiles_us[at] ?? 0));
  const columns: Column<Row>[] = [
    {
      key: 'key',
      title: nameOf(by, text),
      narrow: 'head',
      ellipsis: true,
      render: ({ key: [value = ''] }) => (
        // The click is taken by the row.
        <button type="button" className="linklike value" title={value}>
          {valueOf(value, text)}
        </button>
      ),
    },
    right('calls', text('common.calls'), kWidths.calls, (row) =>
      formatRate(row.total.calls_per_second),
    ),
    right('failures', text('figures.failures'), kWidths.calls, (row) =>
      formatCount(row.total.failures),
    ),
    successColumn(text, ({ total }) => total),
    latency('TP50', 0),
    latency('TP99', 1),
    latency('TP99.9999', 2),
    right('max', text('figures.max'), kWidths.latency, (row) => formatMicros(row.total.max_us)),
  ];
  return (
    <DataList
      label={text('figures.breakdown')}
      rows={lines}
      rowKey={(row) => row.key.join(' ')}
      columns={columns}
      fits
      empty={text('figures.nocalls')}
      pageSize={25}
      onChoose={(row) => onChoose(row.key[0] ?? '')}
    />
  );
}
