// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { MetricsFigures, MetricsFiguresReplyLine } from '../../../api/generated';
import { DataList, type Column } from '../../../components/DataList';
import { Success } from '../../../components/Success';
import { useText } from '../../../i18n/text';
import {
  formatChange, formatCount, formatMicros, formatPoints, formatRate,
} from '../../../lib/units';
import { beforeOf } from '../../../components/figureNames';
import { quantileNames } from '../../../lib/question';

interface Row {
  before: number; // seconds
  figures: MetricsFigures;
}

interface Props {
  line: MetricsFiguresReplyLine | null | undefined;
  earlier: number[]; // what was asked for, in that order
}

// The window shown, and the same some time before, with what changed since.
export function Totals({ line, earlier }: Props): ReactElement {
  const text = useText();
  const total = line?.total;
  const rows: Row[] | undefined = line === undefined ? undefined : rowsOf(line, earlier);
  const cell = (
    key: string,
    title: string,
    value: (figures: MetricsFigures) => number,
    format: (value: number) => string,
  ): Column<Row> => ({
    key,
    title,
    align: 'right',
    render: (row) => (
      <Cell row={row} value={value} format={format} now={total && value(total)} name={key} />
    ),
  });
  const columns: Column<Row>[] = [
    {
      key: 'when',
      title: text('figures.when'),
      narrow: 'head',
      render: ({ before }) => (
        <b>{before === 0 ? text('figures.shown') : beforeOf(before, text)}</b>
      ),
    },
    cell('calls', text('common.calls'), (one) => one.calls_per_second, formatRate),
    cell('counted', text('figures.calls'), (one) => one.calls, formatCount),
    {
      key: 'success',
      title: text('common.success'),
      align: 'right',
      narrow: 'corner',
      render: ({ before, figures }) => (
        <>
          <Success rate={figures.success_rate} calls={figures.calls} />
          {before > 0 && total && figures.calls > 0 && total.calls > 0 && (
            <small className="changed" title={text('figures.changed')}>
              {formatPoints(total.success_rate - figures.success_rate)}
            </small>
          )}
        </>
      ),
    },
    ...quantileNames.map((name, i) =>
      cell(name, name, (one) => one.quantiles_us[i] ?? Number.NaN, formatMicros),
    ),
    cell('max', text('figures.max'), (one) => one.max_us, formatMicros),
  ];
  return (
    <DataList
      label={text('figures.totals')}
      rows={rows}
      rowKey={(row) => String(row.before)}
      columns={columns}
      empty={text('figures.nocalls')}
    />
  );
}

function rowsOf(line: MetricsFiguresReplyLine | null, asked: number[]): Row[] {
  if (!line) return [];
  const earlier = asked.flatMap((before, i) => {
    const figures = line.earlier[i];
    return figures ? [{ before, figures }] : [];
  });
  return [{ before: 0, figures: line.total }, ...earlier];
}

interface CellProps {
  row: Row;
  value: (figures: MetricsFigures) => number;
  format: (value: number) => string;
  now: number | undefined;
  name: string;
}

function Cell({ row, value, format, now, name }: CellProps): ReactElement {
  const text = useText();
  const { before, figures } = row;
  if (figures.calls === 0) return <>–</>;
  const then = value(figures);
  const changed = before > 0 && now !== undefined ? formatChange(now, then) : '';
  return (
    <span data-figure={before === 0 ? `total-${name}` : undefined}>
      {format(then)}
      {changed && (
        <small className="changed" title={text('figures.changed')}>
          {changed}
        </small>
      )}
    </span>
  );
}
