// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert } from 'antd';
import type { ReactElement } from 'react';
import { useCluster, useMembers } from '../../api/registry';
import type { NamingDescribeReply } from '../../api/generated';
import { sentence } from '../../api/sentences';
import { EmptyHint } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { Subpages } from '../../components/Subpages';
import { useText } from '../../i18n/text';
import { ClusterFigures } from './ClusterFigures';
import { Matrix } from './Matrix';
import { MemberTable } from './MemberTable';
import { Protections } from './Protections';
import { PeerTable, RepairTable, StorageTable } from './replication';
import { subpages } from './subpages';
import { bySiteAndName, type MemberView } from './views';

const kJoinCommand =
  'bellrock server --listen 10.0.0.2:7600 --data-dir /var/lib/bellrock \\\n' +
  '  --node n2 --site sz --cluster bellrock --join 10.0.0.1:7600';

export default function ClusterPage(): ReactElement {
  const text = useText();
  const cluster = useCluster();
  const views = useViews(cluster.data);
  const own = cluster.data;
  const alone = own !== undefined && own.cluster === '';
  return (
    <>
      <PageHead title={text('page.cluster')}>
        <Subpages pages={subpages} />
      </PageHead>
      <Failure errors={[cluster.error]} />
      {views.map(({ name, view }) => view?.storage.error && (
        <Alert
          key={name}
          className="banner"
          type="error"
          showIcon
          title={`${text('error.storage')}: ${name}`}
          description={view.storage.error}
        />
      ))}
      <ClusterFigures own={own} views={views} />
      {!alone && (
        <Panel title={text('cluster.matrix')}>
          <Matrix views={views} />
        </Panel>
      )}
      <Panel title={text('cluster.members')}>
        <MemberTable members={own?.members} />
      </Panel>
      <Panel title={text('cluster.protections')}>
        <Protections views={views} />
      </Panel>
      {alone ? <Alone /> : <Replication views={views} />}
      <Panel title={text('cluster.storage')}>
        <StorageTable views={own ? views : undefined} />
      </Panel>
    </>
  );
}

function Replication({ views }: { views: MemberView[] }): ReactElement {
  const text = useText();
  const known = views.some((one) => one.view) ? views : undefined;
  return (
    <>
      <Panel title={text('cluster.replication')}>
        <PeerTable views={known} />
      </Panel>
      <Panel title={text('cluster.repair')}>
        <RepairTable views={known} />
      </Panel>
    </>
  );
}

function Alone(): ReactElement {
  const text = useText();
  return (
    <Panel title={text('cluster.replication')}>
      <EmptyHint
        title={text('cluster.alone')}
        text={text('cluster.alone.text')}
        command={kJoinCommand}
      />
    </Panel>
  );
}

// The asked server's view and, through it, those of all others; who left is not asked.
function useViews(own: NamingDescribeReply | undefined): MemberView[] {
  const text = useText();
  const others = (own?.members ?? [])
    .filter((member) => !member.self && member.liveness !== 'LIVENESS_LEFT')
    .sort(bySiteAndName);
  const answers = useMembers(others.map((member) => member.name));
  if (!own) return [];
  const views: MemberView[] = [{ name: own.node, site: own.site, view: own, problem: '' }];
  others.forEach(({ name, site }, i) => {
    const answer = answers[i];
    const problem = answer?.error ? sentence(answer.error, text) : '';
    views.push({ name, site, view: problem === '' ? answer?.data : undefined, problem });
  });
  return views.sort(bySiteAndName);
}
