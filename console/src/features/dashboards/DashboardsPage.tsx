// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert, Button, Input } from 'antd';
import { useState, type ReactElement } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import { useDashboards, useSetDashboard } from '../../api/dashboards';
import type { MetricsStoredDashboard } from '../../api/generated';
import { sentence } from '../../api/sentences';
import { DataList, type Column } from '../../components/DataList';
import { EmptyHint } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { useText } from '../../i18n/text';
import { dashboardUrl } from '../../lib/paths';
import { formatDay } from '../../lib/time';

// All dashboards that people have saved.
export default function DashboardsPage(): ReactElement {
  const text = useText();
  const dashboards = useDashboards();
  const columns: Column<MetricsStoredDashboard>[] = [
    {
      key: 'title',
      title: text('dash.where'),
      narrow: 'head',
      render: ({ dashboard }) => (
        <Link className="name" to={dashboardUrl(dashboard.id)}>
          {dashboard.title}
        </Link>
      ),
    },
    {
      key: 'charts',
      title: text('dash.charts'),
      align: 'right',
      render: ({ dashboard }) => dashboard.charts.length,
    },
    {
      key: 'changed',
      title: text('dash.changed'),
      align: 'right',
      render: (stored) => formatDay(stored.changed_unix_ms),
    },
  ];
  return (
    <>
      <PageHead title={text('dash.page')}>
        <NewDashboard />
      </PageHead>
      <Failure errors={[dashboards.error]} />
      <Panel>
        <DataList
          label={text('dash.page')}
          rows={dashboards.error ? [] : dashboards.data?.dashboards}
          rowKey={({ dashboard }) => dashboard.id}
          columns={columns}
          empty={<EmptyHint title={text('dash.none')} text={text('dash.none.text')} />}
        />
      </Panel>
    </>
  );
}

function NewDashboard(): ReactElement {
  const text = useText();
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const save = useSetDashboard();
  const make = (): void => {
    if (title.trim() === '' || save.isPending) return;
    save.mutate(
      { dashboard: { id: '', title: title.trim(), charts: [], span: 0 }, version: '0' },
      { onSuccess: ({ dashboard }) => navigate(`${dashboardUrl(dashboard.id)}`) },
    );
  };
  return (
    <div className="section-controls">
      {save.error && <Alert type="error" showIcon title={sentence(save.error, text)} />}
      <Input
        className="search"
        maxLength={80}
        aria-label={text('dash.name')}
        placeholder={text('dash.name')}
        value={title}
        onChange={({ target }) => setTitle(target.value)}
        onPressEnter={make}
      />
      <Button disabled={title.trim() === ''} loading={save.isPending} onClick={make}>
        {text('dash.make')}
      </Button>
    </div>
  );
}
