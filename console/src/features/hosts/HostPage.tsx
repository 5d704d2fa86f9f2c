// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from 'antd';
import type { ReactElement } from 'react';
import { Link, useParams } from 'react-router-dom';
import { useData, useFigures } from '../../api/figures';
import { DataList, type Column } from '../../components/DataList';
import { EmptyHint } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { SpanPicker, useSpan } from '../../components/SpanPicker';
import { useText } from '../../i18n/text';
import { processUrl, serviceUrl } from '../../lib/paths';
import { kMinute, newestMinute } from '../../lib/question';
import { processesOf, type Process } from './hosts';
import { MetricCharts } from './MetricCharts';

const kSeconds = 15 * kMinute;
const kProcessesMax = 10_000;

// One host: its curves, and the instances on it.
export default function HostPage(): ReactElement {
  const { host = '' } = useParams();
  const text = useText();
  const [span, setter] = useSpan(3600);
  const { callees, known, error } = useCallees(host);
  return (
    <>
      <PageHead
        title={host}
        before={
          <Link className="up" to="/hosts">
            {text('hosts.page')} /
          </Link>
        }
      >
        <SpanPicker span={span} setter={setter} />
      </PageHead>
      <Failure errors={[error]} />
      {!known && !error && <Skeleton active paragraph={{ rows: 8 }} className="pad" />}
      {known && callees.length === 0 && (
        <Panel>
          <EmptyHint
            title={text('hosts.nothing')}
            text={text('hosts.nothing.text', { host })}
          />
        </Panel>
      )}
      {callees.map((callee) => (
        <MetricCharts key={callee} callee={callee} host={host} span={span} />
      ))}
      <Processes host={host} />
    </>
  );
}

// The sites a host of this name reports from: one, unless names are used twice.
function useCallees(host: string): { callees: string[]; known: boolean; error: unknown } {
  const data = useData();
  const to = newestMinute(data.data?.complete_until ?? 0);
  const found = useFigures(
    to > 0
      ? {
          from: to - kSeconds, to, step: 0, group_by: ['callee'],
          where: [
            { dimension: 'callee', value: 'host:.*', how: '=~' },
            { dimension: 'callee_host', value: host, how: '=' },
          ],
        }
      : undefined,
  );
  const never = data.data !== undefined && to <= 0;
  return {
    callees: found.data?.lines.map(({ key: [callee = ''] }) => callee) ?? [],
    known: never || found.data !== undefined,
    error: data.error ?? found.error,
  };
}

function Processes({ host }: { host: string }): ReactElement {
  const text = useText();
  const data = useData();
  const to = newestMinute(data.data?.complete_until ?? 0);
  const found = useFigures(
    to > 0
      ? {
          from: to - kSeconds, to, step: 0, limit: kProcessesMax,
          where: [
            { dimension: 'callee', value: 'process:.*', how: '=~' },
            { dimension: 'caller', value: `(.*,)?host=${quoted(host)}(,.*)?`, how: '=~' },
          ],
          group_by: ['callee', 'callee_host', 'caller'],
        }
      : undefined,
  );
  const never = data.data !== undefined && to <= 0;
  const columns: Column<Process>[] = [
    {
      key: 'instance',
      title: text('common.instance'),
      narrow: 'head',
      render: ({ instance }) => (
        <Link className="name" to={processUrl(instance)}>
          {instance}
        </Link>
      ),
    },
    {
      key: 'service',
      title: text('common.service'),
      render: ({ service }) => <Link to={serviceUrl(service)}>{service}</Link>,
    },
  ];
  return (
    <Panel title={text('hosts.instances')}>
      <Failure errors={[found.error]} />
      <DataList
        label={text('hosts.instances')}
        rows={never || found.error ? [] : found.data && processesOf(found.data.lines)}
        rowKey={({ instance }) => instance}
        columns={columns}
        empty={text('hosts.instances.none')}
      />
    </Panel>
  );
}

function quoted(value: string): string {
  return value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
