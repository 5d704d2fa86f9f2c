// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { MetricsDescribeReplySet } from '../../api/generated';
import { DataList, type Column } from '../../components/DataList';
import { useText } from '../../i18n/text';

// Which dimensions are told together: what can be asked for.
export function SetTable({ sets }: { sets: MetricsDescribeReplySet[] | undefined }): ReactElement {
  const text = useText();
  const columns: Column<MetricsDescribeReplySet>[] = [
    {
      key: 'name',
      title: text('data.dimensions'),
      narrow: 'head',
      render: (row) => (
        <span className="marks">
          {row.name.split(',').map((one) => (
            <span key={one} className="chip">
              {one}
            </span>
          ))}
        </span>
      ),
    },
    {
      key: 'grain',
      title: text('data.grain'),
      render: (row) => text(row.seconds ? 'data.bySecond' : 'data.byMinute'),
    },
  ];
  return (
    <DataList
      label={text('data.sets')}
      rows={sets}
      rowKey={(row) => row.name}
      columns={columns}
      empty={text('data.sets.none')}
    />
  );
}
