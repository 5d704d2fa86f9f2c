// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from '@ant-design/icons';
import { Alert, App, Button, Input, Popconfirm, Select, Switch } from 'antd';
import { useState, type ReactElement } from 'react';
import { useNavigate } from 'react-router-dom';
import { useRemoveDashboard, useSetDashboard } from '../../api/dashboards';
import type { MetricsDashboardChart, MetricsStoredDashboard } from '../../api/generated';
import { sentence } from '../../api/sentences';
import { Field } from '../../components/Field';
import { Panel } from '../../components/Panel';
import { useText, type TextKey } from '../../i18n/text';
import { moved } from '../../lib/charts';
import { spans } from '../../lib/question';

interface Props {
  stored: MetricsStoredDashboard;
  onDone: () => void;
}

// Names, order and widths; nothing is kept until it is saved, and not over what somebody else saved
// meanwhile.
export function Editor({ stored, onDone }: Props): ReactElement {
  const text = useText();
  const { message } = App.useApp();
  const [read] = useState(stored); // what the changes are made to
  const [draft, setDraft] = useState(stored.dashboard);
  const save = useSetDashboard();
  const charts = (change: MetricsDashboardChart[]): void => setDraft({ ...draft, charts: change });
  const named = [draft.title, ...draft.charts.map(({ title }) => title)].every(
    (title) => title.trim() !== '',
  );
  const keep = (): void =>
    save.mutate({ dashboard: draft, version: read.version }, {
      onSuccess: () => {
        void message.success(text('dash.saved'));
        onDone();
      },
    });
  return (
    <Panel title={text('dash.editing')}>
      <div className="pad editor">
        <div className="form-row">
          <Field label={text('dash.title')}>
            {(id) => (
              <Input
                id={id}
                maxLength={80}
                value={draft.title}
                onChange={({ target }) => setDraft({ ...draft, title: target.value })}
              />
            )}
          </Field>
          <Field label={text('dash.span')}>
            {(id) => (
              <Select
                id={id}
                value={draft.span || 3600}
                options={spans.map((value) => ({
                  value, label: text(`figures.span.${value}` as TextKey),
                }))}
                onChange={(span) => setDraft({ ...draft, span })}
              />
            )}
          </Field>
        </div>
        <ol className="chart-rows">
          {draft.charts.map((chart, at) => (
            <ChartRow
              key={at}
              chart={chart}
              first={at === 0}
              last={at === draft.charts.length - 1}
              onChange={(next) => charts(draft.charts.map((one, i) => (i === at ? next : one)))}
              onMove={(by) => charts(moved(draft.charts, at, by))}
              onRemove={() => charts(draft.charts.filter((_, i) => i !== at))}
            />
          ))}
        </ol>
        {draft.charts.length === 0 && <p className="why">{text('dash.empty.text')}</p>}
        {save.error && <Alert type="error" showIcon title={sentence(save.error, text)} />}
        <div className="buttons">
          <Remove stored={read} />
          <Button onClick={onDone}>{text('common.cancel')}</Button>
          <Button type="primary" disabled={!named} loading={save.isPending} onClick={keep}>
            {text('dash.save')}
          </Button>
        </div>
      </div>
    </Panel>
  );
}

interface RowProps {
  chart: MetricsDashboardChart;
  first: boolean;
  last: boolean;
  onChange: (chart: MetricsDashboardChart) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
}

function ChartRow({ chart, first, last, onChange, onMove, onRemove }: RowProps): ReactElement {
  const text = useText();
  const name = chart.title;
  return (
    <li>
      <Input
        aria-label={text('dash.chart.title')}
        maxLength={80}
        value={name}
        onChange={({ target }) => onChange({ ...chart, title: target.value })}
      />
      <label className="switch">
        <Switch
          size="small"
          checked={chart.wide}
          aria-label={text('dash.wide')}
          onChange={(wide) => onChange({ ...chart, wide })}
        />
        {text('dash.wide')}
      </label>
      <span className="chart-row-buttons">
        <Button
          type="text"
          icon={<ArrowUpOutlined />}
          disabled={first}
          aria-label={text('route.edit.up', { name })}
          onClick={() => onMove(-1)}
        />
        <Button
          type="text"
          icon={<ArrowDownOutlined />}
          disabled={last}
          aria-label={text('route.edit.down', { name })}
          onClick={() => onMove(1)}
        />
        <Button
          type="text"
          danger
          icon={<DeleteOutlined />}
          aria-label={text('route.edit.remove', { name })}
          onClick={onRemove}
        />
      </span>
    </li>
  );
}

function Remove({ stored }: { stored: MetricsStoredDashboard }): ReactElement {
  const text = useText();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const remove = useRemoveDashboard();
  return (
    <Popconfirm
      title={text('dash.remove.sure', { title: stored.dashboard.title })}
      okText={text('dash.remove')}
      cancelText={text('common.cancel')}
      onConfirm={() =>
        remove.mutate(stored, {
          onSuccess: () => navigate('/dashboards'),
          onError: (error) => void message.error(sentence(error, text)),
        })
      }
    >
      <Button danger className="push-left" loading={remove.isPending}>
        {text('dash.remove')}
      </Button>
    </Popconfirm>
  );
}
