// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { MetricsAlarmView } from '../../api/generated';
import { Mark } from '../../components/Mark';
import { useText } from '../../i18n/text';
import { severityLevel } from './words';

// Firing, pending or resolved, in the colour of its severity.
export function StateMark({ view }: { view: MetricsAlarmView }): ReactElement {
  const text = useText();
  if (view.state === 'STATE_RESOLVED') {
    return <Mark level="good">{text('alarms.resolved')}</Mark>;
  }
  if (view.state === 'STATE_PENDING') {
    return (
      <Mark level="idle" title={text('alarms.pending.hint')}>
        {text('alarms.pending')}
      </Mark>
    );
  }
  return (
    <Mark level={severityLevel(view.firing.labels.severity)}>{text('alarms.firing')}</Mark>
  );
}
