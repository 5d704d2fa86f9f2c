// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { EditOutlined, LinkOutlined } from '@ant-design/icons';
import { App, Button, Skeleton } from 'antd';
import { useState, type ReactElement } from 'react';
import { Link, useParams } from 'react-router-dom';
import { useDashboard } from '../../api/dashboards';
import { useData } from '../../api/figures';
import type { MetricsDashboard } from '../../api/generated';
import { EmptyHint } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { QuestionChart } from '../../components/QuestionChart';
import { SpanPicker, useSpan } from '../../components/SpanPicker';
import { useText } from '../../i18n/text';
import { boundsOf, kMinute, newestMinute } from '../../lib/question';
import { zoneOf } from '../../lib/time';
import { Editor } from './Editor';

export default function DashboardPage(): ReactElement {
  const { id = '' } = useParams();
  return <OneDashboard key={id} id={id} />;
}

// A named set of charts. Its address is all that is needed to share it.
function OneDashboard({ id }: { id: string }): ReactElement {
  const text = useText();
  const stored = useDashboard(id);
  const [editing, setEditing] = useState(false);
  const dashboard = stored.data?.dashboard;
  return (
    <>
      <PageHead
        title={dashboard?.title ?? text('dash.where')}
        before={
          <Link className="up" to="/dashboards">
            {text('dash.page')} /
          </Link>
        }
      >
        {dashboard && !editing && (
          <div className="section-controls">
            <CopyLink />
            <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>
              {text('dash.edit')}
            </Button>
          </div>
        )}
      </PageHead>
      <Failure errors={[stored.error]} />
      {!stored.data ? (
        stored.error ? (
          <Link to="/dashboards">{text('dash.all')}</Link>
        ) : (
          <Skeleton active paragraph={{ rows: 8 }} className="pad" />
        )
      ) : editing ? (
        <Editor stored={stored.data} onDone={() => setEditing(false)} />
      ) : (
        <Charts dashboard={stored.data.dashboard} />
      )}
    </>
  );
}

function Charts({ dashboard }: { dashboard: MetricsDashboard }): ReactElement {
  const text = useText();
  const [span, setter] = useSpan(dashboard.span || 3600);
  const data = useData();
  const until = data.data?.complete_until ?? 0;
  const known = newestMinute(until) > 0;
  const found = known ? boundsOf(until, span, false, zoneOf(until)) : undefined;
  const bounds = found && { ...found, step: Math.max(found.step, kMinute) };
  if (dashboard.charts.length === 0) {
    return (
      <Panel>
        <EmptyHint title={text('dash.empty')} text={text('dash.empty.text')} />
      </Panel>
    );
  }
  return (
    <>
      <SpanPicker span={span} setter={setter} />
      <Failure errors={[data.error]} />
      {data.data && !known && <p className="none">{text('figures.never')}</p>}
      <div className="charts">
        {dashboard.charts.map((chart, at) => (
          <div key={`${at} ${chart.title}`} className={chart.wide ? 'chart-wide' : 'chart-cell'}>
            <QuestionChart
              chart={chart}
              bounds={bounds}
              group={dashboard.id}
              extra={<span />}
              onChoose={(from, to) => setter.set({ seconds: to - from, to })}
            />
          </div>
        ))}
      </div>
    </>
  );
}

function CopyLink(): ReactElement {
  const text = useText();
  const { message } = App.useApp();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(window.location.href);
      void message.success(text('common.copied'));
    } catch {
      void message.info(window.location.href); // pages of plain http have no clipboard
    }
  };
  return (
    <Button icon={<LinkOutlined />} onClick={() => void copy()}>
      {text('dash.share')}
    </Button>
  );
}
