// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { useAlarms } from '../../api/alarms';
import type { MetricsListAlarmsReply } from '../../api/generated';
import { EmptyHint } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { Figure } from '../../components/Figure';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { Subpages } from '../../components/Subpages';
import { useText } from '../../i18n/text';
import { formatCount } from '../../lib/units';
import { AlarmTable } from './AlarmTable';
import { subpages } from './subpages';

// What fires now, and what is about to.
export default function AlarmsPage(): ReactElement {
  const text = useText();
  const { data, error } = useAlarms({});
  return (
    <>
      <PageHead title={text('alarms.page')}>
        <Subpages pages={subpages} />
      </PageHead>
      <Failure errors={[error]} />
      <Figures data={data} />
      <Panel title={text('alarms.open')}>
        <AlarmTable
          label={text('alarms.open')}
          alarms={error && !data ? [] : data?.alarms}
          empty={<EmptyHint title={text('alarms.none')} text={text('alarms.none.text')} />}
        />
      </Panel>
      {data && <p className="note">{text('alarms.evaluator', { name: data.evaluator })}</p>}
    </>
  );
}

function Figures({ data }: { data: MetricsListAlarmsReply | undefined }): ReactElement {
  const text = useText();
  const loading = data === undefined;
  const alarms = data?.alarms ?? [];
  const firing = alarms.filter((one) => one.state === 'STATE_FIRING');
  const muted = firing.filter((one) => one.muted !== '').length;
  const lost = data?.notifications_lost ?? 0;
  return (
    <div className="figures">
      <Figure
        name="firing"
        loading={loading}
        label={text('alarms.firing')}
        value={formatCount(firing.length)}
        level={firing.length > 0 ? 'bad' : 'good'}
      />
      <Figure
        name="pending"
        loading={loading}
        label={text('alarms.pending')}
        value={formatCount(alarms.length - firing.length)}
        hint={text('alarms.pending.short')}
      />
      <Figure
        name="muted"
        loading={loading}
        label={text('alarms.muted')}
        value={formatCount(muted)}
        hint={text('alarms.muted.short')}
      />
      <Figure
        name="lost"
        loading={loading}
        label={text('alarms.lost')}
        value={formatCount(lost)}
        hint={text('alarms.lost.of', { count: formatCount(data?.notifications ?? 0) })}
        level={lost > 0 ? 'warn' : undefined}
      />
    </div>
  );
}
