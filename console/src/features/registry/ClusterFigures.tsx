// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { NamingDescribeReply } from '../../api/generated';
import { Figure } from '../../components/Figure';
import { useText } from '../../i18n/text';
import { formatCount, formatPercent } from '../../lib/units';
import { checksOf, rootShare, type MemberView } from './views';

interface Props {
  own: NamingDescribeReply | undefined;
  views: MemberView[];
}

export function ClusterFigures({ own, views }: Props): ReactElement {
  const text = useText();
  const members = own?.members.filter((one) => one.liveness !== 'LIVENESS_LEFT') ?? [];
  const alive = members.filter((one) => one.liveness === 'LIVENESS_ALIVE').length;
  const known = views.flatMap((one) => (one.view ? [one.view] : []));
  const holds = known.reduce((sum, view) => sum + view.protections.length, 0);
  const lag = Math.max(0, ...known.flatMap((view) => view.peers.map((peer) => peer.lag_events)));
  const leader = own?.leader.name || (own?.role === 'ROLE_LEADER' ? own.node : '');
  const alone = own?.cluster === '';
  const loading = own === undefined;
  return (
    <div className="figures">
      <Figure
        name="leader"
        loading={loading}
        label={text('cluster.leaderOf', { site: own?.site ?? '' })}
        value={leader || text('cluster.nobody')}
        level={leader ? undefined : 'bad'}
        hint={alone ? text('cluster.alone.short') : <Mandate own={own} />}
      />
      <Figure
        loading={loading}
        label={text('cluster.asked')}
        value={own?.node}
        hint={text(own?.role === 'ROLE_LEADER' ? 'role.leader' : 'role.follower')}
      />
      <Figure
        name="members"
        loading={loading}
        label={text('cluster.alive')}
        value={alive}
        level={alive < members.length ? 'bad' : undefined}
        hint={text('cluster.alive.of', { total: members.length })}
      />
      <Figure
        name="protections"
        loading={loading}
        label={text('cluster.protections')}
        value={holds}
        level={holds > 0 ? 'warn' : undefined}
        hint={text(holds > 0 ? 'cluster.holding' : 'cluster.holding.none')}
      />
      <Figure
        name="lag"
        loading={loading}
        label={text('cluster.lag')}
        value={alone ? '–' : formatCount(lag)}
        hint={text('cluster.lag.hint')}
      />
      <RootChecks views={known} loading={loading} />
    </div>
  );
}

function Mandate({ own }: { own: NamingDescribeReply | undefined }): ReactElement {
  const text = useText();
  const words = [
    text('cluster.term', { term: own?.term ?? 0 }),
    text(own?.majority ? 'cluster.majority' : 'cluster.minority'),
  ].join(' · ');
  return <span title={words}>{words}</span>;
}

interface RootChecksProps {
  views: NamingDescribeReply[];
  loading: boolean;
}

function RootChecks({ views, loading }: RootChecksProps): ReactElement {
  const text = useText();
  const sum = checksOf(views);
  return (
    <Figure
      name="root"
      loading={loading}
      label={text('cluster.root')}
      value={formatPercent(rootShare(sum), 1)}
      hint={text('cluster.root.of', { checks: formatCount(sum.checks) })}
    />
  );
}
