// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Skeleton, Table } from 'antd';
import type { ReactElement, ReactNode } from 'react';
import { useNarrow } from '../lib/media';

export interface Column<Row> {
  key: string;
  title: ReactNode;
  render: (row: Row) => ReactNode;
  align?: 'right';
  width?: number | string;
  ellipsis?: boolean; // of a table that `fits`: cut with an ellipsis; the cell gives a title
  fixed?: 'right'; // stays in sight when the table is wider than its place
  narrow?: 'head' | 'corner' | 'hide'; // on a phone: first line, its right end, or left out
}

// Of columns of figures in a table that `fits`.
export const kWidths = { calls: 84, success: 104, latency: 88 };

interface Props<Row> {
  label: string;
  rows: Row[] | undefined; // undefined: not yet known
  rowKey: (row: Row) => string;
  columns: Column<Row>[];
  empty?: ReactNode;
  fits?: boolean; // never wider than its place: columns without a width share what is left
  pageSize?: number; // more rows than this are paged in the browser
  onHover?: (key: string | null) => void;
  onChoose?: (row: Row) => void; // a click anywhere on the row
}

// A table; below 760 px a list of cards with the same cells.
export function DataList<Row extends object>(props: Props<Row>): ReactElement {
  const narrow = useNarrow();
  const { rows, rowKey, columns, label, empty, fits, pageSize = 50 } = props;
  const { onHover, onChoose } = props;
  if (!rows) return <Skeleton active title={false} paragraph={{ rows: 4 }} className="pad" />;
  if (rows.length === 0) return <div className="none">{empty}</div>;
  if (narrow) return <Cards {...props} rows={rows} />;
  return (
    <Table<Row>
      aria-label={label}
      size="small"
      className="data-table"
      rowKey={rowKey}
      dataSource={rows}
      pagination={rows.length > pageSize ? { pageSize, showSizeChanger: false } : false}
      tableLayout={fits ? 'fixed' : undefined}
      scroll={fits ? undefined : { x: 'max-content' }}
      onRow={(row) => ({
        onMouseEnter: () => onHover?.(rowKey(row)),
        onMouseLeave: () => onHover?.(null),
        onClick: () => onChoose?.(row),
        className: onChoose && 'choosable',
      })}
      columns={columns.map((column) => ({
        key: column.key,
        title: column.title,
        align: column.align,
        width: column.width,
        fixed: column.fixed,
        ellipsis: column.ellipsis && { showTitle: false },
        render: (_: unknown, row: Row) => column.render(row),
      }))}
    />
  );
}

function Cards<Row extends object>(props: Props<Row> & { rows: Row[] }): ReactElement {
  const { rows, rowKey, columns, label, pageSize = 50, onChoose } = props;
  const part = (kind: Column<Row>['narrow']): Column<Row>[] =>
    columns.filter((column) => column.narrow === kind);
  return (
    <ul className="cards" aria-label={label}>
      {rows.slice(0, pageSize).map((row) => (
        <li key={rowKey(row)} onClick={() => onChoose?.(row)}>
          <div className="card-head">
            <div>{part('head').map((c) => <div key={c.key}>{c.render(row)}</div>)}</div>
            <div className="card-corner">
              {part('corner').map((c) => <div key={c.key}>{c.render(row)}</div>)}
            </div>
          </div>
          <dl>
            {part(undefined).map((column) => (
              <div key={column.key}>
                <dt>{column.title}</dt>
                <dd>{column.render(row)}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}
