// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Button } from 'antd';
import { useState, type ReactElement } from 'react';
import { Link, useParams } from 'react-router-dom';
import { useAlarms } from '../../api/alarms';
import { useData } from '../../api/figures';
import type { MetricsAlarmGroup, MetricsAlarmView } from '../../api/generated';
import { EmptyHint } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { PageHead } from '../../components/PageHead';
import { useText } from '../../i18n/text';
import { figuresUrl, serviceUrl } from '../../lib/paths';
import { formatAge, formatDay } from '../../lib/time';
import { formatCount } from '../../lib/units';
import { AlarmCurves } from './AlarmCurves';
import { Movers } from './Movers';
import { idOf } from './rule/settings';
import { SilenceDialog } from './SilenceDialog';
import { StateMark } from './StateMark';
import { Told } from './Told';
import { firingText, matchersOf, restOf, serviceOf } from './words';

// One alarm, for somebody who was sent its link and holds a phone: what, since when, the curves
// around it, where it comes from, who knows.
export default function AlarmPage(): ReactElement {
  const text = useText();
  const { id = '' } = useParams();
  const { data, error } = useAlarms({ firing: id });
  const view = data?.alarms[0];
  const rule = data?.rules.find((one) => idOf(one.rule) === view?.firing.rule)?.rule;
  return (
    <>
      <PageHead
        title={view ? serviceOf(view.firing) : text('alarms.one')}
        before={<Link to="/alarms">{text('alarms.page')}</Link>}
      />
      <Failure errors={[error]} />
      {data && !view && (
        <EmptyHint title={text('alarms.gone')} text={text('alarms.gone.text')}>
          <Link to="/alarms">{text('alarms.all')}</Link>
        </EmptyHint>
      )}
      {view && <Alarm view={view} groups={data.groups} rule={rule} />}
    </>
  );
}

interface Props {
  view: MetricsAlarmView;
  groups: MetricsAlarmGroup[];
  rule: Parameters<typeof AlarmCurves>[0]['rule'];
}

function Alarm({ view, groups, rule }: Props): ReactElement {
  const { data } = useData();
  const { firing } = view;
  return (
    <>
      <Summary view={view} />
      <AlarmCurves firing={firing} rule={rule} completeUntil={data?.complete_until} />
      <Movers firing={firing} />
      <Told firing={firing} groups={groups} />
    </>
  );
}

function Summary({ view }: { view: MetricsAlarmView }): ReactElement {
  const text = useText();
  const [silencing, setSilencing] = useState(false);
  const { firing, muted } = view;
  const service = serviceOf(firing);
  const over = firing.resolved_at > 0;
  const lasted = formatAge((over ? firing.resolved_at * 1000 : Date.now()) - firing.since * 1000);
  const { summary, runbook_url: runbook } = firing.annotations;
  return (
    <section className="panel alarm" data-level={over ? 'good' : 'bad'}>
      <p className="alarm-state">
        <StateMark view={view} /> {firing.labels.alertname} · {firing.labels.severity}
      </p>
      <h2 data-figure="alarm">{firingText(firing, text)}</h2>
      {restOf(firing) && <p className="path">{restOf(firing)}</p>}
      {summary && <p>{summary}</p>}
      <p>
        {text('alarms.since')} <b>{formatDay(firing.since * 1000)}</b>
        {over && <> {text('alarms.until', { at: formatDay(firing.resolved_at * 1000) })}</>},{' '}
        {text('alarms.for', { age: lasted })} ({text('alarms.at', {
          at: formatDay(firing.fired_at * 1000),
        })})
      </p>
      <p className="note">{text('alarms.calls', { count: formatCount(firing.calls) })}</p>
      {firing.note && <p className="note">{firing.note}</p>}
      {muted && <p className="note">{muted}</p>}
      <div className="buttons">
        <Button onClick={() => setSilencing(true)}>{text('alarms.silence')}</Button>
        <Link to={figuresUrl(service)}>{text('alarms.figures', { service })}</Link>
        <Link to={serviceUrl(service)}>{text('common.service')}</Link>
        {runbook && <a href={runbook}>{text('alarms.runbook')}</a>}
      </div>
      {silencing && (
        <SilenceDialog matchers={matchersOf(firing)} onClose={() => setSilencing(false)} />
      )}
    </section>
  );
}
