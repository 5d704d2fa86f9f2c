// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router-dom';
import type { MetricsAlarmView } from '../../api/generated';
import { DataList, type Column } from '../../components/DataList';
import { useText } from '../../i18n/text';
import { alarmUrl, serviceUrl } from '../../lib/paths';
import { formatAge, formatDay } from '../../lib/time';
import { StateMark } from './StateMark';
import { firingText, restOf, serviceOf } from './words';

interface Props {
  label: string;
  alarms: MetricsAlarmView[] | undefined;
  empty: ReactNode;
}

// Alarms with what is wrong, since when, and whether anybody is told.
export function AlarmTable({ label, alarms, empty }: Props): ReactElement {
  const text = useText();
  const columns: Column<MetricsAlarmView>[] = [
    {
      key: 'state',
      title: text('alarms.state'),
      width: 110,
      narrow: 'corner',
      render: (row) => <StateMark view={row} />,
    },
    {
      key: 'service',
      title: text('common.service'),
      width: '22%',
      narrow: 'head',
      render: ({ firing }) => (
        <>
          <Link to={serviceUrl(serviceOf(firing))}>{serviceOf(firing)}</Link> {restOf(firing)}
        </>
      ),
    },
    {
      key: 'what',
      title: text('alarms.what'),
      render: (row) => <What view={row} />,
    },
    {
      key: 'rule',
      title: text('alarms.rule'),
      width: 150,
      render: ({ firing }) => (
        <>
          {firing.labels.alertname} <span className="changed">{firing.labels.severity}</span>
        </>
      ),
    },
    {
      key: 'since',
      title: text('alarms.since'),
      width: 140,
      render: ({ firing }) => formatDay(firing.since * 1000),
    },
    {
      key: 'lasted',
      title: text('alarms.lasted'),
      width: 90,
      align: 'right',
      render: ({ firing: { since, resolved_at: end } }) =>
        formatAge((end * 1000 || Date.now()) - since * 1000),
    },
  ];
  return (
    <DataList
      fits
      label={label}
      rows={alarms}
      rowKey={({ firing }) => firing.id || `${firing.rule} ${firing.key.join(' ')}`}
      columns={columns}
      empty={empty}
    />
  );
}

function What({ view }: { view: MetricsAlarmView }): ReactElement {
  const text = useText();
  const { firing, muted } = view;
  if (view.state === 'STATE_PENDING') return <>{text('alarms.pending.hint')}</>;
  return (
    <>
      <Link to={alarmUrl(firing.id)} className="alarm-what">
        {firingText(firing, text)}
      </Link>
      {muted && <span className="changed">{muted}</span>}
      {firing.note && <span className="changed">{firing.note}</span>}
    </>
  );
}
