// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { ReactElement } from 'react';
import { useNavigate } from 'react-router-dom';
import { useAlarms } from '../../api/alarms';
import type { MetricsAlarmRuleView } from '../../api/generated';
import { DataList, type Column } from '../../components/DataList';
import { EmptyHint } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { Mark } from '../../components/Mark';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { Subpages } from '../../components/Subpages';
import { useText } from '../../i18n/text';
import { editRuleUrl } from '../../lib/paths';
import { formatClock } from '../../lib/time';
import { formatCount } from '../../lib/units';
import { RuleMenu } from './rule/RuleMenu';
import { idOf } from './rule/settings';
import { SettingsPanel } from './SettingsPanel';
import { subpages } from './subpages';
import { ruleText, severityLevel } from './words';

// The rules in force, and the settings they come from.
export default function RulesPage(): ReactElement {
  const text = useText();
  const navigate = useNavigate();
  const { data, error } = useAlarms({ limit: 1 });
  return (
    <>
      <PageHead title={text('alarms.rules')}>
        <Subpages pages={subpages} />
      </PageHead>
      <Failure errors={[error]} />
      <Panel
        title={text('alarms.rules.title')}
        extra={
          <Button type="primary" icon={<PlusOutlined />} onClick={() => navigate(editRuleUrl({}))}>
            {text('rule.new')}
          </Button>
        }
      >
        <RuleTable rules={error && !data ? [] : data?.rules} />
      </Panel>
      <SettingsPanel />
    </>
  );
}

function RuleTable({ rules }: { rules: MetricsAlarmRuleView[] | undefined }): ReactElement {
  const text = useText();
  const columns: Column<MetricsAlarmRuleView>[] = [
    {
      key: 'name',
      title: text('alarms.rule'),
      narrow: 'head',
      render: ({ rule, from_template: template }) => (
        <>
          <b>{rule.name}</b>
          {template && <span className="changed">{text('alarms.rule.template')}</span>}
        </>
      ),
    },
    { key: 'service', title: text('common.service'), render: ({ rule }) => rule.service },
    {
      key: 'if',
      title: text('alarms.rule.if'),
      render: ({ rule }) => <Condition rule={rule} />,
    },
    {
      key: 'severity',
      title: text('alarms.severity'),
      narrow: 'corner',
      render: ({ rule }) => (
        <Mark level={rule.disabled ? 'idle' : severityLevel(rule.severity)}>
          {rule.disabled ? text('alarms.rule.disabled') : rule.severity || 'warning'}
        </Mark>
      ),
    },
    {
      key: 'state',
      title: text('alarms.state'),
      render: ({ progress }) =>
        progress.problem ||
        (progress.judged_to > 0
          ? text('alarms.rule.judged', { at: formatClock(progress.judged_to) })
          : text('alarms.rule.waits')),
    },
    {
      key: 'menu', title: '', align: 'right', fixed: 'right',
      render: (view) => <RuleMenu view={view} />,
    },
  ];
  return (
    <DataList
      label={text('alarms.rules.title')}
      rows={rules}
      rowKey={({ rule }) => idOf(rule)}
      columns={columns}
      empty={<EmptyHint title={text('alarms.rules.none')} />}
    />
  );
}

function Condition({ rule }: { rule: MetricsAlarmRuleView['rule'] }): ReactElement {
  const text = useText();
  const windows = text('alarms.windows', {
    count: rule.for_windows || 1, seconds: rule.window_seconds || 60,
  });
  const calls = rule.calls_min > 1
    ? text('alarms.callsMin', { count: formatCount(rule.calls_min) })
    : '';
  return (
    <>
      {ruleText(rule, text)}
      <span className="changed">
        {windows} {calls}
      </span>
    </>
  );
}
