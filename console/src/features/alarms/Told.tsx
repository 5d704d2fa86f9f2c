// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { MetricsAlarmFiring, MetricsAlarmGroup } from '../../api/generated';
import { Panel } from '../../components/Panel';
import { useText } from '../../i18n/text';
import { formatDay } from '../../lib/time';

interface Props {
  firing: MetricsAlarmFiring;
  groups: MetricsAlarmGroup[];
}

// Which receivers know of it, since when, and what is on its way.
export function Told({ firing, groups }: Props): ReactElement {
  const text = useText();
  const under = groups.filter(({ sending }) =>
    [...sending.firing, ...sending.resolved].includes(firing.id),
  );
  const none = firing.tellings.length === 0 && under.length === 0;
  return (
    <Panel title={text('alarms.told')}>
      {none && <p className="pad">{text('alarms.told.nobody')}</p>}
      <ul className="told pad" aria-label={text('alarms.told')} hidden={none}>
        {firing.tellings.map((one) => (
          <li key={`${one.receiver} ${one.route} ${one.resolved}`}>
            <b>{one.receiver}</b>
            <span>{text(one.resolved ? 'alarms.told.resolved' : 'alarms.told.firing')}</span>
            <span className="note">{text('alarms.told.by', { route: one.route })}</span>
            <time>{formatDay(one.at * 1000)}</time>
          </li>
        ))}
        {under.map((one) => (
          <li key={one.key} data-level={one.problem ? 'bad' : undefined}>
            <b>{one.receiver}</b>
            <span>{text('alarms.told.sending', { tries: one.sending.tries })}</span>
            {one.problem && <span className="note">{one.problem}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
