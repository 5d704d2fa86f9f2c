// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { RoutingServiceTable } from '../../../api/generated';
import { DataList, type Column } from '../../../components/DataList';
import { useText } from '../../../i18n/text';
import { formatMicros, formatRate } from '../../../lib/units';
import { InstanceMenu } from '../InstanceMenu';
import { InstanceName, WeightCell } from '../instanceCells';
import { isWorking, type InstanceRow } from '../instances';
import { HeldCell, PlaceCell, ShareBar, SuccessCell, WordCell } from './routeCells';

interface Props {
  rows: InstanceRow[] | undefined;
  tables: RoutingServiceTable[] | undefined;
}

type Cells = Column<InstanceRow>[];

// Instances as the chosen caller, or all callers together, route to them.
export function RouteTable({ rows, tables = [] }: Props): ReactElement {
  const text = useText();
  const working = rows?.filter(isWorking).length ?? 0;
  const isLast = (row: InstanceRow): boolean => working === 1 && isWorking(row);
  const shares = (rows ?? []).map((row) => row.route?.share ?? 0);
  const most = Math.max(...shares.filter(Number.isFinite), 1e-9);
  const weights = (rows ?? []).reduce((sum, row) => sum + (row.route?.staticWeight || 0), 0);
  const who: Cells = [
    {
      key: 'name',
      title: text('common.instance'),
      narrow: 'head',
      render: (row) => <InstanceName row={row} />,
    },
    { key: 'place', title: text('route.place'), render: (row) => <PlaceCell row={row} /> },
    { key: 'word', title: text('common.state'), render: (row) => <WordCell row={row} /> },
  ];
  const decided: Cells = [
    {
      key: 'weight',
      title: <span title={text('detail.weight.hint')}>{text('detail.weight')}</span>,
      align: 'right',
      render: (row) => <WeightCell row={row} />,
    },
    {
      key: 'share',
      title: <span title={text('route.share.hint')}>{text('detail.share')}</span>,
      render: (row) => <ShareBar row={row} most={most} weights={weights} />,
    },
    {
      key: 'shield',
      title: <span title={text('detail.hostsHint')}>{text('detail.shield')}</span>,
      render: (row) => <HeldCell row={row} tables={tables} />,
    },
  ];
  return (
    <DataList
      label={text('common.instances')}
      rows={rows}
      rowKey={(row) => row.path}
      columns={[...who, ...decided, ...results(text, isLast)]}
      empty={text('state.gone')}
    />
  );
}

function results(text: ReturnType<typeof useText>, isLast: (row: InstanceRow) => boolean): Cells {
  return [
    {
      key: 'calls',
      title: text('common.calls'),
      align: 'right',
      render: (row) => formatRate(row.route?.callsPerS ?? 0),
    },
    {
      key: 'success',
      title: text('common.success'),
      align: 'right',
      render: ({ route }) => <SuccessCell route={route} />,
    },
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
}
