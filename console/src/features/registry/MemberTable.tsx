// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { NamingMember } from '../../api/generated';
import { DataList, type Column } from '../../components/DataList';
import { Mark } from '../../components/Mark';
import { useText, type TextKey } from '../../i18n/text';
import { formatAge } from '../../lib/time';
import { bySiteAndName, islandName, livenessLevel } from './views';

export function MemberTable({ members }: { members: NamingMember[] | undefined }): ReactElement {
  const text = useText();
  const columns: Column<NamingMember>[] = [
    {
      key: 'name',
      title: text('cluster.node'),
      narrow: 'head',
      render: (row) => <Name row={row} />,
    },
    { key: 'site', title: text('common.site'), render: (row) => row.site },
    {
      key: 'liveness',
      title: text('common.state'),
      narrow: 'corner',
      render: (row) => (
        <Mark level={livenessLevel[row.liveness] ?? 'idle'}>
          {text(`liveness.${row.liveness}` as TextKey)}
        </Mark>
      ),
    },
    { key: 'since', title: text('cluster.since'), render: (row) => formatAge(row.since_ms) },
    {
      key: 'role',
      title: text('cluster.role'),
      render: (row) => {
        // What somebody said of himself before he was lost is not so any more.
        if (row.liveness === 'LIVENESS_DEAD' || row.liveness === 'LIVENESS_LEFT') return '–';
        return text(row.role === 'ROLE_LEADER' ? 'role.leader' : 'role.follower');
      },
    },
    { key: 'term', title: text('cluster.termHead'), align: 'right', render: (row) => row.term },
    {
      key: 'island',
      title: text('cluster.islandHead'),
      render: (row) => <code>{islandName(row.island)}</code>,
    },
    {
      key: 'address',
      title: text('cluster.address'),
      render: (row) => <code>{row.address || '–'}</code>,
    },
  ];
  return (
    <DataList
      label={text('cluster.members')}
      rows={members && [...members].sort(bySiteAndName)}
      rowKey={(row) => row.name}
      columns={columns}
    />
  );
}

function Name({ row }: { row: NamingMember }): ReactElement {
  const text = useText();
  return (
    <>
      <b>{row.name}</b> {row.self && <span className="chip">{text('cluster.self')}</span>}{' '}
      {row.standby && <span className="chip">{text('cluster.standby')}</span>}
    </>
  );
}
