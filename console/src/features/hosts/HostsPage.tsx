// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Input } from 'antd';
import { SearchOutlined } from '@ant-design/icons';
import { useMemo, type ReactElement } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import { useData, useFigures } from '../../api/figures';
import { DataList, type Column } from '../../components/DataList';
import { EmptyHint } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { Mark } from '../../components/Mark';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { useText, type TextKey } from '../../i18n/text';
import { formatMetric, formatPerSecond } from '../../lib/metrics';
import { hostUrl } from '../../lib/paths';
import { kMinute, newestMinute } from '../../lib/question';
import { hostsOf, levelOfUse, listed, sparkOf, type Host, type Listed } from './hosts';

const kSeconds = 15 * kMinute;
const kLinesMax = 10_000;

// All hosts whose agents report, and how loaded they are now.
export default function HostsPage(): ReactElement {
  const text = useText();
  const [params, setParams] = useSearchParams();
  const search = params.get('q') ?? '';
  const data = useData();
  const to = newestMinute(data.data?.complete_until ?? 0);
  const found = useFigures(
    to > 0
      ? {
          from: to - kSeconds, to, step: kMinute, limit: kLinesMax,
          where: [
            { dimension: 'callee', value: 'host:.*', how: '=~' },
            { dimension: 'method', value: listed.join('|'), how: '=~' },
          ],
          group_by: ['callee', 'callee_host', 'method', 'result'],
        }
      : undefined,
  );
  const hosts = useMemo(() => found.data && hostsOf(found.data.lines), [found.data]);
  const never = data.data !== undefined && to <= 0;
  const shown = never ? [] : hosts?.filter(({ name, site }) => `${site}/${name}`.includes(search));
  return (
    <>
      <PageHead title={text('hosts.page')}>
        <Input
          allowClear
          className="search"
          prefix={<SearchOutlined />}
          aria-label={text('hosts.search')}
          placeholder={text('hosts.search')}
          value={search}
          onChange={({ target }) =>
            setParams(target.value ? { q: target.value } : {}, { replace: true })
          }
        />
      </PageHead>
      <Failure errors={[data.error, found.error]} />
      <Panel title={text('hosts.count', { count: shown?.length ?? 0 })}>
        <HostTable hosts={found.error && !shown ? [] : shown} />
      </Panel>
    </>
  );
}

function HostTable({ hosts }: { hosts: Host[] | undefined }): ReactElement {
  const text = useText();
  const figure = (metric: Listed): Column<Host> => ({
    key: metric,
    title: text(`hosts.${metric}` as TextKey),
    align: 'right',
    render: ({ now }) => <Now metric={metric} value={now[metric]} />,
  });
  const columns: Column<Host>[] = [
    {
      key: 'host',
      title: text('hosts.host'),
      narrow: 'head',
      render: ({ name }) => (
        <Link className="name" to={hostUrl(name)}>
          {name}
        </Link>
      ),
    },
    {
      key: 'site',
      title: text('common.site'),
      narrow: 'corner',
      render: ({ site }) => <span className="chip">{site}</span>,
    },
    {
      key: 'spark',
      title: text('hosts.spark'),
      render: ({ cpu }) => (
        <svg className="spark" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
          <polyline points={sparkOf(cpu, 1000)} />
        </svg>
      ),
    },
    ...listed.map(figure),
  ];
  return (
    <DataList
      label={text('hosts.page')}
      rows={hosts}
      rowKey={({ site, name }) => `${site}/${name}`}
      columns={columns}
      empty={<EmptyHint title={text('hosts.none')} text={text('hosts.none.text')} />}
      pageSize={100}
    />
  );
}

function Now({ metric, value }: { metric: Listed; value: number | undefined }): ReactElement {
  if (value === undefined) return <>–</>;
  if (!metric.endsWith('_permille')) return <>{formatPerSecond(metric)(value)}</>;
  const level = levelOfUse(value);
  const said = formatMetric(metric)(value);
  return level === 'good' ? <>{said}</> : <Mark level={level}>{said}</Mark>;
}
