// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { NamingDescribeReply, NamingPeer } from '../../api/generated';
import { DataList, type Column } from '../../components/DataList';
import { useText } from '../../i18n/text';
import { formatAge } from '../../lib/time';
import { formatCount, formatPercent } from '../../lib/units';
import { rootShare, type MemberView } from './views';

interface Props {
  views: MemberView[] | undefined;
}
interface PeerRow {
  node: string;
  peer: NamingPeer;
}
interface NodeRow {
  node: string;
  view: NamingDescribeReply;
}

const age = (ms: number): string => (ms < 0 ? '–' : formatAge(ms));

function nodesOf(views: MemberView[] | undefined): NodeRow[] | undefined {
  return views?.flatMap(({ name, view }) => (view ? [{ node: name, view }] : []));
}

// Who pulls from whom, and how far behind.
export function PeerTable({ views }: Props): ReactElement {
  const text = useText();
  const rows = nodesOf(views)?.flatMap(({ node, view }) =>
    view.peers.map((peer) => ({ node, peer })),
  );
  const columns: Column<PeerRow>[] = [
    {
      key: 'pair',
      title: text('cluster.pulls'),
      narrow: 'head',
      render: ({ node, peer }) => (
        <>
          <b>{node}</b> ← {peer.name} <small>{peer.site}</small>
        </>
      ),
    },
    {
      key: 'lag',
      title: text('cluster.lag'),
      align: 'right',
      render: ({ peer }) => formatCount(peer.lag_events),
    },
    {
      key: 'events',
      title: text('cluster.applied'),
      align: 'right',
      render: ({ peer }) => formatCount(peer.events),
    },
    {
      key: 'reply',
      title: text('cluster.lastReply'),
      align: 'right',
      render: ({ peer }) => age(peer.last_reply_ms),
    },
    {
      key: 'check',
      title: text('cluster.lastCheck'),
      align: 'right',
      render: ({ peer }) => age(peer.last_check_ms),
    },
    {
      key: 'problem',
      title: text('cluster.problem'),
      render: ({ peer }) => (peer.problem ? <span className="why">{peer.problem}</span> : '–'),
    },
  ];
  return (
    <DataList
      label={text('cluster.replication')}
      rows={rows}
      rowKey={({ node, peer }) => `${node} ${peer.name}`}
      columns={columns}
      empty={text('cluster.pulls.none')}
    />
  );
}

// Comparisons of whole registries by their digest trees.
export function RepairTable({ views }: Props): ReactElement {
  const text = useText();
  const count = (
    key: string,
    title: string,
    of: (view: NamingDescribeReply) => number,
  ): Column<NodeRow> => ({
    key, title, align: 'right', render: ({ view }) => formatCount(of(view)),
  });
  const columns: Column<NodeRow>[] = [
    {
      key: 'node',
      title: text('cluster.node'),
      narrow: 'head',
      render: (row) => <b>{row.node}</b>,
    },
    count('checks', text('cluster.checks'), (view) => view.repair.checks),
    {
      key: 'root',
      title: text('cluster.root'),
      align: 'right',
      render: ({ view }) => formatPercent(rootShare(view.repair), 1),
    },
    count('lagging', text('cluster.lagging'), (view) => view.repair.lagging),
    count('failed', text('cluster.failed'), (view) => view.repair.failed),
    count('directories', text('cluster.directories'), (view) => view.repair.directories),
    count('records', text('cluster.records'), (view) => view.repair.records),
    count('conflicts', text('cluster.conflicts'), (view) => view.replica.conflicts),
    count('tombstones', text('cluster.tombstones'), (view) => view.replica.tombstones),
  ];
  return (
    <DataList
      label={text('cluster.repair')}
      rows={nodesOf(views)}
      rowKey={(row) => row.node}
      columns={columns}
    />
  );
}

// Bytes as people read them: 512 B, 1.4 MiB.
function bytes(size: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const step = Math.min(units.length - 1, size > 0 ? Math.floor(Math.log2(size) / 10) : 0);
  return `${(size / 1024 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step] ?? ''}`;
}

// The append file and the log of events for other nodes.
export function StorageTable({ views }: Props): ReactElement {
  const text = useText();
  const columns: Column<NodeRow>[] = [
    {
      key: 'node',
      title: text('cluster.node'),
      narrow: 'head',
      render: (row) => <b>{row.node}</b>,
    },
    {
      key: 'directory',
      title: text('cluster.directory'),
      render: ({ view }) =>
        view.storage.directory ? (
          <code className="path">{view.storage.directory}</code>
        ) : (
          text('cluster.inMemory')
        ),
    },
    {
      key: 'records',
      title: text('cluster.sinceSnapshot'),
      align: 'right',
      render: ({ view: { storage } }) =>
        storage.directory
          ? `${formatCount(storage.records_since_snapshot)} · ` +
            bytes(storage.bytes_since_snapshot)
          : '–',
    },
    {
      key: 'syncs',
      title: text('cluster.syncs'),
      align: 'right',
      render: ({ view: { storage } }) => (storage.directory ? formatCount(storage.syncs) : '–'),
    },
    {
      key: 'log',
      title: text('cluster.log'),
      align: 'right',
      render: ({ view: { replica } }) =>
        `${formatCount(replica.log_events)} · ${bytes(replica.log_bytes)}`,
    },
  ];
  return (
    <DataList
      label={text('cluster.storage')}
      rows={nodesOf(views)}
      rowKey={(row) => row.node}
      columns={columns}
    />
  );
}
