// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert, Button, Select } from 'antd';
import { useState, type ReactElement } from 'react';
import { useTryRule } from '../../api/alarms';
import { fromJson, sparse } from '../../api/draft';
import type {
  MetricsAlarmRule, MetricsTryRuleReply, MetricsTryRuleReplyGroup,
} from '../../api/generated';
import { sentence } from '../../api/sentences';
import { DataList, type Column } from '../../components/DataList';
import { EmptyHint } from '../../components/EmptyHint';
import { Field } from '../../components/Field';
import { Panel } from '../../components/Panel';
import { useText, type TextKey } from '../../i18n/text';
import { formatClock } from '../../lib/time';
import { JsonField } from './SettingsForm';
import { valueText } from './words';

const kKind = 'MetricsAlarmRule';
const hours = [1, 6];
const kExample = JSON.stringify(
  {
    name: 'slow', service: '*', figure: { kind: 'KIND_LATENCY_US', quantile: 0.99 },
    condition: { kind: 'KIND_MAX', bound: 20000 },
  },
  null,
  2,
);

// When a rule would have fired, before it is set.
export function TryPanel(): ReactElement {
  const text = useText();
  const [typed, setTyped] = useState(kExample);
  const [span, setSpan] = useState(1);
  const trial = useTryRule();
  const { value, problem } = fromJson<MetricsAlarmRule>(kKind, typed);
  const refused = trial.error ? sentence(trial.error, text) : '';
  const go = (): void => {
    if (value) trial.mutate({ rule: sparse(kKind, value), seconds: span * 3600 });
  };
  return (
    <Panel title={text('alarms.try')}>
      <div className="settings pad">
        <JsonField
          label={text('alarms.try.field')}
          hint={text('alarms.try.text')}
          value={typed}
          problem={problem || refused}
          onChange={(next) => {
            trial.reset();
            setTyped(next);
          }}
        />
        <Field label={text('alarms.try.span')}>
          {(id) => (
            <Select id={id} value={span} onChange={setSpan}
              options={hours.map((hour) => ({
                value: hour, label: text(`alarms.try.${hour}` as TextKey),
              }))} />
          )}
        </Field>
        <div className="buttons">
          <Button disabled={!value} loading={trial.isPending} onClick={go}>
            {text('alarms.try.go')}
          </Button>
        </div>
      </div>
      {trial.data && value && <Result reply={trial.data} rule={value} />}
    </Panel>
  );
}

interface ResultProps {
  reply: MetricsTryRuleReply;
  rule: MetricsAlarmRule;
}

function Result({ reply, rule }: ResultProps): ReactElement {
  const text = useText();
  const columns: Column<MetricsTryRuleReplyGroup>[] = [
    {
      key: 'group',
      title: text('alarms.try.group'),
      narrow: 'head',
      render: ({ key }) => key.join(' '),
    },
    {
      key: 'fired',
      title: text('alarms.try.fired'),
      render: ({ firings }) =>
        firings
          .map(({ fired_at: at, resolved_at: end }) =>
            `${formatClock(at)} – ${end > 0 ? formatClock(end) : ''}`)
          .join(', ') || text('alarms.try.never'),
    },
    {
      key: 'breached',
      title: text('alarms.try.breached'),
      align: 'right',
      render: (row) => `${row.windows_breached} / ${row.windows_judged}`,
    },
    {
      key: 'last',
      title: text('alarms.try.last'),
      align: 'right',
      render: (row) => valueText(rule.figure, row.last_value),
    },
  ];
  const { windows_unknown: count, problem } = reply;
  return (
    <>
      {count > 0 && (
        <Alert className="banner" type="warning" showIcon
          title={text('alarms.try.unknown', { count, problem })} />
      )}
      <DataList
        label={text('alarms.try')}
        rows={reply.groups}
        rowKey={(row) => row.key.join(' ')}
        columns={columns}
        empty={<EmptyHint title={text('alarms.try.none')} />}
      />
    </>
  );
}
