// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { DataList, type Column } from '../../components/DataList';
import { successColumn } from '../../components/successColumn';
import { useText } from '../../i18n/text';
import { formatMicros, formatRate } from '../../lib/units';
import { InstanceMenu } from './InstanceMenu';
import { InstanceName, ShareCell, ShieldCell, StateCell, WeightCell } from './instanceCells';
import { isWorking, type InstanceRow } from './instances';

interface Props {
  rows: InstanceRow[] | undefined;
  onHover: (path: string | null) => void;
}

type Cells = Column<InstanceRow>[];

export function InstanceTable({ rows, onHover }: Props): ReactElement {
  const text = useText();
  const working = rows?.filter(isWorking).length ?? 0;
  const isLast = (row: InstanceRow): boolean => working === 1 && isWorking(row);
  const who: Cells = [
    {
      key: 'name',
      title: text('common.instance'),
      narrow: 'head',
      render: (row) => <InstanceName row={row} />,
    },
    { key: 'site', title: text('common.site'), render: (row) => row.site },
    { key: 'state', title: text('common.state'), render: (row) => <StateCell row={row} /> },
  ];
  const routing: Cells = [
    {
      key: 'weight',
      title: <span title={text('detail.weight.hint')}>{text('detail.weight')}</span>,
      align: 'right',
      render: (row) => <WeightCell row={row} />,
    },
    { key: 'share', title: text('detail.share'), render: (row) => <ShareCell row={row} /> },
    {
      key: 'shield',
      title: <span title={text('detail.hostsHint')}>{text('detail.shield')}</span>,
      render: (row) => <ShieldCell row={row} />,
    },
  ];
  const results: Cells = [
    {
      key: 'calls',
      title: text('common.calls'),
      align: 'right',
      render: (row) => formatRate(row.calls?.calls_per_second ?? 0),
    },
    successColumn(text, ({ calls }) => calls, { narrow: undefined }),
    {
      key: 'delay',
      title: text('detail.delay'),
      align: 'right',
      render: (row) => formatMicros(row.route?.delayUs ?? Number.NaN),
    },
    {
      key: 'menu',
      title: <span className="sr">{text('action.column')}</span>,
      align: 'right',
      width: 44,
      fixed: 'right',
      narrow: 'corner',
      render: (row) => <InstanceMenu row={row} last={isLast(row)} />,
    },
  ];
  return (
    <DataList
      label={text('common.instances')}
      rows={rows}
      rowKey={(row) => row.path}
      columns={[...who, ...routing, ...results]}
      empty={text('state.gone')}
      onHover={onHover}
    />
  );
}
