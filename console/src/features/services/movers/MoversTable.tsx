// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { Link } from 'react-router-dom';
import type {
  MetricsFigures, MetricsMoversReplyDimension, MetricsMoversReplyPart,
} from '../../../api/generated';
import { Both } from '../../../components/Both';
import { DataList, type Column } from '../../../components/DataList';
import { nameOf, valueOf } from '../../../components/figureNames';
import { Panel } from '../../../components/Panel';
import { successColumn } from '../../../components/successColumn';
import { useText } from '../../../i18n/text';
import { moversUrl } from '../../../lib/paths';
import type { Dimension } from '../../../lib/question';
import { formatCount, formatMicros, formatRate } from '../../../lib/units';
import { figuresOf, lengthOf, levelOfMove, type MovedBy } from './movement';

type Row = MetricsMoversReplyPart;

const kBothPx = 172; // what it was and what it is, beside each other

interface Props {
  dimension: MetricsMoversReplyDimension;
  by: MovedBy;
  shown: { service: string; span: number; against: number };
}

// The values of one dimension, the most changed first.
export function MoversTable({ dimension, by, shown }: Props): ReactElement {
  const text = useText();
  const title = nameOf(dimension.dimension as Dimension, text);
  if (dimension.problem) {
    return (
      <Panel title={title}>
        <p className="none">{text('movers.untold', { why: dimension.problem })}</p>
      </Panel>
    );
  }
  const { parts } = dimension;
  const both = (key: string, head: string, of: (figures: MetricsFigures) => string) => ({
    key,
    title: head,
    align: 'right' as const,
    width: kBothPx,
    render: ({ past, now }: Row) => <Both then={of(past)} now={of(now)} />,
  });
  const ifAny = (figures: MetricsFigures, said: string): string =>
    figures.calls > 0 ? said : '–';
  const columns: Column<Row>[] = [
    {
      key: 'value',
      title,
      narrow: 'head',
      ellipsis: true,
      render: (row) => <Value row={row} dimension={dimension.dimension} shown={shown} />,
    },
    {
      key: 'change',
      title: text(`movers.change.${by}`),
      width: 230,
      render: (row) => <Bar row={row} parts={parts} by={by} />,
    },
    both('calls', text('common.calls'), (one) => formatRate(one.calls_per_second)),
    successColumn(text, ({ now }) => now, {
      before: ({ past }) => past, width: kBothPx, narrow: undefined,
    }),
    both('tp99', text('common.tp99'), (one) =>
      ifAny(one, formatMicros(one.quantiles_us[1] ?? 0)),
    ),
  ];
  return (
    <Panel title={title} extra={<Whole change={dimension.change} />}>
      <DataList
        label={title}
        rows={parts}
        rowKey={(row) => row.value}
        columns={columns}
        fits
        empty={text('movers.none')}
      />
      {dimension.more > 0 && (
        <p className="none">{text('figures.more', { count: formatCount(dimension.more) })}</p>
      )}
    </Panel>
  );
}

function Whole({ change }: { change: number }): ReactElement {
  const text = useText();
  return <span className="why">{text('movers.whole', { change: signed(change) })}</span>;
}

function Value(props: { row: Row; dimension: string; shown: Props['shown'] }): ReactElement {
  const text = useText();
  const { row, dimension, shown } = props;
  return (
    <span className="moved-value">
      <Link className="name" title={row.value} to={figuresOf(dimension, row.value, shown)}>
        {valueOf(row.value, text)}
      </Link>
      {dimension === 'callee' && (
        <Link className="why" to={moversUrl(row.value)}>
          {text('movers.inside')}
        </Link>
      )}
    </span>
  );
}

function Bar({ row, parts, by }: { row: Row; parts: Row[]; by: MovedBy }): ReactElement {
  const length = lengthOf(row, parts);
  return (
    <span className="moved" data-level={levelOfMove(by, row.change)}>
      <span className="moved-bar" aria-hidden="true">
        <i
          style={{
            width: `${Math.abs(length) * 50}%`,
            left: length < 0 ? `${50 + length * 50}%` : '50%',
          }}
        />
      </span>
      <b>{signed(row.change)}</b>
    </span>
  );
}

function signed(change: number): string {
  const rounded = Math.round(change);
  return `${rounded > 0 ? '+' : ''}${formatCount(rounded)}`;
}
