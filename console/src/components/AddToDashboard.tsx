// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { PlusSquareOutlined } from '@ant-design/icons';
import { Alert, App, Button, Input, Modal, Select } from 'antd';
import { useState, type ReactElement } from 'react';
import { useNavigate } from 'react-router-dom';
import { useDashboards, useSetDashboard } from '../api/dashboards';
import type { MetricsDashboardChart } from '../api/generated';
import { sentence } from '../api/sentences';
import { useText } from '../i18n/text';
import { dashboardUrl } from '../lib/paths';
import { Field } from './Field';

const kNew = '';

// A button on a chart: keeps it on a dashboard, one that is there or a new one.
export function AddToDashboard({ chart }: { chart: MetricsDashboardChart }): ReactElement {
  const text = useText();
  const [open, setOpen] = useState(false);
  const label = text('dash.add.label', { chart: chart.title });
  return (
    <>
      <Button
        type="text"
        size="small"
        className="add-chart"
        icon={<PlusSquareOutlined />}
        aria-label={label}
        title={label}
        onClick={() => setOpen(true)}
      />
      {open && <Dialog chart={chart} onClose={() => setOpen(false)} />}
    </>
  );
}

interface Props {
  chart: MetricsDashboardChart;
  onClose: () => void;
}

function Dialog({ chart, onClose }: Props): ReactElement {
  const text = useText();
  const { message } = App.useApp();
  const navigate = useNavigate(); // messages are drawn outside of the router
  const dashboards = useDashboards();
  const save = useSetDashboard();
  const [id, setId] = useState<string>();
  const [title, setTitle] = useState(chart.title);
  const [name, setName] = useState('');
  const there = dashboards.data?.dashboards ?? [];
  const chosen = id ?? there[0]?.dashboard.id ?? kNew;
  const stored = there.find((one) => one.dashboard.id === chosen);
  const add = (): void => {
    const added = { ...chart, title: title.trim() };
    const dashboard = stored
      ? { ...stored.dashboard, charts: [...stored.dashboard.charts, added] }
      : { id: '', title: name.trim(), charts: [added], span: 0 };
    save.mutate({ dashboard, version: stored?.version ?? '0' }, {
      onSuccess: (kept) => {
        void message.success(
          <button
            type="button"
            className="linklike"
            onClick={() => navigate(dashboardUrl(kept.dashboard.id))}
          >
            {text('dash.added', { title: kept.dashboard.title })}
          </button>,
        );
        onClose();
      },
      onError: () => void dashboards.refetch(),
    });
  };
  const ready = title.trim() !== '' && (stored !== undefined || name.trim() !== '');
  return (
    <Modal
      open
      title={text('dash.add')}
      okText={text('dash.add.ok')}
      cancelText={text('common.cancel')}
      okButtonProps={{ disabled: !dashboards.data || !ready }}
      confirmLoading={save.isPending}
      onOk={add}
      onCancel={onClose}
    >
      <Field label={text('dash.where')}>
        {(field) => (
          <Select
            id={field}
            value={chosen}
            loading={!dashboards.data}
            options={[
              ...there.map(({ dashboard }) => ({ value: dashboard.id, label: dashboard.title })),
              { value: kNew, label: text('dash.new') },
            ]}
            onChange={setId}
          />
        )}
      </Field>
      {!stored && <TextField label={text('dash.name')} value={name} onChange={setName} />}
      <TextField label={text('dash.chart.title')} value={title} onChange={setTitle} />
      {(save.error ?? dashboards.error) && (
        <Alert type="error" showIcon title={sentence(save.error ?? dashboards.error, text)} />
      )}
    </Modal>
  );
}

interface TextProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

function TextField({ label, value, onChange }: TextProps): ReactElement {
  return (
    <Field label={label}>
      {(id) => (
        <Input
          id={id}
          maxLength={80}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
