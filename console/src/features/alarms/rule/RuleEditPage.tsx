// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from 'antd';
import { useState, type ReactElement } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router-dom';
import { useAlarms, useAlarmSettings } from '../../../api/alarms';
import type {
  MetricsAlarmRule, MetricsAlarmRuleView, MetricsStoredAlarmSettings,
} from '../../../api/generated';
import { EmptyHint } from '../../../components/EmptyHint';
import { Failure } from '../../../components/Failure';
import { PageHead } from '../../../components/PageHead';
import { useText } from '../../../i18n/text';
import { rulesUrl } from '../../../lib/paths';
import { RuleEditor } from './RuleEditor';
import { copyOf, idOf, newRule } from './settings';

// ?rule=NAME@SERVICE changes it, ?copy=NAME@SERVICE begins with it, ?service=S is a new one.
export default function RuleEditPage(): ReactElement {
  const text = useText();
  const [params] = useSearchParams();
  const [round, setRound] = useState(0); // begun anew so often
  const list = useAlarms({ limit: 1 });
  const settings = useAlarmSettings();
  const rules = list.data?.rules;
  const all = settings.data?.settings;
  const id = params.get('rule');
  return (
    <>
      <PageHead
        title={text(id === null ? 'rule.new' : 'rule.edit')}
        before={<Link to={rulesUrl()}>{text('alarms.rules')}</Link>}
      />
      <Failure errors={[list.error, settings.error]} />
      {all && (rules || list.error) ? (
        <Begun
          key={`${params.toString()} ${round}`}
          params={params}
          views={rules ?? []}
          all={all}
          onReload={() => setRound(round + 1)}
        />
      ) : (
        !list.error && <Skeleton active paragraph={{ rows: 10 }} className="pad" />
      )}
    </>
  );
}

interface Props {
  params: URLSearchParams;
  views: MetricsAlarmRuleView[];
  all: MetricsStoredAlarmSettings[];
  onReload: () => void;
}

// The form, begun with what there was when it was opened.
function Begun({ params, views, all, onReload }: Props): ReactElement {
  const text = useText();
  const navigate = useNavigate();
  const [begun] = useState(() => beginOf(params, views, all));
  const templates = views.filter((one) => one.from_template).map(({ rule }) => rule.name);
  if (!begun) {
    return (
      <EmptyHint title={text('rule.gone')} text={text('rule.gone.text')}>
        <Link to={rulesUrl()}>{text('rule.all')}</Link>
      </EmptyHint>
    );
  }
  return (
    <RuleEditor {...begun} all={all} templates={new Set(templates)}
      onDone={() => navigate(rulesUrl())} onReload={onReload} />
  );
}

interface Begin {
  start: MetricsAlarmRule;
  was: MetricsAlarmRule | undefined;
}

function beginOf(
  params: URLSearchParams,
  views: MetricsAlarmRuleView[],
  all: MetricsStoredAlarmSettings[],
): Begin | undefined {
  const set = all.flatMap(({ settings }) => settings.rules);
  const id = params.get('rule');
  if (id !== null) {
    const was = set.find((rule) => idOf(rule) === id);
    return was && { start: was, was };
  }
  const copied = params.get('copy');
  if (copied === null) return { start: newRule(params.get('service') ?? ''), was: undefined };
  const own = set.find((rule) => idOf(rule) === copied);
  const view = views.find(({ rule }) => idOf(rule) === copied);
  const rule = own ?? view?.rule;
  const ids = new Set([...set, ...views.map((one) => one.rule)].map(idOf));
  return rule && { start: copyOf(rule, !own, ids), was: undefined };
}
